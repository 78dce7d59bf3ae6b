/*
 * page.c - reading the visible rows of one block of a heap.
 *
 * As the server's own sequential scan does it: which tuples are visible is
 * decided under a share lock, and what is visible stays where it is as long
 * as the page is pinned, so that values are read without the lock.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/predicate.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "scan/page.h"

DmScan *
dm_scan_begin(Relation relation, Snapshot snapshot, DmScanColumn *columns, int ncolumns)
{
	DmScan	   *scan = palloc(sizeof(DmScan));
	Oid		   *types = palloc(sizeof(Oid) * Max(ncolumns, 1));
	int			i;

	if (!IsMVCCSnapshot(snapshot))
		elog(ERROR, "a scan wants an MVCC snapshot");
	for (i = 0; i < ncolumns; i++)
		types[i] = TupleDescAttr(RelationGetDescr(relation), columns[i].attnum - 1)->atttypid;
	scan->relation = relation;
	scan->snapshot = RegisterSnapshot(snapshot);
	scan->blocks = RelationGetNumberOfBlocks(relation);
	/* a ring keeps a large table from pushing everybody else's pages out */
	scan->strategy = !RelationUsesLocalBuffers(relation) && scan->blocks > NBuffers / 4 ?
		GetAccessStrategy(BAS_BULKREAD) : NULL;
	scan->guess = !RelationUsesLocalBuffers(relation);
	scan->last_buffer = 0;
	scan->next_block = InvalidBlockNumber;
	scan->next_buffer = InvalidBuffer;
	scan->last_block = InvalidBlockNumber;
	scan->ncolumns = ncolumns;
	scan->readers = dm_readers_new(columns, types, ncolumns, &scan->rows);
	scan->layout = dm_layout_new(RelationGetDescr(relation), scan->readers, ncolumns);
	scan->scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon page",
										  ALLOCSET_DEFAULT_SIZES);
	PredicateLockRelation(relation, snapshot);
	scan->serializable = CheckForSerializableConflictOutNeeded(relation, snapshot);
	pgstat_count_heap_scan(relation);
	pfree(types);
	return scan;
}

BlockNumber
dm_scan_blocks(DmScan *scan)
{
	return scan->blocks;
}

static void
unpin_next(DmScan *scan)
{
	if (BufferIsValid(scan->next_buffer))
		ReleaseBuffer(scan->next_buffer);
	scan->next_buffer = InvalidBuffer;
	scan->next_block = InvalidBlockNumber;
}

void
dm_scan_end(DmScan *scan)
{
	unpin_next(scan);
	UnregisterSnapshot(scan->snapshot);
	if (scan->strategy)
		FreeAccessStrategy(scan->strategy);
	MemoryContextDelete(scan->scratch);
}

/*
 * Pages that came in together lie together: the buffer behind the last one is
 * looked at before the table of buffers is asked.
 */
static Buffer
read_buffer(DmScan *scan, BlockNumber block)
{
	Buffer		guess = scan->last_buffer + 1;

	if (scan->guess && guess <= NBuffers &&
		DATAMON_READ_RECENT_BUFFER(scan->relation, block, guess))
	{
		pgstat_count_buffer_read(scan->relation);
		pgstat_count_buffer_hit(scan->relation);
		scan->last_buffer = guess;
		return guess;
	}
	return scan->last_buffer = ReadBufferExtended(scan->relation, MAIN_FORKNUM, block, RBM_NORMAL, scan->strategy);
}

static Buffer
pin(DmScan *scan, BlockNumber block)
{
	Buffer		buffer;

	if (scan->next_block == block)
	{
		buffer = scan->next_buffer;
		scan->next_buffer = InvalidBuffer;
		scan->next_block = InvalidBlockNumber;
		return buffer;
	}
	unpin_next(scan);
	return read_buffer(scan, block);
}

/*
 * Where blocks are read one after the other, the next page is on its way from
 * the memory to the cache while this one is worked on.
 */
