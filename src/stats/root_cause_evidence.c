/*
 * root_cause_evidence.c - what each leaf says for and against having changed.
 *
 * Counts.  A leaf's variance follows Taylor's power law V = a f^b (Taylor,
 * "Aggregation, variance and the mean", Nature 189, 1961), with 1 <= b <= 2, fitted to
 * the leaves that moved against the change, which its causes did not touch.
 * Likelihoods are quasi-Poisson ones: deviance over V / f.  Unchanged leaves are
 * now and then far off for no reason, with the share that those against the
 * change show; such a one may be anywhere, evenly on a log scale.
 */
#include "stats/root_cause_internal.h"

#include <math.h>
#include <string.h>

#include "stats/expectation.h"
#include "stats/sort.h"
#include "stats/special.h"

/* Features of counts. */
enum
{
	EXPECTED = 1,
	SCALED_ACTUAL,				/* over the dispersion */
	SCALED_EXPECTED,
	DEVIANCE,
	UNEXPLAINED,				/* minus its log-likelihood where it has done as the whole at most */
	TIED,						/* leaves that did not move */
	AGAINST,					/* leaves that moved against the change */
	ALONG,						/* leaves that moved along with it, and of these: */
	FACTOR,						/* its log */
	FACTOR_SQUARE,
	SURPRISE,					/* minus its log-likelihood, as UNEXPLAINED */
	ADDED,						/* log of what was added */
	ADDED_SQUARE,
	ADDED_DENSITY				/* from that of the log of what was added to that of the log of the factor */
};

/* Features of rates. */
enum
{
	EVENTS = 1,
	TRIALS,
	EVENTS_BEFORE,
	TRIALS_BEFORE,
	INFORMATION					/* events that now and before are worth together */
};

/* Least leaves that a median is taken of. */
#define LEAST 8

/* Nothing is known better than to one per cent. */
#define FLOOR 0.01

/* Of one degree of freedom. */
#define CHI_SQUARE_MEDIAN 0.45493642311957

static const double half_log_two_pi = 0.91893853320467274;

typedef struct Fit
{
	DmTaylor	law;
	bool		counts;			/* whole numbers, none less dispersed than Poisson's */
	double		least;			/* what is expected at least */
	double		stray;			/* share of leaves that are far off for no reason */
	double		farthest;		/* that a leaf moved against the change */
	double		span;			/* log of the largest factor seen */
} Fit;

/* Twice the log-likelihood that Poisson's law loses between v and f. */
static double
poisson_deviance(double v, double f)
{
	double		d = v > 0 ? v * log(v / f) - (v - f) : f;

	return d > 0 ? 2 * d : 0;
}

static double
dispersion(const Fit *fit, double f)
{
	double		phi = dm_taylor_dispersion(&fit->law, f);

	if (phi < FLOOR * FLOOR * f)
		phi = FLOOR * FLOOR * f;
	return fit->counts && phi < 1 ? 1 : phi;
}

/*
 * What a leaf of which nothing is expected has: half the median of those that
 * have something, by how many have; or half the least that anything is expected of.
 */
static double
least_expected(const DmLeaves *l, double *v, double *scratch)
{
	double		smallest = HUGE_VAL;
	int			none = 0;
	int			n = 0;
	int			j;

	for (j = 0; j < l->n; j++)
	{
		if (l->expected[j] > 0)
			smallest = l->expected[j] < smallest ? l->expected[j] : smallest;
		else
		{
			none++;
			if (l->actual[j] > 0)
				v[n++] = l->actual[j];
		}
	}
	if (smallest == HUGE_VAL)
		smallest = n > 0 ? dm_median(v, (size_t) n, scratch) : 1;
	if (n >= LEAST)
	{
		double		typical = dm_median(v, (size_t) n, scratch) * n / none;

		return typical < smallest ? typical : smallest;
	}
	return smallest / 2;
}

