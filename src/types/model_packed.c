/*
 * model_packed.c - a model as packed bytes.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"

#include "types/model.h"

/* The first byte of a node: its flags, and these. */
#define NODE_LEAF 0x08
#define NODE_SET 0x10
#define NODE_SET_LEFT 0x20

bool
dm_model_link_nodes(DmTreeNode *node, int n)
{
	int			waiting = -1;	/* the last split without a right child; "right" has the one before */
	int			i;

	for (i = 0; i < n; i++)
	{
		if (i > 0 && node[i - 1].feature < 0)
		{
			int			split = waiting;

			if (split < 0)
				return false;
			waiting = node[split].right;
			node[split].right = i;
		}
		if (node[i].feature >= 0)
		{
			node[i].right = waiting;
			waiting = i;
		}
	}
	return n > 0 && waiting < 0 && node[n - 1].feature < 0;
}

static const char *
names_problem(const DmModel *m)
{
	int			i;
	int			k;

	for (i = 0; i < m->features; i++)
	{
		const DmModelFeature *f = &m->feature[i];

		if (strlen(f->name) > DM_MODEL_MOST_NAME || f->name[0] == '\0')
			return "A feature has no name, or a name that is too long";
		for (k = 0; k < f->categories; k++)
			if (strlen(f->category[k]) > DM_MODEL_MOST_NAME)
				return "A category has a name that is too long";
	}
	return strlen(m->producer) > DM_MODEL_MOST_NAME || strlen(m->objective) > DM_MODEL_MOST_NAME ?
		"The objective's name is too long" : NULL;
}

static const char *
numbers_problem(const double *v, Size n)
{
	Size		i;

	for (i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return "A number is not finite";
	return NULL;
}

const char *
dm_model_problem(DmModel *m)
{
	const char *problem = names_problem(m);
	int32	   *work = NULL;
	int			room = 0;
	int			i;

	if (problem == NULL)
		problem = numbers_problem(m->base, m->outputs);
	if (problem == NULL && !(m->scale > 0 && isfinite(m->scale)))
		problem = "The scale of the link is not positive";
	if (problem == NULL && m->kind == DM_MODEL_LINEAR)
	{
		problem = numbers_problem(m->mean, m->features);
		if (problem == NULL)
			problem = numbers_problem(m->coef, (Size) m->features * m->outputs);
	}
	for (i = 0; i < m->trees && problem == NULL; i++)
	{
		DmTree	   *tree = &m->tree[i];

		if (tree->n > room)
		{
			room = 2 * tree->n;
			work = palloc_extended(sizeof(int32) * 2 * (Size) room, MCXT_ALLOC_HUGE);
		}
		if (tree->output >= m->outputs || !dm_model_link_nodes((DmTreeNode *) tree->node, tree->n))
			problem = "Leaves and splits are not a tree";
		else
			problem = dm_tree_problem(tree, m->features, m->sets, work);
	}
	return problem;
}

static void
put_string(StringInfo buf, const char *s)
{
	dm_put_varint(buf, strlen(s));
	appendBinaryStringInfo(buf, s, (int) strlen(s));
}

static void
put_doubles(StringInfo buf, const double *v, Size n)
{
	Size		i;

	for (i = 0; i < n; i++)
		dm_put_double(buf, v[i]);
}

static void
put_set(StringInfo buf, const DmCategorySet *set)
{
	int			i;

	dm_put_varint(buf, (uint64) set->words);
	for (i = 0; i < 4 * set->words; i++)
		dm_put_u8(buf, (uint8) (set->word[i / 4] >> (8 * (i % 4))));
}

static void
put_node(StringInfo buf, const DmTreeNode *n, const DmCategorySet *sets)
{
	if (n->feature < 0)
	{
		dm_put_u8(buf, NODE_LEAF);
		dm_put_double(buf, n->cover);
		dm_put_double(buf, n->value);
		return;
	}
	dm_put_u8(buf, (uint8) (n->flags | (n->set < 0 ? 0 : NODE_SET) |
							(n->set >= 0 && sets[n->set].goes_left ? NODE_SET_LEFT : 0)));
	dm_put_double(buf, n->cover);
	dm_put_varint(buf, (uint64) n->feature);
	if (n->set < 0)
		dm_put_double(buf, n->value);
	else
		put_set(buf, &sets[n->set]);
}

struct varlena *
dm_model_pack(DmModel *m, const char *source)
{
	const char *problem = dm_model_problem(m);
	StringInfoData buf;
	int			i;
	int			k;

	if (problem)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid %s", source),
				 errdetail("%s.", problem)));
	dm_packed_begin(&buf, DM_MODEL);
	dm_put_u8(&buf, (uint8) m->kind);
	dm_put_u8(&buf, (uint8) m->link);
	dm_put_double(&buf, m->scale);
	put_string(&buf, m->producer);
	put_string(&buf, m->objective);
	dm_put_varint(&buf, (uint64) m->outputs);
	put_doubles(&buf, m->base, m->outputs);
	dm_put_varint(&buf, (uint64) m->features);
	for (i = 0; i < m->features; i++)
	{
		put_string(&buf, m->feature[i].name);
		dm_put_varint(&buf, (uint64) m->feature[i].categories);
		for (k = 0; k < m->feature[i].categories; k++)
			put_string(&buf, m->feature[i].category[k]);
	}
	if (m->kind == DM_MODEL_LINEAR)
	{
		put_doubles(&buf, m->mean, m->features);
		put_doubles(&buf, m->coef, (Size) m->features * m->outputs);
		return dm_packed_finish(&buf);
	}
	dm_put_u8(&buf, m->single);
	dm_put_varint(&buf, (uint64) m->trees);
	for (i = 0; i < m->trees; i++)
	{
		dm_put_varint(&buf, (uint64) m->tree[i].output);
		dm_put_varint(&buf, (uint64) m->tree[i].n);
		for (k = 0; k < m->tree[i].n; k++)
			put_node(&buf, &m->tree[i].node[k], m->set);
	}
	return dm_packed_finish(&buf);
}

