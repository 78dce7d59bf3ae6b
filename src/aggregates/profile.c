/*
 * profile.c - the aggregate that profiles all columns in one call a row.
 */
#include "postgres.h"

#include "base/checks.h"
#include "types/profile.h"
#include "types/working.h"
#include "aggregates/profile_args.h"

PG_FUNCTION_INFO_V1(datamon_profile_trans);

/* The state in argument 0 as a working form that may be changed. */
static DmWorking *
get_state(FunctionCallInfo fcinfo)
{
	return (DmWorking *) dm_get_state(fcinfo, DM_PROFILE, "profile");
}

static DmWorking *
first_state(const DmProfileArgs *args)
{
	DmGrid		grid = {DM_PROFILE_MAX_BYTES, 0};

	return dm_working_new(DM_PROFILE, args->kinds, args->n, grid, true);
}

/*
 * The common row: all arguments are float8 and none is NULL.  The values are
 * stored before the NULLs are known; a row with one is stored again, slowly.
 */
static inline bool
put_plain_row(DmWorking *w, FunctionCallInfo fcinfo, int n)
{
	double	   *at = (double *) DM_AT(w, w->buffers) + w->buffered;
	uint32		stride = w->stride;
	bool		nulls = false;
	int			i;

	for (i = 0; i < n; i++)
	{
		nulls |= fcinfo->args[i + 1].isnull;
		*at = DatumGetFloat8(fcinfo->args[i + 1].value);
		at += stride;
	}
	return !nulls;
}

/* The same of numbers of any type: they have to be read, so NULLs are looked for first. */
static inline bool
put_number_row(DmWorking *w, FunctionCallInfo fcinfo, const DmProfileArgs *args)
{
	double	   *at = (double *) DM_AT(w, w->buffers) + w->buffered;
	uint32		stride = w->stride;
	int			i;

	for (i = 0; i < args->n; i++)
	{
		if (fcinfo->args[i + 1].isnull)
			return false;
		*at = dm_profile_number(args, i, fcinfo->args[i + 1].value);
		at += stride;
	}
	return true;
}

static bool
put_unragged_row(DmWorking *w, FunctionCallInfo fcinfo, const DmProfileArgs *args)
{
	if (w->ragged || !args->all_numbers)
		return false;
	return args->all_float8 ? put_plain_row(w, fcinfo, args->n) : put_number_row(w, fcinfo, args);
}

static DmWorking *
put_row(DmWorking *w, FunctionCallInfo fcinfo, const DmProfileArgs *args)
{
	int			i;

	dm_working_make_ragged(w);
	for (i = 0; i < args->n; i++)
	{
		const NullableDatum *arg = &fcinfo->args[i + 1];

		if (args->kinds[i] == DM_KIND_CATEGORY)
			w = dm_profile_put_category(w, args, i, arg);
		else if (arg->isnull)
			w->slot[i].nulls++;
		else
			dm_working_put(w, i, dm_profile_number(args, i, arg->value));
	}
	return w;
}

/* profile(VARIADIC "any") */
Datum
datamon_profile_trans(PG_FUNCTION_ARGS)
{
	DmProfileArgs *args = fcinfo->flinfo->fn_extra;
	DmWorking  *w;

	if (args == NULL)
	{
		dm_require_aggregate(fcinfo, "profile");
		args = dm_profile_args(fcinfo);
	}
	w = PG_ARGISNULL(0) ? first_state(args) : get_state(fcinfo);
	w = dm_working_room(w);
	if (!put_unragged_row(w, fcinfo, args))
		w = put_row(w, fcinfo, args);
	w->rows++;
	w->buffered++;
	PG_RETURN_POINTER(w);
}