/*
 * The dispersion of leaves with expectations between two bounds; NaN where too
 * few say.  At first those that moved against the change are asked, then those
 * that no cause has.
 */
static double
bin_dispersion(const DmLeaves *l, const int8_t *owner, double direction, double from, double to, double *v,
			   double *scratch)
{
	int			side;

	for (side = owner ? 1 : 0; side < 2; side++)
	{
		int			n = 0;
		int			j;
		double		m;

		for (j = 0; j < l->n; j++)
		{
			double		f = l->expected[j];
			double		a = l->actual[j] > 0 ? l->actual[j] : 0;

			if (f >= from && f <= to && f > 0 && (side > 0 || (a - f) * direction < 0) &&
				(!owner || owner[j] < 0))
				v[n++] = poisson_deviance(a, f);
		}
		if (n < LEAST)
			continue;
		m = dm_median(v, (size_t) n, scratch) / CHI_SQUARE_MEDIAN;
		return m;
	}
	return NAN;
}

static void
fit_dispersion(const DmLeaves *l, const int8_t *owner, double direction, double *scratch, Fit *fit)
{
	double	   *f = scratch;
	double	   *v = scratch + l->n;
	double	   *rest = scratch + 2 * (size_t) l->n;
	DmTaylorFit sums = {0};
	int			n = 0;
	int			bins;
	int			i;

	fit->law.a = 1;
	fit->law.b = 0;
	for (i = 0; i < l->n; i++)
		if (l->expected[i] > fit->least)
			f[n++] = l->expected[i];
	if (n < LEAST)
		return;
	dm_sort_doubles(f, f, v, (size_t) n);
	bins = dm_taylor_bins((size_t) n);
	for (i = 0; i < bins; i++)
	{
		size_t		first = (size_t) n * (size_t) i / (size_t) bins;
		size_t		last = (size_t) n * (size_t) (i + 1) / (size_t) bins - 1;
		double		phi = bin_dispersion(l, owner, direction, f[first], f[last], v, rest);

		if (phi > 0)
			dm_taylor_add(&sums, f[(first + last) / 2], phi);
	}
	fit->law = dm_taylor(&sums);
}

/*
 * Log of the density of v where it may have changed in its direction by any
 * factor, evenly on a log scale, over that where it has not.
 */
static double
changed_log_ratio(const Fit *fit, double v, double phi, double deviance)
{
	double		at = v > phi ? v : phi;

	return deviance / 2 + half_log_two_pi + 0.5 * log(phi / at) - log(fit->span);
}

/*
 * The share of leaves that are far off: of those that moved against the change,
 * and of those that moved along and that no cause has; the larger.
 */
static void
fit_stray(const DmLeaves *l, const int8_t *owner, double direction, Fit *fit)
{
	double		off[2] = {0, 0};
	double		all[2] = {0, 0};
	int			j;

	for (j = 0; j < l->n; j++)
	{
		double		v = l->actual[j] > 0 ? l->actual[j] : 0;
		double		f = l->expected[j] > fit->least ? l->expected[j] : fit->least;
		double		phi = dispersion(fit, f);
		int			along = (v - f) * direction >= 0;

		if (along && (!owner || owner[j] >= 0))
			continue;
		all[along]++;
		if (!along && fabs(v - f) > fit->farthest)
			fit->farthest = fabs(v - f);
		if (changed_log_ratio(fit, v, phi, poisson_deviance(v, f) / phi) > log(LEAST))
			off[along]++;
	}
	if (!(fit->farthest > 0))
		fit->farthest = sqrt(dispersion(fit, fit->least) * fit->least);
	fit->stray = fmax((off[0] + 0.5) / (all[0] + 1.0), owner ? (off[1] + 0.5) / (all[1] + 1.0) : 0);
	fit->stray = fmin(fmax(fit->stray, 0.5 / l->n), 0.2);
}

/*
 * The share of leaves that would be as far off for no reason: farther than any
 * was against the change, as many as a tail of Pareto's with index 2 has, the
 * heaviest that may have a variance.
 */
