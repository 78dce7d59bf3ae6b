/*
 * multilabel_state.c - input, output and layout of multilabel_state.
 *
 * Packed form, after the header: varints unlabelled, unpredicted, empty; the
 * number of labels, and each, in the order of bytes, as length, bytes, tp, fp,
 * fn; the number of kinds of rows, and each, ascending, as actual, predicted
 * and common labels, and rows.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/multilabel_state.h"

static const char *const lacking_names[DM_LACKINGS] = {"unlabelled", "unpredicted", "empty"};

static bool
total_fits(uint64 *total, uint64 count)
{
	if (count > PG_INT64_MAX - *total)
		return false;
	*total += count;
	return true;
}

static uint64
rank_key(uint64 key, const uint32 *rank)
{
	return ML_IS_ROWS(key) ? key : ML_LABEL_KEY(rank[key >> 2], key & 3);
}

static void
put_value(StringInfo buf, const DmLabels *l)
{
	uint32		i;
	int			j;

	for (i = 0; i < DM_LACKINGS; i++)
		dm_put_varint(buf, l->lacking[i]);
	dm_put_varint(buf, l->k);
	for (i = 0; i < l->k; i++)
	{
		dm_put_varint(buf, l->len[i]);
		appendBinaryStringInfo(buf, l->name[i], (int) l->len[i]);
		for (j = 0; j < DM_LABEL_COUNTS; j++)
			dm_put_varint(buf, l->counts[i][j]);
	}
	dm_put_varint(buf, l->n_kinds);
	for (i = 0; i < l->n_kinds; i++)
	{
		dm_put_varint(buf, ML_ACTUAL(l->kinds[i].key));
		dm_put_varint(buf, ML_PREDICTED(l->kinds[i].key));
		dm_put_varint(buf, ML_COMMON(l->kinds[i].key));
		dm_put_varint(buf, l->kinds[i].count);
	}
}

static void
read_working(const DmClassTable *t, DmLabels *out)
{
	uint32	   *rank;
	uint32	   *by_rank;
	DmClassCell *cells;
	uint32		i;

	dm_class_ranks(t, &rank, &by_rank);
	cells = dm_class_cells(t, rank_key, rank);
	memcpy(out->lacking, t->lacking, sizeof(out->lacking));
	out->k = t->nclasses;
	out->name = palloc(Max(out->k, 1) * sizeof(char *));
	out->len = palloc(Max(out->k, 1) * sizeof(uint32));
	out->counts = palloc0(Max(out->k, 1) * sizeof(*out->counts));
	for (i = 0; i < out->k; i++)
	{
		const DmClassName *name = &DM_CLASS_NAMES(t)[by_rank[i]];

		out->name[i] = DM_CLASS_ARENA(t) + name->offset;
		out->len[i] = name->len;
	}
	/* cells of rows have the upper bit, so they are last */
	for (i = 0; i < t->ncells && !ML_IS_ROWS(cells[i].key); i++)
		out->counts[cells[i].key >> 2][cells[i].key & 3] = cells[i].count;
	out->kinds = cells + i;
	out->n_kinds = t->ncells - i;
	pfree(rank);
	pfree(by_rank);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	DmLabels	l;
	StringInfoData buf;
	uint64		total = 0;
	uint32		i;
	bool		fits = true;

	read_working((const DmClassTable *) working, &l);
	for (i = 0; i < DM_LACKINGS; i++)
		fits = fits && total_fits(&total, l.lacking[i]);
	for (i = 0; i < l.n_kinds; i++)
		fits = fits && total_fits(&total, l.kinds[i].count);
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	dm_packed_begin(&buf, DM_MULTILABEL_STATE);
	put_value(&buf, &l);
	return dm_packed_finish(&buf);
}

