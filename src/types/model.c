/*
 * model.c - the model type: its text, its binary form, and what it says of itself.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/function.h"
#include "types/model.h"

PG_FUNCTION_INFO_V1(datamon_model_in);
PG_FUNCTION_INFO_V1(datamon_model_out);
PG_FUNCTION_INFO_V1(datamon_model_recv);
PG_FUNCTION_INFO_V1(datamon_model_send);
PG_FUNCTION_INFO_V1(datamon_model_feature_names);

const char *const dm_model_kinds[DM_MODEL_KINDS] = {"trees", "linear"};
const char *const dm_model_links[DM_LINKS] = {
	"identity", "logistic", "softmax", "exp", "step", "log1p_exp", "signed_square"
};

/* ---- text */

static void
print_string(StringInfo buf, const char *name, const char *value)
{
	appendStringInfo(buf, ",\"%s\":", name);
	dm_json_put_string(buf, value, strlen(value));
}

static void
print_doubles(StringInfo buf, const char *name, const double *v, Size n)
{
	Size		i;

	appendStringInfo(buf, ",\"%s\":[", name);
	for (i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoChar(buf, ',');
		dm_json_put_double(buf, v[i]);
	}
	appendStringInfoChar(buf, ']');
}

static void
print_set(StringInfo buf, const DmCategorySet *set)
{
	const char *before = "[";
	int			i;

	for (i = 0; i < 32 * set->words; i++)
		if (set->word[i / 32] >> (i % 32) & 1)
		{
			appendStringInfo(buf, "%s%d", before, i);
			before = ",";
		}
	appendStringInfoString(buf, *before == '[' ? "[]" : "]");
}

/* [-1,cover,value] of a leaf, [feature,cover,flags,threshold or categories] of a split */
static void
print_node(StringInfo buf, const DmTreeNode *n, const DmModel *m)
{
	appendStringInfo(buf, "[%d,", n->feature);
	dm_json_put_double(buf, n->cover);
	appendStringInfoChar(buf, ',');
	if (n->feature >= 0)
		appendStringInfo(buf, "%d,", n->flags | (n->set >= 0 && m->set[n->set].goes_left ? 8 : 0));
	if (n->set >= 0)
		print_set(buf, &m->set[n->set]);
	else
		dm_json_put_double(buf, n->value);
	appendStringInfoChar(buf, ']');
}

static void
print_trees(StringInfo buf, const DmModel *m)
{
	int			i;
	int			k;

	appendStringInfo(buf, ",\"single\":%s,\"trees\":[", m->single ? "true" : "false");
	for (i = 0; i < m->trees; i++)
	{
		appendStringInfo(buf, "%s{\"output\":%d,\"nodes\":[", i > 0 ? "," : "", m->tree[i].output);
		for (k = 0; k < m->tree[i].n; k++)
		{
			if (k > 0)
				appendStringInfoChar(buf, ',');
			print_node(buf, &m->tree[i].node[k], m);
		}
		appendStringInfoString(buf, "]}");
	}
	appendStringInfoChar(buf, ']');
}

static void
print_model(StringInfo buf, const DmModel *m)
{
	int			i;
	int			k;

	appendStringInfo(buf, "{\"kind\":\"%s\"", dm_model_kinds[m->kind]);
	print_string(buf, "link", dm_model_links[m->link]);
	print_doubles(buf, "scale", &m->scale, 1);
	print_string(buf, "producer", m->producer);
	print_string(buf, "objective", m->objective);
	print_doubles(buf, "base", m->base, m->outputs);
	appendStringInfoString(buf, ",\"features\":[");
	for (i = 0; i < m->features; i++)
	{
		appendStringInfoString(buf, i > 0 ? ",[" : "[");
		dm_json_put_string(buf, m->feature[i].name, strlen(m->feature[i].name));
		for (k = 0; k < m->feature[i].categories; k++)
		{
			appendStringInfoChar(buf, ',');
			dm_json_put_string(buf, m->feature[i].category[k], strlen(m->feature[i].category[k]));
		}
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoChar(buf, ']');
	if (m->kind == DM_MODEL_TREES)
		print_trees(buf, m);
	else
	{
		print_doubles(buf, "mean", m->mean, m->features);
		print_doubles(buf, "coef", m->coef, (Size) m->features * m->outputs);
	}
	appendStringInfoChar(buf, '}');
}

/* Room for one more of an array that grows by doubling. */
static void *
more_room(void *array, int n, Size size)
{
	if (array == NULL)
		return palloc(size * 8);
	if (n >= 8 && (n & (n - 1)) == 0)
		return repalloc_huge(array, size * 2 * (Size) n);
	return array;
}

#define GROW(array, n) ((array) = more_room((array), (n), sizeof(*(array))))

static double *
parse_doubles(DmJson *j, const char *name, int *n)
{
	double	   *v = NULL;

	*n = 0;
	dm_json_expect(j, ',');
	dm_json_key(j, name);
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (*n > 0)
			dm_json_expect(j, ',');
		GROW(v, *n);
		v[(*n)++] = dm_json_double(j);
	}
	return v;
}

