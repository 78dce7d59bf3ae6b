/*
 * divergence.c - the divergence of Kullback and Leibler over cells.
 *
 * Kullback and Leibler, "On information and sufficiency", Ann. Math. Stat. 22
 * (1951).
 */
#include <math.h>

#include "stats/divergence.h"

/* One side: what an empty cell gets, and what the shares are divided by. */
typedef struct Side
{
	const double *count;
	double		total;
	double		zero;
	double		sum;
} Side;

static double
share(const Side *s, size_t i, size_t k, DmEmpty empty)
{
	double		p = s->count[i] / s->total;

	switch (empty.rule)
	{
		case DM_EMPTY_FLOOR:
			return fmax(p, empty.value);
		case DM_EMPTY_EVIDENTLY:
			return p > 0 ? p : s->zero;
		case DM_EMPTY_ADD:
			return p + empty.value;
		case DM_EMPTY_COUNT:
			return (s->count[i] + empty.value) / (s->total + empty.value * (double) k);
		case DM_EMPTY_DROP:
			break;
	}
	return p;
}

static Side
begin_side(const double *count, double total, size_t k, DmEmpty empty)
{
	Side		s = {count, total, 0, 0};
	double		least = 1;
	size_t		i;

	for (i = 0; i < k; i++)
		if (count[i] > 0)
			least = fmin(least, count[i] / total);
	s.zero = least <= empty.value ? least / 1e6 : empty.value;
	for (i = 0; i < k; i++)
		s.sum += share(&s, i, k, empty);
	if (empty.rule != DM_EMPTY_FLOOR && empty.rule != DM_EMPTY_EVIDENTLY)
		s.sum = 1;
	return s;
}

double
dm_kl_divergence(const DmCells *c, DmEmpty empty)
{
	double		sum = 0;
	Side		ref,
				cur;
	size_t		i;

	if (!(c->ref_total > 0) || !(c->cur_total > 0))
		return NAN;
	ref = begin_side(c->ref, c->ref_total, c->k, empty);
	cur = begin_side(c->cur, c->cur_total, c->k, empty);
	for (i = 0; i < c->k; i++)
	{
		double		p = share(&ref, i, c->k, empty) / ref.sum;
		double		q = share(&cur, i, c->k, empty) / cur.sum;

		if (p > 0 && q > 0)
			sum += p * log(p / q);
	}
	return sum;
}
