/*
 * contingency.c - tests on tables of counts, given as arrays.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "types/contingency.h"
#include "types/test_result.h"

PG_FUNCTION_INFO_V1(datamon_table_chi_square);
PG_FUNCTION_INFO_V1(datamon_table_g_test);
PG_FUNCTION_INFO_V1(datamon_table_fisher);
PG_FUNCTION_INFO_V1(datamon_table_cramers_v);
PG_FUNCTION_INFO_V1(datamon_counts_goodness_of_fit);

static double *
margins_room(const DmTable *t)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * 4 * (t->rows + t->columns));
}

DmTest
dm_table_test(const DmTable *t, DmPowerDivergence kind, bool correction)
{
	return dm_contingency_test(t, kind, correction, margins_room(t));
}

double
dm_table_cramers_v(const DmTable *t, bool bias_correction, bool correction)
{
	double	   *room = margins_room(t);

	if (bias_correction)
		return dm_cramers_v_corrected(t, correction, room);
	return dm_contingency_test(t, DM_PEARSON, correction, room).effect_size;
}

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static void
refuse(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the table is too large for an exact test"),
			 errhint("Use chi_square_test, g_test or total_variation_test.")));
}

static double
freeman_halton(const DmTable *t)
{
	DmFisherRoom room;
	double		n = 0;
	double		p;
	size_t		i;
	bool		done = false;

	for (i = 0; i < t->rows * t->columns; i++)
		n += t->cell[i];
	if (n <= DM_FISHER_MAX_N)
	{
		room.log_factorial = palloc(sizeof(double) * ((size_t) n + 1));
		room.margins = margins_room(t);
		room.nodes = dm_fisher_nodes(t);
		room.node = palloc0(sizeof(DmFisherNode) * room.nodes);
		room.pause = check_interrupts;
		done = dm_fisher_exact(t, &room, &p);
		pfree(room.node);
		pfree(room.log_factorial);
	}
	if (!done)
		refuse();
	return p;
}

/* Rows and columns that have counts; the first two of each say where. */
typedef struct Occupied
{
	size_t		rows;
	size_t		columns;
	size_t		row[2];
	size_t		column[2];
} Occupied;

static void
find_occupied(const DmTable *t, Occupied *o)
{
	size_t		i,
				j;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < t->rows; i++)
	{
		double		sum = 0;

		for (j = 0; j < t->columns; j++)
			sum += t->cell[i * t->columns + j];
		if (sum > 0 && o->rows++ < 2)
			o->row[o->rows - 1] = i;
	}
	for (j = 0; j < t->columns; j++)
	{
		double		sum = 0;

		for (i = 0; i < t->rows; i++)
			sum += t->cell[i * t->columns + j];
		if (sum > 0 && o->columns++ < 2)
			o->column[o->columns - 1] = j;
	}
}

DmTest
dm_table_fisher_test(const DmTable *t, DmAlternative alternative, const char **method)
{
	static const char *const names[] = {
		"Fisher's exact, two-sided", "Fisher's exact, less", "Fisher's exact, greater"
	};
	DmTest		test = dm_table_test(t, DM_PEARSON, false);
	double		cell[4];
	Occupied	o;
	int			i;

	test.statistic = test.df = NAN;
	*method = names[alternative];
	find_occupied(t, &o);
	if (o.rows < 2 || o.columns < 2)
		return test;
	if (o.rows == 2 && o.columns == 2)
	{
		for (i = 0; i < 4; i++)
			cell[i] = t->cell[o.row[i / 2] * t->columns + o.column[i % 2]];
		test.statistic = dm_odds_ratio(cell);
		test.p_value = dm_fisher_2x2(cell, alternative);
		if (isnan(test.p_value))
			refuse();
		return test;
	}
	if (alternative != DM_TWO_SIDED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a table of more than two rows or columns has no one-sided alternative"),
				 errhint("Use two-sided, or a table of two categories.")));
	*method = "Fisher's exact, Freeman-Halton";
	test.p_value = freeman_halton(t);
	return test;
}

