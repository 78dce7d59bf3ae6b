-- What somebody may do who means harm: states that come from elsewhere, types with casts of their own
\set SHOW_CONTEXT never
SET client_min_messages = warning;

-- An aggregate without a final function leaves working forms in tables.  They are values: no call changes them there.
CREATE AGGREGATE raw_matrix(text, text) (SFUNC = datamon._confusion_matrix_trans, STYPE = datamon.confusion_matrix);
CREATE AGGREGATE raw_labels(text[], text[]) (SFUNC = datamon._multilabel_state_trans, STYPE = datamon.multilabel_state);
CREATE AGGREGATE raw_f_beta(boolean, boolean) (SFUNC = datamon._f_beta_state_trans, STYPE = datamon.f_beta_state);
CREATE AGGREGATE raw_moments(float8) (SFUNC = datamon._moments_trans, STYPE = datamon.moments);
CREATE AGGREGATE raw_regression(float8, float8) (SFUNC = datamon._regression_state_trans, STYPE = datamon.regression_state);
CREATE TABLE raw AS SELECT raw_matrix('a', 'b') AS matrix, raw_labels('{a}', '{b}') AS labels, raw_f_beta(true, true) AS f_beta, raw_moments(g) AS moments,
	raw_regression(g, g + 1) AS regression FROM generate_series(1, 3) g;
-- stored as they are in memory, aligned and with long headers
ALTER TABLE raw ALTER matrix SET STORAGE plain, ALTER labels SET STORAGE plain, ALTER f_beta SET STORAGE plain, ALTER moments SET STORAGE plain,
	ALTER regression SET STORAGE plain;
CREATE TABLE kept AS SELECT matrix::text, labels::text, f_beta::text, moments::text, regression::text FROM raw;
UPDATE raw SET matrix = matrix;
SELECT datamon._confusion_matrix_trans(matrix, 'a', 'b') FROM raw;
SELECT datamon._multilabel_state_trans(labels, '{a}', '{b}') FROM raw;
SELECT datamon._f_beta_state_trans(f_beta, true, true) FROM raw;
SELECT datamon._moments_trans(moments, 7) FROM raw;
SELECT datamon._regression_state_trans(regression, 7, 7) FROM raw;
SELECT r.matrix::text = k.matrix AND r.labels::text = k.labels AND r.f_beta::text = k.f_beta AND r.moments::text = k.moments AND r.regression::text = k.regression AS unchanged
	FROM raw r, kept k;

-- A moving aggregate takes its state from whatever its inverse function returns: out of line, compressed, with a short header.
CREATE AGGREGATE raw_histogram(float8) (SFUNC = datamon._histogram_trans, STYPE = datamon.histogram);
CREATE AGGREGATE raw_scores(boolean, float8) (SFUNC = datamon._score_state_trans, STYPE = datamon.score_state);
CREATE AGGREGATE raw_scored(boolean, float8) (SFUNC = datamon._scored_labels_trans, STYPE = datamon.scored_labels);
CREATE AGGREGATE raw_topk(text, text[]) (SFUNC = datamon._topk_state_trans, STYPE = datamon.topk_state);
CREATE AGGREGATE raw_profile(datamon.profile) (SFUNC = datamon._profile_combine, STYPE = datamon.profile);
CREATE TABLE outside (h datamon.histogram, s datamon.score_state, l datamon.scored_labels, k datamon.topk_state, p datamon.profile);
ALTER TABLE outside ALTER h SET STORAGE external, ALTER s SET STORAGE external, ALTER l SET STORAGE external, ALTER k SET STORAGE external, ALTER p SET STORAGE external;
INSERT INTO outside SELECT raw_histogram(sqrt(g)), raw_scores(g % 2 = 0, sqrt(g)), raw_scored(g % 2 = 0, sqrt(g)), raw_topk('a', '{b,a}'), (SELECT raw_profile(p) FROM (SELECT datamon.profile(sqrt(i)) AS p FROM generate_series(1, 2000) i) x)
	FROM generate_series(1, 2000) g;
