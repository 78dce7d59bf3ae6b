/*
 * Bins by sorted places, against entries sorted one by one and folded.
 */
#include <math.h>
#include <stdlib.h>

#include "stats/window_order.h"

#include "near.h"

#define SHAPES 9

static double
value(int shape, int i)
{
	double		u = (double) rand() / RAND_MAX;

	switch (shape)
	{
		case 0:
			return u - 0.5;
		case 1:
			return floor(u * 1000) - 300;
		case 2:
			return ldexp(u - 0.5, i % 600 - 300);
		case 3:
			return 1 + ldexp(floor(u * 8), -52);	/* differ in the last bits alone */
		case 4:
			return i % 3 ? 0.0 : -0.0;
		case 5:
			return (double) (float) u;
		case 6:
			return floor(u * 10000) / 100;
		case 7:
			return i % 2 ? 1e9 + u : -u;	/* half of them in one bin */
		default:
			return exp(4 * u) * (i % 5 ? 1 : 0);
	}
}

/* 1: as the rule says; 0: not; -1: left to others */
static int
agrees(const double *x, int n, const DmGrid *grid)
{
	static DmEntry e[DM_ORDER_MOST];
	static uint64_t scratch[2 * DM_ORDER_MOST];
	static int64_t key[DM_ORDER_MOST];
	static uint64_t count[DM_ORDER_MOST];
	static uint32_t word[2 * DM_ORDER_MOST];
	DmOrder		o = {word, word + DM_ORDER_MOST, key, count, 0, 0};
	DmSurvey	s;
	DmWindow	w;
	size_t		want = dm_entries_from_values(e, x, (size_t) n, scratch);
	int			zeros = dm_trailing_zeros(e, want);
	int			shift = 0;
	int			i;

	dm_survey(x, (size_t) n, &s);
	dm_window_choose(&w, &s, zeros, 65536);
	if (!dm_window_order(&o, &w, grid, zeros, x, n))
		return -1;
	want = dm_entries_fold(e, want, &shift, grid);
	if (o.bins != (int) want || o.shift != shift)
		return 0;
	for (i = 0; i < o.bins; i++)
		if (key[i] != (shift ? e[i].key : dm_key_fold(e[i].key, zeros)) || count[i] != e[i].count)
			return 0;
	return 1;
}

int
main(void)
{
	static double x[DM_ORDER_MOST];
	static const DmGrid grid[] = {{2048, 0}, {2048, 32}, {2048, 45}, {512, 0}, {64, 0}, {65536, 0}};
	int			good = 1;
	int			left = 0;
	int			tried = 0;
	int			shape;
	int			round;
	int			i;

	srand(5);
	for (shape = 0; shape < SHAPES; shape++)
		for (round = 0; round < 120; round++)
		{
			int			n = round == 0 ? DM_ORDER_MOST : 4 + rand() % (round % 2 ? 1000 : DM_ORDER_MOST - 4);
			int			result;

			for (i = 0; i < n; i++)
				x[i] = value(shape, i);
			result = agrees(x, n, &grid[round % (int) (sizeof(grid) / sizeof(*grid))]);
			good &= result != 0;
			left += result < 0 && shape != 7;
			tried++;
		}
	tap_ok(good, "bins, counts and grid are those that the rule gives to sorted entries");
	tap_ok(left * 20 < tried, "few samples are left to others, but for those with half of the values in one bin");
	printf("# %d of %d samples left\n", left, tried);
	return tap_done();
}
