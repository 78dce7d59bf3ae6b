/*
 * rank_correlation.c - pairs in order, and the correlations of their ranks.
 */
#include "stats/rank_correlation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below this, comparisons are faster than counting digits. */
#define RADIX_LEAST 256

/* Bits of a double in the order of values. */
static inline uint64_t
ordered(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((uint64_t) ((int64_t) bits >> 63) | ((uint64_t) 1 << 63));
}

static int
compare(const void *a, const void *b)
{
	const DmPair *p = a;
	const DmPair *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return p->y < q->y ? -1 : p->y > q->y;
}

/* Stable sort by one member: from the lowest byte to the highest. */
static void
radix_sort(DmPair *pair, size_t n, DmPair *scratch, int member)
{
	size_t		count[8][256];
	DmPair	   *from = pair;
	DmPair	   *to = scratch;
	size_t		i;
	int			byte;

	memset(count, 0, sizeof(count));
	for (i = 0; i < n; i++)
	{
		uint64_t	key = ordered(member ? pair[i].y : pair[i].x);

		for (byte = 0; byte < 8; byte++)
			count[byte][(key >> (8 * byte)) & 255]++;
	}
	for (byte = 0; byte < 8; byte++)
	{
		size_t		place[256];
		size_t		sum = 0;
		DmPair	   *other = from;
		int			digit;

		if (count[byte][(ordered(member ? pair[0].y : pair[0].x) >> (8 * byte)) & 255] == n)
			continue;			/* all alike */
		for (digit = 0; digit < 256; digit++)
		{
			place[digit] = sum;
			sum += count[byte][digit];
		}
		for (i = 0; i < n; i++)
		{
			uint64_t	key = ordered(member ? from[i].y : from[i].x);

			to[place[(key >> (8 * byte)) & 255]++] = from[i];
		}
		from = to;
		to = other;
	}
	if (from != pair)
		memcpy(pair, from, n * sizeof(DmPair));
}

void
dm_pairs_sort(DmPair *pair, size_t n, DmPair *scratch)
{
	if (n < RADIX_LEAST)
	{
		qsort(pair, n, sizeof(DmPair), compare);
		return;
	}
	radix_sort(pair, n, scratch, 1);
	radix_sort(pair, n, scratch, 0);
}

/*
 * Twice the mean rank of every value less the mean of all, in place of x; the
 * pairs are sorted by x.
 */
static void
to_ranks(DmPair *pair, size_t n)
{
	size_t		first;
	size_t		end;

	for (first = 0; first < n; first = end)
	{
		double		rank;
		size_t		i;

		for (end = first + 1; end < n && pair[end].x == pair[first].x; end++)
			;
		rank = (double) (first + end + 1) - (double) (n + 1);
		for (i = first; i < end; i++)
			pair[i].x = rank;
	}
}

void
dm_spearman(const DmPair *pair, size_t n, DmPair *a, DmPair *b, DmCorrelation *out)
{
	__int128	xx = 0;
	__int128	yy = 0;
	__int128	xy = 0;
	DmLong		sum[3];
	size_t		i;

	/* ranks of x beside y, in the order of y; then those of y beside them */
	memcpy(a, pair, n * sizeof(DmPair));
	to_ranks(a, n);
	for (i = 0; i < n; i++)
	{
		double		rank = a[i].x;

		a[i].x = a[i].y;
		a[i].y = rank;
	}
	dm_pairs_sort(a, n, b);
	to_ranks(a, n);
	for (i = 0; i < n; i++)
	{
		xx += (__int128) ((int64_t) a[i].y * (int64_t) a[i].y);
		yy += (__int128) ((int64_t) a[i].x * (int64_t) a[i].x);
		xy += (__int128) ((int64_t) a[i].x * (int64_t) a[i].y);
	}
	dm_long_from_wide(&sum[0], xx);
	dm_long_from_wide(&sum[1], yy);
	dm_long_from_wide(&sum[2], xy);
	dm_correlate(&sum[0], &sum[1], &sum[2], n, out);
	/* scipy.stats.spearmanr: undefined without degrees of freedom */
	if (n < 3)
		out->p_value = NAN;
}

/* Sorts and returns how many pairs of values were out of order. */
static uint64_t
merge_sort(double *value, size_t n, double *scratch)
{
	uint64_t	swaps = 0;
	double	   *from = value;
	double	   *to = scratch;
	size_t		width;

	for (width = 1; width < n; width *= 2)
	{
		double	   *other = from;
		size_t		start;

		for (start = 0; start < n; start += 2 * width)
		{
			size_t		mid = start + width < n ? start + width : n;
			size_t		end = mid + width < n ? mid + width : n;
			size_t		i = start;
			size_t		j = mid;
			size_t		k = start;

			while (i < mid && j < end)
			{
				if (from[j] < from[i])
				{
					swaps += mid - i;
					to[k++] = from[j++];
				}
				else
					to[k++] = from[i++];
			}
			memcpy(to + k, from + i, (mid - i) * sizeof(double));
			memcpy(to + k + (mid - i), from + j, (end - j) * sizeof(double));
		}
		from = to;
		to = other;
	}
	if (from != value)
		memcpy(value, from, n * sizeof(double));
	return swaps;
}

