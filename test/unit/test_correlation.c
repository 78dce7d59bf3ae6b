/*
 * test_correlation.c - correlations and regression scores against published values.
 */
#include <string.h>

#include "near.h"
#include "stats/correlation.h"
#include "stats/rank_correlation.h"
#include "stats/regression.h"
#include "sums.h"

static DmPairSums
sums_of(const double *x, const double *y, int n)
{
	DmExactSum *sum[5];
	DmPairSums	s;
	int			i;

	for (i = 0; i < 5; i++)
		sum[i] = new_sum(DM_SUM_LIMBS);
	(void) dm_pair_sums_add(sum, x, y, n);
	s.n = (uint64_t) n;
	s.x = sum[0];
	s.y = sum[1];
	s.xx = sum[2];
	s.yy = sum[3];
	s.xy = sum[4];
	return s;
}

static void
test_pearson(void)
{
	/* scipy's documentation of pearsonr: 0.8660254037844386, 0.011724811003954649 */
	const double a[] = {0, 0, 0, 1, 1, 1, 1};
	const double b[] = {0, 1, 2, 3, 4, 5, 6};
	const double flat[] = {3, 3, 3, 3, 3, 3, 3};
	/* Anscombe, "Graphs in statistical analysis" (1973), set I: y = 3.00 + 0.500 x, r 0.816 */
	const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
	const double y[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
	DmPairSums	s = sums_of(a, b, 7);
	DmCorrelation c;
	DmLine		line;
	double		low;
	double		high;

	dm_pearson(&s, &c);
	tap_near(c.r, 0.8660254037844386, 1e-15, "pearsonr of scipy's example");
	tap_near(c.p_value, 0.011724811003954649, 1e-13, "its p-value");
	tap_near(c.unexplained, 0.25, 1e-15, "1 - r^2");
	tap_near(dm_pair_covariance(&s, 1), 1, 1e-15, "covariance");
	s = sums_of(b, b, 7);
	dm_pearson(&s, &c);
	tap_ok(c.r == 1 && c.unexplained == 0 && c.p_value == 0, "a line is 1");
	tap_ok(dm_pearson_interval(&s, 0.95, &low, &high) && low == 1 && high == 1, "and so is its interval");
	s = sums_of(b, flat, 7);
	dm_pearson(&s, &c);
	tap_near(c.r, NAN, 0, "a constant has no correlation");
	dm_linear_regression(&s, &line);
	tap_ok(line.slope == 0 && line.intercept == 3, "but a regression line");
	s = sums_of(flat, b, 7);
	dm_linear_regression(&s, &line);
	tap_near(line.slope, NAN, 0, "there is none on a constant");
	s = sums_of(x, y, 11);
	dm_linear_regression(&s, &line);
	tap_near(line.slope, 0.5001, 1e-4, "Anscombe's slope");
	tap_near(line.intercept, 3.0001, 1e-4, "Anscombe's intercept");
	tap_near(line.slope_stderr, 0.1179, 1e-3, "the slope's standard error");
	tap_near(line.intercept_stderr, 1.1247, 1e-4, "the intercept's");
	tap_near(line.correlation.p_value, 0.00217, 1e-3, "p-value");
	s = sums_of(x, y, 2);
	dm_linear_regression(&s, &line);
	tap_near(line.slope_stderr, NAN, 0, "two points tell nothing of errors");
}

/* Kendall's coefficient by comparing all pairs. */
static double
slow_tau(const DmPair *p, int n)
{
	double		score = 0;
	double		x = 0;
	double		y = 0;
	int			i;
	int			j;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++)
		{
			int			a = (p[i].x > p[j].x) - (p[i].x < p[j].x);
			int			b = (p[i].y > p[j].y) - (p[i].y < p[j].y);

			score += a * b;
			x += a * a;
			y += b * b;
		}
	return score / sqrt(x) / sqrt(y);
}

