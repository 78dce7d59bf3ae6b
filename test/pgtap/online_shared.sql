-- Series of the Numenta Anomaly Benchmark and streams whose changes are known, from the folder of optional data: the benchmark's
-- score (Lavin, Ahmad 2015) with the one setting there is, and every abrupt change within 500 rows.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\setenv DATAMON_NAB :shared/data/nab
\setenv DATAMON_STREAMS :shared/data/drift_streams
\set there `test -r "$DATAMON_NAB/windows.csv" && test -r "$DATAMON_STREAMS/oracle.json" && echo true || echo false`
\if :there
\else
	SELECT plan(1);
	SELECT skip('no data/nab and data/drift_streams in the folder of optional data');
	SELECT * FROM finish();
	\q
\endif
BEGIN;
SET LOCAL search_path = public, datamon, pg_catalog;
SET LOCAL timezone = 'UTC';
SET LOCAL jit = off;
SELECT no_plan();

-- ANOMALIES

CREATE TABLE arrived (category text, series text, at timestamptz, value float8, other float8, place bigserial);
CREATE TABLE win (category text, series text, k int, first_at timestamptz, last_at timestamptz);
\copy arrived (category, series, at, value, other) from program 'gzip -dc "$DATAMON_NAB"/series.csv.gz' with (format csv, header)
\copy win from program 'cat "$DATAMON_NAB"/windows.csv' with (format csv, header)

CREATE TABLE judged AS
SELECT series, at, row_number() OVER w - 1 AS i, is_anomaly(at, value) OVER w AS alert FROM arrived WINDOW w AS (PARTITION BY series ORDER BY place);
CREATE INDEX ON judged (series, at);
-- windows in places, and from which place on a series counts
CREATE TABLE span AS
SELECT series, (SELECT min(i) FROM judged j WHERE j.series = w.series AND at = first_at) AS s, (SELECT min(i) FROM judged j WHERE j.series = w.series AND at = last_at) AS e,
	(SELECT least(floor(0.15 * count(*)), 750) FROM judged j WHERE j.series = w.series) AS counts_from
FROM win w;
CREATE FUNCTION pg_temp.sigmoid(x float8) RETURNS float8 LANGUAGE sql AS $$ SELECT CASE WHEN x > 3 THEN -1 ELSE 2 / (1 + exp(5 * x)) - 1 END $$;
CREATE FUNCTION pg_temp.nab(miss float8, false_alert float8) RETURNS float8 LANGUAGE sql AS $$
	WITH alert AS (
		SELECT j.series, j.i FROM judged j JOIN (SELECT series, least(floor(0.15 * count(*)), 750) AS counts_from FROM judged GROUP BY series) c USING (series)
		WHERE alert AND i >= counts_from
	), best AS (
		SELECT (SELECT max(pg_temp.sigmoid(-(e - i + 1)::float8 / (e - s + 1)) / pg_temp.sigmoid(-1)) FROM alert a WHERE a.series = w.series AND i BETWEEN s AND e) AS worth
		FROM span w WHERE e >= counts_from
	), outside AS (
		SELECT coalesce((SELECT pg_temp.sigmoid((i - e)::float8 / (e - s)) FROM span w WHERE w.series = a.series AND e < i ORDER BY e DESC LIMIT 1), -1) AS worth
		FROM alert a WHERE NOT EXISTS (SELECT FROM span w WHERE w.series = a.series AND i BETWEEN s AND e)
	)
	SELECT 100 * (sum(coalesce(worth, -miss)) + false_alert * (SELECT sum(worth) FROM outside) + miss * count(*)) / ((1 + miss) * count(*)) FROM best
$$;
SELECT is(count(*), 121702::bigint, 'all values are judged') FROM judged;
SELECT cmp_ok(pg_temp.nab(1, 0.11), '>=', 75::float8, 'standard: ' || round(pg_temp.nab(1, 0.11)::numeric, 2));
SELECT cmp_ok(pg_temp.nab(1, 0.22), '>=', 70::float8, 'reward low FP: ' || round(pg_temp.nab(1, 0.22)::numeric, 2));
SELECT cmp_ok(pg_temp.nab(2, 0.11), '>=', 78::float8, 'reward low FN: ' || round(pg_temp.nab(2, 0.11)::numeric, 2));
SELECT cmp_ok(count(*), '<=', 5::bigint, 'alerts in the last 85 % of five series without an anomaly: ' || count(*))
	FROM judged WHERE alert AND i >= 604 AND series IN (SELECT series FROM arrived WHERE category = 'artificialNoAnomaly');

-- DRIFT

CREATE TABLE sea (n int, x1 float8, x2 float8, x3 float8, class int, pred int, score float8);
CREATE TABLE sine (n int, x1 float8, x2 float8, class int, pred int, score float8);
CREATE TABLE mixed (n int, x1 float8, x2 float8, x3 float8, x4 float8, class int, pred int, score float8);
CREATE TABLE stagger (LIKE sea);
CREATE TABLE gradual (LIKE sea);
\copy sea from program 'gzip -dc "$DATAMON_STREAMS"/sea_0123_abrupt.csv.gz' with (format csv, header)
\copy sine from program 'gzip -dc "$DATAMON_STREAMS"/sine_0123_abrupt.csv.gz' with (format csv, header)
\copy mixed from program 'gzip -dc "$DATAMON_STREAMS"/mixed_0101_abrupt.csv.gz' with (format csv, header)
\copy stagger from program 'gzip -dc "$DATAMON_STREAMS"/stagger_0120_abrupt.csv.gz' with (format csv, header)
\copy gradual from program 'gzip -dc "$DATAMON_STREAMS"/sea_0123_gradual.csv.gz' with (format csv, header)

CREATE FUNCTION pg_temp.found(float8[]) RETURNS bigint[] LANGUAGE sql AS $$ SELECT array_agg(found_row ORDER BY found_row) FROM drift_detected($1) $$;
CREATE TABLE fed AS
SELECT 'sea, signed errors' AS stream, pg_temp.found(array_agg(class - pred ORDER BY n)) AS found FROM sea
UNION ALL SELECT 'sine, errors', pg_temp.found(array_agg((class <> pred)::int ORDER BY n)) FROM sine
UNION ALL SELECT 'mixed, errors', pg_temp.found(array_agg((class <> pred)::int ORDER BY n)) FROM mixed
UNION ALL SELECT 'stagger, feature X1', pg_temp.found(array_agg(x1 ORDER BY n)) FROM stagger;
SELECT ok(cardinality(found) = 3 AND found[1] BETWEEN 10001 AND 10500 AND found[2] BETWEEN 20001 AND 20500 AND found[3] BETWEEN 30001 AND 30500,
	stream || ': changes at 10000, 20000 and 30000, found at ' || array_to_string(found, ', ')) FROM fed ORDER BY stream;
SELECT ok(found[1] BETWEEN 9501 AND 10600 AND found[2] BETWEEN 20001 AND 21000 AND found[3] BETWEEN 30501 AND 31500,
	'sea, gradual from 9500, 20000 and 30500 on, found at ' || array_to_string(found, ', '))
	FROM (SELECT pg_temp.found(array_agg(class - pred ORDER BY n)) AS found FROM gradual) g;

SELECT * FROM finish();
ROLLBACK;
