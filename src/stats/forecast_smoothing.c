/*
 * forecast_smoothing.c - exponential smoothing with up to two seasons.
 *
 * Level, damped trend, two seasons, and a first-order autoregression of the
 * error (Taylor, J. Oper. Res. Soc. 54 (2003)).  Not one set of parameters is
 * chosen but a grid is averaged, each by a power of how it did at the origins.
 */
#include "stats/forecast_internal.h"

#include <math.h>
#include <string.h>

#define SELECTIVITY 30
#define LEAST_WEIGHT 1e-3
#define CYCLES 3

typedef struct Rates
{
	double		level;
	double		trend;
	double		damping;
	double		season[DM_FORECAST_SEASONS];
	double		error;
} Rates;

typedef struct State
{
	double		level;
	double		trend;
	double		error;
	double	   *season[DM_FORECAST_SEASONS];
	size_t		next[DM_FORECAST_SEASONS];	/* phase of the next value */
	size_t		done;
} State;

static const double no_season[][3] = {
	{.05, 0, 1}, {.2, 0, 1}, {.5, 0, 1}, {.8, 0, 1}, {1, 0, 1},
	{.2, .1, .9}, {.5, .1, .9}, {.8, .1, .9}, {1, .1, .9},
	{.2, .1, .98}, {.5, .1, .98}, {.8, .1, .98}, {1, .1, .98},
};
static const double levels[] = {0, .03, .3};
static const double fast[] = {.03, .25};
static const double slow[] = {.05, .3};
static const double errors[] = {.4, .85};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define GRID 24

static int
make_grid(const DmForecastPlan *plan, Rates *grid)
{
	int			seasons = (plan->season[0] > 1) + (plan->season[1] > 1);
	int			n = seasons == 2 ? GRID : seasons == 1 ? GRID / 2 : (int) COUNT(no_season);
	int			k;

	memset(grid, 0, GRID * sizeof(Rates));
	for (k = 0; k < n; k++)
		if (seasons > 0)
		{
			grid[k].level = levels[k % 3];
			grid[k].season[0] = fast[k / 3 % 2];
			grid[k].error = errors[k / 6 % 2];
			grid[k].season[1] = slow[k / 12];
		}
		else
		{
			grid[k].level = no_season[k][0];
			grid[k].trend = no_season[k][1];
			grid[k].damping = no_season[k][2];
		}
	return n;
}

size_t
dm_smoothing_room(const DmForecastPlan *plan)
{
	return 2 * (plan->season[0] + plan->season[1]) + plan->ahead;
}

/* Means of the phases over the first cycles: the level, then what each season adds. */
static void
initial(const DmForecastSeries *s, double *level, double *season[])
{
	const DmForecastPlan *plan = s->plan;
	size_t		longest = plan->season[plan->season[1] > 1];
	size_t		cycles = plan->n / longest;
	size_t		n = longest * (cycles > CYCLES ? CYCLES : cycles > 0 ? cycles : 1);
	size_t		t;
	int			k;

	if (longest <= 1)
		n = plan->n < 4 ? plan->n : 4;
	*level = 0;
	for (t = 0; t < n; t++)
		*level += s->x[t] / (double) n;
	for (k = 0; k < DM_FORECAST_SEASONS; k++)
	{
		size_t		m = plan->season[k];

		memset(season[k], 0, m * sizeof(double));
		if (m > 1)
			for (t = 0; t < n; t++)
				season[k][t % m] += (s->x[t] - *level - (k == 1 ? season[0][t % plan->season[0]] : 0)) /
					(double) ((n - t % m + m - 1) / m);
	}
}

static void
step(State *st, const DmForecastSeries *s, const Rates *r)
{
	double		y = s->x[st->done];
	double	   *first = &st->season[0][st->next[0]];
	double	   *second = &st->season[1][st->next[1]];
	double		trend = r->damping * st->trend;

	if (isnan(s->y[st->done]))
	{
		st->level += trend;
		st->trend = trend;
		st->error *= r->error;
	}
	else
	{
		double		gap = y - (st->level + trend + *first + *second);
		double		innovation = gap - r->error * st->error;

		st->level += trend + r->level * innovation;
		st->trend = trend + r->level * r->trend * innovation;
		*first += r->season[0] * innovation;
		*second += r->season[1] * innovation;
		st->error = gap;
	}
	st->next[0] = st->next[0] + 1 == s->plan->season[0] ? 0 : st->next[0] + 1;
	st->next[1] = st->next[1] + 1 == s->plan->season[1] ? 0 : st->next[1] + 1;
	st->done++;
}

