/*
 * distance.c - distances and tests between two histograms or two value_counts.
 *
 * Thin: arguments in, a kernel of src/stats, a number or a row out.  NULL
 * stands for undefined; a row's counts are given all the same.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/checks.h"
#include "base/row.h"
#include "base/wire.h"
#include "stats/cells.h"
#include "stats/distance.h"
#include "stats/kolmogorov.h"
#include "stats/tests.h"
#include "types/histogram.h"
#include "types/value_counts.h"

PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_normed);
PG_FUNCTION_INFO_V1(datamon_histogram_ks_test);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_test);
PG_FUNCTION_INFO_V1(datamon_histogram_psi);
PG_FUNCTION_INFO_V1(datamon_histogram_psi_named);
PG_FUNCTION_INFO_V1(datamon_histogram_js_divergence);
PG_FUNCTION_INFO_V1(datamon_histogram_js_distance);
PG_FUNCTION_INFO_V1(datamon_histogram_total_variation);
PG_FUNCTION_INFO_V1(datamon_histogram_l_infinity);
PG_FUNCTION_INFO_V1(datamon_histogram_hellinger);
PG_FUNCTION_INFO_V1(datamon_histogram_drift_summary);
PG_FUNCTION_INFO_V1(datamon_value_counts_psi);
PG_FUNCTION_INFO_V1(datamon_value_counts_psi_named);
PG_FUNCTION_INFO_V1(datamon_value_counts_js_divergence);
PG_FUNCTION_INFO_V1(datamon_value_counts_js_distance);
PG_FUNCTION_INFO_V1(datamon_value_counts_total_variation);
PG_FUNCTION_INFO_V1(datamon_value_counts_l_infinity);
PG_FUNCTION_INFO_V1(datamon_value_counts_hellinger);
PG_FUNCTION_INFO_V1(datamon_value_counts_chi_square_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_total_variation_test);
PG_FUNCTION_INFO_V1(datamon_value_counts_drift_summary);

static const DmCellSpec deciles = {DM_CELLS_QUANTILES, 10};
static const DmEmpty default_empty = {DM_EMPTY_FLOOR, DM_EMPTY_DEFAULT};

/* Two samples and how many rows of each were used and left out. */
typedef struct Sizes
{
	double		n_reference;
	double		n_current;
	int64		unused_reference;
	int64		unused_current;
} Sizes;

typedef struct NumberPair
{
	DmBins		reference;
	DmBins		current;
	Sizes		sizes;
} NumberPair;

typedef struct CategoryPair
{
	DmCategoryPair counts;
	DmCells		cells;
	Sizes		sizes;
} CategoryPair;

static int64
unused_of(const DmHistogramCounts *c)
{
	uint64		infinities = dm_add_count(c->neg_inf, c->pos_inf);

	return (int64) dm_add_count(dm_add_count(c->nulls, c->nans), infinities);
}

static void
get_numbers(FunctionCallInfo fcinfo, NumberPair *p)
{
	struct varlena *reference = dm_getarg(fcinfo, 0, DM_HISTOGRAM);
	struct varlena *current = dm_getarg(fcinfo, 1, DM_HISTOGRAM);
	DmHistogramCounts counts;

	dm_histogram_bins_pair(reference, current, &p->reference, &p->current);
	p->sizes.n_reference = p->reference.total;
	p->sizes.n_current = p->current.total;
	dm_histogram_counts(reference, &counts);
	p->sizes.unused_reference = unused_of(&counts);
	dm_histogram_counts(current, &counts);
	p->sizes.unused_current = unused_of(&counts);
}

static void
get_categories(FunctionCallInfo fcinfo, CategoryPair *p)
{
	DmCategoryPair *c = &p->counts;

	dm_value_counts_pair(dm_getarg(fcinfo, 0, DM_VALUE_COUNTS),
						 dm_getarg(fcinfo, 1, DM_VALUE_COUNTS), c);
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

/* Both samples over common cells; without any where a side is empty. */
static DmCells
cut_cells(const NumberPair *p, DmCellSpec spec)
{
	DmCells		cells = {NULL, NULL, 0, 0, 0};
	double	   *cuts,
			   *ref,
			   *cur;
	size_t		most;

	if (p->reference.n == 0 || p->current.n == 0)
		return cells;
	most = dm_max_cells(spec, &p->reference, &p->current);
	cuts = palloc(sizeof(double) * most);
	ref = palloc(sizeof(double) * most);
	cur = palloc(sizeof(double) * most);
	cells.k = dm_cut_cells(spec, &p->reference, &p->current, cuts, ref, cur);
	pfree(cuts);
	cells.ref = ref;
	cells.cur = cur;
	cells.ref_total = p->reference.total;
	cells.cur_total = p->current.total;
	return cells;
}

static DmCellSpec
get_cell_spec(FunctionCallInfo fcinfo, int n)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));
	DmCellSpec	spec;

	if (!dm_cell_spec_parse(word, &spec))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized bins \"%s\"", word),
				 errhint("Use deciles, quantiles:K, equal_width, equal_width:K, sturges_union, distinct "
						 "or evidently, with K from 2 to %d.", DM_CELLS_MAX_K)));
	return spec;
}

