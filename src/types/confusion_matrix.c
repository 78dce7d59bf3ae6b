/*
 * confusion_matrix.c - input, output and layout of confusion_matrix.
 *
 * Packed form, after the header: varints unlabelled, unpredicted, empty; the
 * number of classes, and each as length and bytes, in the order of bytes; for
 * each class as the actual one the number of its cells, and each cell as the
 * predicted class's distance from the one before (from -1) less 1, and count.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/confusion_matrix.h"
#include "types/value_counts_internal.h"

#define CELL_KEY(actual, predicted) (((uint64) (actual) << 32) | (predicted))

static const char *const lacking_names[DM_LACKINGS] = {"unlabelled", "unpredicted", "empty"};

static uint64
rank_key(uint64 key, const uint32 *rank)
{
	return CELL_KEY(rank[key >> 32], rank[(uint32) key]);
}

static void
range_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("count exceeds the range of bigint")));
}

/* The sum of all counts must be a bigint too. */
static bool
total_fits(uint64 *total, uint64 count)
{
	if (count > PG_INT64_MAX - *total)
		return false;
	*total += count;
	return true;
}

static struct varlena *
pack_matrix(const struct varlena *working)
{
	const DmClassTable *t = (const DmClassTable *) working;
	StringInfoData buf;
	uint32	   *rank;
	uint32	   *by_rank;
	DmClassCell *cells;
	uint64		total = 0;
	uint32		next = 0;
	uint32		i;

	dm_class_ranks(t, &rank, &by_rank);
	cells = dm_class_cells(t, rank_key, rank);
	dm_packed_begin(&buf, DM_CONFUSION_MATRIX);
	for (i = 0; i < DM_LACKINGS; i++)
	{
		if (!total_fits(&total, t->lacking[i]))
			range_error();
		dm_put_varint(&buf, t->lacking[i]);
	}
	dm_put_varint(&buf, t->nclasses);
	for (i = 0; i < t->nclasses; i++)
	{
		const DmClassName *name = &DM_CLASS_NAMES(t)[by_rank[i]];

		dm_put_varint(&buf, name->len);
		appendBinaryStringInfo(&buf, DM_CLASS_ARENA(t) + name->offset, (int) name->len);
	}
	for (i = 0; i < t->nclasses; i++)
	{
		uint32		end = next;
		uint32		before = 0;

		while (end < t->ncells && cells[end].key >> 32 == i)
			end++;
		dm_put_varint(&buf, end - next);
		for (; next < end; next++)
		{
			uint32		predicted = (uint32) cells[next].key;

			if (!total_fits(&total, cells[next].count))
				range_error();
			dm_put_varint(&buf, predicted - before);
			dm_put_varint(&buf, cells[next].count);
			before = predicted + 1;
		}
	}
	pfree(cells);
	pfree(rank);
	pfree(by_rank);
	return dm_packed_finish(&buf);
}

/* A cursor over the cells of a packed value, whose names have been read. */
typedef struct CellReader
{
	DmReader	reader;
	uint32		nclasses;
	uint32		actual;			/* the row that is being read */
	uint64		left;			/* cells of it to come */
	uint64		predicted;		/* smallest that may come next */
} CellReader;

/* The head and the names; false if they are no packed value's. */
static bool
read_names(const struct varlena *packed, CellReader *r, uint64 *lacking, const char ***names,
		   uint32 **lens)
{
	uint64		nclasses;
	uint32		i;

	dm_reader_init(&r->reader, packed);
	for (i = 0; i < DM_LACKINGS; i++)
		lacking[i] = dm_get_varint(&r->reader);
	nclasses = dm_get_varint(&r->reader);
	if (r->reader.failed || nclasses > 2 * DM_MAX_CELLS ||
		nclasses > (uint64) (r->reader.end - r->reader.pos))
		return false;
	r->nclasses = (uint32) nclasses;
	*names = palloc(Max(nclasses, 1) * sizeof(char *));
	*lens = palloc(Max(nclasses, 1) * sizeof(uint32));
	for (i = 0; i < r->nclasses; i++)
	{
		uint64		len = dm_get_varint(&r->reader);

		if (len > DM_CLASS_BYTES)
			return false;
		(*names)[i] = (const char *) dm_get_bytes(&r->reader, len);
		(*lens)[i] = (uint32) len;
		if (r->reader.failed)
			return false;
	}
	r->actual = 0;
	r->left = r->nclasses > 0 ? dm_get_varint(&r->reader) : 0;
	r->predicted = 0;
	return true;
}

