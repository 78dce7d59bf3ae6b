-- The official hourly test set of the M4 competition, from the folder of optional data, with seasons found: the OWA is 0.393, the MSIS 5.86
-- (the best published 0.410 and 6.139).
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\setenv DATAMON_M4 :shared/data/m4_hourly
\set there `test -r "$DATAMON_M4/Hourly-train.csv.gz" && command -v gzip >/dev/null && echo true || echo false`
\if :there
\else
	SELECT plan(1);
	SELECT skip('no data/m4_hourly in the folder of optional data');
	SELECT * FROM finish();
	\q
\endif
BEGIN;
SELECT plan(4);
CREATE TEMP TABLE line (is_test bool, text text);
\copy line (text) FROM PROGRAM 'gzip -dc "$DATAMON_M4/Hourly-train.csv.gz" | tail -n +2 | tr -d ''"''' WITH (DELIMITER E'\x01')
UPDATE line SET is_test = false;
\copy line (text) FROM PROGRAM 'gzip -dc "$DATAMON_M4/Hourly-test.csv.gz" | tail -n +2 | tr -d ''"''' WITH (DELIMITER E'\x01')
CREATE TEMP TABLE series AS
	SELECT split_part(text, ',', 1) AS id, coalesce(is_test, true) AS is_test,
		string_to_array(rtrim(substr(text, strpos(text, ',') + 1), ','), ',')::float8[] AS y FROM line;
CREATE TEMP TABLE error AS
	SELECT id, scale, avg(200 * abs(mean - actual) / (abs(mean) + abs(actual))) AS smape, avg(abs(mean - actual)) / scale AS mase,
		avg((actual BETWEEN lower AND upper)::int) AS inside, avg(upper - lower + 40 * greatest(lower - actual, actual - upper, 0)) / scale AS msis
	FROM series past
	JOIN series future USING (id)
	CROSS JOIN LATERAL (SELECT avg(abs(past.y[i] - past.y[i - 24])) AS scale FROM generate_series(25, cardinality(past.y)) i) s
	CROSS JOIN LATERAL datamon.forecast(past.y, 48) f
	CROSS JOIN LATERAL (SELECT future.y[step] AS actual) a
	WHERE NOT past.is_test AND future.is_test GROUP BY id, scale;
SELECT is(count(*), 414::bigint, 'there are 414 series') FROM error;
SELECT cmp_ok((avg(smape) / 18.383 + avg(mase) / 2.395) / 2, '<', 0.4::float8, 'OWA') FROM error;
SELECT ok(avg(inside) BETWEEN 0.93 AND 0.97, 'the 95 % intervals hold 93 to 97 % of the values') FROM error;
SELECT cmp_ok(avg(msis), '<', 6.1::float8, 'MSIS') FROM error;
SELECT * FROM finish();
ROLLBACK;
