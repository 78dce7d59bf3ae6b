/*
 * agreement_ratings.c - from an agreement_state to what the kernels take:
 * ratings by number of item, annotator and category.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "types/agreement_ratings.h"

#define AG_LEFT_OUT PG_UINT32_MAX
#define AG_MAX_PAIR_WORK 1e9	/* annotators times ratings, of Light's kappa */

/* Categories by number: those that occur, or the labels that were given. */
typedef struct Categories
{
	AgKey	   *key;
	uint32		n;
	uint32	   *of_value;		/* from the table's values */
	uint32	   *of_first;		/* of pairs: from the first labels */
	double	   *number;			/* NULL if some key is no number */
} Categories;

/* The number a key is: digits, a point, an exponent; NaN if it is none. */
static double
key_number(const AgKey *key)
{
	char		room[64];
	char	   *end;
	double		x;

	if (key->text == NULL)
		return (double) key->number;
	if (key->len == 0 || key->len >= sizeof(room) ||
		strspn(pnstrdup(key->text, key->len), "0123456789+-.eE") != key->len)
		return NAN;
	memcpy(room, key->text, key->len);
	room[key->len] = '\0';
	x = strtod(room, &end);
	return *end != '\0' || isinf(x) ? NAN : x;
}

static double *
key_numbers(const AgKey *key, uint32 n)
{
	double	   *number = palloc_extended(Max(n, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	uint32		i;

	for (i = 0; i < n; i++)
	{
		number[i] = key_number(&key[i]);
		if (isnan(number[i]))
			return NULL;
	}
	return number;
}

static int
by_number(const void *a, const void *b)
{
	const AgKey *x = a;
	const AgKey *y = b;
	double		p = key_number(x);
	double		q = key_number(y);

	return p != q ? (p > q) - (p < q) : dm_ag_compare(a, b);
}

static int
by_text(const void *a, const void *b)
{
	char		digits[2][AG_DIGITS];
	size_t		len[2];
	const char *x = dm_ag_key_text(a, digits[0], &len[0]);
	const char *y = dm_ag_key_text(b, digits[1], &len[1]);
	int			c = memcmp(x, y, Min(len[0], len[1]));

	return c != 0 ? c : (len[0] > len[1]) - (len[0] < len[1]);
}

/* The categories' order matters: is it the state's? */
static bool
needs_order(const AgRequest *q)
{
	if (q->method == DM_KRIPPENDORFF)
		return q->option.metric == DM_METRIC_ORDINAL;
	return q->option.weights == DM_WEIGHTS_LINEAR || q->option.weights == DM_WEIGHTS_QUADRATIC;
}

static bool
needs_numbers(const AgRequest *q)
{
	if (q->method == DM_KRIPPENDORFF)
		return q->option.metric == DM_METRIC_INTERVAL || q->option.metric == DM_METRIC_RATIO;
	return q->method >= DM_KENDALL;
}

/* All that occur, in the state's order; of pairs, on either side. */
static void
union_of_values(Categories *c, const AgTable *t)
{
	bool		pairs = t->shape == AG_PAIRS;
	uint32		firsts = pairs ? t->nkeys[AG_ANNOTATOR] : 0;
	uint32		a = 0;
	uint32		b = 0;

	c->n = 0;
	c->key = palloc_extended(Max((Size) firsts + t->nkeys[AG_VALUE], 1) * sizeof(AgKey), MCXT_ALLOC_HUGE);
	while (a < firsts || b < t->nkeys[AG_VALUE])
	{
		int			order = a == firsts ? 1 : b == t->nkeys[AG_VALUE] ? -1 :
			dm_ag_compare(&t->key[AG_ANNOTATOR][a], &t->key[AG_VALUE][b]);

		c->key[c->n++] = order <= 0 ? t->key[AG_ANNOTATOR][a] : t->key[AG_VALUE][b];
		a += order <= 0;
		b += order >= 0;
	}
}

/* Where each of a sorted list of keys is in another list, sorted by dm_ag_compare. */
static uint32 *
places(const AgKey *key, uint32 n, const AgKey *sorted, uint32 m)
{
	uint32	   *place = palloc_extended(Max(n, 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	uint32		j = 0;
	uint32		i;

	for (i = 0; i < n; i++)
	{
		while (j < m && dm_ag_compare(&sorted[j], &key[i]) < 0)
			j++;
		place[i] = j < m && dm_ag_compare(&sorted[j], &key[i]) == 0 ? sorted[j].id : AG_LEFT_OUT;
	}
	return place;
}

/* Only what the chosen annotators used. */
static void
drop_values_of_others(Categories *c, const AgTable *t, const uint32 *chosen)
{
	bool	   *used = palloc0(Max(c->n, 1));
	uint32		n = 0;
	uint32		i;

	for (i = 0; i < t->n; i++)
		if (chosen[t->id[AG_ANNOTATOR][i]] != AG_LEFT_OUT)
			used[t->id[AG_VALUE][i]] = true;
	for (i = 0; i < c->n; i++)
		if (used[i])
			c->key[n++] = c->key[i];
	c->n = n;
}

static void
number_categories(Categories *c, const AgTable *t, const AgRequest *q, const uint32 *chosen)
{
	AgKey	   *sorted;
	uint32		i;

	memset(c, 0, sizeof(*c));
	if (q->labels)
	{
		c->key = q->labels;
		c->n = (uint32) q->n_labels;
	}
	else
	{
		union_of_values(c, t);
		if (chosen)
			drop_values_of_others(c, t, chosen);
	}
	if (needs_order(q) || needs_numbers(q))
		c->number = key_numbers(c->key, c->n);
	if (needs_order(q) && !q->labels)
	{
		qsort(c->key, c->n, sizeof(AgKey), c->number ? by_number : by_text);
		if (c->number)
			c->number = key_numbers(c->key, c->n);
	}
	for (i = 0; i < c->n; i++)
		c->key[i].id = i;
	sorted = palloc_extended(Max(c->n, 1) * sizeof(AgKey), MCXT_ALLOC_HUGE);
	memcpy(sorted, c->key, c->n * sizeof(AgKey));
	if (q->labels || needs_order(q))
		qsort(sorted, c->n, sizeof(AgKey), dm_ag_compare);
	c->of_value = places(t->key[AG_VALUE], t->nkeys[AG_VALUE], sorted, c->n);
	if (t->shape == AG_PAIRS)
		c->of_first = places(t->key[AG_ANNOTATOR], t->nkeys[AG_ANNOTATOR], sorted, c->n);
}

/* Numbers of the annotators that were asked for, or NULL for all. */
static uint32 *
number_annotators(const AgTable *t, const AgRequest *q)
{
	AgKey	   *sorted;

	if (q->annotators == NULL)
		return NULL;
	if (t->shape != AG_ANNOTATORS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("this state does not name annotators"),
				 errhint("Make it by agreement_state(item, annotator, value).")));
	sorted = palloc(sizeof(AgKey) * (size_t) q->n_annotators);
	memcpy(sorted, q->annotators, sizeof(AgKey) * (size_t) q->n_annotators);
	qsort(sorted, (size_t) q->n_annotators, sizeof(AgKey), dm_ag_compare);
	return places(t->key[AG_ANNOTATOR], t->nkeys[AG_ANNOTATOR], sorted, (uint32) q->n_annotators);
}

static void
put_rating(DmRatings *r, DmRating *rating, uint32 item, uint32 annotator, uint32 category, double count)
{
	rating[r->n].item = item;
	rating[r->n].annotator = annotator;
	rating[r->n].category = category;
	rating[r->n++].count = count;
}

/* Each pair of labels is an item, as often as it occurs. */
static void
ratings_of_pairs(DmRatings *r, DmRating *rating, const AgTable *t, const Categories *c, int64 *unused)
{
	double	   *weight = palloc_extended(Max(t->n, 1) * sizeof(double), MCXT_ALLOC_HUGE);
	uint32		i;

	for (i = 0; i < t->n; i++)
	{
		uint32		first = c->of_first[t->id[AG_ANNOTATOR][i]];
		uint32		second = c->of_value[t->id[AG_VALUE][i]];

		weight[i] = (double) t->count[i];
		if (first != AG_LEFT_OUT)
			put_rating(r, rating, i, 0, first, 1);
		if (second != AG_LEFT_OUT)
			put_rating(r, rating, i, 1, second, 1);
		*unused += (int64) t->count[i] * ((first == AG_LEFT_OUT) + (second == AG_LEFT_OUT));
	}
	r->item_weight = weight;
	r->n_items = t->n;
	r->n_annotators = 2;
}

static void
ratings_of_items(DmRatings *r, DmRating *rating, const AgTable *t, const Categories *c,
				 const uint32 *chosen, int n_chosen, int64 *unused)
{
	uint32		i;

	for (i = 0; i < t->n; i++)
	{
		uint32		category = c->of_value[t->id[AG_VALUE][i]];
		uint32		annotator = t->shape == AG_ANNOTATORS ? t->id[AG_ANNOTATOR][i] : 0;

		if (chosen && chosen[annotator] == AG_LEFT_OUT)
			continue;
		if (category == AG_LEFT_OUT)
			*unused += (int64) t->count[i];
		else
			put_rating(r, rating, t->id[AG_ITEM][i], chosen ? chosen[annotator] : annotator, category,
					   (double) t->count[i]);
	}
	r->n_items = t->nkeys[AG_ITEM];
	r->n_annotators = t->shape != AG_ANNOTATORS ? 0 : chosen ? (size_t) n_chosen : t->nkeys[AG_ANNOTATOR];
}

/* What the aggregate with a parameter was given. */
static void
apply_option(AgRequest *q, AgOption option)
{
	if (option >= AG_NONE && option <= AG_QUADRATIC)
		q->option.weights = (DmAgreementWeights) (option - AG_NONE);
	else if (option >= AG_NOMINAL && option <= AG_RATIO)
		q->option.metric = (DmAgreementMetric) (option - AG_NOMINAL);
	else if (option >= AG_ICC1 && option <= AG_ICC3K)
		q->method = (DmAgreementMethod) (DM_ICC1 + (option - AG_ICC1));
}

/* Work and memory beyond these come from a mistake, or cannot be waited for. */
static void
check_size(const DmRatings *r, const AgRequest *q)
{
	bool		pairs_of_categories = q->method == DM_KRIPPENDORFF ? q->option.metric == DM_METRIC_RATIO :
		q->method < DM_KENDALL && q->option.weights != DM_WEIGHTS_NONE;

	if (pairs_of_categories && r->n_categories > AG_MAX_WEIGHTED)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d categories cannot be weighted by pairs", AG_MAX_WEIGHTED),
				 errhint("Round the values, or take the interval metric.")));
	if ((q->method == DM_LIGHT && (double) r->n_annotators * (double) (r->n + r->n_annotators) > AG_MAX_PAIR_WORK) ||
		(q->method == DM_CONGER && (double) r->n_annotators * (double) r->n_categories > AG_MAX_PAIR_WORK / 10))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are too many annotators for this method"),
				 errhint("Name some as \"annotators\", or take Fleiss' kappa or Krippendorff's alpha.")));
}

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

