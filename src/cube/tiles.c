/*
 * tiles.c - tiles of the rows of a query, for every cuboid of a monitor at once.
 *
 * The rows are read once.  Each cuboid has a cube of its own, which sees its
 * dimensions only; the cells it emits go into the tile of their bucket and
 * part.  As cells of one part come one after the other, one tile is open for
 * the parts and one for each bucket's cells without the part's dimension.
 * Should a bucket and part come again, they become a further piece: whoever
 * reads merges pieces.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "base/checks.h"
#include "base/row.h"
#include "base/settings.h"
#include "cube/cube.h"
#include "scan/scan.h"
#include "types/tile.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_tiles);

/* The budget of profile(), which the same rows are judged by. */
#define CELL_BYTES 1536

typedef struct PieceKey
{
	int64		bucket;
	int64		part;
} PieceKey;

typedef struct Piece
{
	PieceKey	key;
	int32		count;			/* pieces so far */
	DmTileBuilder *open;		/* of the cells without the part's dimension; else NULL */
	uint64		rows;			/* in it */
} Piece;

struct Maker;

typedef struct Cuboid
{
	struct Maker *maker;
	int32		number;
	int			ndimensions;
	int			dimension[DM_CUBE_MAX_DIMENSIONS];	/* of the monitor, from 0 */
	int			part;			/* place of the part's dimension, or -1 */
	int			part_bits;
	uint32		levels[2];
	DmCube	   *cube;
	HTAB	   *pieces;
	PieceKey	open_key;		/* of the tile that is being filled */
	DmTileBuilder *open;
	uint64		open_rows;
	uint32	   *dimensions[DM_CUBE_MAX_DIMENSIONS];	/* of the rows at hand */
} Cuboid;

typedef struct Maker
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
	Cuboid	   *cuboids;
	DmTileShape shape;
	DmCubeShape cube;
	DmRowSet	result;
	MemoryContext memory;		/* of the tile of a part */
	MemoryContext rest;			/* of the others */
} Maker;

static void
put_tile(Cuboid *c, PieceKey key, DmTileBuilder *builder, uint64 rows)
{
	Maker	   *m = c->maker;
	DmRow	   *row = &m->result.row;
	bool		found;
	Piece	   *piece = hash_search(c->pieces, &key, HASH_ENTER, &found);

	if (!found)
	{
		piece->count = 0;
		piece->open = NULL;
		piece->rows = 0;
	}
	row->n = 0;
	memset(row->null, true, 4);
	row->n = 4;
	dm_row_int(row, c->number);
	dm_row_count(row, key.part);
	row->value[row->n] = TimestampTzGetDatum(m->origin + key.bucket * m->width);
	row->null[row->n++] = false;
	dm_row_int(row, piece->count++);
	dm_row_count(row, (int64) rows);
	dm_row_value(row, dm_tile_finish(builder));
	dm_rows_put(&m->result);
}

static void
close_part(Cuboid *c)
{
	if (c->open == NULL)
		return;
	put_tile(c, c->open_key, c->open, c->open_rows);
	c->open = NULL;
	MemoryContextReset(c->maker->memory);
}

/* The open tile of the cells of a bucket that do not fix the part's dimension. */
static Piece *
rest_of(Cuboid *c, int64 bucket)
{
	PieceKey	key = {bucket, -1};
	bool		found;
	Piece	   *piece = hash_search(c->pieces, &key, HASH_ENTER, &found);

	if (!found)
	{
		piece->count = 0;
		piece->open = NULL;
	}
	if (piece->open == NULL)
	{
		piece->rows = 0;
		piece->open = dm_tile_begin(&c->maker->shape);
	}
	return piece;
}

