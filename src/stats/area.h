/*
 * area.h - W1 of two samples in no order.
 */
#ifndef DATAMON_AREA_H
#define DATAMON_AREA_H

#include <stdbool.h>
#include <stddef.h>

/* Sizes between which it pays, and its sums fit. */
#define DM_AREA_LEAST 4096
#define DM_AREA_MOST 4194303

/* Bytes of working space for samples of n and m values. */
extern size_t dm_unsorted_area_space(size_t n, size_t m);

/*
 * The integral of |F - G|, or false if the samples have to be sorted for it.
 * The result does not depend on the order of the values.
 */
extern bool dm_unsorted_area(const double *reference, size_t n, const double *current, size_t m,
							 void *space, double *area);

#endif							/* DATAMON_AREA_H */
