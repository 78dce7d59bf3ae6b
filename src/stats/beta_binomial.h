/*
 * beta_binomial.h - counts of successes whose chance itself varies.
 */
#ifndef DATAMON_BETA_BINOMIAL_H
#define DATAMON_BETA_BINOMIAL_H

/*
 * P(K >= k) of n trials whose chance is drawn from Beta(a, b): scipy's
 * betabinom.sf(k - 1, n, a, b).  Takes up to n steps; 1 for k <= 0, 0 for
 * k > n, NaN outside n >= 0, a > 0, b > 0.
 */
extern double dm_beta_binomial_upper(double k, double n, double a, double b);

/*
 * The chance of k or more of n, where k0 of n0 were seen before and the share
 * varies by a variance of its own: the beta-binomial distribution of what is
 * to come (Jeffreys's prior; Gelman et al., "Bayesian Data Analysis", 2.4),
 * its beta widened to that variance.  Exact where few are expected, else by
 * the normal distribution.
 */
extern double dm_rate_upper(double k, double n, double k0, double n0, double variance);

#endif							/* DATAMON_BETA_BINOMIAL_H */
