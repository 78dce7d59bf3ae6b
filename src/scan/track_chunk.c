/*
 * track_chunk.c - verifying the pages of a chunk, and judging those that changed.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "scan/track_internal.h"

static uint8 all_rows[DM_ROWS / 8];

void
dm_track_dirty(DmTrack *t, int64 from, int64 to)
{
	DmChanges  *c = t->changes;

	if (to < c->first_bucket)
		return;
	from = Max(from, c->first_bucket);
	if (c->ndirty > 0)
	{
		DmBucketRange *last = &c->dirty[c->ndirty - 1];

		if (from >= last->from && from <= last->to)
		{
			last->to = Max(last->to, to);
			return;
		}
	}
	if (c->ndirty == t->room_dirty)
	{
		t->room_dirty = Max(64, t->room_dirty * 2);
		c->dirty = c->dirty == NULL ? palloc(sizeof(DmBucketRange) * t->room_dirty)
			: repalloc_huge(c->dirty, sizeof(DmBucketRange) * t->room_dirty);
	}
	c->dirty[c->ndirty].from = from;
	c->dirty[c->ndirty++].to = to;
}

void
dm_track_block(DmTrack *t, BlockNumber block, const uint8 *fresh, int64 least)
{
	DmChanges  *c = t->changes;

	if (c->nblocks == t->room_blocks)
	{
		t->room_blocks = Max(64, t->room_blocks * 2);
		c->block = c->block == NULL ? palloc(sizeof(DmChangedBlock) * t->room_blocks)
			: repalloc_huge(c->block, sizeof(DmChangedBlock) * t->room_blocks);
	}
	c->block[c->nblocks].block = block;
	c->block[c->nblocks].least = least;
	c->block[c->nblocks++].fresh = fresh;
}

static void
dirty_page(DmTrack *t, const DmPage *page)
{
	if (page->flags & DM_PAGE_HOLE)
	{
		dm_track_dirty(t, page->least, page->hole_from - 1);
		dm_track_dirty(t, page->hole_to + 1, page->greatest);
	}
	else if (page->flags & DM_PAGE_BUCKETS)
		dm_track_dirty(t, page->least, page->greatest);
}

/* Of a row that is visible now, against the snapshot of which the page's count is. */
static DmXidVerdict
verdict_of(const DmTrack *t, const DmChunk *then, uint64 xmin)
{
	DmXidVerdict verdict = dm_xids_verdict(&t->old->xids, xmin);

	/* that snapshot is gone, but for its xmin; ids from there to the last one's xmax may be of either side */
	if (then->put_off && verdict != DM_XID_DOUBTFUL && xmin >= then->xmin && xmin < t->old->xids.xmax)
		return DM_XID_DOUBTFUL;
	return verdict;
}

/* For callers that want to know which rows, not only how many. */
static void
keep_rows(DmTrack *t, BlockNumber block, const bool *old)
{
	DmChanges  *c = t->changes;
	const DmPageRows *rows = &t->scan->rows;
	uint16	   *offset = palloc(sizeof(uint16) * (rows->n + 1));
	bool	   *is_old = palloc(sizeof(bool) * (rows->n + 1));

	if (c->njudged == t->room_judged)
	{
		t->room_judged = Max(64, t->room_judged * 2);
		c->judged = c->judged == NULL ? palloc(sizeof(DmJudgedPage) * t->room_judged)
			: repalloc_huge(c->judged, sizeof(DmJudgedPage) * t->room_judged);
	}
	memcpy(offset, rows->offset, sizeof(uint16) * rows->n);
	memcpy(is_old, old, sizeof(bool) * rows->n);
	c->judged[c->njudged].block = block;
	c->judged[c->njudged].nrows = rows->n;
	c->judged[c->njudged].offset = offset;
	c->judged[c->njudged++].old = is_old;
}

