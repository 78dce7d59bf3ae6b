/*
 * test_forecast.c - forecasts whose answer is known.
 */
#include <stdlib.h>

#include "near.h"
#include "stats/forecast.h"

#define PI 3.14159265358979323846
#define MOST 4000
#define AHEAD 48

static double mean[AHEAD],
			lower[AHEAD],
			upper[AHEAD];
static DmForecastPlan plan;

static bool
run(const double *y, size_t n, size_t horizon, size_t first, size_t second, DmForecastScale scale)
{
	DmForecastInput in = {y, n, horizon, {first, second}, scale, 0, 0.95, NULL};
	DmForecast	out;
	double	   *room;
	size_t		h;

	if (!dm_forecast_plan(&in, &plan))
		return false;
	room = malloc(sizeof(double) * plan.room);
	for (h = 0; h < plan.room; h++)
		room[h] = NAN;
	dm_forecast(&in, &plan, room, &out);
	for (h = 0; h < horizon; h++)
	{
		mean[h] = out.mean[h];
		lower[h] = out.lower[h];
		upper[h] = out.upper[h];
	}
	free(room);
	return true;
}

static double
noise(unsigned int *seed)
{
	double		sum = 0;
	int			i;

	for (i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (double) *seed / 4294967296.0;
	}
	return sum - 6;
}

static void
constant(void)
{
	double		y[100];
	size_t		i;

	for (i = 0; i < 100; i++)
		y[i] = 42.5;
	for (i = 1; i <= 100; i += i < 12 ? 1 : 44)
	{
		run(y, i, AHEAD, 0, 0, DM_SCALE_AUTO);
		tap_ok(mean[0] == 42.5 && mean[AHEAD - 1] == 42.5, "a constant forecasts itself");
		tap_ok(i < 6 ? isnan(lower[3]) && isnan(upper[3]) : lower[3] == 42.5 && upper[3] == 42.5,
			   "its interval has no width, and is not known from fewer than six values");
	}
	tap_ok(!run(y, 0, 1, 0, 0, DM_SCALE_AUTO), "no values, no forecast");
	y[0] = y[1] = NAN;
	tap_ok(!run(y, 2, 1, 0, 0, DM_SCALE_AUTO), "nothing but missing values, no forecast");
}

static void
seasonal(void)
{
	static double y[MOST];
	double		worst = 0,
				width = 0;
	size_t		season[DM_FORECAST_SEASONS];
	double	   *room = malloc(sizeof(double) * dm_seasons_room(MOST));
	size_t		i;

	for (i = 0; i < MOST; i++)
		y[i] = 50 + (double) (i % 24 * (i % 24) % 17) + ((i / 24) % 7 == 2 ? 9 : 0);
	run(y, 840, AHEAD, 24, 168, DM_SCALE_AUTO);
	for (i = 0; i < AHEAD; i++)
	{
		worst = fmax(worst, fabs(mean[i] - y[840 + i]));
		width = fmax(width, upper[i] - lower[i]);
	}
	tap_ok(worst < 1e-9 && width < 1e-6, "what repeats each week repeats");
	dm_seasons(y, 840, room, season);
	tap_ok(season[0] == 24 && season[1] == 168, "a day and a week are found");
	for (i = 0; i < MOST; i++)
		y[i] = sin((double) i * 2 * PI / 23);
	dm_seasons(y, 500, room, season);
	tap_ok(season[0] == 23, "a season of 23 is found next to 24");
	for (i = 0; i < MOST; i++)
		y[i] = (double) i;
	dm_seasons(y, 900, room, season);
	tap_ok(season[0] == 1 && season[1] == 1, "a straight line has no season");
	run(y, 900, AHEAD, 0, 0, DM_SCALE_AUTO);
	tap_ok(fabs(mean[AHEAD - 1] - (899 + AHEAD)) < 1, "a straight line goes on");
	free(room);
}

/* Autoregression of 0.8 around 10: the best forecast is known, and so is its error. */
static void
autoregression(void)
{
	static double y[MOST + AHEAD];
	unsigned int seed = 7;
	double		off = 0,
				inside = 0,
				n = 0;
	size_t		i,
				t;

	y[0] = 10;
	for (i = 1; i < MOST + AHEAD; i++)
		y[i] = 10 + 0.8 * (y[i - 1] - 10) + noise(&seed);
	for (t = 500; t < MOST; t += 50)
	{
		run(y + t - 500, 500, AHEAD, 0, 0, DM_SCALE_LINEAR);
		off += fabs(mean[0] - (10 + 0.8 * (y[t - 1] - 10)));
		for (i = 0; i < AHEAD; i++, n++)
			inside += y[t + i] >= lower[i] && y[t + i] <= upper[i];
	}
	tap_ok(off / 70 < 0.15, "the forecast of an autoregression is near the best there is");
	tap_ok(inside / n > 0.93 && inside / n < 0.98, "its interval holds what comes in 93 to 98 of 100");
}

