-- States of series and streams: the same by every way that leads to them, whole in text and bytes, hostile bytes refused.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL search_path = public, pg_catalog, datamon;
SELECT no_plan();

SELECT setseed(0.42);
-- gaps, values that are missing, a jump, values that come at the same time or late
CREATE TEMP TABLE series AS
SELECT n, '1999-12-25Z'::timestamptz + n * interval '17 min' + CASE WHEN n > 3000 THEN interval '3 days' ELSE '0' END
		- CASE WHEN n % 50 = 0 THEN interval '1 hour' ELSE '0' END AS at,
	CASE WHEN random() < 0.02 THEN NULL WHEN random() < 0.01 THEN 'NaN' WHEN n = 2500 THEN 70
		ELSE sin(n / 13.5) * 10 + random() + CASE WHEN n > 6000 THEN 30 ELSE 0 END END::float8 AS value
FROM generate_series(1, 9000) n;

-- ANOMALIES

CREATE TEMP TABLE by_window AS SELECT n, anomaly_score(at, value) OVER w AS score, is_anomaly(at, value) OVER w AS alert FROM series WINDOW w AS (ORDER BY n);
SELECT is_empty($$SELECT n FROM by_window w FULL JOIN (SELECT s.* FROM (SELECT array_agg(at ORDER BY n) AS at, array_agg(value ORDER BY n) AS value FROM series) a,
		anomaly_scores(at, value) s) s ON s.place = w.n
	WHERE w.score IS DISTINCT FROM s.score OR w.alert IS DISTINCT FROM s.is_anomaly$$, 'window function and arrays give the same scores');
SELECT is((SELECT string_agg(n::text, ',' ORDER BY n) FROM by_window w JOIN series USING (n) WHERE (value IS NULL OR value = 'NaN') <> (score IS NULL)), NULL,
	'a score for every value that is one, and for no other');
SELECT ok((SELECT alert FROM by_window WHERE n = 2500) AND (SELECT bool_or(alert) FROM by_window WHERE n BETWEEN 6001 AND 6015), 'the spike and the jump are alerts');
SELECT cmp_ok((SELECT count(*) FROM by_window WHERE alert), '<=', 12::bigint, 'and little else is');

-- Each value through text and bytes between two updates
CREATE FUNCTION pg_temp.whole(state anomaly_state) RETURNS anomaly_state LANGUAGE sql AS $$ SELECT state::text::anomaly_state $$;
DO $$
DECLARE
	s datamon.anomaly_state;
	r record;
	different int := 0;
	longest int := 0;
BEGIN
	FOR r IN SELECT series.*, score, alert FROM series JOIN by_window USING (n) WHERE n <= 3100 ORDER BY n LOOP
		s := pg_temp.whole(datamon.anomaly_update(s, r.at, r.value));
		different := different + (datamon.anomaly_score(s) IS DISTINCT FROM r.score OR datamon.is_anomaly(s) <> r.alert)::int;
		longest := greatest(longest, pg_column_size(s));
	END LOOP;
	PERFORM set_config('test.different', different::text, true), set_config('test.longest', longest::text, true);
END $$;
SELECT is(current_setting('test.different'), '0', 'one value at a time, each time through text, scores are the same');
SELECT cmp_ok(current_setting('test.longest')::int, '<=', 1600, 'a state is small');

CREATE TEMP TABLE state AS
SELECT k, (SELECT anomaly_state(at, value ORDER BY n) FROM series WHERE n <= k) AS a,
	(SELECT drift_detector(value ORDER BY n) FROM series WHERE n <= k) AS numbers,
	(SELECT drift_detector(value > 5 ORDER BY n) FROM series WHERE n <= k) AS errors
FROM unnest('{1,2,13,60,700,5000,9000}'::int[]) k;
CREATE TEMP TABLE received (LIKE state);
SELECT current_setting('data_directory') || '/datamon_online' AS file \gset
COPY state TO :'file' (FORMAT binary);
COPY received FROM :'file' (FORMAT binary);
SELECT is(count(*), 7::bigint, 'binary copies are the same') FROM state s JOIN received r USING (k) WHERE s.a = r.a AND s.numbers = r.numbers AND s.errors = r.errors;
SELECT is_empty($$SELECT k FROM state WHERE a::text::anomaly_state <> a OR numbers::text::drift_detector <> numbers OR errors::text::drift_detector <> errors$$,
	'text is whole');

-- DRIFT