static void
fetch_next(DmScan *scan, BlockNumber block)
{
	scan->layout->ahead = NULL;
	if (scan->last_block + 1 != block || block + 1 >= scan->blocks)
		return;
	scan->next_buffer = read_buffer(scan, block + 1);
	scan->next_block = block + 1;
	scan->layout->ahead = (const char *) BufferGetPage(scan->next_buffer);
}

static inline void
add_tuple(DmTuples *t, HeapTupleHeader header)
{
	int			natts = HeapTupleHeaderGetNatts(header);
	int			n = t->n++;

	t->data[n] = (const char *) header + header->t_hoff;
	t->natts[n] = (uint16) natts;
	t->least_natts = Min(t->least_natts, natts);
	if (header->t_infomask & HEAP_HASNULL)
	{
		t->bitmap[n] = header->t_bits;
		t->bitmaps = true;
	}
	else
		t->bitmap[n] = dm_no_nulls;
}

/* As the server tests it; a snapshot of a standby does not trust the page's flag. */
static bool
is_visible(DmScan *scan, Page page, Buffer buffer, BlockNumber block, OffsetNumber line,
		   bool all_visible)
{
	HeapTupleData tuple;
	ItemId		item = PageGetItemId(page, line);
	bool		visible;

	tuple.t_tableOid = RelationGetRelid(scan->relation);
	tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
	tuple.t_len = ItemIdGetLength(item);
	ItemPointerSet(&tuple.t_self, block, line);
	visible = all_visible || HeapTupleSatisfiesVisibility(&tuple, scan->snapshot, buffer);
	if (scan->serializable)
		HeapCheckForSerializableConflictOut(visible, scan->relation, &tuple, buffer, scan->snapshot);
	return visible;
}

static void
find_tuples(DmScan *scan, Buffer buffer, BlockNumber block)
{
	DmTuples   *t = &scan->tuples;
	Page		page;
	OffsetNumber lines;
	OffsetNumber line;
	bool		all_visible;

	StaticAssertStmt(MaxHeapTuplesPerPage <= DM_ROWS, "a page's rows must fit a batch");
	t->n = 0;
	t->least_natts = MaxHeapAttributeNumber;
	t->bitmaps = false;
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	DATAMON_TEST_FOR_OLD_SNAPSHOT(scan->snapshot, scan->relation, page);
	lines = PageGetMaxOffsetNumber(page);
	all_visible = PageIsAllVisible(page) && !scan->snapshot->takenDuringRecovery;
	if (all_visible && !scan->serializable)
	{
		for (line = FirstOffsetNumber; line <= lines; line++)
			if (ItemIdIsNormal(PageGetItemId(page, line)))
				add_tuple(t, (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, line)));
	}
	else
	{
		for (line = FirstOffsetNumber; line <= lines; line++)
			if (ItemIdIsNormal(PageGetItemId(page, line)) &&
				is_visible(scan, page, buffer, block, line, all_visible))
				add_tuple(t, (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, line)));
	}
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
}

void
dm_scan_append(DmScan *scan, BlockNumber block)
{
	DmRows	   *rows = &scan->rows;
	MemoryContext old;
	Buffer		buffer;

	CHECK_FOR_INTERRUPTS();
	buffer = pin(scan, block);
	heap_page_prune_opt(scan->relation, buffer);
	fetch_next(scan, block);
	find_tuples(scan, buffer, block);
	scan->last_block = block;
	Assert(rows->n + scan->tuples.n <= DM_ROWS);
	if (rows->outcome)
		memset(rows->outcome + rows->n, 0, scan->tuples.n);
	old = MemoryContextSwitchTo(scan->scratch);
	if (scan->tuples.n > 0)
		dm_layout_read(scan->layout, &scan->tuples, rows->n);
	MemoryContextSwitchTo(old);
	MemoryContextReset(scan->scratch);
	ReleaseBuffer(buffer);
	rows->n += scan->tuples.n;
	/* it adds up tuples, of whatever was scanned */
	pgstat_count_index_tuples(scan->relation, scan->tuples.n);
}

DmRows *
dm_scan_block(DmScan *scan, BlockNumber block)
{
	scan->rows.n = 0;
	dm_scan_append(scan, block);
	return &scan->rows;
}
