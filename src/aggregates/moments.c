/*
 * moments.c - how the aggregate moments() takes a row.
 */
#include "postgres.h"

#include <math.h>

#include "base/numeric.h"
#include "types/moments.h"

PG_FUNCTION_INFO_V1(datamon_moments_trans);
PG_FUNCTION_INFO_V1(datamon_moments_trans_numeric);

static inline Datum
add_value(FunctionCallInfo fcinfo, double (*read) (Datum value))
{
	DmSumWorking *w = dm_sum_working_arg(fcinfo, &dm_moments_kind);
	double		x;

	if (PG_ARGISNULL(1))
	{
		w->tally.count[DM_MOMENTS_NULLS]++;
		PG_RETURN_POINTER(w);
	}
	x = read(PG_GETARG_DATUM(1));
	if (unlikely(!isfinite(x)))
	{
		w->tally.count[isnan(x) ? DM_MOMENTS_NANS : x < 0 ? DM_MOMENTS_NEG_INF : DM_MOMENTS_POS_INF]++;
		PG_RETURN_POINTER(w);
	}
	w = dm_sum_working_row(w, &dm_moments_kind);
	*dm_sum_place(w, 0) = x;
	PG_RETURN_POINTER(w);
}

static inline double
read_float8(Datum value)
{
	return DatumGetFloat8(value);
}

Datum
datamon_moments_trans(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, read_float8);
}

Datum
datamon_moments_trans_numeric(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, dm_numeric_to_double);
}
