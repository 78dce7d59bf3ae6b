/*
 * agreement_cohen.c - Cohen's kappa of two annotators, and Light's of more.
 *
 * Cohen, Educational and Psychological Measurement 20 (1960); with weights,
 * Psychological Bulletin 70 (1968); standard errors: Fleiss, Cohen and Everitt,
 * Psychological Bulletin 72 (1969), as SAS and statsmodels print them.  Light,
 * Psychological Bulletin 76 (1971): the mean over the pairs of annotators.
 *
 * An item counts once: one that an annotator rated more than once is spread over
 * the cells in proportion.
 */
#include "stats/agreement.h"

#include <math.h>
#include <string.h>

#include "stats/special.h"

/* The ratings in the order of annotators: list[start[g]] .. */
typedef struct ByAnnotator
{
	const DmRatings *r;
	const DmAgreementOptions *o;
	uint32_t   *list;
	uint32_t   *start;
	double	   *row;			/* shares of the first annotator */
	double	   *column;			/* and of the second */
	double	   *row_cost;		/* of a category of the first against all of the second */
	double	   *column_cost;
} ByAnnotator;

/* Walks the items that two annotators rated both. */
typedef struct Common
{
	const DmRatings *r;
	const uint32_t *a;
	const uint32_t *a_end;
	const uint32_t *b;
	const uint32_t *b_end;
	const uint32_t *a_next;		/* the item's ratings: a up to here */
	const uint32_t *b_next;
	double		weight;			/* of a rating of count 1 each */
} Common;

static void
sort_by_annotator(ByAnnotator *s)
{
	const DmRatings *r = s->r;
	size_t		g;
	size_t		i;

	memset(s->start, 0, sizeof(uint32_t) * (r->n_annotators + 2));
	for (i = 0; i < r->n; i++)
		s->start[r->rating[i].annotator + 2]++;
	for (g = 2; g < r->n_annotators + 2; g++)
		s->start[g] += s->start[g - 1];
	/* start[g + 1] is where the next of g goes, and in the end where g + 1 begins */
	for (i = 0; i < r->n; i++)
		s->list[s->start[r->rating[i].annotator + 1]++] = (uint32_t) i;
}

static ByAnnotator
prepare(const DmRatings *r, const DmAgreementOptions *o, double *room)
{
	ByAnnotator s;

	s.r = r;
	s.o = o;
	s.row = room;
	s.column = s.row + r->n_categories;
	s.row_cost = s.column + r->n_categories;
	s.column_cost = s.row_cost + r->n_categories;
	s.start = (uint32_t *) (s.column_cost + r->n_categories);
	s.list = s.start + r->n_annotators + 2;
	sort_by_annotator(&s);
	return s;
}

static Common
common_items(const ByAnnotator *s, size_t g, size_t h)
{
	Common		c;

	c.r = s->r;
	c.a_next = s->list + s->start[g];
	c.a_end = s->list + s->start[g + 1];
	c.b_next = s->list + s->start[h];
	c.b_end = s->list + s->start[h + 1];
	return c;
}

static double
run(const DmRatings *r, const uint32_t **end, const uint32_t *last)
{
	uint32_t	item = r->rating[**end].item;
	double		n = 0;

	for (; *end < last && r->rating[**end].item == item; (*end)++)
		n += r->rating[**end].count;
	return n;
}

static bool
next_common(Common *c)
{
	uint32_t	item;
	double		n;

	c->a = c->a_next;
	c->b = c->b_next;
	for (;;)
	{
		if (c->a == c->a_end || c->b == c->b_end)
			return false;
		item = c->r->rating[*c->a].item;
		if (item == c->r->rating[*c->b].item)
			break;
		if (item < c->r->rating[*c->b].item)
			c->a++;
		else
			c->b++;
	}
	c->a_next = c->a;
	c->b_next = c->b;
	n = run(c->r, &c->a_next, c->a_end) * run(c->r, &c->b_next, c->b_end);
	c->weight = (c->r->item_weight ? c->r->item_weight[item] : 1) / n;
	return true;
}

