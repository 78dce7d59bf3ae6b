/*
 * numeric.h - numeric to double precision without the detour through text.
 */
#ifndef DATAMON_BASE_NUMERIC_H
#define DATAMON_BASE_NUMERIC_H

#include "base/compat.h"

/* What any numeric needs, and few do. */
extern double dm_numeric_to_double_slowly(Datum value);

extern const double dm_power_of_ten[23];

/*
 * As numeric::float8, bit for bit; beyond double's range infinite or 0, not
 * an error.  Inline for what most columns hold: a short header, up to four
 * digits of base 10000, and a mantissa that a double holds (numeric.c has
 * the layout and the rest).
 */
static inline double
dm_numeric_to_double(Datum value)
{
	const char *p = (const char *) DatumGetPointer(value);
	uint64		mantissa = 0;
	uint64		bits;
	uint16		header;
	uint16		digit;
	int			n;
	int			tens;
	int			i;
	double		result;

	if (unlikely(!VARATT_IS_SHORT(p) || VARATT_IS_1B_E(p)))
		return dm_numeric_to_double_slowly(value);
	n = (int) (VARSIZE_SHORT(p) - VARHDRSZ_SHORT) / 2 - 1;
	p += VARHDRSZ_SHORT;
	memcpy(&header, p, sizeof(header));
	if (unlikely((header & 0xC000) != 0x8000 || n > 4))
		return dm_numeric_to_double_slowly(value);
	for (i = 1; i <= n; i++)
	{
		memcpy(&digit, p + 2 * i, sizeof(digit));
		mantissa = mantissa * 10000 + digit;
	}
	/* the weight is of 7 bits, with a sign */
	tens = 4 * (((header & 0x3F) - (header & 0x40)) - n + 1);
	if (n == 0)
		return 0;
	if (unlikely(mantissa > (UINT64CONST(1) << 53) || tens < -22 || tens > 22))
		return dm_numeric_to_double_slowly(value);
	result = (double) (int64) mantissa;
	result = tens < 0 ? result / dm_power_of_ten[-tens] : result * dm_power_of_ten[tens];
	/* no branch: signs come as they like */
	memcpy(&bits, &result, sizeof(bits));
	bits |= (uint64) (header & 0x2000) << 50;
	memcpy(&result, &bits, sizeof(bits));
	return result;
}

#endif							/* DATAMON_BASE_NUMERIC_H */
