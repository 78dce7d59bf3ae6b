/*
 * same.c - category columns that the key of a row already says.
 *
 * A dimension is often a column of the profile as well.  Its category column
 * is neither kept with the rows nor counted row by row: an id of the dimension
 * stands for one of the category.  Which one is learned from the rows, each of
 * which is looked at, so nothing depends on how values of a type are shown.
 * Values that are one as a dimension but two as a category (1.0 and 1.00, -0
 * and 0, texts that differ behind the 200th character) end it: from that row
 * on the column is kept.  What was gathered before holds, as it was true then.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "cube/cube_internal.h"

static void
count_kept(DmCube *cube)
{
	int			k;

	cube->nkept = 0;
	for (k = 0; k < cube->shape.ncategories; k++)
		cube->nkept += cube->same[k] < 0;
}

void
dm_cube_same_init(DmCube *cube)
{
	const DmCubeShape *s = &cube->shape;
	int			k;

	cube->same = palloc(sizeof(int) * (s->ncategories + 1));
	cube->kept = palloc(sizeof(uint32 *) * (s->ncategories + 1));
	cube->map = palloc0(sizeof(CubeMap) * (s->ncategories + 1));
	for (k = 0; k < s->ncategories; k++)
		cube->same[k] = s->same ? s->same[k] : -1;
	count_kept(cube);
}

static void
grow(DmCube *cube, CubeMap *map, uint32 id)
{
	uint32		room = Max(256, 2 * id);
	uint32	   *larger = MemoryContextAllocHuge(cube->context, sizeof(uint32) * (Size) room);

	memset(larger, 0xff, sizeof(uint32) * (Size) room);
	if (map->id)
	{
		memcpy(larger, map->id, sizeof(uint32) * (Size) map->room);
		pfree(map->id);
	}
	map->id = larger;
	map->room = room;
}

/* Does each id still stand for one? */
static bool
holds(DmCube *cube, CubeMap *map, const uint32 *dimension, const uint32 *category, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		uint32		id = dimension[i];

		if (unlikely(id >= map->room))
			grow(cube, map, id);
		if (unlikely(map->id[id] != category[i]))
		{
			if (map->id[id] != DM_ANY)
				return false;
			map->id[id] = category[i];
		}
	}
	return true;
}

/* Before rows are gathered.  False: not of every column, see dm_cube_same_end(). */
bool
dm_cube_same_check(DmCube *cube, const DmRows *rows)
{
	bool		all = true;
	int			k;

	for (k = 0; k < cube->shape.ncategories; k++)
	{
		CubeMap    *map = &cube->map[k];

		if (cube->same[k] < 0)
			continue;
		map->ended = !holds(cube, map, rows->dimension[cube->same[k]], rows->category[k], rows->n);
		all &= !map->ended;
	}
	return all;
}

/* Keep the columns that a row has shown to be none of these; none has been gathered without them. */
void
dm_cube_same_end(DmCube *cube)
{
	int			k;

	for (k = 0; k < cube->shape.ncategories; k++)
		if (cube->map[k].ended)
			cube->same[k] = -1;
	count_kept(cube);
}

uint32
dm_cube_same_id(const DmCube *cube, int category, int dimension, const uint32 *key)
{
	Assert(key[dimension] < cube->map[category].room);
	return cube->map[category].id[key[dimension]];
}
