/*
 * working.c - the working form of histogram and profile.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "stats/vector.h"
#include "types/sum_io.h"
#include "types/value_counts.h"
#include "types/working.h"

/*
 * Buffers begin with few values and grow fourfold.  The first tables are made
 * only when the largest are full: from so many values the first grid is coarse
 * enough for a dense window at once.  From then on a tile at a time stays in
 * the processor's cache.
 */
#define FIRST_CAPACITY 4
#define LAST_CAPACITY 1024

/* Limbs that nearly all columns get by with; DM_SUM_LIMBS hold anything. */
#define SUM_LIMBS 6
#define SQUARES_LIMBS 8

static Size
header_size(int ncolumns)
{
	return MAXALIGN(offsetof(DmWorking, slot) + sizeof(DmSlot) * (Size) ncolumns);
}

uint32
dm_working_reserve(DmWorking **w, Size bytes)
{
	Size		need = (Size) (*w)->used + MAXALIGN(bytes);
	uint32		offset = (*w)->used;

	if (need > VARSIZE(*w))
	{
		Size		room = Max(need, (Size) VARSIZE(*w) * 2);
		DmWorking  *larger;

		if (room > MaxAllocSize)
			room = MaxAllocSize;
		if (need > room)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("state of the aggregate exceeds one gigabyte")));
		/* the executor frees the old one when it sees another pointer */
		larger = palloc(room);
		memcpy(larger, *w, (*w)->used);
		SET_VARSIZE(larger, room);
		*w = larger;
	}
	(*w)->used = (uint32) need;
	return offset;
}

/*
 * Doubles from one buffer to the next.  Large ones are kept off multiples of
 * 2 kB: the same row of all columns would fall into a few cache sets.
 */
static uint32
stride_of(uint32 capacity)
{
	return capacity < DM_TILE ? capacity : capacity + 8;
}

/* Let the number columns' buffers share the block at w->buffers. */
static void
place_buffers(DmWorking *w, uint32 capacity)
{
	uint32		offset = w->buffers;
	uint32		i;

	for (i = 0; i < w->ncolumns; i++)
		if (w->slot[i].kind == DM_KIND_NUMBER)
		{
			w->slot[i].buffer = offset;
			offset += stride_of(capacity) * sizeof(double);
		}
	w->capacity = capacity;
	w->stride = stride_of(capacity);
}

DmWorking *
dm_working_new(DmTypeTag tag, const char *kinds, int ncolumns, DmGrid grid, bool moments)
{
	Size		base = header_size(ncolumns);
	Size		room = base;
	DmWorking  *w;
	int			i;

	for (i = 0; i < ncolumns; i++)
		if (kinds[i] == DM_KIND_NUMBER)
			room += FIRST_CAPACITY * sizeof(double);
	w = palloc0(room);
	dm_header_working(w, tag, room);
	w->ncolumns = (uint32) ncolumns;
	w->grid = grid;
	w->moments = moments;
	for (i = 0; i < ncolumns; i++)
		w->slot[i].kind = (uint8) kinds[i];
	w->used = (uint32) room;
	w->buffers = (uint32) base;
	place_buffers(w, FIRST_CAPACITY);
	return w;
}

void
dm_working_make_ragged(DmWorking *w)
{
	uint32		i;

	if (w->ragged)
		return;
	for (i = 0; i < w->ncolumns; i++)
		w->slot[i].fill = w->buffered;
	w->ragged = true;
}

static uint32
fill_of(const DmWorking *w, int column)
{
	return w->ragged ? w->slot[column].fill : w->buffered;
}

/* Give every buffer four times its room.  The old block is left behind. */
static DmWorking *
grow_buffers(DmWorking *w)
{
	uint32		old_capacity = w->capacity;
	uint32		old_stride = w->stride;
	uint32		old = w->buffers;
	uint32		columns = 0;
	uint32		offset;
	uint32		i;

	for (i = 0; i < w->ncolumns; i++)
		columns += w->slot[i].kind == DM_KIND_NUMBER;
	offset = dm_working_reserve(&w, (Size) columns * stride_of(old_capacity * 4) * sizeof(double));
	w->buffers = offset;
	place_buffers(w, old_capacity * 4);
	for (i = 0; i < columns; i++)
		memcpy((double *) DM_AT(w, w->buffers) + (Size) i * w->stride,
			   (double *) DM_AT(w, old) + (Size) i * old_stride,
			   old_capacity * sizeof(double));
	return w;
}

