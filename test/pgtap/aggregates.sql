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
WHERE p.pronamespace = 'datamon'::regnamespace
	-- Of a series, where the order is the point, two parts have no state in common.
	AND a.aggtranstype NOT IN ('datamon.anomaly_state'::regtype, 'datamon.drift_detector'::regtype);

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

-- Rows for every argument, some of them missing, in three partitions.
CREATE TABLE rows (part int, x float8, y float8, heavy float8, many bigint, b boolean, c boolean, i int, j int, grade int, other int,
	item int, rater int, colour text, shade text, n numeric, at timestamptz, vector float8[], three float8[], gains float8[],
	ranked text[], labels text[], relevant boolean[]) PARTITION BY LIST (part);
CREATE TABLE rows_0 PARTITION OF rows FOR VALUES IN (0);
CREATE TABLE rows_1 PARTITION OF rows FOR VALUES IN (1);
CREATE TABLE rows_2 PARTITION OF rows FOR VALUES IN (2);
SELECT setseed(0.31);
INSERT INTO rows
SELECT n % 3, CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.02 THEN 'NaN' ELSE round(random()::numeric, 3) END,
	CASE WHEN random() > 0.05 THEN random() END, ceil(random() * 4), ceil(random() * 3), CASE WHEN random() > 0.05 THEN random() < 0.4 END,
	CASE WHEN random() > 0.05 THEN random() < 0.5 END, round(random()), CASE WHEN random() > 0.05 THEN round(random()) END,
	floor(random() * 3), CASE WHEN random() > 0.05 THEN floor(random() * 3) END, n / 4, n % 4,
	CASE WHEN random() > 0.05 THEN (ARRAY['red', 'green', 'blue'])[1 + floor(random() * 3)::int] END,
	(ARRAY['red', 'green', 'black'])[1 + floor(random() * 3)::int], round((random() * 100)::numeric, 2),
	CASE WHEN random() > 0.05 THEN '2024-01-01Z'::timestamptz + random() * interval '9 days' END,
	CASE WHEN random() > 0.05 THEN ARRAY[random(), random()] END, ARRAY[random(), random(), random()], ARRAY[floor(random() * 4), 1, 0],
	ARRAY['red', 'blue', 'green'], CASE WHEN random() > 0.05 THEN ARRAY['red', 'grey'] END, ARRAY[random() < 0.5, true, random() < 0.5]
FROM generate_series(1, 1200) n;
ANALYZE rows;

