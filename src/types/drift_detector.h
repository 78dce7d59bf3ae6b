/*
 * drift_detector.h - what other C files may ask of drift_detector.
 *
 * Packed form: the members of DmDrift in the order of walk() in
 * drift_detector.c.  Working form, inside aggregates only: the struct itself.
 */
#ifndef DATAMON_TYPES_DRIFT_DETECTOR_H
#define DATAMON_TYPES_DRIFT_DETECTOR_H

#include "base/wire.h"
#include "stats/drift_detector.h"

#define DRIFT_DETECTOR_NAME "drift_detector"

typedef struct DmDriftDetector
{
	DmHeader	header;
	DmDrift		drift;
} DmDriftDetector;

/* A new working form that has seen nothing. */
extern DmDriftDetector *dm_drift_detector_new(double run_length);

/* Argument n as a run length; 0, the usual one, where it is NULL. */
extern double dm_getarg_run_length(FunctionCallInfo fcinfo, int n);

/* Takes argument 1, a number or a boolean. */
extern void dm_drift_take_number(FunctionCallInfo fcinfo, DmDrift *d);
extern void dm_drift_take_boolean(FunctionCallInfo fcinfo, DmDrift *d);

#endif							/* DATAMON_TYPES_DRIFT_DETECTOR_H */
