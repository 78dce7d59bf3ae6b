-- f_beta_state: text form, binary form, accessors, scores, plans.
SET search_path = datamon, public;
\pset null '(null)'

SELECT f_beta_state(a, p) FROM (VALUES (true, true), (true, false), (false, true), (false, false), (false, false),
	(NULL, true), (false, NULL), (NULL, NULL)) t(a, p);
SELECT f_beta_state(a, p) FROM (VALUES (1, 1), (1, 0), (0, 1), (0, 0), (NULL, 1), (0, NULL), (NULL, NULL)) t(a, p);
SELECT f_beta_state(a, p, 'spam') FROM (VALUES ('spam'::text, 'spam'::varchar), ('spam', 'ham'), ('ham', 'spam'),
	('ham', 'eggs'), (NULL, 'spam'), ('', NULL), (NULL, NULL)) t(a, p);
SELECT f_beta_state(3, 1, 2, 10);

-- malformed text, one line each
SELECT ''::f_beta_state;
SELECT '{}'::f_beta_state;
SELECT '[1,2,3,4,5,6,7]'::f_beta_state;
SELECT '{"tp":1,"fp":2,"fn":3,"tn":4}'::f_beta_state;
SELECT '{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7'::f_beta_state;
SELECT '{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}}'::f_beta_state;
SELECT '{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7,"x":8}'::f_beta_state;
SELECT '{"fp":1,"tp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state;
SELECT '{"tp":-1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state;
SELECT '{"tp":1.5,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state;
SELECT '{"tp":"1","fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state;
SELECT '{"tp":null,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state;
SELECT '{"tp":9223372036854775808,"fp":0,"fn":0,"tn":0,"unlabelled":0,"unpredicted":0,"empty":0}'::f_beta_state;
SELECT '{"tp":9223372036854775807,"fp":0,"fn":0,"tn":0,"unlabelled":0,"unpredicted":0,"empty":1}'::f_beta_state;
SELECT '{"tp":9223372036854775806,"fp":0,"fn":0,"tn":0,"unlabelled":0,"unpredicted":0,"empty":1}'::f_beta_state;
SELECT ' { "tp" : 1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}	'::f_beta_state;

-- binary form: COPY there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/12_f_beta_state.bin' AS file \gset
CREATE TEMP TABLE packed (v f_beta_state);
INSERT INTO packed VALUES (f_beta_state(0, 0, 0, 0)), (f_beta_state(1, 200, 300000, 9223372036854000000)), (NULL),
	('{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}');
CREATE TEMP TABLE unpacked (v f_beta_state);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.v IS NOT DISTINCT FROM u.v) AS same
	FROM (SELECT v, row_number() OVER () FROM packed) p JOIN (SELECT v, row_number() OVER () FROM unpacked) u USING (row_number);
SELECT _f_beta_state_send(v) FROM packed;
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
	(1, 'good', '\x4601000001020304050607'::bytea),
	(2, 'nothing', '\x'),
	(3, 'other type', '\x5601000001020304050607'),
	(4, 'later version', '\x4602000001020304050607'),
	(5, 'working form', '\x4601010001020304050607'),
	(6, 'reserved byte', '\x4601000101020304050607'),
	(7, 'too short', '\x46010000010203040506'),
	(8, 'too long', '\x460100000102030405060700'),
	(9, 'overlong varint', '\x460100008100020304050607'),
	(10, 'count 2^63', '\x4601000080808080808080808001020304050607'),
	(11, 'sum 2^63', '\x46010000ffffffffffffffff7f000000000001')
	) t(no, what, bytes) ORDER BY no;

