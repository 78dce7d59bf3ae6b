/*
 * rows.h - rows as columns: what scans make and what the cube eats.
 *
 * A batch is at most DM_ROWS rows, one page or one fetch of a query.  Columns
 * are arrays of DM_ROWS elements that belong to whoever fills them and are
 * overwritten by the next batch.
 */
#ifndef DATAMON_SCAN_ROWS_H
#define DATAMON_SCAN_ROWS_H

#include "postgres.h"

/* No page of 32 kB holds more tuples: MaxHeapTuplesPerPage is 291 of 8 kB. */
#define DM_ROWS 1280

/*
 * NULL among doubles: a quiet NaN with a payload of its own.  Every other NaN
 * has been made the canonical one, so comparing the bits tells them apart.
 */
#define DM_NULL_BITS UINT64CONST(0x7ff8da7a0000d0d0)
#define DM_NAN_BITS UINT64CONST(0x7ff8000000000000)

/* NULL among dictionary ids, and "not fixed" in the key of a cell. */
#define DM_NULL_ID 0
#define DM_ANY PG_UINT32_MAX

/* A row without a finite time belongs to no bucket. */
#define DM_NO_BUCKET PG_INT64_MIN

/* Outcome of a row: what was true and what was predicted, each false, true or NULL. */
#define DM_ACTUAL_TRUE 0x01
#define DM_ACTUAL_NULL 0x02
#define DM_PREDICTED_TRUE 0x04
#define DM_PREDICTED_NULL 0x08

typedef struct DmRows
{
	int			n;
	int64	   *bucket;			/* NULL: all rows are of bucket 0 */
	uint32	  **dimension;		/* [dimension][row] dictionary ids */
	double	  **number;			/* [number column][row] */
	uint32	  **category;		/* [category column][row] dictionary ids */
	uint8	   *outcome;		/* NULL: no outcome */
} DmRows;

/* For qsort and bsearch of bucket numbers. */
static inline int
dm_compare_buckets(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return (x > y) - (x < y);
}

#endif							/* DATAMON_SCAN_ROWS_H */
