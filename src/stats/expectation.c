/*
 * expectation.c - what is expected of many series, from a few earlier values
 * of each.
 *
 * One series says little about its own spread, all together a lot: the spread
 * of each is drawn towards what series of its size have, as if that had been seen
 * in PRIOR further values (Smyth, "Linear models and empirical Bayes methods",
 * Statistical Applications in Genetics 3, 2004), and is never taken for less.
 */
#include "stats/expectation.h"

#include <math.h>

#include "stats/sort.h"

#define PRIOR 4
#define BIN 30
#define MOST_BINS 12

/* Standard errors between mean and median above which an earlier value is off for no reason. */
#define OFF 2

double
dm_median(double *v, size_t n, double *scratch)
{
	dm_sort_doubles(v, v, scratch, n);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

void
dm_taylor_add(DmTaylorFit *fit, double mean, double dispersion)
{
	double		x = log(mean);
	double		y = log(dispersion);

	fit->n++;
	fit->x += x;
	fit->y += y;
	fit->xx += x * x;
	fit->xy += x * y;
}

DmTaylor
dm_taylor(const DmTaylorFit *fit)
{
	DmTaylor	law = {0, 0};
	double		spread;

	if (fit->n == 0)
		return law;
	spread = fit->xx - fit->x * fit->x / fit->n;
	if (fit->n >= 3 && spread > 0)
		law.b = fmin(fmax((fit->xy - fit->x * fit->y / fit->n) / spread, 0), 1);
	law.a = exp((fit->y - law.b * fit->x) / fit->n);
	return law;
}

double
dm_taylor_dispersion(const DmTaylor *law, double mean)
{
	return law->a * pow(mean, law->b);
}

int
dm_taylor_bins(size_t n)
{
	return n / BIN < 1 ? 1 : n / BIN > MOST_BINS ? MOST_BINS : (int) (n / BIN);
}

static double
mean_and_variance(const double *v, size_t m, double *variance)
{
	double		sum = 0;
	double		squares = 0;
	size_t		i;

	for (i = 0; i < m; i++)
		sum += v[i];
	sum /= (double) m;
	for (i = 0; i < m; i++)
		squares += (v[i] - sum) * (v[i] - sum);
	*variance = m > 1 ? squares / (double) (m - 1) : 0;
	return sum;
}

/* The law of the spread of all, from the variance of each over its mean. */
static DmTaylor
law_of_all(const double *mean, const double *dispersion, size_t n, size_t m, double *scratch)
{
	double	   *sorted = scratch;
	double	   *v = scratch + n;
	double	   *rest = scratch + 2 * n;
	double		freedom = (double) (m - 1);

	/* the median of a chi-square over its freedom, by Wilson and Hilferty */
	double		middle = pow(1 - 2 / (9 * freedom), 3);
	DmTaylorFit fit = {0};
	size_t		used = 0;
	int			bins;
	int			i;
	size_t		j;

	for (j = 0; j < n; j++)
		if (mean[j] > 0)
			sorted[used++] = mean[j];
	if (used == 0)
		return dm_taylor(&fit);
	dm_sort_doubles(sorted, sorted, v, used);
	bins = dm_taylor_bins(used);
	for (i = 0; i < bins; i++)
	{
		size_t		first = used * (size_t) i / (size_t) bins;
		size_t		last = used * (size_t) (i + 1) / (size_t) bins - 1;
		size_t		in = 0;
		double		phi;

		for (j = 0; j < n; j++)
			if (mean[j] >= sorted[first] && mean[j] <= sorted[last])
				v[in++] = dispersion[j];
		phi = dm_median(v, in, rest) / middle;
		if (phi > 0)
			dm_taylor_add(&fit, sorted[(first + last) / 2], phi);
	}
	return dm_taylor(&fit);
}

void
dm_expectation(const double *history, size_t n, size_t m, double *expected, double *dispersion,
			   double *scratch)
{
	DmTaylor	law;
	size_t		i;
	size_t		j;

	for (j = 0; j < n; j++)
	{
		double		variance;

		expected[j] = mean_and_variance(history + j * m, m, &variance);
		dispersion[j] = expected[j] > 0 ? variance / expected[j] : 0;
	}
	if (m < 2)
		return;
	law = law_of_all(expected, dispersion, n, m, scratch);
	for (j = 0; j < n; j++)
	{
		double		pooled;
		double		own;
		double		median;

		if (!(expected[j] > 0))
			continue;
		for (i = 0; i < m; i++)
			scratch[i] = history[j * m + i];
		median = dm_median(scratch, m, scratch + m);
		pooled = dm_taylor_dispersion(&law, expected[j]);
		if (m > 2 && median > 0 &&
			fabs(expected[j] - median) > OFF * sqrt(pooled * expected[j] / (double) m))
			expected[j] = median;
		pooled = dm_taylor_dispersion(&law, expected[j]);
		own = (PRIOR * pooled + (double) (m - 1) * dispersion[j]) / (PRIOR + (double) (m - 1));
		dispersion[j] = fmax(own, pooled) * (1 + 1 / (double) m);
	}
}
