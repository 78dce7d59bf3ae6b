/*
 * heap.h - a heap that a monitor follows.
 */
#ifndef DATAMON_CUBE_HEAP_H
#define DATAMON_CUBE_HEAP_H

#include "postgres.h"

#include "utils/array.h"
#include "utils/relcache.h"
#include "utils/timestamp.h"

#include "scan/scan.h"

/* Whose page map of which heap. */
typedef struct DmStoredMap
{
	int32		monitor;
	Oid			relation;
} DmStoredMap;

/* A chunk of it, for dm_track. */
extern bytea *dm_stored_chunk(void *from, uint32 number);

/*
 * The relation as it can be read with the rights that the caller has on the
 * table he named: that table itself, or a partition of it.  Obstacle: why it
 * cannot, NULL if it can.
 */
extern Relation dm_open_heap(Oid named, Oid relid, ArrayType *names, DmScanColumn *columns, int ncolumns,
							 const char **obstacle);

/* Number of the bucket at which a time's window begins. */
static inline int64
dm_first_bucket(TimestampTz t, TimestampTz origin, int64 width)
{
	int64		d = t - origin;

	if (TIMESTAMP_IS_NOBEGIN(t))
		return PG_INT64_MIN + 1;
	return d / width - (d % width < 0);
}

#endif							/* DATAMON_CUBE_HEAP_H */
