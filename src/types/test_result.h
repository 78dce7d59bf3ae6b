/*
 * test_result.h - arguments and results that distances and tests have in common.
 */
#ifndef DATAMON_TYPES_TEST_RESULT_H
#define DATAMON_TYPES_TEST_RESULT_H

#include "base/row.h"
#include "stats/cells.h"
#include "stats/distance.h"
#include "stats/fisher.h"
#include "stats/tests.h"

/* Two samples and how many rows of each were used and left out. */
typedef struct DmSizes
{
	double		n_reference;	/* NaN: there is no such sample */
	double		n_current;
	int64		unused_reference;
	int64		unused_current;
} DmSizes;

extern const DmEmpty dm_default_empty;

/* Options, checked: how cells are cut, what empty ones become, the base of a logarithm. */
extern DmCellSpec dm_bins_of(const char *word);
extern DmEmpty dm_floor_of(double floor);
extern DmEmpty dm_empty_of(const char *word);
extern double dm_base_of(double base);

/* The same from argument n; and the alternative of a test. */
extern DmCellSpec dm_get_bins(FunctionCallInfo fcinfo, int n);
extern DmEmpty dm_get_floor(FunctionCallInfo fcinfo, int n);
extern DmEmpty dm_get_empty_rule(FunctionCallInfo fcinfo, int n);
extern double dm_get_base(FunctionCallInfo fcinfo, int n);

/* Do missing values count as cells of their own? */
extern bool dm_get_missing(FunctionCallInfo fcinfo, int n);
extern DmAlternative dm_get_alternative(FunctionCallInfo fcinfo, int n);

/* NaN is NULL. */
extern Datum dm_return_distance(FunctionCallInfo fcinfo, double v);

/* The four counts of a row. */
extern void dm_put_sizes(DmRow *row, const DmSizes *s);

/* A row of the type test_result. */
extern Datum dm_return_test(FunctionCallInfo fcinfo, const DmTest *t, const DmSizes *sizes,
							const char *method);

#endif							/* DATAMON_TYPES_TEST_RESULT_H */
