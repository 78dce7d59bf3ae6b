-- profile: every column of some rows in one value
\set SHOW_CONTEXT never
SET search_path = datamon, public;
SET timezone = 'UTC';
SET extra_float_digits = 0;

CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN pg_temp.share AS float8 CHECK (VALUE <= 1);
CREATE TEMP TABLE r AS
SELECT i, i::int2 AS i2, i::int8 AS i8, i / 4.0::float4 AS f4, sqrt(i) AS f8, (i / 8.0)::numeric AS num,
	date '2024-01-01' + i AS d, timestamp '2024-01-01' + i * interval '1 hour' AS ts, timestamptz '2024-01-01 00:00+00' + i * interval '1 s' AS tstz,
	time '00:00' + i * interval '1 min' AS tm, i * interval '1 hour' AS iv,
	i % 2 = 0 AS b, 'v' || i % 3 AS t, ('c' || i % 4)::varchar AS vc, ('x' || i % 2)::char(4) AS bp, (ARRAY['sad','ok','happy'])[1 + i % 3]::pg_temp.mood AS mood,
	('00000000-0000-0000-0000-00000000000' || i % 3)::uuid AS u, (i / 10.0)::pg_temp.share AS dom
FROM generate_series(1, 6) i;
INSERT INTO r (i) VALUES (NULL);

-- every type it takes; NULLs are counted for each
SELECT column_no, kind, count, null_count, round(mean::numeric, 4) AS mean, round(stddev::numeric, 4) AS stddev, round(min::numeric, 4) AS min, round(max::numeric, 4) AS max, distinct_count
FROM columns((SELECT profile(i, i2, i8, f4, f8, num, d, ts, tstz, tm, iv, b, t, vc, bp, mood, u, dom) FROM r));
SELECT count(p), column_count(p) FROM (SELECT profile(i, t) AS p FROM r) s;
SELECT histogram(p, 1), value_counts(p, 1), value_counts(p, 2), histogram(p, 2) FROM (SELECT profile(i, t) AS p FROM r) s;
SELECT profile(i, t) FROM r;

-- it equals what the single aggregates say
SELECT histogram(p, 1) = compact(h, 1536) AS histogram, value_counts(p, 2) = v AS value_counts
FROM (SELECT profile(sqrt(g), 'k' || g % 50) AS p, histogram(sqrt(g)) AS h, value_counts('k' || g % 50) AS v FROM generate_series(1, 20000) g) s;

