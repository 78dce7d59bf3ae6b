/*
 * test_clustering.c - agreement of clusterings and the shape of clusters:
 * scikit-learn's own examples, plain sums, and what must not change them.
 */
#include <stdbool.h>
#include <stdint.h>

#include "near.h"
#include "stats/cluster_shape.h"
#include "stats/clustering.h"

#define MOST 16

static double sums[3][MOST];
static DmCell cells[MOST * MOST];

static DmMatrix
table(size_t rows, const int *actual, const int *predicted)
{
	DmMatrix	m = {MOST, 0, cells, sums[0], sums[1], sums[2], 0};
	double		count[MOST][MOST] = {{0}};
	uint32_t	i;
	uint32_t	j;

	for (i = 0; i < rows; i++)
		count[actual[i]][predicted[i]]++;
	for (i = 0; i < MOST; i++)
		for (j = 0; j < MOST; j++)
			if (count[i][j] > 0)
				cells[m.n_cells++] = (DmCell) {i, j, count[i][j]};
	dm_matrix_sum(&m);
	return m;
}

static double
adjusted(const DmMatrix *m, DmMean mean)
{
	double		expected = 0;
	size_t		i;
	size_t		j;

	for (i = 0; i < m->k; i++)
		for (j = 0; j < m->k; j++)
			if (m->actual[i] > 0 && m->predicted[j] > 0)
				expected += dm_expected_information(m->actual[i], m->predicted[j], m->n);
	return dm_adjusted_mutual_information(m, mean, expected);
}

static void
published(void)
{
	static const int pairs[2][4] = {{0, 0, 1, 1}, {0, 0, 1, 2}};
	static const int crossed[4] = {0, 1, 0, 1};
	DmMatrix	m = table(4, pairs[0], pairs[1]);

	/* the docstrings of scikit-learn's metrics.cluster */
	tap_near(dm_homogeneity(&m), 1, 1e-15, "homogeneity");
	tap_near(dm_completeness(&m), 2.0 / 3, 1e-15, "completeness");
	tap_near(dm_v_measure(&m, 1), 0.8, 1e-15, "V measure");
	tap_near(dm_adjusted_rand(&m), 4.0 / 7, 1e-15, "adjusted Rand");
	tap_near(dm_rand(&m), 5.0 / 6, 1e-15, "Rand");
	tap_near(dm_fowlkes_mallows(&m), sqrt(0.5), 1e-15, "Fowlkes-Mallows");
	tap_near(dm_mutual_information(&m), log(2), 1e-15, "mutual information");
	tap_near(adjusted(&m, DM_MEAN_ARITHMETIC), 4.0 / 7, 1e-13, "adjusted mutual information");
	m = table(4, pairs[0], crossed);
	tap_near(dm_adjusted_rand(&m), -0.5, 1e-15, "adjusted Rand of crossed pairs");
	tap_near(adjusted(&m, DM_MEAN_MAX), -0.5, 1e-13, "adjusted mutual information of crossed pairs");
	tap_ok(fabs(dm_homogeneity(&m)) < 1e-15 && dm_fowlkes_mallows(&m) == 0, "crossed pairs tell nothing");
}

static void
limits(void)
{
	static const int same[3] = {0, 0, 0};
	static const int single[3] = {0, 1, 2};
	double		best[MOST];
	DmMatrix	m = table(3, same, single);

	tap_ok(dm_adjusted_rand(&m) == 0 && dm_rand(&m) == 0 && dm_normalized_mutual_information(&m, DM_MEAN_MIN) == 0 &&
		   adjusted(&m, DM_MEAN_MIN) == 0 && adjusted(&m, DM_MEAN_GEOMETRIC) == 0,
		   "one cluster against single rows: 0");
	tap_ok(isnan(dm_fowlkes_mallows(&m)), "Fowlkes-Mallows needs pairs");
	tap_ok(dm_purity(&m, best) == 1, "single rows are pure");
	m = table(3, single, single);
	tap_ok(dm_adjusted_rand(&m) == 1 && adjusted(&m, DM_MEAN_ARITHMETIC) == 1 && dm_rand(&m) == 1,
		   "single rows against themselves: 1");
	m = table(3, same, same);
	tap_ok(dm_adjusted_rand(&m) == 1 && adjusted(&m, DM_MEAN_MIN) == 1 && dm_v_measure(&m, 1) == 1 &&
		   dm_normalized_mutual_information(&m, DM_MEAN_GEOMETRIC) == 1, "one cluster against itself: 1");
	m = table(0, same, same);
	tap_ok(isnan(dm_adjusted_rand(&m)) && isnan(dm_rand(&m)) && isnan(dm_homogeneity(&m)) &&
		   isnan(dm_v_measure(&m, 1)) &&
		   isnan(dm_normalized_mutual_information(&m, DM_MEAN_MAX)) && isnan(adjusted(&m, DM_MEAN_MAX)) &&
		   isnan(dm_fowlkes_mallows(&m)) && isnan(dm_purity(&m, best)) && isnan(dm_mutual_information(&m)),
		   "nothing of nothing");
}

/* Vinh's equation 24a term by term, factorials by lgamma. */
static double
plain_expected(double a, double b, double n)
{
	double		sum = 0;
	double		x;

	for (x = fmax(1, a + b - n); x <= fmin(a, b); x++)
		sum += x / n * log(n * x / (a * b)) *
			exp(lgamma(a + 1) + lgamma(b + 1) + lgamma(n - a + 1) + lgamma(n - b + 1) -
				lgamma(n + 1) - lgamma(x + 1) -
				lgamma(a - x + 1) - lgamma(b - x + 1) - lgamma(n - a - b + x + 1));
	return sum;
}

