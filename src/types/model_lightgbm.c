/*
 * model_lightgbm.c - what LightGBM's Booster.dump_model() writes, as JSON.
 *
 * A split sends value <= threshold to the left; here it is value < the next
 * double.  Missing values go where missing_type and default_left say; a set of
 * categories goes left, and what is missing right (src/io/tree.cpp of LightGBM
 * 4, NumericalDecision and CategoricalDecision).
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "types/model.h"
#include "types/model_json.h"

/* The nodes of a tree while it is read. */
typedef struct Reader
{
	DmModel    *m;
	DmTreeNode *node;
	int			n;
	int			room;
	MemoryContext keep;			/* what is no part of the model is in another */
} Reader;

static DmTreeNode *
add_node(Reader *r)
{
	if (r->n == r->room)
	{
		r->room = r->room ? 2 * r->room : 64;
		r->node = r->node ? repalloc_huge(r->node, sizeof(DmTreeNode) * (Size) r->room) :
			MemoryContextAlloc(r->keep, sizeof(DmTreeNode) * (Size) r->room);
	}
	memset(&r->node[r->n], 0, sizeof(DmTreeNode));
	r->node[r->n].set = -1;
	return &r->node[r->n++];
}

/* "1||4||7" */
static int
make_set(Reader *r, const DmAt *at)
{
	DmModel    *m = r->m;
	DmCategorySet set = {NULL, 0, true};
	const char *text = at->value.type == jbvString ? dm_at_string(at) : psprintf("%d", dm_at_int(at, 0, 1 << 24));
	uint32	   *word = NULL;
	const char *p = text;

	for (;;)
	{
		char	   *end;
		long		category = strtol(p, &end, 10);

		if (end == p || category < 0 || category > 1 << 24)
			dm_at_fail(at, "is not a list of categories, such as \"1||4\"");
		if (category / 32 >= set.words)
		{
			int			words = (int) category / 32 + 1;
			uint32	   *longer = palloc0(sizeof(uint32) * (Size) words);

			if (word)
				memcpy(longer, word, sizeof(uint32) * (Size) set.words);
			word = longer;
			set.words = words;
		}
		word[category / 32] |= (uint32) 1 << (category % 32);
		if (*end == '\0')
			break;
		if (strncmp(end, "||", 2) != 0)
			dm_at_fail(at, "is not a list of categories, such as \"1||4\"");
		p = end + 2;
	}
	set.word = memcpy(MemoryContextAlloc(r->keep, sizeof(uint32) * (Size) set.words), word,
					  sizeof(uint32) * (Size) set.words);
	if (m->sets % 64 == 0)
		m->set = m->set ? repalloc_huge(m->set, sizeof(DmCategorySet) * ((Size) m->sets + 64)) :
			MemoryContextAlloc(r->keep, sizeof(DmCategorySet) * 64);
	m->set[m->sets] = set;
	return m->sets++;
}

static int
read_missing(const DmAt *split)
{
	DmAt		at = dm_at(split, "missing_type");
	const char *type = dm_at_string(&at);

	if (strcmp(type, "None") == 0)
		return DM_MISSING_IS_ZERO;
	if (strcmp(type, "Zero") == 0)
		return DM_ZERO_IS_MISSING;
	if (strcmp(type, "NaN") != 0)
		dm_at_fail(&at, "is none of None, Zero and NaN");
	return 0;
}

static void
read_split(Reader *r, const DmAt *split, DmTreeNode *n)
{
	DmAt		at = dm_at(split, "split_feature");
	const char *type;

	n->feature = dm_at_int(&at, 0, r->m->features - 1);
	at = dm_at(split, "internal_count");
	n->cover = dm_at_number(&at);
	at = dm_at(split, "decision_type");
	type = dm_at_string(&at);
	if (strcmp(type, "<=") == 0)
	{
		n->flags = read_missing(split);
		at = dm_at(split, "default_left");
		if (dm_at_number(&at) != 0)
			n->flags |= DM_MISSING_LEFT;
		at = dm_at(split, "threshold");
		n->value = nextafter(dm_at_number(&at), INFINITY);
	}
	else if (strcmp(type, "==") == 0)
	{
		at = dm_at(split, "threshold");
		n->set = make_set(r, &at);
	}
	else
		dm_at_fail(&at, "is neither <= nor ==");
}

static void
read_node(Reader *r, const DmAt *at)
{
	DmTreeNode *n = add_node(r);
	DmAt		member;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (dm_at_try(at, "split_feature", &member))
	{
		read_split(r, at, n);
		member = dm_at(at, "left_child");
		read_node(r, &member);
		member = dm_at(at, "right_child");
		read_node(r, &member);
		return;
	}
	if (dm_at_try(at, "leaf_const", &member) || dm_at_try(at, "leaf_coeff", &member))
		dm_at_fail(&member, "is of a linear tree (linear_tree = true), which cannot be explained");
	n->feature = -1;
	member = dm_at(at, "leaf_value");
	n->value = dm_at_number(&member);
	/* a tree that is a leaf has no count */
	if (dm_at_try(at, "leaf_count", &member))
		n->cover = dm_at_number(&member);
}

