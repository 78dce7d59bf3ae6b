/*
 * kolmogorov.c - distributions of the Kolmogorov-Smirnov statistics.
 *
 * Two samples of n and m values: exactly while n * m is small, and otherwise
 * as one sample of nm/(n+m) values, rounded, which is what
 * scipy.stats.ks_2samp(method='asymp') does.  The one-sample distribution is
 * divided among algorithms as in Simard and L'Ecuyer, "Computing the two-sided
 * Kolmogorov-Smirnov distribution", J. Stat. Softw. 39 (2011).
 */
#include <math.h>

#include "stats/incomplete.h"
#include "stats/kolmogorov.h"
#include "stats/special.h"

#define PI 3.141592653589793238
#define E 2.718281828459045235
#define SMALL_N 140
#define SMALL_SIDE 500			/* sqrt(DM_KS_EXACT_LIMIT) */
#define DURBIN_N 10000			/* the largest n whose lower tail is by Durbin's matrix */
#define DURBIN_MAX 56			/* its size: 2 ceil(1.4^(2/3) DURBIN_N^(1/3)), and 2 ceil(sqrt(4 * SMALL_N)) */
#define SMIRNOV_TERMS 512

/*
 * Probability that a random path of n + m steps, n <= m, meets a point where
 * |i/m - j/n| >= d: the chance u(i,j) of having met one is an average of the
 * chances at the two points before, weighted by how the last step is drawn.
 * Nothing is subtracted, so the tail keeps its accuracy.
 */
static double
two_sample_exact(double d, double n, double m)
{
	double		u[SMALL_SIDE + 1];
	double		h = floor(d * n * m - 1e-7) + 1;
	int			size = (int) n;
	int			i,
				j;

	if (h <= 0)
		return 1;
	for (j = 0; j <= size; j++)
		u[j] = j * m >= h ? 1 : 0;
	for (i = 1; i <= (int) m; i++)
	{
		/* inside: |i n - j m| < h */
		int			first = (int) fmax(floor((i * n - h) / m) + 1, 0);
		int			last = (int) fmin(ceil((i * n + h) / m) - 1, n);

		if (first > 0 && first <= size + 1)
			u[first - 1] = 1;
		for (j = first > 0 ? first : 1; j <= last; j++)
			u[j] = (i * u[j] + j * u[j - 1]) / (i + j);
	}
	return u[size];
}

double
dm_ks_p_value(double d, double n, double m, bool *exact)
{
	*exact = false;
	if (isnan(d) || !(n >= 1) || !(m >= 1))
		return NAN;
	if (n * m <= DM_KS_EXACT_LIMIT)
	{
		*exact = true;
		return two_sample_exact(fmin(d, 1), fmin(n, m), fmax(n, m));
	}
	return dm_kolmogorov_n_sf(rint(n / (n + m) * m), d);
}

/*
 * Birnbaum and Tingey's sum, x * sum_j Binomial(j; n, x + j/n) / (x + j/n),
 * j up to n(1-x).  Where there are many terms they vary slowly and vanish with
 * all derivatives at both ends, so a subset at equal steps, times the step,
 * has the same sum to rounding.
 */
double
dm_smirnov_sf(double n, double x)
{
	double		count,
				step,
				j;
	double		sum = 0;

	if (isnan(n) || isnan(x) || n < 1)
		return NAN;
	if (x <= 0 || x >= 1)
		return x <= 0 ? 1 : 0;
	count = floor(n * (1 - x)) + 1;
	step = floor(count / SMIRNOV_TERMS);
	/* too close to the centre the ends matter, but then so do all terms */
	if (step < 1 || n * x * x < 2)
		step = 1;
	for (j = 0; j < count; j += step)
	{
		double		p = x + j / n;

		if (p < 1)
			sum += dm_binomial_pmf(j, n, p) / p;
		else
			sum += j == n ? 1 : 0;
	}
	return fmin(x * step * sum, 1);
}

