/*
 * tile_internal.h - what the files of the type tile share.
 */
#ifndef DATAMON_TYPES_TILE_INTERNAL_H
#define DATAMON_TYPES_TILE_INTERNAL_H

#include "utils/array.h"

#include "base/type.h"
#include "types/profile.h"
#include "types/tile.h"

/* Cells in the order of their keys: those of a tile, or some of a builder's. */
typedef struct DmTileRun
{
	const uint8 *bytes;
	Size		size;
	uint32		ncells;
	DmGrid		grid;
} DmTileRun;

extern const DmType dm_tile_type;

/* tile_bytes.c: a tile's head, and its cells one by one; false, and reader.failed, if the bytes are none */
extern bool dm_tile_scan_try(DmTileScan *s, const struct varlena *tile);
extern bool dm_tile_scan_step(DmTileScan *s);
extern void dm_tile_scan_run(DmTileScan *s, const DmTileShape *shape, const DmTileRun *run);
extern void dm_tile_check_shape(const DmTileShape *a, const DmTileShape *b);

/* tile_columns.c */
typedef struct DmTileColumns DmTileColumns;
extern DmTileColumns *dm_tile_columns(const DmTileShape *shape);

/* Columns as behind a profile's header, and their kinds apart; false if the bytes are none. */
extern bool dm_tile_strip(StringInfo out, char *kinds, int ncolumns, const char *columns, Size size);
extern void dm_tile_merge_columns(DmTileColumns *c, StringInfo out,
								  const DmTileCell *const *cells, int n);
extern struct varlena *dm_tile_cell_profile(const DmTileShape *shape, const DmTileCell *cell);

/* tile_merge.c: cells of runs, all of one shape but the grid, joined by those dimensions that are kept */
extern struct varlena *dm_tile_merge_runs(const DmTileShape *shape, const DmTileRun *runs, int n, uint32 keep);
extern DmTileRun dm_tile_run_of(const DmTileScan *s);
extern void dm_tile_join(DmTileColumns *columns, const DmTileShape *shape, const DmTileCell *const *cells,
						 int n, bool coarser, DmTileCell *out, StringInfo bytes);
extern struct varlena *dm_tile_pack(const struct varlena *working);
extern struct varlena *dm_tile_merge(struct varlena *state, const struct varlena *value);

/* tile_access.c: a key as SQL has it, -1 for any and 0 for NULL */
typedef struct DmTileKey
{
	int			ndimensions;
	uint32		id[DM_TILE_DIMENSIONS];
} DmTileKey;

extern void dm_tile_get_key(ArrayType *array, DmTileKey *key);

#define DM_TILE_KEEP_ALL PG_UINT32_MAX

#endif							/* DATAMON_TYPES_TILE_INTERNAL_H */
