/*
 * column.c - stored values of one column to doubles, buckets and outcomes.
 */
#include "postgres.h"

#include <math.h>

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "scan/reader.h"
#include "stats/significant.h"
#include "stats/vectorise.h"

void
dm_reader_cannot(const DmColumnReader *r, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("a column of type %s cannot be read as a %s", format_type_be(r->base), what),
			 errhint("Read a view that casts it; a monitor whose source was altered: unwatch() and watch() again.")));
}

static void
outcome_begin(DmColumnReader *r, bool actual)
{
	if (!DM_VALUE_IS_NUMBER(r->type) && r->type != DM_VALUE_BOOL)
		dm_reader_cannot(r, "class");
	r->true_bit = actual ? DM_ACTUAL_TRUE : DM_PREDICTED_TRUE;
	r->null_bit = actual ? DM_ACTUAL_NULL : DM_PREDICTED_NULL;
}

static void
reader_begin(DmColumnReader *r, DmRows *rows, int *numbers, int *dimensions, int *categories)
{
	switch (r->column->as)
	{
		case DM_AS_NUMBER:
			if (!DM_VALUE_IS_NUMBER(r->type) && r->type != DM_VALUE_BOOL)
				dm_reader_cannot(r, "number");
			r->number = rows->number[(*numbers)++] = palloc(sizeof(double) * DM_ROWS);
			break;
		case DM_AS_DIMENSION:
			dm_ids_begin(r);
			r->id = rows->dimension[(*dimensions)++] = palloc(sizeof(uint32) * DM_ROWS);
			break;
		case DM_AS_CATEGORY:
			dm_ids_begin(r);
			r->id = rows->category[(*categories)++] = palloc(sizeof(uint32) * DM_ROWS);
			break;
		case DM_AS_BUCKET:
			if (r->type != DM_VALUE_DATE && r->type != DM_VALUE_TIMESTAMP)
				dm_reader_cannot(r, "time");
			r->bucket = rows->bucket = palloc(sizeof(int64) * DM_ROWS);
			r->bucket_no = DM_NO_BUCKET;
			break;
		case DM_AS_ACTUAL:
		case DM_AS_PREDICTED:
			outcome_begin(r, r->column->as == DM_AS_ACTUAL);
			if (rows->outcome == NULL)
				rows->outcome = palloc(DM_ROWS);
			r->outcome = rows->outcome;
			break;
	}
}

DmColumnReader *
dm_readers_new(DmScanColumn *columns, const Oid *types, int ncolumns, DmRows *rows)
{
	DmColumnReader   *reader = palloc0(sizeof(DmColumnReader) * Max(ncolumns, 1));
	int			numbers = 0;
	int			dimensions = 0;
	int			categories = 0;
	int			i;

	memset(rows, 0, sizeof(*rows));
	rows->number = palloc0(sizeof(double *) * Max(ncolumns, 1));
	rows->dimension = palloc0(sizeof(uint32 *) * Max(ncolumns, 1));
	rows->category = palloc0(sizeof(uint32 *) * Max(ncolumns, 1));
	for (i = 0; i < ncolumns; i++)
	{
		DmColumnReader   *r = &reader[i];

		r->column = &columns[i];
		r->base = getBaseType(types[i]);
		r->type = dm_value_type(r->base);
		columns[i].type = r->base;
		get_typlenbyval(r->base, &r->length, &r->by_value);
		reader_begin(r, rows, &numbers, &dimensions, &categories);
	}
	return reader;
}

/* Every NaN becomes the canonical one, so that none looks like NULL. */
static inline double
canonical(double x)
{
	return isnan(x) ? dm_from_bits(DM_NAN_BITS) : x;
}

/* A number that may be NULL, from the value at p. */
#define READ_NUMBERS(expression) \
	for (i = 0; i < n; i++) \
	{ \
		const char *p = value[i]; \
		\
		if (p == NULL) \
		{ \
			nulls = true; \
			x[i] = dm_from_bits(DM_NULL_BITS); \
		} \
		else \
			x[i] = (expression); \
	}

static void
read_numbers(DmColumnReader *r, const char *const *value, double *x, int n)
{
	bool		nulls = false;
	int			i;

	switch (r->type)
	{
		case DM_VALUE_FLOAT8:
			READ_NUMBERS(canonical(*(const double *) p));
			break;
		case DM_VALUE_FLOAT4:
			READ_NUMBERS(canonical(*(const float *) p));
			break;
		case DM_VALUE_INT2:
			READ_NUMBERS(*(const int16 *) p);
			break;
		case DM_VALUE_INT4:
			READ_NUMBERS(*(const int32 *) p);
			break;
		case DM_VALUE_INT8:
			READ_NUMBERS((double) *(const int64 *) p);
			break;
		case DM_VALUE_NUMERIC:
			nulls = dm_read_numerics(value, x, n);
			break;
		case DM_VALUE_BOOL:
			READ_NUMBERS(*(const bool *) p ? 1 : 0);
			break;
		default:
			READ_NUMBERS(dm_other_number(r->type, fetch_att(p, r->by_value, r->length)));
	}
	r->nulls |= nulls;
	dm_vector_significant(x, n, r->column->significant_bits);
}

