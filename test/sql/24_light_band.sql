-- Bands of many series at once: states are arrays
SET search_path = datamon, pg_catalog;
SET extra_float_digits = 0;

-- The first values, one of them missing; then all at once is what one series at a time is
SELECT * FROM band_update(NULL, NULL, NULL, '{1, 2, NaN, Infinity, 1e19}');
SELECT * FROM band_update('{1, 2, 0}', '{0, 0, 0}', '{1, 1, 0}', '{2, 2, 7}');
SELECT * FROM band_update('{}', NULL, '{}', '{}');

-- What is out: after 30 values, of a constant series anything else; and what lies beyond bounds at once
SELECT places, mean[1:2] AS mean, deviation[1:2] AS deviation FROM band_update('{10, 10, 10, 10}', '{1, 1, 0, 1}', '{30, 29, 100, 200}', '{25, 25, 10.5, 19}');
SELECT places FROM band_update(NULL, NULL, NULL, '{1, 5, 9, NaN}', low => 2, high => 8);

-- What is far out teaches as much as five deviations
SELECT mean, deviation FROM band_update('{0}', '{1}', '{200}', '{1e6}');

-- Mean and deviation of normal values
WITH RECURSIVE v AS (
	SELECT 1 AS n, b.mean, b.deviation, b.seen, b.places FROM band_update(NULL, NULL, NULL, ARRAY[sin(1), 100 + cos(1)]::real[]) b
	UNION ALL
	SELECT n + 1, b.mean, b.deviation, b.seen, b.places
	FROM v CROSS JOIN LATERAL band_update(v.mean, v.deviation, v.seen, ARRAY[sin((n + 1) ^ 2), 100 + cos((n + 1) ^ 2)]::real[]) b WHERE n < 1000
)
SELECT abs(mean[1]) < 0.1 AS mean_is_near, abs(mean[2] - 100) < 0.1 AS other_is_near, abs(deviation[1] - 0.6366) < 0.1 AS deviation_is_near, seen, places
FROM v WHERE n = 1000;

\set VERBOSITY terse
SELECT band_update('{1}', '{0}', '{1}', '{1, 2}');
SELECT band_update('{1}', '{NULL}', '{1}', '{1}');
SELECT band_update('{1}', '{0}', '{1}', '{NULL}');
SELECT band_update('{1}', '{-1}', '{1}', '{1}');
SELECT band_update('{NaN}', '{1}', '{1}', '{1}');
SELECT band_update('{1}', '{1}', '{201}', '{1}');
SELECT band_update('{1}', '{1}', '{1}', '{1}', memory => 0);
SELECT band_update('{1}', '{1}', '{1}', '{1}', sigmas => 'NaN');
SELECT band_update('{1}', '{1}', '{1}', '{{1, 2}, {3, 4}}');
SELECT band_update('{1}', '{1}', '{1}', NULL) IS NULL AS nothing;
