/*
 * series.h - arguments of functions of a metric's series.
 */
#ifndef DATAMON_TYPES_SERIES_H
#define DATAMON_TYPES_SERIES_H

#include "base/compat.h"
#include "stats/forecast.h"

#define DM_SERIES_VALUES 200000
#define DM_SERIES_HORIZON 10000
#define DM_SERIES_GAP 10000		/* values missing at the end */

/*
 * An array of numbers evenly spaced in time.  NULL, NaN and infinite elements
 * are NaN.  The rest is divided by 2^exponent, exactly, so that no square of
 * one is beyond the range of double; dm_series_scale() brings numbers back.
 */
typedef struct DmSeries
{
	double	   *y;
	int			n;
	int			missing;
	int			exponent;
} DmSeries;

extern void dm_getarg_series(FunctionCallInfo fcinfo, int n, bool scaled, DmSeries *s);
extern double dm_series_scale(const DmSeries *s, double x);

/* Arguments that several functions have; where season is NULL it is found. */
extern size_t dm_getarg_horizon(FunctionCallInfo fcinfo, int n);
extern DmForecastScale dm_getarg_transform(FunctionCallInfo fcinfo, int n);
extern void dm_getarg_season(FunctionCallInfo fcinfo, int n, const DmSeries *s, size_t *season);

/* Plans, and allocates; false where no value is there. */
extern bool dm_series_plan(const DmSeries *s, DmForecastInput *in, DmForecastPlan *plan);
extern double *dm_series_room(size_t doubles);

#endif							/* DATAMON_TYPES_SERIES_H */
