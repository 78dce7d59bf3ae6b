/*
 * dictionary.c - values of a column as small integers.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "scan/dictionary.h"

#define FIRST_VALUES 64

struct DmDictionary
{
	MemoryContext context;
	uint32		size;
	uint32		room;			/* values; a power of two */
	char	  **value;			/* [id - 1], each in a chunk of its own */
	uint32	   *len;
	uint32	   *hash;
	uint32	   *slot;			/* 2 * room ids; 0 is free */
};

DmDictionary *
dm_dictionary_new(void)
{
	DmDictionary *d = palloc0(sizeof(DmDictionary));

	d->context = CurrentMemoryContext;
	d->room = FIRST_VALUES;
	d->value = palloc(sizeof(char *) * d->room);
	d->len = palloc(sizeof(uint32) * d->room);
	d->hash = palloc(sizeof(uint32) * d->room);
	d->slot = palloc0(sizeof(uint32) * 2 * d->room);
	return d;
}

static void
grow(DmDictionary *d)
{
	uint32		mask;
	uint32		i;

	d->room *= 2;
	mask = 2 * d->room - 1;
	d->value = repalloc(d->value, sizeof(char *) * d->room);
	d->len = repalloc(d->len, sizeof(uint32) * d->room);
	d->hash = repalloc(d->hash, sizeof(uint32) * d->room);
	pfree(d->slot);
	d->slot = MemoryContextAllocZero(d->context, sizeof(uint32) * 2 * d->room);
	for (i = 0; i < d->size; i++)
	{
		uint32		at = d->hash[i] & mask;

		while (d->slot[at])
			at = (at + 1) & mask;
		d->slot[at] = i + 1;
	}
}

uint32
dm_dictionary_id(DmDictionary *d, const char *bytes, size_t len)
{
	uint32		hash = hash_bytes((const unsigned char *) bytes, (int) len);
	uint32		at;

	for (at = hash & (2 * d->room - 1); d->slot[at]; at = (at + 1) & (2 * d->room - 1))
	{
		uint32		i = d->slot[at] - 1;

		if (d->hash[i] == hash && d->len[i] == len && memcmp(d->value[i], bytes, len) == 0)
			return i + 1;
	}
	if (d->size == d->room)
	{
		grow(d);
		return dm_dictionary_id(d, bytes, len);
	}
	d->value[d->size] = MemoryContextAlloc(d->context, len + 1);
	memcpy(d->value[d->size], bytes, len);
	d->len[d->size] = (uint32) len;
	d->hash[d->size] = hash;
	d->slot[at] = ++d->size;
	return d->size;
}

uint32
dm_dictionary_size(const DmDictionary *d)
{
	return d->size;
}

const char *
dm_dictionary_bytes(const DmDictionary *d, uint32 id, size_t *len)
{
	*len = d->len[id - 1];
	return d->value[id - 1];
}
