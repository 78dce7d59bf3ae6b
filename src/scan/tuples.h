/*
 * tuples.h - the visible tuples of a page, and where their attributes lie.
 */
#ifndef DATAMON_SCAN_TUPLES_H
#define DATAMON_SCAN_TUPLES_H

#include "base/compat.h"

#include "access/tupdesc.h"

#include "scan/reader.h"

typedef struct DmTuples
{
	int			n;
	int			least_natts;	/* attributes that every tuple has */
	bool		bitmaps;		/* has any tuple one? */
	const char *data[DM_ROWS];	/* behind the header */
	const uint8 *bitmap[DM_ROWS];	/* bit set: not NULL; all ones where a tuple has none */
	uint16		natts[DM_ROWS];
} DmTuples;

/* What is to be done with one attribute on the way to the last that is read. */
typedef struct DmAttribute
{
	int16		length;			/* -1 varlena, -2 C string */
	uint8		align;			/* less one */
	int			offset;			/* of every tuple without NULL; -1: it depends */
	int			nreaders;
	DmColumnReader  **reader;
	const char *missing;		/* value of tuples that are too short; NULL for NULL */
} DmAttribute;

typedef struct DmLayout
{
	int			natts;			/* up to the last that is read */
	DmAttribute *attribute;
	int			nreading;		/* attributes that somebody reads */
	const char *ahead;			/* what to fetch into the cache meanwhile, BLCKSZ bytes; or NULL */
	int			fixed;			/* so many attributes at the front have an offset */
	const char *at[DM_ROWS];	/* work space */
	const char *cursor[DM_ROWS];
} DmLayout;

extern const uint8 dm_no_nulls[];

extern DmLayout *dm_layout_new(TupleDesc desc, DmColumnReader *readers, int nreaders);

/* Let every reader read its attribute of all tuples, as rows "from" and on. */
extern void dm_layout_read(DmLayout *layout, const DmTuples *tuples, int from);

#endif							/* DATAMON_SCAN_TUPLES_H */
