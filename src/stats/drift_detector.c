/*
 * drift_detector.c - changes of a mean; see drift_detector.h.
 */
#include "stats/drift_detector.h"

#include <math.h>
#include <string.h>

#define SMALL_EFFECT 0.2		/* Cohen 1988: a difference of means in standard deviations, or of arcsines */
#define EFFECT_VARIANCE 0.1		/* what is expected: between his small effect and his medium one, 0.5 */
#define LEAST_BEFORE 32			/* rows that make a reference */
#define LEAST_AFTER 32			/* of numbers: the mean of fewer need not be nearly normal */
#define CLIP 3.0				/* standard deviations: a number farther out counts as so many */

#define NO_EVIDENCE (-1e300)

/* Rows, sum and sum of squares of a run of buckets. */
typedef struct Part
{
	double		n;
	double		sum;
	double		squares;
} Part;

/* Where the evidence is greatest. */
typedef struct Split
{
	double		log_factor;
	Part		before;
	Part		after;
} Split;

static void
prefer(Split *best, double log_factor, const Part *before, const Part *after)
{
	if (log_factor > best->log_factor)
	{
		best->log_factor = log_factor;
		best->before = *before;
		best->after = *after;
	}
}

void
dm_drift_init(DmDrift *d, double run_length)
{
	memset(d, 0, sizeof(*d));
	d->run_length = run_length;
}

static void
add(Part *p, double n, const DmDriftBucket *b)
{
	p->n += n;
	p->sum += b->sum;
	p->squares += b->squares;
}

static double
size_of(int level)
{
	return ldexp(DM_DRIFT_ROWS, level);
}

void
dm_drift_restore(DmDrift *d)
{
	Part		p = {0, 0, 0};
	int			level;
	uint32_t	i;

	for (level = DM_DRIFT_LEVELS - 1; level >= 0; level--)
		for (i = 0; i < d->n[level]; i++)
			add(&p, size_of(level), &d->bucket[level][i]);
	d->rows = p.n;
	d->total.sum = p.sum;
	d->total.squares = p.squares;
}

/*
 * ln of the probability of k ones among n rows in one given order, their
 * share being Beta(1/2, 1/2) (Krichevsky, Trofimov 1981).
 */
static double
log_shares(double k, double n)
{
	static const double log_pi = 1.1447298858494002;

	return lgamma(k + 0.5) + lgamma(n - k + 0.5) - lgamma(n + 1) - log_pi;
}

/*
 * Two normal means against one, the variance unknown, the difference in
 * standard deviations being normal around 0 a priori (Gonen, Johnson,
 * Lu, Westfall 2005, The Bayesian two-sample t test).
 */
static double
log_factor_of_means(const Part *a, const Part *b)
{
	double		n = a->n + b->n,
				pairs = a->n * b->n / n,
				difference = b->sum / b->n - a->sum / a->n,
				total = a->squares + b->squares - (a->sum + b->sum) * (a->sum + b->sum) / n,
				between = pairs * difference * difference,
				within = fmax(total - between, 0);

	double		spread = 1 + EFFECT_VARIANCE * pairs;

	if (!(between > 0))
		return -0.5 * log(spread);
	return -0.5 * log(spread) + (n - 1) / 2 * log((within + between) / (within + between / spread));
}

static bool
matters(const DmDrift *d, const Part *a, const Part *b)
{
	double		p = a->sum / a->n,
				q = b->sum / b->n,
				within;

	if (!d->numeric)
		return fabs(2 * asin(sqrt(q)) - 2 * asin(sqrt(p))) >= SMALL_EFFECT;
	within = a->squares - a->sum * p + b->squares - b->sum * q;
	return (q - p) * (q - p) * (a->n + b->n) >= SMALL_EFFECT * SMALL_EFFECT * fmax(within, 0);
}

/* ln(exp(a) + exp(b)) */
static double
log_add(double a, double b)
{
	return a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
}

/*
 * The sum of Bayes factors over the rows at which a change may have been; a
 * bucket stands for all of its rows.  "best" is where a change would be placed,
 * "sure" where there are rows enough to tell its size.
 */
static double
weigh(const DmDrift *d, Split *best, Split *sure)
{
	Part		after = {0, 0, 0};
	double		one = d->numeric ? 0 : log_shares(d->total.sum, d->rows),
				sum = NO_EVIDENCE;
	int			level;
	uint32_t	i;

	for (level = 0; level < DM_DRIFT_LEVELS; level++)
		for (i = d->n[level]; i-- > 0;)
		{
			Part		before;
			double		factor;

			add(&after, size_of(level), &d->bucket[level][i]);
			before.n = d->rows - after.n;
			before.sum = d->total.sum - after.sum;
			before.squares = d->total.squares - after.squares;
			if (before.n < LEAST_BEFORE)
				return sum;
			factor = d->numeric ? log_factor_of_means(&before, &after) :
				log_shares(before.sum, before.n) + log_shares(after.sum, after.n) - one;
			prefer(best, factor, &before, &after);
			if (d->numeric && after.n < LEAST_AFTER)
				continue;
			prefer(sure, factor, &before, &after);
			sum = log_add(sum, factor + log(size_of(level)));
		}
	return sum;
}

