/*
 * moment_tests.h - tests of means and of variances.
 *
 * Where variances are 0 the statistic may be infinite; 0/0, and samples too
 * small for a variance, are NaN.
 */
#ifndef DATAMON_MOMENT_TESTS_H
#define DATAMON_MOMENT_TESTS_H

#include "stats/tests.h"

/* The mean is high + low, so that a difference of close means keeps its digits. */
typedef struct DmMeanSpread
{
	double		n;
	double		mean;
	double		mean_low;
	double		stddev;			/* of the sample, by n - 1; NaN for n < 2 */
} DmMeanSpread;

/* Reference less current; effect: Cohen's d, by the pooled standard deviation. */
extern DmTest dm_student_t_test(const DmMeanSpread *reference, const DmMeanSpread *current);
extern DmTest dm_welch_t_test(const DmMeanSpread *reference, const DmMeanSpread *current);

/* Variance of the reference by that of current; df of the first; effect: the logarithm. */
extern DmTest dm_f_test(const DmMeanSpread *reference, const DmMeanSpread *current);

#endif							/* DATAMON_MOMENT_TESTS_H */