static void
judge(DmTrack *t, const DmChunk *then, const DmPage *page, BlockNumber block)
{
	const DmPageRows *rows = &t->scan->rows;
	uint8		fresh[DM_ROWS / 8];
	bool		is_old[DM_ROWS];
	bool		by_block = t->scan->time == NULL;
	uint64		last = 0;
	DmXidVerdict verdict = DM_XID_DOUBTFUL;
	int64		least = PG_INT64_MAX;
	int			old = 0;
	int			doubtful = 0;
	int			i;

	memset(fresh, 0, (rows->n + 7) / 8);
	for (i = 0; i < rows->n; i++)
	{
		if (rows->bucket[i] != DM_NO_BUCKET)
			least = Min(least, rows->bucket[i]);
		if (rows->xmin[i] != last)
		{
			last = rows->xmin[i];
			verdict = verdict_of(t, then, last);
		}
		is_old[i] = verdict == DM_XID_OLD;
		if (is_old[i])
			old++;
		else if (verdict == DM_XID_DOUBTFUL)
			doubtful++;
		else
		{
			fresh[i / 8] |= 1 << i % 8;
			if (rows->bucket[i] != DM_NO_BUCKET && rows->bucket[i] < t->changes->first_bucket)
				t->changes->too_late++;
		}
	}
	/*
	 * Rows that came and went leave no trace in a count, but since the chunk was
	 * put off ticks may have seen them.
	 */
	if (by_block && then->put_off)
		doubtful++;
	if (by_block && (old != rows->n || old != page->rows || doubtful > 0))
		keep_rows(t, block, is_old);
	if (old != page->rows || doubtful > 0)
	{
		dirty_page(t, page);
		for (i = 0; i < rows->n; i++)
			if (rows->bucket[i] != DM_NO_BUCKET)
				dm_track_dirty(t, rows->bucket[i], rows->bucket[i]);
	}
	else if (rows->n > 0 && old == 0)
	{
		memset(all_rows, 0xff, sizeof(all_rows));
		dm_track_block(t, block, all_rows, least);
	}
	else if (rows->n > old)
	{
		uint8	   *kept = palloc((rows->n + 7) / 8);

		memcpy(kept, fresh, (rows->n + 7) / 8);
		dm_track_block(t, block, kept, least);
	}
}

static void
find_hole(const DmPageRows *rows, DmPage *page)
{
	int64		bucket[DM_ROWS];
	uint64		longest = 1;
	int			n = 0;
	int			i;

	for (i = 0; i < rows->n; i++)
		if (rows->bucket[i] != DM_NO_BUCKET && (n == 0 || rows->bucket[i] != bucket[n - 1]))
			bucket[n++] = rows->bucket[i];
	qsort(bucket, n, sizeof(int64), dm_compare_buckets);
	for (i = 1; i < n; i++)
		if ((uint64) bucket[i] - (uint64) bucket[i - 1] > longest)
		{
			longest = (uint64) bucket[i] - (uint64) bucket[i - 1];
			page->hole_from = bucket[i - 1] + 1;
			page->hole_to = bucket[i] - 1;
			page->flags |= DM_PAGE_HOLE;
		}
}

/* What is remembered of a page that was read. */
static void
remember(const DmPageRows *rows, DmPage *page)
{
	int			i;

	page->rows = rows->n;
	page->flags = (rows->undecided ? DM_PAGE_UNDECIDED : 0) | (rows->open ? DM_PAGE_OPEN : 0);
	page->least = PG_INT64_MAX;
	page->greatest = PG_INT64_MIN;
	for (i = 0; i < rows->n; i++)
	{
		if (rows->bucket[i] == DM_NO_BUCKET)
			continue;
		page->flags |= DM_PAGE_BUCKETS;
		page->least = Min(page->least, rows->bucket[i]);
		page->greatest = Max(page->greatest, rows->bucket[i]);
	}
	if ((page->flags & DM_PAGE_BUCKETS) && (uint64) page->greatest - (uint64) page->least > 1)
		find_hole(rows, page);
}

static void
keep_chunk(DmTrack *t, uint32 number, int npages)
{
	DmChanges  *c = t->changes;

	if (c->nwritten == t->room_written)
	{
		t->room_written = Max(16, t->room_written * 2);
		c->written = c->written == NULL ? palloc(sizeof(DmWrittenChunk) * t->room_written)
			: repalloc(c->written, sizeof(DmWrittenChunk) * t->room_written);
	}
	c->written[c->nwritten].number = number;
	c->written[c->nwritten++].map = dm_chunk_pack(t->page, npages);
}

