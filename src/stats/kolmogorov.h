/*
 * kolmogorov.h - distributions of the Kolmogorov-Smirnov statistics.
 */
#ifndef DATAMON_KOLMOGOROV_H
#define DATAMON_KOLMOGOROV_H

#include <stdbool.h>

/* Up to this n * m the two-sample distribution is computed exactly. */
#define DM_KS_EXACT_LIMIT 250000.0

/* P(D >= d) of the two-sided two-sample test; *exact says which way. */
extern double dm_ks_p_value(double d, double n, double m, bool *exact);

/* P(D_n >= x) of one sample of n, two-sided, and P(D+_n >= x), one-sided. */
extern double dm_kolmogorov_n_sf(double n, double x);
extern double dm_smirnov_sf(double n, double x);

/* P(D_n <= x), and the quantiles of both tails. */
extern double dm_kolmogorov_n_cdf(double n, double x);
extern double dm_kolmogorov_n_ppf(double n, double p);
extern double dm_kolmogorov_n_isf(double n, double q);

/* sqrt(n) D_n for n without bound; dm_kolmogorov_sf is in special.h. */
extern double dm_kolmogorov_cdf(double z);
extern double dm_kolmogorov_ppf(double p);
extern double dm_kolmogorov_isf(double q);

#endif							/* DATAMON_KOLMOGOROV_H */
