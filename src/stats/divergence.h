/*
 * divergence.h - Kullback-Leibler divergence, and the test of the population
 * stability index.
 */
#ifndef DATAMON_DIVERGENCE_H
#define DATAMON_DIVERGENCE_H

#include "stats/tests.h"

/*
 * Sum of r log(r / c) of two samples' shares, in units of log(base); empty
 * cells by a rule of distance.h.  Shares are brought back to the sum 1 (as
 * scipy.stats.entropy does), except by the rule DM_EMPTY_ADD (popmon).
 */
extern double dm_kl_divergence(const DmCells *c, DmEmpty empty, double base);

/*
 * PSI / (1/n + 1/m) is about chi-square with cells - 1 degrees of freedom
 * where nothing differs (Yurdakul, Statistical properties of population
 * stability index, 2018).
 */
extern DmTest dm_psi_test(const DmCells *c, DmEmpty empty);

#endif							/* DATAMON_DIVERGENCE_H */
