/*
 * distance.h - distances between two samples.
 *
 * Every function returns NaN where the distance is undefined (a side is
 * empty), and infinity where it exceeds the range of double.
 */
#ifndef DATAMON_DISTANCE_H
#define DATAMON_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/bins.h"

/*
 * One place where the two distribution functions can bend or jump: counts
 * below x, and up to and including x.  dm_walk_next visits the union of the
 * edges in ascending order; between two visits both counts are linear.
 */
typedef struct DmKnot
{
	double		x;
	double		ref_below;
	double		ref_upto;
	double		cur_below;
	double		cur_upto;
} DmKnot;

typedef struct DmWalkSide
{
	const DmBins *bins;
	size_t		next;			/* first bin that does not lie wholly at or below x */
	double		passed;			/* counts in the bins before it */
} DmWalkSide;

typedef struct DmWalk
{
	DmWalkSide	ref;
	DmWalkSide	cur;
	DmKnot		knot;
	bool		started;
} DmWalk;

extern void dm_walk_begin(DmWalk *w, const DmBins *reference, const DmBins *current);
extern bool dm_walk_next(DmWalk *w);

/* hi - lo, and the integral of |linear from a to b| over it, without overflow */
extern double dm_segment(double lo, double hi, double a, double b);

extern double dm_wasserstein(const DmBins *reference, const DmBins *current);
extern double dm_ks_statistic(const DmBins *reference, const DmBins *current);

/* Population mean and standard deviation, mass spread evenly inside a bin. */
extern double dm_bins_mean(const DmBins *b);
extern double dm_bins_stddev(const DmBins *b);

/* What Evidently divides by: the population stddev, but at least 0.001. */
#define DM_STDDEV_FLOOR 0.001
extern double dm_reference_scale(const DmBins *reference);

/*
 * Two samples over the same k cells (of a number's range, or categories).
 * The counts of each side need not add up to a whole number.
 */
typedef struct DmCells
{
	const double *ref;
	const double *cur;
	size_t		k;
	double		ref_total;
	double		cur_total;
} DmCells;

extern double dm_js_divergence(const DmCells *c, double base);
extern double dm_js_distance(const DmCells *c, double base);
extern double dm_total_variation(const DmCells *c);
extern double dm_l_infinity(const DmCells *c);
extern double dm_hellinger(const DmCells *c);

/* What the population stability index does with an empty cell. */
typedef enum DmEmptyRule
{
	DM_EMPTY_FLOOR,				/* shares below value become value */
	DM_EMPTY_EVIDENTLY,			/* zeros become value, or smallest share / 1e6 */
	DM_EMPTY_ADD,				/* value is added to every share */
	DM_EMPTY_COUNT,				/* value is added to every count */
	DM_EMPTY_DROP,				/* the cell is left out */
	DM_EMPTY_POOL				/* cells of so small a reference share are one; then floor */
} DmEmptyRule;

typedef struct DmEmpty
{
	DmEmptyRule rule;
	double		value;
} DmEmpty;

#define DM_EMPTY_DEFAULT 0.0001

/*
 * 'floor:E', 'evidently', 'deepchecks', 'add:E', 'popmon', 'count:C',
 * 'fiddler', 'drop'; false if it is none.
 */
extern bool dm_empty_parse(const char *text, DmEmpty *out);

/* The shares of both samples, cell by cell, as a rule has them. */
typedef struct DmShares
{
	const DmCells *cells;
	DmEmpty		empty;
	size_t		next;
	double		ref_zero;		/* what a zero becomes: DM_EMPTY_EVIDENTLY */
	double		cur_zero;
	double		ref_pooled;		/* counts: DM_EMPTY_POOL */
	double		cur_pooled;
	double		ref;			/* share of the cell that was last visited */
	double		cur;
	bool		occupied;		/* does either sample have rows in it? */
} DmShares;

/* Neither sample may be empty. */
extern void dm_shares_begin(DmShares *s, const DmCells *cells, DmEmpty empty);
extern bool dm_shares_next(DmShares *s);

extern double dm_psi(const DmCells *c, DmEmpty empty);

#endif							/* DATAMON_DISTANCE_H */