static double
stray_share(const Fit *fit, double distance)
{
	double		far = fit->farthest / distance;

	return far < 1 ? fit->stray * far * far : fit->stray;
}

/* log(1 - e + e exp(x)), without overflow */
static double
log_mixture(double e, double x)
{
	x += log(e);
	return x > 30 ? x : log1p(-e + exp(x));
}

/*
 * A leaf that has not changed may still have moved as the whole did, or less:
 * "f" of it is what is expected then.
 */
static void
leaf_evidence(const Fit *fit, const DmEvidence *e, double v, double f, double phi, double *x)
{
	double		start = phi / 2;
	double		noise = phi / (f + start);
	double		added = (v - f) * e->direction;
	double		least = 0.3 * sqrt(phi * f);
	double		stray = stray_share(fit, fabs(v - f));
	double		y = log((v + start) / (f + start));
	double		unchanged = f;
	double		deviance;
	double		normal;

	if (added > 0)
	{
		unchanged = f * exp(e->whole);
		if ((v - unchanged) * e->direction < 0)
			unchanged = v;
	}
	deviance = poisson_deviance(v, unchanged) / phi;
	x[SCALED_ACTUAL] = v / phi;
	x[SCALED_EXPECTED] = f / phi;
	x[DEVIANCE] = poisson_deviance(v, f) / phi;
	x[UNEXPLAINED] = deviance / 2 - log_mixture(stray, changed_log_ratio(fit, v, phi, deviance) - log(2));

	/* A leaf that is seldom there does not say whether it would have grown. */
	if (v == 0 && f < 2 * phi && e->direction > 0)
		return;
	if (added <= 0)
	{
		x[added < 0 ? AGAINST : TIED] = 1;
		return;
	}
	normal = log((v + start) / (unchanged + start));
	normal = -half_log_two_pi - 0.5 * log(noise) - normal * normal / noise / 2;
	x[ALONG] = 1;
	x[FACTOR] = y;
	x[FACTOR_SQUARE] = y * y;
	x[SURPRISE] = -normal - log_mixture(stray, -log(2 * fit->span) - normal);
	added = added > least ? added : least;
	x[ADDED] = log(added);
	x[ADDED_SQUARE] = x[ADDED] * x[ADDED];
	x[ADDED_DENSITY] = log((v + start) / added);
}

void
dm_evidence_of_counts(const DmLeaves *l, const int8_t *owner, double *scratch, DmEvidence *e)
{
	Fit			fit = {0};
	double		most = 0;
	double		expected = 0;
	int			j;

	e->rates = false;
	memset(e->feature, 0, (size_t) l->n * DM_RC_FEATURES * sizeof(double));
	e->change = 0;
	fit.counts = true;
	for (j = 0; j < l->n; j++)
	{
		e->change += l->actual[j] - l->expected[j];
		expected += l->expected[j];
		fit.counts = fit.counts && l->actual[j] == floor(l->actual[j]) && l->actual[j] >= 0;
	}
	e->direction = e->change < 0 ? -1 : 1;
	e->whole = expected > 0 && e->change + expected > 0 ? log(1 + e->change / expected) : 0;
	fit.least = least_expected(l, scratch, scratch + l->n);
	fit_dispersion(l, owner, e->direction, scratch, &fit);
	for (j = 0; j < l->n; j++)
	{
		double		f = l->expected[j] > fit.least ? l->expected[j] : fit.least;
		double		v = l->actual[j] > fit.least ? l->actual[j] : fit.least;

		if (fabs(log(v / f)) > most)
			most = fabs(log(v / f));
	}
	fit.span = most > 1 ? most : 1;
	e->span = fit.span;
	e->parameter = 0.5 * log(l->n);
	fit_stray(l, owner, e->direction, &fit);
	for (j = 0; j < l->n; j++)
	{
		double		v = l->actual[j] > 0 ? l->actual[j] : 0;
		double		f = l->expected[j] > fit.least ? l->expected[j] : fit.least;
		double		phi = dispersion(&fit, f);
		double	   *x = e->feature + (size_t) j * DM_RC_FEATURES;

		if (l->dispersion && l->dispersion[j] > phi)
			phi = l->dispersion[j];
		x[DM_RC_CONTRIBUTION] = l->actual[j] - l->expected[j];
		x[EXPECTED] = f;
		leaf_evidence(&fit, e, v, f, phi, x);
		scratch[j] = phi;
		scratch[l->n + j] = phi / (f + phi / 2);
	}
	e->dispersion = dm_median(scratch, (size_t) l->n, scratch + 2 * (size_t) l->n);
	e->noise = dm_median(scratch + l->n, (size_t) l->n, scratch + 2 * (size_t) l->n);
}

