/*
 * cluster_shape.c - how compact and how far apart clusters of points are, by
 * Euclidean distance.
 *
 * Differences are taken between points of one cluster first, so clusters that
 * are small and far from the origin keep their digits.
 */
#include <math.h>

#include "stats/cluster_shape.h"

static double
distance(const double *a, const double *b, size_t dims)
{
	double		sum = 0;
	size_t		d;

	for (d = 0; d < dims; d++)
		sum += (a[d] - b[d]) * (a[d] - b[d]);
	return sqrt(sum);
}

static int
defined(const DmPoints *p)
{
	return p->k >= 2 && p->k < p->n;
}

/*
 * Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53-65: (b - a) / max(a, b), a the
 * mean distance to the other points of its cluster, b the least mean distance
 * to those of another.  Points of both clusters in one place: 0, as
 * scikit-learn has it.
 */
double
dm_silhouette(const DmPoints *p, size_t cluster, size_t row)
{
	const double *x = p->values + row * p->dims;
	double		own = 0;
	double		nearest = INFINITY;
	double		larger;
	size_t		c;

	if (!defined(p))
		return NAN;
	if (p->start[cluster + 1] - p->start[cluster] == 1)
		return 0;
	for (c = 0; c < p->k; c++)
	{
		double		sum = 0;
		size_t		size = p->start[c + 1] - p->start[c];
		size_t		i;

		for (i = p->start[c]; i < p->start[c + 1]; i++)
			sum += distance(x, p->values + i * p->dims, p->dims);
		if (c == cluster)
			own = sum / (double) (size - 1);
		else
			nearest = fmin(nearest, sum / (double) size);
	}
	larger = fmax(own, nearest);
	return larger > 0 ? (nearest - own) / larger : 0;
}

void
dm_cluster_centres(const DmPoints *p, double *centres)
{
	size_t		c;
	size_t		d;
	size_t		i;

	for (c = 0; c < p->k; c++)
	{
		const double *first = p->values + p->start[c] * p->dims;
		double		size = (double) (p->start[c + 1] - p->start[c]);

		for (d = 0; d < p->dims; d++)
		{
			double		sum = 0;

			for (i = p->start[c]; i < p->start[c + 1]; i++)
				sum += p->values[i * p->dims + d] - first[d];
			centres[c * p->dims + d] = sum / size;
		}
	}
}

/* Coordinate d of centre a less that of centre b. */
static double
between(const DmPoints *p, const double *centres, size_t a, size_t b, size_t d)
{
	double		firsts = p->values[p->start[a] * p->dims + d] - p->values[p->start[b] * p->dims + d];

	return firsts + (centres[a * p->dims + d] - centres[b * p->dims + d]);
}

/* Square of the distance of a point from its centre. */
static double
from_centre(const DmPoints *p, const double *centres, size_t cluster, size_t row)
{
	const double *x = p->values + row * p->dims;
	const double *first = p->values + p->start[cluster] * p->dims;
	double		sum = 0;
	size_t		d;

	for (d = 0; d < p->dims; d++)
	{
		double		v = (x[d] - first[d]) - centres[cluster * p->dims + d];

		sum += v * v;
	}
	return sum;
}

/*
 * Davies and Bouldin, IEEE PAMI 1 (1979) 224-227: the mean over clusters of the
 * largest (s_i + s_j) / d_ij, s the mean distance from the centre, d that of
 * centres.  Clusters with the same centre are passed over, as scikit-learn
 * does; NaN where all have it.
 */
double
dm_davies_bouldin(const DmPoints *p, const double *centres, double *spread)
{
	double		sum = 0;
	int			apart = 0;
	size_t		a;
	size_t		b;
	size_t		i;

	if (!defined(p))
		return NAN;
	for (a = 0; a < p->k; a++)
	{
		spread[a] = 0;
		for (i = p->start[a]; i < p->start[a + 1]; i++)
			spread[a] += sqrt(from_centre(p, centres, a, i));
		spread[a] /= (double) (p->start[a + 1] - p->start[a]);
	}
	for (a = 0; a < p->k; a++)
	{
		double		worst = 0;

		if (p->pause)
			p->pause();
		for (b = 0; b < p->k; b++)
		{
			double		square = 0;
			size_t		d;

			for (d = 0; d < p->dims; d++)
			{
				double		v = between(p, centres, a, b, d);

				square += v * v;
			}
			/* nearer than rounding can tell from the same place */
			if (a == b || !(sqrt(square) > 1e-14 * (spread[a] + spread[b])))
				continue;
			apart = 1;
			worst = fmax(worst, (spread[a] + spread[b]) / sqrt(square));
		}
		sum += worst;
	}
	return apart ? sum / (double) p->k : NAN;
}

/*
 * Calinski and Harabasz, Comm. Statist. 3 (1974) 1-27: variance between
 * clusters over that within, each over its degrees of freedom.
 */
double
dm_calinski_harabasz(const DmPoints *p, const double *centres, double *mean)
{
	double		outside = 0;
	double		inside = 0;
	size_t		c;
	size_t		d;
	size_t		i;

	if (!defined(p))
		return NAN;
	for (d = 0; d < p->dims; d++)
	{
		mean[d] = 0;
		for (c = 0; c < p->k; c++)
			mean[d] += (double) (p->start[c + 1] - p->start[c]) / (double) p->n *
				between(p, centres, c, 0, d);
	}
	for (c = 0; c < p->k; c++)
	{
		double		square = 0;

		for (d = 0; d < p->dims; d++)
		{
			double		v = between(p, centres, c, 0, d) - mean[d];

			square += v * v;
		}
		outside += square * (double) (p->start[c + 1] - p->start[c]);
		for (i = p->start[c]; i < p->start[c + 1]; i++)
			inside += from_centre(p, centres, c, i);
	}
	return inside > 0 ? outside / inside * ((double) (p->n - p->k) / (double) (p->k - 1)) : NAN;
}
