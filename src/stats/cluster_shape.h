/*
 * cluster_shape.h - how compact and how far apart clusters of points are.
 *
 * Pure C.  NaN where there are less than 2 clusters, or as many as points.
 */
#ifndef DATAMON_STATS_CLUSTER_SHAPE_H
#define DATAMON_STATS_CLUSTER_SHAPE_H

#include <stddef.h>

/* Points by rows, those of one cluster together. */
typedef struct DmPoints
{
	size_t		n;
	size_t		dims;
	size_t		k;				/* clusters, none empty */
	const double *values;		/* n rows of dims */
	const size_t *start;		/* k + 1: cluster c is rows start[c] to start[c + 1] - 1 */
	void		(*pause) (void);	/* called now and then; may be NULL */
} DmPoints;

/* The silhouette of one point; 0 where it is alone in its cluster. */
extern double dm_silhouette(const DmPoints *p, size_t cluster, size_t row);

/*
 * Centres of clusters are kept as offsets from each cluster's first point.
 * "centres" has k * dims places; the functions below need it filled.
 */
extern void dm_cluster_centres(const DmPoints *p, double *centres);

/* "spread" has k places, to work in. */
extern double dm_davies_bouldin(const DmPoints *p, const double *centres, double *spread);

/* NaN where no cluster has an extent; "mean" has dims places, to work in. */
extern double dm_calinski_harabasz(const DmPoints *p, const double *centres, double *mean);

#endif							/* DATAMON_STATS_CLUSTER_SHAPE_H */