/* Pages of the chunk as they were; false if they are not to be had. */
static bool
recall(DmTrack *t, uint32 number, int npages)
{
	MemoryContext old = CurrentMemoryContext;
	bytea	   *bytes;
	bool		fits;

	memset(t->page, 0, sizeof(t->page));
	if (npages == 0)
		return true;
	MemoryContextSwitchTo(t->scratch);
	bytes = t->fetch(t->from, number);
	fits = bytes != NULL && dm_chunk_unpack(bytes, &t->old->chunk[number], npages, t->page);
	MemoryContextSwitchTo(old);
	MemoryContextReset(t->scratch);
	return fits;
}

static XLogRecPtr
position_of(const DmTrack *t, const DmChunk *then)
{
	return then->put_off ? then->position : t->old->position;
}

/* All pages of the chunk were known, and none is undecided. */
bool
dm_track_open_pages(DmTrack *t, uint32 number, bool *changed)
{
	const DmChunk *then = &t->old->chunk[number];
	BlockNumber first = number * DM_CHUNK_PAGES;
	int			npages = dm_chunk_pages(number, t->now.blocks);
	XLogRecPtr	position = position_of(t, then);
	bool		map_tells = dm_map_lsn(&t->map, first, npages) <= position;
	int			i;

	*changed = false;
	if (!recall(t, number, npages))
		return false;
	for (i = 0; i < npages && !*changed; i++)
	{
		/* marked then, and nothing has been cleared: else the chunk would be verified */
		if (!(t->page[i].flags & DM_PAGE_OPEN) ||
			(map_tells && (then->marked[i / 32] & ((uint32) 1 << i % 32))))
			continue;
		*changed = dm_page_scan(t->scan, first + i, &position, t->page[i].rows);
		t->changes->pages_looked_at += !*changed;
	}
	return true;
}

/*
 * Every page of the chunk that is not certainly unchanged is read.  False if
 * the stored chunk does not fit.
 */
bool
dm_track_verify(DmTrack *t, uint32 number)
{
	static const DmChunk nothing;
	bool		known = t->old != NULL && number < t->old->nchunks;
	const DmChunk *then = known ? &t->old->chunk[number] : &nothing;
	DmChunk    *entry = &t->now.chunk[number];
	BlockNumber first = number * DM_CHUNK_PAGES;
	int			npages = dm_chunk_pages(number, t->now.blocks);
	int			npages_then = known ? dm_chunk_pages(number, t->old->blocks) : 0;
	const uint32 *marked = t->map.marked + (Size) number * DM_CHUNK_WORDS;
	XLogRecPtr	position = known ? position_of(t, then) : 0;
	bool		map_tells = known && t->old->logged && dm_map_lsn(&t->map, first, npages) <= position;
	bool		changed = npages != npages_then;
	int			i;

	if (!recall(t, number, npages_then))
		return false;
	for (i = 0; i < npages; i++)
	{
		DmPage	   *page = &t->page[i];
		bool		decided = i < npages_then && t->old->logged && !(page->flags & DM_PAGE_UNDECIDED);

		if (decided && map_tells && (then->marked[i / 32] & marked[i / 32] & ((uint32) 1 << i % 32)))
			continue;
		CHECK_FOR_INTERRUPTS();
		if (!dm_page_scan(t->scan, first + i, decided ? &position : NULL, page->rows))
		{
			t->changes->pages_looked_at++;
			continue;
		}
		t->changes->pages_read++;
		if (t->old != NULL)
			judge(t, then, page, first + i);
		remember(&t->scan->rows, page);
		changed = true;
	}
	for (; i < npages_then; i++)
		dirty_page(t, &t->page[i]);
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->marked, marked, sizeof(entry->marked));
	dm_chunk_sum(entry, t->page, npages);
	if (changed)
		keep_chunk(t, number, npages);
	return true;
}
