/*
 * test_drift_detector.c - changes of a mean are found, soon and once, and
 * nothing is found where nothing changes.
 */
#include <string.h>

#include "near.h"
#include "stats/drift_detector.h"

static uint64_t seed;

/* Uniform in [0, 1): the generator of Knuth's MMIX, upper half. */
static double
uniform(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double) (seed >> 11) / 9007199254740992.0;
}

/* Rows of errors with this chance; where the first change was found, or 0. */
static uint64_t
errors(DmDrift *d, int rows, double chance)
{
	uint64_t	found = 0;
	int			i;

	for (i = 0; i < rows; i++)
	{
		dm_drift_update(d, uniform() < chance);
		if (d->detected && found == 0)
			found = d->found_row;
	}
	return found;
}

static void
test_errors(double before, double after, int within, const char *name)
{
	DmDrift		d;
	int			k,
				early = 0,
				late = 0,
				far = 0;

	for (k = 0; k < 20; k++)
	{
		uint64_t	found;
		int			first = 5000 + k % 8;

		seed = (uint64_t) k + 1;
		dm_drift_init(&d, 0);
		early += errors(&d, first, before) > 0;
		found = errors(&d, 5000, after);
		late += found == 0 || found > (uint64_t) (first + within);
		far += d.drifts != 1 || d.change_row + within <= (uint64_t) first || d.change_row > (uint64_t) (first + within);
	}
	tap_ok(early == 0, name);
	tap_ok(late == 0, "... found in time");
	tap_ok(far == 0 && dm_drift_valid(&d), "... once, and placed near where it was");
}

static void
test_no_drift(void)
{
	static const double chance[] = {0, 0.0001, 0.01, 0.2, 0.5, 0.9, 1};
	size_t		i;

	for (i = 0; i < sizeof(chance) / sizeof(*chance); i++)
	{
		char		name[80];
		DmDrift		d;

		seed = 7;
		dm_drift_init(&d, 0);
		snprintf(name, sizeof(name), "nothing in 100 000 errors of chance %g", chance[i]);
		tap_ok(errors(&d, 100000, chance[i]) == 0 && dm_drift_valid(&d), name);
	}
}

static void
test_small(void)
{
	DmDrift		d;

	seed = 11;
	dm_drift_init(&d, 0);
	errors(&d, 50000, 0.02);
	tap_ok(errors(&d, 50000, 0.035) == 0, "a change that is smaller than small is none, however sure");
}

/* ln of B(k + 1/2, n - k + 1/2) / pi of both parts over that of the whole; one place for a change, of 8 rows */
static void
test_evidence(void)
{
	DmDrift		d;
	int			i;
	double		one,
				two;

	dm_drift_init(&d, 1e9);
	for (i = 0; i < 40; i++)
		dm_drift_update(&d, i >= 32);
	one = lgamma(8.5) + lgamma(32.5) - lgamma(41);
	two = lgamma(0.5) + lgamma(32.5) - lgamma(33) + lgamma(8.5) + lgamma(0.5) - lgamma(9) - log(3.14159265358979323846);
	tap_near(d.evidence, two - one + log(8), 1e-12, "the Bayes factor of eight errors after 32 rows without");
}

/* The Bayes factor by the formula of Gonen et al. (2005) for t; one place for a change, of 8 rows */
static void
test_evidence_of_means(void)
{
	DmDrift		d;
	double		x[64],
				mean[2] = {0, 0},
				squares = 0,
				t2,
				pairs = 16,
				spread = 1 + 0.1 * pairs;
	int			i;

	dm_drift_init(&d, 1e9);
	for (i = 0; i < 64; i++)
	{
		/* never beyond three standard deviations */
		x[i] = sin(i * i) + (i >= 32 ? 0.75 : 0) + 0.5;
		mean[i >= 32] += x[i] / 32;
		dm_drift_update(&d, x[i]);
	}
	for (i = 0; i < 64; i++)
		squares += (x[i] - mean[i >= 32]) * (x[i] - mean[i >= 32]);
	t2 = pairs * (mean[1] - mean[0]) * (mean[1] - mean[0]) / (squares / 62);
	tap_near(d.evidence, -0.5 * log(spread) + 31.5 * log((1 + t2 / 62) / (1 + t2 / 62 / spread)) + log(8), 1e-9,
			 "the Bayes factor of two means of 32 rows each");
}

static void
test_numbers(void)
{
	DmDrift		d;
	int			i;

	seed = 3;
	dm_drift_init(&d, 0);
	for (i = 0; i < 4000; i++)
		dm_drift_update(&d, 1e6 + uniform() + (i >= 2000 ? 0.5 : 0));
	tap_ok(d.drifts == 1 && d.found_row <= 2100 && d.change_row >= 1990,
		   "numbers far from 0 that move by half of their range");
	tap_near(d.before, 1e6 + 0.5, 1e-7, "mean before");
	tap_near(d.after, 1e6 + 1, 1e-7, "mean after");
	for (i = 0; i < 2000; i++)
		dm_drift_update(&d, i == 1000 ? 1e12 : 1e6 + uniform() + 0.5);
	tap_ok(d.drifts == 1 && dm_drift_valid(&d), "one number far out is no change");
}

static void
test_extremes(void)
{
	static const double bad[] = {NAN, INFINITY, -INFINITY, 1e141};
	DmDrift		d;
	int			i;

	dm_drift_init(&d, 0);
	for (i = 0; i < 4; i++)
		tap_ok(!dm_drift_update(&d, bad[i]) && d.unused == (uint64_t) i + 1 && d.used == 0, "not a number to use");
	for (i = 0; i < 10000; i++)
		dm_drift_update(&d, i % 2 ? 1e140 : -1e140);
	tap_ok(dm_drift_valid(&d) && isfinite(d.evidence) && d.drifts == 0, "the greatest numbers keep it finite");
	dm_drift_init(&d, 0);
	for (i = 0; i < 2000; i++)
		dm_drift_update(&d, i < 1000 ? 5 : 6);
	tap_ok(d.drifts == 1 && d.before == 5 && d.after == 6, "a constant that becomes another one");
}

int
main(void)
{
	test_errors(0.2, 0.4, 300, "nothing before errors rise from 20 % to 40 %");
	test_errors(0.4, 0.2, 300, "nothing before errors fall from 40 % to 20 %");
	test_errors(0.01, 0.99, 16, "nothing before errors turn round");
	test_errors(0, 1, 16, "nothing before everything fails");
	test_errors(0.01, 0.1, 300, "nothing before errors rise from 1 % to 10 %");
	test_no_drift();
	test_small();
	test_evidence();
	test_evidence_of_means();
	test_numbers();
	test_extremes();
	return tap_done();
}
