/*
 * f_beta_state.c - how the aggregates f_beta_state() take a row.
 *
 * The state is an f_beta_state itself, in its working form, changed in place.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/f_beta_state.h"

PG_FUNCTION_INFO_V1(datamon_f_beta_state_trans_bool);
PG_FUNCTION_INFO_V1(datamon_f_beta_state_trans_int);
PG_FUNCTION_INFO_V1(datamon_f_beta_state_trans_text);

static struct varlena *
get_state(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_F_BETA_STATE);
}

/* Count one row; actual and predicted are looked at only where not NULL. */
static Datum
add_row(FunctionCallInfo fcinfo, bool actual, bool predicted)
{
	DmFBetaState *w = dm_f_beta_working(get_state(fcinfo));
	DmFBetaCount which;

	if (PG_ARGISNULL(1))
		which = PG_ARGISNULL(2) ? DM_FB_EMPTY : DM_FB_UNLABELLED;
	else if (PG_ARGISNULL(2))
		which = DM_FB_UNPREDICTED;
	else if (actual)
		which = predicted ? DM_FB_TP : DM_FB_FN;
	else
		which = predicted ? DM_FB_FP : DM_FB_TN;
	w->counts[which] = dm_add_count(w->counts[which], 1);
	PG_RETURN_POINTER(w);
}

Datum
datamon_f_beta_state_trans_bool(PG_FUNCTION_ARGS)
{
	dm_require_aggregate(fcinfo, "f_beta_state");
	return add_row(fcinfo, PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1),
				   PG_ARGISNULL(2) ? false : PG_GETARG_BOOL(2));
}

static bool
int_class(FunctionCallInfo fcinfo, int n, const char *name)
{
	int32		value = PG_ARGISNULL(n) ? 0 : PG_GETARG_INT32(n);

	if (value != 0 && value != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be 0 or 1, not %d", name, value),
				 errhint("Compare both with the positive class, such as %s = %d.", name, value)));
	return value == 1;
}

Datum
datamon_f_beta_state_trans_int(PG_FUNCTION_ARGS)
{
	bool		actual;

	dm_require_aggregate(fcinfo, "f_beta_state");
	actual = int_class(fcinfo, 1, "actual");
	return add_row(fcinfo, actual, int_class(fcinfo, 2, "predicted"));
}

static bool
text_class(FunctionCallInfo fcinfo, int n, const text *positive)
{
	const text *value;

	if (PG_ARGISNULL(n))
		return false;
	value = PG_GETARG_TEXT_PP(n);
	return VARSIZE_ANY_EXHDR(value) == VARSIZE_ANY_EXHDR(positive) &&
		memcmp(VARDATA_ANY(value), VARDATA_ANY(positive), VARSIZE_ANY_EXHDR(value)) == 0;
}

Datum
datamon_f_beta_state_trans_text(PG_FUNCTION_ARGS)
{
	const text *positive;

	dm_require_aggregate(fcinfo, "f_beta_state");
	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"positive\" must not be NULL"),
				 errhint("Name the class that counts as positive.")));
	positive = PG_GETARG_TEXT_PP(3);
	return add_row(fcinfo, text_class(fcinfo, 1, positive), text_class(fcinfo, 2, positive));
}
