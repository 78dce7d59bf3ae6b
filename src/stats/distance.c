/*
 * distance.c - distances between two samples.
 *
 * Numbers come as bins whose distribution functions F and G are linear inside
 * a bin and jump at a point mass, so every integral below is exact for that
 * model; when all bins are points it is exact for the data.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/distance.h"

static void
side_begin(DmWalkSide *s, const DmBins *bins)
{
	s->bins = bins;
	s->next = 0;
	s->passed = 0;
}

void
dm_walk_begin(DmWalk *w, const DmBins *reference, const DmBins *current)
{
	side_begin(&w->ref, reference);
	side_begin(&w->cur, current);
	w->started = false;
	memset(&w->knot, 0, sizeof(w->knot));
}

/* The nearest edge of this side beyond x, or infinity; at first the lowest. */
static double
side_next_edge(const DmWalkSide *s, bool started, double x)
{
	const DmBin *b;

	if (s->next >= s->bins->n)
		return INFINITY;
	b = &s->bins->bin[s->next];
	return started && b->lo <= x ? b->hi : b->lo;
}

/* Move this side to x, which is not beyond its next edge. */
static void
side_advance(DmWalkSide *s, double x, double *below, double *upto)
{
	const DmBins *bins = s->bins;
	double		part = 0;

	/* intervals that end here have passed before x */
	while (s->next < bins->n && bins->bin[s->next].lo < x && bins->bin[s->next].hi <= x)
		s->passed += bins->bin[s->next++].count;
	if (s->next < bins->n && bins->bin[s->next].lo < x)
	{
		const DmBin *b = &bins->bin[s->next];

		part = b->count * ((x / 2 - b->lo / 2) / (b->hi / 2 - b->lo / 2));
	}
	*below = s->passed + part;
	/* points are here */
	while (s->next < bins->n && bins->bin[s->next].hi <= x)
		s->passed += bins->bin[s->next++].count;
	*upto = s->passed + part;
}

bool
dm_walk_next(DmWalk *w)
{
	double		r = side_next_edge(&w->ref, w->started, w->knot.x);
	double		c = side_next_edge(&w->cur, w->started, w->knot.x);
	double		x = r < c ? r : c;

	if (isinf(x))
		return false;
	w->knot.x = x;
	side_advance(&w->ref, x, &w->knot.ref_below, &w->knot.ref_upto);
	side_advance(&w->cur, x, &w->knot.cur_below, &w->knot.cur_upto);
	w->started = true;
	return true;
}

/* Mean of |d| where d goes linearly from a to b. */
static double
mean_abs(double a, double b)
{
	if ((a >= 0) == (b >= 0))
		return (fabs(a) + fabs(b)) / 2;
	return (a * a + b * b) / (2 * (fabs(a) + fabs(b)));
}

/* The two halves of the width keep a range wider than DBL_MAX finite. */
double
dm_segment(double lo, double hi, double a, double b)
{
	double		mean = mean_abs(a, b);

	if (isinf(hi - lo))
		return 2 * (mean * (hi / 2 - lo / 2));
	return mean * (hi - lo);
}

double
dm_wasserstein(const DmBins *reference, const DmBins *current)
{
	double		sum = 0;
	double		last_x = 0,
				last_d = 0;
	bool		first = true;
	DmWalk		w;

	if (!(reference->total > 0) || !(current->total > 0))
		return NAN;
	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		d = w.knot.ref_below / reference->total - w.knot.cur_below / current->total;

		if (!first)
			sum += dm_segment(last_x, w.knot.x, last_d, d);
		first = false;
		last_x = w.knot.x;
		last_d = w.knot.ref_upto / reference->total - w.knot.cur_upto / current->total;
	}
	return sum;
}

double
dm_ks_statistic(const DmBins *reference, const DmBins *current)
{
	double		most = 0;
	DmWalk		w;

	if (!(reference->total > 0) || !(current->total > 0))
		return NAN;
	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		below = w.knot.ref_below / reference->total -
			w.knot.cur_below / current->total;
		double		upto = w.knot.ref_upto / reference->total - w.knot.cur_upto / current->total;

		most = fmax(most, fmax(fabs(below), fabs(upto)));
	}
	return most;
}

double
dm_bins_mean(const DmBins *b)
{
	double		mean = 0;
	double		n = 0;
	size_t		i;

	if (!(b->total > 0))
		return NAN;
	for (i = 0; i < b->n; i++)
	{
		double		share;

		n += b->bin[i].count;
		share = b->bin[i].count / n;
		mean = mean * (1 - share) + (b->bin[i].lo / 2 + b->bin[i].hi / 2) * share;
	}
	return mean;
}

