/*
 * test_multiclass.c - scores of many classes and further scores of two against
 * published values, and against plain sums over the whole matrix.
 */
#include <stdint.h>
#include <stdlib.h>

#include "near.h"
#include "stats/multiclass.h"

#define MOST 30

typedef struct Dense
{
	size_t		k;
	double		count[MOST][MOST];
} Dense;

static double sums[3][MOST];
static DmCell cells[MOST * MOST];

static DmMatrix
sparse(const Dense *d)
{
	DmMatrix	m = {d->k, 0, cells, sums[0], sums[1], sums[2], 0};
	uint32_t	i;
	uint32_t	j;

	for (i = 0; i < d->k; i++)
		for (j = 0; j < d->k; j++)
			if (d->count[i][j] > 0)
				cells[m.n_cells++] = (DmCell) {i, j, d->count[i][j]};
	dm_matrix_sum(&m);
	return m;
}

/* 1 - sum w o / sum w e, both over all k * k cells. */
static double
plain_kappa(const Dense *d, DmKappaWeights weights)
{
	DmMatrix	m = sparse(d);
	double		observed = 0;
	double		expected = 0;
	size_t		i;
	size_t		j;

	for (i = 0; i < d->k; i++)
		for (j = 0; j < d->k; j++)
		{
			double		distance = fabs((double) i - (double) j);
			double		w = weights == DM_KAPPA_PLAIN ? distance > 0 :
				weights == DM_KAPPA_LINEAR ? distance : distance * distance;

			observed += w * d->count[i][j];
			expected += w * m.actual[i] * m.predicted[j] / m.n;
		}
	return 1 - observed / expected;
}

static double
next_random(void)
{
	static uint64_t state = 43;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return ldexp((double) (state >> 11), -53);
}

static void
published(void)
{
	/* SAS's printout of an example of FREQ: kappa and linear weights */
	Dense		sas = {3, {{0, 4, 1}, {0, 8, 0}, {0, 1, 5}}};

	/* scikit-learn's example of many of its scores */
	Dense		sklearn = {3, {{2, 0, 0}, {1, 0, 1}, {0, 2, 0}}};
	DmMatrix	m = sparse(&sas);
	DmConfusion c[3];
	size_t		i;

	tap_near(dm_matrix_kappa(&m, DM_KAPPA_PLAIN), 0.4842, 1e-4, "kappa as SAS prints it");
	tap_near(dm_matrix_kappa(&m, DM_KAPPA_LINEAR), 0.4701, 1e-4, "kappa of linear weights as SAS prints it");
	m = sparse(&sklearn);
	for (i = 0; i < 3; i++)
		c[i] = dm_matrix_class(&m, i);
	tap_near(dm_measure_mean(c, NULL, 3, DM_MEASURE_PRECISION, 1, 0), 2.0 / 9, 1e-15, "macro precision");
	tap_near(dm_measure_mean(c, NULL, 3, DM_MEASURE_RECALL, 1, 0), 1.0 / 3, 1e-15, "macro recall");
	tap_near(dm_measure_mean(c, NULL, 3, DM_MEASURE_FBETA, 1, 0), 0.8 / 3, 1e-15, "macro F1");
	tap_near(dm_measure_mean(c, NULL, 3, DM_MEASURE_FBETA, 0.5, 0), 0.2380952380952381, 1e-15, "macro F0.5");
	tap_near(dm_measure_mean(c, m.actual, 3, DM_MEASURE_FBETA, 1, 0), 0.8 / 3, 1e-15, "weighted F1");
	tap_near(dm_matrix_accuracy(&m), 1.0 / 3, 1e-15, "accuracy");
	tap_ok(dm_matrix_majority(&m) == 0, "the first of equally frequent classes");
}

static void
kappas(void)
{
	int			round;
	double		worst = 0;

	for (round = 0; round < 200; round++)
	{
		Dense		d = {2 + (size_t) (next_random() * (MOST - 2)), {{0}}};
		DmMatrix	m;
		size_t		i;
		int			w;

		for (i = 0; i < 200; i++)
			d.count[(size_t) (next_random() * next_random() * (double) d.k)][(size_t) (next_random() * (double) d.k)]++;
		for (w = DM_KAPPA_PLAIN; w <= DM_KAPPA_QUADRATIC; w++)
		{
			m = sparse(&d);
			worst = fmax(worst, fabs(dm_matrix_kappa(&m, (DmKappaWeights) w) -
									 plain_kappa(&d, (DmKappaWeights) w)));
		}
	}
	tap_ok(worst < 1e-13, "kappa in one pass is kappa over all cells");
}

