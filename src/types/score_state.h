/*
 * score_state.h - what other C files may ask of a score_state.
 *
 * Working form, inside aggregates only: a DmWorking of two number columns with
 * moments, the scores of the negative and of the positive rows, and a slot of
 * its owner for everything else.  docs/types.md has the packed form.
 */
#ifndef DATAMON_TYPES_SCORE_STATE_H
#define DATAMON_TYPES_SCORE_STATE_H

#include "types/sketch.h"
#include "types/working.h"

#define SCORE_STATE_NAME "score_state"

/* So many bytes of keys hold 1024 doubles of any kind. */
#define DM_SCORE_STATE_MAX_BYTES 8192

/* Unpacked; side 0 has the rows with label false, side 1 those with true. */
typedef struct DmScoreState
{
	DmSketch	side[2];		/* with the labelled rows without a usable score */
	uint64		unlabelled;		/* a usable score only */
	uint64		empty;			/* neither */

	/* of a side that is not exact any more; exact entries imply both */
	uint64		outside[2];		/* scores outside [0, 1] */
	DmExactSum *loss[2];		/* of dm_log_loss_of with DM_LOG_LOSS_EPS */
} DmScoreState;

extern void dm_score_state_unpack(const struct varlena *value, DmScoreState *out);
extern struct varlena *dm_score_state_pack(const DmScoreState *s);

/* For the aggregates: the result replaces w. */
extern DmWorking *dm_score_state_new(DmGrid grid);
extern DmWorking *dm_score_state_add(DmWorking *w, bool label, double score);
extern void dm_score_state_add_unscored(DmWorking *w, bool label);
extern void dm_score_state_add_unlabelled(DmWorking *w, bool scored);

/* Counts, and sums in wide windows, of either kind of side. */
extern uint64 dm_score_state_outside(const DmScoreState *s, int side);
extern void dm_score_state_add_loss(const DmScoreState *s, int side, DmExactSum *sum);
extern void dm_score_state_add_sums(const DmScoreState *s, int side, DmExactSum *sum,
									DmExactSum *squares);

#endif							/* DATAMON_TYPES_SCORE_STATE_H */
