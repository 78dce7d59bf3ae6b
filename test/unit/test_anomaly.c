/*
 * test_anomaly.c - surprise of the next value: what is an alert, what is none,
 * and what the state keeps.
 */
#include <string.h>

#include "near.h"
#include "stats/anomaly.h"

#define MINUTE INT64_C(60000000)

/* Alerts of n values from "from" on, five minutes apart. */
static int
feed(DmAnomaly *a, const double *x, int n, int from)
{
	int			alerts = 0,
				i;

	for (i = 0; i < n; i++)
	{
		dm_anomaly_update(a, (from + i) * 5 * MINUTE, x[i]);
		alerts += a->alert;
	}
	return alerts;
}

static void
test_constant(void)
{
	DmAnomaly	a;
	double		x[500];
	int			i;

	for (i = 0; i < 500; i++)
		x[i] = 3;
	dm_anomaly_init(&a);
	tap_ok(feed(&a, x, 500, 0) == 0 && a.score == 0, "a constant series is no anomaly");
	dm_anomaly_update(&a, 500 * 5 * MINUTE, 4);
	tap_ok(a.alert && a.high, "what leaves it is, at once");
	tap_ok(dm_anomaly_valid(&a), "the state is one that can be");
	dm_anomaly_update(&a, 501 * 5 * MINUTE, 4);
	tap_ok(!a.alert, "the same again is no second alert");
	dm_anomaly_update(&a, 502 * 5 * MINUTE, 40);
	tap_ok(a.alert, "something worse is");
}

/* log10(n + 1) * beyond / (beyond + 0.05 * range), of the value alone while all else is silent */
static void
test_score(void)
{
	DmAnomaly	a;
	int			i;

	dm_anomaly_init(&a);
	for (i = 0; i < 60; i++)
		dm_anomaly_update(&a, i * 5 * MINUTE, i % 2);
	dm_anomaly_update(&a, 60 * 5 * MINUTE, 1.05);
	tap_ok(a.view == DM_VIEW_VALUE || a.view == DM_VIEW_LEVEL,
		   "a record of the value or of its distance from the level");
	tap_ok(a.score > log10(61) / 2 && a.score < log10(61),
		   "a record by 5 % of the range counts half, once in either view");
}

static void
test_cold_start(void)
{
	DmAnomaly	a;
	int			i,
				alerts = 0;

	dm_anomaly_init(&a);
	for (i = 0; i < 50; i++)
	{
		dm_anomaly_update(&a, i * 5 * MINUTE, pow(10, i));
		alerts += a.alert;
	}
	tap_ok(alerts == 0, "fifty values are judged by none");
}

static void
test_season(void)
{
	DmAnomaly	a;
	double		x[288 * 20];
	int			i,
				alerts;

	/* twenty days of a wave; on the last one it stays low at noon, as it is at night */
	for (i = 0; i < 288 * 20; i++)
		x[i] = 10 * sin(2 * 3.14159265358979 * (i % 288) / 288 - 1.5) + sin(i * 12.9898);
	dm_anomaly_init(&a);
	alerts = feed(&a, x, 288 * 19 + 130, 0);
	tap_ok(alerts <= 6, "a season is no anomaly");
	x[0] = -9;
	tap_ok(feed(&a, x, 1, 288 * 19 + 130) == 1 && a.view == DM_VIEW_SEASON && !a.high,
		   "a value that is usual at night is one at noon");
}

static void
test_gap(void)
{
	DmAnomaly	a;
	int			i;

	dm_anomaly_init(&a);
	for (i = 0; i < 100; i++)
		dm_anomaly_update(&a, i * 5 * MINUTE, i % 3);
	tap_ok(a.in_window == DM_ANOMALY_WINDOW, "the window is full");
	dm_anomaly_update(&a, 200 * 5 * MINUTE, 1);
	tap_ok(a.in_window == 1 && a.changes_in_window == 0, "after a gap it begins anew");
	tap_near(a.step, 300, 0.2, "the usual step is hardly another one");
	dm_anomaly_update(&a, 150 * 5 * MINUTE, 1);
	tap_ok(a.in_window == 2 && dm_anomaly_valid(&a), "a value that comes late counts as one of now");
}

static void
test_unused(void)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY, 1e151, -1e300};
	DmAnomaly	a,
				b;
	size_t		i;

	dm_anomaly_init(&a);
	for (i = 0; i < 100; i++)
		dm_anomaly_update(&a, i * 5 * MINUTE, (double) (i % 3));
	b = a;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		tap_ok(!dm_anomaly_update(&b, 0, bad[i]) && !b.current && !b.alert, "not used, and no alert");
	tap_ok(b.unused == 5 && b.used == a.used && memcmp(&a.records, &b.records, sizeof(a.records)) == 0,
		   "what is not used is counted and teaches nothing");
}

static void
test_extremes(void)
{
	DmAnomaly	a;
	int			i,
				good = 1;

	dm_anomaly_init(&a);
	for (i = 0; i < 20000; i++)
	{
		double		x = i % 7 == 0 ? 1e150 : i % 5 == 0 ? -1e150
														: 1e-300 * i;

		dm_anomaly_update(&a, i % 2 ? INT64_MAX / 2 - i : -INT64_MAX / 2 + i, x);
		good &= isfinite(a.score) && a.score >= 0 && dm_anomaly_valid(&a);
	}
	tap_ok(good, "the greatest values and times keep every number finite");
	for (i = 0; i < 3; i++)
		dm_anomaly_update(&a, -1 - i, 0);
	tap_ok(dm_anomaly_valid(&a), "times before 2000 have hours, too");
}

/* After an epoch and another one, what was in the first is forgotten. */
static void
test_epochs(void)
{
	DmAnomaly	a;
	int			i;

	dm_anomaly_init(&a);
	for (i = 0; i < 100; i++)
		dm_anomaly_update(&a, i * 5 * MINUTE, i == 60 ? 1000 : i % 3);
	for (i = 0; i < DM_ANOMALY_EPOCH; i++)
		dm_anomaly_update(&a, (100 + i) * 5 * MINUTE, i % 3);
	dm_anomaly_update(&a, 5000 * 5 * MINUTE, 900);
	tap_ok(a.records[DM_VIEW_VALUE].high[1] == 1000, "a record of the epoch before still stands");
	for (i = 0; i < 2 * DM_ANOMALY_EPOCH; i++)
		dm_anomaly_update(&a, (6000 + i) * 5 * MINUTE, i % 3);
	dm_anomaly_update(&a, 20000 * 5 * MINUTE, 900);
	tap_ok(a.alert && a.view == DM_VIEW_VALUE, "one of two epochs before is forgotten");
}

int
main(void)
{
	test_constant();
	test_score();
	test_cold_start();
	test_season();
	test_gap();
	test_unused();
	test_extremes();
	test_epochs();
	return tap_done();
}
