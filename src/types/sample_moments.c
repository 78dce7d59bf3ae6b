/*
 * sample_moments.c - exact sums of samples, and what follows from them.
 */
#include "postgres.h"

#include <math.h>

#include "stats/column.h"
#include "stats/distance.h"
#include "stats/vector.h"
#include "types/sample_moments.h"
#include "types/sum_io.h"

/* A tile at a time, as vector.c takes them; sums have room for anything. */
static void
add_rows(const DmSampleSums *out, const double *value, size_t n)
{
	DmRange		range;
	size_t		i;

	for (i = 0; i < n; i += DM_TILE)
	{
		int			k = (int) Min(DM_TILE, n - i);

		dm_vector_range(value + i, k, &range);
		(void) dm_vector_sums(out->sum, out->squares, value + i, k, &range);
	}
}

DmSampleSums
dm_sample_sums(const DmSample *s)
{
	DmSampleSums out = {(uint64) s->total, dm_sum_palloc(), dm_sum_palloc()};
	size_t		i;

	if (s->mass == NULL)
		add_rows(&out, s->value, s->n);
	else
		for (i = 0; i < s->n; i++)
		{
			dm_sum_add_times(out.sum, s->value[i], (uint64) s->mass[i]);
			dm_sum_add_square_times(out.squares, s->value[i], (uint64) s->mass[i]);
		}
	return out;
}

DmMeanSpread
dm_sums_mean_spread(const DmSampleSums *s)
{
	DmMeanSpread m = {(double) s->n, NAN, 0, NAN};
	DmExactSum *rest = dm_sum_palloc();

	if (s->n == 0)
		return m;
	m.mean = dm_sum_mean(s->sum, s->n);
	if (s->n > 1)
		m.stddev = dm_sum_stddev(s->sum, s->squares, s->n, s->n - 1);
	/* what rounding took from the mean */
	dm_sum_add_sum(rest, s->sum);
	dm_sum_add_times(rest, -m.mean, s->n);
	m.mean_low = dm_sum_mean(rest, s->n);
	return m;
}

DmMeanSpread
dm_bins_mean_spread(const DmBins *b)
{
	DmMeanSpread m = {b->total, dm_bins_mean(b), 0, NAN};

	if (b->total > 1)
		m.stddev = dm_bins_stddev(b) * sqrt(b->total / (b->total - 1));
	return m;
}

double
dm_sums_reference_scale(const DmSampleSums *s)
{
	return s->n == 0 ? NAN : fmax(dm_sum_stddev(s->sum, s->squares, s->n, s->n), DM_STDDEV_FLOOR);
}
