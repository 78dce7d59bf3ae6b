/*
 * agreement_chance.c - coefficients 1 - observed / expected disagreement of any
 * number of ratings an item.
 *
 * Observed: the mean over the items with two ratings or more of the share of
 * pairs of ratings that differ.  The coefficients differ in what they expect:
 *
 * Fleiss, "Measuring nominal scale agreement among many raters",
 * Psychological Bulletin 76 (1971): pairs drawn from all ratings of these items.
 * Scott, Public Opinion Quarterly 19 (1955): the same of two annotators.
 * Randolph (2005), "Free-marginal multirater kappa", and Brennan and Prediger,
 * Educational and Psychological Measurement 41 (1981): all categories alike.
 * Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008):
 * the chance that one of two ratings was a guess.
 * Conger, Psychological Bulletin 88 (1980): ratings of two different annotators.
 *
 * With weights, and where items have different numbers of ratings, Gwet,
 * "Handbook of Inter-Rater Reliability" (4th edition, 2014), chapters 4 and 5,
 * is followed, whose standard errors these are too; the R package irrCAC is his.
 * There items of one rating take part in the prevalences (of Gwet and Conger).
 */
#include "stats/agreement.h"

#include <math.h>
#include <string.h>

#include "stats/special.h"

typedef struct Chance
{
	const DmRatings *r;
	const DmAgreementOptions *o;
	DmAgreementMethod method;
	DmItem		item;
	double	   *share;			/* of every category */
	double	   *against;		/* expected disagreement of one rating of it */
	double	   *by_annotator;	/* annotators times categories: counts */
	double	   *rated;			/* ratings by annotator */
	double	   *mean;			/* what an annotator's ratings disagree with those of the others */
	double		n_all;			/* items with a rating */
	double		n_used;			/* items with two */
	double		n_ratings;		/* of the used ones */
	double		of_each;		/* ratings an item, 0 if that differs */
	double		observed;		/* disagreement */
	double		expected;
} Chance;

/* How many of the item's pairs of ratings differ. */
static double
item_disagreement(const Chance *c)
{
	const DmItem *item = &c->item;
	double		sum = 0;
	size_t		i;
	size_t		j;

	if (c->method == DM_FULL)
		return item->n > 1;
	for (i = 0; i < item->n; i++)
	{
		if (c->o->weights == DM_WEIGHTS_NONE)
		{
			sum += item->count[i] * (item->total - item->count[i]);
			continue;
		}
		dm_agreement_pause(c->o);
		for (j = 0; j < item->n; j++)
			sum += item->count[i] * item->count[j] *
				dm_category_cost(c->r, c->o, item->category[i], item->category[j]);
	}
	return sum / (item->total * (item->total - 1));
}

static bool
pools_ratings(DmAgreementMethod method)
{
	return method == DM_FLEISS || method == DM_SCOTT;
}

/* First pass: observed disagreement and the categories' shares. */
static void
observe(Chance *c)
{
	DmItem	   *item = &c->item;
	size_t		at = 0;
	size_t		i;

	while (dm_item_next(item, c->r, &at))
	{
		bool		used = item->total >= 2;

		c->n_all += item->weight;
		if (used)
		{
			c->of_each = c->n_used == 0 || c->of_each == item->total ? item->total : 0;
			c->n_used += item->weight;
			c->n_ratings += item->weight * item->total;
			c->observed += item->weight * item_disagreement(c);
		}
		for (i = 0; i < item->n; i++)
		{
			double		count = item->weight * item->count[i];

			if (!pools_ratings(c->method))
				c->share[item->category[i]] += count / item->total;
			else if (used)
				c->share[item->category[i]] += count;
		}
	}
	c->observed /= c->n_used;
}

/*
 * What a rating of each category disagrees with one drawn by the shares, which
 * add up to "all"; returns the mean of that.
 */
static double
expect_by_shares(Chance *c, double all)
{
	size_t		categories = c->r->n_categories;
	double		sum = 0;
	size_t		k;
	size_t		l;

	for (k = 0; k < categories; k++)
	{
		double		against = 0;

		dm_agreement_pause(c->o);
		if (c->o->weights == DM_WEIGHTS_NONE)
			against = all - c->share[k];
		else
			for (l = 0; l < categories; l++)
				against += c->share[l] * (dm_category_cost(c->r, c->o, k, l) +
										  dm_category_cost(c->r, c->o, l, k)) /
					2;
		c->against[k] = against / all;
		sum += c->share[k] * c->against[k];
	}
	return sum / all;
}

/* The mean disagreement of all pairs of categories, each with itself included. */
static double
mean_cost(const Chance *c)
{
	double		categories = (double) c->r->n_categories;
	double		sum = 0;
	size_t		k;
	size_t		l;

	if (c->o->weights == DM_WEIGHTS_NONE)
		return 1 - 1 / categories;
	for (k = 0; k < c->r->n_categories; k++)
	{
		dm_agreement_pause(c->o);
		for (l = 0; l < c->r->n_categories; l++)
			sum += dm_category_cost(c->r, c->o, k, l);
	}
	return sum / (categories * categories);
}

