/*
 * anomaly_state.c - how the aggregates over a series in its order take a row.
 *
 * The state is an anomaly_state in its working form, changed in place.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/anomaly_state.h"

PG_FUNCTION_INFO_V1(datamon_anomaly_state_trans);

Datum
datamon_anomaly_state_trans(PG_FUNCTION_ARGS)
{
	DmAnomalyState *w;

	dm_require_aggregate(fcinfo, ANOMALY_STATE_NAME);
	if (PG_ARGISNULL(0))
		w = dm_anomaly_state_new();
	else
		w = (DmAnomalyState *) dm_get_state(fcinfo, DM_ANOMALY_STATE, ANOMALY_STATE_NAME);
	dm_anomaly_take(fcinfo, &w->anomaly);
	PG_RETURN_POINTER(w);
}
