/*
 * class_table.h - the working form of the types that count by class: names of
 * classes, and counts by a 64-bit key made of their numbers.
 *
 * One flat varlena: DmClassTable, DmClassCell[cell_capacity] (open addressing;
 * count 0 is free), DmClassName[class_capacity], uint32[2 * class_capacity]
 * (open addressing: class number + 1, 0 is free), char[arena_size].  To grow, a
 * larger copy is made and the old one left to the executor.
 */
#ifndef DATAMON_TYPES_CLASS_TABLE_H
#define DATAMON_TYPES_CLASS_TABLE_H

#include "base/checks.h"
#include "base/wire.h"

#define DM_MAX_CELLS 100000		/* pairs of classes */
#define DM_CLASS_BYTES 128		/* of a name; a longer one is cut and hashed */

typedef struct DmClassCell
{
	uint64		key;
	uint64		count;
} DmClassCell;

typedef struct DmClassName
{
	uint64		hash;
	uint32		offset;			/* in the arena */
	uint32		len;
} DmClassName;

/* Rows that lack a class, and why. */
typedef enum DmLacking
{
	DM_LACKS_ACTUAL,			/* unlabelled */
	DM_LACKS_PREDICTED,			/* unpredicted */
	DM_LACKS_BOTH,				/* empty */
	DM_LACKINGS
} DmLacking;

typedef struct DmClassTable
{
	DmHeader	header;
	uint64		lacking[DM_LACKINGS];
	uint32		nclasses;
	uint32		class_capacity; /* a power of two */
	uint32		ncells;
	uint32		cell_capacity;	/* a power of two */
	uint32		arena_used;
	uint32		arena_size;
} DmClassTable;

#define DM_CLASS_CELLS(t) ((DmClassCell *) ((char *) (t) + sizeof(DmClassTable)))
#define DM_CLASS_NAMES(t) ((DmClassName *) (DM_CLASS_CELLS(t) + (t)->cell_capacity))
#define DM_CLASS_INDEX(t) ((uint32 *) (DM_CLASS_NAMES(t) + (t)->class_capacity))
#define DM_CLASS_ARENA(t) ((char *) (DM_CLASS_INDEX(t) + 2 * (t)->class_capacity))

extern DmClassTable *dm_class_table_create(DmTypeTag tag);

/*
 * The state of an aggregate if it is a working form of the type, without a
 * call; else NULL.
 */
static inline DmClassTable *
dm_class_table_state(FunctionCallInfo fcinfo, DmTypeTag tag)
{
	struct varlena *state = (struct varlena *) PG_GETARG_POINTER(0);
	const DmHeader *header = (const DmHeader *) state;

	if (PG_ARGISNULL(0) || !dm_in_aggregate(fcinfo) || !VARATT_IS_4B_U(state) ||
		VARSIZE_4B(state) < sizeof(DmClassTable) || header->tag != (uint8) tag ||
		header->version != DM_FORMAT_VERSION || header->flags != DM_WORKING)
		return NULL;
	return (DmClassTable *) state;
}

/* The same table, or a larger copy with room for so many more of each. */
extern DmClassTable *dm_class_table_grow(DmClassTable *t, uint32 classes, uint32 cells, Size bytes);

static inline DmClassTable *
dm_class_table_reserve(DmClassTable *t, uint32 classes, uint32 cells, Size bytes)
{
	if (likely(t->nclasses + classes <= t->class_capacity &&
			   4 * (t->ncells + cells) <= 3 * t->cell_capacity &&
			   bytes <= t->arena_size - t->arena_used))
		return t;
	return dm_class_table_grow(t, classes, cells, bytes);
}

/* The number of a class, a new one if need be; there has to be room for it. */
extern uint32 dm_class_number(DmClassTable *t, const char *name, Size len);

/* Add to a count; there has to be room for it. */
extern void dm_class_count(DmClassTable *t, uint64 key, uint64 count);

/* Bytewise, a prefix first. */
extern int	dm_class_compare(const char *a, uint32 a_len, const char *b, uint32 b_len);

/* palloc'd: rank[class number] in the order of bytes, and the reverse. */
extern void dm_class_ranks(const DmClassTable *t, uint32 **rank, uint32 **by_rank);

/* The cells that are in use, palloc'd and sorted, after map() of their keys. */
extern DmClassCell *dm_class_cells(const DmClassTable *t, uint64 (*map) (uint64 key, const uint32 *rank),
								   const uint32 *rank);

/* A name read from packed bytes; false where no class has it. */
extern bool dm_class_name_valid(const char *name, size_t len);

#endif							/* DATAMON_TYPES_CLASS_TABLE_H */
