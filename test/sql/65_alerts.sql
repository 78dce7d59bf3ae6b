-- From rows to alerts: what opens, what does not, how it resolves, what it says, and that explanations add up.
SET timezone = 'UTC';
-- The same numbers in every version of PostgreSQL, unlike random().
CREATE FUNCTION pg_temp.uniform(a int, b int, c int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(format('%s/%s/%s', a, b, c)), 8))::bit(32)::bigint / 4294967296.0 $$;
-- 60 quiet days of 400 rows, then 10 days in which x shifts in one region, y goes missing, a value is new, recall falls.
CREATE TABLE calls (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, region text, plan text, x float8, y float8,
	pred boolean, label boolean);
CREATE INDEX ON calls (at);
-- alerts, and what came along with them
CREATE VIEW finding AS
SELECT alert_id, NULL::bigint AS part_of, state, severity, rule, column_name, segment, title, first_bucket, last_bucket, resolution FROM datamon.alerts
UNION ALL SELECT part_id, alert_id, state, severity, rule, column_name, segment, title, first_bucket, last_bucket, resolution FROM datamon.alert_parts;
INSERT INTO calls (at, region, plan, x, y, pred, label)
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '3 minutes', (ARRAY['north', 'south'])[1 + i % 2],
	CASE WHEN d BETWEEN 60 AND 69 AND i % 40 = 0 THEN 'gold' ELSE (ARRAY['a', 'b', 'c'])[1 + i % 3] END,
	pg_temp.uniform(d, i, 1) + pg_temp.uniform(d, i, 2) + pg_temp.uniform(d, i, 3) + CASE WHEN d BETWEEN 60 AND 69 AND i % 2 = 0 THEN 1 ELSE 0 END,
	CASE WHEN d BETWEEN 60 AND 69 AND i % 5 = 0 THEN NULL ELSE pg_temp.uniform(d, i, 4) END,
	i % 4 = 0 AND NOT (d BETWEEN 60 AND 69 AND i % 8 = 0), i % 4 = 0
FROM generate_series(0, 89) d, generate_series(0, 399) i;
SELECT role, choice FROM datamon.watch('calls', bucket => '1 day', baseline => '[2025-01-01,2025-02-01)') WHERE role IN ('performance', 'bucket');
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-03-02');
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-03-08');
SELECT state, severity, rule, column_name, part_of IS NOT NULL AS is_part, segment, title FROM finding ORDER BY rule, column_name, segment::text;
SELECT count(*) FROM datamon.alert WHERE notified_at IS NULL AND state <> 'pending' AND part_of IS NULL;
SELECT count(*) FROM datamon.alert WHERE notified_at IS NOT NULL AND part_of IS NOT NULL AND notified_state <> 'resolved';
-- nothing is said twice
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-03-08');
SELECT datamon.notify_pending();
-- every explanation adds up
SELECT a.rule, a.column_name, e.kind, e.breakdown, count(*), abs(sum(e.share) - 1) < 1e-9 AS adds_up
FROM finding a CROSS JOIN LATERAL datamon.explain(a.alert_id) e
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;
SELECT e.kind, e.breakdown, e.name, round(e.share::numeric, 1) FROM finding a CROSS JOIN LATERAL datamon.explain(a.alert_id) e
WHERE a.rule = 'drift' AND a.column_name = 'x' AND e.kind = 'segment' AND e.breakdown = 'region';
SELECT count(*) FROM datamon.explain(-1);
-- over: all resolve
SELECT alerts_opened > 0 AS opened, alerts_resolved > 0 AS resolved, error FROM datamon.tick('calls', '2025-03-31');
SELECT state, rule, column_name, segment, first_bucket, last_bucket, resolution FROM finding ORDER BY rule, column_name, segment::text;
SELECT datamon.unwatch('calls');
DROP VIEW finding;
DROP TABLE calls;
