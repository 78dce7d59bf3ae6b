/*
 * test_ranking.c - metrics of ranked lists against published examples.
 */
#include <stdbool.h>
#include <stdint.h>

#include "near.h"
#include "stats/ranking.h"

/* Wikipedia, "Discounted cumulative gain": relevances 3, 2, 3, 0, 1, 2 */
static void
gains(void)
{
	static const double gain[] = {3, 2, 3, 0, 1, 2};
	static const double none[] = {0, 0};
	static const double negative[] = {1, -1};
	double		best[6];

	tap_near(dm_dcg(gain, 6, 6, 2), 6.861, 1e-4, "DCG 6.861");
	tap_near(dm_ndcg(gain, 6, 6, best), 6.861 / 7.141, 2e-4, "nDCG over 7.141");
	tap_near(dm_ndcg(gain, 6, 1, best), 1, 0, "the first place is the best");
	tap_ok(isnan(dm_ndcg(none, 2, 2, best)), "nothing relevant: undefined, where scikit-learn says 0");
	tap_ok(isnan(dm_ndcg(negative, 2, 2, best)), "a negative relevance: undefined");
	tap_ok(isnan(dm_ndcg(none, 0, 0, best)), "an empty list too");
}

/* scikit-learn's examples of dcg_score and ndcg_score */
static void
documented(void)
{
	static const double gain[] = {10, 0, 0, 1, 5};
	static const double score[] = {.1, .2, .3, 4, 70};
	static const double other[] = {.05, 1.1, 1., .5, .0};
	static const double tied[] = {1, 0, 0, 0, 1};
	DmRanked	r[5];

	tap_near(dm_dcg_score(gain, score, 5, 5, 2, false, r), 9.499457825916874, 1e-14, "dcg_score 9.49");
	tap_near(dm_dcg_score(gain, score, 5, 2, 2, false, r), 5.630929753571458, 1e-14, "with k = 2: 5.63");
	tap_near(dm_dcg_score(gain, tied, 5, 1, 2, false, r), 7.5, 0, "ties share: 7.5");
	tap_near(dm_dcg_score(gain, tied, 5, 1, 2, true, r), 5, 0, "ties ignored: 5");
	tap_near(dm_ndcg_score(gain, score, 5, 5, false, r), 0.6956940443813074, 1e-14, "ndcg_score 0.69");
	tap_near(dm_ndcg_score(gain, other, 5, 4, false, r), 0.35202411006344875, 1e-14, "with k = 4: 0.35");
	tap_near(dm_ndcg_score(gain, gain, 5, 5, false, r), 1, 1e-15, "the best order is 1");
}

static void
hits(void)
{
	static const bool list[] = {true, false, true, false, false, true};
	static const bool third[] = {false, false, true};

	/* Manning, Raghavan and Schuetze (2008), 8.4: the mean of precisions at each hit */
	tap_near(dm_average_precision_at_k(list, 6, 6, 3), (1 + 2.0 / 3 + 0.5) / 3, 1e-15, "average precision");
	tap_near(dm_average_precision_at_k(list, 6, 2, 3), 0.5, 1e-15, "of two places at most two can be hits");
	tap_near(dm_average_precision_at_k(list, 6, 6, 6), (1 + 2.0 / 3 + 0.5) / 6, 1e-15,
			 "items that were not found count");
	tap_ok(isnan(dm_average_precision_at_k(third, 2, 2, 0)), "nothing relevant: undefined");
	tap_near(dm_reciprocal_rank(third, 3, 3), 1.0 / 3, 1e-15, "reciprocal rank");
	tap_near(dm_reciprocal_rank(third, 3, 2), 0, 0, "beyond k: 0");
	tap_ok(dm_hits_at_k(list, 6, 3) == 2, "hits");
}

/* scikit-learn's example of top_k_accuracy_score */
static void
ranks(void)
{
	static const double a[] = {.5, .2, .2};
	static const double d[] = {.7, .2, .1};

	tap_ok(dm_rank_of(a, 3, 0) == 1, "the highest score is first");
	tap_ok(dm_rank_of(a, 3, 2) == 2 && dm_rank_of(a, 3, 1) == 3, "of equal scores the later class is first");
	tap_ok(dm_rank_of(d, 3, 2) == 3, "the lowest is last");
	tap_ok(dm_rank_of(d, 3, 3) == 0 && dm_rank_of(d, 3, -1) == 0, "a class without a score has no place");
}

int
main(void)
{
	gains();
	documented();
	hits();
	ranks();
	return tap_done();
}
