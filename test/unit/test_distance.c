/*
 * test_distance.c - distances against published values, scipy and their laws.
 *
 * Unless a line names another source, values were printed to 17 digits with
 * numpy 1.24 and scipy 1.10 by
 *   X = arange(1, 101.)**1.5; Y = arange(11, 81)**1.4
 *   e = quantile(X, arange(1, 10)/10)
 *   cells = lambda x: bincount(searchsorted(e, x, side='right'), minlength=10)/len(x)
 *   p, q = cells(X), cells(Y); psi = lambda p, q: sum((q - p)*log(q/p))
 * with maximum(p, 1e-4) for 'floor', p + 1e-5 for 'add', (p*100+1)/110 and
 * (q*70+1)/80 for 'count', cells where both are > 0 for 'drop'; 'evidently' on
 * histogram_bin_edges(concatenate([X, Y]), 'sturges'), zeros replaced as its
 * get_binned_data does; 'equal_width' on linspace(X.min(), X.max(), 11)[1:-1];
 * scipy.spatial.distance.jensenshannon, scipy.stats.wasserstein_distance.
 */
#include "near.h"
#include "sample.h"
#include "stats/cells.h"
#include "stats/distance.h"

#define ROOM 4000

static DmBin room_a[ROOM],
			room_b[ROOM];
static double counts_a[ROOM],
			counts_b[ROOM];

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

static DmCells
cut(const char *bins, const DmBins *a, const DmBins *b)
{
	static double cuts[ROOM];
	DmCellSpec	spec;
	size_t		n;

	if (!dm_cell_spec_parse(bins, &spec))
		return (DmCells) {0};
	n = dm_cut_cells(spec, a, b, cuts, counts_a, counts_b);
	if (n > dm_max_cells(spec, a, b))
		return (DmCells) {0};
	return (DmCells) {counts_a, counts_b, n, a->total, b->total};
}

static double
psi_text(const DmCells *c, const char *text)
{
	DmEmpty		empty;

	return dm_empty_parse(text, &empty) ? dm_psi(c, empty) : NAN;
}

/* scipy's docstring of wasserstein_distance, and evidently's samples */
static void
test_wasserstein(void)
{
	double		a1[] = {0, 1, 3},
				b1[] = {5, 6, 8};
	double		a2[] = {0, 1},
				wa2[] = {3, 1},
				wb2[] = {2, 2};
	double		a3[] = {3.4, 3.9, 7.5, 7.8},
				wa3[] = {1.4, 0.9, 3.1, 7.2};
	double		b3[] = {1.4, 4.5},
				wb3[] = {3.5, 3.2};
	double		ev_a[] = {38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0};
	double		ev_b[] = {39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8};
	double		ev_c[8];
	double		ties_a[] = {0.0, 0.3, -0.3, -0.9, -0.5, -1.0, 0.1, 1.3, -0.5, -0.6, 0.5, 0.4};
	double		ties_b[] = {0.6, -1.0, 0.4, 1.4, -1.6, -0.3, -2.5, -1.5, -2.4};
	DmBins		a = sample_points(a1, NULL, 3, room_a);
	DmBins		b = sample_points(b1, NULL, 3, room_b);
	int			i;

	tap_near(dm_wasserstein(&a, &b), 5, 1e-15, "scipy docstring: [0,1,3] and [5,6,8] are 5 apart");
	a = sample_points(a2, wa2, 2, room_a);
	b = sample_points(a2, wb2, 2, room_b);
	tap_near(dm_wasserstein(&a, &b), 0.25, 1e-15, "scipy docstring: weights, 0.25");
	a = sample_points(a3, wa3, 4, room_a);
	b = sample_points(b3, wb3, 2, room_b);
	tap_near(dm_wasserstein(&a, &b), 4.0781331438047861, 1e-14, "scipy docstring: 4.0781331438047861");

	for (i = 0; i < 8; i++)
		ev_c[i] = ev_a[i] + 5;
	a = sample_points(ev_a, NULL, 8, room_a);
	b = sample_points(ev_b, NULL, 8, room_b);
	tap_near(dm_wasserstein(&a, &b), 4.1625, 1e-14, "evidently test_stattests.py: 4.1625");
	tap_ok(fabs(dm_wasserstein(&a, &b) / dm_reference_scale(&a) - 0.781236) < 5e-7,
		   "the same, normed: 0.781236");
	b = sample_points(ev_c, NULL, 8, room_b);
	tap_near(dm_wasserstein(&a, &b), 5, 1e-14, "the same shifted by 5");
	tap_ok(fabs(dm_wasserstein(&a, &b) / dm_reference_scale(&a) - 0.938422) < 5e-7,
		   "shifted, normed: 0.938422");

	a = sample_points(ties_a, NULL, LENGTH(ties_a), room_a);
	b = sample_points(ties_b, NULL, LENGTH(ties_b), room_b);
	tap_near(dm_wasserstein(&a, &b), 0.78333333333333333, 1e-14, "with ties");
	tap_near(dm_wasserstein(&a, &b) / dm_reference_scale(&a), 1.2334301205414733, 1e-14,
			 "with ties, normed");
	tap_near(dm_ks_statistic(&a, &b), 0.47222222222222221, 1e-15, "Kolmogorov-Smirnov with ties");
}

