/*
 * histogram.c - aggregates that make and merge histograms.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/numeric.h"
#include "types/histogram_internal.h"
#include "types/working.h"

#define DEFAULT_MAX_BYTES 4096

PG_FUNCTION_INFO_V1(datamon_histogram_transfn);
PG_FUNCTION_INFO_V1(datamon_histogram_transfn_numeric);
PG_FUNCTION_INFO_V1(datamon_histogram_merge_transfn);
PG_FUNCTION_INFO_V1(datamon_histogram_combinefn);
PG_FUNCTION_INFO_V1(datamon_histogram_finalfn);

static DmWorking *
new_state(DmGrid grid)
{
	static const char kinds[] = {DM_KIND_NUMBER};

	return dm_working_new(DM_HISTOGRAM, kinds, 1, grid, false);
}

/* The state in argument 0 as a working form that may be changed. */
static DmWorking *
get_state(FunctionCallInfo fcinfo)
{
	return (DmWorking *) dm_get_state(fcinfo, DM_HISTOGRAM, "histogram");
}

/* Add argument 1 to the state, by way of what reads it. */
static inline Datum
add_value(FunctionCallInfo fcinfo, double (*read) (Datum value))
{
	DmWorking  *w;
	int			max_bytes = DEFAULT_MAX_BYTES;

	dm_require_aggregate(fcinfo, "histogram");
	if (PG_NARGS() > 2)
	{
		if (PG_ARGISNULL(2))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("max_bytes must not be NULL")));
		max_bytes = PG_GETARG_INT32(2);
		dm_grid_check(max_bytes, 53);
	}
	if (PG_ARGISNULL(0))
	{
		DmGrid		grid = {(uint32) max_bytes, 0};

		w = new_state(grid);
	}
	else
		w = get_state(fcinfo);
	if (w->grid.max_bytes != (uint32) max_bytes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_bytes must be the same for all rows of a group")));
	w->rows++;
	if (PG_ARGISNULL(1))
	{
		w->slot[0].nulls++;
		PG_RETURN_POINTER(w);
	}
	w = dm_working_room(w);
	((double *) DM_AT(w, w->buffers))[w->buffered++] = read(PG_GETARG_DATUM(1));
	PG_RETURN_POINTER(w);
}

static inline double
read_float8(Datum value)
{
	return DatumGetFloat8(value);
}

/* histogram(x), histogram(x, max_bytes) */
Datum
datamon_histogram_transfn(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, read_float8);
}

Datum
datamon_histogram_transfn_numeric(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, dm_numeric_to_double);
}

/* Add a histogram of either form to a state that may not exist yet. */
static Datum
add_histogram(FunctionCallInfo fcinfo, const struct varlena *h)
{
	DmSketch	s;
	DmWorking  *w;

	dm_histogram_unpack(h, &s);
	w = PG_ARGISNULL(0) ? new_state(s.grid) : get_state(fcinfo);
	w->rows += dm_sketch_count(&s) + s.nulls + s.nans + s.neg_inf + s.pos_inf;
	PG_RETURN_POINTER(dm_working_add_sketch(w, 0, &s));
}

/* merge(histogram), and the combine function of all three aggregates */
static Datum
merge_argument(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	return add_histogram(fcinfo, dm_getarg(fcinfo, 1, DM_HISTOGRAM));
}

Datum
datamon_histogram_merge_transfn(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "merge");
	return merge_argument(fcinfo);
}

Datum
datamon_histogram_combinefn(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "histogram");
	return merge_argument(fcinfo);
}

/* Packs a copy: a window may call it again on the same state. */
Datum
datamon_histogram_finalfn(PG_FUNCTION_ARGS)
{
	DmSketch	s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &s);
	PG_RETURN_POINTER(dm_histogram_pack(&s));
}
