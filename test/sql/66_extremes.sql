-- changes so large that their p-values leave double precision: every row new, missing, or another number
SET timezone = 'UTC';
CREATE TABLE extreme (id int PRIMARY KEY, at timestamptz NOT NULL, kind text, x float8, pred boolean, actual boolean);
INSERT INTO extreme
SELECT i, '2024-01-01'::timestamptz + i * interval '1 minute', CASE WHEN d < 20 THEN 'old' || i % 3 ELSE 'new' || i % 3 END,
	CASE WHEN d < 20 THEN i % 7 WHEN d < 22 THEN 1e9 + i END, i % 2 = 0, CASE WHEN d < 20 THEN i % 2 = 0 ELSE i % 2 = 1 END
FROM (SELECT i, i / 1440 AS d FROM generate_series(0, 24 * 1440 - 1) i) s;
SELECT count(*) FROM datamon.watch('extreme', bucket => '1 day', baseline => '[2024-01-01,2024-01-15)', features => '{kind,x}',
	prediction => 'pred', label => 'actual', dimensions => '{}');
SELECT error FROM datamon.tick('extreme', as_of => '2024-01-25');
SELECT DISTINCT rule, column_name FROM (SELECT rule, column_name FROM datamon.alerts UNION ALL SELECT rule, column_name FROM datamon.alert_parts) a ORDER BY 1, 2;
-- and no rows at all from then on
SELECT error FROM datamon.tick('extreme', as_of => '2024-02-25');
SELECT DISTINCT rule, column_name FROM (SELECT rule, column_name FROM datamon.alerts UNION ALL SELECT rule, column_name FROM datamon.alert_parts) a WHERE rule = 'volume';
SELECT count(*) FROM datamon.check('extreme');
SELECT datamon.unwatch('extreme');
DROP TABLE extreme;
