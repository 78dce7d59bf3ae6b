/*
 * ranking.c - how good one ranked list is.
 */
#include "stats/ranking.h"

#include <math.h>
#include <stdlib.h>

#include "stats/neumaier.h"

size_t
dm_rank_of(const double *score, size_t n, long long actual)
{
	size_t		before = 0;
	size_t		i;

	if (actual < 0 || (unsigned long long) actual >= n)
		return 0;
	for (i = 0; i < n; i++)
		before += score[i] > score[actual] || (score[i] == score[actual] && i > (size_t) actual);
	return before + 1;
}

/* Of place i, from 0, as sklearn computes it. */
static double
discount(size_t i, double log_base)
{
	return 1 / (log((double) i + 2) / log(log_base));
}

double
dm_dcg(const double *gain, size_t n, size_t k, double log_base)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;

	for (i = 0; i < n && i < k; i++)
		dm_neumaier_add(&sum, gain[i] * discount(i, log_base));
	return dm_neumaier_value(&sum);
}

static int
descending(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x < y) - (x > y);
}

double
dm_ndcg(const double *gain, size_t n, size_t k, double *best)
{
	double		ideal;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		if (gain[i] < 0)
			return NAN;
		best[i] = gain[i];
	}
	qsort(best, n, sizeof(double), descending);
	ideal = dm_dcg(best, n, k, 2);
	return ideal > 0 ? dm_dcg(gain, n, k, 2) / ideal : NAN;
}

static int
by_score(const void *a, const void *b)
{
	const DmRanked *x = a;
	const DmRanked *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->at < y->at ? 1 : -1;
}

double
dm_dcg_score(const double *gain, const double *score, size_t n, size_t k, double log_base,
			 bool ignore_ties, DmRanked *r)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;
	size_t		j;

	for (i = 0; i < n; i++)
		r[i] = (DmRanked) {score[i], gain[i], i};
	qsort(r, n, sizeof(DmRanked), by_score);
	for (i = 0; i < n && i < k; i = j)
	{
		double		gains = 0;
		double		discounts = 0;

		for (j = i; j < n && (j == i || (!ignore_ties && r[j].score == r[i].score)); j++)
		{
			gains += r[j].gain;
			if (j < k)
				discounts += discount(j, log_base);
		}
		dm_neumaier_add(&sum, gains / (double) (j - i) * discounts);
	}
	return dm_neumaier_value(&sum);
}

double
dm_ndcg_score(const double *gain, const double *score, size_t n, size_t k, bool ignore_ties,
			  DmRanked *r)
{
	double		ideal;
	size_t		i;

	for (i = 0; i < n; i++)
		if (gain[i] < 0)
			return NAN;
	ideal = dm_dcg_score(gain, gain, n, k, 2, true, r);
	if (!(ideal > 0))
		return NAN;
	return dm_dcg_score(gain, score, n, k, 2, ignore_ties, r) / ideal;
}

double
dm_average_precision_at_k(const bool *relevant, size_t n, size_t k, double total)
{
	DmNeumaier	sum = {0, 0};
	double		hits = 0;
	size_t		i;

	if (!(total > 0))
		return NAN;
	for (i = 0; i < n && i < k; i++)
		if (relevant[i])
			dm_neumaier_add(&sum, ++hits / (double) (i + 1));
	return dm_neumaier_value(&sum) / fmin(total, (double) k);
}

double
dm_reciprocal_rank(const bool *relevant, size_t n, size_t k)
{
	size_t		i;

	for (i = 0; i < n && i < k; i++)
		if (relevant[i])
			return 1 / (double) (i + 1);
	return 0;
}

size_t
dm_hits_at_k(const bool *relevant, size_t n, size_t k)
{
	size_t		hits = 0;
	size_t		i;

	for (i = 0; i < n && i < k; i++)
		hits += relevant[i];
	return hits;
}
