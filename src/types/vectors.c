/*
 * vectors.c - input, output and accessors of vectors.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/vectors.h"

PG_FUNCTION_INFO_V1(datamon_vectors_count);
PG_FUNCTION_INFO_V1(datamon_vectors_unused);
PG_FUNCTION_INFO_V1(datamon_vectors_dimension);

#define GETARG(n) dm_getarg(fcinfo, n, DM_VECTORS)
#define MAX_DIMENSION 1000000

static const char *const unused_names[DM_SAMPLES] = {"unused_reference", "unused_current"};
static const char *const sample_names[DM_SAMPLES] = {"reference", "current"};

static uint64
rows_of(const DmVectorsHead *head)
{
	return head->n[DM_REFERENCE] + head->n[DM_CURRENT];
}

static int
compare_values(const double *a, const double *b, uint32 n)
{
	uint32		i;

	for (i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Rows of the working form: the reference comes first. */
static int
compare_rows(const void *a, const void *b, void *dimension)
{
	return compare_values(a, b, *(const uint32 *) dimension + 1);
}

/* Of a sample, for each reason: so all sums of them are bigint. */
#define MOST_UNUSED ((uint64) PG_INT64_MAX / 8)

static bool
read_head(DmReader *r, DmVectorsHead *head)
{
	uint64		dimension = dm_get_varint(r);
	uint64		most = MOST_UNUSED;
	uint64		rows;

	head->n[DM_REFERENCE] = dm_get_varint(r);
	head->n[DM_CURRENT] = dm_get_varint(r);
	head->unused[DM_REFERENCE] = dm_get_varint(r);
	head->unused[DM_CURRENT] = dm_get_varint(r);
	head->unflagged = dm_get_varint(r);
	head->dimension = (uint32) dimension;
	if (r->failed || dimension > MAX_DIMENSION || head->n[DM_REFERENCE] > most ||
		head->n[DM_CURRENT] > most || head->unused[DM_REFERENCE] > most ||
		head->unused[DM_CURRENT] > most || head->unflagged > most)
		return false;
	rows = rows_of(head);
	return (dimension == 0) == (rows == 0) && rows <= MaxAllocSize / 8 / Max(dimension, 1) &&
		(uint64) (r->end - r->pos) == rows * dimension * 8;
}

/* The vectors of a packed value, or NULL where it is none. */
static double *
unpack(const struct varlena *packed, DmVectorsHead *head)
{
	DmReader	r;
	double	   *values;
	size_t		i,
				n;

	dm_reader_init(&r, packed);
	if (!read_head(&r, head))
		return NULL;
	n = rows_of(head) * head->dimension;
	values = palloc(sizeof(double) * Max(n, 1));
	for (i = 0; i < n; i++)
		values[i] = dm_get_double(&r);
	return values;
}

double *
dm_vectors_sorted(const struct varlena *state, DmVectorsHead *head)
{
	const DmVectors *w = (const DmVectors *) state;
	double	   *values;
	double	   *copy;
	size_t		n,
				i,
				width;

	if (!DM_IS_WORKING(state))
	{
		values = unpack(state, head);
		if (values == NULL)
			dm_corrupt(VECTORS_TYPE_NAME);
		return values;
	}
	*head = w->head;
	n = rows_of(head);
	width = head->dimension + 1;
	copy = palloc(sizeof(double) * Max(n * width, 1));
	memcpy(copy, w->row, sizeof(double) * n * width);
	qsort_arg(copy, n, sizeof(double) * width, compare_rows, &head->dimension);
	/* without the first of each row, in place */
	for (i = 0; i < n; i++)
		memmove(copy + i * head->dimension, copy + i * width + 1, sizeof(double) * head->dimension);
	return copy;
}

static struct varlena *
pack_values(const DmVectorsHead *head, const double *values)
{
	size_t		n = rows_of(head) * head->dimension;
	StringInfoData buf;
	size_t		i;

	dm_packed_begin(&buf, DM_VECTORS);
	enlargeStringInfo(&buf, (int) (n * 8 + 64));
	dm_put_varint(&buf, head->dimension);
	dm_put_varint(&buf, head->n[DM_REFERENCE]);
	dm_put_varint(&buf, head->n[DM_CURRENT]);
	dm_put_varint(&buf, head->unused[DM_REFERENCE]);
	dm_put_varint(&buf, head->unused[DM_CURRENT]);
	dm_put_varint(&buf, head->unflagged);
	for (i = 0; i < n; i++)
		dm_put_double(&buf, values[i]);
	return dm_packed_finish(&buf);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	DmVectorsHead head;
	double	   *values = dm_vectors_sorted(working, &head);
	struct varlena *packed = pack_values(&head, values);

	pfree(values);
	return packed;
}

