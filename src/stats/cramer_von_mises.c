/*
 * cramer_von_mises.c - the two-sample test of Cramer and von Mises.
 *
 * Anderson, "On the distribution of the two-sample Cramer-von Mises
 * criterion", Ann. Math. Stat. 33 (1962); conventions, ties included, of
 * scipy.stats.cramervonmises_2samp.
 */
#include <math.h>
#include <string.h>

#include "stats/edf_tests.h"
#include "stats/groups.h"

#define PI 3.14159265358979323846
#define NODES 32

/*
 * Smirnov's form of the limiting distribution: between (2k-1) pi and 2k pi the
 * integral of 2/pi exp(-x s^2/2) / sqrt(s |sin s|), with alternating signs.
 * It is the upper tail itself.  The root has its poles at both ends, where
 * Chebyshev's nodes take them in.
 */
double
dm_cramer_von_mises_sf(double x)
{
	double		sum = 0;
	int			k,
				i;

	if (isnan(x))
		return NAN;
	/* the cdf there is less than 1e-16 */
	if (x < 0.0035)
		return 1;
	for (k = 1; k < 200; k++)
	{
		double		first = (2 * k - 1) * PI;
		double		part = 0;

		if (x * first * first / 2 > 745)
			break;
		for (i = 0; i < NODES; i++)
		{
			double		t = (2 * i + 1) * PI / (4 * NODES);
			double		low = PI * sin(t) * sin(t); /* above the lower end */
			double		high = PI * cos(t) * cos(t);	/* below the upper end */
			double		s = first + low;
			double		sine = low < high ? sin(low) : sin(high);

			part += sqrt(low * high / sine / s) * exp(-x * s * s / 2);
		}
		part *= 2.0 / NODES;
		sum += k % 2 ? part : -part;
	}
	return fmax(fmin(sum, 1), 0);
}

/* How often a sum of squares occurs among the orders that lead to a place. */
typedef struct Tally
{
	double		sum;
	double		count;
} Tally;

#define MOST_SUMS 40000			/* 38185 of 19 and 20 */

size_t
dm_cramer_von_mises_space(double n, double m)
{
	double		sums;

	if (!(n >= 1) || !(m >= 1) || fmax(n, m) > DM_CVM_EXACT)
		return 0;
	/* no more than there are orders */
	sums = fmin(exp(lgamma(n + m + 1) - lgamma(n + 1) - lgamma(m + 1)) + 2, MOST_SUMS);
	return (size_t) sums * (size_t) (n + 2) * sizeof(Tally);
}

/* Merge two ascending lists, equal sums joined, and raise all by d; 0 if there are too many. */
static size_t
join_tallies(const Tally *a, size_t na, const Tally *b, size_t nb, double d, Tally *out, size_t room)
{
	size_t		n = 0,
				i = 0,
				j = 0;

	while (i < na || j < nb)
	{
		Tally		t;

		if (j == nb || (i < na && a[i].sum < b[j].sum))
			t = a[i++];
		else if (i == na || b[j].sum < a[i].sum)
			t = b[j++];
		else
		{
			t = a[i++];
			t.count += b[j++].count;
		}
		if (n == room)
			return 0;
		t.sum += d;
		out[n++] = t;
	}
	return n;
}

/*
 * Share of the orders of n and m values whose statistic is at least zeta:
 * Xiao, Gordon and Yakovlev, "A C++ program for the Cramer-von Mises
 * two-sample test", J. Stat. Softw. 17 (2006), algorithm 1.  NaN if the space
 * does not do.
 */
static double
exact_sf(double zeta, int n, int m, double a, double b, void *space)
{
	size_t		room = dm_cramer_von_mises_space(n, m) / sizeof(Tally) / (size_t) (n + 2);
	size_t		size[DM_CVM_EXACT + 1] = {0};
	Tally	   *list[DM_CVM_EXACT + 2];
	double		all = 0,
				tail = 0;
	size_t		k;
	int			u,
				v;

	for (v = 0; v <= n + 1; v++)
		list[v] = (Tally *) space + (size_t) v * room;
	list[0][0].sum = 0;
	list[0][0].count = 1;
	size[0] = 1;
	for (u = 0; u <= m; u++)
		for (v = 0; v <= n; v++)
		{
			Tally	   *spare = list[n + 1];
			double		d = (a * v - b * u) * (a * v - b * u);

			size[v] = join_tallies(v > 0 ? list[v - 1] : NULL, v > 0 ? size[v - 1] : 0,
								   list[v], size[v], d, spare, room);
			if (size[v] == 0)
				return NAN;
			list[n + 1] = list[v];
			list[v] = spare;
		}
	for (k = 0; k < size[n]; k++)
	{
		all += list[n][k].count;
		tail += list[n][k].sum >= zeta ? list[n][k].count : 0;
	}
	return tail / all;
}

