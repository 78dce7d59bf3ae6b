/*
 * partition.c - rows of one partition as columns; its cells.
 *
 * A partition is what does not vary in the dimensions that all kept levels
 * have: the rows of one value of the largest dimension, or of one leaf.  Its
 * rows arrive leaf by leaf, so a leaf is a slice of every column, and a cell
 * of any other level a few slices.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

static Size
width_of(const DmCube *cube)
{
	return sizeof(double) * cube->shape.nnumbers + sizeof(uint32) * cube->nkept;
}

static void *
larger(DmCube *cube, void *old, Size used, Size bytes)
{
	void	   *new = dm_cube_alloc(cube->context, Max(bytes, 1));

	if (old)
	{
		memcpy(new, old, used);
		pfree(old);
	}
	return new;
}

static void
grow_columns(DmCube *cube, int room)
{
	CubePartition *p = &cube->partition;
	int			k;

	for (k = 0; k < cube->shape.nnumbers; k++)
		p->columns.number[k] = larger(cube, p->columns.number[k], sizeof(double) * p->n,
									  sizeof(double) * room);
	for (k = 0; k < cube->shape.ncategories; k++)
		if (cube->same[k] < 0)
			p->columns.category[k] = larger(cube, p->columns.category[k], sizeof(uint32) * p->n,
											sizeof(uint32) * room);
	p->column = larger(cube, p->column, 0, sizeof(double) * room);
	p->room = room;
}

static void
grow_leaves(DmCube *cube, int room)
{
	CubePartition *p = &cube->partition;
	Size		used = sizeof(uint32) * p->nleaves;

	p->leaf = larger(cube, p->leaf, sizeof(CubeLeaf) * p->nleaves, sizeof(CubeLeaf) * room);
	p->group = larger(cube, p->group, used, sizeof(uint32) * room);
	p->member = larger(cube, p->member, used, sizeof(uint32) * room);
	p->first = larger(cube, p->first, used, sizeof(uint32) * (room + 1));
	p->slot = larger(cube, p->slot, 0, sizeof(uint32) * 2 * room);
	p->leaf_room = room;
}

void
dm_cube_partition_init(DmCube *cube)
{
	CubePartition *p = &cube->partition;
	Size		rows = cube->shape.memory / 4 / (width_of(cube) + sizeof(double));
	Size		leaves = cube->shape.memory / 4 / (sizeof(CubeLeaf) + 5 * sizeof(uint32));

	p->columns.number = palloc0(sizeof(double *) * (cube->shape.nnumbers + 1));
	p->columns.category = palloc0(sizeof(uint32 *) * (cube->shape.ncategories + 1));
	p->limit = (int) Min(Max(rows, 2 * CUBE_BLOCK), (Size) 1 << 24);
	p->leaf_limit = (int) Min(Max(leaves, 1024), (Size) 1 << 22);
	grow_columns(cube, 2 * CUBE_BLOCK);
	grow_leaves(cube, 128);
}

/* One column of some leaves, together in the scratch. */
static void *
gather_column(CubePartition *p, const char *column, Size width, const uint32 *member, int nmembers)
{
	char	   *to = p->column;
	int			i;

	for (i = 0; i < nmembers; i++)
	{
		const CubeLeaf *leaf = &p->leaf[member[i]];

		memcpy(to, column + width * leaf->start, width * leaf->n);
		to += width * leaf->n;
	}
	return p->column;
}

static void
put_column(DmCube *cube, int column, void *values, int n)
{
	int			place = cube->shape.place[column];

	dm_cube_put_kind(cube, column);
	if (cube->shape.kinds[column] == DM_KIND_NUMBER)
		dm_cell_put_numbers(cube->builder, &cube->out, values, n);
	else
		dm_cell_put_categories(cube->builder, &cube->out, values, n,
							   cube->shape.categories[place], cube->rank[place]);
}

/* A column that a dimension says, of a cell of the level: of some leaves, whose rows are n. */
static void
put_same(DmCube *cube, int column, int level, const uint32 *member, int nmembers, int n)
{
	CubePartition *p = &cube->partition;
	int			place = cube->shape.place[column];
	int			dimension = cube->same[place];
	uint32	   *id = p->column;
	uint32	   *count = id + nmembers;
	int			i;

	if (cube->level[level].mask >> dimension & 1)
		nmembers = 1;
	for (i = 0; i < nmembers; i++)
	{
		const CubeLeaf *leaf = &p->leaf[member[i]];

		id[i] = dm_cube_same_id(cube, place, dimension, leaf->id);
		count[i] = leaf->n;
	}
	if (nmembers == 1)
		count[0] = n;
	dm_cube_put_kind(cube, column);
	dm_cell_put_category_counts(cube->builder, &cube->out, id, count, nmembers,
								cube->shape.categories[place], cube->rank[place]);
}

