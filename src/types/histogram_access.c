/*
 * histogram_access.c - what a histogram tells: counts, moments, quantiles, bins.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/row.h"
#include "types/histogram.h"
#include "types/histogram_internal.h"

PG_FUNCTION_INFO_V1(datamon_histogram_count);
PG_FUNCTION_INFO_V1(datamon_histogram_null_count);
PG_FUNCTION_INFO_V1(datamon_histogram_nan_count);
PG_FUNCTION_INFO_V1(datamon_histogram_infinity_count);
PG_FUNCTION_INFO_V1(datamon_histogram_mean);
PG_FUNCTION_INFO_V1(datamon_histogram_stddev);
PG_FUNCTION_INFO_V1(datamon_histogram_stddev_pop);
PG_FUNCTION_INFO_V1(datamon_histogram_min);
PG_FUNCTION_INFO_V1(datamon_histogram_max);
PG_FUNCTION_INFO_V1(datamon_histogram_quantile);
PG_FUNCTION_INFO_V1(datamon_histogram_quantiles);
PG_FUNCTION_INFO_V1(datamon_histogram_cdf);
PG_FUNCTION_INFO_V1(datamon_histogram_is_exact);
PG_FUNCTION_INFO_V1(datamon_histogram_bins);

static void
get_sketch(FunctionCallInfo fcinfo, DmSketch *s)
{
	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), s);
}

Datum
datamon_histogram_count(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	PG_RETURN_INT64((int64) dm_sketch_count(&s));
}

Datum
datamon_histogram_null_count(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	PG_RETURN_INT64((int64) s.nulls);
}

Datum
datamon_histogram_nan_count(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	PG_RETURN_INT64((int64) s.nans);
}

Datum
datamon_histogram_infinity_count(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	PG_RETURN_INT64((int64) (s.neg_inf + s.pos_inf));
}

Datum
datamon_histogram_is_exact(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	PG_RETURN_BOOL(s.shift == 0);
}

Datum
datamon_histogram_mean(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dm_sketch_mean(&s));
}

Datum
datamon_histogram_stddev_pop(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dm_sketch_stddev(&s, dm_sketch_count(&s)));
}

Datum
datamon_histogram_stddev(PG_FUNCTION_ARGS)
{
	DmSketch	s;
	uint64		n;

	get_sketch(fcinfo, &s);
	n = dm_sketch_count(&s);
	if (n < 2)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dm_sketch_stddev(&s, n - 1));
}

Datum
datamon_histogram_min(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(s.min);
}

Datum
datamon_histogram_max(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	get_sketch(fcinfo, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(s.max);
}

/* The value at place "rank" (from 0) in sorted order; within a bin, evenly. */
static double
value_at(const DmBins *b, double rank)
{
	double		below = 0;
	size_t		i;

	for (i = 0; i < b->n; i++)
	{
		const DmBin *bin = &b->bin[i];

		if (rank < below + bin->count || i + 1 == b->n)
		{
			double		within = (rank - below + 0.5) / bin->count;

			within = within < 0 ? 0 : within > 1 ? 1 : within;
			return bin->lo + (bin->hi - bin->lo) * within;
		}
		below += bin->count;
	}
	return NAN;
}

/*
 * Quantile with linear interpolation between neighbours, as numpy's default
 * and percentile_cont (Hyndman and Fan's type 7): equal to them while the
 * histogram is exact.
 */
static double
quantile(const DmBins *b, const DmSketch *s, double q)
{
	double		rank = q * (b->total - 1);
	double		low = floor(rank);
	double		a;
	double		z;

	if (q == 0)
		return s->min;
	if (q == 1)
		return s->max;
	a = value_at(b, low);
	if (rank == low)
		return a;
	z = value_at(b, low + 1);
	if (isinf(z - a))
		return a * (1 - (rank - low)) + z * (rank - low);
	return a + (z - a) * (rank - low);
}

static void
check_fraction(double q)
{
	if (isnan(q) || q < 0 || q > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quantile fraction %g is not between 0 and 1", q)));
}

Datum
datamon_histogram_quantile(PG_FUNCTION_ARGS)
{
	double		q = PG_GETARG_FLOAT8(1);
	DmSketch	s;
	DmBins		b;

	check_fraction(q);
	get_sketch(fcinfo, &s);
	if (s.n == 0)
		PG_RETURN_NULL();
	dm_histogram_bins(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &b);
	PG_RETURN_FLOAT8(quantile(&b, &s, q));
}

Datum
datamon_histogram_quantiles(PG_FUNCTION_ARGS)
{
	ArrayType  *fractions = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *value;
	bool	   *is_null;
	int			n;
	int			i;
	int			dims[1];
	int			lbs[1] = {1};
	DmSketch	s;
	DmBins		b;

	if (ARR_NDIM(fractions) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("quantile fractions must be a one-dimensional array")));
	deconstruct_array(fractions, FLOAT8OID, 8, FLOAT8PASSBYVAL, 'd', &value, &is_null, &n);
	get_sketch(fcinfo, &s);
	dm_histogram_bins(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &b);
	for (i = 0; i < n; i++)
	{
		if (!is_null[i])
			check_fraction(DatumGetFloat8(value[i]));
		if (s.n == 0)
			is_null[i] = true;
		if (!is_null[i])
			value[i] = Float8GetDatum(quantile(&b, &s, DatumGetFloat8(value[i])));
	}
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	dims[0] = n;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(value, is_null, 1, dims, lbs, FLOAT8OID, 8,
											 FLOAT8PASSBYVAL, 'd'));
}

/* Share of finite values at or below x. */
Datum
datamon_histogram_cdf(PG_FUNCTION_ARGS)
{
	double		x = PG_GETARG_FLOAT8(1);
	DmBins		b;
	double		below = 0;
	size_t		i;

	dm_histogram_bins(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &b);
	if (b.total == 0 || isnan(x))
		PG_RETURN_NULL();
	for (i = 0; i < b.n; i++)
	{
		if (x >= b.bin[i].hi)
			below += b.bin[i].count;
		else if (x > b.bin[i].lo)
			below += b.bin[i].count * ((x - b.bin[i].lo) / (b.bin[i].hi - b.bin[i].lo));
	}
	PG_RETURN_FLOAT8(below / b.total);
}

/* One row a bin: lo, hi, count. */
Datum
datamon_histogram_bins(PG_FUNCTION_ARGS)
{
	DmRowSet		rows;
	DmBins		b;
	size_t		i;

	dm_histogram_bins(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &b);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < b.n; i++)
	{
		dm_row_double(&rows.row, b.bin[i].lo);
		dm_row_double(&rows.row, b.bin[i].hi);
		dm_row_count(&rows.row, (int64) b.bin[i].count);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