static bool
read_labels(DmReader *r, DmLabels *out)
{
	uint64		k = dm_get_varint(r);
	uint32		i;
	int			j;

	if (r->failed || k > (uint64) (r->end - r->pos) || k > DM_MAX_CELLS)
		return false;
	out->k = (uint32) k;
	out->name = palloc(Max(k, 1) * sizeof(char *));
	out->len = palloc(Max(k, 1) * sizeof(uint32));
	out->counts = palloc(Max(k, 1) * sizeof(*out->counts));
	for (i = 0; i < out->k; i++)
	{
		uint64		len = dm_get_varint(r);

		if (len > DM_CLASS_BYTES)
			return false;
		out->name[i] = (const char *) dm_get_bytes(r, len);
		out->len[i] = (uint32) len;
		for (j = 0; j < DM_LABEL_COUNTS; j++)
			out->counts[i][j] = dm_get_varint(r);
		if (r->failed)
			return false;
	}
	return true;
}

static bool
read_kinds(DmReader *r, DmLabels *out)
{
	uint64		n = dm_get_varint(r);
	uint32		i;

	if (r->failed || n > (uint64) (r->end - r->pos) || n > DM_MAX_CELLS)
		return false;
	out->n_kinds = (uint32) n;
	out->kinds = palloc(Max(n, 1) * sizeof(DmClassCell));
	for (i = 0; i < out->n_kinds; i++)
	{
		uint64		actual = dm_get_varint(r);
		uint64		predicted = dm_get_varint(r);
		uint64		common = dm_get_varint(r);

		if (actual > ML_MAX_LABELS || predicted > ML_MAX_LABELS || common > Min(actual, predicted))
			return false;
		out->kinds[i].key = ML_ROWS_KEY(actual, predicted, common);
		out->kinds[i].count = dm_get_varint(r);
	}
	return !r->failed && r->pos == r->end;
}

static bool
read_packed(const struct varlena *packed, DmLabels *out)
{
	DmReader	r;
	int			i;

	dm_reader_init(&r, packed);
	for (i = 0; i < DM_LACKINGS; i++)
		out->lacking[i] = dm_get_varint(&r);
	return read_labels(&r, out) && read_kinds(&r, out);
}

void
dm_multilabel_read(const struct varlena *state, DmLabels *out)
{
	uint32		i;

	if (DM_IS_WORKING(state))
		read_working((const DmClassTable *) state, out);
	else if (!read_packed(state, out))
		dm_corrupt(ML_TYPE_NAME);
	out->n = 0;
	for (i = 0; i < out->n_kinds; i++)
		out->n += out->kinds[i].count;
}

/* Do labels and rows tell of the same total of one kind of count? */
static bool
sums_agree(const DmLabels *l, uint64 n)
{
	uint64		of_rows[DM_LABEL_COUNTS] = {0};
	uint64		of_labels[DM_LABEL_COUNTS] = {0};
	uint32		i;
	int			j;

	/* modulo 2^64: whoever forges a state may do so with sums that wrap */
	for (i = 0; i < l->n_kinds; i++)
	{
		uint64		key = l->kinds[i].key;

		of_rows[DM_LABEL_TP] += l->kinds[i].count * ML_COMMON(key);
		of_rows[DM_LABEL_FP] += l->kinds[i].count * (ML_PREDICTED(key) - ML_COMMON(key));
		of_rows[DM_LABEL_FN] += l->kinds[i].count * (ML_ACTUAL(key) - ML_COMMON(key));
	}
	for (i = 0; i < l->k; i++)
	{
		uint64		rows = 0;

		for (j = 0; j < DM_LABEL_COUNTS; j++)
		{
			of_labels[j] += l->counts[i][j];
			if (l->counts[i][j] > n - rows)
				return false;
			rows += l->counts[i][j];
		}
		if (rows == 0)
			return false;
	}
	return memcmp(of_rows, of_labels, sizeof(of_rows)) == 0;
}

