/*
 * tree_shap.c - arranges an ensemble of trees for tree_shap_walk.c.
 */
#include "stats/tree_shap_internal.h"

#include <math.h>
#include <string.h>

#include "stats/gauss_legendre.h"

/* More than anybody grows; it bounds the work of looking up a path. */
#define MOST_DEPTH 1024

const char *
dm_tree_problem(const DmTree *tree, int features, int sets, int32_t *work)
{
	int32_t    *end = work;
	int32_t    *depth = work + tree->n;
	int			i;

	end[0] = tree->n;
	depth[0] = 0;
	for (i = 0; i < tree->n; i++)
	{
		const DmTreeNode *n = &tree->node[i];

		if (!isfinite(n->value) || !isfinite(n->cover) || n->cover < 0)
			return "A threshold or value is not finite, or a cover is negative";
		if (n->feature < 0)
		{
			if (n->feature != -1 || end[i] != i + 1 || n->set != -1 || n->flags != 0)
				return "Leaves and splits are not a tree";
			continue;
		}
		if (n->feature >= features)
			return "A split is by a feature that does not exist";
		if (n->set < -1 || n->set >= sets || (n->set >= 0 ? n->flags & ~DM_MISSING_LEFT :
											  n->flags < 0 || n->flags > 5))
			return "A split is neither by a number nor by a set of categories";
		if (n->right <= i + 1 || n->right >= end[i] || depth[i] >= MOST_DEPTH)
			return depth[i] >= MOST_DEPTH ? "A tree is too deep" :
				"Leaves and splits are not a tree";
		end[i + 1] = n->right;
		end[n->right] = end[i];
		depth[i + 1] = depth[n->right] = depth[i] + 1;
	}
	return NULL;
}

/* What a tree needs, and where a node stands. */
typedef struct Survey
{
	int32_t    *up;				/* 2 * parent + side; -1 of the root */
	int32_t    *same;			/* the same of the nearest split by its feature above; -1 */
	int32_t    *place;			/* of splits: their number among nodes or pairs */
	double	   *mean;
	double	   *merged;			/* of splits: share of a path that came along so far */
	int			nodes;
	int			pairs;
	int			alone;			/* leaves whose sibling is a split */
	int			repeated;
	int			most_on_path;
} Survey;

static bool
is_leaf(const DmTree *tree, int i)
{
	return tree->node[i].feature < 0;
}

static bool
is_pair(const DmTree *tree, int i)
{
	return is_leaf(tree, i + 1) && is_leaf(tree, tree->node[i].right);
}

/* Shares of a split's children; of one that no training row came to, halves. */
static void
shares(const DmTree *tree, int i, double *share)
{
	double		left = tree->node[i + 1].cover;
	double		right = tree->node[tree->node[i].right].cover;
	double		both = left + right;

	share[0] = both > 0 && isfinite(both) ? left / both : 0.5;
	share[1] = both > 0 && isfinite(both) ? right / both : 0.5;
}

static void
survey_split(const DmTree *tree, Survey *s, int i)
{
	const DmTreeNode *n = &tree->node[i];
	int			up = s->up[i];

	s->up[i + 1] = 2 * i;
	s->up[n->right] = 2 * i + 1;
	while (up >= 0 && tree->node[up / 2].feature != n->feature)
		up = s->up[up / 2];
	s->same[i] = up;
	s->merged[i] = 1;
	if (up >= 0)
	{
		double		share[2];

		shares(tree, up / 2, share);
		s->merged[i] = s->merged[up / 2] * share[up & 1];
		s->repeated++;
	}
	if (is_pair(tree, i))
		s->place[i] = s->pairs++;
	else
	{
		s->place[i] = s->nodes++;
		s->alone += is_leaf(tree, i + 1) || is_leaf(tree, n->right);
	}
}

static void
survey_tree(const DmTree *tree, Survey *s)
{
	int			i;

	s->nodes = s->pairs = s->alone = s->repeated = s->most_on_path = 0;
	s->up[0] = -1;
	for (i = 0; i < tree->n; i++)
		if (!is_leaf(tree, i))
			survey_split(tree, s, i);
	for (i = tree->n - 1; i >= 0; i--)
	{
		double		share[2];

		s->mean[i] = tree->node[i].value;
		if (is_leaf(tree, i))
			continue;
		shares(tree, i, share);
		s->mean[i] = share[0] * s->mean[i + 1] + share[1] * s->mean[tree->node[i].right];
	}
}

