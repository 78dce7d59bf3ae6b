/*
 * tests.c - hypothesis tests on two samples.
 *
 * The tests of W1 and of total variation need no resampling.  Both statistics
 * are sums of w_i |F_i - G_i|.  Were both samples drawn from the pooled one,
 * the reference's share of the t_i pooled rows counted at place i would be
 * hypergeometric, which gives each term's mean and variance exactly; the
 * terms are then taken to be jointly normal to obtain their covariances
 * (for correlation r: E|XY| - E|X|E|Y| = 2/pi (sqrt(1-r^2) + r asin r - 1),
 * in units of the two standard deviations).  The p-value is the tail of the
 * gamma distribution with the sum's mean and variance.
 */
#include <math.h>

#include "stats/special.h"
#include "stats/tests.h"

#define TWO_OVER_PI 0.636619772367581343
#define NO_VARIANCE 1e-13
#define EXACT_VARIANCE 400.0	/* above, the mean deviation is the normal's */

/*
 * Of n + m rows t are counted; how many of the reference's n are among them
 * is hypergeometric, with this variance.
 */
static double
term_variance(double t, double n, double m)
{
	double		all = n + m;
	double		v = all > 1 ? t * (n / all) * (m / all) * ((all - t) / (all - 1)) : 0;

	return v > 0 ? v : 0;
}

/*
 * Mean absolute deviation of the same: 2 v (m - t + v) p(v) / (n + m), with v
 * the first count above the mean, since the sum of (x - mean) p(x) telescopes
 * (as for the binomial: Diaconis and Zabell, Stat. Sci. 6, 1991).
 */
static double
term_mean_abs(double t, double n, double m)
{
	double		variance = term_variance(t, n, m);
	double		v = floor(t * (n / (n + m))) + 1;

	if (variance == 0)
		return 0;
	if (variance > EXACT_VARIANCE || t != rint(t))
		return sqrt(variance * TWO_OVER_PI);
	return 2 * v * (m - t + v) / (n + m) * dm_hypergeometric_pmf(v, n + m, n, t);
}

/* Covariance of two normal deviations' absolute values, for unit variances. */
static double
abs_covariance(double r)
{
	r = fmin(fmax(r, -1), 1);
	return TWO_OVER_PI * (sqrt(1 - r * r) + r * asin(r) - 1);
}

static void
finish(DmNullTest *test, double mean, double variance)
{
	/* where every split gives the same, the variance is what rounding leaves of it */
	if (!(variance > NO_VARIANCE * mean * mean))
		variance = 0;
	test->expectation = mean;
	test->stddev = sqrt(variance);
	if (isnan(test->statistic))
		test->p_value = NAN;
	else if (variance == 0)
		test->p_value = test->statistic > mean * (1 + NO_VARIANCE) ? 0 : 1;
	else if (!(test->statistic > 0) || !(mean > 0))
		test->p_value = test->statistic > mean ? 0 : 1;
	else
		test->p_value = dm_gamma_q(mean / variance * mean, test->statistic / variance * mean);
}

/* The heaviest categories, whose covariances are taken pair by pair. */
#define HEAVY 32

static size_t
find_heavy(const DmCells *c, size_t *heavy)
{
	size_t		n = 0;
	size_t		i,
				j;

	for (i = 0; i < c->k; i++)
	{
		double		t = c->ref[i] + c->cur[i];

		for (j = n; j > 0 && c->ref[heavy[j - 1]] + c->cur[heavy[j - 1]] < t; j--)
			if (j < HEAVY)
				heavy[j] = heavy[j - 1];
		if (j < HEAVY)
		{
			heavy[j] = i;
			n += n < HEAVY;
		}
	}
	return n;
}

