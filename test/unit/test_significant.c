/*
 * test_significant.c - rounding to significant bits against the C library's
 * rounding of a scaled value.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "near.h"
#include "stats/significant.h"

/* Scaled so that what stays is an integer, whose rint() is half to even. */
static double
by_scaling(double x, int bits)
{
	int			exponent;
	double		f = frexp(x, &exponent);
	double		scaled;

	/* a subnormal keeps the grid of the least normal value */
	if (exponent < DBL_MIN_EXP)
	{
		f = ldexp(x, -DBL_MIN_EXP);
		exponent = DBL_MIN_EXP;
	}
	scaled = ldexp(rint(ldexp(f, bits)), exponent - bits);
	if (isinf(scaled))
		return copysign(ldexp(ldexp(1, bits) - 1, DBL_MAX_EXP - bits), x);
	return scaled;
}

static double
random_double(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return dm_from_bits(*state ^ *state >> 29);
}

int
main(void)
{
	uint64_t	state = 1;
	int			wrong = 0;
	int			not_idempotent = 0;
	int			i;

	for (i = 0; i < 1000000; i++)
	{
		double		x = random_double(&state);
		int			bits = 1 + (int) (state % 53);
		double		rounded;

		if (!isfinite(x))
			continue;
		/* ties, and neighbours of a power of two, which are rare by themselves */
		if (i % 3 == 1 && bits < 53)
			x = dm_from_bits(dm_bits(x) & ~((UINT64_C(1) << (52 - bits)) - 1));
		if (i % 7 == 1)
			x = dm_from_bits(dm_bits(x) | ((UINT64_C(1) << 52) - 1));
		if (i % 11 == 1)
			x = dm_from_bits(dm_bits(x) & ~(UINT64_C(0x7ff) << 52));
		/* of one bit, the mantissa is always odd: halves go by the exponent instead, which rint() cannot tell */
		bits = bits > 1 ? bits : 2;
		rounded = dm_significant(x, bits);
		wrong += dm_bits(rounded) != dm_bits(by_scaling(x, bits));
		not_idempotent += dm_bits(dm_significant(rounded, bits)) != dm_bits(rounded);
	}
	tap_ok(wrong == 0, "rounded as the C library rounds");
	tap_ok(not_idempotent == 0, "rounding twice is rounding once");
	tap_ok(dm_significant(1.4, 1) == 1 && dm_significant(1.6, 1) == 2 && dm_significant(-2.9, 1) == -2,
		   "one bit");
	tap_ok(dm_significant(DBL_MAX, 20) == DBL_MAX - ldexp(1, 1024 - 20) + ldexp(1, 1024 - 53),
		   "stays finite");
	tap_ok(isinf(dm_significant(INFINITY, 3)) && dm_significant(-INFINITY, 3) < 0, "infinities stay");
	tap_ok(dm_bits(dm_significant(dm_from_bits(UINT64_C(0x7ff8da7a0000d0d0)), 3)) ==
		  UINT64_C(0x7ff8da7a0000d0d0), "a NaN keeps its payload");
	tap_ok(signbit(dm_significant(-0.0, 3)), "-0 stays -0");
	{
		double		x[300];
		double		y[300];
		int			same = 1;

		for (i = 0; i < 300; i++)
			x[i] = y[i] = random_double(&state);
		dm_vector_significant(x, 300, 17);
		for (i = 0; i < 300; i++)
			same &= dm_bits(x[i]) == dm_bits(dm_significant(y[i], 17));
		tap_ok(same, "a column at a time does the same");
	}
	return tap_done();
}
