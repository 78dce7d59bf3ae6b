/*
 * column_quality_internal.h - between the files of column_quality.
 */
#ifndef DATAMON_TYPES_COLUMN_QUALITY_INTERNAL_H
#define DATAMON_TYPES_COLUMN_QUALITY_INTERNAL_H

#include "base/type.h"
#include "types/column_quality.h"

extern const char *dm_quality_kind_name(uint8 kind);

extern struct varlena *dm_quality_pack(const DmQuality *q, const DmKept *kept);
extern bool dm_quality_read(const struct varlena *packed, DmQuality *q, DmKept *kept);

/* Counts, lengths and extremes of another column's rows, on top. */
extern void dm_quality_add_counts(DmQuality *q, const DmQuality *other);

/* Can rows have made this? */
extern bool dm_quality_valid(const DmQuality *q, const DmKept *kept);

extern void dm_quality_print(StringInfo buf, const struct varlena *packed);
extern struct varlena *dm_quality_parse(DmJson *j);

#endif							/* DATAMON_TYPES_COLUMN_QUALITY_INTERNAL_H */
