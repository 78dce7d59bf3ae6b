/*
 * local_linear.h - a linear model of predictions in the neighbourhood of a row.
 *
 * Ribeiro, Singh and Guestrin, "Why Should I Trust You?" (KDD 2016), with the
 * rows that were predicted in place of made-up ones, and the kernel of their
 * package: weight exp(-d^2 / (2 width^2)), where d is Euclidean over numbers in
 * standard deviations and categories that differ (1) or do not (0).
 */
#ifndef DATAMON_STATS_LOCAL_LINEAR_H
#define DATAMON_STATS_LOCAL_LINEAR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct DmLocalLinear
{
	double		base;			/* what the model says of the average row */
	double		here;			/* ... and of the row that is explained */
	double		fidelity;		/* R squared of rows left out one by one, by their weights */
	double		effective;		/* rows that the weights are worth: (sum w)^2 / sum w^2 */
} DmLocalLinear;

/* Doubles of room for d features and n rows. */
#define DM_LOCAL_LINEAR_ROOM(n, d) ((n) + (d) * (d) + 6 * (d))

/*
 * x: n rows of d finite numbers each, which is overwritten; of a category 1
 * where the row has the value of the explained one, else 0.  at: the explained
 * row, of categories 1.  ridge: the penalty of squared coefficients, of features
 * in standard deviations.  coefficient: per unit of the feature; contribution:
 * coefficient times the distance of the row from the average, so that
 * base + contributions = here.  Both are 0 of a feature that does not vary.
 * False, and NaN in out, where the weights are worth fewer rows than there are
 * features and two, or the predictions do not vary.
 */
extern bool dm_local_linear(double *x, const double *y, size_t n, size_t d, const double *at,
							const bool *is_category, double width, double ridge, double *room,
							double *coefficient, double *contribution, DmLocalLinear *out);

#endif							/* DATAMON_STATS_LOCAL_LINEAR_H */
