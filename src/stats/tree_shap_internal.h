/*
 * tree_shap_internal.h - how a forest lies in memory.
 *
 * At a point t of the integral a feature that is known (the row goes along)
 * multiplies a leaf by t + (1 - t) z, one that is not by (1 - t) z, z being the
 * share of the training rows that go along.  A split with the shares zl and zr
 * of its children has a triple (a, b, c) for each point, and with P the product
 * from above and S the sum of what lies below
 *
 *		P(known side) = P (a + b z)		P(other side) = P b z
 *		S = a S(known side) + b (zl S(left) + zr S(right))
 *		phi += P c z(other side) (S(known side) - S(other side))
 *
 * (t, 1 - t, 1) where the feature is new on the path.  Where it has been split
 * on before, and the row came along, with the share z': with A = t + (1 - t) z',
 * (t / A, (1 - t) z' / A, z' / A^2).  Where the row did not come along the split
 * changes nothing: (0, 1, 0).
 */
#ifndef DATAMON_TREE_SHAP_INTERNAL_H
#define DATAMON_TREE_SHAP_INTERNAL_H

#include "stats/tree_shap.h"

/* Points side by side; a tree that needs more is walked several times. */
#define DM_SHAP_WIDTHS 3
#define DM_SHAP_MOST_WIDTH 4
#define DM_SHAP_BATCH 64

/* What splits look at: a feature read in one way, or whether it is in a set (-1 or 1). */
typedef struct DmShapInput
{
	int32_t		feature;
	int32_t		flags;
	int32_t		set;
} DmShapInput;

/*
 * A split that has another one below.  Places are in doubles, in the arena; a
 * child's place holds its P and its S, of "width" each.
 */
typedef struct DmShapNode
{
	double		threshold;
	double		share[2];		/* of the training rows: left, right */
	int32_t		child[2];
	int32_t		input;
	int32_t		feature;		/* among those used, times width */
	int32_t		triple;
	int32_t		came;			/* which side of which split says that the row came along */
	int32_t		missing_left;
} DmShapNode;

/* A split between two leaves: nothing has to go down. */
typedef struct DmShapPair
{
	double		threshold;
	double		leaf[2];
	double		step[2];		/* c's factor when the row goes left, right */
	double		mean;
	int32_t		place;
	int32_t		input;
	int32_t		feature;
	int32_t		triple;
	int32_t		came;
	int32_t		missing_left;
} DmShapPair;

/* All splits, for the sum of leaves: children are splits, or ~leaf. */
typedef struct DmShapWalk
{
	double		threshold;
	int32_t		child[2];		/* left, right */
	int32_t		input;
	int32_t		missing_left;
} DmShapWalk;

typedef struct DmShapTree
{
	const DmShapNode *node;
	const DmShapPair *pair;
	const DmShapWalk *walk;
	const double *leaf;
	int32_t		nodes;
	int32_t		pairs;
	int32_t		output;
	int32_t		width;
	int32_t		passes;
	int32_t		weights;		/* places: of the points' weights, and of (t, 1 - t, 1) */
	int32_t		fresh;
	int32_t		never;			/* and of (0, 1, 0) */
} DmShapTree;

typedef struct DmShapBatch
{
	int32_t		first;
	int32_t		n;
} DmShapBatch;

/* Of a node in a walk: its triple, and 1 where the row goes left. */
typedef struct DmShapState
{
	const double *triple;
	double		left;
} DmShapState;

struct DmForest
{
	int			features;
	int			outputs;
	bool		single;
	int			inputs;
	int			used;
	int			trees;
	int			batches;
	const DmCategorySet *set;
	DmShapInput *input;
	double	   *read;			/* of each input */
	int32_t    *used_feature;
	DmShapTree *tree;
	DmShapBatch *batch;
	double	   *expected;
	double	   *arena;
	double	   *lanes;			/* phi of the used features, before the points are added up */
	DmShapState *state;
	uint8_t    *came;
};

extern void dm_shap_explain_1(const DmForest *forest, const DmShapTree *tree);
extern void dm_shap_explain_2(const DmForest *forest, const DmShapTree *tree);
extern void dm_shap_explain_4(const DmForest *forest, const DmShapTree *tree);

#endif							/* DATAMON_TREE_SHAP_INTERNAL_H */