static void
read_trees(const DmAt *root, DmModel *m, int per_round, int rounds)
{
	DmAt		trees = dm_at(root, "tree_info");
	DmAt		at;
	int			n = dm_at_length(&trees);
	MemoryContext keep = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(keep, "datamon tree", ALLOCSET_DEFAULT_SIZES);
	int			i;

	m->trees = rounds ? (int) Min((int64) rounds * per_round, n) : n;
	/* of a random forest the raw score, and what pred_contrib has, is the sum; what is predicted is their mean */
	if (dm_at_try(root, "average_output", &at) && dm_at_number(&at) != 0 && m->trees > 0)
		m->scale *= (double) per_round / m->trees;
	m->tree = palloc0(sizeof(DmTree) * (Size) Max(n, 1));
	for (i = 0; i < m->trees; i++)
	{
		DmAt		tree;
		DmAt		structure;
		Reader		r = {m, NULL, 0, 0, keep};

		MemoryContextSwitchTo(work);
		tree = dm_at_nth(&trees, i);
		structure = dm_at(&tree, "tree_structure");
		read_node(&r, &structure);
		MemoryContextSwitchTo(keep);
		MemoryContextReset(work);
		m->tree[i].node = r.node;
		m->tree[i].n = r.n;
		m->tree[i].output = i % per_round;
	}
	MemoryContextDelete(work);
}

/* "binary sigmoid:1" */
static void
read_objective(const DmAt *root, DmModel *m)
{
	static const struct
	{
		const char *name;
		DmModelLink link;
	}			links[] = {
		{"binary", DM_LINK_LOGISTIC},
		{"cross_entropy", DM_LINK_LOGISTIC},
		{"cross_entropy_lambda", DM_LINK_LOG1P_EXP},
		{"multiclass", DM_LINK_SOFTMAX},
		{"multiclassova", DM_LINK_LOGISTIC},
		{"poisson", DM_LINK_EXP},
		{"gamma", DM_LINK_EXP},
		{"tweedie", DM_LINK_EXP},
	};
	DmAt		at;
	const char *scale;
	size_t		length;
	int			i;

	m->objective = dm_at_try(root, "objective", &at) ? dm_at_string(&at) : "custom";
	m->scale = 1;
	m->link = DM_LINK_IDENTITY;
	length = strcspn(m->objective, " ");
	for (i = 0; i < (int) lengthof(links); i++)
		if (strlen(links[i].name) == length && strncmp(m->objective, links[i].name, length) == 0)
			m->link = links[i].link;
	if (strncmp(m->objective, "regression", 10) == 0 && strstr(m->objective, " sqrt"))
		m->link = DM_LINK_SIGNED_SQUARE;
	scale = strstr(m->objective, "sigmoid:");
	if (scale)
		m->scale = strtod(scale + strlen("sigmoid:"), NULL);
}

static const char *
label_of(const DmAt *at)
{
	StringInfoData buf;

	if (at->value.type == jbvString)
		return dm_at_string(at);
	if (at->value.type == jbvBool)
		return at->value.val.boolean ? "true" : "false";
	initStringInfo(&buf);
	dm_json_put_double(&buf, dm_at_number(at));
	return buf.data;
}

/* Features that have a list of values in "feature_infos". */
static int
find_categorical(const DmAt *root, const DmModel *m, int *feature)
{
	DmAt		infos;
	DmAt		info;
	DmAt		values;
	int			n = 0;
	int			i;

	if (!dm_at_try(root, "feature_infos", &infos))
		return 0;
	for (i = 0; i < m->features; i++)
		if (dm_at_try(&infos, m->feature[i].name, &info) && dm_at_try(&info, "values", &values) &&
			dm_at_length(&values) > 0)
			feature[n++] = i;
	return n;
}

/*
 * "pandas_categorical" has the names of categories, a list for each such column
 * of the training rows, in order, without saying which.  If as many features
 * have categories these are the ones; else one was never used, and codes are
 * all there is.
 */
static void
read_categories(const DmAt *root, DmModel *m)
{
	int		   *feature = palloc(sizeof(int) * (Size) m->features);
	int			n = find_categorical(root, m, feature);
	DmAt		lists;
	int			i;
	int			k;

	if (!dm_at_try(root, "pandas_categorical", &lists) || dm_at_length(&lists) != n)
		return;
	for (i = 0; i < n; i++)
	{
		DmAt		list = dm_at_nth(&lists, i);
		DmModelFeature *f = &m->feature[feature[i]];
		const char **category;

		f->categories = dm_at_length(&list);
		category = palloc(sizeof(char *) * (Size) Max(f->categories, 1));
		for (k = 0; k < f->categories; k++)
		{
			DmAt		at = dm_at_nth(&list, k);

			category[k] = label_of(&at);
		}
		f->category = category;
	}
}

static void
read_names(const DmAt *root, DmModel *m)
{
	DmAt		names = dm_at(root, "feature_names");
	int			i;

	m->features = dm_at_length(&names);
	if (m->features < 1 || m->features > DM_MODEL_MOST_FEATURES)
		dm_at_fail(&names, "has too few or too many names");
	m->feature = palloc0(sizeof(DmModelFeature) * (Size) m->features);
	for (i = 0; i < m->features; i++)
	{
		DmAt		name = dm_at_nth(&names, i);

		m->feature[i].name = dm_at_string(&name);
	}
}

DmModel *
dm_model_from_lightgbm(JsonbContainer *container, int rounds)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	DmAt		root = dm_at_root(container, "LightGBM model",
								  "Give what Booster.save_model() or json.dumps(Booster.dump_model()) writes.");
	DmAt		at;

	m->producer = "lightgbm";
	if (dm_at_try(&root, "version", &at))
		m->producer = psprintf("lightgbm %s", dm_at_string(&at));
	read_names(&root, m);
	read_categories(&root, m);
	read_objective(&root, m);
	at = dm_at(&root, "num_tree_per_iteration");
	m->outputs = dm_at_int(&at, 1, DM_MODEL_MOST_OUTPUTS);
	if ((int64) m->outputs * m->features > DM_MODEL_MOST_VALUES)
		dm_at_fail(&root, "has too many features and outputs");
	m->base = palloc0(sizeof(double) * (Size) m->outputs);
	read_trees(&root, m, m->outputs, rounds);
	return m;
}
