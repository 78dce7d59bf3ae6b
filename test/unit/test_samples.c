/*
 * test_samples.c - sorting, and distances of two samples.
 *
 * Published values are those of the docstrings of scipy.stats.wasserstein_distance
 * and energy_distance, and of the tests of Evidently and Deepchecks.
 */
#include <stdint.h>
#include <string.h>

#include "near.h"
#include "sample.h"
#include "stats/area.h"
#include "stats/edf_tests.h"
#include "stats/samples.h"
#include "stats/sort.h"

#define MANY 20000

static uint64_t seed = 42;

/* Knuth's generator: uniform on (0, 1). */
static double
uniform(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return ((double) (seed >> 12) + 0.5) / 4503599627370496.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* Values of one kind of many: what the sort and the bins have to bear. */
static double
value(int kind, int i)
{
	switch (kind)
	{
		case 0:
			return normal();
		case 1:
			return 1e9 + normal();
		case 2:
			return floor(uniform() * 50) - 20;
		case 3:
			return i ? 1.7e9 + floor(uniform() * 1e6) : -1e300;
		case 4:
			return exp(30 * normal());
		case 5:
			return -exp(normal());
		case 6:
			return i % 3 ? 1e9 + 1e-6 * uniform() : -1e9 - uniform();
		case 7:
			return 5e-324 * floor(1000 * uniform());
		case 8:
			return i;
		default:
			return 3;
	}
}

#define KINDS 10

static void
test_sort(void)
{
	static double v[MANY],
				out[MANY],
				space[MANY],
				want[MANY];
	static const size_t sizes[] = {0, 1, 2, 31, 32, 33, 1000, 2047, 2048, MANY};
	char		name[80];
	size_t		s,
				i;
	int			kind;

	for (kind = 0; kind < KINDS; kind++)
		for (s = 0; s < LENGTH(sizes); s++)
		{
			size_t		n = sizes[s];

			for (i = 0; i < n; i++)
				want[i] = v[i] = value(kind, (int) i) + 0.0;
			qsort(want, n, sizeof(double), sample_compare);
			dm_sort_doubles(v, out, space, n);
			dm_sort_doubles(v, v, space, n);
			snprintf(name, sizeof(name), "%d values of kind %d, elsewhere and in place", (int) n, kind);
			tap_ok(memcmp(out, want, n * sizeof(double)) == 0 && memcmp(v, want, n * sizeof(double)) == 0,
				   name);
		}
}

static void
test_sort_weighted(void)
{
	static DmWeighted v[MANY],
				space[MANY];
	bool		ordered = true;
	double		sum = 0;
	int			i;

	for (i = 0; i < MANY; i++)
	{
		v[i].value = floor(10 * normal());
		v[i].weight = floor(5 * uniform());
		sum += v[i].weight * v[i].value;
	}
	dm_sort_weighted(v, space, MANY);
	for (i = 0; i < MANY; i++)
	{
		sum -= v[i].weight * v[i].value;
		ordered = ordered && (i == 0 || v[i - 1].value < v[i].value ||
							  (v[i - 1].value == v[i].value && v[i - 1].weight <= v[i].weight));
	}
	tap_ok(ordered && sum == 0, "pairs by value, then weight; none lost");
}

static double
area_of(double *a, const double *wa, size_t n, double *b, const double *wb, size_t m)
{
	double		x[64],
				y[64];
	DmSample	r = {x, wa, n, (double) n},
				c = {y, wb, m, (double) m};
	size_t		i;

	for (i = 0; i < n; i++)
		x[i] = a[i];
	for (i = 0; i < m; i++)
		y[i] = b[i];
	x[n] = y[m] = INFINITY;
	for (r.total = 0, i = 0; i < n; i++)
		r.total += wa ? wa[i] : 1;
	for (c.total = 0, i = 0; i < m; i++)
		c.total += wb ? wb[i] : 1;
	return dm_samples_scan(&r, &c).area;
}

static void
test_published(void)
{
	DmBin		room[2][8];
	DmBins		r,
				c;

	tap_near(area_of((double[]) {0, 1, 3}, NULL, 3, (double[]) {5, 6, 8}, NULL, 3), 5, 1e-15, "scipy: W1 5");
	tap_near(area_of((double[]) {0, 1}, (double[]) {3, 1}, 2, (double[]) {0, 1}, (double[]) {2, 2}, 2),
			 0.25, 1e-15, "scipy: weighted W1 0.25");
	tap_near(area_of((double[]) {3.4, 3.9, 7.5, 7.8}, (double[]) {1.4, 0.9, 3.1, 7.2}, 4,
					 (double[]) {1.4, 4.5}, (double[]) {3.5, 3.2}, 2),
			 4.0781331438047861, 1e-15, "scipy: weighted W1 4.078");
	tap_near(area_of((double[]) {1e300}, NULL, 1, (double[]) {-1e300}, NULL, 1), 2e300, 1e-15, "W1 of 1e300");
	r = sample_points((double[]) {0}, NULL, 1, room[0]);
	c = sample_points((double[]) {2}, NULL, 1, room[1]);
	tap_near(dm_energy_distance(&r, &c), 2, 1e-15, "scipy: energy 2");
	r = sample_points((double[]) {0, 8}, (double[]) {3, 1}, 2, room[0]);
	c = sample_points((double[]) {0, 8}, (double[]) {2, 2}, 2, room[1]);
	tap_near(dm_energy_distance(&r, &c), 1, 1e-15, "scipy: weighted energy 1");
	r = sample_points((double[]) {0.7, 2.4, 6.8, 7.4}, (double[]) {2.1, 7.4, 8, 4.2}, 4, room[0]);
	c = sample_points((double[]) {1.4, 8}, (double[]) {7.6, 8.8}, 2, room[1]);
	tap_near(dm_energy_distance(&r, &c), 0.88003340976158217, 1e-15, "scipy: weighted energy 0.88");
}

static void
test_min_max(void)
{
	double		a[100],
				b[100];
	DmBin		room[4][100];
	DmBins		r,
				c;
	int			i;

	for (i = 0; i < 100; i++)
	{
		a[i] = i;
		b[i] = 50 + i;
	}
	r = sample_points(a, NULL, 100, room[0]);
	c = sample_points(b, NULL, 100, room[1]);
	tap_near(dm_wasserstein_min_max(&r, &c, 0, room[2], room[3]), 50.0 / 149, 1e-14, "Deepchecks: 0.33");
	tap_near(dm_wasserstein_min_max(&r, &c, 0.025, room[2], room[3]), 50.0 / 143, 1e-14,
			 "and of 3..96 and 53..146");
}

/* Walked in order, and summed without: the same area. */
static void
test_area(void)
{
	static double a[MANY],
				b[MANY],
				x[MANY + 1],
				y[MANY + 1],
				space[MANY];
	DmSample	r = {x, NULL, MANY, MANY},
				c = {y, NULL, MANY / 2 + 1, MANY / 2 + 1};
	void	   *bins = malloc(dm_unsorted_area_space(MANY, MANY));
	int			done = 0;
	int			kind,
				i;

	for (kind = 0; kind < KINDS; kind++)
	{
		char		name[80];
		double		area,
					again;

		for (i = 0; i < MANY; i++)
		{
			a[i] = value(kind, i) + 0.0;
			b[i] = value(kind, i) * 1.01 + 0.0;
		}
		dm_sort_doubles(a, x, space, MANY);
		dm_sort_doubles(b, y, space, c.n);
		x[MANY] = y[c.n] = INFINITY;
		snprintf(name, sizeof(name), "kind %d: no order is needed", kind);
		if (!dm_unsorted_area(a, MANY, b, c.n, bins, &area))
			continue;
		tap_near(area, dm_samples_scan(&r, &c).area, 1e-13, name);
		dm_unsorted_area(x, MANY, y, c.n, bins, &again);
		tap_ok(area == again, "nor does it change a bit");
		done++;
	}
	tap_ok(done >= 3, "most kinds need none");
	/* both signs, a gap between them: no bin at zero */
	for (i = 0; i < MANY; i++)
	{
		a[i] = (i % 2 ? 1 : -1) * (1 + uniform());
		b[i] = (i % 3 ? 1 : -1) * (1 + uniform());
	}
	dm_sort_doubles(a, x, space, MANY);
	dm_sort_doubles(b, y, space, c.n);
	y[c.n] = INFINITY;
	tap_ok(dm_unsorted_area(a, MANY, b, c.n, bins, space), "both signs, none near zero");
	tap_near(space[0], dm_samples_scan(&r, &c).area, 1e-13, "the same area");
	tap_ok(!dm_unsorted_area(a, 10, b, 10, bins, space), "few values are sorted");
	free(bins);
}

int
main(void)
{
	test_sort();
	test_sort_weighted();
	test_published();
	test_min_max();
	test_area();
	return tap_done();
}
