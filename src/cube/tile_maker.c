/*
 * tile_maker.c - rows into cubes, their cells into tiles, tiles into a set of rows.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "cube/tile_maker.h"
#include "scan/columns.h"
#include "types/profile.h"
#include "types/working.h"

/* kind, number, bytes, value, cuboid, part, bucket, piece, n, cells */
#define RESULT_COLUMNS 10
#define CUBOID 4

DmRow *
dm_tile_maker_row(DmTileMaker *m, const char *kind, int64 number, Datum bytes, bool has_bytes)
{
	DmRow	   *row = &m->result.row;

	row->n = 0;
	dm_row_text(row, kind);
	dm_row_count(row, number);
	row->value[row->n] = bytes;
	row->null[row->n++] = !has_bytes;
	return row;
}

void
dm_tile_maker_put(DmTileMaker *m)
{
	DmRow	   *row = &m->result.row;

	while (row->n < RESULT_COLUMNS)
		row->null[row->n++] = true;
	dm_rows_put(&m->result);
}

void
dm_tile_maker_time(DmTileMaker *m, int64 bucket)
{
	DmRow	   *row = &m->result.row;

	row->value[row->n] = TimestampTzGetDatum(m->origin + bucket * m->width);
	row->null[row->n++] = false;
}

/* Puts out what a context holds, and nothing else. */
static void
put_tile(DmCuboid *c, int64 part, int32 piece, DmTileBuilder *builder, uint64 rows, MemoryContext context)
{
	DmTileMaker *m = c->maker;
	MemoryContext old = MemoryContextSwitchTo(context);
	DmRow	   *row = dm_tile_maker_row(m, "tile", 0, (Datum) 0, false);

	row->null[row->n++] = true;
	dm_row_int(row, c->number);
	dm_row_count(row, part);
	dm_tile_maker_time(m, c->bucket);
	dm_row_int(row, m->first_piece + piece);
	dm_row_count(row, (int64) rows);
	dm_row_value(row, dm_tile_finish(builder));
	if (m->sink)
	{
		dm_tile_sink_put(m->sink, row->value + CUBOID);
		row->null[DM_TILE_COLUMN] = true;
	}
	dm_tile_maker_put(m);
	MemoryContextSwitchTo(old);
	MemoryContextReset(context);
}

static void
close_part(DmCuboid *c)
{
	if (c->open)
		put_tile(c, c->open_part, c->open_piece, c->open, c->open_rows, c->maker->memory);
	c->open = NULL;
}

static void
close_bucket(DmCuboid *c)
{
	close_part(c);
	if (c->rest)
		put_tile(c, -1, 0, c->rest, c->rest_rows, c->maker->rest);
	c->rest = NULL;
	c->open_part = -1;
	c->open_piece = 0;
}

/* The tile of a part; parts of a piece ascend, so that none has two of one number. */
static void
open_part(DmCuboid *c, int64 part)
{
	if (c->open && c->open_part == part)
		return;
	close_part(c);
	if (part <= c->open_part)
		c->open_piece++;
	c->open_part = part;
	c->open_rows = 0;
	MemoryContextSwitchTo(c->maker->memory);
	c->open = dm_tile_begin(&c->maker->shape);
}

static void
copy_cell(const DmCuboid *c, const DmCubeCell *cell, DmTileCell *out)
{
	memcpy(out->key, cell->key, sizeof(uint32) * c->ndimensions);
	out->n = cell->n;
	out->counts[DM_FB_TP] = cell->tp;
	out->counts[DM_FB_FP] = cell->fp;
	out->counts[DM_FB_FN] = cell->fn;
	out->counts[DM_FB_TN] = cell->tn;
	out->counts[DM_FB_UNLABELLED] = cell->unlabelled;
	out->counts[DM_FB_UNPREDICTED] = cell->unpredicted;
	out->counts[DM_FB_EMPTY] = cell->empty;
	out->columns = cell->columns;
	out->columns_size = cell->columns_size;
}

