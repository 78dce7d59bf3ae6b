/*
 * kolmogorov_limit.c - the distribution of sqrt(n) D_n for n without bound:
 * by the alternating series in the tail, and by its theta transform elsewhere
 * (DLMF 20.7.32; Feller, Ann. Math. Stat. 19, 1948).
 */
#include <math.h>
#include <stdbool.h>

#include "stats/kolmogorov.h"
#include "stats/special.h"

#define PI 3.141592653589793238
#define SQRT_TWO_PI 2.506628274631000502
#define CROSSING 1.18			/* up to here the transform takes five terms, above it the series */
#define MAX_STEPS 50

static double
lower_series(double z, double *density)
{
	double		q = -PI * PI / (8 * z * z);
	double		sum = 0;
	double		slope = 0;
	int			k;

	for (k = 9; k >= 1; k -= 2)
	{
		double		term = exp(q * k * k);

		sum += term;
		slope += (-2 * q * k * k - 1) * term;
	}
	*density = SQRT_TWO_PI / (z * z) * slope;
	return SQRT_TWO_PI / z * sum;
}

static double
upper_series(double z, double *density)
{
	double		sum = 0;
	double		slope = 0;
	int			k;

	for (k = 5; k >= 1; k--)
	{
		double		term = exp(-2.0 * k * k * z * z);

		sum = term - sum;
		slope = k * k * term - slope;
	}
	*density = 8 * z * slope;
	return 2 * sum;
}

double
dm_kolmogorov_sf(double z)
{
	double		density;

	if (isnan(z))
		return NAN;
	if (z <= 0)
		return 1;
	return z < CROSSING ? 1 - lower_series(z, &density) : upper_series(z, &density);
}

double
dm_kolmogorov_cdf(double z)
{
	double		density;

	if (isnan(z))
		return NAN;
	if (z <= 0)
		return 0;
	return z < CROSSING ? lower_series(z, &density) : 1 - upper_series(z, &density);
}

/* Newton's method on the logarithm of the tail, from its first term's root. */
static double
solve(double p, bool upper)
{
	double		y = 1 - log(p);
	double		z;
	int			i;

	if (upper)
		z = sqrt(-log(p / 2) / 2);
	else
	{
		for (i = 0; i < 8; i++)
			y = 0.5 * log(16 * y / PI) - log(p);
		z = PI / sqrt(8 * y);
	}
	for (i = 0; i < MAX_STEPS; i++)
	{
		double		density;
		double		tail;
		double		error;

		if (z < CROSSING)
		{
			tail = lower_series(z, &density);
			tail = upper ? 1 - tail : tail;
		}
		else
		{
			tail = upper_series(z, &density);
			tail = upper ? tail : 1 - tail;
		}
		error = log(tail / p);
		z += (upper ? error : -error) * tail / density;
		if (fabs(error) < 1e-9)
			break;
	}
	return z;
}

static double
quantile(double p, bool upper)
{
	if (!(p >= 0 && p <= 1))
		return NAN;
	if (p > 0.5)
		return quantile(1 - p, !upper);
	if (p == 0)
		return upper ? INFINITY : 0;
	return solve(p, upper);
}

double
dm_kolmogorov_ppf(double p)
{
	return quantile(p, false);
}

double
dm_kolmogorov_isf(double q)
{
	return quantile(q, true);
}