static void
test_ranks(void)
{
	/* scipy's documentation of kendalltau and of spearmanr */
	DmPair		kendall[] = {{12, 1}, {2, 4}, {1, 7}, {12, 1}, {2, 0}};
	DmPair		spearman[] = {{1, 5}, {2, 6}, {3, 7}, {4, 8}, {5, 7}};
	DmPair		a[600];
	DmPair		b[600];
	DmPair		c[600];
	double		u[600];
	double		v[600];
	DmKendall	k;
	DmCorrelation r;
	int			i;
	bool		sorted = true;

	dm_pairs_sort(kendall, 5, a);
	dm_kendall(kendall, 5, u, v, &k);
	tap_near(k.tau, -0.47140452079103173, 1e-15, "kendalltau of scipy's example");
	tap_near(k.p_value, 0.2827454599327748, 1e-14, "its p-value");
	dm_pairs_sort(spearman, 5, a);
	dm_spearman(spearman, 5, a, b, &r);
	tap_near(r.r, 0.8207826816681233, 1e-15, "spearmanr of scipy's example");
	tap_near(r.p_value, 0.0885870053135438, 1e-13, "its p-value");
	for (i = 0; i < 600; i++)
	{
		a[i].x = floor((next_random() - 0.5) * 30) * ldexp(1, (int) (next_random() * 3));
		a[i].y = a[i].x * 0.2 + (next_random() - 0.5) * (i % 2 ? 1e-5 : 10);
	}
	dm_pairs_sort(a, 600, b);
	for (i = 1; i < 600; i++)
		sorted = sorted && (a[i - 1].x < a[i].x || (a[i - 1].x == a[i].x && a[i - 1].y <= a[i].y));
	tap_ok(sorted, "600 pairs of both signs are sorted");
	dm_kendall(a, 600, u, v, &k);
	tap_near(k.tau, slow_tau(a, 600), 1e-14, "tau of 600 pairs with ties, as by comparing all");
	tap_ok(!k.exact, "its p-value by the normal distribution");
	dm_spearman(a, 600, b, c, &r);
	tap_ok(r.r > 0.3 && r.r < 0.95, "rho of the same");
	/* 4 pairs: of 24 permutations 1 has no inversion, 3 have one (Kendall's tables) */
	for (i = 0; i < 4; i++)
	{
		a[i].x = i;
		a[i].y = i == 3 ? 2 : i == 2 ? 3 : i;
	}
	dm_kendall(a, 4, u, v, &k);
	tap_near(k.p_value, 2 * 4.0 / 24, 1e-15, "exact p-value of one inversion in 4");
	a[1].y = 5;
	/* 0 5 3 2: three inversions; 1 + 3 + 5 + 6 permutations have as few: all, both sides */
	dm_kendall(a, 4, u, v, &k);
	tap_near(k.p_value, 1, 0, "of three");
	dm_kendall(a, 1, u, v, &k);
	tap_near(k.tau, NAN, 0, "one pair has no tau");
}

static void
test_errors(void)
{
	/* scikit-learn's documentation; MAE 0.5, MSE 0.375, R2 0.948..., explained variance 0.957... */
	const double actual[] = {3, -0.5, 2, 7};
	const double predicted[] = {2.5, 0, 2, 8};
	const double big[] = {1.5e308, -1, 0};
	const double off[] = {1e308, 3, 0};
	DmExactSum *sum[DM_ERROR_SUMS];
	DmErrors	e = {4, 0, -INFINITY, sum};
	int			i;

	for (i = 0; i < DM_ERROR_SUMS; i++)
		sum[i] = new_sum(DM_SUM_LIMBS);
	(void) dm_errors_add(sum, &e.no_logarithm, &e.max, actual, predicted, 4);
	tap_near(dm_mean_absolute_error(&e), 0.5, 0, "mean absolute error");
	tap_near(dm_mean_squared_error(&e), 0.375, 0, "mean squared error");
	tap_near(dm_root_mean_squared_error(&e), 0.6123724356957945, 1e-15, "its root");
	tap_near(dm_r2_score(&e), 0.9486081370449679, 1e-15, "R2");
	tap_near(dm_explained_variance_score(&e), 0.9571734475374732, 1e-15, "explained variance");
	tap_near(dm_mean_absolute_percentage_error(&e), 0.3273809523809524, 1e-15, "percentage error");
	tap_near(dm_mean_error(&e), -0.25, 0, "mean error: actual less predicted");
	tap_near(dm_max_error(&e), 1, 0, "largest error");
	tap_near(dm_mean_pinball_loss(&e, 1), 0.125, 0, "pinball loss of alpha 1: positive errors");
	tap_near(dm_mean_pinball_loss(&e, 0), 0.375, 0, "of alpha 0: negative ones");
	tap_near(dm_adjusted_r2_score(&e, 1), 1 - (1 - 0.9486081370449679) * 3 / 2, 1e-14, "adjusted R2");
	tap_near(dm_adjusted_r2_score(&e, 3), NAN, 0, "with as many predictors as rows");
	tap_near(dm_mean_squared_error_stderr(&e), sqrt((2 * 0.0625 + 1 - 4 * 0.375 * 0.375) / 3 / 4), 1e-14,
			 "standard error of the mean squared error");
	for (i = 0; i < DM_ERROR_SUMS; i++)
		dm_sum_init(sum[i], DM_SUM_LIMBS);
	e.n = 3;
	(void) dm_errors_add(sum, &e.no_logarithm, &e.max, big, off, 3);
	tap_near(dm_symmetric_mean_absolute_percentage_error(&e), (0.4 + 2) / 3, 1e-14,
			 "0/0 is 0; what adds up beyond double");
	tap_ok(e.no_logarithm == 1, "-1 has no logarithm");
	tap_near(dm_mean_squared_log_error(&e), NAN, 0, "nor have rows with it");
	tap_near(dm_mean_squared_error_stderr(&e), NAN, 0, "no fourth powers of errors that large");
	e.n = 0;
	tap_near(dm_mean_absolute_error(&e), NAN, 0, "nothing has no error");
	for (i = 0; i < DM_ERROR_SUMS; i++)
		free(sum[i]);
}

int
main(void)
{
	test_pearson();
	test_ranks();
	test_errors();
	return tap_done();
}
