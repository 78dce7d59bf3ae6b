/*
 * cube_internal.h - between the files of the cube.
 *
 *	 same.c        category columns that the key of a row already says
 *	 gather.c      rows into chunks, and out of them in the order of their keys
 *	 order.c       that order: a radix sort of keys and row numbers
 *	 runs.c        sorted batches, in memory or in temporary files, merged
 *	 file.c        such a file
 *	 partition.c   rows of one partition as columns; its cells
 *	 across.c      cells of a level whose rows lie in every partition
 *	 packed.c      cells merged from those of a finer level, as they were emitted
 *	 totals.c      cells that rows keep coming to
 */
#ifndef DATAMON_CUBE_CUBE_INTERNAL_H
#define DATAMON_CUBE_CUBE_INTERNAL_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/hsearch.h"

#include "cube/cube.h"
#include "types/cell_builder.h"
#include "types/f_beta_state.h"
#include "types/working.h"

/* Rows of a chunk; and of a block: rows of one leaf that are moved at once. */
#define CUBE_CHUNK 4096
#define CUBE_BLOCK 2048

typedef struct CubeKey
{
	int64		bucket;
	uint32		id[DM_CUBE_MAX_DIMENSIONS];
} CubeKey;

/* Keys in arrays of their own, what they belong to row by row. */
typedef struct CubeChunk
{
	int64	   *bucket;			/* NULL where there is none */
	uint32	   *id[DM_CUBE_MAX_DIMENSIONS];
	uint8	   *outcome;		/* the same */
	char	   *values;			/* "width" bytes a row: numbers, then categories */
} CubeChunk;

/* Bits of a word. */
typedef struct CubeField
{
	int			from;
	int			bits;
} CubeField;

typedef struct CubeRows
{
	CubeChunk **chunk;
	int			nchunks;
	int			room;			/* chunk pointers */
	char	   *slab;			/* where chunks are cut from */
	Size		slab_left;
	int64		n;
	int64		limit;
	int64		release_from;	/* rows in hand from which on it is worth while to make cells of some */
	Size		width;
	MemoryContext context;		/* of the chunks */
	uint32		max_id[DM_CUBE_MAX_DIMENSIONS];
	int64		min_bucket;		/* of the rows that have one */
	int64		max_bucket;
	uint64	   *order;			/* sorted: key or its rank, then the row's number */
	uint64	   *spare;
	int64		order_room;
	int			index_bits;		/* low bits of an element of "order" that are the row's number */
	int			low_bits;		/* these, and the outcome where there is one */
	bool		ranked;			/* the rest is no key, but its rank */
	CubeField	field[DM_CUBE_MAX_DIMENSIONS + 1];	/* where each dimension and the bucket are in a key */
} CubeRows;

/* Columns of rows that lie together, as a block or a partition has them. */
typedef struct CubeColumns
{
	double	  **number;
	uint32	  **category;
} CubeColumns;

/* A batch in the order of its keys, read block by block. */
typedef struct CubeRun
{
	struct CubeFile *file;		/* NULL: the rows in memory */
	int		   *same;			/* as in the cube when the file was written */
	int64		next;			/* in memory: place in their order */
	CubeKey		key;			/* of the block at hand */
	int			n;
	uint64		outcome[DM_FB_COUNTS];
} CubeRun;

typedef struct CubeLeaf
{
	int			start;			/* in the columns */
	int			n;
	uint64		outcome[DM_FB_COUNTS];
	uint32		id[DM_CUBE_MAX_DIMENSIONS];
} CubeLeaf;

typedef struct CubePartition
{
	bool		open;
	bool		cut;			/* some of its rows are in totals already */
	CubeKey		key;			/* of its latest leaf */
	uint32		cut_leaf[DM_CUBE_MAX_DIMENSIONS];	/* the one that may have been cut */
	CubeColumns columns;
	int			n;
	int			room;
	int			limit;
	CubeLeaf   *leaf;
	int			nleaves;
	int			leaf_room;
	int			leaf_limit;
	/* scratch */
	void	   *column;			/* one column of a group of leaves */
	uint32	   *slot;			/* hash table of leaves */
	uint32	   *group;			/* of each leaf */
	uint32	   *member;			/* leaves in the order of their groups */
	uint32	   *first;			/* place of each group's first member */
} CubePartition;

