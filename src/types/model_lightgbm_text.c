/*
 * model_lightgbm_text.c - what LightGBM's Booster.save_model() writes, which
 * is a text of its own, as the JSON that dump_model() has for it.
 *
 * A head of "name=values" lines, a block "Tree=n" of such lines for every tree,
 * and behind "end of trees" what is not needed, but for the last line
 * "pandas_categorical:[...]".  Nodes are numbered; a child below 0 is leaf
 * ~child.  decision_type: bit 0 by categories, bit 1 default left, then the
 * type of missing values (include/LightGBM/tree.h of LightGBM 4).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/json.h"
#include "types/model_json.h"

#define SOURCE "LightGBM model"

static void
fail(const char *what, int tree)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 tree < 0 ? errmsg("invalid %s: %s in its head", SOURCE, what) :
			 errmsg("invalid %s: %s in tree %d", SOURCE, what, tree),
			 errhint("Give what Booster.save_model() or json.dumps(Booster.dump_model()) writes.")));
}

/* Lines "name=value" of one block; both end in zero bytes. */
typedef struct Block
{
	int			n;
	char	  **name;
	char	  **value;
} Block;

/* Takes lines up to one that is empty, and moves on behind it. */
static void
read_block(char **text, Block *b)
{
	b->n = 0;
	b->name = palloc(sizeof(char *) * 64);
	b->value = palloc(sizeof(char *) * 64);
	while (**text == '\n' || **text == '\r')
		(*text)++;
	while (**text && **text != '\n' && **text != '\r' && b->n < 64)
	{
		char	   *line = *text;
		size_t		len = strcspn(line, "\r\n");
		char	   *equals = memchr(line, '=', len);

		*text += len + (line[len] == '\r' && line[len + 1] == '\n');
		if (**text)
			(*text)++;
		line[len] = '\0';
		if (equals)
			*equals = '\0';
		b->name[b->n] = line;
		b->value[b->n++] = equals ? equals + 1 : line + len;
	}
}

static char *
find(const Block *b, const char *name)
{
	int			i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->name[i], name) == 0)
			return b->value[i];
	return NULL;
}

static char *
need(const Block *b, const char *name, int tree)
{
	char	   *value = find(b, name);

	if (value == NULL)
		fail(psprintf("there is no \"%s\"", name), tree);
	return value;
}

/* The words of a value, which are cut off from each other. */
static char **
words_of(char *value, int *n)
{
	int			room = 16;
	char	  **word = palloc(sizeof(char *) * (Size) room);

	*n = 0;
	for (;;)
	{
		size_t		len;

		value += strspn(value, " \t");
		len = strcspn(value, " \t");
		if (len == 0)
			return word;
		if (*n == room)
		{
			room *= 2;
			word = repalloc_huge(word, sizeof(char *) * (Size) room);
		}
		word[(*n)++] = value;
		value += len;
		if (*value)
			*value++ = '\0';
	}
}

/* A row of numbers: so many, or as many as there are if *n is negative. */
static char **
numbers(const Block *b, const char *name, int *n, int tree)
{
	int			found;
	char	  **word = words_of(need(b, name, tree), &found);
	int			i;

	for (i = 0; i < found; i++)
	{
		/* as dump_model() has them */
		if (strcmp(word[i], "inf") == 0 || strcmp(word[i], "-inf") == 0)
			word[i] = word[i][0] == '-' ? "-1e300" : "1e300";
		else if (word[i][strspn(word[i], "0123456789+-.eE")] != '\0')
			fail(psprintf("\"%s\" has \"%.40s\", which is not a number,", name, word[i]), tree);
	}
	if (*n >= 0 && found != *n)
		fail(psprintf("\"%s\" has %d values, not %d,", name, found, *n), tree);
	*n = found;
	return word;
}

static int
whole(const char *word, int least, int most, const char *name, int tree)
{
	char	   *end;
	long		v = strtol(word, &end, 10);

	if (end == word || *end != '\0' || v < least || v > most)
		fail(psprintf("\"%s\" is not a whole number from %d to %d", name, least, most), tree);
	return (int) v;
}

typedef struct Tree
{
	int			no;
	int			leaves;
	int			splits;
	int			written;		/* nodes so far */
	char	  **feature;
	char	  **threshold;
	char	  **decision;
	char	  **left;
	char	  **right;
	char	  **count;
	char	  **leaf_value;
	char	  **leaf_count;
	char	  **boundary;		/* of the words of each set */
	int			boundaries;
	char	  **word;
	int			words;
} Tree;

static void
write_set(StringInfo buf, const Tree *t, int at)
{
	int			set = whole(t->threshold[at], 0, t->boundaries - 2, "threshold", t->no);
	int			from = whole(t->boundary[set], 0, t->words, "cat_boundaries", t->no);
	int			to = whole(t->boundary[set + 1], from, t->words, "cat_boundaries", t->no);
	const char *before = "\"";
	int			i;
	int			k;

	for (i = from; i < to; i++)
	{
		unsigned long word = strtoul(t->word[i], NULL, 10);

		for (k = 0; k < 32; k++)
			if (word >> k & 1)
			{
				appendStringInfo(buf, "%s%d", before, 32 * (i - from) + k);
				before = "||";
			}
	}
	if (*before == '"')
		fail("there is a set without categories", t->no);
	appendStringInfoChar(buf, '"');
}

