/*
 * rank_tests.h - tests of ranks on two samples.
 */
#ifndef DATAMON_RANK_TESTS_H
#define DATAMON_RANK_TESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/bins.h"
#include "stats/tests.h"

/*
 * With no tie, at most 8 values in a sample and at most this n * m, the p-value
 * is exact; for that "space" is needed, that many bytes.
 */
#define DM_MWU_EXACT_SIDE 8
#define DM_MWU_EXACT_LIMIT 250000.0
extern size_t dm_mann_whitney_space(double n, double m);

/* U of the reference; effect: rank-biserial correlation 2 U / (n m) - 1. */
extern DmTest dm_mann_whitney_test(const DmBins *reference, const DmBins *current,
								   void *space, bool *exact);

#endif							/* DATAMON_RANK_TESTS_H */
