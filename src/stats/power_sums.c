/*
 * power_sums.c - exact sums of third and fourth powers, and moments.
 *
 * Skewness and kurtosis are those of scipy.stats.skew and kurtosis, without
 * bias the G1 and G2 of Joanes and Gill, "Comparing measures of sample
 * skewness and kurtosis", The Statistician 47 (1998), 183-189.
 */
#include "stats/power_sums.h"

#include <math.h>
#include <string.h>

#include "stats/long_int.h"

typedef unsigned __int128 u128;

/*
 * Values of one exponent are integers of one unit, and so are their powers:
 * they add up without shifts.  A tile rarely has more exponents than this;
 * what is smaller still goes one by one.
 */
#define EXPONENTS 24

/* Third powers have 159 bits and a sign, fourth powers 212; 256 of them 8 more. */
typedef struct PowerCell
{
	uint64_t	cubes[3];
	uint64_t	fourths[4];
	uint64_t	n;
} PowerCell;

static inline void
add_limbs(uint64_t *to, const uint64_t *limb, int n)
{
	unsigned char carry = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		u128		t = (u128) to[i] + limb[i] + carry;

		to[i] = (uint64_t) t;
		carry = (unsigned char) (t >> 64);
	}
}

static inline void
subtract_limbs(uint64_t *to, const uint64_t *limb, int n)
{
	unsigned char borrow = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		u128		t = (u128) to[i] - limb[i] - borrow;

		to[i] = (uint64_t) t;
		borrow = (t >> 64) ? 1 : 0;
	}
}

/* m^3 and m^4 of a mantissa of 53 bits into a cell. */
static inline void
add_powers(PowerCell *cell, uint64_t m, bool negative)
{
	u128		square = (u128) m * m;
	uint64_t	low = (uint64_t) square;
	uint64_t	high = (uint64_t) (square >> 64);
	uint64_t	cube[3];
	uint64_t	fourth[4];
	u128		t;

	t = (u128) low * m;
	cube[0] = (uint64_t) t;
	t = (u128) high * m + (t >> 64);
	cube[1] = (uint64_t) t;
	cube[2] = (uint64_t) (t >> 64);
	t = (u128) low * low;
	fourth[0] = (uint64_t) t;
	t = (u128) low * (2 * high) + (t >> 64);
	fourth[1] = (uint64_t) t;
	t = (u128) high * high + (t >> 64);
	fourth[2] = (uint64_t) t;
	fourth[3] = (uint64_t) (t >> 64);
	if (negative)
		subtract_limbs(cell->cubes, cube, 3);
	else
		add_limbs(cell->cubes, cube, 3);
	add_limbs(cell->fourths, fourth, 4);
	cell->n++;
}

/* A cell whose values are integers times 2^exponent. */
static bool
add_cell(DmExactSum *cubes, DmExactSum *fourths, const PowerCell *cell, int exponent)
{
	return (cubes == NULL || dm_sum_add_limbs(cubes, cell->cubes, 3, 3 * exponent)) &&
		dm_sum_add_limbs(fourths, cell->fourths, 4, 4 * exponent);
}

bool
dm_power_sums_add(DmExactSum *cubes, DmExactSum *fourths, const double *x, int n, double largest)
{
	PowerCell	cell[EXPONENTS];
	uint64_t	bits;
	int			top;
	int			i;

	largest = fmin(largest, DM_POWER_MOST / 2);
	memcpy(&bits, &largest, sizeof(bits));
	top = (int) (bits >> 52);
	memset(cell, 0, sizeof(cell));
	for (i = 0; i < n; i++)
	{
		uint64_t	m;
		int			exponent;

		memcpy(&bits, &x[i], sizeof(bits));
		exponent = (int) (bits >> 52) & 0x7ff;
		m = (bits & (((uint64_t) 1 << 52) - 1)) | ((uint64_t) 1 << 52);
		/* biased exponents of 2^-492 and of 2^526 */
		if (exponent < 1023 - 492 || exponent > 1023 + 526)
			continue;
		if (top - exponent < EXPONENTS)
			add_powers(&cell[top - exponent], m, (bits >> 63) != 0);
		else
		{
			PowerCell	single = {{0}, {0}, 0};

			add_powers(&single, m, (bits >> 63) != 0);
			if (!add_cell(cubes, fourths, &single, exponent - 1075))
				return false;
		}
	}
	for (i = 0; i < EXPONENTS; i++)
		if (cell[i].n > 0 && !add_cell(cubes, fourths, &cell[i], top - i - 1075))
			return false;
	return true;
}

double
dm_moments_mean(const DmMoments *m)
{
	return m->n > 0 ? dm_sum_mean(m->sum, m->n) : NAN;
}

/* The variance, unless there are too few values. */
static bool
variance(const DmMoments *m, int ddof, DmScaled *out)
{
	DmLong		squares;
	double		divisor = (double) m->n - ddof;

	if (divisor <= 0)
		return false;
	dm_long_covariance(&squares, m->squares, m->sum, m->sum, m->n);
	*out = dm_scaled_quotient(dm_long_round(&squares), dm_scaled((double) m->n * divisor));
	return true;
}

