/*
 * cell_distance.c - distances between two samples of a number over common
 * cells: the range is cut into cells, and shares of the rows are compared.
 *
 * Every function takes two histograms, or a two_samples, also as the final
 * function of an aggregate.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/row.h"
#include "base/type.h"
#include "stats/divergence.h"
#include "stats/kolmogorov.h"
#include "types/number_pair.h"

#define DEFAULT_BASE 2.0

/* What may be said about cells, each with its default. */
typedef struct Wanted
{
	DmCellSpec	spec;
	DmEmpty		empty;
	double		base;
	bool		missing;		/* cells of what is not a finite number, too */
} Wanted;

typedef double (*CellKernel) (const DmCells *c, const Wanted *w);

static Wanted
defaults(void)
{
	Wanted		w = {{DM_CELLS_QUANTILES, 10}, dm_default_empty, DEFAULT_BASE, false};

	return w;
}

/* What the rows of an aggregate said. */
static Wanted
options_of(const DmSampleOptions *o)
{
	Wanted		w = defaults();

	if (o->bins[0])
		w.spec = dm_bins_of(o->bins);
	if (o->empty[0])
		w.empty = dm_empty_of(o->empty);
	if (o->floor != 0)
		w.empty = dm_floor_of(o->floor);
	if (o->base != 0)
		w.base = dm_base_of(o->base);
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

/*
 * The same, and a cell each for NULL, NaN, -Infinity and Infinity, so that all
 * rows count, as in TFDV's metrics.cc.  A side without numbers cannot cut the
 * range: all numbers of the other one are then one cell.
 */
static DmCells
cut_all_cells(const DmNumberPair *p, DmCellSpec spec)
{
	DmCells		numbers = cut_cells(p, spec);
	DmCells		cells = {NULL, NULL, 0, p->reference.total, p->current.total};
	size_t		most = numbers.k + 1 + DM_UNUSED_REASONS;
	double	   *ref = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * most);
	double	   *cur = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * most);
	int			reason;

	ref[0] = p->reference.total;
	cur[0] = p->current.total;
	cells.k = Max(numbers.k, 1);
	if (numbers.k > 0)
	{
		memcpy(ref, numbers.ref, sizeof(double) * numbers.k);
		memcpy(cur, numbers.cur, sizeof(double) * numbers.k);
	}
	for (reason = 0; reason < DM_UNUSED_REASONS; reason++, cells.k++)
	{
		cells.ref_total += ref[cells.k] = (double) p->missing[DM_REFERENCE][reason];
		cells.cur_total += cur[cells.k] = (double) p->missing[DM_CURRENT][reason];
	}
	cells.ref = ref;
	cells.cur = cur;
	return cells;
}

static Datum
over_cells(FunctionCallInfo fcinfo, const DmNumberPair *p, const Wanted *w, CellKernel kernel)
{
	DmCells		cells = w->missing ? cut_all_cells(p, w->spec) : cut_cells(p, w->spec);

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

/* (samples, bins, empty) with a number, or with a word, for empty */
static Datum
with_empty(FunctionCallInfo fcinfo, bool named, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	w.spec = dm_get_bins(fcinfo, p.args);
	w.empty = named ? dm_get_empty_rule(fcinfo, p.args + 1) : dm_get_floor(fcinfo, p.args + 1);
	return over_cells(fcinfo, &p, &w, kernel);
}

/* (samples, base, bins, missing) */
static Datum
with_base(FunctionCallInfo fcinfo, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	w.base = dm_get_base(fcinfo, p.args);
	w.spec = dm_get_bins(fcinfo, p.args + 1);
	w.missing = dm_get_missing(fcinfo, p.args + 2);
	if (w.missing)
		dm_refuse_weights(&p, "a cell of missing values");
	return over_cells(fcinfo, &p, &w, kernel);
}

/* (samples, bins) */
static Datum
with_bins(FunctionCallInfo fcinfo, CellKernel kernel)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	w.spec = dm_get_bins(fcinfo, p.args);
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
	return dm_kl_divergence(c, w->empty, w->base);
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

/* (samples, bins, empty, base) */
static Datum
kl_of(FunctionCallInfo fcinfo)
{
	DmNumberPair p;
	Wanted		w = defaults();

	dm_get_numbers(fcinfo, &p);
	w.spec = dm_get_bins(fcinfo, p.args);
	w.empty = dm_get_empty_rule(fcinfo, p.args + 1);
	w.base = dm_get_base(fcinfo, p.args + 2);
	return over_cells(fcinfo, &p, &w, kl_divergence);
}

/* In nats, and empty cells as Evidently fills them, where the rows said nothing else. */
static Datum
kl_final(FunctionCallInfo fcinfo)
{
	DmNumberPair p;
	Wanted		w;

	dm_get_numbers(fcinfo, &p);
	w = options_of(&p.options);
	if (!p.options.empty[0])
		w.empty = dm_empty_of("evidently");
	w.base = exp(1);
	return over_cells(fcinfo, &p, &w, kl_divergence);
}

/* (samples, bins, empty) */
static Datum
psi_test(FunctionCallInfo fcinfo)
{
	DmNumberPair p;
	DmCellSpec	spec;
	DmEmpty		empty;
	DmCells		cells;
	DmTest		t;

	dm_get_unweighted(fcinfo, "psi_test", &p);
	spec = dm_get_bins(fcinfo, p.args);
	empty = dm_get_empty_rule(fcinfo, p.args + 1);
	cells = cut_cells(&p, spec);
	t = dm_psi_test(&cells, empty);
	return dm_return_number_test(fcinfo, &t, &p, "population stability index, chi-square null");
}

static Datum
drift_summary(FunctionCallInfo fcinfo)
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
	dm_row_double(&row, dm_psi(&cells, dm_default_empty));
	dm_row_double(&row, dm_js_distance(&cells, DEFAULT_BASE));
	dm_row_double(&row, (null.statistic - null.expectation) / scale);
	dm_row_double(&row, null.expectation / scale);
	dm_row_double(&row, null.stddev / scale);
	dm_row_double(&row, null.p_value);
	return dm_row_end(&row);
}

DM_FUNCTION(numbers_psi, with_empty(fcinfo, false, psi));
DM_FUNCTION(numbers_psi_named, with_empty(fcinfo, true, psi));
DM_FUNCTION(samples_psi_final, final_over_cells(fcinfo, psi));
DM_FUNCTION(numbers_psi_test, psi_test(fcinfo));
DM_FUNCTION(numbers_kl_divergence, kl_of(fcinfo));
DM_FUNCTION(samples_kl_divergence_final, kl_final(fcinfo));
DM_FUNCTION(numbers_js_divergence, with_base(fcinfo, js_divergence));
DM_FUNCTION(samples_js_divergence_final, final_over_cells(fcinfo, js_divergence));
DM_FUNCTION(numbers_js_distance, with_base(fcinfo, js_distance));
DM_FUNCTION(samples_js_distance_final, final_over_cells(fcinfo, js_distance));
DM_FUNCTION(numbers_total_variation, with_bins(fcinfo, total_variation));
DM_FUNCTION(samples_total_variation_final, final_over_cells(fcinfo, total_variation));
DM_FUNCTION(numbers_l_infinity, with_bins(fcinfo, l_infinity));
DM_FUNCTION(samples_l_infinity_final, final_over_cells(fcinfo, l_infinity));
DM_FUNCTION(numbers_hellinger, with_bins(fcinfo, hellinger));
DM_FUNCTION(samples_hellinger_final, final_over_cells(fcinfo, hellinger));
DM_FUNCTION(numbers_drift_summary, drift_summary(fcinfo));
