/*
 * shapley.c - Shapley's values, given the value of every subset, and in the
 * closed form of two players.
 */
#include "stats/shapley.h"

#include <math.h>

#include "stats/neumaier.h"

static int
bits(size_t mask)
{
	int			n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

void
dm_shapley_values(const double *value, int d, double *phi)
{
	double		weight[DM_SHAPLEY_PLAYERS];
	size_t		subsets = (size_t) 1 << d;
	int			i;

	/* k! (d - k - 1)! / d! of a subset of k */
	for (i = 0; i < d; i++)
	{
		int			k;

		weight[i] = 1.0 / d;
		for (k = 1; k <= i; k++)
			weight[i] *= (double) k / (d - k);
	}
	for (i = 0; i < d; i++)
	{
		DmNeumaier	sum = {0, 0};
		size_t		m;

		for (m = 0; m < subsets; m++)
			if (!(m >> i & 1))
				dm_neumaier_add(&sum, weight[bits(m)] * (value[m | (size_t) 1 << i] - value[m]));
		phi[i] = dm_neumaier_value(&sum);
	}
}

static double
total(size_t n, const double *v)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;

	for (i = 0; i < n; i++)
		dm_neumaier_add(&sum, v[i]);
	return dm_neumaier_value(&sum);
}

bool
dm_mix_rate(size_t n, const double *numerator, const double *denominator,
			const double *reference_numerator, const double *reference_denominator,
			double *mix, double *rate)
{
	double		d1 = total(n, denominator);
	double		d0 = total(n, reference_denominator);
	double		mean;
	size_t		i;

	if (d1 == 0 || d0 == 0 || !isfinite(d1) || !isfinite(d0))
		return false;
	mean = (total(n, numerator) / d1 + total(n, reference_numerator) / d0) / 2;
	for (i = 0; i < n; i++)
	{
		double		w1 = denominator[i] / d1;
		double		w0 = reference_denominator[i] / d0;
		double		part = numerator[i] / d1 - reference_numerator[i] / d0 - mean * (w1 - w0);
		bool		both = denominator[i] != 0 && reference_denominator[i] != 0;
		double		moved = 0;

		if (both)
			moved = numerator[i] / denominator[i] - reference_numerator[i] / reference_denominator[i];
		rate[i] = moved * (w0 + w1) / 2;
		mix[i] = part - rate[i];
	}
	return true;
}
