/*
 * sort.c - sorting numbers by the digits of their bits.
 *
 * The bits of a double, with the sign turned round and those of negative
 * numbers all flipped, are an unsigned integer in the order of the values
 * (Herf, "Radix tricks", 2001).  Less the smallest of them, it has only as many
 * bits as the values differ in.  The upper 33 of those are sorted, least digit
 * first, in three passes; what they leave out of order are neighbours, which
 * one pass of insertions puts right.  Where more than neighbours agree in 33
 * bits, those few values are sorted again by the bits that remain.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "stats/sort.h"

#define PASSES 3
#define WIDE 11					/* bits of a digit, 2048 counters */
#define NARROW 8				/* the same for few values */
#define FEW 2048
#define INSERTIONS 24			/* before a run is sorted as a whole */
#define SIGN (UINT64_C(1) << 63)

static inline uint64_t
encode(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((uint64_t) ((int64_t) bits >> 63) | SIGN);
}

static inline double
decode(uint64_t key)
{
	uint64_t	bits = key ^ ((uint64_t) ((int64_t) ~key >> 63) | SIGN);
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* How the keys of an array are cut into digits. */
typedef struct Cut
{
	uint64_t	base;			/* the smallest key */
	int			below;			/* bits below the lowest digit */
	int			width;			/* bits of a digit */
} Cut;

static inline size_t
digit(const Cut *c, uint64_t key, int which)
{
	return (size_t) ((key - c->base) >> (c->below + which * c->width)) & (((size_t) 1 << c->width) - 1);
}

static void
insertion_sort(double *v, size_t n)
{
	size_t		i,
				j;

	for (i = 1; i < n; i++)
	{
		double		x = v[i];

		for (j = i; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

/* Smallest and largest value; true if the order is right already. */
static bool
survey(const double *v, size_t n, double *min, double *max)
{
	double		lo = v[0],
				hi = v[0];
	size_t		i;

	for (i = 1; i < n && v[i] >= v[i - 1]; i++)
		;
	if (i == n)
		return true;
	for (i = 1; i < n; i++)
	{
		lo = v[i] < lo ? v[i] : lo;
		hi = v[i] > hi ? v[i] : hi;
	}
	*min = lo;
	*max = hi;
	return false;
}

static Cut
make_cut(double min, double max, size_t n)
{
	Cut			c;
	uint64_t	range = encode(max) - encode(min);
	int			bits = 64;

	while (bits > 0 && (range & (UINT64_C(1) << (bits - 1))) == 0)
		bits--;
	c.base = encode(min);
	c.width = n < FEW ? NARROW : WIDE;
	c.below = bits > PASSES * c.width ? bits - PASSES * c.width : 0;
	return c;
}

/*
 * One pass per digit that is not the same in all; the first reads "in", the
 * last writes "out".
 */
static void
sort_digits(const Cut *c, const double *in, double *out, double *scratch, size_t n)
{
	uint32_t	place[PASSES][1 << WIDE];
	int			pass[PASSES];
	int			passes = 0;
	size_t		i;
	int			p;

	for (p = 0; p < PASSES; p++)
		memset(place[p], 0, sizeof(uint32_t) << c->width);
	for (i = 0; i < n; i++)
	{
		uint64_t	key = encode(in[i]);

		place[0][digit(c, key, 0)]++;
		place[1][digit(c, key, 1)]++;
		place[2][digit(c, key, 2)]++;
	}
	for (p = 0; p < PASSES; p++)
	{
		uint32_t	sum = 0;

		if (place[p][digit(c, encode(in[0]), p)] == n)
			continue;
		pass[passes++] = p;
		for (i = 0; i < (size_t) 1 << c->width; i++)
		{
			uint32_t	count = place[p][i];

			place[p][i] = sum;
			sum += count;
		}
	}
	if (passes == 0 && in != out)
		memcpy(out, in, n * sizeof(double));
	/* the first pass must not write where it reads */
	if (passes % 2 == 1 && in == out)
		in = memcpy(scratch, in, n * sizeof(double));
	for (p = 0; p < passes; p++)
	{
		double	   *to = (passes - p) % 2 ? out : scratch;
		uint32_t   *at = place[pass[p]];

		for (i = 0; i < n; i++)
			to[at[digit(c, encode(in[i]), pass[p])]++] = in[i];
		in = to;
	}
}

/* Sort the values around v[i] that share its digits; returns the place after them. */
static size_t
sort_run(const Cut *c, double *v, double *scratch, size_t n, size_t i)
{
	uint64_t	top = (encode(v[i]) - c->base) >> c->below;
	size_t		first = i;
	size_t		end = i + 1;

	while (first > 0 && (encode(v[first - 1]) - c->base) >> c->below == top)
		first--;
	while (end < n && (encode(v[end]) - c->base) >> c->below == top)
		end++;
	/* their keys differ in fewer bits by three digits, so this ends */
	dm_sort_doubles(v + first, v + first, scratch, end - first);
	return end;
}

/* v is in order but for the bits below the digits. */
static void
finish(const Cut *c, double *v, double *scratch, size_t n)
{
	size_t		i = 1;

	while (i < n)
	{
		double		x = v[i];
		size_t		j;

		if (v[i - 1] <= x)
		{
			i++;
			continue;
		}
		for (j = i; j > 0 && i - j < INSERTIONS && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
		if (i - j < INSERTIONS)
			i++;
		else
			i = sort_run(c, v, scratch, n, i);
	}
}

void
dm_sort_doubles(const double *in, double *out, double *scratch, size_t n)
{
	double		min,
				max;
	Cut			c;

	if (n < 32 || survey(in, n, &min, &max))
	{
		if (in != out)
			memcpy(out, in, n * sizeof(double));
		if (n < 32)
			insertion_sort(out, n);
		return;
	}
	c = make_cut(min, max, n);
	sort_digits(&c, in, out, scratch, n);
	if (c.below > 0)
		finish(&c, out, scratch, n);
}

static bool
weighted_in_order(const DmWeighted *a, const DmWeighted *b)
{
	return a->value < b->value || (a->value == b->value && a->weight <= b->weight);
}

/* Bytes of the weights first, then of the values: eight passes each, but for those all alike. */
void
dm_sort_weighted(DmWeighted *v, DmWeighted *scratch, size_t n)
{
	DmWeighted *from = v,
			   *to = scratch;
	size_t		i;
	int			byte;

	for (i = 1; i < n && weighted_in_order(&v[i - 1], &v[i]); i++)
		;
	if (i >= n)
		return;
	for (byte = 0; byte < 16; byte++)
	{
		size_t		place[256] = {0};
		size_t		sum = 0;
		int			shift = byte % 8 * 8;
		DmWeighted *swap = from;

		for (i = 0; i < n; i++)
			place[encode(byte < 8 ? from[i].weight : from[i].value) >> shift & 255]++;
		if (place[encode(byte < 8 ? from[0].weight : from[0].value) >> shift & 255] == n)
			continue;
		for (i = 0; i < 256; i++)
		{
			size_t		count = place[i];

			place[i] = sum;
			sum += count;
		}
		for (i = 0; i < n; i++)
			to[place[encode(byte < 8 ? from[i].weight : from[i].value) >> shift & 255]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(DmWeighted));
}
