/*
 * correlation_state.c - the correlation_state type: exact sums over pairs.
 */
#include "postgres.h"

#include <math.h>

#include "base/row.h"
#include "base/type.h"
#include "stats/correlation.h"
#include "stats/power_sums.h"
#include "types/correlation_state.h"

PG_FUNCTION_INFO_V1(datamon_correlation_count);
PG_FUNCTION_INFO_V1(datamon_correlation_null_count);
PG_FUNCTION_INFO_V1(datamon_correlation_unused_count);
PG_FUNCTION_INFO_V1(datamon_correlation_covariance);
PG_FUNCTION_INFO_V1(datamon_correlation_covariance_pop);
PG_FUNCTION_INFO_V1(datamon_correlation_pearson);
PG_FUNCTION_INFO_V1(datamon_correlation_pearson_interval);
PG_FUNCTION_INFO_V1(datamon_correlation_pearson_test);
PG_FUNCTION_INFO_V1(datamon_correlation_linregress);
PG_FUNCTION_INFO_V1(datamon_correlation_final_pearson);

enum
{
	X,
	Y,
	XX,
	YY,
	XY,
	SUMS
};

static const char *const count_names[] = {"n", "nulls", "non_finite"};
static const char *const sum_names[] = {
	"sum_x", "sum_y", "sum_x_squares", "sum_y_squares", "sum_products"
};

static bool
add_rows(DmTally *tally, DmExactSum *const *sum, const double *const *column, int n)
{
	return dm_pair_sums_add(sum, column[0], column[1], n);
}

static void
view(const DmSumState *s, DmPairSums *p)
{
	p->n = s->tally.count[DM_CORRELATION_N];
	p->x = s->sum[X];
	p->y = s->sum[Y];
	p->xx = s->sum[XX];
	p->yy = s->sum[YY];
	p->xy = s->sum[XY];
}

/* Squares within double's own, and Cauchy and Schwarz hold. */
static bool
plausible(const DmSumState *s)
{
	DmPairSums	p;
	DmPairSums	x;
	DmPairSums	y;
	DmCorrelation c;

	view(s, &p);
	x = p;
	x.y = x.x;
	x.xy = x.xx;
	y = p;
	y.x = y.y;
	y.xy = y.yy;
	dm_pearson(&p, &c);
	return isfinite(dm_sum_root_mean(p.xx, p.n)) && isfinite(dm_sum_root_mean(p.yy, p.n)) &&
		dm_pair_covariance(&x, 0) >= 0 && dm_pair_covariance(&y, 0) >= 0 &&
		(isnan(c.r) ? dm_pair_covariance(&p, 0) == 0 : c.unexplained >= 0);
}

const DmSumKind dm_correlation_kind = {
	DM_CORRELATION_STATE, "correlation_state", DM_CORRELATION_COUNTS, 0, SUMS, 0, 2, 8,
	count_names, NULL, sum_names, NULL, NULL, add_rows, NULL, plausible
};

DM_SUM_TYPE(correlation_state, dm_correlation_kind, DM_CORRELATION_STATE);

static void
get_sums(FunctionCallInfo fcinfo, DmPairSums *p, int64 *unused)
{
	DmSumState *s = palloc(sizeof(DmSumState));

	dm_sum_state_read(dm_getarg(fcinfo, 0, DM_CORRELATION_STATE), &dm_correlation_kind, s);
	view(s, p);
	if (unused)
		*unused = (int64) (s->tally.count[DM_CORRELATION_NULLS] +
						   s->tally.count[DM_CORRELATION_NON_FINITE]);
}

Datum
datamon_correlation_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_correlation_kind, DM_CORRELATION_N, DM_CORRELATION_N);
}

Datum
datamon_correlation_null_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_correlation_kind, DM_CORRELATION_NULLS,
							  DM_CORRELATION_NULLS);
}

Datum
datamon_correlation_unused_count(PG_FUNCTION_ARGS)
{
	return dm_sum_state_count(fcinfo, &dm_correlation_kind, DM_CORRELATION_NULLS,
							  DM_CORRELATION_NON_FINITE);
}

Datum
datamon_correlation_covariance(PG_FUNCTION_ARGS)
{
	DmPairSums	p;

	get_sums(fcinfo, &p, NULL);
	return dm_return_double(fcinfo, dm_pair_covariance(&p, 1));
}

Datum
datamon_correlation_covariance_pop(PG_FUNCTION_ARGS)
{
	DmPairSums	p;

	get_sums(fcinfo, &p, NULL);
	return dm_return_double(fcinfo, dm_pair_covariance(&p, 0));
}

Datum
datamon_correlation_pearson(PG_FUNCTION_ARGS)
{
	DmPairSums	p;
	DmCorrelation c;

	get_sums(fcinfo, &p, NULL);
	dm_pearson(&p, &c);
	return dm_return_double(fcinfo, c.r);
}

/* Of the rows themselves. */
Datum
datamon_correlation_final_pearson(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return datamon_correlation_pearson(fcinfo);
}

/* pearson_interval(state, confidence) */
Datum
datamon_correlation_pearson_interval(PG_FUNCTION_ARGS)
{
	double		confidence = PG_GETARG_FLOAT8(1);
	DmPairSums	p;
	DmRow		row;
	double		low = NAN;
	double		high = NAN;

	if (!(confidence > 0 && confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"confidence\" must be between 0 and 1, not %g", confidence),
				 errhint("0.95 is usual.")));
	get_sums(fcinfo, &p, NULL);
	(void) dm_pearson_interval(&p, confidence, &low, &high);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, low);
	dm_row_double(&row, high);
	return dm_row_end(&row);
}

/* A test_result: both samples are the pairs. */
Datum
datamon_correlation_pearson_test(PG_FUNCTION_ARGS)
{
	DmPairSums	p;
	DmCorrelation c;
	DmRow		row;
	int64		unused;

	get_sums(fcinfo, &p, &unused);
	dm_pearson(&p, &c);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, c.r);
	dm_row_double(&row, c.p_value);
	dm_row_double(&row, p.n > 2 ? (double) p.n - 2 : NAN);
	dm_row_double(&row, c.r);
	dm_row_count(&row, (int64) p.n);
	dm_row_count(&row, (int64) p.n);
	dm_row_count(&row, unused);
	dm_row_count(&row, unused);
	dm_row_text(&row, "Pearson correlation, Student's t");
	return dm_row_end(&row);
}

Datum
datamon_correlation_linregress(PG_FUNCTION_ARGS)
{
	DmPairSums	p;
	DmLine		line;
	DmRow		row;
	int64		unused;

	get_sums(fcinfo, &p, &unused);
	dm_linear_regression(&p, &line);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, line.slope);
	dm_row_double(&row, line.intercept);
	dm_row_double(&row, line.correlation.r);
	dm_row_double(&row, line.correlation.r * line.correlation.r);
	dm_row_double(&row, line.correlation.p_value);
	dm_row_double(&row, line.slope_stderr);
	dm_row_double(&row, line.intercept_stderr);
	dm_row_count(&row, (int64) p.n);
	dm_row_count(&row, unused);
	return dm_row_end(&row);
}
