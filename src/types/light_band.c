/*
 * light_band.c - band_update(): one value of each of many series, whose states
 * are three arrays.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "base/row.h"
#include "stats/light_band.h"

PG_FUNCTION_INFO_V1(datamon_band_update);

/* The elements of a plain array of so many; NULL stands for one of zeros. */
static ArrayType *
get_array(FunctionCallInfo fcinfo, int arg, const char *name, Oid type, int size, int n)
{
	ArrayType  *a;

	if (PG_ARGISNULL(arg) && n == 0)
		return construct_empty_array(type);
	if (PG_ARGISNULL(arg))
	{
		Size		bytes = ARR_OVERHEAD_NONULLS(1) + (Size) n * size;

		a = palloc0(bytes);
		SET_VARSIZE(a, bytes);
		a->ndim = 1;
		a->elemtype = type;
		ARR_DIMS(a)[0] = n;
		ARR_LBOUND(a)[0] = 1;
		return a;
	}
	a = PG_GETARG_ARRAYTYPE_P_COPY(arg);
	if (ARR_NDIM(a) > 1 || ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a)) != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be as long as \"value\", which has %d elements", name, n),
				 errhint("A place is a series: the state of before and the value of now.")));
	if (ARR_HASNULL(a) && array_contains_nulls(a))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must not have elements that are NULL", name)));
	return a;
}

static void
check_state(const DmLightBands *b, int n, int memory)
{
	int			i;

	for (i = 0; i < n; i++)
		if (b->seen[i] < 0 || b->seen[i] > memory || !(b->deviation[i] >= 0) ||
			!(b->deviation[i] <= 2 * DM_LIGHT_MOST) || !(fabsf(b->mean[i]) <= DM_LIGHT_MOST))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the state of series %d cannot be", i + 1),
					 errhint("\"seen\" is between 0 and \"memory\", "
							 "and \"deviation\" and \"mean\" are numbers within 1e18.")));
}

static float8
optional(FunctionCallInfo fcinfo, int arg, float8 otherwise)
{
	return PG_ARGISNULL(arg) ? otherwise : PG_GETARG_FLOAT8(arg);
}

/* (mean, deviation, seen, value, sigmas, memory, low, high): (mean, deviation, seen, places out of bounds) */
Datum
datamon_band_update(PG_FUNCTION_ARGS)
{
	DmRow		row;
	DmLightBands b;
	ArrayType  *value,
			   *mean,
			   *deviation,
			   *seen,
			   *places;
	double		sigmas = optional(fcinfo, 4, 8);
	int			memory = PG_ARGISNULL(5) ? 200 : PG_GETARG_INT32(5);
	int			n,
				i;
	size_t		found;

	if (PG_ARGISNULL(3))
		PG_RETURN_NULL();
	value = PG_GETARG_ARRAYTYPE_P(3);
	n = ArrayGetNItems(ARR_NDIM(value), ARR_DIMS(value));
	if (ARR_NDIM(value) > 1 || (ARR_HASNULL(value) && array_contains_nulls(value)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"value\" must be one list without elements that are NULL"),
				 errhint("A series without a value has NaN.")));
	if (memory < DM_LIGHT_WARM_UP || memory > DM_LIGHT_MOST_MEMORY || !(sigmas > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"memory\" must be between %d and %d, and \"sigmas\" above 0",
						DM_LIGHT_WARM_UP, DM_LIGHT_MOST_MEMORY)));
	mean = get_array(fcinfo, 0, "mean", FLOAT4OID, sizeof(float4), n);
	deviation = get_array(fcinfo, 1, "deviation", FLOAT4OID, sizeof(float4), n);
	seen = get_array(fcinfo, 2, "seen", INT2OID, sizeof(int16), n);
	b.mean = (float *) ARR_DATA_PTR(mean);
	b.deviation = (float *) ARR_DATA_PTR(deviation);
	b.seen = (int16 *) ARR_DATA_PTR(seen);
	check_state(&b, n, memory);
	/* one more than can be told: the kernel writes before it knows */
	places = palloc(ARR_OVERHEAD_NONULLS(1) + ((Size) n + 1) * sizeof(int32));
	found = dm_light_bands_step(&b, (const float *) ARR_DATA_PTR(value), (size_t) n, (float) sigmas, memory,
								(float) optional(fcinfo, 6, -INFINITY), (float) optional(fcinfo, 7, INFINITY),
								(int32 *) ((char *) places + ARR_OVERHEAD_NONULLS(1)));
	memset(places, 0, ARR_OVERHEAD_NONULLS(1));
	places->elemtype = INT4OID;
	if (found == 0)
		places = construct_empty_array(INT4OID);
	else
	{
		SET_VARSIZE(places, ARR_OVERHEAD_NONULLS(1) + found * sizeof(int32));
		places->ndim = 1;
		ARR_DIMS(places)[0] = (int) found;
		ARR_LBOUND(places)[0] = 1;
		for (i = 0; i < (int) found; i++)
			((int32 *) ARR_DATA_PTR(places))[i]++;
	}
	dm_row_begin(fcinfo, &row);
	dm_row_value(&row, (struct varlena *) mean);
	dm_row_value(&row, (struct varlena *) deviation);
	dm_row_value(&row, (struct varlena *) seen);
	dm_row_value(&row, (struct varlena *) places);
	PG_RETURN_DATUM(dm_row_end(&row));
}
