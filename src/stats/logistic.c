/*
 * logistic.c - ridge regression by Newton's method.
 */
#include "stats/logistic.h"

#include <math.h>

#define MOST_STEPS 60
#define MOST_HALVINGS 40

void
dm_ridge_start(DmRidge *r, double *room)
{
	size_t		p = r->columns + 1;
	size_t		j;

	r->coef = room;
	r->gradient = room + p;
	r->trial = room + 2 * p;
	r->hessian = room + 3 * p;
	for (j = 0; j < p; j++)
		r->coef[j] = 0;
	r->objective = INFINITY;
	r->steps = 0;
}

static double
score(const DmRidge *r, const double *coef, size_t row)
{
	const double *x = r->x + row * r->columns;
	double		z = coef[r->columns];
	size_t		j;

	for (j = 0; j < r->columns; j++)
		z += coef[j] * x[j];
	return z;
}

double
dm_ridge_score(const DmRidge *r, size_t row)
{
	return score(r, r->coef, row);
}

static double
row_loss(const DmRidge *r, double z, double y)
{
	/* log(1 + exp(z)) without overflow */
	if (r->logistic)
		return (z > 0 ? z + log1p(exp(-z)) : log1p(exp(z))) - y * z;
	return (y - z) * (y - z) / 2;
}

static double
objective(const DmRidge *r, const double *coef)
{
	double		sum = 0;
	size_t		i,
				j;

	for (i = 0; i < r->rows; i++)
		if (r->fold[i] != r->left_out)
			sum += row_loss(r, score(r, coef, i), r->y[i]);
	for (j = 0; j < r->columns; j++)
		sum += r->penalty / 2 * coef[j] * coef[j];
	return sum;
}

/* Gradient and the lower half of the Hessian at the coefficients. */
static void
differentiate(DmRidge *r)
{
	size_t		p = r->columns + 1;
	size_t		i,
				j,
				k;

	for (j = 0; j < p * p; j++)
		r->hessian[j] = 0;
	for (j = 0; j < p; j++)
		r->gradient[j] = j < r->columns ? r->penalty * r->coef[j] : 0;
	for (i = 0; i < r->rows; i++)
	{
		const double *x = r->x + i * r->columns;
		double		z,
					mean,
					weight;

		if (r->fold[i] == r->left_out)
			continue;
		z = score(r, r->coef, i);
		mean = r->logistic ? 1 / (1 + exp(-z)) : z;
		weight = r->logistic ? mean * (1 - mean) : 1;
		for (j = 0; j < r->columns; j++)
		{
			double		wx = weight * x[j];
			double	   *h = r->hessian + j * p;

			r->gradient[j] += (mean - r->y[i]) * x[j];
			for (k = 0; k <= j; k++)
				h[k] += wx * x[k];
			r->hessian[r->columns * p + j] += wx;
		}
		r->gradient[r->columns] += mean - r->y[i];
		r->hessian[r->columns * p + r->columns] += weight;
	}
	for (j = 0; j < r->columns; j++)
		r->hessian[j * p + j] += r->penalty;
}

/* Solves hessian d = gradient by Cholesky's factors; d is left in trial.  False where it is not positive. */
static bool
solve(DmRidge *r)
{
	size_t		p = r->columns + 1;
	double	   *h = r->hessian;
	double	   *d = r->trial;
	size_t		i,
				j,
				k;

	for (j = 0; j < p; j++)
	{
		for (i = j; i < p; i++)
		{
			double		sum = h[i * p + j];

			for (k = 0; k < j; k++)
				sum -= h[i * p + k] * h[j * p + k];
			if (i == j)
			{
				if (!(sum > 0))
					return false;
				h[j * p + j] = sqrt(sum);
			}
			else
				h[i * p + j] = sum / h[j * p + j];
		}
	}
	for (i = 0; i < p; i++)
	{
		d[i] = r->gradient[i];
		for (k = 0; k < i; k++)
			d[i] -= h[i * p + k] * d[k];
		d[i] /= h[i * p + i];
	}
	for (i = p; i-- > 0;)
	{
		for (k = i + 1; k < p; k++)
			d[i] -= h[k * p + i] * d[k];
		d[i] /= h[i * p + i];
	}
	return true;
}

bool
dm_ridge_step(DmRidge *r)
{
	size_t		p = r->columns + 1;
	double		gain = 0;
	double		size = 1;
	size_t		j;
	int			halving;

	if (r->steps++ >= MOST_STEPS)
		return true;
	if (isinf(r->objective))
		r->objective = objective(r, r->coef);
	differentiate(r);
	if (!solve(r))
		return true;
	/* What the step promises, twice.  The factor of the Hessian is needed no more: it holds the step. */
	for (j = 0; j < p; j++)
	{
		gain += r->gradient[j] * r->trial[j];
		r->hessian[j] = r->trial[j];
	}
	/* The last step is so short that it leads downhill, but by less than can be seen. */
	if (!(gain > 1e-10 * (1 + fabs(r->objective))))
	{
		for (j = 0; j < p; j++)
			r->coef[j] -= r->hessian[j];
		return true;
	}
	for (halving = 0; halving < MOST_HALVINGS; halving++, size /= 2)
	{
		double		there;

		for (j = 0; j < p; j++)
			r->trial[j] = r->coef[j] - size * r->hessian[j];
		there = objective(r, r->trial);
		if (there <= r->objective - size * gain / 1000)
		{
			for (j = 0; j < p; j++)
				r->coef[j] = r->trial[j];
			r->objective = there;
			return false;
		}
	}
	return true;
}
