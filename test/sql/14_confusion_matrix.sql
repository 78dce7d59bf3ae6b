-- confusion_matrix: forms, accessors, scores, arguments, plans.
SET search_path = datamon, public;
\pset null '(null)'

SELECT confusion_matrix(a, p) FROM (VALUES ('cat', 'cat'), ('cat', 'dog'), ('dog', 'dog'), ('', 'cat'), (NULL, 'cat'), ('eel', NULL),
	(NULL, NULL), ('cat', 'cat')) t(a, p);
SELECT confusion_matrix(a, p) FROM (VALUES (10, 9), (9, 9), (-1, 10), (NULL, 1)) t(a, p);
SELECT confusion_matrix(a, p) FROM (VALUES (true, false), (true, true)) t(a, p);
SELECT confusion_matrix(a::varchar, p::name) FROM (VALUES ('x', 'y')) t(a, p);
SELECT confusion_matrix(a, p) FROM (VALUES ('x', 'y')) t(a, p) WHERE false;
SELECT confusion_matrix(NULL::text, 'a'::text);

-- text: any order, each pair once; malformed, one line each
SELECT '{"unlabelled":1,"unpredicted":2,"empty":3,"cells":[["b","a",2],["a","b",1]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[]}'::confusion_matrix;
SELECT ''::confusion_matrix;
SELECT '{}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",1],["a","b",2]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",0]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",-1]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a",1]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",1]'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",1],]}'::confusion_matrix;
SELECT '{"unlabelled":1,"unpredicted":0,"empty":0,"cells":[["a","b",9223372036854775807]]}'::confusion_matrix;
SELECT ('{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["' || repeat('a', 129) || '","b",1]]}')::confusion_matrix;

-- binary form: COPY there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/14_confusion_matrix.bin' AS file \gset
CREATE TEMP TABLE packed (v confusion_matrix);
INSERT INTO packed SELECT confusion_matrix(a, p) FROM (VALUES ('x', 'y'), ('x', 'x'), (NULL, 'x')) t(a, p);
INSERT INTO packed SELECT confusion_matrix(i % 40, i % 7) FROM generate_series(1, 1000) i;
INSERT INTO packed SELECT confusion_matrix(NULL::text, NULL);
INSERT INTO packed VALUES (NULL);
CREATE TEMP TABLE unpacked (v confusion_matrix);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.v IS NOT DISTINCT FROM u.v) AS same
	FROM (SELECT v, row_number() OVER () FROM packed) p JOIN (SELECT v, row_number() OVER () FROM unpacked) u USING (row_number);
SELECT _confusion_matrix_send(v) FROM packed LIMIT 1;
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
	(1, 'good', '\x43010000010000020178017902000100' || '\x0100'::bytea),
	(2, 'good', '\x430100000100000201780179020001000100'::bytea),
	(3, 'nothing', '\x'),
	(4, 'no classes', '\x4301000000000000'),
	(5, 'class in no cell', '\x430100000000000201780179010001'::bytea || '\x00'),
	(6, 'classes out of order', '\x4301000000000002017901780200010001' || '\x00'::bytea),
	(7, 'same class twice', '\x4301000000000002017801780200010001' || '\x00'::bytea),
	(8, 'cell beyond the classes', '\x43010000000000020178017901020100'),
	(9, 'count 0', '\x430100000000000201780179010100' || '\x00'::bytea),
	(10, 'cut off', '\x4301000000000002017801790200'),
	(11, 'more bytes', '\x43010000000000020178017901010100' || '\x00'::bytea),
	(12, 'invalid name', '\x430100000000000101ff010001'),
	(13, 'zero byte', '\x43010000000000010100010001'),
	(14, 'count 2^63', '\x43010000000000010178010080808080808080808001'),
	(15, 'sum 2^63', '\x430100000100000101780100ffffffffffffffff7f')
	) t(no, what, bytes) ORDER BY no;

-- accessors: integers in the order of their values, else bytes
SELECT c.* FROM packed, classes(v) c WHERE count(v) = 1000 LIMIT 12;
SELECT c.* FROM (SELECT confusion_matrix(a, p) AS m FROM (VALUES ('10', '9'), ('9', '9'), ('x', '10')) t(a, p)) s, cells(m) c;
SELECT c.* FROM (SELECT confusion_matrix(a, p) AS m FROM (VALUES ('10', '9'), ('9', '9'), ('-2', '10')) t(a, p)) s, cells(m) c;
SELECT c.class FROM (SELECT confusion_matrix(a, a) AS m FROM unnest(ARRAY['007', '7', '10']) a) s, classes(m) c;
SELECT count(m), unused_count(m), unlabelled_count(m), unpredicted_count(m)
	FROM (VALUES ('{"unlabelled":1,"unpredicted":2,"empty":4,"cells":[["a","b",8]]}'::confusion_matrix)) t(m);
SELECT class_counts(m, 'cat') AS cat, class_counts(m, 'dog') AS dog, class_counts(m, 'emu') AS none
	FROM (VALUES ('{"unlabelled":1,"unpredicted":2,"empty":4,"cells":[["cat","cat",8],["cat","dog",16],["dog","cat",32]]}'::confusion_matrix)) t(m);
SELECT length(class), class_counts(m, repeat('long', 100)) FROM (SELECT confusion_matrix(repeat('long', 100), repeat('long', 101)) AS m) s, classes(m);

-- scikit-learn's own examples
CREATE TEMP TABLE example AS SELECT confusion_matrix(a, p) AS m FROM (VALUES (0, 0), (1, 2), (2, 1), (0, 0), (1, 0), (2, 1)) t(a, p);
SELECT x AS average, round(precision_score(m, x)::numeric, 4) AS precision, round(recall_score(m, x)::numeric, 4) AS recall,
		round(f1_score(m, x)::numeric, 4) AS f1, round(fbeta_score(m, 0.5, x)::numeric, 4) AS f05,
		round(jaccard_score(m, x)::numeric, 4) AS jaccard
	FROM example, unnest(ARRAY['macro', 'micro', 'weighted']) x;
