/*
 * category_tests.c - distances and tests between two samples of categories.
 *
 * Every function takes its samples as two value_counts, or as one two_counts,
 * in whichever form: so it can also end an aggregate over rows.  What it takes
 * beyond them has a default where the arguments end early.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/checks.h"
#include "base/wire.h"
#include "stats/divergence.h"
#include "stats/proportions.h"
#include "types/contingency.h"
#include "types/test_result.h"
#include "types/two_counts.h"
#include "types/value_counts.h"

PG_FUNCTION_INFO_V1(datamon_value_counts_psi);
PG_FUNCTION_INFO_V1(datamon_value_counts_psi_named);
PG_FUNCTION_INFO_V1(datamon_value_counts_psi_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_kl_divergence);
PG_FUNCTION_INFO_V1(datamon_value_counts_js_divergence);
PG_FUNCTION_INFO_V1(datamon_value_counts_js_distance);
PG_FUNCTION_INFO_V1(datamon_value_counts_total_variation);
PG_FUNCTION_INFO_V1(datamon_value_counts_l_infinity);
PG_FUNCTION_INFO_V1(datamon_value_counts_hellinger);
PG_FUNCTION_INFO_V1(datamon_value_counts_chi_square_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_g_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_chi_square_gof_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_g_gof_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_fisher_exact_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_cramers_v);
PG_FUNCTION_INFO_V1(datamon_value_counts_total_variation_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_drift_summary);
PG_FUNCTION_INFO_V1(datamon_two_counts_proportions_ztest);
PG_FUNCTION_INFO_V1(datamon_two_counts_count);
PG_FUNCTION_INFO_V1(datamon_two_counts_unused);

#define NATURAL_BASE 2.718281828459045

typedef struct CategoryPair
{
	const struct varlena *reference;
	const struct varlena *current;
	DmCategoryPair counts;
	DmCells		cells;
	DmSizes		sizes;
	int			next;			/* the argument after the samples */
} CategoryPair;

/* The states alone. */
static void
get_samples(FunctionCallInfo fcinfo, CategoryPair *p)
{
	struct varlena *first = PG_DETOAST_DATUM(PG_GETARG_DATUM(0));

	if (VARSIZE(first) >= DM_HEADER_SIZE && ((DmHeader *) first)->tag == DM_TWO_COUNTS)
	{
		dm_check_header(first, DM_TWO_COUNTS);
		p->reference = dm_two_counts_side(first, DM_REFERENCE);
		p->current = dm_two_counts_side(first, DM_CURRENT);
		p->next = 1;
	}
	else
	{
		dm_check_header(first, DM_VALUE_COUNTS);
		p->reference = first;
		p->current = dm_getarg(fcinfo, 1, DM_VALUE_COUNTS);
		p->next = 2;
	}
}

static void
get_categories(FunctionCallInfo fcinfo, CategoryPair *p)
{
	DmCategoryPair *c = &p->counts;

	get_samples(fcinfo, p);
	dm_value_counts_pair(p->reference, p->current, c);
	p->cells.ref = c->a;
	p->cells.cur = c->b;
	p->cells.k = (size_t) c->k;
	p->cells.ref_total = c->total_a;
	p->cells.cur_total = c->total_b;
	p->sizes.n_reference = c->total_a;
	p->sizes.n_current = c->total_b;
	p->sizes.unused_reference = (int64) c->nulls_a;
	p->sizes.unused_current = (int64) c->nulls_b;
}

/* NULL becomes a category. */
static void
count_missing(CategoryPair *p)
{
	DmCells    *c = &p->cells;
	double	   *a = palloc(sizeof(double) * (c->k + 1)),
			   *b = palloc(sizeof(double) * (c->k + 1));

	memcpy(a, c->ref, sizeof(double) * c->k);
	memcpy(b, c->cur, sizeof(double) * c->k);
	c->ref_total += a[c->k] = (double) p->counts.nulls_a;
	c->cur_total += b[c->k] = (double) p->counts.nulls_b;
	c->ref = a;
	c->cur = b;
	c->k++;
}

/* Is option i given? */
#define HAS_OPTION(p, i) (PG_NARGS() > (p).next + (i))

/* A row per sample. */
static DmTable
make_table(const DmCells *c)
{
	double	   *cell = palloc(sizeof(double) * 2 * Max(c->k, 1));
	DmTable		t = {cell, 2, c->k};

	memcpy(cell, c->ref, sizeof(double) * c->k);
	memcpy(cell + c->k, c->cur, sizeof(double) * c->k);
	return t;
}

static Datum
return_category_test(FunctionCallInfo fcinfo, const DmTest *t, const CategoryPair *p, const char *method)
{
	return dm_return_test(fcinfo, t, &p->sizes,
						  p->counts.exact ? method : psprintf("%s, hashed", method));
}

Datum
datamon_value_counts_psi(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = dm_default_empty;
	CategoryPair p;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
		empty = dm_get_floor(fcinfo, p.next);
	return dm_return_distance(fcinfo, dm_psi(&p.cells, empty));
}

