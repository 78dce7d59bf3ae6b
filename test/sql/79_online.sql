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

-- Drift: errors that rise, numbers that fall, and rows that are missing
SELECT change_row, found_row, round(before::numeric, 3) AS before, round(after::numeric, 3) AS after
FROM drift_detected((SELECT array_agg((i % 10 = 0 OR i > 3000 AND i % 3 = 0)::int ORDER BY i) FROM generate_series(1, 4000) i));
SELECT change_row, found_row, round(before::numeric, 3) AS before, round(after::numeric, 3) AS after
FROM drift_detected((SELECT array_agg(CASE WHEN i % 5 = 0 THEN NULL WHEN i % 77 = 0 THEN 'NaN' ELSE sin(i * i) - (i > 2000)::int END ORDER BY i)
	FROM generate_series(1, 4000) i));
SELECT count(*) AS of_longer_runs FROM drift_detected((SELECT array_agg(sin(i * i) - 0.5 * (i > 200)::int ORDER BY i) FROM generate_series(1, 250) i), 1e9);
SELECT count(*) AS of_shorter_runs FROM drift_detected((SELECT array_agg(sin(i * i) - 0.5 * (i > 200)::int ORDER BY i) FROM generate_series(1, 250) i), 100);
SELECT i FROM (SELECT i, is_drift(i % 10 = 0 OR i > 3000 AND i % 3 = 0) OVER (ORDER BY i) AS found FROM generate_series(1, 4000) i) x WHERE found;
SELECT i FROM (SELECT i, is_drift(sin(i * i) + (i > 500)::int) OVER (ORDER BY i) AS found FROM generate_series(1, 1000) i) x WHERE found;
SELECT count(s), unused_count(s), drift_count(s), is_drift(s), (last_drift(s)).change_row
FROM (SELECT drift_detector(i % 10 = 0 OR i > 3000 AND i % 3 = 0 ORDER BY i) AS s FROM generate_series(1, 4000) i) x;
SELECT drift_update(drift_update(drift_begin(5000), true), NULL::boolean);
SELECT drift_update(drift_update(NULL, 2.5), 'infinity'::float8);
SELECT last_drift(drift_begin(NULL)) IS NULL AS no_drift_yet;
SELECT * FROM drift_detected(NULL);
SELECT * FROM drift_detected('{}');
SELECT drift_detector(1.5::float8) FROM series WHERE false;

-- Errors
SELECT drift_begin(99);
SELECT drift_begin('NaN');
SELECT * FROM drift_detected('{0,1}', 'infinity');
SELECT '{"used":0}'::drift_detector;
SELECT replace(drift_update(NULL, 1)::text, '"used":1', '"used":0')::drift_detector;
SELECT _drift_detector_trans(NULL, true);

-- Change points
CREATE FUNCTION pg_temp.told(float8[]) RETURNS text LANGUAGE sql AS $$
	SELECT format('%s at %s (%s to %s), %s, from %s (%s) to %s (%s); %s used, %s not', coalesce(kind, 'none'), place, place_low, place_high, round(confidence::numeric, 3),
		round(before::numeric, 2), round(before_stddev::numeric, 2), round(after::numeric, 2), round(after_stddev::numeric, 2), used, unused)
	FROM change_point($1)
$$;
SELECT pg_temp.told(array_agg(sin(i * i) + 3 * (i > 60)::int ORDER BY i)) AS shift, pg_temp.told(array_agg(sin(i * i) + greatest(0, i - 60) / 5.0 ORDER BY i)) AS trend
FROM generate_series(1, 100) i \gx
SELECT pg_temp.told(array_agg(sin(i * i) * CASE WHEN i > 60 THEN 5 ELSE 1 END ORDER BY i)) AS variance, pg_temp.told(array_agg(sin(i * i) + 9 * (i IN (60, 61))::int ORDER BY i)) AS spike,
	pg_temp.told(array_agg(sin(i * i) ORDER BY i)) AS none
FROM generate_series(1, 100) i \gx
SELECT pg_temp.told(array_agg(CASE WHEN i % 10 = 0 THEN NULL WHEN i % 11 = 0 THEN 'NaN' WHEN i % 13 = 0 THEN 1e200 ELSE sin(i * i) + 3 * (i > 60)::int END ORDER BY i)) AS places_are_those_of_the_array
FROM generate_series(1, 100) i;
SELECT pg_temp.told('{1,2,3}') AS too_few, pg_temp.told('{}') AS nothing, change_point(NULL) IS NULL AS no_array;
SELECT change_point(array_fill(1::float8, ARRAY[1000001]));
