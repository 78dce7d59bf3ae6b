/*
 * distributions.c - continuous distributions by the tails of gamma and beta.
 *
 * Student's t is by t^2, which has the F distribution with 1 and df degrees of
 * freedom; F with d1 and d2 is the beta distribution with d1/2 and d2/2 (DLMF
 * 8.17.25 and on; Johnson, Kotz and Balakrishnan, "Continuous univariate
 * distributions", chapters 17, 18, 25, 27, 28).
 */
#include <math.h>
#include <stdbool.h>

#include "stats/distributions.h"
#include "stats/incomplete.h"
#include "stats/special.h"

#define SQRT_TWO_PI 2.506628274631000502

static bool
positive(double v)
{
	return v > 0 && !isinf(v);
}

static bool
probability(double p)
{
	return p >= 0 && p <= 1;
}

double
dm_normal_pdf(double x)
{
	double		square = x * x;

	if (isinf(square))
		return 0;
	return exp(-square / 2) * (1 - fma(x, x, -square) / 2) / SQRT_TWO_PI;
}

double
dm_normal_ppf(double p)
{
	return dm_normal_quantile(p);
}

double
dm_normal_isf(double q)
{
	return -dm_normal_quantile(q);
}

/* ---- gamma and chi-square */

double
dm_gamma_pdf(double x, double shape, double scale)
{
	DmGammaPoint p;

	if (isnan(x) || !positive(shape) || !positive(scale))
		return NAN;
	if (x < 0 || isinf(x))
		return 0;
	if (x == 0)
		return shape > 1 ? 0 : shape < 1 ? INFINITY : 1 / scale;
	p = dm_gamma_point(shape, x, scale);
	return exp(dm_gamma_log_factor(&p) - log(x));
}

static double
gamma_tail(double x, double shape, double scale, bool upper)
{
	DmGammaPoint p;

	if (isnan(x) || !positive(shape) || !positive(scale))
		return NAN;
	if (x <= 0 || isinf(x / scale))
		return (x > 0) != upper ? 1 : 0;
	p = dm_gamma_point(shape, x, scale);
	return upper ? dm_gamma_upper_value(&p) : dm_gamma_lower_value(&p);
}

/* Of the two tails at one point, the one that is at most 1/2 fixes it. */
static double
gamma_quantile(double p, double shape, double scale, bool upper)
{
	double		v;

	if (!probability(p) || !positive(shape) || !positive(scale))
		return NAN;
	if (p > 0.5)
		return gamma_quantile(1 - p, shape, scale, !upper);
	if (p == 0)
		return upper ? INFINITY : 0;
	v = upper ? dm_gamma_solve_upper(shape, p) : dm_gamma_solve_lower(shape, p);
	return scale * shape * exp(v);
}

double
dm_gamma_cdf(double x, double shape, double scale)
{
	return gamma_tail(x, shape, scale, false);
}

double
dm_gamma_sf(double x, double shape, double scale)
{
	return gamma_tail(x, shape, scale, true);
}

double
dm_gamma_ppf(double p, double shape, double scale)
{
	return gamma_quantile(p, shape, scale, false);
}

double
dm_gamma_isf(double q, double shape, double scale)
{
	return gamma_quantile(q, shape, scale, true);
}

double
dm_chi_square_pdf(double x, double df)
{
	return dm_gamma_pdf(x, df / 2, 2);
}

double
dm_chi_square_cdf(double x, double df)
{
	return dm_gamma_cdf(x, df / 2, 2);
}

double
dm_chi_square_ppf(double p, double df)
{
	return dm_gamma_ppf(p, df / 2, 2);
}

double
dm_chi_square_isf(double q, double df)
{
	return dm_gamma_isf(q, df / 2, 2);
}

/* ---- beta */

double
dm_beta_pdf(double x, double a, double b)
{
	DmBetaPoint p;

	if (isnan(x) || !positive(a) || !positive(b))
		return NAN;
	if (x < 0 || x > 1)
		return 0;
	if (x == 0)
		return a > 1 ? 0 : a < 1 ? INFINITY : b;
	if (x == 1)
		return b > 1 ? 0 : b < 1 ? INFINITY : a;
	p = dm_beta_point(a, b, x);
	return exp(dm_beta_log_factor(&p) - p.log_x - p.log_y);
}

static double
beta_tail(double x, double a, double b, bool upper)
{
	DmBetaPoint p;

	if (isnan(x) || !positive(a) || !positive(b))
		return NAN;
	p = dm_beta_point(a, b, fmin(fmax(x, 0), 1));
	if (upper)
		p = dm_beta_swap(&p);
	return dm_beta_lower_value(&p);
}

/* log f where the lower (or upper) tail with parameters a and b is p */
static double
log_f_quantile(double p, double a, double b, bool upper)
{
	if (p > 0.5)
		return log_f_quantile(1 - p, a, b, !upper);
	if (p == 0)
		return upper ? INFINITY : -INFINITY;
	return upper ? -dm_beta_solve_lower(b, a, p) : dm_beta_solve_lower(a, b, p);
}