static void
write_node(StringInfo buf, Tree *t, int at)
{
	static const char *const missing[] = {"None", "Zero", "NaN"};
	int			decision;

	check_stack_depth();
	if (++t->written > t->leaves + t->splits)
		fail("children are not below their parents", t->no);
	if (at < 0)
	{
		appendStringInfo(buf, "{\"leaf_value\":%s", t->leaf_value[~at]);
		if (t->leaf_count)
			appendStringInfo(buf, ",\"leaf_count\":%s", t->leaf_count[~at]);
		appendStringInfoChar(buf, '}');
		return;
	}
	decision = whole(t->decision[at], 0, 15, "decision_type", t->no);
	if (decision >> 2 > 2)
		fail("\"decision_type\" has no such way of missing values", t->no);
	appendStringInfo(buf, "{\"split_feature\":%s,\"internal_count\":%s,\"default_left\":%s,\"missing_type\":\"%s\",",
					 t->feature[at], t->count[at], decision & 2 ? "true" : "false", missing[decision >> 2]);
	appendStringInfo(buf, "\"decision_type\":\"%s\",\"threshold\":", decision & 1 ? "==" : "<=");
	if (decision & 1)
		write_set(buf, t, at);
	else
		appendStringInfoString(buf, t->threshold[at]);
	appendStringInfoString(buf, ",\"left_child\":");
	write_node(buf, t, whole(t->left[at], -t->leaves, t->splits - 1, "left_child", t->no));
	appendStringInfoString(buf, ",\"right_child\":");
	write_node(buf, t, whole(t->right[at], -t->leaves, t->splits - 1, "right_child", t->no));
	appendStringInfoChar(buf, '}');
}

static void
write_tree(StringInfo buf, const Block *b, int no)
{
	Tree		t;
	const char *linear = find(b, "is_linear");

	memset(&t, 0, sizeof(t));
	t.no = no;
	t.leaves = whole(need(b, "num_leaves", no), 1, PG_INT32_MAX / 4, "num_leaves", no);
	t.splits = t.leaves - 1;
	if (linear && strcmp(linear, "0") != 0)
		fail("there are linear leaves, which cannot be explained,", no);
	t.leaf_value = numbers(b, "leaf_value", &t.leaves, no);
	/* a tree that is a leaf may have none */
	if (t.splits > 0 || (find(b, "leaf_count") && find(b, "leaf_count")[0]))
		t.leaf_count = numbers(b, "leaf_count", &t.leaves, no);
	if (t.splits > 0)
	{
		t.feature = numbers(b, "split_feature", &t.splits, no);
		t.threshold = numbers(b, "threshold", &t.splits, no);
		t.decision = numbers(b, "decision_type", &t.splits, no);
		t.left = numbers(b, "left_child", &t.splits, no);
		t.right = numbers(b, "right_child", &t.splits, no);
		t.count = numbers(b, "internal_count", &t.splits, no);
	}
	t.boundaries = t.words = -1;
	if (find(b, "cat_boundaries"))
	{
		t.boundary = numbers(b, "cat_boundaries", &t.boundaries, no);
		t.word = numbers(b, "cat_threshold", &t.words, no);
	}
	appendStringInfo(buf, "%s{\"tree_structure\":", no > 0 ? "," : "");
	write_node(buf, &t, t.splits > 0 ? 0 : -1);
	appendStringInfoChar(buf, '}');
}

static void
write_member(StringInfo buf, const char *name, const char *value)
{
	appendStringInfo(buf, "\"%s\":", name);
	dm_json_put_string(buf, value, strlen(value));
	appendStringInfoChar(buf, ',');
}

static void
write_head(StringInfo buf, const Block *head)
{
	int			n;
	int			infos;
	char	  **name = words_of(need(head, "feature_names", -1), &n);
	char	  **info = words_of(need(head, "feature_infos", -1), &infos);
	bool		average = find(head, "average_output") != NULL;
	int			i;

	if (infos != n)
		fail("\"feature_names\" and \"feature_infos\" are not of the same length", -1);
	if (find(head, "version"))
		write_member(buf, "version", find(head, "version"));
	if (find(head, "objective"))
		write_member(buf, "objective", find(head, "objective"));
	appendStringInfo(buf, "\"num_tree_per_iteration\":%d,\"average_output\":%s,\"feature_names\":[",
					 whole(need(head, "num_tree_per_iteration", -1), 1, DM_MODEL_MOST_OUTPUTS,
						   "num_tree_per_iteration", -1), average ? "true" : "false");
	for (i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoChar(buf, ',');
		dm_json_put_string(buf, name[i], strlen(name[i]));
	}
	appendStringInfoString(buf, "],\"feature_infos\":{");
	for (i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoChar(buf, ',');
		dm_json_put_string(buf, name[i], strlen(name[i]));
		/* "[least:most]" of numbers, "1:7:3" of categories, else "none" */
		appendStringInfoString(buf, info[i][0] != '[' && strcmp(info[i], "none") != 0 ?
							   ":{\"values\":[0]}" : ":{\"values\":[]}");
	}
	appendStringInfoString(buf, "},");
}

char *
dm_lightgbm_text_to_json(char *text)
{
	StringInfoData buf;
	const char *pandas = strstr(text, "\npandas_categorical:[");
	Block		block;
	int			no;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	if (pandas)
	{
		pandas = strchr(pandas, '[');
		appendStringInfo(&buf, "\"pandas_categorical\":%.*s,", (int) strcspn(pandas, "\r\n"), pandas);
	}
	read_block(&text, &block);
	write_head(&buf, &block);
	appendStringInfoString(&buf, "\"tree_info\":[");
	for (no = 0;; no++)
	{
		CHECK_FOR_INTERRUPTS();
		read_block(&text, &block);
		if (block.n == 0)
			fail("there is no \"end of trees\"", no);
		if (strcmp(block.name[0], "Tree") != 0)
			break;
		write_tree(&buf, &block, no);
	}
	appendStringInfoString(&buf, "]}");
	return buf.data;
}
