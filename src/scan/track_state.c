/*
 * track_state.c - bytes of what is remembered of a heap.
 *
 * Whoever stores them may have changed them: what does not fit together is
 * refused, and what does can make numbers wrong, nothing else.
 */
#include "postgres.h"

#include "access/htup_details.h"

#include "base/wire.h"
#include "scan/track_state.h"

#define STATE_VERSION 1
#define CHUNK_VERSION 1

#define STATE_LOGGED 0x01
#define STATE_COUNTER 0x02
#define STATE_OVERFLOWED 0x04

#define CHUNK_BUCKETS 0x01
#define CHUNK_ALL_MARKED 0x02
#define CHUNK_SOME_MARKED 0x04
#define CHUNK_PUT_OFF 0x08

static uint64
zigzag(uint64 v)
{
	return (v << 1) ^ (uint64) ((int64) v >> 63);
}

static uint64
unzigzag(uint64 v)
{
	return (v >> 1) ^ (UINT64CONST(0) - (v & 1));
}

static void
put_ids(StringInfo to, const uint64 *id, uint32 n, uint64 before)
{
	uint32		i;

	dm_put_varint(to, n);
	for (i = 0; i < n; i++)
	{
		dm_put_varint(to, id[i] - before);
		before = id[i];
	}
}

/* Ascending ids below a bound. */
static bool
get_ids(DmReader *r, uint64 **id, uint32 *n, uint64 before, uint64 bound)
{
	uint64		count = dm_get_varint(r);
	uint32		i;

	if (r->failed || count > (uint64) (r->end - r->pos))
		return false;
	*n = (uint32) count;
	*id = palloc(sizeof(uint64) * (count + 1));
	for (i = 0; i < *n; i++)
	{
		uint64		step = dm_get_varint(r);

		if (r->failed || step >= bound - before || (i > 0 && step == 0))
			return false;
		before += step;
		(*id)[i] = before;
	}
	return true;
}

static bytea *
bytes_of(StringInfo buf)
{
	bytea	   *out = palloc(VARHDRSZ + buf->len);

	SET_VARSIZE(out, VARHDRSZ + buf->len);
	memcpy(VARDATA(out), buf->data, buf->len);
	pfree(buf->data);
	return out;
}

static int
count_marked(const uint32 *word)
{
	int			n = 0;
	int			i;
	uint32		w;

	for (i = 0; i < DM_CHUNK_WORDS; i++)
		for (w = word[i]; w != 0; w &= w - 1)
			n++;
	return n;
}

static void
put_entry(StringInfo to, const DmChunk *c)
{
	int			marked = count_marked(c->marked);
	uint8		flags = (c->has_buckets ? CHUNK_BUCKETS : 0) | (c->put_off ? CHUNK_PUT_OFF : 0) |
		(marked == DM_CHUNK_PAGES ? CHUNK_ALL_MARKED : marked > 0 ? CHUNK_SOME_MARKED : 0);
	int			i;

	dm_put_u8(to, flags);
	dm_put_varint(to, c->rows);
	dm_put_varint(to, c->undecided);
	dm_put_varint(to, c->open);
	dm_put_varint(to, c->open_unmarked);
	if (c->has_buckets)
	{
		dm_put_varint(to, zigzag((uint64) c->least));
		dm_put_varint(to, (uint64) c->greatest - (uint64) c->least);
	}
	if (flags & CHUNK_SOME_MARKED)
		for (i = 0; i < DM_CHUNK_WORDS * 4; i++)
			dm_put_u8(to, (uint8) (c->marked[i / 4] >> (i % 4 * 8)));
	if (c->put_off)
	{
		dm_put_varint(to, c->position);
		dm_put_varint(to, c->xmin);
	}
}

/* A range of buckets, none of which is DM_NO_BUCKET. */
static bool
get_range(DmReader *r, uint64 base, int64 *least, int64 *greatest)
{
	*least = (int64) (base + unzigzag(dm_get_varint(r)));
	*greatest = (int64) ((uint64) *least + dm_get_varint(r));
	return !r->failed && *least != DM_NO_BUCKET && *greatest >= *least;
}

