/*
 * tile_merge.c - many tiles into one: the cells of all, sorted by key, and
 * those of one key joined at once.
 *
 * So the working form is a list of the tiles that have come, as they are.
 * When it has outgrown what they come to, they are joined into one: memory is
 * bounded by a multiple of the result, and cells are joined in large groups.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "types/tile_internal.h"
#include "types/working.h"

/* Tiles are joined when they are so many bytes, and three times what the last join left. */
#define JOIN_BYTES (1024 * 1024)
#define FIRST_BYTES 4096

typedef struct TileList
{
	DmHeader	header;
	uint32		used;			/* bytes; VARSIZE is the room */
	uint32		joined;			/* bytes that were left by joining */
	uint32		ntiles;			/* packed tiles follow, each at a multiple of 8 */
	uint32		unused;
} TileList;

#define FIRST_TILE MAXALIGN(sizeof(TileList))
#define NEXT_TILE(t) ((const struct varlena *) ((const char *) (t) + MAXALIGN(VARSIZE(t))))

/* Columns and counts of cells of one key; the key is the first one's. */
void
dm_tile_join(DmTileColumns *columns, const DmTileShape *shape, const DmTileCell *const *cells,
			 int n, bool coarser, DmTileCell *out, StringInfo bytes)
{
	int			i;
	int			k;

	*out = *cells[0];
	for (i = 1; i < n; i++)
	{
		out->n = dm_add_count(out->n, cells[i]->n);
		for (k = 0; k < DM_FB_COUNTS; k++)
			out->counts[k] += cells[i]->counts[k];
	}
	if (shape->ncolumns == 0 || (n == 1 && !coarser))
		return;
	resetStringInfo(bytes);
	dm_tile_merge_columns(columns, bytes, cells, n);
	out->columns = bytes->data;
	out->columns_size = (Size) bytes->len;
}

typedef struct Cells
{
	DmTileCell *cell;
	DmTileCell **sorted;
	int			n;
	int			ndimensions;
} Cells;

/* The grid of a sum is the coarser of all; true if some are finer. */
static bool
coarsest(DmTileShape *shape, const DmTileRun *runs, int n)
{
	bool		differ = false;
	int			i;

	if (shape->ncolumns == 0)
		return false;
	for (i = 0; i < n; i++)
	{
		differ |= runs[i].grid.max_bytes != runs[0].grid.max_bytes ||
			runs[i].grid.min_shift != runs[0].grid.min_shift;
		shape->grid.max_bytes = i ? Min(shape->grid.max_bytes, runs[i].grid.max_bytes) :
			runs[i].grid.max_bytes;
		shape->grid.min_shift = i ? Max(shape->grid.min_shift, runs[i].grid.min_shift) :
			runs[i].grid.min_shift;
	}
	return differ;
}

static void
read_runs(Cells *c, const DmTileShape *shape, const DmTileRun *runs, int n, uint32 keep)
{
	Size		total = 0;
	int			i;
	int			d;

	for (i = 0; i < n; i++)
		total += runs[i].ncells;
	if (total > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("tiles have too many cells")));
	c->ndimensions = shape->ndimensions;
	c->cell = MemoryContextAllocHuge(CurrentMemoryContext, Max(total, 1) * sizeof(DmTileCell));
	c->sorted = MemoryContextAllocHuge(CurrentMemoryContext, Max(total, 1) * sizeof(DmTileCell *));
	c->n = 0;
	for (i = 0; i < n; i++)
	{
		DmTileScan	s;

		dm_tile_scan_run(&s, shape, &runs[i]);
		while (dm_tile_scan_next(&s))
		{
			DmTileCell *cell = &c->cell[c->n];

			*cell = s.cell;
			for (d = 0; d < shape->ndimensions; d++)
				if ((keep & (1U << d)) == 0)
					cell->key[d] = DM_ANY;
			c->sorted[c->n++] = cell;
		}
	}
}

/* A merge sort, bottom up: what comes is runs in order, and stays in them. */
static void
sort_cells(Cells *c)
{
	DmTileCell **from = c->sorted;
	DmTileCell **to = MemoryContextAllocHuge(CurrentMemoryContext,
											 (Size) Max(c->n, 1) * sizeof(DmTileCell *));
	int		   *start = MemoryContextAllocHuge(CurrentMemoryContext, ((Size) c->n + 1) * sizeof(int));
	int			nruns = 0;
	int			i;

	for (i = 0; i < c->n; i++)
		if (i == 0 || dm_tile_compare(from[i - 1]->key, from[i]->key, c->ndimensions) > 0)
			start[nruns++] = i;
	while (nruns > 1)
	{
		DmTileCell **swap = from;
		int			pairs = 0;

		for (i = 0; i < nruns; i += 2)
		{
			int			a = start[i];
			int			a_end = i + 1 < nruns ? start[i + 1] : c->n;
			int			b = a_end;
			int			b_end = i + 2 < nruns ? start[i + 2] : c->n;
			int			at = a;

			start[pairs++] = a;
			while (a < a_end && b < b_end)
				to[at++] = dm_tile_compare(from[a]->key, from[b]->key, c->ndimensions) <= 0 ?
					from[a++] : from[b++];
			while (a < a_end)
				to[at++] = from[a++];
			while (b < b_end)
				to[at++] = from[b++];
		}
		nruns = pairs;
		from = to;
		to = swap;
		CHECK_FOR_INTERRUPTS();
	}
	c->sorted = from;
	pfree(to);
	pfree(start);
}

