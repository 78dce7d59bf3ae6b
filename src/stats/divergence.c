/*
 * divergence.c - Kullback-Leibler divergence, and the test of the population
 * stability index.
 */
#include <math.h>

#include "stats/divergence.h"
#include "stats/special.h"

/* Adding q - p, which sums to nothing over all cells, keeps every term positive. */
static double
normalised_sum(const DmCells *c, DmEmpty empty, double ref_total, double cur_total)
{
	double		sum = 0;
	DmShares	s;

	dm_shares_begin(&s, c, empty);
	while (dm_shares_next(&s))
	{
		double		p = s.ref / ref_total,
					q = s.cur / cur_total;

		sum += p * log(p / q) - p + q;
	}
	return fmax(sum, 0);
}

double
dm_kl_divergence(const DmCells *c, DmEmpty empty, double base)
{
	double		ref_total = 0,
				cur_total = 0;
	double		sum = 0;
	DmShares	s;

	if (!(c->ref_total > 0) || !(c->cur_total > 0) || !(base > 1))
		return NAN;
	dm_shares_begin(&s, c, empty);
	while (dm_shares_next(&s))
	{
		ref_total += s.ref;
		cur_total += s.cur;
		sum += s.ref * log(s.ref / s.cur);
	}
	if (!(ref_total > 0))
		return NAN;				/* no cell in common, none left */
	if (empty.rule != DM_EMPTY_ADD)
		sum = normalised_sum(c, empty, ref_total, cur_total);
	return sum / log(base);
}

DmTest
dm_psi_test(const DmCells *c, DmEmpty empty)
{
	DmTest		test = {NAN, NAN, NAN, NAN};
	size_t		cells = 0;
	DmShares	s;

	if (!(c->ref_total > 0) || !(c->cur_total > 0))
		return test;
	dm_shares_begin(&s, c, empty);
	while (dm_shares_next(&s))
		cells += s.occupied;
	test.statistic = test.effect_size = dm_psi(c, empty);
	if (isnan(test.statistic))
		return test;
	test.df = cells > 1 ? (double) cells - 1 : 0;
	test.p_value = cells > 1 ?
		dm_chi_square_sf(test.statistic / (1 / c->ref_total + 1 / c->cur_total), test.df) : 1;
	return test;
}
