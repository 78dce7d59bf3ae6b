/*
 * test_local_linear.c - what is linear is found, what does not vary is left out, too few rows say nothing.
 */
#include <string.h>

#include "near.h"
#include "stats/local_linear.h"

#define N 60
#define D 3

static const double at[D] = {2, 5, 1};
static const bool is_category[D] = {false, false, true};
static double x[N * D];
static double y[N];
static double room[DM_LOCAL_LINEAR_ROOM(N, D)];
static double coefficient[D];
static double contribution[D];
static DmLocalLinear out;

static bool
explain(int n, const double *row, double width, double ridge)
{
	return dm_local_linear(x, y, n, D, row, is_category, width, ridge, room, coefficient, contribution, &out);
}

/* y = 3 + 2 a + 0 b + 4 [category], where b does not vary. */
static void
fill(void)
{
	int			i;

	for (i = 0; i < N; i++)
	{
		x[i * D] = i % 7;
		x[i * D + 1] = 5;
		x[i * D + 2] = i % 3 == 0;
		y[i] = 3 + 2 * (i % 7) + 4 * (i % 3 == 0);
	}
}

int
main(void)
{
	double		before[D];
	int			i;

	fill();
	tap_ok(explain(N, at, 2, 1e-9), "a linear function");
	tap_near(coefficient[0], 2, 1e-8, "its slope");
	tap_ok(coefficient[1] == 0 && contribution[1] == 0, "what does not vary adds nothing");
	tap_near(coefficient[2], 4, 1e-8, "its step");
	tap_near(out.here, 11, 1e-8, "its value at the row");
	tap_near(out.base + contribution[0] + contribution[1] + contribution[2], out.here, 1e-13, "contributions add up");
	tap_near(out.fidelity, 1, 1e-8, "is fitted whole");
	memcpy(before, coefficient, sizeof before);

	fill();
	for (i = 0; i < N; i++)
		y[i] *= 1e200;
	tap_ok(explain(N, at, 2, 1e-9) == false
		   || fabs(coefficient[0] / before[0] / 1e200 - 1) < 1e-8, "no matter how large, or nothing is said");

	fill();
	for (i = 0; i < N; i++)
		y[i] = (i * 7919 % 101) / 101.0;
	tap_ok(explain(N, at, 2, 1) && out.fidelity < 0.1,
		   "noise is not explained");

	fill();
	for (i = 0; i < N; i++)
		y[i] = 0.1;
	tap_ok(!explain(N, at, 2, 1),
		   "predictions that do not vary");
	fill();
	tap_ok(!explain(4, at, 2, 1) && isnan(out.fidelity),
		   "four rows for three features");
	fill();
	tap_ok(!explain(N, (const double[]) {2000, 5, 1}, 0.5, 1),
		   "no row is near");
	tap_ok(!explain(0, at, 2, 1), "no row");
	return tap_done();
}