/* The most features on one path that are not the same. */
static void
survey_paths(const DmTree *tree, Survey *s, int32_t *count)
{
	int			i;

	for (i = 0; i < tree->n; i++)
	{
		count[i] = s->up[i] < 0 ? 0 : count[s->up[i] / 2];
		if (!is_leaf(tree, i) && s->same[i] < 0)
			count[i]++;
		if (count[i] > s->most_on_path)
			s->most_on_path = count[i];
	}
}

/* Points side by side, and how often: n features on a path need n / 2 points, rounded up. */
static int
width_of(int most_on_path, int *passes)
{
	int			points = (most_on_path + 1) / 2;

	*passes = (points + DM_SHAP_MOST_WIDTH - 1) / DM_SHAP_MOST_WIDTH;
	if (*passes > 1)
		return DM_SHAP_MOST_WIDTH;
	*passes = 1;
	return points <= 1 ? 1 : points == 2 ? 2 : DM_SHAP_MOST_WIDTH;
}

static size_t
round_up(size_t bytes)
{
	return (bytes + 31) / 32 * 32;
}

/* Pieces of one memory; without a memory it only counts. */
typedef struct Pool
{
	char	   *at;
	size_t		bytes;
} Pool;

static void *
take(Pool *pool, size_t n, size_t size)
{
	void	   *piece = pool->at ? pool->at + pool->bytes : NULL;

	pool->bytes += round_up(n * size);
	return piece;
}

/* Sizes of everything, before anything is there. */
typedef struct Plan
{
	size_t		splits;
	size_t		nodes;
	size_t		pairs;
	size_t		leaves;
	size_t		scratch;		/* doubles that all trees share */
	size_t		doubles;		/* of the arena */
	int			most_nodes;
	int			most_points;
	int			inputs;
	int			batches;
} Plan;

/* What the caller lends while a forest is measured or built. */
typedef struct Work
{
	Survey		survey;
	int32_t    *count;
	int32_t    *input_of;		/* of a feature read in one of three ways */
	int32_t    *used;
	int32_t    *order;
	int32_t    *starts;
} Work;

static int
most_nodes(const DmTrees *trees)
{
	int			most = 1;
	int			i;

	for (i = 0; i < trees->n; i++)
		if (trees->tree[i].n > most)
			most = trees->tree[i].n;
	return most;
}

static size_t
lay_work(const DmTrees *trees, Work *w, void *memory)
{
	Pool		pool = {memory, 0};
	size_t		n = (size_t) most_nodes(trees);

	w->survey.up = take(&pool, n, sizeof(int32_t));
	w->survey.same = take(&pool, n, sizeof(int32_t));
	w->survey.place = take(&pool, n, sizeof(int32_t));
	w->survey.mean = take(&pool, n, sizeof(double));
	w->survey.merged = take(&pool, n, sizeof(double));
	w->count = take(&pool, n, sizeof(int32_t));
	w->input_of = take(&pool, (size_t) trees->features * 3, sizeof(int32_t));
	w->used = take(&pool, (size_t) trees->features, sizeof(int32_t));
	w->order = take(&pool, (size_t) trees->n, sizeof(int32_t));
	w->starts = take(&pool, (size_t) trees->outputs * DM_SHAP_WIDTHS + 1, sizeof(int32_t));
	return pool.bytes;
}

size_t
dm_forest_work_bytes(const DmTrees *trees)
{
	Work		w;

	return lay_work(trees, &w, NULL);
}

static int
class_of_width(int width)
{
	return width == 1 ? 0 : width == 2 ? 1 : 2;
}

static int
way_of(const DmTreeNode *n)
{
	return n->flags & DM_MISSING_IS_ZERO ? 1 : n->flags & DM_ZERO_IS_MISSING ? 2 : 0;
}

/* Number the inputs, in order of first sight. */
static int
count_inputs(const DmTrees *trees, int32_t *input_of)
{
	int			n = 0;
	int			i;
	int			k;

	memset(input_of, 0xFF, sizeof(int32_t) * 3 * (size_t) trees->features);
	for (i = 0; i < trees->n; i++)
		for (k = 0; k < trees->tree[i].n; k++)
		{
			const DmTreeNode *node = &trees->tree[i].node[k];

			if (node->feature < 0)
				continue;
			if (node->set >= 0)
				n++;
			else if (input_of[node->feature * 3 + way_of(node)] < 0)
				input_of[node->feature * 3 + way_of(node)] = n++;
		}
	return n;
}

static void
survey(const DmTree *tree, Work *w, int *width, int *passes)
{
	survey_tree(tree, &w->survey);
	survey_paths(tree, &w->survey, w->count);
	*width = width_of(w->survey.most_on_path, passes);
}

