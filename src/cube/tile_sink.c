/*
 * tile_sink.c - tiles into their table as they are finished.
 *
 * A set of rows that a function returns is stored twice before anything is
 * inserted from it, by the function and by the query around it.  Many tiles
 * are more than either keeps in memory, so each would go to a file and back,
 * two times.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "cube/tile_sink.h"

/* Tiles that are inserted at once. */
#define MOST_TILES 512
#define MOST_BYTES (2 * 1024 * 1024)	/* well below work_mem, beyond which unnest() would use a file */

#define COLUMNS 6
#define CELLS (COLUMNS - 1)

struct DmTileSink
{
	int32		monitor;
	Oid			type[COLUMNS];
	MemoryContext memory;		/* of what waits */
	int			n;
	Size		bytes;
	Datum		value[COLUMNS][MOST_TILES];
};

DmTileSink *
dm_tile_sink_new(int32 monitor, Oid tile)
{
	static const Oid type[CELLS] = {INT4OID, INT8OID, TIMESTAMPTZOID, INT4OID, INT8OID};
	DmTileSink *sink = palloc0(sizeof(DmTileSink));

	sink->monitor = monitor;
	memcpy(sink->type, type, sizeof(type));
	sink->type[CELLS] = tile;
	sink->memory = AllocSetContextCreate(CurrentMemoryContext, "datamon tiles to insert", ALLOCSET_DEFAULT_SIZES);
	return sink;
}

static Datum
as_array(DmTileSink *sink, int column)
{
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(sink->type[column], &length, &by_value, &align);
	return PointerGetDatum(construct_array(sink->value[column], sink->n, sink->type[column], length, by_value, align));
}

/* Through a view that shows the caller his own. */
static void
insert_tiles(DmTileSink *sink)
{
	static const char *query =
		"INSERT INTO datamon._own_tile (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells) "
		"SELECT $1, u.cuboid_no, 0, u.part, u.bucket, u.piece, u.n, u.cells "
		"FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), "
		"pg_catalog.unnest($6), pg_catalog.unnest($7)) u (cuboid_no, part, bucket, piece, n, cells)";
	Oid			type[1 + COLUMNS] = {INT4OID};
	Datum		value[1 + COLUMNS];
	int			i;

	value[0] = Int32GetDatum(sink->monitor);
	for (i = 0; i < COLUMNS; i++)
	{
		type[1 + i] = get_array_type(sink->type[i]);
		value[1 + i] = as_array(sink, i);
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(query, 1 + COLUMNS, type, value, NULL, false, 0) != SPI_OK_INSERT ||
		SPI_processed != (uint64) sink->n)
		elog(ERROR, "tiles cannot be inserted");
	SPI_finish();
}

void
dm_tile_sink_flush(DmTileSink *sink)
{
	MemoryContext old = MemoryContextSwitchTo(sink->memory);

	if (sink->n > 0)
		insert_tiles(sink);
	MemoryContextSwitchTo(old);
	MemoryContextReset(sink->memory);
	sink->n = 0;
	sink->bytes = 0;
}

void
dm_tile_sink_put(DmTileSink *sink, const Datum *tile)
{
	MemoryContext old = MemoryContextSwitchTo(sink->memory);
	int			i;

	for (i = 0; i < CELLS; i++)
		sink->value[i][sink->n] = tile[i];
	sink->value[CELLS][sink->n] = datumCopy(tile[CELLS], false, -1);
	sink->bytes += VARSIZE_ANY(DatumGetPointer(tile[CELLS]));
	sink->n++;
	MemoryContextSwitchTo(old);
	if (sink->n == MOST_TILES || sink->bytes >= MOST_BYTES)
		dm_tile_sink_flush(sink);
}
