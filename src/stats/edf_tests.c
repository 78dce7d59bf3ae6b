/*
 * edf_tests.c - distances and tests of empirical distribution functions.
 */
#include <math.h>
#include <string.h>

#include "stats/distance.h"
#include "stats/edf_tests.h"
#include "stats/groups.h"
#include "stats/kolmogorov.h"

#define PI 3.14159265358979323846

static const DmTest undefined = {NAN, NAN, NAN, NAN};

static bool
has_empty(const DmBins *a, const DmBins *b)
{
	return !(a->total > 0) || !(b->total > 0);
}

DmEdfScan
dm_bins_scan(const DmBins *reference, const DmBins *current)
{
	DmEdfScan	s = {NAN, NAN, NAN};
	DmWalk		w;

	if (has_empty(reference, current))
		return s;
	s.most = s.least = 0;
	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		below = w.knot.ref_below / reference->total -
			w.knot.cur_below / current->total;
		double		upto = w.knot.ref_upto / reference->total - w.knot.cur_upto / current->total;

		s.most = fmax(s.most, fmax(below, upto));
		s.least = fmin(s.least, fmin(below, upto));
	}
	return s;
}

/* Szekely and Rizzo (2013); between two knots F - G is linear, from a to b. */
double
dm_energy_distance(const DmBins *reference, const DmBins *current)
{
	double		unit = 1;
	double		sum = 0,
				lost = 0;
	double		last_x = 0,
				last_d = 0;
	bool		first = true;
	DmWalk		w;

	if (has_empty(reference, current))
		return NAN;
	/* a range beyond double, or twice of it */
	if (isinf(fmax(reference->bin[reference->n - 1].hi, current->bin[current->n - 1].hi) * 2 -
			  fmin(reference->bin[0].lo, current->bin[0].lo) * 2))
		unit = 0.25;
	dm_walk_begin(&w, reference, current);
	while (dm_walk_next(&w))
	{
		double		d = w.knot.ref_below / reference->total - w.knot.cur_below / current->total;
		double		mean = (last_d * last_d + last_d * d + d * d) / 3;
		double		term = first ? 0 : mean * (w.knot.x * unit - last_x * unit);
		double		before = sum;

		/* Neumaier (1974), for terms above 0 */
		sum += term;
		lost += before >= term ? (before - sum) + term : (term - sum) + before;
		first = false;
		last_x = w.knot.x;
		last_d = w.knot.ref_upto / reference->total - w.knot.cur_upto / current->total;
	}
	return sqrt(2 * (sum + lost)) / sqrt(unit);
}

/*
 * P(D+ >= d): exactly, the chance that a random path of n + m steps meets a
 * point where i/n - j/m >= d, while n m is small (as dm_ks_p_value); else the
 * first terms of Hodges, "The significance probability of the Smirnov
 * two-sample test" (1957), eq. 5.3, as scipy.stats.ks_2samp has it.
 */
double
dm_ks_one_sided(double d, double n, double m, bool *exact)
{
	double		u[512];
	double		h = floor(d * n * m - 1e-7) + 1;
	double		z,
				big,
				small;
	int			i,
				j;

	*exact = false;
	if (isnan(d) || !(n >= 1) || !(m >= 1))
		return NAN;
	if (n * m > DM_KS_EXACT_LIMIT || fmin(n, m) >= 512)
	{
		big = fmax(n, m);
		small = fmin(n, m);
		z = sqrt(big * small / (big + small)) * d;
		return fmin(exp(-2 * z * z - 2 * z * (big + 2 * small) / sqrt(big * small * (big + small)) / 3), 1);
	}
	*exact = true;
	if (h <= 0)
		return 1;
	/* by symmetry under reversal of the order the smaller sample may be either */
	small = fmin(n, m);
	big = fmax(n, m);
	for (j = 0; j <= (int) small; j++)
		u[j] = j * big >= h ? 1 : 0;
	for (i = 1; i <= (int) big; i++)
		for (j = 1; j <= (int) small; j++)
			u[j] = j * big - i * small >= h ? 1 : (i * u[j] + j * u[j - 1]) / (i + j);
	return u[(int) small];
}

