/*
 * page.h - what a scan of a heap is made of.
 */
#ifndef DATAMON_SCAN_PAGE_H
#define DATAMON_SCAN_PAGE_H

#include "storage/bufmgr.h"

#include "scan/tuples.h"

struct DmScan
{
	Relation	relation;
	Snapshot	snapshot;		/* registered */
	BlockNumber blocks;
	BufferAccessStrategy strategy;
	bool		serializable;
	bool		guess;			/* is it a shared buffer? */
	Buffer		last_buffer;
	BlockNumber next_block;		/* pinned ahead of its turn, if next_buffer is */
	Buffer		next_buffer;
	BlockNumber last_block;
	int			ncolumns;
	DmColumnReader   *readers;
	DmLayout   *layout;
	MemoryContext scratch;		/* of one page: detoasted values and the like */
	DmRows		rows;
	DmTuples	tuples;
};

/* The rows of one more block behind those that are there; the arrays hold DM_ROWS. */
extern void dm_scan_append(DmScan *scan, BlockNumber block);

#endif							/* DATAMON_SCAN_PAGE_H */
