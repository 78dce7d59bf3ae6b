/*
 * cell_categories.c - packed value_counts straight from dictionary ids.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "scan/dictionary.h"
#include "types/cell_builder_internal.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

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

/* A value_counts as it stands in a profile. */
static void
put_counts(StringInfo out, const struct varlena *counts)
{
	Size		len = VARSIZE(counts) - DM_HEADER_SIZE;

	dm_put_varint(out, len);
	appendBinaryStringInfo(out, (const char *) counts + DM_HEADER_SIZE, (int) len);
}

/* Too many values, or too long ones: what the aggregate itself would do. */
static void
put_slowly(DmCellBuilder *b, StringInfo out, const uint32 *id_count, const uint64 *list,
		   uint32 distinct, const DmDictionary *dictionary)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	struct varlena *counts = dm_value_counts_create(DM_VALUE_COUNTS_LIMIT);
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
	put_counts(out, counts);
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

/* What has been counted; the counters are zero again. */
static void
put_counted(DmCellBuilder *b, StringInfo out, uint32 *id_count, const uint64 *list, uint32 distinct,
			const DmDictionary *dictionary)
{
	uint32		i;

	if (distinct > DM_VALUE_COUNTS_LIMIT || !put_exact(out, id_count, list, distinct, dictionary))
		put_slowly(b, out, id_count, list, distinct, dictionary);
	id_count[DM_NULL_ID] = 0;
	for (i = 0; i < distinct; i++)
		id_count[(uint32) list[i]] = 0;
}

static uint32 *
counters_of(DmCellBuilder *b, const DmDictionary *dictionary)
{
	return dm_cell_counters(b, &b->ids, sizeof(uint32) * ((Size) dm_dictionary_size(dictionary) + 1));
}

void
dm_cell_put_categories(DmCellBuilder *b, StringInfo out, uint32 *ids, int n,
					   const struct DmDictionary *dictionary, const uint32 *rank)
{
	uint64	   *list = dm_cell_room(b, &b->values, sizeof(uint64) * (Size) n);
	uint32	   *id_count = counters_of(b, dictionary);

	put_counted(b, out, id_count, list, count_ids(id_count, list, ids, n, rank), dictionary);
}

void
dm_cell_put_category_counts(DmCellBuilder *b, StringInfo out, const uint32 *ids,
							const uint32 *counts, int n,
							const struct DmDictionary *dictionary, const uint32 *rank)
{
	uint64	   *list = dm_cell_room(b, &b->values, sizeof(uint64) * (Size) n);
	uint32	   *id_count = counters_of(b, dictionary);
	uint32		distinct = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint32		id = ids[i];

		if (id_count[id] == 0 && id != DM_NULL_ID)
			list[distinct++] = (uint64) rank[id] << 32 | id;
		id_count[id] += counts[i];
	}
	if (distinct > 1)
		qsort(list, distinct, sizeof(uint64), compare);
	put_counted(b, out, id_count, list, distinct, dictionary);
}

/* Merging: one value with its count, where the packed bytes are. */
typedef struct Item
{
	const char *value;
	uint32		len;
	uint64		count;
} Item;

/* Where the counts of one column begin and end. */
static DmReader
counts_of(const DmPackedColumn *column)
{
	DmReader	r;
	uint64		len;

	dm_reader_init_bytes(&r, column->bytes, (size_t) (column->end - column->bytes));
	len = dm_get_varint(&r);
	if (r.failed || len > (uint64) (r.end - r.pos))
		dm_corrupt("profile");
	r.end = r.pos + len;
	return r;
}

static void
merge_slowly(DmCellBuilder *b, StringInfo out, const DmPackedColumn *column, int n)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	struct varlena *counts = NULL;
	int			i;

	for (i = 0; i < n; i++)
	{
		DmReader	r = counts_of(&column[i]);
		StringInfoData buf;

		CHECK_FOR_INTERRUPTS();
		dm_packed_begin(&buf, DM_VALUE_COUNTS);
		appendBinaryStringInfo(&buf, (const char *) r.pos, (int) (r.end - r.pos));
		counts = dm_value_counts_merge(counts, dm_packed_finish(&buf));
		pfree(buf.data);
	}
	counts = dm_value_counts_pack(counts);
	MemoryContextSwitchTo(old);
	put_counts(out, counts);
	MemoryContextReset(b->rare);
}

