/*
 * column.h - counting the values of one numeric column, tile by tile.
 *
 * A column is a fixed struct plus an area of 64-bit words that its owner
 * keeps beside it (both live inside one flat varlena, so neither holds a
 * pointer).  The area is a table of counts in one of two forms:
 *
 *	 sparse  open addressing on the key; for few or scattered values
 *	 dense   one counter per bin of a window of magnitudes, for each sign;
 *			 the usual state after some hundred values
 *
 * Nothing here allocates.  When a table cannot take a value, the value comes
 * back as a reject; the owner lists the entries, gets a larger area, loads
 * them and offers the rejects again.
 */
#ifndef DATAMON_COLUMN_H
#define DATAMON_COLUMN_H

#include "stats/dyadic.h"
#include "stats/vector.h"

/* Values offered at once; vector.c relies on at most 256. */
#define DM_TILE 256

typedef enum DmColumnMode
{
	DM_SPARSE = 0,
	DM_DENSE = 1
} DmColumnMode;

typedef struct DmColumn
{
	uint64_t	n;				/* values counted in the table */
	uint64_t	low_bits;		/* OR of all magnitudes: trailing zeros */
	double		min;			/* of the n values; +inf, -inf while n = 0 */
	double		max;
	uint64_t	base;			/* dense: magnitude index of the first bin */
	uint64_t	check_at;		/* dense: n at which to look at the budget */
	uint32_t	size;			/* sparse: slots, a power of 2; dense: bins a sign */
	uint32_t	used;			/* sparse: occupied slots */
	uint32_t	limit;			/* sparse: occupied slots before a fold */
	uint8_t		mode;			/* DmColumnMode */
	uint8_t		shift;			/* grid of the counts */
	uint8_t		index_shift;	/* dense: shift of the bins; > shift when exact */
	uint8_t		unused;
} DmColumn;

/* An empty sparse table of so many slots, a power of 2; two words a slot. */
extern void dm_column_init(DmColumn *c, uint64_t *area, uint32_t slots);

/*
 * Count n <= DM_TILE finite values of a known range.  Returns how many did not
 * fit; these are moved to the front of x.
 */
extern int	dm_column_add(DmColumn *c, uint64_t *area, double *x, int n, const DmRange *range);

/* Count one entry of a grid no coarser than the column's; false: no room. */
extern bool dm_column_add_entry(DmColumn *c, uint64_t *area, int64_t key, uint64_t count);

/* Occupied bins, at most; and the bins themselves, sorted. */
extern size_t dm_column_entries(const DmColumn *c, const uint64_t *area);
extern size_t dm_column_list(const DmColumn *c, const uint64_t *area, DmEntry *out);

/* Is it time to look whether the budget asks for a coarser grid? */
extern bool dm_column_check_due(const DmColumn *c);

/*
 * Choose form and size for a sorted, folded list, with room for values within
 * [least, greatest] (pass +inf, -inf for none) and for "more" new keys.  Sets the column's
 * form and returns the words it needs; dm_column_load() then fills the area.
 */
extern size_t dm_column_plan(DmColumn *c, const DmEntry *e, size_t n, int shift,
							 double least, double greatest, size_t more,
							 const DmGrid *grid);
extern void dm_column_load(DmColumn *c, uint64_t *area, const DmEntry *e, size_t n);

#endif							/* DATAMON_COLUMN_H */
