/*
 * sample_tests.c - hypothesis tests on two samples of a number.
 *
 * Every function takes two histograms, or a two_samples, also as the final
 * function of an aggregate.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "stats/edf_tests.h"
#include "stats/epps_singleton.h"
#include "stats/kolmogorov.h"
#include "stats/moment_tests.h"
#include "stats/rank_tests.h"
#include "types/number_pair.h"
#include "types/sample_moments.h"

PG_FUNCTION_INFO_V1(datamon_samples_ks_test);
PG_FUNCTION_INFO_V1(datamon_samples_wasserstein_test);
PG_FUNCTION_INFO_V1(datamon_numbers_ks_test_sided);
PG_FUNCTION_INFO_V1(datamon_numbers_kuiper_test);
PG_FUNCTION_INFO_V1(datamon_numbers_anderson_darling_test);
PG_FUNCTION_INFO_V1(datamon_numbers_cramer_von_mises_test);
PG_FUNCTION_INFO_V1(datamon_numbers_mann_whitney_test);
PG_FUNCTION_INFO_V1(datamon_numbers_epps_singleton_test);
PG_FUNCTION_INFO_V1(datamon_numbers_student_t_test);
PG_FUNCTION_INFO_V1(datamon_numbers_welch_t_test);
PG_FUNCTION_INFO_V1(datamon_numbers_f_test);

static const DmTest undefined = {NAN, NAN, NAN, NAN};

static Datum
return_ks(FunctionCallInfo fcinfo, const DmNumberPair *p, const DmEdfScan *scan)
{
	DmTest		t = undefined;
	bool		exact;

	/* which of 0 and -0 fmax() takes is the library's choice */
	t.statistic = t.effect_size = fmax(scan->most, -scan->least) + 0.0;
	if (isnan(scan->most))
		t.statistic = t.effect_size = NAN;
	t.p_value = dm_ks_p_value(t.statistic, (double) p->n[DM_REFERENCE], (double) p->n[DM_CURRENT],
							  &exact);
	return dm_return_number_test(fcinfo, &t, p,
						  exact ? "Kolmogorov-Smirnov, exact" : "Kolmogorov-Smirnov, asymptotic");
}

Datum
datamon_samples_ks_test(PG_FUNCTION_ARGS)
{
	DmSamplePair s;
	DmNumberPair p;
	DmEdfScan	scan;

	dm_get_samples(fcinfo, &s, &p);
	dm_refuse_weights(&p, "ks_test");
	scan = dm_samples_scan(&s.side[DM_REFERENCE], &s.side[DM_CURRENT]);
	return return_ks(fcinfo, &p, &scan);
}

/* alternative: 'two-sided', 'less', 'greater', as scipy.stats.ks_2samp */
Datum
datamon_numbers_ks_test_sided(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmEdfScan	scan;
	DmTest		t = undefined;
	char	   *word;
	bool		exact;

	dm_get_unweighted(fcinfo, "ks_test", &p);
	word = text_to_cstring(PG_GETARG_TEXT_PP(p.args));
	scan = dm_bins_scan(&p.reference, &p.current);
	if (strcmp(word, "two-sided") == 0)
		return return_ks(fcinfo, &p, &scan);
	if (strcmp(word, "less") != 0 && strcmp(word, "greater") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized alternative \"%s\"", word),
				 errhint("Use two-sided, less or greater: whether the reference's distribution "
						 "function is less or greater than that of current.")));
	t.statistic = t.effect_size = word[0] == 'g' ? scan.most : -scan.least;
	t.p_value = dm_ks_one_sided(t.statistic, p.reference.total, p.current.total, &exact);
	return dm_return_number_test(fcinfo, &t, &p, psprintf("Kolmogorov-Smirnov, %s, %s", word,
												   exact ? "exact" : "asymptotic"));
}

Datum
datamon_samples_wasserstein_test(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmNullTest	null;
	DmTest		t = undefined;

	dm_get_unweighted(fcinfo, "wasserstein_test", &p);
	null = dm_wasserstein_null(&p.reference, &p.current);
	t.statistic = null.statistic;
	t.p_value = null.p_value;
	t.effect_size = null.statistic / dm_reference_scale(&p.reference);
	return dm_return_number_test(fcinfo, &t, &p, "Wasserstein distance, gamma null");
}

Datum
datamon_numbers_kuiper_test(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmEdfScan	scan;
	DmTest		t;

	dm_get_unweighted(fcinfo, "kuiper_test", &p);
	scan = dm_bins_scan(&p.reference, &p.current);
	t = dm_kuiper_test(&scan, p.reference.total, p.current.total);
	return dm_return_number_test(fcinfo, &t, &p, "Kuiper, asymptotic");
}

