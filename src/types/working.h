/*
 * working.h - the working form of histogram and profile: columns that grow
 * inside one flat varlena.
 *
 * Values are buffered, column by column, until a tile is full; only then do
 * counting tables and sums come into being.  So a group of few rows costs
 * little more than its values, and a large one is worked off by loops over
 * whole tiles.  Everything is reached by offsets from the varlena's start;
 * when room runs out, a larger copy takes its place (the caller of an
 * aggregate's transition function frees the old one).
 */
#ifndef DATAMON_TYPES_WORKING_H
#define DATAMON_TYPES_WORKING_H

#include "base/wire.h"
#include "stats/column.h"
#include "types/sketch.h"

/* What a column is; also the byte that a packed profile carries. */
#define DM_KIND_NUMBER 'n'
#define DM_KIND_CATEGORY 'c'

typedef struct DmSlot
{
	uint64		nulls;
	uint64		nans;
	uint64		neg_inf;
	uint64		pos_inf;
	uint32		fill;			/* values in the buffer, while it is ragged */
	uint32		buffer;			/* offset of "capacity" doubles */
	uint32		column;			/* offset of DmColumn; 0: only the buffer so far */
	uint32		area;			/* offset of its words, or of a value_counts */
	uint32		area_size;		/* bytes there */
	uint32		sum;			/* offsets of DmExactSum; 0 without moments */
	uint32		squares;
	uint32		kind;			/* DM_KIND_... */
} DmSlot;

typedef struct DmWorking
{
	DmHeader	header;
	uint64		rows;
	uint32		used;			/* bytes; VARSIZE is the room */
	uint32		capacity;		/* values a buffer holds */
	uint32		stride;			/* doubles from one buffer to the next */
	uint32		buffered;		/* rows in the buffers */
	uint32		buffers;		/* offset of the first; the others follow */
	uint32		ncolumns;
	DmGrid		grid;
	bool		moments;		/* keep sums? */
	bool		ragged;			/* a NULL made the buffers' fills differ */
	uint8		unused[2];
	DmSlot		slot[FLEXIBLE_ARRAY_MEMBER];
} DmWorking;

/*
 * A slot of this kind has no buffer and no table: its owner may use all of it
 * but fill, buffer and column, and reserve room for what it points to.
 */
#define DM_KIND_OTHER 'x'

#define DM_AT(w, offset) ((void *) ((char *) (w) + (offset)))

extern DmWorking *dm_working_new(DmTypeTag tag, const char *kinds, int ncolumns, DmGrid grid,
								 bool moments);

/* Bytes at the end of *w, which may move.  Returns their offset. */
extern uint32 dm_working_reserve(DmWorking **w, Size bytes);

/*
 * A row is put like this: dm_working_room(); then, if every column has a
 * value, straight into the buffers at place "buffered"; else one by one by
 * dm_working_put() after dm_working_make_ragged(); then buffered goes up.
 */
extern DmWorking *dm_working_make_room(DmWorking *w);

static inline DmWorking *
dm_working_room(DmWorking *w)
{
	return likely(w->buffered < w->capacity) ? w : dm_working_make_room(w);
}

extern void dm_working_make_ragged(DmWorking *w);

static inline void
dm_working_put(DmWorking *w, int column, double x)
{
	DmSlot	   *slot = &w->slot[column];

	((double *) DM_AT(w, slot->buffer))[slot->fill++] = x;
}

extern DmWorking *dm_working_put_category(DmWorking *w, int column, const char *value, size_t len);

/*
 * Many values at once, past the buffers, of a column that has its table
 * already (slot[].column); x is destroyed.
 */
extern DmWorking *dm_working_put_numbers(DmWorking *w, int column, double *x, int n);

/* A value of a category so many times; NULL for NULL. */
extern DmWorking *dm_working_put_category_times(DmWorking *w, int column, const char *value,
												size_t len, uint64 count);

/* Add an unpacked column.  The result replaces w. */
extern DmWorking *dm_working_add_sketch(DmWorking *w, int column, const DmSketch *s);
extern DmWorking *dm_working_add_category(DmWorking *w, int column, const struct varlena *counts);

/* A number column as it would be packed; w stays as it is. */
extern void dm_working_sketch(const DmWorking *w, int column, DmSketch *out);

#endif							/* DATAMON_TYPES_WORKING_H */
