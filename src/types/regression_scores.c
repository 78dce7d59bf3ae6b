/*
 * regression_scores.c - what a regression_state tells.
 */
#include "postgres.h"

#include <math.h>

#include "base/function.h"
#include "base/row.h"
#include "stats/bins.h"
#include "types/histogram.h"
#include "types/regression_internal.h"

PG_FUNCTION_INFO_V1(datamon_regression_count);
PG_FUNCTION_INFO_V1(datamon_regression_unused_count);
PG_FUNCTION_INFO_V1(datamon_regression_unlabelled_count);
PG_FUNCTION_INFO_V1(datamon_regression_unpredicted_count);
PG_FUNCTION_INFO_V1(datamon_regression_adjusted_r2);
PG_FUNCTION_INFO_V1(datamon_regression_pinball);
PG_FUNCTION_INFO_V1(datamon_regression_absolute_errors);
PG_FUNCTION_INFO_V1(datamon_regression_actual_values);
PG_FUNCTION_INFO_V1(datamon_regression_median_absolute_error);
PG_FUNCTION_INFO_V1(datamon_regression_constant_scores);
PG_FUNCTION_INFO_V1(datamon_regression_scores);

extern Datum datamon_histogram_quantile(PG_FUNCTION_ARGS);
extern Datum datamon_histogram_is_exact(PG_FUNCTION_ARGS);

/* A score of a state, also as the final function of an aggregate over rows. */
static Datum
score(FunctionCallInfo fcinfo, DmErrorScore kernel)
{
	DmRegression r;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	dm_regression_arg(fcinfo, &r);
	return dm_return_double(fcinfo, kernel(&r.errors));
}

#define SCORE(name, kernel) DM_FUNCTION(regression_##name, score(fcinfo, kernel))

SCORE(mean_error, dm_mean_error);
SCORE(mae, dm_mean_absolute_error);
SCORE(mse, dm_mean_squared_error);
SCORE(rmse, dm_root_mean_squared_error);
SCORE(msle, dm_mean_squared_log_error);
SCORE(rmsle, dm_root_mean_squared_log_error);
SCORE(mape, dm_mean_absolute_percentage_error);
SCORE(smape, dm_symmetric_mean_absolute_percentage_error);
SCORE(max_error, dm_max_error);
SCORE(r2, dm_r2_score);
SCORE(explained_variance, dm_explained_variance_score);
SCORE(mean_error_stderr, dm_mean_error_stderr);
SCORE(mae_stderr, dm_mean_absolute_error_stderr);
SCORE(mse_stderr, dm_mean_squared_error_stderr);
SCORE(rmse_stderr, dm_root_mean_squared_error_stderr);

Datum
datamon_regression_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_regression_kind, DM_REGRESSION_N, DM_REGRESSION_N);
}

Datum
datamon_regression_unused_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_regression_kind, DM_REGRESSION_UNLABELLED,
							  DM_REGRESSION_NON_FINITE);
}

Datum
datamon_regression_unlabelled_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_regression_kind, DM_REGRESSION_UNLABELLED,
							  DM_REGRESSION_UNLABELLED);
}

Datum
datamon_regression_unpredicted_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_regression_kind, DM_REGRESSION_UNPREDICTED,
							  DM_REGRESSION_UNPREDICTED);
}

Datum
datamon_regression_adjusted_r2(PG_FUNCTION_ARGS)
{
	int32		predictors = PG_GETARG_INT32(1);
	DmRegression r;

	if (predictors < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"predictors\" must not be negative, as %d is", predictors),
				 errhint("Give the number of features that the model uses.")));
	dm_regression_arg(fcinfo, &r);
	return dm_return_double(fcinfo, dm_adjusted_r2_score(&r.errors, predictors));
}

Datum
datamon_regression_pinball(PG_FUNCTION_ARGS)
{
	double		alpha = PG_GETARG_FLOAT8(1);
	DmRegression r;

	if (!(alpha >= 0 && alpha <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"alpha\" must be between 0 and 1, not %g", alpha),
				 errhint("Give the quantile that is predicted; 0.5 is half the mean absolute error.")));
	dm_regression_arg(fcinfo, &r);
	return dm_return_double(fcinfo, dm_mean_pinball_loss(&r.errors, alpha));
}

