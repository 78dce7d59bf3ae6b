/*
 * exact_sum.c - sums of doubles and of their squares without any rounding.
 */
#include "stats/exact_sum.h"

#include <math.h>
#include <string.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

void
dm_sum_init(DmExactSum *s, int size)
{
	s->base = -1;
	s->size = size;
	memset(s->limb, 0, (size_t) size * 8);
}

/* Sign extension of the window: what every limb above it would be. */
static inline uint64_t
sign_limb(const DmExactSum *s)
{
	return (uint64_t) ((int64_t) s->limb[s->size - 1] >> 63);
}

/*
 * Move the window so that it covers limbs [low, high] beside what it holds.
 * Limbs may leave at the bottom only while zero, at the top only while they
 * are sign.
 */
static bool
window_cover(DmExactSum *s, int low, int high)
{
	int			used_low = 0;
	int			used_high = s->size - 1;
	int			base;
	uint64_t	sign;

	if (s->base < 0)
	{
		/* a first value: leave room on both sides, more above for the count */
		base = low - (s->size - (high - low + 1)) / 2;
		if (base + s->size > DM_SUM_LIMBS)
			base = DM_SUM_LIMBS - s->size;
		s->base = base < 0 ? 0 : base;
		return low >= s->base && high < s->base + s->size;
	}
	if (low >= s->base && high < s->base + s->size)
		return true;
	sign = sign_limb(s);
	while (used_low < s->size && s->limb[used_low] == 0)
		used_low++;
	while (used_high > 0 && s->limb[used_high] == sign &&
		   (uint64_t) ((int64_t) s->limb[used_high - 1] >> 63) == sign)
		used_high--;
	if (used_low > used_high)
	{
		/* everything has cancelled: as far away as the next value may be */
		s->base = -1;
		return window_cover(s, low, high);
	}
	if (s->base + used_low < low)
		low = s->base + used_low;
	if (s->base + used_high > high)
		high = s->base + used_high;
	if (high - low + 1 > s->size)
		return false;
	base = low - (s->size - (high - low + 1)) / 2;
	if (base + s->size > DM_SUM_LIMBS)
		base = DM_SUM_LIMBS - s->size;
	if (base < 0)
		base = 0;
	if (low < base || high >= base + s->size)
		return false;
	/* shift the limbs; what comes in from above is sign, from below zero */
	if (base < s->base)
	{
		int			by = s->base - base;

		memmove(s->limb + by, s->limb, (size_t) (s->size - by) * 8);
		memset(s->limb, 0, (size_t) by * 8);
	}
	else if (base > s->base)
	{
		int			by = base - s->base;
		int			i;

		memmove(s->limb, s->limb + by, (size_t) (s->size - by) * 8);
		for (i = s->size - by; i < s->size; i++)
			s->limb[i] = sign;
	}
	s->base = base;
	return true;
}

/* Add a 128-bit two's complement value at bit position "bit". */
static bool
add_wide(DmExactSum *s, i128 v, int bit)
{
	int			limb = bit >> 6;
	int			off = bit & 63;
	uint64_t	part[3];
	uint64_t	ext = (uint64_t) (v >> 127);
	unsigned	carry = 0;
	int			i;

	part[0] = (uint64_t) ((u128) v << off);
	part[1] = (uint64_t) (off ? (u128) v >> (64 - off) : (u128) v >> 64);
	part[2] = off ? (uint64_t) (v >> 64 >> (64 - off)) : ext;
	/* one limb above for carries: the top limb's sign must stay true */
	if (s->base < 0 || limb < s->base || limb + 3 >= s->base + s->size)
		if (!window_cover(s, limb, limb + 3 < DM_SUM_LIMBS ? limb + 3 : DM_SUM_LIMBS - 1))
			return false;
	limb -= s->base;
	for (i = 0; limb + i < s->size; i++)
	{
		uint64_t	add = i < 3 ? part[i] : ext;
		u128		sum;

		if (i >= 3 && ((carry == 0 && ext == 0) || (carry == 1 && ext == ~(uint64_t) 0)))
			break;
		sum = (u128) s->limb[limb + i] + add + carry;
		s->limb[limb + i] = (uint64_t) sum;
		carry = (unsigned) (sum >> 64);
	}
	return true;
}

