-- data quality: column_quality, rates of states, shares of rows, duplicate keys
\set SHOW_CONTEXT never
SET search_path = datamon, public;

-- a text column: what is missing, how long, what it looks like
CREATE TEMP TABLE r (t text, f float8, i int, n numeric, ts timestamp, d date);
INSERT INTO r VALUES
	('a', 1.5, 1, 1.50, '2024-01-01', '2024-01-01'), ('', 'NaN', 0, 1.5, '2024-01-01 00:00', '2024-01-02'),
	('  ', 'Infinity', -3, 'NaN', 'infinity', 'infinity'), ('12', '-Infinity', 9007199254740993 % 1000, 0.00, '-infinity', '-infinity'),
	(NULL, NULL, NULL, NULL, NULL, NULL), ('größe', 0, 1, -2, '2024-01-01 00:00:00.000001', '2024-01-01'), ('12', '-0', 1, 2e40, NULL, NULL);
\pset null '-'
\x
SELECT q.* FROM (SELECT column_quality(t) AS c FROM r) s, quality(c) q;
\x
SELECT kind, n_rows, count, null_count, round(null_rate::numeric, 4) AS null_rate, nan_count, infinity_count, zero_count, negative_count,
	distinct_count, distinct_error, round(distinctness::numeric, 4) AS distinctness, round(uniqueness::numeric, 4) AS uniqueness,
	round(unique_value_ratio::numeric, 4) AS unique_value_ratio, n_distinct_kept, empty_count, looks_like, min_length, min_value
FROM (SELECT column_quality(f) FROM r UNION ALL SELECT column_quality(i) FROM r UNION ALL SELECT column_quality(i::smallint) FROM r
	UNION ALL SELECT column_quality(i::bigint) FROM r UNION ALL SELECT column_quality(n) FROM r UNION ALL SELECT column_quality(ts) FROM r
	UNION ALL SELECT column_quality(ts::timestamptz) FROM r UNION ALL SELECT column_quality(d) FROM r UNION ALL SELECT column_quality(f::float4) FROM r) s(c), quality(c);
SELECT column_quality(t) AS text FROM r;
SELECT column_quality(ts) AS time FROM r;

-- every type of string is taken as text; kinds do not mix
SELECT column_quality(t::varchar) = column_quality(t) AS varchar, column_quality(t::char(8)) = column_quality(rtrim(t)) AS bpchar,
	column_quality(t::name) = column_quality(t) AS name FROM r;
SELECT column_quality(i) = column_quality(i::bigint) AS integer, column_quality(f::float4) = column_quality(f) AS real FROM r;
SELECT column_quality(f) + column_quality(t) FROM r;
SELECT merge(c) FROM (SELECT column_quality(f) FROM r UNION ALL SELECT column_quality(n) FROM r) s(c);

-- bigint tells apart what double precision cannot
SELECT distinct_count(column_quality(v)) AS bigint, distinct_count(column_quality(v::float8)) AS float8
	FROM generate_series(9007199254740992, 9007199254740992 + 9) v;

-- accessors; no rows, no values
SELECT count(c), null_count(c), round(null_rate(c)::numeric, 4) AS null_rate, round(completeness(c)::numeric, 4) AS completeness, distinct_count(c), is_exact(c),
	round(distinctness(c)::numeric, 4) AS distinctness, round(uniqueness(c)::numeric, 4) AS uniqueness, round(unique_value_ratio(c)::numeric, 4) AS unique_value_ratio
	FROM (SELECT column_quality(t) FROM r UNION ALL SELECT column_quality(t) FROM r WHERE t IS NULL UNION ALL SELECT column_quality(t) FROM r WHERE false) s(c);
\x
SELECT q.* FROM (SELECT column_quality(t) AS c FROM r WHERE t IS NULL) s, quality(c) q;
\x

-- what texts look like
SELECT k, looks_like FROM (VALUES (1, ARRAY['1', ' -2 ', '']), (2, ARRAY['1', '2.5', '1e3']), (3, ARRAY['yes', 'No', 't']),
		(4, ARRAY['2024-02-29', '2024-01-01T12:30:00.5Z']), (5, ARRAY['1', 'x']), (6, ARRAY['1', 'true']), (7, ARRAY['', ' ']), (8, ARRAY['2023-02-29']))
	t(k, v), LATERAL (SELECT looks_like FROM (SELECT column_quality(e) AS c FROM unnest(v) e) s, quality(c)) q ORDER BY k;

