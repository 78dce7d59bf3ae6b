/*
 * column_quality.c - the column_quality type: both forms, bytes, merging.
 * Its text form is in column_quality_io.c, what it tells in
 * column_quality_access.c.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/column_quality_internal.h"

/* ---- the working form */

static Size
working_size(uint32 slots)
{
	return MAXALIGN(sizeof(DmQualityWorking)) + DM_DISTINCT_AREA(slots);
}

static DmQualityWorking *
allocate(uint32 slots)
{
	DmQualityWorking *w = palloc0(working_size(slots));

	dm_header_working(w, DM_COLUMN_QUALITY, working_size(slots));
	dm_distinct_init(&w->distinct, DM_QUALITY_AREA(w), slots);
	return w;
}

/* A copy with a larger table; the old one is left to its owner. */
static DmQualityWorking *
with_slots(DmQualityWorking *w, uint32 slots)
{
	DmQualityWorking *larger = allocate(slots);

	larger->q = w->q;
	larger->distinct = w->distinct;
	dm_distinct_move(&larger->distinct, DM_QUALITY_AREA(larger), slots, DM_QUALITY_AREA(w));
	return larger;
}

DmQualityWorking *
dm_quality_add_hash(DmQualityWorking *w, uint64 hash, uint64 count)
{
	if (!dm_distinct_has_room(&w->distinct))
		w = with_slots(w, 2 * w->distinct.slots);
	dm_distinct_put(&w->distinct, DM_QUALITY_AREA(w), hash, count);
	return w;
}

static void
check_kind(uint8 a, uint8 b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column_quality of %s and of %s cannot be merged",
						dm_quality_kind_name(a), dm_quality_kind_name(b)),
				 errhint("Cast the column to one type before it is aggregated.")));
}

/* Make a working form estimate; only the largest has room for that. */
static DmQualityWorking *
make_estimate(DmQualityWorking *w)
{
	if (w->distinct.estimated)
		return w;
	if (w->distinct.slots < DM_DISTINCT_LAST_SLOTS)
		w = with_slots(w, DM_DISTINCT_LAST_SLOTS);
	dm_distinct_estimate(&w->distinct, DM_QUALITY_AREA(w));
	return w;
}

static DmQualityWorking *
merge_distinct(DmQualityWorking *w, const DmKept *kept)
{
	size_t		i;

	if (!kept->exact)
	{
		w = make_estimate(w);
		dm_distinct_add_ranks(&w->distinct, DM_QUALITY_AREA(w), kept->rank,
							  kept->entry[kept->n - 1].hash);
	}
	for (i = 0; i < kept->n; i++)
		w = dm_quality_add_hash(w, kept->entry[i].hash, kept->entry[i].count);
	return w;
}

static DmQualityWorking *
merge(DmQualityWorking *w, const struct varlena *value)
{
	DmQuality	q;
	DmKept		kept;

	dm_quality_unpack(value, &q, &kept);
	if (w == NULL)
	{
		w = allocate(DM_DISTINCT_FIRST_SLOTS);
		w->q.kind = q.kind;
	}
	check_kind(w->q.kind, q.kind);
	dm_quality_add_counts(&w->q, &q);
	return merge_distinct(w, &kept);
}

DmQualityWorking *
dm_quality_working(struct varlena *state, DmQualityKind kind)
{
	DmQualityWorking *w;

	if (state && DM_IS_WORKING(state))
		w = (DmQualityWorking *) state;
	else if (state)
		w = merge(NULL, state);
	else
	{
		w = allocate(DM_DISTINCT_FIRST_SLOTS);
		w->q.kind = (uint8) kind;
	}
	check_kind(w->q.kind, (uint8) kind);
	return w;
}

/* ---- the packed form */

static void
put_hash(StringInfo buf, uint64 hash)
{
	int			i;

	for (i = 56; i >= 0; i -= 8)
		dm_put_u8(buf, (uint8) (hash >> i));
}

static uint64
get_hash(DmReader *r)
{
	uint64		hash = 0;
	int			i;

	for (i = 0; i < 8; i++)
		hash = (hash << 8) | dm_get_u8(r);
	return hash;
}

/* Four ranks of six bits in three bytes. */
static void
put_ranks(StringInfo buf, const uint8 *rank)
{
	int			i;

	for (i = 0; i < DM_DISTINCT_REGISTERS; i += 4)
	{
		dm_put_u8(buf, (uint8) (rank[i] << 2 | rank[i + 1] >> 4));
		dm_put_u8(buf, (uint8) (rank[i + 1] << 4 | rank[i + 2] >> 2));
		dm_put_u8(buf, (uint8) (rank[i + 2] << 6 | rank[i + 3]));
	}
}

static void
get_ranks(DmReader *r, uint8 *rank)
{
	const uint8 *p = dm_get_bytes(r, DM_DISTINCT_REGISTERS / 4 * 3);
	int			i;

	for (i = 0; p && i < DM_DISTINCT_REGISTERS; i += 4, p += 3)
	{
		rank[i] = p[0] >> 2;
		rank[i + 1] = (uint8) ((p[0] & 3) << 4 | p[1] >> 4);
		rank[i + 2] = (uint8) ((p[1] & 15) << 2 | p[2] >> 6);
		rank[i + 3] = p[2] & 63;
	}
}

