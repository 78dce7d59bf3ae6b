/*
 * two_samples_working.c - the working form of two_samples: rows as they come,
 * sorted when they are asked for.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/float.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "stats/sort.h"
#include "types/two_samples_internal.h"

#define FIRST_ROOM 40			/* together with the head 512 bytes */

static uint64
rows_of(const DmTwoSamples *w, int side)
{
	return (uint64) (side == DM_REFERENCE ? w->next[side] : w->room - 1 - w->next[side]);
}

/* The first slot of a side; they ascend from there. */
static const double *
slots_of(const DmTwoSamples *w, int side)
{
	int64		first = side == DM_REFERENCE ? 0 : w->next[side] + 1;

	return &w->slot[w->weighted ? 2 * first : first];
}

static DmTwoSamples *
new_state(int64 room, bool weighted)
{
	Size		size = (Size) room * sizeof(double) * (weighted ? 2 : 1);
	DmTwoSamples *w = palloc(offsetof(DmTwoSamples, slot) + size);

	memset(w, 0, offsetof(DmTwoSamples, slot));
	dm_header_working(w, DM_TWO_SAMPLES, offsetof(DmTwoSamples, slot) + size);
	w->room = room;
	w->next[DM_CURRENT] = room - 1;
	w->weighted = weighted;
	return w;
}

DmTwoSamples *
dm_two_samples_new(void)
{
	return new_state(FIRST_ROOM, false);
}

/* Copy a side's slots, each with the weight 1 if it gets one. */
static void
copy_slots(double *to, const DmTwoSamples *w, int side, bool weighted)
{
	const double *from = slots_of(w, side);
	uint64		n = rows_of(w, side);
	uint64		i;

	if (weighted && !w->weighted)
		for (i = 0; i < n; i++)
		{
			to[2 * i] = from[i];
			to[2 * i + 1] = 1;
		}
	else
		memcpy(to, from, n * sizeof(double) * (weighted ? 2 : 1));
}

static uint64
most_rows(bool weighted)
{
	return (MaxAllocSize - sizeof(DmTwoSamples)) / sizeof(double) / (weighted ? 2 : 1) - 2;
}

/* A copy of a state with room for more values. */
DmTwoSamples *
dm_two_samples_grow(const DmTwoSamples *w, uint64 more, bool weighted)
{
	uint64		used = rows_of(w, DM_REFERENCE) + rows_of(w, DM_CURRENT);
	uint64		most = most_rows(weighted);
	uint64		room = 2 * (uint64) w->room;
	DmTwoSamples *out;

	if (more > most || used > most - more)
		dm_two_samples_too_many();
	if (weighted && !w->weighted && used + more <= (uint64) w->room)
		room = (uint64) w->room;
	if (room < used + more)
		room = used + more;
	if (room > most)
		room = most;
	out = new_state((int64) room, weighted);
	memcpy(out->unused, w->unused, sizeof(w->unused));
	out->unassigned = w->unassigned;
	out->options = w->options;
	out->next[DM_REFERENCE] = (int64) rows_of(w, DM_REFERENCE);
	out->next[DM_CURRENT] -= (int64) rows_of(w, DM_CURRENT);
	copy_slots(unconstify(double *, slots_of(out, DM_REFERENCE)), w, DM_REFERENCE, weighted);
	copy_slots(unconstify(double *, slots_of(out, DM_CURRENT)), w, DM_CURRENT, weighted);
	return out;
}

Size
dm_two_samples_compact_size(const DmTwoSamples *w)
{
	Size		used = (Size) (rows_of(w, DM_REFERENCE) + rows_of(w, DM_CURRENT));

	return offsetof(DmTwoSamples, slot) + used * sizeof(double) * (w->weighted ? 2 : 1);
}

void
dm_two_samples_compact(const DmTwoSamples *w, void *result)
{
	DmTwoSamples *out = result;
	size_t		stride = w->weighted ? 2 : 1;

	memcpy(out, w, offsetof(DmTwoSamples, slot));
	SET_VARSIZE(out, dm_two_samples_compact_size(w));
	out->room = (int64) (rows_of(w, DM_REFERENCE) + rows_of(w, DM_CURRENT));
	out->next[DM_CURRENT] = out->next[DM_REFERENCE] - 1;
	copy_slots(out->slot, w, DM_REFERENCE, w->weighted);
	copy_slots(out->slot + stride * rows_of(w, DM_REFERENCE), w, DM_CURRENT, w->weighted);
}

