/*
 * distance.c - distances and tests between two histograms.
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
#include "stats/divergence.h"
#include "stats/kolmogorov.h"
#include "stats/tests.h"
#include "types/histogram.h"
#include "types/test_result.h"

PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_normed);
PG_FUNCTION_INFO_V1(datamon_histogram_ks_test);
PG_FUNCTION_INFO_V1(datamon_histogram_wasserstein_test);
PG_FUNCTION_INFO_V1(datamon_histogram_psi);
PG_FUNCTION_INFO_V1(datamon_histogram_psi_named);
PG_FUNCTION_INFO_V1(datamon_histogram_psi_test);
PG_FUNCTION_INFO_V1(datamon_histogram_kl_divergence);
PG_FUNCTION_INFO_V1(datamon_histogram_js_divergence);
PG_FUNCTION_INFO_V1(datamon_histogram_js_distance);
PG_FUNCTION_INFO_V1(datamon_histogram_total_variation);
PG_FUNCTION_INFO_V1(datamon_histogram_l_infinity);
PG_FUNCTION_INFO_V1(datamon_histogram_hellinger);
PG_FUNCTION_INFO_V1(datamon_histogram_drift_summary);

static const DmCellSpec deciles = {DM_CELLS_QUANTILES, 10};

typedef struct NumberPair
{
	DmBins		reference;
	DmBins		current;
	DmSizes		sizes;
} NumberPair;

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

Datum
datamon_histogram_wasserstein(PG_FUNCTION_ARGS)
{
	NumberPair	p;

	get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_wasserstein(&p.reference, &p.current));
}

Datum
datamon_histogram_wasserstein_normed(PG_FUNCTION_ARGS)
{
	NumberPair	p;

	get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_wasserstein(&p.reference, &p.current) /
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
	return dm_return_test(fcinfo, &t, &p.sizes,
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
	return dm_return_test(fcinfo, &t, &p.sizes, "Wasserstein distance, gamma null");
}

Datum
datamon_histogram_psi(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = dm_get_floor(fcinfo, 3);
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_histogram_psi_named(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = dm_get_empty_rule(fcinfo, 3);
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_psi(&cells, empty));
}

Datum
datamon_histogram_psi_test(PG_FUNCTION_ARGS)
{
	DmCellSpec	spec = get_cell_spec(fcinfo, 2);
	DmEmpty		empty = dm_get_empty_rule(fcinfo, 3);
	DmCells		cells;
	DmTest		t;
	NumberPair	p;

	get_numbers(fcinfo, &p);
	cells = cut_cells(&p, spec);
	t = dm_psi_test(&cells, empty);
	return dm_return_test(fcinfo, &t, &p.sizes, "population stability index, chi-square null");
}

Datum
datamon_histogram_kl_divergence(PG_FUNCTION_ARGS)
{
	DmEmpty		empty = dm_get_empty_rule(fcinfo, 3);
	double		base = dm_get_base(fcinfo, 4);
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_kl_divergence(&cells, empty, base));
}

Datum
datamon_histogram_js_divergence(PG_FUNCTION_ARGS)
{
	double		base = dm_get_base(fcinfo, 2);
	DmCells		cells = get_cells(fcinfo, 3);

	return dm_return_distance(fcinfo, dm_js_divergence(&cells, base));
}

Datum
datamon_histogram_js_distance(PG_FUNCTION_ARGS)
{
	double		base = dm_get_base(fcinfo, 2);
	DmCells		cells = get_cells(fcinfo, 3);

	return dm_return_distance(fcinfo, dm_js_distance(&cells, base));
}

Datum
datamon_histogram_total_variation(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_total_variation(&cells));
}

Datum
datamon_histogram_l_infinity(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_l_infinity(&cells));
}

Datum
datamon_histogram_hellinger(PG_FUNCTION_ARGS)
{
	DmCells		cells = get_cells(fcinfo, 2);

	return dm_return_distance(fcinfo, dm_hellinger(&cells));
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
	dm_put_sizes(&row, &p.sizes);
	dm_row_double(&row, distance);
	dm_row_double(&row, distance / scale);
	dm_row_double(&row, ks);
	dm_row_double(&row, dm_ks_p_value(ks, p.reference.total, p.current.total, &exact));
	dm_row_double(&row, dm_psi(&cells, dm_default_empty));
	dm_row_double(&row, dm_js_distance(&cells, 2));
	dm_row_double(&row, (null.statistic - null.expectation) / scale);
	dm_row_double(&row, null.expectation / scale);
	dm_row_double(&row, null.stddev / scale);
	dm_row_double(&row, null.p_value);
	return dm_row_end(&row);
}
