/*
 * bins.h - a binned sample as the distance kernels see it.
 *
 * Bins are in ascending order and do not overlap.  A bin with lo == hi is a
 * point mass; otherwise its mass is spread evenly over [lo, hi].  Two samples
 * that are to be compared have been brought to one grid first, so that equal
 * bins have equal edges (only the outermost are cut at each sample's own
 * minimum and maximum).
 */
#ifndef DATAMON_BINS_H
#define DATAMON_BINS_H

#include <stddef.h>

typedef struct DmBin
{
	double		lo;
	double		hi;
	double		count;			/* > 0 */
} DmBin;

typedef struct DmBins
{
	const DmBin *bin;
	size_t		n;				/* number of bins */
	double		total;			/* sum of counts; 0 for an empty sample */
} DmBins;

#endif							/* DATAMON_BINS_H */
