-- moments, correlation_state, regression_state and pairs: any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(14);
SELECT setseed(0.17);

-- Pairs of one kind: near each other, many magnitudes, all magnitudes, ties, the ends of double, one constant.
CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (x float8, y float8) LANGUAGE sql AS $$
	SELECT CASE WHEN r < 0.04 THEN NULL WHEN r < 0.06 THEN 'NaN' WHEN r < 0.07 THEN 'Infinity' WHEN r < 0.08 THEN '-Infinity' ELSE a END,
		CASE WHEN q < 0.04 THEN NULL WHEN q < 0.06 THEN 'NaN' WHEN q < 0.07 THEN '-Infinity' ELSE b END
	FROM (SELECT random() AS r, random() AS q,
		CASE kind WHEN 'near' THEN 1e9 + random() WHEN 'wide' THEN (random() - 0.5) * 10 ^ (random() * 40 - 20)
			WHEN 'all' THEN (random() - 0.5) * 10 ^ (random() * 600 - 300) WHEN 'ties' THEN floor(random() * 5) - 2
			WHEN 'ends' THEN (ARRAY[5e-324, -5e-324, 1.7e308, -1.7e308, 0, -0.0, 1, 1e-310])[1 + floor(random() * 8)::int] ELSE 0.1 END AS a,
		CASE kind WHEN 'near' THEN random() WHEN 'wide' THEN (random() - 0.5) * 10 ^ (random() * 40 - 20)
			WHEN 'all' THEN (random() - 0.5) * 10 ^ (random() * 600 - 300) WHEN 'ties' THEN floor(random() * 3)
			WHEN 'ends' THEN (ARRAY[5e-324, 1.7e308, -1.7e308, 0, -0.0, 3])[1 + floor(random() * 6)::int] ELSE random() END AS b
		FROM generate_series(1, n)) s
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_m moments; whole_c correlation_state; whole_r regression_state; whole_p pairs; again record;
	m moments[]; c correlation_state[]; r regression_state[]; p pairs[];
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR i IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7.5))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS SELECT s.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) s;
		SELECT moments(x), correlation_state(x, y), regression_state(x, y), pairs(x, y) INTO whole_m, whole_c, whole_r, whole_p FROM rows;
		SELECT array_agg(pm), array_agg(pc), array_agg(pr), array_agg(pp) INTO m, c, r, p FROM (SELECT moments(x) AS pm, correlation_state(x, y) AS pc,
			regression_state(x, y) AS pr, pairs(x, y) AS pp FROM rows GROUP BY part ORDER BY random()) s;
		SELECT merge(um) AS m, merge(uc) AS c, merge(ur) AS r, merge(up) AS p INTO again FROM unnest(m, c, r, p) AS u (um, uc, ur, up);
		bad := bad + (again.m <> whole_m OR again.c <> whole_c OR again.r <> whole_r OR again.p <> whole_p)::int;
		DROP TABLE rows;
		WHILE cardinality(m) > 1 LOOP
			a := 1 + floor(random() * (cardinality(m) - 1))::int;
			b := cardinality(m);
			m[a] := CASE WHEN random() < 0.5 THEN m[a] + m[b] ELSE m[b] + m[a] END;
			c[a] := CASE WHEN random() < 0.5 THEN c[a] + c[b] ELSE c[b]::text::correlation_state + c[a] END;
			r[a] := CASE WHEN random() < 0.5 THEN r[a] + r[b] ELSE r[b]::text::regression_state + r[a] END;
			p[a] := CASE WHEN random() < 0.5 THEN p[a] + p[b] ELSE p[b]::text::pairs + p[a] END;
			m := m[:b - 1]; c := c[:b - 1]; r := r[:b - 1]; p := p[:b - 1];
		END LOOP;
		bad := bad + (m[1] <> whole_m OR c[1] <> whole_c OR r[1] <> whole_r OR p[1] <> whole_p OR m[1]::text::moments <> whole_m)::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 60), 0, kind || ' values: 60 random trees')
	FROM unnest(ARRAY['near', 'wide', 'all', 'ties', 'ends', 'constant']) kind;

-- Binary copies read back to the same value; what packing would not write is refused.
CREATE TEMP TABLE state AS SELECT k, moments(x) AS m, correlation_state(x, y) AS c, regression_state(x, y) AS r, pairs(x, y) AS p
	FROM (SELECT 'near' AS k, (pg_temp.sample('near', 400)).* UNION ALL SELECT 'all', (pg_temp.sample('all', 400)).*
		UNION ALL SELECT 'none', NULL, NULL UNION ALL SELECT 'ends', (pg_temp.sample('ends', 9)).*) s GROUP BY k;
SELECT is(count(*), 4::bigint, 'text reads back') FROM state
	WHERE m = m::text::moments AND c = c::text::correlation_state AND r = r::text::regression_state AND p = p::text::pairs;
SELECT throws_ok(format('SELECT %L::%s', replace(v, '"n":2', '"n":9'), t), '22P02', NULL, t || ': a count that the sums contradict')
	FROM (SELECT 'moments' AS t, moments(x)::text AS v FROM (VALUES (1::float8), (7)) AS s (x)
		UNION ALL SELECT 'regression_state', regression_state(x, 0)::text FROM (VALUES (1::float8), (7)) AS s (x)) s;
SELECT throws_ok(format('SELECT %L::correlation_state', replace(correlation_state(x, x)::text, '"sum_products":"32@272"', '"sum_products":"33@272"')),
	'22P02', NULL, 'correlation_state: products beyond what squares allow') FROM (VALUES (1::float8), (7)) AS s (x);
SELECT throws_ok($$ SELECT '{"nulls":0,"non_finite":0,"pairs":[[2,1,1],[1,1,1]]}'::pairs $$, '22P02', NULL, 'pairs: out of order');
SELECT throws_ok($$ SELECT '{"nulls":0,"non_finite":0,"pairs":[[2,1,9000000000000]]}'::pairs $$, '54000', NULL, 'pairs: more than there is room for');
SELECT throws_ok(format('SELECT %L::%s', v, t), '22P02', NULL, t || ': malformed text')
	FROM (VALUES ('moments', '{}'), ('regression_state', '{"n":1}')) s (t, v);
SELECT finish();
ROLLBACK;
