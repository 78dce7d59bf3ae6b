/*
 * forecast_crossing.h - whether and when a series will cross a threshold.
 */
#ifndef DATAMON_STATS_FORECAST_CROSSING_H
#define DATAMON_STATS_FORECAST_CROSSING_H

#include "stats/forecast.h"

#define DM_CROSSING_ORIGINS 80

typedef struct DmCrossing
{
	double		score;			/* share of the paths that cross, (count + 1/2) / (paths + 1) */
	double		climatology;	/* of past windows as long, likewise */
	double		distance;		/* least of the forecast, in spreads of the step; below 0 beyond */
	double		exposure;		/* share of all steps of all paths that are beyond, likewise */
	double		median;			/* step of the first crossing, of the paths that cross */
	double		early;			/* a tenth of them are not later */
	double		late;			/* nine tenths */
	size_t		paths;
} DmCrossing;

/* How many doubles beside the plan's. */
extern size_t dm_crossing_room(const DmForecastPlan *plan);

/* All NaN where no past error is known. */
extern void dm_crossing(const DmForecastInput *in, const DmForecastPlan *plan, double threshold, bool below,
						double *room, DmCrossing *out);

#endif							/* DATAMON_STATS_FORECAST_CROSSING_H */
