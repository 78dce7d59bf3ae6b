/*
 * numeric.c - numeric to double precision without the detour through text.
 *
 * PostgreSQL's own cast prints the number and parses it again, some 130 ns a
 * value.  Its digits can be read where they lie.  The layout is private to
 * the server's numeric.c, and part of the on-disk format: from 9.1 to 18 it is
 *
 *	 uint16		header
 *	 int16		weight			only if the header is long
 *	 int16		digit[]			base 10000, without zeros at either end
 *
 *	 11xxxxxx xxxxxxxx			NaN; from 14 on 1101 is inf and 1111 -inf
 *	 10sddddd dwwwwwww			short: sign, scale for display, weight (7 bits, signed)
 *	 0sdddddd dddddddd			long: sign, scale for display
 *
 * and the value is the sum of digit[i] * 10000^(weight - i).
 *
 * The result is rounded correctly, as the cast's is, in three ways: one
 * operation on two exact doubles (Clinger, "How to read floating point
 * numbers accurately", 1990), one division of integers that keeps a sticky
 * bit, or the cast itself.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/numeric.h"

#define KIND_MASK 0xC000
#define KIND_SPECIAL 0xC000
#define KIND_SHORT 0x8000
#define LONG_NEGATIVE 0x4000
#define SHORT_NEGATIVE 0x2000
#define SHORT_WEIGHT_MASK 0x007F
#define SHORT_WEIGHT_SIGN 0x0040

#define SPECIAL_MASK 0xF000
#define SPECIAL_INF 0xD000
#define SPECIAL_NEGATIVE_INF 0xF000

/* Digits of base 10000 that a mantissa of 64 bits may have: 19 decimal ones always fit. */
#define MOST_DIGITS 5

const double dm_power_of_ten[23] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
	1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

/* All that fit 64 bits. */
static const uint64 power_of_five[] = {
	UINT64CONST(1),
	UINT64CONST(5),
	UINT64CONST(25),
	UINT64CONST(125),
	UINT64CONST(625),
	UINT64CONST(3125),
	UINT64CONST(15625),
	UINT64CONST(78125),
	UINT64CONST(390625),
	UINT64CONST(1953125),
	UINT64CONST(9765625),
	UINT64CONST(48828125),
	UINT64CONST(244140625),
	UINT64CONST(1220703125),
	UINT64CONST(6103515625),
	UINT64CONST(30517578125),
	UINT64CONST(152587890625),
	UINT64CONST(762939453125),
	UINT64CONST(3814697265625),
	UINT64CONST(19073486328125),
	UINT64CONST(95367431640625),
	UINT64CONST(476837158203125),
	UINT64CONST(2384185791015625),
	UINT64CONST(11920928955078125),
	UINT64CONST(59604644775390625),
	UINT64CONST(298023223876953125),
	UINT64CONST(1490116119384765625),
	UINT64CONST(7450580596923828125)
};

/* The server's own conversion. */
static double
by_cast(Datum value)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
}

/*
 * mantissa / 10^scale, rounded once: the quotient of integers has 63 or 64
 * bits, the lowest of which is sticky.
 */
static double
divided(uint64 mantissa, int scale)
{
	uint64		divisor = power_of_five[scale];
	int			up = __builtin_clzll(mantissa);
	int			down = __builtin_clzll(divisor);
	unsigned __int128 shifted = (unsigned __int128) (mantissa << up) << 63;
	uint64		quotient;

	divisor <<= down;
	quotient = (uint64) (shifted / divisor);
	if (quotient * divisor != (uint64) shifted)
		quotient |= 1;
	return ldexp((double) quotient, down - up - 63 - scale);
}

/* mantissa * 10^tens */
static double
from_mantissa(Datum value, uint64 mantissa, int tens)
{
	if (mantissa <= (UINT64CONST(1) << 53) && tens >= -22 && tens <= 22)
		return tens < 0 ? (double) mantissa / dm_power_of_ten[-tens] :
			(double) mantissa * dm_power_of_ten[tens];
	if (tens == 0)
		return (double) mantissa;
	if (tens < 0 && tens >= -27)
		return divided(mantissa, -tens);
	return by_cast(value);
}

static inline uint16
word_at(const char *p)
{
	uint16		word;

	/* the varlena's header may be of one byte */
	memcpy(&word, p, sizeof(word));
	return word;
}

static double
from_digits(Datum value, const char *digits, int n, int weight, bool negative)
{
	uint64		mantissa = 0;
	int			tens = 4 * (weight - n + 1);
	int			plain = n < MOST_DIGITS ? n : MOST_DIGITS - 1;
	double		result;
	int			i;

	if (n == 0)
		return 0;
	for (i = 0; i < plain; i++)
		mantissa = mantissa * 10000 + word_at(digits + 2 * i);
	if (n >= MOST_DIGITS)
	{
		uint64		last = word_at(digits + 2 * plain);
		uint64		unit = 10000;

		if (n > MOST_DIGITS)
			return by_cast(value);
		for (; last % 10 == 0; last /= 10, unit /= 10)
			tens++;
		if (unit == 10000 && mantissa >= PG_UINT64_MAX / 10000)
			return by_cast(value);
		mantissa = mantissa * unit + last;
	}
	result = from_mantissa(value, mantissa, tens);
	return copysign(result, negative ? -1 : 1);
}

double
dm_numeric_to_double_slowly(Datum value)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(value);
	const char *data = VARDATA_ANY(packed);
	int			words = (int) VARSIZE_ANY_EXHDR(packed) / 2;
	uint16		header = word_at(data);

	if ((header & KIND_MASK) == KIND_SPECIAL)
	{
		if ((header & SPECIAL_MASK) == SPECIAL_INF)
			return INFINITY;
		return (header & SPECIAL_MASK) == SPECIAL_NEGATIVE_INF ? -INFINITY : NAN;
	}
	if ((header & KIND_MASK) == KIND_SHORT)
	{
		int			weight = header & SHORT_WEIGHT_MASK;

		if (weight & SHORT_WEIGHT_SIGN)
			weight -= SHORT_WEIGHT_MASK + 1;
		return from_digits(value, data + 2, words - 1, weight, (header & SHORT_NEGATIVE) != 0);
	}
	return from_digits(value, data + 4, words - 2, (int16) word_at(data + 2),
					   (header & LONG_NEGATIVE) != 0);
}
