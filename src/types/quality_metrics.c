/*
 * quality_metrics.c - data quality as a histogram and a value_counts tell it.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/function.h"
#include "base/row.h"
#include "stats/entropy.h"
#include "types/histogram.h"
#include "types/histogram_internal.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_histogram_zero_count);
PG_FUNCTION_INFO_V1(datamon_histogram_distinct_count);
PG_FUNCTION_INFO_V1(datamon_histogram_mode);
PG_FUNCTION_INFO_V1(datamon_histogram_quality);
PG_FUNCTION_INFO_V1(datamon_histogram_sparkline);
PG_FUNCTION_INFO_V1(datamon_value_counts_mode);
PG_FUNCTION_INFO_V1(datamon_value_counts_quality);
PG_FUNCTION_INFO_V1(datamon_value_counts_sparkline);

extern Datum datamon_value_counts_distinct_count(PG_FUNCTION_ARGS);

/* One column, whichever state it comes from. */
typedef struct Summary
{
	double		n;				/* values in use */
	double		nulls;
	double		nans;
	double		infinities;
	double		zeros;
	bool		exact;			/* count[] and spread are of single values */
	size_t		k;
	uint64	   *count;
	DmSpread	spread;
	double		distinct;		/* NaN: not known */
	double		distinct_error; /* relative; 0 if exact */
	bool		has_mode;
	double		mode_number;
	VcItem		mode_value;
	double		mode_count;
} Summary;

static void
histogram_mode(const DmSketch *s, Summary *out)
{
	size_t		i;

	for (i = 0; i < s->n; i++)
		if (s->entry[i].count > out->mode_count)
		{
			out->has_mode = true;
			out->mode_number = dm_key_near(s->entry[i].key, 0);
			out->mode_count = (double) s->entry[i].count;
		}
}

static void
get_histogram(FunctionCallInfo fcinfo, Summary *out)
{
	DmSketch	s;
	size_t		i;

	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &s);
	memset(out, 0, sizeof(*out));
	out->nulls = (double) s.nulls;
	out->nans = (double) s.nans;
	out->infinities = (double) s.neg_inf + (double) s.pos_inf;
	out->exact = s.shift == 0;
	out->k = s.n;
	out->count = palloc(sizeof(uint64) * Max(s.n, 1));
	for (i = 0; i < s.n; i++)
	{
		out->count[i] = s.entry[i].count;
		if (s.entry[i].key == 0)
			out->zeros = (double) s.entry[i].count;
	}
	dm_spread(out->count, out->k, &out->spread);
	out->n = out->spread.n;
	out->distinct = out->exact ? (double) s.n : NAN;
	out->distinct_error = out->exact ? 0 : NAN;
	if (out->exact)
		histogram_mode(&s, out);
}

/*
 * The most frequent value; of equals the first in byte order.  A bucket of
 * several values hides counts of up to its own less one.
 */
static void
value_counts_mode(const VcItem *item, size_t n, Summary *out)
{
	double		hidden = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		double		count = (double) item[i].count;

		if (!item[i].single)
			hidden = Max(hidden, count - 1);
		else if (count > out->mode_count ||
				 (count == out->mode_count && dm_vc_by_value(&item[i], &out->mode_value) < 0))
		{
			out->mode_value = item[i];
			out->mode_count = count;
		}
	}
	out->has_mode = out->mode_count > 0 && out->mode_count >= hidden;
}

static void
get_value_counts(FunctionCallInfo fcinfo, Summary *out)
{
	struct varlena *v = dm_value_counts_pack(dm_getarg(fcinfo, 0, DM_VALUE_COUNTS));
	VcScan		s;
	VcItem	   *item = dm_vc_items(v, &s);
	size_t		i;

	memset(out, 0, sizeof(*out));
	out->nulls = (double) s.nulls;
	out->exact = s.bits == VC_EXACT;
	out->k = s.nentries;
	out->count = palloc(sizeof(uint64) * Max(out->k, 1));
	for (i = 0; i < out->k; i++)
		out->count[i] = item[i].count;
	dm_spread(out->count, out->k, &out->spread);
	out->n = out->spread.n;
	out->distinct = out->spread.distinct;
	if (!out->exact)
	{
		out->distinct = (double) DatumGetInt64(DirectFunctionCall1(datamon_value_counts_distinct_count,
																   PointerGetDatum(v)));
		out->distinct_error = 1 / sqrt((double) out->k);
	}
	value_counts_mode(item, out->k, out);
}

static double
rows_of(const Summary *s)
{
	return s->n + s->nulls + s->nans + s->infinities;
}

/* A share of all rows; NaN if there are none. */
static double
rate(const Summary *s, double part)
{
	return rows_of(s) > 0 ? part / rows_of(s) : NAN;
}

