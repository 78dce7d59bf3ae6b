/*
 * samples.c - two samples of numbers, value by value.
 */
#include <math.h>
#include <stdbool.h>

#include "stats/cells.h"
#include "stats/distance.h"
#include "stats/samples.h"

DmBins
dm_sample_bins(const DmSample *s, DmBin *bin)
{
	DmBins		b = {bin, 0, 0};
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		double		mass = s->mass ? s->mass[i] : 1;

		if (mass == 0)
			continue;
		if (b.n > 0 && bin[b.n - 1].lo == s->value[i])
			bin[b.n - 1].count += mass;
		else
		{
			bin[b.n].lo = bin[b.n].hi = s->value[i];
			bin[b.n++].count = mass;
		}
		b.total += mass;
	}
	return b;
}

#define WHOLE 9007199254740992.0	/* 2^53 */

/*
 * The values of both in order, without a branch that depends on them: which
 * side comes next is a coin's toss, that no processor foresees.  "height" is
 * F - G times n * m, for counts a whole number below 2^53.  "unit" keeps what
 * is summed in range.
 */
static inline DmEdfScan
scan(const DmSample *reference, const DmSample *current, bool with_mass, double unit)
{
	const double *r = reference->value;
	const double *c = current->value;
	double		scale = reference->total * current->total;
	double		up = current->total;
	double		down = -reference->total;
	double		height = 0;
	double		sum = 0,
				lost = 0;
	double		most = 0,
				least = 0;
	double		last = r[0] < c[0] ? r[0] : c[0];
	size_t		steps = reference->n + current->n;
	size_t		i = 0,
				j = 0;
	DmEdfScan	out;

	/* weights may be anything */
	if (with_mass && !(scale > 1e-200 && scale < WHOLE))
	{
		scale = 1;
		up = 1 / reference->total;
		down = -1 / current->total;
	}
	while (steps-- > 0)
	{
		bool		left = r[i] <= c[j];
		double		x = left ? r[i] : c[j];
		double		term = fabs(height) * (x * unit - last * unit);
		double		before = sum;
		double		here = x > last ? height : 0;
		double		gain = up,
					loss = down;

		/* what a sum of so many terms would lose: Neumaier (1974), for terms above 0 */
		sum += term;
		lost += before >= term ? (before - sum) + term : (term - sum) + before;
		most = here > most ? here : most;
		least = here < least ? here : least;
		if (with_mass)
		{
			gain *= reference->mass && left ? reference->mass[i] : 1;
			loss *= current->mass && !left ? current->mass[j] : 1;
		}
		height += left ? gain : loss;
		i += left;
		j += !left;
		last = x;
	}
	out.area = (sum + lost) / scale / unit;
	out.most = most / scale;
	out.least = least / scale;
	return out;
}

/* Beyond this, a value times 2^53 might leave the range of double. */
#define HUGE_VALUE 1e280

static bool
is_huge(const DmSample *s)
{
	return s->value[0] < -HUGE_VALUE || s->value[s->n - 1] > HUGE_VALUE;
}

DmEdfScan
dm_samples_scan(const DmSample *reference, const DmSample *current)
{
	DmEdfScan	none = {NAN, NAN, NAN};
	bool		with_mass = reference->mass || current->mass;

	if (!(reference->total > 0) || !(current->total > 0) ||
		isinf(reference->total) || isinf(current->total))
		return none;
	if (is_huge(reference) || is_huge(current))
		return scan(reference, current, with_mass, 0x1p-64);
	if (with_mass)
		return scan(reference, current, true, 1);
	return scan(reference, current, false, 1);
}

/* What of a sample lies between two of its quantiles, both included. */
static DmBins
trim(const DmBins *b, double margin, DmBin *out)
{
	double		lo = margin > 0 ? dm_bins_quantile(b, margin) : b->bin[0].lo;
	double		hi = margin > 0 ? dm_bins_quantile(b, 1 - margin) : b->bin[b->n - 1].hi;
	DmBins		kept = {out, 0, 0};
	size_t		i;

	for (i = 0; i < b->n; i++)
	{
		const DmBin *bin = &b->bin[i];
		DmBin		cut = {fmax(bin->lo, lo), fmin(bin->hi, hi), bin->count};

		if (cut.lo > cut.hi)
			continue;
		if (bin->lo < bin->hi)
			cut.count *= (cut.hi / 2 - cut.lo / 2) / (bin->hi / 2 - bin->lo / 2);
		if (cut.count == 0)
			continue;
		kept.total += cut.count;
		out[kept.n++] = cut;
	}
	return kept;
}

/* Deepchecks, utils/distribution/drift.py, earth_movers_distance */
double
dm_wasserstein_min_max(const DmBins *reference, const DmBins *current, double margin,
					   DmBin *ref_space, DmBin *cur_space)
{
	DmBins		r,
				c;
	double		min,
				max;

	if (!(reference->total > 0) || !(current->total > 0))
		return NAN;
	r = trim(reference, margin, ref_space);
	c = trim(current, margin, cur_space);
	if (r.n == 0 || c.n == 0)
		return NAN;
	min = fmin(r.bin[0].lo, c.bin[0].lo);
	max = fmax(r.bin[r.n - 1].hi, c.bin[c.n - 1].hi);
	if (min == max)
		return 0;
	if (isinf(max - min))
		return dm_wasserstein(&r, &c) / 2 / (max / 2 - min / 2);
	return dm_wasserstein(&r, &c) / (max - min);
}
