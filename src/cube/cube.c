/*
 * cube.c - cells of all segments from rows: gather, sort, build, emit, forget.
 */
#include "postgres.h"

#ifdef __linux__
#include <sys/mman.h>
#include <time.h>
#endif

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

#define HUGE_PAGE (2 * 1024 * 1024)
#define HUGE_FROM (4 * HUGE_PAGE)

DmCube *
dm_cube_new(const DmCubeShape *shape, DmCubeEmit emit, void *to)
{
	DmCube	   *cube = palloc0(sizeof(DmCube));
	int			i;

	Assert(shape->ndimensions <= DM_CUBE_MAX_DIMENSIONS);
	cube->shape = *shape;
	cube->emit = emit;
	cube->to = to;
	cube->context = CurrentMemoryContext;
	cube->scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon cube scratch",
										  ALLOCSET_DEFAULT_SIZES);
	cube->all = (UINT32_C(1) << shape->ndimensions) - 1;
	for (i = 0; i < shape->ncolumns; i++)
		*(shape->kinds[i] == DM_KIND_NUMBER ? &cube->nnumbers : &cube->ncounts) += 1;
	dm_cube_same_init(cube);
	dm_cube_rows_init(cube);
	initStringInfo(&cube->out);
	cube->column_at = palloc(sizeof(int) * (shape->ncolumns + 1));
	return cube;
}

#ifdef MADV_HUGEPAGE
/*
 * Nanoseconds.  A large page takes a tenth of this to clear, and four times as
 * much where the host of a virtual machine must find it first.
 */
#define DEAR_PAGE 1000000

