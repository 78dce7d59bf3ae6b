-- topk_state and metrics of ranked lists: text and binary form, results, NULLs, errors, plans.
SET search_path = datamon, public;
\pset null '(null)'
\pset format unaligned

CREATE TEMP TABLE ranked (actual text, list text[]);
INSERT INTO ranked VALUES ('a', '{a,b,c}'), ('b', '{a,b}'), ('c', '{a,b,c,c}'), ('d', '{a,b,c}'), ('a', '{NULL,a}'), (NULL, '{a}'), ('a', NULL), ('a', '{}'),
	(NULL, NULL), (NULL, '{}');
SELECT topk_state(actual, list) FROM ranked;
SELECT topk_state(actual, list, 2) FROM ranked;
SELECT topk_state(gain) FROM (VALUES (0.5::float8), (0.25), (NULL), ('NaN'), ('Infinity')) t(gain);
SELECT count(s), unused_count(s), top_k_accuracy(s, 1), top_k_accuracy(s, 2), hit_rate(s, 3), round(mean_reciprocal_rank(s)::numeric, 10) AS mrr,
		query_count(s), mean_gain(s)
	FROM (SELECT topk_state(actual, list) AS s FROM ranked) q;
SELECT h.* FROM (SELECT topk_state(actual, list) AS s FROM ranked) q, hits(s) h;
SELECT mean_gain(s), query_count(s), undefined_count(s), count(s), top_k_accuracy(s, 1), mean_reciprocal_rank(s)
	FROM (SELECT topk_state(gain) AS s FROM (VALUES (0.5::float8), (0.25), (NULL)) t(gain)) q;
SELECT top_k_accuracy_score(actual, list, 1), top_k_accuracy_score(actual, list, 2) FROM ranked;
SELECT top_k_accuracy_score(actual, list, 1), topk_state(actual, list) FROM ranked WHERE false;
SELECT top_k_accuracy_score(actual, list, 1) FROM ranked WHERE actual IS NULL;

-- scikit-learn's example of top_k_accuracy_score; ties: the later class is first
CREATE TEMP TABLE scored (y int, s float8[]);
INSERT INTO scored VALUES (0, '{0.5,0.2,0.2}'), (1, '{0.3,0.4,0.2}'), (2, '{0.2,0.4,0.3}'), (2, '{0.7,0.2,0.1}');
SELECT k, top_k_accuracy_score(y, s, k) FROM scored, generate_series(1, 3) k GROUP BY k ORDER BY k;
SELECT topk_state(y, s) FROM scored;
SELECT topk_state(y, '{0.5,0.5,0.1}'::float8[]) FROM (VALUES (0), (1), (2), (3), (-1), (NULL)) t(y);
SELECT topk_state(0, s) FROM (VALUES ('{1,NULL}'::float8[]), ('{1,NaN}'), ('{}'), (NULL), ('{1}')) t(s);

-- metrics of one list: Wikipedia's and scikit-learn's examples
SELECT round(dcg('{3,2,3,0,1,2}')::numeric, 3) AS dcg, round(ndcg('{3,2,3,0,1,2}')::numeric, 3) AS ndcg, ndcg('{3,2,3,0,1,2}', 1) AS at_1,
	round(dcg('{3,2,3,0,1,2}', 2, 10)::numeric, 3) AS base_10;
SELECT round(dcg_score(g, s)::numeric, 4) AS dcg, round(dcg_score(g, s, 2)::numeric, 4) AS at_2, round(ndcg_score(g, s)::numeric, 4) AS ndcg,
		dcg_score(g, '{1,0,0,0,1}', 1) AS shared, dcg_score(g, '{1,0,0,0,1}', 1, ignore_ties => true) AS ignored
	FROM (VALUES ('{10,0,0,1,5}'::float8[], '{0.1,0.2,0.3,4,70}'::float8[])) t(g, s);
SELECT h, average_precision_at_k(h), average_precision_at_k(h, 2), average_precision_at_k(h, total => 4) AS of_4, reciprocal_rank(h) AS rr,
		reciprocal_rank(h, 1) AS rr_1, precision_at_k(h, 3) AS p_3, precision_at_k(h), recall_at_k(h, 1) AS r_1, recall_at_k(h, 1, 4) AS of_4,
		hit_at_k(h, 1)
	FROM unnest(ARRAY['{t,f,t}', '{f,t}', '{f,f}', '{}', '{NULL,t}', NULL]) WITH ORDINALITY l(l, i), LATERAL (SELECT l::bool[] AS h) q ORDER BY i;
SELECT ndcg(g), ndcg_score(g, g), dcg(g), dcg_score(g, g)
	FROM unnest(ARRAY['{0,0}', '{}', '{1,NULL}', '{1,NaN}', '{1,-1}', '{1}', NULL]) WITH ORDINALITY l(l, i), LATERAL (SELECT l::float8[] AS g) q ORDER BY i;

