/*
 * tree_shap.h - Shapley values of ensembles of trees, exactly, and their sums.
 *
 * What a tree gives a row is explained by the path-dependent game of Lundberg
 * et al., "From local explanations to global understanding with explainable AI
 * for trees", Nature Machine Intelligence 2 (2020): a feature that is not known
 * goes both ways, in the shares of the training rows.  docs/models.md has the
 * method: Shapley's weights are an integral (Owen 1972), over a polynomial, so
 * that a few points of Gauss and Legendre give it exactly, and each of them is
 * one walk down and up the tree.
 *
 * A model is described by DmTree; dm_forest_build() arranges it in memory that
 * the caller provides.  A forest holds what a call scribbles on: it is for one
 * thread.
 */
#ifndef DATAMON_TREE_SHAP_H
#define DATAMON_TREE_SHAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Features on one path that are not the same; more would be 128 points. */
#define DM_TREE_MOST_ON_PATH 256

typedef enum DmTreeFlag
{
	DM_MISSING_LEFT = 1,
	DM_MISSING_IS_ZERO = 2,		/* a missing value is read as 0 */
	DM_ZERO_IS_MISSING = 4		/* |x| <= 1e-35 is read as missing */
} DmTreeFlag;

/* Some categories, as bits; a value that is not a category of the set is outside. */
typedef struct DmCategorySet
{
	const uint32_t *word;
	int			words;
	bool		goes_left;		/* what is in the set; else what is outside */
} DmCategorySet;

/* Nodes are in preorder: the left child is the next one. */
typedef struct DmTreeNode
{
	int32_t		feature;		/* -1: a leaf */
	int32_t		right;			/* place of the right child */
	int32_t		set;			/* of a split by categories; else -1 */
	int32_t		flags;			/* DmTreeFlag */
	double		value;			/* a leaf's; of a split what is less goes left */
	double		cover;			/* weight of the training rows here */
} DmTreeNode;

typedef struct DmTree
{
	const DmTreeNode *node;
	int			n;
	int			output;
} DmTree;

typedef struct DmTrees
{
	const DmTree *tree;
	int			n;
	const DmCategorySet *set;
	int			sets;
	int			features;
	int			outputs;
	bool		single;			/* features are compared as floats */
} DmTrees;

typedef struct DmForest DmForest;

/* Why a tree is none, as a text; NULL if it is one.  "work" has room for 2n ints. */
extern const char *dm_tree_problem(const DmTree *tree, int features, int sets, int32_t *work);

/*
 * Bytes for dm_forest_build() of trees that have been checked, and what it needs meanwhile; 0
 * where a path has too many features.
 */
extern size_t dm_forest_bytes(const DmTrees *trees, void *work);
extern size_t dm_forest_work_bytes(const DmTrees *trees);
extern DmForest *dm_forest_build(const DmTrees *trees, void *memory, void *work);

/* Read a row, NaN being missing; the others are about the row read last. */
extern void dm_forest_read(DmForest *forest, const double *features);

/* Sum of the leaves, of one output; and of their expectations. */
extern double dm_forest_sum(const DmForest *forest, int output);
extern double dm_forest_expected(const DmForest *forest, int output);

/* Trees are explained in batches, so that the caller may stop in between. */
extern int	dm_forest_batches(const DmForest *forest);

/* Adds to phi[output * stride + feature]. */
extern void dm_forest_explain(DmForest *forest, int batch, double *phi, size_t stride);

#endif							/* DATAMON_TREE_SHAP_H */
