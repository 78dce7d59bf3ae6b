/*
 * track_page.c - the rows of one page: when they came, which bucket they are of.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "storage/bufpage.h"
#include "storage/predicate.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "scan/track_page.h"

DmPageScan *
dm_page_scan_begin(Relation relation, Snapshot snapshot, const DmScanColumn *time)
{
	DmPageScan *scan = palloc(sizeof(DmPageScan));

	scan->relation = relation;
	scan->snapshot = snapshot;
	scan->time = time;
	scan->type = time == NULL ? TIMESTAMPTZOID
		: getBaseType(TupleDescAttr(RelationGetDescr(relation), time->attnum - 1)->atttypid);
	if (scan->type != TIMESTAMPTZOID && scan->type != TIMESTAMPOID && scan->type != DATEOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a column of type %s has no buckets", format_type_be(scan->type))));
	scan->strategy = GetAccessStrategy(BAS_BULKREAD);
	scan->next = dm_xid_next();
	TIMESTAMP_NOBEGIN(scan->newest);
	scan->reserve = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
	scan->rows.n = 0;
	PredicateLockRelation(relation, snapshot);
	return scan;
}

void
dm_page_scan_end(DmPageScan *scan)
{
	FreeAccessStrategy(scan->strategy);
	pfree(scan);
}

/* Microseconds; false for infinity, and for what no timestamp reaches. */
static bool
time_of(Oid type, Datum value, int64 *t)
{
	if (type == DATEOID)
		return dm_time_of_date(DatumGetDateADT(value), t);
	*t = DatumGetTimestampTz(value);
	return !TIMESTAMP_NOT_FINITE(*t);
}

static int64
bucket_of(DmPageScan *scan, HeapTuple tuple)
{
	bool		null;
	Datum		value;
	int64		t;
	__int128	distance;
	__int128	bucket;

	if (scan->time == NULL)
		return ItemPointerGetBlockNumber(&tuple->t_self);
	value = heap_getattr(tuple, scan->time->attnum, RelationGetDescr(scan->relation), &null);
	if (null || !time_of(scan->type, value, &t))
		return DM_NO_BUCKET;
	scan->newest = Max(scan->newest, t);
	distance = (__int128) t - scan->time->origin;
	bucket = distance / scan->time->width;
	if (distance % scan->time->width < 0)
		bucket--;
	return bucket <= PG_INT64_MIN || bucket > PG_INT64_MAX ? DM_NO_BUCKET : (int64) bucket;
}

/* Can what this transaction did be seen otherwise by a later snapshot? */
static bool
is_undecided(const DmPageScan *scan, TransactionId xid)
{
	return TransactionIdIsNormal(xid) &&
		(XidInMVCCSnapshot(xid, scan->snapshot) || TransactionIdIsCurrentTransactionId(xid));
}

static bool
tuple_undecided(const DmPageScan *scan, HeapTupleHeader header, bool visible)
{
	if (!visible)
		return !HeapTupleHeaderXminInvalid(header) && !HeapTupleHeaderXminFrozen(header) &&
			is_undecided(scan, HeapTupleHeaderGetRawXmin(header));
	return !(header->t_infomask & HEAP_XMAX_INVALID) && !HEAP_XMAX_IS_LOCKED_ONLY(header->t_infomask) &&
		is_undecided(scan, HeapTupleHeaderGetUpdateXid(header));
}

/* The page is locked. */
static void
collect(DmPageScan *scan, Buffer buffer, Page page)
{
	DmPageRows *rows = &scan->rows;
	OffsetNumber last = PageGetMaxOffsetNumber(page);
	OffsetNumber offset;
	bool		check = IsolationIsSerializable();
	bool		invisible = false;
	Size		smallest = BLCKSZ;
	HeapTupleData tuple;

	tuple.t_tableOid = RelationGetRelid(scan->relation);
	for (offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId		item = PageGetItemId(page, offset);
		bool		visible;

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		ItemPointerSet(&tuple.t_self, BufferGetBlockNumber(buffer), offset);
		visible = HeapTupleSatisfiesVisibility(&tuple, scan->snapshot, buffer);
		if (check)
			HeapCheckForSerializableConflictOut(visible, scan->relation, &tuple, buffer, scan->snapshot);
		if (!rows->undecided)
			rows->undecided = tuple_undecided(scan, tuple.t_data, visible);
		if (!visible)
		{
			invisible = true;
			continue;
		}
		rows->xmin[rows->n] = tuple.t_data->t_infomask & HEAP_MOVED ? 0
			: dm_xid_widen(HeapTupleHeaderGetRawXmin(tuple.t_data), scan->next);
		rows->offset[rows->n] = offset;
		rows->bucket[rows->n++] = bucket_of(scan, &tuple);
		smallest = Min(smallest, MAXALIGN(tuple.t_len));
	}
	rows->open = rows->n == 0 || invisible || PageGetHeapFreeSpace(page) >= smallest + scan->reserve;
}

bool
dm_page_scan(DmPageScan *scan, BlockNumber block, const XLogRecPtr *position, int rows_then)
{
	Buffer		buffer = ReadBufferExtended(scan->relation, MAIN_FORKNUM, block, RBM_NORMAL, scan->strategy);
	Page		page = BufferGetPage(buffer);
	bool		empty;
	bool		changed;

	scan->rows.n = 0;
	scan->rows.undecided = false;
	scan->rows.open = true;
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	empty = PageIsNew(page) || PageIsEmpty(page);
	changed = position == NULL || PageGetLSN(page) > *position || (empty && rows_then > 0);
	if (changed)
		DATAMON_TEST_FOR_OLD_SNAPSHOT(scan->snapshot, scan->relation, page);
	if (changed && !empty)
		collect(scan, buffer, page);
	UnlockReleaseBuffer(buffer);
	return changed;
}