/*
 * P(D_n < x) for small n: n!/n^n times element (k,k) of the n-th power of
 * Durbin's matrix (Marsaglia, Tsang and Wang, J. Stat. Softw. 8, 2003), here
 * by n products with a vector, since the matrix is one row of reciprocal
 * factorials shifted, but for its first column and last row.
 */
static double
durbin_cdf(int n, double x)
{
	double		w[DURBIN_MAX + 1],
				edge[DURBIN_MAX],
				v[DURBIN_MAX] = {0},
				next[DURBIN_MAX];
	int			k = (int) ceil(n * x);
	int			size = 2 * k - 1;
	double		h = k - n * x;
	double		power = 1;
	int			i,
				j,
				step;

	w[0] = 1;
	for (i = 1; i <= size; i++)
		w[i] = w[i - 1] / i;
	for (i = 0; i < size; i++)
	{
		power *= h;
		edge[i] = (1 - power) * w[i + 1];
	}
	edge[size - 1] = (1 - 2 * power + (h > 0.5 ? pow(2 * h - 1, size) : 0)) * w[size];

	v[k - 1] = 1;
	for (step = 1; step <= n; step++)
	{
		for (i = 0; i < size; i++)
		{
			double		sum = edge[i] * v[0];

			for (j = 1; j < size && j <= i + 1; j++)
				sum += (i == size - 1 ? edge[size - 1 - j] : w[i - j + 1]) * v[j];
			next[i] = sum;
		}
		/* each step multiplies by a little less than e */
		for (i = 0; i < size; i++)
			v[i] = next[i] / E;
	}
	/* n! (e/n)^n */
	return v[k - 1] * sqrt(2 * PI * n) * exp(dm_stirling_error(n));
}

/* One of the sums over odd m of Pelz and Good: q^(m^2) times a polynomial. */
static double
odd_sum(double q, double c0, double c2, double c4, double c6)
{
	double		sum = 0;
	int			m;

	for (m = 1; m < 60; m += 2)
	{
		double		mm = (double) m * m;
		double		term = exp(q * mm);

		if (term == 0)
			break;
		sum += (c0 + (c2 + (c4 + c6 * mm) * mm) * mm) * term;
	}
	return sum;
}

/* P(D_n < z/sqrt(n)) to order n^(-3/2): Pelz and Good, J. R. Stat. Soc. B 38 (1976). */
static double
pelz_good_cdf(double n, double z)
{
	double		z2 = z * z,
				z4 = z2 * z2,
				z6 = z4 * z2;
	double		pi2 = PI * PI,
				pi4 = pi2 * pi2;
	double		scale = sqrt(2 * PI);
	double		q = -pi2 / (8 * z2);
	double		k0,
				k1,
				k2,
				k3;
	double		even2 = 0,
				even3 = 0;
	int			k;

	for (k = 1; k < 30; k++)
	{
		double		term = exp(4 * q * k * k) * k * k;

		even2 += term;
		even3 += term * (3 * z2 - pi2 * k * k);
	}
	k0 = scale / z * odd_sum(q, 1, 0, 0, 0);
	k1 = scale / (6 * z4) * odd_sum(q, -z2, pi2 / 4, 0, 0);
	k2 = scale / (72 * z6 * z) * odd_sum(q, 6 * z6 + 2 * z4, (2 * z4 - 5 * z2) * pi2 / 4,
										 (1 - 2 * z2) * pi4 / 16, 0) -
		scale * pi2 / (36 * z2 * z) * even2;
	k3 = scale / (6480 * z6 * z4) *
		odd_sum(q, -30 * z6 - 90 * z4 * z4, (135 * z4 - 96 * z6) * pi2 / 4,
				(212 * z4 - 60 * z2) * pi4 / 16, (5 - 30 * z2) * pi4 * pi2 / 64) +
		scale * pi2 / (216 * z6) * even3;
	return k0 + (k1 + (k2 + k3 / sqrt(n)) / sqrt(n)) / sqrt(n);
}

