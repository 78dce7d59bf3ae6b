/*
 * Entries sorted in place by digits, against qsort().
 */
#include <stdlib.h>

#include "stats/dyadic.h"

#include "near.h"

#define MOST 3000

static int
compare(const void *a, const void *b)
{
	int64_t		x = ((const DmEntry *) a)->key;
	int64_t		y = ((const DmEntry *) b)->key;

	return (x > y) - (x < y);
}

static int64_t
key(int shape, int i)
{
	double		u = (double) rand() / RAND_MAX;

	switch (shape)
	{
		case 0:
			return dm_key(u - 0.5, 0);
		case 1:
			return (int64_t) (u * 200) - 100;	/* many equal, one digit */
		case 2:
			return i % 2 ? INT64_MAX - (int64_t) (u * 9) : -INT64_MAX + (int64_t) (u * 9);
		case 3:
			return dm_key(1 + u * 0x1p-40, 0);	/* one bucket of the first digit but for a value */
		case 4:
			return i ? -i : INT64_MAX;	/* descending */
		default:
			return 7;
	}
}

/* Sorted, equal keys joined, no count lost. */
static int
agrees(int shape, int n)
{
	static DmEntry e[MOST];
	static DmEntry want[MOST];
	size_t		m;
	size_t		k = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		e[i].key = key(shape, i);
		e[i].count = (uint64_t) i + 1;
		want[i] = e[i];
	}
	qsort(want, (size_t) n, sizeof(DmEntry), compare);
	m = dm_entries_sort(e, (size_t) n);
	for (i = 0; i < n; k++)
	{
		uint64_t	count = 0;
		int64_t		next = want[i].key;

		for (; i < n && want[i].key == next; i++)
			count += want[i].count;
		if (k >= m || e[k].key != next || e[k].count != count)
			return 0;
	}
	return k == m;
}

int
main(void)
{
	int			right = 1;
	int			shape;
	int			n;

	for (shape = 0; shape < 6; shape++)
		for (n = 0; n <= MOST; n += n < 100 ? 1 : 290)
			right &= agrees(shape, n);
	tap_ok(right, "entries of any keys are sorted and joined");
	return tap_done();
}
