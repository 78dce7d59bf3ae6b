/*
 * vector.h - the inner loops over a tile of doubles.
 *
 * Written so that the compiler vectorises them; on x86-64 with glibc each is
 * compiled twice and the processor's better one is taken at load time.  Both
 * compute the same bits: every floating-point step is exact.
 */
#ifndef DATAMON_VECTOR_H
#define DATAMON_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/exact_sum.h"

/* What one pass over a tile tells about its values. */
typedef struct DmRange
{
	double		min;
	double		max;
	uint64_t	low_bits;		/* OR of the magnitudes */
	bool		finite;			/* no NaN, no infinity; else the rest is undefined */
} DmRange;

extern void dm_vector_range(const double *x, int n, DmRange *range);

/* Counter of each value in a dense window (column.c has the layout). */
extern void dm_vector_places(uint32_t *place, const double *x, int n, int shift, uint64_t base,
							 uint32_t size);

/*
 * Add a tile to a sum and a sum of squares, exactly.  False if a window was
 * too small: nothing has been added then.
 */
extern bool dm_vector_sums(DmExactSum *sum, DmExactSum *squares, const double *x, int n,
						   const DmRange *range);

#endif							/* DATAMON_VECTOR_H */
