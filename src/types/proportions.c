/*
 * proportions.c - tests and intervals of proportions, from counts.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "stats/proportions.h"
#include "types/test_result.h"

PG_FUNCTION_INFO_V1(datamon_binomial_test);
PG_FUNCTION_INFO_V1(datamon_proportions_ztest);
PG_FUNCTION_INFO_V1(datamon_proportion_confint);
PG_FUNCTION_INFO_V1(datamon_binomial_ci);

/* Arguments n and n + 1: so many of so many. */
static void
get_proportion(FunctionCallInfo fcinfo, int n, double *k, double *all)
{
	int64		part = PG_GETARG_INT64(n);
	int64		whole = PG_GETARG_INT64(n + 1);

	if (part < 0 || part > whole)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a count of " INT64_FORMAT " in " INT64_FORMAT " rows is not possible", part, whole),
				 errhint("The count must be from 0 to the number of rows.")));
	*k = (double) part;
	*all = (double) whole;
}

/* A number strictly, or not, between 0 and 1. */
static double
get_probability(FunctionCallInfo fcinfo, int n, const char *name, bool strict)
{
	double		p = PG_GETARG_FLOAT8(n);

	if (!(p >= 0 && p <= 1) || (strict && (p == 0 || p == 1)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be between 0 and 1", name)));
	return p;
}

Datum
datamon_binomial_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmSizes		sizes = {NAN, 0, 0, 0};
	double		p = get_probability(fcinfo, 2, "p", false);
	DmAlternative alternative = dm_get_alternative(fcinfo, 3);
	double		k,
				n;

	get_proportion(fcinfo, 0, &k, &n);
	sizes.n_current = n;
	if (n > 0)
	{
		t.statistic = k / n;
		t.p_value = dm_binomial_test(k, n, p, alternative);
		t.effect_size = dm_cohens_h(k / n, p);
	}
	return dm_return_test(fcinfo, &t, &sizes, "binomial, exact");
}

Datum
datamon_proportions_ztest(PG_FUNCTION_ARGS)
{
	DmAlternative alternative = dm_get_alternative(fcinfo, 4);
	DmSizes		sizes = {0, 0, 0, 0};
	double		k1,
				k2;
	DmTest		t;

	get_proportion(fcinfo, 0, &k1, &sizes.n_reference);
	get_proportion(fcinfo, 2, &k2, &sizes.n_current);
	t = dm_proportions_test(k1, sizes.n_reference, k2, sizes.n_current, alternative);
	return dm_return_test(fcinfo, &t, &sizes, DM_PROPORTIONS_METHOD);
}

static DmIntervalMethod
get_method(FunctionCallInfo fcinfo, int n)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));
	DmIntervalMethod method;

	if (!dm_interval_method_parse(word, &method))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized method \"%s\"", word),
				 errhint("Use normal, wilson, wilsoncc, beta or exact, agresti_coull or jeffreys.")));
	return method;
}

static Datum
return_interval(FunctionCallInfo fcinfo, double alpha)
{
	DmIntervalMethod method = get_method(fcinfo, 3);
	double		low = NAN,
				high = NAN;
	double		k,
				n;
	DmRow		row;

	get_proportion(fcinfo, 0, &k, &n);
	if (n > 0)
		dm_proportion_interval(k, n, alpha, method, &low, &high);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, low);
	dm_row_double(&row, high);
	return dm_row_end(&row);
}

Datum
datamon_proportion_confint(PG_FUNCTION_ARGS)
{
	return return_interval(fcinfo, get_probability(fcinfo, 2, "alpha", true));
}

Datum
datamon_binomial_ci(PG_FUNCTION_ARGS)
{
	return return_interval(fcinfo, 1 - get_probability(fcinfo, 2, "confidence_level", true));
}
