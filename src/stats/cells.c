/*
 * cells.c - cutting the range of a number into cells shared by two samples.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/cells.h"

#define EVIDENTLY_DISTINCT 20

/* A cell count from 2 to DM_CELLS_MAX_K, decimal digits only. */
static bool
parse_k(const char *text, int *k)
{
	size_t		len = strlen(text);

	if (len == 0 || len > 4 || strspn(text, "0123456789") != len)
		return false;
	*k = (int) strtol(text, NULL, 10);
	return *k >= 2 && *k <= DM_CELLS_MAX_K;
}

bool
dm_cell_spec_parse(const char *text, DmCellSpec *out)
{
	static const struct
	{
		const char *name;
		DmCellRule	rule;
	}			plain[] = {
		{"deciles", DM_CELLS_QUANTILES},
		{"equal_width", DM_CELLS_EQUAL_WIDTH},
		{"sturges_union", DM_CELLS_STURGES_UNION},
		{"distinct", DM_CELLS_DISTINCT},
		{"evidently", DM_CELLS_EVIDENTLY},
	};
	size_t		i;

	out->k = 10;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(text, plain[i].name) == 0)
		{
			out->rule = plain[i].rule;
			return true;
		}
	if (strncmp(text, "quantiles:", 10) == 0)
	{
		out->rule = DM_CELLS_QUANTILES;
		return parse_k(text + 10, &out->k);
	}
	if (strncmp(text, "equal_width:", 12) == 0)
	{
		out->rule = DM_CELLS_EQUAL_WIDTH;
		return parse_k(text + 12, &out->k);
	}
	return false;
}

/* numpy.histogram_bin_edges(..., 'sturges'), with its rounding for width > 0. */
static size_t
sturges(const DmBins *reference, const DmBins *current, double width)
{
	double		k = log2(reference->total + current->total) + 1;

	return (size_t) ceil(width > 0 && !isinf(width) ? width / (width / k) : k);
}

size_t
dm_max_cells(DmCellSpec spec, const DmBins *reference, const DmBins *current)
{
	switch (spec.rule)
	{
		case DM_CELLS_QUANTILES:
			return 2 * (size_t) spec.k;
		case DM_CELLS_EQUAL_WIDTH:
			return (size_t) spec.k + 1;
		case DM_CELLS_STURGES_UNION:
			return sturges(reference, current, 0) + 2;
		case DM_CELLS_DISTINCT:
		case DM_CELLS_EVIDENTLY:
			break;
	}
	return 2 * (reference->n + current->n) + sturges(reference, current, 0) + 2;
}

/*
 * Value number k of the sorted sample, counted from 0.  The values of an
 * interval stand at the middles of its equal parts.  *at and *before carry
 * the place in the bins from one call to the next, with k ascending.
 */
static double
order_statistic(const DmBins *b, double k, size_t *at, double *before)
{
	const DmBin *bin;

	while (*at + 1 < b->n && *before + b->bin[*at].count <= k)
		*before += b->bin[(*at)++].count;
	bin = &b->bin[*at];
	if (bin->lo == bin->hi)
		return bin->lo;
	return bin->lo + (bin->hi - bin->lo) * fmin((k - *before + 0.5) / bin->count, 1);
}

double
dm_bins_quantile(const DmBins *b, double q)
{
	double		h = (b->total - 1) * q;
	double		t = h - floor(h);
	double		before = 0;
	size_t		at = 0;
	double		low,
				high;

	low = order_statistic(b, floor(h), &at, &before);
	high = t > 0 ? order_statistic(b, floor(h) + 1, &at, &before) : low;
	if (isinf(high - low))
		return low * (1 - t) + high * t;
	/* as numpy's _lerp does it, so that edges are the same bits */
	return t >= 0.5 ? high - (high - low) * (1 - t) : low + (high - low) * t;
}

/*
 * Edges at the quantiles of the reference.  An edge that would come twice is
 * a value that holds at least a cell's share by itself: it gets its own cell.
 */
static size_t
quantile_cuts(const DmBins *reference, int k, double *cuts)
{
	size_t		n = 0;
	bool		own_cell = false;
	int			i;

	for (i = 1; i < k; i++)
	{
		double		edge = dm_bins_quantile(reference, (double) i / k);

		if (n == 0 || edge > cuts[n - 1])
		{
			cuts[n++] = edge;
			own_cell = false;
		}
		else if (edge == cuts[n - 1] && !own_cell)
		{
			cuts[n++] = nextafter(edge, INFINITY);
			own_cell = true;
		}
	}
	return n;
}

