/*
 * regression.c - how far predictions of a number are off, from exact sums.
 */
#include "stats/regression.h"

#include <float.h>
#include <math.h>

#include "stats/column.h"
#include "stats/long_int.h"
#include "stats/power_sums.h"
#include "stats/vector.h"

/* A window for the half of dm_vector_sums() that is not wanted. */
typedef struct Spare
{
	DmExactSum	head;
	uint64_t	limb[DM_SUM_LIMBS];
} Spare;

static bool
add_values(DmExactSum *sum, const double *x, int n)
{
	Spare		spare;
	DmRange		range;

	dm_sum_init(&spare.head, DM_SUM_LIMBS);
	dm_vector_range(x, n, &range);
	return dm_vector_sums(sum, &spare.head, x, n, &range);
}

static bool
add_squares(DmExactSum *squares, const double *x, int n)
{
	Spare		spare;
	DmRange		range;

	dm_sum_init(&spare.head, DM_SUM_LIMBS);
	dm_vector_range(x, n, &range);
	return dm_vector_sums(&spare.head, squares, x, n, &range);
}

/* A quotient beyond double counts as the largest double. */
static inline double
percentage(double error, double actual)
{
	return fmin(fabs(error) / fmax(fabs(actual), DM_PERCENTAGE_LEAST), DBL_MAX);
}

static inline double
symmetric(double error, double actual, double predicted)
{
	double		size = fabs(actual) + fabs(predicted);

	if (error == 0)
		return 0;
	return size <= DBL_MAX ? 2 * (fabs(error) / size) :
		fabs(error) / (fabs(actual) / 2 + fabs(predicted) / 2);
}

static bool
add_logarithms(DmExactSum *squares, uint64_t *no_logarithm, const double *actual,
			   const double *predicted, int n)
{
	double		difference[DM_TILE];
	int			used = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (actual[i] > -1 && predicted[i] > -1)
			difference[used++] = log1p(actual[i]) - log1p(predicted[i]);
	*no_logarithm += (uint64_t) (n - used);
	return add_squares(squares, difference, used);
}

bool
dm_errors_add(DmExactSum *const *sum, uint64_t *no_logarithm, double *max, const double *actual,
			  const double *predicted, int n)
{
	double		error[DM_TILE];
	double		absolute[DM_TILE];
	double		share[DM_TILE];
	DmRange		range;
	int			i;

	for (i = 0; i < n; i++)
	{
		error[i] = actual[i] - predicted[i];
		absolute[i] = fabs(error[i]);
	}
	dm_vector_range(absolute, n, &range);
	*max = fmax(*max, range.max);
	if (!dm_vector_sums(sum[DM_ERROR_ABSOLUTE], sum[DM_ERROR_SQUARED], absolute, n, &range) ||
		!dm_power_sums_add(NULL, sum[DM_ERROR_FOURTH], absolute, n, range.max) ||
		!add_values(sum[DM_ERROR], error, n))
		return false;
	for (i = 0; i < n; i++)
		share[i] = percentage(error[i], actual[i]);
	if (!add_values(sum[DM_ERROR_PERCENTAGE], share, n))
		return false;
	for (i = 0; i < n; i++)
		share[i] = symmetric(error[i], actual[i], predicted[i]);
	if (!add_values(sum[DM_ERROR_SYMMETRIC], share, n))
		return false;
	dm_vector_range(actual, n, &range);
	return dm_vector_sums(sum[DM_ACTUAL], sum[DM_ACTUAL_SQUARED], actual, n, &range) &&
		add_logarithms(sum[DM_ERROR_LOG_SQUARED], no_logarithm, actual, predicted, n);
}

static double
mean_of(const DmErrors *e, DmErrorSum which)
{
	return e->n > 0 ? dm_sum_mean(e->sum[which], e->n) : NAN;
}

double
dm_mean_error(const DmErrors *e)
{
	return mean_of(e, DM_ERROR);
}

double
dm_mean_absolute_error(const DmErrors *e)
{
	return mean_of(e, DM_ERROR_ABSOLUTE);
}

double
dm_mean_squared_error(const DmErrors *e)
{
	return mean_of(e, DM_ERROR_SQUARED);
}

double
dm_root_mean_squared_error(const DmErrors *e)
{
	return dm_sum_root_mean(e->sum[DM_ERROR_SQUARED], e->n);
}

double
dm_mean_squared_log_error(const DmErrors *e)
{
	return e->no_logarithm > 0 ? NAN : mean_of(e, DM_ERROR_LOG_SQUARED);
}

double
dm_root_mean_squared_log_error(const DmErrors *e)
{
	return e->no_logarithm > 0 ? NAN : dm_sum_root_mean(e->sum[DM_ERROR_LOG_SQUARED], e->n);
}

double
dm_mean_absolute_percentage_error(const DmErrors *e)
{
	double		mean = mean_of(e, DM_ERROR_PERCENTAGE);

	/* some quotient was beyond double, or as good as */
	return mean >= DBL_MAX / e->n ? INFINITY : mean;
}

double
dm_symmetric_mean_absolute_percentage_error(const DmErrors *e)
{
	return mean_of(e, DM_ERROR_SYMMETRIC);
}

double
dm_max_error(const DmErrors *e)
{
	return e->n > 0 ? e->max : NAN;
}

