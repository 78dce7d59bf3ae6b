/*
 * sketch_io.c - packed bytes and text form of one numeric column.
 *
 * docs/types.md has the layout.  Keys are written as differences, counts as
 * they are, both in Rice codes whose parameter is the logarithm of the mean:
 * a value's bytes are a function of the value, so equality is memcmp.
 */
#include "postgres.h"

#include <math.h>

#include "types/sketch.h"
#include "types/sum_io.h"

/* flags of a packed column */
#define HAS_NULLS 0x01
#define HAS_NON_FINITE 0x02
#define HAS_SUMS 0x04
#define ALL_COUNTS_ONE 0x08
#define EXACT 0x10
#define KNOWN_FLAGS 0x1f

/* A quotient this long is an escape: 64 plain bits follow. */
#define RICE_ESCAPE 40

/* Bits are written most significant first, through a word. */
typedef struct BitWriter
{
	uint8	   *pos;			/* room has been made for everything */
	uint64		acc;
	int			bits;			/* in acc; below 8 between calls */
} BitWriter;

static inline void
put_bits(BitWriter *w, uint64 v, int n)
{
	if (n > 32)
	{
		put_bits(w, v >> 32, n - 32);
		v &= PG_UINT32_MAX;
		n = 32;
	}
	w->acc = (w->acc << n) | v;
	w->bits += n;
	while (w->bits >= 8)
	{
		w->bits -= 8;
		*w->pos++ = (uint8) (w->acc >> w->bits);
	}
}

static inline void
put_rice(BitWriter *w, uint64 v, int k)
{
	uint64		q = v >> k;

	if (q >= RICE_ESCAPE)
	{
		put_bits(w, (UINT64CONST(1) << RICE_ESCAPE) - 1, RICE_ESCAPE);
		put_bits(w, v, 64);
		return;
	}
	put_bits(w, ((UINT64CONST(1) << q) - 1) << 1, (int) q + 1);
	put_bits(w, v & ((UINT64CONST(1) << k) - 1), k);
}

/* A difference and a count may both be escapes. */
#define MOST_BYTES_PER_ENTRY (2 * (RICE_ESCAPE + 64) / 8)

typedef struct BitReader
{
	DmReader   *r;
	uint64		acc;			/* unread bits, from the top */
	int			bits;
} BitReader;

/* At least 57 bits, or all there are. */
static inline void
refill(BitReader *b)
{
	while (b->bits <= 56 && b->r->pos < b->r->end)
	{
		b->acc |= (uint64) *b->r->pos++ << (56 - b->bits);
		b->bits += 8;
	}
}

static inline uint64
get_bits(BitReader *b, int n)
{
	uint64		v;

	if (n == 0)
		return 0;
	if (n > 32)
	{
		v = get_bits(b, n - 32);
		return (v << 32) | get_bits(b, 32);
	}
	if (b->bits < n)
	{
		refill(b);
		if (b->bits < n)
		{
			b->r->failed = true;
			return 0;
		}
	}
	v = b->acc >> (64 - n);
	b->acc <<= n;
	b->bits -= n;
	return v;
}

static inline uint64
get_rice(BitReader *b, int k)
{
	int			q;

	refill(b);
	q = b->acc == PG_UINT64_MAX ? 64 : __builtin_clzll(~b->acc);
	if (q >= RICE_ESCAPE)
	{
		(void) get_bits(b, RICE_ESCAPE - 32);
		(void) get_bits(b, 32);
		return get_bits(b, 64);
	}
	(void) get_bits(b, q + 1 > 32 ? 32 : q + 1);
	if (q + 1 > 32)
		(void) get_bits(b, q + 1 - 32);
	return ((uint64) q << k) | get_bits(b, k);
}

/* Bytes that were looked at but not used go back; the rest of one is padding. */
static void
finish_bits(BitReader *b)
{
	b->r->pos -= b->bits / 8;
}

static int
log2_floor(uint64 v)
{
	return v < 2 ? 0 : 63 - __builtin_clzll(v);
}

