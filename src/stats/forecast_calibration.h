/*
 * forecast_calibration.h - probabilities from the scores of crossings.
 */
#ifndef DATAMON_STATS_FORECAST_CALIBRATION_H
#define DATAMON_STATS_FORECAST_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

/* a constant, logit(score), logit(climatology), distance, logit(exposure) */
#define DM_CALIBRATION_TERMS 5

/* The columns in the order of their terms; all but the distance are within 0 to 1. */
typedef enum DmSaid
{
	DM_SAID_SCORE,
	DM_SAID_CLIMATOLOGY,
	DM_SAID_DISTANCE,
	DM_SAID_EXPOSURE,
	DM_SAID
} DmSaid;

typedef struct DmTrackRecord
{
	const double *said[DM_SAID];
	const bool *outcome;
	size_t		n;
} DmTrackRecord;

typedef struct DmForecastCalibration
{
	double		coefficient[DM_CALIBRATION_TERMS];
	double		positives;
	double		skill_before;	/* Brier skill of the score: 1 - its Brier score / that of the base rate */
	double		skill_after;	/* of the probability, each block's by the other blocks' coefficients */
	bool		converged;
} DmForecastCalibration;

extern double dm_calibrated(const double *coefficient, const double *said);

/* Undefined, all NaN, without both outcomes; skill_after is without 10 rows. */
extern void dm_calibrate_forecasts(const DmTrackRecord *record, DmForecastCalibration *out);

#endif							/* DATAMON_STATS_FORECAST_CALIBRATION_H */
