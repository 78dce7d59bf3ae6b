/*
 * totals.c - cells that rows keep coming to.
 *
 * Levels without the partition's dimension have their rows in every partition:
 * their cells are kept in profile's working form to the end of the bucket.
 * Only the finest of them take rows; the others are merged from these.  A
 * partition too large for its memory is added up in the same way.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"
#include "types/sketch.h"
#include "types/value_counts.h"

void
dm_cube_totals_init(DmCube *cube, CubeTotals *totals)
{
	totals->context = AllocSetContextCreate(cube->context, "datamon cube totals",
											ALLOCSET_DEFAULT_SIZES);
	totals->first = palloc0(sizeof(CubeTotal *) * cube->shape.nlevels);
	totals->hash = NULL;
}

static void
make_hash(CubeTotals *totals)
{
	HASHCTL		control;

	memset(&control, 0, sizeof(control));
	control.keysize = sizeof(CubeTotalKey);
	control.entrysize = sizeof(CubeTotal);
	control.hcxt = totals->context;
	totals->hash = hash_create("datamon cube totals", 64, &control,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
begin(DmCube *cube, CubeTotal *t)
{
	t->n = 0;
	memset(t->outcome, 0, sizeof(t->outcome));
	t->numbers = NULL;
	t->counts = NULL;
	if (cube->nnumbers > 0)
	{
		char	   *kinds = palloc(cube->nnumbers);

		memset(kinds, DM_KIND_NUMBER, cube->nnumbers);
		t->numbers = dm_working_new(DM_PROFILE, kinds, cube->nnumbers, cube->shape.grid, true);
		pfree(kinds);
	}
	if (cube->ncounts > 0)
		t->counts = palloc0(sizeof(struct varlena *) * cube->ncounts);
}

static CubeTotal *
find(DmCube *cube, CubeTotals *totals, int level, const uint32 *id)
{
	uint32		mask = cube->shape.levels[level];
	CubeTotalKey key;
	CubeTotal  *t;
	bool		found;
	int			d;

	if (totals->hash == NULL)
		make_hash(totals);
	memset(&key, 0, sizeof(key));
	key.level = (uint32) level;
	for (d = 0; d < cube->shape.ndimensions; d++)
		key.id[d] = (mask >> d & 1) ? id[d] : DM_ANY;
	t = hash_search(totals->hash, &key, HASH_ENTER, &found);
	if (found)
		return t;
	begin(cube, t);
	t->next = totals->first[level];
	totals->first[level] = t;
	return t;
}

static bool
any_null(const double *x, int n)
{
	bool		found = false;
	int			i;

	for (i = 0; i < n; i++)
		found |= dm_bits(x[i]) == DM_NULL_BITS;
	return found;
}

/* Values into one buffer of a working form that has room for them. */
static void
put_values(DmWorking *w, int column, const double *x, int n)
{
	DmSlot	   *slot = &w->slot[column];
	double	   *buffer = DM_AT(w, slot->buffer);
	uint32		fill = w->ragged ? slot->fill : w->buffered;
	int			i;

	if (!w->ragged || !any_null(x, n))
	{
		memcpy(buffer + fill, x, sizeof(double) * n);
		slot->fill = fill + n;
		return;
	}
	for (i = 0; i < n; i++)
	{
		if (dm_bits(x[i]) == DM_NULL_BITS)
			slot->nulls++;
		else
			buffer[fill++] = x[i];
	}
	slot->fill = fill;
}

static DmWorking *
with_room(DmWorking *w)
{
	DmWorking  *larger = dm_working_room(w);

	if (larger != w)
		pfree(w);
	return larger;
}

