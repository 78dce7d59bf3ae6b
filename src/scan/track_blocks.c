/*
 * track_blocks.c - from dirty buckets to the blocks that have rows in them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "scan/track_internal.h"

static int
compare_ranges(const void *a, const void *b)
{
	const DmBucketRange *x = a;
	const DmBucketRange *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static void
put_in_order(DmChanges *c)
{
	int			n = 0;
	int			i;

	qsort(c->dirty, c->ndirty, sizeof(DmBucketRange), compare_ranges);
	for (i = 0; i < c->ndirty; i++)
	{
		DmBucketRange range = c->dirty[i];

		if (n > 0 && (c->dirty[n - 1].to == PG_INT64_MAX || range.from <= c->dirty[n - 1].to + 1))
			c->dirty[n - 1].to = Max(c->dirty[n - 1].to, range.to);
		else
			c->dirty[n++] = range;
	}
	c->ndirty = n;
}

/* The first range that does not end before the bucket. */
static int
range_from(const DmChanges *c, int64 bucket)
{
	int			low = 0;
	int			high = c->ndirty;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (c->dirty[middle].to < bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_dirty(const DmChanges *c, int64 least, int64 greatest)
{
	int			i = range_from(c, least);

	return i < c->ndirty && c->dirty[i].from <= greatest;
}

static bool
has_dirty(const DmChanges *c, const DmPage *page)
{
	if (!(page->flags & DM_PAGE_BUCKETS))
		return false;
	if (!(page->flags & DM_PAGE_HOLE))
		return is_dirty(c, page->least, page->greatest);
	return is_dirty(c, page->least, page->hole_from - 1) || is_dirty(c, page->hole_to + 1, page->greatest);
}

/* Until the next one is asked for. */
static const bytea *
chunk_bytes(DmTrack *t, uint32 number, uint32 *written)
{
	DmChanges  *c = t->changes;
	MemoryContext old;
	const bytea *bytes;

	while (*written < c->nwritten && c->written[*written].number < number)
		(*written)++;
	if (*written < c->nwritten && c->written[*written].number == number)
		return c->written[*written].map;
	MemoryContextReset(t->scratch);
	old = MemoryContextSwitchTo(t->scratch);
	bytes = t->fetch(t->from, number);
	MemoryContextSwitchTo(old);
	return bytes;
}

bool
dm_track_reread(DmTrack *t)
{
	DmChanges  *c = t->changes;
	DmChangedBlock *added = c->block;
	uint32		nadded = c->nblocks;
	uint32		a = 0;
	uint32		written = 0;
	uint32		number;
	int			i;

	if (c->ndirty == 0)
		return true;
	put_in_order(c);
	c->block = NULL;
	c->nblocks = t->room_blocks = 0;
	for (number = 0; number < t->now.nchunks; number++)
	{
		const DmChunk *entry = &t->now.chunk[number];
		BlockNumber first = number * DM_CHUNK_PAGES;
		int			npages = dm_chunk_pages(number, t->now.blocks);
		const bytea *bytes;

		if (!entry->has_buckets || !is_dirty(c, entry->least, entry->greatest))
			continue;
		CHECK_FOR_INTERRUPTS();
		bytes = chunk_bytes(t, number, &written);
		if (bytes == NULL || !dm_chunk_unpack(bytes, entry, npages, t->page))
			return false;
		for (i = 0; i < npages; i++)
		{
			const DmPage *page = &t->page[i];

			while (a < nadded && added[a].block < first + i)
			{
				dm_track_block(t, added[a].block, added[a].fresh, added[a].least);
				a++;
			}
			if (!has_dirty(c, page))
				continue;
			if (a < nadded && added[a].block == first + i)
				dm_track_block(t, first + i, added[a++].fresh, page->least);
			else
				dm_track_block(t, first + i, NULL, page->least);
		}
	}
	for (; a < nadded; a++)
		dm_track_block(t, added[a].block, added[a].fresh, added[a].least);
	return true;
}

void
dm_changes_take(const DmChanges *changes, uint32 i, int nrows, const int64 *bucket, bool *take)
{
	const uint8 *fresh = changes->block[i].fresh;
	int64		last = DM_NO_BUCKET;
	bool		dirty = false;
	int			r;

	for (r = 0; r < nrows; r++)
	{
		if (bucket[r] == DM_NO_BUCKET || bucket[r] < changes->first_bucket)
		{
			take[r] = false;
			continue;
		}
		if (bucket[r] != last)
		{
			last = bucket[r];
			dirty = is_dirty(changes, last, last);
		}
		take[r] = dirty || (fresh != NULL && (fresh[r / 8] >> r % 8 & 1));
	}
}
