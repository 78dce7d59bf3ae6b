/*
 * power_sums.h - exact sums of third and fourth powers, and the moments that
 * follow from four exact sums.
 *
 * Third and fourth powers of all doubles span 8400 bits; exact sums hold
 * 4352.  Powers are therefore taken of values within [DM_POWER_LEAST,
 * DM_POWER_MOST) only, some 8e-149 to 4e158.  Below, a power counts as 0; the
 * skewness and kurtosis are undefined where that could be seen, or where a
 * value is above.  Mean and variance know no such limit.
 */
#ifndef DATAMON_POWER_SUMS_H
#define DATAMON_POWER_SUMS_H

#include "stats/exact_sum.h"

#define DM_POWER_LEAST 0x1p-492
#define DM_POWER_MOST 0x1p527

/* The largest magnitude of a sample below which left-out powers could be seen. */
#define DM_POWER_SEEN 0x1p-400

/*
 * Add the third and the fourth powers of at most 256 finite values, of which
 * "largest" is the largest magnitude; cubes may be NULL.  False if a window is
 * too small: the sums are then spoilt, and the caller starts from copies.
 */
extern bool dm_power_sums_add(DmExactSum *cubes, DmExactSum *fourths, const double *x, int n,
							  double largest);

typedef struct DmMoments
{
	uint64_t	n;
	double		min;			/* any where n is 0 */
	double		max;
	const DmExactSum *sum;
	const DmExactSum *squares;
	const DmExactSum *cubes;
	const DmExactSum *fourths;
} DmMoments;

/* NaN where undefined.  ddof: what is taken from n, as numpy names it. */
extern double dm_moments_mean(const DmMoments *m);
extern double dm_moments_variance(const DmMoments *m, int ddof);
extern double dm_moments_stddev(const DmMoments *m, int ddof);
extern double dm_moments_standard_error(const DmMoments *m);

/* Standard deviation (n - 1) over mean. */
extern double dm_moments_variation(const DmMoments *m);

/* g1, or G1 without bias; excess (or plain) kurtosis, with and without bias. */
extern double dm_moments_skewness(const DmMoments *m, bool bias);
extern double dm_moments_kurtosis(const DmMoments *m, bool fisher, bool bias);

/* Root of S / n for a sum that is not negative. */
extern double dm_sum_root_mean(const DmExactSum *s, uint64_t n);

#endif							/* DATAMON_POWER_SUMS_H */
