/*
 * shapley.c - shapley_values() and mix_rate_contributions().
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/row.h"
#include "stats/shapley.h"

PG_FUNCTION_INFO_V1(datamon_shapley_values);
PG_FUNCTION_INFO_V1(datamon_mix_rate_contributions);

/* The elements of argument i, which has one dimension and no NULL; the number of them. */
static const double *
get_array(FunctionCallInfo fcinfo, int i, const char *name, int *n)
{
	ArrayType  *a = PG_GETARG_ARRAYTYPE_P(i);

	if (ARR_NDIM(a) > 1 || array_contains_nulls(a))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be an array of one dimension without NULL", name)));
	*n = ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a));
	return (const double *) ARR_DATA_PTR(a);
}

Datum
datamon_shapley_values(PG_FUNCTION_ARGS)
{
	int			n;
	const double *value = get_array(fcinfo, 0, "value", &n);
	double		phi[DM_SHAPLEY_PLAYERS];
	Datum		element[DM_SHAPLEY_PLAYERS];
	int			d = 0;
	int			i;

	while (d < DM_SHAPLEY_PLAYERS && 1 << d < n)
		d++;
	if (n != 1 << d)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"value\" must have 2^d values, d at most %d, not %d", DM_SHAPLEY_PLAYERS, n),
				 errhint("The first is that of no player, the second that of the first alone, the third that of the "
						 "second alone, the fourth that of both, and so on: place 1 + the sum of 2^(i-1) of "
						 "its players.")));
	for (i = 0; i < n; i++)
		if (!isfinite(value[i]))
			PG_RETURN_NULL();
	dm_shapley_values(value, d, phi);
	for (i = 0; i < d; i++)
		element[i] = Float8GetDatum(phi[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(element, d, FLOAT8OID, sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* mix_rate_contributions(segments, numerator, denominator, reference_numerator, reference_denominator) */
Datum
datamon_mix_rate_contributions(PG_FUNCTION_ARGS)
{
	static const char *const name[] = {
		"segments", "numerator", "denominator", "reference_numerator", "reference_denominator"
	};
	const double *side[5];
	Datum	   *segment;
	bool	   *no_segment;
	double	   *mix;
	double	   *rate;
	double		change = 0;
	DmRowSet	rows;
	bool		defined;
	int			n;
	int			i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &segment, &no_segment, &n);
	for (i = 1; i < 5; i++)
	{
		int			m;

		side[i] = get_array(fcinfo, i, name[i], &m);
		if (m != n)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" has %d values for %d segments", name[i], m, n)));
	}
	mix = palloc(sizeof(double) * (Size) Max(n, 1));
	rate = palloc(sizeof(double) * (Size) Max(n, 1));
	defined = dm_mix_rate((size_t) n, side[1], side[2], side[3], side[4], mix, rate);
	for (i = 0; defined && i < n; i++)
		change += mix[i] + rate[i];
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		dm_row_text(&rows.row, no_segment[i] ? NULL : TextDatumGetCString(segment[i]));
		dm_row_double(&rows.row, defined ? mix[i] : NAN);
		dm_row_double(&rows.row, defined ? rate[i] : NAN);
		dm_row_double(&rows.row, defined ? mix[i] + rate[i] : NAN);
		dm_row_double(&rows.row, defined && change != 0 ? (mix[i] + rate[i]) / change : NAN);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
