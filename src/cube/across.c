/*
 * across.c - cells of a level whose rows lie in every partition.
 *
 * While all rows of a bucket are in memory, they are put in the order of that
 * level once more and its cells built one after the other, each from rows that
 * lie together.  To keep all of them open instead, row by row, would mean to
 * go from one window of counters to another with every row, through far more
 * memory than any cache holds.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "cube/cube_internal.h"

/* Which level can be made so: the only one without the partition's dimension that is merged from no other. */
int
dm_cube_across_level(const DmCube *cube)
{
	int			level = -1;
	int			i;

	for (i = 0; i < cube->shape.nlevels; i++)
	{
		if (cube->level[i].kept || cube->level[i].parent >= 0)
			continue;
		if (level >= 0)
			return -1;
		level = i;
	}
	return level;
}

/* The same for the rows in hand: they are all, words are keys, and the level's key says what is not with the rows. */
int
dm_cube_across_rows(const DmCube *cube)
{
	int			k;

	if (cube->across < 0 || cube->rows.ranked || cube->rows.n == 0)
		return -1;
	for (k = 0; k < cube->shape.ncategories; k++)
		if (cube->same[k] >= 0 && !(cube->level[cube->across].mask >> cube->same[k] & 1))
			return -1;
	return cube->across;
}

/*
 * Rows of one cell, from a place in the order on; more than columns may hold are added up, where no partition is any
 * more.
 */
static void
build_cell(DmCube *cube, int level, int64 from, int64 to)
{
	CubePartition *p = &cube->partition;
	CubeLeaf   *leaf = &p->leaf[0];	/* what the partition had is built */
	CubeKey		key;
	bool		whole = to - from <= p->limit;
	uint64		rows = (uint64) (to - from);
	uint64		outcome[DM_FB_COUNTS] = {0};
	int			k;

	dm_cube_rows_key(cube, from, &key);
	memset(leaf, 0, sizeof(*leaf));
	memcpy(leaf->id, key.id, sizeof(leaf->id));
	for (; from < to; from += leaf->n)
	{
		leaf->n = (int) Min(to - from, p->limit);
		dm_cube_partition_room(cube, leaf->n);
		dm_cube_rows_move(cube, from, leaf->n, &p->columns, 0);
		dm_cube_rows_outcome(cube, from, leaf->n, leaf->outcome);
		if (!whole)
			dm_cube_totals_add(cube, &cube->of_partition, level, leaf);
		for (k = 0; k < DM_FB_COUNTS; k++)
			outcome[k] += leaf->outcome[k];
	}
	if (whole)
		dm_cube_build_leaf(cube, level, 0);
	else
		dm_cube_totals_emit(cube, &cube->of_partition);
	dm_cube_packed_keep(cube, level, key.id, rows, outcome);
}

/* Rows of one bucket, whose places in the order are these; their order is lost. */
void
dm_cube_across_emit(DmCube *cube, int64 from, int64 to)
{
	const CubeRows *r = &cube->rows;
	int			level = cube->across_now;
	uint64		bits = dm_cube_sort_range(cube, from, to, cube->level[level].mask);
	int64		end;

	for (; from < to; from = end)
	{
		for (end = from + 1; end < to; end++)
			if ((r->order[end] ^ r->order[from]) & bits)
				break;
		CHECK_FOR_INTERRUPTS();
		build_cell(cube, level, from, end);
	}
}
