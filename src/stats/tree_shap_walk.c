/*
 * tree_shap_walk.c - the walk down and up a tree, at 1, 2 or 4 points at once.
 */
#include "stats/tree_shap_internal.h"

#include <math.h>
#include <string.h>

#include "stats/vectorise.h"

typedef double one_point;
typedef double two_points __attribute__((vector_size(16)));
typedef double four_points __attribute__((vector_size(32)));

static inline bool
goes_left(double value, double threshold, int missing_left)
{
	return (value < threshold) | ((value != value) & missing_left);
}

#define GET(v, from) memcpy(&(v), (from), sizeof(v))
#define PUT(to, v) memcpy((to), &(v), sizeof(v))

/*
 * Nothing here branches on the row, which no processor could foresee: sides
 * are chosen by factors of 0 and 1.
 */
#define EXPLAIN(points, width) \
DM_VECTOR void \
dm_shap_explain_##width(const DmForest *f, const DmShapTree *tree) \
{ \
	double	   *arena = f->arena; \
	const double *never = arena + tree->never; \
	int			pass; \
	int			i; \
\
	for (pass = 0; pass < tree->passes; pass++) \
	{ \
		const double *triples = arena + pass * 3 * (width); \
		points		p; \
\
		GET(p, arena + tree->weights + pass * (width)); \
		PUT(arena, p); \
		for (i = 0; i < tree->nodes; i++) \
		{ \
			const DmShapNode *n = &tree->node[i]; \
			bool		left = goes_left(f->read[n->input], n->threshold, n->missing_left); \
			bool		came = f->came[n->came]; \
			const double *triple = came ? triples + n->triple : never; \
			double		to_left = left; \
			points		a; \
			points		b; \
			points		down[2]; \
\
			f->came[2 * i + 2] = came & left; \
			f->came[2 * i + 3] = came & !left; \
			f->state[i].triple = triple; \
			f->state[i].left = to_left; \
			GET(p, arena + i * 2 * (width)); \
			GET(a, triple); \
			GET(b, triple + (width)); \
			a *= p; \
			b *= p; \
			down[0] = b * n->share[0] + a * to_left; \
			down[1] = b * n->share[1] + a * (1 - to_left); \
			PUT(arena + n->child[0], down[0]); \
			PUT(arena + n->child[1], down[1]); \
		} \
		for (i = 0; i < tree->pairs; i++) \
		{ \
			const DmShapPair *n = &tree->pair[i]; \
			int			right = !goes_left(f->read[n->input], n->threshold, n->missing_left); \
			const double *triple = f->came[n->came] ? triples + n->triple : never; \
			double	   *lane = f->lanes + n->feature; \
			points		a; \
			points		b; \
			points		c; \
			points		phi; \
			points		s; \
\
			GET(p, arena + n->place); \
			GET(a, triple); \
			GET(b, triple + (width)); \
			GET(c, triple + 2 * (width)); \
			GET(phi, lane); \
			phi += p * c * n->step[right]; \
			PUT(lane, phi); \
			s = a * n->leaf[right] + b * n->mean; \
			PUT(arena + n->place + (width), s); \
		} \
		for (i = tree->nodes - 1; i >= 0; i--) \
		{ \
			const DmShapNode *n = &tree->node[i]; \
			const double *triple = f->state[i].triple; \
			double		to_left = f->state[i].left; \
			double	   *lane = f->lanes + n->feature; \
			points		a; \
			points		b; \
			points		c; \
			points		phi; \
			points		sl; \
			points		sr; \
			points		s; \
\
			GET(p, arena + i * 2 * (width)); \
			GET(a, triple); \
			GET(b, triple + (width)); \
			GET(c, triple + 2 * (width)); \
			GET(sl, arena + n->child[0] + (width)); \
			GET(sr, arena + n->child[1] + (width)); \
			GET(phi, lane); \
			phi += p * c * (sl - sr) * (to_left * n->share[1] - (1 - to_left) * n->share[0]); \
			PUT(lane, phi); \
			s = a * (sl * to_left + sr * (1 - to_left)) + b * (sl * n->share[0] + sr * n->share[1]); \
			PUT(arena + i * 2 * (width) + (width), s); \
		} \
	} \
} \
extern void dm_no_such_function(void)

EXPLAIN(one_point, 1);
EXPLAIN(two_points, 2);
EXPLAIN(four_points, 4);

/* The value of an input that asks for a set of categories: less than 0 goes left. */
static double
side_of_set(const DmCategorySet *set, double value)
{
	double		least = set->goes_left ? -1 : 0;
	bool		inside = false;

	if (value != value)
		return value;
	/* LightGBM, whose sets go left, cuts fractions off before it looks at the sign */
	if ((set->goes_left ? value > least : value >= least) && value < 32.0 * set->words)
	{
		uint32_t	category = (uint32_t) (value < 0 ? 0 : value);

		inside = set->word[category / 32] >> (category % 32) & 1;
	}
	return inside == set->goes_left ? -1 : 1;
}

void
dm_forest_read(DmForest *forest, const double *features)
{
	int			i;

	for (i = 0; i < forest->inputs; i++)
	{
		const DmShapInput *input = &forest->input[i];
		double		value = features[input->feature];

		if (forest->single)
			value = (double) (float) value;
		if (input->set >= 0)
			value = side_of_set(&forest->set[input->set], value);
		else if (input->flags & DM_MISSING_IS_ZERO)
			value = value != value ? 0 : value;
		else if (input->flags & DM_ZERO_IS_MISSING)
			value = value >= -1e-35 && value <= 1e-35 ? (double) NAN : value;
		forest->read[i] = value;
	}
}

static double
leaf_of(const DmForest *forest, const DmShapTree *tree)
{
	int32_t		at = tree->nodes + tree->pairs > 0 ? 0 : ~0;

	while (at >= 0)
	{
		const DmShapWalk *n = &tree->walk[at];

		at = n->child[!goes_left(forest->read[n->input], n->threshold, n->missing_left)];
	}
	return tree->leaf[~at];
}

double
dm_forest_sum(const DmForest *forest, int output)
{
	double		sum = 0;
	int			i;

	for (i = 0; i < forest->trees; i++)
		if (forest->tree[i].output == output)
			sum += leaf_of(forest, &forest->tree[i]);
	return sum;
}

double
dm_forest_expected(const DmForest *forest, int output)
{
	return forest->expected[output];
}

int
dm_forest_batches(const DmForest *forest)
{
	return forest->batches;
}

void
dm_forest_explain(DmForest *forest, int batch, double *phi, size_t stride)
{
	const DmShapBatch *b = &forest->batch[batch];
	const DmShapTree *tree = &forest->tree[b->first];
	int			width = tree->width;
	int			i;
	int			k;

	memset(forest->lanes, 0, sizeof(double) * (size_t) width * (size_t) forest->used);
	phi += (size_t) tree->output * stride;
	for (i = 0; i < b->n; i++)
	{
		if (width == 1)
			dm_shap_explain_1(forest, &tree[i]);
		else if (width == 2)
			dm_shap_explain_2(forest, &tree[i]);
		else
			dm_shap_explain_4(forest, &tree[i]);
	}
	for (i = 0; i < forest->used; i++)
	{
		const double *lane = forest->lanes + (size_t) i * (size_t) width;
		double		sum = lane[0];

		for (k = 1; k < width; k++)
			sum += lane[k];
		phi[forest->used_feature[i]] += sum;
	}
}
