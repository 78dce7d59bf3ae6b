-- Any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(11);
SELECT setseed(0.31);

CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (x float8, r boolean, w float8) LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.05 THEN (ARRAY[NULL, 'NaN', 'Infinity', '-Infinity', '-0'])[1 + floor(random() * 5)::int]::float8 ELSE CASE kind
			WHEN 'few' THEN floor(random() * 6) - 2
			WHEN 'real' THEN (random() - 0.5) * exp(20 * random())
			WHEN 'huge' THEN (random() - 0.5) * 1e308
			WHEN 'tiny' THEN floor(random() * 100) * 5e-324
			WHEN 'constant' THEN 7.5
			WHEN 'weighted' THEN floor(random() * 6) - 2
		END END, CASE WHEN random() < 0.95 THEN random() < 0.4 END,
		CASE WHEN kind <> 'weighted' OR random() < 0.3 THEN 1 WHEN random() < 0.05 THEN NULL ELSE floor(4 * random()) / 4 END
	FROM generate_series(1, n) i
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole two_samples; plain two_samples;
	v two_samples[];
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT s.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) s;
		SELECT two_samples(r.x, r.r, r.w), two_samples(r.x, r.r) INTO whole, plain FROM rows r;
		IF kind <> 'weighted' THEN
			bad := bad + (plain <> whole)::int;
		END IF;
		-- a weight of 1 may be told or not
		SELECT array_agg(p ORDER BY random()) INTO v
			FROM (SELECT part, CASE WHEN count(*) FILTER (WHERE r.w IS DISTINCT FROM 1) = 0 AND part % 2 = 0
				THEN two_samples(r.x, r.r) ELSE two_samples(r.x, r.r, r.w) END AS p FROM rows r GROUP BY part) s;
		SELECT bad + (merge(p) <> whole)::int INTO bad FROM unnest(v) AS p;
		DROP TABLE rows;
		WHILE cardinality(v) > 1 LOOP
			a := 1 + floor(random() * (cardinality(v) - 1))::int;
			b := cardinality(v);
			v[a] := CASE WHEN random() < 0.5 THEN v[a] + v[b] ELSE v[b]::text::two_samples + v[a] END;
			v := v[:b - 1];
		END LOOP;
		bad := bad + (v[1] <> whole OR v[1]::text::two_samples <> whole OR v[1]::text <> whole::text
			OR wasserstein_distance(v[1]) IS DISTINCT FROM wasserstein_distance(whole))::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 120), 0, kind || ' values: 120 random trees')
	FROM unnest(ARRAY['few', 'real', 'huge', 'tiny', 'constant', 'weighted']) kind;

-- every result is that of one pass, whatever the parts
CREATE TEMP TABLE rows AS SELECT s.*, floor(random() * 9)::int AS part FROM pg_temp.sample('few', 3000) s;
SELECT is((SELECT mann_whitney_test(merge(p))::text || anderson_darling_test(merge(p))::text || psi(merge(p))
		FROM (SELECT two_samples(x, r) AS p FROM rows GROUP BY part) s),
	(SELECT mann_whitney_test(x, r)::text || anderson_darling_test(x, r)::text || psi(x, r) FROM rows), 'tests of merged parts');
-- a large state grows in its own way
CREATE TEMP TABLE large AS SELECT random() AS x, random() < 0.7 AS r FROM generate_series(1, 100000);
SELECT ok((SELECT merge(p) FROM (SELECT two_samples(x, r) AS p FROM large GROUP BY x < 0.3) s) = two_samples(x, r)
	AND count(*) = reference_count(two_samples(x, r)) + current_count(two_samples(x, r)), 'a large state') FROM large;
SELECT ok(two_samples(x, r, CASE WHEN x < 0.999 THEN 1 ELSE 2 END) <> two_samples(x, r)
	AND reference_count(two_samples(x, r, 2)) = reference_count(two_samples(x, r)), 'a large state gets weights') FROM large;

SELECT throws_ok($$ SELECT '{}'::two_samples $$, '22P02', NULL, 'malformed text');
SELECT throws_ok($$ SELECT two_samples(1, true, -1) $$, '22023', NULL, 'a negative weight');
SELECT * FROM finish();
ROLLBACK;
