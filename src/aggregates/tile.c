/*
 * tile.c - the aggregate tile(): one row a cell.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/tile_internal.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_tile_trans);
PG_FUNCTION_INFO_V1(datamon_tile_trans_rows);

/* The state as a list of tiles; NULL at first. */
static struct varlena *
get_state(FunctionCallInfo fcinfo)
{
	if (!PG_ARGISNULL(0))
		return dm_get_state(fcinfo, DM_SEGMENT_TILE, TILE_TYPE_NAME);
	dm_require_aggregate(fcinfo, TILE_TYPE_NAME);
	return NULL;
}

static void
get_key(FunctionCallInfo fcinfo, DmTileShape *shape, DmTileCell *cell)
{
	DmTileKey	key;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the key of a cell cannot be NULL"),
				 errhint("A tile without dimensions has the key '{}'.")));
	dm_tile_get_key(PG_GETARG_ARRAYTYPE_P(1), &key);
	shape->ndimensions = key.ndimensions;
	memcpy(cell->key, key.id, sizeof(key.id));
}

/* The cell as a tile of its own, put to the others; one of no rows has but a shape. */
static Datum
put_cell(FunctionCallInfo fcinfo, const DmTileShape *shape, const DmTileCell *cell)
{
	struct varlena *state = get_state(fcinfo);
	DmTileBuilder *b = dm_tile_begin(shape);

	if (cell->n > 0)
		dm_tile_add(b, cell);
	return PointerGetDatum(dm_tile_merge(state, dm_tile_finish(b)));
}

/* Shape, rows and columns of a profile, which is not unpacked. */
static void
get_profile(const struct varlena *profile, DmTileShape *shape, DmTileCell *cell)
{
	StringInfoData bare;
	DmReader	r;
	DmProfile	p;
	char	   *kinds;
	uint64		ncolumns;

	if (DM_IS_WORKING(profile))
	{
		dm_profile_unpack(profile, &p);
		profile = dm_profile_pack(&p);
	}
	dm_reader_init(&r, profile);
	cell->n = dm_get_varint(&r);
	(void) dm_grid_read(&r, &shape->grid);
	ncolumns = dm_get_varint(&r);
	if (r.failed || ncolumns > DM_PROFILE_MAX_COLUMNS)
		dm_corrupt("profile");
	kinds = palloc(ncolumns + 1);
	initStringInfo(&bare);
	if (!dm_tile_strip(&bare, kinds, (int) ncolumns, (const char *) r.pos, (Size) (r.end - r.pos)))
		dm_corrupt("profile");
	shape->ncolumns = (int) ncolumns;
	shape->kinds = kinds;
	cell->columns = bare.data;
	cell->columns_size = (Size) bare.len;
}

static void
get_performance(const struct varlena *performance, DmTileShape *shape, DmTileCell *cell)
{
	uint64		rows = 0;
	int			i;

	dm_f_beta_counts(performance, cell->counts);
	for (i = 0; i < DM_FB_COUNTS; i++)
		rows += cell->counts[i];
	if (shape->ncolumns > 0 && rows != cell->n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a profile of " INT64_FORMAT " rows and a performance of " INT64_FORMAT " are not of one cell",
						(int64) cell->n, (int64) rows)));
	cell->n = rows;
	shape->performance = true;
}

/* tile(key, profile, performance) */
Datum
datamon_tile_trans(PG_FUNCTION_ARGS)
{
	DmTileShape shape = {0, 0, "", false, {0, 0}};
	DmTileCell	cell = {{0}};

	get_key(fcinfo, &shape, &cell);
	if (PG_ARGISNULL(2) && PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the profile and the performance of a cell cannot both be NULL"),
				 errhint("tile(key, n) takes cells of so many rows, and nothing else.")));
	if (!PG_ARGISNULL(2))
		get_profile(dm_getarg(fcinfo, 2, DM_PROFILE), &shape, &cell);
	if (!PG_ARGISNULL(3))
		get_performance(dm_getarg(fcinfo, 3, DM_F_BETA_STATE), &shape, &cell);
	return put_cell(fcinfo, &shape, &cell);
}

/* tile(key, n) */
Datum
datamon_tile_trans_rows(PG_FUNCTION_ARGS)
{
	DmTileShape shape = {0, 0, "", false, {0, 0}};
	DmTileCell	cell = {{0}};

	get_key(fcinfo, &shape, &cell);
	if (PG_ARGISNULL(2) || PG_GETARG_INT64(2) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the rows of a cell cannot be negative or NULL")));
	cell.n = (uint64) PG_GETARG_INT64(2);
	return put_cell(fcinfo, &shape, &cell);
}
