/*
 * segment.h - segments as jsonb objects.
 */
#ifndef DATAMON_CUBE_SEGMENT_H
#define DATAMON_CUBE_SEGMENT_H

#include "postgres.h"

#include "scan/scan.h"

typedef struct DmSegments DmSegments;

/* Lives in the current memory context; dimensions are the columns of a scan. */
extern DmSegments *dm_segments_new(const DmScanColumn *dimension, const char *const *name, int n);

/* The object of the dimensions that are fixed; overwritten by the next. */
extern const struct varlena *dm_segment_jsonb(DmSegments *s, uint32 fixed, const uint32 *key);

#endif							/* DATAMON_CUBE_SEGMENT_H */
