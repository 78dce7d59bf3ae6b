-- Any split of the rows, merged in any tree, gives the bytes of one pass; what is estimated is near.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(13);
SELECT setseed(0.42);

-- Text of one kind: few values, as many as the limit, many more, long ones.
CREATE FUNCTION pg_temp.sample(kind text, n int, max_values int) RETURNS TABLE (v text, a bool, p bool) LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.05 THEN NULL ELSE CASE kind
			WHEN 'few' THEN 'v' || floor(random() * random() * 9)
			WHEN 'around' THEN 'v' || floor(random() * (max_values + 2))
			WHEN 'many' THEN md5(i::text)
			WHEN 'long' THEN repeat(chr(97 + (random() * 25)::int), (random() * 400)::int)
			WHEN 'constant' THEN ''
		END END, nullif(random() * 2.2 < 1, random() < 0.1), nullif(random() * 2.2 < 1, random() < 0.1)
	FROM generate_series(1, n) i
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_v value_counts; whole_f f_beta_state;
	v value_counts[]; f f_beta_state[];
	bad int := 0; parts int; n int; a int; b int; max_values int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7))::int;
		parts := 1 + floor(random() * 50)::int;
		max_values := (ARRAY[1, 2, 7, 16, 100, 1000])[1 + floor(random() * 6)::int];
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT s.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n, max_values) s;
		SELECT value_counts(r.v, max_values), f_beta_state(r.a, r.p) INTO whole_v, whole_f FROM rows r;
		SELECT array_agg(pv ORDER BY random()), array_agg(pf ORDER BY part) INTO v, f
			FROM (SELECT part, value_counts(r.v, max_values) AS pv, f_beta_state(r.a, r.p) AS pf FROM rows r GROUP BY part) s;
		DROP TABLE rows;
		WHILE cardinality(v) > 1 LOOP
			a := 1 + floor(random() * (cardinality(v) - 1))::int;
			b := cardinality(v);
			v[a] := CASE WHEN random() < 0.5 THEN v[a] + v[b] ELSE v[b] + v[a] END;
			f[a] := CASE WHEN random() < 0.5 THEN f[a] + f[b] ELSE (f[b]::text::f_beta_state) + f[a] END;
			v := v[:b - 1];
			f := f[:b - 1];
		END LOOP;
		bad := bad + (v[1] <> whole_v OR f[1] <> whole_f OR v[1]::text::value_counts <> whole_v)::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 250), 0, kind || ' values: 250 random trees')
	FROM unnest(ARRAY['few', 'around', 'many', 'long', 'constant']) kind;

-- distinct_count in hashed mode: unbiased, and as exact as it says
CREATE TEMP TABLE estimate AS
	SELECT d, distinct_count(v) / d::float8 AS ratio, is_exact(v) AS exact, (SELECT count(*) FROM counts(v)) AS buckets
	FROM (SELECT d, t, value_counts(t || '/' || i) AS v
		FROM unnest(ARRAY[900, 1100, 3000, 20000]) d, generate_series(1, 60) t, generate_series(1, d) i, generate_series(1, 2)
		GROUP BY d, t) e;
SELECT ok(bool_and(exact AND ratio = 1), '900 distinct values are exact') FROM estimate WHERE d = 900;
SELECT ok(abs(avg(ratio) - 1) < 0.02 AND stddev(ratio) < 1.2 / sqrt(min(buckets)) AND NOT bool_or(exact),
	d || ' distinct values: estimated without bias, within the stated error') FROM estimate WHERE d > 1000 GROUP BY d ORDER BY d;

-- f1_stderr: the spread of F1 over samples
SELECT ok(abs(avg(f1_stderr(s)) / stddev(f1_score(s)) - 1) < 0.15, 'f1_stderr is the spread of f1_score over samples')
	FROM (SELECT f_beta_state(u < 0.3, u < 0.2 OR u > 0.9) AS s
		FROM (SELECT t, random() AS u FROM generate_series(1, 400) t, generate_series(1, 300)) r GROUP BY t) s;

SELECT throws_ok($$ SELECT value_counts(v, n) FROM (VALUES ('a'::text, 1), ('b', 2)) t(v, n) $$, '22023', NULL,
	'max_values must be constant');
SELECT throws_ok($$ SELECT '{}'::value_counts $$, '22P02', NULL, 'malformed text');
SELECT throws_ok($$ SELECT f_beta_state(9223372036854775807, 1, 0, 0) $$, '22003', NULL, 'overflow');
SELECT * FROM finish();
ROLLBACK;
