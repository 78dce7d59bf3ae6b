/*
 * clustering.h - how well two clusterings of the same rows agree, from the
 * table that counts rows by both clusters.
 *
 * Pure C.  The table is a DmMatrix: "actual" are the true clusters, "predicted"
 * the found ones.  NaN where there are no rows, or as each function says.
 */
#ifndef DATAMON_STATS_CLUSTERING_H
#define DATAMON_STATS_CLUSTERING_H

#include "stats/multiclass.h"

/* Entropy in nats of counts that sum to n; of zeros it sees nothing. */
extern double dm_cluster_entropy(const double *counts, size_t k, double n);
extern double dm_mutual_information(const DmMatrix *m);

extern double dm_homogeneity(const DmMatrix *m);
extern double dm_completeness(const DmMatrix *m);
extern double dm_v_measure(const DmMatrix *m, double beta);

typedef enum DmMean
{
	DM_MEAN_ARITHMETIC,
	DM_MEAN_GEOMETRIC,
	DM_MEAN_MIN,
	DM_MEAN_MAX
} DmMean;

extern double dm_normalized_mutual_information(const DmMatrix *m, DmMean mean);

/*
 * Given the expected mutual information, which the caller sums from the terms
 * of every pair of a true and a found cluster's size.
 */
extern double dm_adjusted_mutual_information(const DmMatrix *m, DmMean mean, double expected);
extern double dm_expected_information(double a, double b, double n);

extern double dm_rand(const DmMatrix *m);
extern double dm_adjusted_rand(const DmMatrix *m);

/* NaN where either clustering has no two rows together. */
extern double dm_fowlkes_mallows(const DmMatrix *m);

/* "best" has k places, to work in. */
extern double dm_purity(const DmMatrix *m, double *best);

/* Do both clusterings put the same rows together? */
extern bool dm_same_partition(const DmMatrix *m);

#endif							/* DATAMON_STATS_CLUSTERING_H */
