/*
 * labelled_vectors.c - points with the cluster of each: input, output, layout.
 *
 * Packed form, after the header: varints unlabelled, invalid, dimensions (0 if
 * there are no points), labels; each label, in the order of bytes, as length,
 * bytes, number of its points, and these as doubles, in their order.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/class_table.h"
#include "types/labelled_vectors.h"
#include "types/value_counts_internal.h"

#define FIRST_BYTES 1024
#define RECORDS(w) ((char *) (w) + sizeof(DmLabelledVectors))
#define LABEL_BYTES(len) MAXALIGN(sizeof(uint64) + (len))
#define RECORD_BYTES(len, dims) (LABEL_BYTES(len) + (Size) (dims) * sizeof(double))

static uint64
record_label_len(const char *record)
{
	uint64		len;

	memcpy(&len, record, sizeof(len));
	return len;
}

static DmLabelledVectors *
allocate(Size size)
{
	DmLabelledVectors *w = palloc(size);

	memset(w, 0, sizeof(DmLabelledVectors));
	dm_header_working(w, DM_LABELLED_VECTORS, size);
	return w;
}

/* The same, or a larger copy with room for so many bytes more. */
static DmLabelledVectors *
reserve(DmLabelledVectors *w, Size bytes)
{
	Size		need = sizeof(DmLabelledVectors) + w->used + bytes;
	Size		size = VARSIZE(w);
	DmLabelledVectors *g;

	if (need <= size)
		return w;
	if (need > MaxAllocSize / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("labelled_vectors cannot hold more than %d MB", (int) (MaxAllocSize / 2 / 1048576)),
				 errhint("Take a random sample of the rows.")));
	while (size < need)
		size *= 2;
	g = allocate(Min(size, MaxAllocSize));
	memcpy((char *) g + sizeof(DmHeader), (char *) w + sizeof(DmHeader),
		   sizeof(DmLabelledVectors) - sizeof(DmHeader) + w->used);
	return g;
}

static DmLabelledVectors *
set_dims(DmLabelledVectors *w, uint32 dims)
{
	if (w->dims == 0)
		w->dims = dims;
	if (w->dims != dims)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("vectors of %u and of %u elements cannot be compared", w->dims, dims),
				 errhint("All vectors must have the same number of elements.")));
	return w;
}

DmLabelledVectors *
dm_labelled_vectors_add(DmLabelledVectors *w, const char *label, Size len, uint32 dims,
						double **values)
{
	char		kept[DM_CLASS_BYTES + 1];
	uint64		stored;
	char	   *record;

	if (len > DM_CLASS_BYTES)
	{
		len = dm_vc_keep(label, len, kept);
		label = kept;
	}
	w = reserve(set_dims(w, dims), RECORD_BYTES(len, dims));
	record = RECORDS(w) + w->used;
	stored = len;
	memset(record, 0, LABEL_BYTES(len));
	memcpy(record, &stored, sizeof(stored));
	memcpy(record + sizeof(stored), label, len);
	*values = (double *) (record + LABEL_BYTES(len));
	w->used += RECORD_BYTES(len, dims);
	w->n++;
	return w;
}

static int
compare_records(const void *a, const void *b, void *dims)
{
	const char *x = *(const char *const *) a;
	const char *y = *(const char *const *) b;
	uint64		x_len = record_label_len(x);
	uint64		y_len = record_label_len(y);
	int			c = dm_class_compare(x + sizeof(uint64), (uint32) x_len, y + sizeof(uint64),
									 (uint32) y_len);
	const double *v = (const double *) (x + LABEL_BYTES(x_len));
	const double *w = (const double *) (y + LABEL_BYTES(y_len));
	uint32		d;

	for (d = 0; c == 0 && d < *(uint32 *) dims; d++)
		c = (v[d] > w[d]) - (v[d] < w[d]);
	return c;
}