-- moments stay exact when the histogram no longer is; NaN and infinities stand apart
SELECT c.count, c.nan_count, c.infinity_count, is_exact(c.histogram), abs(c.mean / avg - 1) < 1e-13 AS mean, abs(c.stddev / sd - 1) < 1e-11 AS stddev, c.distinct_count
FROM (SELECT profile(x) AS p, avg(x) FILTER (WHERE x < 1e308 AND x > -1e308), stddev(x) FILTER (WHERE x < 1e308 AND x > -1e308) AS sd
	FROM (SELECT CASE g WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' ELSE 1000 + sqrt(g) END AS x FROM generate_series(1, 50000) g) t) s, columns(p) c;
-- infinite dates and times are infinities
SELECT infinity_count, count FROM columns((SELECT profile(d, ts) FROM (VALUES (date 'infinity', timestamptz '-infinity'), ('2024-01-01', '2024-01-01')) v (d, ts)));

-- nothing in
SELECT profile(i) FROM r WHERE false;
SELECT count(p), c.count, c.null_count, c.mean, c.stddev, c.min, c.max, c.distinct_count FROM (SELECT profile(NULL::float8, NULL::text) AS p) s, columns(p) c;

-- merging
SELECT a + b = c AS plus, a <> c AS differ FROM (SELECT profile(i, t) FILTER (WHERE i < 3) AS a, profile(i, t) FILTER (WHERE i >= 3 OR i IS NULL) AS b, profile(i, t) AS c FROM r) s;
SELECT merge(p) = (SELECT profile(i, t) FROM r) AS merged FROM (SELECT profile(i, t) AS p FROM r GROUP BY i UNION ALL SELECT NULL) s;
SELECT merge(p) IS NULL AS nothing FROM (SELECT NULL::profile AS p) s;
SELECT profile(i) + profile(i, t) FROM r;
SELECT profile(i) + profile(t) FROM r;
SELECT merge(p) FROM (SELECT profile(i) AS p FROM r UNION ALL SELECT profile(t) FROM r) s;
SELECT profile(t) = profile(t::varchar) AS one_text_column FROM r;
SELECT merge(p) FROM (SELECT profile(i) AS p FROM r UNION ALL SELECT profile(i, t) FROM r) s;

-- as a window aggregate, and with a filter that lets nothing through
SELECT i, count(profile(i, t) OVER (ORDER BY i)) AS n FROM r ORDER BY i;
SELECT profile(i) FILTER (WHERE i > 100) IS NULL AS none FROM r;

-- smaller budgets keep the moments
SELECT c.mean = k.mean AND c.stddev = k.stddev AS moments, is_exact(k.histogram) AS exact, c.min = k.min AND c.max = k.max AS range
FROM (SELECT profile(sqrt(g)) AS p FROM generate_series(1, 100) g) s, columns(p) c, columns(compact(p, 64)) k;

-- what it refuses
SELECT profile(ARRAY[1]) FROM r;
SELECT profile(i, '{}'::json) FROM r;
SELECT profile(VARIADIC ARRAY[i, i]) FROM r;
SELECT histogram(profile(i), 2) FROM r;
SELECT value_counts(profile(i), 0) FROM r;
SELECT _profile_trans(NULL, 1);
SELECT compact(profile(i), 1) FROM r;
SELECT ''::profile;
SELECT '{"rows":1,"max_bytes":1024,"significant_bits":53,"columns":[]}'::profile;
SELECT '{"rows":1,"max_bytes":1024,"significant_bits":53,"columns":[{"kind":"colour"}]}'::profile;
SELECT '{"rows":2,"max_bytes":1024,"significant_bits":53,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]]}]}'::profile;
SELECT '{"rows":1,"max_bytes":1024,"significant_bits":53,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]]}]} '::profile;
-- sums that the bins cannot have
SELECT '{"rows":1,"max_bytes":1024,"significant_bits":10,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":45,"min":1.25,"max":1.25,"bins":[[1.25,1]],"sum":"7f@272","sum_of_squares":"01@272"}]}'::profile;
-- a variance beyond double
SELECT p::text::profile = p AS same FROM (SELECT profile(i * 1.1e304::float8, i * -1e155::float8) AS p FROM generate_series(1, 2000) i) s;
-- every row is in every category
SELECT '{"rows":2,"max_bytes":1024,"significant_bits":53,"columns":[{"kind":"category","value_counts":{"n":1,"nulls":0,"limit":1000,"counts":{"a":1}}}]}'::profile;

-- the SQLSTATE of each kind of error
\set VERBOSITY sqlstate
SELECT profile(i) + profile(i, t) FROM r;
SELECT profile(ARRAY[1]) FROM r;
SELECT histogram(profile(i), 2) FROM r;
SELECT ''::profile;

-- the same rows as two arrays
SELECT profile('cnn', ARRAY[i::float8, f8], ARRAY[t]) = profile(t, i, f8) AS as_arguments, profile('n', ARRAY[f8], NULL) = profile(f8) AS numbers_only,
	profile('c', '{}', ARRAY[mood::text]) = profile(mood) AS categories_only FROM r;
SELECT profile('ncn', ARRAY[x, y], ARRAY[k]) = profile(x, k, y) AS many_rows
FROM (SELECT CASE WHEN g % 7 <> 0 THEN sqrt(g) END AS x, -g::float8 AS y, CASE WHEN g % 5 <> 0 THEN repeat('k', g % 200) END AS k FROM generate_series(1, 5000) g) s;
SELECT profile('nn', ARRAY[f8], '{}') FROM r;
SELECT profile('nx', ARRAY[f8], ARRAY[t]) FROM r;
SELECT profile(''::text, '{}'::float8[], '{}'::text[]) FROM r;
SELECT profile(NULL, ARRAY[f8], ARRAY[t]) FROM r;
SELECT profile(CASE WHEN i > 1 THEN 'cn' ELSE 'nc' END, ARRAY[f8], ARRAY[t]) FROM r;
SELECT profile(repeat('n', 1601), array_fill(1::float8, ARRAY[1601]), '{}');
-- every type of text alone, and in company
CREATE TABLE letters AS SELECT x AS t, x::varchar AS v, x::char(1) AS b, x::name AS n, x::"char" AS c FROM unnest('{a,b,a,NULL}'::text[]) x;
SELECT count(DISTINCT p::text) AS forms, count(*) FROM (
	SELECT datamon.profile(t) AS p FROM letters UNION ALL SELECT datamon.profile(v) FROM letters UNION ALL
	SELECT datamon.profile(b) FROM letters UNION ALL SELECT datamon.profile(n) FROM letters UNION ALL
	SELECT datamon.profile(c) FROM letters UNION ALL
	SELECT profile FROM datamon.profile_table('letters', '{c}')) x;
SELECT datamon.profile(c) FROM letters;
SELECT datamon.profile(c, c) = datamon.profile(t, t) AS same FROM letters;
DROP TABLE letters;
