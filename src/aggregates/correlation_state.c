/*
 * correlation_state.c - how the aggregates over two numbers take a row.
 */
#include "postgres.h"

#include <math.h>

#include "types/correlation_state.h"

PG_FUNCTION_INFO_V1(datamon_correlation_trans);

Datum
datamon_correlation_trans(PG_FUNCTION_ARGS)
{
	DmSumWorking *w = dm_sum_working_arg(fcinfo, &dm_correlation_kind);
	double		x;
	double		y;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		w->tally.count[DM_CORRELATION_NULLS]++;
		PG_RETURN_POINTER(w);
	}
	x = PG_GETARG_FLOAT8(1);
	y = PG_GETARG_FLOAT8(2);
	if (unlikely(!isfinite(x) || !isfinite(y)))
	{
		w->tally.count[DM_CORRELATION_NON_FINITE]++;
		PG_RETURN_POINTER(w);
	}
	w = dm_sum_working_row(w, &dm_correlation_kind);
	*dm_sum_place(w, 0) = x;
	*dm_sum_place(w, 1) = y;
	PG_RETURN_POINTER(w);
}