/* A count of things that take so many bytes each: no room is made for what cannot be there. */
static int
get_count(DmReader *r, uint64 most, int bytes)
{
	uint64		n = dm_get_varint(r);

	if (n > most || n * (uint64) bytes > (uint64) (r->end - r->pos))
	{
		r->failed = true;
		return 0;
	}
	return (int) n;
}

static const char *
get_string(DmReader *r)
{
	int			n = get_count(r, DM_MODEL_MOST_NAME, 1);
	const uint8 *bytes = dm_get_bytes(r, n);

	if (bytes == NULL || memchr(bytes, 0, n) != NULL ||
		!pg_verifymbstr((const char *) bytes, n, true))
	{
		r->failed = true;
		return "";
	}
	return pnstrdup((const char *) bytes, n);
}

static double *
get_doubles(DmReader *r, Size n)
{
	double	   *v;
	Size		i;

	if (n * 8 > (Size) (r->end - r->pos))
	{
		r->failed = true;
		n = 0;
	}
	v = palloc_extended(sizeof(double) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (i = 0; i < n; i++)
		v[i] = dm_get_double(r);
	return v;
}

static void
get_features(DmReader *r, DmModel *m)
{
	int			i;
	int			k;

	m->features = get_count(r, DM_MODEL_MOST_FEATURES, 2);
	m->feature = palloc0(sizeof(DmModelFeature) * Max(m->features, 1));
	for (i = 0; i < m->features && !r->failed; i++)
	{
		const char **category;

		m->feature[i].name = get_string(r);
		m->feature[i].categories = get_count(r, PG_INT32_MAX, 1);
		category = palloc_extended(sizeof(char *) * Max((Size) m->feature[i].categories, 1), MCXT_ALLOC_HUGE);
		for (k = 0; k < m->feature[i].categories && !r->failed; k++)
			category[k] = get_string(r);
		m->feature[i].category = category;
	}
	if ((uint64) m->features * m->outputs > DM_MODEL_MOST_VALUES)
		r->failed = true;
}

/* Sets grow as nodes have them. */
static int
get_set(DmReader *r, DmModel *m, int *room, bool goes_left)
{
	int			words = get_count(r, PG_INT32_MAX / 64, 4);
	const uint8 *bytes = dm_get_bytes(r, (size_t) words * 4);
	uint32	   *word = palloc0(sizeof(uint32) * Max(words, 1));
	int			i;

	for (i = 0; i < 4 * words && bytes; i++)
		word[i / 4] |= (uint32) bytes[i] << (8 * (i % 4));
	if (words > 0 && word[words - 1] == 0)
		r->failed = true;
	if (m->sets == *room)
	{
		*room = *room ? 2 * *room : 16;
		m->set = m->set ? repalloc_huge(m->set, sizeof(DmCategorySet) * (Size) *room) :
			palloc(sizeof(DmCategorySet) * (Size) *room);
	}
	m->set[m->sets].word = word;
	m->set[m->sets].words = words;
	m->set[m->sets].goes_left = goes_left;
	return m->sets++;
}

static void
get_node(DmReader *r, DmModel *m, DmTreeNode *n, int *room)
{
	uint8		flags = dm_get_u8(r);
	uint64		feature;

	n->cover = dm_get_double(r);
	n->set = -1;
	n->right = 0;
	n->flags = 0;
	n->value = 0;
	if (flags == NODE_LEAF)
	{
		n->feature = -1;
		n->value = dm_get_double(r);
		return;
	}
	feature = dm_get_varint(r);
	n->feature = (int32) Min(feature, PG_INT32_MAX);
	n->flags = flags & 0x07;
	if (flags & NODE_SET)
		n->set = get_set(r, m, room, (flags & NODE_SET_LEFT) != 0);
	else
		n->value = dm_get_double(r);
	if (flags & ~(0x07 | NODE_SET | NODE_SET_LEFT) || (flags & (NODE_SET | NODE_SET_LEFT)) == NODE_SET_LEFT)
		r->failed = true;
}

static void
get_trees(DmReader *r, DmModel *m)
{
	uint8		single = dm_get_u8(r);
	int			room = 0;
	int			i;
	int			k;

	m->single = single == 1;
	if (single > 1)
		r->failed = true;
	/* a node has ten bytes at least, and a tree has one */
	m->trees = get_count(r, PG_INT32_MAX, 12);
	m->tree = palloc_extended(sizeof(DmTree) * Max((Size) m->trees, 1), MCXT_ALLOC_HUGE);
	for (i = 0; i < m->trees && !r->failed; i++)
	{
		uint64		output = dm_get_varint(r);
		int			n = get_count(r, PG_INT32_MAX, 10);
		DmTreeNode *node = palloc_extended(sizeof(DmTreeNode) * Max((Size) n, 1), MCXT_ALLOC_HUGE);

		for (k = 0; k < n && !r->failed; k++)
			get_node(r, m, &node[k], &room);
		m->tree[i].output = (int) Min(output, PG_INT32_MAX);
		m->tree[i].node = node;
		m->tree[i].n = n;
	}
	if (r->failed)
		m->trees = 0;
}

static void
get_head(DmReader *r, DmModel *m)
{
	m->kind = (DmModelKind) dm_get_u8(r);
	m->link = (DmModelLink) dm_get_u8(r);
	if ((int) m->kind >= DM_MODEL_KINDS || (int) m->link >= DM_LINKS)
		r->failed = true;
	m->scale = dm_get_double(r);
	m->producer = get_string(r);
	m->objective = get_string(r);
	m->outputs = get_count(r, DM_MODEL_MOST_OUTPUTS, 8);
	m->base = get_doubles(r, m->outputs);
	get_features(r, m);
	if (m->outputs < 1 || m->features < 1)
		r->failed = true;
}

DmModel *
dm_model_unpack_head(const struct varlena *packed)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	DmReader	r;

	dm_reader_init(&r, packed);
	get_head(&r, m);
	if (m->kind == DM_MODEL_TREES)
	{
		dm_get_u8(&r);
		m->trees = get_count(&r, PG_INT32_MAX, 12);
	}
	return r.failed ? NULL : m;
}

DmModel *
dm_model_unpack(const struct varlena *packed, const char **problem)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	DmReader	r;

	dm_reader_init(&r, packed);
	get_head(&r, m);
	if (!r.failed && m->kind == DM_MODEL_LINEAR)
	{
		m->mean = get_doubles(&r, m->features);
		m->coef = get_doubles(&r, (Size) m->features * m->outputs);
	}
	else if (!r.failed)
		get_trees(&r, m);
	*problem = "The bytes end too early, go on too long, or are none that this library writes";
	if (r.failed || r.pos != r.end)
		return NULL;
	*problem = dm_model_problem(m);
	return *problem ? NULL : m;
}
