/*
 * classification.c - scores of a binary classifier from its confusion counts.
 *
 * Standard errors: the four counts are multinomial, each score is a smooth
 * function g of them that does not change when all are scaled, so
 * sum(g_i n_i) = 0 and the delta method gives var = sum(g_i^2 n_i), g_i the
 * derivative by count i (Agresti, Categorical Data Analysis, 3rd ed., 16.1;
 * for F also Takahashi et al., Applied Intelligence 52 (2022) 4961-4972).
 * They are large-sample errors: where a score is 0 or 1 they are 0, which says
 * that the sample shows no spread, not that there is none.
 */
#include <math.h>

#include "stats/classification.h"

/* hits / (hits + misses) */
static bool
proportion(double hits, double misses, double *score)
{
	double		n = hits + misses;

	if (!(n > 0))
		return false;
	*score = hits / n;
	return true;
}

/* The delta method comes to the binomial error: g = (misses, -hits) / n^2. */
static bool
proportion_stderr(double hits, double misses, double *stderror)
{
	double		n = hits + misses;

	if (!(n > 0))
		return false;
	*stderror = sqrt((hits / n) * (misses / n) / n);
	return true;
}

bool
dm_precision(const DmConfusion *c, double *score)
{
	return proportion(c->tp, c->fp, score);
}

bool
dm_recall(const DmConfusion *c, double *score)
{
	return proportion(c->tp, c->fn, score);
}

bool
dm_specificity(const DmConfusion *c, double *score)
{
	return proportion(c->tn, c->fp, score);
}

bool
dm_accuracy(const DmConfusion *c, double *score)
{
	return proportion(c->tp + c->tn, c->fp + c->fn, score);
}

bool
dm_precision_stderr(const DmConfusion *c, double *stderror)
{
	return proportion_stderr(c->tp, c->fp, stderror);
}

bool
dm_recall_stderr(const DmConfusion *c, double *stderror)
{
	return proportion_stderr(c->tp, c->fn, stderror);
}

bool
dm_specificity_stderr(const DmConfusion *c, double *stderror)
{
	return proportion_stderr(c->tn, c->fp, stderror);
}

bool
dm_accuracy_stderr(const DmConfusion *c, double *stderror)
{
	return proportion_stderr(c->tp + c->tn, c->fp + c->fn, stderror);
}

/*
 * F = (1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp) (van Rijsbergen, Information
 * Retrieval, 1979), divided by 1 + b^2 so that any beta will do:
 * F = tp / (tp + w fn + v fp), w = b^2 / (1 + b^2), v = 1 / (1 + b^2).
 * Returns w fn + v fp, the weighted errors.
 */
static double
fbeta_errors(const DmConfusion *c, double beta, double *w, double *v)
{
	*v = 1 / (1 + beta * beta);
	*w = beta > 1 ? 1 / (1 + (1 / beta) * (1 / beta)) : beta * beta * *v;
	return *w * c->fn + *v * c->fp;
}

bool
dm_fbeta(const DmConfusion *c, double beta, double *score)
{
	double		w;
	double		v;

	return proportion(c->tp, fbeta_errors(c, beta, &w, &v), score);
}

/*
 * With e = w fn + v fp and d = tp + e the derivatives by tp, fn and fp are e,
 * -w tp and -v tp, each over d^2.
 */
bool
dm_fbeta_stderr(const DmConfusion *c, double beta, double *stderror)
{
	double		w;
	double		v;
	double		e = fbeta_errors(c, beta, &w, &v);
	double		d = c->tp + e;
	double		f;
	double		m;

	if (!(d > 0))
		return false;
	f = c->tp / d;
	m = e / d;
	*stderror = sqrt(f * (m * m + f * (w * w * c->fn + v * v * c->fp) / d) / d);
	return true;
}
