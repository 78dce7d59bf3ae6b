/*
 * cell_merge.c - one packed column of numbers from several.
 *
 * Entries of all columns are read one list behind the other.  Few exact ones
 * are sorted by rank; else neighbouring lists are merged until one is left.
 * Where very many are to come, they are merged and folded on the way: a part
 * is never folded further than the whole.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "stats/column.h"
#include "stats/rank_sort.h"
#include "types/cell_builder_internal.h"
#include "types/sum_io.h"
#include "types/working.h"

/* Entries, and lists, that are gathered before they are merged. */
#define MOST_ENTRIES 65536
#define MOST_LISTS 1024

typedef struct Gathered
{
	DmCellBuilder *b;
	DmSketch	s;				/* what is known of the whole */
	uint64		total;			/* values counted */
	size_t		n;				/* entries in b->entries[0], all of the grid s.shift */
	int			lists;
	size_t		end[MOST_LISTS];	/* of each list */
	bool		sums;			/* are b->sum and b->squares kept? */
} Gathered;

/* Room for more entries; those gathered stay. */
static DmEntry *
room_for(Gathered *g, size_t more)
{
	DmRoom	   *room = &g->b->entries[0];
	Size		bytes = (g->n + more) * sizeof(DmEntry);

	if (bytes > room->size)
	{
		DmRoom		old = *room;

		room->at = NULL;
		room->size = 0;
		(void) dm_cell_room(g->b, room, bytes);
		if (old.at)
		{
			memcpy(room->at, old.at, g->n * sizeof(DmEntry));
			pfree(old.at);
		}
	}
	return (DmEntry *) room->at + g->n;
}

static void
add_entries(DmCellBuilder *b, const DmEntry *e, size_t n)
{
	dm_sketch_entry_sums(e, n, b->sum, b->squares);
}

/* From now on sums are kept: the whole is not exact, or never will be again. */
static void
begin_sums(Gathered *g)
{
	if (g->sums)
		return;
	g->sums = true;
	dm_sum_init(g->b->sum, DM_SUM_LIMBS);
	dm_sum_init(g->b->squares, DM_SUM_LIMBS);
	add_entries(g->b, g->b->entries[0].at, g->n);
}

/* So many entries are worth a window. */
#define WINDOW_ENTRIES 512

/* Add lists up in a window of their own grid; false if there is none. */
static bool
merge_in_window(Gathered *g)
{
	DmEntry    *e = g->b->entries[0].at;
	DmSurvey	survey = {0};
	DmWindow	w;
	DmCounters	c;
	size_t		i;

	if (g->n < WINDOW_ENTRIES || g->lists < 3 || g->s.shift == 0 || g->total > PG_UINT32_MAX)
		return false;
	survey.least = PG_UINT64_MAX;
	for (i = 0; i < g->n; i++)
	{
		int64		key = e[i].key;
		uint64		mag = (uint64) (key > 0 ? key : -key) - 1;

		if (key == 0)
			continue;
		survey.least = Min(survey.least, mag);
		survey.greatest = Max(survey.greatest, mag);
		survey.negative |= key < 0;
		survey.positive |= key > 0;
	}
	/* bins next to zero alone would look like no bins */
	if (survey.greatest == 0)
		return false;
	dm_window_choose(&w, &survey, 0, DM_WINDOW_BINS);
	if (w.shift > 0)
		return false;
	c = dm_cell_window(g->b);
	for (i = 0; i < g->n; i++)
		dm_cell_window_count(&c, dm_window_place(&w, e[i].key), (uint32) e[i].count);
	g->n = dm_cell_window_list(&c, &w, e);
	g->end[0] = g->n;
	g->lists = 1;
	return true;
}

/* Merge neighbouring lists until there is one. */
static void
merge_lists(Gathered *g)
{
	DmCellBuilder *b = g->b;

	if (merge_in_window(g))
		return;
	while (g->lists > 1)
	{
		DmEntry    *from = b->entries[0].at;
		DmEntry    *to = dm_cell_room(b, &b->entries[1], g->n * sizeof(DmEntry));
		DmRoom		swap = b->entries[0];
		size_t		start = 0;
		size_t		n = 0;
		int			lists = 0;
		int			i;

		CHECK_FOR_INTERRUPTS();
		for (i = 0; i < g->lists; i += 2)
		{
			size_t		middle = g->end[i];
			size_t		end = i + 1 < g->lists ? g->end[i + 1] : middle;

			n += dm_entries_merge(to + n, from + start, middle - start, from + middle, end - middle);
			g->end[lists++] = n;
			start = end;
		}
		g->lists = lists;
		g->n = n;
		b->entries[0] = b->entries[1];
		b->entries[1] = swap;
	}
}

