/*
 * pairs.c - how the aggregates over pairs in memory take a row.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "types/pairs.h"

PG_FUNCTION_INFO_V1(datamon_pairs_trans);

Datum
datamon_pairs_trans(PG_FUNCTION_ARGS)
{
	DmPairs    *w;

	dm_require_aggregate(fcinfo, PAIRS_TYPE_NAME);
	w = dm_pairs_working(PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_PAIRS));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		w->nulls++;
	else if (!isfinite(PG_GETARG_FLOAT8(1)) || !isfinite(PG_GETARG_FLOAT8(2)))
		w->non_finite++;
	else
		w = dm_pairs_add(w, PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	PG_RETURN_POINTER(w);
}
