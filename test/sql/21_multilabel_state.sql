-- multilabel_state: forms, accessors, scores, arguments, plans.
SET search_path = datamon, public;
\pset null '(null)'

CREATE TEMP TABLE rows (a text[], p text[]);
INSERT INTO rows VALUES ('{x,y}', '{x}'), ('{y}', '{y,z}'), ('{}', '{}'), ('{x,x}', '{x}'), ('{}', '{w}'), (NULL, '{x}'), ('{x}', NULL),
	(NULL, NULL), ('{x,NULL}', '{x}');
SELECT multilabel_state(a, p) FROM rows;
SELECT multilabel_state(a, p) FROM rows WHERE false;
SELECT count(m), unused_count(m), unlabelled_count(m), unpredicted_count(m), class_counts(m, 'y') AS y, class_counts(m, '?') AS none
	FROM (SELECT multilabel_state(a, p) AS m FROM rows) s;

-- scikit-learn's example of jaccard_score: [[0, 1, 1], [1, 1, 0]] against [[1, 1, 1], [1, 0, 0]]
CREATE TEMP TABLE example AS SELECT multilabel_state(a, p) AS m
	FROM (VALUES ('{b,c}'::text[], '{a,b,c}'::text[]), ('{a,b}', '{a}')) t(a, p);
SELECT x AS average, round(jaccard_score(m, x)::numeric, 4) AS jaccard, round(precision_score(m, x)::numeric, 4) AS precision,
		round(recall_score(m, x)::numeric, 4) AS recall, round(f1_score(m, x)::numeric, 4) AS f1, round(fbeta_score(m, 2, x)::numeric, 4) AS f2
	FROM example, unnest(ARRAY['macro', 'micro', 'weighted', 'samples']) x;
SELECT round(hamming_loss(m)::numeric, 4) AS hamming, hamming_loss(m, 10) AS of_10, accuracy_score(m), zero_one_loss(m) FROM example;
SELECT kind, class, round(precision_score::numeric, 4) AS precision, round(recall_score::numeric, 4) AS recall,
		round(f1_score::numeric, 4) AS f1, support
	FROM example, classification_report(m);

-- nothing to score
SELECT f1_score(m) AS macro, f1_score(m, 'samples') AS samples, f1_score(m, 'samples', NULL) AS left_out, f1_score(m, 'samples', 1) AS as_1,
		hamming_loss(m) AS hamming, accuracy_score(m) AS accuracy
	FROM (VALUES (1, '{"unlabelled":1,"unpredicted":0,"empty":0,"labels":[],"rows":[]}'::multilabel_state),
		(2, '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[],"rows":[[0,0,0,5]]}')) t(no, m) ORDER BY no;
SELECT precision_score(m, 'micro') AS micro, precision_score(m, 'micro', NULL) AS left_out, recall_score(m, 'weighted', 1) AS weighted, recall_score(m) AS macro
	FROM (VALUES ('{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",0,0,2]],"rows":[[1,0,0,2]]}'::multilabel_state)) t(m);

-- malformed text, one line each: labels and rows tell of the same rows
SELECT ''::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",1,0,0]],"rows":[]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",1,0,0]],"rows":[[1,1,0,1]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",1,0,0]],"rows":[[1,1,2,1]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",2,0,0]],"rows":[[2,2,2,1]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["b",1,0,0],["a",1,0,0]],"rows":[[1,1,1,2]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",1,0,0],["b",1,0,0]],"rows":[[1,1,1,1],[1,1,1,1]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",0,0,0]],"rows":[]}'::multilabel_state;
SELECT '{"unlabelled":1,"unpredicted":0,"empty":0,"labels":[],"rows":[[0,0,0,9223372036854775807]]}'::multilabel_state;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"labels":[["a",1,0,0],["b",1,0,0]],"rows":[[1,1,1,2]]}'::multilabel_state;

-- arguments
SELECT f1_score(m, 'binary') FROM example;
SELECT f1_score(m, zero_division => -1) FROM example;
SELECT fbeta_score(m, 'nan') FROM example;
SELECT hamming_loss(m, 2) FROM example;
SELECT _multilabel_state_trans(NULL, '{a}', '{b}');
SELECT count(multilabel_state(ARRAY['l' || i], '{}')) FROM generate_series(1, 100000) i;
SELECT a = b AS eq, a <> b AS ne, a + b AS sum, a + b = b + a AS commutative
	FROM (SELECT m AS a, '{"unlabelled":1,"unpredicted":2,"empty":3,"labels":[["a",1,0,0]],"rows":[[1,1,1,1]]}'::multilabel_state AS b FROM example) s;

-- binary form, and every plan
SELECT current_setting('data_directory') || '/21_multilabel_state.bin' AS file \gset
CREATE TABLE plan_rows AS
	SELECT i, (SELECT array_agg('l' || j) FROM generate_series(1, i % 5) k, LATERAL (SELECT (i * k * 7) % 13 AS j) x) AS a,
		(SELECT coalesce(array_agg('l' || j), '{}') FROM generate_series(1, i % 4) k, LATERAL (SELECT (i * k * 5) % 17 AS j) x) AS p
	FROM generate_series(1, 20000) i;
ANALYZE plan_rows;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT multilabel_state(a, p) AS m FROM plan_rows;
COPY serial TO :'file' (FORMAT binary);
CREATE TEMP TABLE back (m multilabel_state);
COPY back FROM :'file' (FORMAT binary);
SELECT b.m = s.m AS same, s.m::text::multilabel_state = s.m AS text, count(s.m) + unused_count(s.m) AS rows FROM serial s, back b;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT multilabel_state(a, p) FROM plan_rows;
SELECT multilabel_state(a, p) = (SELECT m FROM serial) AS parallel FROM plan_rows;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(part) = (SELECT m FROM serial) AS merged FROM (SELECT multilabel_state(a, p) AS part FROM plan_rows GROUP BY i % 1000) parts;
SELECT count(*) FILTER (WHERE count(running) + unused_count(running) = i) AS running
	FROM (SELECT i, multilabel_state(a, p) OVER (ORDER BY i) AS running FROM plan_rows WHERE i <= 300) w;
DROP TABLE plan_rows, serial;
