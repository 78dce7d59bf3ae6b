/*
 * labelled_vectors.h - what other C files may ask of labelled_vectors.
 */
#ifndef DATAMON_TYPES_LABELLED_VECTORS_H
#define DATAMON_TYPES_LABELLED_VECTORS_H

#include "base/wire.h"

#define LV_TYPE_NAME "labelled_vectors"
#define LV_MAX_DIMS 16000

/*
 * Working form: this struct and its records, each the label's length, the
 * label, zeros up to a multiple of 8, and dims doubles.
 */
typedef struct DmLabelledVectors
{
	DmHeader	header;
	uint64		unlabelled;		/* rows with a vector and no label */
	uint64		invalid;		/* rows without a vector, or with one that is not finite */
	uint64		n;
	uint64		used;			/* bytes of the records */
	uint32		dims;			/* 0 while there are none */
	uint32		reserved;
} DmLabelledVectors;

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmLabelledVectors *dm_labelled_vectors_working(struct varlena *state);

/* Room for a row, which becomes the last; its doubles are the caller's to fill. */
extern DmLabelledVectors *dm_labelled_vectors_add(DmLabelledVectors *w, const char *label, Size len,
												  uint32 dims, double **values);

/* All rows as packed: values by label, start[k + 1] where each label begins. */
typedef struct DmLabelled
{
	size_t		n;
	size_t		dims;
	size_t		k;
	double	   *values;
	size_t	   *start;
	const char **label;
	uint32	   *len;
	uint64		unlabelled;
	uint64		invalid;
} DmLabelled;

extern void dm_labelled_vectors_read(const struct varlena *state, DmLabelled *out);

#endif							/* DATAMON_TYPES_LABELLED_VECTORS_H */
