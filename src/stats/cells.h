/*
 * cells.h - cutting the range of a number into cells shared by two samples.
 *
 * Cuts c_1 < c_2 < ... make the cells (-inf, c_1), [c_1, c_2), ..., [c_k, inf):
 * a value equal to a cut belongs to the upper cell.
 */
#ifndef DATAMON_CELLS_H
#define DATAMON_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/bins.h"

typedef enum DmCellRule
{
	DM_CELLS_QUANTILES,			/* equal shares of the reference */
	DM_CELLS_EQUAL_WIDTH,		/* equal widths from its minimum to its maximum */
	DM_CELLS_STURGES_UNION,		/* numpy's 'sturges' over both samples */
	DM_CELLS_DISTINCT,			/* each value, or each piece of the common grid */
	DM_CELLS_EVIDENTLY			/* distinct up to 20 reference values, else sturges */
} DmCellRule;

typedef struct DmCellSpec
{
	DmCellRule	rule;
	int			k;				/* of quantiles and equal_width */
} DmCellSpec;

#define DM_CELLS_MAX_K 1000

/*
 * 'deciles', 'quantiles:K', 'equal_width', 'equal_width:K', 'sturges_union',
 * 'distinct', 'evidently'; false if text is none of them.
 */
extern bool dm_cell_spec_parse(const char *text, DmCellSpec *out);

/* How many cells dm_cut_cells can make at most. */
extern size_t dm_max_cells(DmCellSpec spec, const DmBins *reference, const DmBins *current);

/*
 * Cut two samples, neither of them empty, into cells.  cuts, ref and cur have
 * room for that many; ref and cur receive the counts.  Returns the number of
 * cells.
 */
extern size_t dm_cut_cells(DmCellSpec spec, const DmBins *reference, const DmBins *current,
						   double *cuts, double *ref, double *cur);

/* numpy.quantile(..., method='linear') where all bins are points. */
extern double dm_bins_quantile(const DmBins *b, double q);

#endif							/* DATAMON_CELLS_H */
