/*
 * track_functions.c - changes of a heap in SQL, with rows counted by bucket.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/row.h"
#include "scan/columns.h"
#include "scan/track.h"

PG_FUNCTION_INFO_V1(datamon_heap_changes);

typedef struct StoredChunks
{
	int			n;
	Datum	   *value;
	bool	   *null;
} StoredChunks;

static bytea *
fetch_chunk(void *from, uint32 number)
{
	const StoredChunks *chunks = from;

	return number < (uint32) chunks->n && !chunks->null[number] ? DatumGetByteaPP(chunks->value[number]) : NULL;
}

static void
put_array(DmRow *row, Datum *value, int n, Oid type)
{
	ArrayType  *array = type == BYTEAOID ? construct_array(value, n, BYTEAOID, -1, false, 'i')
		: type == INT4OID ? construct_array(value, n, INT4OID, 4, true, 'i')
		: construct_array(value, n, INT8OID, 8, FLOAT8PASSBYVAL, 'd');

	row->null[row->n] = false;
	row->value[row->n++] = PointerGetDatum(array);
}

static void
put_ranges(DmRow *row, const DmChanges *c)
{
	Datum	   *from = palloc(sizeof(Datum) * (c->ndirty + 1));
	Datum	   *to = palloc(sizeof(Datum) * (c->ndirty + 1));
	int			i;

	for (i = 0; i < c->ndirty; i++)
	{
		from[i] = Int64GetDatum(c->dirty[i].from);
		to[i] = Int64GetDatum(c->dirty[i].to);
	}
	put_array(row, from, c->ndirty, INT8OID);
	put_array(row, to, c->ndirty, INT8OID);
}

static void
put_chunks(DmRow *row, const DmChanges *c)
{
	Datum	   *number = palloc(sizeof(Datum) * (c->nwritten + 1));
	Datum	   *map = palloc(sizeof(Datum) * (c->nwritten + 1));
	uint32		i;

	for (i = 0; i < c->nwritten; i++)
	{
		number[i] = Int32GetDatum((int32) c->written[i].number);
		map[i] = PointerGetDatum(c->written[i].map);
	}
	dm_row_int(row, (int32) c->nchunks);
	put_array(row, number, (int) c->nwritten, INT4OID);
	put_array(row, map, (int) c->nwritten, BYTEAOID);
}

/* The buckets of all rows to be counted, with their numbers. */
static void
put_counts(DmRow *row, Relation relation, Snapshot snapshot, DmScanColumn *time, const DmChanges *c)
{
	DmScan	   *scan = dm_scan_begin(relation, snapshot, time, 1);
	Size		room = 1024;
	Size		n = 0;
	int64	   *bucket = palloc(sizeof(int64) * room);
	Datum	   *key;
	Datum	   *count;
	bool		take[DM_ROWS];
	int			nkeys = 0;
	Size		i;

	for (i = 0; i < c->nblocks; i++)
	{
		DmRows	   *rows = dm_scan_block(scan, c->block[i].block);
		int			r;

		if (n + DM_ROWS > room)
			bucket = repalloc_huge(bucket, sizeof(int64) * (room = room * 2 + DM_ROWS));
		dm_changes_take(c, (uint32) i, rows->n, rows->bucket, take);
		for (r = 0; r < rows->n; r++)
			if (take[r])
				bucket[n++] = rows->bucket[r];
	}
	dm_scan_end(scan);
	qsort(bucket, n, sizeof(int64), dm_compare_buckets);
	key = palloc_extended(sizeof(Datum) * (n + 1), MCXT_ALLOC_HUGE);
	count = palloc_extended(sizeof(Datum) * (n + 1), MCXT_ALLOC_HUGE);
	for (i = 0; i < n;)
	{
		Size		first = i;

		while (i < n && bucket[i] == bucket[first])
			i++;
		key[nkeys] = Int64GetDatum(bucket[first]);
		count[nkeys++] = Int64GetDatum((int64) (i - first));
	}
	put_array(row, key, nkeys, INT8OID);
	put_array(row, count, nkeys, INT8OID);
}

static int64
width_of(const Interval *width)
{
	if (width->month != 0 || width->day < 0 || width->day > 36500 || width->time < 0 ||
		width->day * USECS_PER_DAY + width->time <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the width of a bucket must be a positive number of days and less, without months")));
	return width->day * USECS_PER_DAY + width->time;
}

/* _heap_changes(regclass, name, interval, timestamptz, bigint, bytea, bytea[]) */
Datum
datamon_heap_changes(PG_FUNCTION_ARGS)
{
	Relation	relation;
	Datum		name;
	DmScanColumn *time;
	StoredChunks chunks = {0};
	Snapshot	snapshot;
	DmChanges  *c;
	DmRow		row;
	int			n;

	for (n = 0; n < 5; n++)
		if (PG_ARGISNULL(n))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("only state and chunks may be NULL")));
	relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	name = PG_GETARG_DATUM(1);
	snapshot = RegisterSnapshot(GetActiveSnapshot());
	time = dm_scan_columns(relation, construct_array(&name, 1, NAMEOID, NAMEDATALEN, false, 'c'), &n);
	time->as = DM_AS_BUCKET;
	time->width = width_of(PG_GETARG_INTERVAL_P(2));
	time->origin = PG_GETARG_TIMESTAMPTZ(3);
	dm_scan_require(relation, time, 1);
	if (!PG_ARGISNULL(6))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(6), BYTEAOID, -1, false, 'i', &chunks.value, &chunks.null, &chunks.n);
	c = dm_track(relation, snapshot, time, PG_GETARG_INT64(4), PG_ARGISNULL(5) ? NULL : PG_GETARG_BYTEA_PP(5),
				 fetch_chunk, &chunks);
	dm_row_begin(fcinfo, &row);
	dm_row_text(&row, c->reread);
	put_ranges(&row, c);
	put_counts(&row, relation, snapshot, time, c);
	dm_row_count(&row, c->too_late);
	dm_row_value(&row, (const struct varlena *) c->state);
	put_chunks(&row, c);
	dm_row_count(&row, c->pages_looked_at);
	dm_row_count(&row, c->pages_read);
	dm_row_count(&row, c->chunks_put_off);
	dm_row_count(&row, c->nblocks);
	UnregisterSnapshot(snapshot);
	table_close(relation, NoLock);
	return dm_row_end(&row);
}
