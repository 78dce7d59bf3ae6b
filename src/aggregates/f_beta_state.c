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

/*
 * The state to change.  Its usual form costs no call.
 */
static inline DmFBetaState *
get_state(FunctionCallInfo fcinfo)
{
	static const DmHeader usual = {0, DM_F_BETA_STATE, DM_FORMAT_VERSION, DM_WORKING, 0};
	struct varlena *state = NULL;

	if (likely(!PG_ARGISNULL(0)))
	{
		state = (struct varlena *) PG_GETARG_POINTER(0);
		if (likely(dm_in_aggregate(fcinfo) && VARATT_IS_4B_U(state) &&
				   VARSIZE_4B(state) == sizeof(DmFBetaState) &&
				   memcmp(&((DmHeader *) state)->tag, &usual.tag, 4) == 0))
			return (DmFBetaState *) state;
		state = dm_getarg(fcinfo, 0, DM_F_BETA_STATE);
	}
	dm_require_aggregate(fcinfo, FB_TYPE_NAME);
	return dm_f_beta_working(state);
}

static const DmFBetaCount count_of[2][2] = {{DM_FB_TN, DM_FB_FP}, {DM_FB_FN, DM_FB_TP}};

/* Count one row; actual and predicted are looked at only where not NULL. */
static inline Datum
add_row(FunctionCallInfo fcinfo, DmFBetaState *w, bool actual, bool predicted)
{
	DmFBetaCount which;

	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(2)))
		which = count_of[actual][predicted];
	else if (PG_ARGISNULL(1))
		which = PG_ARGISNULL(2) ? DM_FB_EMPTY : DM_FB_UNLABELLED;
	else
		which = DM_FB_UNPREDICTED;
	w->counts[which] = dm_add_count(w->counts[which], 1);
	PG_RETURN_POINTER(w);
}

Datum
datamon_f_beta_state_trans_bool(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, get_state(fcinfo), PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1),
				   PG_ARGISNULL(2) ? false : PG_GETARG_BOOL(2));
}

Datum
datamon_f_beta_state_trans_int(PG_FUNCTION_ARGS)
{
	DmFBetaState *w = get_state(fcinfo);
	bool		actual = dm_getarg_class(fcinfo, 1, "actual");

	return add_row(fcinfo, w, actual, dm_getarg_class(fcinfo, 2, "predicted"));
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
	DmFBetaState *w = get_state(fcinfo);
	const text *positive;

	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"positive\" must not be NULL"),
				 errhint("Name the class that counts as positive.")));
	positive = PG_GETARG_TEXT_PP(3);
	return add_row(fcinfo, w, text_class(fcinfo, 1, positive), text_class(fcinfo, 2, positive));
}
