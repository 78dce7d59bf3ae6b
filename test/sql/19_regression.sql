-- regression metrics: what they say, what is left out, and that every plan gives the same bytes
SET search_path = datamon, public;

-- scikit-learn's example: MAE 0.5, MSE 0.375, RMSE 0.612, R2 0.948, explained variance 0.957, MAPE 0.3273
CREATE TEMP TABLE rows AS SELECT * FROM unnest('{3,-0.5,2,7}'::float8[], '{2.5,0,2,8}'::float8[]) AS u (actual, predicted);
CREATE TEMP TABLE state AS SELECT regression_state(actual, predicted) AS s FROM rows;
SELECT (regression_scores(s)).mean_error, (to_jsonb(regression_scores(s)) - 'mean_squared_log_error' - 'root_mean_squared_log_error') = to_jsonb(r) AS same_as_each
	FROM state, LATERAL (SELECT count(s) AS n_used, unused_count(s) AS n_unused, mean_error(s), mean_absolute_error(s), mean_squared_error(s), root_mean_squared_error(s),
		mean_absolute_percentage_error(s), symmetric_mean_absolute_percentage_error(s), max_error(s), r2_score(s), explained_variance_score(s), median_absolute_error(s)) AS r;
SELECT regexp_replace(s::text, '"log_squared":"[^"]*",', '') FROM state;
SELECT mean_error(s), mean_absolute_error(s), mean_squared_error(s), round(root_mean_squared_error(s)::numeric, 12) AS rmse, round(mean_squared_log_error(s)::numeric, 12) AS msle,
	round(root_mean_squared_log_error(s)::numeric, 12) AS rmsle,
	mean_absolute_percentage_error(s), symmetric_mean_absolute_percentage_error(s), median_absolute_error(s), max_error(s), r2_score(s), explained_variance_score(s)
	FROM state;
SELECT mean_error(actual, predicted), mean_absolute_error(actual, predicted), mean_squared_error(actual, predicted), round(root_mean_squared_error(actual, predicted)::numeric, 12) AS rmse,
	round(mean_squared_log_error(actual, predicted)::numeric, 12) AS msle, round(root_mean_squared_log_error(actual, predicted)::numeric, 12) AS rmsle, mean_absolute_percentage_error(actual, predicted),
	symmetric_mean_absolute_percentage_error(actual, predicted), median_absolute_error(actual, predicted), max_error(actual, predicted),
	r2_score(actual, predicted), explained_variance_score(actual, predicted) FROM rows;
SELECT adjusted_r2_score(s, 1), mean_pinball_loss(s), mean_pinball_loss(s, 0.1), mean_pinball_loss(s, 1), mean_error_stderr(s), mean_absolute_error_stderr(s),
	mean_squared_error_stderr(s), root_mean_squared_error_stderr(s) FROM state;
SELECT (constant_scores(s)).* FROM state;
SELECT quantile(absolute_errors(s), 0.5), max(absolute_errors(s)), mean(actual_values(s)) FROM state;

-- what is left out is counted
SELECT count(s), unused_count(s), unlabelled_count(s), unpredicted_count(s), mean_absolute_error(s), (constant_scores(s)).n_unused
	FROM (SELECT regression_state(a, p) AS s FROM unnest('{1,NULL,3,NULL,NaN,6,1e308}'::float8[], '{2,2,NULL,NULL,5,Infinity,-1e308}'::float8[]) AS u (a, p)) AS t;
-- nothing, one row, a constant, a perfect prediction of one
SELECT k, count(s), unused_count(s), mean_error(s), mean_absolute_error(s), mean_squared_error(s), root_mean_squared_error(s), round(mean_squared_log_error(s)::numeric, 12) AS msle,
	round(root_mean_squared_log_error(s)::numeric, 12) AS rmsle, mean_absolute_percentage_error(s), symmetric_mean_absolute_percentage_error(s), max_error(s), r2_score(s),
	explained_variance_score(s), median_absolute_error(s), mean_squared_error_stderr(s), (constant_scores(s)).r2_score AS constant_r2
	FROM (SELECT k, regression_state(a, p) AS s FROM (VALUES ('nothing', NULL, 1), ('one', 3, 5), ('constant', 3, 4), ('constant', 3, 2), ('perfect', 3, 3), ('perfect', 3, 3))
		AS v (k, a, p) GROUP BY k) AS t ORDER BY k \gx
-- logarithms need numbers above -1, percentages do not mind a 0
SELECT mean_squared_log_error(a, p), root_mean_squared_log_error(a, p), mean_absolute_percentage_error(a, p), symmetric_mean_absolute_percentage_error(a, p)
	FROM unnest('{1,-1,0}'::float8[], '{1,2,0}'::float8[]) AS u (a, p);
SELECT mean_absolute_percentage_error(1e308, -7e307), symmetric_mean_absolute_percentage_error(1.5e308, 1e308), root_mean_squared_error(1e300, 3e300), mean_absolute_percentage_error(0, 1e300);
-- a share beyond double makes a mean beyond double, however many rows there are
SELECT mean_absolute_percentage_error(a, p) FROM unnest('{0,1,1}'::float8[], '{1e300,1,1}'::float8[]) AS u (a, p);
-- around 1e9 nothing cancels
SELECT r2_score(a, p), explained_variance_score(a, p + 1000), mean_error(a, p + 1000) FROM (SELECT 1e9 + i AS a, 1e9 + i + (i % 2) * 2 - 1 AS p FROM generate_series(1, 1000) AS i) AS s;

-- plans
CREATE TABLE many AS SELECT i % 7 AS g, CASE WHEN i % 50 = 0 THEN NULL ELSE (i * 7919 % 10007)::float8 / 3 END AS actual, (i * 7919 % 10009)::float8 / 3 AS predicted
	FROM generate_series(1, 20000) AS i;
ANALYZE many;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT regression_state(actual, predicted) AS s FROM many;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.plan_has(query text, what text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		IF line ~ what THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT pg_temp.plan_has('SELECT regression_state(actual, predicted), r2_score(actual, predicted) FROM many', 'Partial Aggregate') AS partial;
SELECT regression_state(actual, predicted) = (SELECT s FROM serial) AS same,
	median_absolute_error(actual, predicted) = (SELECT median_absolute_error(s) FROM serial) AS median,
	r2_score(actual, predicted) = (SELECT r2_score(s) FROM serial) AS r2 FROM many;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(p) = (SELECT s FROM serial) AS same FROM (SELECT regression_state(actual, predicted) AS p FROM many GROUP BY g, actual) AS t;
SELECT is_exact(absolute_errors(s)) AS exact, octet_length(s::text) > 0 AS text, s::text::regression_state = s AS round FROM serial;
SELECT g, count(p), r2_score(p) < 0 AS r2 FROM (SELECT g, regression_state(actual, predicted) AS p FROM many WHERE actual < 500 GROUP BY g) AS t ORDER BY g;

-- errors
SELECT mean_pinball_loss(s, 1.5) FROM state;
SELECT adjusted_r2_score(s, -1) FROM state;
SELECT adjusted_r2_score(s, 3) FROM state;
SELECT replace(s::text, '"absolute":"02@272"', '"absolute":"03@272"')::regression_state FROM state;
SELECT replace(s::text, '"max_error":1', '"max_error":2')::regression_state FROM state;
DROP TABLE many, serial;
