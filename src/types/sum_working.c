/*
 * sum_working.c - the working form of types made of exact sums.
 *
 * One varlena: the struct, the sums, the buffers, and a working histogram of
 * one column for each sketch.  Whatever outgrows its place moves all of it
 * into a larger varlena; the executor frees the old one.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "types/sum_io.h"
#include "types/sum_working.h"
#include "types/working.h"

#define FIRST_CAPACITY 4
#define HEAD MAXALIGN(sizeof(DmSumWorking))

const DmGrid dm_sum_grid = {1024, 0};

static DmExactSum *
sum_at(const DmSumWorking *w, int i)
{
	return (DmExactSum *) ((char *) w + HEAD + DM_EXACT_SUM_BYTES(w->limbs) * (Size) i);
}

static DmWorking *
sketches_of(const DmSumWorking *w)
{
	return w->sketch_room ? (DmWorking *) ((char *) w + w->sketches) : NULL;
}

/* A copy with other rooms: as many limbs as before or DM_SUM_LIMBS, and no less of the rest. */
static DmSumWorking *
lay_out(const DmSumWorking *old, const DmSumKind *kind, uint32 limbs, uint32 capacity,
		uint32 sketch_room)
{
	Size		sums = limbs ? DM_EXACT_SUM_BYTES(limbs) * (Size) kind->sums : 0;
	Size		buffers = sizeof(double) * (Size) capacity * (Size) kind->columns;
	Size		room = HEAD + sums + buffers + sketch_room;
	DmSumWorking *w = palloc0(room);
	int			i;

	memcpy(w, old, sizeof(DmSumWorking));
	SET_VARSIZE(w, room);
	w->limbs = limbs;
	w->capacity = capacity;
	w->sketch_room = sketch_room;
	w->buffer = (uint32) (HEAD + sums);
	w->sketches = (uint32) (HEAD + sums + buffers);
	for (i = 0; i < kind->sums && limbs > 0; i++)
	{
		dm_sum_init(sum_at(w, i), (int) limbs);
		if (old->limbs == limbs)
			memcpy(sum_at(w, i), sum_at(old, i), DM_EXACT_SUM_BYTES(limbs));
		else if (old->limbs > 0)
			dm_sum_copy(sum_at(w, i), sum_at(old, i));
	}
	for (i = 0; i < kind->columns && old->fill > 0; i++)
		memcpy((double *) DM_AT(w, w->buffer) + (Size) i * capacity,
			   (const double *) DM_AT(old, old->buffer) + (Size) i * old->capacity,
			   sizeof(double) * old->fill);
	if (old->sketch_room > 0)
		memcpy(sketches_of(w), sketches_of(old), Min(old->sketch_room, sketch_room));
	return w;
}

DmSumWorking *
dm_sum_working_new(const DmSumKind *kind)
{
	DmSumWorking empty;
	int			i;

	memset(&empty, 0, sizeof(empty));
	dm_header_working(&empty, kind->tag, sizeof(empty));
	for (i = 0; i < kind->extremes; i++)
		empty.tally.extreme[i] = kind->no_extreme[i];
	return lay_out(&empty, kind, 0, FIRST_CAPACITY, 0);
}

DmSumWorking *
dm_sum_working_arg(FunctionCallInfo fcinfo, const DmSumKind *kind)
{
	struct varlena *state;

	if (PG_ARGISNULL(0))
	{
		dm_require_aggregate(fcinfo, kind->name);
		return dm_sum_working_new(kind);
	}
	state = (struct varlena *) PG_GETARG_POINTER(0);
	if (unlikely(!dm_in_aggregate(fcinfo) || VARATT_IS_EXTENDED(state) || !DM_IS_WORKING(state) ||
				 ((DmHeader *) state)->tag != kind->tag))
	{
		dm_require_aggregate(fcinfo, kind->name);
		return (DmSumWorking *) dm_sum_state_merge(NULL, dm_getarg(fcinfo, 0, kind->tag), kind);
	}
	return (DmSumWorking *) state;
}

/* Where the sketches may grow, and be put back. */
static DmWorking *
take_sketches(const DmSumWorking *w, const DmSumKind *kind)
{
	static const char kinds[DM_SUM_SKETCHES] = {DM_KIND_NUMBER, DM_KIND_NUMBER};

	if (w->sketch_room > 0)
		return sketches_of(w);
	return dm_working_new(DM_HISTOGRAM, kinds, kind->sketches, dm_sum_grid, false);
}

static DmSumWorking *
put_sketches(DmSumWorking *w, const DmSumKind *kind, DmWorking *sketches)
{
	if (sketches == sketches_of(w))
		return w;
	if (VARSIZE(sketches) > w->sketch_room)
		w = lay_out(w, kind, w->limbs, w->capacity, (uint32) MAXALIGN(VARSIZE(sketches)));
	memcpy(DM_AT(w, w->sketches), sketches, VARSIZE(sketches));
	pfree(sketches);
	return w;
}