/* The bits below the grid of the smallest and the largest value. */
static void
put_low_bits(StringInfo buf, double x, int shift)
{
	uint64		bits = dm_bits(x);
	int			i;

	for (i = 0; i < shift; i += 8)
		dm_put_u8(buf, (uint8) ((bits & ((UINT64CONST(1) << shift) - 1)) >> i));
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

/* Keys and counts; an exact list is written without its trailing zero bits. */
static void
write_entries(StringInfo buf, const DmSketch *s, int drop, bool counts)
{
	BitWriter	w;
	int64		first = dm_key_fold(s->entry[0].key, drop);
	int64		last = dm_key_fold(s->entry[s->n - 1].key, drop);
	int64		key = first;
	uint64		total = dm_sketch_count(s);
	int			k_keys = s->n > 1 ? log2_floor(((uint64) last - (uint64) first - (s->n - 1)) / (s->n - 1)) : 0;
	int			k_counts = log2_floor((total - s->n) / s->n);
	size_t		i;

	dm_put_varint(buf, ((uint64) first << 1) ^ (uint64) (first >> 63));
	if (s->n > 1)
		dm_put_u8(buf, (uint8) k_keys);
	if (counts)
		dm_put_u8(buf, (uint8) k_counts);
	enlargeStringInfo(buf, (int) (s->n * MOST_BYTES_PER_ENTRY + 8));
	w.pos = (uint8 *) buf->data + buf->len;
	w.acc = 0;
	w.bits = 0;
	for (i = 0; i < s->n; i++)
	{
		int64		next = dm_key_fold(s->entry[i].key, drop);

		if (i > 0)
			put_rice(&w, (uint64) next - (uint64) key - 1, k_keys);
		if (counts)
			put_rice(&w, s->entry[i].count - 1, k_counts);
		key = next;
	}
	if (w.bits > 0)
		*w.pos++ = (uint8) (w.acc << (8 - w.bits));
	buf->len = (int) ((char *) w.pos - buf->data);
	buf->data[buf->len] = '\0';
}

void
dm_sketch_write(StringInfo buf, const DmSketch *s)
{
	uint8		flags = 0;
	bool		ones = dm_sketch_count(s) == s->n;
	int			drop = 0;

	if (s->nulls)
		flags |= HAS_NULLS;
	if (s->nans || s->neg_inf || s->pos_inf)
		flags |= HAS_NON_FINITE;
	if (s->sum)
		flags |= HAS_SUMS;
	if (ones)
		flags |= ALL_COUNTS_ONE;
	if (s->shift == 0)
	{
		flags |= EXACT;
		drop = dm_trailing_zeros(s->entry, s->n);
	}
	dm_put_u8(buf, flags);
	if (s->nulls)
		dm_put_varint(buf, s->nulls);
	if (flags & HAS_NON_FINITE)
	{
		dm_put_varint(buf, s->nans);
		dm_put_varint(buf, s->neg_inf);
		dm_put_varint(buf, s->pos_inf);
	}
	dm_put_varint(buf, s->n);
	if (s->n == 0)
		return;
	dm_put_u8(buf, (uint8) (s->shift == 0 ? drop : s->shift));
	write_entries(buf, s, drop, !ones);
	if (s->shift > 0)
	{
		put_low_bits(buf, s->min, s->shift);
		put_low_bits(buf, s->max, s->shift);
	}
	if (s->sum)
	{
		dm_sum_write(buf, s->sum);
		dm_sum_write(buf, s->squares);
	}
}

static void
read_entries(DmReader *r, DmSketch *s, int drop, bool counts)
{
	BitReader	b = {r, 0, 0};
	uint64		zigzag = dm_get_varint(r);
	int64		key = (int64) (zigzag >> 1) ^ -(int64) (zigzag & 1);
	int			k_keys = s->n > 1 ? dm_get_u8(r) : 0;
	int			k_counts = counts ? dm_get_u8(r) : 0;
	uint64		most = UINT64CONST(0x7fefffffffffffff) >> (s->shift > 0 ? s->shift : drop);
	size_t		i;

	if (k_keys > 63 || k_counts > 63)
		r->failed = true;
	for (i = 0; i < s->n && !r->failed; i++)
	{
		DmEntry    *e = &s->entry[i];

		if (i > 0)
			key = (int64) ((uint64) key + get_rice(&b, k_keys) + 1);
		e->count = counts ? get_rice(&b, k_counts) + 1 : 1;
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
	finish_bits(&b);
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
dm_sketch_read(DmReader *r, const DmGrid *grid, DmSketch *s)
{
	uint8		flags = dm_get_u8(r);
	uint64		n;
	int			shift;
	int			drop = 0;

	memset(s, 0, sizeof(*s));
	s->grid = *grid;
	s->min = INFINITY;
	s->max = -INFINITY;
	if (flags & ~KNOWN_FLAGS)
		r->failed = true;
	if (flags & HAS_NULLS)
		s->nulls = dm_get_varint(r);
	if (flags & HAS_NON_FINITE)
	{
		s->nans = dm_get_varint(r);
		s->neg_inf = dm_get_varint(r);
		s->pos_inf = dm_get_varint(r);
	}
	n = dm_get_varint(r);
	/* an entry takes at least a bit, so a lying count cannot ask for memory */
	if (r->failed || n > ((uint64) (r->end - r->pos) + 1) * 8)
	{
		r->failed = true;
		return false;
	}
	s->n = n;
	s->entry = palloc(sizeof(DmEntry) * Max(n, 1));
	if (n == 0)
		return true;
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
		s->max = dm_key_near(s->entry[n - 1].key, 0);
	}
	else
	{
		s->min = get_low_bits(r, s->entry[0].key, shift);
		s->max = get_low_bits(r, s->entry[n - 1].key, shift);
	}
	if (flags & HAS_SUMS)
	{
		s->sum = dm_sum_read(r);
		s->squares = dm_sum_read(r);
	}
	return !r->failed;
}

void
dm_grid_write_json(StringInfo buf, const DmGrid *grid)
{
	appendStringInfo(buf, "\"max_bytes\":%u,\"significant_bits\":%u,", grid->max_bytes,
					 53 - grid->min_shift);
}

void
dm_grid_read_json(DmJson *j, DmGrid *grid)
{
	int64		max_bytes;
	int64		bits;

	dm_json_key(j, "max_bytes");
	max_bytes = dm_json_int(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "significant_bits");
	bits = dm_json_int(j);
	dm_json_expect(j, ',');
	if (!j->failed && (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
					   bits < 1 || bits > 53))
		dm_json_fail(j, "max_bytes or significant_bits is out of range");
	grid->max_bytes = (uint32) max_bytes;
	grid->min_shift = (uint32) (53 - bits);
}

void
dm_sketch_write_json(StringInfo buf, const DmSketch *s)
{
	size_t		i;

	appendStringInfo(buf, "\"n\":" UINT64_FORMAT ",\"nulls\":" UINT64_FORMAT ",\"nan\":" UINT64_FORMAT
					 ",\"-inf\":" UINT64_FORMAT ",\"+inf\":" UINT64_FORMAT ",\"shift\":%d",
					 dm_sketch_count(s), s->nulls, s->nans, s->neg_inf, s->pos_inf, s->shift);
	if (s->n > 0)
	{
		appendStringInfoString(buf, ",\"min\":");
		dm_json_put_double(buf, s->min);
		appendStringInfoString(buf, ",\"max\":");
		dm_json_put_double(buf, s->max);
	}
	appendStringInfoString(buf, ",\"bins\":[");
	for (i = 0; i < s->n; i++)
	{
		double		edge = dm_key_near(s->entry[i].key, s->shift);

		/* the bins next to zero: any of their values names them, zero must not */
		if (edge == 0 && s->entry[i].key != 0)
			edge = dm_from_bits(1 | (s->entry[i].key < 0 ? DM_SIGN_BIT : 0));
		appendStringInfoString(buf, i ? ",[" : "[");
		dm_json_put_double(buf, edge);
		appendStringInfo(buf, "," UINT64_FORMAT "]", s->entry[i].count);
	}
	appendStringInfoChar(buf, ']');
	if (s->sum)
	{
		appendStringInfoChar(buf, ',');
		dm_sum_write_json(buf, "sum", s->sum);
		appendStringInfoChar(buf, ',');
		dm_sum_write_json(buf, "sum_of_squares", s->squares);
	}
}

static void
read_bins_json(DmJson *j, DmSketch *s)
{
	size_t		room = 64;

	s->entry = palloc(sizeof(DmEntry) * room);
	dm_json_key(j, "bins");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		double		edge;
		DmEntry    *e;

		if (s->n > 0)
			dm_json_expect(j, ',');
		if (s->n == room)
		{
			room *= 2;
			s->entry = repalloc(s->entry, sizeof(DmEntry) * room);
		}
		e = &s->entry[s->n];
		dm_json_expect(j, '[');
		edge = dm_json_double(j);
		dm_json_expect(j, ',');
		e->count = dm_json_count(j);
		dm_json_expect(j, ']');
		e->key = dm_key(edge, s->shift);
		if (!j->failed && edge != dm_key_near(e->key, s->shift) &&
			fabs(edge) != dm_from_bits(1))
			dm_json_fail(j, "Edge is not on the grid");
		s->n++;
	}
}

void
dm_sketch_read_json(DmJson *j, const DmGrid *grid, DmSketch *s)
{
	int64		shift;
	uint64		n;

	memset(s, 0, sizeof(*s));
	s->grid = *grid;
	s->min = INFINITY;
	s->max = -INFINITY;
	dm_json_key(j, "n");
	n = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "nulls");
	s->nulls = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "nan");
	s->nans = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "-inf");
	s->neg_inf = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "+inf");
	s->pos_inf = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "shift");
	shift = dm_json_int(j);
	s->shift = shift < 0 || shift > DM_MAX_SHIFT ? -1 : (int) shift;
	if (!j->failed && s->shift < 0)
		dm_json_fail(j, "Shift must be between 0 and 63");
	dm_json_expect(j, ',');
	if (!j->failed && n > 0)
	{
		dm_json_key(j, "min");
		s->min = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
		dm_json_key(j, "max");
		s->max = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
	}
	read_bins_json(j, s);
	if (!j->failed && dm_sketch_count(s) != n)
		dm_json_fail(j, "Counts of the bins do not add up to \"n\"");
	if (!j->failed && dm_json_try(j, ','))
	{
		s->sum = dm_sum_read_json(j, "sum");
		dm_json_expect(j, ',');
		s->squares = dm_sum_read_json(j, "sum_of_squares");
	}
}
