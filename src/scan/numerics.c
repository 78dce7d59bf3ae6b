/*
 * numerics.c - a column of stored numerics to doubles.
 *
 * The same numbers as dm_numeric_to_double() makes (base/numeric.h has the
 * layout), without its branches: those on the number of digits and on the
 * scale are mispredicted every few values.
 */
#include "postgres.h"

#include <math.h>

#include "base/numeric.h"
#include "scan/reader.h"
#include "stats/dyadic.h"
#include "stats/vectorise.h"

/* Powers that a double holds; the table has 10^0 on either side of the middle. */
#define MOST_TENS 22

/* A value is (mantissa * up) / down, one of which is 1: rounded once. */
typedef struct Parts
{
	double		mantissa[DM_ROWS];
	double		up[DM_ROWS];
	double		down[DM_ROWS];
	uint64		sign[DM_ROWS];
} Parts;

DM_VECTOR static void
put_together(double *restrict x, Parts *restrict parts, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		x[i] = dm_from_bits(dm_bits(parts->mantissa[i] * parts->up[i] / parts->down[i]) |
							parts->sign[i]);
}

#ifndef WORDS_BIGENDIAN

#define PAIRS UINT64CONST(0x0000ffff0000ffff)

/* So many digits of the last eight bytes. */
static const uint64 last_digits[] = {
	0, UINT64CONST(0xffff) << 48, UINT64CONST(0xffffffff) << 32, UINT64CONST(0xffffffffffff) << 16,
	PG_UINT64_MAX
};

/*
 * Take apart a value with a short header and at most four digits.  The last
 * eight bytes hold them; fewer digits have something else in front, which the
 * tuple's header makes sure is there to be read.
 */
static inline bool
take_apart(const char *p, Parts *parts, int i)
{
	int			length = VARSIZE_SHORT(p);
	int			digits = (length - 3) / 2;
	uint16		header;
	uint64		word;
	uint64		mantissa;
	int			tens;

	/* a long header's least bit is not set, and a toast pointer's length is 0 */
	if (unlikely(!VARATT_IS_SHORT(p) || length < 3 || digits > 4))
		return false;
	memcpy(&header, p + 1, sizeof(header));
	memcpy(&word, p + length - 8, sizeof(word));
	word &= last_digits[digits];
	/* two pairs at once: a * 10000 + b and c * 10000 + d, of 32 bits each */
	word = (word & PAIRS) * 10000 + (word >> 16 & PAIRS);
	mantissa = (word & PG_UINT32_MAX) * 100000000 + (word >> 32);
	tens = 4 * (((header & 0x3F) - (header & 0x40)) - digits + 1);
	if (unlikely((header & 0xC000) != 0x8000 || mantissa > UINT64CONST(1) << 53 ||
				 tens < -MOST_TENS || tens > MOST_TENS))
		return false;
	parts->mantissa[i] = (double) (int64) mantissa;
	parts->up[i] = dm_power_of_ten[Max(tens, 0)];
	parts->down[i] = dm_power_of_ten[Max(-tens, 0)];
	parts->sign[i] = (uint64) (header & 0x2000) << 50;
	return true;
}

/*
 * Five digits whose last has zeros at its end, so that a double holds them
 * all: fractions of 15 decimal digits are stored like this.
 */
static inline bool
read_five_digits(const char *p, double *x)
{
	uint16		header;
	uint16		digit[5];
	uint64		mantissa;
	uint64		unit = 10000;
	int			tens;

	if (!VARATT_IS_SHORT(p) || VARSIZE_SHORT(p) != 3 + 2 * sizeof(digit) / sizeof(digit[0]))
		return false;
	memcpy(&header, p + 1, sizeof(header));
	memcpy(digit, p + 3, sizeof(digit));
	if (digit[4] == 0)
		return false;
	tens = 4 * (((header & 0x3F) - (header & 0x40)) - 4);
	for (; digit[4] % 10 == 0; digit[4] /= 10, unit /= 10)
		tens++;
	mantissa = ((digit[0] * UINT64CONST(10000) + digit[1]) * 10000 + digit[2]) * 10000 + digit[3];
	if ((header & 0xC000) != 0x8000 || mantissa > (UINT64CONST(1) << 53) / unit ||
		(mantissa = mantissa * unit + digit[4]) > UINT64CONST(1) << 53 ||
		tens < -MOST_TENS || tens > MOST_TENS)
		return false;
	*x = (double) (int64) mantissa;
	*x = tens < 0 ? *x / dm_power_of_ten[-tens] : *x * dm_power_of_ten[tens];
	*x = header & 0x2000 ? -*x : *x;
	return true;
}

#else

static inline bool
read_five_digits(const char *p, double *x)
{
	return false;
}

static inline bool
take_apart(const char *p, Parts *parts, int i)
{
	return false;
}

#endif

bool
dm_read_numerics(const char *const *value, double *x, int n)
{
	Parts		parts;
	uint16		other[DM_ROWS];
	int			others = 0;
	bool		nulls = false;
	int			i;

	for (i = 0; i < n; i++)
	{
		if (likely(value[i] != NULL && take_apart(value[i], &parts, i)))
			continue;
		parts.mantissa[i] = 0;
		parts.up[i] = parts.down[i] = 1;
		parts.sign[i] = 0;
		other[others++] = (uint16) i;
	}
	put_together(x, &parts, n);
	for (i = 0; i < others; i++)
	{
		const char *p = value[other[i]];
		double		number = 0;

		nulls |= p == NULL;
		if (p != NULL && !read_five_digits(p, &number))
			number = dm_numeric_to_double(PointerGetDatum(p));
		x[other[i]] = p == NULL ? dm_from_bits(DM_NULL_BITS) :
			isnan(number) ? dm_from_bits(DM_NAN_BITS) : number;
	}
	return nulls;
}
