/*
 * significant.h - doubles rounded to so many significant bits.
 *
 * Half to even on the magnitude, by the bits: subnormals lose the same low
 * bits.  What would round up to infinity stays at the greatest value of so
 * many bits; infinities and NaN (its payload, too) stay what they are.
 */
#ifndef DATAMON_SIGNIFICANT_H
#define DATAMON_SIGNIFICANT_H

#include "stats/dyadic.h"

#define DM_ALL_BITS 53

static inline double
dm_significant(double x, int bits)
{
	int			drop = DM_ALL_BITS - bits;
	int64_t		infinity = INT64_C(0x7ff) << 52;
	int64_t		unit = INT64_C(1) << drop;
	int64_t		mag = (int64_t) (dm_bits(x) & ~DM_SIGN_BIT);
	int64_t		up = (mag + (unit >> 1) - 1 + ((mag >> drop) & 1)) & -unit;
	int64_t		most = infinity - unit;

	if (drop <= 0)
		return x;
	up = up > most ? most : up;
	up = mag >= infinity ? mag : up;
	return dm_from_bits((uint64_t) up | (dm_bits(x) & DM_SIGN_BIT));
}

extern void dm_vector_significant(double *x, int n, int bits);

#endif							/* DATAMON_SIGNIFICANT_H */
