-- shap_summary: any split of the rows, merged in any tree, gives the bytes of one pass; and who may see which model.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT no_plan();
SELECT setseed(0.3);
CREATE TEMP TABLE line (text text, c jsonb);
\copy line from program 'cat test/data/models/cases.csv' with (format csv)
CREATE TEMP TABLE m AS SELECT c ->> 'name' AS name, parse_model(text) AS model, cardinality(feature_names(parse_model(text))) AS features FROM line
WHERE c ->> 'name' ~ 'missing values|multi|three|stumps';
-- Contributions of all magnitudes.
INSERT INTO m SELECT 'wide', parse_model('{"intercept": 1, "coef": [1e150, 1e-150, 1], "mean": [0, 0, 1e-300]}'::text), 3;

CREATE FUNCTION pg_temp.differing(model model, features int, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole shap_summary; again shap_summary; s shap_summary[];
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR i IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 5))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS
		SELECT CASE WHEN random() > 0.05 THEN ARRAY(SELECT CASE WHEN random() > 0.1 THEN (random() * 8 - 4) * 10 ^ (random() * 6 - 3) END FROM generate_series(1, features) WHERE g > 0) END AS f,
			floor(random() * parts)::int AS part FROM generate_series(1, n) g;
		SELECT mean_abs_shap(model, f) INTO whole FROM rows;
		SELECT array_agg(x) INTO s FROM (SELECT mean_abs_shap(model, f) AS x FROM rows GROUP BY part ORDER BY random()) y;
		SELECT merge(x) INTO again FROM unnest(s) x;
		bad := bad + (again <> whole)::int;
		DROP TABLE rows;
		WHILE cardinality(s) > 1 LOOP
			a := 1 + floor(random() * (cardinality(s) - 1))::int;
			b := cardinality(s);
			s[a] := CASE WHEN random() < 0.5 THEN s[a] + s[b] ELSE s[b]::text::shap_summary + s[a] END;
			s := s[:b - 1];
		END LOOP;
		bad := bad + (s[1] <> whole)::int;
	END LOOP;
	RETURN bad;
END $$;
SELECT is(pg_temp.differing(model, features, 20), 0, name || ': 20 random trees') FROM m ORDER BY name;

-- The sums are those of the contributions themselves, and shifts those of the scores.
CREATE TEMP TABLE r AS SELECT n, ARRAY[floor(random() * 4), random() * 4 - 2 + n / 400.0, random(), NULL, random()]::float8[] AS f FROM generate_series(1, 400) n;
CREATE TEMP TABLE said AS SELECT m.name, datamon.mean_abs_shap(model, f) AS s, datamon.mean_abs_shap(model, f) FILTER (WHERE n <= 200) AS a,
	datamon.mean_abs_shap(model, f) FILTER (WHERE n > 200) AS b FROM m, r WHERE name ~ 'missing values$' GROUP BY 1;
SELECT ok(bool_and(abs(i.mean - w.mean) < 1e-12 AND abs(i.mean_abs - w.mean_abs) < 1e-12 AND abs(i.stddev - w.stddev) < 1e-12), name || ': means of contributions')
FROM said CROSS JOIN LATERAL shap_importance(s) i JOIN LATERAL (
	SELECT avg(v) AS mean, avg(abs(v)) AS mean_abs, stddev(v) AS stddev FROM m, r, unnest(shap_values(model, f)) WITH ORDINALITY u (v, o)
	WHERE m.name = said.name AND o = array_position(feature_names(m.model), i.feature)) w ON true GROUP BY name ORDER BY name;
SELECT ok(abs(sum(d.shift) - max(w.shift)) < 1e-12 AND count(*) = 5, name || ': the shifts add up to that of the mean score') FROM said, shap_drift(a, b) d,
	LATERAL (SELECT avg(predict(model, f, 'raw')) FILTER (WHERE n > 200) - avg(predict(model, f, 'raw')) FILTER (WHERE n <= 200) AS shift
		FROM m, r WHERE m.name = said.name) w GROUP BY name ORDER BY name;

SELECT is(unused_count(s) || ' ' || count(s), '3 1', 'rows that are NULL or too large are counted apart') FROM (SELECT mean_abs_shap(model, f) AS s
	FROM m, (VALUES ('{1, 2, 3}'::float8[]), (NULL), ('{1e300, 0, 0}'), ('{Infinity, 0, 0}')) v (f) WHERE name = 'wide') x;

-- Roles: one's own models, and those of roles one is a member of.
RESET search_path;
CREATE ROLE dm_alice;
CREATE ROLE dm_member IN ROLE dm_alice;
CREATE ROLE dm_mallory;
GRANT SELECT ON line TO PUBLIC;
SET LOCAL ROLE dm_alice;
SELECT public.lives_ok($$SELECT datamon.import_model('m', '1', text) FROM line LIMIT 1$$, 'a plain role imports a model');
SELECT public.is((SELECT owner::text || kind FROM datamon.models), 'dm_alicetrees', 'and sees it');
RESET ROLE;
SET LOCAL ROLE dm_member;
SELECT public.lives_ok($$SELECT datamon.get_model('m')$$, 'so does a member of it');
SELECT public.throws_ok($$SELECT datamon.drop_model('m', '1')$$, '42704', NULL, 'who does not drop it');
SELECT public.lives_ok($$SELECT datamon.import_model('m', '1', text) FROM line LIMIT 1$$, 'but may have one of the same name');
SELECT public.is((SELECT count(*) FROM datamon.models), 2::bigint, 'beside it');
RESET ROLE;
SET LOCAL ROLE dm_mallory;
SELECT public.is_empty($$SELECT name FROM datamon.models UNION ALL SELECT name FROM datamon._own_model$$, 'others see nothing');
SELECT public.throws_ok($$SELECT datamon.get_model('m', '1')$$, '42704', NULL, 'nor get it by its name');
SELECT public.throws_ok($$SELECT * FROM datamon.registered_model$$, '42501', NULL, 'the table is nobody''s');
SELECT public.throws_ok($$INSERT INTO datamon._own_model (owner, name, version, model) SELECT 'dm_alice', 'n', '1', model FROM datamon._own_model$$, '42501', NULL,
	'owners are not chosen');
SELECT public.throws_ok($$UPDATE datamon._own_model SET name = 'n'$$, '42501', NULL, 'what was imported stays as it is');
RESET ROLE;
SELECT public.throws_ok($$SELECT datamon.get_model('m', '1')$$, '42725', NULL, 'of two owners a superuser has to say which');
SELECT * FROM public.finish();
ROLLBACK;
