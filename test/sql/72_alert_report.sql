-- Why an alert is: segments, since when, what coincides, and the report that a person reads.
SET timezone = 'UTC';
CREATE FUNCTION pg_temp.uniform(a int, b int, c int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(format('%s/%s/%s', a, b, c)), 8))::bit(32)::bigint / 4294967296.0 $$;
-- 60 quiet days of 400 rows, then 10 days in which x shifts in one region's one plan, and errors come with another version.
CREATE TABLE calls (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, region text, plan text, x float8, y float8,
	pred boolean, label boolean, model_version text);
CREATE INDEX ON calls (at);
INSERT INTO calls (at, region, plan, x, y, pred, label, model_version)
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '3 minutes', (ARRAY['north', 'south', NULL])[1 + i % 3],
	(ARRAY['a', 'b', 'c', NULL])[1 + i % 4],
	pg_temp.uniform(d, i, 1) + pg_temp.uniform(d, i, 2) + pg_temp.uniform(d, i, 3) + CASE WHEN d BETWEEN 60 AND 69 AND i % 12 = 0 THEN 3 ELSE 0 END,
	CASE WHEN i % 50 = 0 THEN NULL ELSE pg_temp.uniform(d, i, 4) END,
	i % 5 = 0 AND NOT (d BETWEEN 60 AND 69 AND i % 3 = 1 AND i % 2 = 0), i % 5 = 0, CASE WHEN d >= 60 THEN 'v2' ELSE 'v1' END
FROM generate_series(0, 89) d, generate_series(0, 399) i;
SELECT role, choice FROM datamon.watch('calls', bucket => '1 day', baseline => '[2025-01-01,2025-02-01)', features => '{x,y}') WHERE role IN ('performance', 'segments');
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-03-02');

-- Events: told, refused, dropped.
SELECT datamon.add_event('calls', 'feature store 2.0', '2025-03-01 18:30', '{"by": "ops"}') > 0 AS told;
SELECT datamon.add_event('calls', 'too early to coincide', '2025-02-20') > 0 AS told;
SELECT datamon.add_event('calls', 'a mistake', '2025-03-02 01:00') AS mistake \gset
SELECT datamon.drop_event(:mistake);
SELECT datamon.add_event('pg_class', 'nothing watches it');
SELECT datamon.add_event('calls', '');
SELECT datamon.add_event('calls', 'x', 'infinity');
SELECT datamon.add_event('calls', 'x', detail => '[1]');
SELECT datamon.drop_event(-1);
SELECT source, kind, name, at, detail FROM datamon.events;
-- What a tick sees of columns.
ALTER TABLE calls ADD note text;
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-03-08');
ALTER TABLE calls ALTER note TYPE varchar(10);
SELECT error FROM datamon.tick('calls', '2025-03-08');
ALTER TABLE calls DROP note;
SELECT error FROM datamon.tick('calls', '2025-03-08');
SELECT error FROM datamon.tick('calls', '2025-03-08');
SELECT kind, name, detail FROM datamon.events WHERE kind = 'columns' ORDER BY event_id;

CREATE VIEW finding AS
SELECT alert_id, rule, column_name, segment FROM datamon.alerts UNION ALL SELECT part_id, rule, column_name, segment FROM datamon.alert_parts;
SELECT a.rule, a.column_name, e.kind, e.breakdown, e.rank, e.name, round(e.share::numeric, 3) AS share, e.detail
FROM finding a CROSS JOIN LATERAL datamon.explain(a.alert_id) e
WHERE e.kind IN ('since', 'event', 'cause', 'child', 'dimension') ORDER BY a.rule, a.column_name, array_position('{since,event,cause,child,dimension}', e.kind), e.breakdown, e.rank;
SELECT regexp_replace(regexp_replace(datamon.alert_report(a.alert_id), '\yALERT \d+', 'ALERT n'), '\((\d+)([,)])', '(n\2', 'g') FROM datamon.alerts a ORDER BY a.alert_id;
SELECT datamon.alert_report(-1) IS NULL AS none, datamon.alert_report(NULL) IS NULL AS nothing;
SELECT datamon._short(x) FROM unnest('{0,1e-13,1234567,0.00012345678,-98.76543,1e20,infinity,nan,NULL}'::float8[]) x;
SELECT datamon.unwatch('calls');
DROP VIEW finding;
DROP TABLE calls;
