/*
 * regression_state.c - how the aggregates over actual and predicted numbers
 * take a row.
 */
#include "postgres.h"

#include <math.h>

#include "types/regression_state.h"

PG_FUNCTION_INFO_V1(datamon_regression_trans);

/* Why a row with a NULL is not used. */
static DmRegressionCount
missing(bool actual, bool predicted)
{
	if (actual && predicted)
		return DM_REGRESSION_EMPTY;
	return actual ? DM_REGRESSION_UNLABELLED : DM_REGRESSION_UNPREDICTED;
}

Datum
datamon_regression_trans(PG_FUNCTION_ARGS)
{
	DmSumWorking *w = dm_sum_working_arg(fcinfo, &dm_regression_kind);
	double		actual;
	double		predicted;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		w->tally.count[missing(PG_ARGISNULL(1), PG_ARGISNULL(2))]++;
		PG_RETURN_POINTER(w);
	}
	actual = PG_GETARG_FLOAT8(1);
	predicted = PG_GETARG_FLOAT8(2);
	/* an infinite or NaN side makes an infinite or NaN error */
	if (unlikely(!isfinite(actual - predicted)))
	{
		w->tally.count[DM_REGRESSION_NON_FINITE]++;
		PG_RETURN_POINTER(w);
	}
	w = dm_sum_working_row(w, &dm_regression_kind);
	*dm_sum_place(w, 0) = actual;
	*dm_sum_place(w, 1) = predicted;
	PG_RETURN_POINTER(w);
}
