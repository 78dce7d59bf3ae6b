/*
 * reader.h - stored values of one column to doubles, ids, buckets or outcomes.
 *
 * What is read are pointers to values as they lie in a tuple: those of fixed
 * length aligned, varlenas possibly short, compressed or toasted; NULL is NULL.
 */
#ifndef DATAMON_SCAN_READER_H
#define DATAMON_SCAN_READER_H

#include "base/compat.h"
#include "base/value_type.h"
#include "scan/scan.h"

/* How a value becomes the bytes behind its id. */
typedef enum DmIdBy
{
	DM_ID_WORD,					/* integers, floats, boolean: eight bytes */
	DM_ID_BYTES,				/* the bytes of a varlena */
	DM_ID_NUMERIC,				/* without trailing zeros */
	DM_ID_OUTPUT,				/* the type's output function */
	DM_ID_CAST					/* the cast to text */
} DmIdBy;

/* Small integers have their ids in a table. */
#define DM_DIRECT_IDS 8192
#define DM_CACHED_IDS 256

typedef struct DmIdCache
{
	uint64		word;
	uint32		id;				/* 0: nothing here */
} DmIdCache;

typedef struct DmColumnReader
{
	DmScanColumn *column;
	DmValueType type;
	Oid			base;			/* domains looked through */
	int16		length;			/* of the type */
	bool		by_value;

	double	   *number;			/* what is written, one of these */
	uint32	   *id;
	int64	   *bucket;
	uint8	   *outcome;
	uint8		true_bit;
	uint8		null_bit;
	bool		nulls;			/* has there been a NULL among the numbers since it was reset */

	int64		bucket_no;		/* the last, and where it begins */
	int64		bucket_start;

	DmIdBy		id_by;
	bool		cut;			/* at 200 characters */
	FmgrInfo	function;
	DmDictionary *raw;			/* stored bytes, where making them canonical is dear ... */
	uint32	   *id_of_raw;		/* ... and the id of each */
	uint32		raw_room;
	uint32	   *direct;			/* of the words 0, 1, ... */
	DmIdCache  *cache;
	const char *last_bytes;
	size_t		last_len;
	uint32		last_id;
} DmColumnReader;

/* One reader a column, and the rows that they write.  In the current memory context. */
extern DmColumnReader *dm_readers_new(DmScanColumn *columns, const Oid *types, int ncolumns, DmRows *rows);

/* Values of rows "from" and on. */
extern void dm_reader_read(DmColumnReader *r, const char *const *value, int from, int n);

/* The same, where each lies at one offset from its base; false: read them the other way. */
extern bool dm_reader_read_fixed(DmColumnReader *r, const char *const *base, int offset, int from, int n);

/* numerics.c: values, NULL for NULL, as doubles; is any NULL? */
extern bool dm_read_numerics(const char *const *value, double *x, int n);

/* ids.c */
extern void dm_ids_begin(DmColumnReader *r);
extern void dm_ids_forget(DmColumnReader *r);
extern void dm_ids_read(DmColumnReader *r, const char *const *value, uint32 *id, int n);
extern bool dm_ids_read_fixed(DmColumnReader *r, const char *const *base, int offset, uint32 *id, int n);

pg_noreturn extern void dm_reader_cannot(const DmColumnReader *r, const char *what);

#endif							/* DATAMON_SCAN_READER_H */
