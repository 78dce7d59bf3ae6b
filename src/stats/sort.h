/*
 * sort.h - sorting numbers by the digits of their bits.
 */
#ifndef DATAMON_SORT_H
#define DATAMON_SORT_H

#include <stddef.h>

/*
 * The n values of "in", ascending, into "out"; "scratch" has room for n too.
 * "in" may be "out", but nothing else may overlap.  No value is NaN, and none is -0.
 */
extern void dm_sort_doubles(const double *in, double *out, double *scratch, size_t n);

typedef struct DmWeighted
{
	double		value;
	double		weight;
} DmWeighted;

/* By value, then by weight; sorts v itself.  "scratch" has room for n. */
extern void dm_sort_weighted(DmWeighted *v, DmWeighted *scratch, size_t n);

#endif							/* DATAMON_SORT_H */
