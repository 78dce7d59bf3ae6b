/*
 * test_tests.c - hypothesis tests against scipy, exhaustion and simulation.
 */
#include <string.h>

#include "near.h"
#include "sample.h"
#include "stats/contingency.h"
#include "stats/tests.h"

#define ROOM 2000

static DmCells
pair(const double *a, const double *b, size_t k)
{
	DmCells		c = {a, b, k, 0, 0};
	size_t		i;

	for (i = 0; i < k; i++)
	{
		c.ref_total += a[i];
		c.cur_total += b[i];
	}
	return c;
}

static DmTest
chi_square(const DmCells *c)
{
	double		cell[16],
				margins[16];
	DmTable		t = {cell, 2, c->k};

	memcpy(cell, c->ref, c->k * sizeof(double));
	memcpy(cell + c->k, c->cur, c->k * sizeof(double));
	return dm_contingency_test(&t, DM_PEARSON, false, margins);
}

static void
test_chi_square(void)
{
	/* scipy docstring of chi2_contingency, and the same with a zero */
	static const double a1[] = {10, 10, 20},
				b1[] = {20, 20, 20};
	/* t = [[10,0,20,7],[20,5,20,0]]; chi2_contingency(t, correction=False) */
	static const double a2[] = {10, 0, 20, 7, 0},
				b2[] = {20, 5, 20, 0, 0};
	/* deepchecks drift_test.py: Cramer's V with Yates's and a bias correction, 0.2160 */
	static const double a3[] = {200, 800},
				b3[] = {400, 600};
	static const double a4[] = {5},
				b4[] = {9};
	static const double none[] = {0};
	static const double a5[] = {4, 0},
				b5[] = {0, 9};
	DmCells		c = pair(a1, b1, 3);
	DmTest		t = chi_square(&c);
	double		phi2;

	tap_near(t.statistic, 2.7777777777777777, 1e-14, "scipy docstring: statistic");
	tap_near(t.p_value, 0.24935220877729622, 1e-13, "scipy docstring: p");
	tap_near(t.df, 2, 0, "scipy docstring: df");
	c = pair(a2, b2, 5);
	t = chi_square(&c);
	tap_near(t.statistic, 14.692692692692692, 1e-14, "a value of one side only is finite");
	tap_near(t.p_value, 0.002099018130481467, 1e-12, "its p");
	tap_near(t.df, 3, 0, "a value of neither side does not count");
	tap_near(t.effect_size, 0.42329561677293465, 1e-14, "Cramer's V");
	c = pair(a3, b3, 2);
	t = chi_square(&c);
	/* Yates: |ad - bc| = 200 * 600 - 400 * 800 less half of 2000 rows */
	phi2 = t.statistic / 2000 * pow((200000.0 - 1000) / 200000, 2) - 1.0 / 1999;
	tap_ok(fabs(sqrt(phi2 / (1 - 1.0 / 1999)) - 0.2160) < 5e-5,
		   "deepchecks: Cramer's V, corrected from our statistic, 0.2160");
	c = pair(a4, b4, 1);
	t = chi_square(&c);
	tap_ok(t.statistic == 0 && t.p_value == 1 && t.df == 0 && t.effect_size == 0,
		   "one value on both sides: 0, p = 1");
	c = pair(a5, b5, 2);
	t = chi_square(&c);
	tap_near(t.effect_size, 1, 1e-15, "different single values: V = 1");
	c = pair(none, b4, 1);
	t = chi_square(&c);
	tap_ok(isnan(t.statistic) && isnan(t.p_value), "an empty side: undefined");
}

/* Sum over all ways to choose the reference's rows among the pooled ones. */
static void
exhaust(const double *pooled, int all, int n, int categorical, double *mean, double *sd)
{
	double		sum = 0,
				square = 0,
				count = 0;
	int			mask;

	for (mask = 0; mask < 1 << all; mask++)
	{
		double		v[2][16];
		int			size[2] = {0, 0};
		DmBin		room[2][16];
		double		cells[2][16] = {{0}};
		double		d;
		int			i;

		for (i = 0; i < all; i++)
		{
			int			side = (mask >> i) & 1;

			v[side][size[side]++] = pooled[i];
			cells[side][(int) pooled[i]]++;
		}
		if (size[0] != n)
			continue;
		if (categorical)
		{
			DmCells		c = pair(cells[0], cells[1], 16);

			d = dm_total_variation(&c);
		}
		else
		{
			DmBins		a = sample_points(v[0], NULL, (size_t) size[0], room[0]);
			DmBins		b = sample_points(v[1], NULL, (size_t) size[1], room[1]);

			d = dm_wasserstein(&a, &b);
		}
		sum += d;
		square += d * d;
		count++;
	}
	*mean = sum / count;
	*sd = sqrt(square / count - *mean * *mean);
}

/* The expectation is that of all relabellings exactly, the deviation nearly. */
static void
test_null_moments(void)
{
	double		pooled[] = {0, 1, 1, 2, 3, 3, 3, 5, 8, 13};
	double		mean,
				sd;
	DmBin		room[2][10];
	static const double ca[16] = {1, 2, 1, 0},
				cb[16] = {0, 0, 0, 3, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1};
	DmBins		a,
				b;
	DmCells		c = pair(ca, cb, 16);
	DmNullTest	t;

	exhaust(pooled, 10, 4, 0, &mean, &sd);
	a = sample_points(pooled, NULL, 4, room[0]);
	b = sample_points(pooled + 4, NULL, 6, room[1]);
	t = dm_wasserstein_null(&a, &b);
	tap_near(t.statistic, dm_wasserstein(&a, &b), 1e-14, "few values: the statistic is W1");
	tap_near(t.expectation, mean, 1e-12, "W1: expectation over all 210 relabellings");
	tap_near(t.stddev, sd, 0.3, "W1: their stddev, within 30 %");

	exhaust(pooled, 10, 4, 1, &mean, &sd);
	t = dm_total_variation_null(&c);
	tap_near(t.expectation, mean, 1e-12, "total variation: expectation over all relabellings");
	tap_near(t.stddev, sd, 0.3, "total variation: their stddev, within 30 %");
}

