/*
 * sketch.c - one numeric column, unpacked: counting, merging, moments.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "stats/column.h"
#include "stats/vector.h"
#include "types/sketch.h"
#include "types/sum_io.h"

uint64
dm_sketch_count(const DmSketch *s)
{
	uint64		n = 0;
	size_t		i;

	for (i = 0; i < s->n; i++)
		n += s->entry[i].count;
	return n;
}

void
dm_sketch_sums(const DmSketch *s, DmExactSum *sum, DmExactSum *squares)
{
	Assert(s->shift == 0);
	dm_sketch_entry_sums(s->entry, s->n, sum, squares);
}

/* Those that occur once a tile at a time. */
void
dm_sketch_entry_sums(const DmEntry *e, size_t n, DmExactSum *sum, DmExactSum *squares)
{
	double		x[DM_TILE];
	DmRange		range;
	int			fill = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		x[fill] = dm_key_near(e[i].key, 0);
		if (e[i].count == 1)
			fill++;
		else
		{
			(void) dm_sum_add_times(sum, x[fill], e[i].count);
			(void) dm_sum_add_square_times(squares, x[fill], e[i].count);
		}
		if (fill == DM_TILE || (fill > 0 && i == n - 1))
		{
			dm_vector_range(x, fill, &range);
			(void) dm_vector_sums(sum, squares, x, fill, &range);
			fill = 0;
		}
	}
}

void
dm_sketch_normalize(DmSketch *s)
{
	s->n = dm_entries_fold(s->entry, s->n, &s->shift, &s->grid);
	if (s->shift == 0)
	{
		s->sum = NULL;
		s->squares = NULL;
	}
}

/* Sums of one side of a merge, computed where exact entries imply them. */
static void
add_sums(const DmSketch *s, DmExactSum *sum, DmExactSum *squares)
{
	if (s->sum)
	{
		(void) dm_sum_add_sum(sum, s->sum);
		(void) dm_sum_add_sum(squares, s->squares);
	}
	else
		dm_sketch_sums(s, sum, squares);
}

void
dm_sketch_merge(DmSketch *out, const DmSketch *a, const DmSketch *b)
{
	const DmSketch *side[2] = {a, b};
	DmEntry    *copy[2];
	size_t		n[2];
	int			shift = Max(a->shift, b->shift);
	int			i;
	bool		moments = true;

	memset(out, 0, sizeof(*out));
	out->grid.max_bytes = Min(a->grid.max_bytes, b->grid.max_bytes);
	out->grid.min_shift = Max(a->grid.min_shift, b->grid.min_shift);
	out->nulls = dm_add_count(a->nulls, b->nulls);
	out->nans = dm_add_count(a->nans, b->nans);
	out->neg_inf = dm_add_count(a->neg_inf, b->neg_inf);
	out->pos_inf = dm_add_count(a->pos_inf, b->pos_inf);
	out->min = Min(a->min, b->min);
	out->max = Max(a->max, b->max);
	(void) dm_add_count(dm_sketch_count(a), dm_sketch_count(b));
	for (i = 0; i < 2; i++)
	{
		copy[i] = palloc(sizeof(DmEntry) * Max(side[i]->n, 1));
		memcpy(copy[i], side[i]->entry, sizeof(DmEntry) * side[i]->n);
		n[i] = dm_entries_shift(copy[i], side[i]->n, shift - side[i]->shift);
		if (side[i]->shift > 0 && side[i]->sum == NULL)
			moments = false;
	}
	if (moments)
	{
		out->sum = dm_sum_palloc();
		out->squares = dm_sum_palloc();
		add_sums(a, out->sum, out->squares);
		add_sums(b, out->sum, out->squares);
	}
	out->entry = palloc(sizeof(DmEntry) * Max(n[0] + n[1], 1));
	out->n = dm_entries_merge(out->entry, copy[0], n[0], copy[1], n[1]);
	out->shift = shift;
	dm_sketch_normalize(out);
	pfree(copy[0]);
	pfree(copy[1]);
}

/* Is a sum within what n values between min and max can add up to? */
static bool
sums_plausible(const DmSketch *s, uint64 n)
{
	double		mean = dm_sum_mean(s->sum, n);
	double		stddev = dm_sum_stddev(s->sum, s->squares, n, n);
	double		spread = s->max / 2 - s->min / 2;

	return mean >= s->min && mean <= s->max && stddev >= 0 &&
		stddev / 2 <= spread * (1 + 1e-9);
}

