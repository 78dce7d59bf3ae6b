-- moments: what they tell, what is left out, and that every plan gives the same bytes
SET search_path = datamon, public;

SELECT m, count(m), sum(m), min(m), max(m), mean(m), variance(m), variance_pop(m), stddev(m), stddev_pop(m), standard_error(m),
	coefficient_of_variation(m)
	FROM (SELECT moments(x) AS m FROM unnest('{2,8,0,4,1,9,9,0}'::float8[]) AS x) AS s \gx
-- scipy's own examples: skew 0.2650554122698573, kurtosis -1.6660010752838508
SELECT skewness(m), skewness(m, bias => false), kurtosis(m), kurtosis(m, fisher => false), kurtosis(m, bias => false)
	FROM (SELECT moments(x) AS m FROM unnest('{2,8,0,4,1,9,9,0}'::float8[]) AS x) AS s;
SELECT skewness(x), kurtosis(x) FROM unnest('{2,8,0,4,1,9,9,0}'::float8[]) AS x;

-- NIST StRD NumAcc1 and NumAcc4: certified mean and standard deviation; 10000000.1 itself is off by 1e-10
SELECT mean(m), stddev(m) FROM (SELECT moments(x) AS m FROM unnest('{10000001,10000003,10000002}'::float8[]) AS x) AS s;
SELECT mean(m), round(stddev(m)::numeric, 8) AS stddev FROM (SELECT moments(CASE WHEN i = 0 THEN 10000000.2 WHEN i % 2 = 1 THEN 10000000.1
	ELSE 10000000.3 END) AS m FROM generate_series(0, 1000) AS i) AS s;
-- one in 1e15, and the ends of double
SELECT stddev(m), skewness(m), kurtosis(m) FROM (SELECT moments(1e15 + i) AS m FROM generate_series(1, 3) AS i) AS s;
SELECT mean(m), stddev(m), variance(m), skewness(m), kurtosis(m) FROM (SELECT moments(x) AS m FROM unnest('{1e300,-1e300,3e300}'::float8[]) AS x) AS s;
SELECT mean(m), stddev(m), skewness(m), kurtosis(m) FROM (SELECT moments(x) AS m FROM unnest('{1e-300,-1e-300,3e-300}'::float8[]) AS x) AS s;
SELECT round(skewness(x)::numeric, 15) AS skewness, kurtosis(x) FROM unnest('{1e150,-1e150,3e150,7e150}'::float8[]) AS x;
-- a value too small to be seen among others costs nothing; a sum that cancels leaves the rest
SELECT skewness(m) = skewness(n), kurtosis(m) = kurtosis(n) FROM (SELECT moments(x) AS m, moments(CASE WHEN x > 1e-200 THEN x ELSE 0 END) AS n
	FROM unnest('{1,2,5,1e-300}'::float8[]) AS x) AS s;
SELECT sum(m) FROM (SELECT moments(x) AS m FROM unnest(array_fill(1.5e300::float8, ARRAY[256]) || array_fill(-1.5e300::float8, ARRAY[256])
	|| array_fill(1e-300::float8, ARRAY[512])) AS x) AS s;

-- what is left out is counted
SELECT count(m), null_count(m), nan_count(m), infinity_count(m), unused_count(m), mean(m)
	FROM (SELECT moments(x) AS m FROM unnest('{1,NULL,NaN,Infinity,-Infinity,NaN,3}'::float8[]) AS x) AS s;
-- nothing, one value, equal values
SELECT m, count(m), sum(m), min(m), mean(m), variance(m), variance_pop(m), stddev(m), standard_error(m), skewness(m), kurtosis(m)
	FROM (SELECT moments(x) AS m FROM unnest('{NULL}'::float8[]) AS x UNION ALL SELECT moments(7) UNION ALL
		SELECT moments(0.1) FROM generate_series(1, 5) UNION ALL SELECT moments(1) FROM generate_series(1, 0)) AS s;
SELECT coefficient_of_variation(m), skewness(m, false), kurtosis(m, true, false)
	FROM (SELECT moments(x) AS m FROM unnest('{-1,1}'::float8[]) AS x) AS s;
-- every type of number, without ambiguity
SELECT moments(i) = ALL (ARRAY[moments(i::smallint), moments(i::bigint), moments(i::real), moments(i::float8), moments(i::numeric)]),
	skewness(i) = skewness(i::numeric) FROM generate_series(1, 9) AS i;
SELECT moments('NaN'::numeric), moments(NULL::numeric), moments(2 ^ 53), moments((2 ^ 53 - 1)::bigint);

-- plans: parallel, partition-wise, windows, groups of few rows and of many
CREATE TABLE numbers (g int, x float8) PARTITION BY LIST (g);
CREATE TABLE numbers_0 PARTITION OF numbers FOR VALUES IN (0);
CREATE TABLE numbers_1 PARTITION OF numbers FOR VALUES IN (1);
CREATE TABLE numbers_2 PARTITION OF numbers FOR VALUES IN (2);
INSERT INTO numbers SELECT i % 3, CASE WHEN i % 50 = 0 THEN NULL ELSE (i * 7919 % 10007) * 10.0 ^ (i % 13 - 6) END FROM generate_series(1, 20000) AS i;
ANALYZE numbers;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT moments(x) AS m FROM numbers;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
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
SELECT pg_temp.plan_has('SELECT moments(x) FROM numbers', 'Partial Aggregate') AS partial;
SELECT moments(x) = (SELECT m FROM serial) AS same, skewness(x) = (SELECT skewness(m) FROM serial) AS skewness FROM numbers;
SELECT merge(p) = (SELECT m FROM serial) AS same FROM (SELECT moments(x) AS p FROM numbers GROUP BY g) AS s;
SET enable_hashagg = off;
SELECT merge(p) = (SELECT m FROM serial) AS same FROM (SELECT moments(x) AS p FROM numbers GROUP BY g, x) AS s;
RESET ALL;
SET search_path = datamon, public;
SELECT x, mean(moments(x) OVER (ORDER BY x)), count(moments(x) OVER (ORDER BY x ROWS 1 PRECEDING)) FROM generate_series(1, 4) AS x;

-- errors
SELECT '{"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"min":1,"max":1,"sum":"zz@272"}'::moments;
SELECT '{"n":-1}'::moments;
SELECT _moments_trans(NULL, 1);
DROP TABLE numbers, serial;
