/*
 * moments.c - the moments type: counts, extremes and exact sums of powers.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/type.h"
#include "stats/power_sums.h"
#include "stats/vector.h"
#include "types/moments.h"

PG_FUNCTION_INFO_V1(datamon_moments_count);
PG_FUNCTION_INFO_V1(datamon_moments_null_count);
PG_FUNCTION_INFO_V1(datamon_moments_nan_count);
PG_FUNCTION_INFO_V1(datamon_moments_infinity_count);
PG_FUNCTION_INFO_V1(datamon_moments_unused_count);
PG_FUNCTION_INFO_V1(datamon_moments_sum);
PG_FUNCTION_INFO_V1(datamon_moments_min);
PG_FUNCTION_INFO_V1(datamon_moments_max);
PG_FUNCTION_INFO_V1(datamon_moments_mean);
PG_FUNCTION_INFO_V1(datamon_moments_variance);
PG_FUNCTION_INFO_V1(datamon_moments_variance_pop);
PG_FUNCTION_INFO_V1(datamon_moments_stddev);
PG_FUNCTION_INFO_V1(datamon_moments_stddev_pop);
PG_FUNCTION_INFO_V1(datamon_moments_standard_error);
PG_FUNCTION_INFO_V1(datamon_moments_variation);
PG_FUNCTION_INFO_V1(datamon_moments_skewness);
PG_FUNCTION_INFO_V1(datamon_moments_kurtosis);
PG_FUNCTION_INFO_V1(datamon_moments_final_skewness);
PG_FUNCTION_INFO_V1(datamon_moments_final_kurtosis);

enum
{
	SUM,
	SQUARES,
	CUBES,
	FOURTHS,
	SUMS
};

enum
{
	MIN,
	MAX,
	EXTREMES
};

static const char *const count_names[] = {"n", "nulls", "nan", "-inf", "+inf"};
static const char *const extreme_names[] = {"min", "max"};
static const char *const sum_names[] = {
	"sum", "sum_of_squares", "sum_of_cubes", "sum_of_fourth_powers"
};
static const double no_extreme[] = {INFINITY, -INFINITY};

static bool
add_rows(DmTally *tally, DmExactSum *const *sum, const double *const *column, int n)
{
	DmRange		range;

	dm_vector_range(column[0], n, &range);
	tally->extreme[MIN] = Min(tally->extreme[MIN], range.min);
	tally->extreme[MAX] = Max(tally->extreme[MAX], range.max);
	return dm_vector_sums(sum[SUM], sum[SQUARES], column[0], n, &range) &&
		dm_power_sums_add(sum[CUBES], sum[FOURTHS], column[0], n,
						  Max(fabs(range.min), fabs(range.max)));
}

static void
view(const DmSumState *s, DmMoments *m)
{
	m->n = s->tally.count[DM_MOMENTS_N];
	m->min = s->tally.extreme[MIN];
	m->max = s->tally.extreme[MAX];
	m->sum = s->sum[SUM];
	m->squares = s->sum[SQUARES];
	m->cubes = s->sum[CUBES];
	m->fourths = s->sum[FOURTHS];
}

/* Within what n values between min and max can add up to. */
static bool
plausible(const DmSumState *s)
{
	DmMoments	m;
	double		mean;
	double		largest;
	double		power;

	view(s, &m);
	mean = dm_moments_mean(&m);
	largest = Max(fabs(m.min), fabs(m.max)) * (1 + 1e-9);
	power = Min(largest, DM_POWER_MOST);
	return m.min <= m.max && mean >= m.min && mean <= m.max &&
		dm_moments_variance(&m, 0) >= 0 &&
		dm_sum_root_mean(m.squares, m.n) <= largest &&
		fabs(dm_sum_mean(m.cubes, m.n)) <= power * power * power &&
		dm_sum_root_mean(m.fourths, m.n) <= power * power;
}

const DmSumKind dm_moments_kind = {
	DM_MOMENTS, "moments", DM_MOMENTS_COUNTS, EXTREMES, SUMS, 0, 1, 12,
	count_names, extreme_names, sum_names, NULL, no_extreme, add_rows, NULL, plausible
};

DM_SUM_TYPE(moments, dm_moments_kind, DM_MOMENTS);

static void
get_moments(FunctionCallInfo fcinfo, DmMoments *m)
{
	DmSumState *s = palloc(sizeof(DmSumState));

	dm_sum_state_read(dm_getarg(fcinfo, 0, DM_MOMENTS), &dm_moments_kind, s);
	view(s, m);
}

/* The sum of the counts from one to another, both included. */
static Datum
count(FunctionCallInfo fcinfo, DmMomentsCount first, DmMomentsCount last)
{
	return dm_sum_state_count(fcinfo, &dm_moments_kind, (int) first, (int) last);
}

Datum
datamon_moments_count(PG_FUNCTION_ARGS)
{
	return count(fcinfo, DM_MOMENTS_N, DM_MOMENTS_N);
}

Datum
datamon_moments_null_count(PG_FUNCTION_ARGS)
{
	return count(fcinfo, DM_MOMENTS_NULLS, DM_MOMENTS_NULLS);
}

Datum
datamon_moments_nan_count(PG_FUNCTION_ARGS)
{
	return count(fcinfo, DM_MOMENTS_NANS, DM_MOMENTS_NANS);
}

Datum
datamon_moments_infinity_count(PG_FUNCTION_ARGS)
{
	return count(fcinfo, DM_MOMENTS_NEG_INF, DM_MOMENTS_POS_INF);
}

Datum
datamon_moments_unused_count(PG_FUNCTION_ARGS)
{
	return count(fcinfo, DM_MOMENTS_NULLS, DM_MOMENTS_POS_INF);
}

Datum
datamon_moments_sum(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, m.n > 0 ? dm_sum_to_double(m.sum) : NAN);
}

Datum
datamon_moments_min(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, m.n > 0 ? m.min : NAN);
}

Datum
datamon_moments_max(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, m.n > 0 ? m.max : NAN);
}

Datum
datamon_moments_mean(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_mean(&m));
}

Datum
datamon_moments_variance(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_variance(&m, 1));
}

Datum
datamon_moments_variance_pop(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_variance(&m, 0));
}

Datum
datamon_moments_stddev(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_stddev(&m, 1));
}

Datum
datamon_moments_stddev_pop(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_stddev(&m, 0));
}

Datum
datamon_moments_standard_error(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_standard_error(&m));
}

Datum
datamon_moments_variation(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_variation(&m));
}

/* skewness(moments, bias) */
Datum
datamon_moments_skewness(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_skewness(&m, PG_GETARG_BOOL(1)));
}

/* kurtosis(moments, fisher, bias) */
Datum
datamon_moments_kurtosis(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_kurtosis(&m, PG_GETARG_BOOL(1), PG_GETARG_BOOL(2)));
}

/* Of the rows themselves. */
Datum
datamon_moments_final_skewness(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_skewness(&m, true));
}

Datum
datamon_moments_final_kurtosis(PG_FUNCTION_ARGS)
{
	DmMoments	m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	get_moments(fcinfo, &m);
	return dm_return_double(fcinfo, dm_moments_kurtosis(&m, true, true));
}
