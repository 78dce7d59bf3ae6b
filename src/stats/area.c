/*
 * area.c - W1 of two samples in no order.
 *
 * W1 is the area between two distribution functions.  Over a stretch where one
 * of them stays above the other it is the difference of two sums of distances
 * from the stretch's end, for which no order is needed.  So values are counted
 * and summed in bins of equal upper bits; only bins where the functions may
 * cross, which are few, have their values sorted and walked one by one.
 *
 * Within such a bin values are equally spaced, so what is summed is the lower
 * bits of the values, in integers: exactly, and whatever the order.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stats/area.h"
#include "stats/dyadic.h"
#include "stats/sort.h"

#define BINS 16384				/* of each sign */
#define MOST_LOW_BITS 42		/* 2^42 * DM_AREA_MOST fits an integer */

typedef struct Bin
{
	uint64_t	count;
	uint64_t	low;			/* sum of the lower bits */
} Bin;

typedef struct Side
{
	const double *value;
	size_t		n;
	Bin		   *bin;			/* 2 * BINS, ascending */
	double	   *kept;			/* values of bins where the functions may cross */
	size_t		n_kept;
	size_t		room;
} Side;

typedef struct Grid
{
	int			shift;			/* how many bits are the lower ones */
	int64_t		first;			/* upper bits of bin 0; below, they are bin 0 too */
	bool		clipped;		/* some may be below */
} Grid;

static inline uint64_t
magnitude(double x)
{
	return dm_bits(x) & ~DM_SIGN_BIT;
}

/* Place of a value among the bins of both signs. */
static inline size_t
bin_of(const Grid *g, double x)
{
	int64_t		i = (int64_t) (magnitude(x) >> g->shift) - g->first;

	i = i < 0 ? 0 : i;
	return (size_t) (x < 0 ? BINS - 1 - i : BINS + i);
}

/* The values between which a bin lies. */
static double
bottom(const Grid *g, size_t bin)
{
	int64_t		i = (int64_t) bin - BINS;

	if (i >= 0)
		return dm_from_bits((uint64_t) (g->first + i) << g->shift);
	return -dm_from_bits((uint64_t) (g->first - i) << g->shift);
}

static double
top(const Grid *g, size_t bin)
{
	int64_t		i = (int64_t) bin - BINS;

	if (i >= 0)
		return dm_from_bits((uint64_t) (g->first + i + 1) << g->shift);
	return -dm_from_bits((uint64_t) (g->first - i - 1) << g->shift);
}

static size_t
room_for(size_t n)
{
	return n / 4 + 1024;
}

size_t
dm_unsorted_area_space(size_t n, size_t m)
{
	return 2 * 2 * BINS * sizeof(Bin) + 2 * BINS + 2 * (room_for(n) + room_for(m)) * sizeof(double);
}

/* Bits of the largest and the smallest magnitude. */
static void
extremes(const Side *s, uint64_t *least, uint64_t *most)
{
	uint64_t	lo = *least,
				hi = *most;
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		uint64_t	m = magnitude(s->value[i]);

		lo = m < lo ? m : lo;
		hi = m > hi ? m : hi;
	}
	*least = lo;
	*most = hi;
}

static bool
make_grid(const Side *ref, const Side *cur, Grid *g)
{
	uint64_t	least = UINT64_MAX,
				most = 0;

	extremes(ref, &least, &most);
	extremes(cur, &least, &most);
	/* far from where products leave the range of double */
	if (dm_from_bits(most) > 1e280 || dm_from_bits(most) < 1e-280)
		return false;
	g->shift = 0;
	while (g->shift < MOST_LOW_BITS && (most >> g->shift) - (least >> g->shift) >= BINS)
		g->shift++;
	g->clipped = (most >> g->shift) - (least >> g->shift) >= BINS;
	g->first = (int64_t) (g->clipped ? (most >> g->shift) - BINS + 1 : least >> g->shift);
	return true;
}

static void
fill(const Grid *g, Side *s)
{
	uint64_t	mask = (UINT64_C(1) << g->shift) - 1;
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		Bin		   *b = &s->bin[bin_of(g, s->value[i])];

		b->count++;
		b->low += magnitude(s->value[i]) & mask;
	}
}

/*
 * May F - G, times n * m, change its sign in a bin that it enters with this
 * height?  Twice what would do it, so that no digits are lost either.
 */
static bool
may_cross(double height, double up, double down)
{
	return !(height > 0 ? height > 2 * down : height < 0 && -height > 2 * up);
}

