/*
 * regression_state.c - the regression_state type: exact sums of errors, and
 * histograms of their sizes and of the actual values.
 */
#include "postgres.h"

#include <math.h>

#include "base/type.h"
#include "stats/power_sums.h"
#include "stats/regression.h"
#include "types/histogram_internal.h"
#include "types/regression_internal.h"

enum
{
	ABSOLUTE_ERROR,
	ACTUAL,
	SKETCHES
};

static const char *const count_names[] = {
	"n", "unlabelled", "unpredicted", "empty", "non_finite", "no_logarithm"};
static const char *const extreme_names[] = {"max_error"};
static const char *const sum_names[] = {
	"error", "absolute", "squared", "fourth_power", "percentage", "symmetric", "log_squared",
	"actual", "actual_squared"};
static const char *const sketch_names[] = {"absolute_errors", "actual_values"};
static const double no_extreme[] = {-INFINITY};

static bool
add_rows(DmTally *tally, DmExactSum *const *sum, const double *const *column, int n)
{
	return dm_errors_add(sum, &tally->count[DM_REGRESSION_NO_LOGARITHM], &tally->extreme[0],
						 column[0], column[1], n);
}

static void
sketched(int sketch, const double *const *column, int n, double *out)
{
	int			i;

	if (sketch == ACTUAL)
		memcpy(out, column[0], sizeof(double) * (Size) n);
	else
		for (i = 0; i < n; i++)
			out[i] = fabs(column[0][i] - column[1][i]);
}

static void
view(const DmSumState *s, DmErrors *e)
{
	e->n = s->tally.count[DM_REGRESSION_N];
	e->no_logarithm = s->tally.count[DM_REGRESSION_NO_LOGARITHM];
	e->max = s->tally.extreme[0];
	e->sum = s->sum;
}

static bool
plausible(const DmSumState *s)
{
	DmErrors	e;
	double		most;

	view(s, &e);
	most = e.max * (1 + 1e-9);
	return e.no_logarithm <= e.n && e.max >= 0 &&
		s->sketch[ABSOLUTE_ERROR].max == e.max && s->sketch[ABSOLUTE_ERROR].min >= 0 &&
		dm_mean_absolute_error(&e) <= dm_root_mean_squared_error(&e) * (1 + 1e-9) &&
		dm_root_mean_squared_error(&e) <= most &&
		fabs(dm_mean_error(&e)) <= dm_mean_absolute_error(&e) &&
		dm_sum_root_mean(e.sum[DM_ERROR_FOURTH], e.n) <= most * most &&
		dm_mean_absolute_percentage_error(&e) >= 0 &&
		dm_symmetric_mean_absolute_percentage_error(&e) >= 0 &&
		dm_symmetric_mean_absolute_percentage_error(&e) <= 2 &&
		dm_sum_mean(e.sum[DM_ERROR_LOG_SQUARED], e.n) >= 0 &&
		isfinite(dm_sum_root_mean(e.sum[DM_ACTUAL_SQUARED], e.n)) && dm_actual_variance(&e) >= 0;
}

const DmSumKind dm_regression_kind = {
	DM_REGRESSION_STATE, "regression_state", DM_REGRESSION_ALL_COUNTS, 1, DM_ERROR_SUMS, SKETCHES, 2, 8,
	count_names, extreme_names, sum_names, sketch_names, no_extreme, add_rows, sketched, plausible
};

DM_SUM_TYPE(regression_state, dm_regression_kind, DM_REGRESSION_STATE);

void
dm_regression_arg(FunctionCallInfo fcinfo, DmRegression *r)
{
	DmSumState *s = palloc(sizeof(DmSumState));

	dm_sum_state_read(dm_getarg(fcinfo, 0, DM_REGRESSION_STATE), &dm_regression_kind, s);
	view(s, &r->errors);
	r->unused = s->tally.count[DM_REGRESSION_UNLABELLED] + s->tally.count[DM_REGRESSION_UNPREDICTED] +
		s->tally.count[DM_REGRESSION_EMPTY] + s->tally.count[DM_REGRESSION_NON_FINITE];
	r->state = s;
}

struct varlena *
dm_regression_absolute_errors(const DmRegression *r)
{
	return dm_histogram_pack(&r->state->sketch[ABSOLUTE_ERROR]);
}

struct varlena *
dm_regression_actual_values(const DmRegression *r)
{
	return dm_histogram_pack(&r->state->sketch[ACTUAL]);
}
