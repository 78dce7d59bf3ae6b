/*
 * column.c - counting the values of one numeric column, tile by tile.
 */
#include "stats/column.h"

#include <math.h>

/* Bins a sign that a dense window may have: 32 KB of counters in all, few of them in use. */
#define DENSE_BINS 2048

/* The dense area: two counters of their own, then the bins of either sign. */
#define DENSE_REJECTS 0
#define DENSE_ZEROS 1
#define DENSE_NEGATIVE 2
#define DENSE_WORDS(bins) (2 + 2 * (size_t) (bins))

/* Sparse tables may hold this many entries before they are folded. */
#define SPARSE_ENTRIES 512

#define HASH_MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

void
dm_column_init(DmColumn *c, uint64_t *area, uint32_t slots)
{
	memset(c, 0, sizeof(*c));
	c->min = INFINITY;
	c->max = -INFINITY;
	c->size = slots;
	c->limit = slots / 2;
	memset(area, 0, slots * sizeof(DmEntry));
}

/*
 * Slot of a key.  The top bits of the product: keys of integers have dozens
 * of zero low bits, and the middle bits would all collide.
 */
static inline uint32_t
slot_of(int64_t key, uint32_t size)
{
	return (uint32_t) (((uint64_t) key * HASH_MULTIPLIER) >> (64 - __builtin_ctz(size)));
}

/* Count into a sparse table; false when it is full and the key is new. */
static inline bool
sparse_count(DmColumn *c, uint64_t *area, int64_t key, uint64_t count)
{
	DmEntry    *slot = (DmEntry *) area;
	uint32_t	mask = c->size - 1;
	uint32_t	i = slot_of(key, c->size);

	for (;;)
	{
		if (slot[i].count == 0)
			break;
		if (slot[i].key == key)
		{
			slot[i].count += count;
			return true;
		}
		i = (i + 1) & mask;
	}
	if (c->used >= c->limit)
		return false;
	slot[i].key = key;
	slot[i].count = count;
	c->used++;
	return true;
}

static int
sparse_add(DmColumn *c, uint64_t *area, double *x, int n)
{
	int			rejects = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (!sparse_count(c, area, dm_key(x[i], c->shift), 1))
			x[rejects++] = x[i];
	return rejects;
}

/* Where a value is counted; DENSE_REJECTS when its bin is outside. */
static inline uint32_t
dense_place(const DmColumn *c, uint64_t bits)
{
	uint64_t	mag = bits & ~DM_SIGN_BIT;
	uint64_t	index = (mag >> c->index_shift) - c->base;

	if (mag == 0)
		return DENSE_ZEROS;
	if (index >= c->size)
		return DENSE_REJECTS;
	return (uint32_t) (DENSE_NEGATIVE + index + ((bits >> 63) ? 0 : c->size));
}

static int
dense_add(DmColumn *c, uint64_t *area, double *x, int n)
{
	uint32_t	place[DM_TILE];
	int			rejects = 0;
	int			i;

	dm_vector_places(place, x, n, c->index_shift, c->base, c->size);
	area[DENSE_REJECTS] = 0;
	for (i = 0; i < n; i++)
		area[place[i]]++;
	if (area[DENSE_REJECTS] == 0)
		return 0;
	for (i = 0; i < n; i++)
		if (place[i] == DENSE_REJECTS)
			x[rejects++] = x[i];
	return rejects;
}

int
dm_column_add(DmColumn *c, uint64_t *area, double *x, int n, const DmRange *range)
{
	int			rejects;

	if (n == 0)
		return 0;
	c->min = range->min < c->min ? range->min : c->min;
	c->max = range->max > c->max ? range->max : c->max;
	c->low_bits |= range->low_bits;
	/* a dense exact window has no place for values between its bins */
	if (c->mode == DM_DENSE && c->index_shift > c->shift &&
		(c->low_bits & (((uint64_t) 1 << c->index_shift) - 1)) != 0)
		return n;
	rejects = c->mode == DM_DENSE ? dense_add(c, area, x, n) : sparse_add(c, area, x, n);
	c->n += (uint64_t) (n - rejects);
	return rejects;
}

bool
dm_column_add_entry(DmColumn *c, uint64_t *area, int64_t key, uint64_t count)
{
	if (c->mode == DM_SPARSE)
	{
		if (!sparse_count(c, area, key, count))
			return false;
	}
	else
	{
		double		x = dm_key_near(key, c->shift);
		uint32_t	place;

		if (c->index_shift > c->shift &&
			(dm_bits(x) & (((uint64_t) 1 << c->index_shift) - 1)) != 0)
			return false;
		/* the bin next to zero has a near edge of zero, but is not zero */
		if (key != 0 && (dm_bits(x) & ~DM_SIGN_BIT) == 0)
			place = c->base == 0 ? DENSE_NEGATIVE + (key < 0 ? 0 : c->size) : DENSE_REJECTS;
		else
			place = dense_place(c, dm_bits(x));
		if (place == DENSE_REJECTS)
			return false;
		area[place] += count;
	}
	c->n += count;
	return true;
}

