/*
 * tile_sink.h - tiles into their table as they are finished.
 */
#ifndef DATAMON_CUBE_TILE_SINK_H
#define DATAMON_CUBE_TILE_SINK_H

#include "postgres.h"

typedef struct DmTileSink DmTileSink;

/* Tiles of the finest tier of a monitor; "tile" is the type of what they hold. */
extern DmTileSink *dm_tile_sink_new(int32 monitor, Oid tile);

/* cuboid, part, bucket, piece, n, cells, as columns of these types; the cells are copied. */
extern void dm_tile_sink_put(DmTileSink *sink, const Datum *tile);
extern void dm_tile_sink_flush(DmTileSink *sink);

#endif							/* DATAMON_CUBE_TILE_SINK_H */
