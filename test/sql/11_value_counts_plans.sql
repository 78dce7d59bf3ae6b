-- value_counts: every order, split and plan gives the same bytes (= compares them).
SET search_path = datamon, public;

-- 4,000 random multisets, most of them around their limit: whole against parts
-- merged in random order, against parts of parts, and against parts that
-- travelled as text and through a table
SELECT setseed(0.25);
CREATE TEMP TABLE rows AS
	SELECT t, 1 + t % 9 AS max_values, i, (random() * (1 + t % 7))::int AS part, (random() * 3)::int AS half,
		CASE WHEN random() < 0.9 THEN 'value ' || (random() * (1 + t % 31))::int END AS v
	FROM generate_series(1, 4000) t, generate_series(1, (t * 37) % 45) i;
CREATE TEMP TABLE parts AS
	SELECT t, part, half, value_counts(v, max_values) AS p FROM rows GROUP BY t, part, half;
WITH whole AS (SELECT t, value_counts(v, max_values) AS w, value_counts(v, max_values ORDER BY v, i DESC) AS sorted,
		count(DISTINCT v) AS values, min(max_values) AS max_values FROM rows GROUP BY t),
	one AS (SELECT t, merge(p ORDER BY random()) AS m FROM parts GROUP BY t),
	two AS (SELECT t, merge(q ORDER BY part DESC) AS m
		FROM (SELECT t, part, merge(p) AS q FROM parts GROUP BY t, part) s GROUP BY t),
	travelled AS (SELECT t, merge(p::text::value_counts ORDER BY half) AS m FROM parts GROUP BY t)
SELECT count(*) AS cases, count(*) FILTER (WHERE is_exact(w)) BETWEEN 1000 AND 3000 AS some_of_each,
		count(*) FILTER (WHERE is_exact(w) <> (values <= whole.max_values)) AS wrong_mode,
		count(*) FILTER (WHERE sorted <> w) AS sorted, count(*) FILTER (WHERE one.m <> w) AS one_level,
		count(*) FILTER (WHERE two.m <> w) AS two_levels, count(*) FILTER (WHERE travelled.m <> w) AS travelled,
		count(*) FILTER (WHERE w::text::value_counts <> w) AS not_round
	FROM whole JOIN one USING (t) JOIN two USING (t) JOIN travelled USING (t);

