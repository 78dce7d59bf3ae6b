/*
 * model_xgboost.c - what Booster.save_model('model.json') writes.
 *
 * The format is that of XGBoost 1.0 to 3.2 (doc/model.schema): gbtree, dart
 * and gblinear.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "types/model.h"
#include "types/model_json.h"

/* Objectives whose base_score has gone through the link, and their links. */
static const struct
{
	const char *name;
	DmModelLink link;
	bool		base_is_linked;
}			objectives[] = {
	{"reg:logistic", DM_LINK_LOGISTIC, true},
	{"binary:logistic", DM_LINK_LOGISTIC, true},
	{"binary:logitraw", DM_LINK_IDENTITY, false},
	{"binary:hinge", DM_LINK_STEP, false},
	{"count:poisson", DM_LINK_EXP, true},
	{"reg:gamma", DM_LINK_EXP, true},
	{"reg:tweedie", DM_LINK_EXP, true},
	{"survival:cox", DM_LINK_EXP, true},
	{"survival:aft", DM_LINK_EXP, true},
	{"multi:softmax", DM_LINK_SOFTMAX, false},
	{"multi:softprob", DM_LINK_SOFTMAX, false},
};

static double
before_link(const DmAt *at, const char *objective, double base)
{
	double		margin = strstr(objective, "logi") ? -log(1 / base - 1) : log(base);

	if (!isfinite(margin))
		dm_at_fail(at, psprintf("cannot be %g with objective %s", base, objective));
	return margin + 0.0;		/* no -0 */
}

/* "5E-1", or from 3.1 on "[1E0,2E0]", one for each output. */
static void
read_base(const DmAt *param, DmModel *m, bool linked)
{
	DmAt		at = dm_at(param, "base_score");
	int			n = 0;
	int			i;

	m->base = palloc0(sizeof(double) * (Size) m->outputs);
	if (at.value.type == jbvString && at.value.val.string.len > 0 && at.value.val.string.val[0] == '[')
	{
		const char *p = dm_at_string(&at);
		char	   *end;

		for (; *p == '[' || *p == ','; p = end)
		{
			double		v = strtod(p + 1, &end);

			if (end == p + 1 || n == m->outputs)
				break;
			m->base[n++] = v;
		}
		if (p[0] != ']' || p[1] != '\0' || n == 0)
			dm_at_fail(&at, "is not a list of numbers, one for each output");
	}
	else
		m->base[n++] = dm_at_number(&at);
	if (n != 1 && n != m->outputs)
		dm_at_fail(&at, "is not one number, and not one for each output");
	for (i = 0; i < m->outputs; i++)
	{
		if (i >= n)
			m->base[i] = m->base[0];
		else if (linked)
			m->base[i] = before_link(&at, m->objective, m->base[i]);
	}
}

/* The parallel arrays of a tree. */
typedef struct Arrays
{
	DmAt		at;
	int			n;
	int		   *left;
	int		   *right;
	double	   *feature;		/* of a leaf anything */
	int		   *default_left;
	int		   *by_set;			/* NULL: no split is */
	double	   *condition;
	double	   *cover;
	int		   *set;			/* of nodes: place among the tree's sets */
	int		   *set_begin;
	int		   *set_size;
	int		   *category;
	int			categories;
} Arrays;

static int *
ints(const DmAt *tree, const char *name, int *n, int least, int most)
{
	DmAt		at = dm_at(tree, name);

	return dm_at_ints(&at, n, least, most);
}

static void
read_sets(const DmAt *tree, Arrays *a)
{
	int			sets = -1;
	int			all = -1;
	int		   *nodes;
	int			i;

	nodes = ints(tree, "categories_nodes", &sets, 0, a->n - 1);
	a->set_begin = ints(tree, "categories_segments", &sets, 0, PG_INT32_MAX / 2);
	a->set_size = ints(tree, "categories_sizes", &sets, 0, PG_INT32_MAX / 2);
	a->category = ints(tree, "categories", &all, 0, (1 << 24) - 1);
	a->categories = all;
	a->set = palloc(sizeof(int) * (Size) a->n);
	for (i = 0; i < a->n; i++)
		a->set[i] = -1;
	for (i = 0; i < sets; i++)
	{
		if (a->set_begin[i] + a->set_size[i] > all)
			dm_at_fail(tree, "has a set of categories that goes on beyond their end");
		a->set[nodes[i]] = i;
	}
}

