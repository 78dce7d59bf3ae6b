/*
 * regression.h - how far predictions of a number are off, from exact sums.
 *
 * An error is actual - predicted, rounded to double as scikit-learn's is;
 * what is summed of it is summed exactly.  The scores are those of
 * sklearn.metrics; NaN where undefined.
 */
#ifndef DATAMON_REGRESSION_H
#define DATAMON_REGRESSION_H

#include "stats/exact_sum.h"

/* sklearn's epsilon: a smaller actual value counts as this in percentages. */
#define DM_PERCENTAGE_LEAST 0x1p-52

typedef enum DmErrorSum
{
	DM_ERROR,
	DM_ERROR_ABSOLUTE,
	DM_ERROR_SQUARED,
	DM_ERROR_FOURTH,			/* within the range of power_sums.h */
	DM_ERROR_PERCENTAGE,		/* |error| / max(|actual|, DM_PERCENTAGE_LEAST) */
	DM_ERROR_SYMMETRIC,			/* 2 |error| / (|actual| + |predicted|), 0/0 being 0 */
	DM_ERROR_LOG_SQUARED,		/* (log1p(actual) - log1p(predicted))^2 */
	DM_ACTUAL,
	DM_ACTUAL_SQUARED,
	DM_ERROR_SUMS
} DmErrorSum;

typedef struct DmErrors
{
	uint64_t	n;
	uint64_t	no_logarithm;	/* rows of the n where a side is -1 or less */
	double		max;			/* largest absolute error */
	DmExactSum *const *sum;
} DmErrors;

/*
 * Add n <= 256 rows whose errors are finite.  False if a window is too small:
 * sums and counts are then spoilt, and the caller starts from copies.
 */
extern bool dm_errors_add(DmExactSum *const *sum, uint64_t *no_logarithm, double *max,
						  const double *actual, const double *predicted, int n);

typedef double (*DmErrorScore) (const DmErrors *e);

extern double dm_mean_error(const DmErrors *e);
extern double dm_mean_absolute_error(const DmErrors *e);
extern double dm_mean_squared_error(const DmErrors *e);
extern double dm_root_mean_squared_error(const DmErrors *e);
extern double dm_mean_squared_log_error(const DmErrors *e);
extern double dm_root_mean_squared_log_error(const DmErrors *e);
extern double dm_mean_absolute_percentage_error(const DmErrors *e);
extern double dm_symmetric_mean_absolute_percentage_error(const DmErrors *e);
extern double dm_max_error(const DmErrors *e);
extern double dm_r2_score(const DmErrors *e);
extern double dm_explained_variance_score(const DmErrors *e);

/* By the predictors of the model: 1 - (1 - R2) (n - 1) / (n - predictors - 1). */
extern double dm_adjusted_r2_score(const DmErrors *e, double predictors);

/* Mean of alpha e above and (alpha - 1) e below 0. */
extern double dm_mean_pinball_loss(const DmErrors *e, double alpha);

/* Standard errors: of means by their terms' sample variance, of the root by the delta method. */
extern double dm_mean_error_stderr(const DmErrors *e);
extern double dm_mean_absolute_error_stderr(const DmErrors *e);
extern double dm_mean_squared_error_stderr(const DmErrors *e);
extern double dm_root_mean_squared_error_stderr(const DmErrors *e);

/* Of the actual values: what predicting their mean would score. */
extern double dm_actual_mean(const DmErrors *e);
extern double dm_actual_variance(const DmErrors *e);
extern double dm_actual_stddev(const DmErrors *e);

#endif							/* DATAMON_REGRESSION_H */
