/*
 * test_sample_tests.c - tests of ranks, moments and distribution functions.
 *
 * Unless said otherwise values are those of scipy 1.10.1 on the two samples of
 * eight in Evidently's tests/stattests/test_stattests.py, which publishes
 * p = .0635 of Anderson and Darling and .084 of Student.
 */
#include <string.h>

#include "near.h"
#include "sample.h"
#include "stats/edf_tests.h"
#include "stats/epps_singleton.h"
#include "stats/moment_tests.h"
#include "stats/rank_tests.h"

static DmBin room[2][3000];
static DmBins ref,
			cur;

static void
evidently(void)
{
	static double a[] = {38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0};
	static double b[] = {39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8};

	ref = sample_points(a, NULL, LENGTH(a), room[0]);
	cur = sample_points(b, NULL, LENGTH(b), room[1]);
}

/* Evidently again: ties, and two of a size. */
static void
six_values(void)
{
	static double v[] = {1, 2, 3, 4, 5, 6};
	static const double a[] = {16, 18, 16, 14, 12, 12};
	static const double b[] = {16, 16, 16, 16, 16, 8};

	ref = sample_points(v, a, 6, room[0]);
	cur = sample_points(v, b, 6, room[1]);
}

static DmTest
cramer_von_mises(void)
{
	void	   *space = malloc(dm_cramer_von_mises_space(ref.total, cur.total) + 1);
	bool		tied;
	DmTest		t = dm_cramer_von_mises_test(&ref, &cur, ref.total <= DM_CVM_EXACT ? space : NULL, &tied);

	free(space);
	return t;
}

static DmTest
mann_whitney(bool *exact)
{
	size_t		size = dm_mann_whitney_space(ref.total, cur.total);
	void	   *space = malloc(size + 1);
	DmTest		t = dm_mann_whitney_test(&ref, &cur, size ? space : NULL, exact);

	free(space);
	return t;
}

static void
test_anderson_darling(void)
{
	DmTest		t;

	evidently();
	t = dm_anderson_darling_test(&ref, &cur);
	tap_near(t.statistic, 1.7183096744360893, 1e-12, "Anderson-Darling statistic");
	tap_near(t.p_value, 0.0635146772876083, 1e-12, "and its p-value: Evidently .0635");
	six_values();
	t = dm_anderson_darling_test(&ref, &cur);
	tap_near(t.statistic, -1.1079587585572752, 1e-12, "Anderson-Darling with ties");
	tap_near(t.p_value, 0.25, 0, "p-values end at 0.25");
	ref = sample_points((double[]) {1, 1, 1}, NULL, 3, room[0]);
	cur = sample_points((double[]) {1, 1, 1}, NULL, 3, room[1]);
	tap_near(dm_anderson_darling_test(&ref, &cur).statistic, NAN, 0, "one value is undefined");
}

/* 1 - cdf with mpmath 1.2.1, cdf by scipy's _cdf_cvm_inf in 40 digits; then two published points. */
static const double cvm_tail[][2] = {
	{0.0036, 0.99999999999999868},
	{0.005, 0.99999999997799753},
	{0.01, 0.99999413556719013},
	{0.02, 0.99699938569839812},
	{0.05, 0.87628093104134897},
	{0.1, 0.58487343840679488},
	{0.3, 0.13517126880510581},
	{1, 0.0024604521801339639},
	{3, 7.5677434593160199e-8},
	{10, 4.1789410928852881e-23},
};

static void
test_cramer_von_mises(void)
{
	char		name[80];
	size_t		i;
	DmTest		t;

	for (i = 0; i < LENGTH(cvm_tail); i++)
	{
		snprintf(name, sizeof(name), "Cramer-von Mises tail at %g", cvm_tail[i][0]);
		tap_near(dm_cramer_von_mises_sf(cvm_tail[i][0]), cvm_tail[i][1], 3e-15, name);
	}
	tap_near(dm_cramer_von_mises_sf(0.46136), 0.05, 1e-4, "Anderson and Darling (1952): 5 %");
	tap_near(dm_cramer_von_mises_sf(0.74346), 0.01, 1e-4, "Anderson and Darling (1952): 1 %");
	evidently();
	t = cramer_von_mises();
	tap_near(t.statistic, 0.4375, 1e-14, "T");
	tap_near(t.p_value, 0.06433566433566433, 1e-12, "exact p");
	six_values();
	t = cramer_von_mises();
	tap_near(t.statistic, 0.020661157024793653, 1e-10, "T with ties");
	tap_near(t.p_value, 0.9976139157663553, 1e-9, "asymptotic p");
}

static void
test_mann_whitney(void)
{
	double		v[2000];
	bool		exact;
	DmTest		t;
	int			i;

	/* Mann and Whitney's U by hand in scipy's docstring: ages of diagnosis */
	ref = sample_points((double[]) {19, 22, 16, 29, 24}, NULL, 5, room[0]);
	cur = sample_points((double[]) {20, 11, 17, 12}, NULL, 4, room[1]);
	t = mann_whitney(&exact);
	tap_ok(exact && t.statistic == 17, "scipy's docstring: U 17");
	tap_near(t.p_value, 1.0 / 9, 1e-14, "scipy's docstring: p 0.1111");
	tap_near(t.effect_size, 0.7, 1e-14, "rank-biserial correlation");
	for (i = 0; i < 2000; i++)
		v[i] = i;
	ref = sample_points((double[]) {1.5, 2.5, 3.5}, NULL, 3, room[0]);
	cur = sample_points(v, NULL, 2000, room[1]);
	t = mann_whitney(&exact);
	tap_ok(exact, "three against two thousand is exact");
	tap_near(t.p_value, 7.926199598211819e-08, 1e-12, "and its p-value");
	six_values();
	t = mann_whitney(&exact);
	tap_ok(!exact && t.statistic == 3856, "ties are asymptotic");
	tap_near(t.p_value / 2, 0.481, 1e-3, "Evidently: p 0.481, one-sided");
	tap_near(t.p_value, 0.962866061197499, 1e-12, "scipy: p, two-sided");
	ref = sample_points((double[]) {2, 2}, NULL, 2, room[0]);
	cur = sample_points((double[]) {2, 2, 2}, NULL, 3, room[1]);
	tap_near(mann_whitney(&exact).p_value, 1, 0, "all equal: p 1");
}

