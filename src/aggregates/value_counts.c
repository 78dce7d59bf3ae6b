/*
 * value_counts.c - the aggregate value_counts.
 *
 * The state is a value_counts itself, in its working form, changed in place.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_value_counts_trans);
PG_FUNCTION_INFO_V1(datamon_value_counts_trans_limit);
PG_FUNCTION_INFO_V1(datamon_value_counts_trans_bool);

static struct varlena *
get_state(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_VALUE_COUNTS);
}

static Datum
add_text(FunctionCallInfo fcinfo, int limit)
{
	struct varlena *state = get_state(fcinfo);
	text	   *value;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(dm_value_counts_add(state, NULL, 0, limit));
	value = PG_GETARG_TEXT_PP(1);
	PG_RETURN_POINTER(dm_value_counts_add(state, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
										  limit));
}

Datum
datamon_value_counts_trans(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "value_counts");
	return add_text(fcinfo, DM_VALUE_COUNTS_LIMIT);
}

Datum
datamon_value_counts_trans_limit(PG_FUNCTION_ARGS)
{
	int			limit = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2);

	dm_require_aggregate(fcinfo, "value_counts");
	if (limit < 1 || limit > VC_MAX_LIMIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"max_values\" must be from 1 to %d", VC_MAX_LIMIT)));
	return add_text(fcinfo, limit);
}

Datum
datamon_value_counts_trans_bool(PG_FUNCTION_ARGS)
{
	const char *value = NULL;

	dm_require_aggregate(fcinfo, "value_counts");
	if (!PG_ARGISNULL(1))
		value = PG_GETARG_BOOL(1) ? "true" : "false";
	PG_RETURN_POINTER(dm_value_counts_add(get_state(fcinfo), value, value ? strlen(value) : 0,
										  DM_VALUE_COUNTS_LIMIT));
}
