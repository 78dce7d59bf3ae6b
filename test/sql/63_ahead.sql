-- Warnings ahead of time: what is expected to cross a limit is told before it does, and every forecast is scored.
SET timezone = 'UTC';
\set SHOW_CONTEXT never
-- 120 days of 40 rows: the share of right predictions falls from day 100 on; load has a week, weight nothing at all.
CREATE TABLE scores AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '30 minutes' AS at, i % 2 = 0 AS pred,
	(i % 2 = 0) <> (i * 7 % 40 < 2 + d * 13 % 3 + greatest(0, d - 100) / 2) AS label,
	(i * 7919 % 100) / 10.0 + 5 * (d % 7 >= 5)::int + (d * 31 % 17) / 20.0 AS load, 70 + i % 10 AS weight
FROM generate_series(0, 119) d, generate_series(0, 39) i;
SELECT count(*) > 0 FROM datamon.watch('scores', time_column => 'at', bucket => '1 day', baseline => '[2025-01-01,2025-03-01)', prediction => 'pred',
	label => 'label', lateness => '20 days', label_lateness => '0', features => '{load,weight}', dimensions => '{}');
SELECT alerts_opened, error FROM datamon.tick('scores', '2025-03-01');
SELECT datamon.add_rule('scores', 'f1_low', 'f1 < 0.8');
SELECT datamon.add_rule('scores', 'heavy', 'mean(weight) > 90', segment => '{}');
SELECT count(*) AS ticks, sum(t.buckets_revised) AS buckets, max(t.error) AS error
FROM generate_series('2025-03-02'::timestamptz, '2025-05-01', '1 day') d, LATERAL datamon.tick('scores', d) t;
-- The decline was told before the limit was crossed; the week and what stays as it is were not.
SELECT rule, state, severity, column_name, first_bucket::date, regexp_replace(resolution, '\d+', 'N') AS resolution, title FROM datamon.alerts WHERE rule IN ('forecast', 'f1_low') ORDER BY alert_id;
SELECT metric, rule, direction, crossed_at::date, warned, warned_at::date, lead FROM datamon.forecast_lead ORDER BY metric, rule, crossed_at, direction;
-- All whose time is over are scored; none before.
SELECT metric, rule, direction, count(*) AS forecasts, count(scored_at) AS scored, count(*) FILTER (WHERE outcome) AS came,
	bool_and((scored_at IS NOT NULL) = (to_time <= '2025-05-01')) AS in_time
FROM datamon.forecasts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT metric, from_probability, to_probability, n, round(mean_probability::numeric, 2) AS mean_probability, round(came_true::numeric, 2) AS came_true,
	round(brier::numeric, 3) AS brier
FROM datamon.forecast_calibration ORDER BY metric, from_probability, to_probability;
-- Labels that are corrected late change what came of the forecasts about their day.
SELECT made_at::date, outcome, crossed_at::date FROM datamon.forecasts WHERE rule = 'f1_low' AND made_at >= '2025-04-13' ORDER BY made_at;
UPDATE scores SET label = pred WHERE at >= '2025-04-21' AND at < '2025-04-24';
SELECT buckets_revised, error FROM datamon.tick('scores', '2025-05-01');
SELECT made_at::date, outcome, crossed_at::date FROM datamon.forecasts WHERE rule = 'f1_low' AND made_at >= '2025-04-13' ORDER BY made_at;
-- Of a rule that is gone there are no new ones; automatic limits stand in.
SELECT datamon.drop_rule('scores', 'f1_low');
INSERT INTO scores SELECT '2025-05-01'::timestamptz + i * interval '30 minutes', true, true, 1, 70 FROM generate_series(0, 39) i;
SELECT error FROM datamon.tick('scores', '2025-05-02');
SELECT metric, rule, direction, max(made_at)::date FROM datamon.forecasts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT datamon.unwatch('scores');
SELECT count(*) FROM datamon.forecasts;
DROP TABLE scores;
