-- What holds for every aggregate of the extension, whoever adds one: it can be split by any planner, and however it is split
-- it gives the same answer, to the last digit.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
SELECT no_plan();
SET LOCAL jit = off;

CREATE TEMP TABLE aggregate AS
SELECT a.*, p.proname, p.proparallel, p.proargtypes::oid[] AS arguments, p.proargnames, p.provariadic, p.oid::regprocedure::text AS name
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
WHERE p.pronamespace = 'datamon'::regnamespace;

SELECT is_empty($$SELECT name FROM aggregate JOIN pg_type t ON t.oid = aggtranstype
	WHERE t.typtype <> 'b' OR t.typnamespace <> 'datamon'::regnamespace AND t.oid <> 'bigint[]'::regtype$$,
	'every state is a type of the extension, or an array of counts');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggcombinefn = 0 OR aggserialfn <> 0 OR aggkind <> 'n' OR aggsortop <> 0
	OR proparallel <> 's'$$, 'every aggregate combines, is parallel safe, and asks for no order');
SELECT is_empty($$SELECT name FROM aggregate, unnest(arguments) o JOIN pg_type t ON t.oid = o
	WHERE t.typtype = 'p' AND proname <> 'profile' OR cardinality(arguments) = 0$$, 'arguments are concrete, and there is one');
SELECT is_empty($$SELECT name FROM aggregate a JOIN pg_proc f ON f.oid IN (a.aggtransfn, a.aggcombinefn)
	WHERE f.proisstrict OR f.provolatile <> 'i' OR f.proparallel <> 's'$$, 'transition and combine functions are immutable and see NULLs');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggfinalmodify <> 'r'$$, 'final functions leave the state as it is');
SELECT is_empty($$SELECT name FROM aggregate a WHERE proname <> 'merge' AND aggtranstype <> 'bigint[]'::regtype AND NOT EXISTS (
	SELECT FROM aggregate m WHERE m.proname = 'merge' AND m.arguments[0] = a.aggtranstype)$$, 'every state has a merge()');

-- Rows of every argument type, some missing; three partitions; constants by their names.
CREATE TABLE rows (part int, x float8, y float8, b boolean, c boolean, i int, j int, k bigint, l bigint, n numeric, t text, u text, w text,
	v float8[], w1 float8[], tt text[], uu text[], bb boolean[]) PARTITION BY LIST (part);
CREATE TABLE rows_0 PARTITION OF rows FOR VALUES IN (0);
CREATE TABLE rows_1 PARTITION OF rows FOR VALUES IN (1);
CREATE TABLE rows_2 PARTITION OF rows FOR VALUES IN (2);
SELECT setseed(0.31);
INSERT INTO rows
SELECT i % 3, CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.02 THEN 'NaN' ELSE round(random()::numeric, 3) END, nullif(random(), 0.5),
	nullif(random() < 0.4, random() < 0.05), nullif(random() < 0.5, random() < 0.05), (random() * 1)::int, nullif((random() * 1)::int, 7),
	(i / 4), (random() * 3)::int, round((random() * 100)::numeric, 2), 'item ' || i / 4, 'rater ' || i % 4,
	nullif((array['red', 'green', 'blue'])[1 + floor(random() * 3)::int], CASE WHEN random() < 0.05 THEN 'red' END),
	array[random(), random()], array[random(), random()], array['a', 'b', 'c'], array['b', 'd'], array[random() < 0.5, true, false]
FROM generate_series(1, 1200) i;
ANALYZE rows;
