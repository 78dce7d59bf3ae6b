-- Models: what is read, what is refused and how it is told, and what a row has to be.
\set VERBOSITY default
CREATE SCHEMA models_test;
SET search_path = models_test, pg_catalog;
CREATE FUNCTION rounded(v float8[]) RETURNS numeric[] LANGUAGE sql AS $$SELECT array_agg(round(x::numeric, 9) ORDER BY o) FROM unnest(v) WITH ORDINALITY u (x, o)$$;
-- A tree of XGBoost, as small as it gets: a split, a split by categories, three leaves.
CREATE FUNCTION tree(learner text DEFAULT '', tree text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_build_object('version', '[3, 2, 0]'::jsonb, 'learner', jsonb '{"feature_names": ["x", "colour"],
		"learner_model_param": {"base_score": "[5E-1]", "num_class": "0", "num_feature": "2", "num_target": "1"},
		"objective": {"name": "reg:squarederror"}}' || jsonb_build_object('gradient_booster', jsonb_build_object('name', 'gbtree', 'model',
		jsonb '{"tree_info": [0], "iteration_indptr": [0, 1], "cats": {"enc": [{"offsets": [], "values": []}, {"offsets": [0, 3, 8], "values": [114, 101, 100, 103, 114, 101, 101, 110]}]}}'
		|| jsonb_build_object('trees', jsonb_build_array(jsonb '{"left_children": [1, -1, 3, -1, -1], "right_children": [2, -1, 4, -1, -1],
			"split_indices": [0, 0, 1, 0, 0], "split_conditions": [1.5, -1, 0, 2, 4], "default_left": [1, 0, 0, 0, 0],
			"sum_hessian": [10, 4, 6, 3, 3], "split_type": [0, 0, 1, 0, 0], "categories": [1], "categories_nodes": [2],
			"categories_segments": [0], "categories_sizes": [1], "tree_param": {"size_leaf_vector": "1"}}' || ('{' || tree || '}')::jsonb))))
		|| ('{' || learner || '}')::jsonb)::text
$$;
CREATE TABLE m AS SELECT datamon.parse_model(tree()) AS model;
SELECT model FROM m;
SELECT model::text::datamon.model OPERATOR(datamon.=) model AS same FROM m;
SELECT datamon.feature_names(model) FROM m;

-- By hand: E = (4 (-1) + 3 (2) + 3 (4)) / 10 = 1.4; with base_score 1.9. x = 2: (2 + 4) / 2 = 3; colour green goes right.
SELECT rounded(datamon.shap_values(model, '{2, 1}'::float8[])), datamon.predict(model, '{2, 1}'::float8[]) FROM m;
SELECT v, datamon.predict(model, v) FROM m, (VALUES ('{NULL, 0}'::float8[]), ('{1.5, 0}'), ('{1.49999999999, 0}'), ('{1.4, NULL}'), ('{NaN, 1}'), ('{2, NULL}'),
	('{2, 7}'), ('{2, -3}'), ('{Infinity, 1}'), ('{-Infinity, 1}')) s (v);

-- Rows by name.
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE TABLE r (colour text, y int, x numeric);
INSERT INTO r VALUES ('green', 1, 2), ('red', 2, 2), ('blue', 3, 2), (NULL, 4, NULL);
SELECT r.*, datamon.predict(model, r), datamon.predict(model, to_jsonb(r)) = datamon.predict(model, r) AS same, datamon.features(model, r) FROM m, r ORDER BY y;
SELECT datamon.predict(model, s), rounded(datamon.shap_values(model, s)), e.output, e.feature, e.value, e.category, round(e.contribution::numeric, 9) AS contribution FROM m, (SELECT 'green'::colour AS colour, 2::smallint AS x) s, datamon.explain_prediction(m.model, s) e;
SELECT datamon.predict(model, '{"x": "1.25", "colour": true}'::jsonb) FROM m;
ALTER TABLE r RENAME y TO z;
ALTER TABLE r DROP COLUMN colour;
SELECT datamon.predict(model, r) FROM m, r;
SELECT datamon.predict(model, '{"x": 1}'::jsonb) FROM m;
SELECT datamon.predict(model, '{"x": [1], "colour": "red"}'::jsonb) FROM m;
SELECT datamon.predict(model, '{"x": "many", "colour": "red"}'::jsonb) FROM m;
SELECT datamon.predict(model, '[1, 2]'::jsonb) FROM m;
SELECT datamon.predict(model, s) FROM m, (SELECT ARRAY[1] AS x, 'red' AS colour) s;
SELECT datamon.predict(model, '{1}'::float8[]) FROM m;
SELECT datamon.predict(model, '{}'::float8[]) FROM m;
SELECT datamon.predict(model, '{{1, 2}}'::float8[]) FROM m;
SELECT datamon.predict(model, '{1, 2}'::float8[], 'margin') FROM m;
SELECT datamon.predict(NULL, '{1, 2}'::float8[]), datamon.shap_values(model, NULL::float8[]) FROM m;

-- Links, and several outputs.
CREATE TABLE linear AS SELECT datamon.parse_model('{"intercept": [0, 1, -1], "coef": [[1, 0], [0, 1], [1, 1]], "mean": [1, 2], "link": "softmax"}'::jsonb) AS model;
SELECT datamon.shap_values(model, '{1, 3}'::float8[]), datamon.predict_all(model, '{1, 3}'::float8[], 'raw') FROM linear;
SELECT round(p::numeric, 6) FROM linear, unnest(datamon.predict_all(model, '{1, 3}'::float8[])) p;
SELECT datamon.predict(model, '{1, 3}'::float8[]) FROM linear;
SELECT link, round(datamon.predict(datamon.parse_model(format('{"intercept": 0.5, "coef": [2], "mean": [0], "link": "%s"}', link)), '{1}'::float8[])::numeric, 6)
FROM unnest('{identity,logistic,logit,exp,log,step,log1p_exp,signed_square}'::text[]) link;

-- Refused, with its place.
\set VERBOSITY verbose
\set SHOW_CONTEXT never
CREATE FUNCTION refusal(content text, rounds int DEFAULT NULL) RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM datamon.parse_model(content, rounds);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END $$;
\set VERBOSITY default
SELECT r.* FROM refusal('{}') r;
SELECT r.* FROM refusal('[1]') r;
SELECT r.state FROM refusal('{"learner": ') r;
SELECT r.* FROM refusal(tree(), 0) r;
SELECT r.state, r.message, r.detail FROM (VALUES (1, tree('"objective": 1')), (2, tree('"learner_model_param": {"num_feature": "0"}')),
	(3, tree('"feature_names": ["x"]')), (4, tree('"objective": {"name": "binary:logistic"}, "learner_model_param": {"base_score": "1", "num_feature": "2"}')),
	(5, tree('"learner_model_param": {"base_score": "[1,2,3]", "num_feature": "2"}')), (6, tree('"gradient_booster": {"name": "gbforest"}')),
	(7, tree(tree => '"left_children": [1, -1]')), (8, tree(tree => '"left_children": [1, -1, 0, -1, -1]')), (9, tree(tree => '"right_children": [9, -1, 4, -1, -1]')),
	(10, tree(tree => '"split_indices": [2, 0, 0, 0, 0]')), (11, tree(tree => '"split_conditions": [null, -1, 0, 2, 4]')),
	(12, tree(tree => '"sum_hessian": [10, 4, -6, 3, 3]')), (13, tree(tree => '"categories_sizes": [2]')), (14, tree(tree => '"categories_nodes": [1]')),
	(15, tree(tree => '"categories": [1.5]')), (16, tree(tree => '"tree_param": {"size_leaf_vector": "3"}')), (17, tree(tree => '"default_left": "1"')),
	(18, tree(tree => '"left_children": [1, -1, 1, -1, -1]'))) s (n, json), refusal(json) r ORDER BY n;
SELECT r.state, r.message FROM (VALUES (1, '{"coef": []}'), (2, '{"coef": [1, 2]}'), (3, '{"coef": [1, 2], "intercept": 1}'), (4, '{"coef": [1, 2], "intercept": 1, "mean": [1]}'),
	(5, '{"coef": [[1, 2], [1]], "intercept": [1, 2]}'), (6, '{"coef": [1], "intercept": [1, 2]}'), (7, '{"coef": [1], "intercept": 1, "mean": [0], "link": "probit"}'),
	(8, '{"coef": [1], "intercept": 1, "mean": [0], "feature_names": [1]}'), (9, '{"coef": [1e400], "intercept": 1, "mean": [0]}')) s (n, json), refusal(json) r ORDER BY n;
SELECT r.state, r.message FROM (VALUES (1, '{"tree_info": []}'), (2, '{"tree_info": [], "feature_names": []}'), (3, '{"tree_info": [{}], "feature_names": ["a"], "num_tree_per_iteration": 1}'),
	(4, '{"tree_info": [{"tree_structure": {"split_feature": 1}}], "feature_names": ["a"], "num_tree_per_iteration": 1}'),
	(5, '{"tree_info": [{"tree_structure": {"split_feature": 0, "internal_count": 3, "decision_type": "<"}}], "feature_names": ["a"], "num_tree_per_iteration": 1}'),
	(6, '{"tree_info": [{"tree_structure": {"split_feature": 0, "internal_count": 3, "decision_type": "==", "threshold": "1|2"}}], "feature_names": ["a"], "num_tree_per_iteration": 1}'),
	(7, '{"tree_info": [{"tree_structure": {"leaf_value": 1, "leaf_const": 1}}], "feature_names": ["a"], "num_tree_per_iteration": 1}')) s (n, json), refusal(json) r ORDER BY n;

-- LightGBM's own text: a split, a split by categories 1 and 33, three leaves.
CREATE FUNCTION lightgbm(head text DEFAULT '', tree text DEFAULT '', tail text DEFAULT E'end of trees\n') RETURNS text LANGUAGE sql AS $$
	SELECT E'tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nobjective=binary sigmoid:2\nfeature_names=x colour\n' || head
		|| E'feature_infos=[0:3] 1:33\ntree_sizes=500\n\nTree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 1\nthreshold=1.5 0\ndecision_type=10 1\nleft_child=-1 -2\n'
		|| tree || E'right_child=1 -3\nleaf_value=-1 2 4\nleaf_count=4 3 3\ninternal_count=10 6\ncat_boundaries=0 2\ncat_threshold=2 2\nis_linear=0\nshrinkage=1\n\n\n' || tail
$$;
SELECT datamon.parse_model(lightgbm());
SELECT rounded(datamon.shap_values(datamon.parse_model(lightgbm()), '{2, 33}'::float8[])), datamon.parse_model(lightgbm()) OPERATOR(datamon.=) datamon.parse_model(replace(lightgbm(), E'\n', E'\r\n')) AS same;
SELECT r.state, r.message FROM (VALUES (1, 'tree'), (2, lightgbm(tail => '')), (3, lightgbm(head => E'feature_infos=none\n')), (4, lightgbm(tree => E'right_child=1 0\n')),
	(5, lightgbm(tree => E'right_child=1\n')), (6, lightgbm(tree => E'right_child=1 -4\n')), (7, lightgbm(tree => E'cat_boundaries=0 3\n')), (8, lightgbm(tree => E'leaf_value=1 2 x\n')),
	(9, lightgbm(tree => E'cat_threshold=0 0\n')), (10, lightgbm(tree => E'is_linear=1\n')), (11, lightgbm(tree => E'leaf_value=1 2 --\n')), (12, replace(lightgbm(), '=10 1', '=12 1')),
	(13, replace(lightgbm(), '=0 1', '=0 2'))) s (n, json), refusal(json) r ORDER BY n;
SELECT t::datamon.model FROM (VALUES ('{"kind":"forest"}')) s (t);
SELECT replace(model::text, '[1]', '[1,0]')::datamon.model FROM m;
SELECT replace(model::text, '[0,10,1,1.5]', '[0,10,6,1.5]')::datamon.model FROM m;
SELECT replace(model::text, ',[-1,3,4]', '')::datamon.model FROM m;
SELECT replace(model::text, '[-1,4,-1]', '[2,4,0,1]')::datamon.model FROM m;

-- By name and version.
SELECT * FROM datamon.import_model('first', '1', tree());
SELECT * FROM datamon.import_model('first', '1', tree());
SELECT * FROM datamon.import_model('first', '2', tree()::jsonb);
SELECT name, version, owner = current_user::regrole AS own, kind, producer, objective, link, outputs, trees, features FROM datamon.models ORDER BY model_id;
SELECT datamon.get_model('first', '1') OPERATOR(datamon.=) datamon.get_model('first') AS same;
SELECT rounded(datamon.shap_values('first', '2', '{"x": 2, "colour": "green"}'));
SELECT output, feature, value, category, round(contribution::numeric, 9) FROM datamon.explain_prediction('first', '2', '{"x": 2, "colour": "green"}');
SELECT datamon.get_model('second');
SELECT datamon.get_model('first', '3');
SELECT datamon.drop_model('first', '1'), datamon.drop_model('first', '2');
SELECT datamon.drop_model('first', '1');
SELECT * FROM datamon.import_model('', '1', tree());

-- Sums over rows.
CREATE TABLE s AS SELECT datamon.mean_abs_shap(model, v) FILTER (WHERE i <= 3) AS then, datamon.mean_abs_shap(model, v) FILTER (WHERE i > 3) AS now, datamon.mean_abs_shap(model, v) AS all
FROM m, (VALUES (1, '{2, 1}'::float8[]), (2, '{1, 0}'), (3, NULL), (4, '{2, 0}'), (5, '{2, 1}'), (6, '{NULL, 1}')) x (i, v);
SELECT datamon.count(s.all), datamon.unused_count(s.all), s.then OPERATOR(datamon.+) now OPERATOR(datamon.=) s.all AS same FROM s;
SELECT datamon.mean_abs_shap(model, '{1, 3}'::float8[]) FROM linear;
SELECT output, feature, round(mean_abs::numeric, 9), round(mean::numeric, 9), round(stddev::numeric, 9) FROM s, datamon.shap_importance(s.all);
SELECT output, feature, round(mean_baseline::numeric, 6) AS then, round(mean_current::numeric, 6) AS now, round(shift::numeric, 6) AS shift, round(share::numeric, 6) AS share,
	round(stderr::numeric, 6) AS stderr, round(p_value::numeric, 6) AS p_value FROM s, datamon.shap_drift(s.then, now);
SELECT datamon.mean_abs_shap(NULL, v) FROM (VALUES ('{1}'::float8[])) x (v);
SELECT count(*) FROM datamon.shap_drift('{"n":0,"unused":1,"features":[],"outputs":[]}', (SELECT s.all FROM s));
SELECT datamon.mean_abs_shap(model, '{1, 1}'::float8[]) FROM (SELECT model FROM m UNION ALL SELECT model FROM linear) x;
SELECT d.* FROM s, (SELECT datamon.mean_abs_shap(model, '{1, 1}'::float8[]) AS l FROM linear) x, datamon.shap_drift(s.all, l) d;
SELECT '{"n":1,"unused":0,"features":["a"],"outputs":[{"features":[{"phi":"03@272","squares":"01@272","absolute":"01@272"}],"expected":"@0"}]}'::datamon.shap_summary;
SELECT '{"n":0,"unused":0,"features":["a"],"outputs":[]}'::datamon.shap_summary;
SET client_min_messages = warning;
DROP SCHEMA models_test CASCADE;
