/*
 * value_counts_packed.c - the packed form and the text form: writing, reading
 * and checking.
 *
 * Text and binary input come to the same check (dm_vc_problem), which accepts
 * exactly what dm_vc_put and dm_value_counts_pack can make.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/json.h"
#include "types/value_counts_internal.h"

static void
put_head(StringInfo buf, const VcScan *s)
{
	uint8		out[3 * DM_MOST_VARINT_BYTES + 2];
	uint8	   *pos = out;

	if (s->bits == VC_EXACT)
		pos = dm_vc_head_to(pos, s->limit, s->nulls, s->nentries);
	else
	{
		pos = dm_varint_to(pos, (uint64) s->limit);
		pos = dm_varint_to(pos, s->nulls);
		*pos++ = VC_MODE_HASHED;
		*pos++ = (uint8) s->bits;
		pos = dm_varint_to(pos, s->nentries);
	}
	appendBinaryStringInfo(buf, (char *) out, (int) (pos - out));
}

static void
put_item(StringInfo buf, const VcItem *item, bool hashed)
{
	uint8		out[VC_MAX_BYTES + 2 * DM_MOST_VARINT_BYTES];

	appendBinaryStringInfo(buf, (char *) out,
						   (int) (dm_vc_item_to(out, item->value, item->len, item->count) - out));
	if (hashed)
		dm_put_u8(buf, item->single ? 1 : 0);
}

static bool
get_head(VcScan *s, const struct varlena *packed)
{
	uint64		limit;
	uint64		nentries;
	uint8		mode;

	dm_reader_init(&s->reader, packed);
	limit = dm_get_varint(&s->reader);
	s->nulls = dm_get_varint(&s->reader);
	mode = dm_get_u8(&s->reader);
	s->bits = mode == VC_MODE_HASHED ? dm_get_u8(&s->reader) : VC_EXACT;
	nentries = dm_get_varint(&s->reader);
	if (s->reader.failed || limit < 1 || limit > VC_MAX_LIMIT || nentries > limit ||
		s->nulls > PG_INT64_MAX || mode > VC_MODE_HASHED || s->bits > VC_MAX_BITS)
		return false;
	s->limit = (int) limit;
	s->nentries = (uint32) nentries;
	s->seen = 0;
	s->working = NULL;
	return true;
}

static bool
get_item(VcScan *s, VcItem *item)
{
	uint64		len = dm_get_varint(&s->reader);
	uint8		single = 1;

	if (len > VC_MAX_BYTES)
		return false;
	item->len = (uint32) len;
	item->value = (const char *) dm_get_bytes(&s->reader, len);
	item->count = dm_get_varint(&s->reader);
	if (s->bits != VC_EXACT)
		single = dm_get_u8(&s->reader);
	if (s->reader.failed || single > 1)
		return false;
	item->single = single == 1;
	item->hash = dm_vc_hash(item->value, item->len);
	s->seen++;
	return true;
}

/* Begin to read a state of either form. */
void
dm_vc_scan_begin(VcScan *s, const struct varlena *state)
{
	const VcWorking *w = (const VcWorking *) state;

	if (!DM_IS_WORKING(state))
	{
		if (!get_head(s, state))
			dm_corrupt(VC_TYPE_NAME);
		return;
	}
	s->nulls = w->nulls;
	s->limit = w->limit;
	s->bits = w->bits;
	s->nentries = w->nentries;
	s->seen = 0;
	s->working = w;
}

bool
dm_vc_scan_next(VcScan *s, VcItem *item)
{
	if (s->seen == s->nentries)
		return false;
	if (s->working)
	{
		const VcEntry *e = &VC_ENTRIES(s->working)[s->seen++];

		item->value = VC_ARENA(s->working) + e->offset;
		item->len = e->len;
		item->single = e->single;
		item->hash = e->hash;
		item->count = e->count;
	}
	else if (!get_item(s, item))
		dm_corrupt(VC_TYPE_NAME);
	return true;
}

/* All items, palloc'd, in the order of the form: s says how many. */
VcItem *
dm_vc_items(const struct varlena *state, VcScan *s)
{
	VcItem	   *items;
	uint32		i;

	dm_vc_scan_begin(s, state);
	items = palloc(Max(s->nentries, 1) * sizeof(VcItem));
	for (i = 0; i < s->nentries; i++)
		(void) dm_vc_scan_next(s, &items[i]);
	return items;
}

int
dm_vc_by_value(const void *a, const void *b)
{
	const VcItem *x = a;
	const VcItem *y = b;

	return vc_compare_values(x->value, x->len, y->value, y->len);
}

