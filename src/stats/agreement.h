/*
 * agreement.h - how far annotators agree, beyond what chance would make of it.
 *
 * All of these work on ratings sorted by item, annotator and category.  They
 * divide an observed by an expected disagreement, so that nothing cancels when
 * both are small.  What is undefined is NaN, and "reason" says why.
 */
#ifndef DATAMON_AGREEMENT_H
#define DATAMON_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many times an annotator gave an item a category. */
typedef struct DmRating
{
	uint32_t	item;
	uint32_t	annotator;
	uint32_t	category;
	double		count;
} DmRating;

typedef struct DmRatings
{
	const DmRating *rating;
	size_t		n;
	size_t		n_items;
	size_t		n_annotators;	/* 0: nobody knows who rated */
	size_t		n_categories;	/* in their order, whether used or not */
	const double *item_weight;	/* how many items each stands for; NULL: one */
	const double *number;		/* of every category; NULL if some is none */
} DmRatings;

typedef enum DmAgreementWeights
{
	DM_WEIGHTS_NONE,			/* categories are the same or not */
	DM_WEIGHTS_LINEAR,			/* steps between categories */
	DM_WEIGHTS_QUADRATIC,		/* their squares */
	DM_WEIGHTS_COSTS			/* a matrix of disagreement */
} DmAgreementWeights;

typedef enum DmAgreementMetric
{
	DM_METRIC_NOMINAL,
	DM_METRIC_ORDINAL,
	DM_METRIC_INTERVAL,
	DM_METRIC_RATIO
} DmAgreementMetric;

typedef struct DmAgreementOptions
{
	DmAgreementWeights weights;
	const double *costs;		/* n_categories squared, by rows; the largest is 1 */
	DmAgreementMetric metric;
	double		confidence;		/* 0: the value alone is wanted */
	void		(*pause) (void);	/* called now and then; may be NULL */
} DmAgreementOptions;

typedef enum DmAgreementMethod
{
	DM_FLEISS,
	DM_SCOTT,
	DM_CONGER,
	DM_RANDOLPH,
	DM_BRENNAN_PREDIGER,
	DM_GWET,
	DM_PERCENT,
	DM_FULL,
	DM_COHEN,
	DM_LIGHT,
	DM_KRIPPENDORFF,
	DM_KENDALL,
	DM_ICC1,
	DM_ICC2,
	DM_ICC3,
	DM_ICC1K,
	DM_ICC2K,
	DM_ICC3K
} DmAgreementMethod;

typedef struct DmAgreement
{
	double		value;
	double		standard_error;
	double		ci_low;
	double		ci_high;
	double		null_standard_error;	/* where there is no agreement beyond chance */
	double		statistic;		/* z, t, chi-square or F */
	double		df1;
	double		df2;
	double		p_value;
	double		observed;		/* agreement, from 0 to 1 */
	double		expected;
	double		n_items;		/* used */
	double		unused_items;
	double		n_annotators;	/* used */
	double		n_ratings;		/* used */
	const char *test;			/* what "statistic" is */
	const char *reason;			/* NULL if there is a value */
} DmAgreement;

/* Room in doubles that dm_agreement() needs for a method. */
extern size_t dm_agreement_room(const DmRatings *r, DmAgreementMethod method);

/* Every method; room as above. */
extern DmAgreement dm_agreement(const DmRatings *r, DmAgreementMethod method,
								const DmAgreementOptions *o, double *room);

/* What the files of these kernels share. */

/* The ratings of one item, category by category. */
typedef struct DmItem
{
	uint32_t   *category;
	double	   *count;
	uint32_t   *place;			/* of a category in the list, plus 1 */
	size_t		n;
	double		total;
	double		weight;
} DmItem;

/* Doubles of room that an item takes. */
#define DM_ITEM_ROOM(categories) (2 * (categories) + 1)

extern double *dm_item_init(DmItem *item, size_t categories, double *room);
extern bool dm_item_next(DmItem *item, const DmRatings *r, size_t *at);

/* Before a loop over categories, or over a pair of annotators. */
static inline void
dm_agreement_pause(const DmAgreementOptions *o)
{
	if (o->pause)
		o->pause();
}

/* Disagreement of two categories, from 0 to 1. */
extern double dm_category_cost(const DmRatings *r, const DmAgreementOptions *o, size_t a, size_t b);
extern void dm_agreement_clear(DmAgreement *a);

/* Interval by Student's t, and the test of no agreement where there is none yet. */
extern void dm_agreement_interval(DmAgreement *a, double confidence, double df);

extern DmAgreement dm_agreement_chance(const DmRatings *r, DmAgreementMethod method,
									   const DmAgreementOptions *o, double *room);
extern DmAgreement dm_agreement_cohen(const DmRatings *r, const DmAgreementOptions *o, double *room);
extern DmAgreement dm_agreement_light(const DmRatings *r, const DmAgreementOptions *o, double *room);
extern DmAgreement dm_agreement_alpha(const DmRatings *r, const DmAgreementOptions *o, double *room);
extern DmAgreement dm_agreement_icc(const DmRatings *r, DmAgreementMethod method,
									const DmAgreementOptions *o, double *room);
extern DmAgreement dm_agreement_kendall(const DmRatings *r, double *room);

#endif							/* DATAMON_AGREEMENT_H */