static void
read_arrays(const DmAt *tree, const DmModel *m, Arrays *a)
{
	DmAt		at;
	DmAt		param;
	int			i;

	memset(a, 0, sizeof(*a));
	a->at = *tree;
	if (dm_at_try(tree, "tree_param", &param) && dm_at_try(&param, "size_leaf_vector", &at) &&
		dm_at_int(&at, 0, PG_INT32_MAX) > 1)
		dm_at_fail(tree, "has leaves of several outputs (multi_strategy = multi_output_tree), which cannot be "
				   "explained");
	a->n = -1;
	at = dm_at(tree, "split_conditions");
	a->condition = dm_at_numbers(&at, &a->n);
	at = dm_at(tree, "sum_hessian");
	a->cover = dm_at_numbers(&at, &a->n);
	a->left = ints(tree, "left_children", &a->n, -1, PG_INT32_MAX / 2);
	a->right = ints(tree, "right_children", &a->n, -1, PG_INT32_MAX / 2);
	at = dm_at(tree, "split_indices");
	a->feature = dm_at_numbers(&at, &a->n);
	a->default_left = ints(tree, "default_left", &a->n, 0, 1);
	if (a->n < 1)
		dm_at_fail(tree, "has no nodes");
	if (dm_at_try(tree, "split_type", &at))
	{
		a->by_set = dm_at_ints(&at, &a->n, 0, 1);
		for (i = 0; i < a->n && !a->by_set[i]; i++);
		if (i == a->n)
			a->by_set = NULL;
		else
			read_sets(tree, a);
	}
	for (i = 0; i < a->n; i++)
		if (a->left[i] >= 0 && !(a->feature[i] >= 0 && a->feature[i] < m->features))
			dm_at_fail(tree, psprintf("splits by feature %g, and there are %d", a->feature[i], m->features));
}

static int
make_set(DmModel *m, const Arrays *a, int at)
{
	DmCategorySet set = {NULL, 0, false};
	uint32	   *word;
	int			i;
	const int  *category;

	if (a->set[at] < 0)
		dm_at_fail(&a->at, psprintf("has no categories for node %d", at));
	category = a->category + a->set_begin[a->set[at]];
	for (i = 0; i < a->set_size[a->set[at]]; i++)
		set.words = Max(set.words, category[i] / 32 + 1);
	word = palloc0(sizeof(uint32) * (Size) Max(set.words, 1));
	for (i = 0; i < a->set_size[a->set[at]]; i++)
		word[category[i] / 32] |= (uint32) 1 << (category[i] % 32);
	set.word = word;
	if (m->sets % 64 == 0)
		m->set = m->set ? repalloc_huge(m->set, sizeof(DmCategorySet) * ((Size) m->sets + 64)) :
			palloc(sizeof(DmCategorySet) * 64);
	m->set[m->sets] = set;
	return m->sets++;
}

/* The nodes in preorder, from the root; each may come once only. */
static void
order_nodes(DmModel *m, const Arrays *a, double weight, DmTree *tree)
{
	DmTreeNode *node = palloc0(sizeof(DmTreeNode) * (Size) a->n);
	int		   *stack = palloc(sizeof(int) * ((Size) a->n + 1));
	bool	   *seen = palloc0(sizeof(bool) * (Size) a->n);
	int			depth = 1;
	int			n = 0;

	stack[0] = 0;
	while (depth > 0)
	{
		int			at = stack[--depth];
		DmTreeNode *to;

		if (at >= a->n || at < 0 || seen[at] || depth + 2 > a->n + 1)
			dm_at_fail(&a->at, "has children that are not below it");
		seen[at] = true;
		to = &node[n++];
		to->cover = a->cover[at];
		to->set = -1;
		to->feature = a->left[at] < 0 ? -1 : (int) a->feature[at];
		if (a->left[at] < 0)
		{
			to->value = (double) (float) a->condition[at] * weight;
			continue;
		}
		to->flags = a->default_left[at] ? DM_MISSING_LEFT : 0;
		if (a->by_set && a->by_set[at])
			to->set = make_set(m, a, at);
		else
			to->value = (double) (float) a->condition[at];
		stack[depth++] = a->right[at];
		stack[depth++] = a->left[at];
	}
	pfree(stack);
	pfree(seen);
	tree->node = node;
	tree->n = n;
}

