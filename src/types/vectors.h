/*
 * vectors.h - what other C files may ask of vectors: those of a reference and
 * of a current sample.
 *
 * Packed form: docs/types.md.  Working form, inside aggregates only: the struct
 * below, followed by rows of 1 + dimension doubles in the order they came; the
 * first of them says which sample.
 */
#ifndef DATAMON_TYPES_VECTORS_H
#define DATAMON_TYPES_VECTORS_H

#include "base/wire.h"
#include "types/two_counts.h"

#define VECTORS_TYPE_NAME "vectors"

typedef struct DmVectorsHead
{
	uint64		n[DM_SAMPLES];
	uint64		unused[DM_SAMPLES];	/* NULL, empty, or with an element that is NULL, NaN or infinite */
	uint64		unflagged;		/* rows of neither sample */
	uint32		dimension;		/* 0 while there is no vector */
} DmVectorsHead;

typedef struct DmVectors
{
	DmHeader	header;
	DmVectorsHead head;
	double		row[FLEXIBLE_ARRAY_MEMBER];
} DmVectors;

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmVectors *dm_vectors_working(const struct varlena *state);
extern DmVectors *dm_vectors_add(DmVectors *w, DmSample sample, const double *vector, uint32 dimension);

/* All vectors of either form, palloc'd: the reference's first, each sample in ascending order. */
extern double *dm_vectors_sorted(const struct varlena *state, DmVectorsHead *head);

#endif							/* DATAMON_TYPES_VECTORS_H */
