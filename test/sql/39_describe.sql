-- describe(): every column of a table, view or query in one scan
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';
SET extra_float_digits = 0;		-- describe has its own
\pset null '-'

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE shop ("Item no" positive, price float8, qty numeric(8, 2), sold date, at timestamptz, noted timestamp, opens time, took interval,
	paid bool, name text, code char(5), state mood, tags text[], extra jsonb, dropped int);
ALTER TABLE shop DROP COLUMN dropped;
INSERT INTO shop VALUES
	(1, 2.5, 1.50, '2024-01-01', '2024-01-01 10:00+00', '2024-01-01 10:00', '08:00', '1 hour', true, 'ham', 'A1', 'ok', '{a,b}', '{"k": 1}'),
	(2, 0, 1.5, '2024-01-02', '2024-01-01 12:00+00', '2024-01-03 10:00', '09:00', '36 hours', false, '', 'A1', 'sad', '{}', '{"k": 1}'),
	(3, 'NaN', 3, '2024-01-04', '2024-01-01 14:00:00.5+00', 'infinity', '10:30', '2 hours', true, 'eggs', 'B', 'ok', NULL, '[]'),
	(4, 'Infinity', 'NaN', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(5, 10, 4, '2024-01-04', '2024-01-01 15:00+00', '2024-01-04 10:00', '10:30', '4 hours', true, 'ham', 'C', 'happy', '{a}', '[]');
SELECT column_name, data_type, kind, count, null_count, null_rate, nan_count, infinity_count, zero_count, distinct_count, distinct_error
	FROM datamon.describe('shop'::regclass);
SELECT column_name, round(distinctness::numeric, 3) AS distinctness, round(uniqueness::numeric, 3) AS uniqueness, seems_unique, top, top_count, mean, round(stddev::numeric, 4) AS stddev,
	min, p25, p50, p75, max, is_exact FROM datamon.describe('shop'::regclass);
SELECT column_name, empty_count, min_length, max_length, round(mean_length::numeric, 3) AS mean_length, looks_like, round(entropy::numeric, 4) AS entropy, is_constant, distribution
	FROM datamon.describe('shop'::regclass);

-- a query, a view, a table by its name, some columns: all of one mind
CREATE VIEW shop_view AS SELECT * FROM shop;
CREATE FUNCTION pg_temp.all_of(text) RETURNS text LANGUAGE sql AS 'SELECT string_agg(d::text, E''\n'') FROM datamon.describe($1) d';
SELECT pg_temp.all_of('shop') = pg_temp.all_of(q) AS same FROM unnest(ARRAY['public.shop', 'shop_view', 'SELECT * FROM shop', '  ( select * from shop ) ',
	'TABLE shop', 'WITH s AS (SELECT * FROM shop) SELECT * FROM s', E'-- all of it\nSELECT * FROM shop; -- done', 'select * from shop;', '/* x */ SELECT * FROM shop -- ;']) q;
SELECT column_name, count FROM datamon.describe('shop'::regclass, ARRAY['name', 'Item no']);
SELECT column_name, count, min FROM datamon.describe('SELECT 1 AS a, ''x'' AS a, 2 AS "b c"');
SELECT column_name, kind, count, top FROM datamon.describe($$VALUES (row(1, 'x'), '1.2.3.4'::inet, '\x00ff'::bytea, '(1,2)'::point, 'n'::name, 'c'::"char", NULL)$$);
SELECT column_name, top FROM datamon.describe($$SELECT 'n'::name$$) UNION ALL SELECT column_name, top FROM datamon.describe($$SELECT 'v'::varchar(3)$$)
	UNION ALL SELECT column_name, top FROM datamon.describe($$SELECT 'ok'::mood$$) UNION ALL SELECT column_name, top FROM datamon.describe($$SELECT 7::positive$$);

-- what is too many to be counted exactly is still told apart: a key, nearly one, half of it twice
SELECT column_name, seems_unique, distinct_error > 0 AS estimated, round(uniqueness::numeric, 1) AS uniqueness
	FROM datamon.describe('SELECT g AS key, g / 2 AS twice, CASE WHEN g % 4 = 0 THEN g - 1 ELSE g END AS half, ''k'' || g AS text FROM generate_series(1, 20000) g');

-- no rows, no columns
SELECT * FROM datamon.describe('SELECT 1 AS i, ''x''::text AS t WHERE false');
CREATE TABLE nothing ();
SELECT count(*) FROM datamon.describe('nothing');

-- times beyond the calendar are left as seconds
SELECT min, max FROM datamon.describe($$VALUES (date '2024-01-01'), ('5874890-01-01'), ('infinity')$$);
SELECT min, p50, max FROM datamon.describe($$VALUES (time '12:00'), ('24:00')$$);

-- one scan: a volatile query gives one answer to all
CREATE SEQUENCE scans;
SELECT count FROM datamon.describe('SELECT nextval(''scans''), g FROM generate_series(1, 10) g');
SELECT last_value FROM scans;
DROP SEQUENCE scans;

-- more columns than a function takes arguments
DO $$ BEGIN
	EXECUTE (SELECT format('CREATE TABLE wide (%s)', string_agg(format('c%s %s', i, (ARRAY['float8', 'int', 'text', 'bool', 'timestamptz'])[1 + i % 5]), ', ' ORDER BY i))
		FROM generate_series(1, 1000) i);
END $$;
INSERT INTO wide (c1, c2, c500, c1000) SELECT g, g, g, g FROM generate_series(1, 100) g;
SELECT count(*), sum(count), sum(null_count), count(*) FILTER (WHERE p50 = '50.5') AS medians FROM datamon.describe('wide');
SELECT column_name, kind, max FROM datamon.describe('wide') WHERE count > 0;

-- nothing but one SELECT
SELECT datamon.describe('SELECT 1; DROP TABLE shop');
SELECT datamon.describe('SELECT 1) q; DROP TABLE shop; SELECT (1');
SELECT datamon.describe('WITH d AS (DELETE FROM shop RETURNING 1) SELECT * FROM d');
SELECT datamon.describe('WITH d AS (SELECT 1) INSERT INTO nothing DEFAULT VALUES RETURNING 1');
SELECT datamon.describe('SELECT 1 INTO shop2');
SELECT datamon.describe('DROP TABLE shop');
SELECT datamon.describe('SELECT $1');
SELECT datamon.describe('no_such_table');
SELECT datamon.describe('shop'::regclass, ARRAY['name', 'zzz']);
SELECT datamon.describe('shop'::regclass, '{}');
SELECT datamon.describe('shop'::regclass, ARRAY[NULL]);
SELECT datamon.describe(NULL::text);
SELECT datamon.describe(NULL::regclass);
SELECT datamon.describe(1::regclass);
SELECT count(*) FROM shop;

-- with the rights and the search_path of whoever asks
CREATE ROLE regress_describer;
GRANT SELECT (price, qty) ON shop TO regress_describer;
SET ROLE regress_describer;
SELECT datamon.describe('shop'::regclass);
SELECT column_name, count FROM datamon.describe('shop'::regclass, '{qty,price}');
SELECT datamon.duplicates('shop', '{name}');
SELECT n_rows, n_distinct FROM datamon.duplicates('shop', '{price}');
RESET ROLE;
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.shop AS SELECT 1 AS other;
CREATE FUNCTION elsewhere.profile(VARIADIC "any") RETURNS datamon.profile LANGUAGE internal AS 'pg_num_nulls';
SET search_path = elsewhere, datamon, public;
SELECT column_name FROM describe('SELECT * FROM shop') UNION ALL SELECT column_name FROM describe('shop') UNION ALL SELECT column_name FROM describe('shop'::regclass);
RESET search_path;
DROP SCHEMA elsewhere CASCADE;
DROP TABLE shop, wide, nothing CASCADE;
DROP DOMAIN positive;
DROP TYPE mood;
DROP ROLE regress_describer;
