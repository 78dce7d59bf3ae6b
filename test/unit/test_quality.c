/*
 * test_quality.c - what texts look like, entropy, uniqueness, bars.
 */
#include <string.h>

#include "near.h"
#include "stats/entropy.h"
#include "stats/text_class.h"

static void
looks(const char *text, DmTextClass class)
{
	static const char *const of_class[] = {"empty", "blank", "integer", "decimal", "boolean", "time", "other"};
	char		name[100];
	char	   *c;

	snprintf(name, sizeof(name), "looks like %s: '%s'", of_class[class], text);
	for (c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '_';
	tap_ok(dm_text_class(text, strlen(text)) == class, name);
}

static void
test_classes(void)
{
	static const char *const integers[] = {"0", "42", "-7", "+12", " 5 ", "007", "123456789012345678901234567890"};
	static const char *const decimals[] = {"1.5", ".5", "5.", "-1e3", "1E-10", "+2.5e+3", "\t1.0\n"};
	static const char *const booleans[] = {"true", "FALSE", "t", "F", "yes", "No", "on", "off", "y", "n"};
	static const char *const times[] = {
		"2024-02-29", "2024-01-31 12:30", "2024-01-31T12:30:59", "2024-01-31T12:30:59.123456Z",
		"2024-01-31 12:30:59+02", "2024-01-31 12:30:59 +02:30", "2024-01-31T24:00:00-0800", "0001-01-01"
	};
	static const char *const others[] = {
		"abc", "1.2.3", "--1", "+", "-", ".", "1e", "1e+", "0x10", "1 2", "2023-02-29", "2024-13-01",
		"2024-00-10", "2024-01-32", "2024-1-1", "2024-01-01T", "2024-01-01 25:00", "2024-01-01 12:60",
		"2024-01-01 12:00x", "2024-01-01 12:00:00.", "12:30", "truee", "nan", "Infinity", "1,000", "\xc3\xa9",
		"2024-01-01 12:00+2", "1900-02-29", "2024-01-01+02"
	};
	size_t		i;

	looks("", DM_TEXT_EMPTY);
	looks(" ", DM_TEXT_BLANK);
	looks("\t\r\n\v\f", DM_TEXT_BLANK);
	for (i = 0; i < sizeof(integers) / sizeof(*integers); i++)
		looks(integers[i], DM_TEXT_INTEGER);
	for (i = 0; i < sizeof(decimals) / sizeof(*decimals); i++)
		looks(decimals[i], DM_TEXT_DECIMAL);
	for (i = 0; i < sizeof(booleans) / sizeof(*booleans); i++)
		looks(booleans[i], DM_TEXT_BOOLEAN);
	for (i = 0; i < sizeof(times) / sizeof(*times); i++)
		looks(times[i], DM_TEXT_TIME);
	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		looks(others[i], DM_TEXT_OTHER);
}

static void
test_entropy(void)
{
	uint64_t	halves[] = {1, 1};
	uint64_t	nine[] = {9, 1};
	uint64_t	most[] = {1000000000000, 1};
	uint64_t	one[] = {5};
	uint64_t	four[] = {1, 1, 2, 4};

	/* scipy.stats.entropy's own examples */
	tap_near(dm_entropy(halves, 2, 2), 1.0, 0, "a fair coin has one bit");
	tap_near(dm_entropy(nine, 2, 2), 0.46899559358928117, 1e-15, "a biased coin has less");
	tap_near(dm_entropy(four, 4, 2), 1.75, 1e-15, "Shannon's code of 1, 2, 3, 3 bits");
	/* mpmath, 30 digits: p ln p of 1e12 and 1 in 1e12 + 1 */
	tap_near(dm_entropy(most, 2, exp(1)), 2.8631021115900417e-11, 1e-14, "nothing cancels near certainty");
	tap_ok(dm_entropy(one, 1, 2) == 0 && !signbit(dm_entropy(one, 1, 2)), "a constant has none, and not -0");
	tap_near(dm_entropy(one, 0, 2), NAN, 0, "of nothing it is undefined");
}

static void
test_spread(void)
{
	uint64_t	count[] = {1, 1, 3, 5};
	DmSpread	s;

	dm_spread(count, 4, &s);
	tap_near(dm_uniqueness(&s), 0.2, 1e-15, "uniqueness: two of ten rows hold a value of their own");
	tap_near(dm_distinctness(&s), 0.4, 1e-15, "distinctness: four values in ten rows");
	tap_near(dm_unique_value_ratio(&s), 0.5, 1e-15, "unique value ratio: two of four values");
	/* the examples of Deequ's documentation: a, a, b */
	count[0] = 2;
	dm_spread(count, 2, &s);
	tap_near(dm_uniqueness(&s), 1.0 / 3, 1e-15, "uniqueness of a, a, b");
	tap_near(dm_distinctness(&s), 2.0 / 3, 1e-15, "distinctness of a, a, b");
	tap_near(dm_unique_value_ratio(&s), 0.5, 1e-15, "unique value ratio of a, a, b");
	dm_spread(count, 0, &s);
	tap_ok(isnan(dm_uniqueness(&s)) && isnan(dm_distinctness(&s)) && isnan(dm_unique_value_ratio(&s)),
		   "all undefined without rows");
}

static void
test_bars(void)
{
	DmBin		bin[] = {{-1e308, -1e308, 1}, {0, 0, 2}, {0, 1e308, 4}};
	DmBin		even[] = {{0, 4, 8}};
	DmBins		bins = {bin, 3, 7};
	DmBins		flat = {even, 1, 8};
	double		mass[4];

	dm_equal_width(&bins, -1e308, 1e308, mass, 4);
	tap_ok(mass[0] == 1 && mass[1] == 0 && mass[2] == 4 && mass[3] == 2, "bars over the widest range");
	dm_equal_width(&flat, 0, 4, mass, 4);
	tap_ok(mass[0] == 2 && mass[1] == 2 && mass[2] == 2 && mass[3] == 2, "a bin's mass is spread evenly");
	dm_equal_width(&flat, 3, 3, mass, 1);
	tap_ok(mass[0] == 8, "one bar takes all");
}

int
main(void)
{
	test_classes();
	test_entropy();
	test_spread();
	test_bars();
	return tap_done();
}