/* A table that begins with so many slots, and sums, where there is none yet. */
static void
ensure_column(DmWorking **w, int column, uint32 slots)
{
	uint32		offset;

	if ((*w)->slot[column].column)
		return;
	offset = dm_working_reserve(w, sizeof(DmColumn));
	(*w)->slot[column].column = offset;
	offset = dm_working_reserve(w, slots * sizeof(DmEntry));
	(*w)->slot[column].area = offset;
	(*w)->slot[column].area_size = slots * sizeof(DmEntry);
	dm_column_init(DM_AT(*w, (*w)->slot[column].column), DM_AT(*w, offset), slots);
	if ((*w)->moments)
	{
		offset = dm_working_reserve(w, DM_EXACT_SUM_BYTES(SUM_LIMBS));
		dm_sum_init(DM_AT(*w, offset), SUM_LIMBS);
		(*w)->slot[column].sum = offset;
		offset = dm_working_reserve(w, DM_EXACT_SUM_BYTES(SQUARES_LIMBS));
		dm_sum_init(DM_AT(*w, offset), SQUARES_LIMBS);
		(*w)->slot[column].squares = offset;
	}
}

/* Larger windows for both sums of a column. */
static void
widen_sums(DmWorking **w, int column)
{
	uint32		sum = dm_working_reserve(w, DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));
	uint32		squares = dm_working_reserve(w, DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));
	DmSlot	   *slot = &(*w)->slot[column];

	dm_sum_init(DM_AT(*w, sum), DM_SUM_LIMBS);
	dm_sum_copy(DM_AT(*w, sum), DM_AT(*w, slot->sum));
	dm_sum_init(DM_AT(*w, squares), DM_SUM_LIMBS);
	dm_sum_copy(DM_AT(*w, squares), DM_AT(*w, slot->squares));
	slot->sum = sum;
	slot->squares = squares;
}

/* Fill a table with entries, with room for more (dm_column_plan). */
static void
load(DmWorking **w, int column, const DmEntry *entry, size_t n, int shift,
	 double least, double greatest, size_t more)
{
	DmSlot	   *slot = &(*w)->slot[column];
	DmColumn   *c = DM_AT(*w, slot->column);
	size_t		bytes = 8 * dm_column_plan(c, entry, n, shift, least, greatest, more, &(*w)->grid);

	if (bytes > slot->area_size)
	{
		/* some slack, so that slow widening does not leave many areas behind */
		uint32		offset = dm_working_reserve(w, bytes + bytes / 2);

		slot = &(*w)->slot[column];
		slot->area = offset;
		slot->area_size = (uint32) MAXALIGN(bytes + bytes / 2);
	}
	dm_column_load(DM_AT(*w, slot->column), DM_AT(*w, slot->area), entry, n);
}

/*
 * Make a column's table take values within [least, greatest], or simply more
 * entries; folds to the budget on the way, at least to a given shift.
 */
static void
reshape(DmWorking **w, int column, int at_least, double least, double greatest, size_t more)
{
	DmSlot	   *slot = &(*w)->slot[column];
	DmColumn   *c = DM_AT(*w, slot->column);
	DmEntry    *list = palloc(sizeof(DmEntry) * Max(dm_column_entries(c, DM_AT(*w, slot->area)), 1));
	size_t		n = dm_column_list(c, DM_AT(*w, slot->area), list);
	int			shift = c->shift;

	if (at_least > shift)
	{
		n = dm_entries_shift(list, n, at_least - shift);
		shift = at_least;
	}
	n = dm_entries_fold(list, n, &shift, &(*w)->grid);
	load(w, column, list, n, shift, least, greatest, more);
	pfree(list);
}

/* Take NaN and infinities out of x; returns what is left. */
static int
set_aside(DmSlot *slot, double *x, int n)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		if (isnan(x[i]))
			slot->nans++;
		else if (isinf(x[i]))
			*(x[i] > 0 ? &slot->pos_inf : &slot->neg_inf) += 1;
		else
			x[kept++] = x[i];
	}
	return kept;
}

/*
 * Values may lie in *w, which moves when it grows: they are given as an offset
 * from a pointer that is then followed.
 */
static void
add_tile_sums(DmWorking **w, int column, char **base, Size offset, int n, const DmRange *range)
{
	DmSlot	   *slot = &(*w)->slot[column];

	if (dm_vector_sums(DM_AT(*w, slot->sum), DM_AT(*w, slot->squares), DM_AT(*base, offset), n, range))
		return;
	widen_sums(w, column);
	slot = &(*w)->slot[column];
	if (!dm_vector_sums(DM_AT(*w, slot->sum), DM_AT(*w, slot->squares), DM_AT(*base, offset), n, range))
		elog(ERROR, "sum does not fit its widest window");
}