static bool
valid_value(const DmLabels *l)
{
	uint64		total = 0;
	uint64		n = 0;
	uint32		i;

	for (i = 0; i < l->k; i++)
		if (!dm_class_name_valid(l->name[i], l->len[i]) ||
			(i > 0 && dm_class_compare(l->name[i - 1], l->len[i - 1], l->name[i], l->len[i]) >= 0))
			return false;
	for (i = 0; i < l->n_kinds; i++)
	{
		if (l->kinds[i].count < 1 || (i > 0 && l->kinds[i - 1].key >= l->kinds[i].key) ||
			!total_fits(&total, l->kinds[i].count))
			return false;
		n += l->kinds[i].count;
	}
	for (i = 0; i < DM_LACKINGS; i++)
		if (!total_fits(&total, l->lacking[i]))
			return false;
	return sums_agree(l, n);
}

static bool
valid_state(const struct varlena *packed)
{
	DmLabels	l;

	return read_packed(packed, &l) && valid_value(&l);
}

void
dm_multilabel_check(const DmClassTable *t)
{
	if (unlikely(t->ncells > DM_MAX_CELLS))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a multilabel_state cannot hold so many labels and sizes of rows"),
				 errdetail("Labels with their counts, and kinds of rows, are at most %d together.",
						   DM_MAX_CELLS),
				 errhint("Group rare labels into one.")));
}

DmClassTable *
dm_multilabel_working(struct varlena *state)
{
	DmClassTable *t;
	DmLabels	l;
	uint32		i;
	int			j;

	if (state && DM_IS_WORKING(state))
		return (DmClassTable *) state;
	t = dm_class_table_create(DM_MULTILABEL_STATE);
	if (state == NULL)
		return t;
	dm_multilabel_read(state, &l);
	memcpy(t->lacking, l.lacking, sizeof(t->lacking));
	for (i = 0; i < l.k; i++)
	{
		uint32		label;

		t = dm_class_table_reserve(t, 1, DM_LABEL_COUNTS, l.len[i]);
		label = dm_class_number(t, l.name[i], l.len[i]);
		for (j = 0; j < DM_LABEL_COUNTS; j++)
			if (l.counts[i][j] > 0)
				dm_class_count(t, ML_LABEL_KEY(label, j), l.counts[i][j]);
	}
	for (i = 0; i < l.n_kinds; i++)
	{
		t = dm_class_table_reserve(t, 0, 1, 0);
		dm_class_count(t, l.kinds[i].key, l.kinds[i].count);
	}
	return t;
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	DmClassTable *t = dm_multilabel_working(state);
	DmLabels	l;
	uint32		i;
	int			j;

	dm_multilabel_read(value, &l);
	for (i = 0; i < DM_LACKINGS; i++)
		t->lacking[i] = dm_add_count(t->lacking[i], l.lacking[i]);
	for (i = 0; i < l.k; i++)
	{
		uint32		label;

		t = dm_class_table_reserve(t, 1, DM_LABEL_COUNTS, l.len[i]);
		label = dm_class_number(t, l.name[i], l.len[i]);
		for (j = 0; j < DM_LABEL_COUNTS; j++)
			if (l.counts[i][j] > 0)
				dm_class_count(t, ML_LABEL_KEY(label, j), l.counts[i][j]);
		dm_multilabel_check(t);
	}
	for (i = 0; i < l.n_kinds; i++)
	{
		t = dm_class_table_reserve(t, 0, 1, 0);
		dm_class_count(t, l.kinds[i].key, l.kinds[i].count);
		dm_multilabel_check(t);
	}
	return (struct varlena *) t;
}

/* ["label",tp,fp,fn], in the order of bytes */
static void
parse_label(DmJson *j, DmLabels *l, uint32 room)
{
	int			i;

	if (l->k == room)
		dm_json_fail(j, "There are too many labels");
	dm_json_expect(j, '[');
	if (j->failed)
		return;
	l->name[l->k] = dm_json_string(j);
	if (strlen(l->name[l->k]) > DM_CLASS_BYTES)
		dm_json_fail(j, "A label is longer than 128 bytes");
	l->len[l->k] = (uint32) strlen(l->name[l->k]);
	for (i = 0; i < DM_LABEL_COUNTS; i++)
	{
		dm_json_expect(j, ',');
		l->counts[l->k][i] = dm_json_count(j);
	}
	dm_json_expect(j, ']');
	l->k++;
}