/* false at the end, and where the bytes are wrong: then the reader has failed. */
static bool
next_cell(CellReader *r, uint32 *actual, uint32 *predicted, uint64 *count)
{
	uint64		distance;

	while (r->left == 0)
	{
		if (r->reader.failed || r->actual + 1 >= r->nclasses)
			return false;
		r->actual++;
		r->predicted = 0;
		r->left = dm_get_varint(&r->reader);
	}
	distance = dm_get_varint(&r->reader);
	*count = dm_get_varint(&r->reader);
	if (r->reader.failed || distance >= r->nclasses - r->predicted || *count < 1)
	{
		r->reader.failed = true;
		return false;
	}
	*actual = r->actual;
	*predicted = (uint32) (r->predicted + distance);
	r->predicted = (uint64) *predicted + 1;
	r->left--;
	return true;
}

static bool
names_valid(const char **names, const uint32 *lens, uint32 n)
{
	uint32		i;

	for (i = 0; i < n; i++)
		if (!dm_class_name_valid(names[i], lens[i]) ||
			(i > 0 && dm_class_compare(names[i - 1], lens[i - 1], names[i], lens[i]) >= 0))
			return false;
	return true;
}

/* Exactly what pack_matrix() makes: every class is in a cell, all counts fit. */
static bool
valid_matrix(const struct varlena *packed)
{
	CellReader	r;
	uint64		lacking[DM_LACKINGS];
	const char **names;
	uint32	   *lens;
	bool	   *seen;
	uint64		total = 0;
	uint64		count;
	uint32		actual;
	uint32		predicted;
	uint32		ncells = 0;
	uint32		i;

	if (!read_names(packed, &r, lacking, &names, &lens) || !names_valid(names, lens, r.nclasses))
		return false;
	for (i = 0; i < DM_LACKINGS; i++)
		if (!total_fits(&total, lacking[i]))
			return false;
	seen = palloc0(Max(r.nclasses, 1) * sizeof(bool));
	while (next_cell(&r, &actual, &predicted, &count))
	{
		if (!total_fits(&total, count) || ++ncells > DM_MAX_CELLS)
			return false;
		seen[actual] = seen[predicted] = true;
	}
	for (i = 0; i < r.nclasses; i++)
		if (!seen[i])
			return false;
	return !r.reader.failed && r.reader.pos == r.reader.end;
}

DmClassTable *
dm_confusion_matrix_add(DmClassTable *t, const char *actual, Size actual_len,
						const char *predicted, Size predicted_len, uint64 count)
{
	uint32		row;

	t = dm_class_table_reserve(t, 2, 1, Min(actual_len, DM_CLASS_BYTES) +
							   Min(predicted_len, DM_CLASS_BYTES));
	row = dm_class_number(t, actual, actual_len);
	dm_class_count(t, CELL_KEY(row, dm_class_number(t, predicted, predicted_len)), count);
	if (unlikely(t->ncells > DM_MAX_CELLS))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a confusion_matrix cannot hold more than %d pairs of classes", DM_MAX_CELLS),
				 errhint("Group rare classes into one, or compare numbers as numbers.")));
	return t;
}

/* Counts of a packed value into a working form. */
static DmClassTable *
add_packed(DmClassTable *t, const struct varlena *packed)
{
	CellReader	r;
	uint64		lacking[DM_LACKINGS];
	const char **names;
	uint32	   *lens;
	uint64		count;
	uint32		actual;
	uint32		predicted;
	int			i;

	if (!read_names(packed, &r, lacking, &names, &lens))
		dm_corrupt(CM_TYPE_NAME);
	for (i = 0; i < DM_LACKINGS; i++)
		t->lacking[i] = dm_add_count(t->lacking[i], lacking[i]);
	while (next_cell(&r, &actual, &predicted, &count))
		t = dm_confusion_matrix_add(t, names[actual], lens[actual], names[predicted],
									lens[predicted], count);
	if (r.reader.failed)
		dm_corrupt(CM_TYPE_NAME);
	pfree(names);
	pfree(lens);
	return t;
}

/* Counts of another working form: numbers of classes are translated once each. */
static DmClassTable *
add_working(DmClassTable *t, const DmClassTable *other)
{
	uint32		i;

	for (i = 0; i < DM_LACKINGS; i++)
		t->lacking[i] = dm_add_count(t->lacking[i], other->lacking[i]);
	for (i = 0; i < other->cell_capacity; i++)
	{
		const DmClassCell *cell = &DM_CLASS_CELLS(other)[i];
		const DmClassName *actual = &DM_CLASS_NAMES(other)[cell->key >> 32];
		const DmClassName *predicted = &DM_CLASS_NAMES(other)[(uint32) cell->key];

		if (cell->count > 0)
			t = dm_confusion_matrix_add(t, DM_CLASS_ARENA(other) + actual->offset, actual->len,
										DM_CLASS_ARENA(other) + predicted->offset, predicted->len,
										cell->count);
	}
	return t;
}

