/*
 * Shapley values of trees against their definition: the mean over all orders of the features, by way of all subsets, of
 * what a feature that becomes known changes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "stats/gauss_legendre.h"
#include "stats/tree_shap.h"

#define MOST 4096
#define FEATURES 11

static uint64_t random_state = 88172645463325252u;

static double
uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (double) (random_state >> 11) / 9007199254740992.0;
}

static DmTreeNode nodes[MOST];
static int	used;

/* How trees of a kind grow. */
typedef struct Kind
{
	int			features;
	int			depth;
	double		stop;			/* probability of a leaf */
	double		none;			/* of a child that no row came to */
	int			sets;
} Kind;

static double
grow(const Kind *kind, int depth, double cover)
{
	DmTreeNode *n = &nodes[used++];
	double		left;

	memset(n, 0, sizeof(*n));
	n->set = -1;
	n->cover = cover;
	if (depth == 0 || uniform() < kind->stop || used + 2 > MOST)
	{
		n->feature = -1;
		n->value = uniform() * 2 - 1;
		return cover;
	}
	n->feature = (int) (uniform() * kind->features);
	n->flags = (int) (uniform() * 6);
	n->value = uniform() * 2 - 1;
	if (kind->sets && uniform() < 0.5)
	{
		n->set = (int) (uniform() * kind->sets);
		n->flags &= DM_MISSING_LEFT;
		n->value = 0;
	}
	left = uniform() < kind->none ? (uniform() < 0.5 ? 0 : cover) : cover * uniform();
	grow(kind, depth - 1, left);
	n->right = used;
	grow(kind, depth - 1, cover - left);
	return cover;
}

static const uint32_t words[2] = {0xB, 0x5};
static const DmCategorySet sets[2] = {{words, 1, true}, {words + 1, 1, false}};

static int
left(const DmTreeNode *n, const double *x)
{
	double		v = x[n->feature];

	if (n->set >= 0)
	{
		const DmCategorySet *set = &sets[n->set];
		int			inside = v >= 0 && v < 32 && set->word[0] >> (int) v & 1;

		return isnan(v) ? n->flags & DM_MISSING_LEFT : inside == set->goes_left;
	}
	if (isnan(v) && n->flags & DM_MISSING_IS_ZERO)
		v = 0;
	if (n->flags & DM_ZERO_IS_MISSING && fabs(v) <= 1e-35)
		v = NAN;
	return isnan(v) ? n->flags & DM_MISSING_LEFT : v < n->value;
}

/* What is expected of a row of which the features in "known" are known. */
static double
expected(int at, const double *x, unsigned known)
{
	const DmTreeNode *n = &nodes[at];
	double		a;
	double		b;

	if (n->feature < 0)
		return n->value;
	if (known >> n->feature & 1)
		return expected(left(n, x) ? at + 1 : n->right, x, known);
	a = nodes[at + 1].cover;
	b = nodes[n->right].cover;
	if (a + b == 0)
		a = b = 1;
	return (a * expected(at + 1, x, known) + b * expected(n->right, x, known)) / (a + b);
}

/* phi[feature], and what is expected of no row last. */
static void
by_definition(const double *x, int features, double *phi)
{
	static double game[1 << FEATURES];
	double		weight[FEATURES];
	unsigned	s;
	int			f;

	weight[0] = 1.0 / features;
	for (f = 1; f < features; f++)
		weight[f] = weight[f - 1] * f / (features - f);
	for (s = 0; s < 1u << features; s++)
		game[s] = expected(0, x, s);
	for (f = 0; f < features; f++)
	{
		phi[f] = 0;
		for (s = 0; s < 1u << features; s++)
			if (!(s >> f & 1))
				phi[f] += weight[__builtin_popcount(s)] * (game[s | 1u << f] - game[s]);
	}
	phi[features] = game[0];
}

static DmForest *
build(const DmTrees *trees, void **memory)
{
	void	   *work = malloc(dm_forest_work_bytes(trees));
	DmForest   *f;

	*memory = malloc(dm_forest_bytes(trees, work));
	f = dm_forest_build(trees, *memory, work);
	free(work);
	return f;
}

static void
explain(DmForest *f, const double *x, double *phi, int features)
{
	int			i;

	memset(phi, 0, sizeof(double) * (size_t) features);
	dm_forest_read(f, x);
	for (i = 0; i < dm_forest_batches(f); i++)
		dm_forest_explain(f, i, phi, (size_t) features);
}

static double
some_value(int sets_too)
{
	double		u = uniform();

	if (u < 0.1)
		return NAN;
	if (u < 0.15)
		return 0;
	return sets_too ? floor(uniform() * 8) - 1 : uniform() * 2 - 1;
}

