/*
 * classification_metrics.h - arguments that scores by class have in common.
 */
#ifndef DATAMON_TYPES_CLASSIFICATION_METRICS_H
#define DATAMON_TYPES_CLASSIFICATION_METRICS_H

#include "base/compat.h"

typedef enum DmAverage
{
	DM_AVERAGE_MACRO,
	DM_AVERAGE_MICRO,
	DM_AVERAGE_WEIGHTED,
	DM_AVERAGE_SAMPLES			/* of several labels a row only */
} DmAverage;

extern DmAverage dm_get_average(FunctionCallInfo fcinfo, int n, bool samples);

/* From 0 to 1, or NaN for NULL. */
extern double dm_get_zero_division(FunctionCallInfo fcinfo, int n);
extern void dm_check_beta(double beta);

#endif							/* DATAMON_TYPES_CLASSIFICATION_METRICS_H */