/* Buckets ascend with their exemplars' hashes, whatever the bits. */
int
dm_vc_by_hash(const void *a, const void *b)
{
	const VcItem *x = a;
	const VcItem *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return dm_vc_by_value(a, b);
}

struct varlena *
dm_value_counts_pack(const struct varlena *state)
{
	StringInfoData buf;
	VcScan		s;
	VcItem	   *items;
	uint32		i;

	if (!DM_IS_WORKING(state))
		return unconstify(struct varlena *, state);
	items = dm_vc_items(state, &s);
	qsort(items, s.nentries, sizeof(VcItem), s.bits == VC_EXACT ? dm_vc_by_value : dm_vc_by_hash);
	dm_packed_begin(&buf, DM_VALUE_COUNTS);
	put_head(&buf, &s);
	for (i = 0; i < s.nentries; i++)
		put_item(&buf, &items[i], s.bits != VC_EXACT);
	pfree(items);
	return dm_packed_finish(&buf);
}

/* What is wrong with one item, given the one before it (NULL: the first). */
static const char *
item_problem(const VcScan *s, const VcItem *item, const VcItem *before)
{
	if (!pg_verifymbstr(item->value, item->len, true) || memchr(item->value, 0, item->len))
		return "A value is not valid in the database encoding";
	if (item->count < 1 || item->count > PG_INT64_MAX)
		return "A count must be positive";
	if (s->bits == VC_EXACT)
		return before && dm_vc_by_value(before, item) >= 0 ?
			"Values must be distinct and in byte order" : NULL;
	if (!item->single && item->count < 2)
		return "A bucket of several values must count at least two";
	if (before && vc_bucket(before->hash, s->bits) >= vc_bucket(item->hash, s->bits))
		return "Buckets must be distinct and in order";
	return NULL;
}

/*
 * Why a packed value is none that value_counts makes, or NULL.  Of hashed mode
 * this also asks whether it could have stayed exact or kept one more bit: with
 * one more bit no bucket of a single value splits, and others at most in two.
 */
const char *
dm_vc_problem(const struct varlena *packed)
{
	VcScan		s;
	VcItem		item;
	VcItem		before;
	uint64		n = 0;
	uint64		most_values = 0;
	uint64		most_buckets = 0;

	if (DM_IS_WORKING(packed) || !get_head(&s, packed))
		return "The limit, the mode or the number of entries is out of range";
	while (s.seen < s.nentries)
	{
		const char *problem;

		if (!get_item(&s, &item))
			return "An entry is cut off or its value too long";
		problem = item_problem(&s, &item, s.seen > 1 ? &before : NULL);
		if (problem)
			return problem;
		n += item.count;
		if (n > PG_INT64_MAX)
			return "The counts exceed the range of bigint";
		most_values += item.single ? 1 : item.count;
		most_buckets += item.single ? 1 : 2;
		before = item;
	}
	if (s.reader.pos != s.reader.end)
		return "There are bytes after the last entry";
	if (s.bits != VC_EXACT &&
		(most_values <= (uint64) s.limit ||
		 (s.bits < VC_MAX_BITS && most_buckets <= (uint64) s.limit)))
		return "So few values must be in more or no buckets";
	return NULL;
}

bool
dm_value_counts_valid(const struct varlena *packed)
{
	return dm_vc_problem(packed) == NULL;
}

/* One value's name, without its quotes' trouble; false if it is too long. */
static bool
read_value(DmJson *j, VcItem *item)
{
	size_t		len;

	item->value = dm_json_string(j);
	len = strlen(item->value);
	if (len > VC_MAX_BYTES)
		dm_json_fail(j, "A value is longer than 128 bytes");
	if (j->failed)
		return false;
	item->len = (uint32) len;
	item->hash = dm_vc_hash(item->value, len);
	return true;
}

/* "value":count or [bucket,count,"value",single] */
static bool
read_item(DmJson *j, VcItem *item, int bits)
{
	if (bits == VC_EXACT)
	{
		item->single = true;
		if (!read_value(j, item))
			return false;
		dm_json_expect(j, ':');
		item->count = dm_json_count(j);
	}
	else
	{
		uint64		bucket;

		dm_json_expect(j, '[');
		bucket = dm_json_count(j);
		dm_json_expect(j, ',');
		item->count = dm_json_count(j);
		dm_json_expect(j, ',');
		if (!read_value(j, item))
			return false;
		if (bucket != vc_bucket(item->hash, bits))
			dm_json_fail(j, "A value is not in its bucket");
		dm_json_expect(j, ',');
		item->single = dm_json_bool(j);
		dm_json_expect(j, ']');
	}
	return !j->failed;
}

