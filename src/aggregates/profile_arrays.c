/*
 * profile_arrays.c - profile(kinds, numbers, categories): the profile of a row
 * that comes as two arrays.
 *
 * Its arguments have types of their own, so that a planner that sends parts of
 * an aggregate to other nodes (Citus) can send this one; profile(VARIADIC
 * "any") it cannot.  Such a planner calls the transition function afresh for
 * every row: nothing is kept from one call to the next but the state.
 */
#include "base/compat.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/checks.h"
#include "aggregates/profile_args.h"
#include "types/profile.h"

/* One element after the other. */
typedef struct Elements
{
	const char *at;
	const bits8 *bitmap;		/* NULL: no element is NULL */
	int			next;
	int			n;
} Elements;

static Elements
elements_of(FunctionCallInfo fcinfo, int argument)
{
	Elements	e = {NULL, NULL, 0, 0};
	ArrayType  *array;

	if (PG_ARGISNULL(argument))
		return e;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	e.n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	e.bitmap = ARR_NULLBITMAP(array);
	e.at = ARR_DATA_PTR(array);
	return e;
}

static inline bool
next_is_null(const Elements *e)
{
	return e->bitmap != NULL && att_isnull(e->next, e->bitmap);
}

static void
put_number(DmWorking *w, int column, Elements *e)
{
	double		x;

	if (next_is_null(e))
		w->slot[column].nulls++;
	else
	{
		memcpy(&x, e->at, sizeof(x));
		e->at += sizeof(x);
		dm_working_put(w, column, x);
	}
	e->next++;
}

static DmWorking *
put_category(DmWorking *w, int column, Elements *e)
{
	const char *text;

	if (next_is_null(e))
		w = dm_working_put_category(w, column, NULL, 0);
	else
	{
		/* As arrays lay out text: its header is aligned unless it is a short one. */
		text = (const char *) att_align_pointer(e->at, TYPALIGN_INT, -1, e->at);
		w = dm_working_put_category(w, column, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
		e->at = text + VARSIZE_ANY(text);
	}
	e->next++;
	return w;
}

/* n and c in an order, as many as there are elements. */
static void
check_arguments(const char *kinds, int nkinds, int numbers, int categories)
{
	int			counted[2] = {0, 0};
	int			i;

	for (i = 0; i < nkinds; i++)
	{
		if (kinds[i] != DM_KIND_NUMBER && kinds[i] != DM_KIND_CATEGORY)
			break;
		counted[kinds[i] == DM_KIND_CATEGORY]++;
	}
	if (nkinds == 0 || i < nkinds)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"kinds\" must name a kind for every column"),
				 errhint("Write n for a number and c for a category, such as 'nnc'.")));
	if (nkinds > DM_PROFILE_MAX_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a profile has at most %d columns", DM_PROFILE_MAX_COLUMNS)));
	if (counted[0] != numbers || counted[1] != categories)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"kinds\" has %d numbers and %d categories, but the row has %d and %d",
						counted[0], counted[1], numbers, categories)));
}

/* A state of other columns could not take the row. */
static void
check_state(const DmWorking *w, const char *kinds, int nkinds)
{
	int			i;

	for (i = 0; i < nkinds && (int) w->ncolumns == nkinds; i++)
		if (w->slot[i].kind != (uint32) (unsigned char) kinds[i])
			break;
	if (i < nkinds)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"kinds\" must be the same for every row")));
}

PG_FUNCTION_INFO_V1(datamon_profile_arrays_trans);

/* profile(kinds text, numbers float8[], categories text[]) */
Datum
datamon_profile_arrays_trans(PG_FUNCTION_ARGS)
{
	struct varlena *text = PG_ARGISNULL(1) ? NULL : PG_GETARG_VARLENA_PP(1);
	const char *kinds = text ? VARDATA_ANY(text) : "";
	int			nkinds = text ? (int) VARSIZE_ANY_EXHDR(text) : 0;
	Elements	numbers = elements_of(fcinfo, 2);
	Elements	categories = elements_of(fcinfo, 3);
	DmGrid		grid = {DM_PROFILE_MAX_BYTES, 0};
	DmWorking  *w;
	int			i;

	dm_require_aggregate(fcinfo, "profile");
	check_arguments(kinds, nkinds, numbers.n, categories.n);
	if (PG_ARGISNULL(0))
		w = dm_working_new(DM_PROFILE, kinds, nkinds, grid, true);
	else
	{
		w = (DmWorking *) dm_get_state(fcinfo, DM_PROFILE, "profile");
		check_state(w, kinds, nkinds);
	}
	w = dm_working_room(w);
	dm_working_make_ragged(w);
	for (i = 0; i < nkinds; i++)
		if (kinds[i] == DM_KIND_CATEGORY)
			w = put_category(w, i, &categories);
		else
			put_number(w, i, &numbers);
	w->rows++;
	w->buffered++;
	PG_RETURN_POINTER(w);
}
