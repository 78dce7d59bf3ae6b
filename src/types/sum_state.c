/*
 * sum_state.c - counts, extremes, exact sums and histograms: packed bytes,
 * text, merging.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "types/sum_io.h"
#include "types/sum_state.h"
#include "types/sum_working.h"

static void
init_state(const DmSumKind *kind, DmSumState *s)
{
	int			i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < kind->extremes; i++)
		s->tally.extreme[i] = kind->no_extreme[i];
	for (i = 0; i < kind->sums; i++)
		s->sum[i] = dm_sum_palloc();
	for (i = 0; i < kind->sketches; i++)
	{
		s->sketch[i].grid = dm_sum_grid;
		s->sketch[i].min = INFINITY;
		s->sketch[i].max = -INFINITY;
		s->sketch[i].entry = palloc(sizeof(DmEntry));
	}
}

static bool
counts_fit(const DmSumKind *kind, const DmTally *tally)
{
	uint64		total = 0;
	int			i;

	for (i = 0; i < kind->counts; i++)
	{
		if (tally->count[i] > PG_INT64_MAX - total)
			return false;
		total += tally->count[i];
	}
	return true;
}

static struct varlena *
write_state(const DmSumKind *kind, const DmSumState *s)
{
	StringInfoData buf;
	int			i;

	if (!counts_fit(kind, &s->tally))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	dm_packed_begin(&buf, kind->tag);
	for (i = 0; i < kind->counts; i++)
		dm_put_varint(&buf, s->tally.count[i]);
	if (s->tally.count[0] > 0)
	{
		for (i = 0; i < kind->extremes; i++)
			dm_put_double(&buf, s->tally.extreme[i]);
		for (i = 0; i < kind->sums; i++)
			dm_sum_write(&buf, s->sum[i]);
		for (i = 0; i < kind->sketches; i++)
			dm_sketch_write(&buf, &s->sketch[i]);
	}
	return dm_packed_finish(&buf);
}

static bool
read_packed(const struct varlena *packed, const DmSumKind *kind, DmSumState *s)
{
	DmReader	r;
	int			i;

	dm_reader_init(&r, packed);
	memset(s, 0, sizeof(*s));
	for (i = 0; i < kind->counts; i++)
		s->tally.count[i] = dm_get_varint(&r);
	if (s->tally.count[0] == 0 || r.failed)
	{
		DmTally		tally = s->tally;

		init_state(kind, s);
		memcpy(s->tally.count, tally.count, sizeof(tally.count));
	}
	else
	{
		for (i = 0; i < kind->extremes; i++)
			s->tally.extreme[i] = dm_get_double(&r);
		for (i = 0; i < kind->sums; i++)
			s->sum[i] = dm_sum_read(&r);
		for (i = 0; i < kind->sketches; i++)
			if (!dm_sketch_read(&r, &dm_sum_grid, &s->sketch[i]))
				return false;
	}
	return !r.failed && r.pos == r.end && counts_fit(kind, &s->tally);
}

void
dm_sum_state_read(const struct varlena *value, const DmSumKind *kind, DmSumState *out)
{
	if (DM_IS_WORKING(value))
		dm_sum_working_read((const DmSumWorking *) value, kind, out);
	else if (!read_packed(value, kind, out))
		dm_corrupt(kind->name);
}

Datum
dm_sum_state_count(FunctionCallInfo fcinfo, const DmSumKind *kind, int first, int last)
{
	DmSumState *s = palloc(sizeof(DmSumState));
	uint64		total = 0;
	int			i;

	dm_sum_state_read(dm_getarg(fcinfo, 0, kind->tag), kind, s);
	for (i = first; i <= last; i++)
		total = dm_add_count(total, s->tally.count[i]);
	PG_RETURN_INT64((int64) total);
}

/* A sketch must be of all the rows, and be as folding would leave it. */
static bool
sketches_valid(const DmSumKind *kind, const DmSumState *s)
{
	int			i;

	for (i = 0; i < kind->sketches; i++)
	{
		const DmSketch *k = &s->sketch[i];

		if (k->nulls || k->nans || k->neg_inf || k->pos_inf || !dm_sketch_valid(k, false) ||
			dm_sketch_count(k) != s->tally.count[0])
			return false;
	}
	return true;
}

