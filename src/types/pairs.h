/*
 * pairs.h - what other C files may ask of pairs.
 *
 * Packed form: after the header three counts as varints (nulls, non-finite,
 * distinct pairs), then for every distinct pair, ascending by x and then y,
 * the two doubles and how often it came.  Working form, inside aggregates
 * only: the struct, with pairs as they came.
 */
#ifndef DATAMON_TYPES_PAIRS_H
#define DATAMON_TYPES_PAIRS_H

#include "base/wire.h"
#include "stats/rank_correlation.h"

#define PAIRS_TYPE_NAME "pairs"

typedef struct DmPairs
{
	DmHeader	header;
	uint64		nulls;			/* x or y is NULL */
	uint64		non_finite;		/* neither, but one is NaN or infinite */
	uint32		n;
	uint32		capacity;
	DmPair		pair[FLEXIBLE_ARRAY_MEMBER];
} DmPairs;

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmPairs *dm_pairs_working(const struct varlena *state);
extern DmPairs *dm_pairs_more(DmPairs *w, uint64 more);

static inline DmPairs *
dm_pairs_add(DmPairs *w, double x, double y)
{
	if (unlikely(w->n == w->capacity))
		w = dm_pairs_more(w, 1);
	/* -0 is 0 */
	w->pair[w->n].x = x + 0.0;
	w->pair[w->n++].y = y + 0.0;
	return w;
}

#endif							/* DATAMON_TYPES_PAIRS_H */