static void
emit_cell(void *to, const DmCubeCell *cell)
{
	DmCuboid   *c = to;
	DmTileCell	tile_cell;
	MemoryContext old = CurrentMemoryContext;

	copy_cell(c, cell, &tile_cell);
	c->maker->shape.ndimensions = c->ndimensions;
	if (cell->bucket != c->bucket)
	{
		close_bucket(c);
		if (cell->bucket < c->bucket)
			elog(ERROR, "buckets of cuboid %d are out of order", c->number);
		c->bucket = cell->bucket;
	}
	if (c->part < 0 || cell->key[c->part] == DM_ANY)
	{
		MemoryContextSwitchTo(c->maker->rest);	/* the caller's is soon reset */
		if (c->rest == NULL)
		{
			c->rest = dm_tile_begin(&c->maker->shape);
			c->rest_rows = 0;
		}
		dm_tile_add(c->rest, &tile_cell);
		c->rest_rows += cell->n;
	}
	else
	{
		open_part(c, cell->key[c->part] >> c->part_bits);
		MemoryContextSwitchTo(c->maker->memory);
		dm_tile_add(c->open, &tile_cell);
		c->open_rows += cell->n;
	}
	MemoryContextSwitchTo(old);
}

/* Values that became known, as rows: dimension, id, bytes, value. */
static void
put_learned(DmTileMaker *m)
{
	MemoryContext old = MemoryContextSwitchTo(m->memory);
	DmRow	   *row;
	int			d;

	for (d = 0; d < m->ndimensions; d++)
	{
		DmScanColumn *column = &m->columns[1 + d];
		uint32		id;

		for (id = m->known[d] + 1; id <= dm_dictionary_size(column->dictionary); id++)
		{
			size_t		len;
			const char *bytes = dm_dictionary_bytes(column->dictionary, id, &len);
			JsonbValue	value;

			dm_scan_value(column, id, &value);
			row = dm_tile_maker_row(m, "value", id,
									PointerGetDatum(cstring_to_text_with_len(bytes, (int) len)), true);
			row->value[row->n] = JsonbPGetDatum(JsonbValueToJsonb(&value));
			row->null[row->n++] = false;
			dm_row_int(row, d + 1);
			dm_tile_maker_put(m);
			MemoryContextReset(m->memory);
			CHECK_FOR_INTERRUPTS();
		}
	}
	MemoryContextSwitchTo(old);
}

/* Move row "from" to place "to". */
void
dm_tile_maker_move(const DmTileMaker *m, DmRows *rows, int from, int to)
{
	int			i;

	rows->bucket[to] = rows->bucket[from];
	for (i = 0; i < m->ndimensions; i++)
		rows->dimension[i][to] = rows->dimension[i][from];
	for (i = 0; i < m->cube.nnumbers; i++)
		rows->number[i][to] = rows->number[i][from];
	for (i = 0; i < m->cube.ncategories; i++)
		rows->category[i][to] = rows->category[i][from];
	if (rows->outcome)
		rows->outcome[to] = rows->outcome[from];
}

bool
dm_tile_maker_wants(const DmTileMaker *m, int64 bucket)
{
	return m->nbuckets < 0 || bsearch(&bucket, m->buckets, m->nbuckets, sizeof(int64), dm_compare_buckets) != NULL;
}

/* Keep the rows of buckets that count. */
static void
choose_rows(const DmTileMaker *m, DmRows *rows)
{
	int64		last = DM_NO_BUCKET;
	bool		wanted = false;
	int			kept = 0;
	int			i;

	for (i = 0; i < rows->n; i++)
	{
		int64		b = rows->bucket[i];

		if (b == DM_NO_BUCKET)
			continue;
		if (b != last)
		{
			wanted = dm_tile_maker_wants(m, b);
			last = b;
		}
		if (!wanted)
			continue;
		if (kept != i)
			dm_tile_maker_move(m, rows, i, kept);
		kept++;
	}
	rows->n = kept;
}

