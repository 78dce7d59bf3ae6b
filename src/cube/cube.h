/*
 * cube.h - cells of all segments from rows: partition, sort, build, emit, forget.
 */
#ifndef DATAMON_CUBE_CUBE_H
#define DATAMON_CUBE_CUBE_H

#include "postgres.h"

#include "scan/rows.h"
#include "scan/dictionary.h"
#include "stats/dyadic.h"

/* 21 bits of each dimension's id are looked at; levels are bit masks. */
#define DM_CUBE_MAX_DIMENSIONS 12

typedef struct DmCubeShape
{
	int			ndimensions;
	int			ncolumns;		/* of the profile; 0: none is made */
	const char *kinds;			/* DM_KIND_... of each column */
	bool		bare;			/* columns of a cell come without their kinds */
	const int  *place;			/* of each column: which number[] or category[] of the rows */
	int			nnumbers;		/* arrays in DmRows */
	int			ncategories;
	DmDictionary **categories;	/* dictionary of each category column */
	const int  *same;			/* of each category column: the dimension that is the same column, -1; or NULL */
	bool		outcome;
	bool		timeless;		/* rows have no buckets: all are of one */
	DmGrid		grid;
	int			partition;		/* dimension whose values make the partitions; -1: the one of most values */
	int			nlevels;
	const uint32 *levels;		/* bit d: dimension d is fixed; the finest first */
	Size		memory;			/* of the gathered rows and their order; a full batch goes to a temporary file */
} DmCubeShape;

typedef struct DmCubeCell
{
	int64		bucket;
	uint32		level;
	const uint32 *key;			/* of each dimension: id, or DM_ANY */
	uint64		n;
	const char *columns;		/* packed, each with its kind before it unless bare: what follows a profile's header */
	Size		columns_size;
	uint64		tp,
				fp,
				fn,
				tn,
				unlabelled,
				unpredicted,
				empty;			/* outcome, as in an f_beta_state */
} DmCubeCell;

/* Called in a memory context that is reset afterwards. */
typedef void (*DmCubeEmit) (void *to, const DmCubeCell *cell);

typedef struct DmCube DmCube;

/* Lives in the current memory context. */
extern DmCube *dm_cube_new(const DmCubeShape *shape, DmCubeEmit emit, void *to);
extern void dm_cube_add(DmCube *cube, const DmRows *rows);

/*
 * No row of an earlier bucket will come: their cells can be emitted, which is
 * done when there is enough of them.
 */
extern void dm_cube_release(DmCube *cube, int64 bucket);

/* Emit every cell, once, bucket by bucket in order of time, DM_NO_BUCKET first. */
extern void dm_cube_finish(DmCube *cube);

#endif							/* DATAMON_CUBE_CUBE_H */