SELECT kind, class, round(precision_score::numeric, 4) AS precision, round(recall_score::numeric, 4) AS recall,
		round(f1_score::numeric, 4) AS f1, support
	FROM example, classification_report(m);
SELECT constant_scores(m) FROM example;
-- SAS's printout of Cohen's kappa: 0.4842, linear weights 0.4701
SELECT round(cohen_kappa_score(m)::numeric, 4) AS kappa, round(cohen_kappa_score(m, 'linear')::numeric, 4) AS linear,
		round(cohen_kappa_score(m, 'quadratic')::numeric, 4) AS quadratic
	FROM (VALUES ('{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["1","2",4],["1","3",1],["2","2",8],["3","2",1],["3","3",5]]}'::confusion_matrix)) t(m);

-- 0/0: undefined alone, zero_division in an average
CREATE TEMP TABLE corner (no serial, m confusion_matrix);
INSERT INTO corner (m) VALUES
	('{"unlabelled":3,"unpredicted":0,"empty":0,"cells":[]}'), ('{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","a",3]]}'),
	('{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",3]]}'), ('{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","a",1],["b","a",1]]}');
SELECT no, accuracy_score(m) AS accuracy, balanced_accuracy_score(m) AS balanced, balanced_accuracy_score(m, adjusted => true) AS adjusted,
		matthews_corrcoef(m) AS matthews, cohen_kappa_score(m) AS kappa, zero_one_loss(m) AS loss, hamming_loss(m) AS hamming, constant_scores(m)
	FROM corner ORDER BY no;
SELECT no, z, precision_score(m, zero_division => z) AS precision, recall_score(m, 'macro', z) AS recall, f1_score(m, 'macro', z) AS f1,
		fbeta_score(m, 0, 'macro', z) AS f0, precision_score(m, 'weighted', z) AS weighted, precision_score(m, 'micro', z) AS micro
	FROM corner, unnest(ARRAY[0, 1, NULL]) z ORDER BY no, z;
SELECT kind, class, precision_score, recall_score, f1_score, support FROM corner, classification_report(m, NULL) WHERE no = 3;
SELECT count(*) FROM classification_report(NULL::confusion_matrix);

-- arguments
SELECT f1_score(m, 'binary') FROM example;
SELECT f1_score(m, NULL) FROM example;
SELECT f1_score(m, zero_division => 2) FROM example;
SELECT f1_score(m, zero_division => 'nan') FROM example;
SELECT fbeta_score(m, -1) FROM example;
SELECT cohen_kappa_score(m, 'cubic') FROM example;
SELECT _confusion_matrix_trans(NULL, 'a'::text, 'b'::text);
SELECT _confusion_matrix_trans(NULL, 1::bigint, 2::bigint);
SELECT _confusion_matrix_trans(NULL, true, false);
SELECT count(confusion_matrix(i, i)) FROM generate_series(1, 100000) i;
SELECT count(confusion_matrix(i, i)) FROM generate_series(1, 100001) i;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",9223372036854775807]]}'::confusion_matrix
	+ '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",1]]}'::confusion_matrix;
SELECT '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["a","b",9223372036854775807]]}'::confusion_matrix
	+ '{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["b","b",1]]}'::confusion_matrix;
SELECT a = b AS eq, a <> b AS ne, a + b AS sum, a + b = b + a AS commutative
	FROM (VALUES ('{"unlabelled":1,"unpredicted":2,"empty":3,"cells":[["b","a",2],["a","b",1]]}'::confusion_matrix,
		'{"unlabelled":0,"unpredicted":0,"empty":0,"cells":[["b","c",2],["a","b",1]]}'::confusion_matrix)) t(a, b);

-- every split and plan gives the same
SELECT setseed(0.5);
CREATE TABLE plan_rows (g int, a text, p text) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
INSERT INTO plan_rows SELECT i % 2, nullif('class ' || (random() * random() * 30)::int, 'class 3'), nullif('class ' || (random() * 20)::int, 'class 7')
	FROM generate_series(1, 40000) i;
ANALYZE plan_rows;
\set whole 'SELECT confusion_matrix(a, p) AS a, confusion_matrix(length(a), length(p)) AS b, confusion_matrix(a < p, a > p) AS c, confusion_matrix(a, p) FILTER (WHERE false) AS d FROM plan_rows'
CREATE FUNCTION pg_temp.plan_has(query text, what text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		IF line ~ what THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS :whole;
SELECT (SELECT array_agg((c.actual, c.predicted, c.count)::text ORDER BY c.actual, c.predicted) FROM cells(a) c)
		= (SELECT array_agg(r ORDER BY a, p) FROM (SELECT a, p, (a, p, count(*))::text AS r FROM plan_rows WHERE a IS NOT NULL AND p IS NOT NULL GROUP BY a, p) x) AS counts,
		count(a) + unused_count(a) AS all
	FROM serial;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d IS NULL AS d FROM serial s, (:whole) p;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d IS NULL AS d FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(part) = (SELECT a FROM serial) AS merged
	FROM (SELECT confusion_matrix(a, p) AS part FROM plan_rows GROUP BY ctid::text) parts;
SELECT count(*) FILTER (WHERE count(running) = i) AS running
	FROM (SELECT i, confusion_matrix(i % 30, i % 20) OVER (ORDER BY i) AS running FROM generate_series(1, 300) i) w;
DROP TABLE plan_rows, serial;
