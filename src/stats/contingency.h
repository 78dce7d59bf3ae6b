/*
 * contingency.h - tests on tables of counts, and of counts against given shares.
 *
 * Rows are samples, columns categories.  A row or a column without counts is
 * left out.  A result is NaN where fewer than two rows have counts; with one
 * column the rows cannot differ: statistic 0, df 0, p 1.
 */
#ifndef DATAMON_CONTINGENCY_H
#define DATAMON_CONTINGENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/tests.h"

typedef struct DmTable
{
	const double *cell;			/* row after row */
	size_t		rows;
	size_t		columns;
} DmTable;

typedef enum DmPowerDivergence
{
	DM_PEARSON,					/* sum of (x - e)^2 / e */
	DM_LOG_LIKELIHOOD			/* G = 2 sum of x log(x / e) */
} DmPowerDivergence;

/*
 * Independence of rows and columns.  "correction" is Yates's, which applies
 * where df is 1.  margins has room for rows + columns numbers.  Effect size:
 * Cramer's V without the correction.
 */
extern DmTest dm_contingency_test(const DmTable *t, DmPowerDivergence kind, bool correction,
								  double *margins);

/*
 * Goodness of fit: are the observed counts drawn with the expected shares?
 * "expected" need not add up to the observed total.  NaN where a category is
 * observed that is not expected, or nothing is observed or expected.  df is
 * the expected categories less 1; effect size: Cohen's w.
 */
extern DmTest dm_goodness_of_fit(const double *observed, const double *expected, size_t k,
								 DmPowerDivergence kind);

/*
 * Cramer's V with Bergsma's correction of its bias (J. Korean Stat. Soc. 42,
 * 2013); chi-square with Yates's correction if asked for.
 */
extern double dm_cramers_v_corrected(const DmTable *t, bool correction, double *margins);

#endif							/* DATAMON_CONTINGENCY_H */
