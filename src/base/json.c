/*
 * json.c - reader and writer of the types' text form.
 *
 * The server's own JSON parser changed its interface in almost every release
 * between 13 and 18 and reports errors its own way; the types need a dozen
 * tokens in a fixed order, with soft errors, so a cursor of its own is smaller
 * than the shims would be.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "utils/json.h"

#include "base/json.h"

void
dm_json_begin(DmJson *j, const char *text, const char *type_name, struct Node *escontext)
{
	j->text = text;
	j->pos = text;
	j->type_name = type_name;
	j->escontext = escontext;
	j->failed = false;
}

/* Report the first error; soft where the caller asked for it. */
static void
report(DmJson *j, const char *detail)
{
	ereturn(j->escontext,,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s", j->type_name),
			 errdetail("%s at character %d.", detail, (int) (j->pos - j->text) + 1)));
}

void
dm_json_fail(DmJson *j, const char *detail)
{
	if (j->failed)
		return;
	j->failed = true;
	report(j, detail);
}

static void
skip_space(DmJson *j)
{
	while (*j->pos == ' ' || *j->pos == '\t' || *j->pos == '\n' || *j->pos == '\r')
		j->pos++;
}

bool
dm_json_end(DmJson *j)
{
	if (j->failed)
		return false;
	skip_space(j);
	if (*j->pos != '\0')
		dm_json_fail(j, "Unexpected text after the value");
	return !j->failed;
}

bool
dm_json_try(DmJson *j, char c)
{
	if (j->failed)
		return false;
	skip_space(j);
	if (*j->pos != c)
		return false;
	j->pos++;
	return true;
}

void
dm_json_expect(DmJson *j, char c)
{
	char		detail[32];

	if (j->failed || dm_json_try(j, c))
		return;
	snprintf(detail, sizeof(detail), "Expected \"%c\"", c);
	dm_json_fail(j, detail);
}

void
dm_json_key(DmJson *j, const char *name)
{
	size_t		len = strlen(name);

	dm_json_expect(j, '"');
	if (j->failed)
		return;
	if (strncmp(j->pos, name, len) != 0 || j->pos[len] != '"')
	{
		char		detail[64];

		snprintf(detail, sizeof(detail), "Expected member \"%s\"", name);
		dm_json_fail(j, detail);
		return;
	}
	j->pos += len + 1;
	dm_json_expect(j, ':');
}

static int
hex4(const char *p)
{
	int			v = 0;
	int			i;

	for (i = 0; i < 4; i++)
	{
		char		c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= c - '0';
		else if (c >= 'a' && c <= 'f')
			v |= c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v |= c - 'A' + 10;
		else
			return -1;
	}
	return v;
}

/* One escape after a backslash.  \u only for control characters: all that
 * the writer emits; anything else is written as itself. */
static void
read_escape(DmJson *j, StringInfo buf)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *hit = *j->pos ? strchr(from, *j->pos) : NULL;

	if (hit)
	{
		appendStringInfoChar(buf, to[hit - from]);
		j->pos++;
	}
	else if (*j->pos == 'u')
	{
		int			code = hex4(j->pos + 1);

		if (code <= 0 || code > 0x7f)
		{
			dm_json_fail(j, "Only \\u0001 to \\u007f are accepted as \\u escapes");
			return;
		}
		appendStringInfoChar(buf, (char) code);
		j->pos += 5;
	}
	else
		dm_json_fail(j, "Invalid escape");
}

char *
dm_json_string(DmJson *j)
{
	StringInfoData buf;

	initStringInfo(&buf);
	dm_json_expect(j, '"');
	while (!j->failed && *j->pos != '"')
	{
		if ((unsigned char) *j->pos < 0x20)
			dm_json_fail(j, "Unterminated string or unescaped control character");
		else if (*j->pos == '\\')
		{
			j->pos++;
			read_escape(j, &buf);
		}
		else
			appendStringInfoChar(&buf, *j->pos++);
	}
	if (!j->failed)
		j->pos++;
	return buf.data;
}

int64
dm_json_int(DmJson *j)
{
	bool		negative = dm_json_try(j, '-');
	uint64		v = 0;
	const char *start;

	if (!negative)
		skip_space(j);
	start = j->pos;
	while (!j->failed && *j->pos >= '0' && *j->pos <= '9')
	{
		uint64		digit = *j->pos - '0';

		if (v > ((uint64) PG_INT64_MAX - digit) / 10)
		{
			dm_json_fail(j, "Integer out of range");
			return 0;
		}
		v = v * 10 + digit;
		j->pos++;
	}
	if (j->pos == start)
		dm_json_fail(j, "Expected an integer");
	else if (*start == '0' && j->pos > start + 1)
		dm_json_fail(j, "An integer must not begin with a zero");
	return j->failed ? 0 : (negative ? -(int64) v : (int64) v);
}

uint64
dm_json_count(DmJson *j)
{
	int64		v = dm_json_int(j);

	if (v < 0)
		dm_json_fail(j, "A count must not be negative");
	return v < 0 ? 0 : (uint64) v;
}

static size_t
digits(const char *p)
{
	return strspn(p, "0123456789");
}

/* Length of a number as JSON has it; 0 if there is none. */
static size_t
number_length(const char *text)
{
	const char *p = text + (*text == '-');
	size_t		n = digits(p);

	if (n == 0 || (*p == '0' && n > 1))
		return 0;
	p += n;
	if (*p == '.')
	{
		n = digits(p + 1);
		if (n == 0)
			return 0;
		p += n + 1;
	}
	if (*p == 'e' || *p == 'E')
	{
		p += p[1] == '+' || p[1] == '-' ? 2 : 1;
		n = digits(p);
		if (n == 0)
			return 0;
		p += n;
	}
	return (size_t) (p - text);
}

double
dm_json_double(DmJson *j)
{
	char	   *end;
	double		v;

	if (j->failed)
		return 0;
	skip_space(j);
	/* strtod also takes hex, "inf", "nan" and more: let only JSON numbers through */
	if (number_length(j->pos) == 0)
	{
		dm_json_fail(j, "Expected a number");
		return 0;
	}
	v = strtod(j->pos, &end);
	if (end != j->pos + number_length(j->pos) || !isfinite(v))
	{
		dm_json_fail(j, "Number out of range");
		return 0;
	}
	j->pos = end;
	return v;
}

bool
dm_json_bool(DmJson *j)
{
	if (j->failed)
		return false;
	skip_space(j);
	if (strncmp(j->pos, "true", 4) == 0)
	{
		j->pos += 4;
		return true;
	}
	if (strncmp(j->pos, "false", 5) == 0)
		j->pos += 5;
	else
		dm_json_fail(j, "Expected true or false");
	return false;
}

void
dm_json_put_double(StringInfo buf, double v)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(v, digits);
	appendStringInfoString(buf, digits);
}

void
dm_json_put_string(StringInfo buf, const char *s, size_t len)
{
	size_t		i;

	appendStringInfoChar(buf, '"');
	for (i = 0; i < len; i++)
	{
		unsigned char c = (unsigned char) s[i];

		if (c == '"' || c == '\\')
		{
			appendStringInfoChar(buf, '\\');
			appendStringInfoChar(buf, (char) c);
		}
		else if (c < 0x20 || c == 0x7f)
			appendStringInfo(buf, "\\u%04x", c);
		else
			appendStringInfoChar(buf, (char) c);
	}
	appendStringInfoChar(buf, '"');
}