/* Gwet: 1 - sum(weights) / (q (q - 1)) * sum(share (1 - share)). */
static double
expect_gwet(Chance *c)
{
	double		q = (double) c->r->n_categories;
	double		factor = (1 - mean_cost(c)) * q / (q - 1);
	double		sum = 0;
	size_t		k;

	for (k = 0; k < c->r->n_categories; k++)
	{
		double		rest = (c->n_all - c->share[k]) / c->n_all;

		c->against[k] = 1 - factor * rest;
		sum += c->share[k] / c->n_all * rest;
	}
	return 1 - factor * sum;
}

/* The shares of categories by annotator; false if only one has rated. */
static bool
count_annotators(Chance *c)
{
	size_t		categories = c->r->n_categories;
	size_t		annotators = 0;
	size_t		i;

	for (i = 0; i < c->r->n; i++)
	{
		const DmRating *rating = &c->r->rating[i];
		double		count = rating->count *
			(c->r->item_weight ? c->r->item_weight[rating->item] : 1);

		c->by_annotator[rating->annotator * categories + rating->category] += count;
		if (c->rated[rating->annotator] == 0)
			annotators++;
		c->rated[rating->annotator] += count;
	}
	return annotators > 1;
}

/* What a rating of category k disagrees with one of another annotator than g. */
static double
against_others(const Chance *c, size_t g, size_t k)
{
	const double *own = c->by_annotator + g * c->r->n_categories;
	double		sum = 0;
	size_t		l;

	/* against: sum over annotators of the share of other categories, or of this one */
	if (c->o->weights == DM_WEIGHTS_NONE)
		return c->against[k] - (c->rated[g] - own[k]) / c->rated[g];
	dm_agreement_pause(c->o);
	for (l = 0; l < c->r->n_categories; l++)
		sum += (c->share[l] - own[l] / c->rated[g]) *
			(dm_category_cost(c->r, c->o, k, l) + dm_category_cost(c->r, c->o, l, k)) / 2;
	return sum;
}

static double
expect_conger(Chance *c, double *annotators)
{
	size_t		categories = c->r->n_categories;
	double		sum = 0;
	size_t		g;
	size_t		k;

	*annotators = 0;
	memset(c->share, 0, sizeof(double) * categories);
	for (g = 0; g < c->r->n_annotators; g++)
	{
		if (c->rated[g] == 0)
			continue;
		*annotators += 1;
		for (k = 0; k < categories; k++)
		{
			c->share[k] += c->by_annotator[g * categories + k] / c->rated[g];
			c->against[k] += (c->rated[g] - c->by_annotator[g * categories + k]) / c->rated[g];
		}
	}
	for (g = 0; g < c->r->n_annotators; g++)
	{
		for (k = 0; c->rated[g] > 0 && k < categories; k++)
			if (c->by_annotator[g * categories + k] > 0)
				c->mean[g] += c->by_annotator[g * categories + k] / c->rated[g] * against_others(c, g, k);
		sum += c->mean[g];
	}
	return sum / (*annotators * (*annotators - 1));
}

/* How much the item's ratings move the expected disagreement of Conger. */
static double
conger_influence(const Chance *c, const DmRating *first, const DmRating *last, double annotators)
{
	double		sum = 0;
	const DmRating *rating;

	for (rating = first; rating < last; rating++)
		sum += rating->count * c->n_all / c->rated[rating->annotator] *
			(against_others(c, rating->annotator, rating->category) - c->mean[rating->annotator]);
	return 2 * sum / (annotators * (annotators - 1));
}

/* How much the item moves the expected disagreement. */
static double
expected_influence(const Chance *c)
{
	const DmItem *item = &c->item;
	double		sum = 0;
	size_t		i;

	for (i = 0; i < item->n; i++)
		sum += item->count[i] * c->against[item->category[i]];
	if (pools_ratings(c->method))
		return 2 * c->n_used / c->n_ratings * (sum - item->total * c->expected);
	if (c->method == DM_GWET)
		return 2 * (sum / item->total - c->expected);
	return 0;
}