/* One list of the grid that its entries ask for. */
static int
merge_and_fold(Gathered *g)
{
	DmEntry    *e;
	int			zeros = 0;

	merge_lists(g);
	e = g->b->entries[0].at;
	if (g->s.shift == 0)
	{
		zeros = dm_trailing_zeros(e, g->n);
		if (dm_bins_exact(g->n, zeros, &g->s.grid))
			return zeros;
		begin_sums(g);
	}
	g->n = dm_entries_fold_zeros(e, g->n, &g->s.shift, zeros, &g->s.grid);
	g->end[0] = g->n;
	return 0;
}

/* Fold what has been gathered to the grid of a coarser column. */
static void
coarsen(Gathered *g, int shift)
{
	DmEntry    *e = g->b->entries[0].at;
	size_t		start = 0;
	size_t		n = 0;
	int			i;

	begin_sums(g);
	for (i = 0; i < g->lists; i++)
	{
		size_t		m = dm_entries_shift(e + start, g->end[i] - start, shift - g->s.shift);

		memmove(e + n, e + start, m * sizeof(DmEntry));
		start = g->end[i];
		n += m;
		g->end[i] = n;
	}
	g->n = n;
	g->s.shift = shift;
}

/* What a column says beside its entries. */
static void
gather_counts(Gathered *g, const DmSketch *column)
{
	DmSketch   *s = &g->s;

	s->nulls = dm_add_count(s->nulls, column->nulls);
	s->nans = dm_add_count(s->nans, column->nans);
	s->neg_inf = dm_add_count(s->neg_inf, column->neg_inf);
	s->pos_inf = dm_add_count(s->pos_inf, column->pos_inf);
	s->min = Min(s->min, column->min);
	s->max = Max(s->max, column->max);
	g->total = dm_add_count(g->total, dm_sketch_count(column));
}

static void
gather(Gathered *g, DmPackedColumn *column)
{
	DmSketch	s;
	DmReader	r;
	uint8		flags;

	if (g->lists == MOST_LISTS || (g->n > MOST_ENTRIES && g->lists > 1))
		(void) merge_and_fold(g);
	dm_reader_init_bytes(&r, column->bytes, (size_t) (column->end - column->bytes));
	if (!dm_sketch_read_head(&r, &g->s.grid, &s, &flags))
		dm_corrupt("profile");
	if (s.n > 0)
		s.entry = room_for(g, s.n);
	if (!dm_sketch_read_rest(&r, &s, flags) || (s.shift > 0 && s.sum == NULL))
		dm_corrupt("profile");
	column->end = r.pos;
	gather_counts(g, &s);
	if (s.n == 0)
		return;
	if (s.shift > g->s.shift)
		coarsen(g, s.shift);
	if (s.sum)
	{
		(void) dm_sum_add_sum(g->b->sum, s.sum);
		(void) dm_sum_add_sum(g->b->squares, s.squares);
	}
	else if (g->sums)
		add_entries(g->b, s.entry, s.n);
	s.n = dm_entries_shift(s.entry, s.n, g->s.shift - s.shift);
	memmove((DmEntry *) g->b->entries[0].at + g->n, s.entry, s.n * sizeof(DmEntry));
	g->n += s.n;
	g->end[g->lists++] = g->n;
}

/* Few exact entries; false if that is not what they are. */
static bool
write_few(Gathered *g, StringInfo out)
{
	DmCellBuilder *b = g->b;
	int64	   *key = dm_cell_room(b, &b->values, 2 * DM_RANK_MOST * sizeof(int64));
	uint64	   *count = (uint64 *) key + DM_RANK_MOST;
	int			zeros = DM_MAX_SHIFT;
	int			n = 0;

	if (g->s.shift > 0 || g->sums || g->n > DM_RANK_MOST)
		return false;
	if (g->n > 0)
	{
		zeros = dm_trailing_zeros(b->entries[0].at, g->n);
		n = dm_rank_entries(b->entries[0].at, (int) g->n, zeros, key, count);
	}
	if (n < 0 || !dm_bins_exact((size_t) n, zeros, &g->s.grid))
		return false;
	g->s.n = (size_t) n;
	dm_sketch_write_arrays(out, &g->s, zeros, key, count, g->total);
	return true;
}

void
dm_cell_merge_numbers(DmCellBuilder *b, StringInfo out, DmPackedColumn *column, int n)
{
	MemoryContext old = MemoryContextSwitchTo(b->rare);
	Gathered	g;
	int			zeros;
	int			i;

	g.b = b;
	g.total = 0;
	g.n = 0;
	g.lists = 0;
	g.sums = false;
	dm_cell_empty(b, &g.s);
	for (i = 0; i < n; i++)
		gather(&g, &column[i]);
	MemoryContextSwitchTo(old);
	if (!write_few(&g, out))
	{
		zeros = merge_and_fold(&g);
		g.s.n = g.n;
		g.s.entry = b->entries[0].at;
		if (g.s.shift > 0)
		{
			g.s.sum = b->sum;
			g.s.squares = b->squares;
		}
		dm_sketch_write_known(out, &g.s, zeros, g.total);
	}
	if (g.sums)
		MemoryContextReset(b->rare);
}