static void
test_corners(void)
{
	const DmBin p[] = {{3, 3, 70}},
				q[] = {{8.5, 8.5, 60}},
				first[] = {{3, 3, 1}},
				second[] = {{8.5, 8.5, 1}},
				far[] = {{-1.7e308, -1.7e308, 1}, {1.7e308, 1.7e308, 1}},
				third[] = {{1e307, 1e307, 1}};
	DmBins		single = sample_bins(first, 1),
				other = sample_bins(second, 1),
				wide = sample_bins(far, 2),
				high = sample_bins(third, 1);
	DmBins		a = sample_bins(p, 1),
				b = sample_bins(q, 1),
				empty = {p, 0, 0};
	static const double one[] = {70, 0},
				two[] = {0, 60};
	DmCells		c = pair(one, one, 2);
	DmNullTest	t = dm_wasserstein_null(&a, &a);

	tap_ok(t.statistic == 0 && t.expectation == 0 && t.stddev == 0 && t.p_value == 1,
		   "one value on both sides: W1 0, p = 1");
	t = dm_wasserstein_null(&a, &b);
	tap_ok(t.statistic == 5.5 && t.p_value < 1e-8, "different constants: found");
	t = dm_wasserstein_null(&single, &other);
	tap_ok(t.statistic == 5.5 && t.p_value == 1, "a row on either side: as far apart as any split of the two, p = 1");
	t = dm_wasserstein_null(&wide, &high);
	tap_ok(isnan(t.statistic) && isnan(t.p_value), "a range beyond double: no p without a statistic");
	t = dm_wasserstein_null(&a, &empty);
	tap_ok(isnan(t.statistic) && isnan(t.p_value) && isnan(t.expectation),
		   "an empty side: undefined");
	t = dm_total_variation_null(&c);
	tap_ok(t.statistic == 0 && t.p_value == 1, "one category on both sides: p = 1");
	c = pair(one, two, 2);
	t = dm_total_variation_null(&c);
	tap_ok(t.statistic == 1 && t.p_value < 1e-8, "different single categories: found");
}

/* Rate of p < 0.05 where both samples come from one distribution. */
static double
false_alarms(int kind, size_t n, size_t m, int rounds, double unit)
{
	static double v[2][ROOM];
	static DmBin room[2][ROOM];
	int			alarms = 0;
	int			round;

	for (round = 0; round < rounds; round++)
	{
		size_t		size[2] = {n, m};
		DmBins		s[2];
		int			side;
		size_t		i;

		for (side = 0; side < 2; side++)
		{
			for (i = 0; i < size[side]; i++)
			{
				double		u = sample_uniform();

				v[side][i] = unit * (kind == 0 ? u : kind == 1 ? floor(u * u * 8) : pow(1 - u, -0.5));
			}
			s[side] = sample_points(v[side], NULL, size[side], room[side]);
		}
		alarms += dm_wasserstein_null(&s[0], &s[1]).p_value < 0.05;
	}
	return (double) alarms / rounds;
}

static void
test_level(void)
{
	double		rate;

	rate = false_alarms(0, 100, 1000, 2000, 1);
	tap_ok(rate > 0.035 && rate < 0.07, "W1 on uniform values keeps its level");
	rate = false_alarms(1, 20, 300, 2000, 1e-12);
	tap_ok(rate > 0.03 && rate < 0.075, "W1 on few tiny values keeps its level");
	rate = false_alarms(2, 300, 300, 1000, 1e150);
	tap_ok(rate > 0.03 && rate < 0.075, "W1 on heavy tails of huge values keeps its level");
}

/* The sum over pairs of categories by series and by pairs. */
static void
test_many_categories(void)
{
	static double a[2000],
				b[2000];
	DmCells		c;
	DmNullTest	few,
				many;
	size_t		i;

	/* splitting one rare category in none must change nothing */
	for (i = 0; i < 2000; i++)
		a[i] = b[i] = 0;
	for (i = 0; i < 40; i++)
	{
		a[i * 50] = 1000.0 / (double) (i + 1);
		b[i * 50] = 500.0 / (double) (40 - i);
		a[i * 50] = rint(a[i * 50]);
		b[i * 50] = rint(b[i * 50]);
	}
	c = pair(a, b, 2000);
	many = dm_total_variation_null(&c);
	for (i = 0; i < 40; i++)
	{
		a[i] = a[i * 50];
		b[i] = b[i * 50];
	}
	c = pair(a, b, 40);
	few = dm_total_variation_null(&c);
	tap_near(many.p_value, few.p_value, 1e-9, "categories of no rows change nothing");
	tap_near(many.stddev, few.stddev, 1e-12, "nor the deviation");
}

int
main(void)
{
	test_chi_square();
	test_null_moments();
	test_corners();
	test_level();
	test_many_categories();
	return tap_done();
}
