/*
 * forecast_crossing.c - first passage by the errors of past forecasts.
 *
 * Every past forecast's errors, step by step, are a path that the series could
 * take around the present forecast.  The share of the paths that cross needs
 * neither a distribution nor steps that are independent.
 */
#include "stats/forecast_crossing.h"

#include <math.h>
#include <string.h>

#include "stats/forecast_internal.h"

#define RECENT 24				/* values that a drift is looked for in */
#define SIGNIFICANT 4			/* t of the slope */
#define MOST_CORRELATED 0.95
#define FARTHEST 20

typedef struct Profile
{
	double	   *sum[DM_FORECAST_SEASONS];
	const size_t *season;
} Profile;

size_t
dm_crossing_room(const DmForecastPlan *plan)
{
	return plan->room + 2 * (plan->season[0] + plan->season[1]) + plan->n + (plan->origins + 3) * plan->ahead;
}

static double
at_phase(const Profile *p, size_t t)
{
	return p->sum[0][t % p->season[0]] + p->sum[1][t % p->season[1]];
}

/* Means of the phases: of the shorter season, then of the longer over what is left. */
static void
make_profile(const double *y, size_t n, const size_t *season, double *room, Profile *p)
{
	double	   *count;
	double		mean = 0;
	size_t		seen = 0,
				t;
	int			k;

	p->season = season;
	p->sum[0] = room;
	p->sum[1] = room + season[0];
	count = p->sum[1] + season[1];
	memset(room, 0, 2 * (season[0] + season[1]) * sizeof(double));
	for (t = 0; t < n; t++)
		if (!isnan(y[t]))
			mean += (y[t] - mean) / (double) ++seen;
	for (k = 0; k < DM_FORECAST_SEASONS; k++)
	{
		size_t		m = season[k];

		memset(count, 0, m * sizeof(double));
		for (t = 0; t < n; t++)
			if (!isnan(y[t]))
			{
				double		gap = y[t] - mean - (k == 1 ? p->sum[0][t % season[0]] : 0);
				double	   *sum = &p->sum[k][t % m];

				*sum += (gap - *sum) / ++count[t % m];
			}
		for (t = 0; t < m && k == 1; t++)
			p->sum[1][t] *= count[t] / (count[t] + 2);
	}
}

/* Least squares of v[0..n) on 0, 1, ...; missing ones are skipped; t gets slope over error, with correlation. */
static double
slope_of(const double *v, size_t n, double *t)
{
	double		sx = 0,
				sy = 0,
				sxx = 0,
				sxy = 0,
				rest = 0,
				pairs = 0,
				last = 0,
				m = 0,
				rho;
	double		slope;
	size_t		i;

	*t = 0;
	for (i = 0; i < n; i++)
		if (!isnan(v[i]))
		{
			sx += (double) i;
			sy += v[i];
			m++;
		}
	if (m < 6)
		return 0;
	for (i = 0; i < n; i++)
		if (!isnan(v[i]))
		{
			sxx += ((double) i - sx / m) * ((double) i - sx / m);
			sxy += ((double) i - sx / m) * (v[i] - sy / m);
		}
	slope = sxy / sxx;
	for (i = 0; i < n; i++)
		if (!isnan(v[i]))
		{
			double		r = v[i] - sy / m - slope * ((double) i - sx / m);

			rest += r * r;
			pairs += r * last;
			last = r;
		}
	if (rest <= 0)
	{
		*t = slope == 0 ? 0 : HUGE_VAL;
		return slope;
	}
	rho = fmin(fmax(pairs / rest, 0), MOST_CORRELATED);
	*t = fabs(slope) / sqrt(rest / (m - 2) / sxx * (1 + rho) / (1 - rho));
	return slope;
}

/*
 * Adds to a forecast from t what it lacks of a drift that the last values have:
 * slope less its own, where it is of the same sign or has none.
 */
static void
add_drift(const Profile *p, const double *y, size_t ahead, size_t t, double *scratch, double *forecast)
{
	double		recent[RECENT];
	double		significance,
				own,
				slope;
	size_t		i;

	if (t + 1 < RECENT)
		return;
	for (i = 0; i < RECENT; i++)
		recent[i] = y[t + 1 + i - RECENT] - at_phase(p, t + 1 + i - RECENT);
	slope = slope_of(recent, RECENT, &significance);
	if (significance < SIGNIFICANT)
		return;
	for (i = 0; i < ahead; i++)
		scratch[i] = forecast[i] - at_phase(p, t + 1 + i);
	own = slope_of(scratch, ahead, &significance);
	own = slope > 0 ? fmin(fmax(own, 0), slope) : fmax(fmin(own, 0), slope);
	for (i = 0; i < ahead; i++)
		forecast[i] += (slope - own) * (double) (i + 1);
}

static bool
beyond(double x, double threshold, bool below)
{
	return below ? x < threshold : x > threshold;
}

