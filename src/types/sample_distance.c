/*
 * sample_distance.c - distances between two samples of a number, from their
 * values: from a two_samples, also as the final function of an aggregate; what
 * distance.c lacks, from two histograms too.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "stats/area.h"
#include "stats/edf_tests.h"
#include "types/number_pair.h"
#include "types/sample_moments.h"

PG_FUNCTION_INFO_V1(datamon_samples_wasserstein);
PG_FUNCTION_INFO_V1(datamon_samples_wasserstein_normed);
PG_FUNCTION_INFO_V1(datamon_numbers_wasserstein_min_max);
PG_FUNCTION_INFO_V1(datamon_samples_wasserstein_min_max_final);
PG_FUNCTION_INFO_V1(datamon_numbers_energy);

#define DEFAULT_MARGIN 0.025

/* W1; many rows as they came need no order for it. */
static double
wasserstein(FunctionCallInfo fcinfo, DmSamplePair *s, DmNumberPair *p)
{
	const DmSample *r = &s->side[DM_REFERENCE];
	const DmSample *c = &s->side[DM_CURRENT];
	double		area;

	dm_get_rows(fcinfo, s, p);
	if (!r->mass && !c->mass && r->n > 0 && c->n > 0 && r->n + c->n >= DM_AREA_LEAST &&
		r->n <= DM_AREA_MOST && c->n <= DM_AREA_MOST &&
		dm_unsorted_area(r->value, r->n, c->value, c->n,
						 palloc(dm_unsorted_area_space(r->n, c->n)), &area))
		return area;
	dm_get_samples(fcinfo, s, p);
	return dm_samples_scan(r, c).area;
}

Datum
datamon_samples_wasserstein(PG_FUNCTION_ARGS)
{
	DmSamplePair s;
	DmNumberPair p;

	return dm_return_distance(fcinfo, wasserstein(fcinfo, &s, &p));
}

Datum
datamon_samples_wasserstein_normed(PG_FUNCTION_ARGS)
{
	DmSamplePair s;
	DmNumberPair p;
	DmSampleSums sums;
	double		distance = wasserstein(fcinfo, &s, &p);

	if (p.weighted)
	{
		dm_get_numbers(fcinfo, &p);
		return dm_return_distance(fcinfo, distance / dm_reference_scale(&p.reference));
	}
	sums = dm_sample_sums(&s.side[DM_REFERENCE]);
	return dm_return_distance(fcinfo, distance / dm_sums_reference_scale(&sums));
}

static Datum
min_max(FunctionCallInfo fcinfo, const DmNumberPair *p, double margin)
{
	DmBin	   *r,
			   *c;

	r = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmBin) * (p->reference.n + 1));
	c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmBin) * (p->current.n + 1));
	return dm_return_distance(fcinfo, dm_wasserstein_min_max(&p->reference, &p->current, margin, r, c));
}

Datum
datamon_numbers_wasserstein_min_max(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	double		margin;

	dm_get_unweighted(fcinfo, "wasserstein_distance_min_max", &p);
	margin = PG_GETARG_FLOAT8(p.args);
	if (!(margin >= 0) || margin >= 0.5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"margin\" must be at least 0 and less than 0.5"),
				 errhint("It is the share of rows that is left out at either end: 0.025 with Deepchecks.")));
	return min_max(fcinfo, &p, margin);
}

Datum
datamon_samples_wasserstein_min_max_final(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_unweighted(fcinfo, "wasserstein_distance_min_max", &p);
	return min_max(fcinfo, &p, DEFAULT_MARGIN);
}

Datum
datamon_numbers_energy(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_energy_distance(&p.reference, &p.current));
}
