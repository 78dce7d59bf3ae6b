/*
 * two_counts.c - input, output and accessors of two_counts.
 */
#include "postgres.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/two_counts.h"
#include "types/value_counts.h"

PG_FUNCTION_INFO_V1(datamon_two_counts_make);
PG_FUNCTION_INFO_V1(datamon_two_counts_reference);
PG_FUNCTION_INFO_V1(datamon_two_counts_current);
PG_FUNCTION_INFO_V1(datamon_two_counts_unflagged);

#define GETARG(n) dm_getarg(fcinfo, n, DM_TWO_COUNTS)

static const char *const side_names[DM_SAMPLES] = {"reference", "current"};

/* The payload of a packed side, as a value of its own; NULL: cut off. */
static struct varlena *
read_side(DmReader *r)
{
	uint64		len = dm_get_varint(r);
	const uint8 *bytes = dm_get_bytes(r, len);
	StringInfoData buf;

	if (r->failed)
		return NULL;
	dm_packed_begin(&buf, DM_VALUE_COUNTS);
	appendBinaryStringInfo(&buf, (const char *) bytes, (int) len);
	return dm_packed_finish(&buf);
}

static bool
unpack(const struct varlena *packed, uint64 *unflagged, struct varlena **side)
{
	DmReader	r;
	int			i;

	dm_reader_init(&r, packed);
	*unflagged = dm_get_varint(&r);
	for (i = 0; i < DM_SAMPLES; i++)
		side[i] = read_side(&r);
	return !r.failed && r.pos == r.end && *unflagged <= PG_INT64_MAX;
}

static struct varlena *
pack_sides(uint64 unflagged, const struct varlena *reference, const struct varlena *current)
{
	const struct varlena *side[DM_SAMPLES];
	StringInfoData buf;
	int			i;

	side[DM_REFERENCE] = dm_value_counts_pack(reference);
	side[DM_CURRENT] = dm_value_counts_pack(current);
	dm_packed_begin(&buf, DM_TWO_COUNTS);
	dm_put_varint(&buf, unflagged);
	for (i = 0; i < DM_SAMPLES; i++)
	{
		size_t		len = VARSIZE(side[i]) - DM_HEADER_SIZE;

		dm_put_varint(&buf, len);
		appendBinaryStringInfo(&buf, (const char *) side[i] + DM_HEADER_SIZE, (int) len);
	}
	return dm_packed_finish(&buf);
}

static struct varlena *
working_side(const DmTwoCounts *w, DmSample sample)
{
	return (struct varlena *) ((char *) unconstify(DmTwoCounts *, w) + w->offset[sample]);
}

const struct varlena *
dm_two_counts_side(const struct varlena *state, DmSample sample)
{
	struct varlena *side[DM_SAMPLES];
	uint64		unflagged;

	if (DM_IS_WORKING(state))
		return working_side((const DmTwoCounts *) state, sample);
	if (!unpack(state, &unflagged, side))
		dm_corrupt(TWO_COUNTS_TYPE_NAME);
	return side[sample];
}

uint64
dm_two_counts_unflagged(const struct varlena *state)
{
	DmReader	r;

	if (DM_IS_WORKING(state))
		return ((const DmTwoCounts *) state)->unflagged;
	dm_reader_init(&r, state);
	return dm_get_varint(&r);
}

/* One flat value of two working forms; each is aligned as it was by itself. */
static DmTwoCounts *
assemble(uint64 unflagged, const struct varlena *reference, const struct varlena *current)
{
	Size		first = MAXALIGN(sizeof(DmTwoCounts));
	Size		second = first + MAXALIGN(VARSIZE(reference));
	Size		size = second + VARSIZE(current);
	DmTwoCounts *w = palloc(size);

	memset(w, 0, first);
	dm_header_working(w, DM_TWO_COUNTS, size);
	w->unflagged = unflagged;
	w->offset[DM_REFERENCE] = (uint32) first;
	w->offset[DM_CURRENT] = (uint32) second;
	memcpy((char *) w + first, reference, VARSIZE(reference));
	memcpy((char *) w + second, current, VARSIZE(current));
	return w;
}

/* A side has grown, elsewhere, unless it could change in its place. */
static DmTwoCounts *
replace_side(DmTwoCounts *w, DmSample sample, struct varlena *side)
{
	DmTwoCounts *larger;

	if (side == working_side(w, sample))
		return w;
	if (sample == DM_REFERENCE)
		larger = assemble(w->unflagged, side, working_side(w, DM_CURRENT));
	else
		larger = assemble(w->unflagged, working_side(w, DM_REFERENCE), side);
	pfree(side);
	return larger;
}