static void
test_moments(void)
{
	/* mean and variance with numpy */
	DmMeanSpread a = {8, 45.7125, 0, 0},
				b = {8, 41.675, 0, 0};
	DmMeanSpread same = {5, 3, 0, 0},
				other = {5, 4, 0, 0},
				one = {1, 3, 0, NAN},
				wide = {2, 0, 0, INFINITY};
	DmTest		t;

	a.stddev = sqrt(32.44410714285714);
	b.stddev = sqrt(5.2735714285714215);
	t = dm_student_t_test(&a, &b);
	tap_near(t.statistic, 1.8594523396226919, 1e-13, "t");
	tap_near(t.p_value, 0.08410572024397052, 1e-12, "Evidently: p .084");
	tap_near(t.df, 14, 0, "df");
	tap_near(dm_welch_t_test(&a, &b).p_value, 0.0951205647234383, 1e-12, "Welch's p");
	t = dm_f_test(&a, &b);
	tap_near(t.statistic, 6.152207774617373, 1e-13, "F");
	tap_near(t.p_value, 0.02859148937988568, 1e-12, "p of F, two-sided");
	tap_near(dm_f_test(&b, &a).p_value, 0.02859148937988568, 1e-12, "either way round");
	tap_near(t.effect_size, log(6.152207774617373), 1e-13, "log of the ratio");
	tap_near(dm_student_t_test(&same, &same).statistic, NAN, 0, "0/0");
	tap_ok(dm_student_t_test(&same, &other).statistic == -INFINITY, "different constants");
	tap_near(dm_welch_t_test(&same, &other).p_value, 0, 0, "never the same");
	tap_near(dm_welch_t_test(&one, &a).p_value, NAN, 0, "one value has no variance");
	tap_near(dm_f_test(&same, &same).statistic, NAN, 0, "no variance on either side");
	t = dm_student_t_test(&a, &wide);
	tap_ok(isnan(t.statistic) && isnan(t.p_value) && isnan(t.effect_size), "a spread beyond double: no t, no p");
	tap_near(dm_welch_t_test(&wide, &a).p_value, NAN, 0, "nor Welch's");
	t = dm_f_test(&wide, &a);
	tap_ok(isnan(t.statistic) && isnan(t.p_value), "nor F");
}

static void
test_kolmogorov_and_kuiper(void)
{
	DmEdfScan	s;
	DmEdfScan	large = {NAN, 1.747 / 1e4, 0};
	bool		exact;

	evidently();
	s = dm_bins_scan(&ref, &cur);
	tap_near(s.most, 0.125, 1e-14, "largest F - G");
	tap_near(s.least, -0.625, 1e-14, "smallest F - G");
	tap_near(dm_ks_one_sided(s.most, 8, 8, &exact), 0.8888888888888888, 1e-12, "p of greater");
	tap_near(dm_ks_one_sided(-s.least, 8, 8, &exact), 0.043512043512043505, 1e-12, "p of less");
	tap_near(dm_ks_one_sided(0.07714285714285714, 300, 350, &exact), 0.1383081425517524, 1e-10,
			 "exact with 300 and 350");
	tap_ok(exact, "it says so");
	/* Stephens (1970), table 1A: upper tail of V* */
	tap_near(dm_kuiper_test(&large, 2e8, 2e8).p_value, 0.05, 2e-3, "Stephens (1970): 1.747 is 5 %");
	large.most = 2.001 / 1e4;
	tap_near(dm_kuiper_test(&large, 2e8, 2e8).p_value, 0.01, 5e-3, "Stephens (1970): 2.001 is 1 %");
}

static void
test_epps_singleton(void)
{
	DmTest		t;

	evidently();
	t = dm_epps_singleton_test(&ref, &cur);
	tap_near(t.statistic, 3.981988619558033, 1e-11, "Epps-Singleton");
	tap_near(t.p_value, 0.4084489129581603, 1e-11, "and its p-value");
	six_values();
	t = dm_epps_singleton_test(&ref, &cur);
	tap_near(t.p_value, 0.81, 1e-3, "Evidently: p 0.81");
	tap_near(t.statistic, 1.5931502246629545, 1e-11, "without correction from 25 rows on");
	ref = sample_points((double[]) {1, 2, 3, 4}, NULL, 4, room[0]);
	tap_near(dm_epps_singleton_test(&ref, &cur).statistic, NAN, 0, "four values are too few");
}

int
main(void)
{
	test_anderson_darling();
	test_cramer_von_mises();
	test_mann_whitney();
	test_moments();
	test_kolmogorov_and_kuiper();
	test_epps_singleton();
	return tap_done();
}
