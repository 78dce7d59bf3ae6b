/*
 * beta_binomial.c - the beta-binomial distribution (Johnson, Kemp and Kotz,
 * "Univariate discrete distributions", 6.2.2): its terms follow one another by
 * a ratio, so a tail is one logarithm and a sum.
 */
#include <math.h>

#include "stats/beta_binomial.h"
#include "stats/special.h"

/* Above so many expected on both sides, and so many trials, the normal distribution does. */
#define MANY_EXPECTED 100
#define MANY_TRIALS 1000

static double
log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

static double
term(double k, double n, double a, double b)
{
	return exp(log_beta(k + a, n - k + b) - log_beta(a, b) - log(n + 1) - log_beta(k + 1, n - k + 1));
}

/* The sum from k upwards, or from k downwards. */
static double
sum_up(double k, double n, double a, double b)
{
	double		t = term(k, n, a, b);
	double		sum = t;

	for (; k < n; k++)
	{
		double		ratio = (n - k) / (k + 1) * ((k + a) / (n - k - 1 + b));

		t *= ratio;
		sum += t;
		if (ratio < 1 && t < sum * 1e-18)
			break;
	}
	return sum;
}

double
dm_beta_binomial_upper(double k, double n, double a, double b)
{
	double		p;

	if (!(n >= 0 && a > 0 && b > 0) || isnan(k) || isinf(n + a + b))
		return NAN;
	k = ceil(k);
	if (k <= 0)
		return 1;
	if (k > n)
		return 0;
	/* The shorter sum is the more exact: failures are successes with a and b changed. */
	if (k > n * a / (a + b))
		p = sum_up(k, n, a, b);
	else
		p = 1 - sum_up(n - k + 1, n, b, a);
	return fmin(fmax(p, 0), 1);
}

double
dm_rate_upper(double k, double n, double k0, double n0, double variance)
{
	double		p = (k0 + 0.5) / (n0 + 1);
	double		within = p * (1 - p);
	double		expected = n * fmin(p, 1 - p);
	double		m;

	if (!(n > 0 && n0 >= 0 && k0 >= 0 && k0 <= n0 && variance >= 0))
		return NAN;
	if (n > MANY_TRIALS && expected > MANY_EXPECTED)
		return dm_normal_sf((k / n - p) / sqrt(within * (1 / n + 1 / (n0 + 2)) + variance));
	/* Of Beta(p m, (1 - p) m) the variance is p (1 - p) / (m + 1). */
	m = fmax(within / (within / (n0 + 2) + variance) - 1, 1e-3);
	return dm_beta_binomial_upper(k, n, p * m, (1 - p) * m);
}
