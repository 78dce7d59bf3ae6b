/*
 * regression_internal.h - between the regression_state type and its scores.
 */
#ifndef DATAMON_TYPES_REGRESSION_INTERNAL_H
#define DATAMON_TYPES_REGRESSION_INTERNAL_H

#include "stats/regression.h"
#include "types/regression_state.h"

/* A regression_state in argument 0, unpacked. */
typedef struct DmRegression
{
	DmErrors	errors;
	uint64		unused;
	DmSumState *state;
} DmRegression;

extern void dm_regression_arg(FunctionCallInfo fcinfo, DmRegression *r);

/* Histograms of all the rows that are used. */
extern struct varlena *dm_regression_absolute_errors(const DmRegression *r);
extern struct varlena *dm_regression_actual_values(const DmRegression *r);

#endif							/* DATAMON_TYPES_REGRESSION_INTERNAL_H */
