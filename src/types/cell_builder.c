/*
 * cell_builder.c - packed columns of a profile straight from arrays of values.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "scan/rows.h"
#include "stats/column.h"
#include "stats/rank_sort.h"
#include "stats/sort.h"
#include "stats/vector.h"
#include "stats/window_order.h"
#include "types/cell_builder_internal.h"
#include "types/sum_io.h"

/* Values that are sorted at once. */
#define CHUNK 4096

DmCellBuilder *
dm_cell_builder_new(const char *kinds, int ncolumns, DmGrid grid)
{
	DmCellBuilder *b = palloc0(sizeof(DmCellBuilder));

	b->context = CurrentMemoryContext;
	b->rare = AllocSetContextCreate(b->context, "datamon cell builder", ALLOCSET_DEFAULT_SIZES);
	b->grid = grid;
	b->ncolumns = ncolumns;
	b->sum = dm_sum_palloc();
	b->squares = dm_sum_palloc();
	return b;
}

void *
dm_cell_room_larger(DmCellBuilder *b, DmRoom *room, Size bytes, bool zero)
{
	Size		size = Max(bytes + bytes / 2, 4096);

	if (room->at)
		pfree(room->at);
	room->at = NULL;
	room->size = 0;
	room->at = MemoryContextAllocExtended(b->context, size,
										  MCXT_ALLOC_HUGE | (zero ? MCXT_ALLOC_ZERO : 0));
	room->size = size;
	return room->at;
}

void
dm_cell_empty(const DmCellBuilder *b, DmSketch *s)
{
	memset(s, 0, sizeof(*s));
	s->grid = b->grid;
	s->min = INFINITY;
	s->max = -INFINITY;
}

int
dm_cell_set_aside(DmSketch *s, double *x, int n)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint64		bits = dm_bits(x[i]);

		if (bits == DM_NULL_BITS)
			s->nulls++;
		else if (isnan(x[i]))
			s->nans++;
		else if (isinf(x[i]))
			*(x[i] > 0 ? &s->pos_inf : &s->neg_inf) += 1;
		else
			x[kept++] = x[i];
	}
	return kept;
}

/* Range and sums of any number of values, a tile at a time. */
static void
add_up(DmCellBuilder *b, DmSketch *s, const double *x, int n)
{
	DmRange		range;
	int			i;

	dm_sum_init(b->sum, DM_SUM_LIMBS);
	dm_sum_init(b->squares, DM_SUM_LIMBS);
	for (i = 0; i < n; i += DM_TILE)
	{
		int			m = Min(DM_TILE, n - i);

		dm_vector_range(x + i, m, &range);
		s->min = Min(s->min, range.min);
		s->max = Max(s->max, range.max);
		(void) dm_vector_sums(b->sum, b->squares, x + i, m, &range);
	}
	s->sum = b->sum;
	s->squares = b->squares;
}

/* A key that was shortened by zero bits. */
static inline int64
lengthen(int64 key, int drop)
{
	if (key == 0)
		return 0;
	return key > 0 ? ((key - 1) << drop) + 1 : -((-key - 1) << drop) - 1;
}

/* Entries of values x, which end in so many zero bits; folded now, with sums unless they are exact. */
static void
put_entries(DmCellBuilder *b, StringInfo out, DmSketch *s, int zeros, const double *x, int n)
{
	s->n = dm_entries_fold_zeros(s->entry, s->n, &s->shift, zeros, &s->grid);
	if (s->shift > 0)
		add_up(b, s, x, n);
	dm_sketch_write_known(out, s, s->shift == 0 ? zeros : 0, (uint64) n);
}

/* Exact keys, shortened, and their counts unless each occurs once. */
static void
put_keys(DmCellBuilder *b, StringInfo out, DmSketch *s, int drop, const int64 *key,
		 const uint64 *count, const double *x, int n)
{
	size_t		i;

	if (dm_bins_exact(s->n, drop, &s->grid))
	{
		dm_sketch_write_arrays(out, s, drop, key, count, (uint64) n);
		return;
	}
	s->entry = dm_cell_room(b, &b->entries[0], sizeof(DmEntry) * s->n);
	for (i = 0; i < s->n; i++)
	{
		s->entry[i].key = lengthen(key[i], drop);
		s->entry[i].count = s->n == (size_t) n ? 1 : count[i];
	}
	put_entries(b, out, s, drop, x, n);
}

