/*
 * multiclass.c - scores of a classifier of many classes or labels.
 *
 * Averages, their zero_division and the names are scikit-learn's
 * (precision_recall_fscore_support); where it answers 0 for 0/0 outside an
 * average, these say NaN.
 */
#include <math.h>
#include <string.h>

#include "stats/multiclass.h"

void
dm_matrix_sum(DmMatrix *m)
{
	size_t		i;

	m->n = 0;
	memset(m->actual, 0, m->k * sizeof(double));
	memset(m->predicted, 0, m->k * sizeof(double));
	memset(m->hits, 0, m->k * sizeof(double));
	for (i = 0; i < m->n_cells; i++)
	{
		const DmCell *cell = &m->cells[i];

		m->actual[cell->actual] += cell->count;
		m->predicted[cell->predicted] += cell->count;
		if (cell->actual == cell->predicted)
			m->hits[cell->actual] = cell->count;
		m->n += cell->count;
	}
}

DmConfusion
dm_matrix_class(const DmMatrix *m, size_t class_no)
{
	DmConfusion c;

	c.tp = m->hits[class_no];
	c.fp = m->predicted[class_no] - c.tp;
	c.fn = m->actual[class_no] - c.tp;
	c.tn = m->n - c.tp - c.fp - c.fn;
	return c;
}

double
dm_measure(const DmConfusion *c, DmMeasure measure, double beta)
{
	double		errors = 0;

	switch (measure)
	{
		case DM_MEASURE_PRECISION:
			errors = c->fp;
			break;
		case DM_MEASURE_RECALL:
			errors = c->fn;
			break;
		case DM_MEASURE_FBETA:
			errors = dm_fbeta_errors(c, beta);
			break;
		case DM_MEASURE_JACCARD:
			errors = c->fp + c->fn;
			break;
	}
	return c->tp + errors > 0 ? c->tp / (c->tp + errors) : NAN;
}

double
dm_measure_mean(const DmConfusion *c, const double *weight, size_t k, DmMeasure measure,
				double beta, double zero_division)
{
	double		sum = 0;
	double		weights = 0;
	size_t		i;

	for (i = 0; i < k; i++)
	{
		double		w = weight ? weight[i] : 1;
		double		score = dm_measure(&c[i], measure, beta);

		if (isnan(score))
			score = zero_division;
		if (isnan(score))
			continue;
		sum += w * score;
		weights += w;
	}
	return weights > 0 ? sum / weights : NAN;
}

DmConfusion
dm_confusion_total(const DmConfusion *c, size_t k)
{
	DmConfusion total = {0, 0, 0, 0};
	size_t		i;

	for (i = 0; i < k; i++)
	{
		total.tp += c[i].tp;
		total.fp += c[i].fp;
		total.fn += c[i].fn;
		total.tn += c[i].tn;
	}
	return total;
}

static double
hits(const DmMatrix *m)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < m->k; i++)
		sum += m->hits[i];
	return sum;
}

double
dm_matrix_accuracy(const DmMatrix *m)
{
	return hits(m) / m->n;
}

/*
 * Mean recall of the classes that occur, as scikit-learn takes it; adjusted so
 * that guessing scores 0: (score - 1/k) / (1 - 1/k).
 */
double
dm_matrix_balanced_accuracy(const DmMatrix *m, bool adjusted)
{
	double		sum = 0;
	double		classes = 0;
	size_t		i;

	for (i = 0; i < m->k; i++)
	{
		if (!(m->actual[i] > 0))
			continue;
		sum += m->hits[i] / m->actual[i];
		classes++;
	}
	if (!adjusted)
		return classes > 0 ? sum / classes : NAN;
	return classes > 1 ? (sum - 1) / (classes - 1) : NAN;
}

/*
 * A sum of products in twice the precision of double (Ogita, Rump and Oishi,
 * SIAM J. Sci. Comput. 26 (2005) 1955-1988, Dot2): what follows are small
 * differences of large sums.
 */
