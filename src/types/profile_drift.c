/*
 * profile_drift.c - how far the columns of a profile are from those of a
 * reference: what the rules ask of every cell, and no more.
 *
 * The distances are those of drift_summary(), which tells much besides; here
 * both profiles are opened once, and no histogram is packed in between.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/row.h"
#include "stats/tests.h"
#include "stats/special.h"
#include "types/contingency.h"
#include "types/histogram.h"
#include "types/profile.h"
#include "types/value_counts.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_profile_drift);

/* A column in numbers. */
typedef struct Told
{
	uint64		count;			/* neither NULL nor another value that counts apart */
	uint64		nulls;
	double		mean;			/* NaN for a category */
} Told;

static Told
tell(const DmProfileColumn *c)
{
	Told		told = {0, 0, NAN};
	VcScan		scan;
	VcItem		item;

	if (c->kind == DM_KIND_NUMBER)
	{
		told.count = dm_sketch_count(&c->number);
		told.nulls = c->number.nulls;
		told.mean = dm_sketch_mean(&c->number);
		return told;
	}
	dm_vc_scan_begin(&scan, c->category);
	while (dm_vc_scan_next(&scan, &item))
		told.count += item.count;
	told.nulls = scan.nulls;
	return told;
}

/* Few classes, tested for what they are rather than how far apart. */
#define MOST_CLASSES 3

typedef struct Classes
{
	int			k;				/* of both together; 0 where there are more than MOST_CLASSES */
	DmTest		test;			/* G; of three classes, Fisher's p where few are expected */
	double		first;			/* rows of the first class */
	double		reference_first;
} Classes;

static Classes
test_classes(const DmCategoryPair *pair)
{
	Classes		c = {pair->k, {NAN, NAN, NAN, NAN}, NAN, NAN};
	double		cell[2 * MOST_CLASSES];
	double		margins[2 + MOST_CLASSES];
	DmTable		table = {cell, 2, (size_t) pair->k};
	double		least = INFINITY;
	double		share = fmin(pair->total_a, pair->total_b) / (pair->total_a + pair->total_b);
	const char *method;
	int			i;

	if (pair->k > MOST_CLASSES || pair->k < 1 || !pair->exact)
	{
		c.k = 0;
		return c;
	}
	for (i = 0; i < pair->k; i++)
	{
		cell[i] = pair->a[i];
		cell[pair->k + i] = pair->b[i];
		least = fmin(least, (pair->a[i] + pair->b[i]) * share);
	}
	c.test = dm_contingency_test(&table, DM_LOG_LIKELIHOOD, false, margins);
	if (pair->k == 3 && least < 5)
		c.test.p_value = dm_table_fisher_test(&table, DM_TWO_SIDED, &method).p_value;
	c.first = pair->b[0];
	c.reference_first = pair->a[0];
	return c;
}

/* In units of the reference's scale, which is 1 for categories. */
static DmNullTest
compare(const DmProfileColumn *reference, const DmProfileColumn *current, double *scale, Classes *classes)
{
	DmCategoryPair pair;
	DmCells		cells;
	DmBins		a,
				b;

	if (current->kind == DM_KIND_NUMBER)
	{
		dm_sketch_bins_pair(&reference->number, &current->number, &a, &b);
		*scale = dm_reference_scale(&a);
		return dm_wasserstein_null(&a, &b);
	}
	dm_value_counts_pair(reference->category, current->category, &pair);
	cells.ref = pair.a;
	cells.cur = pair.b;
	cells.k = (size_t) pair.k;
	cells.ref_total = pair.total_a;
	cells.cur_total = pair.total_b;
	*scale = 1;
	*classes = test_classes(&pair);
	return dm_total_variation_null(&cells);
}

static void
put_column(DmRow *row, const DmProfileColumn *reference, const DmProfileColumn *current, uint64 least)
{
	Told		was = tell(reference);
	Told		is = tell(current);
	DmNullTest	null = {NAN, NAN, NAN, NAN};
	Classes		classes = {0, {NAN, NAN, NAN, NAN}, NAN, NAN};
	double		scale = 1;

	if (reference->kind == current->kind && is.count >= least)
		null = compare(reference, current, &scale, &classes);
	dm_row_count(row, (int64) is.count);
	dm_row_count(row, (int64) is.nulls);
	dm_row_double(row, is.mean);
	dm_row_count(row, (int64) was.count);
	dm_row_count(row, (int64) was.nulls);
	dm_row_double(row, was.mean);
	dm_row_double(row, (null.statistic - null.expectation) / scale);
	dm_row_double(row, null.expectation / scale);
	dm_row_double(row, null.stddev / scale);
	dm_row_int(row, classes.k);
	dm_row_double(row, classes.test.statistic);
	dm_row_double(row, classes.test.p_value);
	dm_row_double(row, classes.first);
	dm_row_double(row, classes.reference_first);
}

/* (reference, current, column numbers, least count to be compared): one row a column */
Datum
datamon_profile_drift(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmProfile	reference;
	DmProfile	current;
	Datum	   *wanted;
	bool	   *is_null;
	int			n;
	int			i;

	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &reference);
	dm_profile_unpack(dm_getarg(fcinfo, 1, DM_PROFILE), &current);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), INT4OID, sizeof(int32), true, 'i', &wanted, &is_null, &n);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		int			no = is_null[i] ? 0 : DatumGetInt32(wanted[i]);

		if (no < 1 || no > reference.ncolumns || no > current.ncolumns)
			continue;
		dm_row_int(&rows.row, no);
		put_column(&rows.row, &reference.column[no - 1], &current.column[no - 1], (uint64) PG_GETARG_INT64(3));
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