-- smallest and largest are cut between characters, and stay comparable with longer ones
SELECT octet_length(min_value) AS least, octet_length(max_value) AS greatest, max_length
	FROM (SELECT column_quality(v) AS c FROM (VALUES (repeat('é', 40)), (repeat('a', 63) || 'é'), (repeat('b', 500))) t(v)) s, quality(c);

-- beyond 1024 distinct values: near, and honest about it
SELECT is_exact(c), abs(distinct_count(c) / 100000.0 - 1) < 0.04 AS near, unique_value_ratio(c) BETWEEN 0.4 AND 0.6 AS half,
	abs(uniqueness(c) - 0.25) < 0.06 AS quarter, octet_length(_column_quality_send(c)) < 9000 AS small
	FROM (SELECT column_quality(('v' || v)::text) AS c FROM generate_series(1, 200000) g, LATERAL (SELECT CASE WHEN g % 4 = 0 THEN g ELSE g / 4 * 4 + 1 END) w(v) WHERE g % 4 < 3 OR g % 4 = 3) s;
SELECT n, is_exact(c), distinct_count(c) = n AS same FROM (SELECT n, column_quality(v % n) AS c FROM (VALUES (1023), (1024), (1025)) t(n), generate_series(1, 5000) v GROUP BY n) s ORDER BY n;

