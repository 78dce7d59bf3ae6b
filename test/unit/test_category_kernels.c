/*
 * Tests of stats/contingency.c, fisher.c, proportions.c, divergence.c and mmd.c
 * on published values, and where they are undefined.
 */
#include <stdlib.h>

#include "near.h"
#include "stats/contingency.h"
#include "stats/divergence.h"
#include "stats/fisher.h"
#include "stats/mmd.h"
#include "stats/proportions.h"

static double margins[256];

static DmTest
table_test(const double *cell, size_t rows, size_t columns, DmPowerDivergence kind, bool correction)
{
	DmTable		t = {cell, rows, columns};

	return dm_contingency_test(&t, kind, correction, margins);
}

static double
fisher(const double *cell, size_t rows, size_t columns)
{
	DmTable		t = {cell, rows, columns};
	DmFisherRoom room;
	double		p = NAN;

	room.log_factorial = malloc(sizeof(double) * 100001);
	room.margins = margins;
	room.nodes = dm_fisher_nodes(&t);
	room.node = calloc(room.nodes, sizeof(DmFisherNode));
	room.pause = NULL;
	if (!dm_fisher_exact(&t, &room, &p))
		p = -1;
	free(room.log_factorial);
	free(room.node);
	return p;
}

static void
test_tables(void)
{
	static const double scipy[] = {10, 10, 20, 20, 20, 20};
	static const double holes[] = {10, 0, 10, 20, 0, 0, 0, 0, 20, 0, 20, 20};
	static const double deepchecks[] = {200, 800, 400, 600};
	static const double nones[] = {200 / 1.1, 800 / 1.1, 100 / 1.1, 400, 600, 0};
	static const double alike[] = {3, 5, 7, 9, 15, 21};
	static const double apart[] = {1000, 0, 0, 1000};
	static const double one[] = {1000, 1000};
	static const double tiny[] = {1, 0, 0, 1};
	static const double empty[] = {0, 0, 3, 4};
	static const double large[] = {4e15, 6e15, 4e15 + 1e8, 6e15 - 1e8};
	DmTable		t = {deepchecks, 2, 2};
	DmTest		r = table_test(scipy, 2, 3, DM_PEARSON, false);

	tap_near(r.statistic, 2.7777777777777777, 1e-14, "scipy chi2_contingency docstring: statistic");
	tap_near(r.p_value, 0.24935220877729614, 1e-13, "scipy chi2_contingency docstring: p");
	tap_ok(r.df == 2, "and df");
	r = table_test(scipy, 2, 3, DM_LOG_LIKELIHOOD, true);
	tap_near(r.statistic, 2.7688587616781319, 1e-13,
			 "scipy chi2_contingency docstring: G, to which Yates does not apply");
	tap_near(r.p_value, 0.25046668010954165, 1e-13, "scipy chi2_contingency docstring: p of G");
	tap_near(table_test(holes, 3, 4, DM_PEARSON, false).statistic, 2.7777777777777777, 1e-14,
			 "rows and columns without counts are left out");
	tap_near(dm_cramers_v_corrected(&t, true, margins), 0.21602579183508638, 1e-12,
			 "deepchecks drift_test.py: V 0.2160");
	t.cell = nones;
	t.columns = 3;
	tap_ok(fabs(dm_cramers_v_corrected(&t, true, margins) - 0.30) < 0.01,
		   "deepchecks drift_test.py: V with Nones 0.30");
	r = table_test(alike, 2, 3, DM_LOG_LIKELIHOOD, false);
	tap_ok(fabs(r.statistic) < 1e-14 && fabs(r.p_value - 1) < 1e-12, "samples of equal shares: G is 0");
	tap_near(table_test(apart, 2, 2, DM_PEARSON, false).effect_size, 1, 1e-14,
			 "deepchecks drift_test.py: disjoint values, V 1");
	r = table_test(one, 2, 1, DM_PEARSON, true);
	tap_ok(r.statistic == 0 && r.p_value == 1 && r.df == 0 && r.effect_size == 0, "one value: statistic 0, p 1");
	t.cell = tiny;
	t.columns = 2;
	tap_near(dm_cramers_v_corrected(&t, true, margins), NAN, 0, "too few rows for Bergsma's correction: undefined");
	r = table_test(empty, 2, 2, DM_PEARSON, false);
	tap_near(r.statistic, NAN, 0, "an empty sample: undefined");
	/* d = 5e7 exactly in every cell: 2 d^2 / 4e15 + 2 d^2 / 6e15, nearly */
	tap_near(table_test(large, 2, 2, DM_PEARSON, false).statistic, 25.0 / 12, 1e-6,
			 "counts of 1e15 that differ by 1e8");
}

