-- Cells that are made before all rows are read, and cells across partitions: every cell equals its rows, in little memory as in much.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SELECT plan(24);
SELECT setseed(0.7);

-- n rows over so many hours, out of order by at most so many hours
CREATE FUNCTION make(name text, n int, hours int, disorder float8, spread text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (at timestamptz, shop int, kind text, vip boolean, x float8, y float8, hit boolean, guess boolean)', name);
	EXECUTE format($q$INSERT INTO %I SELECT CASE WHEN random() > 0.001 THEN timestamptz '2025-01-01' + %s
			* interval '1 hour' + random() * %s * interval '1 hour' END,
		floor(power(100, random())), (ARRAY['a', 'b', NULL])[1 + floor(random() * 3)::int], random() < 0.3,
		CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.05 THEN 'NaN' ELSE random() * 10 - 5 END, round((random() * 20)::numeric),
		CASE WHEN random() < 0.8 THEN random() < 0.5 END, random() < 0.5
		FROM generate_series(1, %s) i$q$, name, spread, disorder, n);
	PERFORM FROM datamon.watch(name::regclass, bucket => '1 hour', dimensions => '{shop,kind,vip}', label => 'hit', prediction => 'guess',
		baseline => '[2030-01-01,2030-01-02)', keep_buckets => '1000 days', lateness => '30 days');
END $$;
CREATE FUNCTION tiles(name text) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(format('%s %s %s %s %s', t.cuboid_no, t.tier, t.part, t.bucket, t.cells), ',' ORDER BY t.cuboid_no, t.tier, t.part, t.bucket))
	FROM (SELECT t.cuboid_no, t.tier, t.part, t.bucket, datamon.merge(t.cells) AS cells FROM datamon.stored_tile t
		JOIN datamon.monitor m USING (monitor_id) WHERE m.source = name::regclass GROUP BY 1, 2, 3, 4) t
$$;
-- The same rows in memory for all, and for few; then some rows more, and some changed.
CREATE FUNCTION holds(name text, what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	v_other text := name || '_little';
BEGIN
	EXECUTE format('CREATE TABLE %I AS TABLE %I', v_other, name);
	PERFORM FROM datamon.watch(v_other::regclass, bucket => '1 hour', dimensions => '{shop,kind,vip}', label => 'hit', prediction => 'guess',
		baseline => '[2030-01-01,2030-01-02)', keep_buckets => '1000 days', lateness => '30 days');
	RETURN QUERY SELECT is((SELECT t.error FROM datamon.tick(name::regclass) t), NULL, what || ': a tick with room for all rows');
	SET LOCAL datamon.cube_memory = '1MB';
	RETURN QUERY SELECT is((SELECT t.error FROM datamon.tick(v_other::regclass) t), NULL, what || ': a tick with room for few');
	RETURN QUERY SELECT is(tiles(v_other), tiles(name), what || ': both make the same tiles');
	RETURN QUERY SELECT is((SELECT count(*) FROM datamon.check(v_other::regclass)), 0::bigint, what || ': every cell equals its rows');
	EXECUTE format('INSERT INTO %I SELECT at, shop + 1, kind, vip, x + 1, y, hit, guess FROM %1$I WHERE random() < 0.1', v_other);
	EXECUTE format('UPDATE %I SET x = x + 1, shop = shop + 1 WHERE y = 7', v_other);
	EXECUTE format('DELETE FROM %I WHERE y = 3', v_other);
	RETURN QUERY SELECT is((SELECT t.error FROM datamon.tick(v_other::regclass) t), NULL, what || ': a tick after changes');
	RETURN QUERY SELECT is((SELECT count(*) FROM datamon.check(v_other::regclass)), 0::bigint, what || ': every cell equals its rows again');
	SET LOCAL datamon.cube_memory = '256MB';
END $$;

SELECT make('ordered', 20000, 10, 0, '(i * 10.0 / 20000)');
SELECT holds('ordered', 'in order of time');
SELECT make('nearly', 20000, 10, 3, '(i * 10.0 / 20000)');
SELECT holds('nearly', 'out of order by some hours');
SELECT make('shuffled', 20000, 10, 10, '0');
SELECT holds('shuffled', 'in no order');
SELECT make('one_bucket', 20000, 1, 1, '0');
SELECT holds('one_bucket', 'in one hour');
SELECT * FROM finish();
ROLLBACK;
