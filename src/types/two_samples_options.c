/*
 * two_samples_options.c - what an aggregate over rows was told beside them, on
 * its way from one node to another.
 *
 * Citus sends the state of an aggregate as text, or by its send function, and
 * the final function sees nothing else: what it has to know must be in there.
 */
#include "postgres.h"

#include <math.h>

#include "types/two_samples_internal.h"

static void
write_word(StringInfo buf, const char *word)
{
	dm_put_u8(buf, (uint8) strlen(word));
	appendBinaryStringInfo(buf, word, (int) strlen(word));
}

static bool
read_word(DmReader *r, char *word, size_t size)
{
	size_t		length = dm_get_u8(r);
	const uint8 *bytes = length < size ? dm_get_bytes(r, length) : NULL;

	if (r->failed || bytes == NULL || memchr(bytes, 0, length) != NULL)
		return false;
	memcpy(word, bytes, length);
	return true;
}

/* As doubles are among options: 0 for none. */
static bool
is_option(double x)
{
	return isfinite(x) && !(x == 0 && signbit(x));
}

void
dm_two_samples_write_options(StringInfo buf, const DmSampleOptions *o)
{
	write_word(buf, o->bins);
	write_word(buf, o->empty);
	dm_put_double(buf, o->floor);
	dm_put_double(buf, o->base);
}

bool
dm_two_samples_read_options(DmReader *r, DmSampleOptions *o)
{
	memset(o, 0, sizeof(*o));
	if (!read_word(r, o->bins, sizeof(o->bins)) || !read_word(r, o->empty, sizeof(o->empty)))
		return false;
	o->floor = dm_get_double(r);
	o->base = dm_get_double(r);
	return !r->failed && is_option(o->floor) && is_option(o->base) && dm_has_options(o);
}

void
dm_two_samples_print_options(StringInfo buf, const DmSampleOptions *o)
{
	appendStringInfoString(buf, ",\"told\":{\"bins\":");
	dm_json_put_string(buf, o->bins, strlen(o->bins));
	appendStringInfoString(buf, ",\"empty\":");
	dm_json_put_string(buf, o->empty, strlen(o->empty));
	appendStringInfoString(buf, ",\"floor\":");
	dm_json_put_double(buf, o->floor);
	appendStringInfoString(buf, ",\"base\":");
	dm_json_put_double(buf, o->base);
	appendStringInfoChar(buf, '}');
}

static void
parse_word(DmJson *j, const char *name, char *word, size_t size)
{
	char	   *s;

	dm_json_key(j, name);
	s = dm_json_string(j);
	if (j->failed)
		return;
	if (strlen(s) >= size)
		dm_json_fail(j, "A word in \"told\" is too long");
	else
		memcpy(word, s, strlen(s));
	dm_json_expect(j, ',');
}

void
dm_two_samples_parse_options(DmJson *j, DmSampleOptions *o)
{
	memset(o, 0, sizeof(*o));
	dm_json_key(j, "told");
	dm_json_expect(j, '{');
	parse_word(j, "bins", o->bins, sizeof(o->bins));
	parse_word(j, "empty", o->empty, sizeof(o->empty));
	dm_json_key(j, "floor");
	o->floor = dm_json_double(j) + 0.0;
	dm_json_expect(j, ',');
	dm_json_key(j, "base");
	o->base = dm_json_double(j) + 0.0;
	dm_json_expect(j, '}');
}