/* [actual,predicted,common,rows], ascending */
static void
parse_kind(DmJson *j, DmLabels *l, uint32 room)
{
	uint64		v[4];
	int			i;

	if (l->n_kinds == room)
		dm_json_fail(j, "There are too many kinds of rows");
	for (i = 0; i < 4; i++)
	{
		dm_json_expect(j, i == 0 ? '[' : ',');
		v[i] = dm_json_count(j);
	}
	dm_json_expect(j, ']');
	if (!j->failed && (v[0] > ML_MAX_LABELS || v[1] > ML_MAX_LABELS || v[2] > Min(v[0], v[1])))
		dm_json_fail(j, "No row has so many labels in common");
	if (j->failed)
		return;
	l->kinds[l->n_kinds].key = ML_ROWS_KEY(v[0], v[1], v[2]);
	l->kinds[l->n_kinds++].count = v[3];
}

/* As many items as there can be: each has a bracket. */
static uint32
count_brackets(const char *text)
{
	uint32		n = 1;

	for (; *text; text++)
		n += *text == '[' && n < DM_MAX_CELLS;
	return n;
}

static void
parse_list(DmJson *j, const char *name, DmLabels *l, uint32 room,
		   void (*parse) (DmJson *j, DmLabels *l, uint32 room))
{
	dm_json_expect(j, ',');
	dm_json_key(j, name);
	dm_json_expect(j, '[');
	if (dm_json_try(j, ']'))
		return;
	do
		parse(j, l, room);
	while (dm_json_try(j, ','));
	dm_json_expect(j, ']');
}

static struct varlena *
parse_state(DmJson *j)
{
	uint32		room = count_brackets(j->pos);
	DmLabels	l = {0};
	StringInfoData buf;
	int			i;

	l.name = palloc(room * sizeof(char *));
	l.len = palloc(room * sizeof(uint32));
	l.counts = palloc(room * sizeof(*l.counts));
	l.kinds = palloc(room * sizeof(DmClassCell));
	for (i = 0; i < DM_LACKINGS; i++)
	{
		dm_json_expect(j, i == 0 ? '{' : ',');
		dm_json_key(j, lacking_names[i]);
		l.lacking[i] = dm_json_count(j);
	}
	parse_list(j, "labels", &l, room, parse_label);
	parse_list(j, "rows", &l, room, parse_kind);
	dm_json_expect(j, '}');
	if (j->failed)
		return NULL;
	dm_packed_begin(&buf, DM_MULTILABEL_STATE);
	put_value(&buf, &l);
	return dm_packed_finish(&buf);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmLabels	l;
	uint32		i;
	int			j;

	dm_multilabel_read(packed, &l);
	for (i = 0; i < DM_LACKINGS; i++)
		appendStringInfo(buf, "%c\"%s\":" UINT64_FORMAT, i == 0 ? '{' : ',', lacking_names[i],
						 l.lacking[i]);
	appendStringInfoString(buf, ",\"labels\":[");
	for (i = 0; i < l.k; i++)
	{
		appendStringInfoString(buf, i == 0 ? "[" : ",[");
		dm_json_put_string(buf, l.name[i], l.len[i]);
		for (j = 0; j < DM_LABEL_COUNTS; j++)
			appendStringInfo(buf, "," UINT64_FORMAT, l.counts[i][j]);
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoString(buf, "],\"rows\":[");
	for (i = 0; i < l.n_kinds; i++)
		appendStringInfo(buf, "%s[%u,%u,%u," UINT64_FORMAT "]", i == 0 ? "" : ",",
						 ML_ACTUAL(l.kinds[i].key), ML_PREDICTED(l.kinds[i].key),
						 ML_COMMON(l.kinds[i].key), l.kinds[i].count);
	appendStringInfoString(buf, "]}");
}

static const DmType multilabel_state_type = {
	DM_MULTILABEL_STATE, ML_TYPE_NAME, print_state, parse_state, valid_state, pack_state,
	merge_state
};

DM_TYPE_FUNCTIONS(multilabel_state, multilabel_state_type);