static int64
cpu_time(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
		return 0;
	return (int64) t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * Large pages, as a hint: whether it is taken makes no difference but in time.
 * A virtual machine that gives free memory back to its host gives it back in
 * large pages: to have them again may take ten times as long as to do with
 * small ones, which it has kept.  So the first is tried.
 */
static void
ask_for_large_pages(char *start, char *end)
{
	int64		before = cpu_time();

	if (madvise(start, HUGE_PAGE, MADV_HUGEPAGE) != 0)
		return;
	*(volatile char *) start = 0;
	if (cpu_time() - before < DEAR_PAGE)
		(void) madvise(start, (Size) (end - start), MADV_HUGEPAGE);
}
#endif

/*
 * Memory for rows.  Most of it is visited in an order that is none of its own,
 * where large pages save a walk through the page tables each time.
 */
void *
dm_cube_alloc(MemoryContext context, Size bytes)
{
	char	   *p = MemoryContextAllocHuge(context, bytes);

#ifdef MADV_HUGEPAGE
	if (bytes >= HUGE_FROM)
		ask_for_large_pages((char *) TYPEALIGN(HUGE_PAGE, p), (char *) TYPEALIGN_DOWN(HUGE_PAGE, p + bytes));
#endif
	return p;
}

/* The largest dimension first: it makes the partitions. */
static void
plan_order(DmCube *cube)
{
	int			n = cube->shape.ndimensions;
	int			first = 0;
	int			i;

	for (i = 1; i < n; i++)
		if (cube->rows.max_id[i] > cube->rows.max_id[first])
			first = i;
	if (cube->shape.partition >= 0)
		first = cube->shape.partition;
	for (i = 0; i < n; i++)
		cube->sort_order[i] = i == 0 ? first : i <= first ? i - 1 : i;
}

/* Of the levels that are not kept and have these dimensions and more, one of the fewest cells. */
static int
find_parent(const DmCube *cube, int level)
{
	uint32		mask = cube->level[level].mask;
	int			best = -1;
	double		fewest = 0;
	int			i;

	for (i = 0; i < cube->shape.nlevels; i++)
	{
		uint32		other = cube->level[i].mask;
		double		cells = 1;
		int			d;

		if (cube->level[i].kept || other == mask || (other & mask) != mask)
			continue;
		for (d = 0; d < cube->shape.ndimensions; d++)
			if (other >> d & 1)
				cells *= cube->rows.max_id[d] + 1.0;
		if (best < 0 || cells < fewest)
		{
			best = i;
			fewest = cells;
		}
	}
	return best;
}

static void
plan_levels(DmCube *cube)
{
	uint32		first = cube->shape.ndimensions > 0 ? UINT32_C(1) << cube->sort_order[0] : 0;
	int			i;

	cube->scope = cube->all;
	cube->level = palloc0(sizeof(CubeLevel) * Max(cube->shape.nlevels, 1));
	for (i = 0; i < cube->shape.nlevels; i++)
	{
		CubeLevel  *l = &cube->level[i];

		l->mask = cube->shape.levels[i];
		l->kept = (l->mask & first) == first;
		if (l->kept)
			cube->scope &= l->mask;
	}
	for (i = 0; i < cube->shape.nlevels; i++)
		cube->level[i].parent = cube->level[i].kept ? -1 : find_parent(cube, i);
	cube->across = dm_cube_across_level(cube);
}

static void
plan(DmCube *cube)
{
	MemoryContext old = MemoryContextSwitchTo(cube->context);

	if (!cube->planned)
	{
		plan_order(cube);
		plan_levels(cube);
	}
	cube->planned = true;
	MemoryContextSwitchTo(old);
}

/* Columns that a dimension no longer says are kept: what was gathered without them goes to a file. */
static void
check_same(DmCube *cube, const DmRows *rows)
{
	if (cube->nkept == cube->shape.ncategories || dm_cube_same_check(cube, rows))
		return;
	if (cube->rows.n > 0)
	{
		plan(cube);
		dm_cube_spill(cube);
	}
	dm_cube_same_end(cube);
	dm_cube_rows_plan(cube);
}

void
dm_cube_add(DmCube *cube, const DmRows *rows)
{
	int			from = 0;

	check_same(cube, rows);
	while (from < rows->n)
	{
		int			n = (int) Min(rows->n - from, cube->rows.limit - cube->rows.n);

		if (n == 0)
		{
			plan(cube);
			dm_cube_spill(cube);
			continue;
		}
		dm_cube_rows_add(cube, rows, from, n);
		from += n;
	}
}

static int
by_bytes(const void *a, const void *b, void *dictionary)
{
	size_t		a_len;
	size_t		b_len;
	const char *x = dm_dictionary_bytes(dictionary, *(const uint32 *) a, &a_len);
	const char *y = dm_dictionary_bytes(dictionary, *(const uint32 *) b, &b_len);
	int			c = memcmp(x, y, Min(a_len, b_len));

	return c != 0 ? c : (a_len > b_len) - (a_len < b_len);
}

static uint32 *
rank_values(const DmDictionary *d)
{
	uint32		n = dm_dictionary_size(d);
	uint32	   *sorted = palloc(sizeof(uint32) * (n + 1));
	uint32	   *rank = palloc(sizeof(uint32) * (n + 1));
	uint32		i;

	for (i = 0; i < n; i++)
		sorted[i] = i + 1;
	qsort_arg(sorted, n, sizeof(uint32), by_bytes, unconstify(DmDictionary *, d));
	rank[DM_NULL_ID] = 0;
	for (i = 0; i < n; i++)
		rank[sorted[i]] = i + 1;
	pfree(sorted);
	return rank;
}

/* What is known only when all values of the rows in hand have been seen. */
static void
prepare_categories(DmCube *cube)
{
	int			n = cube->shape.ncategories;
	uint32		largest = 0;
	int			i;

	if (cube->rank == NULL)
		cube->rank = palloc0(sizeof(uint32 *) * (n + 1));
	else
		pfree(cube->tally);
	for (i = 0; i < n; i++)
	{
		if (cube->rank[i])
			pfree(cube->rank[i]);
		cube->rank[i] = rank_values(cube->shape.categories[i]);
		largest = Max(largest, dm_dictionary_size(cube->shape.categories[i]));
	}
	cube->tally = palloc0(sizeof(uint32) * (largest + 1));
}

static void
begin_cells(DmCube *cube)
{
	plan(cube);
	prepare_categories(cube);
	if (cube->partition.leaf != NULL)
		return;
	if (cube->shape.ncolumns > 0)
		cube->builder = dm_cell_builder_new(cube->shape.kinds, cube->shape.ncolumns,
											cube->shape.grid);
	dm_cube_partition_init(cube);
	dm_cube_totals_init(cube, &cube->of_partition);
	dm_cube_totals_init(cube, &cube->of_bucket);
	dm_cube_packed_init(cube);
}

void
dm_cube_release(DmCube *cube, int64 bucket)
{
	MemoryContext old;

	/* with batches in files, they are not all of a bucket's rows that are in hand */
	if (cube->rows.n < cube->rows.release_from || bucket <= cube->rows.min_bucket || cube->nruns > 0)
		return;
	old = MemoryContextSwitchTo(cube->context);
	begin_cells(cube);
	dm_cube_take_before(cube, bucket);
	dm_cube_rows_keep(cube, bucket);
	MemoryContextSwitchTo(old);
}

void
dm_cube_finish(DmCube *cube)
{
	MemoryContext old = MemoryContextSwitchTo(cube->context);

	begin_cells(cube);
	dm_cube_merge_runs(cube);
	dm_cube_partition_end(cube);
	MemoryContextSwitchTo(old);
}

void
dm_cube_emit_cell(DmCube *cube, int level, const uint32 *id, uint64 n, const uint64 *outcome)
{
	uint32		key[DM_CUBE_MAX_DIMENSIONS];
	uint32		mask = cube->level[level].mask;
	MemoryContext old;
	DmCubeCell	cell;
	int			d;

	for (d = 0; d < cube->shape.ndimensions; d++)
		key[d] = (mask >> d & 1) ? id[d] : DM_ANY;
	cell.bucket = cube->partition.key.bucket;
	cell.level = mask;
	cell.key = key;
	cell.n = n;
	cell.columns = cube->out.data;
	cell.columns_size = (Size) cube->out.len;
	cell.tp = outcome[DM_FB_TP];
	cell.fp = outcome[DM_FB_FP];
	cell.fn = outcome[DM_FB_FN];
	cell.tn = outcome[DM_FB_TN];
	cell.unlabelled = outcome[DM_FB_UNLABELLED];
	cell.unpredicted = outcome[DM_FB_UNPREDICTED];
	cell.empty = outcome[DM_FB_EMPTY];
	old = MemoryContextSwitchTo(cube->scratch);
	cube->emit(cube->to, &cell);
	MemoryContextSwitchTo(old);
	MemoryContextReset(cube->scratch);
}