/* Few values are sorted; false, and nothing done, if one of them is not finite. */
static bool
put_finite(DmCellBuilder *b, StringInfo out, DmSketch *s, const double *x, int n)
{
	int64	   *key = dm_cell_room(b, &b->values, 2 * DM_RANK_MOST * sizeof(int64));
	uint64	   *count = (uint64 *) key + DM_RANK_MOST;
	int			drop = DM_MAX_SHIFT;

	if (n > 0)
	{
		s->n = (size_t) dm_rank_keys(x, n, &drop, key, count);
		if (s->n == 0)
			return false;
	}
	put_keys(b, out, s, drop, key, count, x, n);
	return true;
}

static void
put_few(DmCellBuilder *b, StringInfo out, double *x, int n)
{
	DmSketch	s;

	if (n > 0 && n <= DM_TINY && dm_sketch_write_tiny(out, &b->grid, x, n))
		return;
	dm_cell_empty(b, &s);
	if (put_finite(b, out, &s, x, n))
		return;
	n = dm_cell_set_aside(&s, x, n);
	(void) put_finite(b, out, &s, x, n);
}

/* Sorted entries of up to CHUNK values. */
static size_t
sort_chunk(DmCellBuilder *b, DmEntry *out, const double *x, int n)
{
	double	   *in = dm_cell_room(b, &b->values, 3 * CHUNK * sizeof(double));
	double	   *sorted = in + CHUNK;
	size_t		entries = 0;
	int			i;

	for (i = 0; i < n; i++)
		in[i] = x[i] + 0.0;
	dm_sort_doubles(in, sorted, sorted + CHUNK, (size_t) n);
	out[0].key = dm_key(sorted[0], 0);
	out[0].count = 1;
	for (i = 1; i < n; i++)
	{
		bool		differs = sorted[i] != sorted[i - 1];

		entries += differs;
		out[entries].key = dm_key(sorted[i], 0);
		out[entries].count = differs ? 1 : out[entries].count + 1;
	}
	return entries + 1;
}

/*
 * Chunk after chunk is sorted, and merged into what the others have left after
 * folding: a part is never folded further than the whole.
 */
static void
put_sorted(DmCellBuilder *b, StringInfo out, DmSketch *s, int zeros, const double *x, int n)
{
	int			which = 0;
	int			done;

	s->entry = NULL;
	for (done = 0; done < n; done += CHUNK)
	{
		DmEntry    *chunk = dm_cell_room(b, &b->entries[2], CHUNK * sizeof(DmEntry));
		size_t		m = sort_chunk(b, chunk, x + done, Min(CHUNK, n - done));
		DmEntry    *merged;

		CHECK_FOR_INTERRUPTS();
		m = dm_entries_shift(chunk, m, s->shift);
		merged = dm_cell_room(b, &b->entries[which], (s->n + m) * sizeof(DmEntry));
		s->n = dm_entries_merge(merged, s->entry, s->n, chunk, m);
		s->entry = merged;
		if (done + CHUNK < n)
			s->n = dm_entries_fold(s->entry, s->n, &s->shift, &s->grid);
		which = !which;
	}
	put_entries(b, out, s, zeros, x, n);
}

DmCounters
dm_cell_window(DmCellBuilder *b)
{
	DmCounters	c;

	c.count = dm_cell_counters(b, &b->window, (DM_WINDOW_BINS + 2) * sizeof(uint32) +
							   (DM_WINDOW_BINS / 64 + 1) * sizeof(uint64));
	c.occupied = (uint64 *) (c.count + DM_WINDOW_BINS + 2);
	return c;
}

size_t
dm_cell_window_list(const DmCounters *c, const DmWindow *w, DmEntry *out)
{
	size_t		entries = 0;
	uint32		word;

	for (word = 0; word <= w->bins / 64; word++)
	{
		uint64		bits = c->occupied[word];

		if (bits == 0)
			continue;
		c->occupied[word] = 0;
		for (; bits; bits &= bits - 1)
		{
			uint32		bin = word * 64 + (uint32) __builtin_ctzll(bits);

			out[entries].key = dm_window_key(w, bin);
			out[entries++].count = c->count[bin];
			c->count[bin] = 0;
		}
	}
	return entries;
}

