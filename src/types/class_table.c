/*
 * class_table.c - the working form of the types that count by class.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "port/pg_bitutils.h"

#include "base/checks.h"
#include "types/class_table.h"
#include "types/value_counts_internal.h"

#define FIRST_BYTES 512
#define FIRST_CELLS 16
#define FIRST_CLASSES 4

static Size
table_size(uint32 classes, uint32 cells, uint32 arena_size)
{
	return sizeof(DmClassTable) + (Size) cells * sizeof(DmClassCell) +
		(Size) classes * (sizeof(DmClassName) + 2 * sizeof(uint32)) + arena_size;
}

/* The arena takes what the allocator would round away. */
static DmClassTable *
allocate(uint8 tag, uint32 classes, uint32 cells, Size arena_size)
{
	Size		size = Max(table_size(classes, cells, 0) + arena_size, FIRST_BYTES);
	DmClassTable *t;

	if (size <= 8192)
		size = pg_nextpower2_32((uint32) size);
	t = palloc0(size);
	dm_header_working(t, tag, size);
	t->class_capacity = classes;
	t->cell_capacity = cells;
	t->arena_size = (uint32) (size - table_size(classes, cells, 0));
	return t;
}

DmClassTable *
dm_class_table_create(DmTypeTag tag)
{
	return allocate((uint8) tag, FIRST_CLASSES, FIRST_CELLS, 0);
}

