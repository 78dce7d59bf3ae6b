/*
 * edf_tests.h - distances and tests of empirical distribution functions.
 *
 * Undefined (a side is empty, all values are one) is NaN.
 */
#ifndef DATAMON_EDF_TESTS_H
#define DATAMON_EDF_TESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/bins.h"
#include "stats/samples.h"
#include "stats/tests.h"

/* area is not set: that is dm_wasserstein(). */
extern DmEdfScan dm_bins_scan(const DmBins *reference, const DmBins *current);

/* sqrt(2 * integral of (F - G)^2): scipy.stats.energy_distance. */
extern double dm_energy_distance(const DmBins *reference, const DmBins *current);

/* Of Kolmogorov-Smirnov on one side: statistic d = max(F - G), in either direction. */
extern double dm_ks_one_sided(double d, double n, double m, bool *exact);

extern DmTest dm_kuiper_test(const DmEdfScan *scan, double n, double m);

extern DmTest dm_anderson_darling_test(const DmBins *reference, const DmBins *current);

/* P(W^2 > x) of the limiting distribution. */
extern double dm_cramer_von_mises_sf(double x);

/*
 * Samples of at most this many have an exact p-value, for which "space" is
 * needed: that many bytes.  Without it the p-value is asymptotic.  Effect: the
 * mean of (F - G)^2 over both samples.
 */
#define DM_CVM_EXACT 20
extern size_t dm_cramer_von_mises_space(double n, double m);
extern DmTest dm_cramer_von_mises_test(const DmBins *reference, const DmBins *current, void *space,
										   bool *tied);

#endif							/* DATAMON_EDF_TESTS_H */
