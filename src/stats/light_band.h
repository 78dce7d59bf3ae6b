/*
 * light_band.h - bands of very many series: ten bytes and a nanosecond or two
 * for each, where anomaly.h takes a kilobyte and a quarter of a microsecond.
 */
#ifndef DATAMON_STATS_LIGHT_BAND_H
#define DATAMON_STATS_LIGHT_BAND_H

#include <stddef.h>
#include <stdint.h>

#define DM_LIGHT_WARM_UP 30		/* values before a series is judged */
#define DM_LIGHT_MOST_MEMORY 32767
#define DM_LIGHT_MOST 1e18f		/* so that differences are numbers, too */

/* Arrays of n series. */
typedef struct DmLightBands
{
	float	   *mean;			/* exponentially forgetting */
	float	   *deviation;		/* mean absolute, likewise */
	int16_t    *seen;			/* values, at most the memory */
} DmLightBands;

/*
 * Judges a value of each series against its mean and deviation, then learns
 * it; NaN, and what is beyond 1e18, is no value.  Writes the places (from 0) of those
 * further than "sigmas" standard deviations from the mean, below low or above
 * high, and returns how many.
 */
extern size_t dm_light_bands_step(const DmLightBands *b, const float *value, size_t n, float sigmas, int memory,
								  float low, float high, int32_t *out);

#endif							/* DATAMON_STATS_LIGHT_BAND_H */
