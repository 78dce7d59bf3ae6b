/*
 * agreement.c - what all measures of agreement share, and the choice of one.
 */
#include "stats/agreement.h"

#include <math.h>
#include <string.h>

#include "stats/distributions.h"

double *
dm_item_init(DmItem *item, size_t categories, double *room)
{
	item->count = room;
	item->category = (uint32_t *) (room + categories);
	item->place = item->category + categories;
	memset(item->place, 0, sizeof(uint32_t) * categories);
	item->n = 0;
	return room + DM_ITEM_ROOM(categories);
}

/* The next item that has ratings; false after the last. */
bool
dm_item_next(DmItem *item, const DmRatings *r, size_t *at)
{
	uint32_t	number;
	size_t		i;

	for (i = 0; i < item->n; i++)
		item->place[item->category[i]] = 0;
	item->n = 0;
	item->total = 0;
	if (*at == r->n)
		return false;
	number = r->rating[*at].item;
	item->weight = r->item_weight ? r->item_weight[number] : 1;
	for (; *at < r->n && r->rating[*at].item == number; (*at)++)
	{
		const DmRating *rating = &r->rating[*at];
		uint32_t   *place = &item->place[rating->category];

		if (*place == 0)
		{
			item->category[item->n] = rating->category;
			item->count[item->n] = 0;
			*place = (uint32_t) ++item->n;
		}
		item->count[*place - 1] += rating->count;
		item->total += rating->count;
	}
	return true;
}

double
dm_category_cost(const DmRatings *r, const DmAgreementOptions *o, size_t a, size_t b)
{
	double		steps;

	if (o->weights == DM_WEIGHTS_COSTS)
		return o->costs[a * r->n_categories + b];
	if (o->weights == DM_WEIGHTS_NONE || a == b)
		return a != b;
	steps = fabs((double) a - (double) b) / (double) (r->n_categories - 1);
	return o->weights == DM_WEIGHTS_LINEAR ? steps : steps * steps;
}

void
dm_agreement_clear(DmAgreement *a)
{
	a->value = a->standard_error = a->ci_low = a->ci_high = NAN;
	a->null_standard_error = a->statistic = a->df1 = a->df2 = a->p_value = NAN;
	a->observed = a->expected = NAN;
	a->n_items = a->unused_items = a->n_annotators = a->n_ratings = 0;
	a->test = NULL;
	a->reason = NULL;
}

void
dm_agreement_interval(DmAgreement *a, double confidence, double df)
{
	double		t;

	if (!(df > 0) || isnan(a->value) || isnan(a->standard_error))
		return;
	t = dm_t_ppf(0.5 + confidence / 2, df);
	a->ci_low = a->value - t * a->standard_error;
	a->ci_high = fmin(1, a->value + t * a->standard_error);
	if (!isnan(a->p_value) || a->standard_error == 0)
		return;
	a->statistic = a->value / a->standard_error;
	a->df1 = df;
	a->p_value = fmin(1, 2 * dm_t_sf(fabs(a->statistic), df));
	a->test = "t";
}

size_t
dm_agreement_room(const DmRatings *r, DmAgreementMethod method)
{
	size_t		categories = r->n_categories + 1;
	size_t		item = DM_ITEM_ROOM(r->n_categories);

	switch (method)
	{
		case DM_CONGER:
			return item + (r->n_annotators + 4) * categories + 2 * r->n_annotators;
		case DM_COHEN:
		case DM_LIGHT:
			return 4 * categories + r->n + 2 * r->n_annotators + 4;
		case DM_KRIPPENDORFF:
			return item + 4 * categories;
		case DM_KENDALL:
		case DM_ICC1:
		case DM_ICC2:
		case DM_ICC3:
		case DM_ICC1K:
		case DM_ICC2K:
		case DM_ICC3K:
			/* complete items have a rating of every annotator: rows take no more than all ratings */
			return r->n + 3 * (r->n_annotators + r->n_items) + 4;
		default:
			return item + 4 * categories;
	}
}

DmAgreement
dm_agreement(const DmRatings *r, DmAgreementMethod method, const DmAgreementOptions *o,
			 double *room)
{
	switch (method)
	{
		case DM_COHEN:
			return dm_agreement_cohen(r, o, room);
		case DM_LIGHT:
			return dm_agreement_light(r, o, room);
		case DM_KRIPPENDORFF:
			return dm_agreement_alpha(r, o, room);
		case DM_KENDALL:
			return dm_agreement_kendall(r, room);
		case DM_ICC1:
		case DM_ICC2:
		case DM_ICC3:
		case DM_ICC1K:
		case DM_ICC2K:
		case DM_ICC3K:
			return dm_agreement_icc(r, method, o, room);
		default:
			return dm_agreement_chance(r, method, o, room);
	}
}
