/*
 * local_linear.c - weighted ridge regression around a row, and how well it
 * predicts rows that it has not seen.
 */
#include "stats/local_linear.h"

#include <math.h>

#include "stats/neumaier.h"

typedef struct Fit
{
	double	   *x;				/* n rows of d, in standard deviations from the explained row */
	const double *y;
	size_t		n;
	size_t		d;
	double	   *w;
	double	   *a;				/* d x d: the penalised matrix, then its Cholesky factor */
	double	   *scale;
	double	   *average;		/* unweighted means of x */
	double	   *mean;			/* weighted means of x */
	double	   *beta;
	double	   *row;
	double		weight;
	double		squares;		/* of weights */
	double		y_mean;
} Fit;

/* Numbers become standard deviations, and everything a distance from the explained row. */
static void
standardise(Fit *f, const double *at, const bool *is_category)
{
	size_t		i,
				j;

	for (j = 0; j < f->d; j++)
	{
		DmNeumaier	sum = {0, 0},
					square = {0, 0};
		double		mean,
					deviation;

		for (i = 0; i < f->n; i++)
			dm_neumaier_add(&sum, f->x[i * f->d + j]);
		mean = dm_neumaier_value(&sum) / (double) f->n;
		for (i = 0; i < f->n; i++)
		{
			deviation = f->x[i * f->d + j] - mean;
			dm_neumaier_add(&square, deviation * deviation);
		}
		f->scale[j] = sqrt(dm_neumaier_value(&square) / (double) f->n);
		/* What rounding leaves of a constant is no spread. */
		if (f->scale[j] <= 1e-12 * fabs(mean))
			f->scale[j] = 0;
		else if (is_category[j])
			f->scale[j] = 1;
		for (i = 0; i < f->n; i++)
			f->x[i * f->d + j] = f->scale[j] > 0 ? (f->x[i * f->d + j] - at[j]) / f->scale[j] : 0;
		f->average[j] = f->scale[j] > 0 ? (mean - at[j]) / f->scale[j] : 0;
	}
}

static void
weigh(Fit *f, double width)
{
	DmNeumaier	y = {0, 0};
	size_t		i,
				j;

	f->weight = 0;
	f->squares = 0;
	for (j = 0; j < f->d; j++)
		f->mean[j] = 0;
	for (i = 0; i < f->n; i++)
	{
		const double *x = f->x + i * f->d;
		double		distance = 0;

		for (j = 0; j < f->d; j++)
			distance += x[j] * x[j];
		f->w[i] = exp(-distance / (2 * width * width));
		f->weight += f->w[i];
		f->squares += f->w[i] * f->w[i];
		dm_neumaier_add(&y, f->w[i] * f->y[i]);
		for (j = 0; j < f->d; j++)
			f->mean[j] += f->w[i] * x[j];
	}
	for (j = 0; j < f->d; j++)
		f->mean[j] /= f->weight;
	f->y_mean = dm_neumaier_value(&y) / f->weight;
}

/* The normal equations about the weighted means, where the intercept is not penalised. */
static void
gather(Fit *f, double ridge)
{
	size_t		i,
				j,
				k;

	for (j = 0; j < f->d * f->d; j++)
		f->a[j] = 0;
	for (j = 0; j < f->d; j++)
	{
		f->beta[j] = 0;
		/* A feature that does not vary has a row of zeros: any pivot does. */
		f->a[j * f->d + j] = ridge > 0 ? ridge : f->scale[j] > 0 ? 0 : 1;
	}
	for (i = 0; i < f->n; i++)
	{
		const double *x = f->x + i * f->d;

		for (j = 0; j < f->d; j++)
		{
			double		v = f->w[i] * (x[j] - f->mean[j]);

			f->beta[j] += v * (f->y[i] - f->y_mean);
			for (k = 0; k <= j; k++)
				f->a[j * f->d + k] += v * (x[k] - f->mean[k]);
		}
	}
}

