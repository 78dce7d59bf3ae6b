/*
 * track_map.c - a copy of the visibility map.
 *
 * Two bits a page: 32 kB for a gigabyte of heap, so that it is read whole.
 */
#include "postgres.h"

#include "access/visibilitymap.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"

#include "scan/track_page.h"

#define MAP_BYTES (BLCKSZ - MAXALIGN(SizeOfPageHeaderData))
#define MAP_PAGES ((BlockNumber) MAP_BYTES * 4) /* heap pages in one of the map; a multiple of 32 */

/* The map is an array of bytes: the first page has the lowest bits. */
static uint64
eight_bytes(const uint8 *p)
{
	uint64		x = 0;
	int			i;

	for (i = 7; i >= 0; i--)
		x = x << 8 | p[i];
	return x;
}

/* Every other of 64 bits. */
static uint32
even_bits(uint64 x)
{
	x &= UINT64CONST(0x5555555555555555);
	x = (x | x >> 1) & UINT64CONST(0x3333333333333333);
	x = (x | x >> 2) & UINT64CONST(0x0f0f0f0f0f0f0f0f);
	x = (x | x >> 4) & UINT64CONST(0x00ff00ff00ff00ff);
	x = (x | x >> 8) & UINT64CONST(0x0000ffff0000ffff);
	return (uint32) (x | x >> 16);
}

void
dm_map_read(Relation relation, BlockNumber blocks, DmMap *out)
{
	Size		words = (Size) blocks / 32 + DM_CHUNK_WORDS + 1;
	Buffer		buffer = InvalidBuffer;
	uint32		i;

	StaticAssertStmt(VISIBILITYMAP_ALL_VISIBLE == 0x01, "the lower of a page's two bits says all-visible");
	out->nlsn = blocks / MAP_PAGES + 1;
	out->lsn = palloc0(sizeof(XLogRecPtr) * out->nlsn);
	out->marked = palloc_extended(sizeof(uint32) * words, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (i = 0; i < out->nlsn && i * MAP_PAGES < blocks; i++)
	{
		const uint8 *map;
		Size		nwords = Min(MAP_PAGES, blocks - i * MAP_PAGES + 31) / 32;
		uint32	   *word = out->marked + (Size) i * (MAP_PAGES / 32);
		Size		w;

		/* pins the map's page, if there is one */
		visibilitymap_get_status(relation, i * MAP_PAGES, &buffer);
		if (!BufferIsValid(buffer))
			continue;
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		out->lsn[i] = PageGetLSN(BufferGetPage(buffer));
		map = (const uint8 *) PageGetContents(BufferGetPage(buffer));
		for (w = 0; w < nwords; w++, map += 8)
			word[w] = even_bits(eight_bytes(map));
		LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	}
	if (BufferIsValid(buffer))
		ReleaseBuffer(buffer);
	if (blocks % 32 != 0)
		out->marked[blocks / 32] &= ((uint32) 1 << blocks % 32) - 1;
}

XLogRecPtr
dm_map_lsn(const DmMap *map, BlockNumber first, int npages)
{
	XLogRecPtr	lsn = map->lsn[first / MAP_PAGES];

	if ((first + npages - 1) / MAP_PAGES != first / MAP_PAGES)
		lsn = Max(lsn, map->lsn[(first + npages - 1) / MAP_PAGES]);
	return lsn;
}
