/*
 * forecast.c - the median of several methods, and how far off it was.
 */
#include "stats/forecast_internal.h"

#include <math.h>
#include <string.h>

#include "stats/special.h"

#define ENOUGH_CYCLES 2
#define NAIVE_CYCLES 2			/* a shorter series is also forecast by its last season */
#define NAIVE_VALUES 64
#define UNPROVEN 0.3			/* weight of a member whose errors are not known */

static size_t
greatest(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * The origins: the last forecasts whose end is known, over two of the longest
 * season or four horizons, in the later half of the series.  The stride is odd,
 * so that they are not all at the same phase.
 */
static void
plan_origins(const DmForecastInput *in, DmForecastPlan *p)
{
	size_t		earliest = greatest(p->n / 2, 3);
	size_t		last = p->n > p->ahead + earliest ? p->n - 1 - p->ahead : p->n - 2;
	size_t		most = in->origins > 0 ? in->origins : DM_FORECAST_ORIGINS;
	size_t		window = greatest(2 * greatest(p->season[0], p->season[1]), 4 * p->ahead);

	p->origins = 0;
	if (p->n < 6 || last < earliest)
		return;
	window = least(window, last - earliest);
	p->stride = window / most + 1;
	p->stride += p->stride % 2 == 0;
	p->origins = least(window / p->stride + 1, most);
	p->origin = last - (p->origins - 1) * p->stride;
}

static void
plan_scale(const DmForecastInput *in, DmForecastPlan *p)
{
	double		lowest = HUGE_VAL,
				highest = -HUGE_VAL;
	size_t		i;

	for (i = 0; i < p->n; i++)
	{
		double		y = in->y[p->first + i];

		if (y < lowest)
			lowest = y;
		if (y > highest)
			highest = y;
	}
	p->scale[0] = in->scale == DM_SCALE_AUTO || in->scale == DM_SCALE_LINEAR;
	p->scale[1] = in->scale == DM_SCALE_AUTO ? lowest >= 0 && highest > lowest : in->scale != DM_SCALE_LINEAR;
	p->naive = p->n < NAIVE_CYCLES * greatest(p->season[0], p->season[1]) + NAIVE_VALUES;
	p->members = 3 * (size_t) (p->scale[0] + p->scale[1]) + p->naive;
}

bool
dm_forecast_plan(const DmForecastInput *in, DmForecastPlan *p)
{
	size_t		i,
				end = 0,
				cells;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < in->n; i++)
		if (!isnan(in->y[i]))
		{
			p->first = p->observed == 0 ? i : p->first;
			p->observed++;
			end = i + 1;
		}
	if (p->observed == 0)
		return false;
	p->n = end - p->first;
	p->ahead = in->horizon + in->n - end;
	for (i = 0; i < DM_FORECAST_SEASONS; i++)
		p->season[i] = in->season[i] > 1 && p->n >= ENOUGH_CYCLES * in->season[i] + 2 ? in->season[i] : 1;
	plan_origins(in, p);
	plan_scale(in, p);
	cells = (p->origins + 1) * p->ahead;
	p->room = (p->members + 2) * cells + 2 * p->n + 3 * p->ahead +
		greatest(greatest(dm_autoregression_room(p), dm_smoothing_room(p)), 2 * p->n);
	return true;
}

void
dm_fill_gaps(const double *y, size_t n, size_t season, double *room, double *x)
{
	double	   *sum = room,
			   *count = room + season;
	double		mean = 0,
				left = 0;
	size_t		seen = 0,
				last = 0,
				i,
				k;

	memset(room, 0, 2 * season * sizeof(double));
	for (i = 0; i < n; i++)
		if (!isnan(y[i]))
			mean += (y[i] - mean) / (double) ++seen;
	for (i = 0; i < n; i++)
		if (!isnan(y[i]))
		{
			sum[i % season] += y[i] - mean;
			count[i % season]++;
		}
	for (i = 0; i < season; i++)
		sum[i] /= count[i] + 1;
	for (i = 0; i < n; i++)
	{
		double		right;

		x[i] = y[i];
		if (isnan(y[i]))
			continue;
		right = y[i] - sum[i % season];
		for (k = last + 1; k < i; k++)
			x[k] = sum[k % season] + left + (right - left) * (double) (k - last) / (double) (i - last);
		left = right;
		last = i;
	}
}

static double
lowest_of(const double *x, size_t n)
{
	double		lowest = x[0];
	size_t		i;

	for (i = 1; i < n; i++)
		lowest = fmin(lowest, x[i]);
	return lowest;
}

/*
 * Where zero, or nearly, occurs, a logarithm needs something added: what makes
 * the least value a hundredth of the mean.
 */
static double
log_offset(const double *x, size_t n)
{
	double		mean = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		mean += (x[i] - mean) / (double) (i + 1);
	return mean > 0 ? fmax(0.01 * mean - lowest_of(x, n), 0) : 1;
}

