/*
 * test_forecast_crossing.c - crossings whose answer is known, and calibration.
 */
#include <stdlib.h>

#include "near.h"
#include "stats/forecast_calibration.h"
#include "stats/forecast_crossing.h"

#define N 480

static DmCrossing
cross(const double *y, size_t n, double threshold, size_t horizon, bool below)
{
	DmForecastInput in = {y, n, horizon, {24, 0}, DM_SCALE_AUTO, DM_CROSSING_ORIGINS, 0.95, NULL};
	DmForecastPlan plan;
	DmCrossing	out;
	double	   *room;
	size_t		i;

	dm_forecast_plan(&in, &plan);
	room = malloc(sizeof(double) * dm_crossing_room(&plan));
	for (i = 0; i < dm_crossing_room(&plan); i++)
		room[i] = NAN;
	dm_crossing(&in, &plan, threshold, below, room, &out);
	free(room);
	return out;
}

static void
certain(void)
{
	double		y[N];
	DmCrossing	c;
	size_t		i;

	for (i = 0; i < N; i++)
		y[i] = 1000 - (double) i;
	c = cross(y, N, 510.5, 24, true);
	tap_ok(c.score > 0.95 && c.median == 11 && c.early == 11 && c.late == 11, "a straight line crosses when it does");
	tap_ok(cross(y, N, 490, 24, true).score < 0.05, "and not before");
	tap_ok(cross(y, N, 1001, 24, false).score < 0.05, "nor does it rise");
	for (i = 0; i < N; i++)
		y[i] = i % 24 == 7 ? 1 : 5;
	c = cross(y, N, 2, 24, true);
	tap_ok(c.score > 0.95 && c.median == 8 && fabs(c.exposure - 1.0 / 24) < 0.002,
		   "what dips each day dips at that hour");
	tap_ok(c.climatology > 0.99 && c.distance == -20, "as it always has, and with certainty");
	c = cross(y, N, 0.5, 24, true);
	tap_ok(c.climatology < 0.01 && c.distance == 20 && isnan(c.median), "it never went lower");
	c = cross(y, 3, 2, 24, true);
	tap_ok(isnan(c.score) && isnan(c.climatology) && isnan(c.distance) && c.paths == 0, "three values say nothing");
}

static void
calibration(void)
{
	/* Without anything to tell rows apart the probability is the base rate. */
	double		half[40],
				zero[40];
	bool		outcome[40];
	DmTrackRecord r = {{half, half, zero, half}, outcome, 40};
	static const double said[DM_SAID] = {0.5, 0.5, 0, 0.5};
	DmForecastCalibration c;
	int			i;

	for (i = 0; i < 40; i++)
	{
		half[i] = 0.5;
		zero[i] = 0;
		outcome[i] = i % 4 == 0;
	}
	dm_calibrate_forecasts(&r, &c);
	tap_ok(c.converged && c.positives == 10, "it converges");
	tap_near(c.coefficient[0], -1.0986122886681098, 1e-12, "the constant is the logit of the base rate");
	tap_near(dm_calibrated(c.coefficient, said), 0.25, 1e-12, "and the probability the base rate");
	tap_near(c.skill_before, 1 - 0.25 / 0.1875, 1e-12, "the score was worse than the base rate");
	tap_ok(fabs(c.skill_after) < 1e-9, "the probability is as good");
	for (i = 0; i < 40; i++)
		outcome[i] = true;
	dm_calibrate_forecasts(&r, &c);
	tap_ok(!c.converged && isnan(c.skill_before) && isnan(c.coefficient[0]), "one outcome teaches nothing");
}

int
main(void)
{
	certain();
	calibration();
	return tap_done();
}
