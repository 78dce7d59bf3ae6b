/*
 * clustering.c - how well two clusterings of the same rows agree.
 *
 * Names and limits are those of scikit-learn's metrics.cluster: two equal
 * partitions agree perfectly, also where there is but one cluster, or one row.
 */
#include <math.h>

#include "stats/clustering.h"

double
dm_cluster_entropy(const double *counts, size_t k, double n)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < k; i++)
		if (counts[i] > 0)
			sum -= counts[i] / n * log(counts[i] / n);
	return sum;
}

double
dm_mutual_information(const DmMatrix *m)
{
	double		sum = 0;
	size_t		i;

	if (!(m->n > 0))
		return NAN;
	for (i = 0; i < m->n_cells; i++)
	{
		const DmCell *c = &m->cells[i];
		double		expected = m->actual[c->actual] * (m->predicted[c->predicted] / m->n);

		sum += c->count / m->n * log(c->count / expected);
	}
	return fmax(sum, 0);
}

bool
dm_same_partition(const DmMatrix *m)
{
	size_t		i;

	for (i = 0; i < m->n_cells; i++)
		if (m->cells[i].count != m->actual[m->cells[i].actual] ||
			m->cells[i].count != m->predicted[m->cells[i].predicted])
			return false;
	return true;
}

/* Information over entropy; 1 where there is nothing to know. */
static double
share_known(const DmMatrix *m, const double *counts)
{
	double		entropy = dm_cluster_entropy(counts, m->k, m->n);

	if (!(m->n > 0))
		return NAN;
	return entropy > 0 ? fmin(dm_mutual_information(m) / entropy, 1) : 1;
}

/* Rosenberg and Hirschberg, EMNLP-CoNLL 2007, 410-420. */
double
dm_homogeneity(const DmMatrix *m)
{
	return share_known(m, m->actual);
}

double
dm_completeness(const DmMatrix *m)
{
	return share_known(m, m->predicted);
}

double
dm_v_measure(const DmMatrix *m, double beta)
{
	double		h = dm_homogeneity(m);
	double		c = dm_completeness(m);

	if (isinf(beta) || beta == 0)
		return beta == 0 ? h : c;
	if (h + c == 0)
		return 0;
	/* divided by 1 + beta, so that any beta will do */
	return h * c / (beta / (1 + beta) * h + c / (1 + beta));
}

static double
mean_entropy(const DmMatrix *m, DmMean mean)
{
	double		a = dm_cluster_entropy(m->actual, m->k, m->n);
	double		b = dm_cluster_entropy(m->predicted, m->k, m->n);

	switch (mean)
	{
		case DM_MEAN_GEOMETRIC:
			return sqrt(a * b);
		case DM_MEAN_MIN:
			return fmin(a, b);
		case DM_MEAN_MAX:
			return fmax(a, b);
		case DM_MEAN_ARITHMETIC:
			break;
	}
	return (a + b) / 2;
}

/* Strehl and Ghosh, JMLR 3 (2002) 583-617; without information it is 0. */
double
dm_normalized_mutual_information(const DmMatrix *m, DmMean mean)
{
	double		entropy;

	if (!(m->n > 0))
		return NAN;
	if (dm_same_partition(m))
		return 1;
	entropy = mean_entropy(m, mean);
	return entropy > 0 ? fmin(dm_mutual_information(m) / entropy, 1) : 0;
}

#define WIDE_VARIANCE 1e6

/*
 * The same where x has so many likely values that a series is as good as their
 * sum: with t = x / mean - 1, E (1 + t) ln(1 + t) is
 * E t^2 / 2 - E t^3 / 6 + E t^4 / 12, the rest being less by mean^-2.
 */
static double
wide_information(double a, double b, double n, double mean, double variance)
{
	double		third = variance * (1 - 2 * a / n) * (n - 2 * b) / (n - 2);
	double		fourth = 3 * variance * variance;

	return (variance / 2 - third / (6 * mean) + fourth / (12 * mean * mean)) / (mean * n);
}

/*
 * The term of clusters of a and b rows in the expected mutual information of
 * random clusterings of these sizes (Vinh, Epps and Bailey, JMLR 11 (2010)
 * 2837-2854, eq. 24a): the mean of x/n ln(n x / (a b)) over the hypergeometric
 * x.  Probabilities go by their ratios from the mode on and are divided by
 * their own sum, which needs no factorials and so loses no digits to them;
 * they end where they are too small to matter.
 */
