/*
 * divergence.h - the divergence of Kullback and Leibler over cells.
 */
#ifndef DATAMON_DIVERGENCE_H
#define DATAMON_DIVERGENCE_H

#include "stats/distance.h"

/*
 * Sum of r log(r / c), in nats, over shares that "empty" has changed; cells the
 * reference has nothing in add nothing.  The rules "floor" and "evidently" make
 * shares add up to 1 again, so that the result cannot be negative, as Evidently
 * does by way of scipy.stats.entropy; "add" leaves them, as popmon does, and
 * "drop" leaves out cells that are empty in either.
 */
extern double dm_kl_divergence(const DmCells *c, DmEmpty empty);

#endif							/* DATAMON_DIVERGENCE_H */
