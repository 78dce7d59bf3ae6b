-- topk_state: where the actual class stands in ranked lists, and means of a metric over queries; metrics of one list.

-- @type topk_state
COMMENT ON TYPE datamon.topk_state IS
	'how often the actual class is at each place of a ranked list, and the exact sum of a metric of queries; mergeable';

CREATE FUNCTION datamon._topk_state_trans(datamon.topk_state, text, text[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans(datamon.topk_state, text, text[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans(datamon.topk_state, integer, double precision[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_class' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans(datamon.topk_state, integer, double precision[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_class' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans(datamon.topk_state, double precision) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_gain' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_ndcg(datamon.topk_state, double precision[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_ndcg' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_ndcg(datamon.topk_state, double precision[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_ndcg' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_ndcg_score(datamon.topk_state, double precision[], double precision[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_ndcg_score' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_ndcg_score(datamon.topk_state, double precision[], double precision[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_ndcg_score' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_average_precision(datamon.topk_state, boolean[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_average_precision' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_average_precision(datamon.topk_state, boolean[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_average_precision' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_reciprocal_rank(datamon.topk_state, boolean[]) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_reciprocal_rank' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._topk_state_trans_reciprocal_rank(datamon.topk_state, boolean[], integer) RETURNS datamon.topk_state
	AS 'MODULE_PATHNAME', 'datamon_topk_state_trans_reciprocal_rank' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.topk_state(actual text, ranked text[]) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_final,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.topk_state(text, text[]) IS
	'place of the actual class in the ranked classes, up to 100';

CREATE AGGREGATE datamon.topk_state(actual text, ranked text[], max_rank integer) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_final,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.topk_state(text, text[], integer) IS
	'place of the actual class in the ranked classes, up to max_rank';

CREATE AGGREGATE datamon.topk_state(actual integer, score double precision[]) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_final,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.topk_state(integer, double precision[]) IS
	'place of the actual class, from 0, by the scores of the classes, up to 100';

CREATE AGGREGATE datamon.topk_state(actual integer, score double precision[], max_rank integer) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_final,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.topk_state(integer, double precision[], integer) IS
	'place of the actual class, from 0, by the scores of the classes, up to max_rank';

CREATE AGGREGATE datamon.topk_state(gain double precision) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_final,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.topk_state(double precision) IS
	'exact sum of a metric of queries; NULLs are counted apart';

-- Of states

CREATE FUNCTION datamon.top_k_accuracy(state datamon.topk_state, k integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_topk_state_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.top_k_accuracy(datamon.topk_state, integer) IS
	'share of rows whose actual class is at one of the first k places; NULL without rows';

CREATE FUNCTION datamon.hit_rate(state datamon.topk_state, k integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_topk_state_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hit_rate(datamon.topk_state, integer) IS
	'the same as top_k_accuracy';

CREATE FUNCTION datamon.mean_reciprocal_rank(datamon.topk_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_topk_state_mrr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_reciprocal_rank(datamon.topk_state) IS
	'mean of 1 / place of the actual class, a miss being 0; NULL without rows';

CREATE FUNCTION datamon.mean_gain(datamon.topk_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_topk_state_mean_gain'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_gain(datamon.topk_state) IS
	'mean of the metric over the queries that have it; NULL without any';

CREATE FUNCTION datamon.count(datamon.topk_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_topk_state_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.topk_state) IS
	'rows with an actual class and a list';

CREATE FUNCTION datamon.unused_count(datamon.topk_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_topk_state_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.topk_state) IS
	'rows that lack the actual class, the list, or both';

CREATE FUNCTION datamon.query_count(datamon.topk_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_topk_state_queries'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.query_count(datamon.topk_state) IS
	'queries with a metric';

CREATE FUNCTION datamon.undefined_count(datamon.topk_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_topk_state_undefined'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.undefined_count(datamon.topk_state) IS
	'queries without: the metric was NULL or not finite';

CREATE FUNCTION datamon.hits(state datamon.topk_state) RETURNS TABLE(rank bigint, hits bigint, top_k_accuracy double precision)
	AS 'MODULE_PATHNAME', 'datamon_topk_state_hits'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION datamon.hits(datamon.topk_state) IS
	'how often the actual class is at each place, and at it or above';

-- Of rows

CREATE FUNCTION datamon._topk_state_accuracy(datamon.topk_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_topk_state_accuracy' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.top_k_accuracy_score(actual text, ranked text[], k integer) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_accuracy,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.top_k_accuracy_score(text, text[], integer) IS
	'share of rows whose actual class is among the first k of the ranked classes';

CREATE AGGREGATE datamon.top_k_accuracy_score(actual integer, score double precision[], k integer) (
	SFUNC = datamon._topk_state_trans,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon._topk_state_accuracy,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.top_k_accuracy_score(integer, double precision[], integer) IS
	'share of rows whose actual class, from 0, has one of the k highest scores';

CREATE AGGREGATE datamon.mean_ndcg(relevance double precision[]) (
	SFUNC = datamon._topk_state_trans_ndcg,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_ndcg(double precision[]) IS
	'mean ndcg over rows of relevances as they are ranked';

CREATE AGGREGATE datamon.mean_ndcg(relevance double precision[], k integer) (
	SFUNC = datamon._topk_state_trans_ndcg,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_ndcg(double precision[], integer) IS
	'mean ndcg over rows of relevances as they are ranked, of the first k places';

CREATE AGGREGATE datamon.mean_ndcg(relevance double precision[], score double precision[]) (
	SFUNC = datamon._topk_state_trans_ndcg_score,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_ndcg(double precision[], double precision[]) IS
	'mean ndcg_score over rows of relevances and scores';

CREATE AGGREGATE datamon.mean_ndcg(relevance double precision[], score double precision[], k integer) (
	SFUNC = datamon._topk_state_trans_ndcg_score,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_ndcg(double precision[], double precision[], integer) IS
	'mean ndcg_score over rows of relevances and scores, of the first k places';

CREATE AGGREGATE datamon.mean_average_precision(relevant boolean[]) (
	SFUNC = datamon._topk_state_trans_average_precision,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_average_precision(boolean[]) IS
	'mean average_precision_at_k over rows of ranked hits and misses';

CREATE AGGREGATE datamon.mean_average_precision(relevant boolean[], k integer) (
	SFUNC = datamon._topk_state_trans_average_precision,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_average_precision(boolean[], integer) IS
	'mean average_precision_at_k over rows of ranked hits and misses, of the first k places';

CREATE AGGREGATE datamon.mean_reciprocal_rank(relevant boolean[]) (
	SFUNC = datamon._topk_state_trans_reciprocal_rank,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_reciprocal_rank(boolean[]) IS
	'mean reciprocal_rank over rows of ranked hits and misses';

CREATE AGGREGATE datamon.mean_reciprocal_rank(relevant boolean[], k integer) (
	SFUNC = datamon._topk_state_trans_reciprocal_rank,
	STYPE = datamon.topk_state,
	SSPACE = 256,
	FINALFUNC = datamon.mean_gain,
	COMBINEFUNC = datamon._topk_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_reciprocal_rank(boolean[], integer) IS
	'mean reciprocal_rank over rows of ranked hits and misses, of the first k places';

-- Of one list

CREATE FUNCTION datamon.dcg(relevance double precision[], k integer DEFAULT NULL, log_base double precision DEFAULT 2) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_dcg'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.dcg(double precision[], integer, double precision) IS
	'discounted cumulated gain of relevances as they are ranked';

CREATE FUNCTION datamon.ndcg(relevance double precision[], k integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_ndcg'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ndcg(double precision[], integer) IS
	'dcg over that of the best order of the same relevances; NULL if none is above 0';

CREATE FUNCTION datamon.dcg_score(relevance double precision[], score double precision[], k integer DEFAULT NULL, log_base double precision DEFAULT 2, ignore_ties boolean DEFAULT false) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_dcg_score'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.dcg_score(double precision[], double precision[], integer, double precision, boolean) IS
	'discounted cumulated gain, ranked by score; equal scores share their gains';

CREATE FUNCTION datamon.ndcg_score(relevance double precision[], score double precision[], k integer DEFAULT NULL, ignore_ties boolean DEFAULT false) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_ndcg_score'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ndcg_score(double precision[], double precision[], integer, boolean) IS
	'dcg_score over that of the best order; NULL if no relevance is above 0';

CREATE FUNCTION datamon.average_precision_at_k(relevant boolean[], k integer DEFAULT NULL, total integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_average_precision_at_k'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.average_precision_at_k(boolean[], integer, integer) IS
	'sum of the precision at each hit, over min(total, k); NULL if nothing is relevant';

CREATE FUNCTION datamon.reciprocal_rank(relevant boolean[], k integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_reciprocal_rank'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.reciprocal_rank(boolean[], integer) IS
	'1 / place of the first hit, 0 without one; NULL for an empty list';

CREATE FUNCTION datamon.precision_at_k(relevant boolean[], k integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_precision_at_k'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.precision_at_k(boolean[], integer) IS
	'hits among the first k places / k; NULL for an empty list';

CREATE FUNCTION datamon.recall_at_k(relevant boolean[], k integer DEFAULT NULL, total integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_recall_at_k'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.recall_at_k(boolean[], integer, integer) IS
	'hits among the first k places / total; NULL if nothing is relevant';

CREATE FUNCTION datamon.hit_at_k(relevant boolean[], k integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_hit_at_k'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hit_at_k(boolean[], integer) IS
	'1 if there is a hit among the first k places, else 0; NULL for an empty list';