static void
test_goodness_of_fit(void)
{
	static const double observed[] = {16, 18, 16, 14, 12, 12};
	static const double expected[] = {16, 16, 16, 16, 16, 8};
	static const double ones[] = {1, 1, 1, 1, 1, 1};
	static const double evidently_g[] = {4, 6, 8},
				reference_g[] = {5, 5, 8};
	static const double whylogs[] = {240, 260},
				reference_w[] = {130, 370};
	static const double added[] = {1, 2},
				lacks[] = {3, 0},
				none[] = {0, 0};
	DmTest		r = dm_goodness_of_fit(observed, ones, 6, DM_PEARSON);

	tap_near(r.statistic, 2, 1e-14, "scipy chisquare docstring: 2.0");
	tap_near(r.p_value, 0.84914503608460956, 1e-13, "scipy chisquare docstring: p");
	r = dm_goodness_of_fit(observed, expected, 6, DM_PEARSON);
	tap_near(r.statistic, 3.5, 1e-14, "scipy chisquare docstring: 3.5");
	tap_near(r.p_value, 0.62338762774958223, 1e-13, "scipy chisquare docstring: p");
	r = dm_goodness_of_fit(expected, observed, 6, DM_PEARSON);
	tap_near(r.statistic, 3.1746032, 1e-7, "evidently test_stattests.py: chi-square");
	tap_ok(fabs(r.p_value - 0.67309) < 5e-6, "evidently test_stattests.py: p 0.67309");
	r = dm_goodness_of_fit(evidently_g, reference_g, 3, DM_LOG_LIKELIHOOD);
	tap_ok(fabs(r.p_value - 0.8176) < 5e-5, "evidently test_stattests.py: G-test p 0.8176");
	r = dm_goodness_of_fit(whylogs, reference_w, 2, DM_PEARSON);
	tap_ok(fabs(r.statistic - 125.7796) < 5e-5, "whylogs#491: 125.7796");
	tap_near(dm_goodness_of_fit(added, lacks, 2, DM_PEARSON).statistic, NAN, 0,
			 "observed but not expected: undefined, not infinite");
	tap_near(dm_goodness_of_fit(none, added, 2, DM_PEARSON).p_value, NAN, 0, "nothing observed: undefined");
	r = dm_goodness_of_fit(lacks, added, 1, DM_PEARSON);
	tap_ok(r.statistic == 0 && r.p_value == 1, "one category: statistic 0, p 1");
}

