-- Anomalies of a series, value by value
\set SHOW_CONTEXT never
SET search_path = datamon, pg_catalog;
SET extra_float_digits = 0;

-- A thousand values, of which the 700th is far out, the 800th NULL and the 801st NaN
CREATE TEMP TABLE series AS
SELECT n, '2024-01-01Z'::timestamptz + n * interval '5 min' AS at,
	CASE n WHEN 700 THEN 9 WHEN 800 THEN NULL WHEN 801 THEN 'NaN' ELSE sin(n * n) END::float8 AS value
FROM generate_series(1, 1000) n;

SELECT n, round(score::numeric, 2) AS score, alert
FROM (SELECT n, anomaly_score(at, value) OVER w AS score, is_anomaly(at, value) OVER w AS alert FROM series WINDOW w AS (ORDER BY at)) x
WHERE alert OR score IS NULL OR n IN (50, 699, 701) ORDER BY n;
SELECT place, round(score::numeric, 2) AS score, reason
FROM (SELECT array_agg(at ORDER BY n) AS at, array_agg(value ORDER BY n) AS value FROM series) s, anomaly_scores(at, value) WHERE is_anomaly;
SELECT count(state), unused_count(state), alert_count(state), anomaly_score(state), is_anomaly(state), anomaly_reason(state),
	state = state::text::anomaly_state AS text_is_whole, state <> anomaly_update(state, NULL, NULL) AS a_missing_value_is_counted
FROM (SELECT anomaly_state(at, value ORDER BY at) AS state FROM series) s;

-- One value at a time is the same as all at once
DO $$
DECLARE
	s datamon.anomaly_state;
	r record;
BEGIN
	FOR r IN SELECT * FROM series ORDER BY n LOOP
		s := anomaly_update(s, r.at, r.value);
		IF r.n = 700 THEN RAISE NOTICE 'value 700: % (%)', is_anomaly(s), anomaly_reason(s); END IF;
	END LOOP;
	RAISE NOTICE 'same bytes: %', (SELECT s = anomaly_state(at, value ORDER BY at) FROM series);
END $$;

-- Nothing yet, nothing usable
SELECT anomaly_update(NULL, NULL, NULL);
SELECT anomaly_score(s), is_anomaly(s), anomaly_reason(s), count(s), unused_count(s)
FROM (SELECT anomaly_update(anomaly_update(anomaly_update(NULL, 'infinity', 1), '2024-01-01Z', 'infinity'), '2024-01-01Z', 1e151)) x (s);
SELECT anomaly_state(at, value), anomaly_score(at, value), is_anomaly(at, value) FROM series WHERE false;
SELECT * FROM anomaly_scores('{}', '{}');
SELECT anomaly_score(NULL) AS no_state;

-- Errors
SELECT * FROM anomaly_scores('{2024-01-01Z}', '{1,2}');
SELECT '{"used":1}'::anomaly_state;
SELECT ''::anomaly_state;
SELECT replace(anomaly_update(NULL, '2024-01-01Z', 1)::text, '"used":1', '"used":2')::anomaly_state;
SELECT _anomaly_state_trans(NULL, '2024-01-01Z', 1);