void
dm_tile_maker_add(DmTileMaker *m, DmRows *rows)
{
	int			i;
	int			d;

	choose_rows(m, rows);
	if (rows->n == 0)
		return;
	for (i = 0; i < m->ncuboids; i++)
	{
		DmCuboid	   *c = &m->cuboids[i];
		DmRows		own = *rows;

		for (d = 0; d < c->ndimensions; d++)
			c->dimensions[d] = rows->dimension[c->dimension[d]];
		own.dimension = c->dimensions;
		dm_cube_add(c->cube, &own);
	}
}

void
dm_tile_maker_release(DmTileMaker *m, int64 bucket)
{
	int			i;

	for (i = 0; i < m->ncuboids; i++)
		dm_cube_release(m->cuboids[i].cube, bucket);
}

/* Numbers of an int4[] argument without NULLs. */
static int
int_array(FunctionCallInfo fcinfo, int arg, int32 **out)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);

	if (ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT4OID)
		elog(ERROR, "argument %d must be numbers", arg + 1);
	*out = (int32 *) ARR_DATA_PTR(array);
	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

static void
read_buckets(FunctionCallInfo fcinfo, DmTileMaker *m, int arg)
{
	ArrayType  *array;
	TimestampTz *start;
	int			i;

	m->nbuckets = -1;
	if (PG_ARGISNULL(arg))
		return;
	array = PG_GETARG_ARRAYTYPE_P(arg);
	if (ARR_HASNULL(array))
		elog(ERROR, "buckets must not be null");
	m->nbuckets = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	m->buckets = palloc(sizeof(int64) * Max(m->nbuckets, 1));
	start = (TimestampTz *) ARR_DATA_PTR(array);
	for (i = 0; i < m->nbuckets; i++)
		m->buckets[i] = (start[i] - m->origin) / m->width;
	qsort(m->buckets, m->nbuckets, sizeof(int64), dm_compare_buckets);
}

/* The columns of the query in order, and the dictionaries of the dimensions. */
static void
make_columns(DmTileMaker *m, int significant_bits)
{
	int			n = 0;
	int			i;

	m->columns = palloc0(sizeof(DmScanColumn) * (1 + m->ndimensions + m->ncolumns + 2));
	m->columns[n].as = DM_AS_BUCKET;
	m->columns[n].width = m->width;
	m->columns[n++].origin = m->origin;
	for (i = 0; i < m->ndimensions; i++)
	{
		m->columns[n].as = DM_AS_DIMENSION;
		m->columns[n++].dictionary = dm_dictionary_new();
	}
	for (i = 0; i < m->ncolumns; i++)
	{
		m->columns[n].as = m->kinds[i] == DM_KIND_NUMBER ? DM_AS_NUMBER : DM_AS_CATEGORY;
		m->columns[n].as_text = true;
		m->columns[n++].significant_bits = significant_bits;
	}
	if (m->outcome)
	{
		m->columns[n++].as = DM_AS_ACTUAL;
		m->columns[n++].as = DM_AS_PREDICTED;
	}
	m->nscan = n;
	for (i = 0; i < n; i++)
		m->columns[i].attnum = (AttrNumber) (i + 1);
}

/* How many values of each dimension have an id of their own. */
static void
limit_values(FunctionCallInfo fcinfo, DmTileMaker *m, int arg)
{
	int32	   *most;
	int			d;

	if (int_array(fcinfo, arg, &most) != m->ndimensions)
		elog(ERROR, "limits differ in number from dimensions");
	for (d = 0; d < m->ndimensions; d++)
	{
		if (most[d] < 1 || most[d] > DM_MOST_VALUES)
			elog(ERROR, "dimension %d cannot have %d values", d + 1, most[d]);
		dm_dictionary_limit(m->columns[1 + d].dictionary, (uint32) most[d]);
	}
}

