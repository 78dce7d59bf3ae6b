/*
 * cell_builder_internal.h - the builder's scratch, shared by its files.
 */
#ifndef DATAMON_TYPES_CELL_BUILDER_INTERNAL_H
#define DATAMON_TYPES_CELL_BUILDER_INTERNAL_H

#include "stats/rank_sort.h"
#include "types/cell_builder.h"
#include "types/sketch.h"

/* Room that is kept from cell to cell. */
typedef struct DmRoom
{
	void	   *at;
	Size		size;
} DmRoom;

struct DmCellBuilder
{
	MemoryContext context;		/* of the builder and its rooms */
	MemoryContext rare;			/* for what allocates; emptied after each use */
	DmGrid		grid;
	int			ncolumns;
	DmRoom		values;
	DmRoom		entries[3];
	DmRoom		window;			/* counters, zero between cells */
	DmRoom		ids;			/* counter of each id, zero between cells */
	DmExactSum *sum;
	DmExactSum *squares;
};

/* At least so many bytes; what was in them may be gone. */
extern void *dm_cell_room_larger(DmCellBuilder *b, DmRoom *room, Size bytes, bool zero);

static inline void *
dm_cell_room(DmCellBuilder *b, DmRoom *room, Size bytes)
{
	return likely(bytes <= room->size) ? room->at : dm_cell_room_larger(b, room, bytes, false);
}

/* The same for counters, which are all zero. */
static inline void *
dm_cell_counters(DmCellBuilder *b, DmRoom *room, Size bytes)
{
	return likely(bytes <= room->size) ? room->at : dm_cell_room_larger(b, room, bytes, true);
}

/* NULLs and what else is no finite number, taken out of x and counted. Returns how many are left. */
extern int	dm_cell_set_aside(DmSketch *s, double *x, int n);

/* An empty sketch on the builder's grid. */
extern void dm_cell_empty(const DmCellBuilder *b, DmSketch *s);

/* Counters of a window's bins, and a bit for each that is not zero. */
#define DM_WINDOW_BINS 65536

typedef struct DmCounters
{
	uint32	   *count;
	uint64	   *occupied;
} DmCounters;

extern DmCounters dm_cell_window(DmCellBuilder *b);

static inline void
dm_cell_window_count(DmCounters *c, uint32 place, uint32 times)
{
	c->count[place] += times;
	c->occupied[place / 64] |= UINT64CONST(1) << (place % 64);
}

/* The occupied bins in their order; the counters are zero again. */
extern size_t dm_cell_window_list(const DmCounters *c, const DmWindow *w, DmEntry *out);

extern void dm_cell_merge_numbers(DmCellBuilder *b, StringInfo out, DmPackedColumn *column, int n);
extern void dm_cell_merge_categories(DmCellBuilder *b, StringInfo out,
									 DmPackedColumn *column, int n);

#endif							/* DATAMON_TYPES_CELL_BUILDER_INTERNAL_H */
