/*
 * column_quality_io.c - the text form of column_quality.
 */
#include "postgres.h"

#include "types/column_quality_internal.h"

static const char *const count_names[DM_Q_COUNTS] = {
	"nulls", "values", "nan", "-inf", "+inf", "zeros", "negatives"
};

static const char *const class_names[DM_TEXT_CLASSES] = {
	"empty", "blank", "integer", "decimal", "boolean", "time", "other"
};

/* One letter a rank: base 64, of which 53 occur. */
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const struct
{
	uint8		kind;
	const char *name;
}			kinds[] =
{
	{DM_QUALITY_TEXT, "text"},
	{DM_QUALITY_FLOAT8, "double precision"},
	{DM_QUALITY_BIGINT, "bigint"},
	{DM_QUALITY_NUMERIC, "numeric"},
	{DM_QUALITY_TIME, "timestamp"}
};

/* NULL: there is no such kind. */
const char *
dm_quality_kind_name(uint8 kind)
{
	int			i;

	for (i = 0; i < (int) lengthof(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return NULL;
}

static void
put_name(StringInfo buf, const char *name)
{
	appendStringInfo(buf, ",\"%s\":", name);
}

static void
put_hex(StringInfo buf, uint64 v)
{
	appendStringInfo(buf, "%08x%08x", (uint32) (v >> 32), (uint32) v);
}

static void
print_texts(StringInfo buf, const DmTexts *t)
{
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
		appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT, class_names[i], t->of_class[i]);
	appendStringInfo(buf, ",\"min_length\":" UINT64_FORMAT ",\"max_length\":" UINT64_FORMAT
					 ",\"length\":" UINT64_FORMAT ",\"squares\":\"", t->min_length, t->max_length,
					 t->length);
	put_hex(buf, t->squares[1]);
	put_hex(buf, t->squares[0]);
	appendStringInfoChar(buf, '"');
	put_name(buf, "min");
	dm_json_put_string(buf, t->min_value, t->min_bytes);
	put_name(buf, "max");
	dm_json_put_string(buf, t->max_value, t->max_bytes);
}

void
dm_quality_print(StringInfo buf, const struct varlena *packed)
{
	DmQuality	q;
	DmKept		kept;
	size_t		i;

	dm_quality_unpack(packed, &q, &kept);
	appendStringInfo(buf, "{\"kind\":\"%s\"", dm_quality_kind_name(q.kind));
	for (i = 0; i < DM_Q_COUNTS; i++)
		appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT, count_names[i], q.count[i]);
	if (q.kind == DM_QUALITY_TEXT)
		print_texts(buf, &q.text);
	appendStringInfo(buf, ",\"exact\":%s", kept.exact ? "true" : "false");
	if (!kept.exact)
	{
		appendStringInfoString(buf, ",\"ranks\":\"");
		for (i = 0; i < DM_DISTINCT_REGISTERS; i++)
			appendStringInfoChar(buf, letters[kept.rank[i]]);
		appendStringInfoChar(buf, '"');
	}
	appendStringInfoString(buf, ",\"hashes\":[");
	for (i = 0; i < kept.n; i++)
	{
		appendStringInfoString(buf, i > 0 ? ",[\"" : "[\"");
		put_hex(buf, kept.entry[i].hash);
		appendStringInfo(buf, "\"," UINT64_FORMAT "]", kept.entry[i].count);
	}
	appendStringInfoString(buf, "]}");
}

static void
next_key(DmJson *j, const char *name)
{
	dm_json_expect(j, ',');
	dm_json_key(j, name);
}

/* A string of words of 16 hexadecimal digits, the highest first. */
static void
parse_hex(DmJson *j, uint64 *word, int n)
{
	const char *s = dm_json_string(j);
	int			i;

	if (j->failed)
		return;
	for (i = 0; i < 16 * n; i++)
	{
		const char *digit = s[i] ? strchr("0123456789abcdef", s[i]) : NULL;

		if (digit == NULL)
			break;
		word[i / 16] = (i % 16 ? word[i / 16] << 4 : 0) | (uint64) (digit - "0123456789abcdef");
	}
	if (i < 16 * n || s[i] != '\0')
		dm_json_fail(j, "A hash or a sum must be hexadecimal digits");
}

