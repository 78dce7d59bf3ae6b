/*
 * change_point.c - when and how a series changed; see change_point.h.
 */
#include "stats/change_point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLIP 5.0				/* robust standard deviations, more of which count as so many */
#define LEAST_SHIFT 4			/* values on either side */
#define LEAST_TREND 6
#define LEAST_VARIANCE 8
#define MOST_SPIKE 3			/* values of a spike */
#define TAIL 10					/* greatest deviations that tell how heavy the tail is */
#define MOST_NATS 500.0
#define KIND_PRIOR 0.125		/* of each of the four kinds; as much as that of none together */

/* A kind of change at every place: the gain in log likelihood over none, and its best. */
typedef struct Gains
{
	double	   *at;
	size_t		from;
	size_t		to;				/* exclusive */
	double		best;
	size_t		best_at;
} Gains;

static int
ascending(const void *a, const void *b)
{
	double		x = *(const double *) a,
				y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median_of(const double *x, size_t n, double *room)
{
	memcpy(room, x, n * sizeof(double));
	qsort(room, n, sizeof(double), ascending);
	return n % 2 ? room[n / 2] : room[n / 2 - 1] / 2 + room[n / 2] / 2;
}

static void
gain(Gains *g, size_t place, double nats)
{
	nats = fmin(nats, MOST_NATS);
	g->at[place] = nats;
	if (nats > g->best)
	{
		g->best = nats;
		g->best_at = place;
	}
}

/* n / 2 ln of the ratio of the squares left without the change and with it. */
static double
nats_of(size_t n, double without, double with)
{
	if (!(without > 0))
		return 0;
	return n / 2.0 * -log(fmax(with, 0) / without + 1e-15);
}

/* Sum of squares around the mean. */
static double
squares_of(const double *x, size_t n)
{
	double		sum = 0,
				squares = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		sum += x[i];
	for (i = 0; i < n; i++)
		squares += (x[i] - sum / n) * (x[i] - sum / n);
	return squares;
}

/* Two means instead of one. */
static void
shift_gains(const double *x, size_t n, size_t least, Gains *g)
{
	double		without = squares_of(x, n),
				sum = 0,
				all = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		all += x[i];
	g->best = -INFINITY;
	g->from = least;
	g->to = n - least + 1;
	for (i = 0; i < n; i++)
	{
		double		k = (double) i,
					d;

		if (i >= g->from && i < g->to)
		{
			d = sum / k - (all - sum) / (n - k);
			gain(g, i, nats_of(n, without, without - d * d * k * (n - k) / n));
		}
		sum += x[i];
	}
}

/* Level up to a place, a straight line from there: regression on h = max(0, i - place + 1). */
static void
trend_gains(const double *x, size_t n, Gains *g)
{
	double		without = squares_of(x, n),
				mean = 0,
				h = 0,
				hh = 0,
				hx = 0,
				tail = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		mean += x[i] / n;
	g->best = -INFINITY;
	g->from = 1;
	g->to = n - LEAST_TREND + 1;
	for (i = n; i-- > 1;)
	{
		double		count = (double) (n - i);

		/* every h so far grows by one, and x[i] joins with 1 */
		tail += x[i] - mean;
		hh += 2 * h + count;
		h += count;
		hx += tail;
		if (i < g->to)
			gain(g, i, nats_of(n, without, without - hx * hx / (hh - h * h / n)));
	}
}

/* Of what two means leave: the share of the information that values have which are so like their neighbours. */
static double
independence(const double *x, size_t n, size_t at)
{
	double		mean[2] = {0, 0},
				last = 0,
				squares = 0,
				products = 0,
				rho;
	size_t		i;

	for (i = 0; i < n; i++)
		mean[i >= at] += x[i] / (i >= at ? n - at : at);
	for (i = 0; i < n; i++)
	{
		double		r = x[i] - mean[i >= at];

		squares += r * r;
		products += r * last;
		last = r;
	}
	/* what chance alone gives is left out */
	rho = squares > 0 ? products / squares - 1 / sqrt((double) n) : 0;
	rho = fmin(fmax(rho, 0), 0.99);
	return (1 - rho) / (1 + rho);
}

/* The finest difference of ascending values: what is counted cannot be told apart more closely. */
static double
resolution(const double *x, size_t n)
{
	double		least = INFINITY;
	size_t		i;

	for (i = 1; i < n; i++)
		if (x[i] > x[i - 1])
			least = fmin(least, x[i] - x[i - 1]);
	return isinf(least) ? 0 : least;
}

/*
 * -ln of the chance that the greatest value is this far beyond the others
 * (ascending): halfway, as chances multiply, between a tail of Pareto, whose
 * exponent the ten greatest tell (Hill 1975), and an exponential one, both as
 * far as ten values can tell them.
 */
static double
tail_nats(double most, const double *others, size_t n)
{
	double		from = others[n - 1 - TAIL],
				second = others[n - 1],
				fine = resolution(others, n) / 2,
				logs = 0,
				sums = 0;
	size_t		j;

	if (second <= 0)
		return MOST_NATS;
	for (j = 1; j <= TAIL; j++)
	{
		logs += from > 0 ? log(others[n - j] / from) : INFINITY;
		sums += others[n - j] - from;
	}
	logs = fmax(logs, TAIL * log1p(fine / second));
	sums = fmax(sums, TAIL * fine);
	if (!(sums > 0))
		return MOST_NATS;
	return TAIL * (log1p(log(most / second) / logs) + log1p((most - second) / sums)) / 2;
}

/* The run of so many values on one side of the median whose nearest is farthest out. */
static double
farthest_run(const double *x, size_t n, double median, size_t run, size_t *place)
{
	double		most = -1;
	size_t		i,
				j;

	for (i = 0; i + run <= n; i++)
	{
		double		least = INFINITY;

		for (j = 0; j < run; j++)
			least = fmin(least, (x[i + j] - median) * (x[i] > median ? 1 : -1));
		if (least > most)
		{
			most = least;
			*place = i;
		}
	}
	return most;
}

/* A few values far out, in nats: the bound of Sellke, Bayarri, Berger (2001) for a chance of exp(-nats). */
static double
spike_gain(const double *x, size_t n, double median, double *room, size_t *at, size_t *length)
{
	double		best = 0;
	size_t		run,
				i;

	for (run = 1; run <= MOST_SPIKE; run++)
	{
		size_t		place = 0,
					others = 0;
		double		most = farthest_run(x, n, median, run, &place),
					nats;

		for (i = 0; i < n; i++)
			if (i < place || i >= place + run)
				room[others++] = fabs(x[i] - median);
		qsort(room, others, sizeof(double), ascending);
		if (others <= TAIL || most <= room[others - 1])
			continue;
		nats = fmin(run * tail_nats(most, room, others), MOST_NATS);
		if (nats - 1 - log(nats) > best && nats > 1)
		{
			best = nats - 1 - log(nats);
			*at = place;
			*length = run;
		}
	}
	return best;
}

/* The places between which 95 % of the weight lies. */
static void
interval(const Gains *g, double share, DmChangePoint *c)
{
	double		total = 0,
				sum = 0;
	size_t		i;

	for (i = g->from; i < g->to; i++)
		total += exp((g->at[i] - g->best) * share);
	c->low = c->high = g->best_at;
	for (i = g->from; i < g->to; i++)
	{
		double		before = sum;

		sum += exp((g->at[i] - g->best) * share);
		if (before <= 0.025 * total)
			c->low = i < g->best_at ? i : g->best_at;
		if (before < 0.975 * total)
			c->high = i > g->best_at ? i : g->best_at;
	}
	c->at = g->best_at;
}

/* Mean and standard deviation of the values in [from, to), or of all others. */
static void
describe(const double *x, size_t n, size_t from, size_t to, bool inside, double *mean, double *stddev)
{
	double		sum = 0,
				squares = 0;
	size_t		count = 0,
				i;

	for (i = 0; i < n; i++)
		if ((i >= from && i < to) == inside)
		{
			sum += x[i];
			count++;
		}
	*mean = sum / count;
	for (i = 0; i < n; i++)
		if ((i >= from && i < to) == inside)
			squares += (x[i] - *mean) * (x[i] - *mean);
	*stddev = count > 1 ? sqrt(squares / (count - 1)) : NAN;
}

/* Values for the means: far ones count less, where there is a spread to say what is far. */
static void
clip(const double *x, size_t n, double median, double *room, double *out)
{
	double		most;
	size_t		i;

	for (i = 0; i < n; i++)
		out[i] = fabs(x[i] - median);
	most = CLIP * 1.4826 * median_of(out, n, room);
	for (i = 0; i < n; i++)
		out[i] = most > 0 ? fmin(fmax(x[i] - median, -most), most) : x[i] - median;
}

/* What the change of mean leaves: "x" less the two means, or less the level and the line. */
static void
leave(const double *x, size_t n, DmChangeKind kind, size_t at, double *out)
{
	double		mean = 0,
				h = 0,
				hh = 0,
				hx = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		double		d = i < at ? 0 : kind == DM_CHANGE_TREND ? (double) (i - at + 1)
															 : 1;

		mean += x[i] / n;
		h += d / n;
		hh += d * d;
		hx += d * x[i];
	}
	hx = (hx - n * h * mean) / (hh - n * h * h);
	for (i = 0; i < n; i++)
		out[i] = x[i] - mean - hx * ((i < at ? 0 : kind == DM_CHANGE_TREND ? (double) (i - at + 1)
																			: 1) - h);
}

