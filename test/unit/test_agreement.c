/*
 * test_agreement.c - measures of agreement, against printed values.
 */
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "stats/agreement.h"

#define MOST 4096

static DmRating rating[MOST];
static double number[64];
static double room[MOST * 8];

static void
add(DmRatings *r, unsigned item, unsigned annotator, unsigned category, double count)
{
	if (count == 0)
		return;
	rating[r->n].item = item;
	rating[r->n].annotator = annotator;
	rating[r->n].category = category;
	rating[r->n++].count = count;
}

static DmRatings
begin(size_t items, size_t annotators, size_t categories)
{
	DmRatings	r = {0};
	size_t		i;

	r.rating = rating;
	r.n_items = items;
	r.n_annotators = annotators;
	r.n_categories = categories;
	for (i = 0; i < categories; i++)
		number[i] = (double) i + 1;
	r.number = number;
	return r;
}

/* Items by categories, who gave them unknown. */
static DmRatings
from_counts(const int *x, size_t items, size_t categories)
{
	DmRatings	r = begin(items, 0, categories);
	size_t		i;

	for (i = 0; i < items * categories; i++)
		add(&r, (unsigned) (i / categories), 0, (unsigned) (i % categories), x[i]);
	return r;
}

/* Annotators by items, a digit a rating from 1 on; anything else is missing. */
static DmRatings
from_lines(const char *const *line, size_t annotators, size_t categories)
{
	size_t		items = strlen(line[0]);
	DmRatings	r = begin(items, annotators, categories);
	size_t		i;
	size_t		g;

	for (i = 0; i < items; i++)
		for (g = 0; g < annotators; g++)
			if (line[g][i] >= '0' && line[g][i] <= '9')
				add(&r, (unsigned) i, (unsigned) g, (unsigned) (line[g][i] - '1'), 1);
	return r;
}

/* A contingency table of two annotators: items that stand for so many. */
static DmRatings
from_table(const double *x, size_t categories, double *weight)
{
	DmRatings	r = begin(categories * categories, 2, categories);
	size_t		i;

	for (i = 0; i < categories * categories; i++)
	{
		weight[i] = x[i];
		if (x[i] == 0)
			continue;
		add(&r, (unsigned) i, 0, (unsigned) (i / categories), 1);
		add(&r, (unsigned) i, 1, (unsigned) (i % categories), 1);
	}
	r.item_weight = weight;
	return r;
}

static DmAgreement
measure(const DmRatings *r, DmAgreementMethod method, DmAgreementWeights weights, DmAgreementMetric metric)
{
	DmAgreementOptions o = {weights, NULL, metric, 0.95, NULL};

	if (dm_agreement_room(r, method) > sizeof(room) / sizeof(*room))
		abort();
	return dm_agreement(r, method, &o, room);
}

static DmAgreement
plain(const DmRatings *r, DmAgreementMethod method)
{
	return measure(r, method, DM_WEIGHTS_NONE, DM_METRIC_NOMINAL);
}

/* Tables of statsmodels/stats/tests/test_inter_rater.py. */
static void
test_counts(void)
{
	static const int wikipedia[] = {0, 0, 0, 0, 14, 0, 2, 6, 4, 2, 0, 0, 3, 5, 6, 0, 3, 9, 2, 0, 2, 2, 8, 1, 1,
	7, 7, 0, 0, 0, 3, 2, 6, 3, 0, 2, 5, 3, 2, 2, 6, 5, 2, 1, 0, 0, 2, 2, 3, 7};
	static const int small[] = {7, 1, 3, 5};
	static const int other[] = {6, 1, 0, 0, 7, 0};
	static const int one[] = {7, 0, 7, 0};
	DmRatings	r = from_counts(wikipedia, 10, 5);
	DmAgreement a = plain(&r, DM_FLEISS);

	tap_near(a.value, 0.20993070442195522, 1e-12, "Fleiss' kappa of Wikipedia's table");
	tap_near(a.observed, 0.37802197802197803, 1e-12, "and its observed agreement");
	tap_near(plain(&r, DM_GWET).value, 0.22561415081662828, 1e-9, "AC1 of the same");
	r = from_counts(small, 2, 2);
	tap_near(plain(&r, DM_FLEISS).value, 0.161905, 3e-6, "test_fleis_randolph, Fleiss 0.161905");
	tap_near(plain(&r, DM_RANDOLPH).value, 0.214286, 3e-6, "Randolph 0.214286");
	r = from_counts(other, 2, 3);
	tap_near(plain(&r, DM_FLEISS).value, 0.708333, 3e-6, "test_fleis_randolph, Fleiss 0.708333");
	tap_near(plain(&r, DM_RANDOLPH).value, 0.785714, 3e-6, "Randolph 0.785714");
	/* statsmodels#4387: Fleiss is 0/0, free-marginal is 1 */
	r = from_counts(one, 2, 2);
	a = plain(&r, DM_FLEISS);
	tap_ok(isnan(a.value) && a.observed == 1 && a.reason != NULL, "one category used: no kappa, a reason, agreement 1");
	tap_near(plain(&r, DM_RANDOLPH).value, 1, 0, "one of two categories used: free-marginal kappa is 1");
	tap_near(plain(&r, DM_GWET).value, 1, 0, "and AC1");
}

