/*
 * sketch_packed.c - packed bytes of one numeric column.
 *
 * docs/types.md has the layout.  Keys are written as differences, counts as
 * they are, both in Rice codes whose parameter is the logarithm of the mean:
 * a value's bytes are a function of the value, so equality is memcmp.
 */
#include "postgres.h"

#include <math.h>

#include "stats/vectorise.h"
#include "types/rice.h"
#include "types/sketch.h"
#include "types/sum_io.h"

/* flags of a packed column */
#define HAS_NULLS 0x01
#define HAS_NON_FINITE 0x02
#define HAS_SUMS 0x04
#define ALL_COUNTS_ONE 0x08
#define EXACT 0x10
#define KNOWN_FLAGS 0x1f

/* Flags, four counts, entries, shift, first key and two parameters. */
#define MOST_HEAD_BYTES (1 + 4 * DM_MOST_VARINT_BYTES + 1 + DM_MOST_VARINT_BYTES * 2 + 2)

/* The same and the codes of at most DM_TINY values. */
#define TINY_BYTES (MOST_HEAD_BYTES + DM_TINY * DM_RICE_MOST_BYTES + DM_BITS_SLACK)

/* Entries where they are: members of DmEntry, or two arrays. */
typedef struct Entries
{
	const int64 *key;
	const uint64 *count;		/* NULL: all are 1 */
	size_t		n;
	uint64		total;			/* sum of the counts */
} Entries;

/*
 * First key, parameters and codes.  "stride" is the distance of entries in
 * words, "drop" the zero bits by which their keys are shortened, "counts" tells
 * whether there are any: mostly constants at each call, so that this becomes
 * one loop for each.
 */
static pg_attribute_always_inline uint8 *
put_codes(uint8 *pos, const Entries *e, size_t stride, int drop, bool counts)
{
	DmBitWriter w;
	int64		key = dm_key_fold(e->key[0], drop);
	uint64		span = (uint64) dm_key_fold(e->key[(e->n - 1) * stride], drop) - (uint64) key;
	int			k_keys = e->n > 1 ? dm_rice_parameter(span - (e->n - 1), e->n - 1) : 0;
	int			k_counts = 0;
	size_t		i;

	pos = dm_varint_to(pos, ((uint64) key << 1) ^ (uint64) (key >> 63));
	if (e->n > 1)
		*pos++ = (uint8) k_keys;
	if (counts)
	{
		k_counts = dm_rice_parameter(e->total - e->n, e->n);
		*pos++ = (uint8) k_counts;
	}
	w.pos = pos;
	w.acc = 0;
	w.bits = 0;
	if (counts)
		dm_put_rice(&w, e->count[0] - 1, k_counts);
	for (i = 1; i < e->n; i++)
	{
		int64		next = dm_key_fold(e->key[i * stride], drop);

		dm_put_rice(&w, (uint64) next - (uint64) key - 1, k_keys);
		if (counts)
			dm_put_rice(&w, e->count[i * stride] - 1, k_counts);
		key = next;
	}
	return dm_bits_end(&w);
}

DM_SHIFTS static uint8 *
put_entries(uint8 *pos, const Entries *e, int drop)
{
	size_t		stride = sizeof(DmEntry) / sizeof(int64);

	if (drop > 0)
		return put_codes(pos, e, stride, drop, e->count != NULL);
	return e->count ? put_codes(pos, e, stride, 0, true) : put_codes(pos, e, stride, 0, false);
}

DM_SHIFTS static uint8 *
put_arrays(uint8 *pos, const Entries *e)
{
	return e->count ? put_codes(pos, e, 1, 0, true) : put_codes(pos, e, 1, 0, false);
}