/* Adds weight times the forecast. */
static void
add_forecast(const State *st, const DmForecastSeries *s, const Rates *r, double weight, double *out)
{
	const DmForecastPlan *plan = s->plan;
	size_t		a = st->next[0],
				b = st->next[1],
				h;
	double		trend = st->trend;
	double		level = st->level;
	double		error = st->error;

	for (h = 0; h < plan->ahead; h++)
	{
		double		x;

		trend *= r->damping;
		level += trend;
		error *= r->error;
		x = level + st->season[0][a] + st->season[1][b] + error;
		out[h] += weight * dm_within(x, s->lowest, s->highest);
		a = a + 1 == plan->season[0] ? 0 : a + 1;
		b = b + 1 == plan->season[1] ? 0 : b + 1;
	}
}

static void
restart(State *st, const DmForecastSeries *s, double level, double *season[], double *room)
{
	const size_t *m = s->plan->season;

	memset(st, 0, sizeof(*st));
	st->level = level;
	st->season[0] = room;
	st->season[1] = room + m[0];
	memcpy(st->season[0], season[0], m[0] * sizeof(double));
	memcpy(st->season[1], season[1], m[1] * sizeof(double));
}

/* Mean absolute error at the origins. */
static double
past_error(State *st, const DmForecastSeries *s, const Rates *r, double *scratch)
{
	const DmForecastPlan *plan = s->plan;
	double		sum = 0;
	size_t		n = 0,
				h,
				j;

	for (j = 0; j < plan->origins; j++)
	{
		size_t		t = dm_origin(plan, j);

		while (st->done <= t)
			step(st, s, r);
		memset(scratch, 0, plan->ahead * sizeof(double));
		add_forecast(st, s, r, 1, scratch);
		for (h = 0; h < plan->ahead && t + 1 + h < plan->n; h++)
			if (!isnan(s->y[t + 1 + h]))
			{
				sum += fabs(s->x[t + 1 + h] - scratch[h]);
				n++;
			}
	}
	return n > 0 ? sum / (double) n : 0;
}

void
dm_smoothing(const DmForecastSeries *s, double *room, double *out)
{
	const DmForecastPlan *plan = s->plan;
	double	   *season[DM_FORECAST_SEASONS] = {room, room + plan->season[0]};
	double	   *working = season[1] + plan->season[1];
	double	   *scratch = working + plan->season[0] + plan->season[1];
	Rates		grid[GRID];
	double		weight[GRID];
	double		level,
				least = HUGE_VAL,
				total = 0;
	State		st;
	int			k,
				n = make_grid(plan, grid);
	size_t		j;

	initial(s, &level, season);
	for (k = 0; k < n; k++)
	{
		restart(&st, s, level, season, working);
		weight[k] = past_error(&st, s, &grid[k], scratch);
		least = fmin(least, weight[k]);
		if (s->pause != NULL)
			s->pause();
	}
	for (k = 0; k < n; k++)
	{
		weight[k] = weight[k] > least ? pow(least / weight[k], SELECTIVITY) : 1;
		weight[k] = weight[k] < LEAST_WEIGHT ? 0 : weight[k];
		total += weight[k];
	}
	memset(out, 0, (plan->origins + 1) * plan->ahead * sizeof(double));
	for (k = 0; k < n; k++)
	{
		if (weight[k] == 0)
			continue;
		restart(&st, s, level, season, working);
		for (j = 0; j <= plan->origins; j++)
		{
			while (st.done <= dm_origin(plan, j))
				step(&st, s, &grid[k]);
			add_forecast(&st, s, &grid[k], weight[k] / total, out + j * plan->ahead);
		}
		if (s->pause != NULL)
			s->pause();
	}
}