struct varlena *
dm_tile_merge_runs(const DmTileShape *like, const DmTileRun *runs, int n, uint32 keep)
{
	DmTileShape shape = *like;
	bool		coarser = coarsest(&shape, runs, n);
	DmTileBuilder *b = dm_tile_begin(&shape);
	DmTileColumns *columns = dm_tile_columns(&shape);
	StringInfoData bytes;
	Cells		c;
	int			from;
	int			to;

	initStringInfo(&bytes);
	read_runs(&c, &shape, runs, n, keep);
	sort_cells(&c);
	for (from = 0; from < c.n; from = to)
	{
		DmTileCell	sum;

		for (to = from + 1; to < c.n; to++)
			if (dm_tile_compare(c.sorted[from]->key, c.sorted[to]->key, shape.ndimensions) != 0)
				break;
		dm_tile_join(columns, &shape, (const DmTileCell *const *) &c.sorted[from], to - from, coarser,
					 &sum, &bytes);
		dm_tile_add(b, &sum);
		CHECK_FOR_INTERRUPTS();
	}
	pfree(c.cell);
	pfree(c.sorted);
	pfree(bytes.data);
	return dm_tile_finish(b);
}

static const struct varlena *
first_tile(const TileList *list)
{
	return (const struct varlena *) ((const char *) list + FIRST_TILE);
}

struct varlena *
dm_tile_pack(const struct varlena *working)
{
	const TileList *list = (const TileList *) working;
	const struct varlena *tile = first_tile(list);
	DmTileRun  *runs = palloc((Size) list->ntiles * sizeof(DmTileRun));
	DmTileShape shape;
	uint32		i;

	if (list->ntiles == 1)
	{
		struct varlena *copy = palloc(VARSIZE(tile));

		return memcpy(copy, tile, VARSIZE(tile));
	}
	for (i = 0; i < list->ntiles; i++, tile = NEXT_TILE(tile))
	{
		DmTileScan	s;

		dm_tile_scan_begin(&s, tile);
		runs[i] = dm_tile_run_of(&s);
		shape = s.shape;
	}
	return dm_tile_merge_runs(&shape, runs, (int) list->ntiles, DM_TILE_KEEP_ALL);
}

/* A list with room for so many bytes more, and what was in it. */
static TileList *
with_room(TileList *list, Size more)
{
	Size		used = list ? list->used : FIRST_TILE;
	Size		room = list ? VARSIZE(list) : FIRST_BYTES;
	TileList   *larger;

	if (list && used + more <= room)
		return list;
	while (room < used + more)
		room *= 2;
	if (room > MaxAllocSize)
		room = Max(used + more, MaxAllocSize);
	larger = palloc(room);
	if (list)
		memcpy(larger, list, used);
	else
		memset(larger, 0, FIRST_TILE);
	larger->used = (uint32) used;
	dm_header_working(larger, DM_SEGMENT_TILE, room);
	return larger;
}

static TileList *
append(TileList *list, const struct varlena *tile)
{
	Size		size = VARSIZE(tile);

	list = with_room(list, MAXALIGN(size));
	memcpy((char *) list + list->used, tile, size);
	memset((char *) list + list->used + size, 0, MAXALIGN(size) - size);
	list->used += (uint32) MAXALIGN(size);
	list->ntiles++;
	return list;
}

/* All tiles of a list as one, in the same room if it may be. */
static TileList *
join(TileList *list)
{
	struct varlena *tile = dm_tile_pack((struct varlena *) list);

	list->used = FIRST_TILE;
	list->ntiles = 0;
	list = append(list, tile);
	list->joined = list->used;
	pfree(tile);
	return list;
}

static TileList *
append_checked(TileList *list, const struct varlena *tile)
{
	DmTileScan	a;
	DmTileScan	b;

	if (list)
	{
		dm_tile_scan_begin(&a, first_tile(list));
		dm_tile_scan_begin(&b, tile);
		dm_tile_check_shape(&a.shape, &b.shape);
		if (list->used + VARSIZE(tile) > JOIN_BYTES &&
			list->used + VARSIZE(tile) > 3 * (Size) list->joined)
			list = join(list);
	}
	return append(list, tile);
}

/* Add a tile of either form to a list. */
struct varlena *
dm_tile_merge(struct varlena *state, const struct varlena *value)
{
	TileList   *list = (TileList *) state;
	const struct varlena *tile = value;
	uint32		ntiles = 1;
	uint32		i;

	if (DM_IS_WORKING(value))
	{
		tile = first_tile((const TileList *) value);
		ntiles = ((const TileList *) value)->ntiles;
	}
	for (i = 0; i < ntiles; i++)
	{
		list = append_checked(list, tile);
		tile = NEXT_TILE(tile);
	}
	return (struct varlena *) list;
}