/*
 * Krippendorff, "Computing Krippendorff's alpha-reliability" (2011); coefficients
 * and standard errors of others: vignette "overview" of the R package irrCAC
 * 1.0, cac.raw4raters, the same data.
 */
static void
test_krippendorff(void)
{
	static const char *const binary[] = {"1211111121", "2221121111"};
	static const char *const nominal[] = {"112243335441", "212223335444"};
	static const char *const coders[] = {".....34121133.3", "1.213343.......", "..21344.21133.4"};
	static const char *const crowd[] = {"121", "122"};
	static const char *const gaps[] = {"123321412...", "1233224125..", ".33323422513", "12332441251."};
	DmRatings	r = from_lines(binary, 2, 2);
	DmAgreement a;

	tap_near(plain(&r, DM_KRIPPENDORFF).value, 0.0952381, 1e-6, "alpha of binary data is 0.095");
	r = from_lines(nominal, 2, 5);
	tap_near(plain(&r, DM_KRIPPENDORFF).value, 0.6919643, 1e-7, "alpha of nominal data is 0.692");
	/* Wikipedia, "Krippendorff's alpha": three coders, fifteen units, one of which nobody coded */
	r = from_lines(coders, 3, 4);
	tap_near(plain(&r, DM_KRIPPENDORFF).value, 0.691, 1e-3, "Wikipedia, nominal: 0.691");
	a = measure(&r, DM_KRIPPENDORFF, DM_WEIGHTS_NONE, DM_METRIC_INTERVAL);
	tap_near(a.value, 0.811, 1e-3, "Wikipedia, interval: 0.811");
	/* the docstring of crowd-kit's alpha_krippendorff: Y Y, N N, Y N */
	r = from_lines(crowd, 2, 2);
	tap_near(plain(&r, DM_KRIPPENDORFF).value, 4.0 / 9, 1e-12, "crowd-kit: 0.4444444444444444");
	r = from_lines(gaps, 4, 5);
	tap_near(plain(&r, DM_KRIPPENDORFF).value, 904.0 / 1216, 1e-12, "with gaps, nominal: 904/1216");
	a = measure(&r, DM_KRIPPENDORFF, DM_WEIGHTS_NONE, DM_METRIC_ORDINAL);
	tap_near(a.value, 0.8153875, 1e-7, "ordinal 0.815");
	a = measure(&r, DM_KRIPPENDORFF, DM_WEIGHTS_NONE, DM_METRIC_INTERVAL);
	tap_near(a.value, 0.8491071, 1e-7, "interval 0.849");
	a = measure(&r, DM_KRIPPENDORFF, DM_WEIGHTS_NONE, DM_METRIC_RATIO);
	tap_near(a.value, 0.7974028, 1e-7, "ratio 0.797");
	a = plain(&r, DM_GWET);
	tap_near(a.value, 0.77544, 1e-5, "AC1 0.77544 of irrCAC");
	tap_near(a.standard_error, 0.14295, 4e-5, "its standard error 0.14295");
	a = plain(&r, DM_CONGER);
	tap_near(a.value, 0.76282, 1e-5, "Conger 0.76282 of irrCAC");
	tap_near(a.standard_error, 0.14917, 4e-5, "its standard error 0.14917");
	a = plain(&r, DM_BRENNAN_PREDIGER);
	tap_near(a.value, 0.77273, 1e-5, "Brennan and Prediger 0.77273 of irrCAC");
	tap_near(a.standard_error, 0.14472, 4e-5, "its standard error 0.14472");
	tap_ok(a.n_items == 11 && a.unused_items == 1 && a.n_ratings == 40, "the item of one rating is counted apart");
	/* mean of the items' agreement, shares of the items with two ratings: not irrCAC's 0.76117 */
	tap_near(plain(&r, DM_FLEISS).value, 0.7607655502392345, 1e-12, "Fleiss of unequal numbers of ratings");
}

