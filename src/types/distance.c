/*
 * distance.c - distances and tests between two histograms that need no cells.
 *
 * Thin: arguments in, a kernel of src/stats, a number or a row out.  NULL
 * stands for undefined; a row's counts are given all the same.
 */
#include "postgres.h"

#include <math.h>

#include "stats/distance.h"
#include "stats/kolmogorov.h"
#include "stats/tests.h"
#include "types/number_pair.h"

PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_normed);
PG_FUNCTION_INFO_V1(datamon_histogram_ks_test);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_test);

Datum
datamon_histogram_wasserstein(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_wasserstein(&p.reference, &p.current));
}

Datum
datamon_histogram_wasserstein_normed(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_wasserstein(&p.reference, &p.current) /
						 dm_reference_scale(&p.reference));
}

Datum
datamon_histogram_ks_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmNumberPair p;
	bool		exact;

	dm_get_numbers(fcinfo, &p);
	t.statistic = t.effect_size = dm_ks_statistic(&p.reference, &p.current);
	t.p_value = dm_ks_p_value(t.statistic, p.reference.total, p.current.total, &exact);
	return dm_return_number_test(fcinfo, &t, &p,
								 exact ? "Kolmogorov-Smirnov, exact" : "Kolmogorov-Smirnov, asymptotic");
}

Datum
datamon_histogram_wasserstein_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmNullTest	null;
	DmNumberPair p;

	dm_get_numbers(fcinfo, &p);
	null = dm_wasserstein_null(&p.reference, &p.current);
	t.statistic = null.statistic;
	t.p_value = null.p_value;
	t.effect_size = null.statistic / dm_reference_scale(&p.reference);
	return dm_return_number_test(fcinfo, &t, &p, "Wasserstein distance, gamma null");
}
