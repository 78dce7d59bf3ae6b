/*
 * light_band.c - exponentially weighted mean and absolute deviation of many
 * series at once (Roberts 1959); see light_band.h.
 */
#include "stats/light_band.h"

#include <math.h>

/* A normal value's mean absolute deviation is sqrt(2 / pi) standard deviations. */
#define SIGMA 1.2533141f
#define CLIP 5.0f				/* deviations: more teach as much as so many */

size_t
dm_light_bands_step(const DmLightBands *b, const float *value, size_t n, float sigmas, int memory,
					float low, float high, int32_t *out)
{
	const float bound = sigmas * SIGMA;
	size_t		found = 0,
				i;

	for (i = 0; i < n; i++)
	{
		float		x = value[i],
					s = b->deviation[i],
					d = x - b->mean[i],
					away = fabsf(d),
					taken = away,
					weight;
		int			seen = b->seen[i];
		int			known = seen >= DM_LIGHT_WARM_UP;

		if (!(fabsf(x) <= DM_LIGHT_MOST))
			continue;
		/* branch-free: what is not told is overwritten by the next */
		out[found] = (int32_t) i;
		found += (known && away > bound * s) || x < low || x > high;
		if (known && s > 0 && away > CLIP * s)
			taken = CLIP * s;
		weight = 1.0f / (float) (seen < memory ? seen + 1 : memory);
		b->mean[i] += weight * (d < 0 ? -taken : taken);
		if (seen > 0)
			b->deviation[i] += 1.0f / (float) (seen < memory ? seen : memory) * (taken - s);
		b->seen[i] = (int16_t) (seen < memory ? seen + 1 : memory);
	}
	return found;
}
