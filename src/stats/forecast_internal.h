/*
 * forecast_internal.h - the methods that forecast.c combines.
 */
#ifndef DATAMON_STATS_FORECAST_INTERNAL_H
#define DATAMON_STATS_FORECAST_INTERNAL_H

#include "stats/forecast.h"

/* A series without gaps on the scale of a method, and where it is forecast from. */
typedef struct DmForecastSeries
{
	const double *x;
	const double *y;			/* as given: NaN where x was filled in */
	double		lowest;			/* no forecast leaves these bounds */
	double		highest;
	const DmForecastPlan *plan;
	void		(*pause) (void);
} DmForecastSeries;

/*
 * Each writes a forecast of plan->ahead steps for every origin, then that from
 * the end of the series: (plan->origins + 1) x plan->ahead.  NaN where the past
 * of an origin is too short for the method.
 */
extern void dm_autoregression(const DmForecastSeries *s, bool differenced, double *room, double *out);
extern void dm_smoothing(const DmForecastSeries *s, double *room, double *out);

extern size_t dm_autoregression_room(const DmForecastPlan *plan);
extern size_t dm_smoothing_room(const DmForecastPlan *plan);

/* Fills the gaps of y[n]: profile of the season, and a straight line of what is left between neighbours. */
extern void dm_fill_gaps(const double *y, size_t n, size_t season, double *room, double *x);

/* x within bounds; fmin() and fmax() are calls, here in the innermost loops. */
static inline double
dm_within(double x, double lowest, double highest)
{
	return x < lowest ? lowest : x > highest ? highest : x;
}

static inline size_t
dm_origin(const DmForecastPlan *plan, size_t j)
{
	return j < plan->origins ? plan->origin + j * plan->stride : plan->n - 1;
}

#endif							/* DATAMON_STATS_FORECAST_INTERNAL_H */