static void
add_numbers(DmCube *cube, CubeTotal *t, int start, int n)
{
	const CubePartition *p = &cube->partition;
	const DmCubeShape *s = &cube->shape;
	DmWorking  *w = t->numbers;

	while (n > 0)
	{
		bool		nulls = false;
		int			part;
		int			column = 0;
		int			i;

		w = with_room(w);
		part = Min(n, (int) (w->capacity - w->buffered));
		for (i = 0; i < s->ncolumns && !nulls; i++)
			nulls = s->kinds[i] == DM_KIND_NUMBER &&
				any_null(p->columns.number[s->place[i]] + start, part);
		if (nulls)
			dm_working_make_ragged(w);
		for (i = 0; i < s->ncolumns; i++)
			if (s->kinds[i] == DM_KIND_NUMBER)
				put_values(w, column++, p->columns.number[s->place[i]] + start, part);
		w->buffered += part;
		start += part;
		n -= part;
	}
	t->numbers = w;
}

/* So many rows of a value. */
static struct varlena *
add_times(const DmCube *cube, struct varlena *counts, int place, uint32 id, uint64 times)
{
	struct varlena *larger;
	const char *value = NULL;
	size_t		len = 0;

	if (id != DM_NULL_ID)
		value = dm_dictionary_bytes(cube->shape.categories[place], id, &len);
	larger = dm_value_counts_add_times(counts, value, len, DM_VALUE_COUNTS_LIMIT, times);
	if (counts && larger != counts)
		pfree(counts);
	return larger;
}

/* Ids counted first: so many rows of a value cost one search for it. */
static struct varlena *
add_ids(DmCube *cube, struct varlena *counts, int place, const uint32 *id, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		cube->tally[id[i]]++;
	for (i = 0; i < n; i++)
	{
		uint32		count = cube->tally[id[i]];

		if (count == 0)
			continue;
		cube->tally[id[i]] = 0;
		counts = add_times(cube, counts, place, id[i], count);
	}
	return counts;
}

static void
add_outcome(uint64 *to, const uint64 *from)
{
	int			i;

	for (i = 0; i < DM_FB_COUNTS; i++)
		to[i] += from[i];
}

/* Does the key of the level's cells say this category? */
static bool
key_says(const DmCube *cube, int level, int place)
{
	return cube->same[place] >= 0 && (cube->shape.levels[level] >> cube->same[place] & 1);
}

static struct varlena *
add_counts(DmCube *cube, const CubeTotal *t, struct varlena *counts, int place, const CubeLeaf *leaf)
{
	if (cube->same[place] < 0)
		return add_ids(cube, counts, place, cube->partition.columns.category[place] + leaf->start, leaf->n);
	if (key_says(cube, (int) t->key.level, place))
		return counts;
	return add_times(cube, counts, place, dm_cube_same_id(cube, place, cube->same[place], leaf->id),
					 (uint64) leaf->n);
}

static void
add_leaf(DmCube *cube, CubeTotal *t, const CubeLeaf *leaf)
{
	const DmCubeShape *s = &cube->shape;
	int			column = 0;
	int			i;

	t->n += leaf->n;
	add_outcome(t->outcome, leaf->outcome);
	if (cube->nnumbers > 0)
		add_numbers(cube, t, leaf->start, leaf->n);
	for (i = 0; i < s->ncolumns; i++)
		if (s->kinds[i] == DM_KIND_CATEGORY)
		{
			t->counts[column] = add_counts(cube, t, t->counts[column], s->place[i], leaf);
			column++;
		}
}

/* The rows of a leaf in the partition. */
void
dm_cube_totals_add(DmCube *cube, CubeTotals *totals, int level, const CubeLeaf *leaf)
{
	MemoryContext old = MemoryContextSwitchTo(totals->context);

	add_leaf(cube, find(cube, totals, level, leaf->id), leaf);
	MemoryContextSwitchTo(old);
}

/* One category column of a finished cell to that of one of a coarser level. */
static struct varlena *
merge_counts(DmCube *cube, int level, struct varlena *into, const CubeTotal *from, int column, int place)
{
	struct varlena *merged;

	if (key_says(cube, level, place))
		return into;
	if (key_says(cube, (int) from->key.level, place))
		return add_times(cube, into, place,
						 dm_cube_same_id(cube, place, cube->same[place], from->key.id), from->n);
	merged = dm_value_counts_merge(into, from->counts[column]);
	if (into && into != merged)
		pfree(into);
	return merged;
}

