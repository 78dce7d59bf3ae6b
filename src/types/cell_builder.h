/*
 * cell_builder.h - packed columns of a profile straight from arrays of values,
 * or from packed columns.
 *
 * The bytes are those that profile() and merge() would make of the same rows.
 * Scratch memory is kept from cell to cell: nothing is allocated for one of
 * few rows.
 */
#ifndef DATAMON_TYPES_CELL_BUILDER_H
#define DATAMON_TYPES_CELL_BUILDER_H

#include "base/wire.h"
#include "stats/dyadic.h"

typedef struct DmCellBuilder DmCellBuilder;

/* Lives in the current memory context. */
extern DmCellBuilder *dm_cell_builder_new(const char *kinds, int ncolumns, DmGrid grid);

/*
 * A number column of n rows, NULLs as DM_NULL_BITS; x is destroyed.  Appends
 * what stands behind the kind in a profile.
 */
extern void dm_cell_put_numbers(DmCellBuilder *b, StringInfo out, double *x, int n);

/*
 * A category column: ids of n rows (0 is NULL), which are destroyed; rank[id]
 * orders the dictionary's values by their bytes.  Appends length and counts.
 */
struct DmDictionary;
extern void dm_cell_put_categories(DmCellBuilder *b, StringInfo out, uint32 *ids, int n,
								   const struct DmDictionary *dictionary, const uint32 *rank);

/* The same from ids, which may repeat, each with how many rows have it, one or more. */
extern void dm_cell_put_category_counts(DmCellBuilder *b, StringInfo out, const uint32 *ids,
										const uint32 *counts, int n,
										const struct DmDictionary *dictionary, const uint32 *rank);

/* A whole packed profile begins like this; its columns follow, each after its kind. */
extern void dm_cell_begin_profile(const DmCellBuilder *b, StringInfo out, uint64 rows);

/*
 * What stands behind the kind of a column in a profile.  Nothing is read from
 * "end" on; the column may end before.
 */
typedef struct DmPackedColumn
{
	const uint8 *bytes;
	const uint8 *end;
} DmPackedColumn;

/*
 * One column from n >= 1 packed ones of its kind and of grids no coarser than
 * the builder's.  Afterwards "end" is where each ends.
 */
extern void dm_cell_merge_columns(DmCellBuilder *b, StringInfo out, char kind,
								  DmPackedColumn *column, int n);

/* Pass over a packed column without unpacking it. */
extern void dm_cell_skip_column(DmReader *r, char kind);

#endif							/* DATAMON_TYPES_CELL_BUILDER_H */
