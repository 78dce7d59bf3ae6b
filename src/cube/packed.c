/*
 * packed.c - coarse cells from the packed columns of finer ones.
 *
 * Where a level could be made cell by cell (across.c), the levels merged from
 * it need no counters either: its cells are kept as they were emitted, which
 * is some kilobytes each, and merged at the end of the bucket.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

void
dm_cube_packed_init(DmCube *cube)
{
	CubePackedCells *p = &cube->packed;

	p->context = AllocSetContextCreate(cube->context, "datamon cube packed cells", ALLOCSET_DEFAULT_SIZES);
	p->first = palloc0(sizeof(CubePacked *) * cube->shape.nlevels);
	p->cells = palloc0(sizeof(int) * cube->shape.nlevels);
}

static bool
is_parent(const DmCube *cube, int level)
{
	int			i;

	for (i = 0; i < cube->shape.nlevels; i++)
		if (cube->level[i].parent == level)
			return true;
	return false;
}

/* The cell that has just been emitted, if others are merged from it. */
void
dm_cube_packed_keep(DmCube *cube, int level, const uint32 *id, uint64 n, const uint64 *outcome)
{
	CubePackedCells *p = &cube->packed;
	int			columns = cube->shape.ncolumns;
	CubePacked *cell;

	if (!is_parent(cube, level))
		return;
	cell = MemoryContextAlloc(p->context, sizeof(CubePacked) + sizeof(int) * (Size) columns);
	memcpy(cell->id, id, sizeof(cell->id));
	cell->n = n;
	memcpy(cell->outcome, outcome, sizeof(cell->outcome));
	memcpy(cell->at, cube->column_at, sizeof(int) * (Size) columns);
	cell->size = (Size) cube->out.len;
	cell->columns = MemoryContextAllocHuge(p->context, Max(cell->size, 1));
	memcpy(cell->columns, cube->out.data, cell->size);
	cell->next = p->first[level];
	p->first[level] = cell;
	p->cells[level]++;
}

static int
compare(const void *a, const void *b, void *arg)
{
	const CubePacked *x = *(CubePacked *const *) a;
	const CubePacked *y = *(CubePacked *const *) b;
	uint32		mask = *(const uint32 *) arg;
	int			d;

	for (d = 0; mask >> d; d++)
		if ((mask >> d & 1) && x->id[d] != y->id[d])
			return x->id[d] < y->id[d] ? -1 : 1;
	return 0;
}

/* One cell of the level from some of another. */
static void
merge(DmCube *cube, int level, CubePacked *const *cell, int n)
{
	MemoryContext old = MemoryContextSwitchTo(cube->packed.context);
	DmPackedColumn *column = palloc(sizeof(DmPackedColumn) * (Size) n);
	uint64		outcome[DM_FB_COUNTS] = {0};
	uint64		rows = 0;
	int			i;
	int			k;

	MemoryContextSwitchTo(old);
	for (i = 0; i < n; i++)
	{
		rows += cell[i]->n;
		for (k = 0; k < DM_FB_COUNTS; k++)
			outcome[k] += cell[i]->outcome[k];
	}
	resetStringInfo(&cube->out);
	for (k = 0; k < cube->shape.ncolumns; k++)
	{
		for (i = 0; i < n; i++)
		{
			column[i].bytes = (const uint8 *) cell[i]->columns + cell[i]->at[k];
			column[i].end = (const uint8 *) cell[i]->columns + cell[i]->size;
		}
		dm_cube_put_kind(cube, k);
		dm_cell_merge_columns(cube->builder, &cube->out, cube->shape.kinds[k], column, n);
	}
	dm_cube_emit_cell(cube, level, cell[0]->id, rows, outcome);
	dm_cube_packed_keep(cube, level, cell[0]->id, rows, outcome);
	pfree(column);
}

static void
merge_level(DmCube *cube, int level)
{
	const CubePackedCells *p = &cube->packed;
	int			parent = cube->level[level].parent;
	int			n = p->cells[parent];
	CubePacked **cell = MemoryContextAllocHuge(p->context, sizeof(CubePacked *) * (Size) Max(n, 1));
	CubePacked *c;
	int			start = 0;
	int			i = 0;

	for (c = p->first[parent]; c; c = c->next)
		cell[i++] = c;
	qsort_arg(cell, (size_t) n, sizeof(CubePacked *), compare, &cube->level[level].mask);
	for (i = 1; i <= n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i < n && compare(&cell[i - 1], &cell[i], &cube->level[level].mask) == 0)
			continue;
		merge(cube, level, cell + start, i - start);
		start = i;
	}
	pfree(cell);
}

/* Levels come finest first, so whatever a cell is merged from comes before it.  All are forgotten. */
void
dm_cube_packed_roll_up(DmCube *cube)
{
	CubePackedCells *p = &cube->packed;
	int			i;

	for (i = 0; i < cube->shape.nlevels; i++)
		if (cube->level[i].parent >= 0 && p->cells[cube->level[i].parent] > 0)
			merge_level(cube, i);
	memset(p->first, 0, sizeof(CubePacked *) * cube->shape.nlevels);
	memset(p->cells, 0, sizeof(int) * cube->shape.nlevels);
	MemoryContextReset(p->context);
}
