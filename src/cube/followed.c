/*
 * followed.c - what changed in a heap of a monitor whose rows and labels are joined.
 *
 * Nothing is counted here: of the source, the buckets whose rows changed; of
 * labels, the rows that are new and the pages that lost some (docs/labels.md).
 * What is put out:
 *
 *	 all     there is no state, or none that fits: everything may have changed
 *	 dirty   a range of buckets: from "bucket" on, "number" buckets
 *	 fresh   a bucket that new rows are of
 *	 gone    pages "number" to "last" lost rows ...
 *	 kept    ... but those of page "number" whose line pointers are bits of "bytes"
 *	 new     rows of page "number" that were not visible at the last tick
 *	 chunk   of the page map, to be stored under its number
 *	 state   of the tracking; number of chunks, in bucket the newest time on pages that were
 *	         read, in n how many new rows were too late
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "storage/itemptr.h"
#include "utils/array.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/row.h"
#include "cube/heap.h"
#include "scan/track.h"

PG_FUNCTION_INFO_V1(datamon_followed);

#define ARG_RELATION 0
#define ARG_NAMED 1
#define ARG_NAMES 2
#define ARG_BY_BLOCK 3
#define ARG_WIDTH 4
#define ARG_ORIGIN 5
#define ARG_FROM 6
#define ARG_MONITOR 7
#define ARG_STATE 8
#define ARG_LIST_ALL 9

/* kind, number, last, bytes, tids, bucket, n */
#define RESULT_COLUMNS 7

static DmRow *
begin_row(DmRowSet *result, const char *kind, int64 number)
{
	result->row.n = 0;
	dm_row_text(&result->row, kind);
	dm_row_count(&result->row, number);
	return &result->row;
}

static void
put_row(DmRowSet *result)
{
	DmRow	   *row = &result->row;

	while (row->n < RESULT_COLUMNS)
		row->null[row->n++] = true;
	dm_rows_put(result);
}

static void
put_bytes(DmRow *row, const bytea *bytes)
{
	row->null[row->n++] = true;
	dm_row_value(row, (const struct varlena *) bytes);
}

static void
put_bucket(DmRowSet *result, const char *kind, int64 number, TimestampTz start)
{
	DmRow	   *row = begin_row(result, kind, number);

	row->null[row->n++] = true;
	row->null[row->n++] = true;
	row->null[row->n++] = true;
	row->value[row->n] = TimestampTzGetDatum(start);
	row->null[row->n++] = false;
	put_row(result);
}

static void
put_state(DmRowSet *result, const DmChanges *changes)
{
	DmRow	   *row;
	uint32		i;

	if (changes->reread)
	{
		(void) begin_row(result, "all", 0);
		put_row(result);
	}
	for (i = 0; i < changes->nwritten; i++)
	{
		put_bytes(begin_row(result, "chunk", changes->written[i].number), changes->written[i].map);
		put_row(result);
	}
	row = begin_row(result, "state", changes->nchunks);
	put_bytes(row, changes->state);
	row->null[row->n++] = true;
	row->value[row->n] = TimestampTzGetDatum(changes->newest);
	row->null[row->n++] = false;
	dm_row_count(row, changes->too_late);
	put_row(result);
}

/* Buckets of the rows to be counted, each once, forgetting now and then what has come twice. */
typedef struct BucketSet
{
	int64	   *bucket;
	Size		n;
	Size		room;
} BucketSet;

static void
make_set(BucketSet *set)
{
	Size		kept = 0;
	Size		i;

	qsort(set->bucket, set->n, sizeof(int64), dm_compare_buckets);
	for (i = 0; i < set->n; i++)
		if (kept == 0 || set->bucket[kept - 1] != set->bucket[i])
			set->bucket[kept++] = set->bucket[i];
	set->n = kept;
}

static void
add_buckets(BucketSet *set, const int64 *bucket, const bool *take, int n)
{
	int			i;

	if (set->n + n > set->room)
	{
		make_set(set);
		if (set->n + n > set->room / 2)
			set->bucket = repalloc_huge(set->bucket, sizeof(int64) * (set->room = set->room * 2 + n));
	}
	for (i = 0; i < n; i++)
		if (take[i] && (set->n == 0 || set->bucket[set->n - 1] != bucket[i]))
			set->bucket[set->n++] = bucket[i];
}

static void
put_fresh(DmRowSet *result, Relation relation, DmScanColumn *time, const DmChanges *changes)
{
	DmScan	   *scan = dm_scan_begin(relation, GetActiveSnapshot(), time, 1);
	BucketSet	set = {palloc(sizeof(int64) * DM_ROWS), 0, DM_ROWS};
	bool		take[DM_ROWS];
	Size		b;
	uint32		i;

	for (i = 0; i < changes->nblocks; i++)
	{
		DmRows	   *rows;

		/* of a range of dirty buckets only, which is put out whole */
		if (changes->block[i].fresh == NULL && !changes->reread)
			continue;
		rows = dm_scan_block(scan, changes->block[i].block);
		dm_changes_take(changes, i, rows->n, rows->bucket, take);
		add_buckets(&set, rows->bucket, take, rows->n);
	}
	dm_scan_end(scan);
	make_set(&set);
	for (b = 0; b < set.n; b++)
		put_bucket(result, "fresh", 1, time->origin + set.bucket[b] * time->width);
}

