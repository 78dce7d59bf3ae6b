-- correlation: of numbers by exact sums, of ranks by sorted pairs
SET search_path = datamon, public;

CREATE FUNCTION pg_temp.r(x float8) RETURNS numeric LANGUAGE sql AS $$ SELECT round(x::numeric, 11) $$;
CREATE TEMP TABLE xy AS SELECT * FROM unnest('{12,2,1,12,2}'::float8[], '{1,4,7,1,0}'::float8[]) AS u (x, y);
-- scipy's example of kendalltau: -0.47140452079103173, 0.2827454599327748
SELECT pg_temp.r(tau) AS tau, pg_temp.r((t).statistic) AS statistic, pg_temp.r((t).p_value) AS p, (t).df, (t).n_reference, (t).n_current, (t).unused_current, (t).method
	FROM (SELECT kendall_tau(x, y) AS tau, kendall_test(x, y) AS t FROM xy) AS s;
SELECT pairs(x, y), correlation_state(x, y) FROM xy;
-- and of spearmanr: 0.8207826816681233, 0.0885870053135438
SELECT pg_temp.r((t).statistic) AS rho, pg_temp.r((t).p_value) AS p, (t).df, pg_temp.r((t).effect_size) AS effect, (t).n_reference, (t).n_current, (t).unused_reference, (t).unused_current, (t).method
	FROM (SELECT spearman_test(x, y) AS t FROM unnest('{1,2,3,4,5}'::float8[], '{5,6,7,8,7}'::float8[]) AS u (x, y)) AS s;
SELECT covariance(c), covariance_pop(c), pg_temp.r(pearson_correlation(c)) AS r, pg_temp.r((t).statistic) AS statistic, pg_temp.r((t).p_value) AS p, (t).df, (t).n_reference, (t).unused_current, (t).method
	FROM (SELECT c, pearson_test(c) AS t FROM (SELECT correlation_state(x, y) AS c FROM xy) AS s) AS s;
SELECT pearson_correlation(x, y) = pearson_correlation(correlation_state(x, y)), spearman_correlation(x, y) = spearman_correlation(pairs(x, y)),
	kendall_tau(x, y) = kendall_tau(pairs(x, y)), kendall_test(x, y) = kendall_test(pairs(x, y)), spearman_test(x, y) = spearman_test(pairs(x, y)) FROM xy;
SELECT pg_temp.r((l).slope) AS slope, pg_temp.r((l).intercept) AS intercept, pg_temp.r((l).r_value) AS r, pg_temp.r((l).r_squared) AS r_squared, pg_temp.r(log((l).p_value)) AS log_p,
	pg_temp.r((l).slope_stderr) AS slope_stderr, pg_temp.r((l).intercept_stderr) AS intercept_stderr, (l).n_used, (l).n_unused FROM (SELECT linregress(correlation_state(x, y)) AS l FROM xy) AS s \gx
-- NIST StRD Norris: slope 1.00211681802045, intercept -0.262323073774029, their errors 0.000429796848199937 and 0.232818234301152
SELECT pg_temp.r((l).slope) AS slope, pg_temp.r((l).intercept) AS intercept, pg_temp.r((l).r_value) AS r, pg_temp.r((l).r_squared) AS r_squared, pg_temp.r(log((l).p_value)) AS log_p,
	pg_temp.r((l).slope_stderr) AS slope_stderr, pg_temp.r((l).intercept_stderr) AS intercept_stderr, (l).n_used, (l).n_unused
	FROM (SELECT linregress(correlation_state(x, y)) AS l FROM (VALUES (0.2, 0.1), (337.4, 338.8), (118.2, 118.1), (884.6, 888.0), (10.1, 9.2), (226.5, 228.1),
	(666.3, 668.5), (996.3, 998.5), (448.6, 449.1), (777.0, 778.9), (558.2, 559.2), (0.4, 0.3), (0.6, 0.1), (775.5, 778.1), (666.9, 668.8),
	(338.0, 339.3), (447.5, 448.9), (11.6, 10.8), (556.0, 557.7), (228.1, 228.3), (995.8, 998.0), (887.6, 888.8), (120.2, 119.6), (0.3, 0.3),
	(0.3, 0.6), (556.8, 557.6), (339.1, 339.3), (887.2, 888.0), (999.0, 998.5), (779.0, 778.9), (11.1, 10.2), (118.3, 117.6), (229.2, 228.9),
	(669.1, 668.4), (448.9, 449.2), (0.5, 0.2)) AS v (x, y)) AS s \gx
