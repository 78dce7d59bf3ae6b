/*
 * entropy.c - see entropy.h.
 */
#include "stats/entropy.h"

#include <math.h>

void
dm_spread(const uint64_t *count, size_t k, DmSpread *out)
{
	size_t		i;

	out->n = 0;
	out->distinct = (double) k;
	out->singles = 0;
	for (i = 0; i < k; i++)
	{
		out->n += (double) count[i];
		out->singles += count[i] == 1;
	}
}

double
dm_distinctness(const DmSpread *s)
{
	return s->n > 0 ? s->distinct / s->n : NAN;
}

double
dm_uniqueness(const DmSpread *s)
{
	return s->n > 0 ? s->singles / s->n : NAN;
}

double
dm_unique_value_ratio(const DmSpread *s)
{
	return s->distinct > 0 ? s->singles / s->distinct : NAN;
}

/* ln of a share c / n; near 1 from what is missing, which does not cancel. */
static double
log_share(double c, double n)
{
	return c > n / 2 ? log1p(-(n - c) / n) : log(c / n);
}

double
dm_entropy(const uint64_t *count, size_t k, double base)
{
	double		n = 0;
	double		sum = 0;
	size_t		i;

	for (i = 0; i < k; i++)
		n += (double) count[i];
	if (n == 0)
		return NAN;
	for (i = 0; i < k; i++)
		if (count[i] > 0)
			sum -= (double) count[i] / n * log_share((double) count[i], n);
	return sum / log(base) + 0.0;	/* no -0 */
}

/* Place of x among m cells; halves, so that the widest range is finite. */
static double
place(double x, double min, double max, int m)
{
	double		at = (x / 2 - min / 2) / (max / 2 - min / 2) * m;

	return at < 0 ? 0 : at > m ? m : at;
}

void
dm_equal_width(const DmBins *bins, double min, double max, double *mass, int m)
{
	size_t		i;
	int			j;

	for (j = 0; j < m; j++)
		mass[j] = 0;
	for (i = 0; i < bins->n; i++)
	{
		const DmBin *bin = &bins->bin[i];
		double		a = max > min ? place(bin->lo, min, max, m) : 0;
		double		b = max > min ? place(bin->hi, min, max, m) : 0;
		int			first = (int) a < m ? (int) a : m - 1;

		if (b <= a)
		{
			mass[first] += bin->count;
			continue;
		}
		for (j = first; j < m && j < b; j++)
			mass[j] += bin->count * (fmin(b, j + 1) - fmax(a, j)) / (b - a);
	}
}
