/*
 * scored_labels.h - what other C files may ask of scored_labels.
 *
 * Working form, inside aggregates only: the scores in the order they came,
 * those with label false from the front of one array and those with label true
 * from its back, so that both share what room there is.  docs/types.md has the
 * packed form.
 */
#ifndef DATAMON_TYPES_SCORED_LABELS_H
#define DATAMON_TYPES_SCORED_LABELS_H

#include "base/wire.h"
#include "types/scores.h"

#define SCORED_LABELS_NAME "scored_labels"

/* Rows that lack something; a row is counted once. */
typedef enum DmLacking
{
	DM_LACKS_LABEL,				/* has a usable score */
	DM_LACKS_SCORE,				/* has a label */
	DM_LACKS_BOTH,
	DM_LACKS_WEIGHT,			/* has both */
	DM_LACKINGS
} DmLacking;

typedef struct DmScoredLabels
{
	DmHeader	header;
	uint64		n[2];			/* rows with label false, with label true */
	uint64		room;			/* slots */
	uint64		lacking[DM_LACKINGS];
	int64		weighted;		/* 1: a slot is a score and its weight, else a score */
	double		slot[FLEXIBLE_ARRAY_MEMBER];
} DmScoredLabels;

/* For the aggregates: "state" NULL at first; the result replaces it. */
extern DmScoredLabels *dm_scored_labels_new(void);
extern DmScoredLabels *dm_scored_labels_grow(const DmScoredLabels *w, uint64 more, bool weighted);

/* Where the next row of a label goes; there is room. */
static inline double *
dm_scored_labels_next(DmScoredLabels *w, bool label)
{
	uint64		at = label ? w->room - 1 - w->n[1] : w->n[0];

	w->n[label]++;
	return w->slot + (w->weighted ? 2 * at : at);
}

static inline bool
dm_scored_labels_full(const DmScoredLabels *w)
{
	return w->n[0] + w->n[1] == w->room;
}

/* The groups and counts of a value of either form. */
extern void dm_scored_labels_get(const struct varlena *value, DmScoreSet *out);

#endif							/* DATAMON_TYPES_SCORED_LABELS_H */
