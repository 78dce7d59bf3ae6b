/*
 * multiclass.h - scores of a classifier of many classes or labels.
 *
 * Pure C.  NaN stands for 0/0.  Sums run in the order of the arrays, which the
 * callers keep canonical, so that equal data give equal digits.
 */
#ifndef DATAMON_STATS_MULTICLASS_H
#define DATAMON_STATS_MULTICLASS_H

#include <stddef.h>
#include <stdint.h>

#include "stats/classification.h"

/* How often one class was predicted as another; classes by number, in order. */
typedef struct DmCell
{
	uint32_t	actual;
	uint32_t	predicted;
	double		count;
} DmCell;

typedef struct DmMatrix
{
	size_t		k;				/* classes, actual and predicted together */
	size_t		n_cells;
	DmCell	   *cells;			/* each pair once, none of count 0 */
	double	   *actual;			/* k sums over what was predicted */
	double	   *predicted;		/* k sums over what is actual */
	double	   *hits;			/* k counts of the diagonal */
	double		n;
} DmMatrix;

/* Fills the sums of a matrix whose cells are given and whose arrays have k places. */
extern void dm_matrix_sum(DmMatrix *m);

/* One class against all others. */
extern DmConfusion dm_matrix_class(const DmMatrix *m, size_t class_no);

typedef enum DmMeasure
{
	DM_MEASURE_PRECISION,
	DM_MEASURE_RECALL,
	DM_MEASURE_FBETA,
	DM_MEASURE_JACCARD
} DmMeasure;

/*
 * Weighted mean of a measure over classes, labels or samples; weight NULL is 1
 * each.  Where the measure is 0/0 it counts as zero_division, or not at all if
 * that is NaN.
 */
extern double dm_measure(const DmConfusion *c, DmMeasure measure, double beta);
extern double dm_measure_mean(const DmConfusion *c, const double *weight, size_t k,
							  DmMeasure measure, double beta, double zero_division);
extern DmConfusion dm_confusion_total(const DmConfusion *c, size_t k);

extern double dm_matrix_accuracy(const DmMatrix *m);
extern double dm_matrix_balanced_accuracy(const DmMatrix *m, bool adjusted);
extern double dm_matrix_matthews(const DmMatrix *m);

typedef enum DmKappaWeights
{
	DM_KAPPA_PLAIN,
	DM_KAPPA_LINEAR,
	DM_KAPPA_QUADRATIC
} DmKappaWeights;

extern double dm_matrix_kappa(const DmMatrix *m, DmKappaWeights weights);

/* The most frequent actual class, the first of several; k where there is none. */
extern size_t dm_matrix_majority(const DmMatrix *m);

#endif							/* DATAMON_STATS_MULTICLASS_H */