/*
 * Covariances of all pairs of categories.  With odds o = p/(1-p) the
 * correlation of two is -sqrt(o_j o_k), so every power of r^2 in the series
 * sqrt(1-r^2) + r asin r - 1 = r^2/2 + r^4/24 + r^6/80 + 5 r^8/896 + ... is a
 * product, and the sum over pairs a difference of sums.  Pairs with a
 * category outside the heaviest 32 have r^2 < 1/32 and need no more terms;
 * pairs inside are put right one by one.
 */
static double
covariance_of_categories(const DmCells *c, double n, double m)
{
	static const double series[4] = {1.0 / 2, 1.0 / 24, 1.0 / 80, 5.0 / 896};
	double		sum[4] = {0},
				square[4] = {0};
	double		total = 0;
	size_t		heavy[HEAVY];
	double		sd[HEAVY],
				odds[HEAVY];
	size_t		count = find_heavy(c, heavy);
	size_t		i,
				j;
	int			k;

	for (i = 0; i < c->k; i++)
	{
		double		t = c->ref[i] + c->cur[i];
		double		value = sqrt(term_variance(t, n, m));
		double		o = t / (n + m - t);

		for (k = 0; k < 4 && value > 0; k++)
		{
			value *= o;
			sum[k] += value;
			square[k] += value * value;
		}
	}
	for (k = 0; k < 4; k++)
		total += series[k] * TWO_OVER_PI * (sum[k] * sum[k] - square[k]);

	for (i = 0; i < count; i++)
	{
		double		t = c->ref[heavy[i]] + c->cur[heavy[i]];

		sd[i] = sqrt(term_variance(t, n, m));
		odds[i] = sd[i] > 0 ? t / (n + m - t) : 0;
		for (j = 0; j < i; j++)
		{
			double		rr = fmin(odds[i] * odds[j], 1);
			double		approx = rr * (series[0] + rr * (series[1] + rr * (series[2] + rr * series[3])));

			total += 2 * sd[i] * sd[j] * (abs_covariance(-sqrt(rr)) - TWO_OVER_PI * approx);
		}
	}
	return total;
}

DmNullTest
dm_total_variation_null(const DmCells *c)
{
	DmNullTest	test = {NAN, NAN, NAN, NAN};
	double		n = c->ref_total,
				m = c->cur_total;
	double		scale = (1 / n + 1 / m) / 2;
	double		mean = 0,
				variance = 0;
	size_t		i;

	test.statistic = dm_total_variation(c);
	if (isnan(test.statistic))
		return test;
	for (i = 0; i < c->k; i++)
	{
		double		t = c->ref[i] + c->cur[i];
		double		mean_abs = term_mean_abs(t, n, m);

		mean += mean_abs;
		variance += term_variance(t, n, m) - mean_abs * mean_abs;
	}
	variance += covariance_of_categories(c, n, m);
	finish(&test, scale * mean, scale * scale * variance);
	return test;
}

/* Where W1 and its null are computed: F - G and the width it stands for. */
typedef struct DmNode
{
	double		t;				/* pooled count up to here */
	double		d;
	double		width;
} DmNode;

static double
knot_pooled(const DmKnot *k, bool upto)
{
	return upto ? k->ref_upto + k->cur_upto : k->ref_below + k->cur_below;
}

/* How many different pooled counts there are just below and at the knots. */
static size_t
count_levels(const DmBins *reference, const DmBins *current)
{
	double		last = 0;
	size_t		n = 0;
	DmWalk		w;

	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w) && n <= DM_NULL_NODES)
	{
		n += knot_pooled(&w.knot, false) > last;
		n += knot_pooled(&w.knot, true) > knot_pooled(&w.knot, false);
		last = knot_pooled(&w.knot, true);
	}
	return n;
}

/* A place in the pooled sample; one with the same pooled count is the same. */
static size_t
add_node(DmNode *nodes, size_t n, const DmWalk *w, bool upto)
{
	double		ref = upto ? w->knot.ref_upto : w->knot.ref_below;
	double		cur = upto ? w->knot.cur_upto : w->knot.cur_below;

	if (n > 0 && nodes[n - 1].t == ref + cur)
		return n;
	nodes[n].t = ref + cur;
	nodes[n].d = ref / w->ref.bins->total - cur / w->cur.bins->total;
	nodes[n].width = 0;
	return n + 1;
}

