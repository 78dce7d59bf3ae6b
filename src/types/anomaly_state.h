/*
 * anomaly_state.h - what other C files may ask of anomaly_state.
 *
 * Packed form: the members of DmAnomaly in the order of walk() in
 * anomaly_state.c.  Working form, inside aggregates only: the struct itself.
 */
#ifndef DATAMON_TYPES_ANOMALY_STATE_H
#define DATAMON_TYPES_ANOMALY_STATE_H

#include "datatype/timestamp.h"

#include "base/wire.h"
#include "stats/anomaly.h"

#define ANOMALY_STATE_NAME "anomaly_state"

typedef struct DmAnomalyState
{
	DmHeader	header;
	DmAnomaly	anomaly;
} DmAnomalyState;

/* A new working form that has seen nothing. */
extern DmAnomalyState *dm_anomaly_state_new(void);

/* Argument n of either form; it may be changed only where it is a copy. */
extern void dm_getarg_anomaly(FunctionCallInfo fcinfo, int n, DmAnomaly *a);

/* Takes the value of arguments 1 (time) and 2. */
extern void dm_anomaly_take(FunctionCallInfo fcinfo, DmAnomaly *a);

/* Takes a value, or counts that there is none. */
extern void dm_anomaly_take_value(DmAnomaly *a, bool null, TimestampTz at, float8 value);

/* What gave most of the score; NULL where it is 0. */
extern const char *dm_anomaly_reason(const DmAnomaly *a);

/* The packed form. */
extern struct varlena *dm_anomaly_pack(const DmAnomaly *a);

#endif							/* DATAMON_TYPES_ANOMALY_STATE_H */