/* Head of a column in exact mode with the usual limit: its entries, else -1. */
static int64
exact_entries(DmReader *r, uint64 *nulls)
{
	uint64		limit = dm_get_varint(r);
	uint64		entries;

	*nulls = dm_add_count(*nulls, dm_get_varint(r));
	if (dm_get_u8(r) != VC_MODE_EXACT || limit != DM_VALUE_COUNTS_LIMIT)
		return -1;
	entries = dm_get_varint(r);
	if (r->failed || entries > limit)
		dm_corrupt("profile");
	return (int64) entries;
}

/* Merge the items of a column into those of the others before it. */
static uint32
merge_items(Item *to, const Item *from, uint32 n, DmReader *r, int64 entries, uint64 *total)
{
	uint32		m = 0;
	uint32		i = 0;

	while (entries-- > 0)
	{
		Item		item;
		int			c = 1;

		item.len = (uint32) dm_get_varint(r);
		item.value = (const char *) dm_get_bytes(r, item.len);
		item.count = dm_get_varint(r);
		if (r->failed)
			dm_corrupt("profile");
		*total = dm_add_count(*total, item.count);
		while (i < n &&
			   (c = vc_compare_values(from[i].value, from[i].len, item.value, item.len)) < 0)
			to[m++] = from[i++];
		if (i < n && c == 0)
			item.count += from[i++].count;
		to[m++] = item;
	}
	while (i < n)
		to[m++] = from[i++];
	return m;
}

static void
write_items(StringInfo out, const Item *item, uint32 n, uint64 nulls)
{
	Size		size = varint_size(DM_VALUE_COUNTS_LIMIT) + varint_size(nulls) + 1 + varint_size(n);
	uint8	   *pos;
	uint32		i;

	for (i = 0; i < n; i++)
		size += varint_size(item[i].len) + item[i].len + varint_size(item[i].count);
	enlargeStringInfo(out, (int) (size + DM_MOST_VARINT_BYTES));
	pos = dm_varint_to((uint8 *) out->data + out->len, size);
	pos = dm_vc_head_to(pos, DM_VALUE_COUNTS_LIMIT, nulls, n);
	for (i = 0; i < n; i++)
		pos = dm_vc_item_to(pos, item[i].value, item[i].len, item[i].count);
	out->len = (int) ((char *) pos - out->data);
	out->data[out->len] = '\0';
}

void
dm_cell_merge_categories(DmCellBuilder *b, StringInfo out, DmPackedColumn *column, int n)
{
	Item	   *items = dm_cell_room(b, &b->values, 4 * DM_VALUE_COUNTS_LIMIT * sizeof(Item));
	Item	   *others = items + 2 * DM_VALUE_COUNTS_LIMIT;
	uint64		nulls = 0;
	uint64		total = 0;
	uint32		m = 0;
	int			i;

	for (i = 0; i < n; i++)
		column[i].end = counts_of(&column[i]).end;
	for (i = 0; i < n; i++)
	{
		DmReader	r = counts_of(&column[i]);
		int64		entries = exact_entries(&r, &nulls);
		Item	   *swap = items;

		if (entries >= 0)
			m = merge_items(others, items, m, &r, entries, &total);
		if (entries < 0 || m > DM_VALUE_COUNTS_LIMIT)
		{
			merge_slowly(b, out, column, n);
			return;
		}
		items = others;
		others = swap;
	}
	write_items(out, items, m, nulls);
}

void
dm_cell_merge_columns(DmCellBuilder *b, StringInfo out, char kind, DmPackedColumn *column, int n)
{
	if (kind == DM_KIND_NUMBER)
		dm_cell_merge_numbers(b, out, column, n);
	else
		dm_cell_merge_categories(b, out, column, n);
}

void
dm_cell_skip_column(DmReader *r, char kind)
{
	if (kind == DM_KIND_NUMBER)
		dm_sketch_skip(r);
	else
		(void) dm_get_bytes(r, dm_get_varint(r));
}
