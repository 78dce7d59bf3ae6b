/*
 * drift_detector.c - how the aggregates over a stream in its order take a row.
 *
 * The state is a drift_detector in its working form, changed in place.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/drift_detector.h"

PG_FUNCTION_INFO_V1(datamon_drift_detector_trans_number);
PG_FUNCTION_INFO_V1(datamon_drift_detector_trans_boolean);

static DmDriftDetector *
get_state(FunctionCallInfo fcinfo)
{
	dm_require_aggregate(fcinfo, DRIFT_DETECTOR_NAME);
	if (PG_ARGISNULL(0))
		return dm_drift_detector_new(0);
	return (DmDriftDetector *) dm_get_state(fcinfo, DM_DRIFT_DETECTOR, DRIFT_DETECTOR_NAME);
}

Datum
datamon_drift_detector_trans_number(PG_FUNCTION_ARGS)
{
	DmDriftDetector *w = get_state(fcinfo);

	dm_drift_take_number(fcinfo, &w->drift);
	PG_RETURN_POINTER(w);
}

Datum
datamon_drift_detector_trans_boolean(PG_FUNCTION_ARGS)
{
	DmDriftDetector *w = get_state(fcinfo);

	dm_drift_take_boolean(fcinfo, &w->drift);
	PG_RETURN_POINTER(w);
}
