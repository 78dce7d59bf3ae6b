/*
 * special.h - special functions behind the p-values.
 *
 * Relative accuracy is 1e-12 or better over the ranges a monitor meets, and
 * upper tails are computed as such (never as 1 - cdf), so a p-value of 1e-300
 * is as good as one of 0.05.  A NaN argument, or one outside the function's
 * domain, yields NaN.
 */
#ifndef DATAMON_SPECIAL_H
#define DATAMON_SPECIAL_H

/* Regularised incomplete gamma function: P(a, x) and Q(a, x) = 1 - P. */
extern double dm_gamma_p(double a, double x);
extern double dm_gamma_q(double a, double x);

/* Regularised incomplete beta function I_x(a, b), and 1 - I_x(a, b). */
extern double dm_beta_p(double a, double b, double x);
extern double dm_beta_q(double a, double b, double x);

extern double dm_chi_square_sf(double x, double df);

extern double dm_normal_cdf(double x);
extern double dm_normal_sf(double x);
extern double dm_normal_quantile(double p);

/* P(sqrt(n) D_n > z) for n without bound. */
extern double dm_kolmogorov_sf(double z);

/* Probabilities of k successes, with and without replacement. */
extern double dm_binomial_pmf(double k, double n, double p);
extern double dm_hypergeometric_pmf(double k, double population, double marked, double drawn);

#endif							/* DATAMON_SPECIAL_H */
