/*
 * two_samples.c - packed and text form of two_samples, and what it tells.
 */
#include "postgres.h"

#include <math.h>

#include "port/pg_bswap.h"
#include "utils/memutils.h"

#include "base/type.h"
#include "types/two_samples_internal.h"

#define WEIGHTED 0x01
#define TOLD 0x02

static const char *const unused_names[DM_UNUSED_REASONS] = {"nulls", "nan", "-inf", "+inf"};
static const char *const side_names[DM_SIDES] = {"current", "reference"};

PG_FUNCTION_INFO_V1(datamon_two_samples_reference_count);
PG_FUNCTION_INFO_V1(datamon_two_samples_current_count);
PG_FUNCTION_INFO_V1(datamon_two_samples_unused_reference);
PG_FUNCTION_INFO_V1(datamon_two_samples_unused_current);
PG_FUNCTION_INFO_V1(datamon_two_samples_unassigned);
PG_FUNCTION_INFO_V1(datamon_two_samples_is_weighted);

void
dm_two_samples_too_many(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many rows for one %s", TS_TYPE_NAME),
			 errdetail("It keeps every value, in at most 1 GB."),
			 errhint("Compare two histograms, which summarise any number of rows.")));
	pg_unreachable();
}

double *
dm_two_samples_doubles(size_t n)
{
	if (n >= MaxAllocSize / sizeof(double))
		dm_two_samples_too_many();
	return palloc(n * sizeof(double));
}

static void
put_doubles(StringInfo buf, const double *v, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
	{
		uint64		bits = 0;

		if (v)
			memcpy(&bits, &v[i], sizeof(bits));
		else
			bits = UINT64CONST(0x3ff0000000000000); /* 1 */
		bits = pg_hton64(bits);
		memcpy(buf->data + buf->len, &bits, sizeof(bits));
		buf->len += sizeof(bits);
	}
}

struct varlena *
dm_two_samples_write(const DmSamplesContent *c)
{
	StringInfoData buf;
	int			side,
				i;

	dm_packed_begin(&buf, DM_TWO_SAMPLES);
	dm_put_u8(&buf, (c->weighted ? WEIGHTED : 0) | (dm_has_options(&c->options) ? TOLD : 0));
	dm_put_varint(&buf, c->unassigned);
	if (dm_has_options(&c->options))
		dm_two_samples_write_options(&buf, &c->options);
	for (side = DM_SIDES - 1; side >= 0; side--)
	{
		const DmSamplesSide *s = &c->side[side];
		uint64		bytes = (uint64) s->entries * (8 * (c->weighted ? 2 : 1) + (s->count ? 10 : 0));
		size_t		k;

		for (i = 0; i < DM_UNUSED_REASONS; i++)
			dm_put_varint(&buf, s->unused[i]);
		dm_put_varint(&buf, s->n);
		dm_put_varint(&buf, s->entries);
		if (bytes + (uint64) buf.len + 128 > MaxAllocSize)
			dm_two_samples_too_many();
		enlargeStringInfo(&buf, (int) bytes);
		put_doubles(&buf, s->value, s->entries);
		if (c->weighted)
			put_doubles(&buf, s->weight, s->entries);
		if (s->entries < s->n)
			for (k = 0; k < s->entries; k++)
				dm_put_varint(&buf, s->count[k]);
	}
	buf.data[buf.len] = '\0';
	return dm_packed_finish(&buf);
}

static double *
get_doubles(DmReader *r, size_t n)
{
	const uint8 *bytes = dm_get_bytes(r, n * 8);
	double	   *v;
	size_t		i;

	if (bytes == NULL || r->failed)
		return NULL;
	v = dm_two_samples_doubles(n + 1);
	for (i = 0; i < n; i++)
	{
		uint64		bits;

		memcpy(&bits, bytes + 8 * i, sizeof(bits));
		bits = pg_ntoh64(bits);
		memcpy(&v[i], &bits, sizeof(bits));
	}
	return v;
}

/* Everything but the order of the entries is checked here. */
static bool
read_side(DmReader *r, bool weighted, DmSamplesSide *s)
{
	uint64		total = 0;
	uint64		entries;
	size_t		k;
	int			i;

	for (i = 0; i < DM_UNUSED_REASONS; i++)
		s->unused[i] = dm_get_varint(r);
	s->n = dm_get_varint(r);
	entries = dm_get_varint(r);
	if (r->failed || entries > s->n || (entries == 0 && s->n > 0) || entries > (uint64) (r->end - r->pos) / 8)
		return false;
	s->entries = (size_t) entries;
	s->value = get_doubles(r, s->entries);
	if (weighted && !r->failed && entries <= (uint64) (r->end - r->pos) / 8)
		s->weight = get_doubles(r, s->entries);
	if (r->failed || s->value == NULL || (weighted && s->weight == NULL))
		return false;
	if (entries == s->n)
		return true;
	s->count = (uint64 *) dm_two_samples_doubles(s->entries);
	for (k = 0; k < s->entries; k++)
	{
		s->count[k] = dm_get_varint(r);
		if (s->count[k] == 0 || s->count[k] > s->n - total)
			return false;
		total += s->count[k];
	}
	return !r->failed && total == s->n;
}

