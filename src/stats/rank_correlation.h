/*
 * rank_correlation.h - pairs in order, and the correlations of their ranks.
 */
#ifndef DATAMON_RANK_CORRELATION_H
#define DATAMON_RANK_CORRELATION_H

#include "stats/correlation.h"

typedef struct DmPair
{
	double		x;
	double		y;
} DmPair;

/* Sort by x, then y, without NaN or -0; scratch has room for n. */
extern void dm_pairs_sort(DmPair *pair, size_t n, DmPair *scratch);

/* Spearman's rank correlation of sorted pairs; a and b have room for n. */
extern void dm_spearman(const DmPair *pair, size_t n, DmPair *a, DmPair *b, DmCorrelation *out);

typedef struct DmKendall
{
	double		tau;			/* tau-b; NaN where a side is constant */
	double		p_value;		/* two-sided, of independence */
	bool		exact;			/* not by the normal distribution */
} DmKendall;

/*
 * Kendall's tau of sorted pairs as scipy.stats.kendalltau: the p-value is
 * exact without ties for up to 33 pairs, or with at most one discordant (or
 * concordant) one.
 */
extern void dm_kendall(const DmPair *pair, size_t n, double *a, double *b, DmKendall *out);

#endif							/* DATAMON_RANK_CORRELATION_H */
