/*
 * vector.c - the inner loops over a tile of doubles.
 */
#include "stats/vector.h"

#include <math.h>
#include <string.h>

#include "stats/column.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((target_clones("avx2", "default"), optimize("O3")))
#define VECTOR_FMA __attribute__((target_clones("fma", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((optimize("O3")))
#define VECTOR_FMA VECTOR
#else
#define VECTOR
#define VECTOR_FMA
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define UPPER_WORD 0
#else
#define UPPER_WORD 1
#endif

typedef double v4d __attribute__((vector_size(32)));
typedef int64_t v4i __attribute__((vector_size(32)));
typedef uint64_t v4u __attribute__((vector_size(32)));

VECTOR void
dm_vector_range(const double *x, int n, DmRange *range)
{
	const v4i	magnitude = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
	const v4i	one = {INT64_C(1) << 52, INT64_C(1) << 52, INT64_C(1) << 52, INT64_C(1) << 52};
	v4d			lo = {INFINITY, INFINITY, INFINITY, INFINITY};
	v4d			hi = -lo;
	v4i			any = {0};
	v4i			bad = {0};
	int			i;

	range->min = INFINITY;
	range->max = -INFINITY;
	range->low_bits = 0;
	for (i = 0; i < n; i += 4)
	{
		v4d			v;
		v4i			bits;
		v4i			less;
		v4i			greater;

		if (i + 4 <= n)
			memcpy(&v, x + i, sizeof(v));
		else
		{
			v = (v4d) {x[i], x[i], x[i], x[i]};
			memcpy(&v, x + i, (size_t) (n - i) * 8);
		}
		bits = (v4i) v & magnitude;
		less = v < lo;
		greater = v > hi;
		lo = (v4d) ((less & (v4i) v) | (~less & (v4i) lo));
		hi = (v4d) ((greater & (v4i) v) | (~greater & (v4i) hi));
		any |= bits;
		/* an exponent of all ones overflows into the top bit when one is added */
		bad |= (v4i) ((v4u) bits + (v4u) one);
	}
	for (i = 0; i < 4; i++)
	{
		range->min = lo[i] < range->min ? lo[i] : range->min;
		range->max = hi[i] > range->max ? hi[i] : range->max;
		range->low_bits |= (uint64_t) any[i];
	}
	range->finite = (bad[0] | bad[1] | bad[2] | bad[3]) >= 0;
	/* -0 is 0 */
	range->min += 0.0;
	range->max += 0.0;
}

/*
 * The usual case, when a bin is known by the upper words alone: half the bits
 * to move.  Zero is told by its upper word, too; returns false if some value
 * is so near to it that the lower one is needed.
 */
VECTOR static bool
places_by_upper_words(uint32_t *restrict place, const double *restrict x, int n, int shift,
					  uint32_t base, uint32_t size)
{
	const uint32_t *upper = (const uint32_t *) (const void *) x + UPPER_WORD;
	const uint32_t *lower = (const uint32_t *) (const void *) x + 1 - UPPER_WORD;
	uint32_t	nearly = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint32_t	mag = upper[2 * i] & INT32_MAX;
		int32_t		index = (int32_t) ((mag >> shift) - base);
		int32_t		positive = (int32_t) ~upper[2 * i] >> 31;
		int32_t		at = index + 2 + (positive & (int32_t) size);
		/* an index below the window is negative; no other is, nor its difference to the size */
		int32_t		inside = ~(index >> 31) & ((index - (int32_t) size) >> 31);
		int32_t		zero = ((int32_t) mag - 1) >> 31;

		nearly |= (uint32_t) zero & lower[2 * i];
		place[i] = (uint32_t) ((zero & 1) | (~zero & inside & at));
	}
	return nearly == 0;
}

VECTOR static void
places_by_whole_words(uint32_t *place, const double *x, int n, int shift, uint64_t base,
					  uint32_t size)
{
	const uint64_t *bits = (const uint64_t *) (const void *) x;
	int			i;

	/* dense_place() of column.c, without branches */
	for (i = 0; i < n; i++)
	{
		uint64_t	mag = bits[i] & ~DM_SIGN_BIT;
		int64_t		index = (int64_t) ((mag >> shift) - base);
		int64_t		positive = (int64_t) ~bits[i] >> 63;
		int64_t		at = index + 2 + (positive & (int64_t) size);
		int64_t		inside = (index >= 0 && index < (int64_t) size) ? -1 : 0;
		int64_t		zero = mag == 0 ? -1 : 0;

		place[i] = (uint32_t) ((zero & 1) | (~zero & inside & at));
	}
}

void
dm_vector_places(uint32_t *place, const double *x, int n, int shift, uint64_t base, uint32_t size)
{
	if (shift < 32 || !places_by_upper_words(place, x, n, shift - 32, (uint32_t) base, size))
		places_by_whole_words(place, x, n, shift, base, size);
}

/*
 * Exponents between which slices and their products stay normal doubles; the
 * few values outside are added one by one.
 */
#define SLICE_MIN_EXPONENT (-400)
#define SLICE_MAX_EXPONENT 400
#define SLICE_BITS 22