/*
 * Behind the scratch: (0, 1, 0) for each width; then rules of 1, 2, 4, 8, 12,
 * ... points, weights and then triples.
 */
static size_t
never_place(int width)
{
	return width == 1 ? 0 : width == 2 ? 4 : 12;
}

static size_t
rule_place(int width, int passes)
{
	if (width < 4)
		return width == 1 ? 24 : 28;
	return 36 + 8 * (size_t) passes * (size_t) (passes - 1);
}

static bool
plan(const DmTrees *trees, Work *w, Plan *p)
{
	int			i;

	memset(p, 0, sizeof(*p));
	p->most_points = 4;
	for (i = 0; i < trees->n; i++)
	{
		const Survey *s = &w->survey;
		int			width;
		int			passes;
		size_t		scratch;

		survey(&trees->tree[i], w, &width, &passes);
		if (s->most_on_path > DM_TREE_MOST_ON_PATH)
			return false;
		scratch = 2 * (size_t) width * (size_t) (s->nodes + s->pairs);
		if (scratch > p->scratch)
			p->scratch = scratch;
		if (width * passes > p->most_points)
			p->most_points = width * passes;
		if (s->nodes > p->most_nodes)
			p->most_nodes = s->nodes;
		p->nodes += (size_t) s->nodes;
		p->pairs += (size_t) s->pairs;
		p->leaves += (size_t) (trees->tree[i].n + 1) / 2;
		p->doubles += 3 * (size_t) s->repeated * (size_t) (width * passes) +
			2 * (size_t) width * (size_t) s->alone;
	}
	p->splits = p->nodes + p->pairs;
	p->scratch = (p->scratch + 3) / 4 * 4 + 4;
	p->doubles += p->scratch + rule_place(4, p->most_points / 4 + 1);
	p->inputs = count_inputs(trees, w->input_of);
	p->batches = trees->n / DM_SHAP_BATCH + trees->outputs * DM_SHAP_WIDTHS + 1;
	return true;
}

static void
lay_forest(const DmTrees *trees, const Plan *p, Pool *pool, DmForest *f, DmShapNode **node,
		   DmShapPair **pair, DmShapWalk **walk, double **leaf)
{
	f->input = take(pool, (size_t) p->inputs, sizeof(DmShapInput));
	f->read = take(pool, (size_t) p->inputs, sizeof(double));
	f->used_feature = take(pool, (size_t) trees->features, sizeof(int32_t));
	f->tree = take(pool, (size_t) trees->n, sizeof(DmShapTree));
	f->batch = take(pool, (size_t) p->batches, sizeof(DmShapBatch));
	f->expected = take(pool, (size_t) trees->outputs, sizeof(double));
	f->arena = take(pool, p->doubles, sizeof(double));
	f->lanes = take(pool, (size_t) trees->features * DM_SHAP_MOST_WIDTH, sizeof(double));
	f->state = take(pool, (size_t) p->most_nodes, sizeof(DmShapState));
	f->came = take(pool, 2 * (size_t) p->most_nodes + 2, 1);
	*node = take(pool, p->nodes, sizeof(DmShapNode));
	*pair = take(pool, p->pairs, sizeof(DmShapPair));
	*walk = take(pool, p->splits, sizeof(DmShapWalk));
	*leaf = take(pool, p->leaves, sizeof(double));
}

size_t
dm_forest_bytes(const DmTrees *trees, void *work)
{
	Work		w;
	Plan		p;
	Pool		pool = {NULL, round_up(sizeof(DmForest)) + 32};
	DmForest	f;
	DmShapNode *node;
	DmShapPair *pair;
	DmShapWalk *walk;
	double	   *leaf;

	lay_work(trees, &w, work);
	if (!plan(trees, &w, &p))
		return 0;
	lay_forest(trees, &p, &pool, &f, &node, &pair, &walk, &leaf);
	return pool.bytes;
}

/* Where the next of each kind goes. */
typedef struct Builder
{
	DmForest   *forest;
	DmShapNode *node;
	DmShapPair *pair;
	DmShapWalk *walk;
	double	   *leaf;
	size_t		end;			/* of the arena */
	size_t		rules;
} Builder;

static void
write_rule(double *to, int width, int passes)
{
	double		point[DM_TREE_MOST_ON_PATH];
	double		weight[DM_TREE_MOST_ON_PATH];
	int			n = width * passes;
	int			i;

	dm_gauss_legendre(n, point, weight);
	for (i = 0; i < n; i++)
	{
		double	   *triple = to + n + i / width * 3 * width + i % width;

		to[i] = weight[i];
		triple[0] = point[i];
		triple[width] = 1 - point[i];
		triple[2 * width] = 1;
	}
}