/*
 * Kuiper (1960): V = D+ + D-.  The p-value is Stephens's (1965) series for one
 * sample of nm/(n+m) with its first correction, as astropy.stats.kuiper has it
 * after Paltani (2004).
 */
static double
kuiper_sf(double v, double n)
{
	double		z = v * sqrt(n);
	double		s1 = 0,
				s2 = 0;
	int			k;

	/* below, the cdf is less than 1e-16 */
	if (z < 0.4)
		return 1;
	for (k = 1; k * z < 18.82; k++)
	{
		double		t = 4 * k * k * z * z;
		double		e = exp(-2.0 * k * k * z * z);

		s1 += 2 * (t - 1) * e;
		s2 += (double) k * k * (t - 3) * e;
	}
	return fmax(fmin(s1 - 8 * v / 3 * s2, 1), 0);
}

DmTest
dm_kuiper_test(const DmEdfScan *scan, double n, double m)
{
	DmTest		t = undefined;

	t.statistic = t.effect_size = scan->most - scan->least;
	if (!isnan(t.statistic))
		t.p_value = kuiper_sf(t.statistic, n / (n + m) * m);
	return t;
}

/* Sums of 1/i and of 1/i^2 up to n. */
static double
harmonic(double n, int power)
{
	double		sum = 0;
	double		i;

	if (n <= 64)
	{
		for (i = n; i >= 1; i--)
			sum += 1 / (power == 1 ? i : i * i);
		return sum;
	}
	/* Euler and Maclaurin */
	if (power == 1)
		return log(n) + 0.57721566490153286061 + 1 / (2 * n) - 1 / (12 * n * n) + 1 / (120 * pow(n, 4));
	return PI * PI / 6 - 1 / n + 1 / (2 * n * n) - 1 / (6 * n * n * n) + 1 / (30 * pow(n, 5));
}

/*
 * The variance of the statistic under no difference: Scholz and Stephens,
 * "K-sample Anderson-Darling tests", J. Am. Stat. Assoc. 82 (1987), eq. 4, for
 * two samples.  Their double sum g is H2(N) - (H(N-1) + H(N)) / N.
 */
static double
anderson_darling_variance(double n, double m)
{
	double		total = n + m;
	double		big_h = 1 / n + 1 / m;
	double		h = harmonic(total - 1, 1);
	double		g = harmonic(total, 2) - (h + h + 1 / total) / total;
	double		a = (4 * g - 6) + (10 - 6 * g) * big_h;
	double		b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * big_h - 8 * h + 4 * g - 6;
	double		c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * big_h + 4 * h;
	double		d = (2 * h + 6) * 4 - 8 * h;

	return (((a * total + b) * total + c) * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

/*
 * From the critical values of 25 to 0.1 % in their table 2, a parabola through
 * the logarithms, as scipy.stats.anderson_ksamp does it; never beyond them.
 */
static double
anderson_darling_p_value(double a)
{
	if (isnan(a))
		return NAN;
	if (a < 0.325)
		return 0.25;
	if (a > 6.546)
		return 0.001;
	return exp((0.018198094574111343 * a - 1.0082265644652515) * a - 1.077770279820486);
}

/* Their eq. 7, for ties: mean ranks. */
DmTest
dm_anderson_darling_test(const DmBins *reference, const DmBins *current)
{
	double		n = reference->total,
				m = current->total;
	double		total = n + m;
	double		sum = 0;
	DmGroups	g;
	DmTest		t = undefined;

	if (has_empty(reference, current) || total < 4)
		return t;
	dm_groups_begin(&g, reference, current);
	while (dm_groups_next(&g))
	{
		double		here = g.ref + g.cur;
		double		rank = g.ref_below + g.cur_below + here / 2;
		/* N M - B n, of the reference, without taking a large number from a large one */
		double		d = m * (g.ref_below + g.ref / 2) - n * (g.cur_below + g.cur / 2);

		/* one value on both sides: 0/0 */
		sum += here / total * d * d / (rank * (total - rank) - total * here / 4);
	}
	sum *= (1 / n + 1 / m) * (total - 1) / total;
	t.statistic = (sum - 1) / sqrt(anderson_darling_variance(n, m));
	t.p_value = anderson_darling_p_value(t.statistic);
	t.effect_size = sum * total / n / m;
	return t;
}
