/*
 * test_change_point.c - which kind of change, where, and none where there is none.
 */
#include <stdint.h>

#include "near.h"
#include "stats/change_point.h"

#define N 120

static uint64_t seed;
static double x[N];
static double room[DM_CHANGE_ROOM(N)];

static double
uniform(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double) (seed >> 11) / 9007199254740992.0;
}

/* Nearly normal: the sum of twelve uniforms. */
static void
noise(uint64_t from)
{
	int			i,
				j;

	seed = from;
	for (i = 0; i < N; i++)
		for (x[i] = -6, j = 0; j < 12; j++)
			x[i] += uniform();
}

static DmChangePoint
answer(void)
{
	DmChangePoint c;

	if (!dm_change_point(x, N, room, &c))
		c.kind = DM_CHANGE_KINDS;
	return c;
}

/* Of a hundred series with the change at 70: how many are told as this kind, with 70 in the interval. */
static void
test_kind(DmChangeKind kind, double size, int right, int covered, const char *name)
{
	int			told = 0,
				inside = 0,
				k,
				i;

	for (k = 1; k <= 100; k++)
	{
		DmChangePoint c;

		noise((uint64_t) k);
		for (i = 70; i < N; i++)
			if (kind == DM_CHANGE_SHIFT)
				x[i] += size;
			else if (kind == DM_CHANGE_TREND)
				x[i] += size * (i - 69);
			else if (kind == DM_CHANGE_VARIANCE)
				x[i] *= size;
			else if (kind == DM_CHANGE_SPIKE && i < 72)
				x[i] += size;
		c = answer();
		if (c.kind == kind)
		{
			told++;
			inside += c.low <= 70 && c.high >= 70 && c.low <= c.at && c.at <= c.high && c.confidence >= 0.5;
		}
	}
	tap_ok(told >= right, name);
	tap_ok(inside >= covered, "... and where it is lies in the interval");
	if (told < right || inside < covered)
		printf("# told %d, inside %d\n", told, inside);
}

static void
test_none(void)
{
	int			none = 0,
				k,
				i;

	for (k = 1; k <= 200; k++)
	{
		noise((uint64_t) k);
		none += answer().kind == DM_CHANGE_NONE;
	}
	tap_ok(none >= 196, "nothing in noise");
	for (none = 0, k = 1; k <= 200; k++)
	{
		noise((uint64_t) k);
		for (i = 1; i < N; i++)
			x[i] += 0.5 * x[i - 1];
		none += answer().kind == DM_CHANGE_NONE;
	}
	tap_ok(none >= 188, "nothing in values that are like their neighbours");
}

static void
test_exact(void)
{
	DmChangePoint c;
	int			i;

	for (i = 0; i < N; i++)
		x[i] = i < 50 ? 2 : 5;
	c = answer();
	tap_ok(c.kind == DM_CHANGE_SHIFT && c.at == 50 && c.low == 50 && c.high == 50 && c.before == 2 && c.after == 5 &&
		   c.before_stddev == 0 && c.after_stddev == 0, "a step without noise");
	for (i = 0; i < N; i++)
		x[i] = i == 80 ? 9 : 2;
	c = answer();
	tap_ok(c.kind == DM_CHANGE_SPIKE && c.at == 80 && c.before == 2 && c.after == 9 && isnan(c.after_stddev),
		   "a spike on a constant");
	for (i = 0; i < N; i++)
		x[i] = 7;
	c = answer();
	tap_ok(c.kind == DM_CHANGE_NONE && c.confidence < 0.5 && isnan(c.before), "a constant");
	for (i = 0; i < N; i++)
		x[i] = 3.0 * i;
	tap_ok(answer().kind == DM_CHANGE_TREND, "a straight line");
	tap_ok(!dm_change_point(x, DM_CHANGE_LEAST - 1, room, &c), "eleven values say nothing");
	for (i = 0; i < N; i++)
		x[i] = i % 2 ? 1e150 : -1e150;
	c = answer();
	tap_ok(isfinite(c.confidence), "the greatest values stay finite");
}

int
main(void)
{
	test_kind(DM_CHANGE_SHIFT, 2, 95, 90, "a shift by two standard deviations");
	test_kind(DM_CHANGE_TREND, 0.1, 90, 85, "a trend of a tenth of one at each value");
	test_kind(DM_CHANGE_VARIANCE, 4, 95, 90, "four times the spread");
	test_kind(DM_CHANGE_SPIKE, 15, 95, 95, "a spike of two values");
	test_none();
	test_exact();
	return tap_done();
}