static double
distinctness(const Summary *s)
{
	return s->n > 0 ? s->distinct / s->n : NAN;
}

static double
if_exact(const Summary *s, double (*metric) (const DmSpread *))
{
	return s->exact ? metric(&s->spread) : NAN;
}

static double
entropy(const Summary *s, double base)
{
	return s->exact ? dm_entropy(s->count, s->k, base) : NAN;
}

typedef void (*Getter) (FunctionCallInfo fcinfo, Summary *out);

typedef enum Metric
{
	NULL_RATE,
	COMPLETENESS,
	NAN_RATE,
	INFINITY_RATE,
	ZERO_RATE,
	DISTINCTNESS,
	UNIQUENESS,
	UNIQUE_VALUE_RATIO,
	ENTROPY
} Metric;

static double
base_of(FunctionCallInfo fcinfo)
{
	double		base = PG_GETARG_FLOAT8(1);

	if (!(base > 1) || isinf(base))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"base\" must be a number above 1"),
				 errhint("exp(1) gives nats, 2 gives bits.")));
	return base;
}

static double
compute(FunctionCallInfo fcinfo, const Summary *s, Metric metric)
{
	switch (metric)
	{
		case NULL_RATE:
			return rate(s, s->nulls);
		case COMPLETENESS:
			return rate(s, rows_of(s) - s->nulls);
		case NAN_RATE:
			return rate(s, s->nans);
		case INFINITY_RATE:
			return rate(s, s->infinities);
		case ZERO_RATE:
			return rate(s, s->zeros);
		case DISTINCTNESS:
			return distinctness(s);
		case UNIQUENESS:
			return if_exact(s, dm_uniqueness);
		case UNIQUE_VALUE_RATIO:
			return if_exact(s, dm_unique_value_ratio);
		case ENTROPY:
			return entropy(s, base_of(fcinfo));
	}
	return NAN;
}

static Datum
metric_of(FunctionCallInfo fcinfo, Getter get, Metric metric)
{
	Summary		s;

	get(fcinfo, &s);
	return dm_return_double(fcinfo, compute(fcinfo, &s, metric));
}

#define METRIC(type, name, metric) DM_FUNCTION(type##_##name, metric_of(fcinfo, get_##type, metric))

METRIC(histogram, null_rate, NULL_RATE);
METRIC(histogram, completeness, COMPLETENESS);
METRIC(histogram, nan_rate, NAN_RATE);
METRIC(histogram, infinity_rate, INFINITY_RATE);
METRIC(histogram, zero_rate, ZERO_RATE);
METRIC(histogram, distinctness, DISTINCTNESS);
METRIC(histogram, uniqueness, UNIQUENESS);
METRIC(histogram, unique_value_ratio, UNIQUE_VALUE_RATIO);
METRIC(histogram, entropy, ENTROPY);
METRIC(value_counts, null_rate, NULL_RATE);
METRIC(value_counts, completeness, COMPLETENESS);
METRIC(value_counts, distinctness, DISTINCTNESS);
METRIC(value_counts, uniqueness, UNIQUENESS);
METRIC(value_counts, unique_value_ratio, UNIQUE_VALUE_RATIO);
METRIC(value_counts, entropy, ENTROPY);

Datum
datamon_histogram_zero_count(PG_FUNCTION_ARGS)
{
	Summary		s;

	get_histogram(fcinfo, &s);
	PG_RETURN_INT64((int64) s.zeros);
}

Datum
datamon_histogram_distinct_count(PG_FUNCTION_ARGS)
{
	Summary		s;

	get_histogram(fcinfo, &s);
	if (!s.exact)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) s.k);
}

/* ---- rows */

static void
put_count(DmRow *row, double v)
{
	dm_row_count(row, isnan(v) ? 0 : v < ldexp(1, 63) ? (int64) v : PG_INT64_MAX);
	row->null[row->n - 1] = isnan(v) != 0;
}

static void
put_mode(DmRow *row, const Summary *s, bool number)
{
	if (number)
		dm_row_double(row, s->has_mode ? s->mode_number : NAN);
	else
		dm_row_text(row, s->has_mode ? pnstrdup(s->mode_value.value, s->mode_value.len) : NULL);
	put_count(row, s->has_mode ? s->mode_count : NAN);
	dm_row_double(row, s->has_mode ? s->mode_count / s->n : NAN);
}

static Datum
mode_row(FunctionCallInfo fcinfo, Getter get, bool number)
{
	Summary		s;
	DmRow		row;

	get(fcinfo, &s);
	dm_row_begin(fcinfo, &row);
	put_mode(&row, &s, number);
	return dm_row_end(&row);
}

