/*
 * value_counts.h - what other C files may ask of value_counts.
 */
#ifndef DATAMON_TYPES_VALUE_COUNTS_H
#define DATAMON_TYPES_VALUE_COUNTS_H

#include "base/compat.h"

/*
 * Counts of two samples over the union of their categories, palloc'd; a
 * category that one side lacks has count 0 there.  Where one side has been
 * reduced to hash buckets, both are, and the categories are the buckets.
 */
typedef struct DmCategoryPair
{
	int			k;				/* categories in the union */
	double	   *a;
	double	   *b;
	double		total_a;
	double		total_b;
	uint64		nulls_a;
	uint64		nulls_b;
	bool		exact;			/* false: categories are hash buckets */
} DmCategoryPair;

extern void dm_value_counts_pair(const struct varlena *a, const struct varlena *b,
								 DmCategoryPair *out);

/*
 * For the aggregates of value_counts and profile: a packed value from the
 * working form's pieces is made by these.  "state" is a flat varlena, NULL at
 * first; the returned pointer replaces it (rule R7: it may be the same or a
 * larger palloc'd copy; the old one is never freed).  value NULL counts a NULL.
 */
extern struct varlena *dm_value_counts_add(struct varlena *state, const char *value, size_t len,
										   int limit);
/* The same row so many times, once or more. */
extern struct varlena *dm_value_counts_add_times(struct varlena *state, const char *value,
												 size_t len, int limit, uint64 count);
/* Merge b (packed or working) into working state a (NULL allowed). */
extern struct varlena *dm_value_counts_merge(struct varlena *a, const struct varlena *b);
/* Packed form of either form; a packed one is returned as it is. */
extern struct varlena *dm_value_counts_pack(const struct varlena *state);

/* An empty working form. */
extern struct varlena *dm_value_counts_create(int limit);

#define DM_VALUE_COUNTS_LIMIT 1000
#define DM_VALUE_COUNTS_MAX_LIMIT 100000

/* How often a value occurs; -1 where it shares a bucket, or may. */
extern int64 dm_value_counts_of(const struct varlena *state, const char *value, size_t len);

/* Text and binary input of an embedded value: profile contains these. */
extern bool dm_value_counts_valid(const struct varlena *packed);
struct DmJson;
extern struct varlena *dm_value_counts_read_json(struct DmJson *j);
extern void dm_value_counts_write_json(StringInfo buf, const struct varlena *packed);

#endif							/* DATAMON_TYPES_VALUE_COUNTS_H */
