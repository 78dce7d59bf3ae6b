-- Clusterings compared, and labelled_vectors: forms, scores, arguments, plans.
SET search_path = datamon, public;
\pset null '(null)'

-- scikit-learn's own examples, and what it says of limits
CREATE TEMP TABLE pair (no int, a int[], b int[]);
INSERT INTO pair VALUES (1, '{0,0,1,1}', '{0,0,1,2}'), (2, '{0,0,1,1}', '{0,1,0,1}'), (3, '{0,0,1,2}', '{0,0,1,1}'),
	(4, '{0,0,1,1}', '{1,1,0,0}'), (5, '{0,0,0,0}', '{0,1,2,3}'), (6, '{0,0,0}', '{0,0,0}'), (7, '{0,1,2}', '{2,1,0}'), (8, '{7}', '{7}'),
	(9, '{1,1,0,0,NULL}', '{0,0,1,NULL,1}');
SELECT no, round(homogeneity_score(x, y)::numeric, 4) AS homogeneity, round(completeness_score(x, y)::numeric, 4) AS completeness,
		round(v_measure_score(x, y)::numeric, 4) AS v, round(rand_score(x, y)::numeric, 4) AS rand, round(adjusted_rand_score(x, y)::numeric, 4) AS ari,
		round(mutual_info_score(x, y)::numeric, 4) AS mi, round(normalized_mutual_info_score(x, y)::numeric, 4) AS nmi,
		round(adjusted_mutual_info_score(x, y)::numeric, 4) AS ami, round(fowlkes_mallows_score(x, y)::numeric, 4) AS fm, purity_score(x, y) AS purity
	FROM pair, unnest(a, b) AS u(x, y) GROUP BY no ORDER BY no;
SELECT homogeneity_score(x, y), adjusted_mutual_info_score(x, y), v_measure_score(x, y), purity_score(x, y) FROM (VALUES ('a', 'b')) t(x, y) WHERE false;
SELECT homogeneity_score(x, y) AS homogeneity, completeness_score(x, y) AS completeness, v_measure_score(x, y) AS v, rand_score(x, y) AS rand,
		adjusted_rand_score(x, y) AS ari, mutual_info_score(x, y) AS mi, normalized_mutual_info_score(x, y) AS nmi,
		adjusted_mutual_info_score(x, y) AS ami, fowlkes_mallows_score(x, y) AS fm, purity_score(x, y) AS purity
	FROM (VALUES (NULL::text, 'b'::text)) t(x, y);
SELECT beta, round(v_measure_score(m, beta)::numeric, 6) AS v
	FROM (SELECT confusion_matrix(x, y) AS m FROM unnest('{0,0,1,1}'::int[], '{0,0,1,2}'::int[]) AS u(x, y)) s, unnest('{0,0.5,1,2,infinity}'::float8[]) beta;
SELECT mean, round(normalized_mutual_info_score(m, mean)::numeric, 6) AS nmi, round(adjusted_mutual_info_score(m, mean)::numeric, 6) AS ami
	FROM (SELECT confusion_matrix(x, y) AS m FROM unnest('{0,0,1,1,2,2,2}'::int[], '{0,0,1,2,2,2,2}'::int[]) AS u(x, y)) s,
		unnest(ARRAY['arithmetic', 'geometric', 'min', 'max']) mean;
SELECT v_measure_score(m, -1) FROM (SELECT confusion_matrix(1, 2) AS m) s;
SELECT normalized_mutual_info_score(m, 'harmonic') FROM (SELECT confusion_matrix(1, 2) AS m) s;
-- many clusters: sizes repeat, so this is quick
SELECT round(adjusted_mutual_info_score(i / 2, i / 3)::numeric, 6) AS ami, round(adjusted_rand_score(i / 2, i / 3)::numeric, 6) AS ari FROM generate_series(0, 59999) i;

-- points
CREATE TEMP TABLE point (v float8[], l text);
INSERT INTO point VALUES ('{0,0}', 'a'), ('{0,1}', 'a'), ('{4,0}', 'b'), ('{-0,2}', 'b'), ('{1,1}', NULL), (NULL, 'a'), ('{NULL,1}', 'b'), ('{1,nan}', 'a'),
	('{-infinity,1}', NULL);
SELECT labelled_vectors(v, l) FROM point;
SELECT count(s), unused_count(s), unlabelled_count(s) FROM (SELECT labelled_vectors(v, l) AS s FROM point) s;
SELECT labelled_vectors(v, l) FROM point WHERE false;
SELECT labelled_vectors(v, 7) FROM point WHERE l = 'b';
-- by hand: Calinski-Harabasz is 4.25 / 1 over (0.5 + 10) / 2, Davies-Bouldin (0.5 + sqrt(5)) / sqrt(4.25)
SELECT round(silhouette_score(v, l)::numeric, 6) AS silhouette, round(davies_bouldin_score(v, l)::numeric, 6) AS davies_bouldin,
		round(calinski_harabasz_score(v, l)::numeric, 6) AS calinski_harabasz FROM point;
SELECT label, count, round(silhouette::numeric, 6) AS silhouette FROM (SELECT labelled_vectors(v, l) AS s FROM point) s, silhouette_by_cluster(s);
-- undefined: one cluster, or as many as points; no extent; centres in one place
SELECT no, round(silhouette_score(s)::numeric, 6) AS silhouette, davies_bouldin_score(s), calinski_harabasz_score(s), (SELECT count(*) FROM silhouette_by_cluster(s)) AS clusters
	FROM (VALUES (1, '{"unlabelled":0,"invalid":0,"vectors":[]}'::labelled_vectors), (2, '{"unlabelled":0,"invalid":0,"vectors":[["a",[1]],["a",[2]]]}'),
		(3, '{"unlabelled":0,"invalid":0,"vectors":[["a",[1]],["b",[2]]]}'), (4, '{"unlabelled":0,"invalid":0,"vectors":[["a",[1]],["a",[1]],["b",[2]]]}'),
		(5, '{"unlabelled":0,"invalid":0,"vectors":[["a",[1]],["a",[3]],["b",[2]]]}'), (6, '{"unlabelled":0,"invalid":0,"vectors":[["a",[1]],["a",[1]],["b",[1]]]}')) t(no, s) ORDER BY no;
