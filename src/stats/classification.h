/*
 * classification.h - scores of a binary classifier from its confusion counts.
 *
 * Pure C.  Every function returns false where the score is 0/0, and then
 * leaves its result alone.
 */
#ifndef DATAMON_STATS_CLASSIFICATION_H
#define DATAMON_STATS_CLASSIFICATION_H

#include <stdbool.h>

/* Counts as doubles: scores need no more digits than that. */
typedef struct DmConfusion
{
	double		tp;				/* actual and predicted positive */
	double		fp;				/* predicted positive only */
	double		fn;				/* actual positive only */
	double		tn;				/* neither */
} DmConfusion;

typedef bool (*DmScore) (const DmConfusion *c, double *score);

extern bool dm_precision(const DmConfusion *c, double *score);
extern bool dm_recall(const DmConfusion *c, double *score);
extern bool dm_specificity(const DmConfusion *c, double *score);
extern bool dm_accuracy(const DmConfusion *c, double *score);
extern bool dm_negative_predictive_value(const DmConfusion *c, double *score);
extern bool dm_false_positive_rate(const DmConfusion *c, double *score);
extern bool dm_false_negative_rate(const DmConfusion *c, double *score);
extern bool dm_prevalence(const DmConfusion *c, double *score);
extern bool dm_jaccard(const DmConfusion *c, double *score);
extern bool dm_balanced_accuracy(const DmConfusion *c, double *score);
extern bool dm_informedness(const DmConfusion *c, double *score);
extern bool dm_markedness(const DmConfusion *c, double *score);
extern bool dm_binary_matthews(const DmConfusion *c, double *score);
extern bool dm_binary_kappa(const DmConfusion *c, double *score);
extern bool dm_lift(const DmConfusion *c, double *score);
extern bool dm_positive_likelihood_ratio(const DmConfusion *c, double *score);
extern bool dm_negative_likelihood_ratio(const DmConfusion *c, double *score);

/* beta from 0 (precision) to infinity (recall) */
extern bool dm_fbeta(const DmConfusion *c, double beta, double *score);

/* F as hits / (hits + errors), the errors weighted by beta. */
extern double dm_fbeta_errors(const DmConfusion *c, double beta);

/* Standard errors by the delta method. */
extern bool dm_precision_stderr(const DmConfusion *c, double *stderror);
extern bool dm_recall_stderr(const DmConfusion *c, double *stderror);
extern bool dm_specificity_stderr(const DmConfusion *c, double *stderror);
extern bool dm_accuracy_stderr(const DmConfusion *c, double *stderror);
extern bool dm_fbeta_stderr(const DmConfusion *c, double beta, double *stderror);

#endif							/* DATAMON_STATS_CLASSIFICATION_H */
