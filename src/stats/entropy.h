/*
 * entropy.h - how spread out counts are: entropy, distinct values, values that
 * occur once, and a small picture of it.
 */
#ifndef DATAMON_ENTROPY_H
#define DATAMON_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "stats/bins.h"

/* What the metrics below need to know of the counts of distinct values. */
typedef struct DmSpread
{
	double		n;				/* rows */
	double		distinct;
	double		singles;		/* values that occur once */
} DmSpread;

extern void dm_spread(const uint64_t *count, size_t k, DmSpread *out);

/*
 * Deequ's three (Schelter et al., "Automating large-scale data quality
 * verification", VLDB 2018, table 2 and the analyzers of those names); NaN
 * where there are no rows.
 */
extern double dm_distinctness(const DmSpread *s);	/* distinct / n */
extern double dm_uniqueness(const DmSpread *s); /* singles / n */
extern double dm_unique_value_ratio(const DmSpread *s); /* singles / distinct */

/* Shannon's entropy of counts: -sum p ln p / ln base, as scipy.stats.entropy. */
extern double dm_entropy(const uint64_t *count, size_t k, double base);

/*
 * Mass of sorted bins in m cells of equal width over [min, max]; a bin's mass
 * is spread evenly over it.
 */
extern void dm_equal_width(const DmBins *bins, double min, double max, double *mass, int m);

#endif							/* DATAMON_ENTROPY_H */
