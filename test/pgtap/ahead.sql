-- Forecasts: each is made and scored once, as the rows have it by now; of hours where buckets are shorter; seen by whom the source is.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT plan(45);
SELECT setseed(0.7);
CREATE ROLE dm_alice;
CREATE ROLE dm_mallory;
CREATE ROLE dm_reader;

-- Quarters of an hour for 14 days; level falls from the hour 264 on, by a hundredth of what it was an hour.
SET LOCAL ROLE dm_alice;
CREATE TABLE tank (at timestamptz, level float8, place text);
CREATE FUNCTION fill(from_hour int, to_hour int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO tank SELECT '2025-03-03'::timestamptz + h * interval '1 hour' + i * interval '5 minutes',
		100 + 3 * sin(h * pi() / 12) + random() - greatest(0, h - 263), CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END
	FROM generate_series(from_hour, to_hour) h, generate_series(0, 11) i
$$;
SELECT fill(0, 262);
GRANT SELECT ON tank TO dm_reader;
SELECT count(*) FROM datamon.watch('tank', bucket => '15 minutes', lateness => '2 days', baseline => '[2025-03-03,2025-03-08)', dimensions => '{place}');
SELECT is((SELECT error FROM datamon.tick('tank', '2025-03-13 23:00')), NULL, 'the first tick');
SELECT is((SELECT count(*) FROM datamon.forecast_models), 0::bigint, 'nothing is fitted to a short record');
SELECT cmp_ok((SELECT count(*) FROM datamon.forecasts), '>', 0::bigint, 'some forecasts are made of hours that have gone');
SELECT is((SELECT count(*) FROM datamon.forecasts WHERE made_at <> date_trunc('hour', made_at)), 0::bigint, 'of hours, where a bucket is shorter');
SELECT lives_ok($$SELECT datamon.add_rule('tank', 'low', 'mean(level) < 75', segment => '{"place": "a"}')$$, 'a limit');
SELECT fill(263, 303);
SELECT is((SELECT max(t.error) FROM generate_series(1, 41 * 4) q, LATERAL datamon.tick('tank', '2025-03-13 23:00'::timestamptz + q * interval '15 minutes') t),
	NULL, 'ticks by quarters of an hour');
RESET ROLE;
SELECT is((SELECT max(n) FROM (SELECT count(*) AS n FROM datamon.forecast_record r WHERE r.made_at >= '2025-03-14' GROUP BY r.made_at, r.series_no, r.rule,
	r.direction) x), 1::bigint, 'one forecast an hour');
SELECT is((SELECT count(*) FROM datamon.forecasts WHERE rule = 'low' AND made_at BETWEEN '2025-03-13 23:00' AND '2025-03-14 22:00'), 24::bigint,
	'of every hour before it crosses');
SELECT is((SELECT count(*) FROM datamon.forecasts WHERE (scored_at IS NOT NULL) <> (to_time <= '2025-03-15 16:00')), 0::bigint,
	'scored are those whose time is over, and only those');

-- What is stored equals the rows.
CREATE FUNCTION hours() RETURNS TABLE (at timestamptz, level float8) LANGUAGE sql AS $$
	SELECT date_trunc('hour', at), avg(level) FROM tank WHERE place = 'a' GROUP BY 1
$$;
CREATE FUNCTION wrong() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM datamon.forecasts f
	CROSS JOIN LATERAL (SELECT min(h.at) FILTER (WHERE h.level < f.threshold) AS crossed_at FROM hours() h
		WHERE h.at > f.made_at AND h.at < f.to_time) x
	WHERE f.rule = 'low' AND f.scored_at IS NOT NULL AND (f.outcome IS DISTINCT FROM (x.crossed_at IS NOT NULL)
		OR f.crossed_at IS DISTINCT FROM x.crossed_at)
$$;
SELECT is((SELECT count(*) FROM datamon.forecasts f JOIN hours() h ON h.at = f.made_at WHERE f.rule = 'low' AND abs(f.value - h.level) > 1e-9), 0::bigint,
	'the value of each is that of its hour');
SELECT is(wrong(), 0::bigint, 'and what came of it is what the rows say');
SELECT cmp_ok((SELECT count(*) FROM datamon.forecasts WHERE rule = 'low' AND outcome), '>', 10::bigint, 'it was crossed');
SELECT is((SELECT warned FROM datamon.forecast_lead WHERE rule = 'low' ORDER BY crossed_at LIMIT 1), true, 'and that was told before');
SELECT cmp_ok((SELECT lead FROM datamon.forecast_lead WHERE rule = 'low' AND warned), '>=', '4 hours'::interval, 'by some hours');
SELECT is((SELECT column_name FROM datamon.alert WHERE rule = 'forecast' AND topic = 'forecast of rule low'), 'level', 'by an alert of the column');
SELECT matches((SELECT resolution FROM datamon.alert WHERE rule = 'forecast' AND topic = 'forecast of rule low'), '^it has come: ', 'that says why it is over');
SELECT matches((SELECT title FROM datamon.alert WHERE rule = 'forecast' AND topic = 'forecast of rule low'),
	'^mean\(level\) of tank where place = a (is expected to|may soon) fall below 75 \(rule low\) about 2025-03-1\d \d\d:00.*, probability 0\.\d+ \(', 'and is a sentence');
SELECT is((SELECT string_agg(DISTINCT e.kind, ', ') FROM datamon.alert a CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE a.rule = 'forecast' AND a.topic = 'forecast of rule low'), 'segment, since', 'what the metric did so far is explained');

-- Late rows: values and outcomes follow, no forecast is made or told again.
CREATE TEMP TABLE before AS SELECT * FROM datamon.forecast_record;
SET LOCAL ROLE dm_alice;
UPDATE tank SET level = level + 20 WHERE at >= '2025-03-14 12:00' AND at < '2025-03-15 06:00' AND place = 'a';
SELECT is((SELECT error FROM datamon.tick('tank', '2025-03-15 16:00')), NULL, 'a tick after late changes');
SELECT is(wrong(), 0::bigint, 'what came of forecasts is what the rows say by now');
RESET ROLE;
SELECT cmp_ok((SELECT count(*) FROM before b JOIN datamon.forecast_record r USING (monitor_id, made_at, series_no, rule, direction)
	WHERE r.crossed_at IS DISTINCT FROM b.crossed_at), '>', 0::bigint, 'which is not what they said');
SELECT is((SELECT count(*) FROM before b FULL JOIN datamon.forecast_record r USING (monitor_id, made_at, series_no, rule, direction)
	WHERE (r.score, r.probability, r.value, r.verdict, r.expected_at, r.scored_at) IS DISTINCT FROM
		(b.score, b.probability, b.value, b.verdict, b.expected_at, b.scored_at)), 0::bigint, 'what was forecast stays what it was');
SELECT is((SELECT error FROM datamon.tick('tank', '2025-03-15 16:00')), NULL, 'the same tick again');
SELECT is((SELECT count(*) FROM datamon.forecast_record), (SELECT count(*) FROM before), 'makes no forecast twice');
SELECT is((SELECT bool_and(p.values[s.series_no] = h.n / 4.0) FROM datamon.forecast_series s JOIN datamon.forecast_point p ON p.monitor_id = s.monitor_id
	AND NOT p.after_labels JOIN (SELECT date_trunc('hour', at) AS at, count(*) AS n FROM tank GROUP BY 1) h ON h.at = p.bucket WHERE s.metric = 'n'), true,
	'rows are those of a bucket');
SET LOCAL ROLE dm_alice;
SELECT is(datamon.recompute('tank') >= 0, true, 'recompute');
SELECT fill(304, 304);
SELECT is((SELECT error FROM datamon.tick('tank', '2025-03-15 17:00')), NULL, 'and go on');
SELECT is(wrong(), 0::bigint, 'all is as before');
RESET ROLE;
SELECT is((SELECT count(*) FROM datamon.forecast_point p JOIN datamon.forecast_state USING (monitor_id, after_labels) WHERE NOT p.after_labels), 305::bigint,
	'every hour is there');

-- Who sees it.
SET LOCAL ROLE dm_reader;
SELECT cmp_ok((SELECT count(*) FROM datamon.forecasts), '>', 100::bigint, 'a reader of the source reads its forecasts');
SELECT cmp_ok((SELECT count(*) FROM datamon.forecast_calibration), '>', 2::bigint, 'and how they did');
SET LOCAL ROLE dm_mallory;
SELECT is_empty('SELECT 1 FROM datamon.' || v, 'not anybody: ' || v) FROM unnest('{forecasts,_own_forecast_series,_own_forecast_record}'::text[]) v;
SELECT throws_ok($$INSERT INTO datamon._own_forecast_point SELECT i, false, '2000-01-01', '{}' FROM generate_series(1, 1000) i$$, '44000', NULL,
	'nothing is slipped into a monitor of others');

-- A record that is long enough makes probabilities of its own, not all the way, and not twice a day.
SET LOCAL ROLE dm_alice;
INSERT INTO datamon._own_forecast_record (monitor_id, made_at, series_no, rule, direction, threshold, inclusive, horizon, value, score, climatology, distance,
	exposure, probability, model_version, n_paths, n_used, running, scored_at, outcome, crossed_at)
SELECT s.monitor_id, '2025-02-01'::timestamptz + i * interval '1 hour', s.series_no, 'other', 'above', 1, false, 24, 0, (1 + i % 9) / 10.0, 0.05, 4 - i % 9, 0.1,
	0.1, 0, 80, 600, 0, now(), i * 7919 % 101 < (1 + i % 9) * 4, CASE WHEN i * 7919 % 101 < (1 + i % 9) * 4 THEN '2025-02-01 01:00'::timestamptz + i * interval '1 hour' END
FROM datamon._own_forecast_series s, generate_series(1, 700) i WHERE s.metric = 'n';
SELECT lives_ok($$SELECT datamon._fit_forecasts(monitor_id, '2025-03-15 17:00') FROM datamon._own_monitor$$, 'a fit');
SELECT lives_ok($$SELECT datamon._fit_forecasts(monitor_id, '2025-03-16 16:00') FROM datamon._own_monitor$$, 'and another, too soon');
SELECT is((SELECT count(*) FROM datamon.forecast_models), 1::bigint, 'makes one');
SELECT is((SELECT abs(weight - events / (events + 50.0)) < 1e-12 AND positives > events AND events BETWEEN 20 AND 60 AND skill_after > 0
	AND abs(coefficients[2] - (weight * own_coefficients[2] + (1 - weight) * (datamon._default_coefficients())[2])) < 1e-12 FROM datamon.forecast_models),
	true, 'by as many events as there were');
SELECT fill(305, 305);
SELECT is((SELECT error FROM datamon.tick('tank', '2025-03-15 18:00')), NULL, 'the next hour');
SELECT is((SELECT bool_and(r.model_version = 1 AND abs(r.probability - datamon._crossing_chance(m.coefficients, r.score, r.climatology, r.distance, r.exposure)) < 1e-12)
	FROM datamon.forecasts r JOIN datamon.forecast_models m ON m.version = 1 WHERE r.made_at = '2025-03-15 17:00'), true, 'goes by it');
SELECT is(datamon._forecast_patience(monitor_id), 1, 'warnings that came true') FROM datamon._own_monitor;
UPDATE datamon._own_forecast_record SET verdict = 'bad' WHERE rule = 'other' AND NOT outcome AND made_at < '2025-02-20';
SELECT is(datamon._forecast_patience(monitor_id), 2, 'many that did not') FROM datamon._own_monitor;
SELECT lives_ok($$SELECT datamon.unwatch('tank')$$, 'unwatch');
RESET ROLE;
SELECT is((SELECT count(*) FROM datamon.forecast_record) + (SELECT count(*) FROM datamon.forecast_point) + (SELECT count(*) FROM datamon.forecast_series), 0::bigint,
	'takes all of it along');
SELECT * FROM finish();
ROLLBACK;
