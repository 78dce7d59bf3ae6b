/*
 * text_class.c - see text_class.h.
 */
#include "stats/text_class.h"

#include <stdbool.h>
#include <string.h>

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
digits(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && is_digit(*p))
		p++;
	return (size_t) (p - s);
}

static DmTextClass
number_class(const char *s, const char *end)
{
	size_t		whole;
	size_t		part = 0;
	bool		decimal = false;

	if (*s == '+' || *s == '-')
		s++;
	whole = digits(s, end);
	s += whole;
	if (s < end && *s == '.')
	{
		decimal = true;
		part = digits(s + 1, end);
		s += 1 + part;
	}
	if (whole + part == 0)
		return DM_TEXT_OTHER;
	if (s < end && (*s == 'e' || *s == 'E'))
	{
		size_t		power;

		decimal = true;
		s++;
		if (s < end && (*s == '+' || *s == '-'))
			s++;
		power = digits(s, end);
		if (power == 0)
			return DM_TEXT_OTHER;
		s += power;
	}
	if (s != end)
		return DM_TEXT_OTHER;
	return decimal ? DM_TEXT_DECIMAL : DM_TEXT_INTEGER;
}

/* Two digits up to a limit, or -1. */
static int
two_digits(const char *s, const char *end, int most)
{
	int			v;

	if (end - s < 2 || !is_digit(s[0]) || !is_digit(s[1]))
		return -1;
	v = (s[0] - '0') * 10 + (s[1] - '0');
	return v <= most ? v : -1;
}

/* YYYY-MM-DD; the end of it, or NULL. */
static const char *
skip_day(const char *s, const char *end)
{
	static const int length[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int			year = 0;
	int			month;
	int			day;
	int			i;

	if (end - s < 10 || digits(s, s + 4) != 4 || s[4] != '-' || s[7] != '-')
		return NULL;
	for (i = 0; i < 4; i++)
		year = year * 10 + (s[i] - '0');
	month = two_digits(s + 5, end, 12);
	day = two_digits(s + 8, end, 31);
	if (month < 1 || day < 1 || day > length[month - 1])
		return NULL;
	if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		return NULL;
	return s + 10;
}

/* hh:mm[:ss[.fraction]]; the end of it, or NULL. */
static const char *
skip_clock(const char *s, const char *end)
{
	if (two_digits(s, end, 24) < 0 || end - s < 5 || s[2] != ':' || two_digits(s + 3, end, 59) < 0)
		return NULL;
	s += 5;
	if (s == end || *s != ':')
		return s;
	if (two_digits(s + 1, end, 60) < 0)
		return NULL;
	s += 3;
	if (s < end && (*s == '.' || *s == ','))
	{
		size_t		fraction = digits(s + 1, end);

		return fraction > 0 ? s + 1 + fraction : NULL;
	}
	return s;
}

/* Z, +hh, +hhmm or +hh:mm, or nothing, up to the end */
static bool
is_zone(const char *s, const char *end)
{
	if (s < end && *s == ' ')
		s++;
	if (s == end)
		return true;
	if (*s == 'Z' || *s == 'z')
		return s + 1 == end;
	if ((*s != '+' && *s != '-') || two_digits(s + 1, end, 15) < 0)
		return false;
	s += 3;
	if (s < end && *s == ':')
		s++;
	return s == end || (two_digits(s, end, 59) >= 0 && s + 2 == end);
}

static bool
is_time(const char *s, const char *end)
{
	s = skip_day(s, end);
	if (s == NULL || s == end)
		return s != NULL;
	if (*s != ' ' && *s != 'T' && *s != 't')
		return false;
	s = skip_clock(s + 1, end);
	return s != NULL && is_zone(s, end);
}

static bool
is_boolean(const char *s, size_t n)
{
	static const char *const words[] = {
		"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"
	};
	char		lower[8];
	size_t		i;

	if (n >= sizeof(lower))
		return false;
	for (i = 0; i < n; i++)
		lower[i] = (char) (s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i]);
	lower[n] = '\0';
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(lower, words[i]) == 0)
			return true;
	return false;
}

DmTextClass
dm_text_class(const char *s, size_t n)
{
	const char *end = s + n;

	if (n == 0)
		return DM_TEXT_EMPTY;
	while (s < end && is_space(*s))
		s++;
	while (s < end && is_space(end[-1]))
		end--;
	if (s == end)
		return DM_TEXT_BLANK;
	if (is_digit(*s) || *s == '+' || *s == '-' || *s == '.')
	{
		DmTextClass class = number_class(s, end);

		if (class != DM_TEXT_OTHER)
			return class;
		return is_time(s, end) ? DM_TEXT_TIME : DM_TEXT_OTHER;
	}
	return is_boolean(s, (size_t) (end - s)) ? DM_TEXT_BOOLEAN : DM_TEXT_OTHER;
}