-- What to give for an argument, by its name and type; what is not here fails below.
CREATE TEMP TABLE given (argument text, type text, expression text);
INSERT INTO given VALUES
	('metric', 'text', $$'nominal'$$), ('type', 'text', $$'ICC2'$$), ('weights', 'text', $$'linear'$$), ('bins', 'text', $$'quantiles:4'$$),
	('empty', 'text', $$'evidently'$$), ('empty', 'float8', '0.01'), ('base', 'float8', '3'), ('max_bytes', 'int', '512'),
	('max_values', 'int', '2'), ('beta', 'float8', '1.5'), ('k', 'int', '2'), ('max_rank', 'int', '3'), ('low', 'float8', '0.2'),
	('high', 'float8', '0.8'), ('pattern', 'text', $$'e'$$), ('positive', 'text', $$'red'$$), ('weight', 'float8', 'heavy'),
	('weight', 'bigint', 'many'), ('is_reference', 'boolean', 'b'), ('label', 'boolean', 'b'), ('label', 'int', 'i'),
	('prediction', 'boolean', 'c'), ('prediction', 'int', 'j'), ('actual', 'boolean', 'b'), ('predicted', 'boolean', 'c'),
	('actual', 'int', 'i'), ('predicted', 'int', 'j'), ('actual', 'bigint', 'grade'), ('predicted', 'bigint', 'other'),
	('actual', 'text', 'colour'), ('predicted', 'text', 'shade'), ('actual', 'float8', 'x'), ('predicted', 'float8', 'y'),
	('actual', 'text[]', 'labels'), ('predicted', 'text[]', 'ranked'), ('score', 'float8', 'y'), ('score', 'float8[]', 'three'),
	('item', 'int', 'item'), ('item', 'bigint', 'item'), ('item', 'text', $$'item ' || item$$), ('annotator', 'int', 'rater'),
	('item', 'smallint', 'item'), ('annotator', 'smallint', 'rater'), ('category', 'smallint', 'other'), ('a', 'smallint', 'grade'),
	('b', 'smallint', 'other'), ('annotator', 'bigint', 'rater'), ('annotator', 'text', $$'rater ' || rater$$), ('category', 'int', 'other'),
	('category', 'bigint', 'other'), ('category', 'text', 'colour'), ('a', 'int', 'grade'), ('a', 'bigint', 'grade'), ('a', 'text', 'colour'),
	('b', 'int', 'other'), ('b', 'bigint', 'other'), ('b', 'text', 'shade'), ('labels_true', 'bigint', 'grade'), ('labels_true', 'text', 'colour'),
	('labels_pred', 'bigint', 'other'), ('labels_pred', 'text', 'shade'), ('vector', 'float8[]', 'vector'), ('label', 'bigint', 'grade'),
	('label', 'text', 'colour'), ('relevance', 'float8[]', 'gains'), ('relevant', 'boolean[]', 'relevant'), ('ranked', 'text[]', 'ranked'),
	('gain', 'float8', 'y'), ('x', 'float8', 'x'), ('y', 'float8', 'y'), ('value', 'float8', 'x'), ('value', 'int', 'other'),
	('value', 'bigint', 'other'), ('value', 'smallint', 'other::smallint'), ('value', 'text', 'colour'), ('value', 'boolean', 'c'),
	('kinds', 'text', $$'ncn'$$), ('numbers', 'float8[]', 'ARRAY[x, y]'), ('categories', 'text[]', 'ARRAY[colour]'),
	('value', 'numeric', 'n'), ('value', 'date', 'at::date'), ('value', 'timestamptz', 'at'), ('value', 'timestamp', 'at::timestamp'),
	('key', 'bigint[]', 'ARRAY[grade, coalesce(other, -1)]'), ('n', 'bigint', 'many'),
	('profile', 'datamon.profile', $$('{"rows":1,"max_bytes":1536,"significant_bits":53,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":'
		|| i || ',"max":' || i || ',"bins":[[' || i || ',1]]}]}')$$),
	('segment', 'jsonb', $$jsonb_build_object('colour', colour, 'shade', shade)$$), ('expected', 'float8', 'y'), ('history', 'float8[]', 'three'),
	('events', 'float8', 'i'), ('trials', 'float8', 'heavy'), ('reference_events', 'float8', 'i'), ('reference_trials', 'float8', 'many'),
	('performance', 'datamon.f_beta_state', $$datamon.f_beta_state(i, 1 - i, 0, 0)$$),
	('model', 'datamon.model', $$datamon.parse_model('{"intercept": 1, "coef": [0.3, -7], "mean": [0.1, 0.2], "feature_names": ["x", "y"]}'::text)$$),
	('features', 'float8[]', 'vector'), ('row', 'jsonb', $$jsonb_build_object('x', nullif(x, 'NaN'), 'y', y)$$);

CREATE TEMP TABLE call AS
SELECT a.name, format('datamon.%I(%s)', a.proname, CASE WHEN a.proargnames IS NULL THEN 'x, y, colour, c, n, at' ELSE list END) AS call,
	complete OR a.proargnames IS NULL AS complete
FROM aggregate a
CROSS JOIN LATERAL (
	SELECT string_agg(CASE WHEN u.type = 'text' THEN g.expression ELSE g.expression || '::' || u.type END, ', ' ORDER BY place) AS list,
		bool_and(g.expression IS NOT NULL) AS complete
	FROM (SELECT place, a.proargnames[place] AS argument, regexp_replace(replace(replace(replace(replace(o::regtype::text,
			'double precision', 'float8'), 'integer', 'int'), 'timestamp with time zone', 'timestamptz'),
			'timestamp without time zone', 'timestamp'), '^pg_catalog\.', '') AS type
		FROM unnest(a.arguments) WITH ORDINALITY v (o, place)) u
	LEFT JOIN given g ON g.argument = u.argument AND g.type = u.type) s
