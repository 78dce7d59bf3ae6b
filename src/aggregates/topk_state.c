/*
 * topk_state.c - how topk_state() and the means over ranked lists take a row.
 *
 * The state is a topk_state itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "types/ranking.h"
#include "types/topk_state.h"

PG_FUNCTION_INFO_V1(datamon_topk_state_trans_text);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_class);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_gain);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_ndcg);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_ndcg_score);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_average_precision);
PG_FUNCTION_INFO_V1(datamon_topk_state_trans_reciprocal_rank);

static DmTopkState *
get_state(FunctionCallInfo fcinfo, int max_rank)
{
	DmTopkState *w;

	dm_require_aggregate(fcinfo, TOPK_NAME);
	if (PG_ARGISNULL(0))
		return dm_topk_new(max_rank);
	w = (DmTopkState *) dm_get_state(fcinfo, DM_TOPK_STATE, TOPK_NAME);
	if (w->max_rank != (uint64) max_rank)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be the same for all rows of a group")));
	return w;
}

/* Places that are told apart: argument 3, where there is one. */
static int
get_max_rank(FunctionCallInfo fcinfo)
{
	if (PG_NARGS() <= 3)
		return DM_TOPK_DEFAULT_RANK;
	if (PG_ARGISNULL(3) || PG_GETARG_INT32(3) < 1 || PG_GETARG_INT32(3) > DM_TOPK_MAX_RANK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be between 1 and %d", DM_TOPK_MAX_RANK)));
	return PG_GETARG_INT32(3);
}

static Datum
add_rank(FunctionCallInfo fcinfo, bool scores)
{
	DmTopkState *w = get_state(fcinfo, get_max_rank(fcinfo));
	uint64		rank = 0;
	bool		ranked;

	if (PG_ARGISNULL(1))
	{
		DmTopkCount which = dm_getarg_has_list(fcinfo, 2, scores) ? DM_TOPK_UNLABELLED : DM_TOPK_EMPTY;

		w->counts[which] = dm_add_count(w->counts[which], 1);
		PG_RETURN_POINTER(w);
	}
	ranked = scores ? dm_getarg_rank_of_class(fcinfo, 1, &rank)
					: dm_getarg_rank_of_text(fcinfo, 1, &rank);
	if (ranked)
		dm_topk_add_rank(w, rank);
	else
		w->counts[DM_TOPK_UNRANKED] = dm_add_count(w->counts[DM_TOPK_UNRANKED], 1);
	PG_RETURN_POINTER(w);
}

/* (actual text, ranked text[] [, k]) */
Datum
datamon_topk_state_trans_text(PG_FUNCTION_ARGS)
{
	return add_rank(fcinfo, false);
}

/* (actual integer, score float8[] [, k]) */
Datum
datamon_topk_state_trans_class(PG_FUNCTION_ARGS)
{
	return add_rank(fcinfo, true);
}

static Datum
add_gain(FunctionCallInfo fcinfo, double gain)
{
	DmTopkState *w = get_state(fcinfo, DM_TOPK_DEFAULT_RANK);

	dm_topk_add_gain(w, gain);
	PG_RETURN_POINTER(w);
}

/* (gain) */
Datum
datamon_topk_state_trans_gain(PG_FUNCTION_ARGS)
{
	return add_gain(fcinfo, PG_ARGISNULL(1) ? NAN : PG_GETARG_FLOAT8(1));
}

/* (relevance float8[] [, k]) */
Datum
datamon_topk_state_trans_ndcg(PG_FUNCTION_ARGS)
{
	return add_gain(fcinfo, dm_getarg_ndcg(fcinfo, 1));
}

/* (relevance float8[], score float8[] [, k]) */
Datum
datamon_topk_state_trans_ndcg_score(PG_FUNCTION_ARGS)
{
	return add_gain(fcinfo, dm_getarg_ndcg_score(fcinfo, 1));
}

/* (relevant boolean[] [, k]) */
Datum
datamon_topk_state_trans_average_precision(PG_FUNCTION_ARGS)
{
	return add_gain(fcinfo, dm_getarg_average_precision(fcinfo, 1));
}

/* (relevant boolean[] [, k]) */
Datum
datamon_topk_state_trans_reciprocal_rank(PG_FUNCTION_ARGS)
{
	return add_gain(fcinfo, dm_getarg_reciprocal_rank(fcinfo, 1));
}