size_t
dm_column_entries(const DmColumn *c, const uint64_t *area)
{
	size_t		n = 0;
	size_t		i;

	if (c->mode == DM_SPARSE)
		return c->used;
	for (i = DENSE_ZEROS; i < DENSE_WORDS(c->size); i++)
		n += area[i] != 0;
	return n;
}

size_t
dm_column_list(const DmColumn *c, const uint64_t *area, DmEntry *out)
{
	size_t		n = 0;
	int			up;
	uint32_t	i;

	if (c->mode == DM_SPARSE)
	{
		const DmEntry *slot = (const DmEntry *) area;

		for (i = 0; i < c->size; i++)
			if (slot[i].count)
				out[n++] = slot[i];
		return dm_entries_sort(out, n);
	}
	up = c->index_shift - c->shift;
	for (i = c->size; i-- > 0;)
		if (area[DENSE_NEGATIVE + i])
		{
			out[n].key = -(int64_t) ((c->base + i) << up) - 1;
			out[n++].count = area[DENSE_NEGATIVE + i];
		}
	if (area[DENSE_ZEROS])
	{
		out[n].key = 0;
		out[n++].count = area[DENSE_ZEROS];
	}
	for (i = 0; i < c->size; i++)
		if (area[DENSE_NEGATIVE + c->size + i])
		{
			out[n].key = (int64_t) ((c->base + i) << up) + 1;
			out[n++].count = area[DENSE_NEGATIVE + c->size + i];
		}
	return n;
}

bool
dm_column_check_due(const DmColumn *c)
{
	return c->mode == DM_DENSE && c->n >= c->check_at;
}

/*
 * Room for a sparse table of n entries and "more" new ones.  The table grows
 * past what the budget holds by SPARSE_ENTRIES before it is folded, so that
 * a fold pays for many new values.
 */
static size_t
plan_sparse(DmColumn *c, size_t n, size_t more, const DmGrid *grid)
{
	uint32_t	size = 64;
	/* keys of 16 bits and less are dense: bounds what a budget holds */
	size_t		most = (size_t) grid->max_bytes / 2 + SPARSE_ENTRIES;

	while (size / 2 < n + more)
		size *= 2;
	c->mode = DM_SPARSE;
	c->size = size;
	c->limit = size / 2 > most && most > n + more ? (uint32_t) most : size / 2;
	return 2 * (size_t) size;
}

/* Magnitude indexes of the bins, at index_shift. */
static void
widen_range(uint64_t *low, uint64_t *high, uint64_t mag, int index_shift)
{
	uint64_t	index = mag >> index_shift;

	if (index < *low)
		*low = index;
	if (index > *high)
		*high = index;
}

size_t
dm_column_plan(DmColumn *c, const DmEntry *e, size_t n, int shift, double least, double greatest,
			   size_t more, const DmGrid *grid)
{
	uint64_t	low = UINT64_MAX;
	uint64_t	high = 0;
	uint64_t	span;
	uint64_t	margin;
	int			index_shift = shift;
	size_t		i;

	c->shift = (uint8_t) shift;
	if (shift == 0)
	{
		index_shift = c->low_bits ? __builtin_ctzll(c->low_bits) : DM_MAX_SHIFT;
		if (index_shift > 52)
			index_shift = 52;
	}
	for (i = 0; i < n; i++)
		if (e[i].key != 0)
			widen_range(&low, &high,
						dm_bits(dm_key_near(e[i].key, shift)) & ~DM_SIGN_BIT, index_shift);
	if (least <= greatest)
	{
		if (least != 0)
			widen_range(&low, &high, dm_bits(least) & ~DM_SIGN_BIT, index_shift);
		if (greatest != 0)
			widen_range(&low, &high, dm_bits(greatest) & ~DM_SIGN_BIT, index_shift);
	}
	/* few values, or values too far apart for a window: hash them */
	if (low > high || high - low >= DENSE_BINS || n < 32)
		return plan_sparse(c, n, more, grid);
	span = high - low + 1;
	margin = span / 4 + 8;
	low = low > margin ? low - margin : 0;
	span = high + margin - low + 1;
	c->mode = DM_DENSE;
	c->index_shift = (uint8_t) index_shift;
	c->base = low;
	c->size = (uint32_t) span;
	c->used = 0;
	c->check_at = c->n < 128 ? 256 : c->n * 2;
	return DENSE_WORDS(span);
}

void
dm_column_load(DmColumn *c, uint64_t *area, const DmEntry *e, size_t n)
{
	size_t		words = c->mode == DM_SPARSE ? 2 * (size_t) c->size : DENSE_WORDS(c->size);
	size_t		i;

	memset(area, 0, words * 8);
	c->used = 0;
	c->n = 0;
	for (i = 0; i < n; i++)
		(void) dm_column_add_entry(c, area, e[i].key, e[i].count);
}
