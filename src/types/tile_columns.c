/*
 * tile_columns.c - the packed columns of a tile's cells: taken apart, joined,
 * and made into profiles.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "types/cell_builder.h"
#include "types/sum_io.h"
#include "types/tile_internal.h"
#include "types/value_counts.h"
#include "types/working.h"

struct DmTileColumns
{
	int			ncolumns;
	char	   *kinds;
	DmGrid		grid;
	DmReader   *reader;			/* of each cell that is joined */
	DmSketch   *side;			/* its column */
	size_t	   *end;			/* where its entries end among all */
	int			room;
	MemoryContext context;
	MemoryContext scratch;		/* made when columns are joined */
};

DmTileColumns *
dm_tile_columns(const DmTileShape *shape)
{
	DmTileColumns *c = palloc0(sizeof(DmTileColumns));

	c->ncolumns = shape->ncolumns;
	c->kinds = palloc((Size) shape->ncolumns + 1);
	memcpy(c->kinds, shape->kinds, (Size) shape->ncolumns);
	c->grid = shape->grid;
	c->context = CurrentMemoryContext;
	return c;
}

bool
dm_tile_strip(StringInfo out, char *kinds, int ncolumns, const char *columns, Size size)
{
	DmReader	r;
	int			i;

	dm_reader_init_bytes(&r, columns, size);
	for (i = 0; i < ncolumns && !r.failed; i++)
	{
		const uint8 *start;

		kinds[i] = (char) dm_get_u8(&r);
		start = r.pos;
		dm_cell_skip_column(&r, kinds[i]);
		appendBinaryStringInfo(out, (const char *) start, (int) (r.pos - start));
	}
	return !r.failed && r.pos == r.end;
}

/* The next column of every cell; what does not depend on entries is added up. */
static size_t
read_sides(DmTileColumns *c, int n, DmSketch *sum)
{
	size_t		total = 0;
	int			i;

	memset(sum, 0, sizeof(*sum));
	sum->grid = c->grid;
	sum->min = INFINITY;
	sum->max = -INFINITY;
	for (i = 0; i < n; i++)
	{
		DmSketch   *s = &c->side[i];

		if (!dm_sketch_read(&c->reader[i], &c->grid, s))
			dm_corrupt(TILE_TYPE_NAME);
		sum->nulls = dm_add_count(sum->nulls, s->nulls);
		sum->nans = dm_add_count(sum->nans, s->nans);
		sum->neg_inf = dm_add_count(sum->neg_inf, s->neg_inf);
		sum->pos_inf = dm_add_count(sum->pos_inf, s->pos_inf);
		sum->min = Min(sum->min, s->min);
		sum->max = Max(sum->max, s->max);
		sum->shift = Max(sum->shift, s->shift);
		total += s->n;
	}
	return total;
}

/* Lists that lie one behind the other, each up to its end, merged by pairs; the result may be in either room. */
static size_t
merge_lists(DmEntry **list, DmEntry *to, size_t *end, int n)
{
	DmEntry    *from = *list;

	while (n > 1)
	{
		DmEntry    *swap = from;
		size_t		begin = 0;
		size_t		used = 0;
		int			pairs = 0;
		int			i;

		for (i = 0; i < n; i += 2)
		{
			size_t		middle = end[i];
			size_t		stop = i + 1 < n ? end[i + 1] : middle;

			used += dm_entries_merge(to + used, from + begin, middle - begin, from + middle,
									 stop - middle);
			begin = stop;
			end[pairs++] = used;
		}
		n = pairs;
		from = to;
		to = swap;
	}
	*list = from;
	return end[0];
}

static void
add_sums(DmTileColumns *c, int n, DmSketch *sum)
{
	int			i;

	sum->sum = dm_sum_palloc();
	sum->squares = dm_sum_palloc();
	for (i = 0; i < n; i++)
	{
		const DmSketch *s = &c->side[i];

		if (s->sum)
		{
			(void) dm_sum_add_sum(sum->sum, s->sum);
			(void) dm_sum_add_sum(sum->squares, s->squares);
		}
		else
			dm_sketch_sums(s, sum->sum, sum->squares);
	}
}