-- accessors
SELECT true_positives(s), false_positives(s), false_negatives(s), true_negatives(s), count(s), unused_count(s),
		unlabelled_count(s), unpredicted_count(s)
	FROM (VALUES ('{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state)) t(s);

-- scores: scikit-learn's example of fbeta_score(average=None, beta=0.5) and its macro average
WITH example AS (
	SELECT class, f_beta_state(actual, predicted, class::text) AS s
	FROM (VALUES ('0'::text, '0'::text), ('1', '2'), ('2', '1'), ('0', '0'), ('1', '0'), ('2', '1')) t(actual, predicted),
		generate_series(0, 2) class GROUP BY class)
SELECT round(fbeta_score(s, 0.5)::numeric, 3) AS score, round((avg(fbeta_score(s, 0.5)) OVER ())::numeric, 3) AS macro
	FROM example ORDER BY class;
SELECT round(precision_score(s)::numeric, 6) AS precision, round(recall_score(s)::numeric, 6) AS recall,
		round(f1_score(s)::numeric, 6) AS f1, round(fbeta_score(s, 2)::numeric, 6) AS f2,
		round(accuracy_score(s)::numeric, 6) AS accuracy, round(specificity(s)::numeric, 6) AS specificity
	FROM (VALUES (f_beta_state(120, 30, 45, 305)), (f_beta_state(0, 0, 0, 0)), (f_beta_state(0, 0, 0, 5)),
		(f_beta_state(0, 0, 5, 0)), (f_beta_state(5, 0, 0, 0)), (f_beta_state(0, 5, 0, 0))) t(s);
SELECT round(precision_stderr(s)::numeric, 6) AS precision, round(recall_stderr(s)::numeric, 6) AS recall,
		round(f1_stderr(s)::numeric, 6) AS f1, round(fbeta_stderr(s, 2)::numeric, 6) AS f2,
		round(accuracy_stderr(s)::numeric, 6) AS accuracy, round(specificity_stderr(s)::numeric, 6) AS specificity
	FROM (VALUES (f_beta_state(120, 30, 45, 305)), (f_beta_state(0, 0, 0, 0)), (f_beta_state(0, 0, 0, 5)),
		(f_beta_state(0, 0, 5, 0)), (f_beta_state(5, 0, 0, 0)), (f_beta_state(0, 5, 0, 0))) t(s);
SELECT fbeta_score(s, 0) = precision_score(s) AS beta_0, fbeta_score(s, 1) = f1_score(s) AS beta_1,
		fbeta_score(s, 'infinity') = recall_score(s) AS beta_infinity, fbeta_stderr(s, 1) = f1_stderr(s) AS stderr,
		fbeta_score(s, NULL) AS null
	FROM (VALUES (f_beta_state(120, 30, 45, 305))) t(s);

-- arguments
SELECT fbeta_score(f_beta_state(1, 1, 1, 1), -0.5);
SELECT fbeta_score(f_beta_state(1, 1, 1, 1), 'nan');
SELECT fbeta_stderr(f_beta_state(1, 1, 1, 1), -1);
SELECT f_beta_state(1, 2, -3, 4);
SELECT f_beta_state(1, NULL, 3, 4);
SELECT f_beta_state(9223372036854775807, 1, 0, 0);
SELECT f_beta_state(a, p) FROM (VALUES (0, 1), (2, 1)) t(a, p);
SELECT f_beta_state(a, p) FROM (VALUES (0, 1), (NULL, -1)) t(a, p);
SELECT f_beta_state(a, p, NULL) FROM (VALUES ('a'::text, 'b'::text)) t(a, p);
SELECT _f_beta_state_trans(NULL, true, true);
SELECT _f_beta_state_trans(NULL, 1, 1);
SELECT _f_beta_state_trans(NULL, 'a', 'a', 'a');
SELECT _f_beta_state_combine(NULL, NULL);
SELECT _f_beta_state_final(NULL);

-- operators
SELECT a = b AS eq, a <> b AS ne, a + b AS sum, a + b = b + a AS commutative, a = a AS self
	FROM (VALUES (f_beta_state(1, 2, 3, 4), '{"tp":1,"fp":2,"fn":3,"tn":4,"unlabelled":5,"unpredicted":6,"empty":7}'::f_beta_state)) t(a, b);
SELECT f_beta_state(9223372036854775807, 0, 0, 0) + f_beta_state(1, 0, 0, 0);
SELECT f_beta_state(9223372036854775807, 0, 0, 0) + f_beta_state(0, 1, 0, 0);
SELECT merge(s) FROM (VALUES (f_beta_state(9223372036854775807, 0, 0, 0)), (f_beta_state(0, 0, 0, 1))) t(s);

-- every split and plan gives the same
SELECT setseed(0.75);
CREATE TABLE plan_rows (g int, a bool, p bool) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
CREATE TABLE plan_rows_2 PARTITION OF plan_rows FOR VALUES IN (2);	-- stays empty
INSERT INTO plan_rows SELECT i % 2, nullif((random() * 2.4)::int, 2)::bool, nullif((random() * 2.4)::int, 2)::bool
	FROM generate_series(1, 60000) i;
ANALYZE plan_rows;
\set whole 'SELECT f_beta_state(a, p) AS a, f_beta_state(a::int, p::int) AS b, f_beta_state(a::text, p::text, ''true'') AS c, f_beta_state(a, p) FILTER (WHERE g = 1) AS d, f_beta_state(a, p) FILTER (WHERE false) AS e FROM plan_rows'
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
SELECT a = b AS int, a = c AS text, e IS NULL AS nothing,
		true_positives(a) = (SELECT sum(1) FROM plan_rows WHERE a AND p) AS tp,
		false_positives(a) = (SELECT sum(1) FROM plan_rows WHERE NOT a AND p) AS fp,
		false_negatives(a) = (SELECT sum(1) FROM plan_rows WHERE a AND NOT p) AS fn,
		true_negatives(a) = (SELECT sum(1) FROM plan_rows WHERE NOT a AND NOT p) AS tn,
		unlabelled_count(a) = (SELECT sum(1) FROM plan_rows WHERE a IS NULL AND p IS NOT NULL) AS unlabelled,
		unpredicted_count(a) = (SELECT sum(1) FROM plan_rows WHERE a IS NOT NULL AND p IS NULL) AS unpredicted,
		count(a) + unused_count(a) = 60000 AS all
	FROM serial;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e IS NULL AS e FROM serial s, (:whole) p;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e IS NULL AS e FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(part) = (SELECT a FROM serial) AS merged
	FROM (SELECT f_beta_state(a, p) AS part FROM plan_rows GROUP BY ctid::text) parts;
SELECT f_beta_state(a, p) IS NULL AS nothing FROM plan_rows_2;
SELECT merge(part) IS NULL AS nothing FROM (SELECT f_beta_state(a, p) AS part FROM plan_rows_2) none;

-- a window's frames grow: each result stands, whatever the state becomes
SELECT count(*), count(*) FILTER (WHERE true_positives(running) = i / 2) AS running,
		count(*) FILTER (WHERE count(sliding) <= 3) AS sliding
	FROM (SELECT i, f_beta_state(i % 2 = 0, true) OVER (ORDER BY i) AS running,
			f_beta_state(i % 2, 1) OVER (ORDER BY i ROWS 2 PRECEDING) AS sliding
		FROM generate_series(1, 300) i OFFSET 0) w;
SELECT count(*) AS groups, sum(count(s)) AS rows
	FROM (SELECT f_beta_state(i % 2, i % 3 / 2) AS s FROM generate_series(1, 300000) i GROUP BY i % 100000) g;
DROP TABLE plan_rows, serial;
