/*
 * runs.c - sorted batches, in memory or in temporary files, merged.
 *
 * A batch that has filled its memory is written in the order of its keys, and
 * at the end all are read side by side: so every cell is complete when it is
 * made, none has to be merged from the cells of several batches, and memory
 * stays what it is, however many rows, segments and buckets there are.
 *
 * A file holds blocks: the key, how many rows, their outcomes, their columns.
 */
#include "postgres.h"

#include "lib/binaryheap.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

static CubeRun *
new_run(DmCube *cube)
{
	CubeRun    *run;

	if (cube->nruns == cube->run_room)
	{
		int			room = Max(8, 2 * cube->run_room);
		CubeRun    *larger = MemoryContextAlloc(cube->context, sizeof(CubeRun) * room);

		if (cube->run_room > 0)
		{
			memcpy(larger, cube->run, sizeof(CubeRun) * cube->nruns);
			pfree(cube->run);
		}
		cube->run = larger;
		cube->run_room = room;
	}
	run = &cube->run[cube->nruns++];
	memset(run, 0, sizeof(*run));
	return run;
}

/* The next block of the rows in memory. */
static bool
next_in_memory(DmCube *cube, CubeRun *run)
{
	const CubeRows *r = &cube->rows;
	int64		place = run->next;
	int64		end = Min(place + CUBE_BLOCK, r->n);
	uint64		word;

	if (place == r->n)
		return false;
	word = r->order[place] >> r->low_bits;
	dm_cube_rows_key(cube, place, &run->key);
	while (place < end && r->order[place] >> r->low_bits == word)
		place++;
	run->n = (int) (place - run->next);
	dm_cube_rows_outcome(cube, run->next, run->n, run->outcome);
	return true;
}

static bool
next_in_file(DmCube *cube, CubeRun *run)
{
	if (run->next == 0)
		return false;
	run->next--;
	dm_cube_file_read(run->file, &run->key, offsetof(CubeKey, id) + sizeof(uint32) * cube->shape.ndimensions);
	dm_cube_file_read(run->file, &run->n, sizeof(int));
	if (cube->shape.outcome)
		dm_cube_file_read(run->file, run->outcome, sizeof(run->outcome));
	return true;
}

static bool
next_block(DmCube *cube, CubeRun *run)
{
	CHECK_FOR_INTERRUPTS();
	return run->file ? next_in_file(cube, run) : next_in_memory(cube, run);
}

/* Where columns of n rows are that lie behind each other. */
static void
columns_of_block(const DmCube *cube, char *bytes, int n, CubeColumns *c)
{
	int			k;

	for (k = 0; k < cube->shape.nnumbers; k++, bytes += sizeof(double) * n)
		c->number[k] = (double *) bytes;
	for (k = 0; k < cube->shape.ncategories; k++)
		if (cube->same[k] < 0)
		{
			c->category[k] = (uint32 *) bytes;
			bytes += sizeof(uint32) * n;
		}
}

static void
fill(uint32 *to, uint32 id, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		to[i] = id;
}

void
dm_cube_run_move(DmCube *cube, CubeRun *run, const CubeColumns *to, int at)
{
	int			k;

	if (run->file == NULL)
	{
		dm_cube_rows_move(cube, run->next, run->n, to, at);
		run->next += run->n;
		return;
	}
	for (k = 0; k < cube->shape.nnumbers; k++)
		dm_cube_file_read(run->file, to->number[k] + at, sizeof(double) * run->n);
	for (k = 0; k < cube->shape.ncategories; k++)
	{
		if (cube->same[k] >= 0)
			continue;
		if (run->same[k] < 0)
			dm_cube_file_read(run->file, to->category[k] + at, sizeof(uint32) * run->n);
		else
			fill(to->category[k] + at, dm_cube_same_id(cube, k, run->same[k], run->key.id), run->n);
	}
}

