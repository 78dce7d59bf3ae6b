/*
 * shap_summary.h - sums of the contributions of features over many rows.
 *
 * Of every output and feature the exact sums of phi, phi^2 and |phi|, and of
 * every output that of what is expected; so that it does not matter how rows
 * are split.  Byte layout: docs/types.md.
 */
#ifndef DATAMON_TYPES_SHAP_SUMMARY_H
#define DATAMON_TYPES_SHAP_SUMMARY_H

#include "base/wire.h"
#include "stats/exact_sum.h"
#include "types/model.h"

#define DM_SHAP_SUMMARY_NAME "shap_summary"

/* Sums of a feature; after those of all features of an output comes one of what is expected. */
typedef enum DmShapSum
{
	DM_SHAP_PHI,
	DM_SHAP_SQUARE,
	DM_SHAP_ABSOLUTE,
	DM_SHAP_SUMS
} DmShapSum;

#define DM_SHAP_MOST_FEATURES 500000	/* outputs times features */

/* Unpacked; without rows there are no outputs and no features. */
typedef struct DmShapSummary
{
	uint64		n;
	uint64		unused;			/* rows without a model or features, or with a contribution that is not finite */
	int			outputs;
	int			features;
	const char **name;
	DmExactSum **sum;			/* [output][DM_SHAP_SUMS * features + 1] */
} DmShapSummary;

/*
 * Working form: names, each ended by a zero byte, and sums of the same number of
 * limbs, all in one piece.
 */
typedef struct DmShapWorking
{
	DmHeader	header;
	uint64		n;
	uint64		unused;
	int32		outputs;
	int32		features;
	int32		limbs;
	int32		names;			/* bytes of all names, with their zeros */
	uint64		sums;			/* where the sums begin, from the start */
} DmShapWorking;

static inline int
dm_shap_sums(int outputs, int features)
{
	return outputs * (DM_SHAP_SUMS * features + 1);
}

extern DmShapWorking *dm_shap_working_new(void);

/* What open->phi holds, as one more row; the result replaces w. */
extern DmShapWorking *dm_shap_working_add(DmShapWorking *w, const DmOpenModel *open);

extern void dm_shap_summary_read(const struct varlena *value, DmShapSummary *out);

#endif							/* DATAMON_TYPES_SHAP_SUMMARY_H */
