/*
 * track_state.h - what is remembered of a heap, and its bytes.
 *
 * State: "dmt", version, then varints unless said otherwise: system identifier,
 * fingerprint, database, relfilenode, flags, position, snapshot (xmin; xmax and
 * the running ids, each less the one before; the same for own ids), blocks,
 * statistics' counter, turn, and an entry for each chunk: flags, rows,
 * undecided, open, open and unmarked; least bucket (zigzag), extent; bitmap of
 * marked pages (64 bytes) where not all alike; position and xmin if put off.
 *
 * Chunk: version, pages; for each page rows * 16 + flags and, if it has buckets,
 * least (zigzag of the difference to the page before) and extent; if it has a
 * hole, where that begins behind least, and its length less one.
 */
#ifndef DATAMON_SCAN_TRACK_STATE_H
#define DATAMON_SCAN_TRACK_STATE_H

#include "base/compat.h"

#include "access/xlogdefs.h"
#include "storage/block.h"
#include "utils/snapshot.h"

#include "scan/track.h"

#define DM_CHUNK_WORDS (DM_CHUNK_PAGES / 32)

/* A snapshot as 64-bit ids. */
typedef struct DmXids
{
	uint64		xmin;
	uint64		xmax;
	uint32		nrunning;
	uint64	   *running;		/* ascending, xmin <= id < xmax, subtransactions too */
	bool		overflowed;		/* ... which may be missing */
	uint32		nown;
	uint64	   *own;			/* ascending: ids of the transaction that took it */
} DmXids;

typedef enum DmXidVerdict
{
	DM_XID_OLD,					/* had ended in the snapshot */
	DM_XID_NEW,
	DM_XID_DOUBTFUL
} DmXidVerdict;

/* Own ids that are remembered one by one; more make a snapshot that cannot be stored. */
#define DM_OWN_XIDS 1024

/* False if this snapshot cannot be remembered. */
extern bool dm_xids_of(Snapshot snapshot, DmXids *out);

/* The 64-bit id of one that is in the past, 0 if there is none. */
extern uint64 dm_xid_widen(TransactionId xid, uint64 next);
extern uint64 dm_xid_next(void);
extern DmXidVerdict dm_xids_verdict(const DmXids *xids, uint64 xid);

/* Had all that ended in "before" ended in "now"? */
extern bool dm_xids_precede(const DmXids *before, const DmXids *now);

/* flags of a page */
#define DM_PAGE_UNDECIDED 0x01	/* visible rows can change though the page does not */
#define DM_PAGE_OPEN 0x02		/* may take an insert */
#define DM_PAGE_BUCKETS 0x04	/* least and greatest are set */
#define DM_PAGE_HOLE 0x08		/* hole_from and hole_to are set */

typedef struct DmPage
{
	uint16		rows;
	uint8		flags;
	int64		least;
	int64		greatest;
	int64		hole_from;		/* the longest run of buckets between that no row is of: */
	int64		hole_to;		/* new rows in the space of old ones make long ranges */
} DmPage;

typedef struct DmChunk
{
	uint32		rows;
	uint32		undecided;		/* pages */
	uint32		open;
	uint32		open_unmarked;
	bool		has_buckets;
	int64		least;
	int64		greatest;
	uint32		marked[DM_CHUNK_WORDS]; /* all-visible in the map */
	bool		put_off;		/* not verified by the last tick, but as of: */
	XLogRecPtr	position;
	uint64		xmin;
} DmChunk;

typedef struct DmTrackState
{
	uint64		system;
	uint64		fingerprint;
	uint32		database;
	uint32		relfilenode;
	bool		logged;			/* pages have LSNs */
	XLogRecPtr	position;
	DmXids		xids;
	BlockNumber blocks;
	bool		counter_known;
	uint64		counter;		/* rows updated and deleted, by the statistics */
	uint32		turn;			/* chunk whose turn it is */
	uint32		nchunks;
	DmChunk    *chunk;
} DmTrackState;

static inline uint32
dm_chunks_of(BlockNumber blocks)
{
	return blocks / DM_CHUNK_PAGES + (blocks % DM_CHUNK_PAGES != 0);
}

/* Pages of a chunk in a heap of so many blocks. */
static inline int
dm_chunk_pages(uint32 number, BlockNumber blocks)
{
	return Min(DM_CHUNK_PAGES, blocks - number * DM_CHUNK_PAGES);
}

extern bytea *dm_state_pack(const DmTrackState *state);
extern bool dm_state_unpack(const bytea *bytes, DmTrackState *out);
extern bytea *dm_chunk_pack(const DmPage *page, int npages);

/* False unless the bytes fit the entry. */
extern bool dm_chunk_unpack(const bytea *bytes, const DmChunk *entry, int npages, DmPage *out);

/* Entry of pages; marked is set already. */
extern void dm_chunk_sum(DmChunk *entry, const DmPage *page, int npages);

#endif							/* DATAMON_SCAN_TRACK_STATE_H */
