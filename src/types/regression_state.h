/*
 * regression_state.h - what other C files may ask of regression_state.
 */
#ifndef DATAMON_TYPES_REGRESSION_STATE_H
#define DATAMON_TYPES_REGRESSION_STATE_H

#include "types/sum_state.h"

typedef enum DmRegressionCount
{
	DM_REGRESSION_N,
	DM_REGRESSION_UNLABELLED,	/* only actual is NULL */
	DM_REGRESSION_UNPREDICTED,	/* only predicted is NULL */
	DM_REGRESSION_EMPTY,		/* both are */
	DM_REGRESSION_NON_FINITE,	/* neither, but their difference is not finite */
	DM_REGRESSION_COUNTS,
	DM_REGRESSION_NO_LOGARITHM = DM_REGRESSION_COUNTS,	/* of the n: -1 or less */
	DM_REGRESSION_ALL_COUNTS
} DmRegressionCount;

extern const DmSumKind dm_regression_kind;

#endif							/* DATAMON_TYPES_REGRESSION_STATE_H */