/*
 * cont3x3abstractors of irrCAC's vignette: errors of tables divide by n, not n - 1,
 * but for Cohen's.  SAS/STAT's FREQ: Cohen's kappa, as in statsmodels' tests.
 */
static void
test_tables(void)
{
	static const double abstractors[] = {13, 0, 0, 0, 20, 7, 0, 4, 56};
	static const double wiki[] = {20, 5, 10, 15};
	static const double sas[] = {0, 4, 1, 0, 8, 0, 0, 1, 5};
	double		weight[16];
	double		n = sqrt(0.99);
	DmRatings	r = from_table(abstractors, 3, weight);
	DmAgreement a = plain(&r, DM_COHEN);

	tap_near(a.value, 0.7964094, 1e-7, "irrCAC: Cohen's kappa");
	tap_near(a.standard_error, 0.05891072, 1e-6, "irrCAC: its standard error");
	a = plain(&r, DM_SCOTT);
	tap_near(a.value, 0.7962397, 1e-7, "irrCAC: Scott's pi");
	tap_near(a.standard_error * n, 0.05905473, 1e-6, "irrCAC: its standard error");
	a = plain(&r, DM_GWET);
	tap_near(a.value, 0.8493305, 1e-7, "irrCAC: AC1");
	tap_near(a.standard_error * n, 0.04321747, 1e-6, "irrCAC: its standard error");
	a = plain(&r, DM_BRENNAN_PREDIGER);
	tap_near(a.value, 0.835, 1e-9, "irrCAC: Brennan and Prediger");
	tap_near(a.standard_error * n, 0.04693346, 1e-6, "irrCAC: its standard error");
	a = plain(&r, DM_KRIPPENDORFF);
	tap_near(a.value, 0.7972585, 1e-7, "irrCAC: alpha");
	tap_near(a.standard_error * n / (1 - 1.0 / 200), 0.05905473, 1e-6, "irrCAC: its standard error, less 1 / n");
	a = plain(&r, DM_PERCENT);
	tap_near(a.value, 0.89, 1e-12, "irrCAC: agreement");
	tap_near(a.standard_error * n, 0.03128898, 1e-6, "irrCAC: its standard error");

	/* Wikipedia, "Cohen's kappa": 0.4; errors by statsmodels */
	r = from_table(wiki, 2, weight);
	a = plain(&r, DM_COHEN);
	tap_near(a.value, 0.4, 1e-12, "Wikipedia: Cohen's kappa 0.4");
	tap_near(a.standard_error, 0.1270, 4e-4, "its standard error 0.1270");
	r = from_table(sas, 3, weight);
	a = plain(&r, DM_COHEN);
	tap_near(a.value, 0.4842, 2e-4, "SAS: kappa 0.4842");
	tap_near(a.standard_error, 0.1380, 4e-4, "SAS: ASE 0.1380");
	tap_near(a.null_standard_error, 0.1484, 4e-4, "SAS: ASE under H0 0.1484");
	tap_near(a.ci_low, 0.2137, 4e-4, "SAS: lower limit 0.2137");
	tap_near(a.ci_high, 0.7547, 4e-4, "SAS: upper limit 0.7547");
	tap_near(a.statistic, 3.2626, 2e-5, "SAS: Z 3.2626");
	tap_near(a.p_value, 0.0011, 0.05, "SAS: p 0.0011");
	a = measure(&r, DM_COHEN, DM_WEIGHTS_LINEAR, DM_METRIC_NOMINAL);
	tap_near(a.value, 0.4701, 2e-4, "SAS: weighted kappa 0.4701");
	tap_near(a.standard_error, 0.1457, 4e-4, "SAS: its ASE 0.1457");
	tap_near(a.null_standard_error, 0.1426, 4e-4, "SAS: its ASE under H0 0.1426");
}