double
dm_expected_information(double a, double b, double n)
{
	double		mean = a * (b / n);
	double		variance = mean * (1 - a / n) * (n - b) / (n - 1);
	double		least = fmax(a + b - n, 0);
	double		most = fmin(a, b);
	double		mode = fmin(fmax(floor((a + 1) * ((b + 1) / (n + 2))), least), most);
	double		weights = 0;
	double		sum = 0;
	int			direction;

	if (variance > WIDE_VARIANCE)
		return wide_information(a, b, n, mean, variance);
	for (direction = 0; direction < 2; direction++)
	{
		double		x = mode;
		double		p = 1;

		if (direction == 1)
		{
			if (x >= most)
				break;
			p *= (a - x) / (x + 1) * ((b - x) / (n - a - b + x + 1));
			x++;
		}
		while (p > 1e-22)
		{
			weights += p;
			if (x > 0)
				sum += p * (x / n) * log(x / a * (n / b));
			if (direction == 0)
			{
				if (x <= least)
					break;
				p *= x / (a - x + 1) * ((n - a - b + x) / (b - x + 1));
				x--;
			}
			else
			{
				if (x >= most)
					break;
				p *= (a - x) / (x + 1) * ((b - x) / (n - a - b + x + 1));
				x++;
			}
		}
	}
	return sum / weights;
}

/*
 * (I - E I) / (mean entropy - E I).  Where chance leaves no freedom, as with
 * single rows only, both differences are 0, and their rounding errors must not
 * be divided: equal partitions agree, others have nothing beyond chance.
 */
double
dm_adjusted_mutual_information(const DmMatrix *m, DmMean mean, double expected)
{
	double		room = mean_entropy(m, mean) - expected;
	double		excess = dm_mutual_information(m) - expected;
	double		noise = 1e-13 * mean_entropy(m, DM_MEAN_MAX);

	if (!(m->n > 0))
		return NAN;
	if (dm_same_partition(m))
		return 1;
	if (fabs(room) <= noise)
		return fabs(excess) <= noise ? 0 : NAN;
	return excess / room;
}

/*
 * Pairs of rows, each counted twice: together in both, in the true clustering
 * and in the found one; of all there are n (n - 1).
 */
typedef struct Pairs
{
	double		both;
	double		actual;
	double		predicted;
	double		all;
} Pairs;

static Pairs
count_pairs(const DmMatrix *m)
{
	Pairs		p = {0, 0, 0, m->n * (m->n - 1)};
	size_t		i;

	for (i = 0; i < m->n_cells; i++)
		p.both += m->cells[i].count * (m->cells[i].count - 1);
	for (i = 0; i < m->k; i++)
	{
		p.actual += m->actual[i] * (m->actual[i] - 1) * (m->actual[i] > 0);
		p.predicted += m->predicted[i] * (m->predicted[i] - 1) * (m->predicted[i] > 0);
	}
	return p;
}

/* Rand, JASA 66 (1971) 846-850. */
double
dm_rand(const DmMatrix *m)
{
	Pairs		p = count_pairs(m);

	if (!(m->n > 0))
		return NAN;
	if (dm_same_partition(m))
		return 1;
	return 1 - (p.actual - p.both + p.predicted - p.both) / p.all;
}

/* a b - c d without the rounding errors of the products (Kahan). */
static double
difference(double a, double b, double c, double d)
{
	double		second = c * d;
	double		rest = fma(-c, d, second);

	return fma(a, b, -second) + rest;
}

/* Hubert and Arabie, J. Classification 2 (1985) 193-218; all terms times "all". */
double
dm_adjusted_rand(const DmMatrix *m)
{
	Pairs		p = count_pairs(m);

	if (!(m->n > 0))
		return NAN;
	if (dm_same_partition(m))
		return 1;
	return difference(p.both, p.all, p.actual, p.predicted) /
		difference((p.actual + p.predicted) / 2, p.all, p.actual, p.predicted);
}

/* Fowlkes and Mallows, JASA 78 (1983) 553-569. */
double
dm_fowlkes_mallows(const DmMatrix *m)
{
	Pairs		p = count_pairs(m);

	if (!(p.actual > 0 && p.predicted > 0))
		return NAN;
	return p.both / sqrt(p.actual * p.predicted);
}

/* Manning, Raghavan and Schuetze, Introduction to Information Retrieval, 16.3. */
double
dm_purity(const DmMatrix *m, double *best)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < m->k; i++)
		best[i] = 0;
	for (i = 0; i < m->n_cells; i++)
		best[m->cells[i].predicted] = fmax(best[m->cells[i].predicted], m->cells[i].count);
	for (i = 0; i < m->k; i++)
		sum += best[i];
	return sum / m->n;
}