/* How many trees the first rounds have. */
static int
trees_of_rounds(const DmAt *model, const DmModel *m, int trees, int rounds)
{
	DmAt		at;
	DmAt		param;
	int			n = -1;
	int			parallel = 1;

	if (rounds == 0)
		return trees;
	if (dm_at_try(model, "iteration_indptr", &at))
	{
		int		   *end = dm_at_ints(&at, &n, 0, trees);

		return rounds < n ? end[rounds] : trees;
	}
	if (dm_at_try(model, "gbtree_model_param", &param) && dm_at_try(&param, "num_parallel_tree", &at))
		parallel = Max(dm_at_int(&at, 0, 1000000), 1);
	return (int) Min((int64) rounds * m->outputs * parallel, trees);
}

/* The strings of {"offsets": [0, 2, 3], "values": [98, 34, 99]}, or the numbers of {"values": [10, 11]}. */
static void
read_categories(const DmAt *enc, DmModelFeature *f)
{
	DmAt		at = dm_at(enc, "values");
	DmAt		offsets;
	int			n = -1;
	int			ends = -1;
	double	   *value = dm_at_numbers(&at, &n);
	int		   *end = NULL;
	const char **category;
	int			i;
	int			k;

	if (dm_at_try(enc, "offsets", &offsets))
		end = dm_at_ints(&offsets, &ends, 0, n);
	f->categories = end ? Max(ends - 1, 0) : n;
	category = palloc(sizeof(char *) * (Size) Max(f->categories, 1));
	for (i = 0; i < f->categories; i++)
	{
		StringInfoData buf;

		if (end && end[i + 1] < end[i])
			dm_at_fail(&offsets, "do not ascend");
		initStringInfo(&buf);
		for (k = end ? end[i] : 0; end && k < end[i + 1]; k++)
			appendStringInfoChar(&buf, (char) (uint8) ((int) value[k] & 0xFF));
		if (end == NULL)
			dm_json_put_double(&buf, value[i]);
		if (strlen(buf.data) != (size_t) buf.len)
			dm_at_fail(&at, "has a zero byte");
		category[i] = pg_any_to_server(buf.data, buf.len, PG_UTF8);
	}
	f->category = category;
}

/* What XGBoost 3.1 and later tell of categories: of every feature, nothing of those that are numbers. */
static void
read_all_categories(const DmAt *booster, DmModel *m)
{
	DmAt		model = dm_at(booster, "model");
	DmAt		cats;
	DmAt		enc;
	int			n;
	int			i;

	if (!dm_at_try(&model, "cats", &cats) || !dm_at_try(&cats, "enc", &enc))
		return;
	n = dm_at_length(&enc);
	if (n != 0 && n != m->features)
		dm_at_fail(&enc, psprintf("has %d members, and there are %d features", n, m->features));
	for (i = 0; i < n; i++)
	{
		DmAt		at = dm_at_nth(&enc, i);

		read_categories(&at, &m->feature[i]);
	}
}

static void
read_trees(const DmAt *booster, const double *weight, int weights, int rounds, DmModel *m)
{
	DmAt		model = dm_at(booster, "model");
	DmAt		trees = dm_at(&model, "trees");
	DmAt		info = dm_at(&model, "tree_info");
	int			n = dm_at_length(&trees);
	int		   *output = dm_at_ints(&info, &n, 0, m->outputs - 1);
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "datamon tree", ALLOCSET_DEFAULT_SIZES);
	int			i;

	m->single = true;
	m->trees = trees_of_rounds(&model, m, n, rounds);
	read_all_categories(booster, m);
	m->tree = palloc0(sizeof(DmTree) * (Size) Max(n, 1));
	for (i = 0; i < m->trees; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(work);
		DmAt		at = dm_at_nth(&trees, i);
		Arrays		arrays;

		read_arrays(&at, m, &arrays);
		MemoryContextSwitchTo(old);
		m->tree[i].output = output[i];
		order_nodes(m, &arrays, i < weights ? weight[i] : 1, &m->tree[i]);
		MemoryContextReset(work);
	}
	MemoryContextDelete(work);
}