/* Counts from a bigint array; its elements are copied to doubles. */
static double *
get_counts(ArrayType *array, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	double	   *counts;
	int			i;

	deconstruct_array(array, INT8OID, 8, FLOAT8PASSBYVAL, 'd', &elements, &nulls, n);
	counts = palloc(sizeof(double) * Max(*n, 1));
	for (i = 0; i < *n; i++)
	{
		if (nulls[i] || DatumGetInt64(elements[i]) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a count must not be NULL or negative")));
		counts[i] = (double) DatumGetInt64(elements[i]);
	}
	return counts;
}

/* Argument 0, and the sums of its rows where they are two samples. */
static void
get_table(FunctionCallInfo fcinfo, DmTable *t, DmSizes *sizes)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			ndim = ARR_NDIM(array);
	double		n = 0;
	int			cells;
	size_t		i;

	if (ndim != 2 && ndim != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a table of counts must have two dimensions, not %d", ndim),
				 errhint("Write it as ARRAY[[10,20],[30,40]]: one row per sample.")));
	t->cell = get_counts(array, &cells);
	t->rows = ndim == 0 ? 0 : (size_t) ARR_DIMS(array)[0];
	t->columns = ndim == 0 ? 0 : (size_t) ARR_DIMS(array)[1];
	for (i = 0; i < t->rows * t->columns; i++)
		n += t->cell[i];
	memset(sizes, 0, sizeof(*sizes));
	sizes->n_reference = NAN;
	sizes->n_current = n;
	if (t->rows == 2)
	{
		sizes->n_reference = 0;
		for (i = 0; i < t->columns; i++)
			sizes->n_reference += t->cell[i];
		sizes->n_current = n - sizes->n_reference;
	}
	if (n > 9e18)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
}

Datum
datamon_table_chi_square(PG_FUNCTION_ARGS)
{
	DmSizes		sizes;
	DmTable		t;
	DmTest		test;

	get_table(fcinfo, &t, &sizes);
	test = dm_table_test(&t, DM_PEARSON, PG_GETARG_BOOL(1));
	return dm_return_test(fcinfo, &test, &sizes, "chi-square, independence");
}

Datum
datamon_table_g_test(PG_FUNCTION_ARGS)
{
	DmSizes		sizes;
	DmTable		t;
	DmTest		test;

	get_table(fcinfo, &t, &sizes);
	test = dm_table_test(&t, DM_LOG_LIKELIHOOD, PG_GETARG_BOOL(1));
	return dm_return_test(fcinfo, &test, &sizes, "G-test, independence");
}

Datum
datamon_table_fisher(PG_FUNCTION_ARGS)
{
	DmAlternative alternative = dm_get_alternative(fcinfo, 1);
	const char *method;
	DmSizes		sizes;
	DmTable		t;
	DmTest		test;

	get_table(fcinfo, &t, &sizes);
	test = dm_table_fisher_test(&t, alternative, &method);
	return dm_return_test(fcinfo, &test, &sizes, method);
}

Datum
datamon_table_cramers_v(PG_FUNCTION_ARGS)
{
	DmSizes		sizes;
	DmTable		t;

	get_table(fcinfo, &t, &sizes);
	return dm_return_distance(fcinfo, dm_table_cramers_v(&t, PG_GETARG_BOOL(1), PG_GETARG_BOOL(2)));
}

/* Expected counts or shares, or as many of each where argument 1 is NULL. */
static double *
get_expected(FunctionCallInfo fcinfo, int k)
{
	double	   *expected = palloc(sizeof(double) * Max(k, 1));
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			i;

	for (i = 0; i < k; i++)
		expected[i] = 1;
	if (PG_ARGISNULL(1))
		return expected;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), FLOAT8OID, 8, FLOAT8PASSBYVAL, 'd', &elements, &nulls, &n);
	if (n != k)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are %d observed and %d expected counts", k, n)));
	for (i = 0; i < k; i++)
	{
		expected[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!(expected[i] >= 0) || isinf(expected[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("an expected count must be finite and not negative")));
	}
	return expected;
}

Datum
datamon_counts_goodness_of_fit(PG_FUNCTION_ARGS)
{
	DmSizes		sizes = {NAN, 0, 0, 0};
	double	   *observed,
			   *expected;
	DmTest		test;
	int			k,
				i;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	observed = get_counts(PG_GETARG_ARRAYTYPE_P(0), &k);
	expected = get_expected(fcinfo, k);
	for (i = 0; i < k; i++)
		sizes.n_current += observed[i];
	test = dm_goodness_of_fit(observed, expected, (size_t) k, DM_PEARSON);
	return dm_return_test(fcinfo, &test, &sizes, "chi-square, goodness of fit");
}