/* Count one tile. */
static void
flush_tile(DmWorking **w, int column, char **base, Size offset, int n)
{
	DmSlot	   *slot = &(*w)->slot[column];
	DmRange		range;

	dm_vector_range(DM_AT(*base, offset), n, &range);
	if (!range.finite)
	{
		n = set_aside(slot, DM_AT(*base, offset), n);
		dm_vector_range(DM_AT(*base, offset), n, &range);
	}
	if (n == 0)
		return;
	if ((*w)->moments)
		add_tile_sums(w, column, base, offset, n, &range);
	for (;;)
	{
		slot = &(*w)->slot[column];
		n = dm_column_add(DM_AT(*w, slot->column), DM_AT(*w, slot->area), DM_AT(*base, offset), n,
						  &range);
		if (n == 0)
			break;
		dm_vector_range(DM_AT(*base, offset), n, &range);
		reshape(w, column, 0, range.min, range.max, DM_TILE);
	}
	if (dm_column_check_due(DM_AT(*w, slot->column)))
		reshape(w, column, 0, INFINITY, -INFINITY, DM_TILE);
}

DmWorking *
dm_working_put_numbers(DmWorking *w, int column, double *x, int n)
{
	char	   *base = (char *) x;
	int			i;

	Assert(w->slot[column].column != 0);
	for (i = 0; i < n; i += DM_TILE)
		flush_tile(&w, column, &base, (Size) i * sizeof(double), Min(DM_TILE, n - i));
	return w;
}

/*
 * The first table of a column, made from everything that has been buffered:
 * sorted and folded in one go.
 */
static void
flush_first(DmWorking **w, int column)
{
	DmSlot	   *slot = &(*w)->slot[column];
	int			n = (int) fill_of(*w, column);
	double	   *x = DM_AT(*w, slot->buffer);
	DmEntry    *entry;
	uint64	   *scratch;
	DmColumn   *c;
	size_t		entries;
	int			shift = 0;
	int			i;

	n = set_aside(slot, x, n);
	ensure_column(w, column, 64);
	slot = &(*w)->slot[column];
	c = DM_AT(*w, slot->column);
	x = DM_AT(*w, slot->buffer);
	for (i = 0; i < n; i += DM_TILE)
	{
		DmRange		range;

		dm_vector_range(x + i, Min(DM_TILE, n - i), &range);
		c->min = Min(c->min, range.min);
		c->max = Max(c->max, range.max);
		c->low_bits |= range.low_bits;
		if ((*w)->moments)
			add_tile_sums(w, column, (char **) w, (char *) (x + i) - (char *) *w, Min(DM_TILE, n - i), &range);
		slot = &(*w)->slot[column];
		c = DM_AT(*w, slot->column);
		x = DM_AT(*w, slot->buffer);
	}
	entry = palloc(sizeof(DmEntry) * (Size) Max(n, 1));
	scratch = palloc(sizeof(uint64) * 2 * (Size) Max(n, 1));
	entries = dm_entries_from_values(entry, x, (size_t) n, scratch);
	entries = dm_entries_fold(entry, entries, &shift, &(*w)->grid);
	c->n = (uint64) n;
	load(w, column, entry, entries, shift, INFINITY, -INFINITY, DM_TILE);
	pfree(entry);
	pfree(scratch);
}

/* Work off one column's buffer. */
static void
flush_column(DmWorking **w, int column)
{
	Size		offset = (*w)->slot[column].buffer;
	int			n = (int) fill_of(*w, column);
	int			i;

	if ((*w)->slot[column].column == 0)
	{
		flush_first(w, column);
		return;
	}
	for (i = 0; i < n; i += DM_TILE)
		flush_tile(w, column, (char **) w, offset + (Size) i * sizeof(double), Min(DM_TILE, n - i));
}

DmWorking *
dm_working_make_room(DmWorking *w)
{
	uint32		i;
	bool		tables = false;

	for (i = 0; i < w->ncolumns; i++)
		tables |= w->slot[i].column != 0;
	if (!tables && w->capacity < LAST_CAPACITY)
		return grow_buffers(w);
	for (i = 0; i < w->ncolumns; i++)
		if (w->slot[i].kind == DM_KIND_NUMBER)
			flush_column(&w, (int) i);
	w->buffered = 0;
	w->ragged = false;
	if (w->capacity > DM_TILE)
		place_buffers(w, DM_TILE);
	return w;
}