/* Values known from earlier, in the order of their ids. */
static void
read_known(FunctionCallInfo fcinfo, DmTileMaker *m, int arg)
{
	int32	   *dimension;
	int			n = int_array(fcinfo, arg, &dimension);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg + 1);
	Datum	   *bytes;
	bool	   *null;
	int			nbytes;
	int			i;

	deconstruct_array(array, BYTEAOID, -1, false, TYPALIGN_INT, &bytes, &null, &nbytes);
	if (nbytes != n)
		elog(ERROR, "known values differ in number");
	m->known = palloc0(sizeof(uint32) * Max(m->ndimensions, 1));
	for (i = 0; i < n; i++)
	{
		struct varlena *value = null[i] ? NULL : PG_DETOAST_DATUM_PACKED(bytes[i]);
		int			d = dimension[i] - 1;
		bool		known = d >= 0 && d < m->ndimensions && !null[i];

		if (!known || dm_dictionary_id(m->columns[1 + d].dictionary, VARDATA_ANY(value),
									   VARSIZE_ANY_EXHDR(value)) != m->known[d] + 1)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("values of dimension %d are not what was stored", d + 1),
					 errhint("Watch the source again: datamon.unwatch(), then datamon.watch().")));
		m->known[d]++;
	}
}

static void
make_shapes(DmTileMaker *m)
{
	DmGrid		grid = {DM_PROFILE_MAX_BYTES, 0};
	int		   *place = palloc0(sizeof(int) * Max(m->ncolumns, 1));
	DmDictionary **categories = palloc0(sizeof(DmDictionary *) * Max(m->ncolumns, 1));
	int			i;

	for (i = 0; i < m->ncolumns; i++)
		if (m->kinds[i] == DM_KIND_NUMBER)
			place[i] = m->cube.nnumbers++;
		else
		{
			categories[m->cube.ncategories] = m->columns[1 + m->ndimensions + i].dictionary;
			place[i] = m->cube.ncategories++;
		}
	m->cube.ncolumns = m->ncolumns;
	m->cube.kinds = m->kinds;
	m->cube.bare = true;
	m->cube.place = place;
	m->cube.categories = categories;
	m->cube.outcome = m->outcome;
	m->cube.grid = grid;
	m->shape.ncolumns = m->ncolumns;
	m->shape.kinds = m->kinds;
	m->shape.performance = m->outcome;
	m->shape.grid = grid;
}

static void
make_cuboid(DmTileMaker *m, DmCuboid *c, int32 number, uint32 mask, int part, int part_bits)
{
	int			d;

	c->maker = m;
	c->number = number;
	c->part = -1;
	c->part_bits = part_bits;
	for (d = 0; d < m->ndimensions; d++)
		if (mask & (1u << d))
		{
			if (d == part - 1)
				c->part = c->ndimensions;
			c->dimension[c->ndimensions++] = d;
		}
	if ((mask >> m->ndimensions) != 0 || (c->ndimensions > 0 && c->part < 0) || part_bits < 0 || part_bits > 31)
		elog(ERROR, "cuboid %d is not one", number);
	c->levels[0] = (1u << c->ndimensions) - 1;
	if (c->part >= 0)
		c->levels[1] = c->levels[0] & ~(1u << c->part);
}

/* Which of the cuboid's dimensions a category column is as well, where a heap is read. */
static int *
same_columns(const DmCuboid *c)
{
	const DmTileMaker *m = c->maker;
	int		   *same = palloc(sizeof(int) * Max(m->ncolumns, 1));
	int			category = 0;
	int			i;
	int			d;

	for (i = 0; i < m->ncolumns; i++)
	{
		if (m->kinds[i] != DM_KIND_CATEGORY)
			continue;
		same[category] = -1;
		for (d = 0; d < c->ndimensions; d++)
			if (m->columns[1 + c->dimension[d]].attnum == m->columns[1 + m->ndimensions + i].attnum)
				same[category] = d;
		category++;
	}
	return same;
}

