/*
 * track_page.h - looking at pages for changes.
 */
#ifndef DATAMON_SCAN_TRACK_PAGE_H
#define DATAMON_SCAN_TRACK_PAGE_H

#include "base/compat.h"

#include "access/htup.h"
#include "datatype/timestamp.h"
#include "storage/bufmgr.h"

#include "scan/track_state.h"

/* The all-visible bits of a heap. */
typedef struct DmMap
{
	uint32	   *marked;			/* bit for each block */
	uint32		nlsn;
	XLogRecPtr *lsn;			/* of each page of the map */
} DmMap;

extern void dm_map_read(Relation relation, BlockNumber blocks, DmMap *out);

/* The greatest LSN of the map's pages for these blocks. */
extern XLogRecPtr dm_map_lsn(const DmMap *map, BlockNumber first, int npages);

/* Visible rows of one page. */
typedef struct DmPageRows
{
	int			n;
	bool		undecided;
	bool		open;
	uint64		xmin[DM_ROWS];	/* 0: doubtful */
	int64		bucket[DM_ROWS];
	uint16		offset[DM_ROWS];	/* line pointers */
} DmPageRows;

typedef struct DmPageScan
{
	Relation	relation;
	Snapshot	snapshot;
	const DmScanColumn *time;	/* NULL: buckets are blocks */
	Oid			type;			/* of the column, not a domain */
	BufferAccessStrategy strategy;
	uint64		next;			/* id to be given out next */
	TimestampTz newest;			/* time of visible rows so far; -infinity: none had any */
	Size		reserve;		/* space that inserts leave, by fillfactor */
	DmPageRows	rows;
} DmPageScan;

extern DmPageScan *dm_page_scan_begin(Relation relation, Snapshot snapshot, const DmScanColumn *time);

/*
 * Reads a block; not, and false, if its LSN says that it has not changed since
 * a position.  No position: it is read.
 */
extern bool dm_page_scan(DmPageScan *scan, BlockNumber block, const XLogRecPtr *position, int rows_then);
extern void dm_page_scan_end(DmPageScan *scan);

#endif							/* DATAMON_SCAN_TRACK_PAGE_H */