-- text form: there and back; what no rows can have made is refused
SELECT count(*), bool_and(c::text::column_quality = c) AS round FROM (SELECT column_quality((v % n)::text) FROM unnest(ARRAY[1, 50, 3000]) n, generate_series(1, 5000) v GROUP BY n) s(c);
CREATE FUNCTION pg_temp.try(v text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN v::column_quality IS NOT NULL THEN 'taken' END;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
WITH good AS (SELECT column_quality(v)::text AS t FROM (VALUES ('a'), ('bb'), (NULL)) s(v)), many AS (SELECT column_quality(v)::text AS t FROM generate_series(1, 3000) v)
SELECT no, pg_temp.try(t) FROM (
	SELECT 1, t FROM good
	UNION ALL SELECT 2, replace(t, '"values":2', '"values":3') FROM good
	UNION ALL SELECT 3, replace(t, '"max_length":2', '"max_length":1') FROM good
	UNION ALL SELECT 4, replace(t, '"length":3', '"length":5') FROM good
	UNION ALL SELECT 5, replace(t, '"min":"a"', '"min":"c"') FROM good
	UNION ALL SELECT 6, replace(t, '"kind":"text"', '"kind":"words"') FROM good
	UNION ALL SELECT 7, replace(t, '"nan":0', '"nan":1') FROM good
	UNION ALL SELECT 8, replace(t, '",1]', '",0]') FROM good
	UNION ALL SELECT 9, regexp_replace(t, '\[\["(.{16})",1\],\["(.{16})",1\]\]', '[["\2",1],["\1",1]]') FROM good
	UNION ALL SELECT 10, regexp_replace(t, '"squares":"\d*5"', '"squares":"0000000000000000000000000000000z"') FROM good
	UNION ALL SELECT 11, t || 'x' FROM good
	UNION ALL SELECT 12, t FROM many
	UNION ALL SELECT 13, regexp_replace(t, '"ranks":"....', '"ranks":"8888') FROM many
	UNION ALL SELECT 14, regexp_replace(t, '"ranks":".', '"ranks":"') FROM many
	UNION ALL SELECT 15, regexp_replace(t, '"ranks":".', '"ranks":"!') FROM many
	UNION ALL SELECT 16, replace(t, '"exact":false', '"exact":true') FROM many
	UNION ALL SELECT 17, regexp_replace(t, ',\["[^]]*\]\]', ']') FROM many
	UNION ALL SELECT 18, '{}') c(no, t) ORDER BY no;
SELECT 'x'::text::column_quality;

-- binary form: there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/38_quality.bin' AS file \gset
CREATE TEMP TABLE unpacked (v column_quality);
CREATE FUNCTION pg_temp.recv(value bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea
		|| int4send(length(value)) || value || '\xffff');
BEGIN
	PERFORM lo_export(lo, file);
	PERFORM lo_unlink(lo);
	TRUNCATE unpacked;
	EXECUTE format('COPY unpacked FROM %L (FORMAT binary)', file);
	RETURN (SELECT 'taken' || CASE WHEN _column_quality_send(v) <> value THEN ', changed' ELSE '' END FROM unpacked);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
WITH good AS (SELECT _column_quality_send(column_quality(v)) AS b FROM (VALUES ('a'), ('bb'), (NULL)) s(v)),
	number AS (SELECT _column_quality_send(column_quality(v)) AS b FROM (VALUES (1.5::float8), ('NaN'), (NULL)) s(v)),
	many AS (SELECT _column_quality_send(column_quality(v)) AS b FROM generate_series(1, 3000) v)
SELECT no, what, pg_temp.recv(b, :'file') FROM (
	SELECT 1, 'text', b FROM good UNION ALL SELECT 2, 'float8', b FROM number UNION ALL SELECT 3, 'bigint, estimated', b FROM many
	UNION ALL SELECT 4, 'no such kind', set_byte(b, 4, 120) FROM number
	UNION ALL SELECT 5, 'too short', substr(b, 1, length(b) - 1) FROM good
	UNION ALL SELECT 6, 'too long', b || '\x00' FROM good
	UNION ALL SELECT 7, 'a count too many', set_byte(b, 6, 3) FROM good
	UNION ALL SELECT 8, 'mode 2', set_byte(b, 12, 2) FROM number
	UNION ALL SELECT 9, 'a rank of 60', set_byte(b, 20, 255) FROM many
	UNION ALL SELECT 10, 'a hash out of order', set_byte(b, 6159, 255) FROM many
	UNION ALL SELECT 11, 'cut in the ranks', substr(b, 1, 3000) FROM many
	UNION ALL SELECT 12, 'working form', set_byte(b, 2, 1) FROM number
	UNION ALL SELECT 13, 'only a header', substr(b, 1, 4) FROM number) t(no, what, b) ORDER BY no;

-- rates: shares of all rows
SELECT null_rate(h), completeness(h), nan_rate(h), infinity_rate(h), zero_rate(h), zero_count(h), distinct_count(h), distinctness(h), uniqueness(h), unique_value_ratio(h)
	FROM (SELECT histogram(x) AS h FROM unnest(ARRAY[NULL, NULL, 'NaN', 'Infinity', '-Infinity', 0, '-0', 1, 1, 2]::float8[]) x) s;
SELECT null_rate(v), completeness(v), distinctness(v), uniqueness(v), unique_value_ratio(v), round(entropy(v)::numeric, 6) AS nats, entropy(v, 2) AS bits
	FROM (SELECT value_counts(x) AS v FROM unnest(ARRAY['a', 'b', 'c', 'c', 'd', 'd', 'd', 'd', NULL, NULL]) x) s;
SELECT zero_rate(h), zero_count(h) = 2500 AS exact_zeros, distinct_count(h), distinctness(h), uniqueness(h), unique_value_ratio(h), entropy(h), mode(h)
	FROM (SELECT histogram(CASE WHEN g % 4 = 0 THEN 0 ELSE sqrt(g) END) AS h FROM generate_series(1, 10000) g) s;
SELECT q.* FROM (SELECT histogram(x) AS h FROM unnest(ARRAY[NULL, 'NaN', 3, 3, 1, 1]::float8[]) x) s, quality(h) q;
SELECT q.* FROM (SELECT value_counts(x) AS h FROM unnest(ARRAY[NULL, 'b', 'b', 'a', 'a', 'c']) x) s, quality(h) q;
SELECT q.* FROM (SELECT histogram(NULL::float8) AS h) s, quality(h) q;
SELECT q.* FROM (SELECT value_counts(NULL::text) AS h) s, quality(h) q;
SELECT entropy(value_counts('a'::text), 1);
SELECT entropy(histogram(1), 'NaN');

-- hash buckets hide what is most frequent, unless a single value outweighs them all
SELECT is_exact(v), mode(v), uniqueness(v), entropy(v), sparkline(v) FROM (SELECT value_counts(x::text, 16) AS v FROM generate_series(1, 400) x) s;
SELECT is_exact(v), mode(v), (quality(v)).mode FROM (SELECT value_counts(CASE WHEN x < 3000 THEN 'often1' ELSE x::text END, 4000) AS v FROM generate_series(1, 9000) x) s;

-- pictures
SELECT sparkline(histogram(x)) FROM unnest(ARRAY[1, 1, 1, 2, 2, 3]) x;
SELECT sparkline(histogram(x), 5) FROM unnest(ARRAY[0, 0.5, 9.5, 10, 10, 10]) x;
SELECT sparkline(histogram(7)), sparkline(histogram(NULL::float8)), sparkline(value_counts(x), 2) FROM unnest(ARRAY['a', 'a', 'b', 'c']) x;
SELECT sparkline(histogram(1), 0);

-- shares of rows
SELECT pattern_rate(x, '^[a-c]+$'), pattern_rate(x, 'z') FROM unnest(ARRAY['a', 'abc', 'x', '', NULL]) x;
SELECT out_of_range_rate(x, 0, 10), out_of_range_rate(x, NULL, 0), out_of_range_rate(x, NULL, NULL) FROM unnest(ARRAY[-1, 0, 10, 10.5, 'Infinity', 'NaN', NULL]::float8[]) x;
SELECT pattern_rate(x, 'a'), out_of_range_rate(1, 0, 1) FROM unnest(ARRAY[]::text[]) x;
SELECT pattern_rate(NULL, 'a'), out_of_range_rate('NaN', 0, 1);
SELECT pattern_rate('a', NULL);
SELECT pattern_rate('a', '(');
SELECT out_of_range_rate(1, 2, 1);
SELECT out_of_range_rate(1, 'NaN', 1);

-- duplicate keys
CREATE TABLE "Twice ""x" (id int, "key 2" text, v int);
INSERT INTO "Twice ""x" VALUES (1, 'a', 1), (1, 'a', 2), (1, 'b', 3), (2, 'a', 4), (2, NULL, 5), (2, NULL, 6), (3, 'c', 7), (3, 'c', 8), (3, 'c', 9);
SELECT * FROM duplicates('"Twice ""x"', '{id}');
SELECT * FROM duplicates('"Twice ""x"', ARRAY['id', 'key 2'], 1);
SELECT * FROM duplicates('"Twice ""x"', '{v}', 0);
TRUNCATE "Twice ""x";
SELECT * FROM duplicates('"Twice ""x"', '{v}');
SELECT duplicates('"Twice ""x"', '{zzz}');
SELECT duplicates('"Twice ""x"', '{}');
SELECT duplicates('"Twice ""x"', NULL);
SELECT duplicates('"Twice ""x"', '{v}', -1);
SELECT duplicates(1, '{v}');
DROP TABLE "Twice ""x";

-- every split and plan gives the same
CREATE TABLE plan_rows (g int, t text, f float8, i bigint) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
INSERT INTO plan_rows SELECT i % 2, CASE WHEN i % 11 > 0 THEN repeat('x', i % 7) || i % 1500 END, nullif((i % 900) / 8.0, 0), i FROM generate_series(1, 40000) i;
ANALYZE plan_rows;
\set whole 'SELECT column_quality(t) AS t, column_quality(f) AS f, column_quality(i) AS i, pattern_rate(t, ''7$'') AS p, out_of_range_rate(f, 5, 50) AS o FROM plan_rows'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS :whole;
SELECT distinct_count(f), is_exact(t), p, o FROM serial;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
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
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.t = s.t AS t, p.f = s.f AS f, p.i = s.i AS i, p.p = s.p AS p, p.o = s.o AS o FROM serial s, (:whole) p;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.t = s.t AS t, p.f = s.f AS f, p.i = s.i AS i, p.p = s.p AS p, p.o = s.o AS o FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;
SELECT count(*), count(*) FILTER (WHERE count(running) <> i) AS wrong, count(*) FILTER (WHERE distinct_count(sliding) > 3) AS sliding
	FROM (SELECT i, column_quality(i) OVER (ORDER BY i) AS running, column_quality(i::text) OVER (ORDER BY i ROWS 2 PRECEDING) AS sliding FROM generate_series(1, 200) i OFFSET 0) w;
DROP TABLE plan_rows, serial;

-- only aggregates may call their parts
SELECT _column_quality_trans(NULL, 1);
SELECT _column_quality_trans(NULL, 'a'::text);
SELECT _pattern_rate_trans(NULL, 'a', 'a');
SELECT _out_of_range_rate_trans(NULL, 1, 1, 1);
SELECT _rate_combine(NULL, NULL);
SELECT _rate_final('{1,2,3}');
