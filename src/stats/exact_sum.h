/*
 * exact_sum.h - sums of doubles and of their squares without any rounding.
 *
 * A sum is one long integer in units of 2^DM_SUM_UNIT, kept as a window of
 * 64-bit limbs in two's complement.  Integer addition is associative, so the
 * sum of a multiset does not depend on order, split or plan; that is what makes
 * mean and variance of a profile the same bytes for every way of computing
 * them.  Kulisch, "Computer arithmetic and validity" (2013), ch. 8, has the
 * long accumulator; here only the limbs that are in use are kept.
 */
#ifndef DATAMON_EXACT_SUM_H
#define DATAMON_EXACT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The square of the smallest double is 2^-2148; one spare limb below. */
#define DM_SUM_UNIT (-2176)

/* Squares of the largest doubles, 2^63 times: 2176 + 2048 + 64 bits. */
#define DM_SUM_LIMBS 68

typedef struct DmExactSum
{
	int32_t		base;			/* index of limb[0]; -1 while the sum is empty */
	int32_t		size;			/* limbs there are room for */
	uint64_t	limb[];
} DmExactSum;

/* Room for a sum of "size" limbs, in bytes. */
#define DM_EXACT_SUM_BYTES(size) (sizeof(DmExactSum) + (size_t) (size) * 8)

extern void dm_sum_init(DmExactSum *s, int size);

/*
 * Add v * 2^exponent.  False if the window cannot hold it: the caller copies
 * the sum into one of DM_SUM_LIMBS, which always can, and tries again.
 */
extern bool dm_sum_add_int(DmExactSum *s, int64_t v, int exponent);
extern bool dm_sum_add_wide(DmExactSum *s, __int128 v, int exponent);
extern bool dm_sum_add(DmExactSum *s, double x);
extern bool dm_sum_add_product(DmExactSum *s, double x, double y);

/* Add an integer of n limbs in two's complement, times 2^exponent; all of it or nothing. */
extern bool dm_sum_add_limbs(DmExactSum *s, const uint64_t *limb, int n, int exponent);
extern bool dm_sum_add_times(DmExactSum *s, double x, uint64_t count);
extern bool dm_sum_add_square_times(DmExactSum *s, double x, uint64_t count);
extern bool dm_sum_add_sum(DmExactSum *s, const DmExactSum *other);
extern void dm_sum_copy(DmExactSum *dst, const DmExactSum *src);

/* The sum rounded once to double (nearest; magnitude beyond double: inf). */
extern double dm_sum_to_double(const DmExactSum *s);

/*
 * Least bytes that hold the sum: little-endian two's complement of
 * bytes [*first_byte, *first_byte + length) of the long integer; length 0 is
 * zero.  The buffer must have DM_SUM_LIMBS * 8 bytes.
 */
extern int	dm_sum_to_bytes(const DmExactSum *s, int *first_byte, uint8_t *out);
extern bool dm_sum_from_bytes(DmExactSum *s, int first_byte, int length, const uint8_t *in);

/*
 * Standard deviation of n values with these sums: the root of (n*S2 - S1^2) /
 * (n * divisor), divisor being n or n - 1.  The numerator is exact, so nothing
 * cancels, and the root comes before the scale, so no square leaves double.
 */
extern double dm_sum_stddev(const DmExactSum *s1, const DmExactSum *s2, uint64_t n, uint64_t divisor);

/* The mean S1 / n, rounded twice at most. */
extern double dm_sum_mean(const DmExactSum *s1, uint64_t n);

#endif							/* DATAMON_EXACT_SUM_H */