static void
emit_cell(void *to, const DmCubeCell *cell)
{
	Cuboid	   *c = to;
	DmTileCell	tile_cell;
	MemoryContext old = MemoryContextSwitchTo(c->maker->rest);	/* the caller's is soon reset */

	memcpy(tile_cell.key, cell->key, sizeof(uint32) * c->ndimensions);
	tile_cell.n = cell->n;
	tile_cell.counts[DM_FB_TP] = cell->tp;
	tile_cell.counts[DM_FB_FP] = cell->fp;
	tile_cell.counts[DM_FB_FN] = cell->fn;
	tile_cell.counts[DM_FB_TN] = cell->tn;
	tile_cell.counts[DM_FB_UNLABELLED] = cell->unlabelled;
	tile_cell.counts[DM_FB_UNPREDICTED] = cell->unpredicted;
	tile_cell.counts[DM_FB_EMPTY] = cell->empty;
	tile_cell.columns = cell->columns;
	tile_cell.columns_size = cell->columns_size;
	c->maker->shape.ndimensions = c->ndimensions;
	if (c->part < 0 || cell->key[c->part] == DM_ANY)
	{
		Piece	   *piece = rest_of(c, cell->bucket);

		dm_tile_add_profile(piece->open, &tile_cell);
		piece->rows += cell->n;
	}
	else
	{
		PieceKey	key = {cell->bucket, cell->key[c->part] >> c->part_bits};

		if (c->open && (c->open_key.bucket != key.bucket || c->open_key.part != key.part))
			close_part(c);
		MemoryContextSwitchTo(c->maker->memory);
		if (c->open == NULL)
		{
			c->open = dm_tile_begin(&c->maker->shape);
			c->open_key = key;
			c->open_rows = 0;
		}
		dm_tile_add_profile(c->open, &tile_cell);
		c->open_rows += cell->n;
	}
	MemoryContextSwitchTo(old);
}

/* Everything that is still open. */
static void
close_cuboid(Cuboid *c)
{
	HASH_SEQ_STATUS scan;
	Piece	   *piece;

	dm_cube_finish(c->cube);
	close_part(c);
	hash_seq_init(&scan, c->pieces);
	while ((piece = hash_seq_search(&scan)) != NULL)
		if (piece->open)
		{
			put_tile(c, piece->key, piece->open, piece->rows);
			piece->open = NULL;
		}
}

/* Values that became known, as rows: dimension, id, bytes, value. */
static void
put_learned(Maker *m)
{
	DmRow	   *row = &m->result.row;
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
			row->n = 0;
			dm_row_int(row, d + 1);
			dm_row_count(row, id);
			row->value[row->n] = PointerGetDatum(cstring_to_text_with_len(bytes, (int) len));
			row->null[row->n++] = false;
			row->value[row->n] = JsonbPGetDatum(JsonbValueToJsonb(&value));
			row->null[row->n++] = false;
			memset(row->null + row->n, true, 6);
			row->n += 6;
			dm_rows_put(&m->result);
		}
	}
}

static int
compare_buckets(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/* Move row "from" to place "to". */
static void
move_row(const Maker *m, DmRows *rows, int from, int to)
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

/* Keep the rows of buckets that count. */
static void
choose_rows(const Maker *m, DmRows *rows)
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
			wanted = m->nbuckets < 0 ||
				bsearch(&b, m->buckets, m->nbuckets, sizeof(int64), compare_buckets) != NULL;
			last = b;
		}
		if (!wanted)
			continue;
		if (kept != i)
			move_row(m, rows, i, kept);
		kept++;
	}
	rows->n = kept;
}

static void
add_rows(Maker *m, DmRows *rows)
{
	int			i;
	int			d;

	choose_rows(m, rows);
	if (rows->n == 0)
		return;
	for (i = 0; i < m->ncuboids; i++)
	{
		Cuboid	   *c = &m->cuboids[i];
		DmRows		own = *rows;

		for (d = 0; d < c->ndimensions; d++)
			c->dimensions[d] = rows->dimension[c->dimension[d]];
		own.dimension = c->dimensions;
		dm_cube_add(c->cube, &own);
	}
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
read_buckets(FunctionCallInfo fcinfo, Maker *m)
{
	ArrayType  *array;
	TimestampTz *start;
	int			i;

	m->nbuckets = -1;
	if (PG_ARGISNULL(7))
		return;
	array = PG_GETARG_ARRAYTYPE_P(7);
	if (ARR_HASNULL(array))
		elog(ERROR, "buckets must not be null");
	m->nbuckets = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	m->buckets = palloc(sizeof(int64) * Max(m->nbuckets, 1));
	start = (TimestampTz *) ARR_DATA_PTR(array);
	for (i = 0; i < m->nbuckets; i++)
		m->buckets[i] = (start[i] - m->origin) / m->width;
	qsort(m->buckets, m->nbuckets, sizeof(int64), compare_buckets);
}

/* The columns of the query in order, and the dictionaries of the dimensions. */
static void
make_columns(FunctionCallInfo fcinfo, Maker *m, int significant_bits)
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

/* Values known from earlier, in the order of their ids. */
static void
read_known(FunctionCallInfo fcinfo, Maker *m)
{
	int32	   *dimension;
	int			n = int_array(fcinfo, 8, &dimension);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(9);
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
		struct varlena *value = PG_DETOAST_DATUM_PACKED(bytes[i]);
		int			d = dimension[i] - 1;

		if (d < 0 || d >= m->ndimensions || null[i] ||
			dm_dictionary_id(m->columns[1 + d].dictionary, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) != m->known[d] + 1)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("values of dimension %d are not what was stored", d + 1),
					 errhint("Watch the source again: datamon.unwatch(), then datamon.watch().")));
		m->known[d]++;
	}
}

