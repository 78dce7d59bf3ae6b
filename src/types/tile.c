/*
 * tile.c - the type tile: text, binary, equality, merging.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "types/tile_internal.h"
#include "types/working.h"

/* Columns of a cell, decoded; false if the bytes are none. */
static bool
read_columns(const DmTileShape *shape, const DmTileCell *cell, DmProfile *p)
{
	DmReader	r;
	int			i;

	p->rows = cell->n;
	p->grid = shape->grid;
	p->ncolumns = shape->ncolumns;
	p->column = palloc0((Size) Max(shape->ncolumns, 1) * sizeof(DmProfileColumn));
	dm_reader_init_bytes(&r, cell->columns, cell->columns_size);
	for (i = 0; i < p->ncolumns; i++)
	{
		p->column[i].kind = shape->kinds[i];
		if (!dm_profile_read_column(&r, &p->grid, &p->column[i]))
			return false;
	}
	return r.pos == r.end;
}

static void
write_columns(StringInfo buf, const DmProfile *p)
{
	int			i;

	for (i = 0; i < p->ncolumns; i++)
		dm_profile_write_column(buf, &p->column[i]);
}

/* Could a profile have left these columns? */
static bool
columns_valid(const DmTileShape *shape, const DmTileCell *cell)
{
	StringInfoData buf;
	DmProfile	p;

	if (shape->ncolumns == 0)
		return true;
	if (!read_columns(shape, cell, &p) || !dm_profile_valid(&p))
		return false;
	initStringInfo(&buf);
	write_columns(&buf, &p);
	return (Size) buf.len == cell->columns_size && memcmp(buf.data, cell->columns, buf.len) == 0;
}

/*
 * The bytes are canonical if every part is: heads and keys have one form only
 * (the scan sees to it), so there is no need to write the tile again.
 */
static bool
valid_state(const struct varlena *packed)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon tile cell",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	DmTileScan	s;
	uint64		rows = 0;
	bool		valid = dm_tile_scan_try(&s, packed);

	while (valid && dm_tile_scan_step(&s))
	{
		/* both are at most 2^63 - 1 */
		rows += s.cell.n;
		valid = rows <= PG_INT64_MAX && columns_valid(&s.shape, &s.cell);
		MemoryContextReset(scratch);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return valid && !s.reader.failed && s.reader.pos == s.reader.end;
}

