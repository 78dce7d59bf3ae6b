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
dm_negative_predictive_value(const DmConfusion *c, double *score)
{
	return proportion(c->tn, c->fn, score);
}

bool
dm_false_positive_rate(const DmConfusion *c, double *score)
{
	return proportion(c->fp, c->tn, score);
}

bool
dm_false_negative_rate(const DmConfusion *c, double *score)
{
	return proportion(c->fn, c->tp, score);
}

bool
dm_prevalence(const DmConfusion *c, double *score)
{
	return proportion(c->tp + c->fn, c->fp + c->tn, score);
}

bool
dm_jaccard(const DmConfusion *c, double *score)
{
	return proportion(c->tp, c->fp + c->fn, score);
}

/* Mean of recall and specificity (Brodersen et al., ICPR 2010). */
bool
dm_balanced_accuracy(const DmConfusion *c, double *score)
{
	double		recall;
	double		specificity;

	if (!dm_recall(c, &recall) || !dm_specificity(c, &specificity))
		return false;
	*score = (recall + specificity) / 2;
	return true;
}

/*
 * tp tn - fp fn by Kahan's difference of products: near independence both
 * products are alike, and a plain difference would be their rounding errors.
 */
static double
determinant(const DmConfusion *c)
{
	double		errors = c->fp * c->fn;
	double		rest = fma(-c->fp, c->fn, errors);

	return fma(c->tp, c->tn, -errors) + rest;
}

static bool
ratio(double numerator, double denominator, double *score)
{
	if (!(denominator > 0))
		return false;
	*score = numerator / denominator;
	return true;
}

/* Recall + specificity - 1 (Youden, Cancer 3 (1950) 32-35). */
bool
dm_informedness(const DmConfusion *c, double *score)
{
	return ratio(determinant(c), (c->tp + c->fn) * (c->fp + c->tn), score);
}

/* Precision + negative predictive value - 1 (Powers, JMLT 2 (2011) 37-63). */
bool
dm_markedness(const DmConfusion *c, double *score)
{
	return ratio(determinant(c), (c->tp + c->fp) * (c->fn + c->tn), score);
}

/* The phi coefficient (Matthews, Biochim. Biophys. Acta 405 (1975) 442-451). */
bool
dm_binary_matthews(const DmConfusion *c, double *score)
{
	double		actual = (c->tp + c->fn) * (c->fp + c->tn);
	double		predicted = (c->tp + c->fp) * (c->fn + c->tn);

	return ratio(determinant(c), sqrt(actual * predicted), score);
}

/* Cohen, Educ. Psychol. Meas. 20 (1960) 37-46, of two raters: model and truth. */
bool
dm_binary_kappa(const DmConfusion *c, double *score)
{
	return ratio(2 * determinant(c),
				 (c->tp + c->fp) * (c->fp + c->tn) + (c->tp + c->fn) * (c->fn + c->tn), score);
}

/* How much likelier a positive is among the predicted ones than among all. */
bool
dm_lift(const DmConfusion *c, double *score)
{
	double		precision;
	double		prevalence;

	return dm_precision(c, &precision) && dm_prevalence(c, &prevalence) &&
		ratio(precision, prevalence, score);
}

bool
dm_positive_likelihood_ratio(const DmConfusion *c, double *score)
{
	double		recall;
	double		fpr;

	return dm_recall(c, &recall) && dm_false_positive_rate(c, &fpr) && ratio(recall, fpr, score);
}

bool
dm_negative_likelihood_ratio(const DmConfusion *c, double *score)
{
	double		fnr;
	double		specificity;

	return dm_false_negative_rate(c, &fnr) && dm_specificity(c, &specificity) &&
		ratio(fnr, specificity, score);
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

double
dm_fbeta_errors(const DmConfusion *c, double beta)
{
	double		w;
	double		v;

	return fbeta_errors(c, beta, &w, &v);
}

bool
dm_fbeta(const DmConfusion *c, double beta, double *score)
{
	return proportion(c->tp, dm_fbeta_errors(c, beta), score);
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
