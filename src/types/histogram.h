/*
 * histogram.h - what other C files may ask of a histogram.
 */
#ifndef DATAMON_TYPES_HISTOGRAM_H
#define DATAMON_TYPES_HISTOGRAM_H

#include "base/compat.h"
#include "stats/bins.h"
#include "types/sketch.h"

/* Finite values, and what was left out of them. */
typedef struct DmHistogramCounts
{
	uint64		n;				/* finite values, in bins */
	uint64		nulls;
	uint64		nans;
	uint64		neg_inf;
	uint64		pos_inf;
} DmHistogramCounts;

extern void dm_histogram_counts(const struct varlena *h, DmHistogramCounts *out);

/* Bins of one histogram, palloc'd, ascending. */
extern void dm_histogram_bins(const struct varlena *h, DmBins *out);

/* Bins of two histograms on their common grid, palloc'd. */
extern void dm_histogram_bins_pair(const struct varlena *a, const struct varlena *b,
								   DmBins *out_a, DmBins *out_b);
extern void dm_sketch_bins_pair(const DmSketch *a, const DmSketch *b, DmBins *out_a, DmBins *out_b);

#endif							/* DATAMON_TYPES_HISTOGRAM_H */
