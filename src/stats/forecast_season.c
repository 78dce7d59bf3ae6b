/*
 * forecast_season.c - after how many values a series repeats.
 *
 * The autocorrelation at the lengths that calendars make likely, and at the
 * peak next to each.  For every length the series less its moving average over
 * that length is taken (Kendall and Stuart, vol. 3, 46.9): a trend or a random
 * walk correlates with itself at every lag, but does not peak at one.
 */
#include "stats/forecast_internal.h"

#include <math.h>

/*
 * Quarters, working days, weekdays, months, hours, half hours, weeks of a year,
 * quarters of an hour, ten minutes, five minutes, minutes; of a day and of a week.
 */
static const size_t likely[] = {
	4, 5, 7, 12, 24, 48, 52, 96, 144, 168, 288, 336, 365, 672, 1008, 1440, 2016, 10080
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LEAST_CYCLES 3
#define LEAST_CORRELATION 0.2
#define DEVIATIONS 3			/* of a correlation of as much noise */
#define FEW_CYCLES 1.5
#define TIE 0.01
#define HALF 0.5
#define WEEK 7
#define WEEK_TOLERANCE 0.1		/* a week is a second season though it is a little weaker than a day */
#define ADVANTAGE 0.02			/* any other multiple has to be stronger */

typedef struct Work
{
	const double *x;
	size_t		all;			/* values of x */
	const double *sum;			/* sum[i]: of the first i values */
	double		mean;			/* is not in sum */
	double	   *rest;
	size_t		n;				/* values of rest */
	double		variance;
} Work;

/* x less its centred moving average over one season; half a season is lost at each end. */
static void
remove_level(Work *w, size_t m)
{
	size_t		half = m / 2,
				i;

	w->n = w->all - 2 * half;
	w->variance = 0;
	for (i = 0; i < w->n; i++)
	{
		double		total = w->sum[i + m] - w->sum[i];

		if (m % 2 == 0)
			total = (total + w->sum[i + m + 1] - w->sum[i + 1]) / 2;
		w->rest[i] = w->x[i + half] - w->mean - total / (double) m;
		w->variance += w->rest[i] * w->rest[i] / (double) w->n;
	}
}

static double
correlation(const Work *w, size_t lag)
{
	double		sum = 0;
	size_t		i;

	for (i = lag; i < w->n; i++)
		sum += w->rest[i] * w->rest[i - lag];
	return sum / (double) (w->n - lag) / w->variance;
}

/* Noise of that many pairs stays below, and mostly a random walk of that many cycles. */
static double
least_correlation(const Work *w, size_t m)
{
	double		noise = DEVIATIONS / sqrt((double) (w->n - m));

	return fmax(fmax(LEAST_CORRELATION, noise), FEW_CYCLES * (double) m / (double) w->all);
}

/* Climbs from *m to the peak of the autocorrelation; 0 where there is none, or nothing but noise. */
static double
climb(Work *w, size_t *m)
{
	size_t		steps = *m / 8 + 1;

	while (steps-- > 0)
	{
		double		here,
					below,
					above;

		if (*m < 2 || LEAST_CYCLES * *m > w->all)
			return 0;
		remove_level(w, *m);
		if (!(w->variance > 0) || w->n < 2 * *m)
			return 0;
		here = correlation(w, *m);
		below = correlation(w, *m - 1);
		above = correlation(w, *m + 1);
		if (here < below - TIE && below > above)
			*m -= 1;
		else if (here < above - TIE)
			*m += 1;
		else
			return here < least_correlation(w, *m) ? 0 : here;
	}
	return 0;
}

size_t
dm_seasons_room(size_t n)
{
	return 3 * n + 3;
}

/* The values from the first to the last that is there, without gaps, and their sums. */
static bool
open_series(Work *w, const double *y, size_t n, double *room)
{
	double	   *x = room,
			   *sum = room + n + 2;
	size_t		first = 0,
				i;

	while (first < n && isnan(y[first]))
		first++;
	while (n > first && isnan(y[n - 1]))
		n--;
	n -= first;
	if (n < LEAST_CYCLES * likely[0])
		return false;
	dm_fill_gaps(y + first, n, 1, sum, x);
	w->mean = 0;
	for (i = 0; i < n; i++)
		w->mean += (x[i] - w->mean) / (double) (i + 1);
	sum[0] = 0;
	for (i = 0; i < n; i++)
		sum[i + 1] = sum[i] + (x[i] - w->mean);
	w->x = x;
	w->all = n;
	w->sum = sum;
	w->rest = sum + n + 1;
	return true;
}

void
dm_seasons(const double *y, size_t n, double *room, size_t season[DM_FORECAST_SEASONS])
{
	Work		w;
	size_t		length[COUNT(likely)];
	double		strength[COUNT(likely)];
	double		strongest = 0,
				best = 0;
	size_t		i,
				first;

	season[0] = season[1] = 1;
	if (!open_series(&w, y, n, room))
		return;
	for (i = 0; i < COUNT(likely); i++)
	{
		length[i] = likely[i];
		strength[i] = climb(&w, &length[i]);
		strongest = fmax(strongest, strength[i]);
	}
	if (strongest == 0)
		return;
	for (first = 0; strength[first] < HALF * strongest;)
		first++;
	season[0] = length[first];
	for (i = first + 1; i < COUNT(likely); i++)
	{
		bool		week = length[i] == WEEK * season[0];

		if (length[i] % season[0] != 0 || length[i] == season[0] ||
			strength[i] < strength[first] + (week ? -WEEK_TOLERANCE : ADVANTAGE))
			continue;
		if (week || strength[i] > best)
		{
			season[1] = length[i];
			best = week ? HUGE_VAL : strength[i];
		}
	}
}