/* Intervals, worked out by hand. */
static void
test_intervals(void)
{
	const DmBin unit[] = {{0, 1, 1}},
				twice[] = {{0, 2, 1}},
				point[] = {{0.5, 0.5, 1}};
	const DmBin mixed[] = {{0, 0, 1}, {0, 1, 2}, {1, 1, 1}};
	const DmBin wide[] = {{-1.7e308, -1.7e308, 1}, {1.7e308, 1.7e308, 1}};
	DmBins		a = sample_bins(unit, 1);
	DmBins		b = sample_bins(twice, 1);
	DmBins		c = sample_bins(point, 1);
	DmBins		d = sample_bins(mixed, 3);
	DmBins		e = sample_bins(wide, 2);

	tap_near(dm_wasserstein(&a, &b), 0.5, 1e-15, "uniform on [0,1] and on [0,2]");
	tap_near(dm_ks_statistic(&a, &b), 0.5, 1e-15, "their largest gap");
	tap_near(dm_wasserstein(&a, &c), 0.25, 1e-15, "uniform on [0,1] and a point in its middle");
	tap_near(dm_ks_statistic(&a, &c), 0.5, 1e-15, "a jump inside an interval");
	tap_near(dm_wasserstein(&a, &d), 0.125, 1e-15, "points at the ends of an interval");
	tap_near(dm_ks_statistic(&a, &d), 0.25, 1e-15, "the gap at such an end");
	tap_near(dm_bins_stddev(&a), sqrt(1.0 / 12), 1e-15, "stddev of an interval");
	tap_near(dm_bins_stddev(&d), sqrt((0.5 + 2.0 / 12) / 4), 1e-15, "stddev of points and interval");
	tap_near(dm_bins_stddev(&e), 1.7e308, 1e-15, "stddev near the largest double");
	tap_near(dm_wasserstein(&e, &e), 0, 0, "the widest range, no distance");
	tap_near(dm_wasserstein(&e, &a), 1.7e308, 1e-15, "a distance near the largest double");
	tap_near(dm_wasserstein(&a, &e), 1.7e308, 1e-15, "and back");
	tap_near(dm_bins_quantile(&a, 0.5), 0.5, 1e-15, "quantile inside an interval");
}