typedef struct CubeTotalKey
{
	uint32		level;			/* number, not mask */
	uint32		id[DM_CUBE_MAX_DIMENSIONS];
} CubeTotalKey;

typedef struct CubeTotal
{
	CubeTotalKey key;
	uint64		n;
	uint64		outcome[DM_FB_COUNTS];
	DmWorking  *numbers;		/* number columns only; NULL without one */
	struct varlena **counts;	/* of each category column */
	struct CubeTotal *next;		/* of the same level */
} CubeTotal;

typedef struct CubeTotals
{
	MemoryContext context;
	HTAB	   *hash;			/* NULL: none yet */
	CubeTotal **first;			/* of each level */
} CubeTotals;

/* A cell as it was emitted. */
typedef struct CubePacked
{
	struct CubePacked *next;	/* of the same level */
	uint64		n;
	uint64		outcome[DM_FB_COUNTS];
	uint32		id[DM_CUBE_MAX_DIMENSIONS];
	char	   *columns;
	Size		size;
	int			at[FLEXIBLE_ARRAY_MEMBER];	/* where each column begins, behind its kind */
} CubePacked;

typedef struct CubePackedCells
{
	MemoryContext context;
	CubePacked **first;			/* of each level */
	int		   *cells;
} CubePackedCells;

typedef struct CubeLevel
{
	uint32		mask;
	bool		kept;			/* has the partition's dimension */
	int			parent;			/* level that it is merged from; -1: from rows */
} CubeLevel;

/* The ids of a category that the ids of a dimension stand for. */
typedef struct CubeMap
{
	uint32	   *id;				/* of each id of the dimension; DM_ANY: not seen yet */
	uint32		room;
	bool		ended;			/* a row does not agree */
} CubeMap;

struct DmCube
{
	DmCubeShape shape;
	DmCubeEmit	emit;
	void	   *to;
	MemoryContext context;
	MemoryContext scratch;
	int			nnumbers;		/* number and category columns of the profile */
	int			ncounts;
	int		   *same;			/* of each category array: the dimension that says it, or -1 */
	CubeMap    *map;			/* of each that a dimension says, or once said */
	int			nkept;			/* category arrays that no dimension says */
	const uint32 **kept;		/* these, of the rows at hand */
	uint32		all;			/* mask of every dimension */
	CubeRows	rows;
	CubeRun    *run;
	int			nruns;
	int			run_room;
	bool		planned;		/* from here on: set when the first batch is full */
	int			sort_order[DM_CUBE_MAX_DIMENSIONS];
	uint32		scope;			/* dimensions that do not vary inside a partition */
	CubeLevel  *level;			/* as in the shape */
	int			across;			/* level that across.c can make; -1: none */
	int			across_now;		/* the same of the rows in hand */
	int64		bucket_from;	/* places of the bucket's rows that partitions have taken */
	int64		bucket_to;
	CubePartition partition;
	CubeTotals	of_partition;
	CubeTotals	of_bucket;
	CubePackedCells packed;
	DmCellBuilder *builder;
	uint32	  **rank;			/* of each category array's dictionary */
	uint32	   *tally;			/* counts by id, all zero between uses */
	StringInfoData out;			/* columns of the cell that is made */
	int		   *column_at;		/* where each begins in it, behind its kind */
};

/* same.c */
extern void dm_cube_same_init(DmCube *cube);
extern bool dm_cube_same_check(DmCube *cube, const DmRows *rows);
extern void dm_cube_same_end(DmCube *cube);
extern uint32 dm_cube_same_id(const DmCube *cube, int category, int dimension, const uint32 *key);

/* gather.c */
extern void dm_cube_rows_init(DmCube *cube);
extern void dm_cube_rows_plan(DmCube *cube);
extern void dm_cube_rows_add(DmCube *cube, const DmRows *rows, int from, int n);
extern void dm_cube_rows_key(const DmCube *cube, int64 place, CubeKey *key);
extern void dm_cube_rows_move(const DmCube *cube, int64 from, int n, const CubeColumns *to, int at);