/* Everything up to the entries' codes, or up to the number of entries if there are none. */
static uint8 *
put_head(uint8 *pos, const DmSketch *s, const Entries *e, int drop)
{
	bool		non_finite = (s->nans | s->neg_inf | s->pos_inf) != 0;

	*pos++ = (uint8) ((s->nulls ? HAS_NULLS : 0) | (non_finite ? HAS_NON_FINITE : 0) |
					  (s->sum ? HAS_SUMS : 0) | (e->count ? 0 : ALL_COUNTS_ONE) |
					  (s->shift == 0 ? EXACT : 0));
	if (s->nulls)
		pos = dm_varint_to(pos, s->nulls);
	if (non_finite)
	{
		pos = dm_varint_to(pos, s->nans);
		pos = dm_varint_to(pos, s->neg_inf);
		pos = dm_varint_to(pos, s->pos_inf);
	}
	pos = dm_varint_to(pos, e->n);
	if (e->n > 0)
		*pos++ = (uint8) (s->shift == 0 ? drop : s->shift);
	return pos;
}

static Size
most_bytes(const Entries *e)
{
	return MOST_HEAD_BYTES + e->n * DM_RICE_MOST_BYTES * (e->count ? 2 : 1) + DM_BITS_SLACK;
}

/* The low bits of the smallest and the largest value, and sums. */
static void
put_tail(StringInfo buf, const DmSketch *s)
{
	double		edge[2] = {s->min, s->max};
	int			which;
	int			i;

	if (s->shift > 0)
		for (which = 0; which < 2; which++)
		{
			uint64		bits = dm_bits(edge[which]) & ((UINT64CONST(1) << s->shift) - 1);

			for (i = 0; i < s->shift; i += 8)
				dm_put_u8(buf, (uint8) (bits >> i));
		}
	if (s->sum)
	{
		dm_sum_write(buf, s->sum);
		dm_sum_write(buf, s->squares);
	}
}

static inline void
finish(StringInfo buf, const uint8 *pos, const DmSketch *s)
{
	buf->len = (int) ((const char *) pos - buf->data);
	buf->data[buf->len] = '\0';
	if (s->shift > 0 && s->n > 0)
		put_tail(buf, s);
}

void
dm_sketch_write(StringInfo buf, const DmSketch *s)
{
	dm_sketch_write_known(buf, s, s->shift == 0 ? dm_trailing_zeros(s->entry, s->n) : 0,
						  dm_sketch_count(s));
}

void
dm_sketch_write_known(StringInfo buf, const DmSketch *s, int drop, uint64 total)
{
	Entries		e = {&s->entry->key, &s->entry->count, s->n, total};
	uint8	   *pos;

	if (e.total == s->n)
		e.count = NULL;
	enlargeStringInfo(buf, (int) most_bytes(&e));
	pos = put_head((uint8 *) buf->data + buf->len, s, &e, drop);
	if (s->n > 0)
		pos = put_entries(pos, &e, drop);
	finish(buf, pos, s);
}

void
dm_sketch_write_arrays(StringInfo buf, const DmSketch *s, int drop, const int64 *key,
					   const uint64 *count, uint64 total)
{
	Entries		e = {key, total == s->n ? NULL : count, s->n, total};
	uint8	   *pos;

	enlargeStringInfo(buf, (int) most_bytes(&e));
	pos = put_head((uint8 *) buf->data + buf->len, s, &e, drop);
	if (s->n > 0)
		pos = put_arrays(pos, &e);
	finish(buf, pos, s);
}

static inline void
put_in_order(int64 *a, int64 *b)
{
	int64		least = Min(*a, *b);

	*b = Max(*a, *b);
	*a = least;
}

/* Sorted by a network: what is beyond n is larger than any key. */
static inline void
sort_keys(int64 key[DM_TINY])
{
	put_in_order(&key[0], &key[1]);
	put_in_order(&key[2], &key[3]);
	put_in_order(&key[0], &key[2]);
	put_in_order(&key[1], &key[3]);
	put_in_order(&key[1], &key[2]);
}

