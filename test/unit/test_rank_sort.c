/*
 * Distinct keys of few values, and windows of many, against sorting one by one.
 */
#include <math.h>
#include <stdlib.h>

#include "stats/rank_sort.h"

#include "near.h"

static double
value(int shape, int i)
{
	double		u = (double) rand() / RAND_MAX;

	switch (shape)
	{
		case 0:
			return u - 0.5;
		case 1:
			return floor(u * 7) - 3;
		case 2:
			return ldexp(u - 0.5, i % 600 - 300);
		case 3:
			return 1 + ldexp(floor(u * 8), -52);	/* differ in the last bits alone */
		case 4:
			return i % 3 ? 0.0 : -0.0;
		default:
			return (double) (float) u;
	}
}

/* Is what the kernel says what sorting exact entries says? */
static int
agrees(const double *x, int n)
{
	DmEntry		e[DM_RANK_MOST];
	uint64_t	scratch[2 * DM_RANK_MOST];
	int64_t		key[DM_RANK_MOST];
	uint64_t	count[DM_RANK_MOST];
	int			drop;
	int			m = dm_rank_keys(x, n, &drop, key, count);
	size_t		want = dm_entries_from_values(e, x, (size_t) n, scratch);
	int			i;

	if (m != (int) want || drop != dm_trailing_zeros(e, want))
		return 0;
	for (i = 0; i < m; i++)
		if (key[i] != dm_key_fold(e[i].key, drop) || (m < n && count[i] != e[i].count))
			return 0;
	return 1;
}

/* Does every value come back from its bin, and no bin lie outside? */
static int
window_agrees(const double *x, int n)
{
	DmSurvey	s;
	DmWindow	w;
	uint32_t	place[DM_RANK_MOST];
	int			i;

	dm_survey(x, (size_t) n, &s);
	dm_window_choose(&w, &s, 0, 4096);
	dm_window_places(&w, place, x, n);
	for (i = 0; i < n; i++)
		if (place[i] >= w.bins || w.bins > 4097 || dm_window_key(&w, place[i]) != dm_key(x[i], w.shift) ||
			dm_window_place(&w, dm_key(x[i], w.shift)) != place[i])
			return 0;
	return 1;
}

int
main(void)
{
	double		x[DM_RANK_MOST];
	int64_t		key[DM_RANK_MOST];
	uint64_t	count[DM_RANK_MOST];
	int			right = 1;
	int			windows = 1;
	int			drop;
	int			shape;
	int			n;
	int			i;

	for (shape = 0; shape < 6; shape++)
		for (n = 1; n <= DM_RANK_MOST; n++)
		{
			for (i = 0; i < n; i++)
				x[i] = value(shape, i);
			right &= agrees(x, n);
			windows &= n < 4 || window_agrees(x, n);
		}
	tap_ok(right, "ranks give the keys and counts of sorted values, for every number of them");
	tap_ok(windows, "a window has a bin for every value, and the bin its key");
	x[0] = NAN;
	x[1] = x[2] = x[3] = x[4] = 1;
	tap_ok(dm_rank_keys(x, 5, &drop, key, count) == 0 && dm_rank_keys(x, 1, &drop, key, count) == 0,
		   "a value that is not finite is refused");
	return tap_done();
}