DmTwoSamples *
dm_two_samples_extend(DmTwoSamples *w)
{
	int64		most = (int64) most_rows(w->weighted);
	int64		room = w->room > most / 2 ? most : 2 * w->room;
	size_t		stride = w->weighted ? 2 : 1;
	Size		size = offsetof(DmTwoSamples, slot) + (Size) room * sizeof(double) * stride;
	uint64		n = rows_of(w, DM_CURRENT);

	if (room <= w->room)
		dm_two_samples_too_many();
	w = repalloc(w, size);
	SET_VARSIZE(w, size);
	/* the current side stays at the end */
	memmove(w->slot + stride * ((uint64) room - n), w->slot + stride * ((uint64) w->room - n),
			n * sizeof(double) * stride);
	w->next[DM_CURRENT] += room - w->room;
	w->room = room;
	return w;
}

void
dm_two_samples_set_options(DmTwoSamples *w, const DmSampleOptions *options)
{
	if (likely(memcmp(&w->options, options, sizeof(*options)) == 0))
		return;
	if (dm_has_options(&w->options))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("what comes after the sides must be the same in every row"),
				 errhint("Give bins, empty and base as constants.")));
	w->options = *options;
}

/* One side of a working form as two sorted arrays; of weights only if some is not 1. */
static void
sort_side(const DmTwoSamples *w, int side, double **value, double **weight)
{
	const double *from = slots_of(w, side);
	size_t		n = rows_of(w, side);
	DmWeighted *pair,
			   *scratch;
	bool		ones = true;
	size_t		i;

	CHECK_FOR_INTERRUPTS();
	*value = dm_two_samples_doubles(n + 1);
	*weight = NULL;
	if (!w->weighted)
	{
		double	   *space = dm_two_samples_doubles(n + 1);

		dm_sort_doubles(from, *value, space, n);
		pfree(space);
		return;
	}
	pair = palloc(sizeof(DmWeighted) * (n + 1));
	scratch = palloc(sizeof(DmWeighted) * (n + 1));
	memcpy(pair, from, sizeof(DmWeighted) * n);
	dm_sort_weighted(pair, scratch, n);
	pfree(scratch);
	*weight = dm_two_samples_doubles(n + 1);
	for (i = 0; i < n; i++)
	{
		(*value)[i] = pair[i].value;
		(*weight)[i] = pair[i].weight;
		ones = ones && pair[i].weight == 1;
	}
	pfree(pair);
	if (ones)
		*weight = NULL;
}

/* Join equal neighbours; in place. */
static void
count_runs(DmSamplesSide *s)
{
	size_t		n = 0;
	size_t		i;
	uint64	   *count;

	for (i = 1; i < s->n; i++)
		if (s->value[i] == s->value[i - 1] && (!s->weight || s->weight[i] == s->weight[i - 1]))
			break;
	s->entries = s->n;
	if (i >= s->n)
		return;
	count = (uint64 *) dm_two_samples_doubles(s->n);
	for (i = 0; i < s->n; i++)
	{
		if (n > 0 && s->value[i] == s->value[n - 1] && (!s->weight || s->weight[i] == s->weight[n - 1]))
		{
			count[n - 1]++;
			continue;
		}
		s->value[n] = s->value[i];
		if (s->weight)
			s->weight[n] = s->weight[i];
		count[n++] = 1;
	}
	s->entries = n;
	s->count = count;
}

/* All of a working form but its values. */
static void
get_heads(const DmTwoSamples *w, DmSamplesContent *c)
{
	int			side;

	memset(c, 0, sizeof(*c));
	c->unassigned = w->unassigned;
	c->weighted = w->weighted;
	c->options = w->options;
	for (side = 0; side < DM_SIDES; side++)
	{
		c->side[side].n = c->side[side].entries = rows_of(w, side);
		memcpy(c->side[side].unused, w->unused[side], sizeof(w->unused[side]));
	}
}

/* And with its values, sorted; equal ones are not joined yet. */
static void
sort_working(const DmTwoSamples *w, DmSamplesContent *c)
{
	int			side;

	get_heads(w, c);
	c->weighted = false;
	for (side = 0; side < DM_SIDES; side++)
	{
		sort_side(w, side, &c->side[side].value, &c->side[side].weight);
		c->weighted = c->weighted || c->side[side].weight;
	}
}

/*
 * Both forms
 */

static void
append_row(DmTwoSamples *w, int side, double value, double weight)
{
	int64		at = w->next[side];

	w->next[side] = at + 2 * side - 1;
	if (w->weighted)
	{
		w->slot[2 * at] = value;
		w->slot[2 * at + 1] = weight;
	}
	else
		w->slot[at] = value;
}

static void
append_entries(DmTwoSamples *w, int side, const DmSamplesSide *s)
{
	size_t		k;

	for (k = 0; k < s->entries; k++)
	{
		uint64		count = s->count ? s->count[k] : 1;

		while (count-- > 0)
			append_row(w, side, s->value[k], s->weight ? s->weight[k] : 1);
	}
}