bool
dm_sum_state_valid(const struct varlena *packed, const DmSumKind *kind)
{
	DmSumState	s;
	int			i;

	if (!read_packed(packed, kind, &s) || !sketches_valid(kind, &s))
		return false;
	for (i = 0; i < kind->extremes && s.tally.count[0] > 0; i++)
		if (!isfinite(s.tally.extreme[i]))
			return false;
	return (s.tally.count[0] == 0 || kind->plausible(&s)) &&
		dm_packed_equal(packed, write_state(kind, &s));
}

struct varlena *
dm_sum_state_pack(const struct varlena *working, const DmSumKind *kind)
{
	DmSumState	s;

	dm_sum_state_read(working, kind, &s);
	return write_state(kind, &s);
}

struct varlena *
dm_sum_state_merge(struct varlena *state, const struct varlena *value, const DmSumKind *kind)
{
	DmSumWorking *w = state ? (DmSumWorking *) state : dm_sum_working_new(kind);
	DmSumState	s;

	dm_sum_state_read(value, kind, &s);
	return (struct varlena *) dm_sum_working_add(w, kind, &s);
}

void
dm_sum_state_print(StringInfo buf, const struct varlena *packed, const DmSumKind *kind)
{
	DmSumState	s;
	int			i;

	dm_sum_state_read(packed, kind, &s);
	for (i = 0; i < kind->counts; i++)
		appendStringInfo(buf, "%c\"%s\":" UINT64_FORMAT, i == 0 ? '{' : ',', kind->count_name[i],
						 s.tally.count[i]);
	for (i = 0; i < kind->extremes && s.tally.count[0] > 0; i++)
	{
		appendStringInfo(buf, ",\"%s\":", kind->extreme_name[i]);
		dm_json_put_double(buf, s.tally.extreme[i]);
	}
	for (i = 0; i < kind->sums && s.tally.count[0] > 0; i++)
	{
		appendStringInfoChar(buf, ',');
		dm_sum_write_json(buf, kind->sum_name[i], s.sum[i]);
	}
	for (i = 0; i < kind->sketches && s.tally.count[0] > 0; i++)
	{
		appendStringInfo(buf, ",\"%s\":{", kind->sketch_name[i]);
		dm_sketch_write_json(buf, &s.sketch[i]);
		appendStringInfoChar(buf, '}');
	}
	appendStringInfoChar(buf, '}');
}

/* The members that only a value with rows has. */
static void
parse_rows(DmJson *j, const DmSumKind *kind, DmSumState *s)
{
	int			i;

	for (i = 0; i < kind->extremes; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, kind->extreme_name[i]);
		s->tally.extreme[i] = dm_json_double(j) + 0.0;
	}
	for (i = 0; i < kind->sums; i++)
	{
		dm_json_expect(j, ',');
		s->sum[i] = dm_sum_read_json(j, kind->sum_name[i]);
	}
	for (i = 0; i < kind->sketches; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, kind->sketch_name[i]);
		dm_json_expect(j, '{');
		dm_sketch_read_json(j, &dm_sum_grid, &s->sketch[i]);
		dm_json_expect(j, '}');
		if (!j->failed && (s->sketch[i].sum || !dm_sketch_valid(&s->sketch[i], false)))
			dm_json_fail(j, "Bins must ascend, be on the grid, fit max_bytes, and hold min and max");
	}
}

struct varlena *
dm_sum_state_parse(DmJson *j, const DmSumKind *kind)
{
	DmSumState	s;
	int			i;

	init_state(kind, &s);
	for (i = 0; i < kind->counts; i++)
	{
		dm_json_expect(j, i == 0 ? '{' : ',');
		dm_json_key(j, kind->count_name[i]);
		s.tally.count[i] = dm_json_count(j);
	}
	if (!j->failed && s.tally.count[0] > 0)
		parse_rows(j, kind, &s);
	dm_json_expect(j, '}');
	if (!j->failed && !counts_fit(kind, &s.tally))
		dm_json_fail(j, "The counts exceed the range of bigint");
	return j->failed ? NULL : write_state(kind, &s);
}
