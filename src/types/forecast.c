/*
 * forecast.c - forecasts of a metric's series.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/row.h"
#include "types/series.h"

PG_FUNCTION_INFO_V1(datamon_forecast);
PG_FUNCTION_INFO_V1(datamon_seasons);

static double
get_level(FunctionCallInfo fcinfo, int n)
{
	double		level = PG_GETARG_FLOAT8(n);

	if (!(level > 0 && level < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"level\" must be between 0 and 1"),
				 errhint("It is how often the interval should hold what comes, such as 0.95.")));
	return level;
}

static void
put_steps(FunctionCallInfo fcinfo, const DmSeries *s, size_t horizon, const DmForecast *f)
{
	DmRowSet	rows;
	size_t		h;

	dm_rows_begin(fcinfo, &rows);
	for (h = 0; h < horizon; h++)
	{
		dm_row_int(&rows.row, (int32) h + 1);
		dm_row_double(&rows.row, f->mean ? dm_series_scale(s, f->mean[h]) : NAN);
		dm_row_double(&rows.row, f->mean ? dm_series_scale(s, f->lower[h]) : NAN);
		dm_row_double(&rows.row, f->mean ? dm_series_scale(s, f->upper[h]) : NAN);
		dm_row_count(&rows.row, s->n - s->missing);
		dm_row_count(&rows.row, s->missing);
		dm_rows_put(&rows);
	}
}

/* forecast(series, horizon, season, level, transform) */
Datum
datamon_forecast(PG_FUNCTION_ARGS)
{
	DmForecastInput in = {0};
	DmForecastPlan plan;
	DmForecast	out = {0};
	DmSeries	s;
	double	   *room = NULL;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
	{
		DmRowSet	none;

		dm_rows_begin(fcinfo, &none);
		return (Datum) 0;
	}
	in.horizon = dm_getarg_horizon(fcinfo, 1);
	in.level = get_level(fcinfo, 3);
	in.scale = dm_getarg_transform(fcinfo, 4);
	dm_getarg_series(fcinfo, 0, in.scale != DM_SCALE_LOGIT, &s);
	dm_getarg_season(fcinfo, 2, &s, in.season);
	if (dm_series_plan(&s, &in, &plan))
	{
		room = dm_series_room(plan.room);
		dm_forecast(&in, &plan, room, &out);
	}
	put_steps(fcinfo, &s, in.horizon, &out);
	if (room != NULL)
		pfree(room);
	return (Datum) 0;
}

/* seasons(series): what forecast() finds where it is given none */
Datum
datamon_seasons(PG_FUNCTION_ARGS)
{
	size_t		season[DM_FORECAST_SEASONS];
	Datum		value[DM_FORECAST_SEASONS];
	DmSeries	s;
	double	   *room;
	int			n = 0,
				i;

	dm_getarg_series(fcinfo, 0, true, &s);
	room = dm_series_room(dm_seasons_room((size_t) s.n));
	dm_seasons(s.y, (size_t) s.n, room, season);
	pfree(room);
	for (i = 0; i < DM_FORECAST_SEASONS; i++)
		if (season[i] > 1)
			value[n++] = Int32GetDatum((int32) season[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(value, n, INT4OID, sizeof(int32), true, 'i'));
}