/* Rows of this bucket and later ones stay, all others are forgotten. */
extern void dm_cube_rows_keep(DmCube *cube, int64 bucket);
extern void dm_cube_rows_outcome(const DmCube *cube, int64 from, int n, uint64 *outcome);

static inline int64
dm_cube_row_at(const CubeRows *r, int64 place)
{
	return (int64) (r->order[place] & ((UINT64CONST(1) << r->index_bits) - 1));
}

static inline uint64
dm_cube_field(uint64 word, CubeField f)
{
	return f.bits == 0 ? 0 : word >> f.from & (~UINT64CONST(0) >> (64 - f.bits));
}

/* order.c */
extern void dm_cube_sort(DmCube *cube);

/* Some places by these dimensions alone, where words are keys; returns the bits that tell them. */
extern uint64 dm_cube_sort_range(DmCube *cube, int64 from, int64 to, uint32 mask);

/* runs.c */
extern void dm_cube_spill(DmCube *cube);
extern void dm_cube_merge_runs(DmCube *cube);

/* Rows in memory that are of earlier buckets, into partitions. */
extern void dm_cube_take_before(DmCube *cube, int64 bucket);

/* file.c: written from its start to its end, then read in the same order */
typedef struct CubeFile CubeFile;

/* Lives in the current memory context. */
extern CubeFile *dm_cube_file_new(void);
extern void dm_cube_file_write(CubeFile *f, const void *bytes, Size n);
extern void dm_cube_file_end(CubeFile *f);
extern void dm_cube_file_rewind(CubeFile *f, Size buffer);
extern void dm_cube_file_read(CubeFile *f, void *to, Size n);
extern void dm_cube_file_close(CubeFile *f);

/* partition.c */
extern void dm_cube_partition_init(DmCube *cube);
extern void dm_cube_partition_take(DmCube *cube, CubeRun *run);
extern void dm_cube_partition_end(DmCube *cube);

/* partition.c, for across.c: room for rows where it has none; a leaf's own cell, whose columns are used up */
extern void dm_cube_partition_room(DmCube *cube, int n);
extern void dm_cube_build_leaf(DmCube *cube, int level, uint32 number);

/* across.c */
extern int	dm_cube_across_level(const DmCube *cube);
extern int	dm_cube_across_rows(const DmCube *cube);
extern void dm_cube_across_emit(DmCube *cube, int64 from, int64 to);

/* runs.c, for partition.c: the block at hand into columns. */
extern void dm_cube_run_move(DmCube *cube, CubeRun *run, const CubeColumns *to, int at);

/* totals.c */
extern void dm_cube_totals_init(DmCube *cube, CubeTotals *totals);
extern void dm_cube_totals_add(DmCube *cube, CubeTotals *totals, int level, const CubeLeaf *leaf);
extern void dm_cube_totals_roll_up(DmCube *cube, CubeTotals *totals);
extern void dm_cube_totals_emit(DmCube *cube, CubeTotals *totals);

/* packed.c */
extern void dm_cube_packed_init(DmCube *cube);
extern void dm_cube_packed_keep(DmCube *cube, int level, const uint32 *id, uint64 n, const uint64 *outcome);
extern void dm_cube_packed_roll_up(DmCube *cube);

/* cube.c */
extern void *dm_cube_alloc(MemoryContext context, Size bytes);
extern void dm_cube_emit_cell(DmCube *cube, int level, const uint32 *id, uint64 n,
							  const uint64 *outcome);

static inline void
dm_cube_put_kind(DmCube *cube, int column)
{
	if (!cube->shape.bare)
		dm_put_u8(&cube->out, (uint8) cube->shape.kinds[column]);
	cube->column_at[column] = cube->out.len;
}

static inline bool
dm_cube_same(uint32 mask, const uint32 *a, const uint32 *b)
{
	int			d;

	for (d = 0; mask >> d; d++)
		if ((mask >> d & 1) && a[d] != b[d])
			return false;
	return true;
}

#endif							/* DATAMON_CUBE_CUBE_INTERNAL_H */
