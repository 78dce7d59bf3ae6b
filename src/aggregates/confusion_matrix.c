/*
 * confusion_matrix.c - how the aggregates over a pair of classes take a row:
 * confusion_matrix() itself and the scores that are its functions.
 *
 * The state is a confusion_matrix, in its working form, changed in place.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/checks.h"
#include "types/confusion_matrix.h"

PG_FUNCTION_INFO_V1(datamon_confusion_matrix_trans_text);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_trans_int);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_trans_bool);

static DmClassTable *
get_state(FunctionCallInfo fcinfo)
{
	DmClassTable *t = dm_class_table_state(fcinfo, DM_CONFUSION_MATRIX);

	if (likely(t != NULL))
		return t;
	dm_require_aggregate(fcinfo, CM_TYPE_NAME);
	return dm_confusion_matrix_working(PG_ARGISNULL(0) ? NULL :
									   dm_getarg(fcinfo, 0, DM_CONFUSION_MATRIX));
}

/* Count a row that lacks a class; false if it has both. */
static bool
add_lacking(FunctionCallInfo fcinfo, DmClassTable *t)
{
	DmLacking	which;

	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(2)))
		return false;
	if (!PG_ARGISNULL(1))
		which = DM_LACKS_PREDICTED;
	else
		which = PG_ARGISNULL(2) ? DM_LACKS_BOTH : DM_LACKS_ACTUAL;
	t->lacking[which] = dm_add_count(t->lacking[which], 1);
	return true;
}

Datum
datamon_confusion_matrix_trans_text(PG_FUNCTION_ARGS)
{
	DmClassTable *t = get_state(fcinfo);
	const text *actual;
	const text *predicted;

	if (add_lacking(fcinfo, t))
		PG_RETURN_POINTER(t);
	actual = PG_GETARG_TEXT_PP(1);
	predicted = PG_GETARG_TEXT_PP(2);
	PG_RETURN_POINTER(dm_confusion_matrix_add(t, VARDATA_ANY(actual), VARSIZE_ANY_EXHDR(actual),
											  VARDATA_ANY(predicted), VARSIZE_ANY_EXHDR(predicted),
											  1));
}

Datum
datamon_confusion_matrix_trans_int(PG_FUNCTION_ARGS)
{
	DmClassTable *t = get_state(fcinfo);
	char		actual[32];
	char		predicted[32];

	if (add_lacking(fcinfo, t))
		PG_RETURN_POINTER(t);
	pg_lltoa(PG_GETARG_INT64(1), actual);
	pg_lltoa(PG_GETARG_INT64(2), predicted);
	PG_RETURN_POINTER(dm_confusion_matrix_add(t, actual, strlen(actual), predicted,
											  strlen(predicted), 1));
}

Datum
datamon_confusion_matrix_trans_bool(PG_FUNCTION_ARGS)
{
	DmClassTable *t = get_state(fcinfo);
	const char *actual;
	const char *predicted;

	if (add_lacking(fcinfo, t))
		PG_RETURN_POINTER(t);
	actual = PG_GETARG_BOOL(1) ? "true" : "false";
	predicted = PG_GETARG_BOOL(2) ? "true" : "false";
	PG_RETURN_POINTER(dm_confusion_matrix_add(t, actual, strlen(actual), predicted,
											  strlen(predicted), 1));
}