static DmSumWorking *
add_to_sketches(DmSumWorking *w, const DmSumKind *kind, const double *const *column)
{
	DmWorking  *sketches = take_sketches(w, kind);
	double		value[DM_SUM_SKETCHES][DM_TILE];
	uint32		n = w->fill;
	uint32		row;
	int			i;

	for (i = 0; i < kind->sketches; i++)
		kind->sketched(i, column, (int) n, value[i]);
	for (row = 0; row < n; row++)
	{
		sketches = dm_working_room(sketches);
		for (i = 0; i < kind->sketches; i++)
			((double *) DM_AT(sketches, sketches->buffers))[sketches->buffered + i * sketches->stride] =
				value[i][row];
		sketches->buffered++;
	}
	return put_sketches(w, kind, sketches);
}

/* Add the buffered rows to the sums; false if a window is too small. */
static bool
add_to_sums(DmSumWorking *w, const DmSumKind *kind, const double *const *column)
{
	DmTally		tally = w->tally;
	DmExactSum *sum[DM_SUM_SUMS];
	Size		bytes = DM_EXACT_SUM_BYTES(w->limbs);
	char	   *copy = palloc(bytes * (Size) kind->sums);
	int			i;
	bool		done;

	memcpy(copy, sum_at(w, 0), bytes * (Size) kind->sums);
	for (i = 0; i < kind->sums; i++)
		sum[i] = sum_at(w, i);
	done = kind->add(&w->tally, sum, column, (int) w->fill);
	if (!done)
	{
		w->tally = tally;
		memcpy(sum_at(w, 0), copy, bytes * (Size) kind->sums);
	}
	pfree(copy);
	return done;
}

static DmSumWorking *
flush(DmSumWorking *w, const DmSumKind *kind)
{
	const double *column[DM_SUM_COLUMNS];
	int			i;

	if (w->fill == 0)
		return w;
	if (w->limbs == 0)
		w = lay_out(w, kind, (uint32) kind->limbs, w->capacity, w->sketch_room);
	for (;;)
	{
		for (i = 0; i < kind->columns; i++)
			column[i] = (double *) DM_AT(w, w->buffer) + (Size) i * w->capacity;
		if (add_to_sums(w, kind, column))
			break;
		if (w->limbs == DM_SUM_LIMBS)
			elog(ERROR, "sum does not fit its widest window");
		w = lay_out(w, kind, DM_SUM_LIMBS, w->capacity, w->sketch_room);
	}
	if (kind->sketches > 0)
		w = add_to_sketches(w, kind, column);
	w->fill = 0;
	return w;
}

DmSumWorking *
dm_sum_working_make_room(DmSumWorking *w, const DmSumKind *kind)
{
	if (w->capacity < DM_TILE)
		return lay_out(w, kind, w->limbs, w->capacity * 4, w->sketch_room);
	return flush(w, kind);
}

void
dm_sum_working_read(const DmSumWorking *w, const DmSumKind *kind, DmSumState *out)
{
	DmSumWorking *copy = palloc(VARSIZE(w));
	int			i;

	memcpy(copy, w, VARSIZE(w));
	copy = flush(copy, kind);
	if (copy->limbs == 0)
		copy = lay_out(copy, kind, (uint32) kind->limbs, copy->capacity, copy->sketch_room);
	memset(out, 0, sizeof(*out));
	out->tally = copy->tally;
	for (i = 0; i < kind->sums; i++)
		out->sum[i] = sum_at(copy, i);
	for (i = 0; i < kind->sketches; i++)
		dm_working_sketch(take_sketches(copy, kind), i, &out->sketch[i]);
}

static void
add_tally(const DmSumKind *kind, DmTally *to, const DmTally *from)
{
	int			i;

	for (i = 0; i < kind->counts; i++)
		to->count[i] = dm_add_count(to->count[i], from->count[i]);
	for (i = 0; i < kind->extremes; i++)
		to->extreme[i] = kind->no_extreme[i] > 0 ? Min(to->extreme[i], from->extreme[i]) :
			Max(to->extreme[i], from->extreme[i]);
}

DmSumWorking *
dm_sum_working_add(DmSumWorking *w, const DmSumKind *kind, const DmSumState *s)
{
	int			i;

	add_tally(kind, &w->tally, &s->tally);
	if (s->tally.count[0] == 0)
		return w;
	if (w->limbs == 0)
		w = lay_out(w, kind, (uint32) kind->limbs, w->capacity, w->sketch_room);
	for (i = 0; i < kind->sums; i++)
		if (!dm_sum_add_sum(sum_at(w, i), s->sum[i]))
		{
			w = lay_out(w, kind, DM_SUM_LIMBS, w->capacity, w->sketch_room);
			if (!dm_sum_add_sum(sum_at(w, i), s->sum[i]))
				elog(ERROR, "sum does not fit its widest window");
		}
	if (kind->sketches > 0)
	{
		DmWorking  *sketches = take_sketches(w, kind);

		for (i = 0; i < kind->sketches; i++)
			sketches = dm_working_add_sketch(sketches, i, &s->sketch[i]);
		w = put_sketches(w, kind, sketches);
	}
	return w;
}