/* The entries between the brackets, into buf; the sum of counts is returned. */
static uint64
read_items(DmJson *j, StringInfo buf, VcScan *s)
{
	char		closing = s->bits == VC_EXACT ? '}' : ']';
	uint64		n = 0;
	VcItem		item;

	s->nentries = 0;
	dm_json_expect(j, s->bits == VC_EXACT ? '{' : '[');
	if (dm_json_try(j, closing))
		return 0;
	do
	{
		if (s->nentries == (uint32) s->limit)
			dm_json_fail(j, "There are more entries than the limit");
		if (j->failed || !read_item(j, &item, s->bits))
			return 0;
		put_item(buf, &item, s->bits != VC_EXACT);
		pfree(unconstify(char *, item.value));
		s->nentries++;
		n += item.count;
		if (n > PG_INT64_MAX)
			dm_json_fail(j, "The counts exceed the range of bigint");
	} while (dm_json_try(j, ','));
	dm_json_expect(j, closing);
	return n;
}

/* The members up to the entries; returns what "n" says. */
static uint64
read_head(DmJson *j, VcScan *s)
{
	uint64		n;
	uint64		limit;

	dm_json_expect(j, '{');
	dm_json_key(j, "n");
	n = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "nulls");
	s->nulls = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "limit");
	limit = dm_json_count(j);
	if (limit < 1 || limit > VC_MAX_LIMIT)
		dm_json_fail(j, "The limit must be from 1 to 100000");
	s->limit = (int) limit;
	s->bits = VC_EXACT;
	dm_json_expect(j, ',');
	if (strncmp(j->pos + strspn(j->pos, " \t\n\r"), "\"bits\"", 6) == 0)
	{
		uint64		bits;

		dm_json_key(j, "bits");
		bits = dm_json_count(j);
		if (bits > VC_MAX_BITS)
			dm_json_fail(j, "The bits must be from 0 to 63");
		s->bits = (int) bits;
		dm_json_expect(j, ',');
	}
	dm_json_key(j, s->bits == VC_EXACT ? "counts" : "buckets");
	return n;
}

/* Packed value from the object at the cursor; NULL when it is none. */
struct varlena *
dm_value_counts_read_json(DmJson *j)
{
	StringInfoData buf;
	StringInfoData entries;
	struct varlena *packed;
	const char *problem;
	VcScan		s;
	uint64		n;

	n = read_head(j, &s);
	if (j->failed)
		return NULL;
	initStringInfo(&entries);
	if (read_items(j, &entries, &s) != n)
		dm_json_fail(j, "\"n\" is not the sum of the counts");
	dm_json_expect(j, '}');
	if (j->failed)
		return NULL;
	dm_packed_begin(&buf, DM_VALUE_COUNTS);
	put_head(&buf, &s);
	appendBinaryStringInfo(&buf, entries.data, entries.len);
	pfree(entries.data);
	packed = dm_packed_finish(&buf);
	problem = dm_vc_problem(packed);
	if (problem)
		dm_json_fail(j, problem);
	return problem ? NULL : packed;
}

void
dm_value_counts_write_json(StringInfo buf, const struct varlena *packed)
{
	StringInfoData entries;
	VcScan		s;
	VcItem		item;
	uint64		n = 0;

	dm_vc_scan_begin(&s, packed);
	initStringInfo(&entries);
	while (dm_vc_scan_next(&s, &item))
	{
		if (s.seen > 1)
			appendStringInfoChar(&entries, ',');
		if (s.bits != VC_EXACT)
			appendStringInfo(&entries, "[" UINT64_FORMAT "," UINT64_FORMAT ",",
							 vc_bucket(item.hash, s.bits), item.count);
		dm_json_put_string(&entries, item.value, item.len);
		if (s.bits == VC_EXACT)
			appendStringInfo(&entries, ":" UINT64_FORMAT, item.count);
		else
			appendStringInfo(&entries, ",%s]", item.single ? "true" : "false");
		n += item.count;
	}
	appendStringInfo(buf, "{\"n\":" UINT64_FORMAT ",\"nulls\":" UINT64_FORMAT ",\"limit\":%d,", n,
					 s.nulls, s.limit);
	if (s.bits == VC_EXACT)
		appendStringInfo(buf, "\"counts\":{%s}}", entries.data);
	else
		appendStringInfo(buf, "\"bits\":%d,\"buckets\":[%s]}", s.bits, entries.data);
	pfree(entries.data);
}