/* Cells of histogram arguments 0 and 1, cut as argument n says. */
static DmCells
get_cells(FunctionCallInfo fcinfo, int n)
{
	DmCellSpec	spec = get_cell_spec(fcinfo, n);
	NumberPair	p;

	get_numbers(fcinfo, &p);
	return cut_cells(&p, spec);
}

static DmCells
get_category_cells(FunctionCallInfo fcinfo)
{
	CategoryPair p;

	get_categories(fcinfo, &p);
	return p.cells;
}

static DmEmpty
get_floor(FunctionCallInfo fcinfo, int n)
{
	DmEmpty		empty = {DM_EMPTY_FLOOR, PG_GETARG_FLOAT8(n)};

	if (!(empty.value > 0) || empty.value > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the floor of empty cells must be above 0 and at most 1"),
				 errhint("Other rules have names: evidently, add:E, count:C, drop.")));
	return empty;
}

static DmEmpty
get_empty_rule(FunctionCallInfo fcinfo, int n)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));
	DmEmpty		empty;

	if (!dm_empty_parse(word, &empty))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized rule for empty cells \"%s\"", word),
				 errhint("Use floor:E, evidently, add:E, count:C or drop, with E above 0 and at most 1.")));
	return empty;
}

static double
get_base(FunctionCallInfo fcinfo, int n)
{
	double		base = PG_GETARG_FLOAT8(n);

	if (!(base > 1) || isinf(base))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the base of the logarithm must be above 1 and finite"),
				 errhint("Use 2 for bits, exp(1) for nats.")));
	return base;
}

static Datum
return_double(FunctionCallInfo fcinfo, double v)
{
	if (isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("distance exceeds the range of double precision")));
	if (isnan(v))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(v);
}

static void
put_sizes(DmRow *row, const Sizes *s)
{
	dm_row_count(row, (int64) s->n_reference);
	dm_row_count(row, (int64) s->n_current);
	dm_row_count(row, s->unused_reference);
	dm_row_count(row, s->unused_current);
}

static Datum
return_test(FunctionCallInfo fcinfo, const DmTest *t, const Sizes *sizes, const char *method)
{
	DmRow		row;

	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, t->statistic);
	dm_row_double(&row, t->p_value);
	dm_row_double(&row, t->df);
	dm_row_double(&row, t->effect_size);
	put_sizes(&row, sizes);
	dm_row_text(&row, method);
	return dm_row_end(&row);
}

Datum
datamon_histogram_wasserstein(PG_FUNCTION_ARGS)
{
	NumberPair	p;

	get_numbers(fcinfo, &p);
	return return_double(fcinfo, dm_wasserstein(&p.reference, &p.current));
}

Datum
datamon_histogram_wasserstein_normed(PG_FUNCTION_ARGS)
{
	NumberPair	p;

	get_numbers(fcinfo, &p);
	return return_double(fcinfo, dm_wasserstein(&p.reference, &p.current) /
						 dm_reference_scale(&p.reference));
}

static bool
all_points(const DmBins *b)
{
	size_t		i;

	for (i = 0; i < b->n; i++)
		if (b->bin[i].lo < b->bin[i].hi)
			return false;
	return true;
}

Datum
datamon_histogram_ks_test(PG_FUNCTION_ARGS)
{
	static const char *const method[2][2] = {
		{"Kolmogorov-Smirnov, asymptotic, binned", "Kolmogorov-Smirnov, asymptotic"},
		{"Kolmogorov-Smirnov, exact, binned", "Kolmogorov-Smirnov, exact"},
	};
	DmTest		t = {NAN, NAN, NAN, NAN};
	NumberPair	p;
	bool		exact;

	get_numbers(fcinfo, &p);
	t.statistic = t.effect_size = dm_ks_statistic(&p.reference, &p.current);
	t.p_value = dm_ks_p_value(t.statistic, p.reference.total, p.current.total, &exact);
	return return_test(fcinfo, &t, &p.sizes,
					   method[exact][all_points(&p.reference) && all_points(&p.current)]);
}

