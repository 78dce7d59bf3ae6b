/*
 * vector.c - the inner loops over a tile of doubles.
 */
#include "stats/vector.h"

#include <math.h>
#include <string.h>

#include "stats/column.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((target_clones("avx2", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((optimize("O3")))
#else
#define VECTOR
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

VECTOR void
dm_vector_places(uint32_t *place, const double *x, int n, int shift, uint64_t base, uint32_t size)
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

/*
 * Exponents between which slices and their products stay normal doubles; the
 * few values outside are added one by one.
 */
#define SLICE_MIN_EXPONENT (-400)
#define SLICE_MAX_EXPONENT 400
#define SLICE_BITS 22

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

#define FOLD4(v) (((v)[0] + (v)[1]) + ((v)[2] + (v)[3]))

/*
 * Cut every value into three slices of at most 22 bits on a grid common to
 * the tile: x = a + b + c.  Slices are small integers in their units, so the
 * sums over 256 of them and of their products are exact in a double, in any
 * order: 2^22 * 2^22 * 256 = 2^52 (Ozaki et al., "Error-free transformations of matrix multiplication",
 * 2012).  Returns whether some value has bits below the third slice.
 */
VECTOR static bool
slice_sums(const double *x, int n, int exponent, SliceSums *s)
{
	double		m1 = ldexp(1.5, exponent + 1 - SLICE_BITS + 52);
	double		m2 = ldexp(1.5, exponent + 1 - 2 * SLICE_BITS + 52);
	double		m3 = ldexp(1.5, exponent + 1 - 3 * SLICE_BITS + 52);
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

/*
 * Values with bits below the third slice (far smaller than the tile's
 * largest) are few: take their slices out of the sums again and hand the
 * values over, to be added one by one.
 */
static int
take_out_rest(const double *x, int n, int exponent, SliceSums *s, double *others)
{
	double		m1 = ldexp(1.5, exponent + 1 - SLICE_BITS + 52);
	double		m2 = ldexp(1.5, exponent + 1 - 2 * SLICE_BITS + 52);
	double		m3 = ldexp(1.5, exponent + 1 - 3 * SLICE_BITS + 52);
	int			rest = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		double		a = (x[i] + m1) - m1;
		double		r = x[i] - a;
		double		b = (r + m2) - m2;
		double		c;

		r -= b;
		c = (r + m3) - m3;
		if (r == c)
			continue;
		s->a -= a;
		s->b -= b;
		s->c -= c;
		s->aa -= a * a;
		s->ab -= a * b;
		s->ac_bb -= a * (c + c) + b * b;
		s->bc -= b * c;
		s->cc -= c * c;
		others[rest++] = x[i];
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

static bool
add_slices(DmExactSum *sum, DmExactSum *squares, const SliceSums *s)
{
	return dm_sum_add(sum, s->a) && dm_sum_add(sum, s->b) && dm_sum_add(sum, s->c) &&
		dm_sum_add(squares, s->aa) && dm_sum_add(squares, 2 * s->ab) &&
		dm_sum_add(squares, s->ac_bb) && dm_sum_add(squares, 2 * s->bc) &&
		dm_sum_add(squares, s->cc);
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
		int			rest = 0;

		if (slice_sums(x, n, exponent, &s))
			rest = take_out_rest(x, n, exponent, &s, others);
		done = add_slices(sum, squares, &s) && add_one_by_one(sum, squares, others, rest);
	}
	if (!done)
	{
		memcpy(sum, &old_sum, DM_EXACT_SUM_BYTES(old_sum.head.size));
		memcpy(squares, &old_squares, DM_EXACT_SUM_BYTES(old_squares.head.size));
	}
	return done;
}