/* Tied pairs, and the terms of ties in the variance, as Kendall has them. */
typedef struct Ties
{
	uint64_t	pairs;
	double		t0;				/* sum of t (t - 1) (t - 2) */
	double		t1;				/* sum of t (t - 1) (2 t + 5) */
} Ties;

static void
add_tie(Ties *ties, size_t t)
{
	double		d = (double) t;

	ties->pairs += (uint64_t) t * (t - 1) / 2;
	ties->t0 += d * (d - 1) * (d - 2);
	ties->t1 += d * (d - 1) * (2 * d + 5);
}

/*
 * Twice the probability of at most c discordant pairs of n(n-1)/2: the counts
 * of permutations by inversions, by Kendall, "Rank Correlation Methods" (1970).
 */
static double
kendall_exact(size_t n, uint64_t c)
{
	double		count[33 * 32 / 4 + 1] = {1, 1};
	double		factorial = 1;
	double		sum = 0;
	size_t		j;
	size_t		k;

	if (4 * c == (uint64_t) n * (n - 1))
		return 1;
	if (c <= 1)
	{
		for (j = 2; j <= n - c; j++)
			factorial *= (double) j;
		return fmin(1, 2 / factorial);
	}
	for (j = 2; j <= n; j++)
		factorial *= (double) j;
	for (j = 3; j <= n; j++)
	{
		for (k = 1; k <= c; k++)
			count[k] += count[k - 1];
		for (k = (size_t) c; k >= j; k--)
		{
			/* the sums of j - 1 places ago; highest first, so that they still are */
			count[k] -= count[k - j];
		}
	}
	for (k = 0; k <= c; k++)
		sum += count[k];
	return fmin(1, 2 * sum / factorial);
}

static double
kendall_normal(double n, const Ties *x, const Ties *y, double difference)
{
	double		m = n * (n - 1);
	double		variance = (m * (2 * n + 5) - x->t1 - y->t1) / 18 +
		2 * (double) x->pairs * (double) y->pairs / m;

	if (n > 2)
		variance += x->t0 * y->t0 / (9 * m * (n - 2));
	return erfc(fabs(difference) / sqrt(variance) / sqrt(2));
}

/* Knight, "A computer method for calculating Kendall's tau", JASA 61 (1966). */
void
dm_kendall(const DmPair *pair, size_t n, double *a, double *b, DmKendall *out)
{
	Ties		x = {0, 0, 0};
	Ties		y = {0, 0, 0};
	Ties		both = {0, 0, 0};
	uint64_t	total = (uint64_t) n * (n > 0 ? n - 1 : 0) / 2;
	uint64_t	discordant;
	double		difference;
	size_t		run_x = 0;
	size_t		run_both = 0;
	size_t		i;

	out->tau = out->p_value = NAN;
	out->exact = false;
	if (n < 2)
		return;
	for (i = 1; i <= n; i++)
	{
		if (i == n || pair[i].x != pair[i - 1].x || pair[i].y != pair[i - 1].y)
		{
			add_tie(&both, i - run_both);
			run_both = i;
		}
		if (i == n || pair[i].x != pair[i - 1].x)
		{
			add_tie(&x, i - run_x);
			run_x = i;
		}
	}
	for (i = 0; i < n; i++)
		a[i] = pair[i].y;
	discordant = merge_sort(a, n, b);
	run_x = 0;
	for (i = 1; i <= n; i++)
		if (i == n || a[i] != a[i - 1])
		{
			add_tie(&y, i - run_x);
			run_x = i;
		}
	if (x.pairs == total || y.pairs == total)
		return;
	difference = (double) (int64_t) (total - x.pairs - y.pairs + both.pairs - 2 * discordant);
	out->tau = difference / sqrt((double) (total - x.pairs)) / sqrt((double) (total - y.pairs));
	out->tau = fmin(1, fmax(-1, out->tau));
	if (x.pairs == 0 && y.pairs == 0)
	{
		uint64_t	fewer = discordant < total - discordant ? discordant : total - discordant;

		out->exact = n <= 33 || fewer <= 1;
		if (out->exact)
			out->p_value = kendall_exact(n, fewer);
	}
	if (!out->exact)
		out->p_value = kendall_normal((double) n, &x, &y, difference);
}