/* Values whose mean is the spread: log of the distance from the median, whatever the tail; in place. */
static void
spread(double *x, size_t n, double *room)
{
	double		median = median_of(x, n, room),
				least;
	size_t		i;

	for (i = 0; i < n; i++)
		x[i] = fabs(x[i] - median);
	least = 0.1 * median_of(x, n, room);
	for (i = 0; i < n; i++)
		x[i] = least > 0 ? log(x[i] + least) : 0;
}

/* nats[]: of the kinds, priors and what their best place costs paid. */
static void
choose(const double *nats, DmChangePoint *c)
{
	double		most = log(4 * KIND_PRIOR),
				total = 0;
	int			kind;

	c->kind = DM_CHANGE_NONE;
	for (kind = DM_CHANGE_SPIKE; kind < DM_CHANGE_KINDS; kind++)
		if (nats[kind] > most)
		{
			most = nats[kind];
			c->kind = (DmChangeKind) kind;
		}
	total = exp(log(4 * KIND_PRIOR) - most);
	c->confidence = 0;
	for (kind = DM_CHANGE_SPIKE; kind < DM_CHANGE_KINDS; kind++)
		c->confidence += exp(nats[kind] - most);
	c->confidence /= c->confidence + total;
}

/* Shift and trend of the clipped values, and the spread of what the better of them leaves. */
static void
weigh(double *values, size_t n, double cost, double *room, Gains *g, double *share, double *nats)
{
	DmChangeKind mean = DM_CHANGE_SHIFT;
	int			kind;

	shift_gains(values, n, LEAST_SHIFT, &g[DM_CHANGE_SHIFT]);
	trend_gains(values, n, &g[DM_CHANGE_TREND]);
	if (g[DM_CHANGE_TREND].best > g[DM_CHANGE_SHIFT].best)
		mean = DM_CHANGE_TREND;
	share[DM_CHANGE_SHIFT] = share[DM_CHANGE_TREND] = independence(values, n, g[DM_CHANGE_SHIFT].best_at);
	if (g[mean].best * share[mean] > cost)
	{
		leave(values, n, mean, g[mean].best_at, room);
		memcpy(values, room, n * sizeof(double));
	}
	spread(values, n, room);
	shift_gains(values, n, LEAST_VARIANCE < n / 2 ? LEAST_VARIANCE : n / 2, &g[DM_CHANGE_VARIANCE]);
	share[DM_CHANGE_VARIANCE] = independence(values, n, g[DM_CHANGE_VARIANCE].best_at);
	for (kind = DM_CHANGE_SHIFT; kind < DM_CHANGE_KINDS; kind++)
		nats[kind] = g[kind].best * share[kind] - cost;
}