static const char *
parse_string(DmJson *j, const char *name)
{
	dm_json_expect(j, ',');
	dm_json_key(j, name);
	return dm_json_string(j);
}

static int
parse_word(DmJson *j, const char *const *words, int n)
{
	const char *word = dm_json_string(j);
	int			i;

	for (i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	dm_json_fail(j, "Unknown word");
	return 0;
}

/* Not negative, and less than "most". */
static int
parse_small(DmJson *j, int most)
{
	uint64		v = dm_json_count(j);

	if (v >= (uint64) most)
		dm_json_fail(j, "Number out of range");
	return j->failed ? 0 : (int) v;
}

static void
parse_features(DmJson *j, DmModel *m)
{
	dm_json_expect(j, ',');
	dm_json_key(j, "features");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		DmModelFeature f = {0};
		const char **category = NULL;

		if (m->features > 0)
			dm_json_expect(j, ',');
		dm_json_expect(j, '[');
		f.name = dm_json_string(j);
		while (!j->failed && !dm_json_try(j, ']'))
		{
			dm_json_expect(j, ',');
			GROW(category, f.categories);
			category[f.categories++] = dm_json_string(j);
		}
		f.category = category;
		GROW(m->feature, m->features);
		m->feature[m->features++] = f;
	}
	if (!j->failed && (m->features < 1 || m->features > DM_MODEL_MOST_FEATURES ||
					   m->outputs < 1 || m->outputs > DM_MODEL_MOST_OUTPUTS ||
					   (uint64) m->features * m->outputs > DM_MODEL_MOST_VALUES))
		dm_json_fail(j, "Too few or too many features or outputs");
}

static int
parse_set(DmJson *j, DmModel *m, bool goes_left)
{
	DmCategorySet set = {NULL, 0, goes_left};
	uint32	   *word = NULL;
	int			last = -1;

	while (!j->failed && !dm_json_try(j, ']'))
	{
		int			category;

		if (last >= 0)
			dm_json_expect(j, ',');
		category = parse_small(j, PG_INT32_MAX / 64);
		if (j->failed || category <= last)
		{
			dm_json_fail(j, "Categories must ascend");
			return 0;
		}
		for (; set.words <= category / 32; set.words++)
		{
			GROW(word, set.words);
			word[set.words] = 0;
		}
		word[category / 32] |= (uint32) 1 << (category % 32);
		last = category;
	}
	set.word = word;
	GROW(m->set, m->sets);
	m->set[m->sets] = set;
	return m->sets++;
}

static void
parse_node(DmJson *j, DmModel *m, DmTreeNode *n)
{
	int			flags;

	memset(n, 0, sizeof(*n));
	n->set = -1;
	dm_json_expect(j, '[');
	n->feature = dm_json_try(j, '-') ? -parse_small(j, 2) : parse_small(j, DM_MODEL_MOST_FEATURES);
	dm_json_expect(j, ',');
	n->cover = dm_json_double(j);
	dm_json_expect(j, ',');
	if (n->feature < 0)
		n->value = dm_json_double(j);
	else
	{
		flags = parse_small(j, 16);
		n->flags = flags & 7;
		dm_json_expect(j, ',');
		if (dm_json_try(j, '['))
			n->set = parse_set(j, m, (flags & 8) != 0);
		else
			n->value = dm_json_double(j);
		if (n->set < 0 && flags > 7)
			dm_json_fail(j, "Only categories have this flag");
	}
	dm_json_expect(j, ']');
}

static void
parse_trees(DmJson *j, DmModel *m)
{
	dm_json_expect(j, ',');
	dm_json_key(j, "single");
	m->single = dm_json_bool(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "trees");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		DmTree		tree = {0};
		DmTreeNode *node = NULL;

		if (m->trees > 0)
			dm_json_expect(j, ',');
		dm_json_expect(j, '{');
		dm_json_key(j, "output");
		tree.output = parse_small(j, DM_MODEL_MOST_OUTPUTS);
		dm_json_expect(j, ',');
		dm_json_key(j, "nodes");
		dm_json_expect(j, '[');
		while (!j->failed && !dm_json_try(j, ']'))
		{
			if (tree.n > 0)
				dm_json_expect(j, ',');
			GROW(node, tree.n);
			parse_node(j, m, &node[tree.n++]);
		}
		dm_json_expect(j, '}');
		tree.node = node;
		GROW(m->tree, m->trees);
		m->tree[m->trees++] = tree;
	}
}