static inline bool
is_same(const DmCube *cube, int column)
{
	return cube->shape.kinds[column] == DM_KIND_CATEGORY && cube->same[cube->shape.place[column]] >= 0;
}

static void
build_group(DmCube *cube, int level, const uint32 *member, int nmembers)
{
	CubePartition *p = &cube->partition;
	const DmCubeShape *s = &cube->shape;
	uint64		outcome[DM_FB_COUNTS] = {0};
	int			n = 0;
	int			i;
	int			k;

	for (i = 0; i < nmembers; i++)
	{
		n += p->leaf[member[i]].n;
		for (k = 0; k < DM_FB_COUNTS; k++)
			outcome[k] += p->leaf[member[i]].outcome[k];
	}
	resetStringInfo(&cube->out);
	for (k = 0; k < s->ncolumns; k++)
	{
		bool		number = s->kinds[k] == DM_KIND_NUMBER;
		const char *column = number ? (char *) p->columns.number[s->place[k]]
			: (char *) p->columns.category[s->place[k]];

		if (is_same(cube, k))
			put_same(cube, k, level, member, nmembers, n);
		else
			put_column(cube, k, gather_column(p, column, number ? sizeof(double) : sizeof(uint32),
											  member, nmembers), n);
	}
	dm_cube_emit_cell(cube, level, p->leaf[member[0]].id, (uint64) n, outcome);
}

/* Leaves of one cell of the level get the number of a group.  Returns how many there are. */
static uint32
number_groups(CubePartition *p, uint32 mask)
{
	uint32		slots = 1;
	uint32		groups = 0;
	int			i;

	while (slots < 2 * (uint32) p->nleaves)
		slots *= 2;
	memset(p->slot, 0, sizeof(uint32) * slots);
	for (i = 0; i < p->nleaves; i++)
	{
		const uint32 *id = p->leaf[i].id;
		uint32		at = 0;
		int			d;

		for (d = 0; mask >> d; d++)
			if (mask >> d & 1)
				at = (at ^ id[d]) * 0x9e3779b1u + (at >> 15);
		for (at = (at ^ at >> 16) & (slots - 1); p->slot[at]; at = (at + 1) & (slots - 1))
			if (dm_cube_same(mask, p->leaf[p->slot[at] - 1].id, id))
				break;
		if (p->slot[at] == 0)
		{
			p->slot[at] = (uint32) i + 1;
			p->group[i] = groups++;
		}
		else
			p->group[i] = p->group[p->slot[at] - 1];
	}
	return groups;
}

static void
build_level(DmCube *cube, int level)
{
	CubePartition *p = &cube->partition;
	uint32		groups = number_groups(p, cube->level[level].mask & ~cube->scope);
	uint32		g;
	int			i;

	memset(p->first, 0, sizeof(uint32) * (groups + 1));
	for (i = 0; i < p->nleaves; i++)
		p->first[p->group[i] + 1]++;
	for (g = 0; g < groups; g++)
		p->first[g + 1] += p->first[g];
	for (i = 0; i < p->nleaves; i++)
		p->member[p->first[p->group[i]]++] = (uint32) i;
	/* each first has moved to its group's end */
	for (g = 0; g < groups; g++)
	{
		uint32		start = g == 0 ? 0 : p->first[g - 1];

		CHECK_FOR_INTERRUPTS();
		build_group(cube, level, p->member + start, (int) (p->first[g] - start));
	}
}

/* A leaf's own cell; its columns are used up. */
void
dm_cube_build_leaf(DmCube *cube, int level, uint32 number)
{
	CubePartition *p = &cube->partition;
	const CubeLeaf *leaf = &p->leaf[number];
	const DmCubeShape *s = &cube->shape;
	int			k;

	resetStringInfo(&cube->out);
	for (k = 0; k < s->ncolumns; k++)
	{
		if (is_same(cube, k))
			put_same(cube, k, level, &number, 1, leaf->n);
		else if (s->kinds[k] == DM_KIND_NUMBER)
			put_column(cube, k, p->columns.number[s->place[k]] + leaf->start, leaf->n);
		else
			put_column(cube, k, p->columns.category[s->place[k]] + leaf->start, leaf->n);
	}
	dm_cube_emit_cell(cube, level, leaf->id, (uint64) leaf->n, leaf->outcome);
}