static DmVectors *
allocate(Size bytes)
{
	DmVectors  *w;

	/* the packed form, and a sorted copy, have to fit too */
	if (bytes > MaxAllocSize - 1024)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("vectors exceed 1 GB"),
				 errhint("Sample the rows, such as with TABLESAMPLE, or compare fewer of them.")));
	w = palloc(bytes);
	memset(w, 0, offsetof(DmVectors, row));
	dm_header_working(w, DM_VECTORS, bytes);
	return w;
}

/* The same with room for "rows" more; doubled at least, up to the limit. */
static DmVectors *
enlarge(DmVectors *w, uint64 rows)
{
	Size		row = sizeof(double) * (w->head.dimension + 1);
	Size		used = offsetof(DmVectors, row) + rows_of(&w->head) * row;
	DmVectors  *larger;
	Size		want;

	if (rows > MaxAllocSize / row)
		rows = MaxAllocSize / row;	/* does not fit: allocate() says so */
	want = used + rows * row;
	if (want <= VARSIZE(w))
		return w;
	larger = allocate(Max(want, Min((Size) VARSIZE(w) * 2, MaxAllocSize - 1024)));
	larger->head = w->head;
	memcpy(larger->row, w->row, used - offsetof(DmVectors, row));
	return larger;
}

static DmVectors *
append(DmVectors *w, DmSample sample, const double *vector)
{
	double	   *row = w->row + rows_of(&w->head) * (w->head.dimension + 1);
	uint32		i;

	row[0] = sample;
	for (i = 0; i < w->head.dimension; i++)
		row[i + 1] = vector[i] + 0.0;	/* -0 is 0 */
	w->head.n[sample]++;
	return w;
}

static void
take_dimension(DmVectors *w, uint32 dimension)
{
	if (w->head.dimension == 0)
		w->head.dimension = dimension;
	if (w->head.dimension != dimension)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("vectors of %u and of %u elements cannot be compared", w->head.dimension,
						dimension)));
	if (dimension > MAX_DIMENSION)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a vector must not have more than %d elements", MAX_DIMENSION)));
}

DmVectors *
dm_vectors_add(DmVectors *w, DmSample sample, const double *vector, uint32 dimension)
{
	take_dimension(w, dimension);
	return append(enlarge(w, 1), sample, vector);
}

static uint64
add_unused_rows(uint64 a, uint64 b)
{
	if (a + b > MOST_UNUSED)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	return a + b;
}

static void
add_unused(DmVectorsHead *to, const DmVectorsHead *head)
{
	int			i;

	for (i = 0; i < DM_SAMPLES; i++)
		to->unused[i] = add_unused_rows(to->unused[i], head->unused[i]);
	to->unflagged = add_unused_rows(to->unflagged, head->unflagged);
}

static DmVectors *
add_all(DmVectors *w, const struct varlena *value)
{
	DmVectorsHead head;
	double	   *values = dm_vectors_sorted(value, &head);
	uint64		rows = rows_of(&head);
	uint64		i;

	if (rows > 0)
	{
		take_dimension(w, head.dimension);
		w = enlarge(w, rows);
		for (i = 0; i < rows; i++)
			append(w, i < head.n[DM_REFERENCE] ? DM_REFERENCE : DM_CURRENT,
				   values + i * head.dimension);
	}
	add_unused(&w->head, &head);
	pfree(values);
	return w;
}

/* The working form of a state: itself if it is one, else a copy. */
DmVectors *
dm_vectors_working(const struct varlena *state)
{
	DmVectors  *w;

	if (state && DM_IS_WORKING(state))
		return (DmVectors *) unconstify(struct varlena *, state);
	w = allocate(496);
	return state ? add_all(w, state) : w;
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	return (struct varlena *) add_all(dm_vectors_working(state), value);
}