/* Two passes, in units of the largest deviation so that no square overflows. */
double
dm_bins_stddev(const DmBins *b)
{
	double		mean = dm_bins_mean(b);
	double		unit = 0;
	double		sum = 0,
				drift = 0;
	size_t		i;

	if (isnan(mean))
		return NAN;
	unit = fmax(fabs(b->bin[0].lo / 2 - mean / 2), fabs(b->bin[b->n - 1].hi / 2 - mean / 2));
	if (unit == 0)
		return 0;
	for (i = 0; i < b->n; i++)
	{
		const DmBin *bin = &b->bin[i];
		double		d = (bin->lo / 4 + bin->hi / 4 - mean / 2) / unit;
		double		width = (bin->hi / 2 - bin->lo / 2) / unit;

		drift += bin->count * d;
		sum += bin->count * (d * d + width * width / 12);
	}
	sum -= drift * drift / b->total;
	return sum > 0 ? 2 * unit * sqrt(sum / b->total) : 0;
}

double
dm_reference_scale(const DmBins *reference)
{
	double		stddev = dm_bins_stddev(reference);

	return isnan(stddev) ? NAN : fmax(stddev, DM_STDDEV_FLOOR);
}

static bool
is_empty(const DmCells *c)
{
	return !(c->ref_total > 0) || !(c->cur_total > 0);
}

/*
 * (1+d) log(1+d) + (1-d) log(1-d).  A cell with shares s(1+d)/2 and s(1-d)/2
 * adds s/4 times that: written so, nothing cancels when the shares are close.
 */
static double
js_term(double d)
{
	double		power = 1,
				sum = 0;
	int			j;

	if (fabs(d) >= 1)
		return 2 * log(2);
	if (fabs(d) > 0.25)
		return (1 + d) * log1p(d) + (1 - d) * log1p(-d);
	for (j = 1; j <= 14; j++)
	{
		power *= d * d;
		sum += power / (j * (2 * j - 1));
	}
	return sum;
}

double
dm_js_divergence(const DmCells *c, double base)
{
	double		sum = 0;
	size_t		i;

	if (is_empty(c) || !(base > 1))
		return NAN;
	for (i = 0; i < c->k; i++)
	{
		double		p = c->ref[i] / c->ref_total;
		double		q = c->cur[i] / c->cur_total;

		if (p + q > 0)
			sum += (p + q) / 4 * js_term((q - p) / (p + q));
	}
	return fmin(sum, log(2)) / log(base);
}

double
dm_js_distance(const DmCells *c, double base)
{
	return sqrt(dm_js_divergence(c, base));
}

double
dm_total_variation(const DmCells *c)
{
	double		sum = 0;
	size_t		i;

	if (is_empty(c))
		return NAN;
	for (i = 0; i < c->k; i++)
		sum += fabs(c->ref[i] / c->ref_total - c->cur[i] / c->cur_total);
	return fmin(sum / 2, 1);
}

double
dm_l_infinity(const DmCells *c)
{
	double		most = 0;
	size_t		i;

	if (is_empty(c))
		return NAN;
	for (i = 0; i < c->k; i++)
		most = fmax(most, fabs(c->ref[i] / c->ref_total - c->cur[i] / c->cur_total));
	return most;
}

double
dm_hellinger(const DmCells *c)
{
	double		sum = 0;
	size_t		i;

	if (is_empty(c))
		return NAN;
	for (i = 0; i < c->k; i++)
	{
		double		d = sqrt(c->ref[i] / c->ref_total) - sqrt(c->cur[i] / c->cur_total);

		sum += d * d;
	}
	return fmin(sqrt(sum / 2), 1);
}

/* A rule without a number; DM_EMPTY_POOL is how Deepchecks prepares categories. */
static bool
parse_name(const char *text, DmEmpty *out)
{
	static const struct
	{
		const char *name;
		DmEmpty		empty;
	}			named[] = {
		{"evidently", {DM_EMPTY_EVIDENTLY, DM_EMPTY_DEFAULT}},
		{"deepchecks", {DM_EMPTY_POOL, 0.01}},
		{"popmon", {DM_EMPTY_ADD, 1e-5}},
		{"fiddler", {DM_EMPTY_COUNT, 1}},
		{"drop", {DM_EMPTY_DROP, DM_EMPTY_DEFAULT}},
	};
	size_t		i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(text, named[i].name) == 0)
		{
			*out = named[i].empty;
			return true;
		}
	return false;
}