bool
dm_sum_add_wide(DmExactSum *s, __int128 v, int exponent)
{
	return v == 0 || add_wide(s, v, exponent - DM_SUM_UNIT);
}

bool
dm_sum_add_int(DmExactSum *s, int64_t v, int exponent)
{
	if (v == 0)
		return true;
	return add_wide(s, v, exponent - DM_SUM_UNIT);
}

/* x = *m * 2^*e with an integer m of at most 53 bits. */
static void
split(double x, int64_t *m, int *e)
{
	uint64_t	bits;
	int			exponent;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (int) (bits >> 52) & 0x7ff;
	*m = (int64_t) (bits & 0xfffffffffffffULL);
	if (exponent)
		*m |= (int64_t) 1 << 52;
	else
		exponent = 1;
	*e = exponent - 1075;
	if (bits >> 63)
		*m = -*m;
}

bool
dm_sum_add(DmExactSum *s, double x)
{
	int64_t		m;
	int			e;

	split(x, &m, &e);
	return dm_sum_add_int(s, m, e);
}

bool
dm_sum_add_product(DmExactSum *s, double x, double y)
{
	int64_t		mx;
	int64_t		my;
	int			ex;
	int			ey;

	split(x, &mx, &ex);
	split(y, &my, &ey);
	if (mx == 0 || my == 0)
		return true;
	return add_wide(s, (i128) mx * my, ex + ey - DM_SUM_UNIT);
}

bool
dm_sum_add_limbs(DmExactSum *s, const uint64_t *limb, int n, int exponent)
{
	int			bit = exponent - DM_SUM_UNIT;
	int			high = (bit >> 6) + n + 2;
	int			i;

	while (n > 0 && limb[0] == 0)
	{
		limb++;
		n--;
		bit += 64;
	}
	if (n == 0)
		return true;
	/* room for every step first: then none of them fails */
	if (!window_cover(s, bit >> 6, high < DM_SUM_LIMBS ? high : DM_SUM_LIMBS - 1))
		return false;
	for (i = 0; i < n; i++, bit += 64)
	{
		i128		part = i + 1 < n ? (i128) limb[i] : (i128) (int64_t) limb[i];

		if (part != 0 && !add_wide(s, part, bit))
			return false;
	}
	return true;
}

bool
dm_sum_add_times(DmExactSum *s, double x, uint64_t count)
{
	int64_t		m;
	int			e;

	split(x, &m, &e);
	if (m == 0)
		return true;
	return add_wide(s, (i128) m * (i128) count, e - DM_SUM_UNIT);
}

bool
dm_sum_add_square_times(DmExactSum *s, double x, uint64_t count)
{
	int64_t		m;
	int			e;
	u128		square;
	i128		low;
	i128		high;

	split(x, &m, &e);
	if (m == 0)
		return true;
	/* 106 bits in two halves, each times at most 2^63 */
	square = (u128) ((i128) m * m);
	low = (i128) (square & (((u128) 1 << 53) - 1)) * (i128) count;
	high = (i128) (square >> 53) * (i128) count;
	if (!add_wide(s, high, 2 * e + 53 - DM_SUM_UNIT))
		return false;
	if (add_wide(s, low, 2 * e - DM_SUM_UNIT))
		return true;
	/* all or nothing, so that the caller may try again in a larger window */
	(void) add_wide(s, -high, 2 * e + 53 - DM_SUM_UNIT);
	return false;
}

bool
dm_sum_add_sum(DmExactSum *s, const DmExactSum *other)
{
	int			n = other->size;

	if (other->base < 0)
		return true;
	/* limbs of sign only need no room */
	while (n > 1 && (int64_t) other->limb[n - 1] == (int64_t) other->limb[n - 2] >> 63)
		n--;
	return dm_sum_add_limbs(s, other->limb, n, 64 * other->base + DM_SUM_UNIT);
}

void
dm_sum_copy(DmExactSum *dst, const DmExactSum *src)
{
	uint8_t		bytes[DM_SUM_LIMBS * 8];
	int			first;
	int			len = dm_sum_to_bytes(src, &first, bytes);

	(void) dm_sum_from_bytes(dst, first, len, bytes);
}

