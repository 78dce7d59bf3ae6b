/*
 * near.h - TAP for the kernels' tests: a value is near another, or a fact holds.
 */
#ifndef DATAMON_TEST_NEAR_H
#define DATAMON_TEST_NEAR_H

#include <math.h>
#include <stdio.h>

static int	tap_count = 0;
static int	tap_failed = 0;

static inline void
tap_ok(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count, name);
	if (!good)
		tap_failed++;
}

/* |got - want| <= tolerance * |want|; NaN is near NaN only. */
static inline void
tap_near(double got, double want, double tolerance, const char *name)
{
	int			good = isnan(want) ? isnan(got) != 0 :
		got == want || fabs(got - want) <= tolerance * fabs(want);

	tap_ok(good, name);
	if (!good)
		printf("# got %.17g, want %.17g, relative error %.3g\n", got, want,
			   fabs(got - want) / fabs(want));
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif							/* DATAMON_TEST_NEAR_H */