static void
append_slots(DmTwoSamples *w, int side, const DmTwoSamples *from)
{
	const double *slot = slots_of(from, side);
	uint64		n = rows_of(from, side);
	uint64		i;

	for (i = 0; i < n; i++)
		append_row(w, side, slot[from->weighted ? 2 * i : i], from->weighted ? slot[2 * i + 1] : 1);
}

/* What DmType.merge wants. */
struct varlena *
dm_two_samples_merge(struct varlena *state, const struct varlena *value)
{
	DmTwoSamples *w = state ? (DmTwoSamples *) state : dm_two_samples_new();
	const DmTwoSamples *from = DM_IS_WORKING(value) ? (const DmTwoSamples *) value : NULL;
	DmSamplesContent c;
	uint64		more = 0;
	int			side,
				i;

	if (from)
		get_heads(from, &c);
	else
		dm_two_samples_content(value, &c);
	if (dm_has_options(&c.options))
		dm_two_samples_set_options(w, &c.options);
	for (side = 0; side < DM_SIDES; side++)
	{
		if (c.side[side].n > MaxAllocSize)
			dm_two_samples_too_many();
		more += c.side[side].n;
	}
	if (more > (uint64) (w->next[DM_CURRENT] + 1 - w->next[DM_REFERENCE]) || (c.weighted && !w->weighted))
		w = dm_two_samples_grow(w, more, c.weighted || w->weighted);
	w->unassigned = dm_add_count(w->unassigned, c.unassigned);
	for (side = 0; side < DM_SIDES; side++)
	{
		for (i = 0; i < DM_UNUSED_REASONS; i++)
			w->unused[side][i] = dm_add_count(w->unused[side][i], c.side[side].unused[i]);
		if (from)
			append_slots(w, side, from);
		else
			append_entries(w, side, &c.side[side]);
	}
	return (struct varlena *) w;
}

static void
read_sample(const DmSamplesSide *s, DmSample *out)
{
	double	   *value = s->value;
	double	   *mass = s->weight;
	size_t		k;

	value[s->entries] = get_float8_infinity();
	if (s->count)
	{
		mass = dm_two_samples_doubles(s->entries);
		for (k = 0; k < s->entries; k++)
			mass[k] = (double) s->count[k] * (s->weight ? s->weight[k] : 1);
	}
	out->value = value;
	out->mass = mass;
	out->n = s->entries;
	out->total = (double) s->n;
	if (s->weight)
	{
		out->total = 0;
		for (k = 0; k < s->entries; k++)
			out->total += mass[k];
	}
}

void
dm_two_samples_counts(const struct varlena *value, DmSamplePair *out)
{
	DmSamplesContent c;
	int			side;

	if (DM_IS_WORKING(value))
		get_heads((const DmTwoSamples *) value, &c);
	else
		dm_two_samples_content(value, &c);
	memset(out, 0, sizeof(*out));
	for (side = 0; side < DM_SIDES; side++)
	{
		out->counts[side].n = c.side[side].n;
		memcpy(out->counts[side].unused, c.side[side].unused, sizeof(c.side[side].unused));
	}
	out->unassigned = c.unassigned;
	out->weighted = c.weighted;
}

bool
dm_two_samples_rows(const struct varlena *value, DmSample *out)
{
	const DmTwoSamples *w = (const DmTwoSamples *) value;
	int			side;

	if (!DM_IS_WORKING(value) || w->weighted)
		return false;
	for (side = 0; side < DM_SIDES; side++)
	{
		out[side].value = slots_of(w, side);
		out[side].mass = NULL;
		out[side].n = rows_of(w, side);
		out[side].total = (double) out[side].n;
	}
	return true;
}

void
dm_two_samples_read(const struct varlena *value, DmSamplePair *out)
{
	DmSamplesContent c;
	int			side;

	if (DM_IS_WORKING(value))
		sort_working((const DmTwoSamples *) value, &c);
	else
		dm_two_samples_content(value, &c);
	memset(out, 0, sizeof(*out));
	out->options = c.options;
	for (side = 0; side < DM_SIDES; side++)
	{
		out->counts[side].n = c.side[side].n;
		memcpy(out->counts[side].unused, c.side[side].unused, sizeof(c.side[side].unused));
		read_sample(&c.side[side], &out->side[side]);
	}
	out->unassigned = c.unassigned;
	out->weighted = c.weighted;
}

struct varlena *
dm_two_samples_pack(const struct varlena *working)
{
	DmSamplesContent		c;

	sort_working((const DmTwoSamples *) working, &c);
	count_runs(&c.side[DM_REFERENCE]);
	count_runs(&c.side[DM_CURRENT]);
	if (!dm_two_samples_counts_fit(&c))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	return dm_two_samples_write(&c);
}