/* Observed disagreement, both sides' shares, costs without weights; returns the number of items. */
static double
observe(const ByAnnotator *s, Common c, double *observed)
{
	size_t		categories = s->r->n_categories;
	double		n = 0;
	size_t		k;

	*observed = 0;
	memset(s->row, 0, sizeof(double) * categories);
	memset(s->column, 0, sizeof(double) * categories);
	while (next_common(&c))
	{
		const uint32_t *a;
		const uint32_t *b;

		for (a = c.a; a < c.a_next; a++)
			for (b = c.b; b < c.b_next; b++)
			{
				const DmRating *x = &s->r->rating[*a];
				const DmRating *y = &s->r->rating[*b];
				double		share = c.weight * (x->count * y->count);

				n += share;
				s->row[x->category] += share;
				s->column[y->category] += share;
				if (x->category != y->category)
					*observed += share * dm_category_cost(s->r, s->o, x->category, y->category);
			}
	}
	for (k = 0; k < categories; k++)
	{
		s->row_cost[k] = (n - s->column[k]) / n;
		s->column_cost[k] = (n - s->row[k]) / n;
		s->row[k] /= n;
		s->column[k] /= n;
	}
	*observed /= n;
	return n;
}

/* Mean costs of every category against the other side; returns the mean of all. */
static double
expect(const ByAnnotator *s)
{
	size_t		categories = s->r->n_categories;
	double		sum = 0;
	size_t		k;
	size_t		l;

	for (k = 0; s->o->weights != DM_WEIGHTS_NONE && k < categories; k++)
	{
		s->row_cost[k] = 0;
		s->column_cost[k] = 0;
		dm_agreement_pause(s->o);
		for (l = 0; l < categories; l++)
		{
			s->row_cost[k] += s->column[l] * dm_category_cost(s->r, s->o, k, l);
			s->column_cost[k] += s->row[l] * dm_category_cost(s->r, s->o, l, k);
		}
	}
	for (k = 0; k < categories; k++)
		if (s->row[k] > 0)
			sum += s->row[k] * s->row_cost[k];
	return sum;
}

/*
 * With weights w = 1 - cost, and w_i., w_.j their means over the other side:
 * n (1 - pe)^2 var = sum p_ij (w_ij - (w_i. + w_.j)(1 - kappa))^2 - (kappa - pe (1 - kappa))^2.
 */
static double
standard_error(const ByAnnotator *s, Common c, double n, double kappa, double expected)
{
	double		mean = kappa - (1 - expected) * (1 - kappa);
	double		sum = 0;

	while (next_common(&c))
	{
		const uint32_t *a;
		const uint32_t *b;

		for (a = c.a; a < c.a_next; a++)
			for (b = c.b; b < c.b_next; b++)
			{
				const DmRating *x = &s->r->rating[*a];
				const DmRating *y = &s->r->rating[*b];
				double		w = 1 - dm_category_cost(s->r, s->o, x->category, y->category);
				double		means = 2 - s->row_cost[x->category] - s->column_cost[y->category];
				double		u = w - means * (1 - kappa) - mean;

				sum += c.weight * (x->count * y->count) * u * u;
			}
	}
	return sqrt(sum / n) / (expected * sqrt(n));
}

/* Where the two are independent: sum p_i. p_.j (w_ij - w_i. - w_.j)^2 - pe^2, over the same. */
static double
null_standard_error(const ByAnnotator *s, double n, double expected)
{
	size_t		categories = s->r->n_categories;
	double		pe = 1 - expected;
	double		sum = 0;
	size_t		k;
	size_t		l;

	for (k = 0; k < categories; k++)
	{
		double		w_row = 1 - s->row_cost[k];

		dm_agreement_pause(s->o);
		if (s->o->weights == DM_WEIGHTS_NONE)
		{
			/* (w_i. + w_.j)^2 over all cells, then the diagonal's 1 - 2 (w_i. + w_.i) */
			double		w_column = 1 - s->column_cost[k];

			sum += s->row[k] * w_row * w_row + s->column[k] * w_column * w_column +
				s->row[k] * s->column[k] * (1 - 2 * (w_row + w_column));
			continue;
		}
		for (l = 0; l < categories; l++)
		{
			double		u = 1 - dm_category_cost(s->r, s->o, k, l) - w_row - (1 - s->column_cost[l]);

			sum += s->row[k] * s->column[l] * u * u;
		}
	}
	if (s->o->weights == DM_WEIGHTS_NONE)
		sum += 2 * pe * pe;
	return sqrt(fmax(0, sum - pe * pe) / n) / expected;
}

