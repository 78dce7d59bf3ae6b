/*
 * value_counts_internal.h - the two forms of value_counts, shared by its files.
 *
 * Exact mode keeps every distinct value with its count.  When the distinct
 * values exceed the limit, hashed mode keeps buckets: the values whose 64-bit
 * hashes share their upper "bits" bits.  bits is the largest number that
 * leaves at most "limit" occupied buckets, so it depends on the set of values
 * alone.  A bucket remembers its total count, the value with the smallest hash
 * as its exemplar, and whether that value is its only one; sums, minima and
 * "one and the same" are associative and commutative, and a bucket of fewer
 * bits is made of the buckets of more bits, so every order and every split of
 * the same rows ends in the same bytes.
 */
#ifndef DATAMON_TYPES_VALUE_COUNTS_INTERNAL_H
#define DATAMON_TYPES_VALUE_COUNTS_INTERNAL_H

#include "base/wire.h"
#include "types/value_counts.h"

#define VC_TYPE_NAME "value_counts"
#define VC_MAX_LIMIT DM_VALUE_COUNTS_MAX_LIMIT	/* of distinct values a caller may ask for */
#define VC_MAX_BYTES 128		/* of one kept value */
#define VC_PREFIX_BYTES 108		/* of a longer one, before "...#" and 16 digits */
#define VC_EXACT (-1)			/* "bits" of exact mode */
#define VC_MAX_BITS 63

/* One value or bucket, in whichever form it was found; value is borrowed. */
typedef struct VcItem
{
	const char *value;
	uint32		len;
	bool		single;			/* the count is of this value alone */
	uint64		hash;
	uint64		count;
} VcItem;

typedef struct VcEntry
{
	uint64		hash;			/* of the value */
	uint64		count;
	uint32		offset;			/* of the value in the arena */
	uint8		len;
	bool		single;
	uint8		unused[2];
} VcEntry;

/*
 * Working form: this struct, VcEntry[capacity], uint32[2 * capacity] (open
 * addressing: entry number + 1, 0 is free), char[arena_size].
 */
typedef struct VcWorking
{
	DmHeader	header;
	uint64		n;				/* sum of all counts */
	uint64		nulls;
	int32		limit;
	int32		bits;			/* VC_EXACT or 0..63 */
	uint32		nentries;
	uint32		capacity;		/* a power of two */
	uint32		arena_used;
	uint32		arena_size;
} VcWorking;

#define VC_ENTRIES(w) ((VcEntry *) ((char *) (w) + sizeof(VcWorking)))
#define VC_INDEX(w) ((uint32 *) (VC_ENTRIES(w) + (w)->capacity))
#define VC_ARENA(w) ((char *) (VC_INDEX(w) + 2 * (w)->capacity))

/* What stands before the entries of either form, and a cursor over them. */
typedef struct VcScan
{
	uint64		nulls;
	int			limit;
	int			bits;			/* VC_EXACT or 0..63 */
	uint32		nentries;
	uint32		seen;
	const VcWorking *working;	/* NULL: packed */
	DmReader	reader;
} VcScan;

static inline uint64
vc_bucket(uint64 hash, int bits)
{
	return bits == 0 ? 0 : hash >> (64 - bits);
}

static inline bool
vc_same_value(const char *a, uint32 a_len, const char *b, uint32 b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static inline int
vc_compare_values(const char *a, uint32 a_len, const char *b, uint32 b_len)
{
	int			c = memcmp(a, b, Min(a_len, b_len));

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

#define VC_MODE_EXACT 0
#define VC_MODE_HASHED 1

/* Head and entry of exact mode, where room has been made; each returns its end. */
static inline uint8 *
dm_vc_head_to(uint8 *pos, int limit, uint64 nulls, uint32 nentries)
{
	pos = dm_varint_to(pos, (uint64) limit);
	pos = dm_varint_to(pos, nulls);
	*pos++ = VC_MODE_EXACT;
	return dm_varint_to(pos, nentries);
}

static inline uint8 *
dm_vc_item_to(uint8 *pos, const char *value, size_t len, uint64 count)
{
	pos = dm_varint_to(pos, len);
	memcpy(pos, value, len);
	return dm_varint_to(pos + len, count);
}

/* value_counts_table.c */
extern uint64 dm_vc_hash(const char *value, size_t len);
extern size_t dm_vc_keep(const char *value, size_t len, char *kept);
extern VcWorking *dm_vc_create(int limit, uint32 capacity);
extern VcWorking *dm_vc_put(VcWorking *w, const VcItem *item);
extern void dm_vc_fold(VcWorking *w, int bits);

/* value_counts_packed.c */
extern void dm_vc_scan_begin(VcScan *s, const struct varlena *state);
extern bool dm_vc_scan_next(VcScan *s, VcItem *item);
extern VcItem *dm_vc_items(const struct varlena *state, VcScan *s);
extern int	dm_vc_by_value(const void *a, const void *b);
extern int	dm_vc_by_hash(const void *a, const void *b);
extern const char *dm_vc_problem(const struct varlena *packed);

#endif							/* DATAMON_TYPES_VALUE_COUNTS_INTERNAL_H */