-- the hash, the bits and the buckets, told again from docs/types.md in SQL
CREATE FUNCTION pg_temp.signed(x numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS
	$$ SELECT (CASE WHEN x >= 2::numeric ^ 63 THEN x - 2::numeric ^ 64 ELSE x END)::bigint $$;
CREATE FUNCTION pg_temp.xor64(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
	$$ SELECT x + CASE WHEN x < 0 THEN 2::numeric ^ 64 ELSE 0 END
		FROM (SELECT (pg_temp.signed(a) # pg_temp.signed(b))::numeric AS x) t $$;
CREATE FUNCTION pg_temp.hash64(v text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	h numeric := 14695981039346656037;
	bytes bytea := convert_to(v, getdatabaseencoding());
BEGIN
	FOR i IN 0 .. length(bytes) - 1 LOOP
		h := mod(pg_temp.xor64(h, get_byte(bytes, i)) * 1099511628211, 18446744073709551616);
	END LOOP;
	h := mod(pg_temp.xor64(h, div(h, 8589934592)) * 18397679294719823053, 18446744073709551616);
	h := mod(pg_temp.xor64(h, div(h, 8589934592)) * 14181476777654086739, 18446744073709551616);
	RETURN pg_temp.xor64(h, div(h, 8589934592));
END $$;
SELECT to_hex(pg_temp.signed(pg_temp.hash64(''))) AS empty, to_hex(pg_temp.signed(pg_temp.hash64('foobar'))) AS foobar;
CREATE TEMP TABLE hashed AS SELECT v, pg_temp.hash64(v) AS hash FROM (SELECT DISTINCT v FROM rows WHERE v IS NOT NULL) d;
CREATE TEMP TABLE tallied AS
	SELECT t, max_values, v, hash, count(*) AS n FROM rows JOIN hashed USING (v) GROUP BY t, max_values, v, hash;
CREATE TEMP TABLE fitting AS
	SELECT t, max(bits) AS bits
	FROM (SELECT t, bits, max_values, count(DISTINCT div(hash, 2::numeric ^ (64 - bits))) AS occupied
		FROM tallied, generate_series(0, 20) bits GROUP BY t, bits, max_values) o
	WHERE occupied <= max_values GROUP BY t;
WITH bucket AS (
	SELECT t, div(hash, 2::numeric ^ (64 - bits)) AS bucket, sum(n) AS n, (array_agg(v ORDER BY hash))[1] AS v,
		count(*) = 1 AS single
	FROM tallied JOIN fitting USING (t) GROUP BY t, bucket),
	buckets AS (
	SELECT t, sum(n) AS n, string_agg(format('[%s,%s,"%s",%s]', bucket, n, v, single::text), ',' ORDER BY bucket) AS list
	FROM bucket GROUP BY t),
	whole AS (
	SELECT t, value_counts(v, max_values) AS w, count(*) - count(v) AS nulls FROM rows GROUP BY t)
SELECT count(*) > 1500 AS enough, count(*) FILTER (WHERE w::text <> format(
		'{"n":%s,"nulls":%s,"limit":%s,"bits":%s,"buckets":[%s]}', n, nulls, 1 + t % 9, bits, list)) AS different
	FROM whole JOIN fitting USING (t) JOIN buckets USING (t) WHERE NOT is_exact(w);

-- different limits: the smallest wins, in any order
WITH p AS (SELECT t, part, value_counts(v, 1 + (t + part * 5) % 12) AS p FROM rows GROUP BY t, part),
	smallest AS (SELECT t, min(1 + (t + part * 5) % 12) AS smallest FROM rows GROUP BY t),
	whole AS (SELECT t, value_counts(v, smallest) AS w FROM rows JOIN smallest USING (t) GROUP BY t),
	merged AS (SELECT t, merge(p ORDER BY part) AS a, merge(p ORDER BY random()) AS b FROM p GROUP BY t)
SELECT count(*) AS cases, count(*) FILTER (WHERE a <> w) AS ascending, count(*) FILTER (WHERE b <> w) AS random
	FROM whole JOIN merged USING (t);

-- a + b = b + a, (a + b) + c = a + (b + c)
WITH abc AS (SELECT t, (array_agg(p))[1] AS a, (array_agg(p))[2] AS b, (array_agg(p))[3] AS c FROM parts GROUP BY t)
SELECT count(*) AS cases, count(*) FILTER (WHERE a + b + c IS NULL) < 500 AS few_without,
		count(*) FILTER (WHERE a + b <> b + a) AS commutative,
		count(*) FILTER (WHERE (a + b) + c <> a + (b + c)) AS associative FROM abc;

-- a thousand distinct values are exact, the next one is not; long descending
-- strings replace exemplars all the time
SELECT is_exact(value_counts(i::text)) FROM generate_series(1, 1000) i;
SELECT is_exact(value_counts(i::text)) FROM generate_series(1, 1001) i;
SELECT value_counts(repeat(chr(97 + i % 26), i % 300) || i, 200 ORDER BY i DESC)
	= value_counts(repeat(chr(97 + i % 26), i % 300) || i, 200 ORDER BY i) AS same
	FROM generate_series(1, 20000) i;

-- plans
CREATE TABLE plan_rows (g int, v text, b bool) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
CREATE TABLE plan_rows_2 PARTITION OF plan_rows FOR VALUES IN (2);	-- stays empty
INSERT INTO plan_rows SELECT i % 2, nullif('value ' || i % 1500, 'value 7'), nullif(i % 3, 2)::bool
	FROM generate_series(1, 60000) i;
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
\set whole 'SELECT value_counts(v) AS a, value_counts(v, 100) AS b, value_counts(v, 2000) AS c, value_counts(b) AS d, value_counts(v) FILTER (WHERE g = 1) AS e, value_counts(v) FILTER (WHERE false) AS f FROM plan_rows'
\set grouped 'SELECT b AS k, value_counts(v) AS a, value_counts(v, 100) AS b FROM plan_rows GROUP BY b'
\set merged 'SELECT merge(v) FROM plan_cells'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE plan_cells AS SELECT g, v AS k, value_counts(v, 300) AS v FROM plan_rows GROUP BY g, v;
CREATE TABLE serial AS :whole;
CREATE TABLE serial_grouped AS :grouped;
CREATE TABLE serial_merged AS :merged;
SELECT count(a), is_exact(a), is_exact(b), is_exact(c), f IS NULL AS nothing FROM serial;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial, pg_temp.plan_has(:'grouped', 'Partial') AS partial,
	pg_temp.plan_has(:'merged', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f IS NULL AS f
	FROM serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a), bool_and(p.b = s.b)
	FROM serial_grouped s JOIN (:grouped) p ON p.k IS NOT DISTINCT FROM s.k;
SELECT p.merge = s.merge AS same FROM serial_merged s, (:merged) p;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial, pg_temp.plan_has(:'grouped', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f IS NULL AS f
	FROM serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a), bool_and(p.b = s.b)
	FROM serial_grouped s JOIN (:grouped) p ON p.k IS NOT DISTINCT FROM s.k;
RESET ALL;
SET search_path = datamon, public;

-- nothing, NULLs only, merge of nothing and of NULLs
SELECT value_counts(v) IS NULL AS nothing FROM plan_rows_2;
SELECT value_counts(NULL::text) FROM plan_rows_0 LIMIT 1;
SELECT merge(v) IS NULL AS nothing FROM plan_cells WHERE false;
SELECT merge(NULL::value_counts) IS NULL AS nothing FROM plan_cells;
SELECT merge(CASE WHEN k = 'value 3' THEN v END) FROM plan_cells;

-- a window's frames grow: each result stands, whatever the state becomes
SELECT count(*), count(*) FILTER (WHERE count(running) + null_count(running) = i) AS running,
		count(*) FILTER (WHERE distinct_count(running) = least(i, 30)) AS distinct,
		count(*) FILTER (WHERE count(sliding) <= 3) AS sliding
	FROM (SELECT i, value_counts((i % 30)::text) OVER (ORDER BY i) AS running,
			value_counts((i % 30)::text, 2) OVER (ORDER BY i ROWS 2 PRECEDING) AS sliding
		FROM generate_series(1, 300) i OFFSET 0) w;

-- a hash aggregate of 100,000 groups stays in memory that grows with them alone
SET work_mem = '256MB';
SELECT pg_temp.plan_has('SELECT i % 100000, value_counts((i % 13)::text) FROM generate_series(1, 300000) i GROUP BY 1', 'HashAggregate') AS hashed;
SELECT count(*) AS groups, sum(count(v)) AS rows, min(distinct_count(v)), max(distinct_count(v))
	FROM (SELECT value_counts((i % 13)::text) AS v FROM generate_series(1, 300000) i GROUP BY i % 100000) g;
RESET work_mem;
DROP TABLE plan_rows, plan_cells, serial, serial_grouped, serial_merged;