/* 1 - rest / all; undefined where nothing varies. */
static double
explained(const DmLong *rest, const DmLong *all)
{
	if (all->n == 0)
		return NAN;
	return 1 - dm_scaled_to_double(dm_scaled_quotient(dm_long_round(rest), dm_long_round(all)));
}

static void
actual_spread(const DmErrors *e, DmLong *out)
{
	dm_long_covariance(out, e->sum[DM_ACTUAL_SQUARED], e->sum[DM_ACTUAL], e->sum[DM_ACTUAL], e->n);
}

double
dm_r2_score(const DmErrors *e)
{
	DmLong		all;
	DmLong		rest;

	actual_spread(e, &all);
	dm_long_from_sum(&rest, e->sum[DM_ERROR_SQUARED]);
	dm_long_times(&rest, e->n);
	return explained(&rest, &all);
}

double
dm_explained_variance_score(const DmErrors *e)
{
	DmLong		all;
	DmLong		rest;

	actual_spread(e, &all);
	dm_long_covariance(&rest, e->sum[DM_ERROR_SQUARED], e->sum[DM_ERROR], e->sum[DM_ERROR], e->n);
	return explained(&rest, &all);
}

double
dm_adjusted_r2_score(const DmErrors *e, double predictors)
{
	double		n = (double) e->n;

	if (n - predictors - 1 <= 0)
		return NAN;
	return 1 - (1 - dm_r2_score(e)) * (n - 1) / (n - predictors - 1);
}

double
dm_mean_pinball_loss(const DmErrors *e, double alpha)
{
	DmLong		absolute;
	DmLong		error;
	DmLong		part;
	DmScaled	n = dm_scaled(2 * (double) e->n);
	double		above;
	double		below;

	if (e->n == 0)
		return NAN;
	/* the sum of positive errors is half of sum |e| + sum e */
	dm_long_from_sum(&absolute, e->sum[DM_ERROR_ABSOLUTE]);
	dm_long_from_sum(&error, e->sum[DM_ERROR]);
	dm_long_add(&part, &absolute, &error, 1);
	above = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&part), n));
	dm_long_add(&part, &absolute, &error, -1);
	below = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&part), n));
	return alpha * above + (1 - alpha) * below;
}

/* Root of the sample variance of terms over n, from their sum and that of their squares. */
static DmScaled
mean_stderr(const DmExactSum *sum, const DmExactSum *squares, uint64_t n)
{
	DmLong		spread;
	DmScaled	v;

	dm_long_covariance(&spread, squares, sum, sum, n);
	v = dm_scaled_quotient(dm_long_round(&spread), dm_scaled((double) n));
	v = dm_scaled_quotient(v, dm_scaled((double) n));
	return dm_scaled_root(dm_scaled_quotient(v, dm_scaled((double) (n - 1))));
}

double
dm_mean_error_stderr(const DmErrors *e)
{
	if (e->n < 2)
		return NAN;
	return dm_scaled_to_double(mean_stderr(e->sum[DM_ERROR], e->sum[DM_ERROR_SQUARED], e->n));
}

double
dm_mean_absolute_error_stderr(const DmErrors *e)
{
	if (e->n < 2)
		return NAN;
	return dm_scaled_to_double(mean_stderr(e->sum[DM_ERROR_ABSOLUTE], e->sum[DM_ERROR_SQUARED],
										   e->n));
}

/* Fourth powers have been left out where errors are beyond all measure. */
static bool
has_fourths(const DmErrors *e)
{
	return e->n > 1 && e->max < DM_POWER_MOST && (e->max >= DM_POWER_SEEN || e->max == 0);
}

double
dm_mean_squared_error_stderr(const DmErrors *e)
{
	if (!has_fourths(e))
		return NAN;
	return dm_scaled_to_double(mean_stderr(e->sum[DM_ERROR_SQUARED], e->sum[DM_ERROR_FOURTH],
										   e->n));
}

double
dm_root_mean_squared_error_stderr(const DmErrors *e)
{
	DmLong		squares;
	DmScaled	root;
	DmScaled	error;

	if (!has_fourths(e) || e->max == 0)
		return NAN;
	dm_long_from_sum(&squares, e->sum[DM_ERROR_SQUARED]);
	root = dm_scaled_root(dm_scaled_quotient(dm_long_round(&squares), dm_scaled((double) e->n)));
	error = mean_stderr(e->sum[DM_ERROR_SQUARED], e->sum[DM_ERROR_FOURTH], e->n);
	return dm_scaled_to_double(dm_scaled_quotient(error, root)) / 2;
}

double
dm_actual_mean(const DmErrors *e)
{
	return mean_of(e, DM_ACTUAL);
}

static bool
actual_variance(const DmErrors *e, DmScaled *v)
{
	DmLong		spread;

	if (e->n == 0)
		return false;
	actual_spread(e, &spread);
	*v = dm_scaled_quotient(dm_long_round(&spread), dm_scaled((double) e->n * (double) e->n));
	return true;
}

double
dm_actual_variance(const DmErrors *e)
{
	DmScaled	v;

	return actual_variance(e, &v) ? dm_scaled_to_double(v) : NAN;
}

double
dm_actual_stddev(const DmErrors *e)
{
	DmScaled	v;

	return actual_variance(e, &v) ? dm_scaled_to_double(dm_scaled_root(v)) : NAN;
}
