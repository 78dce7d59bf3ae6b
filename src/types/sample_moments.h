/*
 * sample_moments.h - exact sums of samples, and what follows from them.
 */
#ifndef DATAMON_TYPES_SAMPLE_MOMENTS_H
#define DATAMON_TYPES_SAMPLE_MOMENTS_H

#include "stats/bins.h"
#include "stats/exact_sum.h"
#include "stats/moment_tests.h"
#include "stats/samples.h"

typedef struct DmSampleSums
{
	uint64		n;
	DmExactSum *sum;
	DmExactSum *squares;
} DmSampleSums;

/* Of values in any order; masses, if there are, are counts. */
extern DmSampleSums dm_sample_sums(const DmSample *s);

extern DmMeanSpread dm_sums_mean_spread(const DmSampleSums *s);

/* Of bins, of which some are more than a point: mass spread evenly in each. */
extern DmMeanSpread dm_bins_mean_spread(const DmBins *b);

/* What Evidently divides by. */
extern double dm_sums_reference_scale(const DmSampleSums *s);

#endif							/* DATAMON_TYPES_SAMPLE_MOMENTS_H */