/* Every level is a node: the sum is W1 itself where all bins are points. */
static size_t
all_nodes(const DmBins *reference, const DmBins *current, DmNode *nodes)
{
	double		last_x = 0;
	size_t		n = 0;
	DmWalk		w;

	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		half = w.knot.x / 2 - last_x / 2;

		if (n > 0)
		{
			nodes[n - 1].width += half;
			n = add_node(nodes, n, &w, false);
			nodes[n - 1].width += half;
		}
		n = add_node(nodes, n, &w, true);
		last_x = w.knot.x;
	}
	return n;
}

/*
 * Nodes with about as many pooled rows from one to the next, where a value
 * with many rows uses up one step only.  The width between two nodes is
 * shared by them (trapezoidal rule), in the statistic and in its null.
 */
static size_t
thinned_nodes(const DmBins *reference, const DmBins *current, DmNode *nodes)
{
	double		all = reference->total + current->total;
	double		last_x = 0;
	size_t		n = 0;
	DmWalk		w;

	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		half = w.knot.x / 2 - last_x / 2;

		if (n > 0)
		{
			double		last_t = nodes[n - 1].t;
			double		left = (double) (DM_NULL_NODES - n);
			double		t = knot_pooled(&w.knot, true);

			if (t < all && (left <= 1 || t - last_t < (all - last_t) / left))
				continue;
			nodes[n - 1].width += half;
		}
		n = add_node(nodes, n, &w, true);
		nodes[n - 1].width += n > 1 ? half : 0;
		last_x = w.knot.x;
	}
	return n;
}

/* Moments of the sum over nodes, whose widths are at most 1. */
static void
node_moments(const DmNode *nodes, size_t k, double n, double m, double *mean, double *variance)
{
	double		spread[DM_NULL_NODES + 2],
				odds[DM_NULL_NODES + 2];
	size_t		i,
				j;

	*mean = *variance = 0;
	for (i = 0; i < k; i++)
	{
		double		t = nodes[i].t;
		double		scale = (1 / n + 1 / m) * nodes[i].width;
		double		mean_abs = scale * term_mean_abs(t, n, m);

		spread[i] = scale * sqrt(term_variance(t, n, m));
		odds[i] = sqrt(t / (n + m - t));
		*mean += mean_abs;
		*variance += spread[i] * spread[i] - mean_abs * mean_abs;
		for (j = 0; j < i && spread[i] > 0; j++)
			if (spread[j] > 0)
				*variance += 2 * spread[i] * spread[j] * abs_covariance(odds[j] / odds[i]);
	}
}

DmNullTest
dm_wasserstein_null(const DmBins *reference, const DmBins *current)
{
	DmNullTest	test = {NAN, NAN, NAN, NAN};
	DmNode		nodes[DM_NULL_NODES + 2];
	double		unit = 0;
	double		mean,
				variance;
	size_t		k,
				i;

	if (!(reference->total > 0) || !(current->total > 0))
		return test;
	if (count_levels(reference, current) <= DM_NULL_NODES)
		k = all_nodes(reference, current, nodes);
	else
		k = thinned_nodes(reference, current, nodes);

	/* in units of the largest width, so that no square overflows */
	for (i = 0; i < k; i++)
		unit = fmax(unit, nodes[i].width);
	test.statistic = 0;
	for (i = 0; i < k; i++)
	{
		nodes[i].width /= unit > 0 ? unit : 1;
		test.statistic += nodes[i].width * fabs(nodes[i].d);
	}
	node_moments(nodes, k, reference->total, current->total, &mean, &variance);
	finish(&test, mean, variance);
	test.statistic *= unit;
	test.expectation *= unit;
	test.stddev *= unit;
	return test;
}