static void
add_leaves(DmCube *cube, CubeTotals *totals, int level)
{
	int			i;

	for (i = 0; i < cube->partition.nleaves; i++)
	{
		CHECK_FOR_INTERRUPTS();
		dm_cube_totals_add(cube, totals, level, &cube->partition.leaf[i]);
	}
}

/* Leaves that have all their rows here at once; a leaf that was cut goes where its rows are. */
static void
finish_leaves(DmCube *cube, int level, bool last)
{
	CubePartition *p = &cube->partition;
	int			i;

	for (i = 0; i < p->nleaves; i++)
	{
		const CubeLeaf *leaf = &p->leaf[i];

		CHECK_FOR_INTERRUPTS();
		if ((!last && i == p->nleaves - 1) ||
			(p->cut && i == 0 && dm_cube_same(cube->all, leaf->id, p->cut_leaf)))
			dm_cube_totals_add(cube, &cube->of_partition, level, leaf);
		else
			dm_cube_build_leaf(cube, level, (uint32) i);
	}
	if (p->nleaves > 0)
		memcpy(p->cut_leaf, p->leaf[p->nleaves - 1].id, sizeof(p->cut_leaf));
}

/* Rows in hand to where they belong; "last": no others of the partition follow. */
static void
flush(DmCube *cube, bool last)
{
	CubePartition *p = &cube->partition;
	bool		whole = last && !p->cut;
	int			leaf_level = -1;
	int			level;

	for (level = 0; level < cube->shape.nlevels; level++)
	{
		const CubeLevel *l = &cube->level[level];

		if (l->mask == cube->all)
			leaf_level = level;
		else if (level == cube->across_now)
			continue;
		else if (!l->kept && l->parent < 0)
			add_leaves(cube, &cube->of_bucket, level);
		else if (l->kept && whole)
			build_level(cube, level);
		else if (l->kept)
			add_leaves(cube, &cube->of_partition, level);
	}
	/* last, as values are used up */
	if (leaf_level >= 0)
		finish_leaves(cube, leaf_level, last);
	p->n = 0;
	p->nleaves = 0;
	p->cut = !last;
	if (last)
		dm_cube_totals_emit(cube, &cube->of_partition);
}

void
dm_cube_partition_room(DmCube *cube, int n)
{
	CubePartition *p = &cube->partition;

	if (n > p->room)
		grow_columns(cube, Min(Max(2 * p->room, n), p->limit));
}

/* Make room for a block. */
static void
prepare(DmCube *cube, int n)
{
	CubePartition *p = &cube->partition;

	if (p->n + n > p->limit || p->nleaves + 1 > p->leaf_limit)
		flush(cube, false);
	if (p->n + n > p->room)
		grow_columns(cube, Min(2 * p->room, p->limit));
	if (p->nleaves == p->leaf_room)
		grow_leaves(cube, 2 * p->leaf_room);
}

/* The run's block at hand, whose key is not before that of the last one taken. */
void
dm_cube_partition_take(DmCube *cube, CubeRun *run)
{
	CubePartition *p = &cube->partition;
	CubeLeaf   *leaf;
	int			k;

	if (p->open && (p->key.bucket != run->key.bucket ||
					!dm_cube_same(cube->scope, p->key.id, run->key.id)))
	{
		flush(cube, true);
		if (p->key.bucket != run->key.bucket)
			dm_cube_partition_end(cube);
	}
	prepare(cube, run->n);
	if (p->nleaves > 0 && dm_cube_same(cube->all, p->key.id, run->key.id))
		leaf = &p->leaf[p->nleaves - 1];
	else
	{
		leaf = &p->leaf[p->nleaves++];
		memset(leaf, 0, sizeof(*leaf));
		leaf->start = p->n;
		memcpy(leaf->id, run->key.id, sizeof(leaf->id));
	}
	leaf->n += run->n;
	for (k = 0; k < DM_FB_COUNTS; k++)
		leaf->outcome[k] += run->outcome[k];
	p->open = true;
	p->key = run->key;
	dm_cube_run_move(cube, run, &p->columns, p->n);
	p->n += run->n;
	cube->bucket_to = run->next;
}

/* No more rows of the bucket. */
void
dm_cube_partition_end(DmCube *cube)
{
	CubePartition *p = &cube->partition;

	if (p->open && (p->nleaves > 0 || p->cut))
		flush(cube, true);
	if (cube->across_now >= 0 && cube->bucket_from < cube->bucket_to)
		dm_cube_across_emit(cube, cube->bucket_from, cube->bucket_to);
	cube->bucket_from = cube->bucket_to;
	dm_cube_packed_roll_up(cube);
	dm_cube_totals_roll_up(cube, &cube->of_bucket);
	dm_cube_totals_emit(cube, &cube->of_bucket);
	p->open = false;
}
