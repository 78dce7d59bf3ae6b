/*
 * vectors.c - how the aggregates vectors() and mmd_test() take a row.
 *
 * The state is a vectors itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/checks.h"
#include "types/vectors.h"

PG_FUNCTION_INFO_V1(datamon_vectors_trans);

/* The elements, or NULL where one is NULL, NaN or infinite, or there is none. */
static const double *
elements(ArrayType *array, int *n)
{
	const double *v = (const double *) ARR_DATA_PTR(array);
	int			i;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a vector must be an array of one dimension, not %d", ARR_NDIM(array))));
	*n = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
	if (*n == 0 || array_contains_nulls(array))
		return NULL;
	for (i = 0; i < *n; i++)
		if (!isfinite(v[i]))
			return NULL;
	return v;
}

Datum
datamon_vectors_trans(PG_FUNCTION_ARGS)
{
	const double *v = NULL;
	int			n = 0;
	DmVectors  *w;
	DmSample	sample;

	dm_require_aggregate(fcinfo, "vectors");
	w = dm_vectors_working(PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_VECTORS));
	if (PG_ARGISNULL(2))
	{
		w->head.unflagged = dm_add_count(w->head.unflagged, 1);
		PG_RETURN_POINTER(w);
	}
	sample = PG_GETARG_BOOL(2) ? DM_REFERENCE : DM_CURRENT;
	if (!PG_ARGISNULL(1))
		v = elements(PG_GETARG_ARRAYTYPE_P(1), &n);
	if (v == NULL)
		w->head.unused[sample] = dm_add_count(w->head.unused[sample], 1);
	else
		w = dm_vectors_add(w, sample, v, (uint32) n);
	PG_RETURN_POINTER(w);
}