/* Write the batch to a file, and forget it. */
void
dm_cube_spill(DmCube *cube)
{
	const DmCubeShape *s = &cube->shape;
	Size		width = sizeof(double) * s->nnumbers + sizeof(uint32) * cube->nkept;
	CubeRun		batch = {NULL};
	CubeRun    *run;
	CubeColumns columns;
	char	   *bytes;
	MemoryContext old = MemoryContextSwitchTo(cube->context);

	dm_cube_sort(cube);
	run = new_run(cube);
	run->file = dm_cube_file_new();
	run->same = palloc(sizeof(int) * (s->ncategories + 1));
	memcpy(run->same, cube->same, sizeof(int) * s->ncategories);
	bytes = palloc(Max(width * CUBE_BLOCK, 1));
	columns.number = palloc(sizeof(double *) * (s->nnumbers + 1));
	columns.category = palloc(sizeof(uint32 *) * (s->ncategories + 1));
	while (next_block(cube, &batch))
	{
		dm_cube_file_write(run->file, &batch.key, offsetof(CubeKey, id) + sizeof(uint32) * s->ndimensions);
		dm_cube_file_write(run->file, &batch.n, sizeof(int));
		if (s->outcome)
			dm_cube_file_write(run->file, batch.outcome, sizeof(batch.outcome));
		columns_of_block(cube, bytes, batch.n, &columns);
		dm_cube_run_move(cube, &batch, &columns, 0);
		if (width > 0)
			dm_cube_file_write(run->file, bytes, width * batch.n);
		run->next++;
	}
	dm_cube_file_end(run->file);
	pfree(bytes);
	pfree(columns.number);
	pfree(columns.category);
	cube->rows.n = 0;
	MemoryContextSwitchTo(old);
}

static int
compare_keys(const DmCube *cube, const CubeKey *a, const CubeKey *b)
{
	int			d;

	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	for (d = 0; d < cube->shape.ndimensions; d++)
	{
		int			i = cube->sort_order[d];

		if (a->id[i] != b->id[i])
			return a->id[i] < b->id[i] ? -1 : 1;
	}
	return 0;
}

/* For a heap whose top is its largest. */
static int
compare_runs(Datum a, Datum b, void *arg)
{
	const DmCube *cube = arg;

	return -compare_keys(cube, &cube->run[DatumGetInt32(a)].key, &cube->run[DatumGetInt32(b)].key);
}

/* All blocks of all batches, equal keys behind each other, into partitions. */
void
dm_cube_merge_runs(DmCube *cube)
{
	binaryheap *heap;
	int			i;

	for (i = 0; i < cube->nruns; i++)
		dm_cube_file_rewind(cube->run[i].file, cube->shape.memory / 4 / (Size) cube->nruns);
	dm_cube_sort(cube);
	cube->across_now = cube->nruns == 0 ? dm_cube_across_rows(cube) : -1;
	cube->bucket_from = cube->bucket_to = 0;
	(void) new_run(cube);		/* what is still in memory */
	heap = binaryheap_allocate(cube->nruns, compare_runs, cube);
	for (i = 0; i < cube->nruns; i++)
		if (next_block(cube, &cube->run[i]))
			binaryheap_add_unordered(heap, Int32GetDatum(i));
	binaryheap_build(heap);
	while (!binaryheap_empty(heap))
	{
		Datum		top = binaryheap_first(heap);
		CubeRun    *run = &cube->run[DatumGetInt32(top)];

		dm_cube_partition_take(cube, run);
		if (next_block(cube, run))
			binaryheap_replace_first(heap, top);
		else
			(void) binaryheap_remove_first(heap);
	}
	binaryheap_free(heap);
	for (i = 0; i < cube->nruns; i++)
		if (cube->run[i].file)
			dm_cube_file_close(cube->run[i].file);
	cube->nruns = 0;
	cube->rows.n = 0;
}

void
dm_cube_take_before(DmCube *cube, int64 bucket)
{
	CubeRun		run = {NULL};

	dm_cube_sort(cube);
	cube->across_now = dm_cube_across_rows(cube);
	cube->bucket_from = cube->bucket_to = 0;
	while (next_block(cube, &run) && run.key.bucket < bucket)
		dm_cube_partition_take(cube, &run);
	dm_cube_partition_end(cube);
}
