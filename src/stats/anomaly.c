/*
 * anomaly.c - surprise of the next value of a series; see anomaly.h.
 */
#include "stats/anomaly.h"

#include <math.h>
#include <string.h>

#define WARM_UP 50				/* values before a record says anything */
#define HALF_BEYOND 0.05		/* a record this share of the range beyond it counts half */
#define CLIP 4.0				/* standard deviations: more counts as so many */
#define CLIP_AFTER 30			/* values, before which no deviation is known well enough */
#define SLOW 2000.0				/* memory of the level, the variance and the usual change, in values */
#define LOCAL 200.0				/* memory of the local level */
#define CHANGE_CLIP 3.0
#define SEASON_SHARE 0.5		/* of the variance that seasons may leave */
#define SEASON_MEMORY 10.0		/* hours in a slot: ten days of one hour */
#define HOUR 3600.0
#define GAP_STEPS 12.0			/* usual steps without a value, after which a window begins anew */

static const int64_t day_us = INT64_C(86400000000);
static const int64_t hour_us = INT64_C(3600000000);

void
dm_anomaly_init(DmAnomaly *a)
{
	memset(a, 0, sizeof(*a));
	a->view = DM_VIEWS;
	a->since = DM_ANOMALY_HOLD;
}

void
dm_anomaly_skip(DmAnomaly *a)
{
	a->unused++;
	a->current = a->alert = a->high = 0;
	a->score = 0;
	a->view = DM_VIEWS;
}

static double
clipped(double x, double most)
{
	return x > most ? most : x < -most ? -most
									   : x;
}

static double
square(double x)
{
	return x * x;
}

/* n: how many values this is, with the new one. */
static void
trail(DmTrailing *t, double x, double n, double weight)
{
	double		d = x - t->mean;

	if (n <= 1)
	{
		t->mean = x;
		t->variance = 0;
		return;
	}
	if (n > CLIP_AFTER && t->variance > 0)
		d = clipped(d, CLIP * sqrt(t->variance));
	t->mean += weight * d;
	t->variance = (1 - weight) * (t->variance + weight * d * d);
}

static double
memory(double n, double longest)
{
	return n < longest ? 1 / n : 1 / longest;
}

/*
 * log10 of one over the chance of a record, times how far it lies beyond the
 * range: half where that is HALF_BEYOND of the range.  Negative: a low record.
 */
static double
surprise(const DmRecords *r, double x)
{
	uint32_t	n = r->n[0] + r->n[1];
	double		high = r->high[0],
				low = r->low[0],
				beyond,
				range;

	if (n < WARM_UP)
		return 0;
	if (r->n[1] > 0)
	{
		high = fmax(high, r->high[1]);
		low = fmin(low, r->low[1]);
	}
	beyond = x > high ? x - high : x < low ? low - x
										   : 0;
	if (beyond == 0)
		return 0;
	range = high - low;
	if (range <= 0)
		range = fabs(x);
	beyond = log10(n + 1.0) * beyond / (beyond + HALF_BEYOND * range);
	return x > high ? beyond : -beyond;
}

static void
record(DmRecords *r, double x)
{
	if (r->n[0] == DM_ANOMALY_EPOCH)
	{
		r->high[1] = r->high[0];
		r->low[1] = r->low[0];
		r->n[1] = r->n[0];
		r->n[0] = 0;
	}
	if (r->n[0] == 0)
		r->high[0] = r->low[0] = x;
	r->high[0] = fmax(r->high[0], x);
	r->low[0] = fmin(r->low[0], x);
	r->n[0]++;
}

static int
slot_no(int64_t at)
{
	int64_t		day = at / day_us - (at % day_us < 0);
	int			hour = (int) ((at - day * day_us) / hour_us);
	int			weekday = (int) (day % 7);

	if (weekday < 0)
		weekday += 7;
	/* 2000-01-01 was a Saturday */
	return hour + (weekday < 2 ? 24 : 0);
}

static bool
season_known(const DmSeasonSlot *s)
{
	return s->n == 2 && s->ms >= 1000 * HOUR;
}

static bool
season_helps(const DmAnomaly *a, const DmSeasonSlot *s)
{
	return season_known(s) && a->season_variance < SEASON_SHARE * a->plain_variance;
}

double
dm_anomaly_expected(const DmAnomaly *a, int64_t at)
{
	const DmSeasonSlot *season = &a->slot[slot_no(at)];

	if (a->used == 0)
		return NAN;
	return season_helps(a, season) ? season->mean : a->local.mean;
}

/* By time, not by values: an hour of bad values is one bad hour of ten, however many they were. */
static void
learn_season(DmAnomaly *a, DmSeasonSlot *s, double seconds, double x)
{
	double		bound = CLIP * sqrt(a->slow.variance);
	uint32_t	ms = seconds < HOUR ? (uint32_t) (1000 * seconds) : (uint32_t) (1000 * HOUR);
	double		d = x - s->mean,
				weight;

	if (season_known(s))
	{
		if (a->seasonal < SLOW)
			a->seasonal++;
		weight = 1.0 / a->seasonal;
		a->season_variance += weight * (square(clipped(d, bound)) - a->season_variance);
		a->plain_variance += weight * (square(clipped(x - a->slow.mean, bound)) - a->plain_variance);
		if (a->seasonal > CLIP_AFTER)
			d = clipped(d, CLIP * sqrt(a->season_variance));
	}
	/* ten hours are all that is remembered */
	s->ms += ms;
	if (s->ms > 1000 * SEASON_MEMORY * HOUR)
		s->ms = (uint32_t) (1000 * SEASON_MEMORY * HOUR);
	if (s->n < 2)
		s->n++;
	s->mean += s->n == 1 ? d : s->ms > 0 ? d * ms / s->ms
										 : 0;
}

