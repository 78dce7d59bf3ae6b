/*
 * sample_distance.c - distances between two samples of a number.
 *
 * From a two_samples, also as the final function of an aggregate; what
 * distance.c lacks, from two histograms too.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/row.h"
#include "stats/area.h"
#include "stats/cells.h"
#include "stats/divergence.h"
#include "stats/edf_tests.h"
#include "stats/kolmogorov.h"
#include "types/number_pair.h"
#include "types/sample_moments.h"

PG_FUNCTION_INFO_V1(datamon_samples_wasserstein);
PG_FUNCTION_INFO_V1(datamon_samples_wasserstein_normed);
PG_FUNCTION_INFO_V1(datamon_numbers_wasserstein_min_max);
PG_FUNCTION_INFO_V1(datamon_samples_wasserstein_min_max_final);
PG_FUNCTION_INFO_V1(datamon_numbers_energy);
PG_FUNCTION_INFO_V1(datamon_samples_psi);
PG_FUNCTION_INFO_V1(datamon_samples_psi_named);
PG_FUNCTION_INFO_V1(datamon_samples_psi_final);
PG_FUNCTION_INFO_V1(datamon_numbers_kl_divergence);
PG_FUNCTION_INFO_V1(datamon_numbers_kl_divergence_named);
PG_FUNCTION_INFO_V1(datamon_samples_kl_divergence_final);
PG_FUNCTION_INFO_V1(datamon_samples_js_divergence);
PG_FUNCTION_INFO_V1(datamon_samples_js_divergence_final);
PG_FUNCTION_INFO_V1(datamon_samples_js_distance);
PG_FUNCTION_INFO_V1(datamon_samples_js_distance_final);
PG_FUNCTION_INFO_V1(datamon_samples_total_variation);
PG_FUNCTION_INFO_V1(datamon_samples_total_variation_final);
PG_FUNCTION_INFO_V1(datamon_samples_l_infinity);
PG_FUNCTION_INFO_V1(datamon_samples_l_infinity_final);
PG_FUNCTION_INFO_V1(datamon_samples_hellinger);
PG_FUNCTION_INFO_V1(datamon_samples_hellinger_final);
PG_FUNCTION_INFO_V1(datamon_samples_drift_summary);

#define DEFAULT_MARGIN 0.025
#define DEFAULT_BASE 2.0

static const DmEmpty default_empty = {DM_EMPTY_FLOOR, DM_EMPTY_DEFAULT};

/* W1; many rows as they came need no order for it. */
static double
wasserstein(FunctionCallInfo fcinfo, DmSamplePair *s, DmNumberPair *p)
{
	const DmSample *r = &s->side[DM_REFERENCE];
	const DmSample *c = &s->side[DM_CURRENT];
	double		area;

	dm_get_rows(fcinfo, s, p);
	if (!r->mass && !c->mass && r->n > 0 && c->n > 0 && r->n + c->n >= DM_AREA_LEAST &&
		r->n <= DM_AREA_MOST && c->n <= DM_AREA_MOST &&
		dm_unsorted_area(r->value, r->n, c->value, c->n,
						 palloc(dm_unsorted_area_space(r->n, c->n)), &area))
		return area;
	dm_get_samples(fcinfo, s, p);
	return dm_samples_scan(r, c).area;
}

Datum
datamon_samples_wasserstein(PG_FUNCTION_ARGS)
{
	DmSamplePair s;
	DmNumberPair p;

	return dm_return_distance(fcinfo, wasserstein(fcinfo, &s, &p));
}

Datum
datamon_samples_wasserstein_normed(PG_FUNCTION_ARGS)
{
	DmSamplePair s;
	DmNumberPair p;
	DmSampleSums sums;
	double		distance = wasserstein(fcinfo, &s, &p);

	if (p.weighted)
	{
		dm_get_numbers(fcinfo, &p);
		return dm_return_distance(fcinfo, distance / dm_reference_scale(&p.reference));
	}
	sums = dm_sample_sums(&s.side[DM_REFERENCE]);
	return dm_return_distance(fcinfo, distance / dm_sums_reference_scale(&sums));
}

static Datum
min_max(FunctionCallInfo fcinfo, const DmNumberPair *p, double margin)
{
	DmBin	   *r,
			   *c;

	r = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmBin) * (p->reference.n + 1));
	c = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmBin) * (p->current.n + 1));
	return dm_return_distance(fcinfo, dm_wasserstein_min_max(&p->reference, &p->current, margin, r, c));
}