/* [feature][output], and last the intercepts. */
static void
read_linear(const DmAt *booster, DmModel *m)
{
	DmAt		model = dm_at(booster, "model");
	DmAt		at = dm_at(&model, "weights");
	int			n = (m->features + 1) * m->outputs;
	double	   *weight = dm_at_numbers(&at, &n);
	int			i;
	int			o;

	m->kind = DM_MODEL_LINEAR;
	m->mean = palloc0(sizeof(double) * (Size) m->features);
	m->coef = palloc(sizeof(double) * (Size) m->features * (Size) m->outputs);
	for (o = 0; o < m->outputs; o++)
	{
		for (i = 0; i < m->features; i++)
			m->coef[o * m->features + i] = weight[i * m->outputs + o];
		m->base[o] += weight[m->features * m->outputs + o];
	}
}

/* Names of the features, and of the categories of those that are ones. */
static void
read_names(const DmAt *learner, DmModel *m)
{
	DmAt		names;
	int			n;
	int			i;

	m->feature = palloc0(sizeof(DmModelFeature) * (Size) m->features);
	n = dm_at_try(learner, "feature_names", &names) ? dm_at_length(&names) : 0;
	if (n != 0 && n != m->features)
		dm_at_fail(&names, psprintf("has %d names, and there are %d features", n, m->features));
	for (i = 0; i < m->features; i++)
	{
		if (n > 0)
		{
			DmAt		name = dm_at_nth(&names, i);

			m->feature[i].name = dm_at_string(&name);
		}
		else
			m->feature[i].name = psprintf("f%d", i);
	}
}

static void
read_objective(const DmAt *learner, DmModel *m, bool *linked)
{
	DmAt		objective = dm_at(learner, "objective");
	DmAt		name = dm_at(&objective, "name");
	int			i;

	m->objective = dm_at_string(&name);
	m->link = DM_LINK_IDENTITY;
	m->scale = 1;
	*linked = false;
	for (i = 0; i < (int) lengthof(objectives); i++)
		if (strcmp(m->objective, objectives[i].name) == 0)
		{
			m->link = objectives[i].link;
			*linked = objectives[i].base_is_linked;
		}
}

static const char *
read_version(const DmAt *root)
{
	DmAt		at;
	int			n = 3;
	int		   *v;

	if (!dm_at_try(root, "version", &at))
		return "xgboost";
	v = dm_at_ints(&at, &n, 0, 1000000);
	return psprintf("xgboost %d.%d.%d", v[0], v[1], v[2]);
}

DmModel *
dm_model_from_xgboost(JsonbContainer *container, int rounds)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	DmAt		root = dm_at_root(container, "XGBoost model", "Give what Booster.save_model('model.json') writes.");
	DmAt		learner = dm_at(&root, "learner");
	DmAt		param = dm_at(&learner, "learner_model_param");
	DmAt		booster = dm_at(&learner, "gradient_booster");
	DmAt		name = dm_at(&booster, "name");
	DmAt		at = dm_at(&param, "num_feature");
	const char *kind = dm_at_string(&name);
	bool		linked;

	m->producer = read_version(&root);
	m->features = dm_at_int(&at, 1, DM_MODEL_MOST_FEATURES);
	m->outputs = 1;
	if (dm_at_try(&param, "num_class", &at))
		m->outputs = Max(dm_at_int(&at, 0, DM_MODEL_MOST_OUTPUTS), 1);
	if (dm_at_try(&param, "num_target", &at) && m->outputs == 1)
		m->outputs = Max(dm_at_int(&at, 0, DM_MODEL_MOST_OUTPUTS), 1);
	if ((int64) m->outputs * m->features > DM_MODEL_MOST_VALUES)
		dm_at_fail(&param, "has too many features and outputs");
	read_objective(&learner, m, &linked);
	read_base(&param, m, linked);
	read_names(&learner, m);
	if (strcmp(kind, "gbtree") == 0)
		read_trees(&booster, NULL, 0, rounds, m);
	else if (strcmp(kind, "dart") == 0)
	{
		DmAt		inner = dm_at(&booster, "gbtree");
		DmAt		drop = dm_at(&booster, "weight_drop");
		int			n = -1;
		double	   *weight = dm_at_numbers(&drop, &n);

		read_trees(&inner, weight, n, rounds, m);
	}
	else if (strcmp(kind, "gblinear") == 0)
		read_linear(&booster, m);
	else
		dm_at_fail(&name, "is none of gbtree, dart and gblinear");
	return m;
}