/* A changed value_counts, back into its place or into a larger one. */
static DmWorking *
store_category(DmWorking *w, int column, struct varlena *old, struct varlena *counts)
{
	if (counts == old)
		return w;
	if (VARSIZE(counts) > w->slot[column].area_size)
	{
		uint32		offset = dm_working_reserve(&w, VARSIZE(counts));

		w->slot[column].area = offset;
		w->slot[column].area_size = (uint32) MAXALIGN(VARSIZE(counts));
	}
	memcpy(DM_AT(w, w->slot[column].area), counts, VARSIZE(counts));
	pfree(counts);
	return w;
}

static struct varlena *
category(const DmWorking *w, int column)
{
	return w->slot[column].area ? DM_AT(w, w->slot[column].area) : NULL;
}

DmWorking *
dm_working_put_category(DmWorking *w, int column, const char *value, size_t len)
{
	struct varlena *old = category(w, column);

	return store_category(w, column, old,
						  dm_value_counts_add(old, value, len, DM_VALUE_COUNTS_LIMIT));
}

DmWorking *
dm_working_put_category_times(DmWorking *w, int column, const char *value, size_t len, uint64 count)
{
	struct varlena *old = category(w, column);

	return store_category(w, column, old,
						  dm_value_counts_add_times(old, value, len, DM_VALUE_COUNTS_LIMIT, count));
}

DmWorking *
dm_working_add_category(DmWorking *w, int column, const struct varlena *counts)
{
	struct varlena *old = category(w, column);

	return store_category(w, column, old, dm_value_counts_merge(old, counts));
}

/* Sums of a sketch that keeps them; exact entries imply theirs. */
static void
add_sums(DmWorking **w, int column, const DmSketch *s)
{
	DmExactSum *sum = s->sum;
	DmExactSum *squares = s->squares;
	DmSlot	   *slot = &(*w)->slot[column];

	if (s->shift == 0)
	{
		sum = dm_sum_palloc();
		squares = dm_sum_palloc();
		dm_sketch_sums(s, sum, squares);
	}
	if (sum == NULL)
		elog(ERROR, "column without moments cannot join one with moments");
	if (((DmExactSum *) DM_AT(*w, slot->sum))->size < DM_SUM_LIMBS)
		widen_sums(w, column);
	slot = &(*w)->slot[column];
	if (!dm_sum_add_sum(DM_AT(*w, slot->sum), sum) ||
		!dm_sum_add_sum(DM_AT(*w, slot->squares), squares))
		elog(ERROR, "sum does not fit its widest window");
	if (s->shift == 0)
	{
		pfree(sum);
		pfree(squares);
	}
}

/* Sums of few exact values, straight into the column's windows. */
static bool
add_sums_directly(DmWorking *w, int column, const DmSketch *s)
{
	DmSlot	   *slot = &w->slot[column];
	size_t		i;

	if (s->shift != 0 || s->n > 32 || ((DmExactSum *) DM_AT(w, slot->sum))->size < DM_SUM_LIMBS)
		return false;
	for (i = 0; i < s->n; i++)
	{
		double		x = dm_key_near(s->entry[i].key, 0);

		if (!dm_sum_add_times(DM_AT(w, slot->sum), x, s->entry[i].count) ||
			!dm_sum_add_square_times(DM_AT(w, slot->squares), x, s->entry[i].count))
			elog(ERROR, "sum does not fit its widest window");
	}
	return true;
}

/* Entries one by one; the table grows where it must. */
static void
add_entries(DmWorking **w, int column, const DmSketch *s)
{
	size_t		i = 0;

	if (s->shift > ((DmColumn *) DM_AT(*w, (*w)->slot[column].column))->shift)
		reshape(w, column, s->shift, INFINITY, -INFINITY, s->n);
	while (i < s->n)
	{
		DmSlot	   *slot = &(*w)->slot[column];
		DmColumn   *c = DM_AT(*w, slot->column);
		int64		key = dm_key_fold(s->entry[i].key, c->shift - s->shift);
		double		edge;

		if (dm_column_add_entry(c, DM_AT(*w, slot->area), key, s->entry[i].count))
		{
			i++;
			continue;
		}
		edge = dm_key_near(key, c->shift);
		if (edge == 0 && key != 0)
			edge = dm_from_bits(1);
		reshape(w, column, 0, edge, edge, s->n - i);
	}
	if (dm_column_check_due(DM_AT(*w, (*w)->slot[column].column)))
		reshape(w, column, 0, INFINITY, -INFINITY, 32);
}