static DmModel *
parse_model(DmJson *j)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	double	   *scale;
	int			n;

	dm_json_expect(j, '{');
	dm_json_key(j, "kind");
	m->kind = (DmModelKind) parse_word(j, dm_model_kinds, DM_MODEL_KINDS);
	dm_json_expect(j, ',');
	dm_json_key(j, "link");
	m->link = (DmModelLink) parse_word(j, dm_model_links, DM_LINKS);
	scale = parse_doubles(j, "scale", &n);
	if (n == 1)
		m->scale = scale[0];
	m->producer = parse_string(j, "producer");
	m->objective = parse_string(j, "objective");
	m->base = parse_doubles(j, "base", &m->outputs);
	parse_features(j, m);
	if (m->kind == DM_MODEL_TREES)
		parse_trees(j, m);
	else
	{
		m->mean = parse_doubles(j, "mean", &n);
		if (!j->failed && n != m->features)
			dm_json_fail(j, "There must be a mean for every feature");
		m->coef = parse_doubles(j, "coef", &n);
		if (!j->failed && n != m->features * m->outputs)
			dm_json_fail(j, "There must be a coefficient for every feature and output");
	}
	dm_json_expect(j, '}');
	return m;
}

/* ---- the type */

Datum
datamon_model_in(PG_FUNCTION_ARGS)
{
	DmModel    *m;
	DmJson		j;
	const char *problem;

	dm_json_begin(&j, PG_GETARG_CSTRING(0), DM_MODEL_NAME, fcinfo->context);
	m = parse_model(&j);
	if (!dm_json_end(&j))
		PG_RETURN_NULL();
	problem = dm_model_problem(m);
	if (problem)
	{
		dm_json_fail(&j, problem);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(dm_model_pack(m, DM_MODEL_NAME));
}

static DmModel *
get_model(FunctionCallInfo fcinfo)
{
	const char *problem;
	DmModel    *m = dm_model_unpack(dm_getarg(fcinfo, 0, DM_MODEL), &problem);

	if (m == NULL)
		dm_corrupt(DM_MODEL_NAME);
	return m;
}

Datum
datamon_model_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	initStringInfo(&buf);
	print_model(&buf, get_model(fcinfo));
	PG_RETURN_CSTRING(buf.data);
}

Datum
datamon_model_recv(PG_FUNCTION_ARGS)
{
	struct varlena *value = dm_packed_recv((StringInfo) PG_GETARG_POINTER(0), DM_MODEL,
										   DM_MODEL_NAME);
	const char *problem;

	if (dm_model_unpack(value, &problem) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", DM_MODEL_NAME),
				 errdetail("%s.", problem)));
	PG_RETURN_POINTER(value);
}

Datum
datamon_model_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(dm_packed_send(dm_getarg(fcinfo, 0, DM_MODEL)));
}

static Datum
compare(FunctionCallInfo fcinfo, bool wanted)
{
	PG_RETURN_BOOL(dm_packed_equal(dm_getarg(fcinfo, 0, DM_MODEL), dm_getarg(fcinfo, 1, DM_MODEL)) == wanted);
}

DM_FUNCTION(model_eq, compare(fcinfo, true));
DM_FUNCTION(model_ne, compare(fcinfo, false));

/* ---- what it says of itself */

static DmModel *
get_head(FunctionCallInfo fcinfo)
{
	DmModel    *m = dm_model_unpack_head(dm_getarg(fcinfo, 0, DM_MODEL));

	if (m == NULL)
		dm_corrupt(DM_MODEL_NAME);
	return m;
}

Datum
datamon_model_feature_names(PG_FUNCTION_ARGS)
{
	DmModel    *m = get_head(fcinfo);
	Datum	   *name = palloc(sizeof(Datum) * (Size) m->features);
	int			i;

	for (i = 0; i < m->features; i++)
		name[i] = CStringGetTextDatum(m->feature[i].name);
	PG_RETURN_ARRAYTYPE_P(construct_array(name, m->features, TEXTOID, -1, false, 'i'));
}

DM_FUNCTION(model_kind, CStringGetTextDatum(dm_model_kinds[get_head(fcinfo)->kind]));
DM_FUNCTION(model_link, CStringGetTextDatum(dm_model_links[get_head(fcinfo)->link]));
DM_FUNCTION(model_producer, CStringGetTextDatum(get_head(fcinfo)->producer));
DM_FUNCTION(model_objective, CStringGetTextDatum(get_head(fcinfo)->objective));
DM_FUNCTION(model_outputs, Int32GetDatum(get_head(fcinfo)->outputs));
DM_FUNCTION(model_trees, Int32GetDatum(get_head(fcinfo)->trees));
