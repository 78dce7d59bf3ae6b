-- profile_table() gives what GROUP BY gives, byte by byte, on every level, in however little memory.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(42);
SELECT setseed(0.42);

CREATE TYPE mood AS ENUM ('sad', 'fine', 'glad');

-- Some rows: NULL everywhere, one value of "a" with most of the rows, times at the edges of buckets and beyond all of them.
CREATE FUNCTION pg_temp.make_rows(rows int, skew float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS rows;
	CREATE TEMP TABLE rows AS SELECT
		CASE WHEN random() < 0.03 THEN NULL ELSE floor(40 * random() ^ skew)::int END AS a,
		CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.01 THEN repeat('long ', 60) || floor(random() * 2)
			ELSE 'k' || floor(random() * 5) END AS b,
		CASE WHEN random() < 0.05 THEN NULL ELSE random() < 0.5 END AS c,
		CASE WHEN random() < 0.05 THEN NULL ELSE (ARRAY[1, 1.0, 1.00, 2.5, -3])[1 + floor(random() * 5)::int]::numeric END AS d,
		CASE WHEN random() < 0.03 THEN (ARRAY['NaN', 'Infinity', '-Infinity', NULL, '0', '-0'])[1 + floor(random() * 6)::int]::float8
			ELSE 10 * random() ^ 3 END AS x,
		CASE WHEN random() < 0.5 THEN NULL ELSE floor(random() * 20)::int END AS y,
		round((random() * 100)::numeric, 2) AS z,
		CASE WHEN random() < 0.1 THEN NULL WHEN random() < 0.02 THEN repeat('v', 200) ELSE 'v' || floor(1500 * random() ^ 6) END AS t,
		(ARRAY['sad', 'fine', 'glad', NULL])[1 + floor(random() * 4)::int]::mood AS m,
		CASE WHEN random() < 0.02 THEN NULL WHEN random() < 0.02 THEN 'infinity' WHEN random() < 0.02 THEN '-infinity'
			WHEN random() < 0.3 THEN '2024-02-29 12:00+00'::timestamptz + floor(random() * 9) * interval '1 hour'
				+ (ARRAY['-1 microsecond', '0', '1 microsecond'])[1 + floor(random() * 3)::int]::interval
			ELSE '1999-12-31 20:00+00'::timestamptz + random() * interval '9 hours' END AS at,
		CASE WHEN random() < 0.1 THEN NULL ELSE random() < 0.4 END AS label,
		CASE WHEN random() < 0.1 THEN NULL WHEN random() < 0.02 THEN 'NaN' ELSE round(random()::numeric, 2)::float8 END AS score
	FROM generate_series(1, rows);
END $$;

-- How many cells differ between profile_table() and GROUP BY of the same table.
CREATE FUNCTION pg_temp.differing(columns name[], dimensions name[], levels text, timed boolean, scored boolean, source text DEFAULT 'rows')
	RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	sets text; bad bigint; most int := coalesce(array_length(dimensions, 1), 0);
BEGIN
	-- every subset of the dimensions that the levels ask for, as a list of grouping sets
	SELECT string_agg(format('(bucket%s)', (SELECT string_agg(format(', d%s', i), '' ORDER BY i)
		FROM generate_series(1, most) i WHERE mask >> (i - 1) & 1 = 1)), ', ') INTO sets
	FROM generate_series(0, (1 << most) - 1) mask, LATERAL (
		SELECT count(*) AS size FROM generate_series(1, most) i WHERE mask >> (i - 1) & 1 = 1) s
	WHERE CASE levels WHEN 'leaves' THEN size = most WHEN 'singles' THEN size <= 1 WHEN 'pairs' THEN size <= 2 ELSE true END;
	EXECUTE format($q$
		WITH made AS (SELECT * FROM profile_table(%L, %L, %L, %L, %s)),
		expected AS (
			SELECT bucket, %s AS segment, count(*) AS n, %s AS profile, %s AS performance
			FROM (SELECT %s AS bucket, r.* %s FROM %s r) r GROUP BY GROUPING SETS (%s))
		SELECT count(*) FROM made m FULL JOIN expected e ON coalesce(m.bucket, '-infinity') = coalesce(e.bucket, '-infinity') AND m.segment = e.segment
		WHERE m.n IS DISTINCT FROM e.n OR _profile_send(m.profile) IS DISTINCT FROM _profile_send(e.profile)
			OR _f_beta_state_send(m.performance) IS DISTINCT FROM _f_beta_state_send(e.performance)
			OR (m.n IS NULL) OR (e.n IS NULL) $q$,
		source, columns, dimensions, levels,
		CASE WHEN timed THEN '''at'', ''1 hour''' ELSE 'NULL, NULL' END || CASE WHEN scored THEN ', ''label'', ''score'', 0.5' ELSE '' END,
		'''{}''::jsonb' || coalesce((SELECT string_agg(format(' || CASE WHEN grouping(d%s) = 0 THEN jsonb_build_object(%L, d%1$s) ELSE ''{}'' END', i, dimensions[i]), '')
			FROM generate_series(1, most) i), ''),
		CASE WHEN columns = '{}' THEN 'NULL::profile' ELSE 'profile(' || array_to_string(columns, ', ') || ')' END,
		CASE WHEN scored THEN 'f_beta_state(label, score >= 0.5)' ELSE 'NULL::f_beta_state' END,
		CASE WHEN timed THEN $b$CASE WHEN isfinite(at) THEN '2000-01-03 00:00+00'::timestamptz
			+ floor(extract(epoch FROM at - '2000-01-03 00:00+00'::timestamptz) / 3600) * interval '1 hour' END$b$ ELSE 'NULL::timestamptz' END,
		coalesce((SELECT string_agg(format(CASE WHEN name = 'b' THEN ', left(%I, 200) AS d%s' ELSE ', %I AS d%s' END, name, i), '')
			FROM unnest(dimensions) WITH ORDINALITY u (name, i)), ''),
		source, sets) INTO bad;
	RETURN bad;
END $$;

-- Random shapes.
CREATE FUNCTION pg_temp.differing_shapes(cases int, rows int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	bad bigint := 0;
	columns name[]; dimensions name[];
BEGIN
	FOR i IN 1 .. cases LOOP
		PERFORM pg_temp.make_rows(floor(rows * random())::int, 1 + floor(random() * 3));
		SELECT coalesce(array_agg(c ORDER BY random()), '{}') INTO columns
		FROM unnest('{x,y,z,t,m,at,score,label,a,b,c}'::name[]) c WHERE random() < 0.5;
		SELECT coalesce(array_agg(c ORDER BY random()), '{}') INTO dimensions FROM unnest('{a,b,c,d,m}'::name[]) c WHERE random() < 0.5;
		bad := bad + pg_temp.differing(columns, dimensions, (ARRAY['leaves', 'cube', 'singles', 'pairs'])[1 + floor(random() * 4)::int],
			random() < 0.4, random() < 0.5);
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing_shapes(60, 2000), 0::bigint, '60 random tables and shapes');

SELECT pg_temp.make_rows(30000, 3);
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', levels, false, true), 0::bigint, levels || ', no time')
FROM unnest('{leaves,singles,pairs,cube}'::text[]) levels;
SELECT is(pg_temp.differing('{x,t}', '{b,a,c}', 'cube', true, true), 0::bigint, 'cube in buckets of an hour');
SELECT is(pg_temp.differing('{x,y,t}', '{}', 'leaves', false, false), 0::bigint, 'no dimension: the whole table');
SELECT is(pg_temp.differing('{x,y,t}', '{}', 'cube', true, true), 0::bigint, 'no dimension, but buckets');
SELECT is(pg_temp.differing('{}', '{a,b,c}', 'cube', true, true), 0::bigint, 'classification counts alone');
SELECT is(pg_temp.differing('{m,x,t,b,c}', '{t,m,c}', 'cube', true, true), 0::bigint, 'dimensions that are columns of the profile, too');

-- Two texts that are one dimension, when nearly all rows have been read: until then the dimension said the column.
CREATE TEMP TABLE late AS SELECT i AS n, i % 50 AS k, CASE WHEN i % 7 > 0 THEN 'v' || i % 11 END AS v,
	CASE WHEN i > 29000 THEN repeat('w', 200) || i % 3 WHEN i % 5 > 0 THEN 'w' || i % 13 END AS b, i % 3 = 0 AS c, random() AS x
FROM generate_series(1, 30000) i;
SELECT is(pg_temp.differing('{x,v,b,c}', '{k,v,b,c}', levels, false, false, 'late'), 0::bigint, levels || ', the last rows differ')
FROM unnest('{leaves,cube}'::text[]) levels;

SELECT is((SELECT count(*) FROM profile_table('rows', '{}', '{a,b,c,d,at,x}', 'cube') p, LATERAL (SELECT p.segment) made,
		LATERAL (SELECT p.segment::text::jsonb) parsed WHERE NOT made OPERATOR(pg_catalog.*=) parsed), 0::bigint,
	'segments are the bytes that the server makes of their text');

-- Batches of a few thousand rows, sorted on disk; partitions and leaves cut in pieces.
SET LOCAL datamon.cube_memory = '1MB';
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', levels, false, true), 0::bigint, levels || ', in a megabyte')
FROM unnest('{leaves,singles,pairs,cube}'::text[]) levels;
SELECT is(pg_temp.differing('{x,t}', '{b,a,c}', 'cube', true, true), 0::bigint, 'cube in buckets of an hour, in a megabyte');
SELECT is(pg_temp.differing('{x,y,t}', '{c}', 'leaves', false, true), 0::bigint, 'leaves of ten thousand rows, in a megabyte');
SELECT is(pg_temp.differing('{x,y,t}', '{}', 'leaves', false, false), 0::bigint, 'the whole table, in a megabyte');
SELECT is(pg_temp.differing('{}', '{a,b,c}', 'cube', true, true), 0::bigint, 'classification counts alone, in a megabyte');
SELECT is(pg_temp.differing('{m,x,t,b,c}', '{t,m,c}', 'cube', true, true), 0::bigint, 'dimensions that are columns, too, in a megabyte');
SELECT is(pg_temp.differing('{x,v,b,c}', '{k,v,b,c}', levels, false, false, 'late'), 0::bigint, levels || ', the last rows differ, in a megabyte')
FROM unnest('{leaves,cube}'::text[]) levels;
SELECT is(pg_temp.differing_shapes(20, 30000), 0::bigint, '20 random tables and shapes, in a megabyte');

-- Twelve dimensions of thousands of values: the key is wider than a word.
CREATE TEMP TABLE wide AS SELECT floor(random() * 1e5)::int AS k1, (random() * 1e5)::int AS k2, i / 3 AS k3, i % 3000 AS k4, i / 7 AS k5,
	-i AS k6, i % 5001 AS k7, (i / 2) % 4001 AS k8, 'x' || i / 4 AS k9, i / 5 AS k10, i % 7000 AS k11, i / 6 AS k12, random() AS x
FROM generate_series(1, 20000) i;
INSERT INTO wide SELECT * FROM wide;
SELECT is(pg_temp.differing('{x}', '{k1,k2,k3,k4,k5,k6,k7,k8,k9,k10,k11,k12}', 'leaves', false, false, 'wide'), 0::bigint,
	'twelve wide dimensions, in a megabyte');
SET LOCAL datamon.cube_memory = '256MB';
SELECT is(pg_temp.differing('{x}', '{k1,k2,k3,k4,k5,k6,k7,k8,k9,k10,k11,k12}', 'leaves', false, false, 'wide'), 0::bigint, 'twelve wide dimensions');
SELECT is(pg_temp.differing('{x}', '{k6,k3,k9}', 'cube', false, false, 'wide'), 0::bigint, 'cube of three wide dimensions');

-- However the rows are reached: partitions with columns in another order, children, views, policies.
SELECT pg_temp.make_rows(5000, 2);
CREATE TABLE datamon_parts (LIKE rows) PARTITION BY LIST (c);
CREATE TABLE datamon_part_true (gone int, score float8, label boolean, at timestamptz, m mood, t text, z numeric, y int, x float8, d numeric, c boolean,
	b text, a int);
ALTER TABLE datamon_part_true DROP COLUMN gone;
ALTER TABLE datamon_parts ATTACH PARTITION datamon_part_true FOR VALUES IN (true);
CREATE TABLE datamon_part_other PARTITION OF datamon_parts DEFAULT PARTITION BY HASH (a);
CREATE TABLE datamon_part_other_0 PARTITION OF datamon_part_other FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE datamon_part_other_1 PARTITION OF datamon_part_other FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO datamon_parts SELECT * FROM rows;
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', 'cube', false, true, 'datamon_parts'), 0::bigint, 'partitioned table');
CREATE TEMP TABLE datamon_child (more int) INHERITS (rows);
INSERT INTO datamon_child SELECT *, 1 FROM datamon_parts LIMIT 300;
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', 'cube', false, true), 0::bigint, 'table with a child');
CREATE VIEW datamon_view AS SELECT * FROM rows;
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', 'cube', true, true, 'datamon_view'), 0::bigint, 'view');
CREATE MATERIALIZED VIEW datamon_stored AS SELECT * FROM datamon_parts;
SELECT is(pg_temp.differing('{x,y,z,t,m,at}', '{a,b,c,d}', 'cube', true, true, 'datamon_stored'), 0::bigint, 'materialized view');

CREATE ROLE datamon_reader;
CREATE TABLE datamon_guarded AS SELECT * FROM rows;
ALTER TABLE datamon_guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON datamon_guarded USING (a < 5);
GRANT SELECT ON datamon_guarded, datamon_parts TO datamon_reader;
CREATE TABLE datamon_secret AS SELECT * FROM rows;
GRANT SELECT (a, x) ON datamon_secret TO datamon_reader;
GRANT USAGE ON SCHEMA datamon TO datamon_reader;
SET LOCAL ROLE datamon_reader;
SELECT is((SELECT n FROM profile_table('datamon_guarded', '{x}')), (SELECT count(*) FROM datamon_guarded), 'row security holds');
SELECT is((SELECT n FROM profile_table('datamon_parts', '{x}')), (SELECT count(*) FROM datamon_parts), 'the right to read a partitioned table is enough');
SELECT is((SELECT sum(n) FROM profile_table('datamon_secret', '{x}', '{a}'))::bigint, (SELECT count(a is null) FROM datamon_secret), 'the right to read the columns is enough');
SELECT throws_ok($$ SELECT n FROM profile_table('datamon_secret', '{x}', '{b}') $$, '42501', NULL, 'no right to read a column');
SELECT throws_ok($$ SELECT n FROM profile_table('datamon_part_true', '{x}') $$, '42501', NULL, 'no right to read a partition by its own name');
RESET ROLE;

SELECT is((SELECT n FROM profile_table('rows', '{}')), (SELECT count(*) FROM rows), 'nothing but a count');
SELECT is((SELECT profile::text FROM profile_table('rows', '{x,y,z,t,c}')), (SELECT profile(x, y, z, t, c)::text FROM rows), 'a whole table at once');
SELECT is((SELECT profile::text FROM profile_table('rows', '{x,z}', significant_bits => 12)),
	(SELECT profile(_significant(x, 12), _significant(z::float8, 12))::text FROM rows), 'rounded');
DELETE FROM rows;
SELECT is_empty($$ SELECT FROM profile_table('rows', '{x,t}') $$, 'no row of a whole table, no cell');
SELECT is_empty($$ SELECT FROM profile_table('rows', levels => 'cube') $$, 'no row, no cell');
SELECT * FROM finish();
ROLLBACK;