/* Published values of distances between shares. */
static void
test_shares(void)
{
	static const double p4[] = {0.85, 0.05, 0.05, 0.05},
				q4[] = {0.25, 0.25, 0.25, 0.25};
	static const double one[] = {1, 0, 0},
				two[] = {0, 1, 0};
	static const double half[] = {0.5, 0.5},
				full[] = {1, 0};
	static const double hello[] = {0.1, 0.9},
				world[] = {0.3, 0.7};
	static const double abc1[] = {0, 0.9, 0.1},
				abc2[] = {0.3, 0.7, 0};
	static const double ev1[] = {16, 18, 16, 14, 12, 12},
				ev2[] = {16, 16, 16, 16, 16, 8};
	static const double nml1[] = {2, 2, 2, 0},
				nml2[] = {2, 2, 2, 1},
				nml3[] = {0, 5, 0, 0};
	static const DmBin tf1[] = {{1, 2, 2}, {2, 3, 2}},
				tf2[] = {{2, 4, 2}, {4, 6, 2}},
				tf3[] = {{8, 9, 7}};
	DmBins		a = sample_bins(tf1, 2),
				b = sample_bins(tf2, 2),
				far = sample_bins(tf3, 1);
	DmCells		c = pair(p4, q4, 4);

	tap_ok(fabs(psi_text(&c, "drop") - 1.6999280) < 1e-7, "popmon test_comparisons.py: PSI 1.69993");
	tap_near(psi_text(&c, "add:1e-5"), 1.699815077214137, 1e-12,
			 "popmon: PSI with 1e-5 added, 1.699815077214137");
	c = pair(one, two, 3);
	tap_near(dm_js_distance(&c, 2), 1, 1e-15, "scipy docstring jensenshannon: disjoint, base 2");
	tap_near(dm_total_variation(&c), 1, 0, "disjoint: total variation 1");
	tap_near(dm_hellinger(&c), 1, 0, "disjoint: Hellinger 1");
	c = pair(full, half, 2);
	tap_near(dm_js_distance(&c, exp(1)), 0.46450140402245893, 1e-14,
			 "scipy docstring jensenshannon: 0.46450140402245893");
	c = pair(hello, world, 2);
	tap_near(dm_l_infinity(&c), 0.2, 1e-14, "tfdv metrics_test.cc: L-infinity 0.2");
	c = pair(abc1, abc2, 3);
	tap_near(dm_l_infinity(&c), 0.3, 1e-14, "tfdv metrics_test.cc: L-infinity 0.3");
	c = pair(ev1, ev2, 6);
	tap_ok(fabs(dm_hellinger(&c) - 0.06812) < 1e-5, "evidently test_stattests.py: Hellinger 0.06812");
	tap_ok(fabs(dm_total_variation(&c) - 0.0681818) < 5e-8, "evidently: total variation 0.0681818");
	c = pair(nml1, nml2, 4);
	tap_ok(fabs(dm_l_infinity(&c) - 0.14) < 5e-3, "nannyml: aabbcc and aabbccd, 0.14");
	c = pair(nml1, nml3, 4);
	tap_ok(fabs(dm_l_infinity(&c) - 0.67) < 5e-3, "nannyml: aabbcc and bbbbb, 0.67");
	c = cut("distinct", &a, &b);
	tap_near(dm_js_divergence(&c, 2), 0.65563906222, 1e-10,
			 "tfdv metrics_test.cc DifferentBucketBoundaries: 0.65563906222");
	c = cut("distinct", &a, &far);
	tap_near(dm_js_divergence(&c, 2), 1, 1e-15, "tfdv metrics_test.cc: no overlap, 1");
}

