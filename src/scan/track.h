/*
 * track.h - the rows of a heap that changed since a state was taken.
 *
 * docs/changes.md says why this is exact.  A tick calls dm_track, reads the
 * blocks that it names, counts the rows that dm_changes_take picks: buckets in
 * "dirty" anew, the others in addition; and stores state and chunks in the
 * transaction in which it stores the counts.
 */
#ifndef DATAMON_SCAN_TRACK_H
#define DATAMON_SCAN_TRACK_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "storage/block.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#include "scan/scan.h"

/* Pages in one chunk of the page map. */
#define DM_CHUNK_PAGES 512

/* Both ends belong to it. */
typedef struct DmBucketRange
{
	int64		from;
	int64		to;
} DmBucketRange;

typedef struct DmChangedBlock
{
	BlockNumber block;
	const uint8 *fresh;			/* bit for each visible row: count it in addition; NULL: none */
	int64		least;			/* no row is of an earlier bucket */
} DmChangedBlock;

/* Visible rows of a page that changed: their line pointers, and which were visible at the last tick. */
typedef struct DmJudgedPage
{
	BlockNumber block;
	int			nrows;
	const uint16 *offset;
	const bool *old;
} DmJudgedPage;

typedef struct DmWrittenChunk
{
	uint32		number;
	bytea	   *map;
} DmWrittenChunk;

typedef struct DmChanges
{
	const char *reread;			/* why all rows are counted anew; NULL: they are not */
	int64		first_bucket;	/* of the window */
	DmBucketRange *dirty;		/* ascending, apart: forget what was counted of these */
	int			ndirty;
	DmChangedBlock *block;		/* ascending */
	uint32		nblocks;
	int64		too_late;		/* new rows before the window */
	TimestampTz newest;			/* of the rows on pages that were read; -infinity: none had a time */
	DmJudgedPage *judged;		/* ascending; where buckets are blocks */
	uint32		njudged;

	bytea	   *state;
	uint32		nchunks;		/* chunks that the heap has now: delete those numbered from here on */
	DmWrittenChunk *written;	/* chunks to store */
	uint32		nwritten;

	uint32		pages_looked_at;	/* for their header only */
	uint32		pages_read;
	uint32		chunks_put_off;
} DmChanges;

/* A stored chunk by its number, NULL if there is none; asked for only what is needed. */
typedef bytea *(*DmChunkFetch) (void *from, uint32 number);

/*
 * The relation is locked and readable page by page (dm_scan_obstacle); "time"
 * is a DM_AS_BUCKET column; NULL: a row's bucket is the number of its block.
 * State NULL, or not of this relation's past: all rows are counted anew.
 * Everything is allocated in the current context.
 */
extern DmChanges *dm_track(Relation relation, Snapshot snapshot, const DmScanColumn *time, int64 first_bucket,
						   const bytea *state, DmChunkFetch fetch, void *from);

/* Which of the rows that are visible on block[i], in order, are to be counted. */
extern void dm_changes_take(const DmChanges *changes, uint32 i, int nrows, const int64 *bucket, bool *take);

#endif							/* DATAMON_SCAN_TRACK_H */
