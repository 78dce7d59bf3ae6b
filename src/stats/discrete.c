/*
 * discrete.c - binomial and Poisson distribution by the tails of beta and
 * gamma (DLMF 8.17.5; Johnson, Kemp and Kotz, "Univariate discrete
 * distributions", 3.4 and 4.4).
 */
#include <math.h>
#include <stdbool.h>

#include "stats/distributions.h"
#include "stats/incomplete.h"
#include "stats/special.h"

/* The beta variable n - k, k + 1 at 1 - p, with the drift (n + 1) p - (k + 1). */
static DmBetaPoint
binomial_point(double k, double n, double p)
{
	DmBetaPoint at = {n - k, k + 1, 1 - p, p, log1p(-p), log(p), fma(n + 1, p, -(k + 1))};

	return at;
}

static bool
binomial_domain(double n, double p)
{
	return n >= 0 && !isinf(n) && n == floor(n) && p >= 0 && p <= 1;
}

static double
binomial_tail(double k, double n, double p, bool upper)
{
	DmBetaPoint at;

	if (isnan(k) || !binomial_domain(n, p))
		return NAN;
	k = floor(k);
	if (k < 0 || k >= n)
		return (k < 0) == upper ? 1 : 0;
	if (p == 0 || p == 1)
		return (p == 0) != upper ? 1 : 0;
	at = binomial_point(k, n, p);
	if (upper)
		at = dm_beta_swap(&at);
	return dm_beta_lower_value(&at);
}

double
dm_binomial_cdf(double k, double n, double p)
{
	return binomial_tail(k, n, p, false);
}

double
dm_binomial_sf(double k, double n, double p)
{
	return binomial_tail(k, n, p, true);
}

double
dm_poisson_pmf(double k, double mu)
{
	DmGammaPoint at;

	if (isnan(k) || !(mu >= 0) || isinf(mu))
		return NAN;
	if (k < 0 || isinf(k) || k != floor(k))
		return 0;
	if (k == 0 || mu == 0)
		return k == 0 ? exp(-mu) : 0;
	at = dm_gamma_point(k, mu, 1);
	return exp(dm_gamma_log_factor(&at)) / k;
}

static double
poisson_tail(double k, double mu, bool upper)
{
	DmGammaPoint at;

	if (isnan(k) || !(mu >= 0) || isinf(mu))
		return NAN;
	k = floor(k);
	if (k < 0 || isinf(k) || mu == 0)
		return (k < 0) == upper ? 1 : 0;
	at = dm_gamma_point(k + 1, mu, 1);
	return upper ? dm_gamma_lower_value(&at) : dm_gamma_upper_value(&at);
}

double
dm_poisson_cdf(double k, double mu)
{
	return poisson_tail(k, mu, false);
}

double
dm_poisson_sf(double k, double mu)
{
	return poisson_tail(k, mu, true);
}

/* A distribution on 0, 1, ..., most, and the tail that a quantile is of. */
typedef struct Discrete
{
	double		n;				/* infinite: Poisson with mean p */
	double		p;
	double		tail;
	bool		upper;
} Discrete;

/* Is k at or above the quantile? */
static bool
reached(const Discrete *d, double k)
{
	double		tail;

	if (k < 0)
		return false;
	if (isinf(d->n))
		tail = poisson_tail(k, d->p, d->upper);
	else
		tail = binomial_tail(k, d->n, d->p, d->upper);
	return d->upper ? tail <= d->tail : tail >= d->tail;
}

/*
 * From a start by the normal distribution with its skewness (Cornish and
 * Fisher): a bracket by doubling steps, then bisection.  The tail is monotone,
 * so the quantile of a cdf at k is k itself.
 */
static double
discrete_quantile(const Discrete *d, double mean, double variance, double skewness)
{
	double		z = dm_normal_quantile(d->tail) * (d->upper ? -1 : 1);
	double		step = 1;
	double		above = floor(mean + sqrt(variance) * (z + skewness * (z * z - 1) / 6));
	double		below;

	above = fmin(fmax(above, 0), d->n);
	if (reached(d, above))
	{
		for (below = above - 1; reached(d, below); below -= step *= 2)
			above = below;
		below = fmax(below, -1);
	}
	else
	{
		for (below = above++; !reached(d, above); above += step *= 2)
			below = above;
		above = fmin(above, d->n);
	}
	while (above - below > 1)
	{
		double		middle = floor(below + (above - below) / 2);

		/* beyond 2^53 not every number is there to be found */
		if (middle <= below || middle >= above)
			break;
		if (reached(d, middle))
			above = middle;
		else
			below = middle;
	}
	return above;
}

static double
binomial_quantile(double q, double n, double p, bool upper)
{
	Discrete	d = {n, p, q, upper};
	double		variance = n * p * (1 - p);

	if (!(q >= 0 && q <= 1) || !binomial_domain(n, p))
		return NAN;
	if (q == 0 || q == 1)
		return (q == 0) != upper ? 0 : n;
	if (variance == 0)
		return p == 1 ? n : 0;
	return discrete_quantile(&d, n * p, variance, (1 - 2 * p) / sqrt(variance));
}

double
dm_binomial_ppf(double q, double n, double p)
{
	return binomial_quantile(q, n, p, false);
}

double
dm_binomial_isf(double q, double n, double p)
{
	return binomial_quantile(q, n, p, true);
}

static double
poisson_quantile(double q, double mu, bool upper)
{
	Discrete	d = {INFINITY, mu, q, upper};

	if (!(q >= 0 && q <= 1) || !(mu >= 0) || isinf(mu))
		return NAN;
	if (mu == 0)
		return 0;
	if (q == 0 || q == 1)
		return (q == 0) != upper ? 0 : INFINITY;
	return discrete_quantile(&d, mu, mu, 1 / sqrt(mu));
}

double
dm_poisson_ppf(double p, double mu)
{
	return poisson_quantile(p, mu, false);
}

double
dm_poisson_isf(double q, double mu)
{
	return poisson_quantile(q, mu, true);
}