SELECT is_empty($$SELECT k FROM state WHERE numbers <> (WITH RECURSIVE v AS (SELECT row_number() OVER (ORDER BY n) AS i, value FROM series WHERE n <= 700),
		step AS (SELECT 0::bigint AS i, NULL::drift_detector AS d UNION ALL SELECT v.i, drift_update(d, value) FROM step JOIN v ON v.i = step.i + 1)
	SELECT d FROM step WHERE i = 700) AND k = 700$$, 'one number at a time leads to the same state');
SELECT is((SELECT count(*) FROM (SELECT is_drift(value) OVER (ORDER BY n) AS found FROM series) x WHERE found),
	(SELECT count(*) FROM drift_detected((SELECT array_agg(value ORDER BY n) FROM series))), 'window function and array find the same');
SELECT is((SELECT drift_count(drift_detector(value > 5 ORDER BY n)) FROM series),
	(SELECT count(*) FROM drift_detected((SELECT array_agg((value > 5)::int ORDER BY n) FROM series))), 'booleans are 0 and 1');
SELECT is((SELECT unused_count(numbers) FROM state WHERE k = 9000), (SELECT count(*) FROM series WHERE value IS NULL OR value = 'NaN'), 'what is not used is counted');

-- HOSTILE BYTES: cut, or one of them another. What is read has to be what would be written, and to bear updates.

CREATE FUNCTION pg_temp.received(type text, value bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/datamon_online';
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
CREATE TEMP TABLE bytes AS
SELECT 'anomaly_state' AS type, _anomaly_state_send(a) AS value FROM state WHERE k IN (2, 60)
UNION ALL SELECT 'drift_detector', _drift_detector_send(numbers) FROM state WHERE k IN (2, 700)
UNION ALL SELECT 'drift_detector', _drift_detector_send(errors) FROM state WHERE k = 5000;
SELECT is(string_agg(DISTINCT pg_temp.received(type, substr(value, 1, k)), ' '), '22P03', 'bytes that are cut off are refused')
	FROM bytes, generate_series(0, length(value) - 1, 41) k;
SELECT is(string_agg(DISTINCT pg_temp.received(type, value || '\x00'), ' '), '22P03', 'and those that go on') FROM bytes;
CREATE TEMP TABLE hostile AS SELECT type, changed, pg_temp.received(type, changed) AS v
	FROM bytes, generate_series(0, length(value) - 1, 4) k, unnest('{0,1,128,255}'::int[]) b, LATERAL set_byte(value, k, b) changed OFFSET 0;
SELECT cmp_ok(count(*), '>', 200::bigint, 'some are accepted') FROM hostile WHERE v <> '22P03';
SELECT cmp_ok(count(*), '>', 200::bigint, 'some are refused') FROM hostile WHERE v = '22P03';
SELECT is(count(*), 0::bigint, 'what is accepted is what packing would write')
	FROM hostile WHERE v <> '22P03' AND changed <> CASE type WHEN 'anomaly_state' THEN _anomaly_state_send(CASE type WHEN 'anomaly_state' THEN v END::anomaly_state)
		ELSE _drift_detector_send(CASE type WHEN 'drift_detector' THEN v END::drift_detector) END;
-- and whatever it says, a hundred updates later it still reads back
CREATE FUNCTION pg_temp.bears(s anomaly_state) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..100 LOOP
		s := datamon.anomaly_update(s, '2030-01-01Z'::timestamptz + i * interval '1 hour', CASE i % 20 WHEN 0 THEN -1e150 WHEN 10 THEN 1e150 ELSE i END);
	END LOOP;
	RETURN s::text::datamon.anomaly_state = s;
END $$;
CREATE FUNCTION pg_temp.bears(s drift_detector) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..100 LOOP
		s := datamon.drift_update(s, CASE i % 20 WHEN 0 THEN -1e140 WHEN 10 THEN 1e140 ELSE i END::float8);
	END LOOP;
	RETURN s::text::datamon.drift_detector = s;
END $$;
SELECT is_empty($$SELECT v FROM hostile WHERE type = 'anomaly_state' AND v <> '22P03' AND NOT pg_temp.bears(CASE type WHEN 'anomaly_state' THEN v END::anomaly_state)$$,
	'a state of strange numbers bears updates');
SELECT is_empty($$SELECT v FROM hostile WHERE type = 'drift_detector' AND v <> '22P03' AND NOT pg_temp.bears(CASE type WHEN 'drift_detector' THEN v END::drift_detector)$$,
	'so does a detector');

SELECT * FROM finish();
ROLLBACK;
