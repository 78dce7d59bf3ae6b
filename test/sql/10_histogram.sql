-- histogram: what it counts, what it says, what it refuses
\set SHOW_CONTEXT never
SET search_path = datamon, public;
SET extra_float_digits = -5;	-- text must not depend on it

-- NULL, NaN and infinities stand apart from the bins; -0 is 0
CREATE TEMP TABLE v AS SELECT unnest(ARRAY[1, 2.5, 2.5, -3, 'NaN', 0, '-0', 'Infinity', '-Infinity', '-Infinity', NULL, 0.1]::float8[]) AS x;
SELECT histogram(x) FROM v;
SELECT count(h), null_count(h), nan_count(h), infinity_count(h), min(h), max(h), is_exact(h) FROM (SELECT histogram(x) AS h FROM v) s;
SELECT * FROM bins((SELECT histogram(x) FROM v));

-- no rows, only NULLs, one value
SELECT histogram(x) FROM v WHERE false;
SELECT histogram(x) FILTER (WHERE x > 1e9 AND x < 2e9) FROM v;
SELECT count(h), null_count(h), mean(h), stddev(h), stddev_pop(h), min(h), max(h), quantile(h, 0.5), quantiles(h, '{0,1}'), cdf(h, 1), is_exact(h)
FROM (SELECT histogram(NULL::float8) AS h) s;
SELECT * FROM bins((SELECT histogram(NULL::float8)));
SELECT count(h), mean(h), stddev(h), stddev_pop(h), quantile(h, 0.5) FROM (SELECT histogram(7::float8) AS h) s;

-- exact moments and quantiles equal the server's own
SELECT mean(h) = avg AS mean, abs(stddev(h) / sd - 1) < 1e-12 AS stddev, abs(stddev_pop(h) / sdp - 1) < 1e-12 AS stddev_pop,
	quantiles(h, '{0,0.1,0.5,0.777,1}') = p AS quantiles
FROM (SELECT histogram(x) AS h, avg(x), stddev(x) AS sd, stddev_pop(x) AS sdp,
		percentile_cont('{0,0.1,0.5,0.777,1}'::float8[]) WITHIN GROUP (ORDER BY x) AS p
	FROM (SELECT (i * 7919 % 1000)::float8 AS x FROM generate_series(1, 900) i) t) s;
-- Welford's and the textbook formula lose all digits here
SELECT mean(h), stddev(h) FROM (SELECT histogram(1e15 + i % 2) AS h FROM generate_series(1, 100) i) s;

-- integers stay exact far beyond the number of full doubles that fit
SELECT is_exact(histogram(i)) FROM generate_series(1, 1400) i;
SELECT is_exact(histogram(sqrt(i))) FROM generate_series(1, 512) i;
SELECT is_exact(histogram(sqrt(i))) FROM generate_series(1, 600) i;
-- quantiles of a folded one: within a fraction of a per cent of the value
SELECT abs(quantile(histogram(sqrt(i)), 0.25) / 158.11 - 1) < 0.005 AS q25, abs(quantile(histogram(sqrt(i)), 0.9) / 300 - 1) < 0.005 AS q90
FROM generate_series(1, 100000) i;
SELECT abs(cdf(histogram(sqrt(i)), 100) - 0.1) < 0.002 AS cdf FROM generate_series(1, 100000) i;

-- merging
SELECT a + b = c AS plus, a <> b AS differ, a = a AS same
FROM (SELECT histogram(x) FILTER (WHERE x < 1) AS a, histogram(x) FILTER (WHERE x >= 1 AND x < 'NaN') AS b, histogram(x) FILTER (WHERE x < 'NaN') AS c FROM v) s;
SELECT merge(h) IS NULL AS nothing_merges_to_null FROM (SELECT NULL::histogram AS h) s;
SELECT merge(h) = (SELECT histogram(x) FROM v) AS merged FROM (SELECT histogram(x) AS h FROM v GROUP BY x > 1 UNION ALL SELECT NULL) s;

-- as a window aggregate the state is read again and again
SELECT i, count(histogram(i) OVER (ORDER BY i)) AS n, quantile(histogram(i) OVER (ORDER BY i), 0.5) AS median FROM generate_series(1, 4) i;
SELECT i, mean(histogram(i) OVER (ORDER BY i ROWS 1 PRECEDING)) AS mean FROM generate_series(1, 4) i;

-- budgets
SELECT pg_column_size(histogram(x, 64)) < 120 AS small, count(histogram(x, 8)) AS n FROM (SELECT sqrt(i) - 10 AS x FROM generate_series(1, 1000) i) s;
SELECT compact(h, 64) = l AS same FROM (SELECT histogram(x) AS h, histogram(x, 64) AS l FROM (SELECT sqrt(i) AS x FROM generate_series(1, 1000) i) s) t;
SELECT count(compact(h, 4096, 8)), is_exact(compact(h, 4096, 8)) FROM (SELECT histogram(sqrt(i)) AS h FROM generate_series(1, 10) i) s;
SELECT histogram(x, 7) FROM v;
SELECT histogram(x, 65537) FROM v;
SELECT histogram(x, NULL) FROM v;
SELECT histogram(i, CASE WHEN i = 2 THEN 128 ELSE 64 END) FROM generate_series(1, 2) i;
SELECT compact(histogram(x), 64, 0) FROM v;
SELECT compact(histogram(x), 64, 54) FROM v;

