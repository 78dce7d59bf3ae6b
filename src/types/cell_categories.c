/*
 * cell_categories.c - packed value_counts straight from dictionary ids.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "scan/dictionary.h"
#include "types/cell_builder_internal.h"
#include "types/value_counts_internal.h"

/* An id and its place in the order of values, as one integer in that order. */
static int
compare(const void *a, const void *b)
{
	uint64		x = *(const uint64 *) a;
	uint64		y = *(const uint64 *) b;

	return (x > y) - (x < y);
}

/* Count the ids; those that occur, in the order of their values, into list. */
static uint32
count_ids(uint32 *id_count, uint64 *list, const uint32 *ids, int n, const uint32 *rank)
{
	uint32		distinct = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint32		id = ids[i];

		if (id_count[id]++ == 0 && id != DM_NULL_ID)
			list[distinct++] = (uint64) rank[id] << 32 | id;
	}
	qsort(list, distinct, sizeof(uint64), compare);
	return distinct;
}

/* Too many values, or too long ones: what the aggregate itself would do. */
static void
put_slowly(DmCellBuilder *b, StringInfo out, const uint32 *id_count, const uint64 *list,
		   uint32 distinct, const DmDictionary *dictionary)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	struct varlena *counts = dm_value_counts_create(DM_VALUE_COUNTS_LIMIT);
	Size		len;
	uint32		i;

	if (id_count[DM_NULL_ID])
		counts = dm_value_counts_add_times(counts, NULL, 0, DM_VALUE_COUNTS_LIMIT,
										   id_count[DM_NULL_ID]);
	for (i = 0; i < distinct; i++)
	{
		uint32		id = (uint32) list[i];
		size_t		value_len;
		const char *value = dm_dictionary_bytes(dictionary, id, &value_len);

		counts = dm_value_counts_add_times(counts, value, value_len, DM_VALUE_COUNTS_LIMIT,
										   id_count[id]);
	}
	counts = dm_value_counts_pack(counts);
	MemoryContextSwitchTo(old);
	len = VARSIZE(counts) - DM_HEADER_SIZE;
	dm_put_varint(out, len);
	appendBinaryStringInfo(out, (char *) counts + DM_HEADER_SIZE, (int) len);
	MemoryContextReset(b->rare);
}

/* A varint's bytes. */
static inline Size
varint_size(uint64 v)
{
	return v < 0x80 ? 1 : (Size) (70 - __builtin_clzll(v)) / 7;
}

/* Exact mode; false if a value is too long for it to be in the order of its bytes. */
static bool
put_exact(StringInfo out, const uint32 *id_count, const uint64 *list, uint32 distinct,
		  const DmDictionary *dictionary)
{
	Size		size;
	uint8	   *pos;
	uint32		i;

	size = varint_size(DM_VALUE_COUNTS_LIMIT) + varint_size(id_count[DM_NULL_ID]) + 1 +
		varint_size(distinct);
	for (i = 0; i < distinct; i++)
	{
		uint32		id = (uint32) list[i];
		size_t		len;

		(void) dm_dictionary_bytes(dictionary, id, &len);
		if (len > VC_MAX_BYTES)
			return false;
		size += varint_size(len) + len + varint_size(id_count[id]);
	}
	enlargeStringInfo(out, (int) (size + DM_MOST_VARINT_BYTES));
	pos = dm_varint_to((uint8 *) out->data + out->len, size);
	pos = dm_vc_head_to(pos, DM_VALUE_COUNTS_LIMIT, id_count[DM_NULL_ID], distinct);
	for (i = 0; i < distinct; i++)
	{
		uint32		id = (uint32) list[i];
		size_t		len;
		const char *value = dm_dictionary_bytes(dictionary, id, &len);

		pos = dm_vc_item_to(pos, value, len, id_count[id]);
	}
	out->len = (int) ((char *) pos - out->data);
	out->data[out->len] = '\0';
	return true;
}

void
dm_cell_put_categories(DmCellBuilder *b, StringInfo out, uint32 *ids, int n,
					   const struct DmDictionary *dictionary, const uint32 *rank)
{
	uint64	   *list = dm_cell_room(b, &b->values, sizeof(uint64) * (Size) n);
	uint32	   *id_count;
	uint32		distinct;
	uint32		i;

	id_count = dm_cell_counters(b, &b->ids, sizeof(uint32) * ((Size) dm_dictionary_size(dictionary) + 1));
	distinct = count_ids(id_count, list, ids, n, rank);
	if (distinct > DM_VALUE_COUNTS_LIMIT || !put_exact(out, id_count, list, distinct, dictionary))
		put_slowly(b, out, id_count, list, distinct, dictionary);
	id_count[DM_NULL_ID] = 0;
	for (i = 0; i < distinct; i++)
		id_count[(uint32) list[i]] = 0;
}