AgAnswer
dm_agreement_of(const struct varlena *state, AgRequest *q)
{
	DmRatings	r = {0};
	DmRating   *rating;
	Categories	c;
	AgAnswer	answer;
	AgTable		t;
	uint32	   *chosen;
	double	   *room;

	dm_ag_table(state, &t);
	apply_option(q, t.option);
	chosen = number_annotators(&t, q);
	number_categories(&c, &t, q, chosen);
	rating = palloc_extended(((Size) t.n * 2 + 1) * sizeof(DmRating), MCXT_ALLOC_HUGE);
	answer.unused = (int64) t.unused;
	if (t.shape == AG_PAIRS)
		ratings_of_pairs(&r, rating, &t, &c, &answer.unused);
	else
		ratings_of_items(&r, rating, &t, &c, chosen, q->n_annotators, &answer.unused);
	r.rating = rating;
	r.n_categories = c.n;
	r.number = c.number;
	answer.named = t.shape != AG_ITEMS;
	answer.n_categories = c.n;
	if (t.shape == AG_PAIRS && q->method >= DM_KENDALL)
	{
		dm_agreement_clear(&answer.result);
		answer.result.reason = "the items are not named";
		return answer;
	}
	check_size(&r, q);
	q->option.pause = check_interrupts;
	room = palloc_extended(Max(dm_agreement_room(&r, q->method), 1) * sizeof(double), MCXT_ALLOC_HUGE);
	answer.result = dm_agreement(&r, q->method, &q->option, room);
	return answer;
}