-- means over queries: what is undefined stays out
CREATE TEMP TABLE query (g float8[], s float8[], h bool[]);
INSERT INTO query VALUES ('{3,2,0}', '{1,2,3}', '{f,f,t}'), ('{0,0}', '{1,2}', '{f,t}'), ('{1,0}', '{2,1}', '{t,f}'), (NULL, NULL, NULL), ('{}', '{}', '{}');
SELECT round(mean_ndcg(g, s)::numeric, 10) AS ndcg, round(mean_ndcg(g, s, 1)::numeric, 10) AS at_1, round(mean_ndcg(g)::numeric, 10) AS ranked,
		mean_ndcg(g, 1) AS ranked_1, round(mean_average_precision(h)::numeric, 10) AS map, mean_average_precision(h, 1) AS map_1,
		round(mean_reciprocal_rank(h)::numeric, 10) AS mrr, round(mean_reciprocal_rank(h, 2)::numeric, 10) AS mrr_2
	FROM query;
SELECT mean_gain(a) = m AS same, query_count(a), undefined_count(a)
	FROM (SELECT topk_state(ndcg_score(g, s, 2)) AS a, mean_ndcg(g, s, 2) AS m FROM query) q;
SELECT mean_ndcg(g, s), mean_average_precision(h), mean_reciprocal_rank(h) FROM query WHERE g IS NULL;

-- errors and hints
SELECT top_k_accuracy(topk_state('a'::text, '{a}'::text[], 3), 4);
SELECT top_k_accuracy(topk_state('a'::text, '{a}'::text[]), 0);
SELECT topk_state('a'::text, '{a}'::text[], 1001);
SELECT top_k_accuracy_score('a'::text, '{a}'::text[], NULL);
SELECT top_k_accuracy_score('a'::text, '{a}'::text[], k) FROM generate_series(1, 2) k;
SELECT ndcg('{1,2}', 0);
SELECT ndcg_score('{1,2}', '{1}');
SELECT dcg('{1,2}', log_base => 1);
SELECT recall_at_k('{t,t}', 1, 1);
SELECT mean_ndcg('{1,2}'::float8[], 0);
SELECT _topk_state_trans(NULL, 'a', '{a}'::text[]);

-- malformed text
SELECT ''::topk_state;
SELECT '{"max_rank":0,"hits":[]'::topk_state;
SELECT '{"max_rank":2,"hits":[1,2,3],"misses":0,"unlabelled":0,"unranked":0,"empty":0,"queries":0,"undefined":0,"gain":"@0"}'::topk_state;
SELECT '{"max_rank":2,"hits":[1],"misses":0,"unlabelled":0,"unranked":0,"empty":0,"queries":0,"undefined":0,"gain":"01@272"}'::topk_state;
SELECT '{"max_rank":2,"hits":[1],"misses":9223372036854775807,"unlabelled":0,"unranked":0,"empty":0,"queries":0,"undefined":0,"gain":"@0"}'::topk_state;
SELECT ' {"max_rank":2, "hits":[1,0],"misses":0,"unlabelled":0,"unranked":0,"empty":0,"queries":1,"undefined":0,"gain":"01@272"}'::topk_state;

-- binary form: COPY there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/16_topk_state.bin' AS file \gset
CREATE TEMP TABLE packed (v topk_state);
INSERT INTO packed SELECT topk_state(actual, list) FROM ranked;
INSERT INTO packed SELECT topk_state(i / 7.0) FROM generate_series(-3, 9) i;
CREATE TEMP TABLE unpacked (v topk_state);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.v = u.v) AS same
	FROM (SELECT v, row_number() OVER () FROM packed) p JOIN (SELECT v, row_number() OVER () FROM unpacked) u USING (row_number);
SELECT _topk_state_send(v) FROM packed;
CREATE FUNCTION pg_temp.recv(value bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea
		|| int4send(length(value)) || value || '\xffff');
BEGIN
	PERFORM lo_export(lo, file);
	PERFORM lo_unlink(lo);
	TRUNCATE unpacked;
	EXECUTE format('COPY unpacked FROM %L (FORMAT binary)', file);
	RETURN (SELECT v::text FROM unpacked);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT what, pg_temp.recv(bytes, :'file') FROM (VALUES
	(1, 'good', '\x4b01000002000000000000010300'::bytea),
	(2, 'nothing', '\x'),
	(3, 'no places', '\x4b010000000000000000000000'),
	(4, 'too short', '\x4b010000020000000000000103'),
	(5, 'too long', '\x4b0100000200000000000001030000'),
	(6, 'more hits than places', '\x4b0100000100000000000002010300'),
	(7, 'ends with no hit', '\x4b0100000200000000000002030000'),
	(8, 'a sum', '\x4b01000002000000000100000190022a'),
	(9, 'a sum of no query', '\x4b01000002000000000000000190022a'),
	(10, 'count 2^63', '\x4b010000028080808080808080800100000000000000')
	) t(no, what, bytes) ORDER BY no;

-- plans
CREATE TABLE plan_rows AS SELECT 'c' || i % 9 AS a, ARRAY['c' || i % 4, 'c' || i % 7, 'c' || i % 5] AS r, ARRAY[i % 5, i % 7, i % 3]::float8[] AS g,
	ARRAY[i % 2, i % 11, i % 13]::float8[] AS s FROM generate_series(1, 30000) i;
\set whole 'SELECT topk_state(a, r) AS a, mean_ndcg(g, s, 2) AS b, topk_state(ndcg(g)) AS c FROM plan_rows'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS :whole;
SELECT count(a), round(b::numeric, 6) AS ndcg, undefined_count(c) FROM serial;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS off) :whole;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;
DROP TABLE plan_rows, serial;
