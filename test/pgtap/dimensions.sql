-- Dimensions by themselves: what is found in tables as they are, how many values and combinations are kept, what is said of the rest.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;
SELECT setseed(0.5);
SELECT plan(35);

CREATE FUNCTION found(source regclass, VARIADIC told text[] DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(column_name, ' ' ORDER BY column_no), '')
	FROM datamon._guess_roles(source, datamon._guess_time(source, false), NULL, NULL, NULL, NULL, NULL, NULL, NULL) WHERE role = 'dimension'
$$;

-- The estimate behind it (Haas and Stokes 1998, Duj1).
SELECT is(datamon._distinct_estimate(100, 100, 100, 100000), 100000::float8, 'every value once: as many values as rows');
SELECT is(datamon._distinct_estimate(100, 7, 0, 100000), 7::float8, 'every value again: no more than were seen');
SELECT is(datamon._distinct_estimate(0, 0, 0, 0), 0::float8, 'no row, no value');

-- clients, categories and colours as whole numbers, beside ten measurements
CREATE TABLE score AS SELECT timestamptz '2025-01-01' + i * interval '1 second' AS at, (random() ^ 2 * 2000)::int AS client, (random() * 29)::int AS category,
	(random() * 2)::int AS colour, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f, random() AS g,
	random() AS h, random() AS score, random() < 0.3 AS label
FROM generate_series(1, 100000) i;
SELECT is(found('score'), 'client category colour', 'clients, categories, colours: three codes among ten numbers');
ANALYZE score;
SELECT is(found('score'), 'client category colour', 'and when the table was analysed');

-- flights: carriers and airports, but not planes, flight numbers, distances, delays
CREATE TABLE flight AS SELECT timestamptz '2013-01-01' + i * interval '2 minutes' AS time_hour, (1 + random() * 3800)::int AS flight,
	'N' || (random() * 4000)::int AS tailnum, (ARRAY['UA', 'AA', 'B6', 'DL'])[1 + i % 4] AS carrier, (ARRAY['EWR', 'LGA', 'JFK'])[1 + i % 3] AS origin,
	'D' || (random() ^ 2 * 104)::int AS dest, (random() * 1400)::int AS air_time, (100 + random() * 2000)::int AS distance,
	(random() * 200 - 30)::int AS dep_delay, 2013 AS year FROM generate_series(1, 60000) i;
SELECT is(found('flight'), 'carrier origin dest', 'flights: carrier, origin, dest');

-- Titanic's passengers: class and sex; not age, siblings, fare, nor name and ticket
CREATE TABLE passenger AS SELECT timestamptz '1912-04-10' + i * interval '1 minute' AS boarded_at, i AS passenger_id, (random() < 0.4)::int AS survived, 1 + (random() * 2)::int AS pclass,
	'Mr. ' || md5(i::text) AS name, (ARRAY['male', 'female'])[1 + i % 2] AS sex, (random() * 80)::int AS age, (random() * 5)::int AS sibsp,
	(random() * 5)::int AS parch, 'A/' || (random() * 600)::int AS ticket, (random() * 100)::numeric(8,2) AS fare, (ARRAY['S', 'C', 'Q'])[1 + i % 3] AS embarked
FROM generate_series(1, 891) i;
SELECT is(found('passenger'), 'pclass sex embarked', 'passengers: class, sex, port');

-- hours of bicycle hire: season and weather are codes; counts and hours are not
CREATE TABLE hire AS SELECT timestamptz '2011-01-01' + i * interval '1 hour' AS dteday, i AS instant, 1 + i / 2190 % 4 AS season, i / 8760 AS yr, 1 + i / 730 % 12 AS mnth, i % 24 AS hr,
	i / 24 % 7 AS weekday, 1 + (random() * 2)::int AS weathersit, random() AS temp, (random() * 300)::int AS casual, (random() * 900)::int AS cnt FROM generate_series(0, 17000) i;