/* Keep the buckets of the last "rows" rows, but for the oldest of them: the change may lie in it. */
static void
keep(DmDrift *d, double rows)
{
	double		kept = 0;
	int			level,
				oldest = 0;

	for (level = 0; level < DM_DRIFT_LEVELS; level++)
	{
		uint32_t	i = d->n[level];

		while (i > 0 && kept < rows)
		{
			kept += size_of(level);
			oldest = level;
			i--;
		}
		d->n[level] -= i;
		memmove(d->bucket[level], d->bucket[level] + i, d->n[level] * sizeof(DmDriftBucket));
	}
	d->n[oldest]--;
	memmove(d->bucket[oldest], d->bucket[oldest] + 1, d->n[oldest] * sizeof(DmDriftBucket));
}

static double
threshold(const DmDrift *d)
{
	if (d->run_length > 0)
		return d->run_length;
	return d->numeric ? DM_DRIFT_RUN_OF_NUMBERS : DM_DRIFT_RUN_OF_ERRORS;
}

static void
look(DmDrift *d)
{
	Split		best = {NO_EVIDENCE, {0, 0, 0}, {0, 0, 0}},
				sure = best;

	d->evidence = weigh(d, &best, &sure);
	if (!(d->evidence >= log(threshold(d)) && matters(d, &sure.before, &sure.after)))
		return;
	d->detected = 1;
	d->drifts++;
	d->found_row = d->used;
	d->change_row = d->used - (uint64_t) best.after.n + 1;
	d->before = d->origin + best.before.sum / best.before.n;
	d->after = d->origin + best.after.sum / best.after.n;
	keep(d, best.after.n);
	dm_drift_restore(d);
}

/* What waits becomes a bucket; of too many of a size the two oldest become one of the next. */
static void
store(DmDrift *d)
{
	int			level;

	d->bucket[0][d->n[0]++] = d->last;
	for (level = 0; level < DM_DRIFT_LEVELS && d->n[level] > DM_DRIFT_WIDTH; level++)
	{
		DmDriftBucket *b = d->bucket[level];

		if (level + 1 < DM_DRIFT_LEVELS)
		{
			DmDriftBucket *up = &d->bucket[level + 1][d->n[level + 1]++];

			up->sum = b[0].sum + b[1].sum;
			up->squares = b[0].squares + b[1].squares;
		}
		d->n[level] -= 2;
		memmove(b, b + 2, d->n[level] * sizeof(*b));
	}
	memset(&d->last, 0, sizeof(d->last));
	d->waiting = 0;
}

/*
 * A number far out counts as three standard deviations, unless it is the third
 * one or later out there: a few are no change.
 */
static double
clipped(DmDrift *d, double x)
{
	double		mean,
				most;

	if (!d->numeric || d->rows < LEAST_BEFORE)
		return x;
	mean = d->total.sum / d->rows;
	most = CLIP * sqrt(fmax(d->total.squares / d->rows - mean * mean, 0));
	if (most == 0 || fabs(x - mean) <= most)
	{
		d->beyond = 0;
		return x;
	}
	if (d->above != (x > mean))
		d->beyond = 0;
	d->above = x > mean;
	if (d->beyond == DM_DRIFT_BEYOND)
		return x;
	d->beyond++;
	return x > mean ? mean + most : mean - most;
}

void
dm_drift_skip(DmDrift *d)
{
	d->unused++;
	d->detected = 0;
}

bool
dm_drift_update(DmDrift *d, double x)
{
	if (!(fabs(x) <= DM_DRIFT_MOST))
	{
		dm_drift_skip(d);
		return false;
	}
	d->used++;
	d->detected = 0;
	if (x != 0 && x != 1)
	{
		if (d->used == 1)
			d->origin = x;
		d->numeric = 1;
	}
	x = clipped(d, x - d->origin);
	d->last.sum += x;
	d->last.squares += x * x;
	if (++d->waiting == DM_DRIFT_ROWS)
	{
		store(d);
		dm_drift_restore(d);
		look(d);
	}
	return true;
}

bool
dm_drift_valid(const DmDrift *d)
{
	double		rows = d->waiting;
	int			level;
	uint32_t	i;

	for (level = 0; level < DM_DRIFT_LEVELS; level++)
		for (i = 0; i < d->n[level]; i++)
		{
			const DmDriftBucket *b = &d->bucket[level][i];

			rows += size_of(level);
			if (b->squares < 0 || (!d->numeric && (b->sum != b->squares || b->sum < 0 ||
												   b->sum > size_of(level) || b->sum != floor(b->sum))))
				return false;
		}
	if (!d->numeric && (d->origin != 0 || d->last.sum != d->last.squares || d->last.sum < 0 ||
						d->last.sum > d->waiting || d->last.sum != floor(d->last.sum)))
		return false;
	return rows <= (double) d->used && d->last.squares >= 0 && d->drifts <= d->used &&
		d->change_row <= d->found_row && d->found_row <= d->used &&
		(d->drifts > 0) == (d->change_row > 0) && (!d->detected || d->drifts > 0) &&
		(d->run_length == 0 || d->run_length >= DM_DRIFT_LEAST_RUN);
}