-- scale and place change nothing
SELECT round(silhouette_score(v, l)::numeric, 6) AS silhouette, round(davies_bouldin_score(v, l)::numeric, 6) AS davies_bouldin,
		round(calinski_harabasz_score(v, l)::numeric, 6) AS calinski_harabasz
	FROM (SELECT ARRAY[v[1] * x, v[2] * x] AS v, l, x FROM point, unnest('{1e-300,1,4e307}'::float8[]) x WHERE v <> '{-infinity,1}') p GROUP BY x ORDER BY x;

-- text: any order; malformed, one line each
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]],["a",[3,-0]],["a",[1e300,4]],["a",[3,-1]]]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[]]]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]],["a",[3]]]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]],["a",[3,4,5]]]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,1e999]]]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]],]}'::labelled_vectors;
SELECT '{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]'::labelled_vectors;

-- arguments
SELECT labelled_vectors(v, 'x') FROM (VALUES ('{1,2}'::float8[]), ('{1}')) t(v);
SELECT labelled_vectors('{}', 'x'::text);
SELECT labelled_vectors('{{1,2}}', 'x'::text);
SELECT '{"unlabelled":0,"invalid":0,"vectors":[["b",[1,2]]]}'::labelled_vectors + '{"unlabelled":0,"invalid":0,"vectors":[["b",[1]]]}'::labelled_vectors;
SELECT silhouette_score(s, 1) FROM (SELECT labelled_vectors(v, l) AS s FROM point) s;
SELECT silhouette_score(s) FROM (SELECT labelled_vectors(ARRAY[i::float8], i % 2) AS s FROM generate_series(1, 50001) i) s;
SELECT silhouette_score(s, 100, 7) = silhouette_score(s, 100, 7) AS repeatable, silhouette_score(s, 100, 7) <> silhouette_score(s, 100, 8) AS seeded,
		silhouette_stderr(s, 100, 7) > 0 AS uncertain
	FROM (SELECT labelled_vectors(ARRAY[i % 97, i % 89]::float8[], i % 97 / 40) AS s FROM generate_series(1, 60000) i) s;
SELECT _labelled_vectors_trans(NULL, '{1}', 'a'::text);
SELECT _labelled_vectors_trans(NULL, '{1}', 1::bigint);
SELECT a = b AS eq, a <> b AS ne, a + b AS sum, a + b = b + a AS commutative
	FROM (VALUES ('{"unlabelled":1,"invalid":2,"vectors":[["b",[1,2]]]}'::labelled_vectors, '{"unlabelled":1,"invalid":0,"vectors":[["a",[1,2]],["b",[1,2]]]}'::labelled_vectors)) t(a, b);

-- binary form: there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/35_clustering.bin' AS file \gset
CREATE TEMP TABLE packed (v labelled_vectors);
INSERT INTO packed SELECT labelled_vectors(v, l) FROM point;
INSERT INTO packed VALUES ('{"unlabelled":0,"invalid":1,"vectors":[]}');
CREATE TEMP TABLE unpacked (v labelled_vectors);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.v = u.v) AS same
	FROM (SELECT v, row_number() OVER () FROM packed) p JOIN (SELECT v, row_number() OVER () FROM unpacked) u USING (row_number);
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
	(1, 'good', '\x57010000000001010161013ff0000000000000'::bytea),
	(2, 'nothing', '\x'),
	(3, 'dimensions without labels', '\x5701000000000100'),
	(4, 'labels without dimensions', '\x570100000000000101610100'),
	(5, 'label without points', '\x5701000000000101016100'),
	(6, 'NaN', '\x57010000000001010161017ff8000000000000'),
	(7, 'minus zero', '\x57010000000001010161018000000000000000'),
	(8, 'out of order', '\x57010000000001010161023ff00000000000000000000000000000'),
	(9, 'cut off', '\x57010000000001010161023ff0000000000000'),
	(10, 'more bytes', '\x57010000000001010161013ff000000000000000')
	) t(no, what, bytes) ORDER BY no;

-- every plan gives the same
CREATE TABLE plan_rows AS SELECT i, ARRAY[i * 37 % 101, i * 53 % 97, i % 7]::float8[] AS v, nullif(i * 37 % 101 / 30, 3) AS l FROM generate_series(1, 2000) i;
ANALYZE plan_rows;
\set whole 'SELECT labelled_vectors(v, l) AS a, adjusted_mutual_info_score(l, i % 7) AS b, silhouette_score(v, l) AS c, davies_bouldin_score(v, l) AS d, calinski_harabasz_score(v, l::text) AS e FROM plan_rows'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS :whole;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT silhouette_score(v, l) FROM plan_rows;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(part) = (SELECT a FROM serial) AS merged FROM (SELECT labelled_vectors(v, l) AS part FROM plan_rows GROUP BY i % 300) parts;
SELECT count(*) FILTER (WHERE count(running) + unused_count(running) = i) AS running
	FROM (SELECT i, labelled_vectors(v, l) OVER (ORDER BY i) AS running FROM plan_rows WHERE i <= 300) w;
DROP TABLE plan_rows, serial;
