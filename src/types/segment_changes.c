/*
 * segment_changes.c - the segment_changes type: rows of (segment, numbers).
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "types/segment_changes.h"

#define FIRST_BYTES 256
#define HEAD offsetof(ScWorking, log)

static const char *const kind_names[SC_KINDS] = {"empty", "counts", "history", "rates"};

static ScWorking *
allocate(Size size)
{
	ScWorking  *w;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("segment_changes exceeds 1 GB"),
				 errhint("Group the rows by their dimensions first.")));
	w = palloc(size);
	memset(w, 0, HEAD);
	dm_header_working(w, DM_SEGMENT_CHANGES, size);
	return w;
}

static ScWorking *
make_room(ScWorking *w, Size more)
{
	Size		need = HEAD + w->used + more;
	Size		size = VARSIZE(w);
	ScWorking  *larger;

	if (need <= size)
		return w;
	while (size < need)
		size *= 2;
	if (size > MaxAllocSize && need <= MaxAllocSize)
		size = MaxAllocSize;
	larger = allocate(size);
	memcpy((char *) larger + sizeof(DmHeader), (char *) w + sizeof(DmHeader), HEAD - sizeof(DmHeader) + w->used);
	return larger;
}

static void
set_kind(ScWorking *w, ScKind kind, int numbers)
{
	if (kind == SC_EMPTY || (w->kind == kind && w->numbers == numbers))
		return;
	if (w->kind == SC_HISTORY && kind == SC_HISTORY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"history\" has %d values in one row and %d in another", w->numbers - 1, numbers - 1),
				 errhint("Give every row a value for every earlier bucket, 0 where there was nothing.")));
	if (w->kind != SC_EMPTY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("segment_changes of %s and of %s do not go together", kind_names[w->kind], kind_names[kind])));
	w->kind = (uint8) kind;
	w->numbers = (uint16) numbers;
}

static ScWorking *
add_row(ScWorking *w, const ScRow *row)
{
	Size		bytes = sizeof(double) * w->numbers;
	uint8	   *pos;

	w = make_room(w, DM_MOST_VARINT_BYTES + row->key_len + bytes);
	pos = dm_varint_to(w->log + w->used, row->key_len);
	memcpy(pos, row->key, row->key_len);
	memcpy(pos + row->key_len, row->numbers, bytes);
	w->used = (uint32) (pos + row->key_len + bytes - w->log);
	w->rows++;
	return w;
}

ScWorking *
dm_sc_add(ScWorking *w, ScKind kind, const char *key, uint32 key_len, const double *numbers, int n)
{
	StringInfoData buf;
	ScRow		row;
	int			i;

	set_kind(w, kind, n);
	initStringInfo(&buf);
	/* -0 is 0 */
	for (i = 0; i < n; i++)
		dm_put_double(&buf, numbers[i] + 0.0);
	row.key = (const uint8 *) key;
	row.key_len = key_len;
	row.numbers = (const uint8 *) buf.data;
	w = add_row(w, &row);
	pfree(buf.data);
	return w;
}

void
dm_sc_put_dimension(StringInfo key, const char *name, size_t name_len, const char *value, size_t value_len)
{
	dm_put_varint(key, name_len);
	appendBinaryStringInfo(key, name, (int) name_len);
	dm_put_varint(key, value_len);
	appendBinaryStringInfo(key, value, (int) value_len);
}

double
dm_sc_number(const ScRow *row, int i)
{
	DmReader	r;

	dm_reader_init_bytes(&r, row->numbers + sizeof(double) * (Size) i, sizeof(double));
	return dm_get_double(&r);
}

static int
compare_rows(const void *a, const void *b, void *numbers)
{
	const ScRow *x = a;
	const ScRow *y = b;
	int			c = memcmp(x->key, y->key, Min(x->key_len, y->key_len));

	if (c == 0 && x->key_len != y->key_len)
		c = x->key_len < y->key_len ? -1 : 1;
	return c != 0 ? c : memcmp(x->numbers, y->numbers, sizeof(double) * (Size) * (int *) numbers);
}

