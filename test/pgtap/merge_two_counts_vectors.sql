-- Any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(12);
SELECT setseed(0.32);

CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (v text, x float8[], f bool) LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.05 THEN NULL ELSE CASE kind
			WHEN 'few' THEN 'v' || floor(random() * random() * 9)
			WHEN 'many' THEN md5(i::text)
			WHEN 'long' THEN repeat(chr(97 + (random() * 25)::int), (random() * 400)::int)
			WHEN 'constant' THEN ''
		END END,
		CASE WHEN random() < 0.05 THEN NULL ELSE CASE kind
			WHEN 'few' THEN ARRAY[floor(random() * 3), -0.0, floor(random() * 2)]
			WHEN 'many' THEN ARRAY[random() * 1e300, (ARRAY['NaN', 'Infinity', NULL, '0', '-0', '1', '2'])[1 + floor(random() * 7)::int]::float8]
			WHEN 'long' THEN (SELECT array_agg(random() * i - j) FROM generate_series(1, 100) j)
			WHEN 'constant' THEN ARRAY[3.25]
		END END,
		CASE WHEN random() < 0.05 THEN NULL ELSE random() < 0.4 END
	FROM generate_series(1, n) i
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_c two_counts; whole_v vectors; whole_t text; whole_m text;
	c two_counts[]; v vectors[];
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR i IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 6))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS SELECT s.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) s;
		SELECT two_counts(r.v, r.f), vectors(r.x, r.f), chi_square_test(r.v, r.f)::text, mmd_test(r.x, r.f)::text INTO whole_c, whole_v, whole_t, whole_m FROM rows r;
		SELECT array_agg(pc ORDER BY random()), array_agg(pv ORDER BY part) INTO c, v
			FROM (SELECT part, two_counts(r.v, r.f) AS pc, vectors(r.x, r.f) AS pv FROM rows r GROUP BY part) s;
		DROP TABLE rows;
		IF random() < 0.3 THEN
			SELECT ARRAY[merge(e ORDER BY random())] INTO c FROM unnest(c) e;
			SELECT ARRAY[merge(e ORDER BY random())] INTO v FROM unnest(v) e;
		END IF;
		WHILE cardinality(c) > 1 LOOP
			a := 1 + floor(random() * (cardinality(c) - 1))::int;
			b := cardinality(c);
			c[a] := CASE WHEN random() < 0.5 THEN c[a] + c[b] ELSE (c[b]::text::two_counts) + c[a] END;
			v[a] := CASE WHEN random() < 0.5 THEN v[a] + v[b] ELSE (v[b]::text::vectors) + v[a] END;
			c := c[:b - 1];
			v := v[:b - 1];
		END LOOP;
		bad := bad + (c[1] <> whole_c OR v[1] <> whole_v OR c[1]::text::two_counts <> whole_c OR v[1]::text::vectors <> whole_v
			OR chi_square_test(c[1])::text IS DISTINCT FROM whole_t OR mmd_test(v[1])::text IS DISTINCT FROM whole_m)::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 120), 0, kind || ' values: 120 random trees')
	FROM unnest(ARRAY['few', 'many', 'long', 'constant']) kind;

-- binary, through a file
CREATE TEMP TABLE sent AS SELECT kind, two_counts(v, f) AS c, vectors(x, f) AS v
	FROM unnest(ARRAY['few', 'many', 'long', 'constant']) kind, LATERAL pg_temp.sample(kind, 300) GROUP BY kind;
CREATE TEMP TABLE received (LIKE sent);
SELECT current_setting('data_directory') || '/datamon_two_samples' AS file \gset
COPY sent TO :'file' (FORMAT binary);
COPY received FROM :'file' (FORMAT binary);
SELECT is(count(*), 4::bigint, 'binary copies are the same') FROM sent s JOIN received r ON r.kind = s.kind AND r.c = s.c AND r.v = s.v;

-- what is not what packing would write is refused
SELECT throws_ok($$ SELECT '{"unflagged":0,"unused_reference":0,"unused_current":0,"reference":[[1,2],[1,1]],"current":[]}'::vectors $$, '22P02', NULL, 'vectors out of order');
SELECT throws_ok($$ SELECT '{"unflagged":0,"reference":{"n":2,"nulls":0,"limit":9,"counts":{"b":1,"a":1}},"current":{"n":0,"nulls":0,"limit":9,"counts":{}}}'::two_counts $$,
	'22P02', NULL, 'values out of order');


-- The text of received bytes, or the error.
CREATE FUNCTION pg_temp.received(type text, value bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/datamon_received';
	lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(value)) || value || '\xffff');
	result text;
BEGIN
	PERFORM lo_export(lo, file);
	PERFORM lo_unlink(lo);
	EXECUTE format('CREATE TEMP TABLE one (v datamon.%I) ON COMMIT DROP', type);
	EXECUTE format('COPY one FROM %L (FORMAT binary)', file);
	SELECT v::text INTO result FROM one;
	DROP TABLE one;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE bytes AS SELECT 'vectors' AS type, _vectors_send(vectors(ARRAY[i, i % 3], i % 2 = 0)) AS value FROM generate_series(1, 9) i
	UNION ALL SELECT 'two_counts', _two_counts_send(two_counts((i % 4)::text, i % 2 = 0)) FROM generate_series(1, 9) i;
SELECT is(string_agg(DISTINCT pg_temp.received(type, substr(value, 1, k)), ' '), '22P03', 'bytes that are cut off are refused')
	FROM bytes, generate_series(0, length(value) - 1) k;
SELECT is(string_agg(DISTINCT pg_temp.received(type, value || '\x00'), ' '), '22P03', 'and those that go on') FROM bytes;
-- every byte changed: refused, or a value that is sent as those bytes
SELECT is(count(*), 0::bigint, 'what is accepted is what packing would write')
	FROM (SELECT type, changed, pg_temp.received(type, changed) AS v
		FROM bytes, generate_series(0, length(value) - 1) k, unnest('{0,1,127,128,255}'::int[]) b, LATERAL set_byte(value, k, b) changed OFFSET 0) r
	WHERE v <> '22P03' AND changed <> CASE type WHEN 'vectors' THEN _vectors_send(CASE WHEN type = 'vectors' THEN v END::vectors)
		ELSE _two_counts_send(CASE WHEN type = 'two_counts' THEN v END::two_counts) END;

-- the level of the tests that rest on approximations
CREATE TEMP TABLE level AS
	SELECT (psi_test(v, f)).p_value AS psi, (g_test(v, f)).p_value AS g, (fisher_exact_test(w, f)).p_value AS fisher
	FROM (SELECT t, 'v' || floor(random() * 5) AS v, 'w' || floor(random() * 2) AS w, i <= 300 AS f FROM generate_series(1, 1500) t, generate_series(1, 500) i) r GROUP BY t;
SELECT ok(abs(avg((psi < 0.05)::int) - 0.05) < 0.02 AND abs(avg((g < 0.05)::int) - 0.05) < 0.02, 'psi_test and g_test keep their level') FROM level;
SELECT ok(avg((fisher < 0.05)::int) BETWEEN 0.02 AND 0.055, 'fisher_exact_test is below its level') FROM level;
SELECT * FROM finish();
ROLLBACK;
