/*
 * forecast.h - the next values of a series, from its past alone.
 *
 * Pure C; the caller passes the memory.  docs/forecast.md says which methods
 * are combined, why, and what was measured.
 */
#ifndef DATAMON_STATS_FORECAST_H
#define DATAMON_STATS_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

#define DM_FORECAST_SEASONS 2
#define DM_FORECAST_MEMBERS 7
#define DM_FORECAST_ORIGINS 32

typedef enum DmForecastScale
{
	DM_SCALE_AUTO,				/* as it is, and logarithms too where nothing is negative */
	DM_SCALE_LINEAR,
	DM_SCALE_LOG,
	DM_SCALE_LOGIT				/* values within [0, 1] */
} DmForecastScale;

typedef struct DmForecastInput
{
	const double *y;			/* oldest first, evenly spaced; NaN is missing */
	size_t		n;
	size_t		horizon;
	size_t		season[DM_FORECAST_SEASONS];	/* lengths, the shorter first; below 2: none */
	DmForecastScale scale;
	size_t		origins;		/* at most so many; 0 for DM_FORECAST_ORIGINS */
	double		level;			/* of the interval, such as 0.95 */
	void		(*pause) (void);	/* called now and then; may be NULL */
} DmForecastInput;

/* What is made of the input, and how much memory that takes. */
typedef struct DmForecastPlan
{
	size_t		first;			/* the first and the last value that are there */
	size_t		n;				/* values from the first to the last */
	size_t		observed;		/* those of them that are there */
	size_t		ahead;			/* steps after the last value: the horizon, and what is missing before it */
	size_t		season[DM_FORECAST_SEASONS];	/* those that the series is long enough for, else 1 */
	size_t		origins;		/* past forecasts whose errors are taken */
	size_t		origin;			/* the first: index of its last known value */
	size_t		stride;
	bool		scale[2];		/* linear, transformed */
	bool		naive;			/* the last season is a member, too */
	size_t		members;
	size_t		room;			/* doubles */
} DmForecastPlan;

typedef struct DmForecast
{
	const double *mean;			/* of each step of the horizon */
	const double *lower;		/* NaN where no past forecast says how far off it may be */
	const double *upper;
	const double *past;			/* origins x ahead: what was forecast */
	const double *error;		/* origins x ahead: actual - forecast; NaN where it is not known */
	size_t		skip;			/* steps of ahead before the horizon begins */
} DmForecast;

/* False where no value is there. */
extern bool dm_forecast_plan(const DmForecastInput *in, DmForecastPlan *plan);
extern void dm_forecast(const DmForecastInput *in, const DmForecastPlan *plan, double *room, DmForecast *out);

/* The lengths of its seasons, the shorter first, 1 for none; NaN is missing. */
extern size_t dm_seasons_room(size_t n);
extern void dm_seasons(const double *y, size_t n, double *room, size_t season[DM_FORECAST_SEASONS]);

#endif							/* DATAMON_STATS_FORECAST_H */
