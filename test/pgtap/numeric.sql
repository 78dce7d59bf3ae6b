-- numeric columns: every value becomes the double that the server's own cast makes of it; overloads stay unambiguous.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(12);
SELECT setseed(0.42);

-- What differs from the cast, value by value: a histogram of one value is exact, and its minimum is that value.
CREATE FUNCTION pg_temp.differing(VARIADIC v numeric[]) RETURNS numeric[] LANGUAGE sql AS $$
	SELECT (array_agg(x))[1:3] FROM (SELECT x, histogram(x) AS h, profile(x) AS p FROM unnest(v) AS x GROUP BY x) s
	WHERE min(h) <> min(histogram(p, 1)) OR (x = 0 OR abs(x) > 1e-290) AND (x::text !~ 'N|I') AND float8send(min(h)) <> float8send(x::float8 + 0)
$$;
SELECT is(pg_temp.differing(VARIADIC array_agg(v)), NULL, name) FROM (
	SELECT 'doubles of 15 digits' AS name, ((random() - 0.5) * 10 ^ (random() * 30 - 15))::numeric AS v FROM generate_series(1, 20000)
	UNION ALL SELECT 'money', (random() * 10 ^ floor(random() * 9))::numeric(20, 2) FROM generate_series(1, 20000)
	UNION ALL SELECT 'up to 19 digits, any scale', trunc((random() * 1e9)::numeric * 1e10 + (random() * 1e10)::numeric)
		/ 10::numeric ^ floor(random() * 30)::int FROM generate_series(1, 20000)
	UNION ALL SELECT 'up to 34 digits', round(((random() * 1e9)::bigint || repeat('7', (random() * 25)::int))::numeric
		/ 10::numeric ^ floor(random() * 30)::int, (random() * 16)::int) FROM generate_series(1, 20000)
	UNION ALL SELECT 'any exponent', ((1e9 * random())::bigint || '.' || (1e9 * random())::bigint || 'e' || (random() * 560 - 290)::int)::numeric
		FROM generate_series(1, 20000)
	UNION ALL SELECT 'halfway between doubles', (9007199254740993 + 2 * (i - 10) + (j % 3 - 1) * 1e-9) / 10::numeric ^ j
		FROM generate_series(0, 20) i, generate_series(0, 27) j
	UNION ALL SELECT 'negative', -round((random() * 10 ^ floor(random() * 16))::numeric, (random() * 9)::int) FROM generate_series(1, 20000)
	UNION ALL SELECT 'edges', unnest('{NaN,0,-0,0.0000,1e22,1e23,9007199254740992,9007199254740993,18446744073709551615,18446744073709551616,
		0.00018446744073709551615,184467440737095516.15,1844.6744073709551616,1.7976931348623157e308,-5e-280}'::numeric[])
) s GROUP BY name ORDER BY name;

-- Long headers, four-byte lengths and compressed values read alike.
CREATE TEMP TABLE stored (v numeric);
INSERT INTO stored SELECT (repeat('123456789', i * 10) || 'e-' || i * 89)::numeric FROM generate_series(1, 30) i;
INSERT INTO stored VALUES (1.50), (1e-70), (-12345.000000000000000000000000000000000000000000000000000000000000000000001);
SELECT is(histogram(v), histogram(v::float8), 'long values, as they are stored') FROM stored;

SELECT is((histogram(i), histogram(i::bigint), histogram(i::smallint), histogram(i::real), histogram(i::numeric), histogram(i::numeric, 4096))::text,
	(histogram(i::float8), histogram(i::float8), histogram(i::float8), histogram(i::float8), histogram(i::float8), histogram(i::float8))::text,
	'numbers of every type make the same histogram') FROM generate_series(-3, 3) i;
SELECT is(null_count(histogram(v)), 2::bigint, 'NULLs are counted') FROM (VALUES (1.5), (NULL), (NULL)) t(v);
SELECT is(nan_count(histogram(v)), 1::bigint, 'NaN is NaN') FROM (VALUES (1.5), ('NaN'::numeric)) t(v);
SELECT finish();
ROLLBACK;