static void
write_rules(Builder *b, const Plan *p)
{
	double	   *rules = b->forest->arena + p->scratch;
	int			width;
	int			passes;

	b->rules = p->scratch;
	b->end = p->scratch + rule_place(4, p->most_points / 4 + 1);
	memset(rules, 0, sizeof(double) * 24);
	for (width = 1; width <= 4; width *= 2)
	{
		int			i;

		for (i = 0; i < width; i++)
			rules[never_place(width) + (size_t) (width + i)] = 1;
		for (passes = 1; passes <= (width == 4 ? p->most_points / 4 : 1); passes++)
			write_rule(rules + rule_place(width, passes), width, passes);
	}
}

/* The triples of a split by a feature that the path has been split by before. */
static size_t
write_triples(Builder *b, const DmShapTree *tree, double merged)
{
	size_t		place = b->end;
	int			n = tree->width * tree->passes;
	int			i;

	for (i = 0; i < n; i++)
	{
		int			at = i / tree->width * 3 * tree->width + i % tree->width;
		double		t = b->forest->arena[tree->fresh + at];
		double		u = b->forest->arena[tree->fresh + at + tree->width];
		double		a = t + u * merged;
		double	   *to = b->forest->arena + place + at;

		to[0] = t / a;
		to[tree->width] = u * merged / a;
		to[2 * tree->width] = merged / (a * a);
	}
	b->end += 3 * (size_t) n;
	return place;
}

static int32_t
input_of(const DmTreeNode *n, DmForest *f, Work *w)
{
	int32_t    *known = &w->input_of[n->feature * 3 + way_of(n)];
	DmShapInput *input;

	if (n->set < 0 && *known >= 0)
		return *known;
	if (n->set < 0)
		*known = f->inputs;
	input = &f->input[f->inputs];
	input->feature = n->feature;
	input->flags = n->flags & ~DM_MISSING_LEFT;
	input->set = n->set;
	return f->inputs++;
}

static int32_t
used_feature(int feature, DmForest *f, Work *w)
{
	if (w->used[feature] < 0)
	{
		f->used_feature[f->used] = feature;
		w->used[feature] = f->used++;
	}
	return w->used[feature];
}

/* Place of a child's P and S; a leaf has one of its own, whose S is for good. */
static int32_t
child_place(Builder *b, const DmTree *tree, const Survey *s, int child, int width)
{
	int			i;
	size_t		place;

	if (!is_leaf(tree, child))
		return 2 * width * (s->place[child] + (is_pair(tree, child) ? s->nodes : 0));
	place = b->end;
	b->end += 2 * (size_t) width;
	for (i = 0; i < width; i++)
		b->forest->arena[place + (size_t) (width + i)] = tree->node[child].value;
	return (int32_t) place;
}

static int32_t
walk_child(const DmTree *tree, const Survey *s, int child)
{
	if (is_leaf(tree, child))
		return ~s->place[child];
	return s->place[child] + (is_pair(tree, child) ? s->nodes : 0);
}

static void
build_pair(Builder *b, const DmTree *tree, const Survey *s, int i, const DmShapNode *as)
{
	DmShapPair *pair = &b->pair[s->place[i]];

	pair->threshold = as->threshold;
	pair->leaf[0] = tree->node[i + 1].value;
	pair->leaf[1] = tree->node[tree->node[i].right].value;
	pair->step[0] = as->share[1] * (pair->leaf[0] - pair->leaf[1]);
	pair->step[1] = as->share[0] * (pair->leaf[1] - pair->leaf[0]);
	pair->mean = s->mean[i];
	pair->input = as->input;
	pair->feature = as->feature;
	pair->triple = as->triple;
	pair->came = as->came;
	pair->missing_left = as->missing_left;
}