static bool
valid_state(const struct varlena *packed)
{
	DmVectorsHead head;
	double	   *values = unpack(packed, &head);
	uint64		i,
				n;

	if (values == NULL)
		return false;
	n = rows_of(&head) * head.dimension;
	for (i = 0; i < n; i++)
		if (!isfinite(values[i]) || (values[i] == 0 && signbit(values[i])))
			return false;
	for (i = 1; i < rows_of(&head); i++)
		if (i != head.n[DM_REFERENCE] &&
			compare_values(values + (i - 1) * head.dimension, values + i * head.dimension,
						   head.dimension) > 0)
			return false;
	return true;
}

/* [1,2,3]; of the first vector's length or it fails. */
static void
parse_vector(DmJson *j, DmVectorsHead *head, StringInfo values)
{
	uint32		n = 0;

	dm_json_expect(j, '[');
	do
	{
		double		v = dm_json_double(j);

		appendBinaryStringInfo(values, (char *) &v, sizeof(v));
		if (++n > MAX_DIMENSION)
			dm_json_fail(j, "A vector is too long");
	} while (!j->failed && dm_json_try(j, ','));
	dm_json_expect(j, ']');
	if (head->dimension == 0)
		head->dimension = n;
	if (head->dimension != n)
		dm_json_fail(j, "Vectors differ in length");
}

static struct varlena *
parse_state(DmJson *j)
{
	DmVectorsHead head = {{0}};
	StringInfoData values;
	int			i;

	initStringInfo(&values);
	dm_json_expect(j, '{');
	dm_json_key(j, "unflagged");
	head.unflagged = dm_json_count(j);
	for (i = 0; i < DM_SAMPLES; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, unused_names[i]);
		head.unused[i] = dm_json_count(j);
	}
	for (i = 0; i < DM_SAMPLES; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, sample_names[i]);
		dm_json_expect(j, '[');
		if (dm_json_try(j, ']'))
			continue;
		do
		{
			parse_vector(j, &head, &values);
			head.n[i]++;
		} while (!j->failed && dm_json_try(j, ','));
		dm_json_expect(j, ']');
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_values(&head, (double *) values.data);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmVectorsHead head;
	double	   *values = dm_vectors_sorted(packed, &head);
	const double *v = values;
	uint64		i;
	uint32		k;
	int			s;

	appendStringInfo(buf, "{\"unflagged\":" UINT64_FORMAT, head.unflagged);
	for (s = 0; s < DM_SAMPLES; s++)
		appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT, unused_names[s], head.unused[s]);
	for (s = 0; s < DM_SAMPLES; s++)
	{
		appendStringInfo(buf, ",\"%s\":[", sample_names[s]);
		for (i = 0; i < head.n[s]; i++)
			for (k = 0; k < head.dimension; k++)
			{
				appendStringInfoString(buf, k > 0 ? "," : i > 0 ? "],[" : "[");
				dm_json_put_double(buf, *v++);
			}
		appendStringInfoString(buf, head.n[s] > 0 ? "]]" : "]");
	}
	appendStringInfoChar(buf, '}');
	pfree(values);
}

static const DmType vectors_type = {
	DM_VECTORS, VECTORS_TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state
};

DM_TYPE_FUNCTIONS(vectors, vectors_type);

static void
get_head(FunctionCallInfo fcinfo, DmVectorsHead *head)
{
	struct varlena *value = GETARG(0);
	DmReader	r;

	if (DM_IS_WORKING(value))
	{
		*head = ((DmVectors *) value)->head;
		return;
	}
	dm_reader_init(&r, value);
	if (!read_head(&r, head))
		dm_corrupt(VECTORS_TYPE_NAME);
}

Datum
datamon_vectors_count(PG_FUNCTION_ARGS)
{
	DmVectorsHead head;

	get_head(fcinfo, &head);
	PG_RETURN_INT64((int64) rows_of(&head));
}

Datum
datamon_vectors_unused(PG_FUNCTION_ARGS)
{
	DmVectorsHead head;

	get_head(fcinfo, &head);
	PG_RETURN_INT64((int64) dm_add_count(head.unflagged, dm_add_count(head.unused[DM_REFERENCE],
																	head.unused[DM_CURRENT])));
}

Datum
datamon_vectors_dimension(PG_FUNCTION_ARGS)
{
	DmVectorsHead head;

	get_head(fcinfo, &head);
	if (head.dimension == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) head.dimension);
}
