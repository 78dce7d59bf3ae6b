/*
 * test_beta_binomial.c - tails of the beta-binomial distribution: sums of their
 * terms by mpmath at 40 digits.
 */
#include "near.h"
#include "stats/beta_binomial.h"

static const struct
{
	double		k;
	double		n;
	double		a;
	double		b;
	double		value;
}			known[] = {
	{1.0, 1.0, 1.0, 1.0, 0.5},
	{3.0, 10.0, 2.0, 5.0, 0.510989010989011},
	{0.0, 10.0, 2.0, 5.0, 1.0},
	{11.0, 10.0, 2.0, 5.0, 0.0},
	{10.0, 10.0, 0.5, 0.5, 0.17619705200195312},
	{5.0, 30.0, 0.5, 400.0, 3.022519211941166e-07},
	{1.0, 30.0, 0.5, 12400.5, 0.0012074625557623008},
	{8.0, 400.0, 0.5, 12400.5, 1.6914331324415753e-13},
	{12.0, 50.0, 13.0, 87.0, 0.05411843634374977},
	{40.0, 50.0, 13.0, 87.0, 2.0002704204311255e-16},
	{350.0, 1000.0, 30.0, 70.0, 0.15163401815327623},
	{900.0, 1000.0, 30.5, 100000.0, 0.0},
};

int
main(void)
{
	char		name[128];
	size_t		i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		snprintf(name, sizeof(name), "%g or more of %g, Beta(%g, %g)", known[i].k, known[i].n,
				 known[i].a, known[i].b);
		tap_near(dm_beta_binomial_upper(known[i].k, known[i].n, known[i].a, known[i].b),
				 known[i].value, 1e-10, name);
	}
	tap_near(dm_beta_binomial_upper(1, 10, 0, 1), NAN, 0, "outside its domain");
	tap_near(dm_beta_binomial_upper(2.5, 10, 2, 5), known[1].value, 1e-10, "half a success is a whole one");

	/* What is to come after 30 of 100: Beta(30.5, 70.5) by Jeffreys's prior. */
	tap_near(dm_rate_upper(12, 20, 30, 100, 0), dm_beta_binomial_upper(12, 20, 30.5, 70.5), 1e-9,
			 "few of a baseline's share");
	tap_ok(dm_rate_upper(12, 20, 30, 100, 0.01) > dm_rate_upper(12, 20, 30, 100, 0),
		   "more is nothing much where the share varies");
	tap_ok(dm_rate_upper(0, 20, 0, 100, 0) == 1, "none or more are certain");
	tap_ok(fabs(dm_rate_upper(6000, 20000, 3000, 10000, 0) - 0.5) < 0.1,
		   "as many as before are the middle");
	tap_near(dm_rate_upper(1, 20, 5, 4, 0), NAN, 0, "more successes than trials");
	return tap_done();
}