static Datum
quality_row(FunctionCallInfo fcinfo, Getter get, bool number)
{
	Summary		s;
	DmRow		row;

	get(fcinfo, &s);
	dm_row_begin(fcinfo, &row);
	put_count(&row, rows_of(&s));
	put_count(&row, s.n);
	put_count(&row, rows_of(&s) - s.n);
	dm_row_double(&row, rate(&s, s.nulls));
	if (number)
	{
		dm_row_double(&row, rate(&s, s.nans));
		dm_row_double(&row, rate(&s, s.infinities));
		dm_row_double(&row, rate(&s, s.zeros));
	}
	put_count(&row, s.distinct);
	dm_row_double(&row, s.distinct_error);
	dm_row_double(&row, distinctness(&s));
	dm_row_double(&row, if_exact(&s, dm_uniqueness));
	dm_row_double(&row, if_exact(&s, dm_unique_value_ratio));
	dm_row_double(&row, entropy(&s, exp(1)));
	put_mode(&row, &s, number);
	return dm_row_end(&row);
}

Datum
datamon_histogram_mode(PG_FUNCTION_ARGS)
{
	return mode_row(fcinfo, get_histogram, true);
}

Datum
datamon_value_counts_mode(PG_FUNCTION_ARGS)
{
	return mode_row(fcinfo, get_value_counts, false);
}

Datum
datamon_histogram_quality(PG_FUNCTION_ARGS)
{
	return quality_row(fcinfo, get_histogram, true);
}

Datum
datamon_value_counts_quality(PG_FUNCTION_ARGS)
{
	return quality_row(fcinfo, get_value_counts, false);
}

/* ---- pictures */

#define MAX_WIDTH 100

/* Eight heights; plain ASCII where the database cannot spell the blocks. */
static void
draw(StringInfo buf, const double *mass, int m)
{
	double		most = 0;
	int			i;

	for (i = 0; i < m; i++)
		most = Max(most, mass[i]);
	for (i = 0; i < m; i++)
	{
		int			height = most > 0 ? (int) ceil(8 * mass[i] / most) : 0;

		height = Min(Max(height, 1), 8);
		if (GetDatabaseEncoding() == PG_UTF8)
			appendStringInfo(buf, "\xE2\x96%c", (char) (0x80 + height));
		else
			appendStringInfoChar(buf, "_.:-=+*#"[height - 1]);
	}
}

static int
width_of(FunctionCallInfo fcinfo)
{
	int			width = PG_GETARG_INT32(1);

	if (width < 1 || width > MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"width\" must be from 1 to %d", MAX_WIDTH),
				 errhint("It is the number of bars.")));
	return width;
}

/* Few consecutive whole numbers get a bar each, equal values one bar. */
static int
bars_of(const DmSketch *s, int width)
{
	double		range = s->max - s->min;
	size_t		i;

	if (range == 0)
		return 1;
	if (s->shift != 0 || range >= width)
		return width;
	for (i = 0; i < s->n; i++)
	{
		double		x = dm_key_near(s->entry[i].key, 0);

		if (x != rint(x))
			return width;
	}
	return (int) range + 1;
}

/* Bars over equal parts of [min, max]. */
Datum
datamon_histogram_sparkline(PG_FUNCTION_ARGS)
{
	int			width = width_of(fcinfo);
	struct varlena *h = dm_getarg(fcinfo, 0, DM_HISTOGRAM);
	double		mass[MAX_WIDTH];
	StringInfoData buf;
	DmSketch	s;
	DmBins		bins;

	dm_histogram_unpack(h, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	width = bars_of(&s, width);
	dm_histogram_bins(h, &bins);
	dm_equal_width(&bins, s.min, s.max, mass, width);
	initStringInfo(&buf);
	draw(&buf, mass, width);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buf.data, buf.len));
}

static int
descending(const void *a, const void *b)
{
	uint64		x = *(const uint64 *) a;
	uint64		y = *(const uint64 *) b;

	return (x < y) - (x > y);
}

/* Bars of the most frequent values, the first being the mode. */
Datum
datamon_value_counts_sparkline(PG_FUNCTION_ARGS)
{
	int			width = width_of(fcinfo);
	double		mass[MAX_WIDTH];
	StringInfoData buf;
	Summary		s;
	int			i;

	get_value_counts(fcinfo, &s);
	if (!s.exact || s.k == 0)
		PG_RETURN_NULL();
	qsort(s.count, s.k, sizeof(uint64), descending);
	width = (int) Min((size_t) width, s.k);
	for (i = 0; i < width; i++)
		mass[i] = (double) s.count[i];
	initStringInfo(&buf);
	draw(&buf, mass, width);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buf.data, buf.len));
}