static double
common_divisor(double a, double b)
{
	while (b > 0)
	{
		double		rest = fmod(a, b);

		a = b;
		b = rest;
	}
	return a;
}

/* Anderson's U in Xiao's integers; with ties it is rounded down, as scipy does. */
static double
exact_p_value(const DmBins *reference, const DmBins *current, void *space)
{
	double		n = reference->total,
				m = current->total;
	double		lcm = n / common_divisor(n, m) * m;
	double		u = 0;
	double		over,
				under;
	DmGroups	g;

	dm_groups_begin(&g, reference, current);
	while (dm_groups_next(&g))
	{
		double		r = g.cur_below + g.cur / 2;
		double		c = g.ref_below + g.ref / 2;

		/* squares of (rank in both - rank in its own sample) */
		u += n * (g.ref * r * r + g.ref * (g.ref * g.ref - 1) / 12);
		u += m * (g.cur * c * c + g.cur * (g.cur * g.cur - 1) / 12);
	}
	over = lcm * lcm * (n + m) * (6 * u - n * m * (4 * n * m - 1));
	under = 6 * n * n * m * m;
	/* what should be whole may be a little less */
	return exact_sf(floor(over / under + 1e-9), (int) n, (int) m, lcm / n, lcm / m, space);
}

DmTest
dm_cramer_von_mises_test(const DmBins *reference, const DmBins *current, void *space, bool *tied)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	double		n = reference->total,
				m = current->total;
	double		total = n + m;
	double		squares = 0,
				ref_cubes = 0,
				cur_cubes = 0,
				mixed = 0;
	double		expected,
				variance;
	DmGroups	g;

	*tied = false;
	if (!(n > 0) || !(m > 0))
		return t;

	/*
	 * T = U / (n m N) - (4 n m - 1) / (6 N) is a small difference of large
	 * numbers.  With p and q the group's shares, f and g the distribution
	 * functions in its middle, U / (n m)^2 = 2/3 + sum (p + q)(f - g)^2 / 2 +
	 * sum (p^3 + q^3) / 24 - sum p q (p + q) / 8 + what ranks inside groups add.
	 */
	dm_groups_begin(&g, reference, current);
	while (dm_groups_next(&g))
	{
		double		p = g.ref / n,
					q = g.cur / m;
		double		d = (g.ref_below + g.ref / 2) / n - (g.cur_below + g.cur / 2) / m;

		*tied = *tied || g.ref + g.cur > 1;
		squares += (p + q) * d * d;
		ref_cubes += p * p * p;
		cur_cubes += q * q * q;
		mixed += p * q * (p + q);
	}
	t.effect_size = squares / 2;
	if (g.i <= 1 && g.j <= 1 && squares == 0)
	{
		/* one value on both sides: ranks inside it are no difference */
		t.statistic = 0;
		t.p_value = 1;
		return t;
	}
	t.statistic = (n * m * (squares / 2 + (ref_cubes + cur_cubes) / 24 - mixed / 8) + 1.0 / 6 +
				   (n * n * n * ref_cubes - n) / (12 * m) + (m * m * m * cur_cubes - m) / (12 * n)) / total;
	if (space)
		t.p_value = exact_p_value(reference, current, space);
	if (!isnan(t.p_value))
		return t;
	expected = (1 + 1 / total) / 6;
	variance = (total + 1) / (total * total) * (4 * total - 3 * (n / m + m / n) - 2) / 180;
	t.p_value = dm_cramer_von_mises_sf(1.0 / 6 + (t.statistic - expected) / sqrt(45 * variance));
	return t;
}