/* Counts of entries add up to no more than the cells' rows, whose sum has been looked at. */
static void
merge_numbers(DmTileColumns *c, StringInfo out, int n)
{
	DmSketch	sum;
	size_t		total = read_sides(c, n, &sum);
	DmEntry    *room = MemoryContextAllocHuge(CurrentMemoryContext,
											  2 * Max(total, 1) * sizeof(DmEntry));
	int			i;

	sum.entry = room;
	for (i = 0; i < n; i++)
	{
		DmEntry    *at = sum.entry + sum.n;

		memcpy(at, c->side[i].entry, c->side[i].n * sizeof(DmEntry));
		sum.n += dm_entries_shift(at, c->side[i].n, sum.shift - c->side[i].shift);
		c->end[i] = sum.n;
	}
	sum.n = merge_lists(&sum.entry, room + Max(total, 1), c->end, n);
	sum.n = dm_entries_fold(sum.entry, sum.n, &sum.shift, &c->grid);
	if (sum.shift > 0)
		add_sums(c, n, &sum);
	dm_sketch_write(out, &sum);
}

static void
merge_categories(DmTileColumns *c, StringInfo out, int n)
{
	struct varlena *state = NULL;
	DmProfileColumn column;
	int			i;

	column.kind = DM_KIND_CATEGORY;
	for (i = 0; i < n; i++)
	{
		if (!dm_profile_read_column(&c->reader[i], &c->grid, &column))
			dm_corrupt(TILE_TYPE_NAME);
		state = dm_value_counts_merge(state, column.category);
	}
	column.category = dm_value_counts_pack(state);
	dm_profile_write_column(out, &column);
}

static void
make_room(DmTileColumns *c, int n)
{
	if (n <= c->room)
		return;
	if (c->room > 0)
	{
		pfree(c->reader);
		pfree(c->side);
		pfree(c->end);
	}
	c->room = Max(n, 64);
	c->reader = MemoryContextAllocHuge(c->context, (Size) c->room * sizeof(DmReader));
	c->side = MemoryContextAllocHuge(c->context, (Size) c->room * sizeof(DmSketch));
	c->end = MemoryContextAllocHuge(c->context, (Size) c->room * sizeof(size_t));
}

void
dm_tile_merge_columns(DmTileColumns *c, StringInfo out, const DmTileCell *const *cells, int n)
{
	MemoryContext old;
	int			i;
	int			k;

	if (c->scratch == NULL)
		c->scratch = AllocSetContextCreate(c->context, "datamon tile columns", ALLOCSET_DEFAULT_SIZES);
	make_room(c, n);
	for (i = 0; i < n; i++)
		dm_reader_init_bytes(&c->reader[i], cells[i]->columns, cells[i]->columns_size);
	old = MemoryContextSwitchTo(c->scratch);
	for (k = 0; k < c->ncolumns; k++)
	{
		if (c->kinds[k] == DM_KIND_NUMBER)
			merge_numbers(c, out, n);
		else
			merge_categories(c, out, n);
		MemoryContextReset(c->scratch);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(old);
	for (i = 0; i < n; i++)
		if (c->reader[i].pos != c->reader[i].end)
			dm_corrupt(TILE_TYPE_NAME);
}

/* The profile of one cell; NULL where there are no columns. */
struct varlena *
dm_tile_cell_profile(const DmTileShape *shape, const DmTileCell *cell)
{
	StringInfoData buf;
	DmReader	r;
	int			i;

	if (shape->ncolumns == 0)
		return NULL;
	dm_packed_begin(&buf, DM_PROFILE);
	enlargeStringInfo(&buf, (int) cell->columns_size + shape->ncolumns + 32);
	dm_put_varint(&buf, cell->n);
	dm_grid_write(&buf, &shape->grid);
	dm_put_varint(&buf, (uint64) shape->ncolumns);
	dm_reader_init_bytes(&r, cell->columns, cell->columns_size);
	for (i = 0; i < shape->ncolumns; i++)
	{
		const uint8 *start = r.pos;

		dm_cell_skip_column(&r, shape->kinds[i]);
		dm_put_u8(&buf, (uint8) shape->kinds[i]);
		appendBinaryStringInfo(&buf, (const char *) start, (int) (r.pos - start));
	}
	if (r.failed || r.pos != r.end)
		dm_corrupt(TILE_TYPE_NAME);
	return dm_packed_finish(&buf);
}