DmWorking *
dm_working_add_sketch(DmWorking *w, int column, const DmSketch *s)
{
	DmSlot	   *slot;
	DmColumn   *c;
	size_t		i;

	w->grid.max_bytes = Min(w->grid.max_bytes, s->grid.max_bytes);
	w->grid.min_shift = Max(w->grid.min_shift, s->grid.min_shift);
	slot = &w->slot[column];
	slot->nulls = dm_add_count(slot->nulls, s->nulls);
	slot->nans = dm_add_count(slot->nans, s->nans);
	slot->neg_inf = dm_add_count(slot->neg_inf, s->neg_inf);
	slot->pos_inf = dm_add_count(slot->pos_inf, s->pos_inf);
	if (s->n == 0)
		return w;
	ensure_column(&w, column, 64);
	if (w->moments && !add_sums_directly(w, column, s))
		add_sums(&w, column, s);
	c = DM_AT(w, w->slot[column].column);
	c->min = Min(c->min, s->min);
	c->max = Max(c->max, s->max);
	if (s->shift == 0)
		for (i = 0; i < s->n; i++)
			c->low_bits |= dm_bits(dm_key_near(s->entry[i].key, 0)) & ~DM_SIGN_BIT;
	(void) dm_add_count(c->n, dm_sketch_count(s));
	if (c->n == 0)
	{
		/* a list that is sorted and folded already */
		c->n = dm_sketch_count(s);
		load(&w, column, s->entry, s->n, s->shift, INFINITY, -INFINITY, s->n);
	}
	else
		add_entries(&w, column, s);
	return w;
}

/*
 * Entries of what is still buffered, at shift 0, and its sums where moments
 * are kept.
 */
static void
buffer_sketch(const DmWorking *w, int column, DmSketch *out)
{
	DmSlot		slot = w->slot[column];
	uint32		fill = fill_of(w, column);
	double	   *x = palloc(sizeof(double) * Max(fill, 1));
	uint64	   *scratch = palloc(sizeof(uint64) * 2 * Max(fill, 1));
	int			n;
	int			i;

	memcpy(x, DM_AT(w, slot.buffer), fill * sizeof(double));
	n = set_aside(&slot, x, (int) fill);
	memset(out, 0, sizeof(*out));
	out->grid = w->grid;
	out->nulls = slot.nulls;
	out->nans = slot.nans;
	out->neg_inf = slot.neg_inf;
	out->pos_inf = slot.pos_inf;
	out->min = INFINITY;
	out->max = -INFINITY;
	out->entry = palloc(sizeof(DmEntry) * Max(n, 1));
	out->n = dm_entries_from_values(out->entry, x, (size_t) n, scratch);
	if (w->moments)
	{
		out->sum = dm_sum_palloc();
		out->squares = dm_sum_palloc();
	}
	for (i = 0; i < n; i += DM_TILE)
	{
		DmRange		range;

		dm_vector_range(x + i, Min(DM_TILE, n - i), &range);
		out->min = Min(out->min, range.min);
		out->max = Max(out->max, range.max);
		if (w->moments)
			(void) dm_vector_sums(out->sum, out->squares, x + i, Min(DM_TILE, n - i), &range);
	}
	pfree(x);
	pfree(scratch);
}

void
dm_working_sketch(const DmWorking *w, int column, DmSketch *out)
{
	const DmSlot *slot = &w->slot[column];
	DmSketch	buffer;

	buffer_sketch(w, column, &buffer);
	*out = buffer;
	if (slot->column)
	{
		const DmColumn *c = DM_AT(w, slot->column);
		DmEntry    *list = palloc(sizeof(DmEntry) * Max(dm_column_entries(c, DM_AT(w, slot->area)), 1));
		size_t		n = dm_column_list(c, DM_AT(w, slot->area), list);
		DmEntry    *folded = palloc(sizeof(DmEntry) * Max(buffer.n, 1));
		size_t		m;

		memcpy(folded, buffer.entry, sizeof(DmEntry) * buffer.n);
		m = dm_entries_shift(folded, buffer.n, c->shift);
		out->entry = palloc(sizeof(DmEntry) * Max(n + m, 1));
		out->n = dm_entries_merge(out->entry, list, n, folded, m);
		out->shift = c->shift;
		out->min = Min(buffer.min, c->min);
		out->max = Max(buffer.max, c->max);
		pfree(list);
		pfree(folded);
	}
	if (w->moments && slot->column)
	{
		(void) dm_sum_add_sum(out->sum, DM_AT(w, slot->sum));
		(void) dm_sum_add_sum(out->squares, DM_AT(w, slot->squares));
	}
	dm_sketch_normalize(out);
	if (out->entry != buffer.entry)
		pfree(buffer.entry);
}
