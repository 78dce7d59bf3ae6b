-- The automatic rules: what lasts is found though days are restless, what repeats is silent, and what a test is called.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;

BEGIN;
SET LOCAL search_path = public, pg_catalog;
SET LOCAL timezone = 'UTC';
SELECT plan(34);
-- Without what follows series: that is told by tests of its own.
CREATE OR REPLACE FUNCTION datamon._most_series(bucket interval) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0';
CREATE OR REPLACE FUNCTION datamon._forecast_step(bucket interval) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT NULL::interval';
-- The same numbers in every version of PostgreSQL, about normal.
CREATE FUNCTION pg_temp.normal(a int, b int, c int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT sum(('x' || substr(h, 1 + 8 * k, 8))::bit(32)::bigint / 4294967296.0 - 0.5) * sqrt(3.0) FROM md5(format('%s/%s/%s', a, b, c)) h, generate_series(0, 3) k $$;

-- The mean of a day wanders by half a standard deviation; from day 80 on x is .8 higher, which is no day's news.
CREATE TABLE restless AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '10 minutes' AS at,
	pg_temp.normal(d, i, 1) + 0.5 * pg_temp.normal(d, -1, 1) + CASE WHEN d >= 80 THEN 0.8 ELSE 0 END AS x,
	pg_temp.normal(d, i, 2) + 0.5 * pg_temp.normal(d, -1, 2) AS y
FROM generate_series(0, 119) d, generate_series(0, 99) i;
SELECT lives_ok($$SELECT * FROM datamon.watch('restless', bucket => '1 day', baseline => '[2025-01-01,2025-03-02)')$$, 'a restless table');
SELECT is((SELECT error FROM datamon.tick('restless', '2025-03-20')), NULL, 'is ticked');
SELECT is_empty('SELECT FROM datamon.alerts', 'without news');
SELECT is((SELECT error FROM datamon.tick('restless')), NULL, 'and on');
SELECT is((SELECT string_agg(column_name || ' ' || rule, ', ') FROM datamon.alerts), 'x drift', 'what lasts is found, and nothing else');
SELECT cmp_ok((SELECT first_bucket FROM datamon.alerts), '<', '2025-04-05'::timestamptz, 'within two weeks');
SELECT cmp_ok((SELECT max(n_current) FROM datamon.evaluation WHERE verdict = 'bad'), '>', 100::bigint, 'by windows, not only by days');
SELECT is((SELECT DISTINCT test FROM datamon.evaluation), 'Wasserstein distance', 'which test is told');
SELECT cmp_ok((SELECT max(p_value) FROM datamon.evaluation WHERE verdict = 'bad'), '<', 0.05::float8, 'with its p-value');
SELECT ok((SELECT bool_and(standard_error > 0) FROM datamon.evaluation), 'and the spread that there is without a change');
SELECT ok((SELECT bool_and(lasting[1] < variance AND lasting[1] > variance / 14 AND lasting_freedom[1] < freedom) FROM datamon.baseline_noise
	WHERE rule = 'drift'), 'weeks are quieter than days, and less is known of them');
SELECT datamon.unwatch('restless');

-- Hours that go up and down by three standard deviations, and weekends that are lower.
CREATE TABLE hourly AS
SELECT '2025-01-06'::timestamptz + h * interval '1 hour' + i * interval '1 minute' AS at,
	pg_temp.normal(h, i, 3) + 3 * sin(2 * pi() * h / 24) - CASE WHEN h / 24 % 7 >= 5 THEN 1 ELSE 0 END AS x
FROM generate_series(0, 24 * 42 - 1) h, generate_series(0, 39) i;
SELECT is((SELECT w.choice FROM datamon.watch('hourly', bucket => '1 hour') w WHERE w.role = 'baseline'),
	'["2025-01-06 00:00:00+00","2025-01-16 11:00:00+00")', 'a quarter of the history, more than 60 hours');
SELECT is((SELECT error FROM datamon.tick('hourly')), NULL, 'six weeks of hours');
SELECT is_empty('SELECT FROM datamon.alerts', 'what repeats is silent');
SELECT datamon.unwatch('hourly');

-- Two, three and four classes.
CREATE TABLE classes AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '5 minutes' AS at, (i + d) % 4 > 0 AND (d < 20 OR i % 2 = 0) AS prediction,
	CASE WHEN d < 20 THEN (i + d) % 3 ELSE least((i + d) % 3, 1) END - 1 AS label
FROM generate_series(0, 29) d, generate_series(0, 199) i;
SELECT lives_ok($$SELECT * FROM datamon.watch('classes', bucket => '1 day', baseline => '[2025-01-01,2025-01-15)', prediction => 'prediction', label => 'label')$$, 'classes');
SELECT is((SELECT error FROM datamon.tick('classes')), NULL, 'are ticked');
SELECT is((SELECT string_agg(DISTINCT format('%s %s', c.role, e.test), ', ') FROM datamon.evaluation e JOIN datamon.monitored_column c USING (monitor_id, column_no)
	WHERE e.rule = 'category_drift'), 'label G test, prediction two proportions', 'few classes are tested for what they are');
SELECT is((SELECT count(*) FROM datamon.evaluation e WHERE e.rule = 'category_drift' AND e.verdict = 'bad'
	AND (e.statistic < 10 OR e.effect_size > 1 OR e.effect_size < e.threshold)), 0::bigint, 'statistic and total variation are told');
SELECT datamon.unwatch('classes');

-- Values of a dimension with rows enough.
CREATE TABLE clients AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '1 second' AS at, 'c' || i % 300 AS client, i % 17 AS x
FROM generate_series(0, 1) d, generate_series(0, 300 * 40 - 1) i;
SELECT lives_ok($$SELECT * FROM datamon.watch('clients', bucket => '1 day', dimensions => '{client}')$$, 'many clients');
SELECT is((SELECT error FROM datamon.tick('clients')), NULL, 'are ticked');
SELECT is((SELECT format('%s %s', known_values, judged) FROM datamon.dimensions), '300 t', 'and judged one by one');
SELECT is_empty($$SELECT * FROM datamon.check('clients')$$, 'as check() knows');
SELECT datamon.unwatch('clients');

-- A budget of false alarms.
SELECT throws_ok(format('SELECT datamon.watch(''clients'', false_alarms => %L)', x), '22023', NULL, format('no number of false alarms: "%s"', x))
FROM unnest('{0 per day,0.000 per week,1 per year,per week,-1 per day,1e3 per day,""}'::text[]) x;
SELECT lives_ok($$SELECT * FROM datamon.watch('clients', false_alarms => ' 2.5  Per MONTH')$$, 'some a month');
SELECT is((SELECT false_alarms FROM datamon.monitors), '2.5 per month', 'are what is promised');
SELECT is((SELECT round(datamon._alarms_a_bucket('2.5 per month', '6 hours')::numeric, 6)), round(2.5 / 120, 6), 'each bucket has its share');
SELECT datamon.unwatch('clients');
SELECT lives_ok($$SELECT * FROM datamon.watch('clients')$$, 'not told');
SELECT is((SELECT false_alarms FROM datamon.monitors), '1 per week', 'it is one a week');
SELECT * FROM finish();
ROLLBACK;
