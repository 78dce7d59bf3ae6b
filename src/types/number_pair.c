/*
 * number_pair.c - two samples of a number as functions get them.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "base/row.h"
#include "types/histogram.h"
#include "types/number_pair.h"

static int64
sum_of_counts(const uint64 *count, int n)
{
	uint64		sum = 0;
	int			i;

	for (i = 0; i < n; i++)
		sum = dm_add_count(sum, count[i]);
	return (int64) sum;
}

static void
describe(const DmSamplePair *samples, DmNumberPair *p)
{
	int			side;

	memset(p, 0, sizeof(*p));
	for (side = 0; side < DM_SIDES; side++)
	{
		p->n[side] = (int64) samples->counts[side].n;
		memcpy(p->missing[side], samples->counts[side].unused, sizeof(p->missing[side]));
		p->unused[side] = sum_of_counts(p->missing[side], DM_UNUSED_REASONS);
	}
	p->weighted = samples->weighted;
	p->options = samples->options;
	p->args = 1;
}

void
dm_get_samples(FunctionCallInfo fcinfo, DmSamplePair *samples, DmNumberPair *p)
{
	dm_two_samples_read(dm_two_samples_getarg(fcinfo, 0), samples);
	describe(samples, p);
}

void
dm_get_rows(FunctionCallInfo fcinfo, DmSamplePair *samples, DmNumberPair *p)
{
	struct varlena *value = dm_two_samples_getarg(fcinfo, 0);
	DmSample	side[DM_SIDES];

	if (dm_two_samples_rows(value, side))
	{
		dm_two_samples_counts(value, samples);
		memcpy(samples->side, side, sizeof(side));
	}
	else
		dm_two_samples_read(value, samples);
	describe(samples, p);
}

/* May be three times a two_samples, so beyond what palloc gives. */
static DmBin *
palloc_bins(size_t n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, (n + 1) * sizeof(DmBin));
}

static bool
has_interval(const DmBins *b)
{
	size_t		i;

	for (i = 0; i < b->n; i++)
		if (b->bin[i].lo < b->bin[i].hi)
			return true;
	return false;
}

static int64
unused_of(const struct varlena *histogram, uint64 *missing)
{
	DmHistogramCounts c;

	dm_histogram_counts(histogram, &c);
	missing[DM_UNUSED_NULL] = c.nulls;
	missing[DM_UNUSED_NAN] = c.nans;
	missing[DM_UNUSED_NEG_INF] = c.neg_inf;
	missing[DM_UNUSED_POS_INF] = c.pos_inf;
	return sum_of_counts(missing, DM_UNUSED_REASONS);
}

static void
get_histograms(FunctionCallInfo fcinfo, DmNumberPair *p)
{
	struct varlena *reference = dm_getarg(fcinfo, 0, DM_HISTOGRAM);
	struct varlena *current = dm_getarg(fcinfo, 1, DM_HISTOGRAM);

	memset(p, 0, sizeof(*p));
	dm_histogram_bins_pair(reference, current, &p->reference, &p->current);
	p->binned = has_interval(&p->reference) || has_interval(&p->current);
	p->n[DM_REFERENCE] = dm_count_of(p->reference.total);
	p->n[DM_CURRENT] = dm_count_of(p->current.total);
	p->unused[DM_REFERENCE] = unused_of(reference, p->missing[DM_REFERENCE]);
	p->unused[DM_CURRENT] = unused_of(current, p->missing[DM_CURRENT]);
	p->args = 2;
}

bool
dm_takes_histograms(FunctionCallInfo fcinfo)
{
	struct varlena *first;

	if (dm_large_samples(PG_GETARG_POINTER(0)))
		return false;
	first = PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	return VARSIZE(first) >= DM_HEADER_SIZE && ((DmHeader *) first)->tag == DM_HISTOGRAM;
}

void
dm_get_numbers(FunctionCallInfo fcinfo, DmNumberPair *p)
{
	DmSamplePair samples;

	if (dm_takes_histograms(fcinfo))
	{
		get_histograms(fcinfo, p);
		return;
	}
	dm_get_samples(fcinfo, &samples, p);
	p->reference = dm_sample_bins(&samples.side[DM_REFERENCE],
								  palloc_bins(samples.side[DM_REFERENCE].n));
	p->current = dm_sample_bins(&samples.side[DM_CURRENT], palloc_bins(samples.side[DM_CURRENT].n));
}

void
dm_refuse_weights(const DmNumberPair *p, const char *what)
{
	if (p->weighted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s takes no weights", what),
				 errhint("Wasserstein and energy distances, and those over bins, do.")));
}

void
dm_get_unweighted(FunctionCallInfo fcinfo, const char *what, DmNumberPair *p)
{
	dm_get_numbers(fcinfo, p);
	dm_refuse_weights(p, what);
}

Datum
dm_return_number_test(FunctionCallInfo fcinfo, const DmTest *t, const DmNumberPair *p, const char *method)
{
	DmSizes		sizes = {(double) p->n[DM_REFERENCE], (double) p->n[DM_CURRENT],
						 p->unused[DM_REFERENCE], p->unused[DM_CURRENT]};

	return dm_return_test(fcinfo, t, &sizes, p->binned ? psprintf("%s, binned", method) : method);
}