/* Shrout and Fleiss (1979), table 2; the intervals as psych::ICC prints them. */
static void
test_shrout_fleiss(void)
{
	static const int x[6][4] = {{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
	static const double printed[] = {0.17, 0.29, 0.71, 0.44, 0.62, 0.91};
	static const double exact[] = {0.1657418, 0.2897638, 0.7148407, 0.4427971, 0.6200505, 0.9093155};
	static const char *const name[] = {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"};
	DmRatings	r = begin(6, 4, 10);
	DmAgreement a;
	unsigned	i;
	unsigned	g;

	for (i = 0; i < 6; i++)
		for (g = 0; g < 4; g++)
			add(&r, i, g, (unsigned) x[i][g] - 1, 1);
	for (i = 0; i < 6; i++)
	{
		a = plain(&r, DM_ICC1 + i);
		tap_ok(fabs(a.value - printed[i]) < 0.0051, name[i]);
		tap_near(a.value, exact[i], 2e-7, name[i]);
	}
	a = plain(&r, DM_ICC1);
	tap_near(a.statistic, 1.79, 3e-3, "F of ICC(1)");
	tap_near(a.ci_low, -0.1329, 5e-4, "lower limit of ICC(1)");
	tap_near(a.ci_high, 0.7226, 5e-4, "upper limit of ICC(1)");
	a = plain(&r, DM_ICC2);
	tap_near(a.statistic, 11.03, 3e-4, "F of ICC(2)");
	tap_near(a.ci_low, 0.0188, 5e-3, "lower limit of ICC(2)");
	tap_near(a.ci_high, 0.7611, 5e-4, "upper limit of ICC(2)");
	/* a scale and a shift change nothing, however large */
	for (i = 0; i < 10; i++)
		number[i] = 1e300 * (i + 1);
	tap_near(plain(&r, DM_ICC2).value, exact[1], 2e-7, "the same times 1e300");
	for (i = 0; i < 10; i++)
		number[i] = 1e9 + i;
	tap_near(plain(&r, DM_ICC3).value, exact[2], 2e-7, "the same plus 1e9");
}

static void
test_kendall(void)
{
	static const char *const judges[] = {"1234", "2134", "2134"};
	static const char *const tied[] = {"1123", "1223"};
	static const char *const flat[] = {"1111", "2222"};
	DmRatings	r = from_lines(judges, 3, 4);
	DmAgreement a = plain(&r, DM_KENDALL);

	/* sums 5, 4, 9, 12: S = 6.25 + 12.25 + 2.25 + 20.25 = 41, W = 12 * 41 / (9 * 60) */
	tap_near(a.value, 12 * 41.0 / 540, 1e-12, "Kendall's W by hand");
	tap_near(a.statistic, 3 * 3 * 12 * 41.0 / 540, 1e-12, "chi-square is m (n - 1) W");
	/* ranks 1.5 1.5 3 4 and 1 2.5 2.5 4: sums 2.5 4 5.5 8, S = 16.5; ties 6 + 6 */
	r = from_lines(tied, 2, 3);
	tap_near(plain(&r, DM_KENDALL).value, 12 * 16.5 / (2 * (2 * 60.0 - 12)), 1e-12, "ties are corrected for");
	r = from_lines(flat, 2, 2);
	a = plain(&r, DM_KENDALL);
	tap_ok(isnan(a.value) && a.reason, "nobody tells items apart: no W, a reason");
}

static void
test_corners(void)
{
	static const char *const same[] = {"111", "111"};
	static const char *const one[] = {"123"};
	static const char *const apart[] = {"12..", "..12"};
	static const char *const nltk[] = {"112", "11.", ".12"};
	static const DmAgreementMethod all[] = {DM_FLEISS, DM_SCOTT, DM_CONGER, DM_GWET, DM_COHEN, DM_LIGHT,
	DM_KRIPPENDORFF, DM_ICC1, DM_ICC2, DM_ICC3, DM_ICC1K, DM_ICC2K, DM_ICC3K, DM_KENDALL};
	DmRatings	r;
	int			good = 1;
	size_t		i;

	r = from_lines(same, 2, 1);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		good &= isnan(plain(&r, all[i]).value) && plain(&r, all[i]).reason != NULL;
	tap_ok(good, "one value for everything: nothing has a value, everything a reason");
	tap_ok(plain(&r, DM_COHEN).observed == 1 && plain(&r, DM_KRIPPENDORFF).observed == 1, "though all agree");
	r = from_lines(one, 1, 3);
	for (i = 0, good = 1; i < sizeof(all) / sizeof(*all); i++)
		good &= isnan(plain(&r, all[i]).value) && plain(&r, all[i]).reason != NULL;
	tap_ok(good, "one annotator: nothing has a value");
	tap_ok(plain(&r, DM_FLEISS).unused_items == 3, "and all items are unused");
	r = from_lines(apart, 2, 2);
	for (i = 0, good = 1; i < sizeof(all) / sizeof(*all); i++)
		good &= isnan(plain(&r, all[i]).value) && plain(&r, all[i]).reason != NULL;
	tap_ok(good, "no item in common: nothing has a value");
	r = begin(0, 2, 0);
	for (i = 0, good = 1; i < sizeof(all) / sizeof(*all); i++)
		good &= isnan(plain(&r, all[i]).value) && plain(&r, all[i]).reason != NULL;
	tap_ok(good, "no ratings: nothing has a value");
	/* nltk#2865: a missing rating is none, not a category */
	r = from_lines(nltk, 3, 2);
	tap_near(plain(&r, DM_KRIPPENDORFF).value, 1, 0, "missing ratings do not disagree");
}

/* Next to perfect agreement nothing may cancel. */
static void
test_skew(void)
{
	static const double x[] = {1e12, 1, 1, 1};
	double		weight[4];
	DmRatings	r = from_table(x, 2, weight);
	double		n = 1e12 + 3;

	/* observed 2 / n; expected 2 p q with p = 2 / n on both sides */
	tap_near(plain(&r, DM_COHEN).value, 1 - (2 / n) / (2 * (2 / n) * ((n - 2) / n)), 1e-12, "kappa of 1e12 agreements");
	tap_near(plain(&r, DM_FLEISS).value, 1 - (2 / n) / (2 * (2 / n) * ((n - 2) / n)), 1e-12, "Fleiss of the same");
	tap_near(plain(&r, DM_CONGER).value, 1 - (2 / n) / (2 * (2 / n) * ((n - 2) / n)), 1e-9, "Conger of the same");
}

static int	pauses;

static void
count_pause(void)
{
	pauses++;
}

/* How often a caller may be interrupted. */
static int
pauses_of(const DmRatings *r, DmAgreementMethod method, DmAgreementWeights weights, DmAgreementMetric metric)
{
	DmAgreementOptions o = {weights, NULL, metric, 0, count_pause};

	pauses = 0;
	(void) dm_agreement(r, method, &o, room);
	return pauses;
}

/* Whatever is quadratic in categories, or in annotators, can be interrupted. */
static void
test_pauses(void)
{
	static const char *const lines[] = {"123456", "213456", "123465", "132456"};
	static double number[] = {1, 2, 3, 4, 5, 6};
	DmRatings	r = from_lines(lines, 4, 6);

	r.number = number;
	tap_ok(pauses_of(&r, DM_LIGHT, DM_WEIGHTS_NONE, DM_METRIC_NOMINAL) == 6, "Light's kappa pauses for each pair");
	tap_ok(pauses_of(&r, DM_BRENNAN_PREDIGER, DM_WEIGHTS_LINEAR, DM_METRIC_NOMINAL) >= 6,
		   "a mean of costs pauses for each category");
	tap_ok(pauses_of(&r, DM_GWET, DM_WEIGHTS_LINEAR, DM_METRIC_NOMINAL) >= 6 + 6, "and weights for each of an item");
	tap_ok(pauses_of(&r, DM_CONGER, DM_WEIGHTS_LINEAR, DM_METRIC_NOMINAL) >= 4 * 6, "Conger for each of an annotator");
	tap_ok(pauses_of(&r, DM_KRIPPENDORFF, DM_WEIGHTS_NONE, DM_METRIC_RATIO) >= 6 + 6,
		   "alpha of ratios for each category, and each of an item");
}

int
main(void)
{
	test_pauses();
	test_counts();
	test_krippendorff();
	test_tables();
	test_shrout_fleiss();
	test_kendall();
	test_corners();
	test_skew();
	return tap_done();
}