static void
parse_value(DmJson *j, uint8 *bytes, char *value)
{
	const char *s = dm_json_string(j);
	size_t		n = j->failed ? 0 : strlen(s);

	if (n > DM_QUALITY_VALUE_BYTES)
		dm_json_fail(j, "The smallest or the largest value is too long");
	if (j->failed)
		return;
	memcpy(value, s, n);
	*bytes = (uint8) n;
}

static void
parse_texts(DmJson *j, DmTexts *t)
{
	uint64		squares[2] = {0};
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
	{
		next_key(j, class_names[i]);
		t->of_class[i] = dm_json_count(j);
	}
	next_key(j, "min_length");
	t->min_length = dm_json_count(j);
	next_key(j, "max_length");
	t->max_length = dm_json_count(j);
	next_key(j, "length");
	t->length = dm_json_count(j);
	next_key(j, "squares");
	parse_hex(j, squares, 2);
	t->squares[1] = squares[0];
	t->squares[0] = squares[1];
	next_key(j, "min");
	parse_value(j, &t->min_bytes, t->min_value);
	next_key(j, "max");
	parse_value(j, &t->max_bytes, t->max_value);
}

static void
parse_ranks(DmJson *j, DmKept *kept)
{
	const char *s = dm_json_string(j);
	int			i;

	if (j->failed)
		return;
	if (strlen(s) != DM_DISTINCT_REGISTERS)
	{
		dm_json_fail(j, "There must be 8192 ranks");
		return;
	}
	kept->rank = palloc(DM_DISTINCT_REGISTERS);
	for (i = 0; i < DM_DISTINCT_REGISTERS; i++)
	{
		const char *letter = strchr(letters, s[i]);

		if (letter == NULL)
		{
			dm_json_fail(j, "A rank is not a letter of base 64");
			return;
		}
		kept->rank[i] = (uint8) (letter - letters);
	}
}

static void
parse_hashes(DmJson *j, DmKept *kept)
{
	kept->entry = palloc(sizeof(DmHashCount) * DM_DISTINCT_EXACT);
	dm_json_expect(j, '[');
	if (dm_json_try(j, ']'))
		return;
	do
	{
		if (kept->n == DM_DISTINCT_EXACT)
		{
			dm_json_fail(j, "There are too many hashes");
			return;
		}
		dm_json_expect(j, '[');
		parse_hex(j, &kept->entry[kept->n].hash, 1);
		dm_json_expect(j, ',');
		kept->entry[kept->n++].count = dm_json_count(j);
		dm_json_expect(j, ']');
	} while (!j->failed && dm_json_try(j, ','));
	dm_json_expect(j, ']');
}

struct varlena *
dm_quality_parse(DmJson *j)
{
	DmQuality	q;
	DmKept		kept;
	const char *kind;
	int			i;

	memset(&q, 0, sizeof(q));
	memset(&kept, 0, sizeof(kept));
	dm_json_expect(j, '{');
	dm_json_key(j, "kind");
	kind = dm_json_string(j);
	for (i = 0; !j->failed && i < (int) lengthof(kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			q.kind = kinds[i].kind;
	if (!j->failed && q.kind == 0)
		dm_json_fail(j, "There is no such kind");
	for (i = 0; i < DM_Q_COUNTS; i++)
	{
		next_key(j, count_names[i]);
		q.count[i] = dm_json_count(j);
	}
	if (q.kind == DM_QUALITY_TEXT)
		parse_texts(j, &q.text);
	next_key(j, "exact");
	kept.exact = dm_json_bool(j);
	if (!j->failed && !kept.exact)
	{
		next_key(j, "ranks");
		parse_ranks(j, &kept);
	}
	next_key(j, "hashes");
	if (!j->failed)
		parse_hashes(j, &kept);
	dm_json_expect(j, '}');
	if (!j->failed && !dm_quality_valid(&q, &kept))
		dm_json_fail(j, "No rows have these counts");
	return j->failed ? NULL : dm_quality_pack(&q, &kept);
}
