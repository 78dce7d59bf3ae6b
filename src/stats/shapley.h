/*
 * shapley.h - what each of several things contributes to a change.
 */
#ifndef DATAMON_STATS_SHAPLEY_H
#define DATAMON_STATS_SHAPLEY_H

#include <stdbool.h>
#include <stddef.h>

#define DM_SHAPLEY_PLAYERS 20

/*
 * Shapley's values (Shapley, "A value for n-person games", 1953) of d players,
 * given the value of each of the 2^d subsets: value[m] is that of the players
 * whose bits m has.  They add up to value[2^d - 1] - value[0].
 */
extern void dm_shapley_values(const double *value, int d, double *phi);

/*
 * A ratio of sums is a mean of the ratios of its segments, weighted by their shares
 * of the denominator.  Its change is the sum of what each segment's ratio moved
 * by, at the mean of its two weights, and of what its weight moved by, at the distance
 * of its mean ratio from that of the whole: Shapley's values of the two players
 * weight and ratio.  A segment that one side lacks has the ratio of the other.
 * False where a side has no denominator.
 */
extern bool dm_mix_rate(size_t n, const double *numerator, const double *denominator,
						const double *reference_numerator, const double *reference_denominator,
						double *mix, double *rate);

#endif							/* DATAMON_STATS_SHAPLEY_H */
