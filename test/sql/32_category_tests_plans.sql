-- two_counts and vectors: every split and plan gives the same bytes (= compares them).
SET search_path = datamon, public;
CREATE TABLE plan_rows (g int, v text, x float8[], f bool) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
CREATE TABLE plan_rows_2 PARTITION OF plan_rows FOR VALUES IN (2);	-- stays empty
INSERT INTO plan_rows SELECT i % 2, nullif('value ' || i % 1500, 'value 7'), CASE WHEN i % 17 > 0 THEN ARRAY[sin(i), i % 5] END, nullif(i % 3, 2)::bool
	FROM generate_series(1, 12000) i;
ANALYZE plan_rows;
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
\set whole 'SELECT two_counts(v, f) AS a, two_counts(v, f, g::bigint) AS b, two_counts(g = 0, f) AS c, vectors(x, f) AS d, vectors(x, f) FILTER (WHERE false) AS e, chi_square_test(v, f) AS t, fisher_exact_test(g::text, f) AS u, mmd_test(x, f) FILTER (WHERE v LIKE ''%2'') AS m FROM plan_rows'
\set grouped 'SELECT g AS k, two_counts(v, f) AS a, vectors(x, f) AS d, psi(v, f) AS p, drift_summary(v, f) AS s FROM plan_rows GROUP BY g'
\set merged 'SELECT merge(a) AS a, merge(d) AS d FROM plan_cells'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE plan_cells AS SELECT g, v AS k, two_counts(v, f) AS a, vectors(x, f) AS d FROM plan_rows GROUP BY g, v;
CREATE TABLE serial AS :whole;
CREATE TABLE serial_grouped AS :grouped;
SELECT count(a), unflagged_count(a), count(b), count(c), count(d), unused_count(d), e IS NULL AS nothing, (t).df, (u).method, (m).n_reference > 100 AS enough FROM serial;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial, pg_temp.plan_has(:'grouped', 'Partial') AS partial, pg_temp.plan_has(:'merged', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e IS NULL AS e, p.t = s.t AS t, p.u = s.u AS u, p.m = s.m AS m FROM serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a) AS a, bool_and(p.d = s.d) AS d, bool_and(p.p = s.p) AS p, bool_and(p.s = s.s) AS s FROM serial_grouped s JOIN (:grouped) p USING (k);
SELECT p.a = s.a AS a, p.d = s.d AS d FROM serial s, (:merged) p;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.t = s.t AS t, p.u = s.u AS u, p.m = s.m AS m FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;

-- a window's frames grow: each result stands, whatever the state becomes
SELECT count(*) AS rows, count(*) FILTER (WHERE count(a) + unused_count(a) = i) AS counts, count(*) FILTER (WHERE count(d) + unused_count(d) = i) AS vectors,
		count(*) FILTER (WHERE (t).n_reference + (t).n_current = count(a)) AS tests
	FROM (SELECT row_number() OVER w AS i, two_counts(v, f) OVER w AS a, vectors(x, f) OVER w AS d, chi_square_test(v, f) OVER w AS t
		FROM (SELECT * FROM plan_rows_0 LIMIT 300) r WINDOW w AS (ORDER BY v, x ROWS UNBOUNDED PRECEDING) OFFSET 0) w;

-- a hash aggregate of 20,000 groups
SET work_mem = '256MB';
SELECT pg_temp.plan_has('SELECT i % 20000, two_counts((i % 13)::text, i % 2 = 0) FROM generate_series(1, 60000) i GROUP BY 1', 'HashAggregate') AS hashed;
SELECT count(*) AS groups, sum(count(v)) AS rows, sum(count(x)) AS vectors
	FROM (SELECT two_counts((i % 13)::text, i % 2 = 0) AS v, vectors(ARRAY[i], i % 2 = 0) AS x FROM generate_series(1, 60000) i GROUP BY i % 20000) g;
RESET work_mem;
DROP TABLE plan_rows, plan_cells, serial, serial_grouped;