/* The whole integer in DM_SUM_LIMBS limbs. */
static void
widen(const DmExactSum *s, uint64_t *out)
{
	int			i;
	uint64_t	sign;

	memset(out, 0, DM_SUM_LIMBS * 8);
	if (s->base < 0)
		return;
	memcpy(out + s->base, s->limb, (size_t) s->size * 8);
	sign = sign_limb(s);
	for (i = s->base + s->size; i < DM_SUM_LIMBS; i++)
		out[i] = sign;
}

int
dm_sum_to_bytes(const DmExactSum *s, int *first_byte, uint8_t *out)
{
	uint64_t	sign;
	int			low = 0;
	int			high = s->size - 1;
	int			first;
	int			end;
	int			i;

	*first_byte = 0;
	if (s->base < 0)
		return 0;
	while (low <= high && s->limb[low] == 0)
		low++;
	if (low > high)
		return 0;
	/* limbs that only repeat the sign of the one below go, then such bytes */
	sign = sign_limb(s);
	while (high > low && s->limb[high] == sign && ((s->limb[high - 1] ^ sign) >> 63) == 0)
		high--;
	first = low * 8 + __builtin_ctzll(s->limb[low]) / 8;
	end = high * 8 + 1;
	if (s->limb[high] != sign)
		end += (63 - __builtin_clzll(s->limb[high] ^ sign) + 1) / 8;
	for (i = first; i < end; i++)
		*out++ = (uint8_t) (s->limb[i >> 3] >> (8 * (i & 7)));
	*first_byte = s->base * 8 + first;
	return end - first;
}

bool
dm_sum_from_bytes(DmExactSum *s, int first_byte, int length, const uint8_t *in)
{
	uint64_t	wide[DM_SUM_LIMBS];
	uint8_t		sign;
	int			low;
	int			high;
	int			i;

	if (first_byte < 0 || length < 0 || first_byte + length > DM_SUM_LIMBS * 8)
		return false;
	dm_sum_init(s, s->size);
	if (length == 0)
		return true;
	sign = (in[length - 1] & 0x80) ? 0xff : 0;
	memset(wide, 0, sizeof(wide));
	for (i = first_byte; i < DM_SUM_LIMBS * 8; i++)
	{
		uint8_t		b = i < first_byte + length ? in[i - first_byte] : sign;

		wide[i >> 3] |= (uint64_t) b << (8 * (i & 7));
	}
	low = first_byte >> 3;
	high = (first_byte + length - 1) >> 3;
	if (high + 1 < DM_SUM_LIMBS)
		high++;					/* the sign */
	if (!window_cover(s, low, high))
		return false;
	for (i = 0; i < s->size; i++)
		s->limb[i] = s->base + i < DM_SUM_LIMBS ? wide[s->base + i] : 0;
	return true;
}

/* A non-negative big integer of n limbs times 2^exponent, rounded to double. */
static double
big_to_double(const uint64_t *limb, int n, int exponent)
{
	u128		top;
	int			shift;
	bool		sticky = false;
	int			i;

	while (n > 0 && limb[n - 1] == 0)
		n--;
	if (n == 0)
		return 0;
	top = (u128) limb[n - 1] << 64;
	if (n > 1)
		top |= limb[n - 2];
	exponent += 64 * (n - 2);
	shift = __builtin_clzll(limb[n - 1]);
	if (shift)
	{
		top <<= shift;
		if (n > 2)
			top |= limb[n - 3] >> (64 - shift);
		exponent -= shift;
	}
	if (n > 2 && (shift ? limb[n - 3] << shift : limb[n - 3]) != 0)
		sticky = true;
	for (i = n - 4; i >= 0 && !sticky; i--)
		sticky = limb[i] != 0;
	/* 128 bits, top bit set: keep 64 with a sticky bit, then round once */
	{
		uint64_t	head = (uint64_t) (top >> 64);
		double		result;

		if ((uint64_t) top != 0 || sticky)
			head |= 1;
		if (exponent + 64 + 63 < -1022)
		{
			/* subnormal: let ldexp round, after dropping to 53 bits exactly */
			result = ldexp((double) (head >> 11 << 11), exponent + 64);
			return result;
		}
		result = (double) head;
		return ldexp(result, exponent + 64);
	}
}