/* Mark the bins to be walked; how many values of a side they have. */
static void
mark(const Grid *g, const Side *ref, const Side *cur, uint8_t *walked, size_t *n_ref, size_t *n_cur)
{
	double		height = 0;
	size_t		b;

	*n_ref = *n_cur = 0;
	for (b = 0; b < 2 * BINS; b++)
	{
		double		up = (double) ref->bin[b].count * (double) cur->n;
		double		down = (double) cur->bin[b].count * (double) ref->n;
		bool		mixed = g->clipped && (b == BINS || b == BINS - 1);

		walked[b] = up + down > 0 && (mixed || may_cross(height, up, down));
		if (walked[b])
		{
			*n_ref += ref->bin[b].count;
			*n_cur += cur->bin[b].count;
		}
		height += up - down;
	}
}

static void
keep(const Grid *g, const uint8_t *walked, Side *s, double *scratch)
{
	size_t		n = 0;
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		s->kept[n] = s->value[i];
		n += walked[bin_of(g, s->value[i])];
	}
	dm_sort_doubles(s->kept, s->kept, scratch, n);
	s->n_kept = n;
}

/* A sum of terms above 0 that loses nothing to speak of: Neumaier (1974). */
typedef struct Sum
{
	double		sum;
	double		lost;
} Sum;

static inline void
add(Sum *s, double term)
{
	double		before = s->sum;

	s->sum += term;
	s->lost += before >= term ? (before - s->sum) + term : (term - s->sum) + before;
}

/* The area over a bin that is not crossed in; values are "low" from its lower, or upper, end. */
static double
plain_area(const Grid *g, const Side *ref, const Side *cur, size_t b, double height)
{
	const Bin  *r = &ref->bin[b];
	const Bin  *c = &cur->bin[b];
	double		width = (double) (UINT64_C(1) << g->shift);
	double		unit = (top(g, b) - bottom(g, b)) / width;
	uint64_t	below_r = b < BINS ? r->low : (r->count << g->shift) - r->low;
	uint64_t	below_c = b < BINS ? c->low : (c->count << g->shift) - c->low;

	return fabs(height * width + (double) below_r * (double) cur->n -
				(double) below_c * (double) ref->n) * unit;
}

static double
walk(const Grid *g, const Side *ref, const Side *cur, const uint8_t *walked)
{
	Sum			s = {0, 0};
	double		height = 0;
	double		at = 0;
	size_t		i = 0,
				j = 0;
	size_t		b;

	for (b = 0; b < 2 * BINS; b++)
	{
		size_t		nr = ref->bin[b].count,
					nc = cur->bin[b].count;

		if (nr + nc == 0)
			continue;
		if (!walked[b])
		{
			add(&s, fabs(height) * (bottom(g, b) - at));
			add(&s, plain_area(g, ref, cur, b, height));
			height += (double) nr * (double) cur->n - (double) nc * (double) ref->n;
			at = top(g, b);
			continue;
		}
		for (nr += i, nc += j; i < nr || j < nc;)
		{
			bool		left = j == nc || (i < nr && ref->kept[i] <= cur->kept[j]);
			double		x = left ? ref->kept[i++] : cur->kept[j++];

			/* no height, no distance: "at" is no place yet */
			if (height != 0)
				add(&s, fabs(height) * (x - at));
			height += left ? (double) cur->n : -(double) ref->n;
			at = x;
		}
	}
	return s.sum + s.lost;
}

bool
dm_unsorted_area(const double *reference, size_t n, const double *current, size_t m,
				 void *space, double *area)
{
	Side		ref = {reference, n, NULL, NULL, 0, room_for(n)};
	Side		cur = {current, m, NULL, NULL, 0, room_for(m)};
	double	   *scratch;
	uint8_t    *walked;
	size_t		n_ref,
				n_cur;
	Grid		g;

	if (n + m < DM_AREA_LEAST || n > DM_AREA_MOST || m > DM_AREA_MOST || !make_grid(&ref, &cur, &g))
		return false;
	ref.bin = space;
	cur.bin = ref.bin + 2 * BINS;
	ref.kept = (double *) (cur.bin + 2 * BINS);
	cur.kept = ref.kept + ref.room;
	scratch = cur.kept + cur.room;
	walked = (uint8_t *) (scratch + ref.room + cur.room);
	memset(ref.bin, 0, 2 * 2 * BINS * sizeof(Bin));
	fill(&g, &ref);
	fill(&g, &cur);
	mark(&g, &ref, &cur, walked, &n_ref, &n_cur);
	/* one more is written before it is known whether it is kept */
	if (n_ref >= ref.room || n_cur >= cur.room)
		return false;
	keep(&g, walked, &ref, scratch);
	keep(&g, walked, &cur, scratch);
	*area = walk(&g, &ref, &cur, walked) / ((double) n * (double) m);
	return true;
}
