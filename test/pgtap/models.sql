-- Models of XGBoost, LightGBM and scikit-learn: predictions and contributions as the packages gave them (test/data/models).
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
SELECT no_plan();
CREATE TEMP TABLE line (model text, c jsonb);
\copy line from program 'cat test/data/models/cases*.csv' with (format csv)
CREATE TEMP TABLE model AS SELECT c ->> 'name' AS name, datamon.parse_model(line.model) AS model, c FROM line;

-- All numbers of an array, in order.
CREATE FUNCTION pg_temp.numbers(a jsonb) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg((v #>> '{}')::float8 ORDER BY o) FROM jsonb_path_query(a, 'strict $.**') WITH ORDINALITY u (v, o)
	WHERE jsonb_typeof(v) IN ('number', 'null')
$$;
-- The greatest difference, as a share of the greatest number there is, or of 1.
CREATE FUNCTION pg_temp.worst(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN cardinality(got) = cardinality(want) THEN max(abs(g - w)) / greatest(1, max(abs(w))) ELSE 'Infinity' END
	FROM unnest(got, want) u (g, w)
$$;
CREATE TEMP TABLE answer AS
SELECT m.name, r.n, datamon.shap_values(m.model, f.features) AS phi, datamon.predict_all(m.model, f.features, 'raw') AS raw,
	datamon.predict_all(m.model, f.features) AS predicted, m.c -> 'phi' -> (r.n - 1)::int AS want_phi, m.c -> 'raw' -> (r.n - 1)::int AS want_raw,
	m.c -> 'predicted' -> (r.n - 1)::int AS want_predicted
FROM model m
CROSS JOIN LATERAL jsonb_array_elements(m.c -> 'rows') WITH ORDINALITY r (r, n)
CROSS JOIN LATERAL (SELECT pg_temp.numbers(r.r) AS features) f;

SELECT cmp_ok((SELECT count(*) FROM model), '>=', 20::bigint, 'there are cases');
SELECT ok(max(pg_temp.worst(ARRAY(SELECT unnest(phi)), pg_temp.numbers(want_phi))) < 1e-6, name || ': contributions')
FROM answer GROUP BY name ORDER BY name;
SELECT ok(max(pg_temp.worst(raw, pg_temp.numbers(want_raw))) < 1e-6, name || ': raw scores') FROM answer GROUP BY name ORDER BY name;
SELECT ok(max(pg_temp.worst(predicted, pg_temp.numbers(want_predicted))) < 1e-6, name || ': predictions')
FROM answer GROUP BY name ORDER BY name;
SELECT ok(max(abs(s.sum - raw[s.output])) < 1e-9, name || ': contributions add up to the score')
FROM answer CROSS JOIN LATERAL (
	SELECT (o - 1) / (cardinality(phi) / cardinality(raw)) + 1 AS output, sum(v) AS sum FROM unnest(phi) WITH ORDINALITY u (v, o) GROUP BY 1) s
GROUP BY name ORDER BY name;

-- There and back, as text and in binary.
SELECT is_empty($$SELECT name FROM model WHERE model::text::datamon.model OPERATOR(datamon.<>) model$$, 'text reads back');
SELECT 'dm_models.' || pg_backend_pid() AS file \gset
SELECT setting || '/' || :'file' AS file FROM pg_settings WHERE name = 'data_directory' \gset
CREATE TEMP TABLE sent AS SELECT name, model FROM model;
CREATE TEMP TABLE received (LIKE sent);
COPY sent TO :'file' (FORMAT binary);
COPY received FROM :'file' (FORMAT binary);
SELECT is((SELECT count(*) FROM sent JOIN received r USING (name) WHERE r.model OPERATOR(datamon.=) sent.model), (SELECT count(*) FROM sent), 'binary copies are the same');

-- Rows by the names of their columns, categories by theirs.
SELECT is((SELECT array_agg(datamon.shap_values(model, jsonb_build_object('code', code, 'a', a, 'colour', colour)) = datamon.shap_values(model, t)) FROM
		(VALUES (1.5::float8, 'green'::text, 7), (NULL, NULL, NULL), (-1, 'grey', 39), (0, 'none of them', 40)) t (a, colour, code)), '{t,t,t,t}',
	name || ': a row of a query, and the same in JSON') FROM model WHERE name LIKE '%categories%' AND name NOT LIKE 'xgboost 1%' ORDER BY name;
SELECT is(datamon.features(model, '{"a": 1.5, "colour": "green", "code": 7}'::jsonb), '{1.5,1,7}', name || ': codes of categories')
FROM model WHERE name LIKE '%categories%' AND name NOT LIKE 'xgboost 1%' ORDER BY name;
SELECT is(datamon.features(model, '{"a": null, "colour": "none of them", "code": 41}'::jsonb), '{NULL,NULL,NULL}', name || ': a category never seen is missing')
FROM model WHERE name LIKE '%categories%' AND name NOT LIKE 'xgboost 1%' ORDER BY name;

-- Models take their turns in one query: more of them than are kept open.
SELECT is((SELECT count(*) FROM (SELECT a.*, datamon.shap_values(m.model, f.features) AS again FROM answer a JOIN model m USING (name)
		CROSS JOIN LATERAL (SELECT pg_temp.numbers(m.c -> 'rows' -> (a.n - 1)::int) AS features) f ORDER BY a.n, name) s WHERE again = phi),
	(SELECT count(*) FROM answer), 'many models in one query');
SELECT * FROM finish();
ROLLBACK;
