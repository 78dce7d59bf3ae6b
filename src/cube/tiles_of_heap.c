/*
 * tiles_of_heap.c - tiles of the rows of a heap that changed since the last tick.
 *
 * scan/track says which pages to read and which rows of them to count: those
 * of dirty buckets anew, others in addition.  What is put out, beside tiles
 * and values:
 *
 *	 dirty   a range of buckets whose tiles are all here: from "bucket" on, "number" buckets
 *	 chunk   of the page map, to be stored under its number
 *	 state   of the tracking; number of chunks, in bucket the newest time on pages that were
 *	         read, in n how many new rows were too late
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "cube/heap.h"
#include "cube/tile_maker.h"
#include "scan/track.h"

PG_FUNCTION_INFO_V1(datamon_tiles_of_heap);
PG_FUNCTION_INFO_V1(datamon_heap_obstacle);

/* Arguments: relation, those of the maker, then these. */
#define ARG_NAMES (1 + DM_TILE_MAKER_ARGS)
#define ARG_ACTUAL_THRESHOLD (ARG_NAMES + 1)
#define ARG_PREDICTED_THRESHOLD (ARG_NAMES + 2)
#define ARG_MONITOR (ARG_NAMES + 3)
#define ARG_STATE (ARG_NAMES + 4)
#define ARG_FROM (ARG_NAMES + 5)
#define ARG_PIECE (ARG_NAMES + 6)
#define ARG_NAMED (ARG_NAMES + 7)
#define ARG_INSERT (ARG_NAMES + 8)

/* Through a view that shows the caller his own. */
bytea *
dm_stored_chunk(void *from, uint32 number)
{
	static const char *query =
		"SELECT map FROM datamon._own_page_map WHERE monitor_id OPERATOR(pg_catalog.=) $1 "
		"AND relation OPERATOR(pg_catalog.=) $2 AND chunk OPERATOR(pg_catalog.=) $3";
	const DmStoredMap *stored = from;
	MemoryContext old = CurrentMemoryContext;
	Oid			types[3] = {INT4OID, OIDOID, INT4OID};
	Datum		values[3];
	bytea	   *map = NULL;

	values[0] = Int32GetDatum(stored->monitor);
	values[1] = ObjectIdGetDatum(stored->relation);
	values[2] = Int32GetDatum((int32) number);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(query, 3, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "the page map cannot be read");
	if (SPI_processed == 1)
	{
		bool		null;
		Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
		MemoryContext spi = MemoryContextSwitchTo(old);

		if (!null)
			map = DatumGetByteaPCopy(value);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	MemoryContextSwitchTo(old);
	return map;
}

/* The columns by their names, in the order of maker.columns. */
static void
find_columns(Relation relation, ArrayType *names, DmScanColumn *columns, int ncolumns)
{
	Datum	   *name;
	bool	   *null;
	int			n;
	int			i;

	deconstruct_array(names, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &name, &null, &n);
	if (n != ncolumns)
		elog(ERROR, "columns differ in number");
	for (i = 0; i < n; i++)
	{
		const char *s = null[i] ? "" : NameStr(*DatumGetName(name[i]));

		columns[i].attnum = get_attnum(RelationGetRelid(relation), s);
		if (columns[i].attnum <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of %s does not exist", s, RelationGetRelationName(relation)),
					 errhint("Remove the monitor with datamon.unwatch() and watch again.")));
	}
}

Relation
dm_open_heap(Oid named, Oid relid, ArrayType *names, DmScanColumn *columns, int ncolumns, const char **obstacle)
{
	Relation	table = table_open(named, AccessShareLock);
	Relation	relation;

	if (relid != named && !list_member_oid(get_partition_ancestors(relid), named))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("relation %u is no partition of %s", relid, RelationGetRelationName(table))));
	find_columns(table, names, columns, ncolumns);
	*obstacle = dm_scan_privilege(table, columns, ncolumns);
	relation = table_open(relid, AccessShareLock);
	find_columns(relation, names, columns, ncolumns);
	if (*obstacle == NULL)
		*obstacle = dm_scan_storage(relation, columns, ncolumns);
	table_close(table, NoLock);
	return relation;
}

static void
set_threshold(FunctionCallInfo fcinfo, int arg, DmScanColumn *column)
{
	column->has_threshold = !PG_ARGISNULL(arg);
	if (column->has_threshold)
		column->threshold = PG_GETARG_FLOAT8(arg);
}

/* Keep the rows that are to be counted. */
static void
take_rows(const DmTileMaker *m, const DmChanges *changes, uint32 block, DmRows *rows)
{
	bool		take[DM_ROWS];
	int			kept = 0;
	int			i;

	dm_changes_take(changes, block, rows->n, rows->bucket, take);
	for (i = 0; i < rows->n; i++)
		if (take[i])
		{
			if (kept != i)
				dm_tile_maker_move(m, rows, i, kept);
			kept++;
		}
	rows->n = kept;
}

