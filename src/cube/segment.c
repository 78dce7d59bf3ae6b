/*
 * segment.c - segments as jsonb objects.
 *
 * There may be as many segments as rows, and the server's way to a jsonb, by a
 * tree of values, costs more than the rest of a small cell.  So the bytes are
 * laid down here, as jsonb_util.c does for an object of few scalars (its
 * format is what pg_upgrade relies on): a word with the number of pairs, one
 * word of kind and length for each key and each value, then keys and values.
 * Keys ascend by length, then by bytes; numbers are aligned.
 */
#include "postgres.h"

#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "cube/cube.h"
#include "cube/segment.h"

typedef struct SegmentValue
{
	const char *bytes;			/* NULL: not looked at yet */
	uint32		len;
	uint32		kind;			/* JENTRY_IS... */
} SegmentValue;

struct DmSegments
{
	MemoryContext context;
	int			n;
	const DmScanColumn *dimension;
	const char *const *name;
	int			order[DM_CUBE_MAX_DIMENSIONS];	/* of the keys */
	SegmentValue *value[DM_CUBE_MAX_DIMENSIONS];	/* by id */
	uint32		room[DM_CUBE_MAX_DIMENSIONS];
	StringInfoData out;
};

static bool
key_before(const char *a, const char *b)
{
	size_t		a_len = strlen(a);
	size_t		b_len = strlen(b);

	return a_len != b_len ? a_len < b_len : memcmp(a, b, a_len) < 0;
}

DmSegments *
dm_segments_new(const DmScanColumn *dimension, const char *const *name, int n)
{
	DmSegments *s = palloc0(sizeof(DmSegments));
	int			i;

	s->context = CurrentMemoryContext;
	s->n = n;
	s->dimension = dimension;
	s->name = name;
	for (i = 0; i < n; i++)
	{
		int			at = i;

		for (; at > 0 && key_before(name[i], name[s->order[at - 1]]); at--)
			s->order[at] = s->order[at - 1];
		s->order[at] = i;
	}
	initStringInfo(&s->out);
	return s;
}

/* What a value looks like inside an object. */
static void
look_at(DmSegments *s, int d, uint32 id, SegmentValue *v)
{
	MemoryContext old = MemoryContextSwitchTo(s->context);
	JsonbValue	json;

	dm_scan_value(&s->dimension[d], id, &json);
	v->bytes = "";
	v->len = 0;
	switch (json.type)
	{
		case jbvNull:
			v->kind = JENTRY_ISNULL;
			break;
		case jbvBool:
			v->kind = json.val.boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
			break;
		case jbvNumeric:
			v->kind = JENTRY_ISNUMERIC;
			v->bytes = (const char *) json.val.numeric;
			v->len = VARSIZE_ANY(json.val.numeric);
			break;
		case jbvString:
			v->kind = JENTRY_ISSTRING;
			v->bytes = json.val.string.val;
			v->len = (uint32) json.val.string.len;
			break;
		default:
			elog(ERROR, "dimension is no scalar");
	}
	MemoryContextSwitchTo(old);
}

static const SegmentValue *
value_of(DmSegments *s, int d, uint32 id)
{
	if (id >= s->room[d])
	{
		uint32		room = Max(64, s->room[d]);
		SegmentValue *larger;

		while (room <= id)
			room *= 2;
		larger = MemoryContextAllocExtended(s->context, sizeof(SegmentValue) * (Size) room,
											MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		if (s->room[d] > 0)
		{
			memcpy(larger, s->value[d], sizeof(SegmentValue) * s->room[d]);
			pfree(s->value[d]);
		}
		s->value[d] = larger;
		s->room[d] = room;
	}
	if (s->value[d][id].bytes == NULL)
		look_at(s, d, id, &s->value[d][id]);
	return &s->value[d][id];
}

/* Bytes of a key or a value, and in its word their kind and length. */
static void
put(StringInfo out, int *entry, const char *bytes, uint32 len, uint32 kind)
{
	static const char zeros[sizeof(int32)] = {0};
	int			padding = kind == JENTRY_ISNUMERIC ? (int) INTALIGN(out->len) - out->len : 0;
	JEntry		e = kind | (len + (uint32) padding);

	appendBinaryStringInfo(out, zeros, padding);
	appendBinaryStringInfo(out, bytes, (int) len);
	/* of the first, its end is kept instead, which is its length */
	if (*entry == VARHDRSZ + (int) sizeof(uint32))
		e |= JENTRY_HAS_OFF;
	memcpy(out->data + *entry, &e, sizeof(e));
	*entry += sizeof(e);
}

const struct varlena *
dm_segment_jsonb(DmSegments *s, uint32 fixed, const uint32 *key)
{
	StringInfo	out = &s->out;
	uint32		pairs = 0;
	uint32		header;
	int			entry = VARHDRSZ + sizeof(header);
	int			i;

	for (i = 0; i < s->n; i++)
		pairs += fixed >> i & 1;
	header = pairs | JB_FOBJECT;
	resetStringInfo(out);
	out->len = entry + (int) (2 * pairs * sizeof(JEntry));
	memcpy(out->data + VARHDRSZ, &header, sizeof(header));
	for (i = 0; i < s->n; i++)
		if (fixed >> s->order[i] & 1)
		{
			const char *name = s->name[s->order[i]];

			put(out, &entry, name, (uint32) strlen(name), JENTRY_ISSTRING);
		}
	for (i = 0; i < s->n; i++)
	{
		int			d = s->order[i];
		const SegmentValue *v;

		if (!(fixed >> d & 1))
			continue;
		v = value_of(s, d, key[d]);
		put(out, &entry, v->bytes, v->len, v->kind);
	}
	SET_VARSIZE(out->data, out->len);
	return (const struct varlena *) out->data;
}
