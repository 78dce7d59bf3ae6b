-- Rows of two times told apart by all columns together.
SET timezone = 'UTC';
CREATE FUNCTION pg_temp.uniform(a int, b int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(format('%s/%s', a, b)), 8))::bit(32)::bigint / 4294967296.0 $$;
-- x and y go together until they do not: neither moves by itself. From row 6000 on z is missing more often.
CREATE TABLE pairs AS
SELECT '2025-01-01'::timestamptz + i * interval '1 minute' AS at, i AS id, pg_temp.uniform(i, 1) AS x,
	pg_temp.uniform(i, 1) + 0.2 * pg_temp.uniform(i, 2) + CASE WHEN i >= 6000 THEN 0.1 ELSE 0 END AS y,
	CASE WHEN pg_temp.uniform(i, 3) < CASE WHEN i >= 6000 THEN 0.3 ELSE 0.1 END THEN NULL ELSE pg_temp.uniform(i, 4) END AS z,
	(ARRAY['a', 'b', NULL])[1 + i % 3] AS c, i % 2 = 0 AS flag, 7 AS same, date '2025-01-01' AS day
FROM generate_series(1, 12000) i;
SELECT column_name, kind, round(attribution::numeric, 3) AS attribution, round(share::numeric, 3) AS share, round(auc::numeric, 3) AS auc,
	auc_low < auc AND auc < auc_high AS inside, is_drift, n_reference, n_current, rows_reference, rows_current
FROM datamon.domain_classifier('pairs', '{x,y,z,c,flag,same}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 1000, 'at');
-- it adds up, and the next call says the same
SELECT abs(sum(share) - 1) < 1e-9 AS adds_up, count(*), md5(string_agg(format('%s %s %s', column_name, attribution, auc), ',')) =
	(SELECT md5(string_agg(format('%s %s %s', column_name, attribution, auc), ',')) FROM datamon.domain_classifier('pairs', '{x,y,z,c}', '(,2025-01-05)', '[2025-01-06,)', 500, 'at')) AS same
FROM datamon.domain_classifier('pairs', '{x,y,z,c}', '(,2025-01-05)', '[2025-01-06,)', 500, 'at');
-- nothing has changed
SELECT min(auc_low) < 0.5 AND max(auc_high) > 0.5 AS covers, bool_or(is_drift) AS is_drift
FROM datamon.domain_classifier('pairs', '{x,y,z,c,flag}', '[2025-01-01,2025-01-03)', '[2025-01-03,2025-01-05)', 1000, 'at');
-- as the monitor has it
SELECT count(*) > 0 AS watched FROM datamon.watch('pairs', time_column => 'at', bucket => '6 hours', dimensions => '{c}', features => '{x,y,z}');
SELECT column_name, is_drift FROM datamon.domain_classifier('pairs', NULL, '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)');
SELECT datamon.unwatch('pairs');
-- no rows, few rows, and what is refused
SELECT column_name, attribution, auc, is_drift, n_reference, n_current FROM datamon.domain_classifier('pairs', '{x}', '[2024-01-01,2024-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT column_name, auc FROM datamon.domain_classifier('pairs', '{same}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{x}', '[2025-01-01,2025-01-05)', '[2025-01-04,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{x}', NULL, '[2025-01-04,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{x}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 10, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{day}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{x,x}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{nothing}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT * FROM datamon.domain_classifier('pairs', '{x}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100);
SELECT * FROM datamon.domain_classifier(NULL, '{x}', '[2025-01-01,2025-01-05)', '[2025-01-06,2025-01-09)', 100, 'at');
SELECT datamon._fit_rows('{1,2}', 1, '{}', 0, '{t}');
SELECT datamon._fit_rows('{1,NULL}', 1, '{}', 0, '{t,f}');
DROP TABLE pairs;
