/*
 * test_roc.c - areas, errors and thresholds against published numbers, and
 * against what follows from the definitions in corner cases.
 */
#include <stdbool.h>
#include <stdint.h>

#include "near.h"
#include "stats/roc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static DmScores
make(const DmScorePoint *point, size_t n)
{
	DmScores	s = {point, n, 0, 0, true};
	size_t		i;

	for (i = 0; i < n; i++)
	{
		s.pos += point[i].pos;
		s.neg += point[i].neg;
	}
	return s;
}

/*
 * Hanley and McNeil, Radiology 143 (1982), table 1: 109 CT images rated 1 to 5.
 * Stata's manual, roctab: area 0.8932, DeLong's standard error 0.0307.
 */
static void
hanley(void)
{
	static const DmScorePoint p[] = {
		{1, 1, 3, 33}, {2, 2, 2, 6}, {3, 3, 2, 6}, {4, 4, 11, 11}, {5, 5, 33, 2}};
	DmScores	s = make(p, COUNT(p));
	double		auc = dm_roc_auc(&s);
	double		error = sqrt(dm_delong_variance(&s, auc));

	tap_near(auc, 0.8932, 6e-5, "Hanley and McNeil: area 0.8932");
	tap_near(error, 0.0307, 2e-3, "DeLong's standard error 0.0307");
	tap_near(auc - 1.959963984540054 * error, 0.83295, 6e-6, "lower end 0.83295");
	tap_near(auc + 1.959963984540054 * error, 0.95339, 6e-6, "upper end 0.95339");
	tap_near(dm_roc_auc_slack(&s), 0, 0, "exact groups have no slack");
	s.exact = false;
	tap_near(dm_roc_auc_slack(&s), (3 * 33 + 2 * 6 + 2 * 6 + 121 + 66) / 2.0 / 51 / 58, 1e-15,
			 "bins could change the area by half of their ties");
	/* TPR - FPR at a rating of 4 and more: 44/51 - 13/58 */
	tap_near(dm_score_ks(&s), 44.0 / 51 - 13.0 / 58, 1e-15, "KS is the greatest distance of the rates");
}

/* scikit-learn's example of roc_auc_score and average_precision_score. */
static void
documented(void)
{
	static const DmScorePoint p[] = {{.1, .1, 0, 1}, {.35, .35, 1, 0}, {.4, .4, 0, 1}, {.8, .8, 1, 0}};
	DmScores	s = make(p, COUNT(p));
	DmThresholdSpec f1 = {DM_BEST_F1, 7, 1, 1};
	DmThresholdSpec cost = {DM_BEST_COST, 1, 1, 0};
	DmThreshold t;
	DmConfusion c;

	tap_near(dm_roc_auc(&s), 0.75, 0, "scikit-learn: area 0.75");
	tap_near(dm_average_precision(&s), 0.8333333333333333, 1e-15, "average precision 0.83");
	tap_near(dm_pr_auc_trapezoid(&s), 0.7916666666666666, 1e-15, "trapezoids 0.79");
	dm_confusion_at(&s, 0.4, &c);
	tap_ok(c.tp == 1 && c.fp == 1 && c.fn == 1 && c.tn == 1, "a score of the threshold is positive");
	dm_best_threshold(&s, &f1, &t);
	tap_ok(t.threshold == .35 && t.value == 0.8 && t.at.tp == 2 && t.at.fp == 1, "best F1 0.8 at 0.35");
	dm_best_threshold(&s, &cost, &t);
	tap_ok(isinf(t.threshold) && t.value == 0 && t.at.fp == 0, "where misses cost nothing no row is positive");
	tap_near(dm_gain(&s, 0.25), 0.5, 0, "the first quarter has half of the positives");
	tap_near(dm_gain(&s, 0.375), 0.5, 0, "the next half row is negative");
	tap_near(dm_gain(&s, 0.625), 0.75, 1e-15, "half a row gives half a positive");
	tap_near(dm_gain(&s, 1), 1, 0, "all rows have all");
}

static void
corners(void)
{
	static const DmScorePoint positive[] = {{1, 1, 2, 0}, {2, 2, 1, 0}};
	static const DmScorePoint tied[] = {{1, 1, 7, 3}};
	static const DmScorePoint apart[] = {{1, 1, 0, 1e15}, {2, 2, 1e15, 0}};
	static const DmScorePoint single[] = {{1, 1, 1, 0}, {2, 2, 0, 5}};
	static const DmScorePoint rates[] = {{1, 1, 0, 1}, {2, 2, 2, 3}, {3, 3, 2, 2}};
	DmThresholdSpec mcc = {DM_BEST_MCC, 1, 1, 1},
				youden = {DM_BEST_YOUDEN, 1, 1, 1},
				balanced = {DM_BEST_BALANCED_ACCURACY, 1, 1, 1};
	DmThreshold t;
	DmScores	s = make(positive, 2);

	tap_ok(isnan(dm_roc_auc(&s)) && isnan(dm_score_ks(&s)), "one class has no area");
	tap_near(dm_average_precision(&s), 1, 0, "only positives: average precision 1");
	dm_best_threshold(&s, &mcc, &t);
	tap_ok(isnan(t.value) && isnan(t.threshold), "and no MCC at any threshold");
	/* 2/4 - 2/6 and 4/4 - 5/6, which as sums of rounded rates differ */
	s = make(rates, 3);
	dm_best_threshold(&s, &youden, &t);
	tap_ok(t.threshold == 3 && t.value == 1.0 / 6, "of equal Youden indices the highest threshold");
	dm_best_threshold(&s, &balanced, &t);
	tap_ok(t.threshold == 3 && t.value == 7.0 / 12, "and of equal balanced accuracies");
	s = make(tied, 1);
	tap_near(dm_roc_auc(&s), 0.5, 0, "one score for all: area 0.5");
	tap_near(dm_delong_variance(&s, 0.5), 0, 0, "without spread");
	tap_near(dm_average_precision(&s), 0.7, 1e-15, "average precision is the share of positives");
	s = make(apart, 2);
	tap_near(dm_roc_auc(&s), 1, 0, "separated classes of 1e15 rows: area 1");
	s = make(single, 2);
	tap_near(dm_roc_auc(&s), 0, 0, "all wrong: area 0");
	tap_ok(isnan(dm_delong_variance(&s, 0)), "one positive has no variance");
	s = make(NULL, 0);
	tap_ok(isnan(dm_roc_auc(&s)) && isnan(dm_average_precision(&s)) && isnan(dm_gain(&s, 0.5)),
		   "nothing has nothing");
}

int
main(void)
{
	hanley();
	documented();
	corners();
	return tap_done();
}
