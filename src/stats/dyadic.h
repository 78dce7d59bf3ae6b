/*
 * dyadic.h - the canonical grid of a histogram.
 *
 * A finite double, read as sign and 63-bit magnitude, is an integer in value
 * order.  Dropping its low "shift" bits gives nested grids, about 2^(52-shift)
 * bins an octave.  A histogram keeps the finest grid whose keys fit a budget:
 *
 *	 shift = min { s : N_s * (64 - max(s, t)) <= 8 * max_bytes }
 *
 * N_s is the number of occupied bins at s, t the number of low bits that are
 * zero in every value.  Values only ever join, so N_s grows and t falls: the
 * shift of a part never exceeds that of the whole, folding early never
 * overshoots, and the result is a function of the multiset alone.  Kin:
 * UDDSketch's uniform collapse (Epicoco et al., 2020) and OpenTelemetry's
 * perfect subsetting of exponential histograms.
 *
 * Because N_s does not change while s <= t, the least s is 0 or above t:
 * shift 0 is the same as "every value is kept exactly".
 *
 * A key is the bin's place in value order: 0 for zero, +-(magnitude >> shift)
 * +-1 for the others; zero is a bin of its own on every grid.
 */
#ifndef DATAMON_DYADIC_H
#define DATAMON_DYADIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DM_MAX_SHIFT 63
#define DM_SIGN_BIT ((uint64_t) 1 << 63)

typedef struct DmEntry
{
	int64_t		key;
	uint64_t	count;
} DmEntry;

typedef struct DmGrid
{
	uint32_t	max_bytes;		/* budget of key bytes */
	uint32_t	min_shift;		/* never finer than this, unless exact */
} DmGrid;

#define DM_MIN_MAX_BYTES 8
#define DM_LIMIT_MAX_BYTES 65536

static inline uint64_t
dm_bits(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline double
dm_from_bits(uint64_t bits)
{
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* Key of a finite double on the grid of this shift; -0 is 0. */
static inline int64_t
dm_key(double x, int shift)
{
	uint64_t	bits = dm_bits(x);
	uint64_t	mag = bits & ~DM_SIGN_BIT;

	if (mag == 0)
		return 0;
	return (bits >> 63) ? -(int64_t) (mag >> shift) - 1 : (int64_t) (mag >> shift) + 1;
}

/* The same key on a grid coarser by "by". */
static inline int64_t
dm_key_fold(int64_t key, int by)
{
	if (key > 0)
		return ((key - 1) >> by) + 1;
	if (key < 0)
		return -((-(key + 1)) >> by) - 1;
	return 0;
}

/* The bin's edge nearest to zero, and the one farthest (exclusive). */
static inline double
dm_key_near(int64_t key, int shift)
{
	uint64_t	mag;

	if (key == 0)
		return 0;
	mag = (uint64_t) (key > 0 ? key - 1 : -(key + 1));
	return dm_from_bits((mag << shift) | (key < 0 ? DM_SIGN_BIT : 0));
}

static inline double
dm_key_far(int64_t key, int shift)
{
	uint64_t	mag;
	const uint64_t inf = (uint64_t) 0x7ff << 52;

	if (key == 0)
		return 0;
	mag = (uint64_t) (key > 0 ? key - 1 : -(key + 1)) + 1;
	mag = mag > (inf >> shift) ? inf : mag << shift;
	if (mag > inf - 1)
		mag = inf - 1;			/* largest finite double */
	return dm_from_bits(mag | (key < 0 ? DM_SIGN_BIT : 0));
}

/* Low zero bits common to all values of an exact list; 63 if all are zero. */
extern int	dm_trailing_zeros(const DmEntry *e, size_t n);

/*
 * Sorted exact entries of finite values, joined; out has room for n, scratch
 * for 2 * n words.
 */
extern size_t dm_entries_from_values(DmEntry *out, const double *x, size_t n, uint64_t *scratch);

/* Sort by key and join equal keys; returns the new length. */
extern size_t dm_entries_sort(DmEntry *e, size_t n);

/*
 * Bring a sorted list at *shift to the grid that the rule demands: folds in
 * place, raises *shift, returns the new length.
 */
extern size_t dm_entries_fold(DmEntry *e, size_t n, int *shift, const DmGrid *grid);

/* The same, of a list whose trailing zeros are known, if its shift is 0. */
extern size_t dm_entries_fold_zeros(DmEntry *e, size_t n, int *shift, int zeros, const DmGrid *grid);

/* Fold a sorted list in place by a given number of bits. */
extern size_t dm_entries_shift(DmEntry *e, size_t n, int by);

/* Merge two sorted lists of one shift into out (room for na + nb). */
extern size_t dm_entries_merge(DmEntry *out, const DmEntry *a, size_t na,
							   const DmEntry *b, size_t nb);

/* Do so many bins on the grid of a shift fit the budget, if all values end in so many zero bits? */
static inline bool
dm_bins_fit(size_t bins, int shift, int zeros, const DmGrid *grid)
{
	int			bits = 64 - (shift > zeros ? shift : zeros);

	return bins * (size_t) bits <= (size_t) grid->max_bytes * 8;
}

/* Are so many distinct values with so many zero bits kept exactly? */
static inline bool
dm_bins_exact(size_t bins, int zeros, const DmGrid *grid)
{
	return (uint32_t) zeros >= grid->min_shift && dm_bins_fit(bins, 0, zeros, grid);
}

/* Is this the shift that the rule gives for these entries? */
extern bool dm_grid_fits(const DmEntry *e, size_t n, int shift, const DmGrid *grid);

#endif							/* DATAMON_DYADIC_H */