static bool
get_entry(DmReader *r, DmChunk *c, const DmTrackState *state)
{
	uint8		flags = dm_get_u8(r);
	uint64		rows = dm_get_varint(r);
	uint64		undecided = dm_get_varint(r);
	uint64		open = dm_get_varint(r);
	uint64		open_unmarked = dm_get_varint(r);
	int			i;

	memset(c, 0, sizeof(*c));
	if (r->failed || flags > 0x0f || rows > (uint64) DM_CHUNK_PAGES * MaxHeapTuplesPerPage ||
		undecided > DM_CHUNK_PAGES || open > DM_CHUNK_PAGES || open_unmarked > open)
		return false;
	c->rows = (uint32) rows;
	c->undecided = (uint32) undecided;
	c->open = (uint32) open;
	c->open_unmarked = (uint32) open_unmarked;
	c->has_buckets = (flags & CHUNK_BUCKETS) != 0;
	c->put_off = (flags & CHUNK_PUT_OFF) != 0;
	if (c->has_buckets && (rows == 0 || !get_range(r, 0, &c->least, &c->greatest)))
		return false;
	if (flags & CHUNK_ALL_MARKED)
		memset(c->marked, 0xff, sizeof(c->marked));
	else if (flags & CHUNK_SOME_MARKED)
		for (i = 0; i < DM_CHUNK_WORDS * 4; i++)
			c->marked[i / 4] |= (uint32) dm_get_u8(r) << (i % 4 * 8);
	if (c->put_off)
	{
		c->position = dm_get_varint(r);
		c->xmin = dm_get_varint(r);
		if (c->position > state->position || c->xmin > state->xids.xmin)
			return false;
	}
	return !r->failed;
}

bytea *
dm_state_pack(const DmTrackState *state)
{
	StringInfoData buf;
	uint32		i;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, "dmt", 3);
	dm_put_u8(&buf, STATE_VERSION);
	dm_put_varint(&buf, state->system);
	dm_put_varint(&buf, state->fingerprint);
	dm_put_varint(&buf, state->database);
	dm_put_varint(&buf, state->relfilenode);
	dm_put_u8(&buf, (state->logged ? STATE_LOGGED : 0) | (state->counter_known ? STATE_COUNTER : 0) |
			  (state->xids.overflowed ? STATE_OVERFLOWED : 0));
	dm_put_varint(&buf, state->position);
	dm_put_varint(&buf, state->xids.xmin);
	dm_put_varint(&buf, state->xids.xmax - state->xids.xmin);
	put_ids(&buf, state->xids.running, state->xids.nrunning, state->xids.xmin);
	put_ids(&buf, state->xids.own, state->xids.nown, 0);
	dm_put_varint(&buf, state->blocks);
	dm_put_varint(&buf, state->counter);
	dm_put_varint(&buf, state->turn);
	for (i = 0; i < state->nchunks; i++)
		put_entry(&buf, &state->chunk[i]);
	return bytes_of(&buf);
}

