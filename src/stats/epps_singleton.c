/*
 * epps_singleton.c - a test of characteristic functions on two samples.
 *
 * Epps and Singleton, "An omnibus test for the two-sample problem using the
 * empirical characteristic function", J. Stat. Comput. Simul. 26 (1986), at
 * t = 0.4 and 0.8, with the correction of small samples; conventions of
 * scipy.stats.epps_singleton_2samp.
 */
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "stats/epps_singleton.h"
#include "stats/groups.h"
#include "stats/special.h"

#define DIM 4
#define LEAST 5

static const DmTest undefined = {NAN, NAN, NAN, NAN};

static double
middle(const DmBin *b)
{
	return b->lo / 2 + b->hi / 2;
}

/* Value number k, from 0, of both samples together. */
static double
pooled_order_statistic(const DmBins *a, const DmBins *b, double k)
{
	size_t		i = 0,
				j = 0;
	double		before = 0;
	double		x = NAN;

	while (before <= k)
	{
		bool		left = j == b->n || (i < a->n && middle(&a->bin[i]) <= middle(&b->bin[j]));
		const DmBin *bin = left ? &a->bin[i++] : &b->bin[j++];

		before += bin->count;
		x = middle(bin);
	}
	return x;
}

/* As numpy.percentile, whose _lerp goes from the nearer end. */
static double
pooled_quantile(const DmBins *a, const DmBins *b, double q)
{
	double		h = (a->total + b->total - 1) * q;
	double		t = h - floor(h);
	double		low = pooled_order_statistic(a, b, floor(h));
	double		high = t > 0 ? pooled_order_statistic(a, b, floor(h) + 1) : low;

	return t >= 0.5 ? high - (high - low) * (1 - t) : low + (high - low) * t;
}

static void
point(double x, double unit, double *g)
{
	static const double at[2] = {0.4, 0.8};
	int			i;

	for (i = 0; i < 2; i++)
	{
		g[i] = cos(at[i] / unit * x);
		g[i + 2] = sin(at[i] / unit * x);
	}
}

/* Mean, and covariance by n times scale, of a sample's points; the latter is added to. */
static void
gather(const DmBins *b, double unit, double scale, double *mean, double cov[DIM][DIM])
{
	double		g[DIM];
	size_t		k;
	int			i,
				j;

	for (i = 0; i < DIM; i++)
		mean[i] = 0;
	for (k = 0; k < b->n; k++)
	{
		point(middle(&b->bin[k]), unit, g);
		for (i = 0; i < DIM; i++)
			mean[i] += g[i] * (b->bin[k].count / b->total);
	}
	for (k = 0; k < b->n; k++)
	{
		point(middle(&b->bin[k]), unit, g);
		for (i = 0; i < DIM; i++)
			for (j = 0; j <= i; j++)
				cov[i][j] += scale * (b->bin[k].count / b->total) * (g[i] - mean[i]) * (g[j] - mean[j]);
	}
}

/* Jacobi's rotations: a becomes diagonal, v the eigenvectors in columns. */
static void
diagonalize(double a[DIM][DIM], double v[DIM][DIM])
{
	int			sweep,
				i,
				j,
				k;

	for (i = 0; i < DIM; i++)
		for (j = 0; j < DIM; j++)
			v[i][j] = i == j;
	for (sweep = 0; sweep < 60; sweep++)
		for (i = 0; i < DIM; i++)
			for (j = 0; j < i; j++)
			{
				double		theta,
							t,
							c,
							s;

				if (a[i][j] == 0)
					continue;
				theta = (a[j][j] - a[i][i]) / (2 * a[i][j]);
				t = (theta >= 0 ? 1 : -1) / (fabs(theta) + hypot(theta, 1));
				c = 1 / hypot(t, 1);
				s = t * c;
				for (k = 0; k < DIM; k++)
				{
					double		x = a[k][i],
								y = a[k][j];

					a[k][i] = c * x - s * y;
					a[k][j] = s * x + c * y;
				}
				for (k = 0; k < DIM; k++)
				{
					double		x = a[i][k],
								y = a[j][k];

					a[i][k] = c * x - s * y;
					a[j][k] = s * x + c * y;
					x = v[k][i];
					y = v[k][j];
					v[k][i] = c * x - s * y;
					v[k][j] = s * x + c * y;
				}
				a[i][j] = a[j][i] = 0;
			}
}

DmTest
dm_epps_singleton_test(const DmBins *reference, const DmBins *current)
{
	double		n = reference->total,
				m = current->total;
	double		cov[DIM][DIM] = {{0}},
				v[DIM][DIM];
	double		x[DIM],
				y[DIM];
	double		unit,
				largest = 0,
				sum = 0;
	DmTest		t = undefined;
	int			rank = 0;
	int			i,
				k;

	if (n < LEAST || m < LEAST)
		return t;
	unit = (pooled_quantile(reference, current, 0.75) - pooled_quantile(reference, current, 0.25)) / 2;
	if (!(unit > 0) || isinf(unit))
		return t;
	gather(reference, unit, (n + m) / n, x, cov);
	gather(current, unit, (n + m) / m, y, cov);
	for (i = 0; i < DIM; i++)
		for (k = 0; k < i; k++)
			cov[k][i] = cov[i][k];
	diagonalize(cov, v);
	for (i = 0; i < DIM; i++)
		largest = fmax(largest, fabs(cov[i][i]));
	/* numpy's pinv: what is less than 1e-15 of the largest counts as 0 */
	for (i = 0; i < DIM; i++)
	{
		double		along = 0;

		if (!(fabs(cov[i][i]) > 1e-15 * largest))
			continue;
		for (k = 0; k < DIM; k++)
			along += v[k][i] * (x[k] - y[k]);
		sum += along * along / cov[i][i];
		rank++;
	}
	if (rank == 0)
		return t;
	t.effect_size = sum;
	t.statistic = (n + m) * sum;
	if (fmax(n, m) < 25)
		t.statistic /= 1 + pow(n + m, -0.45) + 10.1 * (pow(n, -1.7) + pow(m, -1.7));
	t.df = rank;
	t.p_value = dm_chi_square_sf(t.statistic, rank);
	return t;
}
