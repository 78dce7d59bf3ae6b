/*
 * ranking.h - how good one ranked list is.
 *
 * Pure C.  k is how many places count; the caller passes n for all of them.
 * Undefined results are NaN.
 */
#ifndef DATAMON_STATS_RANKING_H
#define DATAMON_STATS_RANKING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct DmRanked
{
	double		score;
	double		gain;
	size_t		at;				/* place in the input */
} DmRanked;

/*
 * Place, from 1, of class "actual" (from 0) among n by descending score; of
 * equal scores the later class is first: sklearn.metrics.top_k_accuracy_score
 * turns a stable ascending order round.  0: there is no such class.
 */
extern size_t dm_rank_of(const double *score, size_t n, long long actual);

/* Discounted cumulated gain of gains as they are ranked (Jarvelin and Kekalainen 2002). */
extern double dm_dcg(const double *gain, size_t n, size_t k, double log_base);

/* The same over the best order of these gains; "best" has room for n. */
extern double dm_ndcg(const double *gain, size_t n, size_t k, double *best);

/*
 * Ranked by score, as sklearn.metrics.dcg_score and ndcg_score: gains of equal
 * scores are averaged (McSherry and Najork 2008) unless ties are ignored; then
 * the later one is first.  "scratch" has room for n.
 */
extern double dm_dcg_score(const double *gain, const double *score, size_t n, size_t k,
						   double log_base, bool ignore_ties, DmRanked *scratch);
extern double dm_ndcg_score(const double *gain, const double *score, size_t n, size_t k,
							bool ignore_ties, DmRanked *scratch);

/*
 * Of a list of hits and misses.  "total" is how many relevant items there are,
 * in the list or not; average precision is over min(total, k) of them.
 */
extern double dm_average_precision_at_k(const bool *relevant, size_t n, size_t k, double total);
extern double dm_reciprocal_rank(const bool *relevant, size_t n, size_t k);
extern size_t dm_hits_at_k(const bool *relevant, size_t n, size_t k);

#endif							/* DATAMON_STATS_RANKING_H */
