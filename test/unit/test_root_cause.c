/*
 * test_root_cause.c - planted causes, what holds of every set that is found, and Shapley's values.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "stats/expectation.h"
#include "stats/root_cause.h"
#include "stats/shapley.h"

#define D 3
#define SIDE 12
#define N (SIDE * SIDE * SIDE)

static uint64_t seed = 88172645463325252u;

/* xorshift64*, in (0, 1) */
static double
uniform(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return ((double) ((seed * 2685821657736338717u) >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static int32_t code[N * D];
static const int32_t card[D] = {SIDE, SIDE, SIDE};
static double actual[N];
static double expected[N];
static double trials[N];
static double reference[N];
static int8_t owner[N];

/* All leaves of three dimensions; each expects 100 or so. */
static void
grid(double noise)
{
	int			j;

	for (j = 0; j < N; j++)
	{
		code[j * D] = j % SIDE;
		code[j * D + 1] = j / SIDE % SIDE;
		code[j * D + 2] = j / SIDE / SIDE;
		expected[j] = 100 * exp(normal());
		actual[j] = floor(expected[j] * exp(noise * normal()) + 0.5);
	}
}

static void
search(DmLeaves *l, DmCauses *found)
{
	DmCauseOptions options = {16, 12, 0.01, NULL};
	void	   *memory = malloc(dm_root_cause_memory(l));

	dm_root_cause(l, &options, memory, owner, found);
	free(memory);
}

static DmLeaves
leaves(int n)
{
	DmLeaves	l = {n, D, code, card, actual, expected, NULL, NULL, NULL};

	return l;
}

static bool
names(const DmCause *c, int dimension, int value)
{
	return (c->dimensions >> dimension & 1) && code[c->leaf * D + dimension] == value;
}

/* What holds whatever is found: owners are in their cells, contributions are those of the leaves. */
static bool
consistent(const DmLeaves *l, const DmCauses *found)
{
	double		sum[DM_RC_CAUSES] = {0};
	double		change = 0;
	bool		ok = true;
	int			i;
	int			j;
	int			k;

	for (j = 0; j < l->n; j++)
	{
		change += l->actual[j] - l->expected[j];
		if (owner[j] < 0)
			continue;
		sum[owner[j]] += l->actual[j] - l->expected[j];
		for (k = 0; k < l->d; k++)
			ok = ok && (!(found->cause[owner[j]].dimensions >> k & 1) ||
						l->code[j * l->d + k] == l->code[found->cause[owner[j]].leaf * l->d + k]);
	}
	for (i = 0; i < found->n; i++)
		ok = ok && fabs(sum[i] - found->cause[i].contribution) <= 1e-9 * fabs(change);
	return ok && fabs(change - found->change) <= 1e-9 * fabs(change);
}

static void
one_value(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;
	int			j;

	grid(0.1);
	for (j = 0; j < N; j++)
		if (code[j * D + 1] == 4)
			actual[j] = floor(actual[j] * 0.4);
	search(&l, &found);
	tap_ok(found.n == 1 && found.cause[0].dimensions == 2 && names(&found.cause[0], 1, 4),
		   "a value of one dimension that fell");
	tap_ok(found.n == 1 && found.cause[0].leaves == SIDE * SIDE, "has all its leaves");
	tap_ok(consistent(&l, &found), "and what they contribute");
}

static void
two_cells(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;
	int			j;
	int			i;
	int			hits = 0;

	grid(0.1);
	for (j = 0; j < N; j++)
		if ((code[j * D] == 1 && code[j * D + 2] == 3) || (code[j * D] == 7 && code[j * D + 2] == 3))
			actual[j] *= 4;
	search(&l, &found);
	for (i = 0; i < found.n; i++)
		hits += found.cause[i].dimensions == 5 && names(&found.cause[i], 2, 3) &&
			(names(&found.cause[i], 0, 1) || names(&found.cause[i], 0, 7));
	tap_ok(found.n == 2 && hits == 2, "two cells of one cuboid that rose, and not the value that they share");
	tap_ok(consistent(&l, &found), "and what they contribute");
}

static void
one_leaf(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;

	grid(0.1);
	actual[500] += 100000;
	search(&l, &found);
	tap_ok(found.n == 1 && found.cause[0].leaf == 500 && found.cause[0].leaves == 1, "one leaf that is the change");
}

static void
nothing(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;

	grid(0);
	memcpy(actual, expected, sizeof(actual));
	search(&l, &found);
	tap_ok(found.n == 0 && found.change == 0, "no change has no cause");
	l.n = 0;
	search(&l, &found);
	tap_ok(found.n == 0, "nor has nothing");
	l.n = 1;
	actual[0] = 0;
	expected[0] = 0;
	search(&l, &found);
	tap_ok(found.n == 0, "a leaf without anything");
}

/* All leaves alike: no cell did more than the whole. */
static void
everything(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;
	int			j;

	grid(0);
	for (j = 0; j < N; j++)
		actual[j] = 2 * expected[j];
	search(&l, &found);
	tap_ok(found.n == 0, "a change of everything is nobody's");
}

static void
rates(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;
	int			j;

	grid(0);
	l.trials = trials;
	l.reference_trials = reference;
	for (j = 0; j < N; j++)
	{
		trials[j] = 500;
		reference[j] = 2000;
		actual[j] = floor(10 + 3 * normal() + 0.5);
		expected[j] = floor(40 + 6 * normal() + 0.5);
		if (actual[j] < 0)
			actual[j] = 0;
		if (code[j * D] == 2 && code[j * D + 1] == 5)
			actual[j] += 50;
	}
	search(&l, &found);
	tap_ok(found.n == 1 && found.cause[0].dimensions == 3 && names(&found.cause[0], 0, 2) &&
		   names(&found.cause[0], 1, 5),
		   "a rate of two values that rose");
	tap_near(found.cause[0].contribution / found.change, 1, 0.15, "is most of the change");
}

/* Wherever zeros, enormous and equal numbers lie, what is found is consistent. */
static void
extremes(void)
{
	DmLeaves	l = leaves(N);
	DmCauses	found;
	bool		ok = true;
	int			round;
	int			j;

	for (round = 0; round < 60; round++)
	{
		grid(0.5);
		for (j = 0; j < N; j++)
		{
			double		u = uniform();

			if (u < 0.3)
				actual[j] = 0;
			else if (u < 0.6)
				expected[j] = 0;
			else if (u < 0.62)
				actual[j] = round % 2 ? 1e300 / N : 1e15;
			else if (u < 0.63)
				expected[j] = 1e-300;
			else if (u < 0.64)
				actual[j] = -5;
		}
		l.n = round % 3 == 0 ? N : 1 + (int) (uniform() * 50);
		search(&l, &found);
		ok = ok && consistent(&l, &found);
	}
	tap_ok(ok, "zeros, enormous and negative numbers");
}

static void
layers(void)
{
	tap_ok(dm_root_cause_layers(1000, 5, 12) == 5, "few leaves: all dimensions go together");
	tap_ok(dm_root_cause_layers(20000, 12, 12) == 3, "twelve dimensions: three");
	tap_ok(dm_root_cause_layers(100000000, 12, 12) == 1, "too many leaves: each alone");
	tap_ok(dm_root_cause_layers(1000, 5, 2) == 2, "as many as are asked for");
}

/* The airport game, Littlechild and Owen (1973): a runway costs what the largest plane needs, shared in steps. */
static void
shapley(void)
{
	static const double cost[4] = {8, 11, 13, 18};
	double		value[16];
	double		phi[4];
	double		random_value[4096];
	double		random_phi[12];
	double		sum = 0;
	int			m;
	int			i;

	for (m = 0; m < 16; m++)
	{
		value[m] = 0;
		for (i = 0; i < 4; i++)
			if (m >> i & 1)
				value[m] = cost[i];
	}
	dm_shapley_values(value, 4, phi);
	tap_near(phi[0], 2, 1e-14, "airport game: 8/4");
	tap_near(phi[1], 3, 1e-14, "8/4 + 3/3");
	tap_near(phi[2], 4, 1e-14, "8/4 + 3/3 + 2/2");
	tap_near(phi[3], 9, 1e-14, "8/4 + 3/3 + 2/2 + 5");
	for (m = 0; m < 4096; m++)
		random_value[m] = 1e6 * normal();
	dm_shapley_values(random_value, 12, random_phi);
	for (i = 0; i < 12; i++)
		sum += random_phi[i];
	tap_near(sum, random_value[4095] - random_value[0], 1e-9, "twelve players share the whole");
}

static void
mix_rate(void)
{
	/* Simpson's paradox, Bickel, Hammel and O'Connell (1975) in spirit: both rates rise, the whole falls */
	static const double n1[2] = {90, 30}, d1[2] = {100, 900}, n0[2] = {720, 4}, d0[2] = {900, 200};
	double		mix[2], rate[2];

	tap_ok(dm_mix_rate(2, n1, d1, n0, d0, mix, rate), "both sides are there");
	tap_near(mix[0] + mix[1] + rate[0] + rate[1], 120.0 / 1000 - 724.0 / 1100, 1e-12,
			 "adds up to the change of the ratio");
	tap_ok(rate[0] > 0 && rate[1] > 0 && mix[0] + mix[1] < 0, "rates rose, and the mix made the whole fall");
	tap_ok(!dm_mix_rate(2, n1, d1, n0, (const double[]) {0, 0}, mix, rate), "a side without anything");
}

static void
expectation(void)
{
	static const double history[] = {10, 12, 11, 9, 1000, 1010, 990, 5000, 0, 0, 0, 0};
	double		mean[3], dispersion[3], scratch[4 + 12];

	dm_expectation(history, 3, 4, mean, dispersion, scratch);
	tap_near(mean[0], 10.5, 1e-14, "mean of four quiet values");
	tap_ok(mean[2] == 0 && dispersion[2] == 0, "nothing expects nothing");
	tap_ok(dispersion[1] > dispersion[0], "what jumps is more dispersed");
}

int
main(void)
{
	one_value();
	two_cells();
	one_leaf();
	nothing();
	everything();
	rates();
	extremes();
	layers();
	shapley();
	mix_rate();
	expectation();
	return tap_done();
}
