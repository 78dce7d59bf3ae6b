/*
 * scored_labels.c - how scored_labels() and the exact metrics take a row.
 *
 * The state is a scored_labels itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/type.h"
#include "types/scored_labels.h"

PG_FUNCTION_INFO_V1(datamon_scored_labels_trans_bool);
PG_FUNCTION_INFO_V1(datamon_scored_labels_trans_int);

static DmScoredLabels *
get_state(FunctionCallInfo fcinfo)
{
	DmScoredLabels *w;

	dm_require_aggregate(fcinfo, SCORED_LABELS_NAME);
	if (PG_ARGISNULL(0))
		return dm_scored_labels_new();
	w = (DmScoredLabels *) dm_get_state(fcinfo, DM_SCORED_LABELS, SCORED_LABELS_NAME);
	return w;
}

/* A weight may be missing, as a score may, but not be wrong. */
static double
get_weight(FunctionCallInfo fcinfo)
{
	double		weight = PG_GETARG_FLOAT8(3);

	if (!isfinite(weight) || weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"weight\" must be finite and not negative"),
				 errhint("A weight of 0 leaves a row out of the metrics; a NULL counts it as unused.")));
	return weight + 0.0;
}

static Datum
add_row(FunctionCallInfo fcinfo, bool label)
{
	DmScoredLabels *w = get_state(fcinfo);
	bool		scored = !PG_ARGISNULL(2) && isfinite(PG_GETARG_FLOAT8(2));
	bool		weighs = PG_NARGS() > 3;
	double		weight = 1;
	double	   *slot;

	if (weighs && !PG_ARGISNULL(3))
		weight = get_weight(fcinfo);
	if (PG_ARGISNULL(1) || !scored)
	{
		w->lacking[!PG_ARGISNULL(1) ? DM_LACKS_SCORE : scored ? DM_LACKS_LABEL
															  : DM_LACKS_BOTH]++;
		PG_RETURN_POINTER(w);
	}
	if (weighs && PG_ARGISNULL(3))
	{
		w->lacking[DM_LACKS_WEIGHT]++;
		PG_RETURN_POINTER(w);
	}
	if (dm_scored_labels_full(w) || (weight != 1 && !w->weighted))
		w = dm_scored_labels_grow(w, 1, weight != 1);
	slot = dm_scored_labels_next(w, label);
	slot[0] = PG_GETARG_FLOAT8(2) + 0.0;	/* -0 is 0 */
	if (w->weighted)
		slot[1] = weight;
	PG_RETURN_POINTER(w);
}

/* (actual boolean, score [, weight]) */
Datum
datamon_scored_labels_trans_bool(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1));
}

/* (actual integer, score [, weight]) */
Datum
datamon_scored_labels_trans_int(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, dm_getarg_class(fcinfo, 1, "actual"));
}
