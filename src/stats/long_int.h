/*
 * long_int.h - exact arithmetic on exact sums.
 *
 * Central moments and covariances are differences of large products, such as
 * n S2 - S1^2.  Computed on the integers that exact sums are, nothing cancels,
 * and the one rounding comes last.
 */
#ifndef DATAMON_LONG_INT_H
#define DATAMON_LONG_INT_H

#include "stats/exact_sum.h"

/* Products of four sums and of three counts, and some carries. */
#define DM_LONG_LIMBS (4 * DM_SUM_LIMBS + 8)

/* An integer times 2^(64 * low). */
typedef struct DmLong
{
	bool		negative;
	int			n;				/* limbs in use; 0: the value is 0 */
	int			low;
	uint64_t	limb[DM_LONG_LIMBS];
} DmLong;

/* fraction * 2^exponent; the fraction's magnitude is in [0.5, 1), or 0. */
typedef struct DmScaled
{
	double		fraction;
	int			exponent;
} DmScaled;

extern void dm_long_from_sum(DmLong *out, const DmExactSum *s);
extern void dm_long_from_count(DmLong *out, uint64_t count);
extern void dm_long_from_wide(DmLong *out, __int128 v);
extern void dm_long_multiply(DmLong *out, const DmLong *a, const DmLong *b);
extern void dm_long_times(DmLong *a, uint64_t count);

/* a + sign * b; out may be either. */
extern void dm_long_add(DmLong *out, const DmLong *a, const DmLong *b, int sign);

/* n * Sxy - Sx * Sy: n^2 times the population's covariance. */
extern void dm_long_covariance(DmLong *out, const DmExactSum *xy, const DmExactSum *x,
							   const DmExactSum *y, uint64_t n);

/* Rounded once, to nearest. */
extern DmScaled dm_long_round(const DmLong *a);

extern DmScaled dm_scaled(double x);
extern DmScaled dm_scaled_product(DmScaled a, DmScaled b);
extern DmScaled dm_scaled_quotient(DmScaled a, DmScaled b);
extern DmScaled dm_scaled_root(DmScaled a);

/* Beyond double's range infinite or 0. */
extern double dm_scaled_to_double(DmScaled a);

#endif							/* DATAMON_LONG_INT_H */
