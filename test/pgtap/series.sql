-- Series in ticks: chosen by the baseline, fed each bucket once and in order, told when they are out of their bands.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SELECT plan(50);
CREATE ROLE series_owner;
CREATE ROLE series_reader;
CREATE ROLE series_other;
GRANT CREATE ON SCHEMA public TO series_owner;
SET LOCAL ROLE series_owner;

-- One number every five minutes, 27 seconds past, with a daily season.
CREATE FUNCTION at(n int) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT timestamptz '2024-04-01 00:00:27Z' + $1 * interval '5 min' $$;
CREATE FUNCTION usual(n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT 20 + 5 * sin($1 * pi() / 144) + sin($1 * $1) $$;
CREATE TABLE one (at timestamptz, value float8);
INSERT INTO one SELECT at(n), usual(n) FROM generate_series(0, 99) n;
CREATE TABLE slow (LIKE one);
INSERT INTO slow TABLE one;
SELECT results_eq($$SELECT choice, reason FROM datamon.watch('one') WHERE role = 'bucket'$$,
	$$VALUES ('00:05:00', 'one row a bucket: a series of numbers')$$, 'a series has the buckets of its rows');
SELECT is((SELECT choice FROM datamon.watch('slow') WHERE role = 'bucket'), '00:05:00', 'so has another');
CREATE FUNCTION ticked(what regclass) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(t.error, 'ok') FROM datamon.tick(what) t $$;
CREATE FUNCTION state_of(what regclass, measure text DEFAULT 'mean') RETURNS datamon.anomaly_state LANGUAGE sql AS $$
	SELECT s.state FROM datamon._own_series s JOIN datamon._own_monitor m USING (monitor_id) WHERE m.source = what AND s.metric = measure
	ORDER BY s.segment_id, s.column_no LIMIT 1
$$;
-- What the state has to be: of a series with one row a bucket, each but the last, which is not complete.
CREATE FUNCTION all_of(what regclass, missing int[] DEFAULT '{}') RETURNS datamon.anomaly_state LANGUAGE plpgsql AS $$
DECLARE
	s datamon.anomaly_state;
BEGIN
	EXECUTE format('SELECT datamon.anomaly_state(date_trunc(''minute'', at), value ORDER BY at) FROM %s
		WHERE at < (SELECT max(at) FROM %1$s) AND at <> ALL (ARRAY(SELECT at(n) FROM unnest($1) n))', what) INTO s USING missing;
	RETURN s;
END $$;
SELECT is(ticked('one'), 'ok', 'a first tick');
SELECT is(ticked('slow'), 'ok', 'of both');
SELECT is((SELECT count(*) FROM datamon.bands WHERE source = 'one'::regclass), 1::bigint, 'one series: volume and missing values are none where each bucket has a row');
SELECT ok(state_of('one') OPERATOR(datamon.=) all_of('one'), 'its state has seen every complete bucket');
SELECT is(datamon.count(state_of('one')), 99::bigint, 'and no other');
SELECT is(ticked('one'), 'ok', 'a tick that brings nothing');
SELECT ok(state_of('one') OPERATOR(datamon.=) all_of('one'), 'changes nothing');

-- Many buckets a tick, or one.
INSERT INTO one SELECT at(n), usual(n) + CASE WHEN n = 420 THEN 40 ELSE 0 END FROM generate_series(100, 430) n;
SELECT is(ticked('one'), 'ok', 'many buckets at once');
INSERT INTO slow SELECT at, value FROM one WHERE at BETWEEN at(100) AND at(389);
SELECT is(ticked('slow'), 'ok', 'or nearly as many');
DO $$
BEGIN
	FOR i IN 390 .. 430 LOOP
		INSERT INTO slow SELECT at, value FROM one WHERE at = at(i);
		PERFORM FROM datamon.tick('slow');
	END LOOP;
END $$;
SELECT ok(state_of('one') OPERATOR(datamon.=) state_of('slow'), 'end where bucket by bucket does');
SELECT set_eq($$SELECT bucket, score, threshold, reason, value, expected, lower, upper, n_before FROM datamon.anomalies WHERE source = 'one'::regclass$$,
	$$SELECT bucket, score, threshold, reason, value, expected, lower, upper, n_before FROM datamon.anomalies WHERE source = 'slow'::regclass$$, 'with the same anomalies');
SELECT set_eq($$SELECT replace(title, 'one', 'it') FROM datamon.alerts WHERE source = 'one'::regclass$$,
	$$SELECT replace(title, 'slow', 'it') FROM datamon.alerts WHERE source = 'slow'::regclass$$, 'and alerts');
SELECT set_eq($$SELECT bucket, metric, reason, is_beyond FROM datamon.anomalies WHERE source = 'one'::regclass AND bucket > '2024-04-02 10:00'$$,
	$$VALUES (date_trunc('minute', at(420)), 'mean', 'high value', true)$$, 'which is the spike');
SELECT ok((SELECT bool_and(value NOT BETWEEN lower AND upper AND expected BETWEEN lower AND upper) FROM datamon.anomalies WHERE source = 'one'::regclass
	AND reason LIKE '% value'), 'a value beyond its range lies out of its band, and the expected one inside');
SELECT is((SELECT count(*) FROM datamon.anomalies a WHERE a.source = 'one'::regclass AND n_before < 50), 0::bigint, 'fifty values are learned in silence');
SELECT matches((SELECT title FROM datamon.alerts WHERE source = 'one'::regclass AND state = 'resolved' ORDER BY first_bucket DESC LIMIT 1),
	'^value of one is unusual since 2024-04-02 11:00: mean 60\.\d+, high value; [\d.]+ to [\d.]+ is usual$', 'the alert says so, and is over');

SELECT cmp_ok((SELECT count(*) FROM datamon.alerts a CROSS JOIN LATERAL datamon.explain(a.alert_id) e WHERE a.source = 'one'::regclass), '>', 0::bigint,
	'and has an explanation');

-- What comes late revises cells, and not what was learned; recompute() does.
SAVEPOINT before_late;
INSERT INTO one VALUES (at(425), 21), (at(431), usual(431));
SELECT is(ticked('one'), 'ok', 'a second row of a bucket of before');
SELECT is((SELECT n FROM datamon.volume WHERE source = 'one'::regclass AND segment = '{}' AND bucket = date_trunc('minute', at(425))), 2::bigint, 'is counted');
DELETE FROM one WHERE at = at(425) AND value = 21;
SELECT ok(state_of('one') OPERATOR(datamon.=) all_of('one'), 'but the state has learned what was there');
INSERT INTO one VALUES (at(425), 21);
SELECT lives_ok($$SELECT datamon.recompute('one')$$, 'all anew');
SELECT is(datamon.count(state_of('one')), 431::bigint, 'each bucket once');
UPDATE one SET value = (usual(425) + 21) / 2 WHERE at = at(425);
DELETE FROM one WHERE ctid IN (SELECT max(ctid) FROM one WHERE at = at(425));
SELECT ok(state_of('one') OPERATOR(datamon.=) all_of('one'), 'with what is there now');
ROLLBACK TO SAVEPOINT before_late;
SELECT ok(state_of('one') OPERATOR(datamon.=) state_of('slow'), 'a tick that is rolled back takes the state along');

-- A hole is no value.
INSERT INTO one SELECT at(n), usual(n) FROM generate_series(431, 800) n WHERE n NOT BETWEEN 500 AND 560;
SELECT is(ticked('one'), 'ok', 'five hours without a row');
SELECT ok(state_of('one') OPERATOR(datamon.=) all_of('one'), 'are no values');
SELECT is((SELECT count(*) FROM datamon.anomalies WHERE source = 'one'::regclass AND bucket > at(499) AND bucket < at(570)), 0::bigint, 'and no anomaly');
INSERT INTO one SELECT at(n), CASE WHEN n % 7 = 0 THEN NULL WHEN n % 7 = 1 THEN 'NaN' ELSE usual(n) END FROM generate_series(801, 830) n;
SELECT is(ticked('one'), 'ok', 'rows without a number');
SELECT is((SELECT n_unused FROM datamon.bands WHERE source = 'one'::regclass), 8::bigint, 'are counted, and teach nothing');
SELECT is((SELECT datamon.count(state_of('one')) - datamon.count(state_of('slow'))), 331::bigint, 'the others do');

-- Who may see it
RESET ROLE;
GRANT SELECT ON one TO series_reader;
SET LOCAL ROLE series_reader;
SELECT is((SELECT count(*) FROM datamon.bands), 1::bigint, 'a reader of the table sees its bands');
SELECT cmp_ok((SELECT count(*) FROM datamon.anomalies), '>', 0::bigint, 'and anomalies');
SELECT is((SELECT count(*) FROM datamon._own_series) + (SELECT count(*) FROM datamon._own_anomaly), 0::bigint, 'but can change none');
SET LOCAL ROLE series_other;
SELECT is((SELECT count(*) FROM datamon.bands) + (SELECT count(*) FROM datamon.anomalies), 0::bigint, 'others see nothing');
SELECT throws_ok('SELECT * FROM datamon.series', '42501', NULL, 'tables are granted to nobody');
SET LOCAL ROLE series_owner;
SELECT lives_ok($$SELECT datamon.unwatch('slow')$$, 'a monitor is removed');
SELECT is((SELECT count(*) FROM datamon._own_series s), 1::bigint, 'and its series with it');

-- Rows of a model: hourly, sixty rows; a day that is wrong in several ways.
SELECT setseed(0.7);
CREATE TABLE model (at timestamptz, place text, plan text, x float8, guess boolean, hit boolean);
CREATE FUNCTION fill(low int, high int, rows_an_hour int, shift float8, nulls float8, hits float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO model SELECT timestamptz '2024-01-01Z' + h * interval '1 hour' + i * interval '1 hour' / (rows_an_hour + 1), CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END,
		(ARRAY['basic', 'pro', 'team'])[1 + (random() * random() * 3)::int % 3],
		CASE WHEN random() > nulls THEN random() + shift END, i % 2 = 0, (i % 2 = 0) = (random() < hits)
	FROM generate_series(low, high) h, generate_series(1, rows_an_hour) i
$$;
SELECT fill(0, 199, 100, 0, 0.05, 0.9);
SELECT is((SELECT choice FROM datamon.watch('model', label => 'hit', prediction => 'guess', dimensions => '{place}', bucket => '1 hour') WHERE role = 'bucket'),
	'01:00:00', 'a model is watched');
SELECT is(ticked('model'), 'ok', 'a history');
SELECT set_eq($$SELECT DISTINCT metric || coalesce(' ' || column_name, '') FROM datamon.bands WHERE source = 'model'::regclass AND segment = '{}'$$,
	'{mean x,null_rate x,share plan,share place,share guess,share hit,n,precision,recall,f1}'::text[], 'what is followed of the whole source');
SELECT set_eq($$SELECT DISTINCT segment::text FROM datamon.bands WHERE source = 'model'::regclass$$, ARRAY['{}', '{"place": "a"}', '{"place": "b"}'],
	'and the same of segments that are heavy enough');
SELECT is((SELECT category FROM datamon.bands WHERE source = 'model'::regclass AND metric = 'share' AND column_name = 'plan' AND segment = '{}'), 'basic',
	'of a category the share of its most frequent value');
SELECT ok((SELECT bool_and(threshold BETWEEN 4.45 AND 6) FROM datamon.bands WHERE source = 'model'::regclass), 'many series need higher scores');
SELECT fill(200, 200, 300, 0, 0.05, 0.9), fill(201, 203, 100, 0, 0.05, 0.9), fill(204, 204, 100, 0, 0.6, 0.1), fill(205, 215, 100, 0, 0.05, 0.9);
SELECT is(ticked('model'), 'ok', 'an hour of thrice the rows, one of missing values and wrong guesses');
SELECT set_has($$SELECT bucket, metric FROM datamon.anomalies WHERE source = 'model'::regclass AND segment = '{}' AND is_beyond$$,
	$$VALUES (timestamptz '2024-01-09 08:00Z', 'n'), ('2024-01-09 12:00Z', 'null_rate'), ('2024-01-09 12:00Z', 'f1')$$, 'each is an anomaly of its metric');
SELECT set_has($$SELECT DISTINCT rule FROM datamon._own_evaluation e JOIN datamon._own_monitor m USING (monitor_id) WHERE m.source = 'model'::regclass$$,
	$$VALUES ('volume_anomaly'), ('missing_anomaly'), ('performance_anomaly')$$, 'judged with the other rules');
SELECT ok(state_of('model', 'n') OPERATOR(datamon.=) (SELECT datamon.anomaly_state(b, n ORDER BY b) FROM (SELECT date_trunc('hour', at) AS b, count(*) AS n FROM model
	GROUP BY 1) x WHERE b < '2024-01-09 23:00'), 'the state of the volume is that of the hours'' rows');
CREATE TABLE scored AS SELECT at(n) AS at, usual(n) AS x, (0.5 + sin(n) / 2)::float8 AS score FROM generate_series(1, 600) n;
SELECT isnt((SELECT choice FROM datamon.watch('scored') WHERE role = 'bucket'), '00:05:00', 'of a model''s rows, as regular as they are, a bucket has many');
SELECT * FROM finish();
ROLLBACK;