static void
build_split(Builder *b, const DmTree *tree, const DmShapTree *to, Work *w, int i)
{
	const DmTreeNode *n = &tree->node[i];
	const Survey *s = &w->survey;
	DmShapNode	node;
	DmShapWalk *walk;
	int			same = s->same[i];

	memset(&node, 0, sizeof(node));
	node.threshold = n->set < 0 ? n->value : 0;
	shares(tree, i, node.share);
	node.input = input_of(n, b->forest, w);
	node.feature = used_feature(n->feature, b->forest, w) * to->width;
	node.missing_left = n->flags & DM_MISSING_LEFT;
	node.triple = same < 0 ? to->fresh : (int32_t) write_triples(b, to, s->merged[i]);
	/* what is above a split is no pair */
	node.came = same < 0 ? 0 : 2 * s->place[same / 2] + 2 + (same & 1);
	walk = &b->walk[walk_child(tree, s, i)];
	walk->threshold = node.threshold;
	walk->input = node.input;
	walk->missing_left = node.missing_left;
	walk->child[0] = walk_child(tree, s, i + 1);
	walk->child[1] = walk_child(tree, s, n->right);
	if (is_pair(tree, i))
	{
		build_pair(b, tree, s, i, &node);
		b->pair[s->place[i]].place = 2 * to->width * (s->nodes + s->place[i]);
		return;
	}
	node.child[0] = child_place(b, tree, s, i + 1, to->width);
	node.child[1] = child_place(b, tree, s, n->right, to->width);
	b->node[s->place[i]] = node;
}

static void
build_tree(Builder *b, const DmTree *tree, DmShapTree *to, Work *w)
{
	Survey	   *s = &w->survey;
	int			leaves = 0;
	int			i;

	survey(tree, w, &to->width, &to->passes);
	to->node = b->node;
	to->pair = b->pair;
	to->walk = b->walk;
	to->leaf = b->leaf;
	to->nodes = s->nodes;
	to->pairs = s->pairs;
	to->output = tree->output;
	to->weights = (int32_t) (b->rules + rule_place(to->width, to->passes));
	to->fresh = to->weights + to->width * to->passes;
	to->never = (int32_t) (b->rules + never_place(to->width));
	b->forest->expected[tree->output] += s->mean[0];
	for (i = 0; i < tree->n; i++)
		if (is_leaf(tree, i))
		{
			b->leaf[leaves] = tree->node[i].value;
			s->place[i] = leaves++;
		}
	for (i = 0; i < tree->n; i++)
		if (!is_leaf(tree, i))
			build_split(b, tree, to, w, i);
	b->node += s->nodes;
	b->pair += s->pairs;
	b->walk += s->nodes + s->pairs;
	b->leaf += leaves;
}

/* Trees by output and width: what is in a batch is alike. */
static void
sort_trees(const DmTrees *trees, Work *w, DmForest *f)
{
	int32_t    *start = w->starts;
	int			kinds = trees->outputs * DM_SHAP_WIDTHS;
	int			i;

	memset(start, 0, sizeof(int32_t) * (size_t) (kinds + 1));
	for (i = 0; i < trees->n; i++)
	{
		int			width;
		int			passes;

		survey(&trees->tree[i], w, &width, &passes);
		w->order[i] = trees->tree[i].output * DM_SHAP_WIDTHS + class_of_width(width);
		start[w->order[i] + 1]++;
	}
	for (i = 0; i < kinds; i++)
	{
		int			first = start[i];

		start[i + 1] += first;
		for (; first < start[i + 1]; first += DM_SHAP_BATCH)
		{
			DmShapBatch *batch = &f->batch[f->batches++];

			batch->first = first;
			batch->n = start[i + 1] - first < DM_SHAP_BATCH ? start[i + 1] - first : DM_SHAP_BATCH;
		}
	}
}

DmForest *
dm_forest_build(const DmTrees *trees, void *memory, void *work)
{
	Pool		pool = {(char *) round_up((size_t) memory), round_up(sizeof(DmForest))};
	DmForest   *f = (DmForest *) pool.at;
	Work		w;
	Plan		p;
	Builder		b;
	int			i;

	lay_work(trees, &w, work);
	plan(trees, &w, &p);
	memset(f, 0, sizeof(*f));
	f->features = trees->features;
	f->outputs = trees->outputs;
	f->single = trees->single;
	f->trees = trees->n;
	f->set = trees->set;
	lay_forest(trees, &p, &pool, f, &b.node, &b.pair, &b.walk, &b.leaf);
	for (i = 0; i < trees->outputs; i++)
		f->expected[i] = 0;
	f->came[0] = 1;
	b.forest = f;
	write_rules(&b, &p);
	sort_trees(trees, &w, f);
	memset(w.input_of, 0xFF, sizeof(int32_t) * 3 * (size_t) trees->features);
	memset(w.used, 0xFF, sizeof(int32_t) * (size_t) trees->features);
	/* order[] says the kind of each tree, and starts[] where the next of a kind goes */
	for (i = 0; i < trees->n; i++)
		build_tree(&b, &trees->tree[i], &f->tree[w.starts[w.order[i]]++], &w);
	return f;
}