static double
clip(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

typedef struct Tails
{
	double		cdf;
	double		sf;
} Tails;

static Tails
from_cdf(double cdf)
{
	Tails		t = {clip(cdf), clip(1 - cdf)};

	return t;
}

static Tails
from_sf(double sf)
{
	Tails		t = {clip(1 - sf), clip(sf)};

	return t;
}

static Tails
one_sample(double n, double x)
{
	double		t = n * x;

	if (x >= 1 || t <= 0.5)
		return from_cdf(x >= 1 ? 1 : 0);
	if (t <= 1)
	{
		/* Ruben and Gambino: n! (2x - 1/n)^n */
		double		log_cdf = lgamma(n + 1) - n * log(n) + n * log(2 * t - 1);
		Tails		both = {exp(log_cdf), clip(-expm1(log_cdf))};

		return both;
	}
	if (t >= n - 1)
		return from_sf(2 * exp(n * log1p(-x)));
	if (x >= 0.5 || t * x >= (n <= SMALL_N ? 4 : 2.2))
		return from_sf(2 * dm_smirnov_sf(n, x));
	if (n <= SMALL_N || (n <= DURBIN_N && n * pow(x, 1.5) <= 1.4))
		return from_cdf(durbin_cdf((int) n, x));
	/* below that z the cdf is less than 1e-12 */
	if (t * x < 0.04)
		return from_cdf(0);
	return from_cdf(pelz_good_cdf(n, sqrt(n) * x));
}

double
dm_kolmogorov_n_sf(double n, double x)
{
	if (isnan(n) || isnan(x) || n < 1)
		return NAN;
	return one_sample(n, x).sf;
}

double
dm_kolmogorov_n_cdf(double n, double x)
{
	if (isnan(n) || isnan(x) || n < 1)
		return NAN;
	return one_sample(n, x).cdf;
}

/*
 * The root by false position (Illinois) on the logarithm of the tail, with a
 * bisection every third step; the limit distribution tells where to begin.
 */
static double
one_sample_quantile(double n, double p, bool upper)
{
	double		low = 0.5 / n;
	double		high = 1;
	double		at_low = -INFINITY;
	double		at_high = INFINITY;
	double		x = (upper ? dm_kolmogorov_isf(p) : dm_kolmogorov_ppf(p)) / sqrt(n);
	int			side = 0;
	int			i;

	for (i = 1; i < 200 && high - low > high * 2e-16; i++)
	{
		double		error;

		if (!(x > low && x < high))
			x = low + (high - low) / 2;
		error = upper ? log(p / one_sample(n, x).sf) : log(one_sample(n, x).cdf / p);
		if (fabs(error) < 1e-15)
			return x;
		if (error < 0)
		{
			/* the end that stayed twice counts half */
			at_high = side < 0 ? at_high / 2 : at_high;
			low = x;
			at_low = error;
			side = -1;
		}
		else
		{
			at_low = side > 0 ? at_low / 2 : at_low;
			high = x;
			at_high = error;
			side = 1;
		}
		x = i % 3 == 0 || isinf(at_low) || isinf(at_high) ? low + (high - low) / 2 :
			low - at_low * (high - low) / (at_high - at_low);
	}
	return low + (high - low) / 2;
}

static double
checked_quantile(double n, double p, bool upper)
{
	if (!(n >= 1) || isinf(n) || !(p >= 0 && p <= 1))
		return NAN;
	if (p > 0.5)
		return checked_quantile(n, 1 - p, !upper);
	if (p == 0)
		return upper ? 1 : 0.5 / n;
	return one_sample_quantile(n, p, upper);
}

double
dm_kolmogorov_n_ppf(double n, double p)
{
	return checked_quantile(n, p, false);
}

double
dm_kolmogorov_n_isf(double n, double q)
{
	return checked_quantile(n, q, true);
}