Datum
datamon_value_counts_psi_named(PG_FUNCTION_ARGS)
{
	DmEmpty		empty;
	CategoryPair p;

	get_categories(fcinfo, &p);
	empty = dm_get_empty_rule(fcinfo, p.next);
	return dm_return_distance(fcinfo, dm_psi(&p.cells, empty));
}

Datum
datamon_value_counts_psi_test(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = dm_default_empty;
	CategoryPair p;
	DmTest		t;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
		empty = dm_get_empty_rule(fcinfo, p.next);
	t = dm_psi_test(&p.cells, empty);
	return return_category_test(fcinfo, &t, &p, "population stability index, chi-square null");
}

Datum
datamon_value_counts_kl_divergence(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = {DM_EMPTY_EVIDENTLY, DM_EMPTY_DEFAULT};
	double		base = NATURAL_BASE;
	CategoryPair p;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
		empty = dm_get_empty_rule(fcinfo, p.next);
	if (HAS_OPTION(p, 1))
		base = dm_get_base(fcinfo, p.next + 1);
	return dm_return_distance(fcinfo, dm_kl_divergence(&p.cells, empty, base));
}

static Datum
jensen_shannon(FunctionCallInfo fcinfo, double (*kernel) (const DmCells *c, double base))
{
	double		base = 2;
	CategoryPair p;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
		base = dm_get_base(fcinfo, p.next);
	if (HAS_OPTION(p, 1) && dm_get_missing(fcinfo, p.next + 1))
		count_missing(&p);
	return dm_return_distance(fcinfo, kernel(&p.cells, base));
}

Datum
datamon_value_counts_js_divergence(PG_FUNCTION_ARGS)
{
	return jensen_shannon(fcinfo, dm_js_divergence);
}

Datum
datamon_value_counts_js_distance(PG_FUNCTION_ARGS)
{
	return jensen_shannon(fcinfo, dm_js_distance);
}

static Datum
distance(FunctionCallInfo fcinfo, double (*kernel) (const DmCells *c))
{
	CategoryPair p;

	get_categories(fcinfo, &p);
	return dm_return_distance(fcinfo, kernel(&p.cells));
}

Datum
datamon_value_counts_total_variation(PG_FUNCTION_ARGS)
{
	return distance(fcinfo, dm_total_variation);
}

Datum
datamon_value_counts_l_infinity(PG_FUNCTION_ARGS)
{
	return distance(fcinfo, dm_l_infinity);
}

Datum
datamon_value_counts_hellinger(PG_FUNCTION_ARGS)
{
	return distance(fcinfo, dm_hellinger);
}

static Datum
two_sample_test(FunctionCallInfo fcinfo, DmPowerDivergence kind, const char *method)
{
	bool		correction;
	CategoryPair p;
	DmTable		table;
	DmTest		t;

	get_categories(fcinfo, &p);
	correction = HAS_OPTION(p, 0) && PG_GETARG_BOOL(p.next);
	table = make_table(&p.cells);
	t = dm_table_test(&table, kind, correction);
	return return_category_test(fcinfo, &t, &p, method);
}

Datum
datamon_value_counts_chi_square_test(PG_FUNCTION_ARGS)
{
	return two_sample_test(fcinfo, DM_PEARSON, "chi-square, two samples");
}

Datum
datamon_value_counts_g_test(PG_FUNCTION_ARGS)
{
	return two_sample_test(fcinfo, DM_LOG_LIKELIHOOD, "G-test, two samples");
}

/* NULL, and its reason, where the current sample has what the reference never had. */
static Datum
goodness_of_fit(FunctionCallInfo fcinfo, DmPowerDivergence kind, const char *method)
{
	CategoryPair p;
	DmTest		t;

	get_categories(fcinfo, &p);
	t = dm_goodness_of_fit(p.cells.cur, p.cells.ref, p.cells.k, kind);
	if (isnan(t.statistic) && p.cells.ref_total > 0 && p.cells.cur_total > 0)
		method = psprintf("%s, undefined: current has values that reference lacks", method);
	return return_category_test(fcinfo, &t, &p, method);
}

Datum
datamon_value_counts_chi_square_gof_test(PG_FUNCTION_ARGS)
{
	return goodness_of_fit(fcinfo, DM_PEARSON, "chi-square, goodness of fit");
}

Datum
datamon_value_counts_g_gof_test(PG_FUNCTION_ARGS)
{
	return goodness_of_fit(fcinfo, DM_LOG_LIKELIHOOD, "G-test, goodness of fit");
}

Datum
datamon_value_counts_fisher_exact_test(PG_FUNCTION_ARGS)
{
	DmAlternative alternative = DM_TWO_SIDED;
	const char *method;
	CategoryPair p;
	DmTable		table;
	DmTest		t;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
		alternative = dm_get_alternative(fcinfo, p.next);
	table = make_table(&p.cells);
	t = dm_table_fisher_test(&table, alternative, &method);
	return return_category_test(fcinfo, &t, &p, method);
}