bool
dm_sketch_write_tiny(StringInfo buf, const DmGrid *grid, const double *x, int n)
{
	int64		key[DM_TINY] = {PG_INT64_MAX, PG_INT64_MAX, PG_INT64_MAX, PG_INT64_MAX};
	Entries		e = {key, NULL, (size_t) n, (uint64) n};
	uint64		any = 0;
	uint64		exponents = 0;
	bool		same = false;
	uint8	   *pos;
	int			drop;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint64		mag = dm_bits(x[i]) & ~DM_SIGN_BIT;

		any |= mag;
		/* an exponent of all ones overflows into the top bit */
		exponents |= mag + (UINT64CONST(1) << 52);
	}
	drop = any ? __builtin_ctzll(any) : DM_MAX_SHIFT;
	if ((exponents & DM_SIGN_BIT) || !dm_bins_exact((size_t) n, drop, grid))
		return false;
	for (i = 0; i < n; i++)
		key[i] = dm_key(x[i], drop);
	if (n > 1)
		sort_keys(key);
	for (i = 1; i < n; i++)
		same |= key[i] == key[i - 1];
	if (same)
		return false;
	if (unlikely(buf->maxlen - buf->len <= TINY_BYTES))
		enlargeStringInfo(buf, TINY_BYTES);
	pos = (uint8 *) buf->data + buf->len;
	*pos++ = ALL_COUNTS_ONE | EXACT;
	*pos++ = (uint8) n;
	*pos++ = (uint8) drop;
	pos = put_arrays(pos, &e);
	buf->len = (int) ((const char *) pos - buf->data);
	buf->data[buf->len] = '\0';
	return true;
}

static double
get_low_bits(DmReader *r, int64 key, int shift)
{
	uint64		bits = 0;
	int			i;

	for (i = 0; i < shift; i += 8)
		bits |= (uint64) dm_get_u8(r) << i;
	if (bits >> shift)
		r->failed = true;
	if (key == 0)
		return 0;
	return dm_from_bits(dm_bits(dm_key_near(key, shift)) | bits);
}

static void
read_entries(DmReader *r, DmSketch *s, int drop, bool counts)
{
	DmBitReader b;
	uint64		zigzag = dm_get_varint(r);
	int64		key = (int64) (zigzag >> 1) ^ -(int64) (zigzag & 1);
	int			k_keys = s->n > 1 ? dm_get_u8(r) : 0;
	int			k_counts = counts ? dm_get_u8(r) : 0;
	uint64		most = UINT64CONST(0x7fefffffffffffff) >> (s->shift > 0 ? s->shift : drop);
	size_t		i;

	if (k_keys > 63 || k_counts > 63)
		r->failed = true;
	dm_bits_begin(&b, r);
	for (i = 0; i < s->n && !r->failed && !b.failed; i++)
	{
		DmEntry    *e = &s->entry[i];

		if (i > 0)
			key = (int64) ((uint64) key + dm_get_rice(&b, k_keys) + 1);
		e->count = counts ? dm_get_rice(&b, k_counts) + 1 : 1;
		/* undo the drop of trailing zero bits */
		if (key == 0)
			e->key = 0;
		else
		{
			uint64		mag = (uint64) (key > 0 ? key - 1 : -(key + 1));

			if (mag > most)
			{
				r->failed = true;
				return;
			}
			mag <<= drop;
			e->key = key > 0 ? (int64) mag + 1 : -(int64) mag - 1;
		}
	}
	dm_bits_finish(&b, r);
}

void
dm_grid_write(StringInfo buf, const DmGrid *grid)
{
	dm_put_varint(buf, grid->max_bytes);
	dm_put_u8(buf, (uint8) grid->min_shift);
}

bool
dm_grid_read(DmReader *r, DmGrid *grid)
{
	uint64		max_bytes = dm_get_varint(r);

	grid->min_shift = dm_get_u8(r);
	if (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES || grid->min_shift > 52)
		r->failed = true;
	grid->max_bytes = (uint32) max_bytes;
	return !r->failed;
}

