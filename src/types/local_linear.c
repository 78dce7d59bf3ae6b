/*
 * local_linear.c - a linear model around one row, of the rows in two arrays:
 * what explain_instance() of a table computes.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "base/row.h"
#include "stats/local_linear.h"

PG_FUNCTION_INFO_V1(datamon_local_linear);

/* An array without NULLs; NULL where it is empty. */
static double *
doubles(FunctionCallInfo fcinfo, int argument, size_t *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);

	if (ARR_HASNULL(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("array must not contain nulls")));
	*n = (size_t) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return *n == 0 ? NULL : (double *) ARR_DATA_PTR(array);
}

/* (y, x, at, is_category, width, ridge) -> a row for each feature. */
Datum
datamon_local_linear(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmLocalLinear out;
	size_t		n,
				d,
				cells,
				flags,
				i;
	double	   *y = doubles(fcinfo, 0, &n),
			   *x = doubles(fcinfo, 1, &cells),
			   *at = doubles(fcinfo, 2, &d),
			   *own,
			   *room,
			   *coefficient;
	ArrayType  *category = PG_GETARG_ARRAYTYPE_P(3);
	bool		found;

	flags = (size_t) ArrayGetNItems(ARR_NDIM(category), ARR_DIMS(category));
	if (cells != n * d || flags != d || ARR_HASNULL(category))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays do not fit one another")));
	dm_rows_begin(fcinfo, &rows);
	if (n == 0 || d == 0)
		return (Datum) 0;
	CHECK_FOR_INTERRUPTS();
	own = MemoryContextAllocHuge(CurrentMemoryContext, cells * sizeof(double));
	memcpy(own, x, cells * sizeof(double));
	room = palloc(DM_LOCAL_LINEAR_ROOM(n, d) * sizeof(double));
	coefficient = palloc(2 * d * sizeof(double));
	found = dm_local_linear(own, y, n, d, at, (const bool *) ARR_DATA_PTR(category), PG_GETARG_FLOAT8(4),
							PG_GETARG_FLOAT8(5), room, coefficient, coefficient + d, &out);
	for (i = 0; i < d; i++)
	{
		dm_row_int(&rows.row, (int) i + 1);
		dm_row_double(&rows.row, found ? coefficient[i] : NAN);
		dm_row_double(&rows.row, found ? coefficient[d + i] : NAN);
		dm_row_double(&rows.row, out.base);
		dm_row_double(&rows.row, out.here);
		dm_row_double(&rows.row, out.fidelity);
		dm_row_double(&rows.row, out.effective);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
