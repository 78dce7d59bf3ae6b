/*
 * agreement_state.c - packed form and text of agreement_state, and what it
 * counts.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "base/row.h"
#include "types/agreement_state.h"

PG_FUNCTION_INFO_V1(datamon_agreement_state_count);
PG_FUNCTION_INFO_V1(datamon_agreement_state_unused);
PG_FUNCTION_INFO_V1(datamon_agreement_state_items);
PG_FUNCTION_INFO_V1(datamon_agreement_state_annotators);
PG_FUNCTION_INFO_V1(datamon_agreement_state_categories);
PG_FUNCTION_INFO_V1(datamon_agreement_state_ratings);

/* In the order of AgOption. */
static const char *const option_names[AG_OPTIONS] = {
	NULL, "none", "linear", "quadratic", "nominal", "ordinal", "interval", "ratio",
	"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"
};

const char *
dm_ag_option_name(AgOption option)
{
	return option_names[option];
}

/* An option by its name, from among some; AG_NO_OPTION if there is none. */
AgOption
dm_ag_option(const char *name, AgOption first, AgOption last)
{
	int			i;

	for (i = (int) first; i <= (int) last; i++)
		if (strcmp(name, option_names[i]) == 0)
			return (AgOption) i;
	return AG_NO_OPTION;
}

const char *
dm_ag_key_text(const AgKey *key, char *room, size_t *len)
{
	if (key->text)
	{
		*len = key->len;
		return key->text;
	}
	*len = (size_t) snprintf(room, AG_DIGITS, INT64_FORMAT, key->number);
	return room;
}

/* Keys of a column: varint number, then each as in the log, without "count follows". */
static void
put_keys(StringInfo buf, const AgTable *t, int c)
{
	uint32		i;

	dm_put_varint(buf, t->nkeys[c]);
	for (i = 0; i < t->nkeys[c]; i++)
	{
		const AgKey *key = &t->key[c][i];

		if (key->text)
		{
			dm_put_varint(buf, (uint64) key->len << 1 | 1);
			appendBinaryStringInfo(buf, key->text, (int) key->len);
		}
		else
			dm_put_varint(buf, ((uint64) key->number << 1 ^ (uint64) (key->number >> 63)) << 1);
	}
}

static struct varlena *
pack_state(const struct varlena *working)
{
	StringInfoData buf;
	AgTable		t;
	uint32		i;
	int			c;

	dm_ag_table(working, &t);
	dm_packed_begin(&buf, DM_AGREEMENT_STATE);
	dm_put_u8(&buf, (uint8) t.shape);
	dm_put_u8(&buf, (uint8) t.option);
	dm_put_varint(&buf, t.unused);
	for (c = 0; c < AG_COLUMNS; c++)
		if (t.shape & 1 << c)
			put_keys(&buf, &t, c);
	dm_put_varint(&buf, t.n);
	for (i = 0; i < t.n; i++)
	{
		for (c = 0; c < AG_COLUMNS; c++)
			if (t.shape & 1 << c)
				/* the first column ascends: its steps are 0 or 1 */
				dm_put_varint(&buf, c == AG_ITEM ? t.id[c][i] - (i > 0 ? t.id[c][i - 1] : 0) : t.id[c][i]);
		dm_put_varint(&buf, t.count[i]);
	}
	return dm_packed_finish(&buf);
}

static bool
get_keys(DmReader *r, AgTable *t, int c)
{
	uint64		n = dm_get_varint(r);
	uint32		i;

	if (r->failed || n > (uint64) (r->end - r->pos))
		return false;
	t->nkeys[c] = (uint32) n;
	t->key[c] = palloc_extended(Max(n, 1) * sizeof(AgKey), MCXT_ALLOC_HUGE);
	for (i = 0; i < n; i++)
	{
		AgKey	   *key = &t->key[c][i];
		uint64		v = dm_get_varint(r);

		memset(key, 0, sizeof(*key));
		if ((v & 1) && v >> 1 <= (uint64) (r->end - r->pos))
		{
			key->len = (uint32) (v >> 1);
			key->text = (const char *) dm_get_bytes(r, key->len);
		}
		else if (v & 1)
			return false;
		else
			key->number = (int64) (v >> 2) ^ -(int64) (v >> 1 & 1);
		if (r->failed)
			return false;
	}
	return true;
}

