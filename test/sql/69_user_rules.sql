-- Rules that users write: what they may say, when they fire, and that an error of one stops nothing else.
SET timezone = 'UTC';
\set SHOW_CONTEXT never
-- 40 days of 40 rows in two regions; on days 30 to 33 a tenth of delay is missing in the north, on day 36 there are 10 rows, later none.
CREATE TABLE calls AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '30 minutes' AS at, (ARRAY['north', 'south'])[1 + i % 2] AS region,
	CASE WHEN d BETWEEN 30 AND 33 AND i % 10 = 0 THEN NULL ELSE i % 5 / 5.0 END AS delay, i % 3 = 0 AS pred, i % 3 = (d / 30) AS label
FROM generate_series(0, 36) d, generate_series(0, 39) i
WHERE d < 36 OR i < 10;
SELECT count(*) > 0 FROM datamon.watch('calls', bucket => '1 day', baseline => '[2025-01-01,2025-01-31)', dimensions => '{region}',
	prediction => 'pred', label => 'label');
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-01-31');

-- What conditions may say.
SELECT c, (SELECT format('%s|%s|%s|%s|%s|%s', p.metric, p.column_name, p.argument, p.operator, p.threshold, p.percent)
	FROM datamon._parse_condition(c) p) AS parsed
FROM unnest(ARRAY['f1 < 0.95', ' N<=100 ', 'null_rate(delay) > 10 %', 'null_rate("De""lay") > .1', 'Mean(Delay)>=-1e-3',
	'share(region, ''it''''s'') < 0.5', 'quantile(delay, 0.9) > 3.']) c;
SELECT datamon._parse_condition(c) FROM (VALUES ('f1 < 0.95; DROP TABLE calls')) t (c);
SELECT datamon._parse_condition('f1 < (SELECT 1)');
SELECT datamon._parse_condition('f1 = 1');
SELECT datamon._parse_condition('f1(x) < 1');
SELECT datamon._parse_condition('mean < 1');
SELECT datamon._parse_condition('quantile(x, 2) < 1');
SELECT datamon._parse_condition('share(x, 2) < 1');
SELECT datamon._parse_condition('median(x) < 1');

SELECT datamon.add_rule('calls', 'few', 'n < 20', resolve_buckets => 1, severity => 'critical');
SELECT datamon.add_rule('calls', 'missing delay', 'null_rate(delay) > 15 %', by_dimension => 'region', for_buckets => 2, resolve_buckets => 1,
	recovery => 10);
SELECT datamon.add_rule('calls', 'worse', 'f1 < -10 %', relative => true, channel => 'models');
SELECT datamon.add_rule('calls', 'south', 'share(region, ''south'') < 0.4', segment => '{}');
SELECT datamon.add_rule('calls', 'late night', 'SELECT * FROM public.calls WHERE at >= $1 AND at < $2 AND delay IS NULL -- those');
SELECT datamon.add_rule('calls', 'always', 'SELECT 1 WHERE false');
SELECT datamon.add_rule('calls', 'breaks', 'SELECT FROM public.calls WHERE at >= $1 AND at < $2 HAVING 1 / (count(*) - 40) > 0');
SELECT datamon.add_rule('calls', 'slow', 'SELECT pg_sleep(5) WHERE $1 > ''2025-02-01''', timeout => '50 milliseconds');
SELECT rule, condition, segment, by_dimension, unit, threshold, recovery, channel FROM datamon.user_rules ORDER BY rule;
SELECT alerts_opened > 3 AS opened, error FROM datamon.tick('calls', '2025-02-07');
SELECT state, severity, rule, segment, column_name, title, first_bucket, last_bucket, resolution, value
FROM datamon.alerts WHERE rule IN (SELECT rule FROM datamon.user_rules) ORDER BY rule, segment::text;
SELECT rule, failures, last_error FROM datamon.rule_errors ORDER BY rule;
-- The others went on, and the transaction can still write.
SELECT rule, next_bucket, failures FROM datamon.user_rules ORDER BY rule;
-- Silence of a source is told, too.
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-08');
SELECT state, rule, value, buckets_bad FROM datamon.alerts WHERE rule = 'few' ORDER BY alert_id;
-- Why: as the automatic rule about the same numbers would tell.
SELECT a.rule, e.kind, e.breakdown, count(*), abs(sum(e.share) - 1) < 1e-9 AS adds_up
FROM datamon.alerts a CROSS JOIN LATERAL datamon.explain(a.alert_id) e
WHERE a.rule IN (SELECT rule FROM datamon.user_rules) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- What would have been: the same as what was.
SELECT bucket::date, segment, round(value::numeric, 2) AS value, verdict, state FROM datamon.replay('calls', 'missing delay', '2025-01-30');
SELECT bucket::date, round(value::numeric, 3) AS value, round(reference_value::numeric, 3) AS reference, round(tested::numeric, 1) AS tested, verdict,
	state
FROM datamon.replay('calls', 'worse', '2025-01-30', '2025-02-02');
SELECT count(*) AS buckets, count(*) FILTER (WHERE state = 'open') AS open, min(bucket)::date AS first, max(bucket)::date AS last
FROM datamon.replay('calls', 'few');
SELECT count(*) FROM datamon.replay('calls', 'few', '2026-01-01');
SELECT count(*) FROM datamon.replay('calls', 'few', to_time => '2024-01-01');
SELECT * FROM datamon.replay('calls', 'always');
SELECT * FROM datamon.replay('calls', 'no such');

-- Mistakes at creation.
SELECT datamon.add_rule('calls', 'f1', 'f1 < 1');
SELECT datamon.add_rule('calls', 'few', 'n < 1');
SELECT datamon.add_rule('calls', 'a"b', 'n < 1');
SELECT datamon.add_rule('calls', 'x', 'mean(nothing) < 1');
SELECT datamon.add_rule('calls', 'x', 'mean(region) < 1');
SELECT datamon.add_rule('calls', 'x', 'n < 1', segment => '{"plan": "a"}');
SELECT datamon.add_rule('calls', 'x', 'n < 1', by_dimension => 'plan');
SELECT datamon.add_rule('calls', 'x', 'n < 1', recovery => 0.5);
SELECT datamon.add_rule('calls', 'x', 'n < 1', severity => 'bad');
SELECT datamon.add_rule('calls', 'x', 'n < 1', for_buckets => 0);
SELECT datamon.add_rule('calls', 'x', 'n < 1', timeout => '1 hour');
SELECT datamon.add_rule('calls', 'x', 'n < 1', channel => 'A b');
SELECT datamon.add_rule('calls', 'x', 'SELECT * FROM calls');
SELECT datamon.add_rule('calls', 'x', 'SELECT nothing FROM public.calls');
SELECT datamon.add_rule('calls', 'x', 'SELECT 1) q; DROP TABLE public.calls; SELECT (1');
SELECT datamon.add_rule('calls', 'x', 'SELECT 1; SELECT 2');
SELECT datamon.add_rule('calls', 'x', 'WITH d AS (DELETE FROM public.calls RETURNING 1) SELECT * FROM d');
SELECT datamon.add_rule('calls', 'x', 'SELECT 1', relative => true);
SELECT datamon.add_rule('pg_class', 'x', 'n < 1');
SELECT count(*) FROM datamon.user_rules WHERE rule = 'x';

-- A query cannot write, whatever it calls, nor undo that.
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.calls; RETURN 1; END $$;
CREATE FUNCTION unlocks() RETURNS int LANGUAGE plpgsql AS $$ BEGIN SET transaction_read_only = off; DELETE FROM public.calls; RETURN 1; END $$;
SELECT datamon._violations('SELECT public.writes()', now(), now(), '1 second', 10);
SELECT datamon._violations('SELECT public.unlocks()', now(), now(), '1 second', 10);
SELECT datamon._violations('SELECT datamon._count_rows(''SELECT 1'', now(), now(), 1000, 1)', now(), now(), '1 second', 10);
SELECT datamon._count_rows('SELECT 1', now(), now(), 1000, 1);
CREATE TEMP TABLE temporary (i int);
SELECT datamon._violations('SELECT * FROM temporary', now(), now(), '1 second', 10);
SELECT datamon._violations('SELECT generate_series(1, 100)', now(), now(), '1 second', 10);
SELECT datamon._violations('SELECT count(*) FROM generate_series(1, 100000000000)', now(), now(), '0.05 seconds', 10);
-- A person's cancel, or statement_timeout, is not taken for the rule's.
SET statement_timeout = '100ms';
SELECT datamon._violations('SELECT pg_sleep(10)', now(), now(), '20 seconds', 10);
RESET statement_timeout;
SELECT count(*) FROM calls;

-- Channel, off and on, gone.
SELECT datamon.set_channel('calls', 'worse', 'datamon');
SELECT datamon.set_channel('calls', 'drift', 'models');
SELECT datamon.set_channel('calls', 'no such', 'models');
SELECT rule, channel FROM datamon._own_rule_channel;
SELECT datamon.enable_rule('calls', 'few', false);
SELECT state, resolution FROM datamon.alerts WHERE rule = 'few';
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-09');
SELECT datamon.enable_rule('calls', 'few');
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-10');
SELECT state, resolution FROM datamon.alerts WHERE rule = 'few';
SELECT datamon.drop_rule('calls', 'few');
SELECT datamon.drop_rule('calls', 'few');
SELECT datamon.enable_rule('calls', 'few');
SELECT action, from_state, to_state, note FROM datamon.alert_history h
WHERE h.alert_id = (SELECT a.alert_id FROM datamon.alerts a WHERE a.rule = 'few');
SELECT datamon.unwatch('calls');
-- Before the first tick there is nothing to replay, and nothing to go wrong; no dimension is needed, nor a baseline.
SELECT count(*) > 0 FROM datamon.watch('calls', bucket => '1 day', baseline => '[2030-01-01,2030-02-01)', dimensions => '{}');
SELECT datamon.add_rule('calls', 'few', 'n < 20');
SELECT count(*) FROM datamon.replay('calls', 'few');
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-07');
SELECT title FROM datamon.alerts;
SELECT datamon.unwatch('calls');
SELECT count(*) FROM datamon.user_rules;
-- Of a dimension with too many values nothing is known, which is not no rows: the rule says so.
UPDATE calls SET region = region || (date_part('hour', at)::int * 2 + date_part('minute', at) / 30 + 40 * (date_part('day', at)::int % 7));
SELECT count(*) > 0 FROM datamon.watch('calls', bucket => '1 day', baseline => '[2030-01-01,2030-02-01)', dimensions => '{region}');
SELECT datamon.add_rule('calls', 'few', 'n < 20', by_dimension => 'region');
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-07');
SELECT rule, last_error FROM datamon.rule_errors;
SELECT datamon.add_rule('calls', 'too many', 'n < 20', segment => '{"region": "north1"}');
SELECT datamon.unwatch('calls');
DROP FUNCTION writes(), unlocks();
DROP TABLE calls;
