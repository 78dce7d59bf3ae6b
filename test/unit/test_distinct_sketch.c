/*
 * test_distinct_sketch.c - hashes, the exact list, registers and sample.
 */
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "stats/distinct_sketch.h"

static _Alignas(16) char area_a[DM_DISTINCT_AREA(DM_DISTINCT_LAST_SLOTS)];
static _Alignas(16) char area_b[DM_DISTINCT_AREA(DM_DISTINCT_LAST_SLOTS)];
static _Alignas(16) char area_c[DM_DISTINCT_AREA(DM_DISTINCT_LAST_SLOTS)];

static void
put(DmDistinct *d, void *area, uint64_t hash, uint64_t count)
{
	if (count != 1 || !dm_distinct_note(d, area, hash))
		dm_distinct_put(d, area, hash, count);
}

/* The second half of the work of a merge: the first is add_ranks. */
static void
merge(DmDistinct *a, void *area, DmDistinct *b, const void *area_of_b)
{
	DmHashCount list[DM_DISTINCT_EXACT];
	size_t		n = dm_distinct_list(b, area_of_b, list);
	size_t		i;

	if (b->estimated)
	{
		dm_distinct_estimate(a, area);
		dm_distinct_add_ranks(a, area, DM_DISTINCT_RANKS(area_of_b), list[n - 1].hash);
	}
	for (i = 0; i < n; i++)
		put(a, area, list[i].hash, list[i].count);
}

static int
same(DmDistinct *a, const void *area, DmDistinct *b, const void *area_of_b)
{
	DmHashCount x[DM_DISTINCT_EXACT];
	DmHashCount y[DM_DISTINCT_EXACT];
	size_t		n = dm_distinct_list(a, area, x);

	return a->estimated == b->estimated && dm_distinct_list(b, area_of_b, y) == n &&
		memcmp(x, y, n * sizeof(DmHashCount)) == 0 &&
		(!a->estimated || memcmp(DM_DISTINCT_RANKS(area), DM_DISTINCT_RANKS(area_of_b),
								 DM_DISTINCT_REGISTERS) == 0);
}

static void
test_exact(void)
{
	DmDistinct	d;
	DmHashCount list[DM_DISTINCT_EXACT + 1];
	int			i;

	dm_distinct_init(&d, area_a, DM_DISTINCT_LAST_SLOTS);
	for (i = 0; i < 3 * DM_DISTINCT_EXACT; i++)
		put(&d, area_a, dm_hash_word((uint64_t) (i % DM_DISTINCT_EXACT)), 1);
	tap_ok(!d.estimated && d.entries == DM_DISTINCT_EXACT, "1024 distinct values are exact");
	tap_ok(dm_distinct_list(&d, area_a, list) == DM_DISTINCT_EXACT && list[0].count == 3 &&
		   list[DM_DISTINCT_EXACT - 1].count == 3, "and counted");
	put(&d, area_a, dm_hash_word(DM_DISTINCT_EXACT), 1);
	tap_ok(d.estimated, "one more is not");
	tap_ok(dm_distinct_list(&d, area_a, list) == DM_DISTINCT_SAMPLE, "a sample remains");
	tap_near(dm_distinct_estimate_ranks(DM_DISTINCT_RANKS(area_a)), 1025, 0.02, "estimate of 1025");
}

static void
test_growth(void)
{
	DmDistinct	d;
	DmDistinct	whole;
	int			i;

	dm_distinct_init(&whole, area_c, DM_DISTINCT_LAST_SLOTS);
	dm_distinct_init(&d, area_a, DM_DISTINCT_FIRST_SLOTS);
	for (i = 0; i < 900; i++)
	{
		if (!dm_distinct_has_room(&d))
		{
			memcpy(area_b, area_a, sizeof(area_a));
			dm_distinct_move(&d, area_a, 2 * d.slots, area_b);
		}
		put(&d, area_a, dm_hash_word((uint64_t) i / 2), 1);
		put(&whole, area_c, dm_hash_word((uint64_t) i / 2), 1);
	}
	tap_ok(same(&d, area_a, &whole, area_c), "a table that grows holds the same");
}

