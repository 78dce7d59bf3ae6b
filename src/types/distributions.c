/*
 * distributions.c - probability distributions as SQL functions.
 *
 * Parameters are checked here, once per distribution; a NaN anywhere gives
 * NULL, so that an undefined number stays undefined.
 */
#include "base/function.h"

#include <math.h>

#include "fmgr.h"
#include "stats/distributions.h"
#include "stats/kolmogorov.h"
#include "stats/special.h"

#define ARG(n) PG_GETARG_FLOAT8(n)

/* Bounds of a parameter; NaN passes, because it makes the answer NULL. */
static void
require(bool good, double value, const char *rule, const char *hint)
{
	if (!good && !isnan(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s", rule),
				 errhint("%s", hint)));
}

/* Tails and quantiles are tested in this range; nearer 0 a quantile would lose its digits. */
static void
require_size(double v, const char *rule, const char *hint)
{
	require(v >= 1e-10 && v <= 1e15, v, rule, hint);
}

static void
require_positive(double v, const char *rule, const char *hint)
{
	require(v > 0 && !isinf(v), v, rule, hint);
}

static void
require_probability(double p)
{
	require(p >= 0 && p <= 1, p, "the probability must be from 0 to 1",
			"A percentage must be divided by 100.");
}

static void
check_normal(FunctionCallInfo fcinfo)
{
	require(!isinf(ARG(1)), ARG(1), "mean must be finite", "Leave out rows without a finite mean.");
	require_positive(ARG(2), "stddev must be above 0 and finite",
					 "Where the standard deviation is 0 there is no density: compare with the mean instead.");
}

static void
check_t(FunctionCallInfo fcinfo)
{
	require((ARG(1) >= 1e-10 && ARG(1) <= 1e15) || ARG(1) == INFINITY, ARG(1),
			"df must be from 1e-10 to 1e15, or infinite",
			"It need not be whole, and 'Infinity' gives the normal distribution.");
}

static void
check_chi_square(FunctionCallInfo fcinfo)
{
	require_size(ARG(1), "df must be from 1e-10 to 1e15", "It need not be whole.");
}

static void
check_f(FunctionCallInfo fcinfo)
{
	require_size(ARG(1), "dfn must be from 1e-10 to 1e15", "It need not be whole.");
	require_size(ARG(2), "dfd must be from 1e-10 to 1e15", "It need not be whole.");
}

static void
check_beta(FunctionCallInfo fcinfo)
{
	require_size(ARG(1), "a must be from 1e-10 to 1e15", "Add a prior's counts, such as 0.5, to observed ones.");
	require_size(ARG(2), "b must be from 1e-10 to 1e15", "Add a prior's counts, such as 0.5, to observed ones.");
}

static void
check_gamma(FunctionCallInfo fcinfo)
{
	require_size(ARG(1), "shape must be from 1e-10 to 1e15", "It is the squared mean divided by the variance.");
	require_positive(ARG(2), "scale must be above 0 and finite", "It is the variance divided by the mean.");
}

/* Beyond 2^53 not every whole number is a double. */
static void
check_binomial(FunctionCallInfo fcinfo)
{
	require(ARG(1) >= 0 && ARG(1) <= 9007199254740992.0 && ARG(1) == floor(ARG(1)), ARG(1),
			"n must be a whole number from 0 to 2^53", "It is the number of trials.");
	require_probability(ARG(2));
}

static void
check_poisson(FunctionCallInfo fcinfo)
{
	require(ARG(1) >= 0 && ARG(1) <= 9007199254740992.0, ARG(1),
			"mu must be from 0 to 2^53", "It is the expected number of events.");
}

static void
check_sample(FunctionCallInfo fcinfo)
{
	require(PG_GETARG_INT64(1) >= 1, 0, "n must be at least 1", "It is the size of the sample.");
}

static void
check_nothing(FunctionCallInfo fcinfo)
{
}

