/*
 * tiles_of_query.c - tiles of the rows that a query yields.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "cube/tile_maker.h"

PG_FUNCTION_INFO_V1(datamon_tiles_of_query);

/* _tiles_of_query(query, what dm_tile_maker_new() reads); the columns in the order of maker.columns */
Datum
datamon_tiles_of_query(PG_FUNCTION_ARGS)
{
	DmTileMaker *m = dm_tile_maker_new(fcinfo, 1);
	DmQueryScan *scan;
	DmRows	   *rows;

	if (PG_ARGISNULL(0))
		elog(ERROR, "query must not be null");
	scan = dm_query_begin(text_to_cstring(PG_GETARG_TEXT_PP(0)), m->columns, m->nscan);
	dm_tile_maker_start(m);
	while ((rows = dm_query_next(scan)) != NULL)
		dm_tile_maker_add(m, rows);
	dm_query_end(scan);
	dm_tile_maker_finish(m);
	return (Datum) 0;
}
