/*
 * expectation.h - what is expected of each of many series, and how far it
 * spreads, from a few earlier values of each.
 */
#ifndef DATAMON_STATS_EXPECTATION_H
#define DATAMON_STATS_EXPECTATION_H

#include <stddef.h>

/*
 * Of n series with m earlier values each, history[j * m + i], none of them NaN:
 * expected[j] is their mean, or their median where the mean is farther from it
 * than the spread allows; dispersion[j] is the variance of a next value about
 * it, over it.  With m = 1 nothing is known of the spread: dispersion[j] is 0.
 * "scratch" has room for m + 4 n.
 */
extern void dm_expectation(const double *history, size_t n, size_t m, double *expected, double *dispersion,
						   double *scratch);

/*
 * A dispersion that grows as a power of the mean, a f^b with 0 <= b <= 1 (Taylor,
 * "Aggregation, variance and the mean", Nature 189, 1961), through medians of bins.
 */
typedef struct DmTaylor
{
	double		a;
	double		b;
} DmTaylor;

/* Sums of the fit; begin with zeros. */
typedef struct DmTaylorFit
{
	double		n;
	double		x;
	double		y;
	double		xx;
	double		xy;
} DmTaylorFit;

extern void dm_taylor_add(DmTaylorFit *fit, double mean, double dispersion);
extern DmTaylor dm_taylor(const DmTaylorFit *fit);

extern double dm_taylor_dispersion(const DmTaylor *law, double mean);

/* Into how many bins n values go, and where bin i of them begins among the values in order. */
extern int	dm_taylor_bins(size_t n);

/* Sorts v. */
extern double dm_median(double *v, size_t n, double *scratch);

#endif							/* DATAMON_STATS_EXPECTATION_H */
