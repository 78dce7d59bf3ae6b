/*
 * samples.h - two samples of numbers, value by value.
 */
#ifndef DATAMON_SAMPLES_H
#define DATAMON_SAMPLES_H

#include <stddef.h>

#include "stats/bins.h"

/*
 * One sample, ascending.  Values may repeat.  value[n] is there too, and is
 * infinity, so that a walk over two samples needs no test for the end of one.
 */
typedef struct DmSample
{
	const double *value;
	const double *mass;			/* >= 0: count or weight of each; NULL: 1 */
	size_t		n;
	double		total;			/* of the masses */
} DmSample;

/* As bins, one for each distinct value that has a mass; "bin" has room for n. */
extern DmBins dm_sample_bins(const DmSample *s, DmBin *bin);

/* How the distribution functions of reference (F) and current (G) differ. */
typedef struct DmEdfScan
{
	double		area;			/* integral of |F - G| */
	double		most;			/* the largest F - G, at least 0 */
	double		least;			/* the smallest F - G, at most 0 */
} DmEdfScan;

/* NaN where a side is empty. */
extern DmEdfScan dm_samples_scan(const DmSample *reference, const DmSample *current);

/*
 * W1 as a share of the range of both samples, after each has lost what lies
 * below its quantile "margin" and above its quantile 1 - margin; 0 if one value
 * is left.  The spaces have room for as many bins as the samples.
 */
extern double dm_wasserstein_min_max(const DmBins *reference, const DmBins *current, double margin,
									 DmBin *ref_space, DmBin *cur_space);

#endif							/* DATAMON_SAMPLES_H */
