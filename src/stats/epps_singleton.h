/*
 * epps_singleton.h - a test of characteristic functions on two samples.
 */
#ifndef DATAMON_EPPS_SINGLETON_H
#define DATAMON_EPPS_SINGLETON_H

#include "stats/bins.h"
#include "stats/tests.h"

/*
 * Half the quartile range of both samples is the unit.  NaN where that is 0,
 * and below five values a side.  Effect: the statistic by n + m, uncorrected.
 */
extern DmTest dm_epps_singleton_test(const DmBins *reference, const DmBins *current);

#endif							/* DATAMON_EPPS_SINGLETON_H */