/* Log-likelihood of n numbers, known by their sums, under a normal law with this mean and variance. */
static double
normal_log_likelihood(double n, double sum, double squares, double mean, double variance)
{
	return -n * (half_log_two_pi + 0.5 * log(variance)) - (squares - 2 * mean * sum + n * mean * mean) / variance / 2;
}

/* The same, of the law that fits best with no less than the noise of the middle leaf, less what its parameters cost. */
static double
fitted_log_likelihood(const DmEvidence *e, double n, double sum, double squares)
{
	double		mean = sum / n;
	double		variance = squares / n - mean * mean;

	if (variance > e->noise)
		return normal_log_likelihood(n, sum, squares, mean, variance) - 2 * e->parameter;
	return normal_log_likelihood(n, sum, squares, mean, e->noise) - e->parameter;
}

/* All leaves by one factor, but for a dispersion of their own. */
static double
ratio_gain(const DmEvidence *e, const double *x, int n)
{
	double		together = poisson_deviance(x[SCALED_ACTUAL], x[SCALED_EXPECTED]);
	double		rest = x[DEVIANCE] - together;

	if (rest > n)
		return x[UNEXPLAINED] - n / 2.0 * (log(rest / n) + 1) - 2 * e->parameter;
	return x[UNEXPLAINED] - rest / 2 - e->parameter;
}

static double
log_mean(double n, double sum, double squares)
{
	double		mean = sum / n;

	return mean + (squares / n - mean * mean) / 2;
}

/*
 * That so many leaves moved along, against and not at all: of leaves that have
 * changed at least half move along, of others as many as against.
 */
static double
directions_gain(double along, double against, double tied)
{
	double		share = along / (along + against + tied);

	if (share < 0.5)
		share = 0.5;
	return along * log(share) + (share < 1 ? against * log(2 * (1 - share)) + tied * log(1 - share) : 0);
}

static double
counts_gain(const DmEvidence *e, const double *x, int n, double *explained)
{
	double		m = x[ALONG];
	double		most = x[DM_RC_CONTRIBUTION] * e->direction;
	double		ratio = x[SCALED_ACTUAL] / x[SCALED_EXPECTED];
	double		divided;
	double		law;
	double		best;
	double		gain;

	*explained = 0;
	if (most <= 0 || (ratio - exp(e->whole)) * e->direction <= 0)
		return -HUGE_VAL;
	best = ratio_gain(e, x, n);
	law = fabs(ratio - 1) * x[EXPECTED];
	if (m > 0)
	{
		divided = x[SURPRISE] + directions_gain(m, x[AGAINST], x[TIED]);
		gain = divided + fitted_log_likelihood(e, m, x[FACTOR], x[FACTOR_SQUARE]);
		if (gain > best)
		{
			best = gain;
			law = fabs(exp(log_mean(m, x[FACTOR], x[FACTOR_SQUARE])) - 1) * x[EXPECTED];
		}
		gain = divided + x[ADDED_DENSITY] +
			fitted_log_likelihood(e, m, x[ADDED], x[ADDED_SQUARE]);
		if (gain > best)
		{
			best = gain;
			law = m * exp(log_mean(m, x[ADDED], x[ADDED_SQUARE]));
		}
	}
	*explained = law < most ? law : most;
	return best;
}