static void
test_cells(void)
{
	double		x[100],
				y[70];
	DmBins		a,
				b;
	DmCells		c;
	DmCellSpec	spec;
	DmEmpty		empty;
	size_t		i;
	int			same = 1;

	for (i = 0; i < 100; i++)
		x[i] = pow((double) i + 1, 1.5);
	for (i = 0; i < 70; i++)
		y[i] = pow((double) i + 11, 1.4);
	a = sample_points(x, NULL, 100, room_a);
	b = sample_points(y, NULL, 70, room_b);
	c = cut("deciles", &a, &b);
	tap_ok(c.k == 10, "deciles make ten cells");
	tap_near(psi_text(&c, "floor:1e-4"), 3.1638872399828388, 1e-13, "PSI, floor");
	tap_near(psi_text(&c, "add:1e-5"), 4.0876836138117607, 1e-13, "PSI, add");
	tap_near(psi_text(&c, "count:1"), 1.038058509189862, 1e-13, "PSI, count");
	tap_near(psi_text(&c, "drop"), 0.40354823050157679, 1e-13, "PSI, drop");
	tap_near(psi_text(&c, "evidently"), 3.1638872399828388, 1e-13, "PSI, evidently's zeros");
	tap_near(dm_js_distance(&c, 2), 0.52034878193772194, 1e-13, "JS distance, base 2");
	tap_near(dm_js_distance(&c, exp(1)), 0.43321877781254176, 1e-13, "JS distance, base e");
	tap_near(dm_total_variation(&c), 0.47142857142857142, 1e-14, "total variation of deciles");
	tap_near(dm_l_infinity(&c), 0.1, 1e-14, "L-infinity of deciles");
	tap_near(dm_hellinger(&c), 0.49972955221588389, 1e-14, "Hellinger of deciles");
	c = cut("evidently", &a, &b);
	tap_ok(c.k == 9, "Sturges makes nine cells of 170 values");
	tap_near(psi_text(&c, "evidently"), 2.4816724395138263, 1e-13, "PSI as Evidently computes it");
	c = cut("equal_width:10", &a, &b);
	tap_near(psi_text(&c, "floor:1e-4"), 2.6746911679661327, 1e-13, "PSI, equal widths");

	/* a value that holds most of the reference has a cell of its own */
	for (i = 0; i < 100; i++)
		x[i] = i < 95 ? 0 : 1;
	for (i = 0; i < 70; i++)
		y[i] = i < 35 ? 0 : i < 69 ? 1 : -1;
	a = sample_points(x, NULL, 100, room_a);
	b = sample_points(y, NULL, 70, room_b);
	c = cut("deciles", &a, &b);
	tap_ok(c.k == 3 && c.ref[1] == 95 && c.cur[0] == 1 && c.cur[1] == 35 && c.cur[2] == 34,
		   "a heavy value has its own cell");
	c = cut("distinct", &a, &b);
	tap_near(dm_total_variation(&c), 0.45, 1e-12, "distinct values");
	tap_ok(c.k == 3, "what lies between distinct values is no cell");

	tap_ok(!dm_cell_spec_parse("", &spec) && !dm_cell_spec_parse("quantiles:1", &spec) &&
		   !dm_cell_spec_parse("quantiles:1001", &spec) && !dm_cell_spec_parse("quantiles:-5", &spec) &&
		   !dm_cell_spec_parse("quantiles: 5", &spec) && !dm_cell_spec_parse("quantiles:", &spec) &&
		   !dm_cell_spec_parse("Deciles", &spec) && !dm_cell_spec_parse("equal_width:2.5", &spec),
		   "words that name no cells");
	tap_ok(!dm_empty_parse("", &empty) && !dm_empty_parse("floor:", &empty) &&
		   !dm_empty_parse("floor:0", &empty) && !dm_empty_parse("floor:nan", &empty) &&
		   !dm_empty_parse("add:inf", &empty) && !dm_empty_parse("floor:-1", &empty) &&
		   !dm_empty_parse("add:1e-5x", &empty) && !dm_empty_parse("count:0x1", &empty) &&
		   !dm_empty_parse("drop:1", &empty), "words that name no rule for empty cells");

	/* whatever the cells, each side keeps its mass */
	for (i = 0; i < 200; i++)
	{
		static const char *const rule[] = {"deciles", "quantiles:1000", "equal_width:7",
		"sturges_union", "distinct", "evidently"};
		DmBin		one[2],
					other[1];
		double		sum_a = 0,
					sum_b = 0;
		size_t		k;

		one[0].lo = floor(sample_uniform() * 10) - 5;
		one[0].hi = one[0].lo + floor(sample_uniform() * 3);
		one[1].lo = one[0].hi + 1;
		one[1].hi = one[1].lo + floor(sample_uniform() * 3);
		one[0].count = one[1].count = 5;
		other[0].lo = floor(sample_uniform() * 10) - 5;
		other[0].hi = other[0].lo + sample_uniform() * 5;
		other[0].count = 3;
		a = sample_bins(one, 2);
		b = sample_bins(other, 1);
		c = cut(rule[i % 6], &a, &b);
		for (k = 0; k < c.k; k++)
		{
			sum_a += c.ref[k];
			sum_b += c.cur[k];
			same &= c.ref[k] >= 0 && c.cur[k] >= 0;
		}
		same &= fabs(sum_a - 10) < 1e-12 && fabs(sum_b - 3) < 1e-12;
	}
	tap_ok(same, "cells lose no rows");
}