/* numpy.linspace(lo, hi, k + 1) without its two ends. */
static size_t
width_cuts(double lo, double hi, size_t k, double *cuts)
{
	size_t		n = 0;
	double		step = hi / (double) k - lo / (double) k;
	size_t		i;

	if (!isinf(hi - lo))
		step = (hi - lo) / (double) k;
	for (i = 1; i < k; i++)
	{
		double		edge = (double) i * step + lo;

		if (edge > (n > 0 ? cuts[n - 1] : lo))
			cuts[n++] = edge;
	}
	return n;
}

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* A cut at either end of every bin; a point ends just above itself. */
static size_t
edge_cuts(const DmBins *reference, const DmBins *current, double *cuts)
{
	const DmBins *side[2] = {reference, current};
	size_t		n = 0,
				kept = 0;
	size_t		i;
	int			s;

	for (s = 0; s < 2; s++)
		for (i = 0; i < side[s]->n; i++)
		{
			const DmBin *bin = &side[s]->bin[i];

			cuts[n++] = bin->lo;
			cuts[n++] = bin->lo < bin->hi ? bin->hi : nextafter(bin->hi, INFINITY);
		}
	qsort(cuts, n, sizeof(double), compare_doubles);
	for (i = 0; i < n; i++)
		if (kept == 0 || cuts[i] > cuts[kept - 1])
			cuts[kept++] = cuts[i];
	return kept;
}

static bool
has_few_points(const DmBins *b)
{
	size_t		i;

	if (b->n > EVIDENTLY_DISTINCT)
		return false;
	for (i = 0; i < b->n; i++)
		if (b->bin[i].lo < b->bin[i].hi)
			return false;
	return true;
}

static size_t
make_cuts(DmCellSpec spec, const DmBins *reference, const DmBins *current, double *cuts)
{
	double		ref_min = reference->bin[0].lo;
	double		ref_max = reference->bin[reference->n - 1].hi;
	double		min = fmin(ref_min, current->bin[0].lo);
	double		max = fmax(ref_max, current->bin[current->n - 1].hi);

	switch (spec.rule)
	{
		case DM_CELLS_QUANTILES:
			return quantile_cuts(reference, spec.k, cuts);
		case DM_CELLS_EQUAL_WIDTH:
			return width_cuts(ref_min, ref_max, (size_t) spec.k, cuts);
		case DM_CELLS_STURGES_UNION:
			return width_cuts(min, max, sturges(reference, current, max - min), cuts);
		case DM_CELLS_DISTINCT:
		case DM_CELLS_EVIDENTLY:
			break;
	}
	return edge_cuts(reference, current, cuts);
}

/* The part of a bin below cut. */
static double
part_below(const DmBin *bin, double cut)
{
	if (bin->lo >= cut)
		return 0;
	if (bin->hi <= cut)
		return bin->count;
	return bin->count * ((cut / 2 - bin->lo / 2) / (bin->hi / 2 - bin->lo / 2));
}

static void
fill_cells(const DmBins *b, const double *cuts, size_t n, double *counts)
{
	size_t		cell = 0;
	size_t		i;

	for (i = 0; i <= n; i++)
		counts[i] = 0;
	for (i = 0; i < b->n; i++)
	{
		const DmBin *bin = &b->bin[i];
		double		given = 0;

		/* cells that end at or before this bin; a value at a cut is above it */
		while (cell < n && cuts[cell] <= bin->lo)
			cell++;
		while (cell < n && cuts[cell] < bin->hi)
		{
			double		below = part_below(bin, cuts[cell]);

			counts[cell++] += below - given;
			given = below;
		}
		counts[cell] += bin->count - given;
	}
}

size_t
dm_cut_cells(DmCellSpec spec, const DmBins *reference, const DmBins *current,
			 double *cuts, double *ref, double *cur)
{
	size_t		n,
				k = 0;
	size_t		i;

	if (spec.rule == DM_CELLS_EVIDENTLY)
		spec.rule = has_few_points(reference) ? DM_CELLS_DISTINCT : DM_CELLS_STURGES_UNION;
	n = make_cuts(spec, reference, current, cuts);
	fill_cells(reference, cuts, n, ref);
	fill_cells(current, cuts, n, cur);
	if (spec.rule != DM_CELLS_DISTINCT)
		return n + 1;
	/* what lies between two values is no cell */
	for (i = 0; i <= n; i++)
		if (ref[i] > 0 || cur[i] > 0)
		{
			ref[k] = ref[i];
			cur[k++] = cur[i];
		}
	return k;
}
