/*
 * moment_tests.c - tests of means and of variances.
 *
 * Student (1908); Welch, "The generalization of Student's problem when several
 * different population variances are involved", Biometrika 34 (1947), with the
 * degrees of freedom of Satterthwaite (1946): scipy.stats.ttest_ind.  Fisher's
 * ratio of variances: R's var.test.  Effect: Cohen, "Statistical power analysis
 * for the behavioral sciences" (1988).
 */
#include <math.h>

#include "stats/moment_tests.h"
#include "stats/special.h"

static double
mean_difference(const DmMeanSpread *a, const DmMeanSpread *b)
{
	return (a->mean - b->mean) + (a->mean_low - b->mean_low);
}

/* Both tails of Student's distribution. */
static double
t_p_value(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return NAN;
	if (isinf(t))
		return 0;
	/* of the two forms of the argument the one that is not near 1 */
	if (t * t < df)
		return dm_beta_q(0.5, df / 2, t * t / (df + t * t));
	return dm_beta_p(df / 2, 0.5, df / (df + t * t));
}

/* Pooled standard deviation; the ratios keep squares in range. */
static double
pooled(const DmMeanSpread *a, const DmMeanSpread *b)
{
	double		df = a->n + b->n - 2;

	return hypot(sqrt((a->n - 1) / df) * a->stddev, sqrt((b->n - 1) / df) * b->stddev);
}

static DmTest
t_test(const DmMeanSpread *a, const DmMeanSpread *b, double error, double df)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	double		d = mean_difference(a, b);

	/* a spread beyond double tells nothing of the means */
	if (isinf(error))
		return t;
	t.statistic = d / error;
	t.df = df;
	t.p_value = t_p_value(t.statistic, df);
	t.effect_size = d / pooled(a, b);
	return t;
}

DmTest
dm_student_t_test(const DmMeanSpread *a, const DmMeanSpread *b)
{
	return t_test(a, b, pooled(a, b) * sqrt(1 / a->n + 1 / b->n), a->n + b->n - 2);
}

DmTest
dm_welch_t_test(const DmMeanSpread *a, const DmMeanSpread *b)
{
	double		x = a->stddev / sqrt(a->n);
	double		y = b->stddev / sqrt(b->n);
	double		error = hypot(x, y);
	double		p = x / error,
				q = y / error;
	double		df = 1 / (p * p * p * p / (a->n - 1) + q * q * q * q / (b->n - 1));

	/* as scipy has it where both variances are 0 */
	return t_test(a, b, error, error == 0 ? 1 : df);
}

DmTest
dm_f_test(const DmMeanSpread *a, const DmMeanSpread *b)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	double		ratio = a->stddev / b->stddev;
	double		below,
				above,
				x;

	/* nor does one of the other */
	if (isnan(ratio) || isinf(a->stddev) || isinf(b->stddev))
		return t;
	t.statistic = ratio * ratio;
	t.df = a->n - 1;
	t.effect_size = 2 * log(ratio);
	if (ratio == 0 || isinf(t.statistic))
	{
		t.p_value = 0;
		return t;
	}
	/* the smaller of the two tails, each computed as such */
	x = (a->n - 1) * t.statistic / ((a->n - 1) * t.statistic + (b->n - 1));
	below = dm_beta_p((a->n - 1) / 2, (b->n - 1) / 2, x);
	above = dm_beta_p((b->n - 1) / 2, (a->n - 1) / 2,
					  (b->n - 1) / ((a->n - 1) * t.statistic + (b->n - 1)));
	t.p_value = fmin(2 * fmin(below, above), 1);
	return t;
}