Datum
datamon_numbers_wasserstein_min_max(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	double		margin;

	dm_get_unweighted(fcinfo, "wasserstein_distance_min_max", &p);
	margin = PG_GETARG_FLOAT8(p.args);
	if (!(margin >= 0) || margin >= 0.5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"margin\" must be at least 0 and less than 0.5"),
				 errhint("It is the share of rows that is left out at either end: 0.025 with Deepchecks.")));
	return min_max(fcinfo, &p, margin);
}

Datum
datamon_samples_wasserstein_min_max_final(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_unweighted(fcinfo, "wasserstein_distance_min_max", &p);
	return min_max(fcinfo, &p, DEFAULT_MARGIN);
}

Datum
datamon_numbers_energy(PG_FUNCTION_ARGS)
{
	DmNumberPair p;

	dm_get_numbers(fcinfo, &p);
	return dm_return_distance(fcinfo, dm_energy_distance(&p.reference, &p.current));
}

/*
 * Distances over cells: how they are cut, then what of them.
 */

/* What may be said about cells, each with its default. */
typedef struct Wanted
{
	DmCellSpec	spec;
	DmEmpty		empty;
	double		base;
} Wanted;

typedef double (*CellKernel) (const DmCells *c, const Wanted *w);

static void
set_bins(Wanted *w, const char *word)
{
	if (!dm_cell_spec_parse(word, &w->spec))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized bins \"%s\"", word),
				 errhint("Use deciles, quantiles:K, equal_width, equal_width:K, sturges_union, distinct "
						 "or evidently, with K from 2 to %d.", DM_CELLS_MAX_K)));
}

static void
set_floor(Wanted *w, double floor)
{
	w->empty.rule = DM_EMPTY_FLOOR;
	w->empty.value = floor;
	if (!(floor > 0) || floor > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the floor of empty cells must be above 0 and at most 1"),
				 errhint("Other rules have names: evidently, add:E, count:C, drop.")));
}

static void
set_empty(Wanted *w, const char *word)
{
	if (!dm_empty_parse(word, &w->empty))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized rule for empty cells \"%s\"", word),
				 errhint("Use floor:E, evidently, add:E, count:C or drop, with E above 0 and at most 1.")));
}

static void
set_base(Wanted *w, double base)
{
	w->base = base;
	if (!(base > 1) || isinf(base))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the base of the logarithm must be above 1 and finite"),
				 errhint("Use 2 for bits, exp(1) for nats.")));
}

static Wanted
defaults(void)
{
	Wanted		w = {{DM_CELLS_QUANTILES, 10}, default_empty, DEFAULT_BASE};

	return w;
}

/* What the rows of an aggregate said. */
static Wanted
options_of(const DmSampleOptions *o)
{
	Wanted		w = defaults();

	if (o->bins[0])
		set_bins(&w, o->bins);
	if (o->empty[0])
		set_empty(&w, o->empty);
	if (o->floor != 0)
		set_floor(&w, o->floor);
	if (o->base != 0)
		set_base(&w, o->base);
	return w;
}

/* Both samples over common cells; without any where a side is empty. */
static DmCells
cut_cells(const DmNumberPair *p, DmCellSpec spec)
{
	DmCells		cells = {NULL, NULL, 0, 0, 0};
	double	   *cuts,
			   *ref,
			   *cur;
	size_t		most;

	if (p->reference.n == 0 || p->current.n == 0)
		return cells;
	most = dm_max_cells(spec, &p->reference, &p->current);
	cuts = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * most);
	ref = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * most);
	cur = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * most);
	cells.k = dm_cut_cells(spec, &p->reference, &p->current, cuts, ref, cur);
	pfree(cuts);
	cells.ref = ref;
	cells.cur = cur;
	cells.ref_total = p->reference.total;
	cells.cur_total = p->current.total;
	return cells;
}

static Datum
over_cells(FunctionCallInfo fcinfo, const DmNumberPair *p, const Wanted *w, CellKernel kernel)
{
	DmCells		cells = cut_cells(p, w->spec);

	return dm_return_distance(fcinfo, kernel(&cells, w));
}

/* The final function of an aggregate. */
static Datum
final_over_cells(FunctionCallInfo fcinfo, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w;

	dm_get_numbers(fcinfo, &p);
	w = options_of(&p.options);
	return over_cells(fcinfo, &p, &w, kernel);
}

#define WORD_ARG(n) text_to_cstring(PG_GETARG_TEXT_PP(n))

/* (samples, bins, empty) with a number, or with a word, for empty */
static Datum
with_empty(FunctionCallInfo fcinfo, bool named, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	set_bins(&w, WORD_ARG(p.args));
	if (named)
		set_empty(&w, WORD_ARG(p.args + 1));
	else
		set_floor(&w, PG_GETARG_FLOAT8(p.args + 1));
	return over_cells(fcinfo, &p, &w, kernel);
}

