/*
 * tile_maker.h - tiles of rows, for every cuboid of a monitor at once.
 *
 * Rows are read once.  Each cuboid has a cube of its own, which sees its
 * dimensions only; the cells it emits go into the tile of their bucket and
 * part.  As buckets come one after the other, and the cells of one part do, two
 * tiles are open: that of the part, and that of the bucket's cells without the
 * part's dimension.  Should a part come again, it becomes a further piece:
 * whoever reads merges pieces.
 */
#ifndef DATAMON_CUBE_TILE_MAKER_H
#define DATAMON_CUBE_TILE_MAKER_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "base/row.h"
#include "cube/cube.h"
#include "cube/tile_sink.h"
#include "scan/scan.h"
#include "types/tile.h"

struct DmTileMaker;

typedef struct DmCuboid
{
	struct DmTileMaker *maker;
	int32		number;
	int			ndimensions;
	int			dimension[DM_CUBE_MAX_DIMENSIONS];	/* of the monitor, from 0 */
	int			part;			/* place of the part's dimension, or -1 */
	int			part_bits;
	uint32		levels[2];
	DmCube	   *cube;
	int64		bucket;			/* of the cells at hand */
	int64		open_part;		/* of the part whose tile is being filled, or was last */
	int32		open_piece;
	DmTileBuilder *open;
	uint64		open_rows;
	DmTileBuilder *rest;		/* of the bucket's cells without the part's dimension */
	uint64		rest_rows;
	uint32	   *dimensions[DM_CUBE_MAX_DIMENSIONS];	/* of the rows at hand */
} DmCuboid;

typedef struct DmTileMaker
{
	int			ndimensions;
	int			ncolumns;
	const char *kinds;
	bool		outcome;
	int64		width;			/* microseconds */
	TimestampTz origin;
	int			nbuckets;		/* that count; -1: all */
	int64	   *buckets;
	DmScanColumn *columns;		/* bucket, dimensions, columns, actual, predicted */
	int			nscan;
	uint32	   *known;			/* values of each dimension known before */
	int			ncuboids;
	DmCuboid   *cuboids;
	DmTileShape shape;
	DmCubeShape cube;
	DmRowSet	result;
	DmTileSink *sink;			/* takes the tiles; NULL: they are in the result */
	int32		first_piece;	/* number of a bucket's and part's first */
	MemoryContext memory;		/* of the tile of a part */
	MemoryContext rest;			/* of the other one */
} DmTileMaker;

/*
 * What SQL says, from argument "first" on: dimensions, kinds, significant_bits,
 * outcome, width, origin, buckets, known_dimension, known_bytes, cuboid_no,
 * cuboid_mask, part_dimension, part_bits, most_values.  Also begins the set of results.
 */
#define DM_TILE_MAKER_ARGS 14
#define DM_TILE_COLUMN 9			/* of the result, from 0 */
#define DM_MOST_VALUES 10000000

extern DmTileMaker *dm_tile_maker_new(FunctionCallInfo fcinfo, int first);

/* Once the columns are those of something that is read; then the rows; then all is put out. */
extern void dm_tile_maker_start(DmTileMaker *m);
extern void dm_tile_maker_add(DmTileMaker *m, DmRows *rows);

/* No row of an earlier bucket will come. */
extern void dm_tile_maker_release(DmTileMaker *m, int64 bucket);
extern void dm_tile_maker_move(const DmTileMaker *m, DmRows *rows, int from, int to);
extern void dm_tile_maker_finish(DmTileMaker *m);

/* Does this bucket count? */
extern bool dm_tile_maker_wants(const DmTileMaker *m, int64 bucket);

/*
 * Rows of the result, told apart by their kind: "tile", without the cells where a sink has them; "value", with number
 * of the dimension in "cuboid" and the id in "number"; and what fronts add.
 */
extern DmRow *dm_tile_maker_row(DmTileMaker *m, const char *kind, int64 number, Datum bytes, bool has_bytes);

/* Fill the columns behind with NULL and put the row out. */
extern void dm_tile_maker_put(DmTileMaker *m);
extern void dm_tile_maker_time(DmTileMaker *m, int64 bucket);

#endif							/* DATAMON_CUBE_TILE_MAKER_H */
