/*
 * series.c - arguments of functions of a metric's series.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "types/series.h"

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static void
check_length(const ArrayType *array, int n)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a series must be an array of one dimension"),
				 errhint("Aggregate it with array_agg(value ORDER BY time).")));
	if (n > DM_SERIES_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a series of %d values is too long", n),
				 errhint("Pass the newest %d values, or coarser ones.", DM_SERIES_VALUES)));
}

void
dm_getarg_series(FunctionCallInfo fcinfo, int n, bool scaled, DmSeries *s)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);
	double		largest = 0;
	Datum	   *value;
	bool	   *null;
	int			i;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, 'd', &value, &null, &s->n);
	check_length(array, s->n);
	s->missing = 0;
	s->exponent = 0;
	s->y = palloc(sizeof(double) * Max(s->n, 1));
	for (i = 0; i < s->n; i++)
	{
		double		y = null[i] ? NAN : DatumGetFloat8(value[i]);

		s->y[i] = isinf(y) ? NAN : y;
		if (isnan(s->y[i]))
			s->missing++;
		else
			largest = Max(largest, fabs(y));
	}
	if (!scaled || largest == 0)
		return;
	frexp(largest, &s->exponent);
	for (i = 0; i < s->n; i++)
		s->y[i] = ldexp(s->y[i], -s->exponent);
}

/* What is beyond the range of double is the largest. */
double
dm_series_scale(const DmSeries *s, double x)
{
	return isnan(x) ? x : fmin(fmax(ldexp(x, s->exponent), -DBL_MAX), DBL_MAX);
}

size_t
dm_getarg_horizon(FunctionCallInfo fcinfo, int n)
{
	int32		horizon = PG_GETARG_INT32(n);

	if (horizon < 1 || horizon > DM_SERIES_HORIZON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"horizon\" must be from 1 to %d, not %d", DM_SERIES_HORIZON, horizon),
				 errhint("It is the number of steps to look ahead, each as long as one of the series.")));
	return (size_t) horizon;
}

DmForecastScale
dm_getarg_transform(FunctionCallInfo fcinfo, int n)
{
	static const char *const name[] = {"auto", "none", "log", "logit"};
	char	   *given = text_to_cstring(PG_GETARG_TEXT_PP(n));
	int			i;

	for (i = 0; i < (int) lengthof(name); i++)
		if (strcmp(given, name[i]) == 0)
			return (DmForecastScale) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown \"transform\" \"%s\"", given),
			 errhint("It is 'auto', 'none', 'log' for values from 0 on, or 'logit' for values from 0 to 1.")));
	return DM_SCALE_AUTO;
}

static void
find_season(const DmSeries *s, size_t *season)
{
	double	   *room = dm_series_room(dm_seasons_room((size_t) s->n));

	dm_seasons(s->y, (size_t) s->n, room, season);
	pfree(room);
}

void
dm_getarg_season(FunctionCallInfo fcinfo, int n, const DmSeries *s, size_t *season)
{
	Datum	   *value;
	bool	   *null;
	int			count,
				i;

	if (PG_ARGISNULL(n))
	{
		find_season(s, season);
		return;
	}
	season[0] = season[1] = 1;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), INT4OID, sizeof(int32), true, 'i', &value, &null, &count);
	for (i = 0; i < count; i++)
		if (null[i] || DatumGetInt32(value[i]) < 2 || DatumGetInt32(value[i]) > DM_SERIES_VALUES)
			break;
	if (i < count || count > DM_FORECAST_SEASONS ||
		(count == 2 && DatumGetInt32(value[0]) >= DatumGetInt32(value[1])))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"season\" must have at most two lengths from 2 on, the shorter first"),
				 errhint("Hours repeat after '{24,168}', days after '{7}'; '{}' is no season, NULL finds it.")));
	for (i = 0; i < count; i++)
		season[i] = (size_t) DatumGetInt32(value[i]);
}

static void
check_range(const DmSeries *s, DmForecastScale scale)
{
	double		lowest = scale == DM_SCALE_LOG || scale == DM_SCALE_LOGIT ? 0 : -HUGE_VAL;
	double		highest = scale == DM_SCALE_LOGIT ? 1 : HUGE_VAL;
	int			i;

	for (i = 0; i < s->n; i++)
		if (s->y[i] < lowest || s->y[i] > highest)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the series has the value %g, which is outside of the transform's range",
							dm_series_scale(s, s->y[i])),
					 errhint("Use the transform 'none'.")));
}

bool
dm_series_plan(const DmSeries *s, DmForecastInput *in, DmForecastPlan *plan)
{
	in->y = s->y;
	in->n = (size_t) s->n;
	in->pause = check_interrupts;
	check_range(s, in->scale);
	if (!dm_forecast_plan(in, plan))
		return false;
	if (plan->ahead > in->horizon + DM_SERIES_GAP)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the last %zu values of the series are missing", plan->ahead - in->horizon),
				 errhint("End the series nearer to its last value: at most %d may be missing there.",
						 DM_SERIES_GAP)));
	return true;
}

double *
dm_series_room(size_t doubles)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * doubles);
}