bool
dm_empty_parse(const char *text, DmEmpty *out)
{
	static const struct
	{
		const char *prefix;
		DmEmptyRule rule;
	}			with_value[] = {{"floor:", DM_EMPTY_FLOOR}, {"add:", DM_EMPTY_ADD},
	{"count:", DM_EMPTY_COUNT}};
	size_t		i;

	if (parse_name(text, out))
		return true;
	for (i = 0; i < sizeof(with_value) / sizeof(with_value[0]); i++)
	{
		size_t		len = strlen(with_value[i].prefix);
		const char *number = text + len;
		char	   *end;

		if (strncmp(text, with_value[i].prefix, len) != 0)
			continue;
		if (number[strspn(number, "0123456789.eE+-")] != '\0')
			return false;
		out->rule = with_value[i].rule;
		out->value = strtod(number, &end);
		return end != number && *end == '\0' && out->value > 0 &&
			out->value <= (out->rule == DM_EMPTY_COUNT ? 1e6 : 1);
	}
	return false;
}

/* What a zero share becomes with Evidently: that, or far less than the rest. */
static double
evidently_zero(const double *count, double total, size_t k, double value)
{
	double		least = INFINITY;
	size_t		i;

	for (i = 0; i < k; i++)
		if (count[i] > 0 && count[i] / total < least)
			least = count[i] / total;
	return least <= value ? least / 1e6 : value;
}

static double
share(double count, double total, size_t k, DmEmpty empty, double zero)
{
	double		p = count / total;

	switch (empty.rule)
	{
		case DM_EMPTY_FLOOR:
		case DM_EMPTY_POOL:
			return fmax(p, empty.value);
		case DM_EMPTY_EVIDENTLY:
			return p > 0 ? p : zero;
		case DM_EMPTY_ADD:
			return p + empty.value;
		case DM_EMPTY_COUNT:
			return (count + empty.value) / (total + empty.value * (double) k);
		case DM_EMPTY_DROP:
			break;
	}
	return p;
}

void
dm_shares_begin(DmShares *s, const DmCells *cells, DmEmpty empty)
{
	memset(s, 0, sizeof(*s));
	s->cells = cells;
	s->empty = empty;
	if (empty.rule == DM_EMPTY_EVIDENTLY)
	{
		s->ref_zero = evidently_zero(cells->ref, cells->ref_total, cells->k, empty.value);
		s->cur_zero = evidently_zero(cells->cur, cells->cur_total, cells->k, empty.value);
	}
}

static void
visit(DmShares *s, double ref, double cur)
{
	const DmCells *c = s->cells;

	s->ref = share(ref, c->ref_total, c->k, s->empty, s->ref_zero);
	s->cur = share(cur, c->cur_total, c->k, s->empty, s->cur_zero);
	s->occupied = ref > 0 || cur > 0;
}

/* What was pooled is a cell of its own where it is more than rare on a side. */
static bool
visit_pooled(DmShares *s)
{
	double		ref = s->ref_pooled,
				cur = s->cur_pooled;

	s->ref_pooled = s->cur_pooled = 0;
	if (!(ref > s->empty.value * s->cells->ref_total) && !(cur > s->empty.value * s->cells->cur_total))
		return false;
	visit(s, ref, cur);
	return true;
}

bool
dm_shares_next(DmShares *s)
{
	const DmCells *c = s->cells;

	while (s->next < c->k)
	{
		double		ref = c->ref[s->next],
					cur = c->cur[s->next];

		s->next++;
		if (s->empty.rule == DM_EMPTY_POOL && ref < s->empty.value * c->ref_total)
		{
			s->ref_pooled += ref;
			s->cur_pooled += cur;
			continue;
		}
		visit(s, ref, cur);
		if (s->empty.rule != DM_EMPTY_DROP || (ref > 0 && cur > 0))
			return true;
	}
	return visit_pooled(s);
}

double
dm_psi(const DmCells *c, DmEmpty empty)
{
	bool		any = false;
	double		sum = 0;
	DmShares	s;

	if (is_empty(c))
		return NAN;
	dm_shares_begin(&s, c, empty);
	while (dm_shares_next(&s))
	{
		sum += (s.cur - s.ref) * log(s.cur / s.ref);
		any = true;
	}
	return any ? sum : NAN;		/* none in common, all left out */
}