/* Of one pair; the standard errors only where they are wanted. */
static DmAgreement
cohen(const ByAnnotator *s, size_t g, size_t h, bool errors)
{
	Common		c = common_items(s, g, h);
	double		observed;
	double		expected;
	double		z;
	DmAgreement a;

	dm_agreement_pause(s->o);
	dm_agreement_clear(&a);
	a.n_annotators = 2;
	a.n_items = observe(s, c, &observed);
	if (a.n_items == 0)
	{
		a.reason = "no item was rated by both annotators";
		return a;
	}
	expected = expect(s);
	a.observed = 1 - observed;
	a.expected = 1 - expected;
	if (!(expected > 0))
	{
		a.reason = "only one category was used";
		return a;
	}
	a.value = 1 - observed / expected;
	if (!errors)
		return a;
	a.standard_error = standard_error(s, c, a.n_items, a.value, expected);
	a.null_standard_error = null_standard_error(s, a.n_items, expected);
	if (a.null_standard_error > 0)
	{
		a.statistic = a.value / a.null_standard_error;
		a.p_value = fmin(1, 2 * dm_normal_sf(fabs(a.statistic)));
		a.test = "z";
	}
	z = dm_normal_quantile(0.5 + s->o->confidence / 2);
	a.ci_low = a.value - z * a.standard_error;
	a.ci_high = a.value + z * a.standard_error;
	return a;
}

/* Items that two annotators rated, or one alone, and the ratings of the former. */
static void
count_items(const DmRatings *r, DmAgreement *a)
{
	size_t		from;
	size_t		to;

	a->n_items = a->unused_items = a->n_ratings = 0;
	for (from = 0; from < r->n; from = to)
	{
		double		weight = r->item_weight ? r->item_weight[r->rating[from].item] : 1;
		double		ratings = 0;
		bool		several = false;

		for (to = from; to < r->n && r->rating[to].item == r->rating[from].item; to++)
		{
			ratings += r->rating[to].count;
			several = several || r->rating[to].annotator != r->rating[from].annotator;
		}
		*(several ? &a->n_items : &a->unused_items) += weight;
		a->n_ratings += several ? weight * ratings : 0;
	}
}

DmAgreement
dm_agreement_cohen(const DmRatings *r, const DmAgreementOptions *o, double *room)
{
	ByAnnotator s;
	DmAgreement a;

	if (r->n_annotators != 2)
	{
		dm_agreement_clear(&a);
		a.n_annotators = (double) r->n_annotators;
		count_items(r, &a);
		a.unused_items += a.n_items;
		a.n_items = a.n_ratings = 0;
		a.reason = r->n_annotators == 0 ? "the annotators are not named" :
			r->n_annotators == 1 ? "there is one annotator only" :
			"there are more than two annotators: name two, or take Light's or Conger's kappa";
		return a;
	}
	s = prepare(r, o, room);
	a = cohen(&s, 0, 1, o->confidence > 0);
	count_items(r, &a);
	return a;
}

DmAgreement
dm_agreement_light(const DmRatings *r, const DmAgreementOptions *o, double *room)
{
	DmAgreement all;
	ByAnnotator s;
	double		pairs = 0;
	double		sum = 0;
	double		observed = 0;
	double		expected = 0;
	size_t		g;
	size_t		h;

	dm_agreement_clear(&all);
	all.n_annotators = (double) r->n_annotators;
	count_items(r, &all);
	if (r->n_annotators < 2)
	{
		all.reason = r->n_annotators == 0 ? "the annotators are not named" : "there is one annotator only";
		return all;
	}
	s = prepare(r, o, room);
	for (g = 0; g < r->n_annotators; g++)
		for (h = g + 1; h < r->n_annotators; h++)
		{
			DmAgreement a = cohen(&s, g, h, false);

			if (a.n_items == 0)
				continue;
			pairs++;
			sum += a.value;
			observed += a.observed;
			expected += a.expected;
		}
	if (pairs == 0)
	{
		all.reason = "no item was rated by two annotators";
		return all;
	}
	all.observed = observed / pairs;
	all.expected = expected / pairs;
	all.value = sum / pairs;
	if (isnan(all.value))
		all.reason = "two annotators used only one category";
	return all;
}