/* (samples, base, bins) */
static Datum
with_base(FunctionCallInfo fcinfo, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	set_base(&w, PG_GETARG_FLOAT8(p.args));
	set_bins(&w, WORD_ARG(p.args + 1));
	return over_cells(fcinfo, &p, &w, kernel);
}

/* (samples, bins) */
static Datum
with_bins(FunctionCallInfo fcinfo, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	set_bins(&w, WORD_ARG(p.args));
	return over_cells(fcinfo, &p, &w, kernel);
}

static double
psi(const DmCells *c, const Wanted *w)
{
	return dm_psi(c, w->empty);
}

static double
kl_divergence(const DmCells *c, const Wanted *w)
{
	return dm_kl_divergence(c, w->empty);
}

static double
js_divergence(const DmCells *c, const Wanted *w)
{
	return dm_js_divergence(c, w->base);
}

static double
js_distance(const DmCells *c, const Wanted *w)
{
	return dm_js_distance(c, w->base);
}

static double
total_variation(const DmCells *c, const Wanted *w)
{
	return dm_total_variation(c);
}

static double
l_infinity(const DmCells *c, const Wanted *w)
{
	return dm_l_infinity(c);
}

static double
hellinger(const DmCells *c, const Wanted *w)
{
	return dm_hellinger(c);
}

#define ENTRY(name, call) \
Datum \
datamon_##name(PG_FUNCTION_ARGS) \
{ \
	return call; \
} \
extern void dm_no_such_function(void)

ENTRY(samples_psi, with_empty(fcinfo, false, psi));
ENTRY(samples_psi_named, with_empty(fcinfo, true, psi));
ENTRY(samples_psi_final, final_over_cells(fcinfo, psi));
ENTRY(numbers_kl_divergence, with_empty(fcinfo, false, kl_divergence));
ENTRY(numbers_kl_divergence_named, with_empty(fcinfo, true, kl_divergence));
ENTRY(samples_kl_divergence_final, final_over_cells(fcinfo, kl_divergence));
ENTRY(samples_js_divergence, with_base(fcinfo, js_divergence));
ENTRY(samples_js_divergence_final, final_over_cells(fcinfo, js_divergence));
ENTRY(samples_js_distance, with_base(fcinfo, js_distance));
ENTRY(samples_js_distance_final, final_over_cells(fcinfo, js_distance));
ENTRY(samples_total_variation, with_bins(fcinfo, total_variation));
ENTRY(samples_total_variation_final, final_over_cells(fcinfo, total_variation));
ENTRY(samples_l_infinity, with_bins(fcinfo, l_infinity));
ENTRY(samples_l_infinity_final, final_over_cells(fcinfo, l_infinity));
ENTRY(samples_hellinger, with_bins(fcinfo, hellinger));
ENTRY(samples_hellinger_final, final_over_cells(fcinfo, hellinger));

Datum
datamon_samples_drift_summary(PG_FUNCTION_ARGS)
{
	DmNumberPair p;
	DmCells		cells;
	DmNullTest	null;
	double		scale,
				distance,
				ks;
	bool		exact;
	DmRow		row;

	dm_get_unweighted(fcinfo, "drift_summary", &p);
	cells = cut_cells(&p, defaults().spec);
	scale = dm_reference_scale(&p.reference);
	distance = dm_wasserstein(&p.reference, &p.current);
	ks = dm_ks_statistic(&p.reference, &p.current);
	null = dm_wasserstein_null(&p.reference, &p.current);

	dm_row_begin(fcinfo, &row);
	dm_row_count(&row, p.n[DM_REFERENCE]);
	dm_row_count(&row, p.n[DM_CURRENT]);
	dm_row_count(&row, p.unused[DM_REFERENCE]);
	dm_row_count(&row, p.unused[DM_CURRENT]);
	dm_row_double(&row, distance);
	dm_row_double(&row, distance / scale);
	dm_row_double(&row, ks);
	dm_row_double(&row, dm_ks_p_value(ks, p.reference.total, p.current.total, &exact));
	dm_row_double(&row, dm_psi(&cells, default_empty));
	dm_row_double(&row, dm_js_distance(&cells, DEFAULT_BASE));
	dm_row_double(&row, (null.statistic - null.expectation) / scale);
	dm_row_double(&row, null.expectation / scale);
	dm_row_double(&row, null.stddev / scale);
	dm_row_double(&row, null.p_value);
	return dm_row_end(&row);
}
