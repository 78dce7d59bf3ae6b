/*
 * ranking.h - metrics of one ranked list, from the arguments of a call.
 *
 * The functions of one query and the aggregates over queries take the same
 * arguments, the aggregates behind their state: "n" is the first one.  NaN
 * where the metric is undefined or an array is NULL.
 */
#ifndef DATAMON_TYPES_RANKING_H
#define DATAMON_TYPES_RANKING_H

#include "base/compat.h"

/* k as argument n, all places where it is NULL or not there. */
extern size_t dm_getarg_k(FunctionCallInfo fcinfo, int n);

extern double dm_getarg_ndcg(FunctionCallInfo fcinfo, int n);		/* relevance, k */
extern double dm_getarg_ndcg_score(FunctionCallInfo fcinfo, int n); /* relevance, score, k */
extern double dm_getarg_average_precision(FunctionCallInfo fcinfo, int n);	/* relevant, k, total */
extern double dm_getarg_reciprocal_rank(FunctionCallInfo fcinfo, int n);	/* relevant, k */

/*
 * Place of the actual class in a list of classes, or by scores of classes 0, 1,
 * ...; 0 is a miss.  False where the list is NULL, empty, or has a score that is
 * none.
 */
extern bool dm_getarg_rank_of_text(FunctionCallInfo fcinfo, int n, uint64 *rank);
extern bool dm_getarg_rank_of_class(FunctionCallInfo fcinfo, int n, uint64 *rank);
extern bool dm_getarg_has_list(FunctionCallInfo fcinfo, int n, bool scores);

#endif							/* DATAMON_TYPES_RANKING_H */