static bool
get_rows(DmReader *r, AgTable *t)
{
	uint64		n = dm_get_varint(r);
	uint32		i;
	int			c;

	if (r->failed || n > (uint64) (r->end - r->pos))
		return false;
	t->n = (uint32) n;
	t->count = palloc_extended(Max(n, 1) * sizeof(uint64), MCXT_ALLOC_HUGE);
	for (c = 0; c < AG_COLUMNS; c++)
		if (t->shape & 1 << c)
			t->id[c] = palloc_extended(Max(n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	for (i = 0; i < n; i++)
	{
		for (c = 0; c < AG_COLUMNS; c++)
			if (t->shape & 1 << c)
			{
				uint64		id = dm_get_varint(r);

				if (c == AG_ITEM && i > 0 && id <= t->nkeys[c])
					id += t->id[c][i - 1];
				if (id >= t->nkeys[c])
					return false;
				t->id[c][i] = (uint32) id;
			}
		t->count[i] = dm_get_varint(r);
	}
	return !r->failed && r->pos == r->end;
}

/* Read the packed form; keys point into it. */
bool
dm_ag_unpack(const struct varlena *packed, AgTable *t)
{
	DmReader	r;
	int			c;

	memset(t, 0, sizeof(*t));
	dm_reader_init(&r, packed);
	t->shape = dm_get_u8(&r);
	t->option = dm_get_u8(&r);
	t->unused = dm_get_varint(&r);
	if (r.failed || t->unused > PG_INT64_MAX || (int) t->option >= AG_OPTIONS ||
		(t->shape != AG_ITEMS && t->shape != AG_ANNOTATORS && t->shape != AG_PAIRS))
		return false;
	for (c = 0; c < AG_COLUMNS; c++)
		if ((t->shape & 1 << c) && !get_keys(&r, t, c))
			return false;
	return get_rows(&r, t);
}

/* Keys ascend, are text of this encoding, and are no text of an integer. */
static bool
valid_keys(const AgTable *t, int c)
{
	bool	   *used = palloc_extended(Max(t->nkeys[c], 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	uint32		i;

	for (i = 0; i < t->n; i++)
		used[t->id[c][i]] = true;
	for (i = 0; i < t->nkeys[c]; i++)
	{
		const AgKey *key = &t->key[c][i];

		if (!used[i] || (i > 0 && dm_ag_compare(key - 1, key) >= 0))
			return false;
		if (key->text == NULL)
		{
			if (!AG_IS_NUMBER(key->number))
				return false;
			continue;
		}
		if (!pg_verifymbstr(key->text, (int) key->len, true) || memchr(key->text, 0, key->len) ||
			dm_ag_text(key->text, key->len).text == NULL)
			return false;
	}
	return true;
}

static bool
valid_state(const struct varlena *packed)
{
	uint64		total;
	AgTable		t;
	uint32		i;
	int			c;

	if (!dm_ag_unpack(packed, &t))
		return false;
	total = t.unused;
	for (i = 0; i < t.n; i++)
	{
		int			order = 0;

		if (t.count[i] < 1 || t.count[i] > PG_INT64_MAX - total)
			return false;
		total += t.count[i];
		for (c = 0; c < AG_COLUMNS && i > 0 && order == 0; c++)
			if (t.shape & 1 << c)
				order = (t.id[c][i] > t.id[c][i - 1]) - (t.id[c][i] < t.id[c][i - 1]);
		if (i > 0 && order <= 0)
			return false;
	}
	for (c = 0; c < AG_COLUMNS; c++)
		if ((t.shape & 1 << c) && !valid_keys(&t, c))
			return false;
	return true;
}

static const char *
shape_name(AgShape shape)
{
	return shape == AG_ITEMS ? "items" : shape == AG_PAIRS ? "pairs" : "annotators";
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	char		digits[AG_DIGITS];
	AgTable		t;
	uint32		i;
	int			c;

	dm_ag_table(packed, &t);
	appendStringInfo(buf, "{\"of\":\"%s\",", shape_name(t.shape));
	if (t.option != AG_NO_OPTION)
		appendStringInfo(buf, "\"option\":\"%s\",", option_names[t.option]);
	appendStringInfo(buf, "\"unused\":" UINT64_FORMAT ",\"rows\":[", t.unused);
	for (i = 0; i < t.n; i++)
	{
		appendStringInfoString(buf, i == 0 ? "[" : ",[");
		for (c = 0; c < AG_COLUMNS; c++)
			if (t.shape & 1 << c)
			{
				size_t		len;
				const char *text = dm_ag_key_text(&t.key[c][t.id[c][i]], digits, &len);

				dm_json_put_string(buf, text, len);
				appendStringInfoChar(buf, ',');
			}
		appendStringInfo(buf, UINT64_FORMAT "]", t.count[i]);
	}
	appendStringInfoString(buf, "]}");
}

static AgShape
parse_shape(DmJson *j)
{
	const AgShape shapes[] = {AG_ITEMS, AG_ANNOTATORS, AG_PAIRS};
	char	   *name;
	int			i;

	dm_json_expect(j, '{');
	dm_json_key(j, "of");
	name = dm_json_string(j);
	for (i = 0; !j->failed && i < (int) lengthof(shapes); i++)
		if (strcmp(name, shape_name(shapes[i])) == 0)
			return shapes[i];
	dm_json_fail(j, "\"of\" must be \"items\", \"annotators\" or \"pairs\"");
	return AG_ITEMS;
}

static AgWorking *
parse_row(DmJson *j, AgWorking *w, uint64 *total)
{
	AgKey		row[AG_COLUMNS];
	uint64		count;
	int			c;

	dm_json_expect(j, '[');
	for (c = 0; c < AG_COLUMNS && !j->failed; c++)
		if (w->shape & 1 << c)
		{
			char	   *text = dm_json_string(j);

			if (j->failed)
				return w;
			row[c] = dm_ag_text(text, strlen(text));
			dm_json_expect(j, ',');
		}
	count = dm_json_count(j);
	dm_json_expect(j, ']');
	if (!j->failed && count == 0)
		dm_json_fail(j, "A count must be positive");
	if (!j->failed && count > PG_INT64_MAX - *total)
		dm_json_fail(j, "The counts exceed the range of bigint");
	*total += count;
	return j->failed ? w : dm_ag_add(w, row, count);
}

static struct varlena *
parse_state(DmJson *j)
{
	AgWorking  *w = dm_ag_working(NULL, parse_shape(j));
	uint64		total;

	dm_json_expect(j, ',');
	if (!j->failed && strncmp(j->pos + strspn(j->pos, " \t\n\r"), "\"option\"", 8) == 0)
	{
		char	   *name;

		dm_json_key(j, "option");
		name = dm_json_string(j);
		if (!j->failed)
			w->option = (uint8) dm_ag_option(name, AG_NONE, AG_OPTIONS - 1);
		if (!j->failed && w->option == AG_NO_OPTION)
			dm_json_fail(j, "There is no such option");
		dm_json_expect(j, ',');
	}
	dm_json_key(j, "unused");
	total = w->unused = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "rows");
	dm_json_expect(j, '[');
	if (!j->failed && !dm_json_try(j, ']'))
	{
		do
			w = parse_row(j, w, &total);
		while (!j->failed && dm_json_try(j, ','));
		dm_json_expect(j, ']');
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_state((struct varlena *) w);
}

static const DmType agreement_state_type = {
	DM_AGREEMENT_STATE, AG_TYPE_NAME, print_state, parse_state, valid_state, pack_state, dm_ag_merge
};

DM_TYPE_FUNCTIONS(agreement_state, agreement_state_type);

static void
get_table(FunctionCallInfo fcinfo, AgTable *t)
{
	dm_ag_table(dm_getarg(fcinfo, 0, DM_AGREEMENT_STATE), t);
}

/* Rows: of pairs, a pair. */
Datum
datamon_agreement_state_count(PG_FUNCTION_ARGS)
{
	uint64		n = 0;
	AgTable		t;
	uint32		i;

	get_table(fcinfo, &t);
	for (i = 0; i < t.n; i++)
		n += t.count[i];
	PG_RETURN_INT64((int64) n);
}

Datum
datamon_agreement_state_unused(PG_FUNCTION_ARGS)
{
	AgTable		t;

	get_table(fcinfo, &t);
	PG_RETURN_INT64((int64) t.unused);
}

/* NULL where there is no such column. */
static Datum
keys_of(FunctionCallInfo fcinfo, int column)
{
	AgTable		t;

	get_table(fcinfo, &t);
	if (!(t.shape & 1 << column) || (t.shape == AG_PAIRS && column == AG_ANNOTATOR))
		PG_RETURN_NULL();
	PG_RETURN_INT64(t.nkeys[column]);
}

Datum
datamon_agreement_state_items(PG_FUNCTION_ARGS)
{
	return keys_of(fcinfo, AG_ITEM);
}

Datum
datamon_agreement_state_annotators(PG_FUNCTION_ARGS)
{
	return keys_of(fcinfo, AG_ANNOTATOR);
}

/* Of pairs: labels that either side uses; both lists are in order. */
Datum
datamon_agreement_state_categories(PG_FUNCTION_ARGS)
{
	uint32		a = 0;
	uint32		b = 0;
	int64		n = 0;
	AgTable		t;

	get_table(fcinfo, &t);
	if (t.shape != AG_PAIRS)
		PG_RETURN_INT64(t.nkeys[AG_VALUE]);
	while (a < t.nkeys[AG_ANNOTATOR] || b < t.nkeys[AG_VALUE])
	{
		int			c = a == t.nkeys[AG_ANNOTATOR] ? 1 : b == t.nkeys[AG_VALUE] ? -1 :
			dm_ag_compare(&t.key[AG_ANNOTATOR][a], &t.key[AG_VALUE][b]);

		a += c <= 0;
		b += c >= 0;
		n++;
	}
	PG_RETURN_INT64(n);
}

/* ratings(agreement_state) -> item, annotator, value, count */
Datum
datamon_agreement_state_ratings(PG_FUNCTION_ARGS)
{
	char		digits[AG_DIGITS];
	DmRowSet		rows;
	AgTable		t;
	uint32		i;
	int			c;

	get_table(fcinfo, &t);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < t.n; i++)
	{
		for (c = 0; c < AG_COLUMNS; c++)
		{
			size_t		len;
			const char *text;

			if (!(t.shape & 1 << c))
			{
				dm_row_text(&rows.row, NULL);
				continue;
			}
			text = dm_ag_key_text(&t.key[c][t.id[c][i]], digits, &len);
			dm_row_string(&rows.row, text, len);
		}
		dm_row_count(&rows.row, (int64) t.count[i]);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
