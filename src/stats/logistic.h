/*
 * logistic.h - a ridge regression of few columns: logistic, or of least squares.
 *
 * Pure C.  Minimises, over coefficients b and an intercept that is free,
 *     sum of log(1 + exp(z)) - y z  (logistic, y 0 or 1), or of (y - z)^2 / 2,
 *     plus penalty / 2 |b|^2,   z = x b + intercept,
 * which is scikit-learn's LogisticRegression(C = 1 / penalty) and
 * Ridge(alpha = penalty).  Newton's method, for logistic regression iteratively
 * reweighted least squares (Hastie, Tibshirani and Friedman, The Elements of
 * Statistical Learning, 4.4.1), with steps halved while they lead uphill.  The
 * penalty makes the minimum unique and finite, also where a column separates.
 */
#ifndef DATAMON_STATS_LOGISTIC_H
#define DATAMON_STATS_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

typedef struct DmRidge
{
	const double *x;			/* rows x columns, row by row; finite */
	const double *y;
	const unsigned char *fold;	/* of each row */
	int			left_out;		/* rows of this fold are not used; -1: all are */
	size_t		rows;
	size_t		columns;
	bool		logistic;
	double		penalty;		/* above 0 */
	double	   *coef;			/* columns, then the intercept */
	double	   *gradient;		/* the rest is for the kernel */
	double	   *hessian;
	double	   *trial;
	double		objective;
	int			steps;
} DmRidge;

/* Doubles that dm_ridge_start() needs for so many columns. */
#define DM_RIDGE_ROOM(columns) (((columns) + 1) * ((columns) + 4))

extern void dm_ridge_start(DmRidge *r, double *room);

/* One step; true when there is nothing left to gain.  A step takes rows x columns^2 / 2. */
extern bool dm_ridge_step(DmRidge *r);

/* z of a row. */
extern double dm_ridge_score(const DmRidge *r, size_t row);

#endif							/* DATAMON_STATS_LOGISTIC_H */
