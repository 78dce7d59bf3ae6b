/*
 * labelled_vectors.c - how the aggregates over a vector and its label take a
 * row: labelled_vectors() itself and the scores that are its functions.
 */
#include "postgres.h"

#include <math.h>

#include "utils/array.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "types/labelled_vectors.h"

PG_FUNCTION_INFO_V1(datamon_labelled_vectors_trans_text);
PG_FUNCTION_INFO_V1(datamon_labelled_vectors_trans_int);

static DmLabelledVectors *
get_state(FunctionCallInfo fcinfo)
{
	dm_require_aggregate(fcinfo, LV_TYPE_NAME);
	return dm_labelled_vectors_working(PG_ARGISNULL(0) ? NULL :
									   dm_getarg(fcinfo, 0, DM_LABELLED_VECTORS));
}

/* The vector of a row; NULL if there is none or one of its elements is not finite. */
static ArrayType *
get_vector(FunctionCallInfo fcinfo)
{
	ArrayType  *array;
	const double *v;
	int			i;

	if (PG_ARGISNULL(1))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(1);
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] > LV_MAX_DIMS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a vector must have one dimension and from 1 to %d elements", LV_MAX_DIMS)));
	if (ARR_HASNULL(array) && array_contains_nulls(array))
		return NULL;
	v = (const double *) ARR_DATA_PTR(array);
	for (i = 0; i < ARR_DIMS(array)[0]; i++)
		if (!isfinite(v[i]))
			return NULL;
	return array;
}

static Datum
add_row(FunctionCallInfo fcinfo, const char *label, Size len)
{
	DmLabelledVectors *w = get_state(fcinfo);
	ArrayType  *array = get_vector(fcinfo);
	const double *v;
	double	   *values;
	int			dims;
	int			i;

	if (array == NULL)
		w->invalid = dm_add_count(w->invalid, 1);
	else if (label == NULL)
		w->unlabelled = dm_add_count(w->unlabelled, 1);
	else
	{
		dims = ARR_DIMS(array)[0];
		v = (const double *) ARR_DATA_PTR(array);
		w = dm_labelled_vectors_add(w, label, len, (uint32) dims, &values);
		for (i = 0; i < dims; i++)
			values[i] = v[i] + 0.0; /* -0 is 0 */
	}
	PG_RETURN_POINTER(w);
}

Datum
datamon_labelled_vectors_trans_text(PG_FUNCTION_ARGS)
{
	const text *label;

	if (PG_ARGISNULL(2))
		return add_row(fcinfo, NULL, 0);
	label = PG_GETARG_TEXT_PP(2);
	return add_row(fcinfo, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

Datum
datamon_labelled_vectors_trans_int(PG_FUNCTION_ARGS)
{
	char		label[32];

	if (PG_ARGISNULL(2))
		return add_row(fcinfo, NULL, 0);
	pg_lltoa(PG_GETARG_INT64(2), label);
	return add_row(fcinfo, label, strlen(label));
}