static double
binomial(double k, double n)
{
	double		r = k > 0 ? k * log(k / n) : 0;

	return n > k ? r + (n - k) * log((n - k) / n) : r;
}

/* Twice the log-likelihood that one rate for now and before loses. */
static double
two_rates_deviance(double k, double n, double k0, double n0)
{
	double		d = binomial(k, n) + binomial(k0, n0) - binomial(k + k0, n + n0);

	return d > 0 && n > 0 && n0 > 0 ? 2 * d : 0;
}

/* Events that the difference of two rates of a leaf rests on. */
static double
information(double k, double n, double k0, double n0)
{
	double		p = (k + k0) / (n + n0);

	return n > 0 && n0 > 0 ? p * (1 - p) * n * n0 / (n + n0) : 0;
}

/* Deviances of leaves with information between two bounds, perhaps only of those that moved against the change. */
static int
bin_deviances(const DmLeaves *l, const int8_t *owner, const DmEvidence *e, bool against, double from, double to,
			  double *v)
{
	int			n = 0;
	int			j;

	for (j = 0; j < l->n; j++)
	{
		const double *x = e->feature + (size_t) j * DM_RC_FEATURES;

		if (x[INFORMATION] < from || x[INFORMATION] > to || (owner && owner[j] >= 0) ||
			(against && (x[EVENTS] * x[TRIALS_BEFORE] - x[EVENTS_BEFORE] * x[TRIALS]) * e->direction >= 0))
			continue;
		v[n++] = two_rates_deviance(x[EVENTS], x[TRIALS], x[EVENTS_BEFORE], x[TRIALS_BEFORE]);
	}
	return n;
}

/*
 * Dispersion of rates grows with what a leaf has, as that of counts does: a b-th
 * power of its information, fitted to medians of bins of leaves that no cause has.
 */
static void
fit_rates(const DmLeaves *l, const int8_t *owner, const DmEvidence *e, double *scratch, Fit *fit)
{
	double	   *sorted = scratch;
	double	   *v = scratch + l->n;
	DmTaylorFit sums = {0};
	int			n = 0;
	int			bins;
	int			i;

	for (i = 0; i < l->n; i++)
		if (e->feature[(size_t) i * DM_RC_FEATURES + INFORMATION] >= 1 && (!owner || owner[i] < 0))
			sorted[n++] = e->feature[(size_t) i * DM_RC_FEATURES + INFORMATION];
	fit->law.a = 1;
	fit->law.b = 0;
	fit->counts = true;
	if (n < LEAST)
		return;
	dm_sort_doubles(sorted, sorted, v, (size_t) n);
	bins = dm_taylor_bins((size_t) n);
	for (i = 0; i < bins; i++)
	{
		size_t		first = (size_t) n * (size_t) i / (size_t) bins;
		size_t		last = (size_t) n * (size_t) (i + 1) / (size_t) bins - 1;
		int			used = bin_deviances(l, owner, e, owner == NULL, sorted[first], sorted[last], v);

		if (used < LEAST)
			used = bin_deviances(l, owner, e, false, sorted[first], sorted[last], v);
		dm_taylor_add(&sums, sorted[(first + last) / 2],
					  fmax(dm_median(v, (size_t) used, scratch + 2 * (size_t) l->n) / CHI_SQUARE_MEDIAN, 1));
	}
	fit->law = dm_taylor(&sums);
}

