/*
 * roc.h - how well a score tells positive rows from negative ones.
 *
 * Pure C.  A sample is a list of groups of rows in ascending order of score:
 * one group per distinct score, or per bin of a histogram.  All weights of a
 * group are ties.  Undefined results are NaN.
 */
#ifndef DATAMON_STATS_ROC_H
#define DATAMON_STATS_ROC_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/classification.h"
#include "stats/tests.h"

typedef struct DmScorePoint
{
	double		score;			/* of the rows; of a bin its middle */
	double		least;			/* least score that belongs here */
	double		pos;			/* rows or weight with label true */
	double		neg;			/* and with label false; one of both is above 0 */
} DmScorePoint;

typedef struct DmScores
{
	const DmScorePoint *point;
	size_t		n;
	double		pos;			/* totals */
	double		neg;
	bool		exact;			/* no group stands for a bin */
} DmScores;

/*
 * Area under the ROC curve: P(positive above negative) + P(tie) / 2, as
 * sklearn.metrics.roc_auc_score.  NaN unless both classes occur.
 */
extern double dm_roc_auc(const DmScores *s);

/* What order inside the groups could add to it or take away, at most. */
extern double dm_roc_auc_slack(const DmScores *s);

/*
 * Variance of the area: DeLong, DeLong and Clarke-Pearson, Biometrics 44
 * (1988), by ranks as Sun and Xu, IEEE Signal Process. Lett. 21 (2014).  NaN
 * unless both classes have two rows.
 */
extern double dm_delong_variance(const DmScores *s, double auc);

/*
 * Do two independent samples have the same area?  Their difference, current
 * less reference, over its DeLong error, against t with Welch-Satterthwaite's
 * degrees of freedom, as roc.test() of R's pROC.
 */
extern DmTest dm_roc_auc_test(const DmScores *reference, const DmScores *current);

/* sum (R_i - R_(i-1)) P_i over thresholds, as average_precision_score. */
extern double dm_average_precision(const DmScores *s);

/* Trapezoids under the points of precision_recall_curve; optimistic. */
extern double dm_pr_auc_trapezoid(const DmScores *s);

/* Greatest |TPR - FPR|: the two-sample Kolmogorov-Smirnov statistic. */
extern double dm_score_ks(const DmScores *s);

/*
 * Share of the positives among the given share of rows with the highest
 * scores; a group that is cut gives its share.
 */
extern double dm_gain(const DmScores *s, double fraction);

/* Counts where every row with a score of at least the threshold is predicted positive. */
extern void dm_confusion_at(const DmScores *s, double threshold, DmConfusion *out);

typedef enum DmThresholdMetric
{
	DM_BEST_F1,
	DM_BEST_FBETA,
	DM_BEST_YOUDEN,
	DM_BEST_ACCURACY,
	DM_BEST_BALANCED_ACCURACY,
	DM_BEST_MCC,
	DM_BEST_COST
} DmThresholdMetric;

typedef struct DmThresholdSpec
{
	DmThresholdMetric metric;
	double		beta;			/* of DM_BEST_FBETA */
	double		cost_fp;		/* of DM_BEST_COST, per row */
	double		cost_fn;
} DmThresholdSpec;

typedef struct DmThreshold
{
	double		threshold;		/* infinity: no row is predicted positive */
	double		value;			/* NaN: undefined everywhere */
	DmConfusion at;
} DmThreshold;

/* The highest of the best thresholds. */
extern void dm_best_threshold(const DmScores *s, const DmThresholdSpec *spec, DmThreshold *out);

#endif							/* DATAMON_STATS_ROC_H */
