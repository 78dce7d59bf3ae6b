/*
 * rates.c - aggregates for the share of rows of which something holds.
 *
 * The state is bigint[3]: rows of which it holds, rows used, rows left out.
 * Counts add, so it merges exactly.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"

#include "base/checks.h"
#include "base/row.h"

PG_FUNCTION_INFO_V1(datamon_pattern_rate_trans);
PG_FUNCTION_INFO_V1(datamon_out_of_range_rate_trans);
PG_FUNCTION_INFO_V1(datamon_rate_combine);
PG_FUNCTION_INFO_V1(datamon_rate_final);

enum
{
	MATCHING,
	USED,
	UNUSED,
	COUNTS
};

static int64 *
counts_of(ArrayType *state)
{
	if (ARR_NDIM(state) != 1 || ARR_DIMS(state)[0] != COUNTS || ARR_HASNULL(state) ||
		ARR_ELEMTYPE(state) != INT8OID)
		elog(ERROR, "expected bigint array of three counts");
	return (int64 *) ARR_DATA_PTR(state);
}

/* The state in argument 0, made if there is none. */
static ArrayType *
get_state(FunctionCallInfo fcinfo)
{
	Datum		zero[COUNTS];
	int			i;

	dm_require_aggregate(fcinfo, "rate");
	if (!PG_ARGISNULL(0))
		return PG_GETARG_ARRAYTYPE_P(0);
	for (i = 0; i < COUNTS; i++)
		zero[i] = Int64GetDatum(0);
	return construct_array(zero, COUNTS, INT8OID, 8, FLOAT8PASSBYVAL, 'd');
}

static Datum
add_row(ArrayType *state, bool used, bool holds)
{
	int64	   *count = counts_of(state);

	count[MATCHING] += used && holds;
	count[used ? USED : UNUSED]++;
	PG_RETURN_POINTER(state);
}

/* pattern_rate(value text, pattern text) */
Datum
datamon_pattern_rate_trans(PG_FUNCTION_ARGS)
{
	ArrayType  *state = get_state(fcinfo);
	Oid			collation = PG_GET_COLLATION();

	/* A node that works on a part of the rows (Citus) is not told. */
	if (!OidIsValid(collation))
		collation = DEFAULT_COLLATION_OID;
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"pattern\" must not be NULL"),
				 errhint("Give a regular expression such as '^[A-Z]{3}$'.")));
	if (PG_ARGISNULL(1))
		return add_row(state, false, false);
	return add_row(state, true,
				   DatumGetBool(DirectFunctionCall2Coll(textregexeq, collation,
														PG_GETARG_DATUM(1), PG_GETARG_DATUM(2))));
}

/* out_of_range_rate(value float8, low float8, high float8); a NULL bound is none */
Datum
datamon_out_of_range_rate_trans(PG_FUNCTION_ARGS)
{
	ArrayType  *state = get_state(fcinfo);
	double		low = PG_ARGISNULL(2) ? -INFINITY : PG_GETARG_FLOAT8(2);
	double		high = PG_ARGISNULL(3) ? INFINITY : PG_GETARG_FLOAT8(3);
	double		value;

	if (!(low <= high))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"low\" must not be above \"high\", and neither NaN"),
				 errhint("NULL stands for no bound.")));
	if (PG_ARGISNULL(1))
		return add_row(state, false, false);
	value = PG_GETARG_FLOAT8(1);
	return add_row(state, !isnan(value), value < low || value > high);
}

Datum
datamon_rate_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = get_state(fcinfo);
	int64	   *count = counts_of(state);
	const int64 *other;
	int			i;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	other = counts_of(PG_GETARG_ARRAYTYPE_P(1));
	for (i = 0; i < COUNTS; i++)
		count[i] = (int64) dm_add_count((uint64) count[i], (uint64) other[i]);
	PG_RETURN_POINTER(state);
}

Datum
datamon_rate_final(PG_FUNCTION_ARGS)
{
	const int64 *count;
	DmRow		row;
	int			i;

	dm_require_aggregate(fcinfo, "rate");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	count = counts_of(PG_GETARG_ARRAYTYPE_P(0));
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, count[USED] > 0 ? (double) count[MATCHING] / (double) count[USED] : NAN);
	for (i = 0; i < COUNTS; i++)
		dm_row_count(&row, count[i]);
	return dm_row_end(&row);
}