/* One function of SQL: check the parameters, call the kernel of the same name. */
#define DISTRIBUTION(name, check, call) \
	PG_FUNCTION_INFO_V1(datamon_##name); \
	Datum datamon_##name(PG_FUNCTION_ARGS) \
	{ \
		check(fcinfo); \
		return dm_return_double(fcinfo, call); \
	}

#define QUANTILE(name, check, call) \
	PG_FUNCTION_INFO_V1(datamon_##name); \
	Datum datamon_##name(PG_FUNCTION_ARGS) \
	{ \
		check(fcinfo); \
		require_probability(ARG(0)); \
		return dm_return_double(fcinfo, call); \
	}

DISTRIBUTION(normal_pdf, check_normal, dm_normal_pdf((ARG(0) - ARG(1)) / ARG(2)) / ARG(2))
DISTRIBUTION(normal_cdf, check_normal, dm_normal_cdf((ARG(0) - ARG(1)) / ARG(2)))
DISTRIBUTION(normal_sf, check_normal, dm_normal_sf((ARG(0) - ARG(1)) / ARG(2)))
QUANTILE(normal_ppf, check_normal, ARG(1) + ARG(2) * dm_normal_ppf(ARG(0)))
QUANTILE(normal_isf, check_normal, ARG(1) + ARG(2) * dm_normal_isf(ARG(0)))

DISTRIBUTION(t_pdf, check_t, dm_t_pdf(ARG(0), ARG(1)))
DISTRIBUTION(t_cdf, check_t, dm_t_cdf(ARG(0), ARG(1)))
DISTRIBUTION(t_sf, check_t, dm_t_sf(ARG(0), ARG(1)))
QUANTILE(t_ppf, check_t, dm_t_ppf(ARG(0), ARG(1)))
QUANTILE(t_isf, check_t, dm_t_isf(ARG(0), ARG(1)))

DISTRIBUTION(chi_square_pdf, check_chi_square, dm_chi_square_pdf(ARG(0), ARG(1)))
DISTRIBUTION(chi_square_cdf, check_chi_square, dm_chi_square_cdf(ARG(0), ARG(1)))
DISTRIBUTION(chi_square_sf, check_chi_square, dm_chi_square_sf(ARG(0), ARG(1)))
QUANTILE(chi_square_ppf, check_chi_square, dm_chi_square_ppf(ARG(0), ARG(1)))
QUANTILE(chi_square_isf, check_chi_square, dm_chi_square_isf(ARG(0), ARG(1)))

DISTRIBUTION(f_pdf, check_f, dm_f_pdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(f_cdf, check_f, dm_f_cdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(f_sf, check_f, dm_f_sf(ARG(0), ARG(1), ARG(2)))
QUANTILE(f_ppf, check_f, dm_f_ppf(ARG(0), ARG(1), ARG(2)))
QUANTILE(f_isf, check_f, dm_f_isf(ARG(0), ARG(1), ARG(2)))

DISTRIBUTION(beta_pdf, check_beta, dm_beta_pdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(beta_cdf, check_beta, dm_beta_cdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(beta_sf, check_beta, dm_beta_sf(ARG(0), ARG(1), ARG(2)))
QUANTILE(beta_ppf, check_beta, dm_beta_ppf(ARG(0), ARG(1), ARG(2)))
QUANTILE(beta_isf, check_beta, dm_beta_isf(ARG(0), ARG(1), ARG(2)))

DISTRIBUTION(gamma_pdf, check_gamma, dm_gamma_pdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(gamma_cdf, check_gamma, dm_gamma_cdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(gamma_sf, check_gamma, dm_gamma_sf(ARG(0), ARG(1), ARG(2)))
QUANTILE(gamma_ppf, check_gamma, dm_gamma_ppf(ARG(0), ARG(1), ARG(2)))
QUANTILE(gamma_isf, check_gamma, dm_gamma_isf(ARG(0), ARG(1), ARG(2)))

DISTRIBUTION(binomial_pmf, check_binomial, dm_binomial_pmf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(binomial_cdf, check_binomial, dm_binomial_cdf(ARG(0), ARG(1), ARG(2)))
DISTRIBUTION(binomial_sf, check_binomial, dm_binomial_sf(ARG(0), ARG(1), ARG(2)))
QUANTILE(binomial_ppf, check_binomial, dm_binomial_ppf(ARG(0), ARG(1), ARG(2)))
QUANTILE(binomial_isf, check_binomial, dm_binomial_isf(ARG(0), ARG(1), ARG(2)))

DISTRIBUTION(poisson_pmf, check_poisson, dm_poisson_pmf(ARG(0), ARG(1)))
DISTRIBUTION(poisson_cdf, check_poisson, dm_poisson_cdf(ARG(0), ARG(1)))
DISTRIBUTION(poisson_sf, check_poisson, dm_poisson_sf(ARG(0), ARG(1)))
QUANTILE(poisson_ppf, check_poisson, dm_poisson_ppf(ARG(0), ARG(1)))
QUANTILE(poisson_isf, check_poisson, dm_poisson_isf(ARG(0), ARG(1)))

DISTRIBUTION(kolmogorov_cdf, check_nothing, dm_kolmogorov_cdf(ARG(0)))
DISTRIBUTION(kolmogorov_sf, check_nothing, dm_kolmogorov_sf(ARG(0)))
QUANTILE(kolmogorov_ppf, check_nothing, dm_kolmogorov_ppf(ARG(0)))
QUANTILE(kolmogorov_isf, check_nothing, dm_kolmogorov_isf(ARG(0)))

#define SIZE ((double) PG_GETARG_INT64(1))

DISTRIBUTION(kolmogorov_n_cdf, check_sample, dm_kolmogorov_n_cdf(SIZE, ARG(0)))
DISTRIBUTION(kolmogorov_n_sf, check_sample, dm_kolmogorov_n_sf(SIZE, ARG(0)))
QUANTILE(kolmogorov_n_ppf, check_sample, dm_kolmogorov_n_ppf(SIZE, ARG(0)))
QUANTILE(kolmogorov_n_isf, check_sample, dm_kolmogorov_n_isf(SIZE, ARG(0)))