static void
put_texts(StringInfo buf, const DmTexts *t)
{
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
		dm_put_varint(buf, t->of_class[i]);
	dm_put_varint(buf, t->min_length);
	dm_put_varint(buf, t->max_length);
	dm_put_varint(buf, t->length);
	dm_put_varint(buf, t->squares[0]);
	dm_put_varint(buf, t->squares[1]);
	dm_put_u8(buf, t->min_bytes);
	appendBinaryStringInfo(buf, t->min_value, t->min_bytes);
	dm_put_u8(buf, t->max_bytes);
	appendBinaryStringInfo(buf, t->max_value, t->max_bytes);
}

static void
get_value(DmReader *r, uint8 *bytes, char *value)
{
	const uint8 *p;

	*bytes = dm_get_u8(r);
	if (*bytes > DM_QUALITY_VALUE_BYTES)
		r->failed = true;
	p = r->failed ? NULL : dm_get_bytes(r, *bytes);
	if (p)
		memcpy(value, p, *bytes);
}

static void
get_texts(DmReader *r, DmTexts *t)
{
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
		t->of_class[i] = dm_get_varint(r);
	t->min_length = dm_get_varint(r);
	t->max_length = dm_get_varint(r);
	t->length = dm_get_varint(r);
	t->squares[0] = dm_get_varint(r);
	t->squares[1] = dm_get_varint(r);
	get_value(r, &t->min_bytes, t->min_value);
	get_value(r, &t->max_bytes, t->max_value);
}

struct varlena *
dm_quality_pack(const DmQuality *q, const DmKept *kept)
{
	StringInfoData buf;
	size_t		i;

	dm_packed_begin(&buf, DM_COLUMN_QUALITY);
	dm_put_u8(&buf, q->kind);
	for (i = 0; i < DM_Q_COUNTS; i++)
		dm_put_varint(&buf, q->count[i]);
	if (q->kind == DM_QUALITY_TEXT)
		put_texts(&buf, &q->text);
	dm_put_u8(&buf, kept->exact ? 0 : 1);
	if (!kept->exact)
		put_ranks(&buf, kept->rank);
	dm_put_varint(&buf, kept->n);
	for (i = 0; i < kept->n; i++)
	{
		put_hash(&buf, kept->entry[i].hash);
		dm_put_varint(&buf, kept->entry[i].count);
	}
	return dm_packed_finish(&buf);
}

bool
dm_quality_read(const struct varlena *packed, DmQuality *q, DmKept *kept)
{
	DmReader	r;
	uint8		mode;
	size_t		i;

	memset(q, 0, sizeof(*q));
	memset(kept, 0, sizeof(*kept));
	dm_reader_init(&r, packed);
	q->kind = dm_get_u8(&r);
	for (i = 0; i < DM_Q_COUNTS; i++)
		q->count[i] = dm_get_varint(&r);
	if (q->kind == DM_QUALITY_TEXT)
		get_texts(&r, &q->text);
	mode = dm_get_u8(&r);
	kept->exact = mode == 0;
	if (mode > 1)
		return false;
	if (mode == 1)
	{
		kept->rank = palloc0(DM_DISTINCT_REGISTERS);
		get_ranks(&r, kept->rank);
	}
	kept->n = dm_get_varint(&r);
	if (r.failed || kept->n > (kept->exact ? DM_DISTINCT_EXACT : DM_DISTINCT_SAMPLE))
		return false;
	kept->entry = palloc(sizeof(DmHashCount) * Max(kept->n, 1));
	for (i = 0; i < kept->n; i++)
	{
		kept->entry[i].hash = get_hash(&r);
		kept->entry[i].count = dm_get_varint(&r);
	}
	return !r.failed && r.pos == r.end;
}

void
dm_quality_unpack(const struct varlena *value, DmQuality *q, DmKept *kept)
{
	const DmQualityWorking *w = (const DmQualityWorking *) value;

	if (!DM_IS_WORKING(value))
	{
		if (!dm_quality_read(value, q, kept))
			dm_corrupt(CQ_TYPE_NAME);
		return;
	}
	*q = w->q;
	kept->exact = !w->distinct.estimated;
	kept->entry = palloc(sizeof(DmHashCount) * Max(w->distinct.entries, 1));
	kept->n = dm_distinct_list(&w->distinct, DM_QUALITY_AREA(w), kept->entry);
	kept->rank = NULL;
	if (!kept->exact)
	{
		kept->rank = palloc(DM_DISTINCT_REGISTERS);
		memcpy(kept->rank, DM_DISTINCT_RANKS(DM_QUALITY_AREA(w)), DM_DISTINCT_REGISTERS);
	}
}

static struct varlena *
pack_state(const struct varlena *working)
{
	DmQuality	q;
	DmKept		kept;

	dm_quality_unpack(working, &q, &kept);
	return dm_quality_pack(&q, &kept);
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	return (struct varlena *) merge((DmQualityWorking *) state, value);
}

static bool
valid_state(const struct varlena *packed)
{
	DmQuality	q;
	DmKept		kept;

	return dm_quality_read(packed, &q, &kept) && dm_quality_valid(&q, &kept);
}

static const DmType column_quality_type = {
	DM_COLUMN_QUALITY, CQ_TYPE_NAME, dm_quality_print, dm_quality_parse, valid_state, pack_state,
	merge_state
};

DM_TYPE_FUNCTIONS(column_quality, column_quality_type);

/* Explicit casts; see sql/parts/38_quality.sql for their reason. */
DM_FUNCTION(column_quality_from_text,
			dm_type_parse(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)), &column_quality_type));
DM_FUNCTION(column_quality_from_name,
			dm_type_parse(fcinfo, NameStr(*PG_GETARG_NAME(0)), &column_quality_type));
