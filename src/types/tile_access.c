/*
 * tile_access.c - what a tile tells: its cells, one by one or joined.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "base/row.h"
#include "types/tile_internal.h"

PG_FUNCTION_INFO_V1(datamon_tile_cells);
PG_FUNCTION_INFO_V1(datamon_tile_cell);
PG_FUNCTION_INFO_V1(datamon_tile_roll_up);
PG_FUNCTION_INFO_V1(datamon_tile_count);
PG_FUNCTION_INFO_V1(datamon_tile_cell_count);
PG_FUNCTION_INFO_V1(datamon_tile_dimension_count);
PG_FUNCTION_INFO_V1(datamon_tile_column_count);

/* Argument 0, which begins a scan; packed, whatever an aggregate without a final function left. */
static void
begin_scan(FunctionCallInfo fcinfo, DmTileScan *s)
{
	dm_tile_scan_begin(s, dm_type_pack(dm_getarg(fcinfo, 0, DM_SEGMENT_TILE), &dm_tile_type));
}

void
dm_tile_get_key(ArrayType *array, DmTileKey *key)
{
	Datum	   *ids;
	bool	   *nulls;
	int			i;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key must be an array of one dimension")));
	deconstruct_array(array, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, 'd', &ids, &nulls,
					  &key->ndimensions);
	if (key->ndimensions > DM_TILE_DIMENSIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key cannot have more than %d ids", DM_TILE_DIMENSIONS)));
	memset(key->id, 0, sizeof(key->id));
	for (i = 0; i < key->ndimensions; i++)
	{
		int64		id = nulls[i] ? -2 : DatumGetInt64(ids[i]);

		if (id < -1 || id >= (int64) DM_ANY)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("an id of a key must be between -1 and %u, and not NULL", DM_ANY - 1),
					 errhint("0 stands for NULL, -1 for any value.")));
		key->id[i] = (uint32) id;
	}
}

static Datum
key_array(const uint32 *key, int n)
{
	Datum		ids[DM_TILE_DIMENSIONS];
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = Int64GetDatum(key[i] == DM_ANY ? -1 : (int64) key[i]);
	return PointerGetDatum(construct_array(ids, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, 'd'));
}

static void
put_cell(DmRow *row, const DmTileShape *shape, const DmTileCell *cell)
{
	dm_row_count(row, (int64) cell->n);
	dm_row_value(row, dm_tile_cell_profile(shape, cell));
	dm_row_value(row, shape->performance ? dm_f_beta_pack(cell->counts) : NULL);
}

/* cells(tile): one row a cell */
Datum
datamon_tile_cells(PG_FUNCTION_ARGS)
{
	MemoryContext scratch;
	MemoryContext old;
	DmRowSet	rows;
	DmTileScan	s;

	begin_scan(fcinfo, &s);
	dm_rows_begin(fcinfo, &rows);
	scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon tile cell", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	while (dm_tile_scan_next(&s))
	{
		dm_row_value(&rows.row, (struct varlena *) DatumGetPointer(key_array(s.cell.key, s.shape.ndimensions)));
		put_cell(&rows.row, &s.shape, &s.cell);
		dm_rows_put(&rows);
		MemoryContextReset(scratch);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return (Datum) 0;
}

static bool
matches(const DmTileKey *pattern, const uint32 *key)
{
	int			i;

	for (i = 0; i < pattern->ndimensions; i++)
		if (pattern->id[i] != DM_ANY && pattern->id[i] != key[i])
			return false;
	return true;
}

/* Cells that match, copied; their number. */
static int
matching(DmTileScan *s, const DmTileKey *pattern, DmTileCell **cells)
{
	int			room = 16;
	int			n = 0;

	*cells = palloc((Size) room * sizeof(DmTileCell));
	while (dm_tile_scan_next(s))
	{
		if (!matches(pattern, s->cell.key))
			continue;
		if (n == room)
		{
			room *= 2;
			*cells = repalloc_huge(*cells, (Size) room * sizeof(DmTileCell));
		}
		(*cells)[n++] = s->cell;
	}
	return n;
}

/* cell(tile, key): what all cells that match come to */
Datum
datamon_tile_cell(PG_FUNCTION_ARGS)
{
	const DmTileCell **list;
	DmTileCell *cells;
	DmTileCell	sum;
	DmTileScan	s;
	DmTileKey	pattern;
	StringInfoData bytes;
	DmRow		row;
	int			n;
	int			i;

	begin_scan(fcinfo, &s);
	dm_tile_get_key(PG_GETARG_ARRAYTYPE_P(1), &pattern);
	if (pattern.ndimensions != s.shape.ndimensions)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key of %d ids is none of a tile of %d dimensions", pattern.ndimensions,
						s.shape.ndimensions)));
	n = matching(&s, &pattern, &cells);
	if (n == 0)
		PG_RETURN_NULL();
	list = MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(DmTileCell *));
	for (i = 0; i < n; i++)
		list[i] = &cells[i];
	initStringInfo(&bytes);
	dm_tile_join(dm_tile_columns(&s.shape), &s.shape, list, n, false, &sum, &bytes);
	dm_row_begin(fcinfo, &row);
	put_cell(&row, &s.shape, &sum);
	return dm_row_end(&row);
}

static uint32
get_kept(ArrayType *array, int ndimensions)
{
	uint32		keep = 0;
	Datum	   *at;
	bool	   *nulls;
	int			n;
	int			i;

	deconstruct_array(array, INT4OID, sizeof(int32), true, 'i', &at, &nulls, &n);
	for (i = 0; i < n; i++)
	{
		int32		d = nulls[i] ? 0 : DatumGetInt32(at[i]);

		if (d < 1 || d > ndimensions)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("dimensions to keep must be between 1 and %d, and not NULL", ndimensions)));
		keep |= 1U << (d - 1);
	}
	return keep;
}

/* roll_up(tile, keep): the other dimensions are fixed no more */
Datum
datamon_tile_roll_up(PG_FUNCTION_ARGS)
{
	DmTileScan	s;
	DmTileRun	run;

	begin_scan(fcinfo, &s);
	run = dm_tile_run_of(&s);
	PG_RETURN_POINTER(dm_tile_merge_runs(&s.shape, &run, 1,
										 get_kept(PG_GETARG_ARRAYTYPE_P(1), s.shape.ndimensions)));
}

Datum
datamon_tile_count(PG_FUNCTION_ARGS)
{
	DmTileScan	s;
	uint64		rows = 0;

	begin_scan(fcinfo, &s);
	while (dm_tile_scan_next(&s))
		rows += s.cell.n;
	PG_RETURN_INT64((int64) rows);
}

Datum
datamon_tile_cell_count(PG_FUNCTION_ARGS)
{
	DmTileScan	s;

	begin_scan(fcinfo, &s);
	PG_RETURN_INT64((int64) s.ncells);
}

Datum
datamon_tile_dimension_count(PG_FUNCTION_ARGS)
{
	DmTileScan	s;

	begin_scan(fcinfo, &s);
	PG_RETURN_INT32(s.shape.ndimensions);
}

Datum
datamon_tile_column_count(PG_FUNCTION_ARGS)
{
	DmTileScan	s;

	begin_scan(fcinfo, &s);
	PG_RETURN_INT32(s.shape.ncolumns);
}
