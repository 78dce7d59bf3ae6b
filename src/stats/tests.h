/*
 * tests.h - hypothesis tests on two samples.
 *
 * A result whose statistic is NaN is undefined (a side is empty).
 */
#ifndef DATAMON_TESTS_H
#define DATAMON_TESTS_H

#include "stats/bins.h"
#include "stats/distance.h"

typedef struct DmTest
{
	double		statistic;
	double		p_value;
	double		df;				/* NaN where the test has none */
	double		effect_size;
} DmTest;

/* A distance beside what chance alone would make of it. */
typedef struct DmNullTest
{
	double		statistic;
	double		expectation;	/* of the statistic, were there no difference */
	double		stddev;
	double		p_value;
} DmNullTest;

extern DmNullTest dm_total_variation_null(const DmCells *c);

/* How many places of the pooled sample W1 and its null are computed at. */
#define DM_NULL_NODES 64

extern DmNullTest dm_wasserstein_null(const DmBins *reference, const DmBins *current);

#endif							/* DATAMON_TESTS_H */
