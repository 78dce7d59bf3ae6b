-- All segments: any segment over any window equals its rows, whatever tiers answer it; revised, rolled up, dropped.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SELECT plan(38);
SELECT setseed(0.42);
CREATE TABLE event (id int PRIMARY KEY, at timestamptz, shop int, kind text, vip boolean, x float8, y numeric, colour text, hit boolean, guess boolean);
CREATE FUNCTION add_rows(n int, from_time timestamptz, during interval, first_id int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO event SELECT first_id + i, from_time + random() * during, floor(power(40, random())), (ARRAY['a', 'b', NULL])[1 + floor(random() * 3)::int],
		random() < 0.3, CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.05 THEN 'NaN' ELSE random() * 10 - 5 END,
		round((random() * 100)::numeric, 2), (ARRAY['red', 'green', 'blue'])[1 + floor(random() * 3)::int],
		CASE WHEN random() < 0.8 THEN random() < 0.5 END, random() < 0.5
	FROM generate_series(1, n) i
$$;
SELECT add_rows(6000, '2025-01-01', '3 days', 0);
SELECT count(*) FROM datamon.watch('event', bucket => '10 minutes', lateness => '6 hours', dimensions => '{shop,kind,vip}', label => 'hit',
	prediction => 'guess', baseline => '[2030-01-01,2030-01-02)', keep_buckets => '1 day', keep_hours => '2 days');
SELECT is((SELECT array_agg(dimensions) FROM datamon.cuboid), ARRAY[ARRAY[1, 2, 3]], 'three dimensions: every combination is kept');

-- the profile of rows, by SQL
CREATE FUNCTION by_rows(during tstzrange, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text; v text;
BEGIN
	SELECT string_agg(format(CASE WHEN kind = 'number' THEN '%I::float8' ELSE '%I::text' END, column_name), ', ' ORDER BY column_no) INTO v
	FROM datamon.columns WHERE source = 'event'::regclass AND column_no IS NOT NULL;
	EXECUTE format('SELECT row(count(*), datamon.profile(%s), datamon.f_beta_state(hit, guess))::text FROM event
		WHERE to_timestamp(floor(extract(epoch FROM at) / 600) * 600) <@ $1 AND isfinite(at) AND %s', v, condition) INTO r USING during;
	RETURN r;
END $$;
CREATE FUNCTION by_tiles(during tstzrange, segment jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT row(s.n, s.profile, s.performance)::text FROM datamon.summarize('event', during, segment) s
$$;
CREATE FUNCTION tick(as_of timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(error, 'ok') FROM datamon.tick('event', as_of) $$;
CREATE TABLE segment_case (segment jsonb, condition text);
INSERT INTO segment_case VALUES ('{}', 'true'), ('{"shop": 1}', 'shop = 1'), ('{"shop": 7, "kind": "a"}', 'shop = 7 AND kind = ''a'''),
	('{"kind": null}', 'kind IS NULL'), ('{"vip": true}', 'vip'), ('{"vip": false, "kind": "b"}', 'NOT vip AND kind = ''b'''),
	('{"shop": 2, "vip": true}', 'shop = 2 AND vip'), ('{"shop": 1, "kind": null, "vip": false}', 'shop = 1 AND kind IS NULL AND NOT vip');
CREATE TABLE window_case (during tstzrange);
INSERT INTO window_case VALUES ('[2025-01-01,2025-01-04)'), ('[2025-01-01 07:20,2025-01-01 07:50)'), ('[2025-01-01 23:50,2025-01-03 00:10)'),
	('[2025-01-02 05:10,2025-01-02 21:30)'), ('(2025-01-01 00:00,2025-01-02 00:00]'), ('[2025-01-03 10:00,)'), ('(,2025-01-01 01:00)');
CREATE FUNCTION all_windows(what text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('%s: %s in %s', what, s.segment, w.during)
	FROM window_case w CROSS JOIN segment_case s
	WHERE by_tiles(w.during, s.segment) IS DISTINCT FROM by_rows(w.during, s.condition) AND by_rows(w.during, s.condition) NOT LIKE '(0,%'
$$;
CREATE FUNCTION holds(what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT is((SELECT count(*) FROM datamon.check('event')), 0::bigint, what || ': every cell equals its rows');
	RETURN QUERY SELECT is((SELECT count(*) FROM all_windows(what)), 0::bigint, what || ': any segment over any window equals its rows');
END $$;

-- keep everything at first
UPDATE datamon.monitor SET keep_buckets = NULL, keep_hours = NULL;
SELECT is(tick('2025-01-02 12:35'), 'ok', 'first tick');
SELECT is((SELECT count(*) FROM datamon.check('event')), 0::bigint, 'half the time: cells equal their rows');
SELECT is(tick('2025-01-04 00:00'), 'ok', 'second tick');
SELECT * FROM holds('all of it');
SELECT results_eq('SELECT resolution FROM datamon.storage ORDER BY tier', ARRAY['buckets', 'hours', 'days'], 'buckets, hours and days are kept');
SELECT is((SELECT count(*) FROM datamon._window_tiers(1, '[2025-01-01 23:50,2025-01-03 00:10)')), 3::bigint, 'a window takes the fewest tiles');

-- what happens to rows inside the lateness
SELECT add_rows(300, '2025-01-03 19:00', '5 hours', 10000);
DELETE FROM event WHERE at >= '2025-01-03 20:00' AND id % 7 = 0;
UPDATE event SET shop = 39, hit = true WHERE at >= '2025-01-03 20:00' AND id % 11 = 0;
UPDATE event SET at = at - interval '90 minutes' WHERE at >= '2025-01-03 21:00' AND id % 13 = 0;
INSERT INTO event VALUES (20000, '2025-01-03 22:00', 1000, 'new', NULL, 1, 2, 'violet', true, true), (20001, NULL, 1, 'a', true, 1, 2, 'red', true, true),
	(20002, 'infinity', 1, 'a', true, 1, 2, 'red', true, true);
SELECT is(tick('2025-01-04 00:05'), 'ok', 'late rows, updates, deletes');
SELECT * FROM holds('revised');
SELECT is((SELECT n FROM datamon.summarize('event', '[2025-01-03,2025-01-05)', '{"shop": 1000, "kind": "new", "vip": null}')), 1::bigint, 'a new value is a segment at once');
SELECT is((SELECT n FROM datamon.summarize('event', '[2025-01-03,2025-01-05)', '{"shop": 4711}')), 0::bigint, 'a value never seen has no rows');

-- every combination of some dimensions
SELECT set_eq($$SELECT segment, n, profile::text FROM datamon.segments('event', '[2025-01-01 03:00,2025-01-03 12:00)', '{vip,kind}')$$,
	$$SELECT jsonb_build_object('kind', kind, 'vip', vip), count(*), (SELECT s.profile::text FROM datamon.summarize('event', '[2025-01-01 03:00,2025-01-03 12:00)',
		jsonb_build_object('kind', kind, 'vip', vip)) s) FROM event WHERE at >= '2025-01-01 03:00' AND at < '2025-01-03 12:00' GROUP BY kind, vip$$, 'segments() of two dimensions');
SELECT set_eq($$SELECT segment, n FROM datamon.segments('event', '[2025-01-01 03:00,2025-01-03 12:00)', '{shop}')$$,
	$$SELECT jsonb_build_object('shop', shop), count(*) FROM event WHERE at >= '2025-01-01 03:00' AND at < '2025-01-03 12:00' GROUP BY shop$$, 'segments() of the widest dimension');
SELECT is((SELECT sum(n)::bigint FROM datamon.segments('event', '[2025-01-01,2025-01-05)', '{}')), (SELECT count(*) FROM event WHERE at < '2025-01-05'), 'segments() of none is the whole');

-- retention
UPDATE datamon.monitor SET keep_buckets = '1 day', keep_hours = '2 days';
SELECT add_rows(3000, '2025-01-04', '2 days', 30000);
SELECT is(tick('2025-01-06 00:05'), 'ok', 'two days later');
SELECT is((SELECT count(*) FROM datamon.check('event')), 0::bigint, 'with old buckets dropped what is kept is right');
SELECT cmp_ok((SELECT min(bucket) FROM datamon.stored_tile WHERE tier = 0), '>=', '2025-01-04 20:00'::timestamptz, 'buckets older than a day are dropped');
SELECT cmp_ok((SELECT min(bucket) FROM datamon.stored_tile WHERE tier = 1), '>=', '2025-01-03'::timestamptz, 'hours older than two days are dropped');
SELECT is((SELECT min(bucket) FROM datamon.stored_tile WHERE tier = 2), '2025-01-01'::timestamptz, 'days stay');
SELECT is(by_tiles('[2025-01-01,2025-01-06)', '{"shop": 1}'), by_rows('[2025-01-01,2025-01-06)', 'shop = 1'), 'days, hours and buckets together are all rows');
SELECT is(by_tiles('[2025-01-04 22:00,2025-01-05 03:30)', '{"kind": "a"}'), by_rows('[2025-01-04 22:00,2025-01-05 03:30)', 'kind = ''a'''), 'hours and recent buckets');
SELECT is(by_tiles('[2025-01-01 13:00,2025-01-02 11:00)', '{}'), by_rows('[2025-01-02,2025-01-03)', 'true'), 'where only days are left, the day that begins in the window stands for it');
SELECT is(tick('2025-01-06 00:15'), 'ok', 'and on');
SELECT is((SELECT count(*) FROM datamon.check('event')), 0::bigint, 'still right');

-- what is said
SELECT is((SELECT string_agg(format('%s %s %s', column_name, judged, combined_with), '; ' ORDER BY column_name) FROM datamon.dimensions),
	'kind t {shop,vip}; shop t {kind,vip}; vip t {kind,shop}', 'dimensions are listed');
SELECT throws_ok($$SELECT datamon.summarize('event', '[2025-01-01,2025-01-02)', '{"size": 3}')$$, '42703', '"size" is not a dimension', 'an unknown dimension is an error');
SELECT throws_ok($$SELECT datamon.summarize('event', '[2025-01-01,2025-01-02)', '[1]')$$, '22023', 'segment must be a JSON object', 'a segment is an object');
SELECT throws_ok($$SELECT datamon.segments('event', '[2025-01-01,2025-01-02)', '{size}')$$, '42703', '"size" is not a dimension', 'segments() of an unknown dimension');

-- dimensions are columns of the profile, too: values that are one as a dimension and two as a category, and NULL
CREATE TABLE odd (at timestamptz, price numeric, day date, name text, ok boolean, ratio float8, x float8);
CREATE FUNCTION add_odd(n int, first int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO odd SELECT timestamptz '2025-01-01' + i * interval '1 second', CASE WHEN i % 5 > 0 THEN i % 3 + 1.0 END,
		date '2024-02-28' + i % 3, CASE WHEN i % 7 > 0 THEN 'shop ' || i % 4 END, CASE WHEN i % 11 > 0 THEN i % 2 = 0 END, i % 4, random()
	FROM generate_series(first, first + n - 1) i
$$;
SELECT add_odd(3000, 0);
INSERT INTO odd VALUES ('2025-01-01', 1, 'infinity', repeat('x', 200), NULL, 'NaN', 1);
SELECT lives_ok($$SELECT datamon.watch('odd', bucket => '10 minutes', lateness => '1 hour', dimensions => '{price,day,name,ok,ratio}',
	baseline => '[2030-01-01,2030-01-02)')$$, 'dimensions of every kind');
SELECT is((SELECT count(*) FROM datamon.columns WHERE source = 'odd'::regclass AND role = 'dimension' AND kind = 'category' AND column_no IS NOT NULL),
	5::bigint, 'all are columns of the profile');
SELECT is((SELECT error FROM datamon.tick('odd', '2025-01-01 00:50')), NULL, 'each value is one');
SELECT is((SELECT count(*) FROM datamon.check('odd')), 0::bigint, 'cells equal their rows');
SELECT add_odd(300, 3000);
INSERT INTO odd SELECT '2025-01-01 00:52', p, 'infinity', repeat('x', 200) || n, false, r, 1
FROM unnest('{1,1.0,1.00,NaN}'::numeric[]) p, unnest('{a,b}'::text[]) n, unnest('{0,-0,NaN,Infinity}'::float8[]) r;
SELECT add_odd(300, 3300);
SELECT is((SELECT error FROM datamon.tick('odd', '2025-01-01 01:10')), NULL, 'some are two');
SELECT is((SELECT count(*) FROM datamon.check('odd')), 0::bigint, 'cells equal their rows all the same');
SELECT is((SELECT row(s.n, s.profile)::text FROM datamon.summarize('odd', '[2025-01-01,2025-01-02)', v.segment) s),
	(SELECT format('(%s,%s)', n, '"' || replace(p, '"', '""') || '"') FROM (SELECT count(*) AS n, datamon.profile(price::text, day::text, name::text, ok::text,
		ratio::text, x)::text AS p FROM odd WHERE left(name, 200) = repeat('x', 200) AND ratio = v.ratio) r), 'a segment of these')
FROM (VALUES (jsonb_build_object('name', repeat('x', 200), 'ratio', 0), 0::float8), (jsonb_build_object('name', repeat('x', 200), 'ratio', 'NaN'), 'NaN')) v (segment, ratio);
SELECT * FROM finish();
ROLLBACK;