/* With so many zeros at the end, two slices leave no more of them than three of any value. */
#define SHORT_ZEROS 22

/* Sums of the slices of a tile, and of the products that make up squares. */
typedef struct SliceSums
{
	double		a;
	double		b;
	double		c;
	double		aa;
	double		ab;
	double		ac_bb;
	double		bc;
	double		cc;
} SliceSums;

/* Sums as integers: exact, and fewer to add than the slices. */
typedef __int128 i128;

static double
power_of_two(int exponent)
{
	return dm_from_bits((uint64_t) (1023 + exponent) << 52);
}

#define FOLD4(v) (((v)[0] + (v)[1]) + ((v)[2] + (v)[3]))

/*
 * Cut every value into three slices of at most 22 bits on a grid common to
 * the tile: x = a + b + c.  Slices are small integers in their units, so the
 * sums over 256 of them and of their products are exact in a double, in any
 * order: 2^22 * 2^22 * 256 = 2^52 (Ozaki et al., "Error-free transformations of matrix multiplication",
 * 2012).  Returns whether some value has bits below the third slice.
 */
VECTOR_FMA static bool
slice_sums(const double *x, int n, int exponent, SliceSums *s)
{
	double		m1 = 1.5 * power_of_two(exponent + 1 - SLICE_BITS + 52);
	double		m2 = 1.5 * power_of_two(exponent + 1 - 2 * SLICE_BITS + 52);
	double		m3 = 1.5 * power_of_two(exponent + 1 - 3 * SLICE_BITS + 52);
	v4d			sa = {0},
				sb = {0},
				sc = {0},
				saa = {0},
				sab = {0},
				sacbb = {0},
				sbc = {0},
				scc = {0};
	v4i			rest = {0};
	int			i;

	for (i = 0; i < n; i += 4)
	{
		v4d			v = {0};
		v4d			a,
					b,
					c;

		if (i + 4 <= n)
			memcpy(&v, x + i, sizeof(v));
		else
			memcpy(&v, x + i, (size_t) (n - i) * 8);
		a = (v + m1) - m1;
		v -= a;
		b = (v + m2) - m2;
		v -= b;
		c = (v + m3) - m3;
		rest |= v != c;
		sa += a;
		sb += b;
		sc += c;
		saa += a * a;
		sab += a * b;
		sacbb += a * (c + c) + b * b;
		sbc += b * c;
		scc += c * c;
	}
	s->a = FOLD4(sa);
	s->b = FOLD4(sb);
	s->c = FOLD4(sc);
	s->aa = FOLD4(saa);
	s->ab = FOLD4(sab);
	s->ac_bb = FOLD4(sacbb);
	s->bc = FOLD4(sbc);
	s->cc = FOLD4(scc);
	return (rest[0] | rest[1] | rest[2] | rest[3]) != 0;
}

/* The same where two slices hold nearly all: integers, and values rounded to few bits. */
VECTOR_FMA static bool
two_slice_sums(const double *x, int n, int exponent, SliceSums *s)
{
	double		m1 = 1.5 * power_of_two(exponent + 1 - SLICE_BITS + 52);
	double		m2 = 1.5 * power_of_two(exponent + 1 - 2 * SLICE_BITS + 52);
	v4d			sa = {0},
				sb = {0},
				saa = {0},
				sab = {0},
				sbb = {0};
	v4i			rest = {0};
	int			i;

	for (i = 0; i < n; i += 4)
	{
		v4d			v = {0};
		v4d			a,
					b;

		if (i + 4 <= n)
			memcpy(&v, x + i, sizeof(v));
		else
			memcpy(&v, x + i, (size_t) (n - i) * 8);
		a = (v + m1) - m1;
		v -= a;
		b = (v + m2) - m2;
		rest |= v != b;
		sa += a;
		sb += b;
		saa += a * a;
		sab += a * b;
		sbb += b * b;
	}
	memset(s, 0, sizeof(*s));
	s->a = FOLD4(sa);
	s->b = FOLD4(sb);
	s->aa = FOLD4(saa);
	s->ab = FOLD4(sab);
	s->ac_bb = FOLD4(sbb);
	return (rest[0] | rest[1] | rest[2] | rest[3]) != 0;
}

/* Values of which the slices leave something; they are few. */
VECTOR_FMA static int
find_rest(const double *x, int n, int exponent, int slices, double *others)
{
	double		m1 = 1.5 * power_of_two(exponent + 1 - SLICE_BITS + 52);
	double		m2 = 1.5 * power_of_two(exponent + 1 - 2 * SLICE_BITS + 52);
	double		m3 = 1.5 * power_of_two(exponent + 1 - 3 * SLICE_BITS + 52);
	v4d			third = slices == 3 ? (v4d) {1, 1, 1, 1} : (v4d) {0};
	int			rest = 0;
	int			i;
	int			k;

	for (i = 0; i < n; i += 4)
	{
		v4d			v = {0};
		v4i			left;

		if (i + 4 <= n)
			memcpy(&v, x + i, sizeof(v));
		else
			memcpy(&v, x + i, (size_t) (n - i) * 8);
		v -= (v + m1) - m1;
		v -= (v + m2) - m2;
		left = v != ((v + m3) - m3) * third;
		if ((left[0] | left[1] | left[2] | left[3]) == 0)
			continue;
		for (k = 0; k < 4; k++)
			if (left[k])
				others[rest++] = x[i + k];
	}
	return rest;
}

