/*
 * incomplete_inverse.c - where a tail of the gamma or beta distribution has a
 * given probability.
 *
 * Newton's method on the logarithm of the tail as a function of log x, or of
 * the logit.  That function is concave, because the density of the variable so
 * transformed is log-concave: from one side the steps never pass the root, and
 * from the other they pass it once.  A bound that is always on the good side
 * catches that one step, so the method converges from anywhere; a start by
 * Wilson and Hilferty's cube root (and Paulson's, for two parameters) makes it
 * a matter of a few steps.
 */
#include <math.h>

#include "stats/incomplete.h"
#include "stats/special.h"

#define TWO_PI 6.283185307179586477
#define MAX_STEPS 200
#define CLOSE 1e-9				/* next error: half the square */
#define FAR_ODDS 690.0			/* a logarithm: the next term is nothing */
#define ROUNDING 1e-14			/* more than that of a sum, relative to its terms */
#define SLACK 1e-8				/* more than the rounding of a bound */

static double
log_error(DmTail t, double log_p)
{
	return t.log_factor + log(t.integral) - log_p;
}

static DmGammaPoint
gamma_at(double a, double v)
{
	DmGammaPoint p = {a, a * exp(v), log(a) + v, a * expm1(v)};

	return p;
}

/* Wilson and Hilferty: the cube root of x / a is about normal. */
static double
gamma_guess(double a, double z)
{
	double		root = 1 - 1 / (9 * a) + z / (3 * sqrt(a));

	return root > 0.1 ? 3 * log(root) : NAN;
}

double
dm_gamma_solve_lower(double a, double p)
{
	double		log_p = log(p);
	/* P(a, x) <= x^a / Gamma(a + 1) */
	double		least = (log_p + lgamma(a + 1)) / a - log(a);
	double		v;
	int			i;

	least -= SLACK * (1 + fabs(least)) + ROUNDING * (1 + fabs(log_p) + fabs(lgamma(a + 1))) / a;
	v = fmax(gamma_guess(a, dm_normal_quantile(p)), least);
	for (i = 0; i < MAX_STEPS; i++)
	{
		DmGammaPoint at = gamma_at(a, v);
		DmTail		t = dm_gamma_lower(&at);
		double		error = log_error(t, log_p);

		v = fmax(v - error * t.integral, least);
		if (fabs(error) < CLOSE)
			break;
	}
	return v;
}

double
dm_gamma_solve_upper(double a, double p)
{
	double		log_p = log(p);
	/* Laurent and Massart (2000), lemma 1, for any shape */
	double		most = log1p(sqrt(2 * -log_p / a) - log_p / a);
	double		v;
	int			i;

	most += SLACK * (1 + fabs(most));
	v = fmin(gamma_guess(a, -dm_normal_quantile(p)), most);
	for (i = 0; i < MAX_STEPS; i++)
	{
		DmGammaPoint at = gamma_at(a, v);
		DmTail		t = dm_gamma_upper(&at);
		double		error = log_error(t, log_p);

		v = fmin(v + error * t.integral, most);
		if (fabs(error) < CLOSE)
			break;
	}
	return v;
}

/* Paulson (1942): the cube roots of numerator and denominator are about normal. */
static double
beta_guess(double a, double b, double z)
{
	double		c = 1 / (9 * b);
	double		d = 1 / (9 * a);
	double		lead = (1 - c) * (1 - c) - z * z * c;
	double		square = (1 - c) * (1 - c) * d + (1 - d) * (1 - d) * c - c * d * z * z;
	double		root;

	if (!(lead > 0.01) || !(square > 0))
		return NAN;
	root = ((1 - c) * (1 - d) + z * sqrt(square)) / lead;
	return root > 0.1 ? 3 * log(root) : NAN;
}

/* log B(a, b) */
static double
log_beta(double a, double b)
{
	double		n = a + b;

	return dm_stirling_error(a) + dm_stirling_error(b) - dm_stirling_error(n) +
		a * (a < b ? log(a / n) : log1p(-b / n)) + b * (b < a ? log(b / n) : log1p(-a / n)) +
		0.5 * log(TWO_PI / fmin(a, b) * (n / fmax(a, b)));
}

/*
 * With the odds r = x / y the tail is at most r^a / (a B(a, b)), and 1 minus it
 * at most r^-b / (b B(a, b)): the root lies between.  Far out the bounds are
 * the root, and the odds would leave the range of double on the way to it.
 */
double
dm_beta_solve_lower(double a, double b, double p)
{
	double		log_p = log(p);
	double		log_ratio = log(a) - log(b);
	double		constant = log_beta(a, b);
	double		least = (log_p + log(a) + constant) / a;
	double		most = -(log1p(-p) + log(b) + constant) / b;
	double		noise;
	double		v;
	int			i;

	if (least < -FAR_ODDS || most > FAR_ODDS)
		return (least < -FAR_ODDS ? least : most) - log_ratio;
	noise = ROUNDING * (1 + fabs(log_p) + fabs(log(a)) + fabs(log(b)) + fabs(constant));
	least -= log_ratio + noise / a + SLACK * (1 + fabs(least));
	most += noise / b + SLACK * (1 + fabs(most)) - log_ratio;
	v = fmin(fmax(beta_guess(a, b, dm_normal_quantile(p)), least), most);
	for (i = 0; i < MAX_STEPS; i++)
	{
		DmBetaPoint at = dm_beta_point_f(a, b, exp(v), v, expm1(v));
		DmTail		t = dm_beta_lower(&at);
		double		error = log_error(t, log_p);

		v = fmin(fmax(v - error * t.integral, least), most);
		if (fabs(error) < CLOSE)
			break;
	}
	return v;
}