bool
dm_state_unpack(const bytea *bytes, DmTrackState *out)
{
	DmReader	r;
	const uint8 *magic;
	uint64		database;
	uint64		relfilenode;
	uint64		blocks;
	uint8		flags;
	uint32		i;

	memset(out, 0, sizeof(*out));
	dm_reader_init_bytes(&r, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	magic = dm_get_bytes(&r, 3);
	if (magic == NULL || memcmp(magic, "dmt", 3) != 0 || dm_get_u8(&r) != STATE_VERSION)
		return false;
	out->system = dm_get_varint(&r);
	out->fingerprint = dm_get_varint(&r);
	database = dm_get_varint(&r);
	relfilenode = dm_get_varint(&r);
	flags = dm_get_u8(&r);
	out->position = dm_get_varint(&r);
	out->xids.xmin = dm_get_varint(&r);
	out->xids.xmax = out->xids.xmin + dm_get_varint(&r);
	if (r.failed || database > PG_UINT32_MAX || relfilenode > PG_UINT32_MAX || flags > 0x07 ||
		out->xids.xmin == 0 || out->xids.xmax < out->xids.xmin ||
		!get_ids(&r, &out->xids.running, &out->xids.nrunning, out->xids.xmin, out->xids.xmax) ||
		!get_ids(&r, &out->xids.own, &out->xids.nown, 0, out->xids.xmax))
		return false;
	out->database = (uint32) database;
	out->relfilenode = (uint32) relfilenode;
	out->logged = (flags & STATE_LOGGED) != 0;
	out->counter_known = (flags & STATE_COUNTER) != 0;
	out->xids.overflowed = (flags & STATE_OVERFLOWED) != 0;
	blocks = dm_get_varint(&r);
	out->counter = dm_get_varint(&r);
	out->turn = (uint32) dm_get_varint(&r);
	/* an entry has at least five bytes */
	if (r.failed || blocks > MaxBlockNumber || dm_chunks_of((BlockNumber) blocks) > (uint64) (r.end - r.pos) / 5)
		return false;
	out->blocks = (BlockNumber) blocks;
	out->nchunks = dm_chunks_of(out->blocks);
	out->chunk = palloc_extended(sizeof(DmChunk) * ((Size) out->nchunks + 1), MCXT_ALLOC_HUGE);
	for (i = 0; i < out->nchunks; i++)
		if (!get_entry(&r, &out->chunk[i], out))
			return false;
	return r.pos == r.end;
}

bytea *
dm_chunk_pack(const DmPage *page, int npages)
{
	StringInfoData buf;
	uint64		base = 0;
	int			i;

	initStringInfo(&buf);
	dm_put_u8(&buf, CHUNK_VERSION);
	dm_put_varint(&buf, npages);
	for (i = 0; i < npages; i++)
	{
		const DmPage *p = &page[i];

		dm_put_varint(&buf, (uint64) p->rows << 4 | p->flags);
		if (p->flags & DM_PAGE_BUCKETS)
		{
			dm_put_varint(&buf, zigzag((uint64) p->least - base));
			dm_put_varint(&buf, (uint64) p->greatest - (uint64) p->least);
			base = (uint64) p->least;
		}
		if (p->flags & DM_PAGE_HOLE)
		{
			dm_put_varint(&buf, (uint64) p->hole_from - base);
			dm_put_varint(&buf, (uint64) p->hole_to - (uint64) p->hole_from);
		}
	}
	return bytes_of(&buf);
}

void
dm_chunk_sum(DmChunk *entry, const DmPage *page, int npages)
{
	int			i;

	entry->rows = entry->undecided = entry->open = entry->open_unmarked = 0;
	entry->has_buckets = false;
	entry->least = PG_INT64_MAX;
	entry->greatest = PG_INT64_MIN;
	for (i = 0; i < npages; i++)
	{
		const DmPage *p = &page[i];

		entry->rows += p->rows;
		if (p->flags & DM_PAGE_UNDECIDED)
			entry->undecided++;
		if (p->flags & DM_PAGE_OPEN)
		{
			entry->open++;
			if (!(entry->marked[i / 32] & ((uint32) 1 << i % 32)))
				entry->open_unmarked++;
		}
		if (p->flags & DM_PAGE_BUCKETS)
		{
			entry->has_buckets = true;
			entry->least = Min(entry->least, p->least);
			entry->greatest = Max(entry->greatest, p->greatest);
		}
	}
}

/* A hole has rows before it and behind it. */
static bool
get_hole(DmReader *r, DmPage *p)
{
	uint64		extent = (uint64) p->greatest - (uint64) p->least;
	uint64		from = dm_get_varint(r);
	uint64		more = dm_get_varint(r);

	if (r->failed || from == 0 || from >= extent || more >= extent - from)
		return false;
	p->hole_from = (int64) ((uint64) p->least + from);
	p->hole_to = (int64) ((uint64) p->hole_from + more);
	return true;
}

bool
dm_chunk_unpack(const bytea *bytes, const DmChunk *entry, int npages, DmPage *out)
{
	DmReader	r;
	DmChunk		sum = *entry;
	uint64		base = 0;
	int			i;

	dm_reader_init_bytes(&r, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if (dm_get_u8(&r) != CHUNK_VERSION || dm_get_varint(&r) != npages || r.failed)
		return false;
	for (i = 0; i < npages; i++)
	{
		DmPage	   *p = &out[i];
		uint64		v = dm_get_varint(&r);

		memset(p, 0, sizeof(*p));
		if (r.failed || v >> 4 > MaxHeapTuplesPerPage)
			return false;
		p->rows = (uint16) (v >> 4);
		p->flags = (uint8) (v & 15);
		if (p->flags & DM_PAGE_BUCKETS)
		{
			if (p->rows == 0 || !get_range(&r, base, &p->least, &p->greatest))
				return false;
			base = (uint64) p->least;
		}
		if ((p->flags & DM_PAGE_HOLE) && (!(p->flags & DM_PAGE_BUCKETS) || !get_hole(&r, p)))
			return false;
	}
	if (r.pos != r.end)
		return false;
	dm_chunk_sum(&sum, out, npages);
	return sum.rows == entry->rows && sum.undecided == entry->undecided && sum.open == entry->open &&
		sum.open_unmarked == entry->open_unmarked && sum.has_buckets == entry->has_buckets &&
		(!sum.has_buckets || (sum.least == entry->least && sum.greatest == entry->greatest));
}
