/*
 * tile.h - the cells of many segments in one value.
 *
 * A tile is written by a builder and read by a scan; both take the columns of
 * a cell as bytes and never look into them.  The key of a cell has an id of a
 * dictionary for every dimension, 0 for NULL and DM_ANY where it is not fixed.
 */
#ifndef DATAMON_TYPES_TILE_H
#define DATAMON_TYPES_TILE_H

#include "base/wire.h"
#include "scan/rows.h"
#include "types/f_beta_state.h"
#include "types/sketch.h"

#define TILE_TYPE_NAME "tile"
#define DM_TILE_DIMENSIONS 12

typedef struct DmTileShape
{
	int			ndimensions;
	int			ncolumns;		/* of the profiles; 0: there are none */
	const char *kinds;			/* DM_KIND_... of each column */
	bool		performance;	/* do cells have outcome counts? */
	DmGrid		grid;			/* without columns of no meaning */
} DmTileShape;

typedef struct DmTileCell
{
	uint32		key[DM_TILE_DIMENSIONS];
	uint64		n;				/* rows, at least 1 */
	uint64		counts[DM_FB_COUNTS];	/* they add up to n; zeros without performance */
	const char *columns;		/* packed, one after the other, without their kinds */
	Size		columns_size;
} DmTileCell;

typedef struct DmTileBuilder DmTileBuilder;

/*
 * Cells may come in any order, and one key more than once; in the order of
 * their keys (dm_tile_compare) they are copied, and that is all.  Lives in the
 * current memory context.
 */
extern DmTileBuilder *dm_tile_begin(const DmTileShape *shape);
extern void dm_tile_add(DmTileBuilder *b, const DmTileCell *cell);
extern struct varlena *dm_tile_finish(DmTileBuilder *b);

/* Cells in the order of their keys, borrowed from a packed tile. */
typedef struct DmTileScan
{
	DmTileShape shape;
	uint32		ncells;
	uint32		seen;
	DmReader	reader;
	DmTileCell	cell;
} DmTileScan;

extern void dm_tile_scan_begin(DmTileScan *s, const struct varlena *tile);
extern bool dm_tile_scan_next(DmTileScan *s);

/* DM_ANY comes first, then NULL, then the values. */
static inline int
dm_tile_compare(const uint32 *a, const uint32 *b, int ndimensions)
{
	int			i;

	for (i = 0; i < ndimensions; i++)
		if (a[i] != b[i])
			return a[i] + 1 < b[i] + 1 ? -1 : 1;
	return 0;
}

#endif							/* DATAMON_TYPES_TILE_H */