static bool
read_content(const struct varlena *packed, DmSamplesContent *c)
{
	DmReader	r;
	uint8		flags;

	memset(c, 0, sizeof(*c));
	dm_reader_init(&r, packed);
	flags = dm_get_u8(&r);
	c->weighted = (flags & WEIGHTED) != 0;
	c->unassigned = dm_get_varint(&r);
	return (flags & ~(WEIGHTED | TOLD)) == 0 && !r.failed &&
		((flags & TOLD) == 0 || dm_two_samples_read_options(&r, &c->options)) &&
		read_side(&r, c->weighted, &c->side[DM_REFERENCE]) &&
		read_side(&r, c->weighted, &c->side[DM_CURRENT]) && r.pos == r.end;
}

void
dm_two_samples_content(const struct varlena *packed, DmSamplesContent *c)
{
	if (!read_content(packed, c))
		dm_corrupt(TS_TYPE_NAME);
}

static bool
is_plain(double x)
{
	return !isnan(x) && !isinf(x) && !(x == 0 && signbit(x));
}

static bool
valid_side(const DmSamplesSide *s, bool *has_weight)
{
	size_t		k;

	for (k = 0; k < s->entries; k++)
	{
		double		weight = s->weight ? s->weight[k] : 1;

		if (!is_plain(s->value[k]) || !is_plain(weight) || weight < 0)
			return false;
		*has_weight = *has_weight || weight != 1;
		if (k > 0 && (s->value[k] < s->value[k - 1] ||
					  (s->value[k] == s->value[k - 1] && (!s->weight || weight <= s->weight[k - 1]))))
			return false;
	}
	return true;
}

/* No count, and no sum of them, may be more than a bigint. */
bool
dm_two_samples_counts_fit(const DmSamplesContent *c)
{
	uint64		total = c->unassigned;
	int			side,
				i;

	if (total > PG_INT64_MAX)
		return false;
	for (side = 0; side < DM_SIDES; side++)
		for (i = -1; i < DM_UNUSED_REASONS; i++)
		{
			uint64		count = i < 0 ? c->side[side].n : c->side[side].unused[i];

			if (count > PG_INT64_MAX - total)
				return false;
			total += count;
		}
	return true;
}

bool
dm_two_samples_valid(const struct varlena *packed)
{
	DmSamplesContent		c;
	bool		has_weight = false;

	return read_content(packed, &c) && dm_two_samples_counts_fit(&c) &&
		valid_side(&c.side[DM_REFERENCE], &has_weight) &&
		valid_side(&c.side[DM_CURRENT], &has_weight) && has_weight == c.weighted;
}

/*
 * Text
 */

static void
print_numbers(StringInfo buf, const char *name, const double *v, const uint64 *count, size_t n)
{
	size_t		k;

	appendStringInfo(buf, ",\"%s\":[", name);
	for (k = 0; k < n; k++)
	{
		if (k > 0)
			appendStringInfoChar(buf, ',');
		if (count)
			appendStringInfo(buf, UINT64_FORMAT, count[k]);
		else
			dm_json_put_double(buf, v[k]);
	}
	appendStringInfoChar(buf, ']');
}

static void
print_value(StringInfo buf, const struct varlena *packed)
{
	DmSamplesContent c;
	int			side,
				i;

	dm_two_samples_content(packed, &c);
	appendStringInfo(buf, "{\"weighted\":%s,\"unassigned\":" UINT64_FORMAT,
					 c.weighted ? "true" : "false", c.unassigned);
	for (side = DM_SIDES - 1; side >= 0; side--)
	{
		const DmSamplesSide *s = &c.side[side];

		appendStringInfo(buf, ",\"%s\":{\"n\":" UINT64_FORMAT, side_names[side], s->n);
		for (i = 0; i < DM_UNUSED_REASONS; i++)
			appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT, unused_names[i], s->unused[i]);
		print_numbers(buf, "values", s->value, NULL, s->entries);
		if (c.weighted)
			print_numbers(buf, "weights", s->weight, NULL, s->entries);
		if (s->count)
			print_numbers(buf, "counts", NULL, s->count, s->entries);
		appendStringInfoChar(buf, '}');
	}
	if (dm_has_options(&c.options))
		dm_two_samples_print_options(buf, &c.options);
	appendStringInfoChar(buf, '}');
}

