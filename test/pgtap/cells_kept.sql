-- Cells are dropped when nothing needs them: what is judged, told and explained is what it would be with all of them.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SELECT plan(19);
-- What follows series begins with the cells that there are when the baseline is made, and knows more where more are kept.
CREATE OR REPLACE FUNCTION datamon._most_series(bucket interval) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0';
CREATE OR REPLACE FUNCTION datamon._forecast_step(bucket interval) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT NULL::interval';
SELECT setseed(0.31);
CREATE TABLE brief (id int PRIMARY KEY, at timestamptz NOT NULL, place text, x float8, hit boolean, guess boolean);
CREATE TABLE lasting (LIKE brief INCLUDING ALL);
SELECT count(*) FROM (VALUES ('brief'::regclass), ('lasting')) t (source)
CROSS JOIN LATERAL datamon.watch(t.source, bucket => '1 hour', lateness => '3 hours', label => 'hit', prediction => 'guess',
	dimensions => '{place}', baseline => '[2025-02-04,2025-02-05)', keep_buckets => '2 days', keep_hours => '3 days');
UPDATE datamon.monitor SET keep_buckets = NULL WHERE source = 'lasting'::regclass;

-- A day into both; the tick goes by the newest row.
CREATE FUNCTION day(from_time timestamptz, rows_an_hour int, shift float8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_first int := (SELECT coalesce(max(id), 0) FROM brief);
BEGIN
	INSERT INTO brief
	SELECT v_first + row_number() OVER (), from_time + h * interval '1 hour' + (i * 3600.0 / rows_an_hour) * interval '1 second',
		(ARRAY['a', 'b', 'c'])[1 + i % 3], random() + shift, random() < 0.5, random() < 0.5
	FROM generate_series(0, 23) h, generate_series(0, rows_an_hour - 1) i;
	INSERT INTO lasting SELECT * FROM brief WHERE id > v_first;
	RETURN (SELECT string_agg(coalesce(t.error, 'ok'), ' ') FROM unnest(ARRAY['brief', 'lasting']::regclass[]) s CROSS JOIN LATERAL datamon.tick(s) t);
END $$;
CREATE FUNCTION judged(what regclass) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('%s %s %s %s %s %s %s %s', g.key, e.bucket, e.rule, e.column_no, e.verdict, e.p_value, e.effect_size, e.reference_value)
	FROM datamon.evaluation e JOIN datamon.segment g USING (segment_id) JOIN datamon.monitor m ON m.monitor_id = e.monitor_id
	WHERE m.source = what
$$;
CREATE FUNCTION told(what regclass) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT replace(format('%s %s %s %s %s %s', a.rule, a.state, a.first_bucket, a.last_bucket, a.buckets_bad, a.title), what::text, 'it')
	FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) WHERE m.source = what AND a.state <> 'pending'
$$;

SELECT is((SELECT string_agg(DISTINCT day('2025-01-01'::timestamptz + d * interval '1 day', 60, 0), ', ') FROM generate_series(0, 33) d), 'ok ok',
	'five weeks before the baseline');
SELECT is((SELECT cells_from FROM datamon.monitors WHERE source = 'brief'::regclass), '2025-01-31'::timestamptz, 'the last two days are kept, and the days that tiles take');
SELECT is((SELECT min(bucket) FROM datamon.cells WHERE source = 'brief'::regclass), '2025-01-31'::timestamptz, 'older cells are not');
SELECT is((SELECT count(*) FROM datamon.past_volume v JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'brief'::regclass AND v.bucket < '2025-01-31'),
	30 * 24::bigint, 'of these the rows are');
SELECT is((SELECT count(*) FROM datamon.check('brief')), 0::bigint, 'what is kept equals its rows');
SELECT is((SELECT string_agg(DISTINCT day('2025-01-01'::timestamptz + d * interval '1 day', 60, 0), ', ') FROM generate_series(34, 36) d), 'ok ok', 'the baseline, and on');
SELECT is(day('2025-02-07', 60, 0.4), 'ok ok', 'a number drifts');
SELECT is(day('2025-02-08', 20, 0.4), 'ok ok', 'and rows are missing');
SELECT is(day('2025-02-09', 60, 0), 'ok ok', 'all is well again');
UPDATE brief SET hit = NOT guess WHERE at >= '2025-02-09 22:00';
UPDATE lasting SET hit = NOT guess WHERE at >= '2025-02-09 22:00';
SELECT is((SELECT string_agg(DISTINCT day('2025-01-01'::timestamptz + d * interval '1 day', 60, 0), ', ') FROM generate_series(40, 44) d), 'ok ok',
	'labels have changed late; days go by');
SELECT cmp_ok((SELECT cells_from FROM datamon.monitors WHERE source = 'brief'::regclass), '>', '2025-02-09'::timestamptz, 'the cells of the alerts are gone');
SELECT set_eq($$SELECT judged('brief')$$, $$SELECT judged('lasting')$$, 'the same is judged, to the last digit');
SELECT set_eq($$SELECT told('brief')$$, $$SELECT told('lasting')$$, 'and told');
SELECT set_has($$SELECT rule FROM datamon.alert$$, $$VALUES ('drift'), ('volume')$$, 'there was something to tell');
SELECT is((SELECT count(*) FROM datamon.check('brief')), 0::bigint, 'what is kept equals its rows, still');
SELECT ok((SELECT bool_and(abs(s - 1) < 1e-9) AND count(*) > 0
	FROM (SELECT sum(e.share) AS s FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
		WHERE m.source = 'brief'::regclass AND a.state <> 'pending' AND a.rule = 'drift' AND e.kind = 'segment' GROUP BY a.alert_id, e.breakdown) x),
	'an alert is explained by days when its cells are gone');
SELECT is_empty($$SELECT FROM datamon.drift d JOIN datamon.monitors m USING (monitor_id)
	WHERE d.source = 'brief'::regclass AND d.baseline = 'trailing' AND d.bucket < m.cells_from + interval '28 hours'$$,
	'a trailing baseline is of all its buckets, or is not shown');

-- Again from the rows, of which some are gone.
DELETE FROM brief WHERE at < '2025-02-01';
SELECT cmp_ok(datamon.recompute('brief'), '>', 0::bigint, 'recompute() makes dropped cells again');
SELECT results_eq($$SELECT min(t.bucket), (SELECT sum(v.n)::bigint FROM datamon.volume v WHERE v.source = 'brief'::regclass AND v.segment = '{}'
		AND v.bucket >= '2025-02-14') FROM datamon.stored_tile t JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'brief'::regclass$$,
	$$VALUES ('2025-02-01'::timestamptz, 1440::bigint)$$, 'and days without rows go');
SELECT * FROM finish();
ROLLBACK;