static void
make_shapes(Maker *m)
{
	DmGrid		grid = {CELL_BYTES, 0};
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
make_cuboid(Maker *m, Cuboid *c, int32 number, uint32 mask, int part, int part_bits)
{
	DmCubeShape shape = m->cube;
	HASHCTL		control;
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
	shape.ndimensions = c->ndimensions;
	shape.memory = (Size) dm_cube_memory * 1024 / m->ncuboids;
	c->levels[0] = (1u << c->ndimensions) - 1;
	if (c->part >= 0)
		c->levels[1] = c->levels[0] & ~(1u << c->part);
	shape.levels = c->levels;
	shape.nlevels = c->part >= 0 ? 2 : 1;
	shape.partition = c->part;
	c->cube = dm_cube_new(&shape, emit_cell, c);
	memset(&control, 0, sizeof(control));
	control.keysize = sizeof(PieceKey);
	control.entrysize = sizeof(Piece);
	control.hcxt = CurrentMemoryContext;
	c->pieces = hash_create("datamon tiles", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
make_cuboids(FunctionCallInfo fcinfo, Maker *m)
{
	int32	   *number;
	int32	   *mask;
	int32	   *part;
	int32	   *bits;
	int			i;

	m->ncuboids = int_array(fcinfo, 10, &number);
	if (m->ncuboids < 1 || int_array(fcinfo, 11, &mask) != m->ncuboids || int_array(fcinfo, 12, &part) != m->ncuboids ||
		int_array(fcinfo, 13, &bits) != m->ncuboids)
		elog(ERROR, "cuboids differ in number");
	m->cuboids = palloc0(sizeof(Cuboid) * m->ncuboids);
	for (i = 0; i < m->ncuboids; i++)
		make_cuboid(m, &m->cuboids[i], number[i], (uint32) mask[i], part[i], bits[i]);
}

/*
 * _tiles(query, dimensions, kinds, significant_bits, outcome, width, origin, buckets, known_dimension, known_bytes,
 *		  cuboid_no, cuboid_mask, part_dimension, part_bits)
 */
Datum
datamon_tiles(PG_FUNCTION_ARGS)
{
	Maker	   *m = palloc0(sizeof(Maker));
	DmQueryScan *scan;
	DmRows	   *rows;
	int			i;

	for (i = 0; i < PG_NARGS(); i++)
		if (i != 7 && PG_ARGISNULL(i))
			elog(ERROR, "argument %d must not be null", i + 1);
	m->ndimensions = PG_GETARG_INT32(1);
	m->kinds = text_to_cstring(PG_GETARG_TEXT_PP(2));
	m->ncolumns = (int) strlen(m->kinds);
	m->outcome = PG_GETARG_BOOL(4);
	m->width = PG_GETARG_INT64(5);
	m->origin = PG_GETARG_TIMESTAMPTZ(6);
	if (m->ndimensions < 0 || m->ndimensions > DM_CUBE_MAX_DIMENSIONS || m->width <= 0 ||
		strspn(m->kinds, "nc") != (size_t) m->ncolumns)
		elog(ERROR, "tiles cannot be made of this");
	read_buckets(fcinfo, m);
	make_columns(fcinfo, m, PG_GETARG_INT32(3));
	read_known(fcinfo, m);
	dm_rows_begin(fcinfo, &m->result);
	m->rest = CurrentMemoryContext;
	m->memory = AllocSetContextCreate(CurrentMemoryContext, "datamon tile", ALLOCSET_DEFAULT_SIZES);
	scan = dm_query_begin(text_to_cstring(PG_GETARG_TEXT_PP(0)), m->columns, m->nscan);
	make_shapes(m);
	make_cuboids(fcinfo, m);
	while ((rows = dm_query_next(scan)) != NULL)
		add_rows(m, rows);
	dm_query_end(scan);
	for (i = 0; i < m->ncuboids; i++)
		close_cuboid(&m->cuboids[i]);
	put_learned(m);
	return (Datum) 0;
}
