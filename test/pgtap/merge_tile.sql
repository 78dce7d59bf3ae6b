-- tile: any split of the rows into tiles, merged in any tree and rolled up at any time, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(22);
SELECT setseed(0.22);

-- Rows of one kind: few or many, in few or many cells; special values; NULL among the dimensions (0).
CREATE FUNCTION pg_temp.sample(kind text, n int)
	RETURNS TABLE (a bigint, b bigint, c bigint, x float8, y float8, t text, actual boolean, predicted boolean) LANGUAGE sql AS $$
	SELECT floor(random() * 3)::bigint, CASE kind WHEN 'many' THEN floor(random() * 1000)::bigint ELSE floor(random() * random() * 5)::bigint END,
		(ARRAY[0, 1, 127, 128, 16384, 4294967294])[1 + floor(random() * 6)::int],
		CASE WHEN random() < 0.05 THEN (ARRAY['NaN', 'Infinity', '-Infinity', NULL, '0', '-0'])[1 + floor(random() * 6)::int]::float8
			ELSE CASE kind WHEN 'large' THEN random() * 1e6 WHEN 'many' THEN floor(random() * 50) ELSE round((random() * 100)::numeric, 2)::float8 END END,
		random(), CASE WHEN random() > 0.1 THEN 'v' || floor(random() * random() * 60) END,
		CASE WHEN random() > 0.1 THEN random() < 0.3 END, CASE WHEN random() > 0.1 THEN random() < 0.4 END
	FROM generate_series(1, n) i
$$;

-- The cells twice, in any order, by way of the text form.
CREATE FUNCTION pg_temp.shuffled(t tile) RETURNS tile LANGUAGE sql AS $$
	SELECT (split_part(t::text, '"cells":', 1) || '"cells":[' || string_agg(c::text, ',' ORDER BY random()) || ']}')::tile
	FROM json_array_elements(t::text::json->'cells') c, generate_series(1, 2)
$$;

