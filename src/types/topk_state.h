/*
 * topk_state.h - what other C files may ask of a topk_state.
 *
 * Working form, inside aggregates only: the struct itself, with room for
 * max_rank counts.  docs/types.md has the packed form.
 */
#ifndef DATAMON_TYPES_TOPK_STATE_H
#define DATAMON_TYPES_TOPK_STATE_H

#include "base/wire.h"
#include "stats/exact_sum.h"

#define TOPK_NAME "topk_state"
#define DM_TOPK_DEFAULT_RANK 100
#define DM_TOPK_MAX_RANK 1000

typedef enum DmTopkCount
{
	DM_TOPK_MISSES,				/* the actual class is not in the first max_rank places */
	DM_TOPK_UNLABELLED,			/* a list only */
	DM_TOPK_UNRANKED,			/* an actual class only */
	DM_TOPK_EMPTY,				/* neither */
	DM_TOPK_QUERIES,			/* queries with a gain */
	DM_TOPK_UNDEFINED,			/* queries without */
	DM_TOPK_COUNTS
} DmTopkCount;

typedef struct DmTopkState
{
	DmHeader	header;
	uint64		counts[DM_TOPK_COUNTS];
	uint64		max_rank;

	/* of the gains; this is a DmExactSum of DM_SUM_LIMBS */
	uint64		sum[DM_EXACT_SUM_BYTES(DM_SUM_LIMBS) / sizeof(uint64)];
	uint64		hits[FLEXIBLE_ARRAY_MEMBER];	/* at place 1, 2, ... */
} DmTopkState;

/* For the aggregates: a new working form. */
extern DmTopkState *dm_topk_new(int max_rank);

extern void dm_topk_add_gain(DmTopkState *w, double gain);	/* not finite: undefined */
extern void dm_topk_add_rank(DmTopkState *w, uint64 rank);	/* 0: a miss */

#endif							/* DATAMON_TYPES_TOPK_STATE_H */