static void
start_cuboid(DmTileMaker *m, DmCuboid *c)
{
	DmCubeShape shape = m->cube;

	shape.ndimensions = c->ndimensions;
	shape.memory = (Size) dm_cube_memory * 1024 / m->ncuboids;
	shape.levels = c->levels;
	shape.nlevels = c->part >= 0 ? 2 : 1;
	shape.partition = c->part;
	shape.same = same_columns(c);
	c->cube = dm_cube_new(&shape, emit_cell, c);
	c->bucket = DM_NO_BUCKET;
	c->open_part = -1;
}

static void
make_cuboids(FunctionCallInfo fcinfo, DmTileMaker *m, int arg)
{
	int32	   *number;
	int32	   *mask;
	int32	   *part;
	int32	   *bits;
	int			i;

	m->ncuboids = int_array(fcinfo, arg, &number);
	if (m->ncuboids < 1 || int_array(fcinfo, arg + 1, &mask) != m->ncuboids ||
		int_array(fcinfo, arg + 2, &part) != m->ncuboids || int_array(fcinfo, arg + 3, &bits) != m->ncuboids)
		elog(ERROR, "cuboids differ in number");
	m->cuboids = palloc0(sizeof(DmCuboid) * m->ncuboids);
	for (i = 0; i < m->ncuboids; i++)
		make_cuboid(m, &m->cuboids[i], number[i], (uint32) mask[i], part[i], bits[i]);
}

DmTileMaker *
dm_tile_maker_new(FunctionCallInfo fcinfo, int first)
{
	DmTileMaker *m = palloc0(sizeof(DmTileMaker));
	int			i;

	for (i = first; i < first + DM_TILE_MAKER_ARGS; i++)
		if (i != first + 6 && PG_ARGISNULL(i))
			elog(ERROR, "argument %d must not be null", i + 1);
	m->ndimensions = PG_GETARG_INT32(first);
	m->kinds = text_to_cstring(PG_GETARG_TEXT_PP(first + 1));
	m->ncolumns = (int) strlen(m->kinds);
	m->outcome = PG_GETARG_BOOL(first + 3);
	m->width = PG_GETARG_INT64(first + 4);
	m->origin = PG_GETARG_TIMESTAMPTZ(first + 5);
	if (m->ndimensions < 0 || m->ndimensions > DM_CUBE_MAX_DIMENSIONS || m->width <= 0 ||
		m->ncolumns > DM_PROFILE_MAX_COLUMNS || strspn(m->kinds, "nc") != (size_t) m->ncolumns)
		elog(ERROR, "tiles cannot be made of this");
	read_buckets(fcinfo, m, first + 6);
	make_columns(m, dm_check_significant_bits(PG_GETARG_INT32(first + 2)));
	limit_values(fcinfo, m, first + 13);
	read_known(fcinfo, m, first + 7);
	make_cuboids(fcinfo, m, first + 9);
	dm_rows_begin(fcinfo, &m->result);
	m->rest = AllocSetContextCreate(CurrentMemoryContext, "datamon tile of a bucket", ALLOCSET_DEFAULT_SIZES);
	m->memory = AllocSetContextCreate(CurrentMemoryContext, "datamon tile", ALLOCSET_DEFAULT_SIZES);
	return m;
}

void
dm_tile_maker_start(DmTileMaker *m)
{
	int			i;

	make_shapes(m);
	for (i = 0; i < m->ncuboids; i++)
		start_cuboid(m, &m->cuboids[i]);
}

void
dm_tile_maker_finish(DmTileMaker *m)
{
	int			i;

	for (i = 0; i < m->ncuboids; i++)
	{
		dm_cube_finish(m->cuboids[i].cube);
		close_bucket(&m->cuboids[i]);
	}
	if (m->sink)
		dm_tile_sink_flush(m->sink);
	put_learned(m);
}