Datum
datamon_numbers_anderson_darling_test(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmTest		t;
	const char *method = "Anderson-Darling, midranks, interpolated";

	dm_get_unweighted(fcinfo, "anderson_darling_test", &p);
	t = dm_anderson_darling_test(&p.reference, &p.current);
	if (t.p_value == 0.25)
		method = "Anderson-Darling, midranks, p at least 0.25";
	else if (t.p_value == 0.001)
		method = "Anderson-Darling, midranks, p at most 0.001";
	return dm_return_number_test(fcinfo, &t, &p, method);
}

Datum
datamon_numbers_cramer_von_mises_test(PG_FUNCTION_ARGS)
{
	static const char *const method[2][2] = {
		{"Cramer-von Mises, asymptotic", "Cramer-von Mises, asymptotic, ties"},
		{"Cramer-von Mises, exact", "Cramer-von Mises, exact, ties"},
	};
	DmNumberPair p;
	DmTest		t;
	size_t		space;
	bool		tied;

	dm_get_unweighted(fcinfo, "cramer_von_mises_test", &p);
	space = dm_cramer_von_mises_space(p.reference.total, p.current.total);
	t = dm_cramer_von_mises_test(&p.reference, &p.current, space ? palloc(space) : NULL, &tied);
	return dm_return_number_test(fcinfo, &t, &p, method[space > 0][tied]);
}

Datum
datamon_numbers_mann_whitney_test(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmTest		t;
	size_t		space;
	bool		exact;

	dm_get_unweighted(fcinfo, "mann_whitney_test", &p);
	space = dm_mann_whitney_space(p.reference.total, p.current.total);
	t = dm_mann_whitney_test(&p.reference, &p.current, space ? palloc(space) : NULL, &exact);
	return dm_return_number_test(fcinfo, &t, &p,
						  exact ? "Mann-Whitney, exact" : "Mann-Whitney, asymptotic");
}

Datum
datamon_numbers_epps_singleton_test(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmTest		t;

	dm_get_unweighted(fcinfo, "epps_singleton_test", &p);
	t = dm_epps_singleton_test(&p.reference, &p.current);
	return dm_return_number_test(fcinfo, &t, &p, "Epps-Singleton");
}

/* Of bins that are points. */
static DmMeanSpread
bins_moments(const DmBins *b)
{
	double	   *value = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * (b->n + 1));
	double	   *count = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * (b->n + 1));
	DmSample	s = {value, count, b->n, b->total};
	DmSampleSums sums;
	size_t		i;

	for (i = 0; i < b->n; i++)
	{
		value[i] = b->bin[i].lo;
		count[i] = b->bin[i].count;
	}
	sums = dm_sample_sums(&s);
	return dm_sums_mean_spread(&sums);
}

/* Means and spreads of both sides, the cheapest way that is exact. */
static void
get_moments(FunctionCallInfo fcinfo, const char *name, DmNumberPair *p, DmMeanSpread *m)
{
	DmSamplePair samples;
	int			side;

	if (dm_takes_histograms(fcinfo))
	{
		dm_get_numbers(fcinfo, p);
		for (side = 0; side < DM_SIDES; side++)
			m[side] = p->binned ? dm_bins_mean_spread(side == DM_REFERENCE ? &p->reference : &p->current) :
				bins_moments(side == DM_REFERENCE ? &p->reference : &p->current);
		return;
	}
	/* rows need no order for it */
	dm_get_rows(fcinfo, &samples, p);
	dm_refuse_weights(p, name);
	for (side = 0; side < DM_SIDES; side++)
	{
		DmSampleSums sums = dm_sample_sums(&samples.side[side]);

		m[side] = dm_sums_mean_spread(&sums);
	}
}

static Datum
moment_test(FunctionCallInfo fcinfo, const char *name, const char *method,
			DmTest (*kernel) (const DmMeanSpread *reference, const DmMeanSpread *current))
{
	DmNumberPair p;
	DmMeanSpread m[DM_SIDES];
	DmTest		t = undefined;

	get_moments(fcinfo, name, &p, m);
	if (p.n[DM_REFERENCE] > 0 && p.n[DM_CURRENT] > 0)
		t = kernel(&m[DM_REFERENCE], &m[DM_CURRENT]);
	return dm_return_number_test(fcinfo, &t, &p, method);
}

Datum
datamon_numbers_student_t_test(PG_FUNCTION_ARGS)
{
	return moment_test(fcinfo, "student_t_test", "Student's t, two-sided", dm_student_t_test);
}

Datum
datamon_numbers_welch_t_test(PG_FUNCTION_ARGS)
{
	return moment_test(fcinfo, "welch_t_test", "Welch's t, two-sided", dm_welch_t_test);
}

Datum
datamon_numbers_f_test(PG_FUNCTION_ARGS)
{
	return moment_test(fcinfo, "f_test", "ratio of variances, two-sided", dm_f_test);
}