WHERE a.proname <> 'merge';
-- scikit-learn's form of top-k: classes are places in the scores
UPDATE call SET call = replace(call, '(i::int', '(grade::int') WHERE call LIKE '%three::float8[]%';
SELECT cmp_ok((SELECT count(*) FROM call), '>=', 190::bigint, 'there are many aggregates');
SELECT is_empty($$SELECT name, call FROM call WHERE complete IS NOT TRUE$$, 'the test knows every argument');

CREATE FUNCTION pg_temp.answers() RETURNS TABLE (name text, answer text, partial boolean) LANGUAGE plpgsql AS $$
DECLARE
	c record;
	line text;
BEGIN
	FOR c IN SELECT * FROM call LOOP
		name := c.name;
		partial := false;
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT ' || c.call || ' FROM rows' LOOP
			partial := partial OR line ~ 'Partial Aggregate';
		END LOOP;
		EXECUTE 'SELECT (' || c.call || ')::text FROM rows' INTO answer;
		RETURN NEXT;
	END LOOP;
END $$;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT * FROM pg_temp.answers();
SELECT is_empty($$SELECT name FROM serial WHERE answer IS NULL$$, 'every aggregate has an answer');

-- In parts: each worker and each partition takes its own, and the states are combined.
DO $$ BEGIN
	PERFORM set_config(name, 'on', true) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
END $$;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TEMP TABLE parallel AS SELECT * FROM pg_temp.answers();
SELECT is_empty($$SELECT name FROM parallel WHERE NOT partial$$, 'every aggregate is computed in parts');
SELECT is_empty($$SELECT name, s.answer, p.answer FROM serial s JOIN parallel p USING (name) WHERE s.answer IS DISTINCT FROM p.answer$$,
	'and the answer is the same, to the last digit');

SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_partitionwise_aggregate = on;
CREATE TEMP TABLE partitionwise AS SELECT * FROM pg_temp.answers();
SELECT is_empty($$SELECT name, s.answer, p.answer FROM serial s JOIN partitionwise p USING (name) WHERE s.answer IS DISTINCT FROM p.answer$$,
	'so it is partition by partition');

-- Node by node, as Citus does it: there only the transition function, the state's text to the coordinator, which combines
-- and finishes. What the state does not say, the final function does not know. profile() of any types is not for it.
CREATE FUNCTION pg_temp.by_way_of_text() RETURNS TABLE (name text, answer text) LANGUAGE plpgsql AS $$
DECLARE
	a record;
BEGIN
	FOR a IN SELECT g.*, c.call FROM aggregate g JOIN call c USING (name) WHERE g.proargnames IS NOT NULL LOOP
		EXECUTE format('CREATE AGGREGATE pg_temp.node_part(%s) (SFUNC = %s, STYPE = %s %s)',
			(SELECT string_agg(o::regtype::text, ', ' ORDER BY place) FROM unnest(a.arguments) WITH ORDINALITY u (o, place)),
			a.aggtransfn, a.aggtranstype::regtype, ', INITCOND = ' || quote_literal(a.agginitval));
		EXECUTE format('CREATE AGGREGATE pg_temp.coordinator_part(%1$s) (SFUNC = %2$s, STYPE = %1$s %3$s %4$s)',
			a.aggtranstype::regtype, a.aggcombinefn, ', FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc,
			', INITCOND = ' || quote_literal(a.agginitval));
		name := a.name;
		EXECUTE format('SELECT pg_temp.coordinator_part(s.state::%s)::text FROM (SELECT %s::text AS state FROM rows GROUP BY part) s',
			a.aggtranstype::regtype, regexp_replace(a.call, '^datamon\.\w+', 'pg_temp.node_part')) INTO answer;
		RETURN NEXT;
		EXECUTE format('DROP AGGREGATE pg_temp.coordinator_part(%s)', a.aggtranstype::regtype);
		EXECUTE format('DROP AGGREGATE pg_temp.node_part(%s)',
			(SELECT string_agg(o::regtype::text, ', ' ORDER BY place) FROM unnest(a.arguments) WITH ORDINALITY u (o, place)));
	END LOOP;
END $$;
CREATE TEMP TABLE by_text AS SELECT * FROM pg_temp.by_way_of_text();
SELECT is_empty($$SELECT name, s.answer, t.answer FROM serial s JOIN by_text t USING (name) WHERE s.answer IS DISTINCT FROM t.answer$$,
	'so it is when states travel as text');
SELECT * FROM finish();
ROLLBACK;