static void
put_changes(DmTileMaker *m, const DmChanges *changes)
{
	DmRow	   *row;
	uint32		i;
	int			r;

	/* Everything: buckets without rows are dirty as well. */
	if (changes->reread)
	{
		(void) dm_tile_maker_row(m, "all", 0, (Datum) 0, false);
		dm_tile_maker_put(m);
	}
	for (r = 0; r < changes->ndirty && !changes->reread; r++)
	{
		const DmBucketRange *dirty = &changes->dirty[r];

		row = dm_tile_maker_row(m, "dirty", dirty->to - dirty->from + 1, (Datum) 0, false);
		row->null[row->n++] = true;
		row->null[row->n++] = true;
		row->null[row->n++] = true;
		dm_tile_maker_time(m, dirty->from);
		dm_tile_maker_put(m);
	}
	for (i = 0; i < changes->nwritten; i++)
	{
		const DmWrittenChunk *chunk = &changes->written[i];

		(void) dm_tile_maker_row(m, "chunk", chunk->number, PointerGetDatum(chunk->map), true);
		dm_tile_maker_put(m);
	}
	row = dm_tile_maker_row(m, "state", changes->nchunks, PointerGetDatum(changes->state), changes->state != NULL);
	for (r = 0; r < 3; r++)
		row->null[row->n++] = true;
	row->value[row->n] = TimestampTzGetDatum(changes->newest);
	row->null[row->n++] = false;
	row->null[row->n++] = true;
	dm_row_count(row, changes->too_late);
	dm_tile_maker_put(m);
}

/* The least bucket of a block or any that is read after it. */
static void
least_to_come(DmChanges *changes)
{
	uint32		i;

	for (i = changes->nblocks; i > 1; i--)
		changes->block[i - 2].least = Min(changes->block[i - 2].least, changes->block[i - 1].least);
}

static void
count_rows(DmTileMaker *m, Relation relation, Snapshot snapshot, DmChanges *changes)
{
	DmScan	   *scan = dm_scan_begin(relation, snapshot, m->columns, m->nscan);
	uint32		i;

	dm_tile_maker_start(m);
	least_to_come(changes);
	for (i = 0; i < changes->nblocks; i++)
	{
		DmRows	   *rows = dm_scan_block(scan, changes->block[i].block);

		/* rows of a history mostly lie in the order of their times: what is complete need not wait for all of it */
		dm_tile_maker_release(m, changes->block[i].least);
		take_rows(m, changes, i, rows);
		dm_tile_maker_add(m, rows);
	}
	dm_scan_end(scan);
	dm_tile_maker_finish(m);
}

/*
 * _tiles_of_heap(relation, what dm_tile_maker_new() reads, names, thresholds, monitor, state,
 * from, piece, named, insert)
 */
Datum
datamon_tiles_of_heap(PG_FUNCTION_ARGS)
{
	DmTileMaker *m = dm_tile_maker_new(fcinfo, 1);
	Relation	relation;
	DmStoredMap stored;
	DmChanges  *changes;
	const char *obstacle;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(ARG_NAMES) || PG_ARGISNULL(ARG_MONITOR) ||
		PG_ARGISNULL(ARG_FROM) || PG_ARGISNULL(ARG_PIECE))
		elog(ERROR, "arguments must not be null");
	relation = dm_open_heap(PG_ARGISNULL(ARG_NAMED) ? PG_GETARG_OID(0) : PG_GETARG_OID(ARG_NAMED), PG_GETARG_OID(0),
						 PG_GETARG_ARRAYTYPE_P(ARG_NAMES), m->columns, m->nscan, &obstacle);
	if (m->outcome)
	{
		set_threshold(fcinfo, ARG_ACTUAL_THRESHOLD, &m->columns[m->nscan - 2]);
		set_threshold(fcinfo, ARG_PREDICTED_THRESHOLD, &m->columns[m->nscan - 1]);
	}
	if (obstacle)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s cannot be read page by page: %s", RelationGetRelationName(relation), obstacle)));
	m->first_piece = PG_GETARG_INT32(ARG_PIECE);
	stored.monitor = PG_GETARG_INT32(ARG_MONITOR);
	stored.relation = RelationGetRelid(relation);
	if (PG_GETARG_BOOL(ARG_INSERT))
		m->sink = dm_tile_sink_new(stored.monitor, TupleDescAttr(m->result.row.desc, DM_TILE_COLUMN)->atttypid);
	changes = dm_track(relation, GetActiveSnapshot(), &m->columns[0],
					   dm_first_bucket(PG_GETARG_TIMESTAMPTZ(ARG_FROM), m->origin, m->width),
					   PG_ARGISNULL(ARG_STATE) ? NULL : PG_GETARG_BYTEA_P(ARG_STATE), dm_stored_chunk, &stored);
	count_rows(m, relation, GetActiveSnapshot(), changes);
	put_changes(m, changes);
	table_close(relation, NoLock);
	return (Datum) 0;
}

/* Numbers and times need no cast, and have one. */
static bool
have_casts(Relation relation, const DmScanColumn *columns, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		if (!dm_scan_has_cast(TupleDescAttr(RelationGetDescr(relation), columns[i].attnum - 1)->atttypid))
			return false;
	return true;
}

/* _heap_obstacle(named, relation, names): why the caller cannot read these columns page by page; NULL: he can. */
Datum
datamon_heap_obstacle(PG_FUNCTION_ARGS)
{
	ArrayType  *names = PG_GETARG_ARRAYTYPE_P(2);
	int			n = ArrayGetNItems(ARR_NDIM(names), ARR_DIMS(names));
	DmScanColumn *columns = palloc0(sizeof(DmScanColumn) * Max(n, 1));
	const char *obstacle;
	Relation	relation = dm_open_heap(PG_GETARG_OID(0), PG_GETARG_OID(1), names, columns, n, &obstacle);

	if (obstacle == NULL && !have_casts(relation, columns, n))
		obstacle = "a column's type has a cast to text of its own";
	table_close(relation, NoLock);
	if (obstacle == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(obstacle));
}