/* Add a finished cell to one of a coarser level. */
static void
merge(DmCube *cube, CubeTotals *totals, int level, const CubeTotal *from)
{
	CubeTotal  *t;
	int			category = 0;
	int			i;

	MemoryContextSwitchTo(totals->context);
	t = find(cube, totals, level, from->key.id);
	t->n += from->n;
	add_outcome(t->outcome, from->outcome);
	for (i = 0; i < cube->nnumbers; i++)
	{
		DmSketch	sketch;
		DmWorking  *larger;

		MemoryContextSwitchTo(cube->scratch);
		dm_working_sketch(from->numbers, i, &sketch);
		MemoryContextSwitchTo(totals->context);
		larger = dm_working_add_sketch(t->numbers, i, &sketch);
		if (larger != t->numbers)
			pfree(t->numbers);
		t->numbers = larger;
		MemoryContextReset(cube->scratch);
	}
	for (i = 0; i < cube->shape.ncolumns; i++)
		if (cube->shape.kinds[i] == DM_KIND_CATEGORY)
		{
			t->counts[category] = merge_counts(cube, level, t->counts[category], from, category,
											   cube->shape.place[i]);
			category++;
		}
}

/* Levels come finest first, so whatever is merged into a cell comes before it. */
void
dm_cube_totals_roll_up(DmCube *cube, CubeTotals *totals)
{
	MemoryContext old = CurrentMemoryContext;
	const CubeTotal *t;
	int			i;

	for (i = 0; i < cube->shape.nlevels; i++)
	{
		int			parent = cube->level[i].parent;

		if (cube->level[i].kept || parent < 0)
			continue;
		for (t = totals->first[parent]; t; t = t->next)
		{
			CHECK_FOR_INTERRUPTS();
			merge(cube, totals, i, t);
		}
	}
	MemoryContextSwitchTo(old);
}

static struct varlena *
counts_of(DmCube *cube, const CubeTotal *t, int column, int place)
{
	if (key_says(cube, (int) t->key.level, place))
		return add_times(cube, NULL, place, dm_cube_same_id(cube, place, cube->same[place], t->key.id), t->n);
	return t->counts[column];
}

static void
put_columns(DmCube *cube, const CubeTotal *t)
{
	int			number = 0;
	int			category = 0;
	int			i;

	for (i = 0; i < cube->shape.ncolumns; i++)
	{
		dm_cube_put_kind(cube, i);
		if (cube->shape.kinds[i] == DM_KIND_NUMBER)
		{
			DmSketch	sketch;

			dm_working_sketch(t->numbers, number++, &sketch);
			dm_sketch_write(&cube->out, &sketch);
		}
		else
		{
			struct varlena *packed;
			Size		len;

			packed = dm_value_counts_pack(counts_of(cube, t, category++, cube->shape.place[i]));
			len = VARSIZE(packed) - DM_HEADER_SIZE;
			dm_put_varint(&cube->out, len);
			appendBinaryStringInfo(&cube->out, (char *) packed + DM_HEADER_SIZE, (int) len);
		}
	}
}

/* Emit all, and forget them. */
void
dm_cube_totals_emit(DmCube *cube, CubeTotals *totals)
{
	int			i;

	if (totals->hash == NULL)
		return;
	for (i = 0; i < cube->shape.nlevels; i++)
	{
		const CubeTotal *t;

		for (t = totals->first[i]; t; t = t->next)
		{
			MemoryContext old = MemoryContextSwitchTo(cube->scratch);

			CHECK_FOR_INTERRUPTS();
			resetStringInfo(&cube->out);
			put_columns(cube, t);
			MemoryContextSwitchTo(old);
			dm_cube_emit_cell(cube, i, t->key.id, t->n, t->outcome);
		}
		totals->first[i] = NULL;
	}
	MemoryContextReset(totals->context);
	totals->hash = NULL;
}
