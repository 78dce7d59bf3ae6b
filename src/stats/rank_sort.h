/*
 * rank_sort.h - distinct keys of few values, and counts of many.
 */
#ifndef DATAMON_RANK_SORT_H
#define DATAMON_RANK_SORT_H

#include "stats/dyadic.h"

#define DM_RANK_MOST 256

/*
 * The distinct keys of 1 <= n <= DM_RANK_MOST values, ascending, shortened by
 * *drop, the number of zero bits that all their magnitudes end in; and, only
 * if some value repeats, their counts.  Both arrays have room for n.  Returns
 * how many keys there are; 0 if some value is not finite.
 */
extern int	dm_rank_keys(const double *x, int n, int *drop, int64_t *key, uint64_t *count);

/*
 * The same of entries of exact keys, in any order, whose counts add up where
 * keys are equal; -1 if it takes more than ranks to tell them apart.
 */
extern int	dm_rank_entries(const DmEntry *e, int n, int drop, int64_t *key, uint64_t *count);

/* What one pass over any number of values tells about their magnitudes. */
typedef struct DmSurvey
{
	uint64_t	low_bits;		/* OR of all */
	uint64_t	least;			/* of those that are not zero; INT64_MAX if there are none */
	uint64_t	greatest;
	bool		negative;		/* is any value? */
	bool		positive;
	bool		finite;			/* are all? else the rest is undefined */
} DmSurvey;

/* n >= 4 */
extern void dm_survey(const double *x, size_t n, DmSurvey *s);

/*
 * A window: the bins of a grid from the least to the greatest magnitude, of
 * either sign, with zero between them, in value order.
 */
typedef struct DmWindow
{
	int			shift;			/* of the grid */
	uint64_t	base;			/* magnitude >> shift of the bins next to zero's */
	uint32_t	zero;			/* place of zero's bin */
	uint32_t	bins;
} DmWindow;

/* The finest grid, no finer than a shift, whose window has at most so many bins. */
extern void dm_window_choose(DmWindow *w, const DmSurvey *s, int shift, uint32_t most);

/* The bin of each of n finite values within the window. */
extern void dm_window_places(const DmWindow *w, uint32_t *place, const double *x, int n);

/* A key of the window's grid, and the place of its bin: each the other's inverse. */
static inline uint32_t
dm_window_place(const DmWindow *w, int64_t key)
{
	int64_t		d = key > 0 ? key - (int64_t) w->base : key < 0 ? key + (int64_t) w->base : 0;

	return (uint32_t) ((int64_t) w->zero + d);
}

static inline int64_t
dm_window_key(const DmWindow *w, uint32_t place)
{
	int64_t		d = (int64_t) place - (int64_t) w->zero;

	return d > 0 ? d + (int64_t) w->base : d < 0 ? d - (int64_t) w->base : 0;
}

#endif							/* DATAMON_RANK_SORT_H */