/* An array of numbers, or of counts; how many there are. */
static size_t
parse_numbers(DmJson *j, const char *name, double **v, uint64 **count)
{
	size_t		room = 16;
	size_t		n = 0;
	double	   *space = dm_two_samples_doubles(room);

	dm_json_expect(j, ',');
	dm_json_key(j, name);
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (n > 0)
			dm_json_expect(j, ',');
		/* one more is kept free, see DmSamplesSide */
		if (n + 1 >= room)
		{
			room *= 2;
			if (room >= MaxAllocSize / sizeof(double))
				dm_two_samples_too_many();
			space = repalloc(space, room * sizeof(double));
		}
		if (count)
			((uint64 *) space)[n++] = dm_json_count(j);
		else
			space[n++] = dm_json_double(j) + 0.0;
	}
	if (count)
		*count = (uint64 *) space;
	else
		*v = space;
	return n;
}

static void
parse_side(DmJson *j, int side, bool weighted, DmSamplesSide *s)
{
	int			i;

	dm_json_expect(j, ',');
	dm_json_key(j, side_names[side]);
	dm_json_expect(j, '{');
	dm_json_key(j, "n");
	s->n = dm_json_count(j);
	for (i = 0; i < DM_UNUSED_REASONS; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, unused_names[i]);
		s->unused[i] = dm_json_count(j);
	}
	s->entries = parse_numbers(j, "values", &s->value, NULL);
	if (weighted && parse_numbers(j, "weights", &s->weight, NULL) != s->entries)
		dm_json_fail(j, "There must be as many weights as values");
	if (s->entries > s->n)
		dm_json_fail(j, "There are more values than \"n\"");
	if (s->entries < s->n && parse_numbers(j, "counts", NULL, &s->count) != s->entries)
		dm_json_fail(j, "There must be as many counts as values");
	dm_json_expect(j, '}');
}

static struct varlena *
parse_value(DmJson *j)
{
	DmSamplesContent c;

	memset(&c, 0, sizeof(c));
	dm_json_expect(j, '{');
	dm_json_key(j, "weighted");
	c.weighted = dm_json_bool(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "unassigned");
	c.unassigned = dm_json_count(j);
	parse_side(j, DM_REFERENCE, c.weighted, &c.side[DM_REFERENCE]);
	parse_side(j, DM_CURRENT, c.weighted, &c.side[DM_CURRENT]);
	if (dm_json_try(j, ','))
		dm_two_samples_parse_options(j, &c.options);
	dm_json_expect(j, '}');
	return j->failed ? NULL : dm_two_samples_write(&c);
}

static const DmType two_samples_type = {
	DM_TWO_SAMPLES, TS_TYPE_NAME, print_value, parse_value, dm_two_samples_valid,
	dm_two_samples_pack, dm_two_samples_merge
};

DM_TYPE_FUNCTIONS(two_samples, two_samples_type);

/*
 * Counts
 */

static int64
unused_of(FunctionCallInfo fcinfo, int side)
{
	DmSamplePair p;
	int64		sum = 0;
	int			i;

	dm_two_samples_counts(dm_getarg(fcinfo, 0, DM_TWO_SAMPLES), &p);
	for (i = 0; i < DM_UNUSED_REASONS; i++)
		sum += (int64) p.counts[side].unused[i];
	return sum;
}

static int64
rows_of(FunctionCallInfo fcinfo, int side)
{
	DmSamplePair p;

	dm_two_samples_counts(dm_getarg(fcinfo, 0, DM_TWO_SAMPLES), &p);
	return (int64) p.counts[side].n;
}

Datum
datamon_two_samples_reference_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rows_of(fcinfo, DM_REFERENCE));
}

Datum
datamon_two_samples_current_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rows_of(fcinfo, DM_CURRENT));
}

Datum
datamon_two_samples_unused_reference(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(unused_of(fcinfo, DM_REFERENCE));
}

Datum
datamon_two_samples_unused_current(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(unused_of(fcinfo, DM_CURRENT));
}

Datum
datamon_two_samples_unassigned(PG_FUNCTION_ARGS)
{
	DmSamplePair p;

	dm_two_samples_counts(dm_getarg(fcinfo, 0, DM_TWO_SAMPLES), &p);
	PG_RETURN_INT64((int64) p.unassigned);
}

Datum
datamon_two_samples_is_weighted(PG_FUNCTION_ARGS)
{
	DmSamplePair p;

	/* in a working form it may turn out that all weights are 1 */
	dm_two_samples_read(dm_getarg(fcinfo, 0, DM_TWO_SAMPLES), &p);
	PG_RETURN_BOOL(p.weighted);
}
