/*
 * dictionary.c - values of a column as small integers.
 *
 * Open addressing on a hash that is seeded anew for every dictionary: what is
 * watched may have been written by strangers.  Ids do not depend on it.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/compat.h"
#include "scan/dictionary.h"

#define FIRST_SLOTS 64
#define CHUNK (64 * 1024)
#define MULTIPLIER UINT64CONST(0x9E3779B97F4A7C15)

typedef struct Entry
{
	const char *bytes;
	uint32		len;
	uint32		hash;
} Entry;

typedef struct Slot
{
	uint32		hash;
	uint32		id;				/* 0: free */
} Slot;

struct DmDictionary
{
	MemoryContext context;
	MemoryContext values;		/* the bytes */
	Size		value_bytes;
	uint64		seed;
	uint32		size;
	uint32		most;			/* with an id of their own; the next id is everything else */
	uint32		room;			/* entries */
	uint32		mask;			/* slots - 1 */
	Entry	   *entry;			/* of id 1, 2, ... */
	Slot	   *slot;
	char	   *free;			/* rest of the current chunk */
	Size		free_bytes;
};

DmDictionary *
dm_dictionary_new(void)
{
	DmDictionary *d = palloc0(sizeof(DmDictionary));

	d->context = CurrentMemoryContext;
	d->values = AllocSetContextCreate(d->context, "datamon dictionary", ALLOCSET_SMALL_SIZES);
	d->most = PG_INT32_MAX / 2;
	d->mask = FIRST_SLOTS - 1;
	d->slot = palloc0(sizeof(Slot) * FIRST_SLOTS);
	d->room = FIRST_SLOTS / 2;
	d->entry = palloc(sizeof(Entry) * d->room);
	if (!pg_strong_random(&d->seed, sizeof(d->seed)))
		d->seed = 0;
	return d;
}

/* Both halves of the product: every bit of either word reaches the result. */
static inline uint64
mix(uint64 a, uint64 b)
{
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64) product ^ (uint64) (product >> 64);
}

static inline uint32
hash_of(const DmDictionary *d, const char *bytes, size_t len)
{
	uint64		h = d->seed ^ (len * MULTIPLIER);
	uint64		word;

	for (; len > 8; len -= 8, bytes += 8)
	{
		memcpy(&word, bytes, 8);
		h = mix(h ^ word, MULTIPLIER ^ d->seed);
	}
	word = 0;
	memcpy(&word, bytes, len);
	h = mix(h ^ word, MULTIPLIER ^ d->seed);
	return (uint32) (h ^ h >> 32);
}

static void
grow_slots(DmDictionary *d)
{
	Size		slots = ((Size) d->mask + 1) * 2;
	uint32		id;

	pfree(d->slot);
	d->slot = MemoryContextAllocExtended(d->context, sizeof(Slot) * slots,
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	d->mask = (uint32) (slots - 1);
	for (id = 1; id <= d->size; id++)
	{
		uint32		i = d->entry[id - 1].hash & d->mask;

		while (d->slot[i].id)
			i = (i + 1) & d->mask;
		d->slot[i].hash = d->entry[id - 1].hash;
		d->slot[i].id = id;
	}
	d->room = (uint32) (slots / 2);
	d->entry = repalloc_huge(d->entry, sizeof(Entry) * d->room);
}

static const char *
keep(DmDictionary *d, const char *bytes, size_t len)
{
	char	   *copy;

	if (len > CHUNK / 8)
	{
		copy = MemoryContextAllocHuge(d->values, len);
		d->value_bytes += len;
	}
	else
	{
		/* an empty value has an address, too: none means NULL to others */
		if (len > d->free_bytes || d->free == NULL)
		{
			d->free_bytes = Min(CHUNK, 1024 + 16 * (Size) d->size);
			d->free_bytes = Max(d->free_bytes, len);
			d->free = MemoryContextAlloc(d->values, d->free_bytes);
			d->value_bytes += d->free_bytes;
		}
		copy = d->free;
		d->free += len;
		d->free_bytes -= len;
	}
	memcpy(copy, bytes, len);
	return copy;
}

/* The id of the bytes, or 0 and the free slot. */
static inline uint32
find(const DmDictionary *d, const char *bytes, size_t len, uint32 hash, uint32 *slot)
{
	uint32		i = hash & d->mask;

	for (; d->slot[i].id; i = (i + 1) & d->mask)
	{
		const Entry *e;

		if (d->slot[i].hash != hash)
			continue;
		e = &d->entry[d->slot[i].id - 1];
		if (e->len == len && memcmp(e->bytes, bytes, len) == 0)
			return d->slot[i].id;
	}
	*slot = i;
	return 0;
}

static uint32
add(DmDictionary *d, const char *bytes, size_t len, uint32 hash, uint32 slot)
{
	Entry	   *e;

	if (d->size == d->room)
	{
		grow_slots(d);
		(void) find(d, bytes, len, hash, &slot);
	}
	e = &d->entry[d->size];
	e->bytes = keep(d, bytes, len);
	e->len = (uint32) len;
	e->hash = hash;
	d->slot[slot].hash = hash;
	d->slot[slot].id = ++d->size;
	return d->size;
}

void
dm_dictionary_limit(DmDictionary *d, uint32 most)
{
	Assert(d->size <= most && most < PG_INT32_MAX / 2);
	d->most = most;
}

uint32
dm_dictionary_id(DmDictionary *d, const char *bytes, size_t len)
{
	uint32		hash = hash_of(d, bytes, len);
	uint32		slot;
	uint32		id = find(d, bytes, len, hash, &slot);

	if (id != 0)
		return id;
	if (likely(d->size < d->most))
		return add(d, bytes, len, hash, slot);
	if (d->most == PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a column has more than %d distinct values", PG_INT32_MAX / 2)));
	if (d->size == d->most)
	{
		hash = hash_of(d, DM_OTHER_BYTES, DM_OTHER_LENGTH);
		(void) find(d, DM_OTHER_BYTES, DM_OTHER_LENGTH, hash, &slot);
		(void) add(d, DM_OTHER_BYTES, DM_OTHER_LENGTH, hash, slot);
	}
	return d->most + 1;
}

bool
dm_dictionary_is_other(const DmDictionary *d, uint32 id)
{
	return id > d->most;
}

Size
dm_dictionary_value_bytes(const DmDictionary *d)
{
	return d->value_bytes;
}

void
dm_dictionary_forget(DmDictionary *d)
{
	MemoryContextReset(d->values);
	d->value_bytes = 0;
	d->free = NULL;
	d->free_bytes = 0;
	d->size = 0;
	memset(d->slot, 0, sizeof(Slot) * ((Size) d->mask + 1));
}

uint32
dm_dictionary_size(const DmDictionary *d)
{
	return d->size;
}

const char *
dm_dictionary_bytes(const DmDictionary *d, uint32 id, size_t *len)
{
	Assert(id >= 1 && id <= d->size);
	*len = d->entry[id - 1].len;
	return d->entry[id - 1].bytes;
}
