-- Load the flights scenario: creates the tables predictions and labels where search_path points, in event-time order.
--   psql -v flights=test/data/flights -f test/data/flights/load.sql
-- flights is the directory of this file; without it, the directory psql was started in.
-- Needs gzip on the client's side and only CREATE (and TEMPORARY) privileges.

\if :{?flights}
\else
  \set flights .
\endif
\setenv DATAMON_FLIGHTS :flights
\set ON_ERROR_STOP on

CREATE TEMPORARY TABLE flights_scored (
	prediction_id integer GENERATED ALWAYS AS IDENTITY, gap integer, carrier text, origin text, dest text,
	score integer, delay integer, late integer);
CREATE TEMPORARY TABLE flights_weather (
	origin text, observed timestamptz, temp float8, wind_speed float8, visib float8, precip float8);
CREATE TEMPORARY TABLE flights_route (origin text, dest text, since timestamptz, distance integer);
CREATE TEMPORARY TABLE flights_model (body json);

\copy flights_scored (gap, carrier, origin, dest, score, delay, late) from program 'gzip -dc "$DATAMON_FLIGHTS"/flights.csv.gz' with (format csv, header)
\copy flights_weather from program 'gzip -dc "$DATAMON_FLIGHTS"/weather.csv.gz' with (format csv, header)
\copy flights_route from program 'cat "$DATAMON_FLIGHTS"/routes.csv' with (format csv, header)
\copy flights_model from program 'tr -d "\n" < "$DATAMON_FLIGHTS"/model.json'
ANALYZE flights_scored;
ANALYZE flights_weather;
ANALYZE flights_route;

CREATE TABLE predictions (
	prediction_id integer PRIMARY KEY,
	predicted_at timestamptz NOT NULL,
	model_version text NOT NULL,
	carrier text NOT NULL,
	origin text NOT NULL,
	dest text NOT NULL,
	hour smallint NOT NULL,
	dow text NOT NULL,
	distance integer NOT NULL,
	temp float8,
	wind_speed float8,
	visib float8,
	precip float8,
	score float8 NOT NULL,
	predicted_late boolean NOT NULL
);

CREATE TABLE labels (
	prediction_id integer PRIMARY KEY,
	label_at timestamptz NOT NULL,
	late boolean NOT NULL
);

WITH model AS (
	SELECT body ->> 'model_version' AS model_version, (body ->> 'threshold')::float8 AS threshold,
		(body ->> 'first_predicted_at')::timestamptz AS first_predicted_at
	FROM flights_model
), scored AS (
	SELECT f.prediction_id, f.carrier, f.origin, f.dest, f.score / 10000::float8 AS score, m.model_version, m.threshold,
		m.first_predicted_at + make_interval(mins => (sum(f.gap) OVER (ORDER BY f.prediction_id))::integer) AS predicted_at
	FROM flights_scored f, model m
), placed AS (
	SELECT s.*, (predicted_at + interval '1 hour') AT TIME ZONE 'America/New_York' AS leaves
	FROM scored s
)
INSERT INTO predictions
SELECT p.prediction_id, p.predicted_at, p.model_version, p.carrier, p.origin, p.dest, extract(hour FROM p.leaves)::smallint,
	to_char(p.leaves, 'Dy'), r.distance, w.temp, w.wind_speed, w.visib, w.precip, p.score, p.score >= p.threshold
FROM placed p
JOIN (
	SELECT origin, dest, distance, since,
		lead(since, 1, 'infinity') OVER (PARTITION BY origin, dest ORDER BY since) AS until
	FROM flights_route
) r ON r.origin = p.origin AND r.dest = p.dest AND p.predicted_at >= r.since AND p.predicted_at < r.until
LEFT JOIN flights_weather w ON w.origin = p.origin AND w.observed = date_trunc('hour', p.predicted_at)
ORDER BY p.prediction_id;

INSERT INTO labels
SELECT f.prediction_id, p.predicted_at + make_interval(mins => f.delay), f.late = 1
FROM flights_scored f
JOIN predictions p USING (prediction_id)
WHERE f.delay IS NOT NULL
ORDER BY 2, 1;

DROP TABLE flights_scored, flights_weather, flights_route, flights_model;
ANALYZE predictions;
ANALYZE labels;
