-- The same scenario in another derivation, watched by month: merged cells equal the oracle that came with it.
-- Skipped without the folder of optional data.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\setenv DATAMON_FLIGHTS :shared/data/nycflights13
\set there `test -r "$DATAMON_FLIGHTS/oracle.json" && echo true || echo false`
\if :there
\else
	SELECT plan(1);
	SELECT skip('no data/nycflights13 in the folder of optional data');
	SELECT * FROM finish();
	\q
\endif
CREATE TABLE predictions (prediction_id bigint PRIMARY KEY, predicted_at timestamptz NOT NULL, model_version text, split text, carrier text,
	flight int, origin text, dest text, month text, dow int, hour int, distance float8, temp float8, wind_speed float8, visib float8,
	precip float8, sched_source text, score float8, predicted_late int);
CREATE TABLE labels (prediction_id bigint PRIMARY KEY, label_at timestamptz, late int, arr_delay float8);
\copy predictions from program 'gzip -dc "$DATAMON_FLIGHTS"/predictions.csv.gz' with (format csv, header)
\copy labels from program 'gzip -dc "$DATAMON_FLIGHTS"/labels.csv.gz' with (format csv, header)
CREATE INDEX ON predictions (predicted_at);
ANALYZE;
\set oracle `tr -d '\n' < "$DATAMON_FLIGHTS/oracle.json"`

BEGIN;
SELECT plan(5);
-- A baseline in the future: only ingest, nothing is judged.
SELECT * FROM datamon.watch('predictions', labels => 'labels', label => 'late', prediction => 'predicted_late', score => 'score',
	dimensions => '{month,origin}', features => '{carrier,dest,hour,temp,wind_speed,visib,distance}',
	baseline => '[2020-01-01,2020-02-01)') \g /dev/null
SELECT is((SELECT error FROM datamon.tick('predictions')), NULL, 'the year is read');

CREATE TEMP TABLE month AS
SELECT segment ->> 'month' AS month, datamon.merge(profile) AS p, datamon.merge(performance) AS f
FROM datamon.cells WHERE segment ? 'month' AND segment - 'month' = '{}' GROUP BY 1;
CREATE TEMP TABLE reference AS SELECT datamon.merge(p) AS p FROM month WHERE month IN ('1', '2');
CREATE TEMP TABLE number_of AS SELECT column_no, column_name FROM datamon.columns WHERE role IN ('score', 'feature');
CREATE TEMP TABLE found AS
SELECT m.month, NULL::name AS column_name, v.measure, v.value
FROM month m CROSS JOIN LATERAL (VALUES ('n', datamon.count(m.p)::float8), ('labelled', datamon.count(m.f)),
	('tp', datamon.true_positives(m.f)), ('fp', datamon.false_positives(m.f)), ('fn', datamon.false_negatives(m.f)),
	('tn', datamon.true_negatives(m.f)), ('accuracy', datamon.accuracy_score(m.f)), ('precision', datamon.precision_score(m.f)),
	('recall', datamon.recall_score(m.f)), ('f1', datamon.f1_score(m.f)), ('f3', datamon.fbeta_score(m.f, 3))) v (measure, value)
UNION ALL
SELECT m.month, c.column_name, v.measure, v.value
FROM month m CROSS JOIN reference r CROSS JOIN number_of c
JOIN LATERAL datamon.columns(m.p) x ON x.column_no = c.column_no AND x.kind = 'number'
CROSS JOIN LATERAL datamon.drift_summary(datamon.histogram(r.p, c.column_no), x.histogram) d
CROSS JOIN LATERAL (VALUES ('n', x.count::float8), ('missing', x.null_count), ('mean', x.mean), ('sd', x.stddev), ('ks', d.ks_statistic),
	('wasserstein', d.wasserstein_distance), ('psi', CASE c.column_name WHEN 'hour' THEN datamon.psi(datamon.histogram(r.p, c.column_no), x.histogram, 'distinct') ELSE d.psi END),
	('js_distance_10bin_base2', d.js_distance)) v (measure, value)
UNION ALL
SELECT m.month, c.column_name, v.measure, v.value
FROM month m CROSS JOIN reference r CROSS JOIN number_of c
JOIN LATERAL datamon.columns(m.p) x ON x.column_no = c.column_no AND x.kind = 'category'
CROSS JOIN LATERAL datamon.drift_summary(datamon.value_counts(r.p, c.column_no), x.value_counts) d
CROSS JOIN LATERAL (VALUES ('psi', d.psi), ('chi2', d.chi_square), ('chi2_dof', d.chi_square_df), ('chi2_p', d.chi_square_p_value)) v (measure, value);

-- In the oracle: plain members, score_psi, carrier_chi2, temp -> ks
CREATE TEMP TABLE compared AS
SELECT f.*, (coalesce(o.o #>> ARRAY[f.column_name, f.measure], o.o ->> concat_ws('_', f.column_name, f.measure)))::float8 AS said
FROM found f JOIN (SELECT key AS month, value AS o FROM jsonb_each(:'oracle'::jsonb -> 'monthly')) o USING (month);

SELECT cmp_ok((SELECT count(*) FROM compared WHERE said IS NOT NULL), '>=', 400::bigint, 'many figures are compared');
SELECT is_empty($$SELECT * FROM compared WHERE measure IN ('n', 'labelled', 'tp', 'fp', 'fn', 'tn', 'missing', 'chi2_dof') AND value <> said$$,
	'counts are equal');
-- wind_speed was rounded to two decimals in the file, not in the oracle
SELECT is_empty($$SELECT * FROM compared WHERE (measure IN ('accuracy', 'precision', 'recall', 'f1', 'f3', 'mean', 'sd', 'chi2', 'chi2_p')
		OR measure = 'psi' AND column_name <> 'score') AND column_name IS DISTINCT FROM 'wind_speed'
	AND NOT abs(value - said) <= 1e-9 * abs(said)$$, 'metrics and distances of categories are equal to a billionth');
SELECT is_empty($$SELECT * FROM compared WHERE measure IN ('ks', 'wasserstein', 'psi', 'js_distance_10bin_base2')
	AND NOT abs(value - said) <= 0.01 * abs(said)$$, 'distances of histograms are equal to 1 %');
SELECT * FROM finish();
ROLLBACK;
DROP TABLE predictions, labels;