static void
test_fisher(void)
{
	static const double whales[] = {8, 2, 1, 5};
	static const double tea[] = {3, 1, 1, 3};
	static const double convictions[] = {2, 10, 15, 3};
	static const double job[] = {1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11};
	static const double evidently[6][4] = {{45, 45, 30, 60}, {3, 3, 6, 0}, {6, 0, 6, 0},
	{2, 4, 2, 4}, {6, 0, 0, 6}, {90, 60, 60, 90}};
	static const double wanted[6] = {0.033, 0.181, 1, 1, 0.0021, 0.00078};
	static const double wide[] = {3, 5, 8, 12, 3, 2},
				tall[] = {3, 12, 5, 3, 8, 2};
	static const double far[] = {1000000, 1, 1, 1000000};
	static const double huge[] = {300000000, 700000000, 300010000, 699990000};
	static const double zero[] = {3, 0, 4, 0};
	int			i;

	tap_near(dm_fisher_2x2(whales, DM_TWO_SIDED), 0.03496503496503495, 1e-13,
			 "scipy fisher_exact docstring: 0.0349...");
	tap_near(dm_odds_ratio(whales), 20, 0, "odds ratio 20");
	tap_ok(fabs(dm_fisher_2x2(tea, DM_GREATER) - 0.2429) < 5e-5, "R fisher.test, Fisher's tea drinker: 0.2429");
	tap_ok(fabs(dm_fisher_2x2(convictions, DM_LESS) - 0.0004652) < 5e-8, "R fisher.test, convictions: 0.0004652");
	tap_ok(fabs(fisher(job, 4, 4) - 0.7827) < 5e-5, "R fisher.test, Agresti's job satisfaction: 0.7827");
	for (i = 0; i < 6; i++)
		tap_ok(fabs(dm_fisher_2x2(evidently[i], DM_TWO_SIDED) - wanted[i]) < 1e-3 * (i < 4 ? 1 : 0.1),
			   "evidently test_stattests.py: Fisher");
	tap_near(fisher(whales, 2, 2), 0.03496503496503495, 1e-12, "Freeman and Halton's of 2 x 2 is Fisher's");
	tap_near(fisher(wide, 2, 3), fisher(tall, 3, 2), 1e-13, "rows and columns may change places");
	tap_ok(dm_fisher_2x2(far, DM_TWO_SIDED) == 0, "a tail below the smallest double is 0");
	tap_near(dm_fisher_2x2(far, DM_LESS), 1, 0, "and the other tail is 1");
	/* scipy 1.10, whose logarithms of 1e10 keep some 6 digits */
	tap_near(dm_fisher_2x2(huge, DM_TWO_SIDED), 0.6256212409100516, 1e-5, "counts of 1e9");
	tap_ok(dm_fisher_2x2(zero, DM_TWO_SIDED) == 1, "a column without counts: p 1");
	tap_near(dm_odds_ratio(zero), NAN, 0, "and no odds ratio");
}

static void
test_proportions(void)
{
	double		low,
				high;
	DmTest		r;

	tap_near(dm_binomial_test(3, 15, 0.1, DM_GREATER), 0.18406106910639114, 1e-12, "scipy binomtest docstring");
	tap_ok(fabs(dm_binomial_test(682, 925, 0.75, DM_TWO_SIDED) - 0.3825) < 5e-5,
		   "R binom.test, Conover (1971): 0.3825");
	tap_near(dm_binomial_test(0, 5, 0, DM_TWO_SIDED), 1, 0, "what has chance 0 did not happen");
	tap_near(dm_binomial_test(1, 5, 0, DM_TWO_SIDED), 0, 0, "or did");
	tap_near(dm_binomial_test(1, 2, 0.5, DM_TWO_SIDED), 1, 0, "at the mean");
	dm_proportion_interval(7, 50, 0.05, DM_CLOPPER_PEARSON, &low, &high);
	tap_near(low, 0.05819170033997342, 1e-9, "scipy proportion_ci docstring, low");
	tap_near(high, 0.26739600249700846, 1e-9, "scipy proportion_ci docstring, high");
	dm_proportion_interval(0, 50, 0.05, DM_WILSON, &low, &high);
	tap_ok(low == 0 && high > 0.07 && high < 0.08, "Wilson of none is one-sided, not empty");
	dm_proportion_interval(0, 50, 0.05, DM_NORMAL, &low, &high);
	tap_ok(low == 0 && high == 0, "Wald's of none is empty: do not use it");
	r = dm_proportions_test(5, 83, 12, 99, DM_TWO_SIDED);
	tap_ok(fabs(r.p_value - 0.159) < 5e-4, "statsmodels proportions_ztest docstring: 0.159");
	r = dm_proportions_test(5, 5, 7, 7, DM_TWO_SIDED);
	tap_ok(isnan(r.statistic) && isnan(r.p_value) && r.effect_size == 0, "all rows alike: z is 0/0");
	r = dm_proportions_test(0, 0, 1, 7, DM_LESS);
	tap_near(r.p_value, NAN, 0, "an empty side: undefined");
}

