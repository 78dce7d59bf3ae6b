/*
 * long_int.c - exact arithmetic on exact sums.
 */
#include "stats/long_int.h"

#include <math.h>
#include <string.h>

typedef unsigned __int128 u128;

/* Drop zero limbs at both ends. */
static void
trim(DmLong *a)
{
	int			zeros = 0;

	while (a->n > 0 && a->limb[a->n - 1] == 0)
		a->n--;
	while (zeros < a->n && a->limb[zeros] == 0)
		zeros++;
	if (zeros > 0)
	{
		memmove(a->limb, a->limb + zeros, (size_t) (a->n - zeros) * 8);
		a->n -= zeros;
		a->low += zeros;
	}
	if (a->n == 0)
	{
		a->negative = false;
		a->low = 0;
	}
}

void
dm_long_from_sum(DmLong *out, const DmExactSum *s)
{
	int			i;

	out->negative = false;
	out->low = 0;
	out->n = 0;
	if (s->base < 0)
		return;
	out->n = s->size;
	out->low = s->base + DM_SUM_UNIT / 64;
	memcpy(out->limb, s->limb, (size_t) s->size * 8);
	if (out->limb[out->n - 1] >> 63)
	{
		unsigned	carry = 1;

		out->negative = true;
		for (i = 0; i < out->n; i++)
		{
			u128		t = (u128) ~out->limb[i] + carry;

			out->limb[i] = (uint64_t) t;
			carry = (unsigned) (t >> 64);
		}
	}
	trim(out);
}

void
dm_long_from_count(DmLong *out, uint64_t count)
{
	out->negative = false;
	out->low = 0;
	out->n = 1;
	out->limb[0] = count;
	trim(out);
}

void
dm_long_from_wide(DmLong *out, __int128 v)
{
	u128		magnitude = v < 0 ? -(u128) v : (u128) v;

	out->negative = v < 0;
	out->low = 0;
	out->n = 2;
	out->limb[0] = (uint64_t) magnitude;
	out->limb[1] = (uint64_t) (magnitude >> 64);
	trim(out);
}

void
dm_long_multiply(DmLong *out, const DmLong *a, const DmLong *b)
{
	int			i;
	int			j;

	out->negative = a->negative != b->negative;
	out->low = a->low + b->low;
	out->n = a->n > 0 && b->n > 0 ? a->n + b->n : 0;
	memset(out->limb, 0, (size_t) out->n * 8);
	for (i = 0; i < a->n && b->n > 0; i++)
	{
		uint64_t	carry = 0;

		for (j = 0; j < b->n; j++)
		{
			u128		t = (u128) a->limb[i] * b->limb[j] + out->limb[i + j] + carry;

			out->limb[i + j] = (uint64_t) t;
			carry = (uint64_t) (t >> 64);
		}
		out->limb[i + b->n] = carry;
	}
	trim(out);
}

void
dm_long_times(DmLong *a, uint64_t count)
{
	uint64_t	carry = 0;
	int			i;

	for (i = 0; i < a->n; i++)
	{
		u128		t = (u128) a->limb[i] * count + carry;

		a->limb[i] = (uint64_t) t;
		carry = (uint64_t) (t >> 64);
	}
	if (carry)
		a->limb[a->n++] = carry;
	trim(a);
}

/* The limb that stands for 2^(64 * place), whether it is kept or not. */
static inline uint64_t
limb_at(const DmLong *a, int place)
{
	place -= a->low;
	return place >= 0 && place < a->n ? a->limb[place] : 0;
}

/* Is |a| < |b|? */
static bool
smaller(const DmLong *a, const DmLong *b)
{
	int			top = a->low + a->n > b->low + b->n ? a->low + a->n : b->low + b->n;
	int			low = a->low < b->low ? a->low : b->low;
	int			i;

	for (i = top - 1; i >= low; i--)
		if (limb_at(a, i) != limb_at(b, i))
			return limb_at(a, i) < limb_at(b, i);
	return false;
}

void
dm_long_add(DmLong *out, const DmLong *a, const DmLong *b, int sign)
{
	DmLong		sum;
	bool		b_negative = b->negative != (sign < 0);
	int			low = a->low < b->low ? a->low : b->low;
	int			top = a->low + a->n > b->low + b->n ? a->low + a->n : b->low + b->n;
	bool		subtract = a->negative != b_negative;
	bool		swap = subtract && smaller(a, b);
	uint64_t	carry = 0;
	int			i;

	if (a->n == 0 || b->n == 0)
	{
		/* zero has no place of its own */
		DmLong		only = a->n == 0 ? *b : *a;

		only.negative = only.n > 0 && (a->n == 0 ? b_negative : a->negative);
		*out = only;
		return;
	}
	sum.negative = swap ? b_negative : a->negative;
	sum.low = low;
	sum.n = top - low + 1;
	for (i = 0; i < sum.n; i++)
	{
		uint64_t	x = limb_at(swap ? b : a, low + i);
		uint64_t	y = limb_at(swap ? a : b, low + i);
		u128		t = subtract ? (u128) x - y - carry : (u128) x + y + carry;

		sum.limb[i] = (uint64_t) t;
		carry = (t >> 64) ? 1 : 0;
	}
	trim(&sum);
	*out = sum;
}

void
dm_long_covariance(DmLong *out, const DmExactSum *xy, const DmExactSum *x, const DmExactSum *y,
				   uint64_t n)
{
	DmLong		a;
	DmLong		b;
	DmLong		product;

	dm_long_from_sum(&a, x);
	dm_long_from_sum(&b, y);
	dm_long_multiply(&product, &a, &b);
	dm_long_from_sum(&a, xy);
	dm_long_times(&a, n);
	dm_long_add(out, &a, &product, -1);
}

DmScaled
dm_long_round(const DmLong *a)
{
	DmScaled	result = {0, 0};
	uint64_t	head;
	uint64_t	sticky = 0;
	int			shift;
	int			exponent;
	int			i;

	if (a->n == 0)
		return result;
	shift = __builtin_clzll(a->limb[a->n - 1]);
	head = a->limb[a->n - 1] << shift;
	if (a->n > 1)
	{
		head |= shift ? a->limb[a->n - 2] >> (64 - shift) : 0;
		sticky = a->limb[a->n - 2] << shift;
	}
	for (i = a->n - 3; i >= 0 && sticky == 0; i--)
		sticky = a->limb[i];
	/* 64 bits, the lowest sticky: rounds once and well */
	result.fraction = frexp((double) (head | (sticky != 0)), &exponent);
	result.exponent = exponent + 64 * (a->low + a->n - 1) - shift;
	if (a->negative)
		result.fraction = -result.fraction;
	return result;
}

static DmScaled
normal(double fraction, int exponent)
{
	DmScaled	result;
	int			more = 0;

	result.fraction = frexp(fraction, &more);
	result.exponent = result.fraction == 0 ? 0 : exponent + more;
	return result;
}

DmScaled
dm_scaled(double x)
{
	return normal(x, 0);
}

DmScaled
dm_scaled_product(DmScaled a, DmScaled b)
{
	return normal(a.fraction * b.fraction, a.exponent + b.exponent);
}

DmScaled
dm_scaled_quotient(DmScaled a, DmScaled b)
{
	return normal(a.fraction / b.fraction, a.exponent - b.exponent);
}

DmScaled
dm_scaled_root(DmScaled a)
{
	int			odd = a.exponent & 1;

	return normal(sqrt(odd ? 2 * a.fraction : a.fraction), (a.exponent - odd) / 2);
}

double
dm_scaled_to_double(DmScaled a)
{
	return ldexp(a.fraction, a.exponent);
}
