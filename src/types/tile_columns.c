/*
 * tile_columns.c - the packed columns of a tile's cells: taken apart, joined,
 * and made into profiles.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/checks.h"
#include "types/sum_io.h"
#include "types/tile_internal.h"
#include "types/value_counts.h"
#include "types/working.h"

typedef struct PackedColumn
{
	const uint8 *bytes;
	const uint8 *end;
} PackedColumn;

struct DmTileColumns
{
	int			ncolumns;
	char	   *kinds;
	DmGrid		grid;
	DmReader   *reader;			/* one for each cell that is joined */
	PackedColumn *column;
	int			room;
	MemoryContext scratch;
};

DmTileColumns *
dm_tile_columns(const DmTileShape *shape)
{
	DmTileColumns *c = palloc0(sizeof(DmTileColumns));

	c->ncolumns = shape->ncolumns;
	c->kinds = palloc((Size) shape->ncolumns + 1);
	memcpy(c->kinds, shape->kinds, (Size) shape->ncolumns);
	c->grid = shape->grid;
	c->scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon tile columns",
									   ALLOCSET_DEFAULT_SIZES);
	return c;
}

/* Pass over a column. */
static void
skip_column(DmReader *r, char kind)
{
	static const DmGrid any = {DM_LIMIT_MAX_BYTES, 0};
	DmSketch	s;

	if (kind == DM_KIND_CATEGORY)
		(void) dm_get_bytes(r, dm_get_varint(r));
	else if (dm_sketch_read(r, &any, &s))
		pfree(s.entry);
}

void
dm_tile_strip(DmTileColumns *c, StringInfo out, const char *columns, Size size)
{
	DmReader	r;
	int			i;

	dm_reader_init_bytes(&r, columns, size);
	for (i = 0; i < c->ncolumns; i++)
	{
		const uint8 *start;

		if (dm_get_u8(&r) != (uint8) c->kinds[i])
			r.failed = true;
		start = r.pos;
		skip_column(&r, c->kinds[i]);
		if (r.failed)
			break;
		appendBinaryStringInfo(out, (const char *) start, (int) (r.pos - start));
	}
	if (r.failed || r.pos != r.end)
		dm_corrupt("profile");
}

static void
merge_numbers(StringInfo out, const DmGrid *grid, const PackedColumn *column, int n)
{
	DmSketch   *side = palloc((Size) n * sizeof(DmSketch));
	DmSketch	sum;
	size_t		total = 0;
	int			i;

	memset(&sum, 0, sizeof(sum));
	sum.grid = *grid;
	sum.min = INFINITY;
	sum.max = -INFINITY;
	for (i = 0; i < n; i++)
	{
		DmReader	r;

		dm_reader_init_bytes(&r, column[i].bytes, (size_t) (column[i].end - column[i].bytes));
		if (!dm_sketch_read(&r, grid, &side[i]))
			dm_corrupt(TILE_TYPE_NAME);
		sum.nulls = dm_add_count(sum.nulls, side[i].nulls);
		sum.nans = dm_add_count(sum.nans, side[i].nans);
		sum.neg_inf = dm_add_count(sum.neg_inf, side[i].neg_inf);
		sum.pos_inf = dm_add_count(sum.pos_inf, side[i].pos_inf);
		sum.min = Min(sum.min, side[i].min);
		sum.max = Max(sum.max, side[i].max);
		sum.shift = Max(sum.shift, side[i].shift);
		total += side[i].n;
	}
	sum.entry = MemoryContextAllocHuge(CurrentMemoryContext, Max(total, 1) * sizeof(DmEntry));
	for (i = 0; i < n; i++)
	{
		DmEntry    *at = sum.entry + sum.n;

		memcpy(at, side[i].entry, side[i].n * sizeof(DmEntry));
		sum.n += dm_entries_shift(at, side[i].n, sum.shift - side[i].shift);
	}
	sum.n = dm_entries_sort(sum.entry, sum.n);
	sum.n = dm_entries_fold(sum.entry, sum.n, &sum.shift, grid);
	if (sum.shift > 0)
	{
		sum.sum = dm_sum_palloc();
		sum.squares = dm_sum_palloc();
		for (i = 0; i < n; i++)
			if (side[i].sum)
			{
				(void) dm_sum_add_sum(sum.sum, side[i].sum);
				(void) dm_sum_add_sum(sum.squares, side[i].squares);
			}
			else
				dm_sketch_sums(&side[i], sum.sum, sum.squares);
	}
	dm_sketch_write(out, &sum);
}

static void
merge_categories(StringInfo out, const PackedColumn *column, int n)
{
	struct varlena *state = NULL;
	DmProfileColumn c;
	DmReader	r;
	int			i;

	c.kind = DM_KIND_CATEGORY;
	for (i = 0; i < n; i++)
	{
		dm_reader_init_bytes(&r, column[i].bytes, (size_t) (column[i].end - column[i].bytes));
		if (!dm_profile_read_column(&r, NULL, &c))
			dm_corrupt(TILE_TYPE_NAME);
		state = dm_value_counts_merge(state, c.category);
	}
	c.category = dm_value_counts_pack(state);
	dm_profile_write_column(out, &c);
}

/* As many readers as cells. */
static void
begin_readers(DmTileColumns *c, const DmTileCell *const *cells, int n)
{
	int			i;

	if (n > c->room)
	{
		if (c->room > 0)
		{
			pfree(c->reader);
			pfree(c->column);
		}
		c->room = Max(n, 64);
		c->reader = palloc((Size) c->room * sizeof(DmReader));
		c->column = palloc((Size) c->room * sizeof(PackedColumn));
	}
	for (i = 0; i < n; i++)
		dm_reader_init_bytes(&c->reader[i], cells[i]->columns, cells[i]->columns_size);
}

void
dm_tile_merge_columns(DmTileColumns *c, StringInfo out, const DmTileCell *const *cells, int n)
{
	MemoryContext old;
	int			i;
	int			k;

	begin_readers(c, cells, n);
	old = MemoryContextSwitchTo(c->scratch);
	for (k = 0; k < c->ncolumns; k++)
	{
		for (i = 0; i < n; i++)
		{
			c->column[i].bytes = c->reader[i].pos;
			skip_column(&c->reader[i], c->kinds[k]);
			c->column[i].end = c->reader[i].end;
			if (c->reader[i].failed)
				dm_corrupt(TILE_TYPE_NAME);
		}
		if (c->kinds[k] == DM_KIND_NUMBER)
			merge_numbers(out, &c->grid, c->column, n);
		else
			merge_categories(out, c->column, n);
		MemoryContextReset(c->scratch);
	}
	MemoryContextSwitchTo(old);
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

		skip_column(&r, shape->kinds[i]);
		dm_put_u8(&buf, (uint8) shape->kinds[i]);
		appendBinaryStringInfo(&buf, (const char *) start, (int) (r.pos - start));
	}
	if (r.failed || r.pos != r.end)
		dm_corrupt(TILE_TYPE_NAME);
	return dm_packed_finish(&buf);
}
