/*
 * anomaly_band.c - between which values a series' next one is none of note.
 *
 * A score has no inverse: five views, each with its own range, add up to it.
 * So a copy of the state is asked, value by value, away from what is usual.
 */
#include "stats/anomaly.h"

#include <math.h>

#define FIRST_STEP 64.0			/* parts of the range */
#define DOUBLINGS 24			/* to some hundred thousand ranges: no score rises any more */
#define HALVINGS 24

static double
score_at(const DmAnomaly *a, int64_t at, double x)
{
	DmAnomaly	copy = *a;

	return dm_anomaly_update(&copy, at, x) ? copy.score : INFINITY;
}

/* The last value that scores at most the threshold, in steps that begin with this one. */
static double
edge(const DmAnomaly *a, int64_t at, double threshold, double from, double step)
{
	double		near = from,
				far = from + step;
	int			i;

	for (i = 0; score_at(a, at, far) <= threshold; i++)
	{
		if (i == DOUBLINGS)
			return NAN;
		near = far;
		step *= 2;
		far = from + step;
	}
	for (i = 0; i < HALVINGS; i++)
	{
		double		middle = near / 2 + far / 2;

		if (score_at(a, at, middle) <= threshold)
			near = middle;
		else
			far = middle;
	}
	return near;
}

void
dm_anomaly_band(const DmAnomaly *a, int64_t at, double threshold, DmBand *band)
{
	const DmRecords *r = &a->records[DM_VIEW_VALUE];
	double		range = 0;

	band->expected = dm_anomaly_expected(a, at);
	band->lower = band->upper = NAN;
	if (a->used == 0 || score_at(a, at, band->expected) > threshold)
		return;
	if (r->n[0] > 0)
		range = r->high[0] - r->low[0];
	if (r->n[1] > 0)
		range = fmax(range, r->high[1] - r->low[1]);
	if (range <= 0)
		range = fabs(band->expected);
	if (range <= 0)
		range = 1;
	band->lower = edge(a, at, threshold, band->expected, -range / FIRST_STEP);
	band->upper = edge(a, at, threshold, band->expected, range / FIRST_STEP);
}
