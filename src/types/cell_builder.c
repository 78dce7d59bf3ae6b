/*
 * cell_builder.c - packed columns of a profile straight from arrays of values.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "scan/rows.h"
#include "stats/vector.h"
#include "stats/column.h"
#include "types/cell_builder_internal.h"
#include "types/sum_io.h"

DmCellBuilder *
dm_cell_builder_new(const char *kinds, int ncolumns, DmGrid grid)
{
	DmCellBuilder *b = palloc0(sizeof(DmCellBuilder));

	b->context = CurrentMemoryContext;
	b->rare = AllocSetContextCreate(b->context, "datamon cell builder", ALLOCSET_DEFAULT_SIZES);
	b->grid = grid;
	b->ncolumns = ncolumns;
	b->sum = dm_sum_palloc();
	b->squares = dm_sum_palloc();
	(void) dm_cell_scratch(b, 8192);
	return b;
}

void *
dm_cell_scratch(DmCellBuilder *b, Size bytes)
{
	if (bytes <= b->scratch_size)
		return b->scratch;
	if (b->scratch)
		pfree(b->scratch);
	b->scratch = NULL;
	b->scratch_size = 0;
	b->scratch = MemoryContextAllocHuge(b->context, bytes + bytes / 2);
	b->scratch_size = bytes + bytes / 2;
	return b->scratch;
}

void
dm_cell_empty(const DmCellBuilder *b, DmSketch *s)
{
	memset(s, 0, sizeof(*s));
	s->grid = b->grid;
	s->min = INFINITY;
	s->max = -INFINITY;
}

int
dm_cell_set_aside(DmSketch *s, double *x, int n)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint64		bits = dm_bits(x[i]);

		if (bits == DM_NULL_BITS)
			s->nulls++;
		else if (isnan(x[i]))
			s->nans++;
		else if (isinf(x[i]))
			*(x[i] > 0 ? &s->pos_inf : &s->neg_inf) += 1;
		else
			x[kept++] = x[i];
	}
	return kept;
}

/* Range and sums of any number of values, a tile at a time. */
static void
add_up(DmCellBuilder *b, DmSketch *s, const double *x, int n)
{
	DmRange		range;
	int			i;

	dm_sum_init(b->sum, DM_SUM_LIMBS);
	dm_sum_init(b->squares, DM_SUM_LIMBS);
	for (i = 0; i < n; i += DM_TILE)
	{
		int			m = Min(DM_TILE, n - i);

		dm_vector_range(x + i, m, &range);
		s->min = Min(s->min, range.min);
		s->max = Max(s->max, range.max);
		(void) dm_vector_sums(b->sum, b->squares, x + i, m, &range);
	}
	s->sum = b->sum;
	s->squares = b->squares;
}

void
dm_cell_put_numbers(DmCellBuilder *b, StringInfo out, double *x, int n)
{
	DmSketch	s;
	uint64	   *scratch;

	dm_cell_empty(b, &s);
	n = dm_cell_set_aside(&s, x, n);
	scratch = dm_cell_scratch(b, (sizeof(DmEntry) + 2 * sizeof(uint64)) * (Size) n);
	s.entry = (DmEntry *) (scratch + 2 * (Size) n);
	s.n = dm_entries_from_values(s.entry, x, (size_t) n, scratch);
	s.n = dm_entries_fold(s.entry, s.n, &s.shift, &s.grid);
	if (s.shift > 0)
		add_up(b, &s, x, n);
	dm_sketch_write(out, &s);
}

void
dm_cell_begin_profile(const DmCellBuilder *b, StringInfo out, uint64 rows)
{
	DmHeader	header = {0};

	header.tag = (uint8) DM_PROFILE;
	header.version = DM_FORMAT_VERSION;
	resetStringInfo(out);
	appendBinaryStringInfo(out, (char *) &header, DM_HEADER_SIZE);
	dm_put_varint(out, rows);
	dm_grid_write(out, &b->grid);
	dm_put_varint(out, (uint64) b->ncolumns);
}