-- a line on a high level is a line; so is one with an exact sum of nothing else
SELECT pearson_correlation(x, 2 * x), (pearson_test(correlation_state(x, 2 * x))).p_value, spearman_correlation(x, -x), kendall_tau(x, x * x)
	FROM (SELECT 1e15 + i AS x FROM generate_series(1, 9) AS i) AS s;
SELECT pg_temp.r((i).low) AS low, pg_temp.r((i).high) AS high, pg_temp.r((j).low) AS low, pg_temp.r((j).high) AS high
	FROM (SELECT pearson_interval(c) AS i, pearson_interval(c, 0.5) AS j FROM (SELECT correlation_state(i, i * i) AS c FROM generate_series(1, 9) AS i) AS s) AS s;

-- what is left out is counted: NULL first, then NaN and infinity
SELECT count(c), null_count(c), unused_count(c), count(p), unused_count(p), pearson_correlation(c), (kendall_test(p)).unused_reference
	FROM (SELECT correlation_state(x, y) AS c, pairs(x, y) AS p
		FROM unnest('{1,2,NULL,NaN,5,NULL}'::float8[], '{2,4,1,1,-Infinity,NaN}'::float8[]) AS u (x, y)) AS s;
-- nothing, one pair, two, a constant side
SELECT n, (linregress(c)).*, pearson_correlation(c), covariance(c), (pearson_interval(c)).low, (s).p_value AS spearman_p, (k).statistic AS tau, (k).p_value AS kendall_p, (k).method
	FROM (SELECT n, correlation_state(x, y) AS c, spearman_test(x, y) AS s, kendall_test(x, y) AS k
		FROM (VALUES (0, NULL, NULL), (1, 1, 1), (2, 1, 3), (2, 2, 1), (3, 1, 5), (3, 2, 5), (3, 3, 5), (4, 7, 1), (4, 7, 2), (4, 7, 3)) AS v (n, x, y) GROUP BY n) AS s
	ORDER BY n;
-- Kendall's p-value is exact without ties up to 33 pairs, or where at most one pair is out of order
SELECT n, (k).method, pg_temp.r(log((k).p_value)) AS log_p FROM (SELECT n, kendall_test(i, CASE WHEN n = 40 AND i <= 2 THEN 3 - i WHEN n = 40 THEN i ELSE i * 7 % 37 END) AS k
	FROM unnest('{5,33,34,40}'::int[]) AS n, generate_series(1, n) AS i GROUP BY n) AS s ORDER BY n;

-- plans
CREATE TABLE points AS SELECT CASE WHEN i % 50 = 0 THEN NULL ELSE (i * 7919 % 10007)::float8 END AS x, (i * 104729 % 1009)::float8 / 7 AS y
	FROM generate_series(1, 20000) AS i;
ANALYZE points;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT correlation_state(x, y) AS c, pairs(x, y) AS p, spearman_test(x, y) AS s, kendall_tau(x, y) AS k FROM points;
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
SELECT pg_temp.plan_has('SELECT correlation_state(x, y), kendall_tau(x, y) FROM points', 'Partial Aggregate') AS partial;
SELECT correlation_state(x, y) = (SELECT c FROM serial) AS c, pairs(x, y) = (SELECT p FROM serial) AS p, spearman_test(x, y) = (SELECT s FROM serial) AS s,
	kendall_tau(x, y) = (SELECT k FROM serial) AS k FROM points;
RESET ALL;
SET search_path = datamon, public;
SELECT merge(p) = (SELECT p FROM serial) AS p, merge(c) = (SELECT c FROM serial) AS c
	FROM (SELECT pairs(x, y) AS p, correlation_state(x, y) AS c FROM points GROUP BY y) AS s;
SELECT round(k::numeric, 12) AS tau, round((s).statistic::numeric, 12) AS rho FROM serial;

-- errors
SELECT pearson_interval(correlation_state(1, 2), 95);
SELECT '{"nulls":0,"non_finite":0,"pairs":[[1,2,0]]}'::pairs;
SELECT '{"nulls":0,"non_finite":0,"pairs":[[1,2,1],[1,2,1]]}'::pairs;
DROP TABLE points, serial;