static const char **
sorted_records(const DmLabelledVectors *w)
{
	const char **records = MemoryContextAllocHuge(CurrentMemoryContext,
												  Max(w->n, 1) * sizeof(char *));
	const char *record = RECORDS(w);
	uint32		dims = w->dims;
	uint64		i;

	for (i = 0; i < w->n; i++)
	{
		records[i] = record;
		record += RECORD_BYTES(record_label_len(record), dims);
	}
	qsort_arg(records, w->n, sizeof(char *), compare_records, &dims);
	return records;
}

static bool
same_label(const char *a, const char *b)
{
	uint64		len = record_label_len(a);

	return record_label_len(b) == len &&
		memcmp(a + sizeof(uint64), b + sizeof(uint64), len) == 0;
}

static struct varlena *
pack_vectors(const struct varlena *working)
{
	const DmLabelledVectors *w = (const DmLabelledVectors *) working;
	const char **records = sorted_records(w);
	StringInfoData buf;
	uint64		labels = 0;
	uint64		i;
	uint64		end;
	uint32		d;

	for (i = 0; i < w->n; i++)
		if (i == 0 || !same_label(records[i - 1], records[i]))
			labels++;
	dm_packed_begin(&buf, DM_LABELLED_VECTORS);
	dm_put_varint(&buf, w->unlabelled);
	dm_put_varint(&buf, w->invalid);
	dm_put_varint(&buf, w->dims);
	dm_put_varint(&buf, labels);
	for (i = 0; i < w->n; i = end)
	{
		uint64		len = record_label_len(records[i]);

		for (end = i + 1; end < w->n && same_label(records[i], records[end]);)
			end++;
		dm_put_varint(&buf, len);
		appendBinaryStringInfo(&buf, records[i] + sizeof(uint64), (int) len);
		dm_put_varint(&buf, end - i);
		for (; i < end; i++)
			for (d = 0; d < w->dims; d++)
				dm_put_double(&buf, ((const double *) (records[i] + LABEL_BYTES(len)))[d]);
	}
	pfree(records);
	return dm_packed_finish(&buf);
}

/* A cursor over the points of a packed value. */
typedef struct PointReader
{
	DmReader	reader;
	uint64		unlabelled;
	uint64		invalid;
	uint64		dims;
	uint64		labels;			/* to come */
	uint64		left;			/* points of this label to come */
	const char *label;
	uint32		len;
	bool		new_label;		/* the point just read is its label's first */
	const uint8 *point;
} PointReader;

static bool
read_head(PointReader *r, const struct varlena *packed)
{
	dm_reader_init(&r->reader, packed);
	r->unlabelled = dm_get_varint(&r->reader);
	r->invalid = dm_get_varint(&r->reader);
	r->dims = dm_get_varint(&r->reader);
	r->labels = dm_get_varint(&r->reader);
	r->left = 0;
	r->label = NULL;
	r->len = 0;
	return !r->reader.failed && r->dims <= LV_MAX_DIMS && (r->dims == 0) == (r->labels == 0) &&
		r->unlabelled <= PG_INT64_MAX && r->invalid <= PG_INT64_MAX &&
		r->labels <= (uint64) (r->reader.end - r->reader.pos);
}

/* false at the end, and where the bytes are wrong: then the reader has failed. */
static bool
next_point(PointReader *r)
{
	r->new_label = r->left == 0;
	if (r->new_label)
	{
		uint64		len;

		if (r->labels == 0)
			return false;
		r->labels--;
		len = dm_get_varint(&r->reader);
		r->label = len <= DM_CLASS_BYTES ? (const char *) dm_get_bytes(&r->reader, len) : NULL;
		r->len = (uint32) len;
		r->left = dm_get_varint(&r->reader);
		if (r->label == NULL || r->left == 0)
			r->reader.failed = true;
	}
	r->point = dm_get_bytes(&r->reader, r->dims * 8);
	r->left--;
	return !r->reader.failed;
}