static void
undefined(void)
{
	Dense		one = {1, {{5}}};
	Dense		none = {0, {{0}}};
	Dense		guess = {2, {{3, 0}, {2, 0}}};
	DmMatrix	m = sparse(&one);
	DmConfusion zero = {0, 0, 0, 4};

	tap_ok(isnan(dm_matrix_kappa(&m, DM_KAPPA_PLAIN)) && isnan(dm_matrix_kappa(&m, DM_KAPPA_QUADRATIC)),
		   "no kappa of one class");
	tap_ok(isnan(dm_matrix_matthews(&m)) && isnan(dm_matrix_balanced_accuracy(&m, true)),
		   "no correlation of one class, nor an adjusted accuracy");
	tap_ok(dm_matrix_balanced_accuracy(&m, false) == 1, "its recall is its balanced accuracy");
	m = sparse(&none);
	tap_ok(isnan(dm_matrix_accuracy(&m)) && isnan(dm_matrix_kappa(&m, DM_KAPPA_LINEAR)) &&
		   isnan(dm_matrix_matthews(&m)) && dm_matrix_majority(&m) == 0, "nothing of nothing");
	m = sparse(&guess);
	tap_ok(isnan(dm_matrix_matthews(&m)), "no correlation with a constant");
	tap_ok(dm_matrix_kappa(&m, DM_KAPPA_PLAIN) == 0 && dm_matrix_balanced_accuracy(&m, true) == 0,
		   "a constant is as good as chance");
	tap_ok(isnan(dm_measure_mean(&zero, NULL, 1, DM_MEASURE_RECALL, 1, NAN)) &&
		   dm_measure_mean(&zero, NULL, 1, DM_MEASURE_RECALL, 1, 0.25) == 0.25,
		   "0/0 is left out of an average, or what one says");
}

static double
score(DmScore kernel, DmConfusion c)
{
	double		result = NAN;

	return kernel(&c, &result) ? result : NAN;
}

static void
binary(void)
{
	DmConfusion c = {120, 30, 45, 305};
	Dense		d = {2, {{305, 30}, {45, 120}}};
	DmMatrix	m = sparse(&d);

	/* n + 1 on one corner of four n: the determinant is n, the rest is near n^2 */
	DmConfusion near = {1e12 + 1, 1e12, 1e12, 1e12};
	Dense		dense_near = {2, {{1e12, 1e12}, {1e12, 1e12 + 1}}};
	double		want = 1e12 / sqrt((2e12 + 1) * (2e12 + 1)) / 2e12;

	tap_near(score(dm_binary_matthews, c), dm_matrix_matthews(&m), 1e-14, "Matthews of two classes both ways");
	tap_near(score(dm_binary_kappa, c), dm_matrix_kappa(&m, DM_KAPPA_PLAIN), 1e-14, "kappa of two classes both ways");
	tap_near(score(dm_balanced_accuracy, c), dm_matrix_balanced_accuracy(&m, false), 1e-15,
			 "balanced accuracy both ways");
	tap_near(score(dm_informedness, c), score(dm_recall, c) + score(dm_specificity, c) - 1, 1e-14, "informedness");
	tap_near(score(dm_markedness, c), score(dm_precision, c) + score(dm_negative_predictive_value, c) - 1, 1e-14,
			 "markedness");
	tap_near(score(dm_binary_matthews, c) * score(dm_binary_matthews, c),
			 score(dm_informedness, c) * score(dm_markedness, c), 1e-14, "Matthews is their geometric mean");
	tap_near(score(dm_binary_matthews, near), want, 1e-12, "a small correlation of large counts");
	m = sparse(&dense_near);
	tap_near(dm_matrix_matthews(&m), want, 1e-12, "and of a matrix");
	tap_ok(isnan(score(dm_positive_likelihood_ratio, (DmConfusion) {1, 0, 1, 5})) &&
		   isnan(score(dm_lift, (DmConfusion) {0, 2, 0, 5})) &&
		   isnan(score(dm_balanced_accuracy, (DmConfusion) {1, 0, 1, 0})), "undefined ones");
}

int
main(void)
{
	published();
	kappas();
	undefined();
	binary();
	return tap_done();
}
