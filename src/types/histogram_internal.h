/*
 * histogram_internal.h - between the histogram type and its aggregates.
 */
#ifndef DATAMON_TYPES_HISTOGRAM_INTERNAL_H
#define DATAMON_TYPES_HISTOGRAM_INTERNAL_H

#include "types/working.h"

/* Unpack a histogram of either form. */
extern void dm_histogram_unpack(const struct varlena *h, DmSketch *out);
extern struct varlena *dm_histogram_pack(const DmSketch *s);

/* An empty working form. */
extern DmWorking *dm_histogram_working(DmGrid grid);

#endif							/* DATAMON_TYPES_HISTOGRAM_INTERNAL_H */
