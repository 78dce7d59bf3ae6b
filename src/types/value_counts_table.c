/*
 * value_counts_table.c - the working form: a hash table and its strings in one
 * flat varlena.
 *
 * One allocation, starting at half a kilobyte, because a hash aggregate keeps
 * one per group.  To grow, a larger copy is made and the old one left alone:
 * it belongs to the executor, which frees it when it sees another pointer.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "port/pg_bitutils.h"

#include "base/checks.h"
#include "types/value_counts_internal.h"

#define VC_FIRST_BYTES 504		/* with 8 entries: 208 bytes of strings */
#define VC_FIRST_ENTRIES 8

/*
 * 64-bit FNV-1a (Fowler, Noll, Vo) with the finalizer of MurmurHash3 (Appleby),
 * which spreads its weak upper bits.  Stored buckets depend on it: it may
 * never change, and it does not depend on byte order or on the server.
 */
uint64
dm_vc_hash(const char *value, size_t len)
{
	uint64		h = UINT64CONST(0xcbf29ce484222325);
	size_t		i;

	for (i = 0; i < len; i++)
	{
		h ^= (unsigned char) value[i];
		h *= UINT64CONST(0x100000001b3);
	}
	h ^= h >> 33;
	h *= UINT64CONST(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64CONST(0xc4ceb9fe1a85ec53);
	h ^= h >> 33;
	return h;
}

/*
 * The form in which a value longer than VC_MAX_BYTES is kept: a prefix of
 * whole characters, then "...#" and the hash of all of it.  Returns its length.
 */
size_t
dm_vc_keep(const char *value, size_t len, char *kept)
{
	size_t		prefix = pg_mbcliplen(value, (int) len, VC_PREFIX_BYTES);
	uint64		hash = dm_vc_hash(value, len);

	memcpy(kept, value, prefix);
	snprintf(kept + prefix, VC_MAX_BYTES + 1 - prefix, "...#%08x%08x", (uint32) (hash >> 32),
			 (uint32) hash);
	return prefix + 20;
}

static Size
working_size(uint32 capacity, uint32 arena_size)
{
	return sizeof(VcWorking) + (Size) capacity * (sizeof(VcEntry) + 2 * sizeof(uint32)) +
		arena_size;
}

/* An empty table; the arena takes what the allocator would round away. */
static VcWorking *
allocate(int limit, uint32 capacity, uint32 arena_size)
{
	Size		size = Max(working_size(capacity, arena_size), VC_FIRST_BYTES);
	VcWorking  *w;

	if (size > VC_FIRST_BYTES && size <= 8192)
		size = pg_nextpower2_32((uint32) size);
	w = palloc0(size);
	dm_header_working(w, DM_VALUE_COUNTS, size);
	w->limit = limit;
	w->bits = VC_EXACT;
	w->capacity = capacity;
	w->arena_size = (uint32) (size - working_size(capacity, 0));
	return w;
}

/* An empty working form with room for so many entries. */
VcWorking *
dm_vc_create(int limit, uint32 capacity)
{
	return allocate(limit, pg_nextpower2_32(Max(capacity, VC_FIRST_ENTRIES)), 0);
}

struct varlena *
dm_value_counts_create(int limit)
{
	return (struct varlena *) dm_vc_create(limit, 0);
}

/*
 * Where a hash's entry is in the index, or the free place where it belongs.
 * In exact mode values are told apart by their bytes, else by bucket.
 */
static uint32 *
find(VcWorking *w, const char *value, uint32 len, uint64 hash)
{
	const VcEntry *entries = VC_ENTRIES(w);
	const char *arena = VC_ARENA(w);
	uint32	   *index = VC_INDEX(w);
	uint32		mask = 2 * w->capacity - 1;
	uint64		key = w->bits == VC_EXACT ? hash : vc_bucket(hash, w->bits);
	uint32		pos;

	for (pos = key & mask; index[pos] != 0; pos = (pos + 1) & mask)
	{
		const VcEntry *e = &entries[index[pos] - 1];

		if (w->bits == VC_EXACT
			? e->hash == hash && vc_same_value(arena + e->offset, e->len, value, len)
			: vc_bucket(e->hash, w->bits) == key)
			break;
	}
	return &index[pos];
}

static void
append_entry(VcWorking *w, uint32 *place, const VcItem *item)
{
	VcEntry    *e = &VC_ENTRIES(w)[w->nentries];

	e->hash = item->hash;
	e->count = item->count;
	e->offset = w->arena_used;
	e->len = (uint8) item->len;
	e->single = item->single;
	memcpy(VC_ARENA(w) + w->arena_used, item->value, item->len);
	w->arena_used += item->len;
	*place = ++w->nentries;
}

/* A copy with room for one more entry and len more bytes; no dead strings. */
static VcWorking *
enlarge(VcWorking *w, uint32 len)
{
	const VcEntry *e = VC_ENTRIES(w);
	uint32		capacity = w->capacity * (w->nentries < w->capacity ? 1 : 2);
	uint32		live = len;
	VcWorking  *larger;
	uint32		i;

	for (i = 0; i < w->nentries; i++)
		live += e[i].len;
	larger = allocate(w->limit, capacity, Max(w->arena_size, 2 * live));
	larger->n = w->n;
	larger->nulls = w->nulls;
	larger->bits = w->bits;
	for (i = 0; i < w->nentries; i++)
	{
		VcItem		item = {VC_ARENA(w) + e[i].offset, e[i].len, e[i].single, e[i].hash,
		e[i].count};

		append_entry(larger, find(larger, item.value, item.len, item.hash), &item);
	}
	return larger;
}

/* Reduce to buckets of so many bits, fewer than now. */
void
dm_vc_fold(VcWorking *w, int bits)
{
	VcEntry    *entries = VC_ENTRIES(w);
	const char *arena = VC_ARENA(w);
	uint32		n = w->nentries;
	uint32		i;

	w->bits = bits;
	w->nentries = 0;
	memset(VC_INDEX(w), 0, 2 * w->capacity * sizeof(uint32));
	for (i = 0; i < n; i++)
	{
		VcEntry		e = entries[i];
		uint32	   *place = find(w, NULL, 0, e.hash);
		VcEntry    *into;

		if (*place == 0)
		{
			entries[w->nentries] = e;
			*place = ++w->nentries;
			continue;
		}
		into = &entries[*place - 1];
		/* two entries are two values: only then had they two entries */
		e.count += into->count;
		e.single = false;
		if (into->hash < e.hash ||
			(into->hash == e.hash &&
			 vc_compare_values(arena + into->offset, into->len, arena + e.offset, e.len) < 0))
		{
			e.hash = into->hash;
			e.offset = into->offset;
			e.len = into->len;
		}
		*into = e;
	}
}

static int
compare_hashes(const void *a, const void *b)
{
	uint64		x = *(const uint64 *) a;
	uint64		y = *(const uint64 *) b;

	return (x > y) - (x < y);
}

/*
 * The largest number of bits, at most what there is now, that occupies no more
 * buckets than the limit.  In hash order, two neighbours part at the first bit
 * in which they differ, so one more bucket is occupied from there on.
 */
static int
widest_bits(const VcWorking *w)
{
	const VcEntry *e = VC_ENTRIES(w);
	uint64	   *hashes = palloc(w->nentries * sizeof(uint64));
	uint32		parting[65] = {0};
	int			most = w->bits == VC_EXACT ? VC_MAX_BITS : w->bits;
	uint32		occupied = 1;
	int			bits;
	uint32		i;

	for (i = 0; i < w->nentries; i++)
		hashes[i] = e[i].hash;
	qsort(hashes, w->nentries, sizeof(uint64), compare_hashes);
	for (i = 1; i < w->nentries; i++)
	{
		uint64		differ = hashes[i - 1] ^ hashes[i];

		parting[differ == 0 ? 64 : 63 - pg_leftmost_one_pos64(differ)]++;
	}
	pfree(hashes);
	for (bits = 0; bits < most; bits++)
	{
		occupied += parting[bits];
		if (occupied > (uint32) w->limit)
			break;
	}
	return bits;
}

/* A value of a smaller hash has joined a bucket: it is the exemplar now. */
static VcWorking *
replace_exemplar(VcWorking *w, uint32 number, const VcItem *item)
{
	VcEntry    *e;

	if (w->arena_used + item->len > w->arena_size)
		w = enlarge(w, item->len);
	e = &VC_ENTRIES(w)[number];
	e->hash = item->hash;
	e->offset = w->arena_used;
	e->len = (uint8) item->len;
	memcpy(VC_ARENA(w) + w->arena_used, item->value, item->len);
	w->arena_used += item->len;
	return w;
}

/* Add an item; the result replaces w. */
VcWorking *
dm_vc_put(VcWorking *w, const VcItem *item)
{
	uint64		n = dm_add_count(w->n, item->count);
	uint32	   *place = find(w, item->value, item->len, item->hash);

	if (*place != 0)
	{
		uint32		number = *place - 1;
		VcEntry    *e = &VC_ENTRIES(w)[number];

		e->count += item->count;
		w->n = n;
		if (w->bits != VC_EXACT)
		{
			int			c = e->hash != item->hash ? (e->hash < item->hash ? -1 : 1) :
			vc_compare_values(VC_ARENA(w) + e->offset, e->len, item->value, item->len);

			if (c != 0 || !item->single)
				e->single = false;
			if (c > 0)
				w = replace_exemplar(w, number, item);
		}
		return w;
	}
	if (w->nentries == w->capacity || w->arena_used + item->len > w->arena_size)
	{
		w = enlarge(w, item->len);
		place = find(w, item->value, item->len, item->hash);
	}
	append_entry(w, place, item);
	w->n = n;
	if (w->nentries > (uint32) w->limit)
		dm_vc_fold(w, widest_bits(w));
	return w;
}

/* The working form of a state that may be packed, with a limit of its own. */
static VcWorking *
working_from(const struct varlena *state)
{
	VcWorking  *w;
	VcScan		s;
	VcItem		item;

	dm_vc_scan_begin(&s, state);
	w = dm_vc_create(s.limit, s.nentries);
	w->bits = s.bits;
	w->nulls = s.nulls;
	while (dm_vc_scan_next(&s, &item))
		w = dm_vc_put(w, &item);
	return w;
}

struct varlena *
dm_value_counts_add(struct varlena *state, const char *value, size_t len, int limit)
{
	return dm_value_counts_add_times(state, value, len, limit, 1);
}

struct varlena *
dm_value_counts_add_times(struct varlena *state, const char *value, size_t len, int limit,
						  uint64 count)
{
	char		kept[VC_MAX_BYTES + 1];
	VcWorking  *w;
	VcItem		item;

	if (state == NULL)
		w = dm_vc_create(limit, 0);
	else
		w = DM_IS_WORKING(state) ? (VcWorking *) state : working_from(state);
	if (w->limit != limit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"max_values\" must be the same for all rows of a group"),
				 errdetail("It was %d and is now %d.", w->limit, limit)));
	if (value == NULL)
	{
		w->nulls = dm_add_count(w->nulls, count);
		return (struct varlena *) w;
	}
	if (len > VC_MAX_BYTES)
	{
		len = dm_vc_keep(value, len, kept);
		value = kept;
	}
	item.value = value;
	item.len = (uint32) len;
	item.hash = dm_vc_hash(value, len);
	item.count = count;
	item.single = true;
	return (struct varlena *) dm_vc_put(w, &item);
}

struct varlena *
dm_value_counts_merge(struct varlena *a, const struct varlena *b)
{
	VcWorking  *w;
	VcScan		s;
	VcItem		item;

	if (a == NULL)
		return (struct varlena *) working_from(b);
	w = DM_IS_WORKING(a) ? (VcWorking *) a : working_from(a);
	dm_vc_scan_begin(&s, b);
	if (s.limit < w->limit)
	{
		w->limit = s.limit;
		if (w->nentries > (uint32) w->limit)
			dm_vc_fold(w, widest_bits(w));
	}
	if (s.bits != VC_EXACT && (w->bits == VC_EXACT || w->bits > s.bits))
		dm_vc_fold(w, s.bits);
	w->nulls = dm_add_count(w->nulls, s.nulls);
	while (dm_vc_scan_next(&s, &item))
		w = dm_vc_put(w, &item);
	return (struct varlena *) w;
}