static void
gaps(void)
{
	static double y[400],
				with[400];
	double		kept[AHEAD];
	unsigned int seed = 3;
	size_t		i;

	for (i = 0; i < 400; i++)
		y[i] = 20 + 5 * sin((double) i * 2 * PI / 24) + 0.1 * noise(&seed);
	run(y, 400, AHEAD, 24, 0, DM_SCALE_AUTO);
	for (i = 0; i < AHEAD; i++)
		kept[i] = mean[i];
	for (i = 0; i < 400; i++)
		with[i] = i % 11 == 5 || (i > 200 && i < 210) ? NAN : y[i];
	run(with, 400, AHEAD, 24, 0, DM_SCALE_AUTO);
	for (i = 0; i < AHEAD && fabs(mean[i] - kept[i]) < 0.3; i++)
		continue;
	tap_ok(i == AHEAD, "gaps move the forecast little");
	with[0] = y[0];
	for (i = 0; i < 400; i++)
		with[i] = i < 390 ? y[i] : NAN;
	run(y, 390, AHEAD, 24, 0, DM_SCALE_AUTO);
	for (i = 0; i < AHEAD; i++)
		kept[i] = mean[i];
	run(with, 400, AHEAD - 10, 24, 0, DM_SCALE_AUTO);
	tap_ok(plan.ahead == AHEAD && mean[0] == kept[10] && mean[AHEAD - 11] == kept[AHEAD - 1],
		   "values missing at the end are steps that are not shown");
}

static void
bounds(void)
{
	static double y[300];
	unsigned int seed = 5;
	size_t		i;

	for (i = 0; i < 300; i++)
		y[i] = floor(fmax(0, 0.7 + 0.8 * noise(&seed)));
	run(y, 300, AHEAD, 0, 0, DM_SCALE_AUTO);
	tap_ok(lower[AHEAD - 1] >= 0 && mean[AHEAD - 1] > 0 && upper[AHEAD - 1] < 6, "counts stay at or above zero");
	for (i = 0; i < 300; i++)
		y[i] = fmin(1, 0.98 + 0.01 * noise(&seed));
	run(y, 300, AHEAD, 0, 0, DM_SCALE_LOGIT);
	tap_ok(upper[AHEAD - 1] <= 1 && mean[AHEAD - 1] > 0.95 && mean[AHEAD - 1] < 1, "rates stay within 0 and 1");
}

/* Of any length, kind, season and gaps: a finite mean, between its bounds, within a range of the values. */
static void
anything(void)
{
	static double y[300];
	unsigned int seed = 11;
	int			bad = 0;
	int			round;

	for (round = 0; round < 3000; round++)
	{
		size_t		n = (size_t) (fabs(noise(&seed)) * 60) + 1;
		size_t		first = (size_t) (fabs(noise(&seed)) * 12);
		double		walk = 0,
					low = HUGE_VAL,
					high = -HUGE_VAL;
		size_t		i;

		for (i = 0; i < n && i < 300; i++)
		{
			walk += noise(&seed);
			y[i] = round % 5 == 0 ? walk : round % 5 == 1 ? floor(fabs(walk)) : round % 5 == 2 ? exp(walk) :
				round % 5 == 3 ? (double) (i % 7) : -walk * walk;
			if (round % 3 == 0 && noise(&seed) > 0.5)
				y[i] = NAN;
			low = fmin(low, y[i]);
			high = fmax(high, y[i]);
		}
		if (!run(y, i, 20, first, first > 1 ? 3 * first : 0, DM_SCALE_AUTO))
			continue;
		for (i = 0; i < 20; i++)
			bad += !(mean[i] >= 2 * low - high - 1e-9 * fabs(low) && mean[i] <= high + 1e9) ||
				(!isnan(lower[i]) && !(lower[i] <= mean[i] && mean[i] <= upper[i]));
	}
	tap_ok(bad == 0, "any series has a forecast that is finite and between its bounds");
}

int
main(void)
{
	constant();
	seasonal();
	autoregression();
	gaps();
	bounds();
	anything();
	return tap_done();
}
