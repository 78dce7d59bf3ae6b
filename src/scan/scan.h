/*
 * scan.h - reading columns of a heap page by page, or of any query.
 */
#ifndef DATAMON_SCAN_SCAN_H
#define DATAMON_SCAN_SCAN_H

#include "postgres.h"

#include "access/htup.h"
#include "storage/block.h"
#include "storage/itemptr.h"
#include "utils/date.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"

#include "scan/dictionary.h"
#include "scan/rows.h"

typedef enum DmScanAs
{
	DM_AS_NUMBER,				/* double, rounded to significant_bits */
	DM_AS_DIMENSION,			/* id; text is cut at 200 characters */
	DM_AS_CATEGORY,				/* id; value as profile() takes it, or takes its text */
	DM_AS_BUCKET,				/* number of the bucket of a time */
	DM_AS_ACTUAL,				/* bits of the outcome */
	DM_AS_PREDICTED
} DmScanAs;

typedef struct DmScanColumn
{
	DmScanAs	as;
	AttrNumber	attnum;			/* of the relation; of the query's result from 1 */
	int			significant_bits;	/* DM_AS_NUMBER: 1..53 */
	bool		as_text;		/* DM_AS_CATEGORY: cast to text first, so that any type will do */
	int64		width;			/* DM_AS_BUCKET: microseconds */
	int64		origin;			/* DM_AS_BUCKET: a start, as timestamptz */
	bool		has_threshold;	/* DM_AS_ACTUAL, DM_AS_PREDICTED: true is value >= threshold, else value = 1 or true */
	double		threshold;
	DmDictionary *dictionary;	/* DM_AS_DIMENSION, DM_AS_CATEGORY: made by dm_scan_begin */
	Oid			type;			/* filled in by dm_scan_begin */
} DmScanColumn;

typedef struct DmScan DmScan;

/*
 * NULL if the current user may read these columns of the relation page by
 * page, else why not ("row security is active", ...).  A missing privilege is
 * an error.
 */
extern const char *dm_scan_obstacle(Relation relation, const DmScanColumn *columns, int ncolumns);

/*
 * Its two halves.  A partition is read with the rights that somebody has on
 * the table he named: privilege is asked of that, storage of the partition.
 */
extern const char *dm_scan_privilege(Relation relation, const DmScanColumn *columns, int ncolumns);
extern const char *dm_scan_storage(Relation relation, const DmScanColumn *columns, int ncolumns);

/* Can values of the type be read as a dimension, or as the text of a category? */
extern bool dm_scan_has_cast(Oid type);

/* The columns are filled in and stay the caller's.  Rows: arrays of its own. */
extern DmScan *dm_scan_begin(Relation relation, Snapshot snapshot, DmScanColumn *columns, int ncolumns);

/* Visible rows of one block, any block in any order. */
extern DmRows *dm_scan_block(DmScan *scan, BlockNumber block);
extern BlockNumber dm_scan_blocks(DmScan *scan);
extern void dm_scan_end(DmScan *scan);

/* The profile of a whole heap, NULL if it has no rows; columns by their kinds (DM_KIND_...). */
extern struct varlena *dm_scan_profile(Relation relation, DmScanColumn *columns, const char *kinds,
									   int n, uint64 *rows);

/* The value behind an id as jsonb, as jsonb_build_object would show it; NULL id: JSON null. */
struct JsonbValue;
extern void dm_scan_value(const DmScanColumn *column, uint32 id, struct JsonbValue *out);

/* The same rows from a query whose result columns are those of "columns", run as the current user. */
typedef struct DmQueryScan DmQueryScan;
extern DmQueryScan *dm_query_begin(const char *query, DmScanColumn *columns, int ncolumns);
extern DmRows *dm_query_next(DmQueryScan *scan);	/* NULL at the end */

/*
 * Where another row lies that was joined to each: a relation and a ctid, the
 * last two columns of the query.  Asked for before the first row.
 */
typedef struct DmRowPlace
{
	Oid			relation;		/* InvalidOid: none was */
	ItemPointerData tid;
} DmRowPlace;

extern const DmRowPlace *dm_query_places(DmQueryScan *scan);
extern void dm_query_end(DmQueryScan *scan);

/* Microseconds since 2000; false: infinite, or a date that no timestamp holds. */
static inline bool
dm_time_of_date(DateADT day, int64 *t)
{
	/* before the product: it could leave 64 bits, and look like a time */
	if (DATE_NOT_FINITE(day) || day >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return false;
	*t = (int64) day * USECS_PER_DAY;
	return true;
}

#endif							/* DATAMON_SCAN_SCAN_H */