/* The working form of a state: itself if it is one, else a copy. */
DmTwoCounts *
dm_two_counts_working(const struct varlena *state)
{
	struct varlena *side[DM_SAMPLES];
	uint64		unflagged;

	if (state && DM_IS_WORKING(state))
		return (DmTwoCounts *) unconstify(struct varlena *, state);
	if (state == NULL)
	{
		side[0] = dm_value_counts_create(DM_VALUE_COUNTS_MAX_LIMIT);
		return assemble(0, side[0], side[0]);
	}
	if (!unpack(state, &unflagged, side))
		dm_corrupt(TWO_COUNTS_TYPE_NAME);
	return assemble(unflagged, dm_value_counts_merge(NULL, side[0]),
					dm_value_counts_merge(NULL, side[1]));
}

DmTwoCounts *
dm_two_counts_add(DmTwoCounts *w, DmSample sample, const char *value, size_t len, uint64 count)
{
	return replace_side(w, sample,
						dm_value_counts_add_times(working_side(w, sample), value, len,
												  DM_VALUE_COUNTS_MAX_LIMIT, count));
}

static struct varlena *
pack_state(const struct varlena *working)
{
	const DmTwoCounts *w = (const DmTwoCounts *) working;

	return pack_sides(w->unflagged, working_side(w, DM_REFERENCE), working_side(w, DM_CURRENT));
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	DmTwoCounts *w;
	int			i;

	if (state == NULL)
		return (struct varlena *) dm_two_counts_working(DM_IS_WORKING(value) ? pack_state(value) : value);
	w = dm_two_counts_working(state);
	w->unflagged = dm_add_count(w->unflagged, dm_two_counts_unflagged(value));
	for (i = 0; i < DM_SAMPLES; i++)
		w = replace_side(w, (DmSample) i,
						 dm_value_counts_merge(working_side(w, (DmSample) i),
											   dm_two_counts_side(value, (DmSample) i)));
	return (struct varlena *) w;
}

static bool
valid_state(const struct varlena *packed)
{
	struct varlena *side[DM_SAMPLES];
	uint64		unflagged;

	return unpack(packed, &unflagged, side) && dm_value_counts_valid(side[DM_REFERENCE]) &&
		dm_value_counts_valid(side[DM_CURRENT]);
}

static struct varlena *
parse_state(DmJson *j)
{
	struct varlena *side[DM_SAMPLES] = {NULL, NULL};
	uint64		unflagged;
	int			i;

	dm_json_expect(j, '{');
	dm_json_key(j, "unflagged");
	unflagged = dm_json_count(j);
	for (i = 0; i < DM_SAMPLES && !j->failed; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, side_names[i]);
		side[i] = j->failed ? NULL : dm_value_counts_read_json(j);
	}
	dm_json_expect(j, '}');
	return j->failed || !side[0] || !side[1] ? NULL : pack_sides(unflagged, side[0], side[1]);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	int			i;

	appendStringInfo(buf, "{\"unflagged\":" UINT64_FORMAT, dm_two_counts_unflagged(packed));
	for (i = 0; i < DM_SAMPLES; i++)
	{
		appendStringInfo(buf, ",\"%s\":", side_names[i]);
		dm_value_counts_write_json(buf, dm_two_counts_side(packed, (DmSample) i));
	}
	appendStringInfoChar(buf, '}');
}

static const DmType two_counts_type = {
	DM_TWO_COUNTS, TWO_COUNTS_TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state
};

DM_TYPE_FUNCTIONS(two_counts, two_counts_type);

/* two_counts(reference, current) */
Datum
datamon_two_counts_make(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(pack_sides(0, dm_getarg(fcinfo, 0, DM_VALUE_COUNTS),
								 dm_getarg(fcinfo, 1, DM_VALUE_COUNTS)));
}

static Datum
return_side(FunctionCallInfo fcinfo, DmSample sample)
{
	PG_RETURN_POINTER(dm_value_counts_pack(dm_two_counts_side(GETARG(0), sample)));
}

Datum
datamon_two_counts_reference(PG_FUNCTION_ARGS)
{
	return return_side(fcinfo, DM_REFERENCE);
}

Datum
datamon_two_counts_current(PG_FUNCTION_ARGS)
{
	return return_side(fcinfo, DM_CURRENT);
}

Datum
datamon_two_counts_unflagged(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) dm_two_counts_unflagged(GETARG(0)));
}