static void
print_cell(StringInfo buf, const DmTileShape *shape, const DmTileCell *cell)
{
	DmProfile	p;
	int			i;

	appendStringInfoString(buf, "{\"key\":[");
	for (i = 0; i < shape->ndimensions; i++)
		appendStringInfo(buf, "%s" INT64_FORMAT, i ? "," : "",
						 cell->key[i] == DM_ANY ? -1 : (int64) cell->key[i]);
	appendStringInfo(buf, "],\"rows\":" UINT64_FORMAT, cell->n);
	for (i = 0; shape->performance && i < DM_FB_COUNTS; i++)
		appendStringInfo(buf, "%s" UINT64_FORMAT, i ? "," : ",\"performance\":[", cell->counts[i]);
	if (shape->performance)
		appendStringInfoChar(buf, ']');
	if (shape->ncolumns > 0)
	{
		if (!read_columns(shape, cell, &p))
			dm_corrupt(TILE_TYPE_NAME);
		for (i = 0; i < p.ncolumns; i++)
		{
			appendStringInfoString(buf, i ? "," : ",\"columns\":[");
			dm_profile_write_column_json(buf, &p.column[i]);
		}
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoChar(buf, '}');
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmTileScan	s;

	dm_tile_scan_begin(&s, packed);
	appendStringInfo(buf, "{\"dimensions\":%d,\"performance\":%s,\"kinds\":\"%.*s\",",
					 s.shape.ndimensions, s.shape.performance ? "true" : "false",
					 s.shape.ncolumns, s.shape.kinds);
	if (s.shape.ncolumns > 0)
		dm_grid_write_json(buf, &s.shape.grid);
	appendStringInfoString(buf, "\"cells\":[");
	while (dm_tile_scan_next(&s))
	{
		if (s.seen > 1)
			appendStringInfoChar(buf, ',');
		print_cell(buf, &s.shape, &s.cell);
	}
	appendStringInfoString(buf, "]}");
}

static void
parse_shape(DmJson *j, DmTileShape *shape)
{
	int64		ndimensions;
	int			i;

	memset(shape, 0, sizeof(*shape));
	dm_json_key(j, "dimensions");
	ndimensions = dm_json_int(j);
	if (!j->failed && (ndimensions < 0 || ndimensions > DM_TILE_DIMENSIONS))
		dm_json_fail(j, "Dimensions must be between 0 and 12");
	shape->ndimensions = (int) ndimensions;
	dm_json_expect(j, ',');
	dm_json_key(j, "performance");
	shape->performance = dm_json_bool(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "kinds");
	shape->kinds = dm_json_string(j);
	dm_json_expect(j, ',');
	if (j->failed)
		return;
	if (strlen(shape->kinds) > DM_PROFILE_MAX_COLUMNS)
		dm_json_fail(j, "Too many columns");
	shape->ncolumns = (int) strlen(shape->kinds);
	for (i = 0; i < shape->ncolumns; i++)
		if (shape->kinds[i] != DM_KIND_NUMBER && shape->kinds[i] != DM_KIND_CATEGORY)
			dm_json_fail(j, "Kinds are n for a number and c for a category");
	if (shape->ncolumns > 0)
		dm_grid_read_json(j, &shape->grid);
}

static void
parse_key(DmJson *j, int ndimensions, uint32 *key)
{
	int			i;

	dm_json_key(j, "key");
	dm_json_expect(j, '[');
	for (i = 0; i < ndimensions; i++)
	{
		int64		id;

		if (i > 0)
			dm_json_expect(j, ',');
		id = dm_json_int(j);
		if (!j->failed && (id < -1 || id >= (int64) DM_ANY))
			dm_json_fail(j, "An id must be between -1 and 4294967294");
		key[i] = (uint32) id;
	}
	dm_json_expect(j, ']');
}

static void
parse_counts(DmJson *j, DmTileCell *cell)
{
	uint64		rest = cell->n;
	int			i;

	dm_json_expect(j, ',');
	dm_json_key(j, "performance");
	for (i = 0; i < DM_FB_COUNTS; i++)
	{
		dm_json_expect(j, i ? ',' : '[');
		cell->counts[i] = dm_json_count(j);
		if (!j->failed && cell->counts[i] > rest)
			dm_json_fail(j, "Counts of the performance must add up to the rows");
		rest -= cell->counts[i];
	}
	dm_json_expect(j, ']');
	if (!j->failed && rest > 0)
		dm_json_fail(j, "Counts of the performance must add up to the rows");
}

/* Columns are written behind each other as they are read. */
static void
parse_columns(DmJson *j, const DmTileShape *shape, DmTileCell *cell)
{
	StringInfoData buf;
	DmProfile	p;
	int			i;

	p.rows = cell->n;
	p.grid = shape->grid;
	p.ncolumns = shape->ncolumns;
	p.column = palloc0((Size) shape->ncolumns * sizeof(DmProfileColumn));
	dm_json_expect(j, ',');
	dm_json_key(j, "columns");
	for (i = 0; i < shape->ncolumns && !j->failed; i++)
	{
		dm_json_expect(j, i ? ',' : '[');
		if (j->failed)
			return;
		dm_profile_read_column_json(j, &shape->grid, &p.column[i]);
		if (!j->failed && p.column[i].kind != shape->kinds[i])
			dm_json_fail(j, "A column is not of its kind");
	}
	dm_json_expect(j, ']');
	if (j->failed)
		return;
	if (!dm_profile_valid(&p))
	{
		dm_json_fail(j, "Counts must add up to the rows, and bins must be canonical");
		return;
	}
	initStringInfo(&buf);
	write_columns(&buf, &p);
	cell->columns = buf.data;
	cell->columns_size = (Size) buf.len;
}

static void
parse_cell(DmJson *j, const DmTileShape *shape, DmTileCell *cell)
{
	memset(cell, 0, sizeof(*cell));
	dm_json_expect(j, '{');
	parse_key(j, shape->ndimensions, cell->key);
	dm_json_expect(j, ',');
	dm_json_key(j, "rows");
	cell->n = dm_json_count(j);
	if (!j->failed && cell->n == 0)
		dm_json_fail(j, "A cell has at least one row");
	if (!j->failed && shape->performance)
		parse_counts(j, cell);
	if (!j->failed && shape->ncolumns > 0)
		parse_columns(j, shape, cell);
	dm_json_expect(j, '}');
}

/* Cells in any order; those of one key are joined. */
static struct varlena *
parse_state(DmJson *j)
{
	DmTileShape shape;
	DmTileBuilder *b;
	DmTileCell	cell;
	uint64		rows = 0;

	dm_json_expect(j, '{');
	parse_shape(j, &shape);
	dm_json_key(j, "cells");
	dm_json_expect(j, '[');
	if (j->failed)
		return NULL;
	b = dm_tile_begin(&shape);
	while (!dm_json_try(j, ']'))
	{
		if (rows > 0)
			dm_json_expect(j, ',');
		parse_cell(j, &shape, &cell);
		rows += cell.n;
		if (!j->failed && rows > PG_INT64_MAX)
			dm_json_fail(j, "Rows exceed the range of bigint");
		if (j->failed)
			return NULL;
		dm_tile_add(b, &cell);
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : dm_tile_finish(b);
}

static struct varlena *
add_packed(const struct varlena *a, const struct varlena *b)
{
	DmTileScan	s[2];
	DmTileRun	runs[2];

	dm_tile_scan_begin(&s[0], a);
	dm_tile_scan_begin(&s[1], b);
	dm_tile_check_shape(&s[0].shape, &s[1].shape);
	runs[0] = dm_tile_run_of(&s[0]);
	runs[1] = dm_tile_run_of(&s[1]);
	return dm_tile_merge_runs(&s[0].shape, runs, 2, DM_TILE_KEEP_ALL);
}

const DmType dm_tile_type = {
	DM_SEGMENT_TILE, TILE_TYPE_NAME, print_state, parse_state, valid_state, dm_tile_pack, dm_tile_merge, NULL,
	add_packed
};

DM_TYPE_FUNCTIONS(tile, dm_tile_type);