/* Second pass: the standard error, from the spread of the items' influence. */
static double
standard_error(Chance *c, double value, double annotators)
{
	double		n = pools_ratings(c->method) ? c->n_used : c->n_all;
	double		sum = 0;
	size_t		at = 0;
	size_t		from = 0;

	if (n < 2)
		return NAN;
	while (dm_item_next(&c->item, c->r, &at))
	{
		double		u = 0;
		double		moved;

		if (c->item.total < 2 && pools_ratings(c->method))
		{
			from = at;
			continue;
		}
		moved = c->method == DM_CONGER ?
			conger_influence(c, c->r->rating + from, c->r->rating + at, annotators) :
			expected_influence(c);
		if (c->item.total >= 2)
			u = n / c->n_used * (1 - item_disagreement(c) / c->expected);
		u += (1 - value) * moved / c->expected - value;
		sum += c->item.weight * u * u;
		from = at;
	}
	return sqrt(sum / (n * (n - 1)));
}

/*
 * Of Fleiss' kappa where there is no agreement beyond chance: Fleiss, Nee and
 * Landis, Psychological Bulletin 86 (1979), which wants as many ratings of every
 * item.
 */
static void
fleiss_null(DmAgreement *a, const Chance *c)
{
	double		spread = 0;
	double		skew = 0;
	size_t		k;

	if (c->of_each == 0 || c->o->weights != DM_WEIGHTS_NONE)
		return;
	for (k = 0; k < c->r->n_categories; k++)
	{
		double		p = c->share[k] / c->n_ratings;
		double		q = (c->n_ratings - c->share[k]) / c->n_ratings;

		spread += p * q;
		skew += p * q * (q - p);
	}
	a->null_standard_error = sqrt(2 * (spread * spread - skew) /
								  (c->n_used * c->of_each * (c->of_each - 1))) /
		spread;
	a->statistic = a->value / a->null_standard_error;
	a->p_value = fmin(1, 2 * dm_normal_sf(fabs(a->statistic)));
	a->test = "z";
}

/* Scott's pi is of two annotators, or of two ratings of every item. */
static const char *
not_two(const Chance *c)
{
	if (c->r->n_annotators > 2 || (c->r->n_annotators == 0 && c->of_each != 2))
		return "Scott's pi is of two annotators: Fleiss' kappa is the same of more";
	return NULL;
}

static void
expect(Chance *c, DmAgreement *a)
{
	switch (c->method)
	{
		case DM_FLEISS:
		case DM_SCOTT:
			c->expected = expect_by_shares(c, c->n_ratings);
			break;
		case DM_GWET:
			c->expected = expect_gwet(c);
			break;
		case DM_CONGER:
			c->expected = expect_conger(c, &a->n_annotators);
			break;
		case DM_RANDOLPH:
		case DM_BRENNAN_PREDIGER:
			c->expected = mean_cost(c);
			break;
		default:
			c->expected = 1;
			break;
	}
}

static DmAgreement
undefined(DmAgreement *a, const char *reason)
{
	a->reason = reason;
	return *a;
}

DmAgreement
dm_agreement_chance(const DmRatings *r, DmAgreementMethod method, const DmAgreementOptions *o,
					double *room)
{
	bool		plain = method == DM_PERCENT || method == DM_FULL;
	bool		only_one = r->n_categories < 2;
	Chance		c = {0};
	DmAgreement a;

	dm_agreement_clear(&a);
	memset(room, 0, sizeof(double) * dm_agreement_room(r, method));
	c.r = r;
	c.o = o;
	c.method = method;
	c.share = dm_item_init(&c.item, r->n_categories, room);
	c.against = c.share + r->n_categories;
	c.rated = c.against + r->n_categories;
	if (method == DM_CONGER)
	{
		c.mean = c.rated + r->n_annotators;
		c.by_annotator = c.mean + r->n_annotators;
	}
	observe(&c);
	a.n_items = c.n_used;
	a.n_ratings = c.n_ratings;
	a.unused_items = c.n_all - c.n_used;
	a.n_annotators = (double) r->n_annotators;
	if (c.n_used == 0)
		return undefined(&a, "no item has two ratings");
	a.observed = 1 - c.observed;
	if (method == DM_CONGER && (r->n_annotators == 0 || !count_annotators(&c)))
		return undefined(&a, r->n_annotators == 0 ? "the annotators are not named" : "there is one annotator only");
	if (method == DM_SCOTT && not_two(&c))
		return undefined(&a, not_two(&c));
	if (only_one && !plain)
	{
		a.expected = 1;
		return undefined(&a, "only one category was used");
	}
	expect(&c, &a);
	if (!plain)
		a.expected = 1 - c.expected;
	if (!(c.expected > 0))
		return undefined(&a, "only one category was used");
	a.value = 1 - c.observed / c.expected;
	if (o->confidence == 0)
		return a;
	a.standard_error = standard_error(&c, a.value, a.n_annotators);
	if (method == DM_FLEISS || method == DM_SCOTT)
		fleiss_null(&a, &c);
	dm_agreement_interval(&a, o->confidence, (pools_ratings(method) ? c.n_used : c.n_all) - 1);
	if (plain)
	{
		a.statistic = a.p_value = a.df1 = NAN;
		a.test = NULL;
	}
	return a;
}
