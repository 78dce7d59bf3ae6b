-- vectors and the test of maximum mean discrepancy.
SET search_path = datamon, public;
\pset null NULL
CREATE FUNCTION pg_temp.r(t test_result) RETURNS text LANGUAGE sql AS
	$$ SELECT concat_ws(' ', coalesce(round(t.statistic::numeric, 6)::text, '-'), coalesce(round(t.p_value::numeric, 6)::text, '-'), coalesce(t.df::text, '-'),
		coalesce(round(t.effect_size::numeric, 6)::text, '-'), t.n_reference, t.n_current, t.unused_reference, t.unused_current, t.method) $$;

-- two points 2 apart, sigma 1: 1 + 1 - 2 exp(-2) = 1.729329
SELECT pg_temp.r(mmd_test(vectors(ARRAY[x], x = 0), sigma => 1)) FROM unnest('{0,0,0,0,0,2,2,2,2}'::float8[]) x;
-- no difference, a small one, and the same by rows
CREATE TEMP TABLE points AS
	SELECT i % 2 = 0 AS f, ARRAY[sin(i * 12.9898) * 2, cos(i * 78.233), sin(i * 37.719) * 3]::float8[] AS v FROM generate_series(1, 300) i;
SELECT pg_temp.r(mmd_test(v, f)) FROM points;
SELECT pg_temp.r(mmd_test(ARRAY[v[1] + CASE WHEN f THEN 0.8 ELSE 0 END, v[2], v[3]], f)) FROM points;
SELECT mmd_test(v, f) = mmd_test(vectors(v, f)) AS same, mmd_test(v, f ORDER BY v) = mmd_test(v, f ORDER BY v DESC) AS "any order",
	mmd_test(vectors(v, f), seed => 1) = mmd_test(vectors(v, f), 100, NULL, 1) AS "same seed",
	mmd_test(vectors(ARRAY[v[1] + f::int * 0.3], f), 999, seed => 1) = mmd_test(vectors(ARRAY[v[1] + f::int * 0.3], f), 999, seed => 2) AS "other seed"
	FROM points;
-- the smallest p-value is 1 / (permutations + 1), never 0 (alibi-detect#960)
SELECT (mmd_test(vectors(ARRAY[i], i > 50), permutations)).p_value * (permutations + 1) AS least
	FROM unnest('{1,100,127,128,1000}'::int[]) permutations, generate_series(1, 100) i GROUP BY permutations ORDER BY permutations;

-- what is left out, and undefined
SELECT vectors(v, f) FROM (VALUES ('{1,2}'::float8[], true), ('{0,-0.0}', false), ('{1,NULL}', true), ('{NaN,1}', NULL), (NULL, false), ('{-1,7}', true),
	('{}', false), ('{Infinity,1}', false), ('{1,-1e308}', true), ('{5e-324,1}', false)) t (v, f);
SELECT count(t), unused_count(t), dimension(t), t = t::text::vectors AS text, t + t = (SELECT merge(u) FROM (VALUES (t), (t)) d (u)) AS sum
	FROM (SELECT vectors(v, f) AS t FROM points) q;
SELECT vectors(NULL, true), pg_temp.r(mmd_test(NULL::float8[], true)), dimension(vectors(NULL, NULL));
SELECT vectors(v, true) IS NULL AS nothing, mmd_test(v, true) IS NULL AS nothing, mmd_test(NULL::vectors) IS NULL AS "null" FROM points WHERE false;
SELECT pg_temp.r(mmd_test(ARRAY[x], x > 1)) FROM unnest('{1,1,1,2}'::float8[]) x;
SELECT pg_temp.r(mmd_test(ARRAY[5, 5], i > 3)) AS "all alike" FROM generate_series(1, 6) i;
SELECT pg_temp.r(mmd_test(ARRAY[CASE WHEN i > 5 THEN 1e308 ELSE -1e308 END], i > 5)) AS "far apart" FROM generate_series(1, 10) i;

-- errors
SELECT vectors(v, true) FROM (VALUES ('{1,2}'::float8[]), ('{1,2,3}')) t (v);
SELECT vectors('{{1,2},{3,4}}'::float8[], true);
SELECT vectors('{1}'::float8[], true) + vectors('{1,2}'::float8[], false);
SELECT mmd_test(vectors(v, f), 0) FROM points;
SELECT mmd_test(vectors(v, f), sigma => 0) FROM points;
SELECT mmd_test(vectors(v, f), sigma => 'NaN') FROM points;
SELECT mmd_test(ARRAY[i], i > 5) FROM generate_series(1, 20001) i;
SELECT mmd_test(vectors(ARRAY[i], i > 5), 100000) FROM generate_series(1, 2000) i;
SELECT '{"unflagged":0,"unused_reference":0,"unused_current":0,"reference":[[2],[1]],"current":[]}'::vectors;
SELECT '{"unflagged":0,"unused_reference":0,"unused_current":0,"reference":[[1],[1,2]],"current":[]}'::vectors;
SELECT '{"unflagged":0,"unused_reference":0,"unused_current":0,"reference":[[-0]],"current":[]}'::vectors;
SELECT '{"unflagged":0,"unused_reference":0,"unused_current":0,"reference":[[]],"current":[]}'::vectors;
SELECT _vectors_trans(NULL, '{1}', true);

-- what takes long can be cancelled
SET statement_timeout = 300;
SELECT mmd_test(ARRAY[i, i % 7, i % 100], i > 5) FROM generate_series(1, 20000) i;
RESET statement_timeout;