CREATE FUNCTION inverse(datamon.histogram, float8) RETURNS datamon.histogram LANGUAGE sql AS 'SELECT h FROM outside';
CREATE FUNCTION inverse(datamon.score_state, boolean, float8) RETURNS datamon.score_state LANGUAGE sql AS 'SELECT s FROM outside';
CREATE FUNCTION inverse(datamon.scored_labels, boolean, float8) RETURNS datamon.scored_labels LANGUAGE sql AS 'SELECT l FROM outside';
CREATE FUNCTION inverse(datamon.topk_state, text, text[]) RETURNS datamon.topk_state LANGUAGE sql AS 'SELECT k FROM outside';
CREATE FUNCTION inverse(datamon.profile, datamon.profile) RETURNS datamon.profile LANGUAGE sql AS 'SELECT p FROM outside';
CREATE AGGREGATE moving(float8) (SFUNC = datamon._histogram_trans, STYPE = datamon.histogram, MSFUNC = datamon._histogram_trans, MINVFUNC = inverse, MSTYPE = datamon.histogram);
CREATE AGGREGATE moving(boolean, float8) (SFUNC = datamon._score_state_trans, STYPE = datamon.score_state, MSFUNC = datamon._score_state_trans, MINVFUNC = inverse, MSTYPE = datamon.score_state);
CREATE AGGREGATE moving_labels(boolean, float8) (SFUNC = datamon._scored_labels_trans, STYPE = datamon.scored_labels, MSFUNC = datamon._scored_labels_trans, MINVFUNC = inverse, MSTYPE = datamon.scored_labels);
CREATE AGGREGATE moving(text, text[]) (SFUNC = datamon._topk_state_trans, STYPE = datamon.topk_state, MSFUNC = datamon._topk_state_trans, MINVFUNC = inverse, MSTYPE = datamon.topk_state);
CREATE AGGREGATE moving(datamon.profile) (SFUNC = datamon._profile_combine, STYPE = datamon.profile, MSFUNC = datamon._profile_combine, MINVFUNC = inverse, MSTYPE = datamon.profile);
SELECT g, datamon.count(moving(g) OVER w) AS histogram, datamon.count(moving(true, g) OVER w) AS score_state,
	datamon.count(moving_labels(true, g) OVER w) AS scored_labels, datamon.count(moving('a'::text, '{b,a}'::text[]) OVER w) AS topk_state, datamon.count(moving(p) OVER w) AS profile
	FROM (SELECT g, datamon.profile(g) AS p FROM generate_series(1, 4) g GROUP BY g) x WINDOW w AS (ORDER BY g ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);

