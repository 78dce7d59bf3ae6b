-- Any split of the rows, merged in any tree, gives the bytes of one pass; what is estimated is near.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(14);
SELECT setseed(0.38);

-- Texts and numbers: few values, as many as are kept exactly, many more, long ones.
CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (t text, f float8, i bigint, m numeric, s timestamptz) LANGUAGE sql AS $$
	SELECT CASE kind WHEN 'long' THEN nullif(repeat(chr(97 + (random() * 5)::int), (random() * 200)::int) || 'é' || v, '') ELSE v::text END,
		CASE WHEN v % 50 = 7 THEN (ARRAY['NaN', '-0', 'Infinity', '-Infinity']::float8[])[1 + v % 4] ELSE v / 7.0 - 3 END, v - 5,
		CASE WHEN v % 50 = 9 THEN 'NaN' ELSE v / 8.0 - 3 END, CASE WHEN v % 50 = 3 THEN 'infinity' ELSE '2024-01-01'::timestamptz + v * interval '1 s' END
	FROM (SELECT CASE WHEN random() < 0.05 THEN NULL ELSE (random() ^ 2 * CASE kind WHEN 'few' THEN 9 WHEN 'around' THEN 1300 WHEN 'constant' THEN 0 ELSE 1e6 END)::bigint END AS v
		FROM generate_series(1, n)) r
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole column_quality[]; part column_quality[];
	bad int := 0; parts int; n int; a int; b int; c column_quality;
BEGIN
	FOR trial IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 8.5))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS SELECT r.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) r;
		SELECT ARRAY[column_quality(r.t), column_quality(r.f), column_quality(r.i), column_quality(r.m), column_quality(r.s)] INTO whole FROM rows r;
		FOR k IN 1 .. 5 LOOP
			SELECT array_agg((ARRAY[p1, p2, p3, p4, p5])[k] ORDER BY random()) INTO part
				FROM (SELECT column_quality(r.t) AS p1, column_quality(r.f) AS p2, column_quality(r.i) AS p3, column_quality(r.m) AS p4, column_quality(r.s) AS p5
					FROM rows r GROUP BY r.part) p;
			SELECT merge(e ORDER BY random()) INTO c FROM unnest(part) e;
			WHILE cardinality(part) > 1 LOOP
				a := 1 + floor(random() * (cardinality(part) - 1))::int;
				b := cardinality(part);
				part[a] := CASE WHEN random() < 0.4 THEN part[a] + part[b] WHEN random() < 0.5 THEN part[b] + part[a]
					ELSE part[b]::text::column_quality + part[a] END;
				part := part[:b - 1];
			END LOOP;
			bad := bad + (part[1] <> whole[k] OR c <> whole[k] OR whole[k]::text::column_quality <> whole[k])::int;
		END LOOP;
		DROP TABLE rows;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 25), 0, kind || ' values: 25 random trees of 5 columns')
	FROM unnest(ARRAY['few', 'around', 'many', 'long', 'constant']) kind;

-- there and back in binary
SELECT current_setting('data_directory') || '/merge_column_quality.bin' AS file \gset
CREATE TEMP TABLE packed AS SELECT n, column_quality((g % n)::text) AS t, column_quality(g % n) AS i FROM unnest(ARRAY[1, 1024, 1025, 30000]) n, generate_series(1, 40000) g GROUP BY n;
CREATE TEMP TABLE unpacked (LIKE packed);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT ok(count(*) = 4 AND bool_and(p.t = u.t AND p.i = u.i), 'binary copies are the same') FROM packed p JOIN unpacked u USING (n);

-- counts are those of plain SQL
CREATE TEMP TABLE rows AS SELECT * FROM pg_temp.sample('few', 5000) UNION ALL SELECT * FROM pg_temp.sample('around', 5000);
SELECT ok(q.n_rows = count(*) AND q.null_count = count(*) - count(t) AND q.min_length = min(length(t)) AND q.max_length = max(length(t))
		AND abs(q.mean_length - avg(length(t))) < 1e-12 AND abs(q.stddev_length - stddev(length(t))) < 1e-12
		AND q.min_value = min(t COLLATE "C") AND q.max_value = max(t COLLATE "C") AND q.integer_count = count(t), 'a text column counts as SQL does')
	FROM rows, (SELECT (quality(column_quality(t))).* FROM rows) q
	GROUP BY q.n_rows, q.null_count, q.min_length, q.max_length, q.mean_length, q.stddev_length, q.min_value, q.max_value, q.integer_count;
SELECT is(q.nan_count || ' ' || q.infinity_count || ' ' || q.zero_count || ' ' || q.negative_count,
		concat_ws(' ', count(*) FILTER (WHERE f = 'NaN'), count(*) FILTER (WHERE abs(f) = 'Infinity'), count(*) FILTER (WHERE f = 0), count(*) FILTER (WHERE f < 0 AND f > '-Infinity')),
		'a float8 column counts as SQL does')
	FROM rows, (SELECT (quality(column_quality(f))).* FROM rows) q GROUP BY q.nan_count, q.infinity_count, q.zero_count, q.negative_count;
SELECT is(q.distinct_count || ' ' || round(q.uniqueness::numeric, 12) || ' ' || round(q.unique_value_ratio::numeric, 12),
		concat_ws(' ', count(*), round(count(*) FILTER (WHERE n = 1) / sum(n), 12), round(count(*) FILTER (WHERE n = 1)::numeric / count(*), 12)),
		'distinct values and those that occur once count as SQL does')
	FROM (SELECT i, count(*) AS n FROM (SELECT i FROM rows WHERE i < 900) s GROUP BY i) g, (SELECT (quality(column_quality(i))).* FROM rows WHERE i < 900) q
	GROUP BY q.distinct_count, q.uniqueness, q.unique_value_ratio;

-- distinct_count beyond the exact list: unbiased, and as exact as it says; uniqueness near
CREATE TEMP TABLE estimate AS
	SELECT d, t, distinct_count(c) / d::float8 - 1 AS error, uniqueness(c) * 3 - 1 AS unique_error, unique_value_ratio(c) AS ratio, (quality(c)).distinct_error AS stated
	FROM (SELECT d, t, column_quality(t || '/' || CASE WHEN i <= d THEN i ELSE i - d END) AS c
		FROM (VALUES (2000), (20000)) v(d), generate_series(1, 60) t, generate_series(1, d * 3 / 2) i GROUP BY d, t) e;
SELECT ok(abs(avg(error)) < 3 * min(stated) / sqrt(60) AND stddev(error) < 1.3 * min(stated) AND max(abs(error)) < 4 * min(stated),
	d || ' distinct values: estimated without bias, within the stated error') FROM estimate GROUP BY d ORDER BY d;
SELECT ok(abs(avg(ratio) - 0.5) < 3 * 0.031 / sqrt(60) AND abs(avg(unique_error)) < 0.03, d || ' distinct values: uniqueness from a sample, without bias')
	FROM estimate GROUP BY d ORDER BY d;

SELECT throws_ok($$ SELECT '{}'::column_quality $$, '22P02', NULL, 'malformed text');
SELECT * FROM finish();
ROLLBACK;
