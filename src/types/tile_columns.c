/*
 * tile_columns.c - the packed columns of a tile's cells: taken apart, joined,
 * and made into profiles.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "types/cell_builder.h"
#include "types/tile_internal.h"

struct DmTileColumns
{
	int			ncolumns;
	char	   *kinds;
	DmCellBuilder *builder;		/* made when columns are joined */
	DmGrid		grid;
	DmPackedColumn *column;		/* of each cell that is joined */
	int			room;
	MemoryContext context;
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

static void
make_room(DmTileColumns *c, int n)
{
	if (n <= c->room)
		return;
	if (c->room > 0)
		pfree(c->column);
	c->room = Max(n, 64);
	c->column = MemoryContextAllocHuge(c->context, (Size) c->room * sizeof(DmPackedColumn));
}

void
dm_tile_merge_columns(DmTileColumns *c, StringInfo out, const DmTileCell *const *cells, int n)
{
	int			i;
	int			k;

	if (c->builder == NULL)
		c->builder = dm_cell_builder_new(c->kinds, c->ncolumns, c->grid);
	make_room(c, n);
	for (k = 0; k < c->ncolumns; k++)
	{
		for (i = 0; i < n; i++)
		{
			c->column[i].bytes = k == 0 ? (const uint8 *) cells[i]->columns : c->column[i].end;
			c->column[i].end = (const uint8 *) cells[i]->columns + cells[i]->columns_size;
		}
		dm_cell_merge_columns(c->builder, out, c->kinds[k], c->column, n);
		CHECK_FOR_INTERRUPTS();
	}
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
