/*
 * two_counts.c - how the aggregate two_counts(), and those that compare two
 * samples of categories row by row, take a row.
 *
 * The state is a two_counts itself, in its working form, changed in place.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/two_counts.h"

PG_FUNCTION_INFO_V1(datamon_two_counts_trans);
PG_FUNCTION_INFO_V1(datamon_two_counts_trans_weight);
PG_FUNCTION_INFO_V1(datamon_two_counts_trans_bool);

/* Arguments: state, value, is_reference, perhaps more. */
static Datum
add_row(FunctionCallInfo fcinfo, const char *value, size_t len, uint64 count)
{
	DmTwoCounts *w = dm_two_counts_working(PG_ARGISNULL(0) ? NULL :
										   dm_getarg(fcinfo, 0, DM_TWO_COUNTS));

	if (count == 0)
		PG_RETURN_POINTER(w);
	if (PG_ARGISNULL(2))
	{
		w->unflagged = dm_add_count(w->unflagged, count);
		PG_RETURN_POINTER(w);
	}
	PG_RETURN_POINTER(dm_two_counts_add(w, PG_GETARG_BOOL(2) ? DM_REFERENCE : DM_CURRENT, value, len,
										count));
}

static Datum
add_text(FunctionCallInfo fcinfo, uint64 count)
{
	text	   *value;

	if (PG_ARGISNULL(1))
		return add_row(fcinfo, NULL, 0, count);
	value = PG_GETARG_TEXT_PP(1);
	return add_row(fcinfo, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), count);
}

Datum
datamon_two_counts_trans(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "two_counts");
	return add_text(fcinfo, 1);
}

/* A row that stands for so many; one whose number is not known counts as one NULL. */
Datum
datamon_two_counts_trans_weight(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "two_counts");
	if (PG_ARGISNULL(3))
		return add_row(fcinfo, NULL, 0, 1);
	if (PG_GETARG_INT64(3) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"weight\" must not be negative"),
				 errhint("It is the number of rows that a row stands for.")));
	return add_text(fcinfo, (uint64) PG_GETARG_INT64(3));
}

Datum
datamon_two_counts_trans_bool(PG_FUNCTION_ARGS)
{
	const char *value = NULL;

	dm_require_aggregate(fcinfo, "two_counts");
	if (!PG_ARGISNULL(1))
		value = PG_GETARG_BOOL(1) ? "true" : "false";
	return add_row(fcinfo, value, value ? strlen(value) : 0, 1);
}
