/*
 * model.h - a model that can be explained: trees or a linear one.
 *
 * Packed form: docs/types.md.  Unpacked, for those who read or make one, it is
 * a DmModel.
 */
#ifndef DATAMON_TYPES_MODEL_H
#define DATAMON_TYPES_MODEL_H

#include "base/json.h"
#include "base/wire.h"
#include "stats/tree_shap.h"

#define DM_MODEL_NAME "model"
#define DM_MODEL_MOST_FEATURES 65536
#define DM_MODEL_MOST_OUTPUTS 65536
#define DM_MODEL_MOST_VALUES 4000000	/* outputs times features */
#define DM_MODEL_MOST_NAME 1000

typedef enum DmModelKind
{
	DM_MODEL_TREES,
	DM_MODEL_LINEAR,
	DM_MODEL_KINDS
} DmModelKind;

/* From the raw score, times scale, to what the model predicts. */
typedef enum DmModelLink
{
	DM_LINK_IDENTITY,
	DM_LINK_LOGISTIC,			/* 1 / (1 + exp(-x)) */
	DM_LINK_SOFTMAX,			/* over the outputs */
	DM_LINK_EXP,
	DM_LINK_STEP,				/* 1 where x > 0 */
	DM_LINK_LOG1P_EXP,			/* log(1 + exp(x)) */
	DM_LINK_SIGNED_SQUARE,		/* x |x| */
	DM_LINKS
} DmModelLink;

extern const char *const dm_model_kinds[DM_MODEL_KINDS];
extern const char *const dm_model_links[DM_LINKS];

typedef struct DmModelFeature
{
	const char *name;
	int			categories;		/* that are known by name: their codes are 0, 1, ... */
	const char *const *category;
} DmModelFeature;

typedef struct DmModel
{
	DmModelKind kind;
	DmModelLink link;
	double		scale;
	const char *producer;		/* "xgboost 3.2.0" */
	const char *objective;		/* as the producer calls it */
	int			outputs;
	int			features;
	DmModelFeature *feature;
	double	   *base;			/* of each output, added to the rest */

	/* trees */
	bool		single;			/* features and thresholds are compared as floats */
	int			trees;
	DmTree	   *tree;
	int			sets;			/* in order of the nodes that have them */
	DmCategorySet *set;

	/* linear */
	double	   *mean;			/* of each feature */
	double	   *coef;			/* [output][feature] */
} DmModel;

/* Checks what it is given, and reports what is wrong as 22023 of this source ("XGBoost model"). */
extern struct varlena *dm_model_pack(DmModel *m, const char *source);

/* NULL if the bytes are no model; "problem" then says why. */
extern DmModel *dm_model_unpack(const struct varlena *packed, const char **problem);

/* Without trees, means and coefficients, but with how many trees there are; NULL if the bytes are no model. */
extern DmModel *dm_model_unpack_head(const struct varlena *packed);

/* Nodes in preorder get their right children; false if they are no tree. */
extern bool dm_model_link_nodes(DmTreeNode *node, int n);

/* Why a model is none; NULL if it is one.  Links the nodes. */
extern const char *dm_model_problem(DmModel *m);

/* In place: raw scores of all outputs become predictions. */
extern void dm_model_transform(const DmModel *m, double *score);

/* What is asked for a model again and again. */
typedef struct DmOpenModel
{
	const DmModel *model;
	DmForest   *forest;			/* of trees */
	double	   *read;			/* room for a row of features */
	double	   *phi;			/* [output][feature + 1] */
	const char *names;			/* of the features, each ended by a zero byte */
	Size		names_length;
	MemoryContext context;		/* as long as this is open */
	struct DmLabels *labels;	/* for model_row.c */
	struct DmColumnsOfRecord *columns;
} DmOpenModel;

/* Argument n, opened: kept until the transaction ends, or others have taken its place. */
extern DmOpenModel *dm_model_open(FunctionCallInfo fcinfo, int n);

/* Raw scores. */
extern void dm_model_score(DmOpenModel *open, const double *row, double *score);

/* Into open->phi: of every output the features', then what is expected. */
extern void dm_model_explain(DmOpenModel *open, const double *row);

#endif							/* DATAMON_TYPES_MODEL_H */
