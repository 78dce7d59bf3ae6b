/*
 * groups.h - two samples as groups of tied values, in ascending order.
 *
 * What tests of ranks and of distribution functions look at: how many of each
 * sample lie below, and how many here.  All mass of a bin counts as tied, with
 * whatever the other sample has in the same cell of the common grid.
 */
#ifndef DATAMON_GROUPS_H
#define DATAMON_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/bins.h"

typedef struct DmGroups
{
	const DmBins *reference;
	const DmBins *current;
	size_t		i;
	size_t		j;
	double		ref_below;		/* counts in the groups before this one */
	double		cur_below;
	double		ref;			/* counts in this group */
	double		cur;
} DmGroups;

static inline void
dm_groups_begin(DmGroups *g, const DmBins *reference, const DmBins *current)
{
	g->reference = reference;
	g->current = current;
	g->i = g->j = 0;
	g->ref_below = g->cur_below = g->ref = g->cur = 0;
}

/* Whether two bins are one cell: the outermost are cut at a sample's own extremes. */
static inline bool
dm_bins_tied(const DmBin *a, const DmBin *b)
{
	return (a->lo < b->hi && b->lo < a->hi) || (a->lo == b->lo && a->hi == b->hi);
}

static inline bool
dm_groups_next(DmGroups *g)
{
	const DmBin *r = g->i < g->reference->n ? &g->reference->bin[g->i] : NULL;
	const DmBin *c = g->j < g->current->n ? &g->current->bin[g->j] : NULL;

	g->ref_below += g->ref;
	g->cur_below += g->cur;
	g->ref = g->cur = 0;
	if (r == NULL && c == NULL)
		return false;
	if (r && c && dm_bins_tied(r, c))
	{
		g->ref = r->count;
		g->cur = c->count;
		g->i++;
		g->j++;
	}
	else if (c == NULL || (r && (r->lo < c->lo || (r->lo == c->lo && r->hi < c->hi))))
	{
		g->ref = r->count;
		g->i++;
	}
	else
	{
		g->cur = c->count;
		g->j++;
	}
	return true;
}

#endif							/* DATAMON_GROUPS_H */