static void
push(double *window, uint32_t *n, double x)
{
	if (*n == DM_ANOMALY_WINDOW)
		memmove(window, window + 1, (DM_ANOMALY_WINDOW - 1) * sizeof(double));
	else
		++*n;
	window[*n - 1] = x;
}

static double
mean_of(const double *window)
{
	double		sum = 0;
	int			i;

	for (i = 0; i < DM_ANOMALY_WINDOW; i++)
		sum += window[i];
	return sum / DM_ANOMALY_WINDOW;
}

/* Ask one view, and let it learn. */
static void
look(DmAnomaly *a, DmAnomalyView view, double x, double *most)
{
	double		s = surprise(&a->records[view], x);

	if (fabs(s) > *most)
	{
		*most = fabs(s);
		a->view = (uint8_t) view;
		a->high = s > 0;
	}
	a->score += fabs(s);
	record(&a->records[view], x);
}

static void
judge(DmAnomaly *a)
{
	double		bar = DM_ANOMALY_THRESHOLD;

	if (a->since < DM_ANOMALY_HOLD && a->held > bar)
		bar = a->held;
	a->alert = a->score > bar;
	if (a->alert)
	{
		a->alerts++;
		a->held = a->score;
		a->since = 0;
	}
	if (a->since < DM_ANOMALY_HOLD)
		a->since++;
}

bool
dm_anomaly_update(DmAnomaly *a, int64_t at, double x)
{
	DmSeasonSlot *season = &a->slot[slot_no(at)];
	double		seconds = 0,
				change = 0,
				most = 0,
				n;

	if (!(fabs(x) <= DM_ANOMALY_MOST))
	{
		dm_anomaly_skip(a);
		return false;
	}
	a->current = 1;
	n = (double) ++a->used;
	if (n > 1 && at > a->last_at)
		seconds = ((double) at - (double) a->last_at) / 1e6;
	if (n > 2 && seconds > GAP_STEPS * a->step && a->step > 0)
		a->in_window = a->changes_in_window = 0;
	else if (n > 1)
	{
		change = fabs(x - a->last_value);
		push(a->changes, &a->changes_in_window,
			 a->change.mean > 0 ? fmin(change / a->change.mean, CHANGE_CLIP) : 0);
	}
	push(a->values, &a->in_window, x);

	a->score = 0;
	a->view = DM_VIEWS;
	a->high = 0;
	look(a, DM_VIEW_VALUE, x, &most);
	if (season_helps(a, season))
		look(a, DM_VIEW_SEASON, x - season->mean, &most);
	if (n > 10)
		look(a, DM_VIEW_LEVEL, x - a->local.mean, &most);
	if (a->in_window == DM_ANOMALY_WINDOW)
		look(a, DM_VIEW_MEAN, mean_of(a->values), &most);
	if (a->changes_in_window == DM_ANOMALY_WINDOW && n > WARM_UP / 2 + DM_ANOMALY_WINDOW)
		look(a, DM_VIEW_CHANGE, mean_of(a->changes), &most);
	judge(a);

	learn_season(a, season, seconds, x);
	trail(&a->slow, x, n, memory(n, SLOW));
	trail(&a->local, x, n, memory(n, LOCAL));
	if (a->changes_in_window > 0)
		trail(&a->change, change, n - 1, memory(n - 1, SLOW));
	if (n > 1)
		a->step += memory(n - 1, LOCAL) * (fmin(seconds, a->step > 0 ? GAP_STEPS * a->step : seconds) - a->step);
	a->last_at = at;
	a->last_value = x;
	return true;
}

static bool
records_valid(const DmRecords *r, uint64_t used)
{
	int			i;

	for (i = 0; i < 2; i++)
		if (r->n[i] > DM_ANOMALY_EPOCH || r->high[i] < r->low[i])
			return false;
	return (r->n[1] == 0 || (r->n[1] == DM_ANOMALY_EPOCH && r->n[0] > 0)) &&
		(uint64_t) r->n[0] + r->n[1] <= used;
}

bool
dm_anomaly_valid(const DmAnomaly *a)
{
	const DmRecords *value = &a->records[DM_VIEW_VALUE];
	int			i;

	for (i = 0; i < DM_VIEWS; i++)
		if (!records_valid(&a->records[i], a->used))
			return false;
	for (i = 0; i < DM_ANOMALY_SLOTS; i++)
		if (a->slot[i].n > a->used)
			return false;
	if (a->used <= DM_ANOMALY_EPOCH && (value->n[0] != a->used || value->n[1] != 0))
		return false;
	return (a->alert == 0 || a->current) && (a->score == 0) == (a->view == DM_VIEWS) &&
		a->score >= 0 && a->held >= 0 && a->step >= 0 &&
		a->slow.variance >= 0 && a->local.variance >= 0 && a->change.variance >= 0 &&
		a->plain_variance >= 0 && a->season_variance >= 0 &&
		a->alerts <= a->used && a->in_window <= a->used && a->changes_in_window <= a->used &&
		a->seasonal <= a->used && (a->used > 0 || !a->current);
}