/* Negate in place; returns whether the value was negative before. */
static bool
big_abs(uint64_t *limb, int n)
{
	unsigned	carry = 1;
	int			i;

	if ((limb[n - 1] >> 63) == 0)
		return false;
	for (i = 0; i < n; i++)
	{
		u128		sum = (u128) ~limb[i] + carry;

		limb[i] = (uint64_t) sum;
		carry = (unsigned) (sum >> 64);
	}
	return true;
}

double
dm_sum_to_double(const DmExactSum *s)
{
	uint64_t	wide[DM_SUM_LIMBS];
	bool		negative;
	double		v;

	widen(s, wide);
	negative = big_abs(wide, DM_SUM_LIMBS);
	v = big_to_double(wide, DM_SUM_LIMBS, DM_SUM_UNIT);
	return negative ? -v : v;
}

double
dm_sum_mean(const DmExactSum *s1, uint64_t n)
{
	uint64_t	wide[DM_SUM_LIMBS + 1];
	bool		negative;
	uint64_t	rest = 0;
	double		v;
	int			i;

	if (n == 0)
		return NAN;
	/* one extra limb below the unit keeps the quotient's fraction */
	widen(s1, wide + 1);
	wide[0] = 0;
	negative = big_abs(wide + 1, DM_SUM_LIMBS);
	for (i = DM_SUM_LIMBS; i >= 0; i--)
	{
		u128		part = ((u128) rest << 64) | wide[i];

		wide[i] = (uint64_t) (part / n);
		rest = (uint64_t) (part % n);
	}
	if (rest)
		wide[0] |= 1;
	v = big_to_double(wide, DM_SUM_LIMBS + 1, DM_SUM_UNIT - 64);
	return negative ? -v : v;
}

/* out[na + nb] = a * b */
static void
big_multiply(uint64_t *out, const uint64_t *a, int na, const uint64_t *b, int nb)
{
	int			i;
	int			j;

	memset(out, 0, (size_t) (na + nb) * 8);
	for (i = 0; i < na; i++)
	{
		uint64_t	carry = 0;

		if (a[i] == 0)
			continue;
		for (j = 0; j < nb; j++)
		{
			u128		t = (u128) a[i] * b[j] + out[i + j] + carry;

			out[i + j] = (uint64_t) t;
			carry = (uint64_t) (t >> 64);
		}
		out[i + nb] += carry;
	}
}

double
dm_sum_stddev(const DmExactSum *s1, const DmExactSum *s2, uint64_t n, uint64_t divisor)
{
	uint64_t	a[DM_SUM_LIMBS];
	uint64_t	b[DM_SUM_LIMBS];
	uint64_t	square[2 * DM_SUM_LIMBS];
	uint64_t	scaled[2 * DM_SUM_LIMBS];
	unsigned	borrow = 0;
	int			unit_limbs = -DM_SUM_UNIT / 64;
	double		numerator;
	int			i;

	if (n == 0)
		return NAN;
	widen(s1, a);
	(void) big_abs(a, DM_SUM_LIMBS);
	widen(s2, b);
	big_multiply(square, a, DM_SUM_LIMBS, a, DM_SUM_LIMBS);
	/* n * S2 in the unit of S1^2, which is lower by another DM_SUM_UNIT */
	memset(scaled, 0, sizeof(scaled));
	{
		uint64_t	product[DM_SUM_LIMBS + 1];

		big_multiply(product, b, DM_SUM_LIMBS, &n, 1);
		for (i = 0; i <= DM_SUM_LIMBS; i++)
			if (i + unit_limbs < 2 * DM_SUM_LIMBS)
				scaled[i + unit_limbs] = product[i];
	}
	for (i = 0; i < 2 * DM_SUM_LIMBS; i++)
	{
		u128		d = (u128) scaled[i] - square[i] - borrow;

		scaled[i] = (uint64_t) d;
		borrow = (d >> 64) ? 1 : 0;
	}
	/* Scale at last: the numerator's exponent may leave double, and is even */
	{
		int			top = 2 * DM_SUM_LIMBS;
		int			exponent;

		while (top > 0 && scaled[top - 1] == 0)
			top--;
		if (top == 0)
			return 0;
		exponent = 2 * DM_SUM_UNIT + 64 * top;
		numerator = big_to_double(scaled, top, -64 * top);
		return ldexp(sqrt(numerator / (double) n / (double) divisor), exponent / 2);
	}
}