/* The rows of a reader; false where they are not rows. */
static bool
read_rows(DmReader *r, ScTable *t)
{
	uint32		i;

	t->row = NULL;
	/* a row has at least a byte */
	if (r->failed || t->rows > (Size) (r->end - r->pos))
		return false;
	t->row = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(ScRow) * Max((Size) t->rows, 1));
	for (i = 0; i < t->rows && !r->failed; i++)
	{
		uint64		len = dm_get_varint(r);

		if (len > MaxAllocSize)
			return false;
		t->row[i].key_len = (uint32) len;
		t->row[i].key = dm_get_bytes(r, len);
		t->row[i].numbers = dm_get_bytes(r, sizeof(double) * (Size) t->numbers);
	}
	return !r->failed && r->pos == r->end;
}

static bool
unpack(const struct varlena *packed, ScTable *t)
{
	DmReader	r;
	uint64		kind;
	uint64		numbers;
	uint64		rows;

	dm_reader_init(&r, packed);
	kind = dm_get_varint(&r);
	numbers = dm_get_varint(&r);
	t->unused = dm_get_varint(&r);
	rows = dm_get_varint(&r);
	if (r.failed || kind >= SC_KINDS || numbers > SC_MOST_NUMBERS || t->unused > PG_INT64_MAX || rows > MaxAllocSize)
		return false;
	t->kind = (ScKind) kind;
	t->numbers = (int) numbers;
	t->rows = (uint32) rows;
	return read_rows(&r, t);
}

void
dm_sc_table(const struct varlena *value, ScTable *t)
{
	const ScWorking *w = (const ScWorking *) value;
	DmReader	r;

	if (!DM_IS_WORKING(value))
	{
		if (!unpack(value, t))
			dm_corrupt(SC_TYPE_NAME);
		return;
	}
	t->kind = (ScKind) w->kind;
	t->numbers = w->numbers;
	t->unused = w->unused;
	t->rows = w->rows;
	dm_reader_init_bytes(&r, w->log, w->used);
	if (!read_rows(&r, t))
		dm_corrupt(SC_TYPE_NAME);
	qsort_arg(t->row, t->rows, sizeof(ScRow), compare_rows, &t->numbers);
}

/* The working form of a state: itself if it is one, else a copy. */
ScWorking *
dm_sc_working(const struct varlena *state)
{
	ScWorking  *w;
	ScTable		t;
	uint32		i;

	if (state && DM_IS_WORKING(state))
		return (ScWorking *) unconstify(struct varlena *, state);
	w = allocate(FIRST_BYTES);
	if (!state)
		return w;
	dm_sc_table(state, &t);
	w->unused = t.unused;
	w->kind = (uint8) t.kind;
	w->numbers = (uint16) t.numbers;
	for (i = 0; i < t.rows; i++)
		w = add_row(w, &t.row[i]);
	return w;
}

static struct varlena *
pack_state(const struct varlena *working)
{
	StringInfoData buf;
	ScTable		t;
	uint32		i;

	dm_sc_table(working, &t);
	dm_packed_begin(&buf, DM_SEGMENT_CHANGES);
	dm_put_varint(&buf, t.kind);
	dm_put_varint(&buf, (uint64) t.numbers);
	dm_put_varint(&buf, t.unused);
	dm_put_varint(&buf, t.rows);
	for (i = 0; i < t.rows; i++)
	{
		dm_put_varint(&buf, t.row[i].key_len);
		appendBinaryStringInfo(&buf, (const char *) t.row[i].key, (int) t.row[i].key_len);
		appendBinaryStringInfo(&buf, (const char *) t.row[i].numbers, (int) sizeof(double) * t.numbers);
	}
	pfree(t.row);
	return dm_packed_finish(&buf);
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	ScWorking  *w = dm_sc_working(state);
	ScTable		t;
	uint32		i;

	if (DM_IS_WORKING(value))
	{
		const ScWorking *v = (const ScWorking *) value;

		set_kind(w, (ScKind) v->kind, v->numbers);
		w = make_room(w, v->used);
		memcpy(w->log + w->used, v->log, v->used);
		w->used += v->used;
		w->rows += v->rows;
		w->unused = dm_add_count(w->unused, v->unused);
		return (struct varlena *) w;
	}
	dm_sc_table(value, &t);
	set_kind(w, t.kind, t.numbers);
	w->unused = dm_add_count(w->unused, t.unused);
	for (i = 0; i < t.rows; i++)
		w = add_row(w, &t.row[i]);
	return (struct varlena *) w;
}

