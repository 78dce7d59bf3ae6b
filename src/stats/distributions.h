/*
 * distributions.h - probability distributions: density or mass, lower tail
 * (cdf), upper tail (sf), and the quantiles of both (ppf, isf).
 *
 * Each tail is computed as such, never as 1 minus the other where that loses
 * digits.  The continuous quantiles are exact at the ends: 0 and 1 give the
 * ends of the support.  A NaN argument, or a parameter outside its domain,
 * gives NaN.  A quantile beyond the range of double is infinite, or 0.
 */
#ifndef DATAMON_DISTRIBUTIONS_H
#define DATAMON_DISTRIBUTIONS_H

/* Standard normal; dm_normal_cdf and dm_normal_sf are in special.h. */
extern double dm_normal_pdf(double x);
extern double dm_normal_ppf(double p);
extern double dm_normal_isf(double q);

/* Student's t; df may be infinite, which is the normal distribution. */
extern double dm_t_pdf(double x, double df);
extern double dm_t_cdf(double x, double df);
extern double dm_t_sf(double x, double df);
extern double dm_t_ppf(double p, double df);
extern double dm_t_isf(double q, double df);

extern double dm_gamma_pdf(double x, double shape, double scale);
extern double dm_gamma_cdf(double x, double shape, double scale);
extern double dm_gamma_sf(double x, double shape, double scale);
extern double dm_gamma_ppf(double p, double shape, double scale);
extern double dm_gamma_isf(double q, double shape, double scale);

/* dm_chi_square_sf is in special.h. */
extern double dm_chi_square_pdf(double x, double df);
extern double dm_chi_square_cdf(double x, double df);
extern double dm_chi_square_ppf(double p, double df);
extern double dm_chi_square_isf(double q, double df);

extern double dm_f_pdf(double x, double dfn, double dfd);
extern double dm_f_cdf(double x, double dfn, double dfd);
extern double dm_f_sf(double x, double dfn, double dfd);
extern double dm_f_ppf(double p, double dfn, double dfd);
extern double dm_f_isf(double q, double dfn, double dfd);

extern double dm_beta_pdf(double x, double a, double b);
extern double dm_beta_cdf(double x, double a, double b);
extern double dm_beta_sf(double x, double a, double b);
extern double dm_beta_ppf(double p, double a, double b);
extern double dm_beta_isf(double q, double a, double b);

/*
 * P(X <= k), P(X > k), the least k with P(X <= k) >= p, and the least k with
 * P(X > k) <= q.  k need not be whole.  dm_binomial_pmf is in special.h.
 */
extern double dm_binomial_cdf(double k, double n, double p);
extern double dm_binomial_sf(double k, double n, double p);
extern double dm_binomial_ppf(double q, double n, double p);
extern double dm_binomial_isf(double q, double n, double p);

extern double dm_poisson_pmf(double k, double mu);
extern double dm_poisson_cdf(double k, double mu);
extern double dm_poisson_sf(double k, double mu);
extern double dm_poisson_ppf(double p, double mu);
extern double dm_poisson_isf(double q, double mu);

#endif							/* DATAMON_DISTRIBUTIONS_H */