/* Random trees of a kind: the greatest difference from the definition. */
static double
worst_of(const Kind *kind, int trees_of_kind, double *additive)
{
	double		worst = 0;
	int			t;

	*additive = 0;
	for (t = 0; t < trees_of_kind; t++)
	{
		DmTree		tree = {nodes, 0, 0};
		DmTrees		trees = {&tree, 1, sets, 2, kind->features, 1, false};
		double		x[FEATURES];
		double		want[FEATURES + 1];
		double		got[FEATURES];
		int32_t    *work;
		double		sum;
		void	   *memory;
		DmForest   *f;
		int			i;

		used = 0;
		grow(kind, kind->depth, 100);
		tree.n = used;
		work = malloc(sizeof(int32_t) * 2 * (size_t) used);
		if (dm_tree_problem(&tree, kind->features, 2, work))
			worst = INFINITY;
		free(work);
		f = build(&trees, &memory);
		for (i = 0; i < kind->features; i++)
			x[i] = some_value(kind->sets);
		by_definition(x, kind->features, want);
		explain(f, x, got, kind->features);
		sum = dm_forest_expected(f, 0);
		for (i = 0; i < kind->features; i++)
		{
			sum += got[i];
			worst = fmax(worst, fabs(got[i] - want[i]));
		}
		worst = fmax(worst, fabs(want[kind->features] - dm_forest_expected(f, 0)));
		*additive = fmax(*additive, fabs(sum - dm_forest_sum(f, 0)));
		free(memory);
	}
	return worst;
}

static void
kinds(void)
{
	static const struct
	{
		const char *name;
		Kind		kind;
	}			cases[] = {
		{"stumps", {3, 1, 0, 0, 0}},
		{"single leaves", {3, 0, 0, 0, 0}},
		{"depth 3", {6, 3, 0.1, 0, 0}},
		{"depth 6, many features", {11, 6, 0.1, 0, 0}},
		{"one feature all the way", {1, 7, 0.1, 0, 0}},
		{"features again on a path", {3, 8, 0.1, 0, 0}},
		{"depth 11, more than 8 features on a path", {11, 11, 0.05, 0, 0}},
		{"children that no row came to", {4, 6, 0.1, 0.3, 0}},
		{"sets of categories", {5, 6, 0.1, 0.1, 2}},
	};
	char		name[100];
	size_t		i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		double		additive;
		double		worst = worst_of(&cases[i].kind, i == 6 ? 30 : 200, &additive);

		snprintf(name, sizeof(name), "%s: as defined (%.1g)", cases[i].name, worst);
		tap_ok(worst < 1e-12, name);
		snprintf(name, sizeof(name), "%s: with what is expected they add up (%.1g)", cases[i].name, additive);
		tap_ok(additive < 1e-12, name);
	}
}

/* A chain of splits by features that are all different: more points than any other tree here. */
static void
chain(int length)
{
	DmTree		tree = {nodes, 2 * length + 1, 0};
	DmTrees		trees = {&tree, 1, NULL, 0, length, 1, false};
	double	   *x = calloc((size_t) length, sizeof(double));
	double	   *phi = calloc((size_t) length, sizeof(double));
	double		sum = 0;
	double		cover = 1;
	void	   *memory;
	DmForest   *f;
	char		name[80];
	int			i;

	memset(nodes, 0, sizeof(nodes));
	for (i = 0; i <= length; i++)
	{
		/* split, leaf, split, leaf, ..., leaf: only the last leaf is 1, and each split keeps 9/10 on its way */
		nodes[2 * i].feature = i < length ? i : -1;
		nodes[2 * i].right = 2 * i + 2;
		nodes[2 * i].set = -1;
		nodes[2 * i].value = i < length ? 0.5 : 1;
		nodes[2 * i].cover = cover;
		if (i < length)
		{
			nodes[2 * i + 1].feature = nodes[2 * i + 1].set = -1;
			nodes[2 * i + 1].cover = cover / 10;
			x[i] = 1;
		}
		cover *= 0.9;
	}
	f = build(&trees, &memory);
	explain(f, x, phi, length);
	for (i = 0; i < length; i++)
		sum += phi[i];
	snprintf(name, sizeof(name), "a chain of %d features: all together", length);
	tap_near(sum, 1 - pow(0.9, length), 1e-10, name);
	/* by symmetry each of them has the same share of 1 - 0.9^n */
	snprintf(name, sizeof(name), "a chain of %d features: what the last one has", length);
	tap_near(phi[length - 1], (1 - pow(0.9, length)) / length, 1e-11, name);
	snprintf(name, sizeof(name), "a chain of %d features: the first has as much", length);
	tap_near(phi[0], phi[length - 1], 1e-11, name);
	free(memory);
	free(x);
	free(phi);
}