CREATE FUNCTION pg_temp.differing(kind text, cases int, most int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole tile; rolled tile; t tile[]; keep int[];
	bad int := 0; parts int; a int; b int;
BEGIN
	FOR i IN 1 .. cases LOOP
		parts := 1 + floor(random() * 50)::int;
		keep := (ARRAY['{}', '{1}', '{2}', '{3,1}', '{1,2}', '{1,2,3}'])[1 + floor(random() * 6)::int];
		CREATE TEMP TABLE rows ON COMMIT DROP AS SELECT s.*, floor(random() * parts)::int AS part
			FROM pg_temp.sample(kind, 1 + floor(exp(random() * ln(most)))::int) s;
		SELECT tile(ARRAY[s.a, s.b, s.c], p, f ORDER BY random()) INTO whole FROM (SELECT r.a, r.b, r.c, profile(x, y, r.t) AS p,
			f_beta_state(actual, predicted) AS f FROM rows r GROUP BY r.a, r.b, r.c) s;
		-- the same without the dimensions that are dropped
		SELECT tile(ARRAY[s.a, s.b, s.c], p, f) INTO rolled FROM (SELECT g.*, profile(x, y, r.t) AS p, f_beta_state(actual, predicted) AS f
			FROM rows r, LATERAL (SELECT CASE WHEN 1 = ANY (keep) THEN r.a ELSE -1 END AS a, CASE WHEN 2 = ANY (keep) THEN r.b ELSE -1 END AS b,
				CASE WHEN 3 = ANY (keep) THEN r.c ELSE -1 END AS c) g GROUP BY g.a, g.b, g.c) s;
		-- each part a tile, or, where chance wants it, tiles of single rows
		SELECT array_agg(pt ORDER BY random()) INTO t FROM (SELECT tile(ARRAY[s.a, s.b, s.c], p, f ORDER BY random()) AS pt FROM (
			SELECT part, r.a, r.b, r.c, profile(x, y, r.t) AS p, f_beta_state(actual, predicted) AS f FROM rows r
			GROUP BY part, r.a, r.b, r.c, CASE WHEN part = 0 THEN r.ctid END) s GROUP BY part) q;
		bad := bad + ((SELECT merge(u) FROM unnest(t) u) <> whole OR (SELECT merge(roll_up(u, keep)) FROM unnest(t) u) <> rolled
			OR roll_up(whole, keep) <> rolled OR count(whole) <> (SELECT count(*) FROM rows))::int;
		DROP TABLE rows;
		WHILE cardinality(t) > 1 LOOP
			a := 1 + floor(random() * (cardinality(t) - 1))::int;
			b := cardinality(t);
			t[a] := CASE WHEN random() < 0.5 THEN t[a] + t[b] WHEN random() < 0.1 THEN t[b]::text::tile + t[a] ELSE t[b] + t[a] END;
			t := t[:b - 1];
		END LOOP;
		bad := bad + (t[1] <> whole OR _tile_send(t[1]) <> _tile_send(whole) OR whole::text::tile <> whole
			OR pg_temp.shuffled(whole) <> whole + whole)::int;
	END LOOP;
	RETURN bad;
END $$;
SELECT is(pg_temp.differing(kind, cases, most), 0, kind || ': ' || cases || ' random trees')
	FROM (VALUES ('small', 60, 60), ('cents', 30, 2000), ('large', 10, 8000), ('many', 10, 4000)) v (kind, cases, most);

CREATE TABLE datamon_tile_rows AS SELECT i % 7 AS part, s.* FROM pg_temp.sample('cents', 20000) WITH ORDINALITY s (a, b, c, x, y, t, actual, predicted, i);
CREATE TABLE datamon_tile_leaves AS SELECT part, a, b, c, count(*) AS n, profile(x, y, t) AS p, f_beta_state(actual, predicted) AS f
	FROM datamon_tile_rows GROUP BY part, a, b, c;
CREATE TEMP TABLE whole AS SELECT tile(ARRAY[a, b, c], p, f) AS t FROM datamon_tile_leaves;
ANALYZE datamon_tile_leaves;

-- what is in it
SELECT is_empty($$SELECT s.* FROM whole, cells(t) c FULL JOIN (
		SELECT ARRAY[a, b, c] AS key, count(*) AS n, profile(x, y, t) AS p, f_beta_state(actual, predicted) AS f FROM datamon_tile_rows GROUP BY a, b, c) s ON s.key = c.key
	WHERE (c.n <> s.n OR c.profile OPERATOR(datamon.<>) s.p OR c.performance OPERATOR(datamon.<>) s.f) IS NOT FALSE$$,
	'cells() gives what GROUP BY gives');
SELECT ok(c.profile OPERATOR(datamon.=) s.p AND c.performance OPERATOR(datamon.=) s.f AND c.n = s.n, 'cell() of ' || what)
	FROM whole, (SELECT 'one value' AS what, ARRAY[1, -1, -1]::bigint[] AS key, count(*) AS n, profile(x, y, t) AS p, f_beta_state(actual, predicted) AS f
			FROM datamon_tile_rows WHERE a = 1
		UNION ALL SELECT 'a whole key', ARRAY[1, 0, 127], count(*), profile(x, y, t), f_beta_state(actual, predicted)
			FROM datamon_tile_rows WHERE a = 1 AND b = 0 AND c = 127
		UNION ALL SELECT 'everything', ARRAY[-1, -1, -1], count(*), profile(x, y, t), f_beta_state(actual, predicted) FROM datamon_tile_rows) s,
	cell(t, s.key) c;
SELECT is((SELECT cell(t, '{1,7000,-1}') FROM whole), NULL, 'cell() of a key that is not there');
SELECT is((SELECT roll_up(roll_up(t, '{1,2}'), '{2,3}')::text FROM whole), (SELECT roll_up(t, '{2}')::text FROM whole), 'what is dropped stays dropped');
SELECT ok((SELECT tile(key, profile, performance) FROM whole, cells(t)) OPERATOR(datamon.=) (SELECT t FROM whole), 'the cells make the tile');
SELECT is((SELECT sum(n) FROM whole, cells(roll_up(t, '{}'))), 20000::numeric, 'one cell is left without dimensions');

-- with profiles or performance alone, and neither
SELECT ok((SELECT merge(t) FROM (SELECT tile(ARRAY[a], NULL, f) AS t FROM datamon_tile_leaves GROUP BY part) s) OPERATOR(datamon.=)
	(SELECT tile(ARRAY[a], NULL, f_beta_state) FROM (SELECT a, f_beta_state(actual, predicted) FROM datamon_tile_rows GROUP BY a) s), 'performance alone');
SELECT ok((SELECT merge(t) FROM (SELECT tile('{}', p, NULL) AS t FROM datamon_tile_leaves GROUP BY part) s) OPERATOR(datamon.=)
	(SELECT tile('{}', profile, NULL) FROM (SELECT profile(x, y, t) FROM datamon_tile_rows) s), 'profiles alone, without dimensions');
SELECT is((SELECT merge(t)::text FROM (SELECT tile(ARRAY[a], n) AS t FROM datamon_tile_leaves GROUP BY part) s),
	(SELECT tile(ARRAY[a], n)::text FROM (SELECT a, count(*) AS n FROM datamon_tile_rows GROUP BY a) s), 'rows alone');

-- keys of twelve ids, near and far
CREATE TEMP TABLE long_keys AS SELECT ARRAY(SELECT (ARRAY[-1, 0, 1, 126, 127, 128, 4294967294,
		floor(random() * 4294967295)])[1 + floor(random() * random() * 8 + 0 * i * d)::int]::bigint
	FROM generate_series(1, 12) d) AS key, 1 + i % 3 AS n FROM generate_series(1, 3000) i;
SELECT is_empty($$SELECT c.*, s.* FROM (SELECT tile(key, n) AS t FROM long_keys) w CROSS JOIN cells(t) c
	FULL JOIN (SELECT key, sum(n) AS n FROM long_keys GROUP BY key) s USING (key) WHERE (c.n <> s.n) IS NOT FALSE$$, 'keys of twelve ids');
SELECT is_empty($$SELECT c.*, s.* FROM (SELECT roll_up(tile(key, n), '{2,7,12}') AS t FROM long_keys) w CROSS JOIN cells(t) c
	FULL JOIN (SELECT ARRAY[-1, key[2], -1, -1, -1, -1, key[7], -1, -1, -1, -1, key[12]] AS key, sum(n) AS n FROM long_keys GROUP BY 1) s USING (key)
	WHERE (c.n <> s.n) IS NOT FALSE$$, 'three of them');

-- grids: the coarser of both, whatever comes first
CREATE TEMP TABLE coarse AS SELECT tile(ARRAY[a, b, c], compact(p, 64, 12), f) AS t FROM datamon_tile_leaves WHERE part < 3;
CREATE TEMP TABLE fine AS SELECT tile(ARRAY[a, b, c], p, f) AS t FROM datamon_tile_leaves WHERE part >= 3;
SELECT ok((SELECT c.t OPERATOR(datamon.+) f.t FROM coarse c, fine f) OPERATOR(datamon.=)
	(SELECT tile(ARRAY[a, b, c], compact(p, 64, 12), f) FROM datamon_tile_leaves), 'a coarse and a fine tile give a coarse one');
SELECT ok((SELECT merge(t) FROM (SELECT t FROM coarse UNION ALL SELECT t FROM fine) s) OPERATOR(datamon.=)
	(SELECT merge(t) FROM (SELECT t FROM fine UNION ALL SELECT t FROM coarse) s), 'so they do in any order');

-- a state that outgrows its room is joined on the way
SELECT ok((SELECT merge(w) FROM (SELECT tile(ARRAY[a, b, c], p, f) AS w FROM datamon_tile_leaves, generate_series(1, 12) i GROUP BY i) s) OPERATOR(datamon.=)
	(SELECT tile(ARRAY[a, b, c], p, f) FROM datamon_tile_leaves, generate_series(1, 12)), 'many large tiles');

-- in parts
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE datamon_tile_leaves SET (parallel_workers = 4);
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; whole text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP whole := whole || line || E'\n'; END LOOP;
	RETURN whole;
END $$;
SELECT matches(pg_temp.plan_of('SELECT tile(ARRAY[a, b, c], p, f) FROM datamon_tile_leaves'), 'Gather[^$]*Partial Aggregate', 'a parallel plan');
SELECT ok((SELECT tile(ARRAY[a, b, c], p, f) FROM datamon_tile_leaves) OPERATOR(datamon.=) (SELECT t FROM whole), 'gives the same');
SELECT * FROM finish();
ROLLBACK;