static inline uint64
load64(const char *p)
{
	uint64		v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64
load32(const char *p)
{
	uint32		v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * Never leaves memory or the server, so byte order does not matter.  Ends are
 * read by loads that overlap: a copy of variable length costs more than the rest.
 */
static uint64
hash_name(const char *name, Size len)
{
	uint64		h = UINT64CONST(0x9e3779b97f4a7c15) ^ len;
	uint64		part = 0;
	Size		i;

	for (i = 8; i < len; i += 8)
	{
		h = (h ^ load64(name + i - 8)) * UINT64CONST(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	if (len >= 8)
		part = load64(name + len - 8);
	else if (len >= 4)
		part = load32(name) | load32(name + len - 4) << 32;
	else if (len > 0)
		part = (uint8) name[0] | (uint64) (uint8) name[len / 2] << 8 |
			(uint64) (uint8) name[len - 1] << 16;
	h = (h ^ part) * UINT64CONST(0xff51afd7ed558ccd);
	return h ^ (h >> 32);
}

static uint64
hash_key(uint64 key)
{
	key *= UINT64CONST(0x9e3779b97f4a7c15);
	return key ^ (key >> 32);
}

/* The place of a key, or the free one where it belongs. */
static DmClassCell *
find_cell(const DmClassTable *t, uint64 key)
{
	DmClassCell *cells = DM_CLASS_CELLS(t);
	uint32		mask = t->cell_capacity - 1;
	uint32		pos = (uint32) hash_key(key) & mask;

	while (cells[pos].count != 0 && cells[pos].key != key)
		pos = (pos + 1) & mask;
	return &cells[pos];
}

void
dm_class_count(DmClassTable *t, uint64 key, uint64 count)
{
	DmClassCell *cell = find_cell(t, key);

	if (cell->count == 0)
	{
		cell->key = key;
		t->ncells++;
	}
	cell->count = dm_add_count(cell->count, count);
}

/* The place of a name in the index, or the free one where it belongs. */
static uint32 *
find_name(DmClassTable *t, const char *name, uint32 len, uint64 hash)
{
	const DmClassName *names = DM_CLASS_NAMES(t);
	const char *arena = DM_CLASS_ARENA(t);
	uint32	   *index = DM_CLASS_INDEX(t);
	uint32		mask = 2 * t->class_capacity - 1;
	uint32		pos = (uint32) hash & mask;

	for (; index[pos] != 0; pos = (pos + 1) & mask)
	{
		const DmClassName *e = &names[index[pos] - 1];

		if (e->hash == hash && e->len == len && memcmp(arena + e->offset, name, len) == 0)
			break;
	}
	return &index[pos];
}

uint32
dm_class_number(DmClassTable *t, const char *name, Size len)
{
	char		kept[DM_CLASS_BYTES + 1];
	uint64		hash;
	uint32	   *place;

	if (unlikely(len > DM_CLASS_BYTES))
	{
		len = dm_vc_keep(name, len, kept);
		name = kept;
	}
	hash = hash_name(name, len);
	place = find_name(t, name, (uint32) len, hash);
	if (*place == 0)
	{
		DmClassName *e = &DM_CLASS_NAMES(t)[t->nclasses++];

		*place = t->nclasses;
		e->hash = hash;
		e->offset = t->arena_used;
		e->len = (uint32) len;
		memcpy(DM_CLASS_ARENA(t) + e->offset, name, len);
		t->arena_used += (uint32) len;
	}
	return *place - 1;
}

DmClassTable *
dm_class_table_grow(DmClassTable *t, uint32 classes, uint32 cells, Size bytes)
{
	uint32		class_capacity = t->class_capacity;
	uint32		cell_capacity = t->cell_capacity;
	Size		arena_size = t->arena_size;
	DmClassTable *g;
	uint32		i;

	while (t->nclasses + classes > class_capacity)
		class_capacity *= 2;
	while (4 * (uint64) (t->ncells + cells) > 3 * (uint64) cell_capacity)
		cell_capacity *= 2;
	while (t->arena_used + bytes > arena_size)
		arena_size = 2 * arena_size + 64;
	g = allocate(t->header.tag, class_capacity, cell_capacity, arena_size);
	memcpy(g->lacking, t->lacking, sizeof(t->lacking));
	memcpy(DM_CLASS_NAMES(g), DM_CLASS_NAMES(t), t->nclasses * sizeof(DmClassName));
	memcpy(DM_CLASS_ARENA(g), DM_CLASS_ARENA(t), t->arena_used);
	g->nclasses = t->nclasses;
	g->arena_used = t->arena_used;
	for (i = 0; i < g->nclasses; i++)
	{
		uint32		pos = (uint32) DM_CLASS_NAMES(g)[i].hash & (2 * class_capacity - 1);

		while (DM_CLASS_INDEX(g)[pos] != 0)
			pos = (pos + 1) & (2 * class_capacity - 1);
		DM_CLASS_INDEX(g)[pos] = i + 1;
	}
	for (i = 0; i < t->cell_capacity; i++)
		if (DM_CLASS_CELLS(t)[i].count != 0)
			*find_cell(g, DM_CLASS_CELLS(t)[i].key) = DM_CLASS_CELLS(t)[i];
	g->ncells = t->ncells;
	return g;
}

int
dm_class_compare(const char *a, uint32 a_len, const char *b, uint32 b_len)
{
	return vc_compare_values(a, a_len, b, b_len);
}

typedef struct Ranked
{
	const char *name;
	uint32		len;
	uint32		number;
} Ranked;

static int
by_name(const void *a, const void *b)
{
	const Ranked *x = a;
	const Ranked *y = b;

	return dm_class_compare(x->name, x->len, y->name, y->len);
}

void
dm_class_ranks(const DmClassTable *t, uint32 **rank, uint32 **by_rank)
{
	Ranked	   *r = palloc(Max(t->nclasses, 1) * sizeof(Ranked));
	uint32		i;

	*rank = palloc(Max(t->nclasses, 1) * sizeof(uint32));
	*by_rank = palloc(Max(t->nclasses, 1) * sizeof(uint32));
	for (i = 0; i < t->nclasses; i++)
	{
		r[i].name = DM_CLASS_ARENA(t) + DM_CLASS_NAMES(t)[i].offset;
		r[i].len = DM_CLASS_NAMES(t)[i].len;
		r[i].number = i;
	}
	qsort(r, t->nclasses, sizeof(Ranked), by_name);
	for (i = 0; i < t->nclasses; i++)
	{
		(*rank)[r[i].number] = i;
		(*by_rank)[i] = r[i].number;
	}
	pfree(r);
}

static int
by_key(const void *a, const void *b)
{
	const DmClassCell *x = a;
	const DmClassCell *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

DmClassCell *
dm_class_cells(const DmClassTable *t, uint64 (*map) (uint64 key, const uint32 *rank),
			   const uint32 *rank)
{
	DmClassCell *out = palloc(Max(t->ncells, 1) * sizeof(DmClassCell));
	uint32		n = 0;
	uint32		i;

	for (i = 0; i < t->cell_capacity; i++)
	{
		const DmClassCell *cell = &DM_CLASS_CELLS(t)[i];

		if (cell->count == 0)
			continue;
		out[n].key = map(cell->key, rank);
		out[n++].count = cell->count;
	}
	qsort(out, n, sizeof(DmClassCell), by_key);
	return out;
}

bool
dm_class_name_valid(const char *name, size_t len)
{
	return len <= DM_CLASS_BYTES && pg_verifymbstr(name, (int) len, true) && !memchr(name, 0, len);
}
