-- Any split of the rows, merged in any tree, gives the bytes of one pass, and so the same causes; in what order the rows come and
-- what the dimensions are called is of no account either.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(12);
SELECT setseed(0.78);

-- Random rows of a kind: some lack something, some come twice.
CREATE FUNCTION pg_temp.segment() RETURNS jsonb LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.03 THEN NULL ELSE jsonb_build_object('a', floor(random() * 6), 'b', (ARRAY['x', 'y', NULL, E'q"\n'])[1 + floor(random() * 4)::int],
		'c', random() < 0.3) || CASE WHEN random() < 0.1 THEN '{}' ELSE jsonb_build_object('dd', chr(97 + floor(random() * 5)::int)) END END
$$;
CREATE FUNCTION pg_temp.number() RETURNS float8 LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.02 THEN NULL WHEN random() < 0.02 THEN 'NaN' WHEN random() < 0.2 THEN 0 ELSE floor(exp(random() * 12)) END
$$;
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole segment_changes;
	s segment_changes[];
	bad int := 0; n int; parts int; a int; b int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 6))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT pg_temp.segment() AS g, pg_temp.number() AS x, pg_temp.number() AS y,
				CASE WHEN random() > 0.03 THEN ARRAY[pg_temp.number(), pg_temp.number(), 3] END AS h, floor(random() * 100) AS k,
				floor(random() * parts)::int AS part
			FROM generate_series(1, n);
		EXECUTE format('SELECT %1$s FROM rows', kind) INTO whole;
		EXECUTE format('SELECT array_agg(s ORDER BY random()) FROM (SELECT part, %1$s AS s FROM rows GROUP BY part) p', kind) INTO s;
		DROP TABLE rows;
		WHILE cardinality(s) > 1 LOOP
			a := 1 + floor(random() * (cardinality(s) - 1))::int;
			b := cardinality(s);
			IF random() < 0.1 THEN
				s[a] := (SELECT merge(t ORDER BY random()) FROM unnest(s[a:b]) t);
				b := a + 1;
			ELSE
				s[a] := CASE WHEN random() < 0.5 THEN s[a] + s[b] ELSE s[b]::text::segment_changes + s[a] END;
			END IF;
			s := s[:b - 1];
		END LOOP;
		bad := bad + (s[1] <> whole OR root_cause(s[1]) IS DISTINCT FROM root_cause(whole) OR count(whole) + unused_count(whole) <> n)::int;
	END LOOP;
	RETURN bad;
END $$;
SELECT is(pg_temp.differing('segment_changes(g, x, y)', 60), 0, 'counts: 60 random trees');
SELECT is(pg_temp.differing('segment_changes(g, x, h)', 60), 0, 'history: 60 random trees');
SELECT is(pg_temp.differing('segment_changes(g, k, k + 1, k / 2, k + 5)', 60), 0, 'rates: 60 random trees');

-- Changes with a cause or two: what is found does not depend on order, on parallel plans, or on names; shares add up.
CREATE TABLE leaf AS
SELECT n % 40 AS one, a, b, c, d, jsonb_build_object('a', a, 'b', b, 'c', c, 'd', d) AS segment,
	floor(exp(random() * 5)) AS expected, random() AS u
FROM generate_series(1, 40 * 400) n, LATERAL (SELECT n + floor(random() * 7)::int % 7 AS a, floor(random() * 5)::int AS b, floor(random() * random() * 9)::int AS c,
	floor(random() * 4)::int AS d) x;
UPDATE leaf SET a = a % 7, segment = segment || jsonb_build_object('a', a % 7);
ALTER TABLE leaf ADD actual float8, ADD trials float8, ADD events float8;
UPDATE leaf SET actual = floor(expected * (0.9 + 0.2 * u) * CASE WHEN one % 3 = 0 AND b = 2 THEN 3 WHEN one % 3 = 1 AND a = 3 AND d = 1 THEN 0.2 WHEN one % 3 = 2 AND c = 0
		AND d IN (0, 3) THEN 2 ELSE 1 END), trials = 10 * expected, events = floor(expected * CASE WHEN b = 1 AND one % 2 = 0 THEN 2 ELSE u END);
ANALYZE leaf;
CREATE TEMP TABLE found AS
SELECT one, root_cause(segment, actual, expected) AS r, root_cause(segment, actual, ARRAY[expected, expected + 1, expected - 1]) AS h,
	root_cause_rate(segment, events, trials, floor(expected / 2), trials) AS k
FROM leaf GROUP BY one;
SELECT cmp_ok((SELECT count(*) FROM found, unnest((r).causes) c WHERE (one % 3 = 0 AND c.segment = '{"b": 2}') OR (one % 3 = 1 AND c.segment = '{"a": 3, "d": 1}')
	OR (one % 3 = 2 AND c.segment IN ('{"c": 0, "d": 0}', '{"c": 0, "d": 3}'))), '>=', 45::bigint, 'causes that were planted are found');
SELECT is((SELECT count(*) FROM found, unnest(ARRAY[r, h, k]) x WHERE abs(coalesce((SELECT sum(c.share) FROM unnest(x.causes) c), 0) + x.residual_share - 1) > 1e-9),
	0::bigint, 'shares and what is left add up to 1');
SELECT is((SELECT count(*) FROM found f JOIN (SELECT one, root_cause(segment, actual, expected ORDER BY random()) AS r,
	root_cause_rate(segment, events, trials, floor(expected / 2), trials ORDER BY u) AS k FROM leaf GROUP BY one) o USING (one)
	WHERE f.r IS DISTINCT FROM o.r OR f.k IS DISTINCT FROM o.k), 0::bigint, 'rows may come in any order');