typedef struct DotSum
{
	double		high;
	double		low;
} DotSum;

static void
add_product(DotSum *s, double x, double y)
{
	double		product = x * y;
	double		error = fma(x, y, -product);
	double		sum = s->high + product;
	double		part = sum - s->high;

	s->low += ((s->high - (sum - part)) + (product - part)) + error;
	s->high = sum;
}

/*
 * R_K of Gorodkin, Comput. Biol. Chem. 28 (2004) 367-374: the correlation of
 * the indicator vectors of actual and predicted classes.  NaN where either
 * side has one class only; scikit-learn says 0 there.
 */
double
dm_matrix_matthews(const DmMatrix *m)
{
	DotSum		both = {0, 0};
	DotSum		actual = {0, 0};
	DotSum		predicted = {0, 0};
	double		variances;
	size_t		i;

	add_product(&actual, m->n, m->n);
	add_product(&predicted, m->n, m->n);
	for (i = 0; i < m->k; i++)
	{
		add_product(&both, m->hits[i], m->n);
		add_product(&both, -m->actual[i], m->predicted[i]);
		add_product(&actual, -m->actual[i], m->actual[i]);
		add_product(&predicted, -m->predicted[i], m->predicted[i]);
	}
	variances = sqrt((actual.high + actual.low) * (predicted.high + predicted.low));
	return variances > 0 ? (both.high + both.low) / variances : NAN;
}

static double
weight_of(double distance, DmKappaWeights weights)
{
	if (weights == DM_KAPPA_PLAIN)
		return distance != 0;
	return weights == DM_KAPPA_LINEAR ? fabs(distance) : distance * distance;
}

/* Sum of weight(i - j) actual[i] predicted[j], in one pass over the classes. */
static double
expected_disagreement(const DmMatrix *m, DmKappaWeights weights)
{
	double		actual = 0;
	double		predicted = 0;
	double		mean_actual = 0;
	double		mean_predicted = 0;
	double		sum = 0;
	size_t		i;

	if (weights == DM_KAPPA_PLAIN)
	{
		for (i = 0; i < m->k; i++)
			sum += m->actual[i] * (m->n - m->predicted[i]);
		return sum;
	}
	if (weights == DM_KAPPA_LINEAR)
	{
		/* |i - j| counts the borders between the two */
		for (i = 0; i + 1 < m->k; i++)
		{
			actual += m->actual[i];
			predicted += m->predicted[i];
			sum += actual * (m->n - predicted) + predicted * (m->n - actual);
		}
		return sum;
	}
	for (i = 0; i < m->k; i++)
	{
		mean_actual += (double) i * (m->actual[i] / m->n);
		mean_predicted += (double) i * (m->predicted[i] / m->n);
	}
	for (i = 0; i < m->k; i++)
	{
		double		a = (double) i - mean_actual;
		double		p = (double) i - mean_predicted;

		sum += a * a * m->actual[i] + p * p * m->predicted[i];
	}
	return m->n * (sum + m->n * (mean_actual - mean_predicted) * (mean_actual - mean_predicted));
}

/*
 * Cohen's kappa, Psychol. Bull. 70 (1968) 213-220 with weights, as 1 - observed
 * / expected disagreement; NaN where chance could not disagree.
 */
double
dm_matrix_kappa(const DmMatrix *m, DmKappaWeights weights)
{
	double		expected = expected_disagreement(m, weights);
	double		observed = 0;
	size_t		i;

	for (i = 0; i < m->n_cells; i++)
	{
		const DmCell *cell = &m->cells[i];

		observed += cell->count *
			weight_of((double) cell->actual - (double) cell->predicted, weights);
	}
	return expected > 0 ? 1 - observed * m->n / expected : NAN;
}

size_t
dm_matrix_majority(const DmMatrix *m)
{
	size_t		best = m->k;
	size_t		i;

	for (i = 0; i < m->k; i++)
		if (m->actual[i] > 0 && (best == m->k || m->actual[i] > m->actual[best]))
			best = i;
	return best;
}
