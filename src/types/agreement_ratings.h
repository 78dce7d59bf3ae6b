/*
 * agreement_ratings.h - from an agreement_state to what the kernels take.
 */
#ifndef DATAMON_TYPES_AGREEMENT_RATINGS_H
#define DATAMON_TYPES_AGREEMENT_RATINGS_H

#include "stats/agreement.h"
#include "types/agreement_state.h"

/* Categories, where all pairs of them have to be looked at. */
#define AG_MAX_WEIGHTED 10000

typedef struct AgRequest
{
	DmAgreementMethod method;
	DmAgreementOptions option;
	AgKey	   *labels;			/* all categories, in order; NULL: those that occur */
	int			n_labels;
	AgKey	   *annotators;		/* the only ones to look at; NULL: all */
	int			n_annotators;
} AgRequest;

typedef struct AgAnswer
{
	DmAgreement result;
	bool		named;			/* annotators are */
	int64		n_categories;
	int64		unused;			/* ratings with a NULL or of other labels */
} AgAnswer;

extern AgAnswer dm_agreement_of(const struct varlena *state, AgRequest *q);

#endif							/* DATAMON_TYPES_AGREEMENT_RATINGS_H */