/*
 * Values with bits below the last slice (far smaller than the tile's
 * largest) are few: take their slices out of the sums again and hand the
 * values over, to be added one by one.
 */
static int
take_out_rest(const double *x, int n, int exponent, int slices, SliceSums *s, double *others)
{
	double		m1 = 1.5 * power_of_two(exponent + 1 - SLICE_BITS + 52);
	double		m2 = 1.5 * power_of_two(exponent + 1 - 2 * SLICE_BITS + 52);
	double		m3 = 1.5 * power_of_two(exponent + 1 - 3 * SLICE_BITS + 52);
	int			rest = find_rest(x, n, exponent, slices, others);
	int			i;

	for (i = 0; i < rest; i++)
	{
		double		a = (others[i] + m1) - m1;
		double		r = others[i] - a;
		double		b = (r + m2) - m2;
		double		c = slices == 3 ? ((r - b) + m3) - m3 : 0;

		s->a -= a;
		s->b -= b;
		s->c -= c;
		s->aa -= a * a;
		s->ab -= a * b;
		s->ac_bb -= a * (c + c) + b * b;
		s->bc -= b * c;
		s->cc -= c * c;
	}
	return rest;
}

static bool
add_one_by_one(DmExactSum *sum, DmExactSum *squares, const double *x, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		if (!dm_sum_add(sum, x[i]) || !dm_sum_add_square_times(squares, x[i], 1))
			return false;
	return true;
}

/*
 * Copies of the two windows on the stack make the whole all or nothing; they
 * are a handful of limbs except in columns that span hundreds of orders of
 * magnitude.
 */
typedef struct SumCopy
{
	DmExactSum	head;
	uint64_t	limb[DM_SUM_LIMBS];
} SumCopy;

/*
 * The slices' sums are integers below 2^30 in the unit of their slice, those
 * of products below 2^53: three long additions take them all.
 */
static bool
add_slices(DmExactSum *sum, DmExactSum *squares, const SliceSums *s, int exponent)
{
	int			unit = exponent + 1 - 3 * SLICE_BITS;
	double		scale = power_of_two(-unit - SLICE_BITS);
	double		up = power_of_two(SLICE_BITS);
	double		down = power_of_two(-SLICE_BITS);
	double		scale2 = scale * scale;
	i128		first = ((i128) (int64_t) (s->a * scale * down) << (2 * SLICE_BITS)) +
		((i128) (int64_t) (s->b * scale) << SLICE_BITS) + (int64_t) (s->c * scale * up);
	i128		upper = ((i128) (int64_t) (s->aa * scale2 * down * down) << (2 * SLICE_BITS)) +
		((i128) (int64_t) (2 * s->ab * scale2 * down) << SLICE_BITS) + (int64_t) (s->ac_bb * scale2);
	i128		lower = ((i128) (int64_t) (2 * s->bc * scale2 * up) << SLICE_BITS) +
		(int64_t) (s->cc * scale2 * up * up);

	return dm_sum_add_wide(sum, first, unit) &&
		dm_sum_add_wide(squares, upper, 2 * (unit + SLICE_BITS)) &&
		dm_sum_add_wide(squares, lower, 2 * unit);
}

bool
dm_vector_sums(DmExactSum *sum, DmExactSum *squares, const double *x, int n, const DmRange *range)
{
	SumCopy		old_sum;
	SumCopy		old_squares;
	double		others[DM_TILE];
	SliceSums	s;
	double		largest = fmax(fabs(range->min), fabs(range->max));
	int			exponent = (int) (dm_bits(largest) >> 52) - 1023;
	bool		done;

	if (largest == 0)
		return true;
	memcpy(&old_sum, sum, DM_EXACT_SUM_BYTES(sum->size));
	memcpy(&old_squares, squares, DM_EXACT_SUM_BYTES(squares->size));
	if (exponent < SLICE_MIN_EXPONENT || exponent > SLICE_MAX_EXPONENT)
		done = add_one_by_one(sum, squares, x, n);
	else
	{
		bool		short_values = range->low_bits << (64 - SHORT_ZEROS) == 0;
		int			rest = 0;

		if (short_values ? two_slice_sums(x, n, exponent, &s) : slice_sums(x, n, exponent, &s))
			rest = take_out_rest(x, n, exponent, short_values ? 2 : 3, &s, others);
		done = add_slices(sum, squares, &s, exponent) && add_one_by_one(sum, squares, others, rest);
	}
	if (!done)
	{
		memcpy(sum, &old_sum, DM_EXACT_SUM_BYTES(old_sum.head.size));
		memcpy(squares, &old_squares, DM_EXACT_SUM_BYTES(old_squares.head.size));
	}
	return done;
}
