/*
 * track.c - which pages of a heap changed, by chunks.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "scan/track_internal.h"

/* So many quiet chunks are verified by every tick; of more, some in turn. */
#define FEW_CHUNKS 8
#define CHUNKS_IN_TURN 2

typedef enum ChunkClass
{
	CERTAIN,					/* no page has changed */
	OPEN,						/* a page that may take inserts could have */
	QUIET,						/* only an UPDATE or DELETE could have */
	VERIFY
} ChunkClass;

static uint64
mix(uint64 h, uint64 v)
{
	h = (h ^ v) * UINT64CONST(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* What a state is worthless without. */
static uint64
fingerprint_of(const DmScanColumn *time)
{
	if (time == NULL)
		return mix(BLCKSZ, DM_CHUNK_PAGES);
	return mix(mix(mix(mix(BLCKSZ, DM_CHUNK_PAGES), time->attnum), (uint64) time->width), (uint64) time->origin);
}

static ChunkClass
classify(const DmTrack *t, uint32 number)
{
	const DmChunk *then;
	const uint32 *marked = t->map.marked + (Size) number * DM_CHUNK_WORDS;
	int			npages = dm_chunk_pages(number, t->now.blocks);
	bool		set_since;
	bool		all = true;
	int			i;

	if (t->old == NULL || !t->old->logged || number >= t->old->nchunks ||
		dm_chunk_pages(number, t->old->blocks) != npages)
		return VERIFY;
	then = &t->old->chunk[number];
	for (i = 0; i < DM_CHUNK_WORDS; i++)
	{
		uint32		pages = npages >= (i + 1) * 32 ? PG_UINT32_MAX
			: npages <= i * 32 ? 0 : ((uint32) 1 << (npages - i * 32)) - 1;

		if (then->marked[i] & ~marked[i] & pages)
			return VERIFY;
		all = all && (then->marked[i] & marked[i] & pages) == pages;
	}
	set_since = dm_map_lsn(&t->map, number * DM_CHUNK_PAGES, npages) >
		(then->put_off ? then->position : t->old->position);
	if (then->undecided > 0)
		return VERIFY;
	if (then->open_unmarked > 0 || (set_since && then->open > 0))
		return OPEN;
	return all && !set_since ? CERTAIN : QUIET;
}

/* Which quiet chunks are verified: all, or those whose turn it is. */
static void
choose(DmTrack *t, uint8 *class)
{
	uint32		quiet = 0;
	uint32		left;
	uint32		i;

	for (i = 0; i < t->now.nchunks; i++)
		quiet += class[i] == QUIET;
	left = quiet > FEW_CHUNKS && dm_track_was_quiet(t) ? CHUNKS_IN_TURN : quiet;
	t->now.turn = t->old == NULL || t->old->turn >= t->now.nchunks ? 0 : t->old->turn;
	for (i = 0; i < t->now.nchunks && left > 0; i++)
	{
		uint32		number = t->now.turn;

		t->now.turn = number + 1 == t->now.nchunks ? 0 : number + 1;
		if (class[number] == QUIET)
		{
			class[number] = VERIFY;
			left--;
		}
	}
}

/* False if what is stored does not fit. */
static bool
run(DmTrack *t)
{
	uint8	   *class = palloc(t->now.nchunks + 1);
	uint32		i;

	for (i = 0; i < t->now.nchunks; i++)
	{
		bool		changed;

		class[i] = classify(t, i);
		if (class[i] != OPEN)
			continue;
		if (!dm_track_open_pages(t, i, &changed))
			return false;
		class[i] = changed ? VERIFY : QUIET;
	}
	choose(t, class);
	for (i = 0; i < t->now.nchunks; i++)
	{
		if (class[i] == VERIFY)
		{
			if (!dm_track_verify(t, i))
				return false;
			continue;
		}
		t->now.chunk[i] = t->old->chunk[i];
		t->now.chunk[i].put_off = class[i] == QUIET;
		if (class[i] == QUIET && !t->old->chunk[i].put_off)
		{
			t->now.chunk[i].position = t->old->position;
			t->now.chunk[i].xmin = t->old->xids.xmin;
		}
		t->changes->chunks_put_off += class[i] == QUIET;
	}
	if (t->old == NULL)
		dm_track_dirty(t, t->changes->first_bucket, PG_INT64_MAX);
	else
		for (; i < t->old->nchunks; i++)
			if (t->old->chunk[i].has_buckets)
				dm_track_dirty(t, t->old->chunk[i].least, t->old->chunk[i].greatest);
	pfree(class);
	return dm_track_reread(t);
}

/* Why a state is of no use, NULL if it is. */
static const char *
void_reason(const bytea *bytes, DmTrackState *old, const DmTrackState *now, bool remembered)
{
	if (bytes == NULL)
		return "there is no state";
	if (!remembered)
		return "this transaction has too many subtransactions";
	if (!dm_state_unpack(bytes, old))
		return "the state cannot be read";
	if (old->system != now->system || old->database != now->database)
		return "the state is of another database";
	if (old->fingerprint != now->fingerprint)
		return "the state is of other buckets";
	if (old->relfilenode != now->relfilenode)
		return "the table was rewritten";
	if (old->position > now->position || !dm_xids_precede(&old->xids, &now->xids))
		return "the state is not of the past";
	return NULL;
}

static void
start(DmTrack *t, int64 first_bucket)
{
	t->changes = palloc0(sizeof(DmChanges));
	t->changes->first_bucket = Max(first_bucket, DM_NO_BUCKET + 1);
	t->room_dirty = t->room_blocks = t->room_written = t->room_judged = 0;
}

DmChanges *
dm_track(Relation relation, Snapshot snapshot, const DmScanColumn *time, int64 first_bucket,
		 const bytea *state, DmChunkFetch fetch, void *from)
{
	DmTrack    *t = palloc0(sizeof(DmTrack));
	DmTrackState old;
	const char *reason;
	bool		remembered;

	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("changes of a table cannot be tracked during recovery")));

	/* before anything of the heap is looked at: whatever is not seen yet will lie behind */
	t->now.position = GetXLogInsertRecPtr();
	t->now.system = GetSystemIdentifier();
	t->now.database = MyDatabaseId;
	t->now.relfilenode = DATAMON_RELFILENODE(relation);
	t->now.fingerprint = fingerprint_of(time);
	t->now.logged = RelationNeedsWAL(relation);
	t->now.blocks = RelationGetNumberOfBlocks(relation);
	t->now.nchunks = dm_chunks_of(t->now.blocks);
	t->now.chunk = palloc_extended(sizeof(DmChunk) * ((Size) t->now.nchunks + 1), MCXT_ALLOC_HUGE);
	remembered = dm_xids_of(snapshot, &t->now.xids);
	t->relation = relation;
	t->fetch = fetch;
	t->from = from;
	dm_map_read(relation, t->now.blocks, &t->map);
	t->scan = dm_page_scan_begin(relation, snapshot, time);
	t->scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon page map", ALLOCSET_DEFAULT_SIZES);

	start(t, first_bucket);
	reason = void_reason(state, &old, &t->now, remembered);
	t->old = reason == NULL ? &old : NULL;
	if (!run(t))
	{
		start(t, first_bucket);
		reason = "the page map cannot be read";
		t->old = NULL;
		run(t);
	}
	t->changes->reread = reason;
	t->changes->state = remembered ? dm_state_pack(&t->now) : NULL;
	t->changes->nchunks = t->now.nchunks;
	t->changes->newest = t->scan->newest;
	dm_page_scan_end(t->scan);
	MemoryContextDelete(t->scratch);
	return t->changes;
}
