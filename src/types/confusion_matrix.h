/*
 * confusion_matrix.h - what other C files may ask of confusion_matrix.
 */
#ifndef DATAMON_TYPES_CONFUSION_MATRIX_H
#define DATAMON_TYPES_CONFUSION_MATRIX_H

#include "stats/multiclass.h"
#include "types/class_table.h"

#define CM_TYPE_NAME "confusion_matrix"

/* A confusion_matrix laid out for the kernels; classes are in their order. */
typedef struct DmClasses
{
	DmMatrix	matrix;
	const char **name;			/* matrix.k, into the packed value */
	uint32	   *len;
	uint64	   *counts;			/* of matrix.cells, as integers */
	uint64	   *actual;			/* and of matrix.actual, matrix.predicted */
	uint64	   *predicted;
	uint64		n;
	uint64		lacking[DM_LACKINGS];
} DmClasses;

extern void dm_confusion_matrix_read(const struct varlena *state, DmClasses *c);

/* The number of a class, or matrix.k. */
extern size_t dm_classes_find(const DmClasses *c, const text *name);

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmClassTable *dm_confusion_matrix_working(struct varlena *state);
extern DmClassTable *dm_confusion_matrix_add(DmClassTable *t, const char *actual, Size actual_len,
											 const char *predicted, Size predicted_len, uint64 count);

#endif							/* DATAMON_TYPES_CONFUSION_MATRIX_H */
