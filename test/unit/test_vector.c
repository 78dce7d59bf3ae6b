/*
 * test_vector.c - the vectorised loops do what their plain formulas say: the
 * same counter for every value, the same sums to the last bit.
 */
#include "near.h"

#include <float.h>
#include <string.h>

#include "stats/column.h"
#include "stats/vector.h"

typedef struct Sum
{
	DmExactSum	head;
	uint64_t	limb[DM_SUM_LIMBS];
} Sum;

static uint64_t state = 88172645463325252u;

static uint64_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Values of one kind: all bits random, near each other, next to zero, whole numbers. */
static double
draw(int kind)
{
	double		x = 0;
	uint64_t	bits;

	switch (kind)
	{
		case 0:
			do
			{
				bits = next();
				memcpy(&x, &bits, 8);
			} while (!(x - x == 0));
			return x;
		case 1:
			return 1e9 + (double) (int64_t) next() / 9e18;
		case 2:
			bits = (next() & UINT64_C(0x80000000FFFFFFFF)) >> (next() & 1 ? 0 : 20);
			memcpy(&x, &bits, 8);
			return next() % 3 ? x : next() & 1 ? 0.0 : -0.0;
		case 3:
			return (double) (int64_t) (next() % 2001) - 1000;
		default:
			return ((double) (int64_t) next() / 9e18) * pow(10, (double) (next() % 40) - 20);
	}
}

/* column.c's layout, value by value */
static uint32_t
plain_place(double x, int shift, uint64_t base, uint32_t size)
{
	uint64_t	bits;
	uint64_t	index;

	memcpy(&bits, &x, 8);
	index = ((bits & INT64_MAX) >> shift) - base;
	if ((bits & INT64_MAX) == 0)
		return 1;
	if (index >= size)
		return 0;
	return (uint32_t) (2 + index + (bits >> 63 ? 0 : size));
}

static int
wrong_places(int kind)
{
	int			wrong = 0;
	int			round;

	for (round = 0; round < 2000; round++)
	{
		double		x[DM_TILE];
		uint32_t	place[DM_TILE];
		int			n = 1 + (int) (next() % DM_TILE);
		int			shift = (int) (next() % 60);
		uint32_t	size = 1 + (uint32_t) (next() % 2048);
		uint64_t	middle;
		uint64_t	base;
		int			i;

		for (i = 0; i < n; i++)
			x[i] = draw(kind);
		memcpy(&middle, &x[0], 8);
		middle = (middle & INT64_MAX) >> shift;
		base = middle > size / 2 && next() % 4 ? middle - size / 2 : 0;
		dm_vector_places(place, x, n, shift, base, size);
		for (i = 0; i < n; i++)
			wrong += place[i] != plain_place(x[i], shift, base, size);
	}
	return wrong;
}

static int
wrong_sums(int kind)
{
	int			wrong = 0;
	int			round;

	for (round = 0; round < 500; round++)
	{
		double		x[DM_TILE];
		int			n = 1 + (int) (next() % DM_TILE);
		Sum			sum[2];
		Sum			squares[2];
		uint8_t		bytes[2][DM_SUM_LIMBS * 8];
		int			first[2];
		int			length[2];
		DmRange		range;
		int			i;

		for (i = 0; i < 2; i++)
		{
			dm_sum_init(&sum[i].head, DM_SUM_LIMBS);
			dm_sum_init(&squares[i].head, DM_SUM_LIMBS);
		}
		for (i = 0; i < n; i++)
		{
			x[i] = draw(kind);
			wrong += !dm_sum_add(&sum[0].head, x[i]);
			wrong += !dm_sum_add_square_times(&squares[0].head, x[i], 1);
		}
		dm_vector_range(x, n, &range);
		wrong += !range.finite || !dm_vector_sums(&sum[1].head, &squares[1].head, x, n, &range);
		for (i = 0; i < 2; i++)
			length[i] = dm_sum_to_bytes(&sum[i].head, &first[i], bytes[i]);
		wrong += length[0] != length[1] || memcmp(bytes[0], bytes[1], (size_t) length[0]) != 0;
		wrong += length[0] > 0 && first[0] != first[1];
		for (i = 0; i < 2; i++)
			length[i] = dm_sum_to_bytes(&squares[i].head, &first[i], bytes[i]);
		wrong += length[0] != length[1] || memcmp(bytes[0], bytes[1], (size_t) length[0]) != 0;
		wrong += length[0] > 0 && first[0] != first[1];
	}
	return wrong;
}

int
main(void)
{
	static const char *const kind[] = {
		"any double", "around 1e9", "next to zero", "whole numbers", "forty orders of magnitude"
	};
	int			i;

	for (i = 0; i < 5; i++)
	{
		char		name[80];

		snprintf(name, sizeof(name), "places of %s", kind[i]);
		tap_ok(wrong_places(i) == 0, name);
		snprintf(name, sizeof(name), "sums of %s", kind[i]);
		tap_ok(wrong_sums(i) == 0, name);
	}
	return tap_done();
}