static double
forward(DmForecastScale scale, double x, double offset)
{
	if (scale == DM_SCALE_LOGIT)
	{
		x = offset + (1 - 2 * offset) * fmin(fmax(x, 0), 1);
		return log(x / (1 - x));
	}
	return log(x + offset);
}

static double
backward(DmForecastScale scale, double z, double offset)
{
	if (scale == DM_SCALE_LOGIT)
		return (1 / (1 + exp(-z)) - offset) / (1 - 2 * offset);
	return exp(z) - offset;
}

static void
set_bounds(DmForecastSeries *s)
{
	double		lowest = s->x[0],
				highest = s->x[0];
	size_t		i;

	for (i = 0; i < s->plan->n; i++)
	{
		lowest = fmin(lowest, s->x[i]);
		highest = fmax(highest, s->x[i]);
	}
	s->lowest = 2 * lowest - highest;
	s->highest = 2 * highest - lowest;
}

static void
run_members(const DmForecastSeries *s, double *room, double *out)
{
	size_t		cells = (s->plan->origins + 1) * s->plan->ahead;

	dm_autoregression(s, false, room, out);
	dm_autoregression(s, true, room, out + cells);
	dm_smoothing(s, room, out + 2 * cells);
}

/* The value of one season before. */
static void
seasonal_naive(const DmForecastPlan *p, const double *x, double *out)
{
	size_t		m = p->season[p->season[1] > 1],
				j,
				h;

	for (j = 0; j <= p->origins; j++)
	{
		double	   *f = out + j * p->ahead;
		size_t		next = dm_origin(p, j) + 1;

		for (h = 0; h < p->ahead; h++)
			f[h] = h >= m ? f[h - m] : next + h >= m ? x[next + h - m] : NAN;
	}
}

/* Mean absolute error of a member over what its origins know, NaN where they know nothing. */
static double
member_error(const DmForecastSeries *s, const double *x, const double *member)
{
	const DmForecastPlan *p = s->plan;
	double		sum = 0;
	size_t		n = 0,
				j,
				h;

	for (j = 0; j < p->origins; j++)
		for (h = 0; h < p->ahead; h++)
		{
			size_t		t = dm_origin(p, j) + 1 + h;
			double		f = member[j * p->ahead + h];

			if (t >= p->n || isnan(s->y[t]) || isnan(f))
				continue;
			sum += fabs(x[t] - f);
			n++;
		}
	return n > 0 ? sum / (double) n : NAN;
}

/* One over the error, the best member's being 1. */
static void
weigh(const DmForecastSeries *s, const double *x, const double *member, double *weight)
{
	const DmForecastPlan *p = s->plan;
	size_t		cells = (p->origins + 1) * p->ahead,
				k;
	double		best = HUGE_VAL;

	for (k = 0; k < p->members; k++)
	{
		weight[k] = member_error(s, x, member + k * cells);
		best = fmin(best, weight[k]);
	}
	for (k = 0; k < p->members; k++)
		weight[k] = isnan(weight[k]) ? UNPROVEN : weight[k] > best ? best / weight[k] : 1;
}

/*
 * The weighted median of the n of v that are there: between the two whose
 * middles of weight are about the half; v and weight are sorted.
 */
static double
weighted_median(double *v, double *weight, int n)
{
	double		total = 0,
				before = 0;
	int			m = 0,
				i,
				k;

	for (i = 0; i < n; i++)
	{
		double		x = v[i],
					w = weight[i];

		if (isnan(x) || w == 0)
			continue;
		for (k = m++; k > 0 && v[k - 1] > x; k--)
		{
			v[k] = v[k - 1];
			weight[k] = weight[k - 1];
		}
		v[k] = x;
		weight[k] = w;
		total += w;
	}
	for (i = 0; i < m; i++)
	{
		double		middle = before + weight[i] / 2;

		if (middle >= total / 2)
		{
			double		last = i > 0 ? before - weight[i - 1] / 2 : middle;

			return i == 0 ? v[0] : v[i] - (v[i] - v[i - 1]) * (middle - total / 2) / (middle - last);
		}
		before += weight[i];
	}
	return m > 0 ? v[m - 1] : NAN;
}

static void
combine(const DmForecastPlan *p, const double *member, const double *weight, double *out)
{
	size_t		cells = (p->origins + 1) * p->ahead;
	double		v[DM_FORECAST_MEMBERS],
				w[DM_FORECAST_MEMBERS];
	size_t		i,
				k;

	for (i = 0; i < cells; i++)
	{
		for (k = 0; k < p->members; k++)
		{
			v[k] = member[k * cells + i];
			w[k] = weight[k];
		}
		out[i] = weighted_median(v, w, (int) p->members);
	}
}