/* The same by ratios of probabilities from the mean on, over twelve deviations. */
static double
summed_expected(double a, double b, double n)
{
	double		mean = floor(a * b / n);
	double		width = 12 * sqrt(mean * (1 - a / n) * (1 - b / n));
	double		weights = 0;
	double		sum = 0;
	double		p = 1;
	double		x;

	for (x = mean; x < mean + width; x++)
	{
		weights += p;
		sum += p * (x / n * log1p((x - a * b / n) / (a * b / n)));
		p *= (a - x) / (x + 1) * (b - x) / (n - a - b + x + 1);
	}
	p = 1;
	for (x = mean - 1; x > mean - width; x--)
	{
		p *= (x + 1) / (a - x) * (n - a - b + x + 1) / (b - x);
		weights += p;
		sum += p * (x / n * log1p((x - a * b / n) / (a * b / n)));
	}
	return sum / weights;
}

static void
expected(void)
{
	static const double sizes[][3] = {{1, 1, 2}, {3, 4, 7}, {10, 10, 20}, {50, 3, 60},
	{200, 150, 1000}, {999, 2, 1000}};
	double		worst = 0;
	size_t		i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		const double *s = sizes[i];

		worst = fmax(worst, fabs(dm_expected_information(s[0], s[1], s[2]) - plain_expected(s[0], s[1], s[2])));
	}
	tap_ok(worst < 1e-13, "expected information by ratios and by factorials");
	/* a large sample: the mean of x ln(x / m) is var / 2m, to the first order */
	tap_near(dm_expected_information(3e6, 5e6, 1e7), 0.175 / 1e7, 1e-6, "expected information of ten million rows");
	tap_near(dm_expected_information(2.9e7, 1.1e7, 1e8), summed_expected(2.9e7, 1.1e7, 1e8), 1e-7,
			 "and of a hundred million, by a series");
	tap_near(dm_expected_information(1e7, 2e7, 1.3e8), summed_expected(1e7, 2e7, 1.3e8), 1e-7,
			 "and of unlike sizes");
	tap_near(dm_expected_information(4, 10, 10), 0, 0, "a cluster of all rows tells nothing");
}

static DmPoints
points(const double *values, const size_t *start, size_t k, size_t dims)
{
	DmPoints	p = {start[k], dims, k, values, start, NULL};

	return p;
}

static int	pauses;

static void
count_pause(void)
{
	pauses++;
}

static double
mean_silhouette(const DmPoints *p)
{
	double		sum = 0;
	size_t		c;
	size_t		i;

	for (c = 0; c < p->k; c++)
		for (i = p->start[c]; i < p->start[c + 1]; i++)
			sum += dm_silhouette(p, c, i);
	return sum / (double) p->n;
}

static void
shapes(void)
{
	static const double line[] = {0, 1, 10, 12, 12};
	static const size_t two[] = {0, 2, 5};
	static const double far[] = {1e8 + 0.25, 1e8 + 0.5, 1e8 + 4, 1e8 + 4.25, 1e8 + 4.5};
	static const double close[] = {0.25, 0.5, 4, 4.25, 4.5};
	static const size_t many[] = {0, 1, 2, 3, 4, 5};
	double		centres[5];
	double		work[5];
	DmPoints	p = points(line, two, 2, 1);
	DmPoints	q;
	double		first;

	/* by hand: a = 1, b = 34/3; a = 1, b = 31/3; a = 2, b = 9.5; a = 1, b = 11.5, twice */
	tap_near(mean_silhouette(&p), (1 - 3.0 / 34 + 1 - 3.0 / 31 + 1 - 2 / 9.5 + 2 * (1 - 1 / 11.5)) / 5, 1e-15,
			 "silhouette by hand");
	dm_cluster_centres(&p, centres);
	/* spreads 1/2 and 8/9, centres 1/2 and 34/3 */
	tap_near(dm_davies_bouldin(&p, centres, work), (0.5 + 8.0 / 9) / (34.0 / 3 - 0.5), 1e-15,
			 "Davies-Bouldin by hand");
	p.pause = count_pause;
	(void) dm_davies_bouldin(&p, centres, work);
	tap_ok(pauses == 2, "and it pauses for each cluster");
	/* between 2 * 6.5^2 + 3 * (13/3)^2, within 1/2 + 8/3, 1 and 3 degrees of freedom */
	tap_near(dm_calinski_harabasz(&p, centres, work), (2 * 42.25 + 3 * 169.0 / 9) / (0.5 + 8.0 / 3) * 3, 1e-14,
			 "Calinski-Harabasz by hand");
	p = points(close, two, 2, 1);
	q = points(far, two, 2, 1);
	tap_near(mean_silhouette(&q), mean_silhouette(&p), 1e-15, "silhouettes far from the origin");
	dm_cluster_centres(&p, centres);
	first = dm_calinski_harabasz(&p, centres, work);
	dm_cluster_centres(&q, centres);
	tap_near(dm_calinski_harabasz(&q, centres, work), first, 1e-15, "Calinski-Harabasz far from the origin");
	p = points(line, many, 5, 1);
	dm_cluster_centres(&p, centres);
	tap_ok(isnan(dm_silhouette(&p, 0, 0)) && isnan(dm_davies_bouldin(&p, centres, work)) &&
		   isnan(dm_calinski_harabasz(&p, centres, work)), "as many clusters as points");
	p = points(line, two, 1, 1);
	tap_ok(isnan(dm_silhouette(&p, 0, 0)), "one cluster");
}

int
main(void)
{
	published();
	limits();
	expected();
	shapes();
	return tap_done();
}