-- Casts that a table's owner made do not run with the rights of whoever describes his table.
CREATE TYPE point3 AS (x int, y int, z int);
CREATE TYPE shade AS ENUM ('dark', 'light');
CREATE DOMAIN point4 AS point3;
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE FUNCTION evil(point3) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this runs as %', current_user; END $$;
CREATE FUNCTION evil_json(point3) RETURNS json LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this runs as %', current_user; END $$;
CREATE FUNCTION evil(shade) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this runs as %', current_user; END $$;
CREATE FUNCTION evil_json(shade) RETURNS json LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this runs as %', current_user; END $$;
CREATE FUNCTION evil(point3[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this runs as %', current_user; END $$;
CREATE CAST (point3 AS text) WITH FUNCTION evil(point3) AS IMPLICIT;
CREATE CAST (point3 AS json) WITH FUNCTION evil_json(point3);
CREATE CAST (point3[] AS text) WITH FUNCTION evil(point3[]);
CREATE CAST (shade AS text) WITH FUNCTION evil(shade) AS IMPLICIT;
CREATE CAST (shade AS json) WITH FUNCTION evil_json(shade);
CREATE TABLE bait (p point3, ps point3[], p4 point4, s shade, n small, i int, addr inet);
INSERT INTO bait VALUES ((1, 2, 3), '{"(1,2,3)"}', (1, 2, 3), 'dark', 7, 1, '1.2.3.4'), (NULL, NULL, NULL, NULL, NULL, 1, NULL),
	((NULL, NULL, NULL), '{}', (1, 2, 3), 'dark', 7, 1, '1.2.3.4'), ((1, 2, 3), '{"(1,2,3)"}', (1, 2, 3), 'dark', 7, 1, '1.2.3.4');
SELECT column_name, kind, count, null_count, top, top_count FROM datamon.describe('bait'::regclass);
SELECT n_rows, n_used, n_unused, n_distinct, examples_found FROM datamon.duplicates('bait', '{p}');
SELECT n_used, examples_found FROM datamon.duplicates('bait', '{ps,p4,s,n,i,addr}');

-- Counts beyond what a double tells apart: an end, and one that can be waited for.
SET statement_timeout = '20s';
SELECT datamon.fisher_exact_test(ARRAY[[4611686018427518977, 1], [1, 1000000000001]]);
SELECT (datamon.fisher_exact_test(ARRAY[[2000000000000000, 2000000000000000], [2000000000000000, 2000000000000000]])).p_value IS NOT NULL AS large_is_possible;
SELECT p_value < 1e-300 AS none, n_current FROM datamon.binomial_test(1000000000000000000, 9223372036854775807, 0.5);
SELECT p_value < 1e-300 AS none, n_current FROM datamon.binomial_test(8000000000000000000, 9223372036854775807, 0.5);
RESET statement_timeout;

-- What has been added up can be read again, or is refused: else a dump of it could not be restored.
CREATE FUNCTION sum_of(type text, a text, b text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	same boolean;
BEGIN
	EXECUTE format('SELECT ((%L::datamon.%2$s OPERATOR(datamon.+) %3$L::datamon.%2$s)::text)::datamon.%2$s OPERATOR(datamon.=) (%1$L::datamon.%2$s OPERATOR(datamon.+) %3$L::datamon.%2$s)', a, type, b)
		INTO same;
	RETURN same::text;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT type, sum_of(type, replace(v, '"' || field || '":0', '"' || field || '":4611686018427387904'), replace(v, '"' || other || '":0', '"' || other || '":4611686018427387904'))
	FROM (SELECT 'vectors', datamon.vectors('{1}', true)::text, 'unflagged', 'unused_reference'
		UNION ALL SELECT 'scored_labels', datamon.scored_labels(true, 0.5)::text, 'unlabelled', 'unscored'
		UNION ALL SELECT 'score_state', datamon.score_state(true, 0.5)::text, 'unlabelled', 'empty'
		UNION ALL SELECT 'topk_state', datamon.topk_state('a'::text, '{a}'::text[])::text, 'misses', 'unranked'
		UNION ALL SELECT 'confusion_matrix', datamon.confusion_matrix('a'::text, 'b')::text, 'unlabelled', 'empty'
		UNION ALL SELECT 'multilabel_state', datamon.multilabel_state('{a}', '{b}')::text, 'unlabelled', 'empty'
		UNION ALL SELECT 'regression_state', datamon.regression_state(1, 2)::text, 'unlabelled', 'empty') t(type, v, field, other);
SELECT sum_of('vectors', '{"unflagged":0,"unused_reference":1152921504606846975,"unused_current":0,"reference":[],"current":[]}',
	'{"unflagged":0,"unused_reference":1,"unused_current":0,"reference":[],"current":[]}');
SELECT replace(datamon.histogram(1)::text, '"shift":0', '"shift":4294967296')::datamon.histogram;

-- as many values as a two_counts holds: too large, not too deep for the stack
SELECT datamon.fisher_exact_test(datamon.two_counts(g::text, g % 2 = 0)) FROM generate_series(1, 60000) g;