double
dm_moments_variance(const DmMoments *m, int ddof)
{
	DmScaled	v;

	return variance(m, ddof, &v) ? dm_scaled_to_double(v) : NAN;
}

double
dm_moments_stddev(const DmMoments *m, int ddof)
{
	DmScaled	v;

	return variance(m, ddof, &v) ? dm_scaled_to_double(dm_scaled_root(v)) : NAN;
}

double
dm_moments_standard_error(const DmMoments *m)
{
	DmScaled	v;

	if (!variance(m, 1, &v))
		return NAN;
	v = dm_scaled_quotient(v, dm_scaled((double) m->n));
	return dm_scaled_to_double(dm_scaled_root(v));
}

double
dm_moments_variation(const DmMoments *m)
{
	DmScaled	v;
	double		mean = dm_moments_mean(m);

	if (!variance(m, 1, &v) || mean == 0)
		return NAN;
	return dm_scaled_to_double(dm_scaled_quotient(dm_scaled_root(v), dm_scaled(mean)));
}

/* n^2 m2, unless higher moments are undefined. */
static bool
second(const DmMoments *m, DmLong *out)
{
	double		largest = fmax(fabs(m->min), fabs(m->max));

	if (m->n == 0 || largest >= DM_POWER_MOST || largest < DM_POWER_SEEN)
		return false;
	dm_long_covariance(out, m->squares, m->sum, m->sum, m->n);
	return out->n > 0;
}

double
dm_moments_skewness(const DmMoments *m, bool bias)
{
	double		n = (double) m->n;
	DmLong		s1;
	DmLong		s2;
	DmLong		a;
	DmLong		total;
	DmScaled	m2;
	double		g1;

	if (!second(m, &a) || (!bias && m->n < 3))
		return NAN;
	m2 = dm_long_round(&a);
	/* n^3 m3 = n^2 S3 - 3 n S1 S2 + 2 S1^3 */
	dm_long_from_sum(&s1, m->sum);
	dm_long_from_sum(&s2, m->squares);
	dm_long_from_sum(&total, m->cubes);
	dm_long_times(&total, m->n);
	dm_long_times(&total, m->n);
	dm_long_multiply(&a, &s1, &s2);
	dm_long_times(&a, m->n);
	dm_long_times(&a, 3);
	dm_long_add(&total, &total, &a, -1);
	dm_long_multiply(&s2, &s1, &s1);
	dm_long_multiply(&a, &s2, &s1);
	dm_long_times(&a, 2);
	dm_long_add(&total, &total, &a, 1);
	g1 = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&total),
												dm_scaled_product(m2, dm_scaled_root(m2))));
	return bias ? g1 : g1 * sqrt(n) * sqrt(n - 1) / (n - 2);
}

/* n^4 m4 = n^3 S4 - 4 n^2 S1 S3 + 6 n S1^2 S2 - 3 S1^4 */
static void
fourth(const DmMoments *m, DmLong *total)
{
	DmLong		s1;
	DmLong		a;
	DmLong		b;
	DmLong		square;

	dm_long_from_sum(&s1, m->sum);
	dm_long_multiply(&square, &s1, &s1);
	dm_long_from_sum(total, m->fourths);
	dm_long_from_sum(&a, m->cubes);
	dm_long_multiply(&b, &s1, &a);
	dm_long_times(&b, 4);
	dm_long_times(total, m->n);
	dm_long_add(total, total, &b, -1);
	dm_long_times(total, m->n);
	dm_long_from_sum(&a, m->squares);
	dm_long_multiply(&b, &square, &a);
	dm_long_times(&b, 6);
	dm_long_add(total, total, &b, 1);
	dm_long_times(total, m->n);
	dm_long_multiply(&b, &square, &square);
	dm_long_times(&b, 3);
	dm_long_add(total, total, &b, -1);
}

double
dm_moments_kurtosis(const DmMoments *m, bool fisher, bool bias)
{
	double		n = (double) m->n;
	DmLong		m2;
	DmLong		square;
	DmLong		m4;
	double		excess;

	if (!second(m, &m2) || (!bias && m->n < 4))
		return NAN;
	fourth(m, &m4);
	dm_long_multiply(&square, &m2, &m2);
	if (fisher || !bias)
	{
		/* less 3 before the rounding: a normal sample's is near 0 */
		DmLong		three = square;

		dm_long_times(&three, 3);
		dm_long_add(&m4, &m4, &three, -1);
	}
	excess = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&m4), dm_long_round(&square)));
	if (!bias)
		excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6) + (fisher ? 0 : 3);
	return excess;
}

double
dm_sum_root_mean(const DmExactSum *s, uint64_t n)
{
	DmLong		a;

	if (n == 0)
		return NAN;
	dm_long_from_sum(&a, s);
	return dm_scaled_to_double(dm_scaled_root(dm_scaled_quotient(dm_long_round(&a),
																 dm_scaled((double) n))));
}