static void
past_errors(const DmForecastSeries *s, const double *past, double *error)
{
	const DmForecastPlan *p = s->plan;
	size_t		j,
				h;

	for (j = 0; j < p->origins; j++)
		for (h = 0; h < p->ahead; h++)
		{
			size_t		t = dm_origin(p, j) + 1 + h;
			size_t		i = j * p->ahead + h;

			error[i] = t < p->n ? s->y[t] - past[i] : NAN;
		}
}

/*
 * The root mean square of each step's errors, never less than that of a step
 * before; past the last that is known it grows as a random walk's.
 */
static void
spread_of_steps(const DmForecastPlan *p, const double *error, double *spread)
{
	double		widest = NAN;
	size_t		known = 0,
				h,
				j;

	for (h = 0; h < p->ahead; h++)
	{
		double		sum = 0;
		size_t		n = 0;

		for (j = 0; j < p->origins; j++)
			if (!isnan(error[j * p->ahead + h]))
			{
				sum += error[j * p->ahead + h] * error[j * p->ahead + h];
				n++;
			}
		if (n > 0)
		{
			widest = fmax(widest, sqrt(sum / (double) n));
			known = h + 1;
		}
		spread[h] = n > 0 ? widest : widest * sqrt((double) (h + 1) / (double) known);
	}
}

/*
 * Past errors of a step overlap: a window holds twice as many that say
 * something new as it holds such steps, and the quantile is Student's of so
 * many.  Abramowitz and Stegun 26.7.5: to a hundredth at two degrees of freedom.
 */
static double
quantile_of_step(const DmForecastPlan *p, double z, size_t h)
{
	double		window = p->origins > 1 ? (double) ((p->origins - 1) * p->stride) : 0;
	double		df = 2 + 2 * window / (double) (h + 1);
	double		s = z * z;
	double		g1 = (s + 1) / 4,
				g2 = ((5 * s + 16) * s + 3) / 96,
				g3 = (((3 * s + 19) * s + 17) * s - 15) / 384,
				g4 = ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160;

	return z * (1 + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df);
}

static double
clip(const DmForecastInput *in, double lowest, double x)
{
	if (isnan(x))
		return x;
	if (in->scale == DM_SCALE_LOGIT)
		x = fmin(x, 1);
	return lowest >= 0 && in->scale != DM_SCALE_LINEAR ? fmax(x, 0) : x;
}

static void
write_result(const DmForecastInput *in, const DmForecastPlan *p, double lowest, const double *past,
			 const double *error, double *mean, DmForecast *out)
{
	double	   *lower = mean + p->ahead,
			   *upper = lower + p->ahead;
	double		z = dm_normal_quantile((1 + in->level) / 2);
	size_t		h;

	spread_of_steps(p, error, upper);
	for (h = 0; h < p->ahead; h++)
	{
		double		f = past[p->origins * p->ahead + h],
					width = quantile_of_step(p, z, h) * upper[h];

		mean[h] = clip(in, lowest, f);
		lower[h] = clip(in, lowest, f - width);
		upper[h] = clip(in, lowest, f + width);
	}
	out->skip = p->ahead - in->horizon;
	out->past = past;
	out->error = error;
	out->mean = mean + out->skip;
	out->lower = lower + out->skip;
	out->upper = upper + out->skip;
}

void
dm_forecast(const DmForecastInput *in, const DmForecastPlan *p, double *room, DmForecast *out)
{
	size_t		cells = (p->origins + 1) * p->ahead;
	double	   *x = room,
			   *z = x + p->n,
			   *member = z + p->n,
			   *past = member + p->members * cells,
			   *error = past + cells,
			   *mean = error + cells,
			   *scratch = mean + 3 * p->ahead;
	DmForecastSeries s = {x, in->y + p->first, 0, 0, p, in->pause};
	double	   *next = member;
	double		weight[DM_FORECAST_MEMBERS];
	size_t		i;

	dm_fill_gaps(s.y, p->n, p->season[p->season[1] > 1], scratch, x);
	if (p->scale[0])
	{
		set_bounds(&s);
		run_members(&s, scratch, next);
		next += 3 * cells;
	}
	if (p->scale[1])
	{
		double		offset = in->scale == DM_SCALE_LOGIT ? 0.001 : log_offset(x, p->n);

		for (i = 0; i < p->n; i++)
			z[i] = forward(in->scale, x[i], offset);
		s.x = z;
		set_bounds(&s);
		run_members(&s, scratch, next);
		for (i = 0; i < 3 * cells; i++)
			next[i] = backward(in->scale, next[i], offset);
	}
	if (p->naive)
		seasonal_naive(p, x, member + (p->members - 1) * cells);
	weigh(&s, x, member, weight);
	combine(p, member, weight, past);
	past_errors(&s, past, error);
	write_result(in, p, lowest_of(x, p->n), past, error, mean, out);
}
