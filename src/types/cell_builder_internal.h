/*
 * cell_builder_internal.h - the builder's scratch, shared by its files.
 */
#ifndef DATAMON_TYPES_CELL_BUILDER_INTERNAL_H
#define DATAMON_TYPES_CELL_BUILDER_INTERNAL_H

#include "types/cell_builder.h"
#include "types/sketch.h"

struct DmCellBuilder
{
	MemoryContext context;		/* of the builder and its scratch */
	MemoryContext rare;			/* for what allocates; emptied after each use */
	DmGrid		grid;
	int			ncolumns;
	void	   *scratch;
	Size		scratch_size;
	uint32	   *id_count;		/* of each id; zero between cells */
	uint32		ids;			/* there is room for */
	DmExactSum *sum;
	DmExactSum *squares;
};

/* Room that stays until the next call. */
extern void *dm_cell_scratch(DmCellBuilder *b, Size bytes);

/* NULLs and what else is no finite number, taken out of x and counted. Returns how many are left. */
extern int	dm_cell_set_aside(DmSketch *s, double *x, int n);

/* An empty sketch on the builder's grid. */
extern void dm_cell_empty(const DmCellBuilder *b, DmSketch *s);

#endif							/* DATAMON_TYPES_CELL_BUILDER_INTERNAL_H */
