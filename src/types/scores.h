/*
 * scores.h - what the metrics see of a score_state or of scored_labels.
 */
#ifndef DATAMON_TYPES_SCORES_H
#define DATAMON_TYPES_SCORES_H

#include "base/compat.h"
#include "stats/calibration.h"
#include "types/score_state.h"

typedef struct DmScoreSet
{
	DmScores	scores;
	uint64		rows[2];		/* in scores, with label false and true */
	uint64		unlabelled;		/* a usable score only */
	uint64		unscored;		/* a label only */
	uint64		unused;			/* all rows that are not in scores */
	uint64		outside;		/* of those in scores, outside [0, 1] */
	bool		weighted;		/* pos and neg are no counts */
	DmScoreState *state;		/* where it is a score_state, else NULL */
} DmScoreSet;

/* Argument n, of either type, palloc'd. */
extern void dm_getarg_scores(FunctionCallInfo fcinfo, int n, DmScoreSet *out);

/* Are there rows, all of them probabilities? */
extern bool dm_scores_are_probabilities(const DmScoreSet *set);

/* Mean loss, mean of (score - label)^2 and mean score; NaN where undefined. */
extern double dm_score_set_log_loss(const DmScoreSet *set);
extern double dm_score_set_brier(const DmScoreSet *set);
extern double dm_score_set_mean(const DmScoreSet *set);

extern DmCalibrationStrategy dm_getarg_strategy(FunctionCallInfo fcinfo, int n);

/* Calibration bins as arguments n and n + 1 say; NULL and none where undefined. */
extern DmCalibrationBin *dm_getarg_calibration(FunctionCallInfo fcinfo, int n, const DmScoreSet *set,
											   size_t *bins);

/* Normal quantile for a two-sided confidence level in argument n. */
extern double dm_getarg_confidence(FunctionCallInfo fcinfo, int n);

#endif							/* DATAMON_TYPES_SCORES_H */
