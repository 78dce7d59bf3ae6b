-- agreement_state: any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(26);
SELECT setseed(0.35);

-- Rows of one kind: few and many keys, integers and texts that look like them, NULLs, long keys.
CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (item text, annotator text, value text) LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.03 THEN NULL ELSE CASE kind
			WHEN 'integers' THEN (floor(random() * n / 3) - 5)::text
			WHEN 'repeats' THEN floor(random() * 4)::text
			WHEN 'mixed' THEN (ARRAY['7', '07', '-7', '7.0', '', '2305843009213693951', '2305843009213693952', 'x'])[1 + floor(random() * 8)::int]
			ELSE repeat('k', floor(random() * 300)::int) || floor(random() * 9) END END,
		CASE WHEN random() < 0.03 THEN NULL WHEN kind = 'mixed' THEN (floor(random() * 20) - 10)::text
			ELSE 'annotator ' || floor(random() * random() * 20) END,
		CASE WHEN random() < 0.03 THEN NULL WHEN kind = 'integers' THEN floor(random() * 5)::text
			ELSE (ARRAY['yes', 'no', '', '1', '-1', '1.5', '"\'])[1 + floor(random() * 7)::int] END
	FROM generate_series(1, n)
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole agreement_state[]; piece agreement_state[]; s agreement_state;
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT r.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) r;
		SELECT array[agreement_state(item, value), agreement_state(item, annotator, value), agreement_pairs(annotator, value)]
			INTO whole FROM rows;
		FOR shape IN 1 .. 3 LOOP
			SELECT array_agg(CASE shape WHEN 1 THEN x WHEN 2 THEN y ELSE z END ORDER BY random()) INTO piece
			FROM (SELECT agreement_state(item, value) x, agreement_state(item, annotator, value) y,
				agreement_pairs(annotator, value) z FROM rows GROUP BY part) q;
			-- half of the cases through the aggregate, in any order
			IF random() < 0.5 THEN
				SELECT array[merge(v ORDER BY random())] INTO piece FROM unnest(piece) v;
			END IF;
			WHILE array_length(piece, 1) > 1 LOOP
				a := 1 + floor(random() * array_length(piece, 1))::int;
				b := 1 + a % array_length(piece, 1);
				piece[a] := piece[a] OPERATOR(datamon.+) piece[b];
				piece := piece[:b - 1] || piece[b + 1:];
			END LOOP;
			s := piece[1];
			IF s OPERATOR(datamon.<>) whole[shape] OR _agreement_state_send(s) <> _agreement_state_send(whole[shape])
				OR s::text::agreement_state OPERATOR(datamon.<>) s OR s::text <> whole[shape]::text THEN
				bad := bad + 1;
			END IF;
		END LOOP;
		DROP TABLE rows;
	END LOOP;
	RETURN bad;
END $$;
SELECT is(pg_temp.differing(kind, 40), 0, kind || ': any split and tree gives the same bytes')
	FROM unnest(ARRAY['integers', 'repeats', 'mixed', 'texts']) kind;

-- integers by any type are their text
CREATE TEMP TABLE few AS SELECT i % 50 - 20 AS item, i % 7 AS annotator, i * i % 5 AS value FROM generate_series(1, 1000) i;
SELECT ok(bool_and(s::text = w::text AND s OPERATOR(datamon.=) w), 'types do not matter: item, value')
	FROM (SELECT agreement_state(item::text, value::text) AS w, ARRAY[agreement_state(item, value),
		agreement_state(item::bigint, value::bigint), agreement_state(item::bigint, value::text), agreement_state(item::text, value::bigint),
		agreement_state(item, value::float8), agreement_state(item::text, value::float8), agreement_state(item, value::smallint)] AS a
		FROM few) q, unnest(a) s;
SELECT ok(bool_and(s::text = w::text AND s OPERATOR(datamon.=) w), 'types do not matter: item, annotator, value')
	FROM (SELECT agreement_state(item::text, annotator::text, value::text) AS w, ARRAY[agreement_state(item, annotator, value),
		agreement_state(item::bigint, annotator::bigint, value::bigint), agreement_state(item::bigint, annotator::text, value::text),
		agreement_state(item::text, annotator::bigint, value::text), agreement_state(item, annotator, value::text),
		agreement_state(item, annotator, value::float8), agreement_state(item::text, annotator::text, value::float8),
		agreement_state(item, annotator::text, value), agreement_state(item::text, annotator, value)] AS a
		FROM few) q, unnest(a) s;
SELECT ok(agreement_pairs(item, value) OPERATOR(datamon.=) agreement_pairs(item::text, value::text)
	AND agreement_pairs(item, value) OPERATOR(datamon.=) agreement_pairs(item::bigint, value::bigint), 'types do not matter: pairs') FROM few;

-- what is unused is counted, whatever is lacking
SELECT is(unused_count(agreement_state(i, v)), 5::bigint, 'NULL, NaN and infinities are unused')
	FROM (VALUES (1, 1.5::float8), (1, NULL), (NULL, 1), (2, 'NaN'), (2, 'Infinity'), (3, '-Infinity'), (3, -0.0)) x(i, v);
SELECT is(count(agreement_state(i, v)), 2::bigint, 'the others are counted')
	FROM (VALUES (1, 1.5::float8), (1, NULL), (NULL, 1), (2, 'NaN'), (2, 'Infinity'), (3, '-Infinity'), (3, -0.0)) x(i, v);
SELECT is(agreement_state(i, v)::text, '{"of":"items","unused":0,"rows":[["1","0",2],["1","1.5",1]]}', '-0 is 0')
	FROM (VALUES (1, 0::float8), (1, -0.0::float8), (1, 1.5)) x(i, v);

-- rows that repeat do not grow the state
SELECT cmp_ok(max(pg_column_size(s)), '<', 200, 'a million rows of few kinds stay small')
	FROM (SELECT agreement_state(i % 3, i % 4) AS s FROM generate_series(1, 1000000) i) q;
SELECT is(sum(r.count), 1000000::numeric, 'and all are counted')
	FROM (SELECT agreement_state(i % 3, i % 4) AS s FROM generate_series(1, 1000000) i) q, ratings(s) r;
-- many merges of the same keys do not, either
SELECT is(count(merge(s)), 200000::bigint, 'merged states join their rows')
	FROM (SELECT agreement_state(i % 1000, i % 7) AS s FROM generate_series(1, 200000) i GROUP BY i % 40) q;

-- measures do not depend on the order of rows, to the last bit
SELECT is(count(*) FILTER (WHERE a IS DISTINCT FROM b), 0::bigint, 'values do not depend on the order of rows')
	FROM (SELECT ARRAY[fleiss_kappa(item, value ORDER BY r), gwet_ac1(item, value ORDER BY r),
			krippendorff_alpha(item, annotator, value, 'interval' ORDER BY r), conger_kappa(item, annotator, value ORDER BY r),
			icc(item, annotator, value, 'ICC1' ORDER BY r), light_kappa(item, annotator, value ORDER BY r)] AS a,
		ARRAY[fleiss_kappa(item, value ORDER BY item, annotator, value), gwet_ac1(item, value ORDER BY value, item),
			krippendorff_alpha(item, annotator, value, 'interval' ORDER BY annotator, item), conger_kappa(item, annotator, value ORDER BY value),
			icc(item, annotator, value, 'ICC1' ORDER BY value), light_kappa(item, annotator, value ORDER BY item DESC)] AS b
		FROM (SELECT f.*, k, random() AS r FROM few f, generate_series(1, 5) k) q GROUP BY k) z;

-- plans
CREATE TABLE agreement_rows (g int, item int, annotator int, value int, label text) PARTITION BY LIST (g);
CREATE TABLE agreement_rows_0 PARTITION OF agreement_rows FOR VALUES IN (0);
CREATE TABLE agreement_rows_1 PARTITION OF agreement_rows FOR VALUES IN (1);
INSERT INTO agreement_rows SELECT i % 2, i / 5 % 3000, i % 11, (i * 7 % 13 + i / 5) % 4, 'label ' || (i * 7 % 13 + i / 5) % 4
	FROM generate_series(1, 30000) i;
ANALYZE agreement_rows;
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
\set whole 'SELECT agreement_state(item, value) AS a, agreement_state(item, annotator, label) AS b, agreement_pairs(value, annotator) AS c, agreement_state(item, annotator, value) FILTER (WHERE g = 1) AS d, ARRAY[fleiss_kappa(item, label), krippendorff_alpha(item, annotator, value, ''ordinal''), cohen_kappa_score(value, annotator, ''quadratic''), light_kappa(item, annotator, value), conger_kappa(item, annotator, label)] AS e FROM agreement_rows'
\set grouped 'SELECT annotator AS k, agreement_state(item, value) AS a, fleiss_kappa(item, label) AS b FROM agreement_rows GROUP BY annotator'
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE agreement_serial AS :whole;
CREATE TABLE agreement_serial_grouped AS :grouped;
SELECT is((SELECT count(x) FROM unnest(e) x), 5::bigint, 'every aggregate has a value') FROM agreement_serial;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_leader_participation = off;
SELECT ok(pg_temp.plan_has(:'whole', 'Partial') AND pg_temp.plan_has(:'grouped', 'Partial'), 'plans are parallel');
SELECT ok(p.a OPERATOR(datamon.=) s.a AND p.b OPERATOR(datamon.=) s.b AND p.c OPERATOR(datamon.=) s.c AND p.d OPERATOR(datamon.=) s.d,
	'states of parallel plans are the same') FROM agreement_serial s, (:whole) p;
SELECT is(p.e, s.e, 'and so are values') FROM agreement_serial s, (:whole) p;
SELECT is(count(*) FILTER (WHERE p.a OPERATOR(datamon.=) s.a AND p.b IS NOT DISTINCT FROM s.b), 11::bigint, 'by group, too')
	FROM agreement_serial_grouped s JOIN (:grouped) p USING (k);
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT ok(pg_temp.plan_has(:'whole', 'Partial'), 'partitions are aggregated one by one');
SELECT ok(p.a OPERATOR(datamon.=) s.a AND p.b OPERATOR(datamon.=) s.b AND p.e = s.e, 'states of partitions merge to the same')
	FROM agreement_serial s, (:whole) p;

-- a window's frames grow: each result stands
SELECT is(count(*) FILTER (WHERE count(running) = i AND count(sliding) = least(i, 3)), 300::bigint, 'frames of windows')
	FROM (SELECT i, agreement_state(i % 30, i % 4) OVER (ORDER BY i) AS running,
			agreement_state(i % 30, i % 4) OVER (ORDER BY i ROWS 2 PRECEDING) AS sliding FROM generate_series(1, 300) i) w;

-- what is not a state
SELECT throws_ok($$SELECT '{"of":"items","unused":0,"rows":[["1","a",0]]}'::datamon.agreement_state$$, '22P02');
SELECT throws_ok($$SELECT '{"of":"things","unused":0,"rows":[]}'::datamon.agreement_state$$, '22P02');
SELECT throws_ok($$SELECT agreement_state(i, 1) + agreement_state(i, 2, 3) FROM (VALUES (1)) x(i)$$, '22023', NULL, 'kinds do not mix');
-- any order of rows is read, and written in the one that is canonical
SELECT is('{"of":"pairs","unused":2,"rows":[["b","a",1],["a","b",2],["b","a",3]]}'::agreement_state::text,
	'{"of":"pairs","unused":2,"rows":[["a","b",2],["b","a",4]]}', 'text is read in any order');
SELECT * FROM finish();
ROLLBACK;