bool
dm_change_point(const double *x, size_t n, double *room, DmChangePoint *c)
{
	double	   *values = room + n,
			   *gains = room + 2 * n;
	double		nats[DM_CHANGE_KINDS],
				share[DM_CHANGE_KINDS],
				median;
	Gains		g[DM_CHANGE_KINDS];
	size_t		length = 1,
				end;

	if (n < DM_CHANGE_LEAST)
		return false;
	median = median_of(x, n, room);
	g[DM_CHANGE_SHIFT].at = gains;
	g[DM_CHANGE_TREND].at = gains + n;
	g[DM_CHANGE_VARIANCE].at = gains + 2 * n;
	c->at = 0;
	nats[DM_CHANGE_SPIKE] = spike_gain(x, n, median, room, &c->at, &length) - log(MOST_SPIKE / KIND_PRIOR);
	clip(x, n, median, room, values);
	/* half of log n for a mean, log n for a place among n (Schwarz 1978) */
	weigh(values, n, 1.5 * log((double) n) - log(KIND_PRIOR), room, g, share, nats);
	choose(nats, c);

	c->low = c->high = c->at;
	c->before = c->after = c->before_stddev = c->after_stddev = NAN;
	if (c->kind == DM_CHANGE_NONE)
		return true;
	if (c->kind != DM_CHANGE_SPIKE)
		interval(&g[c->kind], share[c->kind], c);
	end = c->kind == DM_CHANGE_SPIKE ? c->at + length : n;
	describe(x, n, c->at, end, false, &c->before, &c->before_stddev);
	describe(x, n, c->at, end, true, &c->after, &c->after_stddev);
	return true;
}
