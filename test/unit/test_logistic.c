/*
 * test_logistic.c - ridge regression: where its gradient is 0, and known answers.
 */
#include <string.h>

#include "near.h"
#include "stats/logistic.h"

#define ROWS 8

static double room[DM_RIDGE_ROOM(2)];

static const unsigned char fold[ROWS] = {0, 0, 0, 1, 1};

static DmRidge
ridge(const double *x, const double *y, size_t rows, size_t columns, bool logistic, int left_out, double penalty)
{
	DmRidge		r;

	memset(&r, 0, sizeof(r));
	r.x = x;
	r.y = y;
	r.fold = fold;
	r.left_out = left_out;
	r.rows = rows;
	r.columns = columns;
	r.logistic = logistic;
	r.penalty = penalty;
	return r;
}

static int
fit(DmRidge *r)
{
	int			steps = 0;

	dm_ridge_start(r, room);
	while (!dm_ridge_step(r))
		steps++;
	return steps;
}

/* At the minimum of a convex function the gradient is 0. */
static void
test_gradient(void)
{
	static const double x[ROWS * 2] = {0.5, 1, -1, 2, 2, 0, 0, -3, 1, 1, -2, -1, 3, 2, 0, 0.5};
	static const double y[ROWS] = {1, 0, 1, 0, 1, 0, 1, 0};
	DmRidge		r = ridge(x, y, ROWS, 2, true, -1, 0.7);
	double		g[3] = {0, 0, 0};
	int			i,
				j;

	tap_ok(fit(&r) < 12, "it ends");
	for (i = 0; i < ROWS; i++)
	{
		double		p = 1 / (1 + exp(-dm_ridge_score(&r, (size_t) i)));

		for (j = 0; j < 2; j++)
			g[j] += (p - y[i]) * x[2 * i + j];
		g[2] += p - y[i];
	}
	tap_ok(fabs(g[0] + 0.7 * r.coef[0]) < 1e-9 && fabs(g[1] + 0.7 * r.coef[1]) < 1e-9, "the gradient is 0");
	tap_ok(fabs(g[2]) < 1e-9, "and so is the intercept's, which is free");
	tap_ok(r.coef[0] > 0.5, "the first column tells");
}

/* y = 1 + 2 x, of x = -1, 0, 1: with penalty 1 the slope is 4 / (2 + 1). */
static void
test_line(void)
{
	static const double x[5] = {-1, 0, 1, 50, -70};
	static const double y[5] = {-1, 1, 3, 1000, 7};
	DmRidge		r = ridge(x, y, 5, 1, false, 1, 1);

	fit(&r);
	tap_near(r.coef[0], 4.0 / 3, 1e-14, "slope");
	tap_near(r.coef[1], 1, 1e-14, "intercept; rows of the fold that is left out do not count");
	r.left_out = -1;
	fit(&r);
	tap_ok(fabs(r.coef[0] - 4.0 / 3) > 0.1, "they do otherwise");
}

/* One class alone, nothing to tell by, values far out, rows that a column separates. */
static void
test_corners(void)
{
	static const double x[4] = {-1e8, -1e8, 1e8, 1e8};
	static const double y[4] = {0, 0, 1, 1};
	static const double one[4] = {1, 1, 1, 1};
	DmRidge		r = ridge(x, y, 4, 1, true, -1, 1);
	DmRidge		none = ridge(x, y, 4, 0, true, -1, 1);
	DmRidge		same = ridge(x, one, 4, 1, true, -1, 1);

	fit(&r);
	tap_ok(isfinite(r.coef[0]) && dm_ridge_score(&r, 3) > 3 && dm_ridge_score(&r, 0) < -3,
		   "separated rows: finite, and told apart");
	fit(&none);
	tap_near(none.coef[0], 0, 1e-14, "no column: the intercept alone");
	fit(&same);
	tap_ok(isfinite(same.coef[0]) && isfinite(same.coef[1]), "one class: finite");
}

int
main(void)
{
	test_gradient();
	test_line();
	test_corners();
	return tap_done();
}
