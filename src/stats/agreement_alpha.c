/*
 * agreement_alpha.c - Krippendorff's alpha.
 *
 * Krippendorff, "Computing Krippendorff's alpha-reliability" (2011): one less
 * (n - 1) times the sum over units of their coincidences' disagreement, each
 * unit's divided by its ratings less one, over the sum of the disagreement of
 * all pairs of the n ratings.  Units of one rating are left out.
 *
 * Interval disagreement is (a - b)^2; ordinal the same of ranks, the middle one
 * of tied ratings; so both need no pairs.  The standard error linearises alpha
 * in its sums over units (as Gwet 2014, chapter 3, up to terms in 1 / n), with the ranks as given.
 */
#include "stats/agreement.h"

#include <math.h>
#include <string.h>

typedef struct Alpha
{
	const DmRatings *r;
	const DmAgreementOptions *o;
	DmAgreementMetric metric;
	DmItem		item;
	double	   *n_of;			/* ratings of every category */
	double	   *place;			/* its number, or its rank, less the mean */
	double	   *against;		/* disagreement with all ratings, summed */
	double		n;				/* ratings */
	double		units;
	double		single;
} Alpha;

static double
squared(double x)
{
	return x * x;
}

/* Disagreement of two different categories of the metrics that need pairs. */
static double
pair_cost(const Alpha *a, size_t k, size_t l)
{
	double		sum;

	if (a->metric == DM_METRIC_NOMINAL)
		return k != l;
	sum = a->place[k] + a->place[l];
	return k == l || a->place[k] == a->place[l] ? 0 : squared((a->place[k] - a->place[l]) / sum);
}

static void
count(Alpha *a)
{
	size_t		at = 0;
	size_t		i;

	while (dm_item_next(&a->item, a->r, &at))
	{
		if (a->item.total < 2)
		{
			a->single += a->item.weight;
			continue;
		}
		a->units += a->item.weight;
		a->n += a->item.weight * a->item.total;
		for (i = 0; i < a->item.n; i++)
			a->n_of[a->item.category[i]] += a->item.weight * a->item.count[i];
	}
}

/* Numbers scaled, so that no square leaves double, and centred. */
static void
place_numbers(Alpha *a)
{
	double		largest = 0;
	double		mean = 0;
	size_t		k;

	for (k = 0; k < a->r->n_categories; k++)
		if (a->n_of[k] > 0)
			largest = fmax(largest, fabs(a->r->number[k]));
	for (k = 0; k < a->r->n_categories; k++)
	{
		a->place[k] = largest > 0 ? a->r->number[k] / largest : 0;
		mean += a->n_of[k] / a->n * a->place[k];
	}
	for (k = 0; a->metric == DM_METRIC_INTERVAL && k < a->r->n_categories; k++)
		a->place[k] -= mean;
}

static void
place_ranks(Alpha *a)
{
	double		below = 0;
	size_t		k;

	for (k = 0; k < a->r->n_categories; k++)
	{
		a->place[k] = below + a->n_of[k] / 2 - a->n / 2;
		below += a->n_of[k];
	}
}

/* What each category disagrees with all ratings; returns the sum over all pairs. */
static double
expect(Alpha *a)
{
	bool		squares = a->metric == DM_METRIC_INTERVAL || a->metric == DM_METRIC_ORDINAL;
	double		centre = 0;
	double		spread = 0;
	double		sum = 0;
	size_t		k;
	size_t		l;

	for (k = 0; squares && k < a->r->n_categories; k++)
		centre += a->n_of[k] / a->n * a->place[k];
	for (k = 0; squares && k < a->r->n_categories; k++)
		spread += a->n_of[k] * squared(a->place[k] - centre);
	for (k = 0; k < a->r->n_categories; k++)
	{
		if (a->n_of[k] == 0)
			continue;
		dm_agreement_pause(a->o);
		if (squares)
			a->against[k] = a->n * squared(a->place[k] - centre) + spread;
		else if (a->metric == DM_METRIC_NOMINAL)
			a->against[k] = a->n - a->n_of[k];
		else
			for (l = 0; l < a->r->n_categories; l++)
				if (a->n_of[l] > 0)
					a->against[k] += a->n_of[l] * pair_cost(a, k, l);
		sum += a->n_of[k] * a->against[k];
	}
	return squares ? 2 * a->n * spread : sum;
}

