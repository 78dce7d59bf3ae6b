/*
 * correlation_state.h - what other C files may ask of correlation_state.
 */
#ifndef DATAMON_TYPES_CORRELATION_STATE_H
#define DATAMON_TYPES_CORRELATION_STATE_H

#include "types/sum_state.h"

typedef enum DmCorrelationCount
{
	DM_CORRELATION_N,
	DM_CORRELATION_NULLS,		/* x or y is NULL */
	DM_CORRELATION_NON_FINITE,	/* neither, but one is NaN or infinite */
	DM_CORRELATION_COUNTS
} DmCorrelationCount;

extern const DmSumKind dm_correlation_kind;

#endif							/* DATAMON_TYPES_CORRELATION_STATE_H */