static void
test_divergences(void)
{
	static const double p[] = {85, 5, 5, 5},
				q[] = {25, 25, 25, 25},
				new_value[] = {0, 50, 25, 25},
				none[] = {0};
	DmCells		pq = {p, q, 4, 100, 100},
				qp = {q, p, 4, 100, 100},
				added = {new_value, q, 4, 100, 100},
				nothing = {p, p, 0, 0, 100},
				apart = {p, none, 1, 85, 100};
	DmEmpty		popmon = {DM_EMPTY_ADD, 1e-5},
				evidently = {DM_EMPTY_EVIDENTLY, 1e-4},
				drop = {DM_EMPTY_DROP, 1};
	DmTest		r;

	/* popmon's are cut, not rounded */
	tap_ok(fabs(dm_kl_divergence(&qp, popmon, exp(1)) - 0.90105) < 1e-5, "popmon test_comparisons.py: KL 0.90105");
	tap_ok(fabs(dm_kl_divergence(&pq, popmon, exp(1)) - 0.79875) < 1e-5, "popmon test_comparisons.py: KL 0.79875");
	tap_near(dm_kl_divergence(&pq, drop, exp(1)), 0.7987934, 1e-7, "the same without an epsilon");
	tap_near(dm_kl_divergence(&pq, drop, 2), 0.7987934 / log(2), 1e-7, "in bits");
	/* p becomes (1e-4, .5, .25, .25) / 1.0001 against quarters */
	tap_near(dm_kl_divergence(&added, evidently, exp(1)),
			 (1e-4 * log(4e-4 / 1.0001) + 0.5 * log(2 / 1.0001) - 0.5 * log(1.0001)) / 1.0001, 1e-13,
			 "a zero becomes 0.0001, and shares sum to 1 again");
	r = dm_psi_test(&pq, drop);
	tap_near(r.statistic, 1.6999280, 1e-7, "popmon test_comparisons.py: PSI 1.69993");
	tap_ok(r.df == 3 && fabs(r.p_value / 2.599733790734923e-18 - 1) < 1e-4,
		   "PSI / (1/n + 1/m) = 84.9964 is chi-square with 3 df: scipy 2.5997e-18");
	tap_near(dm_psi_test(&nothing, drop).p_value, NAN, 0, "an empty side: undefined (PSI test)");
	tap_ok(isnan(dm_psi(&apart, drop)) && isnan(dm_psi_test(&apart, drop).p_value) &&
		   isnan(dm_kl_divergence(&apart, drop, 2)),
		   "no cell in common and all dropped: undefined, not 0");
	tap_near(dm_kl_divergence(&nothing, drop, 2), NAN, 0, "an empty side: undefined (KL)");
}

static DmMmd
mmd(const double *x, size_t n, size_t m, size_t dimension, double sigma)
{
	DmMmdInput	in = {x, n, m, dimension, sigma, 99, 1, NULL, NULL};
	DmMmd		result;

	in.room = malloc(sizeof(double) * dm_mmd_room(n + m, dimension));
	result = dm_mmd(&in);
	free(in.room);
	return result;
}

static void
test_mmd(void)
{
	static const double x[] = {0, 0, 0, 2, 2};
	static const double huge[] = {-1e308, -1e308, 1e308, 1e308};
	static const double same[] = {5, 5, 5, 5, 5};
	double		k = exp(-2.0);
	DmMmd		r = mmd(x, 3, 2, 1, 1);

	tap_near(r.statistic, 2 - 2 * k, 1e-14, "two points 2 apart, sigma 1: 1 + 1 - 2 exp(-2)");
	tap_near(r.biased, sqrt(2 - 2 * k), 1e-14, "and the root of the biased estimate");
	tap_near(r.p_value * 100, rint(r.p_value * 100), 1e-12, "p is a number of hundredths");
	tap_ok(r.p_value >= 0.01, "and not 0");
	tap_near(mmd(huge, 2, 2, 1, NAN).statistic, 2 - 2 * exp(-1.0), 1e-14, "distances beyond double");
	r = mmd(same, 3, 2, 1, NAN);
	tap_ok(r.statistic == 0 && r.p_value == 1 && r.sigma == 0, "all vectors alike: 0, p 1");
	tap_near(mmd(x, 3, 1, 1, NAN).p_value, NAN, 0, "one vector: undefined");
	/* of ten pairs four are 0 and six are 4 apart: the lower median is 4 */
	tap_near(mmd(x, 3, 2, 1, NAN).sigma, sqrt(2), 1e-14, "the median heuristic");
}

int
main(void)
{
	test_tables();
	test_goodness_of_fit();
	test_fisher();
	test_proportions();
	test_divergences();
	test_mmd();
	return tap_done();
}
