-- Any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(19);
SELECT setseed(0.42);

-- Values of one kind: shapes that fold early, late, never, and special values.
CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (x float8, y float8, t text) LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.02 THEN (ARRAY['NaN','Infinity','-Infinity',NULL,'0','-0'])[1 + floor(random() * 6)::int]::float8
		ELSE CASE kind
			WHEN 'normal' THEN sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())
			WHEN 'offset' THEN 1e9 + random()
			WHEN 'integer' THEN floor(random() * 300)
			WHEN 'cents' THEN round((random() * 100)::numeric, 2)::float8
			WHEN 'wild' THEN (random() - 0.5) * exp(600 * (random() - 0.5))
			WHEN 'tiny' THEN (random() - 0.5) * 1e-310
			WHEN 'constant' THEN 3.25
			WHEN 'two_shapes' THEN CASE WHEN i < n / 2 THEN floor(random() * 5) ELSE random() * 1e6 END
		END END,
		CASE WHEN random() < 0.1 THEN NULL ELSE random() * i END,
		CASE WHEN random() < 0.1 THEN NULL ELSE 'v' || floor(random() * random() * 60) END
	FROM generate_series(1, n) i
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_h histogram; whole_p profile;
	h histogram[]; p profile[];
	bad int := 0; parts int; n int; a int; b int; budget int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7))::int;
		parts := 1 + floor(random() * 50)::int;
		budget := (ARRAY[64, 256, 1024, 4096])[1 + floor(random() * 4)::int];
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT s.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) s;
		SELECT histogram(x, budget), profile(x, y, t) INTO whole_h, whole_p FROM rows;
		SELECT array_agg(hh ORDER BY random()), array_agg(pp ORDER BY random()) INTO h, p
		FROM (SELECT histogram(x, budget) hh, profile(x, y, t) pp FROM rows GROUP BY part) q;
		-- half of the cases through the aggregate, in any order
		IF random() < 0.5 THEN
			SELECT array[merge(v ORDER BY random())] INTO h FROM unnest(h) v;
			SELECT array[merge(v ORDER BY random())] INTO p FROM unnest(p) v;
		END IF;
		WHILE array_length(h, 1) > 1 LOOP
			a := 1 + floor(random() * array_length(h, 1))::int;
			b := 1 + a % array_length(h, 1);
			h[a] := h[a] OPERATOR(datamon.+) h[b];
			p[a] := p[a] OPERATOR(datamon.+) p[b];
			h := h[:b - 1] || h[b + 1:];
			p := p[:b - 1] || p[b + 1:];
		END LOOP;
		IF h[1] OPERATOR(datamon.<>) whole_h OR p[1] OPERATOR(datamon.<>) whole_p
			OR _histogram_send(h[1]) <> _histogram_send(whole_h) OR _profile_send(p[1]) <> _profile_send(whole_p) THEN
			bad := bad + 1;
		END IF;
		-- text and binary forms bring back the same value
		IF whole_h::text::histogram OPERATOR(datamon.<>) whole_h OR whole_p::text::profile OPERATOR(datamon.<>) whole_p THEN
			bad := bad + 1;
		END IF;
		DROP TABLE rows;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 300), 0, '300 random merges of ' || kind || ' values equal one pass')
FROM unnest(ARRAY['normal','offset','integer','cents','wild','tiny','constant','two_shapes']) kind;

-- one table, many plans
CREATE TABLE datamon_merge_plans (k int, x float8, y float8, t text) PARTITION BY HASH (k);
CREATE TABLE datamon_merge_plans_0 PARTITION OF datamon_merge_plans FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE datamon_merge_plans_1 PARTITION OF datamon_merge_plans FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE datamon_merge_plans_2 PARTITION OF datamon_merge_plans FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO datamon_merge_plans SELECT i % 7, s.x, s.y, s.t FROM pg_temp.sample('normal', 30000) WITH ORDINALITY s (x, y, t, i);
ANALYZE datamon_merge_plans;
CREATE TEMP TABLE serial AS SELECT k, histogram(x) h, profile(x, y, t) p FROM datamon_merge_plans GROUP BY k;
CREATE TEMP TABLE serial_all AS SELECT histogram(x) h, profile(x, y, t) p FROM datamon_merge_plans;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 4;

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; whole text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP whole := whole || line || E'\n'; END LOOP;
	RETURN whole;
END $$;

SELECT matches(pg_temp.plan_of('SELECT histogram(x), profile(x, y, t) FROM datamon_merge_plans'), 'Gather[^$]*Partial Aggregate',
	'a parallel plan aggregates in parts');
CREATE TEMP TABLE parallel_all AS SELECT histogram(x) h, profile(x, y, t) p FROM datamon_merge_plans;
SELECT ok(s.h OPERATOR(datamon.=) q.h, 'histogram of a parallel plan equals the serial one') FROM serial_all s, parallel_all q;
SELECT ok(s.p OPERATOR(datamon.=) q.p, 'profile of a parallel plan equals the serial one') FROM serial_all s, parallel_all q;

SET LOCAL enable_partitionwise_aggregate = on;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT matches(pg_temp.plan_of('SELECT histogram(x), profile(x, y, t) FROM datamon_merge_plans'), 'Append[^$]*Partial Aggregate',
	'a partition-wise plan aggregates partition by partition');
CREATE TEMP TABLE wise_all AS SELECT histogram(x) h, profile(x, y, t) p FROM datamon_merge_plans;
SELECT ok(s.h OPERATOR(datamon.=) q.h, 'histogram of a partition-wise plan equals the serial one') FROM serial_all s, wise_all q;
SELECT ok(s.p OPERATOR(datamon.=) q.p, 'profile of a partition-wise plan equals the serial one') FROM serial_all s, wise_all q;

CREATE TEMP TABLE wise AS SELECT k, histogram(x) h, profile(x, y, t) p FROM datamon_merge_plans GROUP BY k;
SELECT is((SELECT count(*) FROM serial s JOIN wise q USING (k) WHERE s.h OPERATOR(datamon.=) q.h AND s.p OPERATOR(datamon.=) q.p), 7::bigint,
	'every group of a partition-wise plan equals its serial one');

-- roll-up: groups merged equal all rows
SELECT ok((SELECT merge(h) FROM serial) OPERATOR(datamon.=) (SELECT h FROM serial_all), 'merged groups equal the whole: histogram');
SELECT ok((SELECT merge(p) FROM serial) OPERATOR(datamon.=) (SELECT p FROM serial_all), 'merged groups equal the whole: profile');

-- budgets: folding later or earlier comes to the same
SELECT ok(compact((SELECT h FROM serial_all), 256) OPERATOR(datamon.=) (SELECT histogram(x, 256) FROM datamon_merge_plans),
	'compact() equals what the smaller budget would have given');
SELECT ok((SELECT merge(compact(h, 256)) FROM serial) OPERATOR(datamon.=) (SELECT histogram(x, 256) FROM datamon_merge_plans),
	'compacted parts merge into the compacted whole');

SELECT * FROM finish();
ROLLBACK;