static void
put_source(DmRowSet *result, Relation relation, DmScanColumn *time, const DmChanges *changes, bool list_all)
{
	int			i;

	if (!changes->reread || list_all)
		put_fresh(result, relation, time, changes);
	for (i = 0; i < changes->ndirty && !changes->reread; i++)
	{
		const DmBucketRange *dirty = &changes->dirty[i];

		put_bucket(result, "dirty", dirty->to - dirty->from + 1, time->origin + dirty->from * time->width);
	}
}

static void
put_kept(DmRowSet *result, const DmJudgedPage *page)
{
	int			nbytes = page->nrows == 0 ? 0 : page->offset[page->nrows - 1] / 8 + 1;
	bytea	   *kept = palloc0(VARHDRSZ + nbytes);
	int			i;

	SET_VARSIZE(kept, VARHDRSZ + nbytes);
	for (i = 0; i < page->nrows; i++)
		if (page->old[i])
			((uint8 *) VARDATA(kept))[page->offset[i] / 8] |= 1 << page->offset[i] % 8;
	put_bytes(begin_row(result, "kept", page->block), kept);
	put_row(result);
	pfree(kept);
}

static void
put_new(DmRowSet *result, const DmJudgedPage *page)
{
	ItemPointerData tid[DM_ROWS];
	Datum		value[DM_ROWS];
	DmRow	   *row;
	int			n = 0;
	int			i;

	for (i = 0; i < page->nrows; i++)
		if (!page->old[i])
		{
			ItemPointerSet(&tid[n], page->block, page->offset[i]);
			value[n] = PointerGetDatum(&tid[n]);
			n++;
		}
	if (n == 0)
		return;
	row = begin_row(result, "new", page->block);
	row->null[row->n++] = true;
	row->null[row->n++] = true;
	row->value[row->n] = PointerGetDatum(construct_array(value, n, TIDOID, sizeof(ItemPointerData), false,
														 TYPALIGN_SHORT));
	row->null[row->n++] = false;
	put_row(result);
}

static void
put_labels(DmRowSet *result, const DmChanges *changes)
{
	uint32		j;
	int			i;

	if (changes->reread)
		return;
	for (i = 0; i < changes->ndirty; i++)
	{
		dm_row_count(begin_row(result, "gone", changes->dirty[i].from), changes->dirty[i].to);
		put_row(result);
	}
	for (j = 0; j < changes->njudged; j++)
	{
		put_kept(result, &changes->judged[j]);
		put_new(result, &changes->judged[j]);
	}
}

/* _followed(relation, named, names, by_block, width, origin, from, monitor, state, list_all) */
Datum
datamon_followed(PG_FUNCTION_ARGS)
{
	DmRowSet	result;
	Relation	relation;
	ArrayType  *names;
	DmScanColumn *columns;
	DmStoredMap stored;
	DmChanges  *changes;
	const char *obstacle;
	bool		by_block;
	int			n;

	for (n = 0; n <= ARG_LIST_ALL; n++)
		if (n != ARG_STATE && PG_ARGISNULL(n))
			elog(ERROR, "argument %d must not be null", n + 1);
	dm_rows_begin(fcinfo, &result);
	by_block = PG_GETARG_BOOL(ARG_BY_BLOCK);
	names = PG_GETARG_ARRAYTYPE_P(ARG_NAMES);
	n = ArrayGetNItems(ARR_NDIM(names), ARR_DIMS(names));
	columns = palloc0(sizeof(DmScanColumn) * Max(n, 1));
	relation = dm_open_heap(PG_GETARG_OID(ARG_NAMED), PG_GETARG_OID(ARG_RELATION), names, columns, n, &obstacle);
	if (obstacle || n < 1 || PG_GETARG_INT64(ARG_WIDTH) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s cannot be read page by page: %s", RelationGetRelationName(relation),
						obstacle ? obstacle : "no columns are named")));
	columns[0].as = DM_AS_BUCKET;
	columns[0].width = PG_GETARG_INT64(ARG_WIDTH);
	columns[0].origin = PG_GETARG_TIMESTAMPTZ(ARG_ORIGIN);
	stored.monitor = PG_GETARG_INT32(ARG_MONITOR);
	stored.relation = RelationGetRelid(relation);
	changes = dm_track(relation, GetActiveSnapshot(), by_block ? NULL : &columns[0],
					   by_block ? 0 : dm_first_bucket(PG_GETARG_TIMESTAMPTZ(ARG_FROM), columns[0].origin,
												  columns[0].width),
					   PG_ARGISNULL(ARG_STATE) ? NULL : PG_GETARG_BYTEA_P(ARG_STATE), dm_stored_chunk, &stored);
	if (by_block)
		put_labels(&result, changes);
	else
		put_source(&result, relation, &columns[0], changes, PG_GETARG_BOOL(ARG_LIST_ALL));
	put_state(&result, changes);
	table_close(relation, NoLock);
	return (Datum) 0;
}
