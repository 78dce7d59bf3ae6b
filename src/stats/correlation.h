/*
 * correlation.h - correlation and simple linear regression from exact sums.
 */
#ifndef DATAMON_CORRELATION_H
#define DATAMON_CORRELATION_H

#include "stats/exact_sum.h"
#include "stats/long_int.h"

/* Sums over n pairs. */
typedef struct DmPairSums
{
	uint64_t	n;
	const DmExactSum *x;
	const DmExactSum *y;
	const DmExactSum *xx;
	const DmExactSum *yy;
	const DmExactSum *xy;
} DmPairSums;

/* Add n pairs, in the order of the struct; false if a window is too small. */
extern bool dm_pair_sums_add(DmExactSum *const *sum, const double *x, const double *y, int n);

/* A correlation coefficient; all NaN where a side is constant. */
typedef struct DmCorrelation
{
	double		r;
	double		unexplained;	/* 1 - r^2, without cancellation */
	double		p_value;		/* two-sided, of no correlation */
} DmCorrelation;

/*
 * c / sqrt(a b) and its p-value by Student's t with n - 2 degrees of freedom,
 * as scipy.stats.pearsonr and spearmanr; with two pairs p is 1.
 */
extern void dm_correlate(const DmLong *a, const DmLong *b, const DmLong *c, uint64_t n,
						 DmCorrelation *out);

extern void dm_pearson(const DmPairSums *s, DmCorrelation *out);

/* Fisher's interval for r, as the confidence_interval of scipy's pearsonr. */
extern bool dm_pearson_interval(const DmPairSums *s, double confidence, double *low, double *high);

extern double dm_pair_covariance(const DmPairSums *s, int ddof);

/* Least squares y = slope x + intercept; NaN where undefined. */
typedef struct DmLine
{
	double		slope;
	double		intercept;
	double		slope_stderr;
	double		intercept_stderr;
	DmCorrelation correlation;
} DmLine;

extern void dm_linear_regression(const DmPairSums *s, DmLine *out);

#endif							/* DATAMON_CORRELATION_H */
