/*
 * sums.h - exact sums of values, in windows that hold anything, for the kernels' tests.
 */
#ifndef DATAMON_TEST_SUMS_H
#define DATAMON_TEST_SUMS_H

#include <stdlib.h>

#include "stats/exact_sum.h"

static inline DmExactSum *
new_sum(int limbs)
{
	DmExactSum *s = malloc(DM_EXACT_SUM_BYTES(limbs));

	if (s == NULL)
		abort();
	dm_sum_init(s, limbs);
	return s;
}

static inline double
next_random(void)
{
	static uint64_t state = 42;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double) (state >> 11) / 9007199254740992.0;
}

#endif							/* DATAMON_TEST_SUMS_H */