/* Several trees and outputs: sums of what each has. */
static void
outputs(void)
{
	const Kind	kind = {6, 5, 0.1, 0, 0};
	DmTree		tree[300];
	DmTrees		trees = {tree, 300, sets, 2, 6, 3, false};
	double		x[6] = {0.1, -0.2, 0.3, NAN, 0, 0.9};
	double		phi[3][6];
	double		want[3][7] = {{0}};
	void	   *memory;
	DmForest   *f;
	double		worst = 0;
	int			i;
	int			k;

	for (i = 0; i < 300; i++)
	{
		double		one[7];
		DmTreeNode *own;

		used = 0;
		grow(&kind, i % 6, 10);
		by_definition(x, 6, one);
		own = malloc(sizeof(DmTreeNode) * (size_t) used);
		memcpy(own, nodes, sizeof(DmTreeNode) * (size_t) used);
		tree[i] = (DmTree) {own, used, i % 3};
		for (k = 0; k < 7; k++)
			want[i % 3][k] += one[k];
	}
	f = build(&trees, &memory);
	memset(phi, 0, sizeof(phi));
	dm_forest_read(f, x);
	for (i = 0; i < dm_forest_batches(f); i++)
		dm_forest_explain(f, i, phi[0], 6);
	for (i = 0; i < 3; i++)
	{
		for (k = 0; k < 6; k++)
			worst = fmax(worst, fabs(phi[i][k] - want[i][k]));
		worst = fmax(worst, fabs(dm_forest_expected(f, i) - want[i][6]));
	}
	tap_ok(worst < 1e-11, "300 trees of three outputs");
	for (i = 0; i < 300; i++)
		free((void *) tree[i].node);
	free(memory);
}

/* Floats: a value that is above a threshold as a double, and as a float is not. */
static void
floats(void)
{
	DmTreeNode	stump[3] = {{0, 2, -1, 0, (float) 0.1, 2}, {-1, 0, -1, 0, 1, 1}, {-1, 0, -1, 0, 3, 1}};
	DmTree		tree = {stump, 3, 0};
	DmTrees		trees = {&tree, 1, NULL, 0, 1, 1, true};
	double		x = 0.1;
	void	   *memory;
	DmForest   *f = build(&trees, &memory);

	dm_forest_read(f, &x);
	tap_near(dm_forest_sum(f, 0), 3, 0, "0.1 is not less than 0.1 as a float");
	free(memory);
	trees.single = false;
	f = build(&trees, &memory);
	dm_forest_read(f, &x);
	tap_near(dm_forest_sum(f, 0), 1, 0, "as a double it is");
	free(memory);
}

static int
refused(DmTreeNode *node, int n)
{
	DmTree		tree = {node, n, 0};
	int32_t		work[64];

	return dm_tree_problem(&tree, 2, 1, work) != NULL;
}

static void
problems(void)
{
	DmTreeNode	good[3] = {{0, 2, -1, 0, 0.5, 2}, {-1, 0, -1, 0, 1, 1}, {-1, 0, -1, 0, 3, 1}};
	DmTreeNode	bad[3];

#define BAD(change, name) memcpy(bad, good, sizeof(bad)), change, tap_ok(refused(bad, 3), name)
	tap_ok(!refused(good, 3), "a tree is one");
	BAD(bad[0].right = 1, "children apart");
	BAD(bad[0].right = 3, "children inside");
	BAD(bad[1].feature = 0, "a split has children");
	BAD(bad[0].feature = -1, "a leaf has none");
	BAD(bad[0].feature = 2, "features exist");
	BAD(bad[0].set = 1, "sets exist");
	BAD(bad[0].flags = 6, "one way to read a feature");
	BAD(bad[1].cover = -1, "covers are not negative");
	BAD(bad[1].value = NAN, "values are finite");
}

int
main(void)
{
	double		point[5];
	double		weight[5];

	dm_gauss_legendre(5, point, weight);
	/* Abramowitz and Stegun, table 25.4, n = 5, moved to [0, 1] */
	tap_near(point[0], (1 - 0.906179845938664) / 2, 1e-13, "a point of Gauss and Legendre");
	tap_near(weight[0], 0.236926885056189 / 2, 1e-13, "and its weight");
	tap_near(point[2], 0.5, 1e-15, "the middle point");
	kinds();
	chain(7);
	chain(40);
	chain(255);
	outputs();
	floats();
	problems();
	return tap_done();
}
