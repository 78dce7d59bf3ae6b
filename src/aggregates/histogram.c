/*
 * histogram.c - the aggregate that makes histograms.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/numeric.h"
#include "types/histogram_internal.h"

#define DEFAULT_MAX_BYTES 4096

PG_FUNCTION_INFO_V1(datamon_histogram_trans);
PG_FUNCTION_INFO_V1(datamon_histogram_trans_numeric);

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

		w = dm_histogram_working(grid);
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
datamon_histogram_trans(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, read_float8);
}

Datum
datamon_histogram_trans_numeric(PG_FUNCTION_ARGS)
{
	return add_value(fcinfo, dm_numeric_to_double);
}
