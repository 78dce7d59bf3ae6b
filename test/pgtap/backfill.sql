-- A long history is read newest first, in chunks: rules start at once, each row counts once, and the end is as if all were read together.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SET LOCAL datamon.backfill_rows = 3000;
SELECT plan(28);
SELECT setseed(0.2);

-- Eight days of 40 rows in each of 72 buckets a day; the last two hours are otherwise.
CREATE TABLE history (id int PRIMARY KEY, at timestamptz NOT NULL, kind text, x float8);
INSERT INTO history
SELECT i, timestamptz '2026-01-01 00:00' + i * interval '30 seconds', (ARRAY['a', 'b', 'c'])[1 + i % 3], random() + CASE WHEN i >= 22800 THEN 3 ELSE 0 END
FROM generate_series(0, 23039) i;
CREATE INDEX ON history (at);
ANALYZE history;
CREATE TEMP TABLE answer AS SELECT * FROM datamon.watch('history', bucket => '20 minutes', lateness => '40 minutes', dimensions => '{kind}',
	baseline => '[2026-01-02 06:00,2026-01-02 21:00)', keep_buckets => '4 hours', keep_hours => '1 day');
SELECT is((SELECT choice FROM answer WHERE role = 'history'), '3000 rows a tick', 'watch() says that history is read in chunks');

CREATE FUNCTION ticked() RETURNS text LANGUAGE sql AS $$SELECT coalesce(t.error, 'ok') FROM datamon.tick('history') t$$;
CREATE FUNCTION waiting() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM history h WHERE EXISTS (SELECT FROM datamon.backfills b
	WHERE h.at >= b.from_start AND h.at < b.read_from)$$;
CREATE FUNCTION wrong_days() RETURNS SETOF record LANGUAGE sql AS $$
	(SELECT date_trunc('day', h.at) AS day, count(*) AS n FROM history h
		WHERE h.at < '2026-01-08' AND NOT EXISTS (SELECT FROM datamon.backfills b WHERE h.at >= b.from_start AND h.at < b.read_from) GROUP BY 1)
	EXCEPT SELECT t.bucket, sum(t.n)::bigint FROM datamon.stored_tile t WHERE t.tier = 2 AND t.part = -1 GROUP BY 1
$$;
SELECT is(ticked(), 'ok', 'the first tick');
SELECT results_eq('SELECT stretch, from_start, to_start, read_from, n FROM datamon.backfills ORDER BY 1', $$VALUES
	(1, '2026-01-02 06:00'::timestamptz, '2026-01-02 21:00'::timestamptz, '2026-01-02 06:00'::timestamptz, 1800::bigint),
	(2, '2026-01-02 21:00', '2026-01-08 11:00', '2026-01-08 11:00', 0),
	(3, '2026-01-01 00:00', '2026-01-02 06:00', '2026-01-02 06:00', 0)$$, 'it reads the baseline, and the newest buckets');
SELECT cmp_ok((SELECT count(*) FROM datamon.alert WHERE state = 'open' AND rule = 'drift' AND column_name = 'x'), '>=', 1::bigint,
	'what is wrong now is told while history waits');
SELECT is((SELECT count(*) FROM datamon.check('history')), 0::bigint, 'what has been read is right');
SELECT is_empty('SELECT * FROM wrong_days() d (day timestamptz, n bigint)', 'days hold what has been read');
SELECT cmp_ok((SELECT backfilled FROM datamon.monitors WHERE source = 'history'::regclass), '<', 0.2::float8, 'a monitor tells that little has been read');

SELECT is(ticked(), 'ok', 'the second tick');
SELECT is((SELECT read_from FROM datamon.backfills WHERE stretch = 2), '2026-01-07 09:00'::timestamptz, 'the newest chunk comes first, to an hour');
SELECT is((SELECT n FROM datamon.backfills WHERE stretch = 2), 3120::bigint, 'of so many rows');
SELECT is((SELECT count(*) FROM datamon.check('history')), 0::bigint, 'what has been read is right, still');
SELECT is_empty('SELECT * FROM wrong_days() d (day timestamptz, n bigint)', 'and so are days of which a part waits');

-- Rows come, change and go in what waits.
INSERT INTO history VALUES (900001, '2026-01-04 05:00', 'd', 7), (900002, '2026-01-01 05:00', NULL, NULL);
DELETE FROM history WHERE at BETWEEN '2026-01-05 01:00' AND '2026-01-05 02:00';
UPDATE history SET kind = 'b', at = at + interval '3 hours' WHERE at BETWEEN '2026-01-03 01:00' AND '2026-01-03 01:30';
SELECT is(ticked(), 'ok', 'a tick with changes in what waits');
SELECT is((SELECT count(*) FROM datamon.check('history')), 0::bigint, 'after which all is right');
INSERT INTO history VALUES (900003, '2026-01-08 23:59:40', 'a', 0.5);
SELECT is(ticked(), 'ok', 'a fresh row beside');
SELECT is((SELECT count(*) FROM datamon.check('history')), 0::bigint, 'which counts');
SELECT cmp_ok(waiting(), '>', 0::bigint, 'history waits still');
SELECT is((SELECT count(DISTINCT ticked()) FROM generate_series(1, 6)), 1::bigint, 'ticks to the end');
SELECT is(waiting(), 0::bigint, 'nothing waits');
SELECT is((SELECT backfilled FROM datamon.monitors WHERE source = 'history'::regclass), 1::float8, 'as the monitor tells');
SELECT is((SELECT count(*) FROM datamon.check('history')), 0::bigint, 'every cell is what its rows are');
SELECT is_empty('SELECT * FROM wrong_days() d (day timestamptz, n bigint)', 'and every day, though chunks cut days and hours were dropped');
SELECT is((SELECT sum(n) FROM datamon.backfills), (SELECT count(*)::numeric FROM history WHERE at < '2026-01-08 11:00'), 'each row was read once');
SELECT is((SELECT count(*) FROM datamon.evaluation WHERE bucket < '2026-01-08 11:00'), 0::bigint, 'history was not judged');

INSERT INTO history VALUES (900004, '2026-01-03 05:00', 'a', 0.5);
SELECT is((SELECT count(DISTINCT ticked()) FROM generate_series(1, 2)), 1::bigint, 'a row too late for what has been read');
SELECT datamon.recompute('history') \gset
SELECT is((SELECT count(*) FROM datamon.check('history')) + (SELECT count(*) FROM datamon.backfills), 0::bigint, 'recompute() reads all at once');

-- Times made up by an owner are his own trouble.
INSERT INTO datamon._own_backfill (monitor_id, stretch, from_start, to_start, read_from)
SELECT m.monitor_id, x.*
FROM datamon.monitor m, (VALUES (7, '4713-01-01 00:00+00 BC'::timestamptz, '290000-01-01 00:00+00'::timestamptz, '2000-01-01 00:00+00'::timestamptz),
	(8, '290000-01-01 00:00+00', '290000-01-01 00:00:00.000001+00', '290000-01-01 00:00+00')) x;
UPDATE datamon._own_state SET next_due = '-infinity';
SELECT lives_ok('SELECT * FROM datamon.monitors', 'monitors can be listed');
SELECT lives_ok('SELECT * FROM datamon.backfills', 'and backfills');
SELECT * FROM finish();
ROLLBACK;
