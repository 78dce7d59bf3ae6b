/*
 * forecast_crossing.c - whether a series crosses a threshold, and how often
 * such forecasts came true.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/row.h"
#include "stats/forecast_calibration.h"
#include "stats/forecast_crossing.h"
#include "types/series.h"

PG_FUNCTION_INFO_V1(datamon_crossing_probability);
PG_FUNCTION_INFO_V1(datamon_calibrate_forecasts);

#define RECORDS 10000000

static bool
get_direction(FunctionCallInfo fcinfo, int n)
{
	char	   *given = text_to_cstring(PG_GETARG_TEXT_PP(n));

	if (strcmp(given, "below") != 0 && strcmp(given, "above") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown \"direction\" \"%s\"", given),
				 errhint("It is 'below' or 'above'.")));
	return given[0] == 'b';
}

static double
get_threshold(FunctionCallInfo fcinfo, int n, const DmSeries *s)
{
	double		threshold = PG_GETARG_FLOAT8(n);

	if (isnan(threshold) || isinf(threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"threshold\" must be finite"),
				 errhint("Every value is below infinity, none above.")));
	return ldexp(threshold, -s->exponent);
}

/* False where there are none. */
static bool
get_coefficients(FunctionCallInfo fcinfo, int n, double *coefficient)
{
	Datum	   *value;
	bool	   *null;
	int			count,
				i;

	if (PG_ARGISNULL(n))
		return false;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, 'd', &value,
					  &null, &count);
	for (i = 0; i < count && i < DM_CALIBRATION_TERMS; i++)
	{
		coefficient[i] = null[i] ? NAN : DatumGetFloat8(value[i]);
		if (isnan(coefficient[i]) || isinf(coefficient[i]))
			break;
	}
	if (count != DM_CALIBRATION_TERMS || i < count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"coefficients\" must be %d finite numbers", DM_CALIBRATION_TERMS),
				 errhint("calibrate_forecasts() makes them from a track record; without, leave them NULL.")));
	return true;
}

/* crossing_probability(series, threshold, horizon, direction, coefficients, season, transform) */
Datum
datamon_crossing_probability(PG_FUNCTION_ARGS)
{
	DmForecastInput in = {0};
	DmForecastPlan plan;
	DmCrossing	c = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
	DmSeries	s;
	DmRow		row;
	double		coefficient[DM_CALIBRATION_TERMS];
	double		said[DM_SAID];
	double		threshold;
	bool		calibrated,
				below;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(6))
		PG_RETURN_NULL();
	in.horizon = dm_getarg_horizon(fcinfo, 2);
	in.scale = dm_getarg_transform(fcinfo, 6);
	in.origins = DM_CROSSING_ORIGINS;
	in.level = 0.95;
	below = get_direction(fcinfo, 3);
	calibrated = get_coefficients(fcinfo, 4, coefficient);
	dm_getarg_series(fcinfo, 0, in.scale != DM_SCALE_LOGIT, &s);
	threshold = get_threshold(fcinfo, 1, &s);
	dm_getarg_season(fcinfo, 5, &s, in.season);
	if (dm_series_plan(&s, &in, &plan))
	{
		double	   *room = dm_series_room(dm_crossing_room(&plan));

		dm_crossing(&in, &plan, threshold, below, room, &c);
		pfree(room);
	}
	said[DM_SAID_SCORE] = c.score;
	said[DM_SAID_CLIMATOLOGY] = c.climatology;
	said[DM_SAID_DISTANCE] = c.distance;
	said[DM_SAID_EXPOSURE] = c.exposure;
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, calibrated && c.paths > 0 ? dm_calibrated(coefficient, said) : NAN);
	dm_row_double(&row, c.score);
	dm_row_double(&row, c.climatology);
	dm_row_double(&row, c.distance);
	dm_row_double(&row, c.exposure);
	dm_row_double(&row, c.median);
	dm_row_double(&row, c.early);
	dm_row_double(&row, c.late);
	dm_row_count(&row, (int64) c.paths);
	dm_row_count(&row, s.n - s.missing);
	dm_row_count(&row, s.missing);
	return dm_row_end(&row);
}

typedef struct Columns
{
	Datum	   *value[DM_SAID + 1];	/* what was said, and what came */
	bool	   *null[DM_SAID + 1];
	int			n;
} Columns;

static void
get_columns(FunctionCallInfo fcinfo, Columns *c)
{
	int			k,
				n;

	for (k = 0; k <= DM_SAID; k++)
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(k);

		if (k < DM_SAID)
			deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, 'd', &c->value[k],
							  &c->null[k], &n);
		else
			deconstruct_array(array, BOOLOID, 1, true, 'c', &c->value[k], &c->null[k], &n);
		if (k > 0 && n != c->n)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("the arrays must have the same number of elements"),
					 errhint("One element each for every forecast: array_agg() of the columns of one query.")));
		c->n = n;
	}
	if (c->n > RECORDS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a track record of %d forecasts is too long", c->n),
				 errhint("Pass the newest %d.", RECORDS)));
}

static bool
is_probability(double p)
{
	return p >= 0 && p <= 1;
}

/* The forecasts of which everything is known; scores that are none are a mistake. */
static void
get_record(const Columns *c, DmTrackRecord *r)
{
	static const char *const name[DM_SAID] = {"score", "climatology", "distance", "exposure"};
	double	   *x[DM_SAID];
	bool	   *outcome = palloc(Max(c->n, 1));
	int			i,
				k;

	for (k = 0; k < DM_SAID; k++)
		x[k] = palloc(sizeof(double) * Max(c->n, 1));
	r->n = 0;
	for (i = 0; i < c->n; i++)
	{
		bool		known = !c->null[DM_SAID][i];

		for (k = 0; k < DM_SAID; k++)
		{
			double		v = c->null[k][i] ? NAN : DatumGetFloat8(c->value[k][i]);

			if (k != DM_SAID_DISTANCE && !isnan(v) && !is_probability(v))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("\"%s\" must be from 0 to 1, not %g", name[k], v),
						 errhint("Pass the columns of crossing_probability() of that name.")));
			x[k][r->n] = v;
			known &= !isnan(v);
		}
		outcome[r->n] = known && DatumGetBool(c->value[DM_SAID][i]);
		r->n += known;
	}
	for (k = 0; k < DM_SAID; k++)
		r->said[k] = x[k];
	r->outcome = outcome;
}

/* calibrate_forecasts(score, climatology, distance, exposure, outcome) */
Datum
datamon_calibrate_forecasts(PG_FUNCTION_ARGS)
{
	DmForecastCalibration out;
	DmTrackRecord r;
	Columns		c;
	DmRow		row;
	Datum		value[DM_CALIBRATION_TERMS];
	int			k;

	get_columns(fcinfo, &c);
	get_record(&c, &r);
	dm_calibrate_forecasts(&r, &out);
	for (k = 0; k < DM_CALIBRATION_TERMS; k++)
		value[k] = Float8GetDatum(out.coefficient[k]);
	dm_row_begin(fcinfo, &row);
	dm_row_value(&row, out.converged ?
				 (struct varlena *) construct_array(value, DM_CALIBRATION_TERMS, FLOAT8OID, sizeof(float8),
													FLOAT8PASSBYVAL, 'd') : NULL);
	dm_row_count(&row, (int64) r.n);
	dm_row_count(&row, c.n - (int64) r.n);
	dm_row_count(&row, (int64) out.positives);
	dm_row_double(&row, out.skill_before);
	dm_row_double(&row, out.skill_after);
	dm_row_bool(&row, out.converged);
	return dm_row_end(&row);
}