static double
beta_quantile(double p, double a, double b, bool upper)
{
	double		v;

	if (!probability(p) || !positive(a) || !positive(b))
		return NAN;
	v = log_f_quantile(p, a, b, upper);
	/* x = 1 / (1 + y / x) */
	return 1 / (1 + b / a * exp(-v));
}

double
dm_beta_cdf(double x, double a, double b)
{
	return beta_tail(x, a, b, false);
}

double
dm_beta_sf(double x, double a, double b)
{
	return beta_tail(x, a, b, true);
}

double
dm_beta_ppf(double p, double a, double b)
{
	return beta_quantile(p, a, b, false);
}

double
dm_beta_isf(double q, double a, double b)
{
	return beta_quantile(q, a, b, true);
}

/* ---- F */

static DmBetaPoint
f_point(double x, double dfn, double dfd)
{
	return dm_beta_point_f(dfn / 2, dfd / 2, x, log(x), x - 1);
}

double
dm_f_pdf(double x, double dfn, double dfd)
{
	DmBetaPoint p;

	if (isnan(x) || !positive(dfn) || !positive(dfd))
		return NAN;
	if (x < 0 || isinf(x))
		return 0;
	if (x == 0)
		return dfn > 2 ? 0 : dfn < 2 ? INFINITY : 1;
	p = f_point(x, dfn, dfd);
	return exp(dm_beta_log_factor(&p) - log(x));
}

static double
f_tail(double x, double dfn, double dfd, bool upper)
{
	DmBetaPoint p;

	if (isnan(x) || !positive(dfn) || !positive(dfd))
		return NAN;
	if (x <= 0 || isinf(x))
		return (x > 0) != upper ? 1 : 0;
	p = f_point(x, dfn, dfd);
	if (upper)
		p = dm_beta_swap(&p);
	return dm_beta_lower_value(&p);
}

double
dm_f_cdf(double x, double dfn, double dfd)
{
	return f_tail(x, dfn, dfd, false);
}

double
dm_f_sf(double x, double dfn, double dfd)
{
	return f_tail(x, dfn, dfd, true);
}

double
dm_f_ppf(double p, double dfn, double dfd)
{
	if (!probability(p) || !positive(dfn) || !positive(dfd))
		return NAN;
	return exp(log_f_quantile(p, dfn / 2, dfd / 2, false));
}

double
dm_f_isf(double q, double dfn, double dfd)
{
	if (!probability(q) || !positive(dfn) || !positive(dfd))
		return NAN;
	return exp(log_f_quantile(q, dfn / 2, dfd / 2, true));
}

/* ---- Student's t */

static DmBetaPoint
t_point(double t, double df)
{
	return dm_beta_point_f(0.5, df / 2, t * t, 2 * log(t), (t - 1) * (t + 1));
}

double
dm_t_pdf(double x, double df)
{
	DmBetaPoint p;
	double		t;

	if (isnan(x) || !(df > 0))
		return NAN;
	if (isinf(df))
		return dm_normal_pdf(x);
	if (isinf(x))
		return 0;
	/* flat around 0, where the formula has 0/0 */
	t = fmax(fabs(x), fmin(1, sqrt(df)) * 1e-9);
	p = t_point(t, df);
	return exp(dm_beta_log_factor(&p) - log(t));
}

/* P(T > t) for t >= 0, and P(0 < T < t) */
static double
t_half(double t, double df, bool upper)
{
	DmBetaPoint p;

	if (t == 0 || isinf(t))
		return (t == 0) == upper ? 0.5 : 0;
	p = t_point(t, df);
	if (upper)
		p = dm_beta_swap(&p);
	return 0.5 * dm_beta_lower_value(&p);
}

double
dm_t_sf(double x, double df)
{
	if (isnan(x) || !(df > 0))
		return NAN;
	if (isinf(df))
		return dm_normal_sf(x);
	return x >= 0 ? t_half(x, df, true) : 0.5 + t_half(-x, df, false);
}

double
dm_t_cdf(double x, double df)
{
	return dm_t_sf(-x, df);
}

double
dm_t_isf(double q, double df)
{
	double		v;

	if (!probability(q) || !(df > 0))
		return NAN;
	if (isinf(df))
		return dm_normal_isf(q);
	if (q > 0.5)
		return -dm_t_isf(1 - q, df);
	/* 2q is the upper tail of t^2, and 1 - 2q, exact here, the lower */
	v = q < 0.25 ? log_f_quantile(2 * q, 0.5, df / 2, true) :
		log_f_quantile(2 * (0.5 - q), 0.5, df / 2, false);
	return exp(v / 2);
}

double
dm_t_ppf(double p, double df)
{
	return -dm_t_isf(p, df);
}