Datum
datamon_regression_absolute_errors(PG_FUNCTION_ARGS)
{
	DmRegression r;

	dm_regression_arg(fcinfo, &r);
	PG_RETURN_POINTER(dm_regression_absolute_errors(&r));
}

Datum
datamon_regression_actual_values(PG_FUNCTION_ARGS)
{
	DmRegression r;

	dm_regression_arg(fcinfo, &r);
	PG_RETURN_POINTER(dm_regression_actual_values(&r));
}

/* Of a histogram that is not empty. */
static double
median(struct varlena *histogram)
{
	return DatumGetFloat8(DirectFunctionCall2(datamon_histogram_quantile,
											  PointerGetDatum(histogram), Float8GetDatum(0.5)));
}

Datum
datamon_regression_median_absolute_error(PG_FUNCTION_ARGS)
{
	DmRegression r;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	dm_regression_arg(fcinfo, &r);
	if (r.errors.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(median(dm_regression_absolute_errors(&r)));
}

/* Mean distance of a sample from a point; a bin's mass is spread evenly. */
static double
mean_distance(const DmBins *b, double point)
{
	double		total = 0;
	double		shares = 0;		/* the same, where the total leaves double */
	size_t		i;

	for (i = 0; i < b->n; i++)
	{
		double		lo = b->bin[i].lo;
		double		hi = b->bin[i].hi;
		double		distance;

		if (point > lo && point < hi)
			distance = ((point - lo) / (hi - lo) * (point - lo) + (hi - point) / (hi - lo) * (hi - point)) / 2;
		else
			distance = fabs((lo / 2 + hi / 2) - point);
		total += distance * b->bin[i].count;
		shares += distance * (b->bin[i].count / b->total);
	}
	return isfinite(total) ? total / b->total : shares;
}

/*
 * constant_scores(state): the best that one constant can do, which is the
 * mean for squares and the median for absolute errors.
 */
Datum
datamon_regression_constant_scores(PG_FUNCTION_ARGS)
{
	DmRegression r;
	DmRow		row;
	double		middle = NAN;
	double		mae = NAN;
	double		variance;
	struct varlena *actual;

	dm_regression_arg(fcinfo, &r);
	actual = dm_regression_actual_values(&r);
	if (r.errors.n > 0)
	{
		DmBins		bins;

		middle = median(actual);
		dm_histogram_bins(actual, &bins);
		mae = mean_distance(&bins, middle);
	}
	variance = dm_actual_variance(&r.errors);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, dm_actual_mean(&r.errors));
	dm_row_double(&row, variance);
	dm_row_double(&row, dm_actual_stddev(&r.errors));
	dm_row_double(&row, dm_actual_stddev(&r.errors) > 0 ? 0 : NAN);
	dm_row_double(&row, middle);
	dm_row_double(&row, mae);
	dm_row_bool(&row, DatumGetBool(DirectFunctionCall1(datamon_histogram_is_exact,
													   PointerGetDatum(actual))));
	dm_row_count(&row, (int64) r.errors.n);
	dm_row_count(&row, (int64) r.unused);
	return dm_row_end(&row);
}

/* regression_scores(state): all that need no parameter. */
Datum
datamon_regression_scores(PG_FUNCTION_ARGS)
{
	static const DmErrorScore kernels[] = {
		dm_mean_error, dm_mean_absolute_error, dm_mean_squared_error, dm_root_mean_squared_error,
		dm_mean_squared_log_error, dm_root_mean_squared_log_error,
		dm_mean_absolute_percentage_error, dm_symmetric_mean_absolute_percentage_error,
		dm_max_error, dm_r2_score, dm_explained_variance_score
	};
	DmRegression r;
	DmRow		row;
	int			i;

	dm_regression_arg(fcinfo, &r);
	dm_row_begin(fcinfo, &row);
	dm_row_count(&row, (int64) r.errors.n);
	dm_row_count(&row, (int64) r.unused);
	for (i = 0; i < (int) lengthof(kernels); i++)
		dm_row_double(&row, kernels[i] (&r.errors));
	dm_row_double(&row, r.errors.n > 0 ? median(dm_regression_absolute_errors(&r)) : NAN);
	return dm_row_end(&row);
}
