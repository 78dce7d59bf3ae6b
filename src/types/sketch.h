/*
 * sketch.h - one numeric column, unpacked: what packed bytes, text form,
 * accessors and merging have in common.
 */
#ifndef DATAMON_TYPES_SKETCH_H
#define DATAMON_TYPES_SKETCH_H

#include "base/compat.h"
#include "base/json.h"
#include "base/wire.h"
#include "stats/dyadic.h"
#include "stats/exact_sum.h"

typedef struct DmSketch
{
	DmGrid		grid;
	int			shift;			/* 0: every value is kept exactly */
	uint64		nulls;
	uint64		nans;
	uint64		neg_inf;
	uint64		pos_inf;
	double		min;			/* of the finite values; +inf, -inf if none */
	double		max;
	size_t		n;				/* entries */
	DmEntry    *entry;			/* ascending, on the grid of shift */
	DmExactSum *sum;			/* NULL: not kept, or implied by exact entries */
	DmExactSum *squares;
} DmSketch;

extern uint64 dm_sketch_count(const DmSketch *s);

/* Add an exact sketch's values to sums. */
extern void dm_sketch_sums(const DmSketch *s, DmExactSum *sum, DmExactSum *squares);

/* The same of exact entries; the windows hold anything. */
extern void dm_sketch_entry_sums(const DmEntry *e, size_t n, DmExactSum *sum, DmExactSum *squares);

/*
 * Bring entries to the grid's rule, and drop sums that exact entries imply:
 * after this two sketches of one multiset are equal member by member.
 */
extern void dm_sketch_normalize(DmSketch *s);

/* a + b; the grid is the coarser of both. */
extern void dm_sketch_merge(DmSketch *out, const DmSketch *a, const DmSketch *b);

/* A grid as it stands before the columns: bytes, and text with a comma behind. */
extern void dm_grid_write(StringInfo buf, const DmGrid *grid);
extern bool dm_grid_read(DmReader *r, DmGrid *grid);
extern void dm_grid_write_json(StringInfo buf, const DmGrid *grid);
extern void dm_grid_read_json(DmJson *j, DmGrid *grid);

extern void dm_sketch_write(StringInfo buf, const DmSketch *s);

/* The same, where the trailing zero bits of an exact list and the sum of the counts are known. */
extern void dm_sketch_write_known(StringInfo buf, const DmSketch *s, int drop, uint64 total);

/*
 * The same with the entries in arrays: n keys on the grid of the shift, or
 * exact ones shortened by the "drop" zero bits that all of them end in, and
 * their counts, which add up to "total" (not looked at where all are 1).
 */
extern void dm_sketch_write_arrays(StringInfo buf, const DmSketch *s, int drop, const int64 *key,
								   const uint64 *count, uint64 total);

/*
 * A whole column of 1 <= n <= DM_TINY values, if they are finite, no two are
 * equal and they are kept exactly; else false, and nothing is written.
 */
#define DM_TINY 4
extern bool dm_sketch_write_tiny(StringInfo buf, const DmGrid *grid, const double *x, int n);

extern bool dm_sketch_read(DmReader *r, const DmGrid *grid, DmSketch *out);

/* The same in two steps: between them out->entry is given room for out->n entries. */
extern bool dm_sketch_read_head(DmReader *r, const DmGrid *grid, DmSketch *out, uint8 *flags);
extern bool dm_sketch_read_rest(DmReader *r, DmSketch *out, uint8 flags);

/* Pass over a packed column; only where it ends is looked at. */
extern void dm_sketch_skip(DmReader *r);
extern void dm_sketch_write_json(StringInfo buf, const DmSketch *s);
extern void dm_sketch_read_json(DmJson *j, const DmGrid *grid, DmSketch *out);

/* Is it what dm_sketch_normalize would leave? */
extern bool dm_sketch_valid(const DmSketch *s, bool moments);

extern void dm_grid_check(int max_bytes, int significant_bits);

/* Moments; from sums, exact entries, or (neither) the bins' middles. */
extern double dm_sketch_mean(const DmSketch *s);
extern double dm_sketch_stddev(const DmSketch *s, uint64 divisor);	/* by n or n - 1 */

#endif							/* DATAMON_TYPES_SKETCH_H */
