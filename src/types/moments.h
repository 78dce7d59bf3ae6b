/*
 * moments.h - what other C files may ask of moments.
 */
#ifndef DATAMON_TYPES_MOMENTS_H
#define DATAMON_TYPES_MOMENTS_H

#include "types/sum_state.h"

typedef enum DmMomentsCount
{
	DM_MOMENTS_N,
	DM_MOMENTS_NULLS,
	DM_MOMENTS_NANS,
	DM_MOMENTS_NEG_INF,
	DM_MOMENTS_POS_INF,
	DM_MOMENTS_COUNTS
} DmMomentsCount;

extern const DmSumKind dm_moments_kind;

#endif							/* DATAMON_TYPES_MOMENTS_H */