/*
 * With bias_correction as Deepchecks has it: the larger sample is scaled down
 * to the size of the smaller, and Yates's correction applies to two categories.
 */
Datum
datamon_value_counts_cramers_v(PG_FUNCTION_ARGS)
{
	bool		corrected;
	CategoryPair p;
	DmTable		table;
	double	   *cell;
	double		least;
	size_t		i;

	get_categories(fcinfo, &p);
	corrected = HAS_OPTION(p, 0) && PG_GETARG_BOOL(p.next);
	table = make_table(&p.cells);
	cell = unconstify(double *, table.cell);
	least = fmin(p.cells.ref_total, p.cells.cur_total);
	for (i = 0; i < p.cells.k && corrected && least > 0; i++)
	{
		cell[i] *= least / p.cells.ref_total;
		cell[p.cells.k + i] *= least / p.cells.cur_total;
	}
	return dm_return_distance(fcinfo, dm_table_cramers_v(&table, corrected, corrected));
}

Datum
datamon_value_counts_total_variation_test(PG_FUNCTION_ARGS)
{
	CategoryPair p;
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmNullTest	null;

	get_categories(fcinfo, &p);
	null = dm_total_variation_null(&p.cells);
	t.statistic = t.effect_size = null.statistic;
	t.p_value = null.p_value;
	return return_category_test(fcinfo, &t, &p, "total variation, gamma null");
}

Datum
datamon_value_counts_drift_summary(PG_FUNCTION_ARGS)
{
	CategoryPair p;
	DmTable		table;
	DmTest		chi;
	DmNullTest	null;
	double		added = 0,
				vanished = 0;
	size_t		i;
	DmRow		row;

	get_categories(fcinfo, &p);
	for (i = 0; i < p.cells.k; i++)
	{
		added += p.cells.ref[i] == 0 ? p.cells.cur[i] : 0;
		vanished += p.cells.cur[i] == 0 ? p.cells.ref[i] : 0;
	}
	table = make_table(&p.cells);
	chi = dm_table_test(&table, DM_PEARSON, false);
	null = dm_total_variation_null(&p.cells);

	dm_row_begin(fcinfo, &row);
	dm_put_sizes(&row, &p.sizes);
	dm_row_double(&row, null.statistic);
	dm_row_double(&row, dm_l_infinity(&p.cells));
	dm_row_double(&row, dm_js_distance(&p.cells, 2));
	dm_row_double(&row, dm_psi(&p.cells, dm_default_empty));
	dm_row_double(&row, chi.statistic);
	dm_row_double(&row, chi.df);
	dm_row_double(&row, chi.p_value);
	dm_row_double(&row, dm_hellinger(&p.cells));
	dm_row_double(&row, null.statistic - null.expectation);
	dm_row_double(&row, null.expectation);
	dm_row_double(&row, null.stddev);
	dm_row_double(&row, null.p_value);
	dm_row_count(&row, (int64) added);
	dm_row_count(&row, (int64) vanished);
	return dm_row_end(&row);
}

/* The share of one value on both sides, 'true' if it is not named. */
Datum
datamon_two_counts_proportions_ztest(PG_FUNCTION_ARGS)
{
	DmAlternative alternative = DM_TWO_SIDED;
	DmTest		t = {NAN, NAN, NAN, NAN};
	const char *value = "true";
	size_t		len = 4;
	int64		k1,
				k2;
	CategoryPair p;

	get_categories(fcinfo, &p);
	if (HAS_OPTION(p, 0))
	{
		text	   *wanted = PG_GETARG_TEXT_PP(p.next);

		value = VARDATA_ANY(wanted);
		len = VARSIZE_ANY_EXHDR(wanted);
	}
	if (HAS_OPTION(p, 1))
		alternative = dm_get_alternative(fcinfo, p.next + 1);
	k1 = dm_value_counts_of(p.reference, value, len);
	k2 = dm_value_counts_of(p.current, value, len);
	if (k1 >= 0 && k2 >= 0)
		t = dm_proportions_test((double) k1, p.cells.ref_total, (double) k2, p.cells.cur_total,
								alternative);
	return return_category_test(fcinfo, &t, &p, DM_PROPORTIONS_METHOD);
}

Datum
datamon_two_counts_count(PG_FUNCTION_ARGS)
{
	CategoryPair p;

	get_categories(fcinfo, &p);
	PG_RETURN_INT64((int64) dm_add_count((uint64) dm_count_of(p.sizes.n_reference),
										   (uint64) dm_count_of(p.sizes.n_current)));
}

Datum
datamon_two_counts_unused(PG_FUNCTION_ARGS)
{
	uint64		unflagged = dm_two_counts_unflagged(dm_getarg(fcinfo, 0, DM_TWO_COUNTS));
	CategoryPair p;

	get_categories(fcinfo, &p);
	PG_RETURN_INT64((int64) dm_add_count(unflagged, dm_add_count((uint64) p.sizes.unused_reference,
															  (uint64) p.sizes.unused_current)));
}
