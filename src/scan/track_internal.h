/*
 * track_internal.h - one run of dm_track.
 */
#ifndef DATAMON_SCAN_TRACK_INTERNAL_H
#define DATAMON_SCAN_TRACK_INTERNAL_H

#include "scan/track_page.h"
#include "scan/track_state.h"

typedef struct DmTrack
{
	Relation	relation;
	DmChunkFetch fetch;
	void	   *from;
	DmPageScan *scan;
	MemoryContext scratch;		/* of a stored chunk */
	DmMap		map;
	const DmTrackState *old;	/* NULL: void */
	DmTrackState now;
	DmChanges  *changes;
	uint32		room_dirty;
	uint32		room_blocks;
	uint32		room_written;
	uint32		room_judged;
	DmPage		page[DM_CHUNK_PAGES];	/* of the chunk at hand */
} DmTrack;

/* track_chunk.c */
extern bool dm_track_verify(DmTrack *t, uint32 number);

/* Has any open page of a chunk changed?  False if the stored chunk does not fit. */
extern bool dm_track_open_pages(DmTrack *t, uint32 number, bool *changed);
extern void dm_track_dirty(DmTrack *t, int64 from, int64 to);
extern void dm_track_block(DmTrack *t, BlockNumber block, const uint8 *fresh, int64 least);

/* track_blocks.c: dirty ranges in order, and the blocks that have rows in them */
extern bool dm_track_reread(DmTrack *t);

/* track_quiet.c: whether rows were updated or deleted, as far as the statistics know */
extern bool dm_track_was_quiet(DmTrack *t);

#endif							/* DATAMON_SCAN_TRACK_INTERNAL_H */
