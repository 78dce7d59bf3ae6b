/*
 * test_power_sums.c - sums of powers against the same by other ways, moments
 * against certified and published values.
 */
#include <string.h>

#include "near.h"
#include "stats/long_int.h"
#include "stats/power_sums.h"
#include "stats/vector.h"
#include "sums.h"

#define WIDE DM_SUM_LIMBS

static DmMoments
moments_of(const double *x, int n)
{
	DmMoments	m;
	DmExactSum *sum[4];
	DmRange		range;
	int			i;

	for (i = 0; i < 4; i++)
		sum[i] = new_sum(WIDE);
	dm_vector_range(x, n, &range);
	(void) dm_vector_sums(sum[0], sum[1], x, n, &range);
	(void) dm_power_sums_add(sum[2], sum[3], x, n, fmax(fabs(range.min), fabs(range.max)));
	m.n = (uint64_t) n;
	m.min = range.min;
	m.max = range.max;
	m.sum = sum[0];
	m.squares = sum[1];
	m.cubes = sum[2];
	m.fourths = sum[3];
	return m;
}

/* Does the sum of a tile's powers equal, bit for bit, the sum of powers one by one, backwards? */
static void
test_powers(double spread, const char *name)
{
	double		x[256];
	DmExactSum *cubes = new_sum(WIDE);
	DmExactSum *fourths = new_sum(WIDE);
	DmLong		total[2];
	double		largest = 0;
	int			i;

	for (i = 0; i < 256; i++)
	{
		x[i] = ldexp(next_random() - 0.5, (int) ((next_random() - 0.5) * spread));
		largest = fmax(largest, fabs(x[i]));
	}
	tap_ok(dm_power_sums_add(cubes, fourths, x, 256, largest), name);
	dm_long_from_count(&total[0], 0);
	dm_long_from_count(&total[1], 0);
	for (i = 255; i >= 0; i--)
	{
		DmExactSum *one = new_sum(WIDE);
		DmLong		value;
		DmLong		square;
		DmLong		power;

		(void) dm_sum_add(one, x[i]);
		dm_long_from_sum(&value, one);
		dm_long_multiply(&square, &value, &value);
		dm_long_multiply(&power, &square, &value);
		dm_long_add(&total[0], &total[0], &power, 1);
		dm_long_multiply(&power, &square, &square);
		dm_long_add(&total[1], &total[1], &power, 1);
		free(one);
	}
	for (i = 0; i < 2; i++)
	{
		DmLong		sum;

		dm_long_from_sum(&sum, i ? fourths : cubes);
		dm_long_add(&sum, &sum, &total[i], -1);
		tap_ok(sum.n == 0, i ? "its fourth powers are exact" : "its cubes are exact");
	}
	free(cubes);
	free(fourths);
}

static void
test_windows(void)
{
	DmExactSum *small = new_sum(6);
	DmExactSum *wide = new_sum(WIDE);
	const uint64_t minus_two[2] = {UINT64_MAX - 1, UINT64_MAX};
	double		x[2] = {1e100, -1e-100};

	tap_ok(dm_sum_add(small, 1.5e300) && dm_sum_add(small, -1.5e300) && dm_sum_add(small, 5e-324),
		   "a sum that has cancelled moves anywhere");
	tap_near(dm_sum_to_double(small), 5e-324, 0, "and is what came last");
	tap_ok(!dm_sum_add(small, 1), "what does not fit the window is refused");
	tap_near(dm_sum_to_double(small), 5e-324, 0, "and nothing of it is added");
	tap_ok(!dm_power_sums_add(NULL, small, x, 2, 1e100), "powers that do not fit are refused");
	tap_ok(dm_sum_add_limbs(wide, minus_two, 2, -3), "limbs in two's complement");
	tap_near(dm_sum_to_double(wide), -0.25, 0, "are -2 / 8");
	tap_ok(dm_sum_add_product(wide, 3, -0x1p-1074), "a product with the smallest double");
	tap_ok(dm_sum_add_product(wide, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023), "and of the largest");
	tap_ok(dm_sum_add_product(wide, 0x1.fffffffffffffp1023, 0x1.fffffffffffffp1023) &&
		   dm_sum_add_product(wide, 3, 0x1p-1074), "and back");
	tap_near(dm_sum_to_double(wide), -0.25, 0, "leave what was");
	free(small);
	free(wide);
}