SELECT is(found('hire'), 'season weathersit', 'bicycles: season and weather');

-- a census: text of few values; years of schooling, hours and gains are numbers
CREATE TABLE census AS SELECT timestamptz '1994-01-01' + i * interval '1 minute' AS at, 17 + (random() * 60)::int AS age, (ARRAY['Private', 'State-gov', 'Local-gov'])[1 + i % 3] AS workclass,
	(random() * 1e6)::int AS fnlwgt, (1 + random() * 15)::int AS education_num, (ARRAY['Sales', 'Tech', 'Other'])[1 + i % 3] AS occupation, (random() * 99)::int AS hours_per_week,
	(random() * 4000)::int AS capital_gain FROM generate_series(1, 20000) i;
SELECT is(found('census'), 'workclass occupation', 'a census: no number');

-- ids of rows, counters, free text, foreign keys, uuids, names that mean nothing
CREATE TABLE shop (no int PRIMARY KEY);
INSERT INTO shop SELECT generate_series(0, 49);
CREATE TABLE sale (sold_at timestamptz, sale_id bigint, request_no bigint, place int REFERENCES shop, x7 int, item_count int, remark text, device uuid, "storeId" smallint, zip text);
INSERT INTO sale SELECT timestamptz '2025-01-01' + i * interval '1 second', i, i / 100, i % 50, (random() * 9)::int, (random() * 5)::int,
	'the ' || i % 300 || 'th thing that a person wrote about this', md5((i % 400)::text)::uuid, i % 30, lpad((i * 7 % 900)::text, 5, '0') FROM generate_series(1, 100000) i;
SELECT is(found('sale'), 'place device storeId zip', 'a foreign key, devices, a small number, postcodes; no counter, no count, no remark');
SELECT matches((SELECT reason FROM datamon._guess_roles('sale', 'sold_at', NULL, NULL, NULL, NULL, NULL, NULL, NULL) WHERE column_name = 'place'),
	'^a code: 50 values in a sample of 10000 rows, some .* rows each', 'the reason says what was seen');

-- A cap: 50 values, of which 5 have a number; by page, by query, with late rows, updates and deletes.
CREATE TABLE capped AS SELECT timestamptz '2025-01-01' + i * interval '3 minutes' AS at, i % 50 AS client_id, (ARRAY['a', 'b', NULL])[1 + i % 3] AS kind, (i % 17)::float8 AS x,
	i % 3 = 0 AS hit FROM generate_series(1, 4000) i;
SELECT count(*) FROM datamon.watch('capped', bucket => '1 hour', lateness => '10 days', dimensions => '{client_id,kind}', max_values => 5, baseline => '[2025-01-01,2025-01-04)') \g /dev/null
SELECT datamon.tick('capped') \g /dev/null
SELECT is_empty($$SELECT * FROM datamon.check('capped')$$, 'check() with a cap');
SELECT results_eq($$SELECT count(*), count(*) FILTER (WHERE value = '{"other": true}') FROM datamon.dimension_value v JOIN datamon.dimension d USING (monitor_id, dimension_no)
	WHERE d.column_name = 'client_id'$$, 'VALUES (6::bigint, 1::bigint)', 'five values, and the others as one');
