/*
 * proportions.h - tests and intervals of one and of two proportions.
 */
#ifndef DATAMON_PROPORTIONS_H
#define DATAMON_PROPORTIONS_H

#include <stdbool.h>

#include "stats/fisher.h"
#include "stats/tests.h"

/*
 * The exact binomial test of k successes in n against the chance p, as
 * scipy.stats.binomtest: two-sided sums all outcomes no more probable than k,
 * to 1 part in 10^7.  n above 0.
 */
extern double dm_binomial_test(double k, double n, double p, DmAlternative alternative);

typedef enum DmIntervalMethod
{
	DM_NORMAL,					/* Wald; cut at 0 and 1 */
	DM_WILSON,
	DM_WILSON_CORRECTED,		/* with continuity correction: scipy's 'wilsoncc' */
	DM_CLOPPER_PEARSON,
	DM_AGRESTI_COULL,			/* cut at 0 and 1 */
	DM_JEFFREYS
} DmIntervalMethod;

/*
 * 'normal', 'wilson', 'wilsoncc', 'beta' or 'exact', 'agresti_coull',
 * 'jeffreys', as statsmodels' proportion_confint and scipy's proportion_ci.
 */
extern bool dm_interval_method_parse(const char *text, DmIntervalMethod *out);

/* Two-sided interval of k successes in n, n above 0, of confidence 1 - alpha. */
extern void dm_proportion_interval(double k, double n, double alpha, DmIntervalMethod method,
								   double *low, double *high);

/*
 * z of the difference of two proportions with the pooled variance (statsmodels
 * proportions_ztest), its p-value and Cohen's h.  NaN where a side is empty or
 * all rows are alike; effect size only where a side is empty.
 */
extern DmTest dm_proportions_test(double k1, double n1, double k2, double n2,
								  DmAlternative alternative);

/* Cohen's h of p1 against p2: the difference of 2 asin(sqrt p). */
extern double dm_cohens_h(double p1, double p2);

#define DM_PROPORTIONS_METHOD "two proportions, z, pooled variance"

#endif							/* DATAMON_PROPORTIONS_H */