static void
test_long_int(void)
{
	DmLong		a;
	DmLong		b;
	DmLong		c;

	dm_long_from_count(&a, UINT64_MAX);
	dm_long_from_count(&b, 3);
	dm_long_multiply(&c, &a, &b);
	dm_long_times(&a, 3);
	dm_long_add(&c, &c, &a, -1);
	tap_ok(c.n == 0, "multiplied by a number and by a count");
	dm_long_add(&c, &b, &a, -1);
	tap_near(dm_scaled_to_double(dm_long_round(&c)), 3 - 3 * 0x1p64, 1e-16, "a difference below zero");
	dm_long_from_wide(&a, -((__int128) 5 << 100));
	tap_near(dm_scaled_to_double(dm_long_round(&a)), -5 * 0x1p100, 0, "a wide integer");
	/* 2^53 + 1 lies halfway: to even; the least bit more rounds up */
	dm_long_from_count(&a, (UINT64_C(1) << 53) + 1);
	tap_near(dm_scaled_to_double(dm_long_round(&a)), 0x1p53, 0, "halfway rounds to even");
	a.limb[2] = a.limb[0];
	a.limb[1] = 0;
	a.limb[0] = 1;
	a.n = 3;
	tap_near(dm_scaled_to_double(dm_long_round(&a)), (0x1p53 + 2) * 0x1p128, 0, "a bit far below decides");
	tap_near(dm_scaled_to_double(dm_scaled_root(dm_scaled(2 * 0x1p-1001))), 0x1p-500, 0, "an odd exponent's root");
	tap_near(dm_scaled_to_double(dm_scaled_quotient(dm_scaled(1e300), dm_scaled(1e-300))), INFINITY, 0,
			 "beyond double");
}

static void
test_moments(void)
{
	/* scipy's documentation: skew and kurtosis */
	const double example[] = {2, 8, 0, 4, 1, 9, 9, 0};
	/* NIST StRD NumAcc1: mean 10000002, standard deviation 1 */
	const double numacc1[] = {10000001, 10000003, 10000002};
	const double equal[] = {0.1, 0.1, 0.1};
	const double huge[] = {1e300, 2e300, 4e300};
	const double mixed[] = {1, 2, 5, 1e-300};
	const double unmixed[] = {1, 2, 5, 0};
	double		numacc4[1001];
	DmMoments	m = moments_of(example, 8);
	DmMoments	other;
	int			i;

	tap_near(dm_moments_skewness(&m, true), 0.2650554122698573, 1e-15, "skewness of scipy's example");
	tap_near(dm_moments_skewness(&m, false), 0.2650554122698573 * sqrt(56) / 6, 1e-15, "without bias");
	tap_near(dm_moments_kurtosis(&m, true, true), -1.6660010752838508, 1e-15, "its kurtosis");
	tap_near(dm_moments_kurtosis(&m, false, true), 3 - 1.6660010752838508, 1e-15, "not in excess of 3");
	tap_near(dm_moments_kurtosis(&m, true, false), 7.0 / 30 * (6 - 9 * 1.6660010752838508), 1e-14, "without bias");
	m = moments_of(numacc1, 3);
	tap_near(dm_moments_mean(&m), 10000002, 0, "NIST NumAcc1: mean");
	tap_near(dm_moments_stddev(&m, 1), 1, 0, "NIST NumAcc1: standard deviation");
	tap_near(dm_moments_standard_error(&m), sqrt(1.0 / 3), 1e-15, "its standard error");
	tap_near(dm_moments_kurtosis(&m, true, false), NAN, 0, "three values have no unbiased kurtosis");
	for (i = 0; i < 256; i++)
		numacc4[i] = i % 2 ? 10000000.1 : 10000000.3;
	m = moments_of(numacc4, 256);
	tap_near(dm_moments_stddev(&m, 0), 0.1, 1e-8, "values like NIST NumAcc4: standard deviation");
	tap_near(dm_moments_kurtosis(&m, true, true), -2, 1e-15, "and kurtosis");
	m = moments_of(equal, 3);
	tap_near(dm_moments_stddev(&m, 0), 0, 0, "equal values do not vary");
	tap_near(dm_moments_skewness(&m, true), NAN, 0, "and have no skewness");
	m = moments_of(huge, 3);
	tap_near(dm_moments_stddev(&m, 0), sqrt(14.0 / 9) * 1e300, 1e-15, "standard deviation of huge values");
	tap_near(dm_moments_variance(&m, 0), INFINITY, 0, "whose variance is beyond double");
	tap_near(dm_moments_skewness(&m, true), NAN, 0, "and whose third powers are not kept");
	m = moments_of(mixed, 4);
	other = moments_of(unmixed, 4);
	tap_near(dm_moments_skewness(&m, true), dm_moments_skewness(&other, true), 1e-15, "a tiny value among others");
	m.n = 0;
	tap_near(dm_moments_mean(&m), NAN, 0, "nothing has no mean");
	tap_near(dm_moments_variance(&m, 0), NAN, 0, "nor a variance");
}

int
main(void)
{
	test_powers(0, "one magnitude");
	test_powers(40, "twelve magnitudes");
	test_powers(900, "270 magnitudes");
	test_windows();
	test_long_int();
	test_moments();
	return tap_done();
}
