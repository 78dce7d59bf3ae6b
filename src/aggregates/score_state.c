/*
 * score_state.c - how the aggregates score_state() take a row.
 *
 * The state is a score_state itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "types/score_state.h"

PG_FUNCTION_INFO_V1(datamon_score_state_trans_bool);
PG_FUNCTION_INFO_V1(datamon_score_state_trans_int);

static DmWorking *
get_state(FunctionCallInfo fcinfo)
{
	int			max_bytes = DM_SCORE_STATE_MAX_BYTES;
	DmWorking  *w;

	dm_require_aggregate(fcinfo, SCORE_STATE_NAME);
	if (PG_NARGS() > 3)
	{
		if (PG_ARGISNULL(3))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("max_bytes must not be NULL")));
		max_bytes = PG_GETARG_INT32(3);
		dm_grid_check(max_bytes, 53);
	}
	if (PG_ARGISNULL(0))
	{
		DmGrid		grid = {(uint32) max_bytes, 0};

		return dm_score_state_new(grid);
	}
	w = (DmWorking *) dm_get_state(fcinfo, DM_SCORE_STATE, SCORE_STATE_NAME);
	if (w->grid.max_bytes != (uint32) max_bytes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_bytes must be the same for all rows of a group")));
	return w;
}

static Datum
add_row(FunctionCallInfo fcinfo, bool label)
{
	DmWorking  *w = get_state(fcinfo);

	if (PG_ARGISNULL(1))
		dm_score_state_add_unlabelled(w, !PG_ARGISNULL(2) && isfinite(PG_GETARG_FLOAT8(2)));
	else if (PG_ARGISNULL(2))
		dm_score_state_add_unscored(w, label);
	else
		w = dm_score_state_add(w, label, PG_GETARG_FLOAT8(2));
	PG_RETURN_POINTER(w);
}

/* score_state(actual boolean, score [, max_bytes]) */
Datum
datamon_score_state_trans_bool(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1));
}

/* score_state(actual integer, score [, max_bytes]) */
Datum
datamon_score_state_trans_int(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, dm_getarg_class(fcinfo, 1, "actual"));
}
