/*
 * anomaly_step.c - a stretch of a series at once: the state after it, what in
 * it was an anomaly, and between which values it would have been none.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "base/row.h"
#include "types/anomaly_state.h"

PG_FUNCTION_INFO_V1(datamon_anomaly_step);

/* state: of the last value, NULL before. */
static void
put_value(DmRowSet *rows, int place, const DmAnomaly *before, const DmAnomaly *a, TimestampTz at, double threshold,
		  bool is_last)
{
	DmBand		band = {NAN, NAN, NAN};

	if (a->current)
		dm_anomaly_band(before, at, threshold, &band);
	dm_row_int(&rows->row, place);
	dm_row_double(&rows->row, a->current ? a->score : NAN);
	dm_row_bool(&rows->row, a->alert != 0);
	dm_row_text(&rows->row, dm_anomaly_reason(a));
	dm_row_double(&rows->row, band.expected);
	dm_row_double(&rows->row, band.lower);
	dm_row_double(&rows->row, band.upper);
	dm_row_value(&rows->row, is_last ? dm_anomaly_pack(a) : NULL);
	dm_rows_put(rows);
}

/* (state or NULL, at[], value[], threshold of the bands): each anomaly, and the last value with the state after it */
Datum
datamon_anomaly_step(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmAnomaly	a,
				before;
	Datum	   *at,
			   *value;
	bool	   *at_null,
			   *value_null;
	int			n,
				values,
				i;

	dm_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return (Datum) 0;
	if (PG_ARGISNULL(0))
		dm_anomaly_init(&a);
	else
		dm_getarg_anomaly(fcinfo, 0, &a);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TIMESTAMPTZOID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &at, &at_null, &n);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &value, &value_null, &values);
	if (n != values)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"at\" and \"value\" must have the same length, not %d and %d", n, values)));
	for (i = 0; i < n; i++)
	{
		bool		null = at_null[i] || value_null[i];
		TimestampTz t = null ? 0 : DatumGetTimestampTz(at[i]);

		CHECK_FOR_INTERRUPTS();
		before = a;
		dm_anomaly_take_value(&a, null, t, null ? 0 : DatumGetFloat8(value[i]));
		if (a.alert || i == n - 1)
			put_value(&rows, i + 1, &before, &a, t, PG_GETARG_FLOAT8(3), i == n - 1);
	}
	return (Datum) 0;
}