DmClassTable *
dm_confusion_matrix_working(struct varlena *state)
{
	if (state && DM_IS_WORKING(state))
		return (DmClassTable *) state;
	if (state)
		return add_packed(dm_class_table_create(DM_CONFUSION_MATRIX), state);
	return dm_class_table_create(DM_CONFUSION_MATRIX);
}

static struct varlena *
merge_matrix(struct varlena *state, const struct varlena *value)
{
	DmClassTable *t = dm_confusion_matrix_working(state);

	if (DM_IS_WORKING(value))
		return (struct varlena *) add_working(t, (const DmClassTable *) value);
	return (struct varlena *) add_packed(t, value);
}

/* ["actual","predicted",count], in any order but each pair once. */
static DmClassTable *
parse_cell(DmJson *j, DmClassTable *t)
{
	char	   *actual;
	char	   *predicted = NULL;
	uint64		count;
	uint32		before = t->ncells;

	dm_json_expect(j, '[');
	actual = dm_json_string(j);
	dm_json_expect(j, ',');
	predicted = dm_json_string(j);
	dm_json_expect(j, ',');
	count = dm_json_count(j);
	dm_json_expect(j, ']');
	if (j->failed)
		return t;
	if (count < 1)
		dm_json_fail(j, "A count must be positive");
	else if (strlen(actual) > DM_CLASS_BYTES || strlen(predicted) > DM_CLASS_BYTES)
		dm_json_fail(j, "A class is longer than 128 bytes");
	else if (t->ncells == DM_MAX_CELLS)
		dm_json_fail(j, "There are more than 100000 pairs of classes");
	else
		t = dm_confusion_matrix_add(t, actual, strlen(actual), predicted, strlen(predicted), count);
	if (!j->failed && t->ncells == before)
		dm_json_fail(j, "A pair of classes is given twice");
	return t;
}

static struct varlena *
parse_matrix(DmJson *j)
{
	DmClassTable *t = dm_class_table_create(DM_CONFUSION_MATRIX);
	uint64		total = 0;
	uint32		i;

	for (i = 0; i < DM_LACKINGS; i++)
	{
		dm_json_expect(j, i == 0 ? '{' : ',');
		dm_json_key(j, lacking_names[i]);
		t->lacking[i] = dm_json_count(j);
		if (!j->failed && !total_fits(&total, t->lacking[i]))
			dm_json_fail(j, "The counts exceed the range of bigint");
	}
	dm_json_expect(j, ',');
	dm_json_key(j, "cells");
	dm_json_expect(j, '[');
	if (!dm_json_try(j, ']'))
	{
		do
			t = parse_cell(j, t);
		while (dm_json_try(j, ','));
		dm_json_expect(j, ']');
	}
	dm_json_expect(j, '}');
	if (j->failed)
		return NULL;
	for (i = 0; i < t->cell_capacity; i++)
		if (!total_fits(&total, DM_CLASS_CELLS(t)[i].count))
		{
			dm_json_fail(j, "The counts exceed the range of bigint");
			return NULL;
		}
	return pack_matrix((struct varlena *) t);
}

static void
print_matrix(StringInfo buf, const struct varlena *packed)
{
	CellReader	r;
	uint64		lacking[DM_LACKINGS];
	const char **names;
	uint32	   *lens;
	uint64		count;
	uint32		actual;
	uint32		predicted;
	char		separator = '[';
	int			i;

	if (!read_names(packed, &r, lacking, &names, &lens))
		dm_corrupt(CM_TYPE_NAME);
	for (i = 0; i < DM_LACKINGS; i++)
		appendStringInfo(buf, "%c\"%s\":" UINT64_FORMAT, i == 0 ? '{' : ',', lacking_names[i],
						 lacking[i]);
	appendStringInfoString(buf, ",\"cells\":");
	while (next_cell(&r, &actual, &predicted, &count))
	{
		appendStringInfo(buf, "%c[", separator);
		dm_json_put_string(buf, names[actual], lens[actual]);
		appendStringInfoChar(buf, ',');
		dm_json_put_string(buf, names[predicted], lens[predicted]);
		appendStringInfo(buf, "," UINT64_FORMAT "]", count);
		separator = ',';
	}
	if (r.reader.failed)
		dm_corrupt(CM_TYPE_NAME);
	appendStringInfoString(buf, separator == '[' ? "[]}" : "]}");
}

static const DmType confusion_matrix_type = {
	DM_CONFUSION_MATRIX, CM_TYPE_NAME, print_matrix, parse_matrix, valid_matrix, pack_matrix,
	merge_matrix
};

