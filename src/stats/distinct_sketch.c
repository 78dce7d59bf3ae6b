/*
 * distinct_sketch.c - see distinct_sketch.h.
 */
#include "stats/distinct_sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * SplitMix64's step with MurmurHash3's finalizer (Appleby): one to one on
 * 64-bit words, so that no two numbers share a hash; the addition keeps 0 from
 * being its own, and thereby always the smallest.
 */
uint64_t
dm_hash_word(uint64_t h)
{
	h += 0x9e3779b97f4a7c15ULL;
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	h ^= h >> 33;
	return h;
}

static inline uint64_t
little_endian(const unsigned char *p, size_t n)
{
	uint64_t	word = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		word |= (uint64_t) p[i] << (8 * i);
	return word;
}

/*
 * MurmurHash64A (Appleby) with seed 0, on little-endian words whatever the
 * machine, and MurmurHash3's finalizer on top: HyperLogLog reads single bits.
 */
uint64_t
dm_hash_bytes(const char *bytes, size_t n)
{
	const uint64_t m = 0xc6a4a7935bd1e995ULL;
	const unsigned char *p = (const unsigned char *) bytes;
	uint64_t	h = (uint64_t) n * m;
	size_t		left;

	for (left = n; left >= 8; left -= 8, p += 8)
	{
		uint64_t	k = little_endian(p, 8) * m;

		k ^= k >> 47;
		h = (h ^ (k * m)) * m;
	}
	if (left > 0)
		h = (h ^ little_endian(p, left)) * m;
	h ^= h >> 47;
	h *= m;
	h ^= h >> 47;
	return dm_hash_word(h);
}

void
dm_distinct_init(DmDistinct *d, void *area, uint32_t slots)
{
	memset(d, 0, sizeof(*d));
	memset(area, 0, DM_DISTINCT_AREA(slots));
	d->threshold = UINT64_MAX;
	d->slots = slots;
}

/* Where a hash is, or where it belongs. */
static inline DmHashCount *
find(DmHashCount *table, uint32_t slots, uint64_t hash)
{
	uint32_t	pos = (uint32_t) hash & (slots - 1);

	while (table[pos].count != 0 && table[pos].hash != hash)
		pos = (pos + 1) & (slots - 1);
	return &table[pos];
}

bool
dm_distinct_has_room(const DmDistinct *d)
{
	return d->estimated || d->slots >= DM_DISTINCT_LAST_SLOTS || 2 * d->entries < d->slots;
}

void
dm_distinct_move(DmDistinct *d, void *area, uint32_t slots, const void *old_area)
{
	const DmHashCount *old = DM_DISTINCT_TABLE(old_area);
	uint32_t	i;

	memset(area, 0, DM_DISTINCT_AREA(slots));
	for (i = 0; i < d->slots; i++)
		if (old[i].count != 0)
			*find(DM_DISTINCT_TABLE(area), slots, old[i].hash) = old[i];
	d->slots = slots;
}

static int
by_hash(const void *a, const void *b)
{
	uint64_t	x = ((const DmHashCount *) a)->hash;
	uint64_t	y = ((const DmHashCount *) b)->hash;

	return (x > y) - (x < y);
}

static size_t
sorted_entries(const DmDistinct *d, const void *area, DmHashCount *out)
{
	const DmHashCount *table = DM_DISTINCT_TABLE(area);
	size_t		n = 0;
	uint32_t	i;

	for (i = 0; i < d->slots; i++)
		if (table[i].count != 0 && table[i].hash <= d->threshold)
			out[n++] = table[i];
	qsort(out, n, sizeof(DmHashCount), by_hash);
	return n;
}

size_t
dm_distinct_list(const DmDistinct *d, const void *area, DmHashCount *out)
{
	size_t		n = sorted_entries(d, area, out);

	return d->estimated && n > DM_DISTINCT_SAMPLE ? DM_DISTINCT_SAMPLE : n;
}

static void
fill_table(DmDistinct *d, void *area, const DmHashCount *list, size_t n)
{
	size_t		i;

	memset(area, 0, DM_DISTINCT_AREA(d->slots));
	for (i = 0; i < n; i++)
		*find(DM_DISTINCT_TABLE(area), d->slots, list[i].hash) = list[i];
	d->entries = (uint32_t) n;
}