/* Count in a window; the bins that are occupied, in their order, into out. */
static size_t
count_window(DmCellBuilder *b, const DmWindow *w, DmEntry *out, const double *x, int n)
{
	DmCounters	c = dm_cell_window(b);
	uint32		place[DM_TILE];
	int			i;
	int			j;

	for (i = 0; i < n; i += DM_TILE)
	{
		int			m = Min(DM_TILE, n - i);

		dm_window_places(w, place, x + i, m);
		for (j = 0; j < m; j++)
			dm_cell_window_count(&c, place[j], 1);
	}
	return dm_cell_window_list(&c, w, out);
}

/* Not too many values, sorted by their places in a window; false for what is rare. */
static bool
put_ordered(DmCellBuilder *b, StringInfo out, DmSketch *s, const DmWindow *w, int zeros, const double *x, int n)
{
	DmOrder		o;

	o.key = dm_cell_room(b, &b->entries[0], DM_ORDER_BYTES * (Size) n);
	o.count = (uint64 *) (o.key + n);
	o.word = (uint32 *) (o.count + n);
	o.spare = o.word + n;
	if (!dm_window_order(&o, w, &s->grid, zeros, x, n))
		return false;
	s->n = (size_t) o.bins;
	s->shift = o.shift;
	if (s->shift > 0)
		add_up(b, s, x, n);
	dm_sketch_write_arrays(out, s, zeros, o.key, o.count, (uint64) n);
	return true;
}

/*
 * Many values are counted in a window.  Its grid may be coarser than the rule
 * wants; if it is not known to be finer, the values are sorted after all.
 */
static void
put_many(DmCellBuilder *b, StringInfo out, double *x, int n)
{
	DmSketch	s;
	DmSurvey	survey;
	DmWindow	w;
	int			zeros;
	size_t		i;

	dm_cell_empty(b, &s);
	dm_survey(x, (size_t) n, &survey);
	if (!survey.finite)
	{
		n = dm_cell_set_aside(&s, x, n);
		if (n <= DM_RANK_MOST)
		{
			put_finite(b, out, &s, x, n);
			return;
		}
		dm_survey(x, (size_t) n, &survey);
	}
	zeros = survey.low_bits ? __builtin_ctzll(survey.low_bits) : DM_MAX_SHIFT;
	dm_window_choose(&w, &survey, zeros, DM_WINDOW_BINS);
	if (n <= DM_ORDER_MOST && put_ordered(b, out, &s, &w, zeros, x, n))
		return;
	if (w.shift > zeros && dm_bins_fit((size_t) n, w.shift, 0, &s.grid) &&
		w.shift > (int) s.grid.min_shift)
	{
		put_sorted(b, out, &s, zeros, x, n);
		return;
	}
	s.entry = dm_cell_room(b, &b->entries[0], sizeof(DmEntry) * Min((Size) n + 1, DM_WINDOW_BINS + 1));
	s.n = count_window(b, &w, s.entry, x, n);
	if (w.shift == zeros)
	{
		for (i = 0; i < s.n; i++)
			s.entry[i].key = lengthen(s.entry[i].key, zeros);
	}
	else if (dm_bins_fit(s.n, w.shift, 0, &s.grid) && w.shift > (int) s.grid.min_shift)
	{
		s.n = 0;
		put_sorted(b, out, &s, zeros, x, n);
		return;
	}
	else
		s.shift = w.shift;
	put_entries(b, out, &s, zeros, x, n);
}

void
dm_cell_put_numbers(DmCellBuilder *b, StringInfo out, double *x, int n)
{
	if (n <= DM_RANK_MOST)
		put_few(b, out, x, n);
	else
		put_many(b, out, x, n);
}

void
dm_cell_begin_profile(const DmCellBuilder *b, StringInfo out, uint64 rows)
{
	DmHeader	header = {0};

	header.tag = (uint8) DM_PROFILE;
	header.version = DM_FORMAT_VERSION;
	resetStringInfo(out);
	appendBinaryStringInfo(out, (char *) &header, DM_HEADER_SIZE);
	dm_put_varint(out, rows);
	dm_grid_write(out, &b->grid);
	dm_put_varint(out, (uint64) b->ncolumns);
}