static void
get_point(const PointReader *r, double *values)
{
	DmReader	doubles;
	uint64		d;

	dm_reader_init_bytes(&doubles, r->point, r->dims * 8);
	for (d = 0; d < r->dims; d++)
		values[d] = dm_get_double(&doubles);
}

/* Finite, no -0, and not before the point that came before. */
static bool
point_valid(const double *v, const double *before, uint64 dims)
{
	int			c = 0;
	uint64		d;

	for (d = 0; d < dims; d++)
	{
		if (!isfinite(v[d]) || (v[d] == 0 && signbit(v[d])))
			return false;
		if (before && c == 0)
			c = (before[d] > v[d]) - (before[d] < v[d]);
	}
	return c <= 0;
}

static bool
valid_vectors(const struct varlena *packed)
{
	PointReader r;
	double	   *values;
	double	   *before;
	const char *label = NULL;
	uint32		len = 0;
	bool		good = true;

	if (!read_head(&r, packed))
		return false;
	values = palloc(2 * Max(r.dims, 1) * sizeof(double));
	before = values + r.dims;
	while (good && next_point(&r))
	{
		if (r.new_label)
		{
			good = dm_class_name_valid(r.label, r.len) &&
				(label == NULL || dm_class_compare(label, len, r.label, r.len) < 0);
			label = r.label;
			len = r.len;
		}
		get_point(&r, values);
		good = good && point_valid(values, r.new_label ? NULL : before, r.dims);
		memcpy(before, values, r.dims * sizeof(double));
	}
	return good && !r.reader.failed && r.reader.pos == r.reader.end;
}

static DmLabelledVectors *
add_packed(DmLabelledVectors *w, const struct varlena *packed)
{
	PointReader r;
	double	   *values;

	if (!read_head(&r, packed))
		dm_corrupt(LV_TYPE_NAME);
	w->unlabelled = dm_add_count(w->unlabelled, r.unlabelled);
	w->invalid = dm_add_count(w->invalid, r.invalid);
	while (next_point(&r))
	{
		w = dm_labelled_vectors_add(w, r.label, r.len, (uint32) r.dims, &values);
		get_point(&r, values);
	}
	if (r.reader.failed)
		dm_corrupt(LV_TYPE_NAME);
	return w;
}

static DmLabelledVectors *
add_working(DmLabelledVectors *w, const DmLabelledVectors *other)
{
	w->unlabelled = dm_add_count(w->unlabelled, other->unlabelled);
	w->invalid = dm_add_count(w->invalid, other->invalid);
	if (other->n == 0)
		return w;
	w = reserve(set_dims(w, other->dims), other->used);
	memcpy(RECORDS(w) + w->used, RECORDS(other), other->used);
	w->used += other->used;
	w->n += other->n;
	return w;
}

DmLabelledVectors *
dm_labelled_vectors_working(struct varlena *state)
{
	if (state && DM_IS_WORKING(state))
		return (DmLabelledVectors *) state;
	if (state)
		return add_packed(allocate(FIRST_BYTES), state);
	return allocate(FIRST_BYTES);
}

static struct varlena *
merge_vectors(struct varlena *state, const struct varlena *value)
{
	DmLabelledVectors *w = dm_labelled_vectors_working(state);

	if (DM_IS_WORKING(value))
		return (struct varlena *) add_working(w, (const DmLabelledVectors *) value);
	return (struct varlena *) add_packed(w, value);
}