/* Keep the smallest hashes only. */
static void
trim(DmDistinct *d, void *area)
{
	DmHashCount list[DM_DISTINCT_SAMPLE_SLOTS];
	size_t		n = dm_distinct_list(d, area, list);

	if (n == DM_DISTINCT_SAMPLE)
		d->threshold = list[n - 1].hash;
	fill_table(d, area, list, n);
}

static inline void
raise_rank(uint8_t *ranks, uint64_t hash)
{
	uint8_t    *rank = &ranks[dm_distinct_register(hash)];

	if (*rank < dm_distinct_rank(hash))
		*rank = dm_distinct_rank(hash);
}

void
dm_distinct_estimate(DmDistinct *d, void *area)
{
	DmHashCount list[DM_DISTINCT_EXACT + 1];
	size_t		n;
	size_t		kept;
	size_t		i;

	if (d->estimated)
		return;
	n = sorted_entries(d, area, list);
	d->estimated = 1;
	d->slots = DM_DISTINCT_SAMPLE_SLOTS;
	memset(DM_DISTINCT_RANKS(area), 0, DM_DISTINCT_REGISTERS);
	for (i = 0; i < n; i++)
		raise_rank(DM_DISTINCT_RANKS(area), list[i].hash);
	kept = n > DM_DISTINCT_SAMPLE ? DM_DISTINCT_SAMPLE : n;
	if (kept == DM_DISTINCT_SAMPLE)
		d->threshold = list[kept - 1].hash;
	fill_table(d, area, list, kept);
}

void
dm_distinct_put(DmDistinct *d, void *area, uint64_t hash, uint64_t count)
{
	DmHashCount *place;

	if (d->estimated)
	{
		raise_rank(DM_DISTINCT_RANKS(area), hash);
		if (hash > d->threshold)
			return;
	}
	place = find(DM_DISTINCT_TABLE(area), d->slots, hash);
	if (place->count == 0)
	{
		place->hash = hash;
		d->entries++;
	}
	place->count += count;
	if (d->estimated)
	{
		if (d->entries >= 2 * DM_DISTINCT_SAMPLE)
			trim(d, area);
	}
	else if (d->entries > DM_DISTINCT_EXACT)
		dm_distinct_estimate(d, area);
}

void
dm_distinct_add_ranks(DmDistinct *d, void *area, const uint8_t *ranks, uint64_t threshold)
{
	uint8_t    *own = DM_DISTINCT_RANKS(area);
	int			i;

	for (i = 0; i < DM_DISTINCT_REGISTERS; i++)
		if (own[i] < ranks[i])
			own[i] = ranks[i];
	if (threshold < d->threshold)
	{
		d->threshold = threshold;
		trim(d, area);
	}
}

/* Ertl's sigma: sum of x^(2^k) 2^(k-1), with x itself; infinite at 1. */
static double
sigma(double x)
{
	double		y = 1;
	double		z = x;
	double		before;

	if (x == 1)
		return INFINITY;
	do
	{
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

/* Ertl's tau: (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3. */
static double
tau(double x)
{
	double		y = 1;
	double		z = 1 - x;
	double		before;

	if (x == 0 || x == 1)
		return 0;
	do
	{
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

double
dm_distinct_estimate_ranks(const uint8_t *ranks)
{
	const double m = DM_DISTINCT_REGISTERS;
	int			of_rank[DM_DISTINCT_MAX_RANK + 1] = {0};
	double		z;
	int			i;

	for (i = 0; i < DM_DISTINCT_REGISTERS; i++)
		of_rank[ranks[i]]++;
	z = m * tau(1 - of_rank[DM_DISTINCT_MAX_RANK] / m);
	for (i = DM_DISTINCT_MAX_RANK - 1; i >= 1; i--)
		z = 0.5 * (z + of_rank[i]);
	z += m * sigma(of_rank[0] / m);
	return m * m / (2 * 0.69314718055994530942 * z);
}