DM_TYPE_FUNCTIONS(confusion_matrix, confusion_matrix_type);

/* An integer as it is written, without leading zeros: order of classes by value. */
static bool
is_integer(const char *s, uint32 len, int64 *value)
{
	bool		negative = len > 0 && s[0] == '-';
	uint32		i = negative ? 1 : 0;
	int64		v = 0;

	if (len == i || len > 18 || (s[i] == '0' && len > 1))
		return false;
	for (; i < len; i++)
	{
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*value = negative ? -v : v;
	return true;
}

typedef struct NumberedClass
{
	int64		value;
	uint32		number;
} NumberedClass;

static int
by_value(const void *a, const void *b)
{
	int64		x = ((const NumberedClass *) a)->value;
	int64		y = ((const NumberedClass *) b)->value;

	return (x > y) - (x < y);
}

/*
 * place[i] is where class i of the packed value stands: by value where all are
 * integers, as weights of kappa need it, else by bytes as they come.
 */
static uint32 *
class_places(const char **names, const uint32 *lens, uint32 n)
{
	uint32	   *place = palloc(Max(n, 1) * sizeof(uint32));
	NumberedClass *classes = palloc(Max(n, 1) * sizeof(NumberedClass));
	uint32		i;

	for (i = 0; i < n && is_integer(names[i], lens[i], &classes[i].value); i++)
		classes[i].number = i;
	if (i == n)
		qsort(classes, n, sizeof(NumberedClass), by_value);
	else
		for (i = 0; i < n; i++)
			classes[i].number = i;
	for (i = 0; i < n; i++)
		place[classes[i].number] = i;
	pfree(classes);
	return place;
}

static void
read_cells(CellReader *r, const uint32 *place, DmClasses *c)
{
	size_t		room = 64;
	uint32		actual;
	uint32		predicted;
	uint64		count;
	DmMatrix   *m = &c->matrix;

	m->n_cells = 0;
	c->actual = palloc0(Max(m->k, 1) * sizeof(uint64));
	c->predicted = palloc0(Max(m->k, 1) * sizeof(uint64));
	m->cells = palloc(room * sizeof(DmCell));
	c->counts = palloc(room * sizeof(uint64));
	c->n = 0;
	while (next_cell(r, &actual, &predicted, &count))
	{
		if (m->n_cells == room)
		{
			room *= 2;
			m->cells = repalloc(m->cells, room * sizeof(DmCell));
			c->counts = repalloc(c->counts, room * sizeof(uint64));
		}
		m->cells[m->n_cells].actual = place[actual];
		m->cells[m->n_cells].predicted = place[predicted];
		m->cells[m->n_cells].count = (double) count;
		c->counts[m->n_cells++] = count;
		c->actual[place[actual]] += count;
		c->predicted[place[predicted]] += count;
		c->n += count;
	}
	if (r->reader.failed)
		dm_corrupt(CM_TYPE_NAME);
}

void
dm_confusion_matrix_read(const struct varlena *state, DmClasses *c)
{
	CellReader	r;
	const char **names;
	uint32	   *lens;
	uint32	   *place;
	uint32		i;

	state = dm_type_pack(state, &confusion_matrix_type);
	if (!read_names(state, &r, c->lacking, &names, &lens))
		dm_corrupt(CM_TYPE_NAME);
	place = class_places(names, lens, r.nclasses);
	c->name = palloc(Max(r.nclasses, 1) * sizeof(char *));
	c->len = palloc(Max(r.nclasses, 1) * sizeof(uint32));
	for (i = 0; i < r.nclasses; i++)
	{
		c->name[place[i]] = names[i];
		c->len[place[i]] = lens[i];
	}
	c->matrix.k = r.nclasses;
	read_cells(&r, place, c);
	c->matrix.actual = palloc(Max(r.nclasses, 1) * sizeof(double));
	c->matrix.predicted = palloc(Max(r.nclasses, 1) * sizeof(double));
	c->matrix.hits = palloc(Max(r.nclasses, 1) * sizeof(double));
	dm_matrix_sum(&c->matrix);
	pfree(names);
	pfree(lens);
	pfree(place);
}

size_t
dm_classes_find(const DmClasses *c, const text *name)
{
	const char *value = VARDATA_ANY(name);
	size_t		len = VARSIZE_ANY_EXHDR(name);
	char		kept[DM_CLASS_BYTES + 1];
	size_t		i;

	if (len > DM_CLASS_BYTES)
	{
		len = dm_vc_keep(value, len, kept);
		value = kept;
	}
	for (i = 0; i < c->matrix.k; i++)
		if (c->len[i] == len && memcmp(c->name[i], value, len) == 0)
			break;
	return i;
}
