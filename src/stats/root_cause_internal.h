/*
 * root_cause_internal.h - what the evidence of leaves and the search share.
 */
#ifndef DATAMON_STATS_ROOT_CAUSE_INTERNAL_H
#define DATAMON_STATS_ROOT_CAUSE_INTERNAL_H

#include "stats/root_cause.h"

/* Sums over the leaves of a cell, as "feature" has them for each leaf. */
typedef struct DmEvidence
{
	bool		rates;
	double	   *feature;		/* DM_RC_FEATURES a leaf */
	double		change;
	double		direction;		/* 1 or -1 */
	double		dispersion;
	double		whole;			/* of counts: log of the factor of what is looked at */
	double		noise;			/* of counts: variance of the log of the middle leaf */
	double		parameter;		/* what one costs, in nats, as Schwarz's criterion has it */
	double		span;			/* of counts: log of the largest factor seen */
} DmEvidence;

/*
 * "owner" is NULL at first; later leaves of which it is not negative belong to a
 * cause, and say nothing about noise.  "scratch" has room for four doubles a leaf.
 */
extern void dm_evidence_of_counts(const DmLeaves *leaves, const int8_t *owner, double *scratch, DmEvidence *e);
extern void dm_evidence_of_rates(const DmLeaves *leaves, const int8_t *owner, double *scratch, DmEvidence *e);

/*
 * Nats by which "its leaves changed together" is more likely than "they did
 * not", parameters paid for; -HUGE_VAL where the cell moved against the change.
 * "explained" is how much of the change that law accounts for.
 */
extern double dm_evidence_gain(const DmEvidence *e, const double *sum, int leaves, double *explained);

/*
 * Log of the factor by which a cell has moved, along with the change positive,
 * and its variance by sampling; false where too little is known of it.
 */
extern bool dm_evidence_shift(const DmEvidence *e, const double *sum, double *shift, double *variance);

/*
 * Nats by which "the rest of a cell has not changed" is more likely than "it has,
 * as the whole cell did"; infinite or NaN where the whole cell is new or gone.
 */
extern double dm_evidence_unchanged(const DmEvidence *e, const double *whole, const double *rest);

#endif							/* DATAMON_STATS_ROOT_CAUSE_INTERNAL_H */