/* Relative bias and spread of the estimate over trials of n distinct values. */
static void
test_estimate(uint64_t n, int trials)
{
	double		sum = 0;
	double		squares = 0;
	double		worst = 0;
	char		name[100];
	DmDistinct	d;
	int			t;

	for (t = 0; t < trials; t++)
	{
		double		error;
		uint64_t	i;

		dm_distinct_init(&d, area_a, DM_DISTINCT_LAST_SLOTS);
		dm_distinct_estimate(&d, area_a);
		for (i = 0; i < n; i++)
			put(&d, area_a, dm_hash_word(((uint64_t) t << 40) + i), 1);
		error = dm_distinct_estimate_ranks(DM_DISTINCT_RANKS(area_a)) / (double) n - 1;
		sum += error;
		squares += error * error;
		worst = fmax(worst, fabs(error));
	}
	snprintf(name, sizeof(name), "%llu distinct values: no bias", (unsigned long long) n);
	tap_ok(fabs(sum / trials) < 3.5 * DM_DISTINCT_ERROR / sqrt(trials), name);
	snprintf(name, sizeof(name), "%llu distinct values: within the stated error",
			 (unsigned long long) n);
	tap_ok(sqrt(squares / trials) < DM_DISTINCT_ERROR * (1 + 3 / sqrt(2.0 * trials)) &&
		   worst < 4.5 * DM_DISTINCT_ERROR, name);
}

/* Every other value occurs once, the others three times: half of the sample. */
static void
test_sample(void)
{
	DmDistinct	d;
	DmHashCount list[DM_DISTINCT_EXACT];
	uint64_t	i;
	size_t		n;
	int			singles = 0;
	int			bad = 0;

	dm_distinct_init(&d, area_a, DM_DISTINCT_LAST_SLOTS);
	for (i = 0; i < 300000; i++)
		if (i < 100000 || i % 2)
			put(&d, area_a, dm_hash_word(i % 100000), 1);
	n = dm_distinct_list(&d, area_a, list);
	for (i = 0; i < n; i++)
	{
		singles += list[i].count == 1;
		bad += list[i].count != 1 && list[i].count != 3;
	}
	tap_ok(n == DM_DISTINCT_SAMPLE && bad == 0, "counts of the sample are complete");
	tap_near(singles / 256.0, 0.5, 0.25, "the sample is uniform over distinct values");
}

static void
test_merge(void)
{
	int			trial;
	int			bad = 0;

	srand(7);
	for (trial = 0; trial < 400; trial++)
	{
		DmDistinct	whole;
		DmDistinct	a;
		DmDistinct	b;
		int			n = 1 + rand() % (trial % 2 ? 3000 : 40000);
		uint64_t	values = 1 + (uint64_t) rand() % (trial % 3 ? 2500 : 100000);
		int			i;

		dm_distinct_init(&whole, area_c, DM_DISTINCT_LAST_SLOTS);
		dm_distinct_init(&a, area_a, DM_DISTINCT_LAST_SLOTS);
		dm_distinct_init(&b, area_b, DM_DISTINCT_LAST_SLOTS);
		for (i = 0; i < n; i++)
		{
			uint64_t	hash = dm_hash_word((uint64_t) rand() % values);

			put(&whole, area_c, hash, 1);
			if (rand() % 10 < trial % 11)
				put(&a, area_a, hash, 1);
			else
				put(&b, area_b, hash, 1);
		}
		merge(&a, area_a, &b, area_b);
		bad += !same(&a, area_a, &whole, area_c);
	}
	tap_ok(bad == 0, "400 random splits merge to the whole");
}

int
main(void)
{
	/* computed in Python from the description in docs/types.md */
	tap_ok(dm_hash_word(0) != 0 && dm_hash_word(0) != dm_hash_word(1), "words differ");
	tap_ok(dm_hash_bytes("", 0) == 0x9ca066f1a4ab2eeaULL, "hash of the empty text");
	tap_ok(dm_hash_bytes("foobar", 6) == 0xeecfc1a6d9346b93ULL, "hash of a short text");
	tap_ok(dm_hash_bytes("the quick brown fox", 19) == 0x0655f9452d792391ULL, "hash of a longer text");
	tap_ok(dm_hash_word(42) == 0x2d1c8760f8047fc7ULL, "hash of a word");
	test_exact();
	test_growth();
	test_estimate(100, 400);
	test_estimate(1000, 400);
	test_estimate(5000, 300);
	test_estimate(20000, 300);
	test_estimate(100000, 100);
	test_estimate(1000000, 20);
	test_sample();
	test_merge();
	return tap_done();
}