DM_VECTOR static void
make_canonical(double *x, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		x[i] = canonical(x[i]);
}

/* Waiting for the memory is most of it: four at a time, nothing in between. */
static void
gather_doubles(double *restrict x, const char *const *restrict base, int offset, int n)
{
	int			i;

	for (i = 0; i + 4 <= n; i += 4)
	{
		x[i] = *(const double *) (base[i] + offset);
		x[i + 1] = *(const double *) (base[i + 1] + offset);
		x[i + 2] = *(const double *) (base[i + 2] + offset);
		x[i + 3] = *(const double *) (base[i + 3] + offset);
	}
	for (; i < n; i++)
		x[i] = *(const double *) (base[i] + offset);
	make_canonical(x, n);
}

#define GATHER(type) \
	for (i = 0; i < n; i++) \
		x[i] = (double) *(const type *) (base[i] + offset)

static bool
gather_numbers(DmColumnReader *r, const char *const *base, int offset, double *x, int n)
{
	int			i;

	switch (r->type)
	{
		case DM_VALUE_FLOAT8:
			gather_doubles(x, base, offset, n);
			break;
		case DM_VALUE_INT2:
			GATHER(int16);
			break;
		case DM_VALUE_INT4:
			GATHER(int32);
			break;
		case DM_VALUE_INT8:
			GATHER(int64);
			break;
		case DM_VALUE_FLOAT4:
			GATHER(float);
			make_canonical(x, n);
			break;
		default:
			return false;
	}
	dm_vector_significant(x, n, r->column->significant_bits);
	return true;
}

static int64
floor_divided(int64 t, const DmScanColumn *c)
{
	/* the difference of two times may be beyond 64 bits */
	__int128	since = (__int128) t - c->origin;
	int64		quotient = (int64) (since / c->width);

	return quotient - (since % c->width < 0);
}

/* Microseconds since 2000, without a zone or in UTC; false: not finite, or more than a timestamp holds. */
static bool
time_of(const DmColumnReader *r, const char *p, int64 *t)
{
	if (r->type == DM_VALUE_DATE)
		return dm_time_of_date(*(const DateADT *) p, t);
	*t = *(const int64 *) p;
	return !TIMESTAMP_NOT_FINITE(*t);
}

static void
read_buckets(DmColumnReader *r, const char *const *value, int64 *bucket, int n)
{
	const DmScanColumn *c = r->column;
	int			i;

	for (i = 0; i < n; i++)
	{
		int64		t;

		if (value[i] == NULL || !time_of(r, value[i], &t))
		{
			bucket[i] = DM_NO_BUCKET;
			continue;
		}
		/* most rows fall into the bucket of the row before */
		if (r->bucket_no == DM_NO_BUCKET || t < r->bucket_start ||
			(uint64) t - (uint64) r->bucket_start >= (uint64) c->width)
		{
			r->bucket_no = floor_divided(t, c);
			r->bucket_start = (int64) ((__int128) r->bucket_no * c->width + c->origin);
			bucket[i] = r->bucket_no;
			/* the start of the first bucket there is may be beyond 64 bits */
			if (r->bucket_start > t)
				r->bucket_no = DM_NO_BUCKET;
			continue;
		}
		bucket[i] = r->bucket_no;
	}
}

/* As SQL compares: NaN equals NaN and is greater than any number. */
static inline bool
is_true(const DmScanColumn *c, double x)
{
	if (!c->has_threshold)
		return x == 1;
	return isnan(x) || x >= c->threshold;
}

static void
read_outcomes(DmColumnReader *r, const char *const *value, uint8 *outcome, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		bool		is;

		if (value[i] == NULL)
		{
			outcome[i] |= r->null_bit;
			continue;
		}
		if (r->type == DM_VALUE_BOOL)
			is = *(const bool *) value[i];
		else if (r->type == DM_VALUE_NUMERIC)
			is = is_true(r->column, dm_numeric_to_double(PointerGetDatum(value[i])));
		else
			is = is_true(r->column,
						 dm_value_number(r->type, fetch_att(value[i], r->by_value, r->length)));
		outcome[i] |= is ? r->true_bit : 0;
	}
}

void
dm_reader_read(DmColumnReader *r, const char *const *value, int from, int n)
{
	if (r->number)
		read_numbers(r, value, r->number + from, n);
	else if (r->id)
		dm_ids_read(r, value, r->id + from, n);
	else if (r->bucket)
		read_buckets(r, value, r->bucket + from, n);
	else
		read_outcomes(r, value, r->outcome + from, n);
}

bool
dm_reader_read_fixed(DmColumnReader *r, const char *const *base, int offset, int from, int n)
{
	if (r->number)
		return gather_numbers(r, base, offset, r->number + from, n);
	if (r->id)
		return dm_ids_read_fixed(r, base, offset, r->id + from, n);
	return false;
}
