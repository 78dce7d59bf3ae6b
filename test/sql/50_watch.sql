-- watch(): what it guesses and says, how it is told otherwise, and how it fails.
SET timezone = 'UTC';
\pset null '(null)'
CREATE SCHEMA "odd ""name";
CREATE TABLE "odd ""name"."My Table" ("when" timestamptz, "order id" bigint PRIMARY KEY, "Color" text, amount numeric,
	score float8, pred int, note text, month int, spot point, "user" text);
INSERT INTO "odd ""name"."My Table"
SELECT '2025-01-01'::timestamptz + i * interval '6 minutes', i, (ARRAY['red', 'green', 'blue'])[1 + i % 3], i % 97, (i % 100) / 100.0,
	i % 2, md5(i::text), extract(month FROM '2025-01-01'::timestamptz + i * interval '6 minutes'), NULL, 'u' || i % 5
FROM generate_series(1, 9000) i;
CREATE TABLE "odd ""name".answers ("order id" bigint UNIQUE, label_at timestamptz, y int, remark text);
INSERT INTO "odd ""name".answers SELECT "order id", "when" + interval '1 day', (pred + ("order id" % 7 = 0)::int) % 2, 'r'
FROM "odd ""name"."My Table";
SELECT * FROM datamon.watch('"odd ""name"."My Table"', labels => '"odd ""name".answers');
SELECT datamon.unwatch('"odd ""name"."My Table"');
SELECT column_name, role, choice, reason FROM datamon.watch('"odd ""name"."My Table"', score => '', prediction => 'pred',
	dimensions => '{Color}', features => '{amount}', bucket => '1 hour', lateness => '2 hours',
	baseline => '[2025-01-01,2025-01-10)');
SELECT datamon.unwatch('"odd ""name"."My Table"');

-- an empty table: names and types are all there is
CREATE TABLE nothing_yet (happened_at timestamp, id uuid, is_fraud boolean, prediction boolean, probability real, kind text);
SELECT column_name, role, kind, reason FROM datamon.watch('nothing_yet', label => 'is_fraud');
SELECT buckets_revised, error FROM datamon.tick('nothing_yet');
SELECT datamon.unwatch('nothing_yet');

-- other kinds of sources
CREATE TABLE parts (at date, v float8) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
INSERT INTO parts SELECT '2025-01-01'::date + i / 400, i FROM generate_series(0, 11999) i;
SELECT role, choice, reason FROM datamon.watch('parts') WHERE column_name IS NULL;
SELECT buckets_revised, error FROM datamon.tick('parts');
SELECT count(*), sum(n) FROM datamon.cells WHERE source = 'parts'::regclass;
CREATE VIEW looks AS SELECT at, v FROM parts;
SELECT role, choice, reason FROM datamon.watch('looks') WHERE column_name IS NULL;
SELECT buckets_revised, error FROM datamon.tick('looks');
SELECT count(*), sum(n) FROM datamon.cells WHERE source = 'looks'::regclass;
SELECT count(*) FROM datamon.check('looks');

-- errors
CREATE TABLE timeless (a int);
CREATE TEMPORARY TABLE passing (at timestamptz);
CREATE TABLE lonely (z int, b boolean);
CREATE SEQUENCE not_a_table;
\set SHOW_CONTEXT never
DO $$
DECLARE
	s text;
	state text; message text; hint text;
BEGIN
	FOREACH s IN ARRAY ARRAY[
		$q$datamon.watch(NULL)$q$, $q$datamon.watch('timeless')$q$, $q$datamon.watch('passing')$q$, $q$datamon.watch('pg_class')$q$,
		$q$datamon.watch('not_a_table')$q$, $q$datamon.watch('parts')$q$, $q$datamon.watch('nothing_yet', score => 'no_such')$q$,
		$q$datamon.watch('nothing_yet', time_column => 'kind')$q$, $q$datamon.watch('nothing_yet', labels => 'lonely')$q$,
		$q$datamon.watch('nothing_yet', labels => 'lonely', label_keys => '{z}', source_keys => '{id,kind}')$q$,
		$q$datamon.watch('nothing_yet', bucket => '1 month')$q$, $q$datamon.watch('nothing_yet', baseline => '(,2025-01-01)')$q$,
		$q$datamon.unwatch('nothing_yet')$q$, $q$datamon.tick('nothing_yet')$q$, $q$datamon.summarize('nothing_yet', NULL)$q$,
		$q$datamon.check('nothing_yet')$q$, $q$datamon.recompute('nothing_yet')$q$]
	LOOP
		BEGIN
			EXECUTE 'SELECT * FROM ' || s;
			RAISE WARNING 'no error: %', s;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
			RAISE INFO '% -> % % [%]', s, state, message, hint;
		END;
	END LOOP;
END
$$;
SELECT datamon.unwatch('parts'), datamon.unwatch('looks');
DROP SCHEMA "odd ""name" CASCADE;
DROP TABLE nothing_yet, timeless, lonely, passing;
DROP TABLE parts CASCADE;
DROP SEQUENCE not_a_table;