-- arguments out of range
SELECT quantile(histogram(x), 1.1) FROM v;
SELECT quantile(histogram(x), 'NaN') FROM v;
SELECT quantiles(histogram(x), '{{0.1},{0.2}}') FROM v;
SELECT quantiles(histogram(x), '{NULL,0.5}') FROM v;
SELECT quantiles(histogram(x), '{}') FROM v;

-- support functions are not for calling
SELECT _histogram_trans(NULL, 1);
SELECT _histogram_combine(NULL, NULL);

-- text form: strict
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[2,1]]}'::histogram;
SELECT ' { "max_bytes" : 64 , "significant_bits":53,"n":0,"nulls":3,"nan":0,"-inf":0,"+inf":0,"shift":0,"bins":[] } '::histogram;
SELECT ''::histogram;
SELECT '{}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[2,1]]} x'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":3,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[2,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[2,1],[1,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[1,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":0,"max":2,"bins":[[1,1],[2,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[2,0]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":-1,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":2,"bins":[[1,1],[2,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":64,"min":1,"max":2,"bins":[[1,1],[2,1]]}'::histogram;
SELECT '{"max_bytes":4096,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":52,"min":1,"max":2,"bins":[[1.5,1],[2,1]]}'::histogram;
SELECT '{"max_bytes":4,"significant_bits":53,"n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"bins":[]}'::histogram;
SELECT '{"max_bytes":8,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":0.1,"max":0.2,"bins":[[0.1,1],[0.2,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1e999,"max":1e999,"bins":[[1e999,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":nan,"max":nan,"bins":[[nan,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":99999999999999999999,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"bins":[]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]],"sum":"01@272","sum_of_squares":"01@272"}'::histogram;

-- counts that do not fit bigint
SELECT h + h FROM (SELECT '{"max_bytes":64,"significant_bits":53,"n":9223372036854775807,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,9223372036854775807]]}'::histogram AS h) s;
SELECT merge(h) FROM (SELECT '{"max_bytes":64,"significant_bits":53,"n":9223372036854775807,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,9223372036854775807]]}'::histogram AS h FROM generate_series(1, 2)) s;

-- extremes of double precision
SELECT histogram(x) FROM unnest('{5e-324,-5e-324,1.7976931348623157e308,-1.7976931348623157e308,2.2250738585072014e-308}'::float8[]) x;
SELECT h::text::histogram = h AS round_trip, compact(h, 8)::text::histogram = compact(h, 8) AS folded, mean(h), max(compact(h, 8))
FROM (SELECT histogram(x) AS h FROM unnest('{5e-324,-5e-324,1.7976931348623157e308,-1.7976931348623157e308,2.2250738585072014e-308,0}'::float8[]) x) s;

-- stored, toasted, and back
CREATE TEMP TABLE stored (small int, h histogram);
INSERT INTO stored SELECT g, histogram(sqrt(i) * g) FROM generate_series(1, 3) g, generate_series(1, 20000) i GROUP BY g;
INSERT INTO stored SELECT 4, histogram(1.5);
SELECT small, count(h), round(max(h)::numeric, 6) AS max FROM stored ORDER BY small;
SELECT count(merge(h)) FROM stored;

-- neighbours whose distance is beyond double
SELECT quantile(histogram(x), 0.5), abs(quantile(histogram(x), 0.25) / -8.5e307 - 1) < 1e-9 AS quarter FROM (VALUES (-1.7e308::float8), (1.7e308)) v(x);

-- numbers as JSON has them, and no others
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2.0E+0,"max":2,"bins":[[2e0,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":01,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2,"max":2,"bins":[[2,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":- 1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2,"max":2,"bins":[[2,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2,"max":2,"bins":[[02,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2,"max":2,"bins":[[2.,1]]}'::histogram;
SELECT '{"max_bytes":64,"significant_bits":53,"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":2e,"max":2,"bins":[[2,1]]}'::histogram;

-- binary: a bin beside an exact zero, and more NULLs than a bigint counts
CREATE TABLE binary_histogram (h histogram);
CREATE FUNCTION pg_temp.receive(bytes text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/binary_histogram';
	lo oid := lo_from_bytea(0, decode('5047434f50590aff0d0a00' || '00000000' || '00000000' || '0001' || lpad(to_hex(length(bytes) / 2), 8, '0') || bytes || 'ffff', 'hex'));
BEGIN
	PERFORM lo_export(lo, file), lo_unlink(lo);
	EXECUTE format('COPY binary_histogram FROM %L (FORMAT binary)', file);
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate;
END $$;
SELECT pg_temp.receive('48010000' || '4000' || '18' || '03' || '00' || '00' || '00' || '00') AS exact_zero_and_next,
	pg_temp.receive('48010000' || '4000' || '19' || 'ffffffffffffffffff01' || '00') AS nulls,
	pg_temp.receive('48010000' || '4000' || '19' || 'ffffffffffffffff7f' || '00') AS most_nulls;
SELECT null_count(h) FROM binary_histogram;
DROP TABLE binary_histogram;

-- the SQLSTATE of each kind of error
\set VERBOSITY sqlstate
SELECT histogram(x, 7) FROM v;
SELECT histogram(x, NULL) FROM v;
SELECT _histogram_trans(NULL, 1);
SELECT ''::histogram;
SELECT '{"max_bytes":8,"significant_bits":53,"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":0.1,"max":0.2,"bins":[[0.1,1],[0.2,1]]}'::histogram;
SELECT _histogram_send(h) = _histogram_send(h + h) FROM (SELECT '{"max_bytes":64,"significant_bits":53,"n":9223372036854775807,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,9223372036854775807]]}'::histogram AS h) s;
