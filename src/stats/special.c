/*
 * special.c - special functions behind the p-values.
 *
 * The incomplete functions are in incomplete.c; here are their plain faces.
 */
#include <math.h>

#include "stats/incomplete.h"
#include "stats/special.h"

#define SQRT_HALF 0.707106781186547524
#define SQRT_HALF_LOW -4.83364665672645652e-17
#define SQRT_PI_INVERSE 0.564189583547756287

double
dm_gamma_p(double a, double x)
{
	DmGammaPoint p;

	if (isnan(a) || isnan(x) || a <= 0 || x < 0 || isinf(a))
		return NAN;
	if (isinf(x))
		return 1;
	p = dm_gamma_point(a, x, 1);
	return dm_gamma_lower_value(&p);
}

double
dm_gamma_q(double a, double x)
{
	DmGammaPoint p;

	if (isnan(a) || isnan(x) || a <= 0 || x < 0 || isinf(a))
		return NAN;
	if (isinf(x))
		return 0;
	p = dm_gamma_point(a, x, 1);
	return dm_gamma_upper_value(&p);
}

static double
beta_tail(double a, double b, double x, int upper)
{
	DmBetaPoint p;

	if (isnan(a) || isnan(b) || isnan(x) || a <= 0 || b <= 0 || x < 0 || x > 1 ||
		isinf(a) || isinf(b))
		return NAN;
	p = dm_beta_point(a, b, x);
	if (upper)
		p = dm_beta_swap(&p);
	return dm_beta_lower_value(&p);
}

double
dm_beta_p(double a, double b, double x)
{
	return beta_tail(a, b, x, 0);
}

double
dm_beta_q(double a, double b, double x)
{
	return beta_tail(a, b, x, 1);
}

double
dm_chi_square_sf(double x, double df)
{
	if (x <= 0 && df > 0)
		return 1;
	return dm_gamma_q(df / 2, x / 2);
}

/* The rounding error of x / sqrt(2) counts x times: it is put back by the derivative. */
double
dm_normal_sf(double x)
{
	double		z = x * SQRT_HALF;
	double		error = fma(x, SQRT_HALF, -z) + x * SQRT_HALF_LOW;

	if (!(fabs(z) < 40))
		return isnan(x) ? NAN : x < 0 ? 1 : 0;
	return 0.5 * erfc(z) - exp(-z * z) * SQRT_PI_INVERSE * error;
}

double
dm_normal_cdf(double x)
{
	return dm_normal_sf(-x);
}

static double
polynomial(const double *c, int n, double x)
{
	double		sum = c[n - 1];

	while (--n > 0)
		sum = sum * x + c[n - 1];
	return sum;
}

/* Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988). */
double
dm_normal_quantile(double p)
{
	static const double a[] = {3.3871328727963666080, 1.3314166789178437745e2,
		1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4,
	6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
	static const double b[] = {1, 4.2313330701600911252e1, 6.8718700749205790830e2,
		5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
	2.8729085735721942674e4, 5.2264952788528545610e3};
	static const double c[] = {1.42343711074968357734, 4.63033784615654529590,
		5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258,
	2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
	static const double d[] = {1, 2.05319162663775882187, 1.67638483018380384940,
		6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
	5.47593808499534494600e-4, 1.05075007164441684324e-9};
	static const double e[] = {6.65790464350110377720, 5.46378491116411436990,
		1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
	1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
	static const double f[] = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
		1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
	1.42151175831644588870e-7, 2.04426310338993978564e-15};
	double		q = p - 0.5;
	double		r,
				z;

	if (isnan(p) || p < 0 || p > 1)
		return NAN;
	if (p == 0 || p == 1)
		return p == 0 ? -INFINITY : INFINITY;
	if (fabs(q) <= 0.425)
	{
		r = 0.180625 - q * q;
		return q * polynomial(a, 8, r) / polynomial(b, 8, r);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5)
		z = polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6);
	else
		z = polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
	return q < 0 ? -z : z;
}

/* x^a y^b / B(a, b) has all that C(n, k) p^k q^(n-k) has, up to n / (a b). */
double
dm_binomial_pmf(double k, double n, double p)
{
	double		m = n - k;
	DmBetaPoint at = {k, m, p, 1 - p, 0, 0, fma(-n, p, k)};

	if (isnan(k) || isnan(n) || isnan(p) || n < 0 || p < 0 || p > 1)
		return NAN;
	if (k < 0 || k > n || k != floor(k))
		return 0;
	if (p == 0 || p == 1)
		return k == (p == 0 ? 0 : n) ? 1 : 0;
	if (k == 0)
		return exp(n * log1p(-p));
	if (m == 0)
		return exp(n * log(p));
	at.log_x = log(p);
	at.log_y = log1p(-p);
	return exp(dm_beta_log_factor(&at)) * (n / k / m);
}

/* Chance of k marked among those drawn without replacement (Loader 2000). */
double
dm_hypergeometric_pmf(double k, double population, double marked, double drawn)
{
	double		p = drawn / population;

	if (isnan(k) || isnan(population) || isnan(marked) || isnan(drawn) ||
		marked < 0 || drawn < 0 || marked > population || drawn > population)
		return NAN;
	if (k < 0 || k > marked || k > drawn || drawn - k > population - marked)
		return 0;
	if (drawn == 0 || drawn == population)
		return 1;
	return dm_binomial_pmf(k, marked, p) * dm_binomial_pmf(drawn - k, population - marked, p) /
		dm_binomial_pmf(drawn, population, p);
}
