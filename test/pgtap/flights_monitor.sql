-- The flights scenario, watched: what is merged from daily cells equals the oracle of scipy and scikit-learn, month by month.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\set flights test/data/flights
\ir ../data/flights/load.sql
CREATE TEMPORARY TABLE said (period text, origin text, column_name text, measure text, value float8);
\copy said from program 'cat test/data/flights/oracle_monthly.csv' with (format csv, header, force_not_null (origin, column_name))
CREATE TEMPORARY TABLE said_count (period text, column_name text, value text, count bigint);
\copy said_count from program 'cat test/data/flights/oracle_counts.csv' with (format csv, header)

BEGIN;
SELECT plan(8);
-- A baseline in the future: only ingest, nothing is judged.
CREATE TEMPORARY TABLE answer AS SELECT * FROM datamon.watch('predictions', labels => 'labels', baseline => '[2020-01-01,2020-02-01)');
SELECT is((SELECT string_agg(format('%s %s', role, column_name), ', ' ORDER BY role, column_name) FROM answer
		WHERE role IN ('time', 'id', 'label', 'prediction', 'score', 'dimension', 'model_version')),
	'dimension carrier, dimension dest, dimension origin, id prediction_id, id prediction_id, label late, model_version model_version, prediction predicted_late, score score, time label_at, time predicted_at',
	'every role is guessed');
SELECT is((SELECT choice FROM answer WHERE role = 'bucket'), '1 day', 'and the bucket');
SELECT is((SELECT error FROM datamon.tick('predictions')), NULL, 'the year is read');

CREATE TEMPORARY TABLE found AS
WITH month AS (
	SELECT DISTINCT period, CASE period WHEN 'reference' THEN tstzrange('2013-01-01Z', '2013-03-01Z')
		ELSE tstzrange((period || '-01 00:00Z')::timestamptz, (period || '-01 00:00Z')::timestamp AT TIME ZONE 'UTC' + interval '1 month') END AS during
	FROM said
), place AS (
	SELECT '' AS origin, '{}'::jsonb AS segment UNION ALL SELECT o, jsonb_build_object('origin', o) FROM unnest('{EWR,JFK,LGA}'::text[]) o
)
SELECT m.period, p.origin, '' AS column_name, v.measure, v.value
FROM month m CROSS JOIN place p
CROSS JOIN LATERAL datamon.window_performance('predictions', m.during, p.segment) w
CROSS JOIN LATERAL (VALUES ('n', w.n_used + w.n_unused), ('labelled', w.n_used), ('tp', w.tp), ('fp', w.fp), ('fn', w.fn), ('tn', w.tn),
	('accuracy', w.accuracy), ('precision', w.precision), ('recall', w.recall), ('f1', w.f1)) v (measure, value)
UNION ALL
SELECT m.period, '', w.column_name, v.measure, v.value
FROM month m
CROSS JOIN LATERAL datamon.window_drift('predictions', m.during, reference => '[2013-01-01Z,2013-03-01Z)') w
CROSS JOIN LATERAL (VALUES ('wasserstein', w.wasserstein_distance), ('ks_statistic', w.ks_statistic),
	('total_variation', w.total_variation), ('l_infinity', w.l_infinity), ('chi_square_statistic', w.chi_square), ('chi_square_df', w.chi_square_df)) v (measure, value)
WHERE m.period <> 'reference' AND v.value IS NOT NULL
UNION ALL
SELECT m.period, '', w.column_name, v.measure, v.value
FROM month m
CROSS JOIN LATERAL datamon.window_quality('predictions', m.during) w
CROSS JOIN LATERAL (VALUES ('mean', w.mean), ('missing', w.null_count), ('minimum', w.min), ('maximum', w.max)) v (measure, value)
WHERE w.kind = 'number';

SELECT cmp_ok((SELECT count(*) FROM said JOIN found USING (period, origin, column_name, measure)), '>=', 800::bigint, 'many figures are compared');
SELECT is_empty($$SELECT * FROM said s JOIN found f USING (period, origin, column_name, measure)
	WHERE measure IN ('n', 'labelled', 'tp', 'fp', 'fn', 'tn', 'missing', 'chi_square_df') AND s.value <> f.value$$, 'counts are equal');
SELECT is_empty($$SELECT * FROM said s JOIN found f USING (period, origin, column_name, measure)
	WHERE measure NOT IN ('wasserstein', 'ks_statistic') AND NOT abs(s.value - f.value) <= 1e-9 * greatest(1, abs(s.value))$$,
	'metrics are equal to a billionth');
SELECT is_empty($$SELECT * FROM said s JOIN found f USING (period, origin, column_name, measure)
	WHERE measure IN ('wasserstein', 'ks_statistic') AND NOT abs(s.value - f.value) <= 0.01 * abs(s.value) + 1e-4$$,
	'distances of histograms are equal to 1 %');
SELECT is_empty($$
	SELECT period, column_name, c.value, s.count, c.count
	FROM (SELECT DISTINCT period FROM said_count) m
	CROSS JOIN LATERAL datamon.window_quality('predictions', CASE period WHEN 'reference' THEN tstzrange('2013-01-01Z', '2013-03-01Z')
		ELSE tstzrange((period || '-01 00:00Z')::timestamptz, (period || '-01 00:00Z')::timestamp AT TIME ZONE 'UTC' + interval '1 month') END) w
	CROSS JOIN LATERAL datamon.counts(w.value_counts) c
	FULL JOIN (SELECT * FROM said_count WHERE column_name IN ('carrier', 'origin', 'dest', 'predicted_late')) s USING (period, column_name, value)
	WHERE column_name IN ('carrier', 'origin', 'dest', 'predicted_late') AND s.count IS DISTINCT FROM c.count$$,
	'every value is counted as often');
SELECT * FROM finish();
ROLLBACK;
DROP TABLE predictions, labels;