/* Cholesky: a = L L'; false where a is not positive definite. */
static bool
factor(double *a, size_t d)
{
	size_t		i,
				j,
				k;

	for (j = 0; j < d; j++)
		for (i = j; i < d; i++)
		{
			double		sum = a[i * d + j];

			for (k = 0; k < j; k++)
				sum -= a[i * d + k] * a[j * d + k];
			if (i > j)
				a[i * d + j] = sum / a[j * d + j];
			else if (sum > 1e-12 * a[j * d + j])
				a[j * d + j] = sqrt(sum);
			else
				return false;
		}
	return true;
}

/* L z = b, in place. */
static void
forward(const double *l, size_t d, double *b)
{
	size_t		i,
				k;

	for (i = 0; i < d; i++)
	{
		for (k = 0; k < i; k++)
			b[i] -= l[i * d + k] * b[k];
		b[i] /= l[i * d + i];
	}
}

/* L' z = b, in place. */
static void
backward(const double *l, size_t d, double *b)
{
	size_t		i,
				k;

	for (i = d; i-- > 0;)
	{
		for (k = i + 1; k < d; k++)
			b[i] -= l[k * d + i] * b[k];
		b[i] /= l[i * d + i];
	}
}

/*
 * Of each row left out: its residual is e / (1 - h), where h is what it weighs
 * in its own prediction (Allen's PRESS, 1974; the intercept is free).
 */
static double
fidelity(const Fit *f)
{
	DmNeumaier	left = {0, 0},
				all = {0, 0};
	size_t		i,
				j;

	for (i = 0; i < f->n; i++)
	{
		const double *x = f->x + i * f->d;
		double		e = f->y[i] - f->y_mean,
					plain = e / (1 - f->w[i] / f->weight),
					h = 1 / f->weight;

		for (j = 0; j < f->d; j++)
		{
			f->row[j] = x[j] - f->mean[j];
			e -= f->beta[j] * f->row[j];
		}
		forward(f->a, f->d, f->row);
		for (j = 0; j < f->d; j++)
			h += f->row[j] * f->row[j];
		e /= 1 - f->w[i] * h;
		dm_neumaier_add(&left, f->w[i] * e * e);
		dm_neumaier_add(&all, f->w[i] * plain * plain);
	}
	/* What rounding leaves of predictions that are all the same is no variance. */
	if (!(dm_neumaier_value(&all) > 1e-24 * f->y_mean * f->y_mean * f->weight))
		return NAN;
	return 1 - dm_neumaier_value(&left) / dm_neumaier_value(&all);
}

bool
dm_local_linear(double *x, const double *y, size_t n, size_t d, const double *at, const bool *is_category, double width,
				double ridge, double *room, double *coefficient, double *contribution, DmLocalLinear *out)
{
	Fit			f = {.x = x, .y = y, .n = n, .d = d, .w = room, .a = room + n, .scale = room + n + d * d};
	DmNeumaier	here = {0, 0},
				base = {0, 0};
	size_t		j;

	f.average = f.scale + d;
	f.mean = f.average + d;
	f.beta = f.mean + d;
	f.row = f.beta + d;
	out->base = out->here = out->fidelity = out->effective = NAN;
	if (n == 0)
		return false;
	standardise(&f, at, is_category);
	weigh(&f, width);
	if (!(f.weight > 0))
		return false;
	out->effective = f.weight * f.weight / f.squares;
	if (out->effective < (double) d + 2)
		return false;
	gather(&f, ridge);
	if (!factor(f.a, d))
		return false;
	forward(f.a, d, f.beta);
	backward(f.a, d, f.beta);
	out->fidelity = fidelity(&f);
	dm_neumaier_add(&here, f.y_mean);
	dm_neumaier_add(&base, f.y_mean);
	for (j = 0; j < d; j++)
	{
		coefficient[j] = f.scale[j] > 0 ? f.beta[j] / f.scale[j] : 0;
		contribution[j] = -f.beta[j] * f.average[j];
		dm_neumaier_add(&here, -f.beta[j] * f.mean[j]);
		dm_neumaier_add(&base, f.beta[j] * (f.average[j] - f.mean[j]));
	}
	out->here = dm_neumaier_value(&here);
	out->base = dm_neumaier_value(&base);
	return !isnan(out->fidelity);
}