/* A number of doubles that rows of a kind have. */
static bool
numbers_fit(ScKind kind, int numbers)
{
	switch (kind)
	{
		case SC_COUNTS:
			return numbers == 2;
		case SC_RATES:
			return numbers == 4;
		case SC_HISTORY:
			return numbers >= 2;
		default:
			return numbers == 0;
	}
}

/* Is a text a JSON string as dm_json_put_string() writes it? */
static bool
valid_string(const char *s, size_t len)
{
	size_t		i;

	if (len < 2 || s[0] != '"' || s[len - 1] != '"')
		return false;
	for (i = 1; i < len - 1; i++)
	{
		if (s[i] == '"' || (unsigned char) s[i] < 0x20 || s[i] == 0x7f)
			return false;
		if (s[i] != '\\')
			continue;
		if (i + 1 < len - 1 && (s[i + 1] == '"' || s[i + 1] == '\\'))
			i++;
		else if (i + 5 < len - 1 && strncmp(s + i + 1, "u00", 3) == 0 &&
				 ((strchr("01", s[i + 4]) && strchr("0123456789abcdef", s[i + 5])) || strncmp(s + i + 4, "7f", 2) == 0))
			i += 5;
		else
			return false;
	}
	return true;
}

/* Is a text JSON of a scalar, as it is written here? */
static bool
valid_value(const char *s, size_t len)
{
	size_t		i = len > 0 && s[0] == '-' ? 1 : 0;
	size_t		first = i;

	if ((len == 4 && (memcmp(s, "true", 4) == 0 || memcmp(s, "null", 4) == 0)) ||
		(len == 5 && memcmp(s, "false", 5) == 0))
		return true;
	if (len > 0 && s[0] == '"')
		return valid_string(s, len);
	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	if (i == first || (s[first] == '0' && i > first + 1))
		return false;
	if (i < len && s[i] == '.')
		for (first = ++i; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			;
	return i == len && i > first;
}

/* Names that ascend, and values. */
static bool
valid_key(const ScRow *row)
{
	DmReader	r;
	const char *last = NULL;
	uint64		last_len = 0;
	int			n = 0;

	dm_reader_init_bytes(&r, row->key, row->key_len);
	while (r.pos < r.end)
	{
		uint64		len = dm_get_varint(&r);
		const char *name = (const char *) dm_get_bytes(&r, len);
		uint64		value_len = dm_get_varint(&r);
		const char *value = (const char *) dm_get_bytes(&r, value_len);
		int			c;

		if (r.failed || ++n > DM_RC_DIMENSIONS || !valid_value(value, value_len))
			return false;
		c = last ? memcmp(last, name, Min(last_len, len)) : -1;
		if (c > 0 || (c == 0 && last_len >= len))
			return false;
		last = name;
		last_len = len;
	}
	return !r.failed;
}

static bool
valid_state(const struct varlena *packed)
{
	ScTable		t;
	uint32		i;
	int			k;

	if (!unpack(packed, &t) || !numbers_fit(t.kind, t.numbers) || (t.kind == SC_EMPTY && t.rows > 0))
		return false;
	for (i = 0; i < t.rows; i++)
	{
		if (!valid_key(&t.row[i]) || (i > 0 && compare_rows(&t.row[i - 1], &t.row[i], &t.numbers) > 0))
			return false;
		for (k = 0; k < t.numbers; k++)
		{
			double		v = dm_sc_number(&t.row[i], k);

			if (!isfinite(v) || (v == 0 && signbit(v)))
				return false;
		}
	}
	return true;
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	ScTable		t;
	uint32		i;
	int			k;

	dm_sc_table(packed, &t);
	appendStringInfo(buf, "{\"kind\":\"%s\",\"numbers\":%d,\"unused\":" UINT64_FORMAT ",\"rows\":[",
					 kind_names[t.kind], t.numbers, t.unused);
	for (i = 0; i < t.rows; i++)
	{
		DmReader	r;
		bool		first = true;

		appendStringInfoString(buf, i == 0 ? "[[" : ",[[");
		dm_reader_init_bytes(&r, t.row[i].key, t.row[i].key_len);
		while (r.pos < r.end)
		{
			uint64		len = dm_get_varint(&r);
			const char *name = (const char *) dm_get_bytes(&r, len);

			if (r.failed)
				dm_corrupt(SC_TYPE_NAME);
			if (!first)
				appendStringInfoChar(buf, ',');
			first = false;
			dm_json_put_string(buf, name, len);
			appendStringInfoChar(buf, ',');
			len = dm_get_varint(&r);
			name = (const char *) dm_get_bytes(&r, len);
			if (r.failed)
				dm_corrupt(SC_TYPE_NAME);
			dm_json_put_string(buf, name, len);
		}
		appendStringInfoChar(buf, ']');
		for (k = 0; k < t.numbers; k++)
		{
			appendStringInfoChar(buf, ',');
			dm_json_put_double(buf, dm_sc_number(&t.row[i], k));
		}
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoString(buf, "]}");
}

static ScWorking *
parse_row(DmJson *j, ScWorking *w, ScKind kind, int numbers)
{
	StringInfoData key;
	double	   *v = palloc(sizeof(double) * (Size) Max(numbers, 1));
	int			i;

	initStringInfo(&key);
	dm_json_expect(j, '[');
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		char	   *name;
		char	   *value;

		if (key.len > 0)
			dm_json_expect(j, ',');
		name = dm_json_string(j);
		dm_json_expect(j, ',');
		value = dm_json_string(j);
		if (!j->failed)
			dm_sc_put_dimension(&key, name, strlen(name), value, strlen(value));
	}
	for (i = 0; i < numbers; i++)
	{
		dm_json_expect(j, ',');
		v[i] = dm_json_double(j);
	}
	dm_json_expect(j, ']');
	return j->failed ? w : dm_sc_add(w, kind, key.data, (uint32) key.len, v, numbers);
}

static struct varlena *
parse_state(DmJson *j)
{
	ScWorking  *w = allocate(FIRST_BYTES);
	ScKind		kind = SC_EMPTY;
	char	   *name;
	uint64		numbers;

	dm_json_expect(j, '{');
	dm_json_key(j, "kind");
	name = dm_json_string(j);
	while (!j->failed && kind < SC_KINDS && strcmp(name, kind_names[kind]) != 0)
		kind++;
	dm_json_expect(j, ',');
	dm_json_key(j, "numbers");
	numbers = dm_json_count(j);
	if (!j->failed && (kind == SC_KINDS || numbers > SC_MOST_NUMBERS || !numbers_fit(kind, (int) numbers)))
		dm_json_fail(j, "Unknown kind of numbers");
	if (j->failed)
		return NULL;
	set_kind(w, kind, (int) numbers);
	dm_json_expect(j, ',');
	dm_json_key(j, "unused");
	w->unused = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "rows");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (w->rows > 0)
			dm_json_expect(j, ',');
		if (kind == SC_EMPTY && !j->failed)
			dm_json_fail(j, "Rows of no kind");
		if (!j->failed)
			w = parse_row(j, w, kind, (int) numbers);
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_state((struct varlena *) w);
}

const DmType dm_segment_changes_type = {
	DM_SEGMENT_CHANGES, SC_TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state
};

DM_TYPE_FUNCTIONS(segment_changes, dm_segment_changes_type);

DM_FUNCTION(segment_changes_unused,
			Int64GetDatum((int64) ((ScWorking *) dm_sc_working(dm_getarg(fcinfo, 0, DM_SEGMENT_CHANGES)))->unused));
DM_FUNCTION(segment_changes_count,
			Int64GetDatum((int64) ((ScWorking *) dm_sc_working(dm_getarg(fcinfo, 0, DM_SEGMENT_CHANGES)))->rows));