/* What a distance must obey, on random samples with ties and gaps. */
static void
test_laws(void)
{
	double		v[3][20];
	DmBin		room[3][20];
	int			symmetric = 1,
				triangle = 1,
				zero = 1,
				scaled = 1,
				bounded = 1;
	int			round;

	for (round = 0; round < 500; round++)
	{
		DmBins		s[3];
		DmBins		wide;
		DmBin		wide_room[20];
		DmCells		c;
		double		ab,
					bc,
					ac,
					divergence;
		size_t		i;
		int			j;

		for (j = 0; j < 3; j++)
		{
			size_t		n = 1 + (size_t) (sample_uniform() * 19);

			for (i = 0; i < n; i++)
				v[j][i] = floor(sample_uniform() * 12) - 6;
			s[j] = sample_points(v[j], NULL, n, room[j]);
		}
		ab = dm_wasserstein(&s[0], &s[1]);
		bc = dm_wasserstein(&s[1], &s[2]);
		ac = dm_wasserstein(&s[0], &s[2]);
		symmetric &= ab == dm_wasserstein(&s[1], &s[0]);
		symmetric &= dm_ks_statistic(&s[0], &s[1]) == dm_ks_statistic(&s[1], &s[0]);
		triangle &= ac <= ab + bc + 1e-12;
		triangle &= dm_ks_statistic(&s[0], &s[2]) <=
			dm_ks_statistic(&s[0], &s[1]) + dm_ks_statistic(&s[1], &s[2]) + 1e-12;
		zero &= dm_wasserstein(&s[0], &s[0]) == 0 && dm_ks_statistic(&s[0], &s[0]) == 0;
		bounded &= dm_ks_statistic(&s[0], &s[1]) <= 1;

		for (i = 0; i < s[0].n; i++)
			wide_room[i] = (DmBin) {4 * room[0][i].lo, 4 * room[0][i].hi, room[0][i].count};
		wide = sample_bins(wide_room, s[0].n);
		for (i = 0; i < s[1].n; i++)
			room[1][i].lo = room[1][i].hi *= 4;
		scaled &= fabs(dm_wasserstein(&wide, &s[1]) - 4 * ab) < 1e-12;

		c = cut("distinct", &s[0], &s[2]);
		ab = dm_js_distance(&c, 2);
		divergence = dm_hellinger(&c);
		bounded &= ab >= 0 && ab <= 1 && divergence <= 1 && dm_total_variation(&c) <= 1;
		/* Hellinger^2 <= TV <= Hellinger sqrt(2) */
		triangle &= divergence * divergence <= dm_total_variation(&c) + 1e-12 &&
			dm_total_variation(&c) <= divergence * sqrt(2) + 1e-12;
		bounded &= dm_l_infinity(&c) <= dm_total_variation(&c) + 1e-12;
		c = cut("distinct", &s[2], &s[0]);
		symmetric &= fabs(ab - dm_js_distance(&c, 2)) < 1e-15;
		c = cut("deciles", &s[0], &s[0]);
		zero &= dm_js_distance(&c, 2) == 0 && psi_text(&c, "floor:1e-4") == 0;
	}
	tap_ok(symmetric, "distances are symmetric");
	tap_ok(triangle, "distances obey the triangle inequality, Hellinger bounds total variation");
	tap_ok(zero, "equal samples are 0 apart");
	tap_ok(scaled, "W1 scales with the values");
	tap_ok(bounded, "bounded distances keep their bounds");
}

static void
test_corners(void)
{
	const DmBin p[] = {{3, 3, 7}},
				q[] = {{8.5, 8.5, 1}};
	static const double none[] = {0},
				some[] = {3};
	DmBins		a = sample_bins(p, 1),
				b = sample_bins(q, 1),
				empty = {p, 0, 0};
	DmCells		c;

	tap_near(dm_wasserstein(&a, &b), 5.5, 0, "different single values: W1 = |a - b|");
	tap_near(dm_ks_statistic(&a, &b), 1, 0, "different single values: KS 1");
	c = cut("deciles", &a, &b);
	tap_near(dm_js_distance(&c, 2), 1, 0, "different single values: JS distance 1");
	tap_near(dm_reference_scale(&a), 0.001, 0, "a constant is divided by the floor");
	c = cut("sturges_union", &a, &a);
	tap_near(dm_js_distance(&c, 2), 0, 0, "equal single values: 0");
	tap_near(dm_wasserstein(&a, &empty), NAN, 0, "an empty side: undefined");
	tap_near(dm_ks_statistic(&empty, &a), NAN, 0, "an empty side: undefined (KS)");
	tap_near(dm_bins_stddev(&empty), NAN, 0, "an empty side: undefined (stddev)");
	c = pair(none, some, 1);
	tap_near(dm_js_distance(&c, 2), NAN, 0, "an empty side: undefined (JS)");
	tap_near(psi_text(&c, "drop"), NAN, 0, "an empty side: undefined (PSI)");
	tap_near(dm_total_variation(&c), NAN, 0, "an empty side: undefined (total variation)");
	tap_near(dm_hellinger(&c), NAN, 0, "an empty side: undefined (Hellinger)");
	tap_near(dm_l_infinity(&c), NAN, 0, "an empty side: undefined (L-infinity)");
}

int
main(void)
{
	test_wasserstein();
	test_intervals();
	test_shares();
	test_cells();
	test_laws();
	test_corners();
	return tap_done();
}
