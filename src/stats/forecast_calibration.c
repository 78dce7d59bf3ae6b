/*
 * forecast_calibration.c - logistic regression of what came on what was said.
 *
 * Newton's method with a ridge of 1 on all coefficients but the constant: a
 * standard normal prior, so that a record whose outcomes are separated has an answer
 * too (le Cessie and van Houwelingen, Appl. Stat. 41 (1992)).
 */
#include "stats/forecast_calibration.h"

#include <math.h>
#include <string.h>

#define TERMS DM_CALIBRATION_TERMS
#define RIDGE 1.0
#define ITERATIONS 100
#define TOLERANCE 1e-10
#define HALVINGS 40
#define BLOCKS 5
#define LEAST_ROWS 10
#define FARTHEST 20
#define CLOSEST 1e-9			/* to 0 and 1, of a logit */

static double
logit(double p)
{
	p = fmin(fmax(p, CLOSEST), 1 - CLOSEST);
	return log(p / (1 - p));
}

static void
terms_of(const double *said, double *x)
{
	int			k;

	x[0] = 1;
	for (k = 0; k < DM_SAID; k++)
		x[k + 1] = k == DM_SAID_DISTANCE ? fmin(fmax(said[k], -FARTHEST), FARTHEST) : logit(said[k]);
}

static void
terms_of_row(const DmTrackRecord *r, size_t i, double *x)
{
	double		said[DM_SAID];
	int			k;

	for (k = 0; k < DM_SAID; k++)
		said[k] = r->said[k][i];
	terms_of(said, x);
}

static double
linear(const double *b, const double *x)
{
	double		sum = 0;
	int			i;

	for (i = 0; i < TERMS; i++)
		sum += b[i] * x[i];
	return sum;
}

/* log(1 + exp(x)) */
static double
softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

double
dm_calibrated(const double *coefficient, const double *said)
{
	double		x[TERMS];

	terms_of(said, x);
	return 1 / (1 + exp(-linear(coefficient, x)));
}

/* Rows outside of [from, to) are what is learned from. */
static double
loss(const DmTrackRecord *r, size_t from, size_t to, const double *b)
{
	double		x[TERMS],
				sum = 0;
	size_t		i;
	int			k;

	for (i = 0; i < r->n; i++)
	{
		if (i >= from && i < to)
			continue;
		terms_of_row(r, i, x);
		sum += softplus(r->outcome[i] ? -linear(b, x) : linear(b, x));
	}
	for (k = 1; k < TERMS; k++)
		sum += RIDGE / 2 * b[k] * b[k];
	return sum;
}

/* The gradient of the loss, and the lower triangle of its second derivatives. */
static void
derive(const DmTrackRecord *r, size_t from, size_t to, const double *b, double *gradient,
	   double curvature[TERMS][TERMS])
{
	double		x[TERMS];
	size_t		i;
	int			j,
				k;

	memset(curvature, 0, sizeof(double) * TERMS * TERMS);
	for (k = 0; k < TERMS; k++)
	{
		gradient[k] = k == 0 ? 0 : RIDGE * b[k];
		curvature[k][k] = k == 0 ? 0 : RIDGE;
	}
	for (i = 0; i < r->n; i++)
	{
		double		p;

		if (i >= from && i < to)
			continue;
		terms_of_row(r, i, x);
		p = 1 / (1 + exp(-linear(b, x)));
		for (j = 0; j < TERMS; j++)
		{
			gradient[j] += (p - r->outcome[i]) * x[j];
			for (k = 0; k <= j; k++)
				curvature[j][k] += p * (1 - p) * x[j] * x[k];
		}
	}
}

/* a step = g by Cholesky; false where a is not positive definite. */
static bool
solve(double a[TERMS][TERMS], const double *g, double *step)
{
	int			i,
				j,
				k;

	for (i = 0; i < TERMS; i++)
		for (j = 0; j <= i; j++)
		{
			for (k = 0; k < j; k++)
				a[i][j] -= a[i][k] * a[j][k];
			if (i == j && !(a[i][i] > 0))
				return false;
			a[i][j] = i == j ? sqrt(a[i][i]) : a[i][j] / a[j][j];
		}
	for (i = 0; i < TERMS; i++)
	{
		step[i] = g[i];
		for (k = 0; k < i; k++)
			step[i] -= a[i][k] * step[k];
		step[i] /= a[i][i];
	}
	for (i = TERMS - 1; i >= 0; i--)
	{
		for (k = i + 1; k < TERMS; k++)
			step[i] -= a[k][i] * step[k];
		step[i] /= a[i][i];
	}
	return true;
}

/* Newton's steps, halved while they do not make the loss less. */
static bool
fit(const DmTrackRecord *r, size_t from, size_t to, double *b)
{
	double		now;
	int			round,
				half,
				k;

	memset(b, 0, sizeof(double) * TERMS);
	now = loss(r, from, to, b);
	for (round = 0; round < ITERATIONS; round++)
	{
		double		gradient[TERMS],
					curvature[TERMS][TERMS],
					step[TERMS],
					next[TERMS],
					least = now,
					size = 0;

		derive(r, from, to, b, gradient, curvature);
		if (!solve(curvature, gradient, step))
			return false;
		for (half = 0; half < HALVINGS; half++)
		{
			for (k = 0; k < TERMS; k++)
				next[k] = b[k] - ldexp(step[k], -half);
			least = loss(r, from, to, next);
			if (least <= now)
				break;
		}
		if (least > now)
			return true;
		for (k = 0; k < TERMS; k++)
			size = fmax(size, fabs(next[k] - b[k]));
		memcpy(b, next, sizeof(next));
		now = least;
		if (size < TOLERANCE)
			return true;
	}
	return false;
}

/* Each block by the coefficients of the others; NaN where one cannot be fitted. */
static double
brier_of_blocks(const DmTrackRecord *r)
{
	double		b[TERMS],
				sum = 0;
	size_t		block,
				i;

	for (block = 0; block < BLOCKS; block++)
	{
		size_t		from = r->n * block / BLOCKS,
					to = r->n * (block + 1) / BLOCKS;

		if (!fit(r, from, to, b))
			return NAN;
		for (i = from; i < to; i++)
		{
			double		x[TERMS],
						p;

			terms_of_row(r, i, x);
			p = 1 / (1 + exp(-linear(b, x)));
			sum += (p - r->outcome[i]) * (p - r->outcome[i]);
		}
	}
	return sum / (double) r->n;
}

void
dm_calibrate_forecasts(const DmTrackRecord *r, DmForecastCalibration *out)
{
	double		brier = 0,
				base;
	size_t		i;
	int			k;

	out->positives = 0;
	for (i = 0; i < r->n; i++)
	{
		double		off = r->said[DM_SAID_SCORE][i] - r->outcome[i];

		out->positives += r->outcome[i];
		brier += off * off / (double) r->n;
	}
	out->skill_before = out->skill_after = NAN;
	out->converged = false;
	for (k = 0; k < TERMS; k++)
		out->coefficient[k] = NAN;
	if (out->positives == 0 || out->positives == (double) r->n)
		return;
	base = out->positives / (double) r->n;
	base *= 1 - base;
	out->skill_before = 1 - brier / base;
	out->converged = fit(r, 0, 0, out->coefficient);
	if (r->n >= LEAST_ROWS)
		out->skill_after = 1 - brier_of_blocks(r) / base;
}
