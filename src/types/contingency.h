/*
 * contingency.h - tests on tables of counts, for those who have a table.
 */
#ifndef DATAMON_TYPES_CONTINGENCY_H
#define DATAMON_TYPES_CONTINGENCY_H

#include "stats/contingency.h"
#include "stats/fisher.h"

extern DmTest dm_table_test(const DmTable *t, DmPowerDivergence kind, bool correction);
extern double dm_table_cramers_v(const DmTable *t, bool bias_correction, bool correction);

/*
 * Fisher's exact test, which for a table of other than two rows and two
 * columns with counts has one alternative only; "method" is its name.
 */
extern DmTest dm_table_fisher_test(const DmTable *t, DmAlternative alternative, const char **method);

#endif							/* DATAMON_TYPES_CONTINGENCY_H */
