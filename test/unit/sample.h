/*
 * sample.h - samples written as arrays, as the kernels want them.
 */
#ifndef DATAMON_TEST_SAMPLE_H
#define DATAMON_TEST_SAMPLE_H

#include <stdlib.h>

#include "stats/bins.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static inline int
sample_compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Point masses of n values, which are sorted in place; weight NULL means 1 each. */
static inline DmBins
sample_points(double *v, const double *weight, size_t n, DmBin *room)
{
	DmBins		b = {room, 0, 0};
	size_t		i;

	if (weight == NULL && n > 0)
		qsort(v, n, sizeof(double), sample_compare);
	for (i = 0; i < n; i++)
	{
		double		count = weight != NULL ? weight[i] : 1;

		if (b.n > 0 && room[b.n - 1].hi == v[i])
			room[b.n - 1].count += count;
		else
			room[b.n++] = (DmBin) {v[i], v[i], count};
		b.total += count;
	}
	return b;
}

static inline DmBins
sample_bins(const DmBin *bin, size_t n)
{
	DmBins		b = {bin, n, 0};
	size_t		i;

	for (i = 0; i < n; i++)
		b.total += bin[i].count;
	return b;
}

/* xorshift128+, so that a test is the same everywhere */
static inline double
sample_uniform(void)
{
	static unsigned long long s[2] = {20260101, 42};
	unsigned long long a = s[0];
	unsigned long long b = s[1];

	s[0] = b;
	a ^= a << 23;
	s[1] = a ^ b ^ (a >> 17) ^ (b >> 26);
	return (double) ((s[1] + b) >> 11) / 9007199254740992.0;
}

#endif							/* DATAMON_TEST_SAMPLE_H */
