/*
 * f_beta_state.h - what other C files may ask of f_beta_state.
 *
 * Packed form: after the header seven varints in the order of DmFBetaCounts.
 * Working form, inside aggregates only: the struct itself.
 */
#ifndef DATAMON_TYPES_F_BETA_STATE_H
#define DATAMON_TYPES_F_BETA_STATE_H

#include "base/wire.h"
#include "stats/classification.h"

#define FB_TYPE_NAME "f_beta_state"

/* Which of the counts a row belongs to. */
typedef enum DmFBetaCount
{
	DM_FB_TP,
	DM_FB_FP,
	DM_FB_FN,
	DM_FB_TN,
	DM_FB_UNLABELLED,			/* only the actual class is NULL */
	DM_FB_UNPREDICTED,			/* only the prediction is NULL */
	DM_FB_EMPTY,				/* both are NULL */
	DM_FB_COUNTS
} DmFBetaCount;

typedef struct DmFBetaState
{
	DmHeader	header;
	uint64		counts[DM_FB_COUNTS];
} DmFBetaState;

/* Counts of either form. */
extern void dm_f_beta_counts(const struct varlena *state, uint64 *counts);

/* Of argument 0: its confusion counts; one of their scores, NULL where it is 0/0. */
extern void dm_f_beta_confusion(FunctionCallInfo fcinfo, DmConfusion *c);
extern Datum dm_f_beta_score(FunctionCallInfo fcinfo, DmScore kernel);

/* Packed form of counts; an error if their sum is no bigint. */
extern struct varlena *dm_f_beta_pack(const uint64 *counts);

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmFBetaState *dm_f_beta_working(const struct varlena *state);

#endif							/* DATAMON_TYPES_F_BETA_STATE_H */