void
dm_evidence_of_rates(const DmLeaves *l, const int8_t *owner, double *scratch, DmEvidence *e)
{
	Fit			fit = {0};
	double		k = 0, n = 0, k0 = 0, n0 = 0;
	double		mean;
	int			j;

	e->rates = true;
	e->parameter = 0.5 * log(l->n);
	memset(e->feature, 0, (size_t) l->n * DM_RC_FEATURES * sizeof(double));
	for (j = 0; j < l->n; j++)
	{
		k += l->actual[j];
		n += l->trials[j];
		k0 += l->expected[j];
		n0 += l->reference_trials[j];
	}
	e->change = k / n - k0 / n0;
	e->direction = e->change < 0 ? -1 : 1;
	mean = (k / n + k0 / n0) / 2;
	for (j = 0; j < l->n; j++)
	{
		double	   *x = e->feature + (size_t) j * DM_RC_FEATURES;

		x[DM_RC_CONTRIBUTION] = l->actual[j] / n - l->expected[j] / n0 -
			mean * (l->trials[j] / n - l->reference_trials[j] / n0);
		x[EVENTS] = l->actual[j];
		x[TRIALS] = l->trials[j];
		x[EVENTS_BEFORE] = l->expected[j];
		x[TRIALS_BEFORE] = l->reference_trials[j];
		x[INFORMATION] = information(l->actual[j], l->trials[j], l->expected[j], l->reference_trials[j]);
	}
	fit_rates(l, owner, e, scratch, &fit);
	for (j = 0; j < l->n; j++)
	{
		double	   *x = e->feature + (size_t) j * DM_RC_FEATURES;
		int			i;

		scratch[j] = dispersion(&fit, x[INFORMATION]);
		for (i = EVENTS; i <= TRIALS_BEFORE; i++)
			x[i] /= scratch[j];
	}
	e->dispersion = dm_median(scratch, (size_t) l->n, scratch + l->n);
}

static double
rates_gain(const DmEvidence *e, const double *x, double *explained)
{
	double		moved = x[EVENTS] / x[TRIALS] - x[EVENTS_BEFORE] / x[TRIALS_BEFORE];

	*explained = x[DM_RC_CONTRIBUTION] * e->direction;
	if (x[TRIALS] <= 0 || x[TRIALS_BEFORE] <= 0 || (moved - e->change) * e->direction < -1e-9 * fabs(e->change))
		return -HUGE_VAL;
	return two_rates_deviance(x[EVENTS], x[TRIALS], x[EVENTS_BEFORE], x[TRIALS_BEFORE]) / 2 - e->parameter;
}

bool
dm_evidence_shift(const DmEvidence *e, const double *x, double *shift, double *variance)
{
	double		v = e->rates ? x[EVENTS] : x[SCALED_ACTUAL];
	double		f = e->rates ? x[EVENTS_BEFORE] * x[TRIALS] / x[TRIALS_BEFORE] : x[SCALED_EXPECTED];

	if (!(f > 0) || !isfinite(f))
		return false;
	*shift = log((v + 0.5) / (f + 0.5)) * e->direction;
	*variance = 1 / (v + 0.5) + (e->rates ? 1 / (x[EVENTS_BEFORE] + 0.5) : 0);
	return true;
}

double
dm_evidence_unchanged(const DmEvidence *e, const double *whole, const double *rest)
{
	double		factor;
	double		v;
	double		f;

	if (e->rates)
	{
		factor = whole[EVENTS] / whole[TRIALS] * whole[TRIALS_BEFORE] / whole[EVENTS_BEFORE];
		v = rest[EVENTS];
		f = rest[TRIALS_BEFORE] > 0 ? rest[EVENTS_BEFORE] * rest[TRIALS] / rest[TRIALS_BEFORE] : 0;
	}
	else
	{
		factor = whole[SCALED_ACTUAL] / whole[SCALED_EXPECTED];
		v = rest[SCALED_ACTUAL];
		f = rest[SCALED_EXPECTED];
	}
	return f * (factor - 1) - (v > 0 ? v * log(factor) : 0);
}

double
dm_evidence_gain(const DmEvidence *e, const double *sum, int leaves, double *explained)
{
	return e->rates ? rates_gain(e, sum, explained) : counts_gain(e, sum, leaves, explained);
}