-- Other names for the dimensions, in another order: ties apart, which these leaves have none of, the same cells.
CREATE TEMP TABLE renamed AS
SELECT one, root_cause(jsonb_build_object('z', a, 'y', b, 'x', c, 'w', d), actual, expected) AS r FROM leaf GROUP BY one;
SELECT is((SELECT count(*) FROM found f JOIN renamed o USING (one)
	WHERE (SELECT array_agg(translate(s.k, 'abcd', 'zyxw') || s.v ORDER BY translate(s.k, 'abcd', 'zyxw'), s.v) FROM unnest((f.r).causes) c, jsonb_each_text(c.segment) s (k, v))
		IS DISTINCT FROM (SELECT array_agg(s.k || s.v ORDER BY s.k, s.v) FROM unnest((o.r).causes) c, jsonb_each_text(c.segment) s (k, v))),
	0::bigint, 'and dimensions may have any names');

-- A cause's numbers are those of its rows, when no other cause has some of them.
SELECT is((SELECT count(*) FROM found f, unnest((f.r).causes) WITH ORDINALITY c (segment, share, contribution, actual, expected, leaves, gain, place) WHERE place = 1
	AND (c.actual, c.expected) IS DISTINCT FROM (SELECT (sum(l.actual), sum(l.expected)) FROM leaf l WHERE l.one = f.one AND l.segment @> c.segment)),
	0::bigint, 'the first cause has all its rows');

-- Shapley's values, against the mean over all orders of the players; they add up.
CREATE FUNCTION pg_temp.orders(value float8[], players int) RETURNS float8[] LANGUAGE sql AS $$
	WITH RECURSIVE o (path, mask) AS (
		SELECT ARRAY[]::int[], 0
		UNION ALL SELECT path || p, mask | (1 << p) FROM o, generate_series(0, players - 1) p WHERE (mask & (1 << p)) = 0
	), step AS (
		SELECT path[k] AS p, (SELECT value[1 + sum(1 << q)::int] FROM unnest(path[:k]) q) - coalesce((SELECT value[1 + sum(1 << q)::int] FROM unnest(path[:k - 1]) q), value[1]) AS adds
		FROM o, generate_series(1, cardinality(path)) k WHERE 1 << cardinality(path) = cardinality(value)
	)
	SELECT array_agg(phi ORDER BY p) FROM (SELECT p, avg(adds) AS phi FROM step GROUP BY p) s
$$;
CREATE TEMP TABLE games AS SELECT d, g, (SELECT array_agg(round((random() * 1000)::numeric, 2)::float8) FROM generate_series(1, 1 << d) WHERE g > 0) AS value
FROM generate_series(1, 5) d, generate_series(1, 6) g;
SELECT is((SELECT count(*) FROM games, unnest(shapley_values(value), pg_temp.orders(value, d)) u (fast, slow) WHERE abs(fast - slow) > 1e-9), 0::bigint,
	'Shapley''s values are the mean over all orders');
SELECT is((SELECT count(*) FROM (SELECT (SELECT array_agg(random()) FROM generate_series(1, 4096) WHERE n > 0) AS v FROM generate_series(1, 5) n) s
	WHERE abs((SELECT sum(x) FROM unnest(shapley_values(v)) x) - (v[4096] - v[1])) > 1e-9), 0::bigint, 'of twelve players, too, they add up');

-- Mix and rate: by definition, and they add up.
CREATE TEMP TABLE ratio AS SELECT g, s::text AS s, floor(random() * 50) AS n1, 50 + floor(random() * 900) AS d1, floor(random() * 50) AS n0, 50 + floor(random() * 900) AS d0
FROM generate_series(1, 50) g, generate_series(1, 9) s;
CREATE TEMP TABLE parts AS SELECT g, c.* FROM (SELECT g, array_agg(s) AS s, array_agg(n1) AS n1, array_agg(d1) AS d1, array_agg(n0) AS n0, array_agg(d0) AS d0 FROM ratio GROUP BY g) r,
	mix_rate_contributions(s, n1, d1, n0, d0) c;
SELECT is((SELECT count(*) FROM (SELECT g, sum(contribution) AS c, sum(share) AS share FROM parts GROUP BY g) p
	JOIN (SELECT g, sum(n1) / sum(d1) - sum(n0) / sum(d0) AS change FROM ratio GROUP BY g) r USING (g) WHERE abs(c - change) > 1e-12 OR abs(share - 1) > 1e-9), 0::bigint,
	'mix and rate add up to the change of the ratio');
SELECT is((SELECT count(*) FROM parts p JOIN (SELECT g, s, (n1 / d1 - n0 / d0) * (d1 / sum(d1) OVER w + d0 / sum(d0) OVER w) / 2 AS rate,
		(d1 / sum(d1) OVER w - d0 / sum(d0) OVER w) * ((n1 / d1 + n0 / d0) / 2 - (sum(n1) OVER w / sum(d1) OVER w + sum(n0) OVER w / sum(d0) OVER w) / 2) AS mix
	FROM ratio WINDOW w AS (PARTITION BY g)) r ON r.g = p.g AND r.s = p.segment WHERE abs(p.rate - r.rate) > 1e-12 OR abs(p.mix - r.mix) > 1e-12), 0::bigint,
	'and are what they are defined as');
SELECT * FROM finish();
ROLLBACK;
