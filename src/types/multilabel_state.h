/*
 * multilabel_state.h - what other C files may ask of multilabel_state.
 *
 * The working form is a DmClassTable whose cells are of two kinds: of a label,
 * with which of three counts; and of rows with so many actual, predicted and
 * common labels, from which every score by row follows as a ratio of integers.
 */
#ifndef DATAMON_TYPES_MULTILABEL_STATE_H
#define DATAMON_TYPES_MULTILABEL_STATE_H

#include "types/class_table.h"

#define ML_TYPE_NAME "multilabel_state"
#define ML_MAX_LABELS 1000000	/* of one row: below 2^20 */

typedef enum DmLabelCount
{
	DM_LABEL_TP,
	DM_LABEL_FP,
	DM_LABEL_FN,
	DM_LABEL_COUNTS
} DmLabelCount;

#define ML_LABEL_KEY(label, which) (((uint64) (label) << 2) | (uint64) (which))
#define ML_ROWS_KEY(actual, predicted, common) \
	(UINT64CONST(1) << 63 | (uint64) (actual) << 40 | (uint64) (predicted) << 20 | (uint64) (common))
#define ML_IS_ROWS(key) (((key) >> 63) != 0)
#define ML_ACTUAL(key) ((uint32) ((key) >> 40) & 0xfffff)
#define ML_PREDICTED(key) ((uint32) ((key) >> 20) & 0xfffff)
#define ML_COMMON(key) ((uint32) (key) & 0xfffff)

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmClassTable *dm_multilabel_working(struct varlena *state);

/* Too many kinds of cells; to be asked after they were added. */
extern void dm_multilabel_check(const DmClassTable *t);

/* A multilabel_state laid out for reading; labels in the order of bytes. */
typedef struct DmLabels
{
	uint32		k;
	const char **name;
	uint32	   *len;
	uint64		(*counts)[DM_LABEL_COUNTS];
	uint32		n_kinds;		/* of rows */
	DmClassCell *kinds;			/* keys as of ML_ROWS_KEY, ascending */
	uint64		n;
	uint64		lacking[DM_LACKINGS];
} DmLabels;

extern void dm_multilabel_read(const struct varlena *state, DmLabels *out);

#endif							/* DATAMON_TYPES_MULTILABEL_STATE_H */