bool
dm_sketch_read_head(DmReader *r, const DmGrid *grid, DmSketch *s, uint8 *flags)
{
	uint64		n;

	memset(s, 0, sizeof(*s));
	s->grid = *grid;
	s->min = INFINITY;
	s->max = -INFINITY;
	*flags = dm_get_u8(r);
	if (*flags & ~KNOWN_FLAGS)
		r->failed = true;
	if (*flags & HAS_NULLS)
		s->nulls = dm_get_varint(r);
	if (*flags & HAS_NON_FINITE)
	{
		s->nans = dm_get_varint(r);
		s->neg_inf = dm_get_varint(r);
		s->pos_inf = dm_get_varint(r);
	}
	n = dm_get_varint(r);
	/* an entry takes at least a bit, so a lying count cannot ask for memory */
	if (n > ((uint64) (r->end - r->pos) + 1) * 8)
		r->failed = true;
	s->n = r->failed ? 0 : n;
	return !r->failed;
}

bool
dm_sketch_read_rest(DmReader *r, DmSketch *s, uint8 flags)
{
	int			shift;
	int			drop = 0;

	if (s->n == 0)
		return !r->failed;
	shift = dm_get_u8(r);
	if (shift > DM_MAX_SHIFT || (!(flags & EXACT) && shift == 0))
		r->failed = true;
	if (flags & EXACT)
		drop = shift;
	else
		s->shift = shift;
	if (!r->failed)
		read_entries(r, s, drop, !(flags & ALL_COUNTS_ONE));
	if (r->failed)
		return false;
	if (flags & EXACT)
	{
		s->min = dm_key_near(s->entry[0].key, 0);
		s->max = dm_key_near(s->entry[s->n - 1].key, 0);
	}
	else
	{
		s->min = get_low_bits(r, s->entry[0].key, shift);
		s->max = get_low_bits(r, s->entry[s->n - 1].key, shift);
	}
	if (flags & HAS_SUMS)
	{
		s->sum = dm_sum_read(r);
		s->squares = dm_sum_read(r);
	}
	return !r->failed;
}

bool
dm_sketch_read(DmReader *r, const DmGrid *grid, DmSketch *s)
{
	uint8		flags;

	if (!dm_sketch_read_head(r, grid, s, &flags))
		return false;
	s->entry = palloc(sizeof(DmEntry) * Max(s->n, 1));
	return dm_sketch_read_rest(r, s, flags);
}

/* Pass over the codes, which say where they end, and nothing before them does. */
static void
skip_entries(DmReader *r, uint64 n, bool counts)
{
	DmBitReader b;
	int			k_keys;
	int			k_counts;
	uint64		i;

	(void) dm_get_varint(r);
	k_keys = n > 1 ? dm_get_u8(r) : 0;
	k_counts = counts ? dm_get_u8(r) : 0;
	if (k_keys > 63 || k_counts > 63)
		r->failed = true;
	dm_bits_begin(&b, r);
	if (counts)
		(void) dm_get_rice(&b, k_counts);
	for (i = 1; i < n && !b.failed; i++)
	{
		(void) dm_get_rice(&b, k_keys);
		if (counts)
			(void) dm_get_rice(&b, k_counts);
	}
	dm_bits_finish(&b, r);
}

static void
skip_sum(DmReader *r)
{
	uint64		len = dm_get_varint(r);

	if (len > 0)
		(void) dm_get_varint(r);
	(void) dm_get_bytes(r, len);
}

void
dm_sketch_skip(DmReader *r)
{
	uint8		flags = dm_get_u8(r);
	int			counts = ((flags & HAS_NULLS) ? 1 : 0) + ((flags & HAS_NON_FINITE) ? 3 : 0);
	uint64		n;
	int			shift;

	while (counts-- > 0)
		(void) dm_get_varint(r);
	n = dm_get_varint(r);
	if (r->failed || n == 0)
		return;
	shift = dm_get_u8(r);
	skip_entries(r, n, !(flags & ALL_COUNTS_ONE));
	if (!(flags & EXACT))
		(void) dm_get_bytes(r, 2 * (((size_t) shift + 7) / 8));
	if (flags & HAS_SUMS)
	{
		skip_sum(r);
		skip_sum(r);
	}
}