/* ["label",[v,...]], in any order */
static DmLabelledVectors *
parse_point(DmJson *j, DmLabelledVectors *w)
{
	double	   *read;
	double	   *values;
	uint32		dims = 0;
	char	   *label;

	dm_json_expect(j, '[');
	label = dm_json_string(j);
	dm_json_expect(j, ',');
	dm_json_expect(j, '[');
	if (j->failed)
		return w;
	read = palloc((w->dims ? w->dims : LV_MAX_DIMS) * sizeof(double));
	do
	{
		if (dims == (w->dims ? w->dims : LV_MAX_DIMS))
			dm_json_fail(j, "A vector has too many elements");
		else
			read[dims++] = dm_json_double(j) + 0.0;
	} while (dm_json_try(j, ','));
	dm_json_expect(j, ']');
	dm_json_expect(j, ']');
	if (strlen(label) > DM_CLASS_BYTES)
		dm_json_fail(j, "A label is longer than 128 bytes");
	if (w->dims && dims != w->dims)
		dm_json_fail(j, "Vectors must have the same number of elements");
	if (!j->failed)
	{
		w = dm_labelled_vectors_add(w, label, strlen(label), dims, &values);
		memcpy(values, read, dims * sizeof(double));
	}
	pfree(read);
	pfree(label);
	return w;
}

static struct varlena *
parse_vectors(DmJson *j)
{
	DmLabelledVectors *w = allocate(FIRST_BYTES);

	dm_json_expect(j, '{');
	dm_json_key(j, "unlabelled");
	w->unlabelled = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "invalid");
	w->invalid = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "vectors");
	dm_json_expect(j, '[');
	if (!dm_json_try(j, ']'))
	{
		do
			w = parse_point(j, w);
		while (dm_json_try(j, ','));
		dm_json_expect(j, ']');
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_vectors((struct varlena *) w);
}

static void
print_vectors(StringInfo buf, const struct varlena *packed)
{
	PointReader r;
	double	   *values;
	char		separator = '[';
	uint64		d;

	if (!read_head(&r, packed))
		dm_corrupt(LV_TYPE_NAME);
	values = palloc(Max(r.dims, 1) * sizeof(double));
	appendStringInfo(buf, "{\"unlabelled\":" UINT64_FORMAT ",\"invalid\":" UINT64_FORMAT ",\"vectors\":",
					 r.unlabelled, r.invalid);
	while (next_point(&r))
	{
		appendStringInfo(buf, "%c[", separator);
		dm_json_put_string(buf, r.label, r.len);
		get_point(&r, values);
		for (d = 0; d < r.dims; d++)
		{
			appendStringInfoString(buf, d == 0 ? ",[" : ",");
			dm_json_put_double(buf, values[d]);
		}
		appendStringInfoString(buf, "]]");
		separator = ',';
	}
	if (r.reader.failed)
		dm_corrupt(LV_TYPE_NAME);
	appendStringInfoString(buf, separator == '[' ? "[]}" : "]}");
	pfree(values);
}

static const DmType labelled_vectors_type = {
	DM_LABELLED_VECTORS, LV_TYPE_NAME, print_vectors, parse_vectors, valid_vectors, pack_vectors,
	merge_vectors
};

DM_TYPE_FUNCTIONS(labelled_vectors, labelled_vectors_type);

/* A packed value has fewer doubles than bytes. */
void
dm_labelled_vectors_read(const struct varlena *state, DmLabelled *out)
{
	PointReader r;

	state = dm_type_pack(state, &labelled_vectors_type);
	if (!read_head(&r, state))
		dm_corrupt(LV_TYPE_NAME);
	out->dims = r.dims;
	out->unlabelled = r.unlabelled;
	out->invalid = r.invalid;
	out->label = palloc(Max(r.labels, 1) * sizeof(char *));
	out->len = palloc(Max(r.labels, 1) * sizeof(uint32));
	out->start = palloc((r.labels + 1) * sizeof(size_t));
	out->values = MemoryContextAllocHuge(CurrentMemoryContext, VARSIZE(state));
	out->n = 0;
	out->k = 0;
	while (next_point(&r))
	{
		if (r.new_label)
		{
			out->label[out->k] = r.label;
			out->len[out->k] = r.len;
			out->start[out->k++] = out->n;
		}
		get_point(&r, out->values + out->n++ * out->dims);
	}
	if (r.reader.failed)
		dm_corrupt(LV_TYPE_NAME);
	out->start[out->k] = out->n;
}