SELECT is((SELECT n FROM datamon.summarize('capped', '(,)', '{"client_id": {"other": true}}')),
	(SELECT count(*) FROM capped WHERE client_id NOT IN (SELECT (v.value #>> '{}')::int FROM datamon.dimension_value v JOIN datamon.dimension d USING (monitor_id, dimension_no)
		WHERE d.column_name = 'client_id' AND jsonb_typeof(v.value) = 'number')), 'the others are counted exactly');
SELECT is((SELECT sum(n) FROM datamon.segments('capped', '(,)', '{client_id}')), (SELECT n FROM datamon.summarize('capped', '(,)'))::numeric, 'nothing is lost');
UPDATE capped SET client_id = client_id + 100 WHERE client_id IN (3, 30);
DELETE FROM capped WHERE client_id = 40;
INSERT INTO capped SELECT timestamptz '2025-01-08' + i * interval '1 minute', i, 'a', 1, true FROM generate_series(1, 500) i;
SELECT datamon.tick('capped') \g /dev/null
SELECT is_empty($$SELECT * FROM datamon.check('capped')$$, 'check() after changes');
SELECT datamon.recompute('capped') \g /dev/null
SELECT is_empty($$SELECT * FROM datamon.check('capped')$$, 'check() after a recount by query');
SELECT is((SELECT count(*) FROM datamon.dimension_value v JOIN datamon.dimension d USING (monitor_id, dimension_no) WHERE d.column_name = 'client_id'), 6::bigint,
	'the cap holds');
SELECT results_eq($$SELECT what = 'values', dimensions, n = (SELECT s.n FROM datamon.summarize('capped', '(,)', '{"client_id": {"other": true}}') s) FROM datamon.pruned WHERE source = 'capped'::regclass$$,
	$$VALUES (true, '{client_id}'::name[], true)$$, 'pruned says how many rows the others have');
SELECT ok((SELECT has_other AND max_values = 5 FROM datamon.dimensions WHERE source = 'capped'::regclass AND column_name = 'client_id'), 'and dimensions that there are such');

-- A text that reads like the others is itself.
CREATE TABLE named AS SELECT timestamptz '2025-01-01' + i * interval '1 minute' AS at, CASE WHEN i < 60 THEN '{"other": true}' ELSE 'v' || i % 9 END AS name, 1.0::float8 AS x FROM generate_series(1, 600) i;
SELECT count(*) FROM datamon.watch('named', bucket => '1 hour', lateness => '1 day', dimensions => '{name}', max_values => 2, baseline => '[2025-01-01,2025-01-02)') \g /dev/null
SELECT datamon.tick('named') \g /dev/null
SELECT is_empty($$SELECT * FROM datamon.check('named')$$, 'a text that reads like the others is itself');
SELECT ok((SELECT n FROM datamon.summarize('named', '(,)', '{"name": "{\"other\": true}"}')) BETWEEN 1 AND 59, 'and has its rows');

-- One value a row, named as a dimension.
CREATE TABLE hostile AS SELECT timestamptz '2025-01-01' + i * interval '1 second' AS at, md5(i::text)::uuid AS request, random() AS x FROM generate_series(1, 150000) i;
SELECT count(*) FROM datamon.watch('hostile', bucket => '1 hour', lateness => '1 day', dimensions => '{request}', max_values => 1000, baseline => '[2025-01-01,2025-01-02)') \g /dev/null
SELECT datamon.tick('hostile') \g /dev/null
SELECT is((SELECT count(*) FROM datamon.dimension_value v JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'hostile'::regclass), 1001::bigint, 'unique values: the cap holds within one tick');
SELECT ok((SELECT sum(datamon.cell_count(t.cells)) FROM datamon.stored_tile t JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'hostile'::regclass) < 3000,
	'and so do the tables');
SELECT is((SELECT sum(n) FROM datamon.segments('hostile', '(,)', '{request}')), (SELECT n FROM datamon.summarize('hostile', '(,)'))::numeric, 'and no row is lost');
SELECT is_empty($$SELECT * FROM datamon.check('hostile')$$, 'and all is exact');
SELECT is((SELECT kind FROM datamon.columns WHERE source = 'hostile'::regclass AND column_name = 'request'), NULL, 'and no profile counts each value');

-- Twelve columns: each is kept, pairs by evidence. d11 and d12 decide the label together.
CREATE TABLE many AS SELECT timestamptz '2025-01-01' + i * interval '10 seconds' AS at, 'a' || (random() * 9)::int AS d01, 'a' || (random() * 9)::int AS d02, 'a' || (random() * 9)::int AS d03,
	'a' || (random() * 9)::int AS d04, 'a' || (random() * 9)::int AS d05, 'a' || (random() * 9)::int AS d06, 'a' || (random() * 9)::int AS d07, 'a' || (random() * 9)::int AS d08,
	'a' || (random() * 9)::int AS d09, 'a' || (random() * 9)::int AS d10, 'a' || i % 4 AS d11, 'a' || i / 7 % 4 AS d12, random() AS score, (i % 4 + i / 7) % 2 = 0 AS label
FROM generate_series(1, 20000) i;
SELECT count(*) FROM datamon.watch('many', bucket => '1 day', baseline => '[2025-01-01,2025-01-02)') \g /dev/null
SELECT datamon.tick('many') \g /dev/null
SELECT is((SELECT count(*) FROM datamon.dimensions WHERE source = 'many'::regclass), 12::bigint, 'twelve dimensions');
SELECT is((SELECT array_agg(d.column_name ORDER BY d.column_name) FROM datamon.cuboid k JOIN datamon.monitor m USING (monitor_id) JOIN datamon.dimension d USING (monitor_id)
	WHERE m.source = 'many'::regclass AND k.cuboid_no = 1 AND d.dimension_no = ANY (k.dimensions)), '{d11,d12}', 'the pair that decides the label comes first');
SELECT is((SELECT count(*) FROM datamon.pruned WHERE source = 'many'::regclass AND cardinality(dimensions) = 2), 51::bigint, 'fifteen of 66 pairs are kept, 51 are told of');
SELECT is((SELECT count(DISTINCT x) FROM datamon.cuboid k JOIN datamon.monitor m USING (monitor_id), unnest(k.dimensions) x WHERE m.source = 'many'::regclass), 12::bigint,
	'every dimension is kept at least alone');
SELECT is_empty($$SELECT * FROM datamon.check('many')$$, 'many dimensions are exact');

-- Cells: above max_cells, fewer combinations.
CREATE TABLE wide AS SELECT timestamptz '2025-01-01' + i * interval '1 second' AS at, 'a' || i % 40 AS a, 'b' || i / 3 % 40 AS b, 'c' || i / 7 % 5 AS c, 1.0::float8 AS x FROM generate_series(1, 20000) i;
SELECT count(*) FROM datamon.watch('wide', bucket => '1 day', lateness => '1 day', dimensions => '{a,b,c}', max_cells => 500, baseline => '[2025-01-01,2025-01-02)') \g /dev/null
SELECT is((SELECT string_agg(k.dimensions::text, ' ' ORDER BY k.dimensions) FROM datamon.cuboid k JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'wide'::regclass),
	'{1,3} {2,3}', 'pairs that fit are kept, others not');

-- A value that came in every bucket and stops.
CREATE TABLE stops AS SELECT timestamptz '2025-01-01' + i * interval '10 seconds' AS at, (ARRAY['left', 'right'])[1 + i % 2] AS side, random() AS x FROM generate_series(1, 8640 * 3) i
WHERE i % 2 = 0 OR i < 8640 * 2 + 4000;
SELECT count(*) FROM datamon.watch('stops', bucket => '1 hour', lateness => '1 hour', dimensions => '{side}', baseline => '[2025-01-01,2025-01-02)') \g /dev/null
SELECT datamon.tick('stops') \g /dev/null
SELECT is((SELECT string_agg(format('%s %s', value #>> '{}', vanished), ', ' ORDER BY value) FROM datamon.dimension_values('stops', 'side')), 'left f, right t', 'a value that stopped coming');
SELECT ok(EXISTS (SELECT FROM datamon.evaluation e JOIN datamon.monitor m USING (monitor_id) JOIN datamon.segment g USING (monitor_id, segment_id)
	WHERE m.source = 'stops'::regclass AND g.key = '{"side": "right"}' AND e.rule = 'volume' AND e.n_current = 0), 'it is judged with no row');

SELECT * FROM finish();
ROLLBACK;
