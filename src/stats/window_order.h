/*
 * window_order.h - the bins of some hundred or thousand values, by sorting
 * their places in a window.
 *
 * To count in the window instead takes a look at each of its bins, and a
 * branch for each that is occupied, which nothing predicts: worth while only
 * where values are many times as many as bins.
 */
#ifndef DATAMON_WINDOW_ORDER_H
#define DATAMON_WINDOW_ORDER_H

#include "stats/rank_sort.h"

#define DM_ORDER_MOST 8192

/* Room for n values in all of its arrays. */
typedef struct DmOrder
{
	uint32_t   *word;			/* sorted: a value's place above its number */
	uint32_t   *spare;
	int64_t    *key;			/* of the bins, ascending */
	uint64_t   *count;
	int			shift;			/* of their grid; 0: values are kept exactly, keys shortened by their zero bits */
	int			bins;
} DmOrder;

#define DM_ORDER_BYTES (2 * sizeof(uint32_t) + sizeof(int64_t) + sizeof(uint64_t))

/*
 * Keys and counts of 1 <= n <= DM_ORDER_MOST finite values, all ending in so
 * many zero bits, on the grid that the rule of dyadic.h demands.  The window
 * has all values, at most 65536 bins, and a grid no finer than their zero bits.
 * False, and nothing is known, for what is rare: hundreds of values in one bin
 * that a finer grid must tell apart, or very few bytes.
 */
extern bool dm_window_order(DmOrder *o, const DmWindow *w, const DmGrid *grid, int zeros, const double *x, int n);

#endif							/* DATAMON_WINDOW_ORDER_H */