/* Of the windows of so many values after one that is not beyond, the share with one that is. */
static double
past_share(const double *y, size_t n, size_t horizon, double threshold, bool below)
{
	double		windows = 0,
				crossed = 0;
	size_t		next = n,		/* the first beyond after t */
				t;

	for (t = n; t-- > 0;)
	{
		if (t + horizon < n && !isnan(y[t]) && !beyond(y[t], threshold, below))
		{
			windows++;
			crossed += next <= t + horizon;
		}
		if (beyond(y[t], threshold, below))
			next = t;
	}
	return (crossed + 0.5) / (windows + 1);
}

/* The step by which that share of the paths that cross have crossed. */
static double
step_of_share(const double *first, size_t horizon, double share)
{
	double		total = 0,
				sum = 0;
	size_t		h;

	for (h = 0; h < horizon; h++)
		total += first[h];
	for (h = 0; h < horizon; h++)
	{
		sum += first[h];
		if (sum >= share * total && sum > 0)
			return (double) (h + 1);
	}
	return NAN;
}

static double
path_error(const DmForecastPlan *plan, const double *y, const double *path, size_t j, size_t h)
{
	size_t		t = dm_origin(plan, j) + 1 + h;

	return t < plan->n ? y[t] - path[j * plan->ahead + h] : NAN;
}

/* Counts the paths that cross, first[h] of them at step h. */
static void
count_paths(const DmForecastInput *in, const DmForecastPlan *plan, const double *path,
			double threshold, bool below, double *first, DmCrossing *out)
{
	const double *y = in->y + plan->first;
	const double *next = path + plan->origins * plan->ahead;
	size_t		skip = plan->ahead - in->horizon;
	double		crossed = 0,
				steps = 0,
				over = 0;
	size_t		j,
				h;

	memset(first, 0, in->horizon * sizeof(double));
	for (j = 0; j < plan->origins; j++)
	{
		bool		known = false,
					done = false;

		for (h = skip; h < plan->ahead; h++)
		{
			double		error = path_error(plan, y, path, j, h);

			if (isnan(error))
				continue;
			known = true;
			steps++;
			if (!beyond(next[h] + error, threshold, below))
				continue;
			over++;
			if (!done)
				first[h - skip]++;
			done = true;
		}
		out->paths += known;
		crossed += done;
	}
	if (out->paths == 0)
		return;
	out->score = (crossed + 0.5) / ((double) out->paths + 1);
	out->exposure = (over + 0.5) / (steps + 1);
}

/* The least of the steps' distances, each in root mean squares of its errors. */
static double
least_distance(const DmForecastInput *in, const DmForecastPlan *plan, const double *path,
			   double threshold, bool below)
{
	const double *y = in->y + plan->first;
	const double *next = path + plan->origins * plan->ahead;
	double		least = FARTHEST;
	size_t		j,
				h;

	for (h = plan->ahead - in->horizon; h < plan->ahead; h++)
	{
		double		gap = below ? next[h] - threshold : threshold - next[h];
		double		squares = 0,
					n = 0;

		for (j = 0; j < plan->origins; j++)
		{
			double		error = path_error(plan, y, path, j, h);

			if (!isnan(error))
			{
				squares += error * error;
				n++;
			}
		}
		if (n > 0)
			gap = squares > 0 ? gap / sqrt(squares / n) : gap > 0 ? FARTHEST : gap < 0 ? -FARTHEST : 0;
		else
			gap = FARTHEST;
		least = fmin(least, fmax(gap, -FARTHEST));
	}
	return least;
}

void
dm_crossing(const DmForecastInput *in, const DmForecastPlan *plan, double threshold, bool below,
			double *room, DmCrossing *out)
{
	double	   *path = room + plan->room,
			   *scratch = path + (plan->origins + 1) * plan->ahead,
			   *first = scratch + plan->ahead;
	const double *y = in->y + plan->first;
	DmForecast	f;
	Profile		p;
	size_t		j;

	memset(out, 0, sizeof(*out));
	out->score = out->climatology = out->distance = out->exposure = out->median = out->early = out->late = NAN;
	dm_forecast(in, plan, room, &f);
	memcpy(path, f.past, (plan->origins + 1) * plan->ahead * sizeof(double));
	make_profile(y, plan->n, plan->season, first + plan->ahead, &p);
	for (j = 0; j <= plan->origins; j++)
		add_drift(&p, y, plan->ahead, dm_origin(plan, j), scratch, path + j * plan->ahead);
	count_paths(in, plan, path, threshold, below, first, out);
	if (out->paths == 0)
		return;
	out->climatology = past_share(y, plan->n, in->horizon, threshold, below);
	out->distance = least_distance(in, plan, path, threshold, below);
	out->median = step_of_share(first, in->horizon, 0.5);
	out->early = step_of_share(first, in->horizon, 0.1);
	out->late = step_of_share(first, in->horizon, 0.9);
}