/* Of one unit: the sum over pairs of its ratings, divided by ratings less one. */
static double
unit_disagreement(const Alpha *a)
{
	const DmItem *item = &a->item;
	double		sum = 0;
	double		mean = 0;
	size_t		i;
	size_t		j;

	if (a->metric == DM_METRIC_INTERVAL || a->metric == DM_METRIC_ORDINAL)
	{
		for (i = 0; i < item->n; i++)
			mean += item->count[i] / item->total * (a->place[item->category[i]] - a->place[item->category[0]]);
		mean += a->place[item->category[0]];
		for (i = 0; i < item->n; i++)
			sum += item->count[i] * squared(a->place[item->category[i]] - mean);
		return item->n == 1 ? 0 : 2 * item->total * sum / (item->total - 1);
	}
	for (i = 0; i < item->n; i++)
	{
		if (a->metric == DM_METRIC_NOMINAL)
		{
			sum += item->count[i] * (item->total - item->count[i]);
			continue;
		}
		dm_agreement_pause(a->o);
		for (j = 0; j < item->n; j++)
			sum += item->count[i] * item->count[j] *
				pair_cost(a, item->category[i], item->category[j]);
	}
	return sum / (item->total - 1);
}

static double
observe(Alpha *a)
{
	double		sum = 0;
	size_t		at = 0;

	while (dm_item_next(&a->item, a->r, &at))
		if (a->item.total >= 2)
			sum += a->item.weight * unit_disagreement(a);
	return sum;
}

static double
standard_error(Alpha *a, double value, double expected)
{
	double		sum = 0;
	size_t		at = 0;
	size_t		i;

	if (a->units < 2)
		return NAN;
	while (dm_item_next(&a->item, a->r, &at))
	{
		double		against = 0;
		double		u;

		if (a->item.total < 2)
			continue;
		for (i = 0; i < a->item.n; i++)
			against += a->item.count[i] * a->against[a->item.category[i]];
		u = (1 - value) * (2 * against / expected - a->item.total / a->n) -
			(a->n - 1) * unit_disagreement(a) / expected;
		sum += a->item.weight * u * u;
	}
	return sqrt(sum * a->units / (a->units - 1));
}

DmAgreement
dm_agreement_alpha(const DmRatings *r, const DmAgreementOptions *o, double *room)
{
	Alpha		a = {0};
	DmAgreement result;
	double		expected;
	double		observed;

	dm_agreement_clear(&result);
	memset(room, 0, sizeof(double) * dm_agreement_room(r, DM_KRIPPENDORFF));
	a.r = r;
	a.o = o;
	a.metric = o->metric;
	a.n_of = dm_item_init(&a.item, r->n_categories, room);
	a.place = a.n_of + r->n_categories;
	a.against = a.place + r->n_categories;
	count(&a);
	result.n_items = a.units;
	result.unused_items = a.single;
	result.n_ratings = a.n;
	result.n_annotators = (double) r->n_annotators;
	if (a.units == 0)
		result.reason = "no item has two ratings";
	else if (r->number == NULL && (o->metric == DM_METRIC_INTERVAL || o->metric == DM_METRIC_RATIO))
		result.reason = "not all values are numbers";
	if (result.reason)
		return result;
	if (o->metric == DM_METRIC_INTERVAL || o->metric == DM_METRIC_RATIO)
		place_numbers(&a);
	else if (o->metric == DM_METRIC_ORDINAL)
		place_ranks(&a);
	expected = expect(&a);
	observed = observe(&a);
	if (o->metric == DM_METRIC_NOMINAL)
	{
		result.observed = 1 - observed / a.n;
		result.expected = 1 - expected / (a.n * (a.n - 1));
	}
	if (isnan(expected) || isinf(expected))
		result.reason = "a ratio is not defined between opposite values";
	else if (!(expected > 0))
		result.reason = "only one value was used";
	if (result.reason)
		return result;
	result.value = 1 - (a.n - 1) * (observed / expected);
	if (o->confidence == 0)
		return result;
	result.standard_error = standard_error(&a, result.value, expected);
	dm_agreement_interval(&result, o->confidence, a.units - 1);
	return result;
}