bool
dm_sketch_valid(const DmSketch *s, bool moments)
{
	uint64		total = 0;
	size_t		i;
	int64		sum;

	/* counts are bigint outside */
	if (s->nulls > PG_INT64_MAX || s->nans > PG_INT64_MAX ||
		s->neg_inf > PG_INT64_MAX || s->pos_inf > PG_INT64_MAX)
		return false;
	for (i = 0; i < s->n; i++)
	{
		double		near = dm_key_near(s->entry[i].key, s->shift);

		if (s->entry[i].count == 0 || !isfinite(near) ||
			(i > 0 && s->entry[i].key <= s->entry[i - 1].key))
			return false;
		/* an exact bin next to zero would hold zero, which has its own */
		if (s->shift == 0 && near == 0 && s->entry[i].key != 0)
			return false;
		if (pg_add_s64_overflow((int64) total, (int64) s->entry[i].count, &sum) || sum < 0)
			return false;
		total = (uint64) sum;
	}
	if (s->shift < 0 || s->shift > DM_MAX_SHIFT ||
		!dm_grid_fits(s->entry, s->n, s->shift, &s->grid))
		return false;
	if ((s->sum != NULL) != (moments && s->shift > 0) || (s->squares != NULL) != (s->sum != NULL))
		return false;
	if (s->n == 0)
		return s->shift == 0;
	if (dm_key(s->min, s->shift) != s->entry[0].key ||
		dm_key(s->max, s->shift) != s->entry[s->n - 1].key || s->min > s->max)
		return false;
	return s->sum == NULL || sums_plausible(s, total);
}

void
dm_grid_check(int max_bytes, int significant_bits)
{
	if (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_bytes must be between %d and %d, not %d",
						DM_MIN_MAX_BYTES, DM_LIMIT_MAX_BYTES, max_bytes),
				 errhint("4096 is fine for single columns, 1536 for stored profiles.")));
	if (significant_bits < 1 || significant_bits > 53)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("significant_bits must be between 1 and 53, not %d", significant_bits)));
}

/* Middle of a bin within the sample's own range. */
static double
middle(const DmSketch *s, size_t i)
{
	double		a = dm_key_near(s->entry[i].key, s->shift);
	double		b = dm_key_far(s->entry[i].key, s->shift);
	double		lo = Max(Min(a, b), s->min);
	double		hi = Min(Max(a, b), s->max);

	return lo / 2 + hi / 2;
}

double
dm_sketch_mean(const DmSketch *s)
{
	DmExactSum *sum;
	DmExactSum *squares;
	uint64		n = dm_sketch_count(s);
	double		total = 0;
	size_t		i;

	if (n == 0)
		return NAN;
	if (s->sum)
		return dm_sum_mean(s->sum, n);
	if (s->shift == 0)
	{
		sum = dm_sum_palloc();
		squares = dm_sum_palloc();
		dm_sketch_sums(s, sum, squares);
		return dm_sum_mean(sum, n);
	}
	for (i = 0; i < s->n; i++)
		total += middle(s, i) * ((double) s->entry[i].count / (double) n);
	return total;
}

double
dm_sketch_stddev(const DmSketch *s, uint64 divisor)
{
	DmExactSum *sum;
	DmExactSum *squares;
	uint64		n = dm_sketch_count(s);
	double		mean;
	double		unit;		/* no square overflows in it */
	double		total = 0;
	size_t		i;

	if (n == 0)
		return NAN;
	if (s->sum)
		return dm_sum_stddev(s->sum, s->squares, n, divisor);
	if (s->shift == 0)
	{
		sum = dm_sum_palloc();
		squares = dm_sum_palloc();
		dm_sketch_sums(s, sum, squares);
		return dm_sum_stddev(sum, squares, n, divisor);
	}
	mean = dm_sketch_mean(s);
	unit = Max(s->max / 2 - mean / 2, mean / 2 - s->min / 2);
	if (unit <= 0)
		return 0;
	for (i = 0; i < s->n; i++)
	{
		double		d = (middle(s, i) / 2 - mean / 2) / unit;

		total += d * d * ((double) s->entry[i].count / (double) divisor);
	}
	return 2 * unit * sqrt(total);
}