Datum
datamon_histogram_wasserstein_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmNullTest	null;
	NumberPair	p;

	get_numbers(fcinfo, &p);
	null = dm_wasserstein_null(&p.reference, &p.current);
	t.statistic = null.statistic;
	t.p_value = null.p_value;
	t.effect_size = null.statistic / dm_reference_scale(&p.reference);
	return return_test(fcinfo, &t, &p.sizes, "Wasserstein distance, gamma null");
}

Datum
datamon_histogram_psi(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = get_floor(fcinfo, 3);
	DmCells		cells = get_cells(fcinfo, 2);

	return return_double(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_histogram_psi_named(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = get_empty_rule(fcinfo, 3);
	DmCells		cells = get_cells(fcinfo, 2);

	return return_double(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_histogram_js_divergence(PG_FUNCTION_ARGS)
{
	double		base = get_base(fcinfo, 2);
	DmCells		cells = get_cells(fcinfo, 3);

	return return_double(fcinfo, dm_js_divergence(&cells, base));
}

Datum
datamon_histogram_js_distance(PG_FUNCTION_ARGS)
{
	double		base = get_base(fcinfo, 2);
	DmCells		cells = get_cells(fcinfo, 3);

	return return_double(fcinfo, dm_js_distance(&cells, base));
}

Datum
datamon_histogram_total_variation(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return return_double(fcinfo, dm_total_variation(&cells));
}

Datum
datamon_histogram_l_infinity(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return return_double(fcinfo, dm_l_infinity(&cells));
}

Datum
datamon_histogram_hellinger(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return return_double(fcinfo, dm_hellinger(&cells));
}

Datum
datamon_histogram_drift_summary(PG_FUNCTION_ARGS)
{
	NumberPair	p;
	DmCells		cells;
	DmNullTest	null;
	double		scale,
				distance,
				ks;
	bool		exact;
	DmRow		row;

	get_numbers(fcinfo, &p);
	cells = cut_cells(&p, deciles);
	scale = dm_reference_scale(&p.reference);
	distance = dm_wasserstein(&p.reference, &p.current);
	ks = dm_ks_statistic(&p.reference, &p.current);
	null = dm_wasserstein_null(&p.reference, &p.current);

	dm_row_begin(fcinfo, &row);
	put_sizes(&row, &p.sizes);
	dm_row_double(&row, distance);
	dm_row_double(&row, distance / scale);
	dm_row_double(&row, ks);
	dm_row_double(&row, dm_ks_p_value(ks, p.reference.total, p.current.total, &exact));
	dm_row_double(&row, dm_psi(&cells, default_empty));
	dm_row_double(&row, dm_js_distance(&cells, 2));
	dm_row_double(&row, (null.statistic - null.expectation) / scale);
	dm_row_double(&row, null.expectation / scale);
	dm_row_double(&row, null.stddev / scale);
	dm_row_double(&row, null.p_value);
	return dm_row_end(&row);
}

Datum
datamon_value_counts_psi(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = get_floor(fcinfo, 2);
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_value_counts_psi_named(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = get_empty_rule(fcinfo, 2);
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_value_counts_js_divergence(PG_FUNCTION_ARGS)
{
	double		base = get_base(fcinfo, 2);
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_js_divergence(&cells, base));
}

Datum
datamon_value_counts_js_distance(PG_FUNCTION_ARGS)
{
	double		base = get_base(fcinfo, 2);
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_js_distance(&cells, base));
}

Datum
datamon_value_counts_total_variation(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_total_variation(&cells));
}

Datum
datamon_value_counts_l_infinity(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_l_infinity(&cells));
}

Datum
datamon_value_counts_hellinger(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_category_cells(fcinfo);

	return return_double(fcinfo, dm_hellinger(&cells));
}

Datum
datamon_value_counts_chi_square_test(PG_FUNCTION_ARGS)
{
	CategoryPair p;
	DmTest		t;

	get_categories(fcinfo, &p);
	t = dm_chi_square_test(&p.cells);
	return return_test(fcinfo, &t, &p.sizes,
					   p.counts.exact ? "chi-square, two samples" : "chi-square, two samples, hashed");
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
	return return_test(fcinfo, &t, &p.sizes,
					   p.counts.exact ? "total variation, gamma null" :
					   "total variation, gamma null, hashed");
}

Datum
datamon_value_counts_drift_summary(PG_FUNCTION_ARGS)
{
	CategoryPair p;
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
	chi = dm_chi_square_test(&p.cells);
	null = dm_total_variation_null(&p.cells);

	dm_row_begin(fcinfo, &row);
	put_sizes(&row, &p.sizes);
	dm_row_double(&row, null.statistic);
	dm_row_double(&row, dm_l_infinity(&p.cells));
	dm_row_double(&row, dm_js_distance(&p.cells, 2));
	dm_row_double(&row, dm_psi(&p.cells, default_empty));
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
