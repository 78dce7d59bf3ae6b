/*
 * rank_tests.c - tests of ranks on two samples.
 *
 * Mann and Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", Ann. Math. Stat. 18 (1947); corrections
 * for ties and for continuity, and the choice between exact and asymptotic, of
 * scipy.stats.mannwhitneyu.
 */
#include <math.h>
#include <string.h>

#include "stats/groups.h"
#include "stats/rank_tests.h"
#include "stats/special.h"

size_t
dm_mann_whitney_space(double n, double m)
{
	if (!(n >= 1) || !(m >= 1) || fmin(n, m) > DM_MWU_EXACT_SIDE || n * m > DM_MWU_EXACT_LIMIT)
		return 0;
	return 2 * ((size_t) (n * m / 2) + 1) * sizeof(double);
}

/*
 * P(U <= u), u at most n m / 2.  The orders by U are the coefficients of the
 * Gaussian binomial, the product of (1 - q^(m+k)) / (1 - q^k), k up to n, that
 * is: sums of up to m + k neighbours k apart.
 */
static double
exact_cdf(double u, double n, double m, void *space)
{
	size_t		size = (size_t) (n * m / 2) + 1;
	double	   *count = space;
	double	   *next = count + size;
	double		below = 0;
	double		all;
	int			k;
	size_t		i;

	memset(count, 0, size * sizeof(double));
	count[0] = 1;
	for (k = 1; k <= (int) n; k++)
	{
		size_t		far = (size_t) m + (size_t) k;
		double	   *swap = count;

		for (i = 0; i < size; i++)
		{
			next[i] = count[i] + (i >= (size_t) k ? next[i - k] : 0);
			if (i >= far)
				next[i] -= count[i - far];
		}
		count = next;
		next = swap;
	}
	for (i = 0; i < size && i <= u; i++)
		below += count[i];
	all = 1;
	for (k = 1; k <= (int) n; k++)
		all = all * (m + k) / k;
	return below / all;
}

DmTest
dm_mann_whitney_test(const DmBins *reference, const DmBins *current, void *space, bool *exact)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	double		n = reference->total,
				m = current->total;
	double		total = n + m;
	double		above = 0,		/* pairs whose reference is larger; ties count half */
				ties = 0;
	bool		tied = false;
	double		spread,
				off;
	DmGroups	g;

	*exact = false;
	if (!(n > 0) || !(m > 0))
		return t;
	dm_groups_begin(&g, reference, current);
	while (dm_groups_next(&g))
	{
		double		here = g.ref + g.cur;

		above += g.ref * (g.cur_below + g.cur / 2);
		ties += here * here * here - here;
		tied = tied || here > 1;
	}
	t.statistic = above;
	t.effect_size = 2 * above / (n * m) - 1;
	off = fabs(above - n * m / 2);
	if (space && !tied)
	{
		*exact = true;
		t.p_value = fmin(2 * exact_cdf(n * m / 2 - off, fmin(n, m), fmax(n, m), space), 1);
		return t;
	}
	/* all values equal: nothing differs */
	spread = sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))));
	t.p_value = spread > 0 ? fmin(2 * dm_normal_sf((off - 0.5) / spread), 1) : 1;
	return t;
}
