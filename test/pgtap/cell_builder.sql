-- Cells built from arrays have the bytes that the aggregates make of the same rows, and merged ones those of merge().
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(53);
SELECT setseed(0.31);

CREATE FUNCTION pg_temp.normal() RETURNS float8 LANGUAGE sql AS $$ SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) $$;

-- One value of a kind; "special" is the share of values that are NULL, no number or zero.
CREATE FUNCTION pg_temp.value(kind text, special float8) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN random() < special THEN (ARRAY['NaN','Infinity','-Infinity',NULL,'0','-0'])[1 + floor(random() * 6)::int]::float8
		ELSE CASE kind
			WHEN 'normal' THEN pg_temp.normal()
			WHEN 'rounded' THEN pg_temp.normal()::float4::float8
			WHEN 'coarse' THEN round(pg_temp.normal() * 4096) / 4096
			WHEN 'uniform' THEN random()
			WHEN 'offset' THEN 1e9 + random()
			WHEN 'integer' THEN floor(random() * 300) - 100
			WHEN 'large_integer' THEN floor(random() * 1e15)
			WHEN 'cents' THEN floor(random() * 10000) / 100
			WHEN 'ties' THEN floor(random() * 5) * 0.1
			WHEN 'wild' THEN (random() - 0.5) * exp(600 * (random() - 0.5))
			WHEN 'tiny' THEN (random() - 0.5) * 1e-310
			WHEN 'huge' THEN (random() - 0.5) * 1.7e308
			WHEN 'constant' THEN 3.25
			WHEN 'zero' THEN 0
			WHEN 'skewed' THEN power(1 - random(), -1 / 1.5)
			WHEN 'mixed' THEN CASE WHEN random() < 0.02 THEN 1e-290 * random() ELSE 10 + random() END
		END END
$$;

CREATE FUNCTION pg_temp.sample(kind text, n int, special float8) RETURNS float8[] LANGUAGE sql AS $$
	SELECT coalesce(array_agg(pg_temp.value(kind, special)), '{}') FROM generate_series(1, n)
$$;

CREATE FUNCTION pg_temp.profile_of(x float8[]) RETURNS profile LANGUAGE sql AS $$ SELECT profile(v) FROM unnest(x) v $$;

-- The state of no rows is NULL; of the builder's cells it has a column all the same.
CREATE FUNCTION pg_temp.same(a profile, b profile) RETURNS boolean LANGUAGE sql AS $$ SELECT _profile_send(a) = _profile_send(b) $$;

CREATE FUNCTION pg_temp.differing(kind text, sizes int[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE bad int := 0; x float8[]; p profile; special float8; bytes int; bits int;
BEGIN
	FOR i IN 1 .. array_length(sizes, 1) LOOP
		special := (ARRAY[0, 0, 0.02, 0.5])[1 + floor(random() * 4)::int];
		x := pg_temp.sample(kind, sizes[i], special);
		p := pg_temp.profile_of(x);
		bad := bad + (NOT pg_temp.same(_build_cell(x), p))::int;
		bytes := (ARRAY[8, 64, 300, 1000, 1536])[1 + floor(random() * 5)::int];
		bits := (ARRAY[53, 53, 30, 21, 10, 1])[1 + floor(random() * 6)::int];
		bad := bad + (NOT pg_temp.same(_build_cell(x, bytes, bits), compact(p, bytes, bits)))::int;
	END LOOP;
	RETURN bad;
END $$;

-- few rows: every size; then sizes spread evenly in their logarithms
SELECT is(pg_temp.differing(kind, ARRAY(SELECT 1 + i % 70 FROM generate_series(0, 279) i) ||
		ARRAY(SELECT floor(70 * exp(random() * 4))::int FROM generate_series(1, 25))), 0,
	'cells of ' || kind || ' values have the bytes of profile()')
FROM unnest(ARRAY['normal','rounded','coarse','uniform','offset','integer','large_integer','cents','ties','wild','tiny','huge','constant',
	'zero','skewed','mixed']) kind;
-- up to four values have a way of their own, if they are distinct, finite and exact
SELECT is(pg_temp.differing(kind, ARRAY(SELECT 1 + i % 5 FROM generate_series(0, 499) i)), 0,
	'cells of one to five ' || kind || ' values have the bytes of profile()')
FROM unnest(ARRAY['normal','rounded','integer','ties','wild','tiny','huge']) kind;
SELECT is((SELECT count(*)::int FROM unnest(ARRAY[-2, -0.5, '-0', 0, 5e-324, 1, 1.7976931348623157e308, 'Infinity', 'NaN', NULL]::float8[]) a,
		unnest(ARRAY[-2, '-0', 0, 1, 1.5, NULL]::float8[]) b, unnest(ARRAY[-3, -2, 0, 1e-300, 1]::float8[]) c, unnest(ARRAY[-1, 0, 4]::float8[]) d,
		LATERAL (SELECT ARRAY[a, b, c, d] AS x) s WHERE NOT pg_temp.same(_build_cell(x), pg_temp.profile_of(x))), 0,
	'four values in any order, equal, zero or none');
SELECT is(pg_temp.differing(kind, ARRAY[20000]), 0, 'a cell of 20,000 ' || kind || ' values has the bytes of profile()')
FROM unnest(ARRAY['normal','rounded','integer','wild','mixed']) kind;
SELECT is(_build_cell('{}'::float8[])::text,
	'{"rows":0,"max_bytes":1536,"significant_bits":53,"columns":[{"kind":"number","n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"bins":[]}]}',
	'a cell of no rows');
SELECT ok(pg_temp.same(_build_cell(ARRAY[NULL, NULL]::float8[]), pg_temp.profile_of(ARRAY[NULL, NULL]::float8[])), 'a cell of NULLs');
SELECT ok(pg_temp.same(_build_cell(ARRAY[1, 2, 3]::float8[], times => 3), pg_temp.profile_of(ARRAY[1, 2, 3]::float8[])),
	'a builder is used again and again');

-- merging

CREATE FUNCTION pg_temp.differing_merges(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE bad int := 0; x float8[]; parts int; n int; p profile[]; whole profile; special float8; bytes int;
BEGIN
	FOR i IN 1 .. cases LOOP
		parts := 1 + floor(exp(random() * 3.5))::int;
		n := 1 + floor(exp(random() * 7))::int;
		special := (ARRAY[0, 0, 0.02, 0.5])[1 + floor(random() * 4)::int];
		bytes := (ARRAY[8, 300, 1536, 1536, 1536])[1 + floor(random() * 5)::int];
		x := pg_temp.sample(kind, n, special);
		SELECT array_agg(g.p) INTO p
		FROM (SELECT compact(profile(r.v), bytes) p FROM (SELECT v, floor(random() * parts) g FROM unnest(x) v OFFSET 0) r GROUP BY r.g) g;
		whole := compact(pg_temp.profile_of(x), bytes);
		bad := bad + (NOT pg_temp.same(_merge_cells(p), whole))::int;
		bad := bad + (NOT pg_temp.same(_merge_cells(p), (SELECT merge(m) FROM unnest(p) m)))::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing_merges(kind, 60), 0, 'merged cells of ' || kind || ' values have the bytes of merge()')
FROM unnest(ARRAY['normal','rounded','integer','ties','wild','mixed','zero','huge']) kind;

-- more cells, and more entries, than are gathered at once
SELECT ok(pg_temp.same(_merge_cells(array_agg(p)), merge(p)), '3,000 small cells of normal values have the bytes of merge()')
FROM (SELECT profile(pg_temp.value('normal', 0.01)) p FROM generate_series(1, 9000) i GROUP BY i / 3) q;
SELECT ok(pg_temp.same(_merge_cells(array_agg(p)), merge(p)), '3,000 small cells of integer values have the bytes of merge()')
FROM (SELECT profile(pg_temp.value('integer', 0.01)) p FROM generate_series(1, 9000) i GROUP BY i / 3) q;
SELECT ok(pg_temp.same(_merge_cells(array_agg(p)), merge(p)), '30 cells of 700 normal values have the bytes of merge()')
FROM (SELECT profile(pg_temp.value('normal', 0.01)) p FROM generate_series(1, 21000) i GROUP BY i % 30) q;
SELECT ok((SELECT pg_temp.same(_merge_cells(array_agg(p)), merge(p))
	FROM (SELECT (SELECT profile(pg_temp.value('uniform', 0)) FROM generate_series(1, 190 + 0 * i)) p FROM generate_series(1, 400) i) q),
	'cells of 76,000 exact entries have the bytes of merge()');

-- where one column ends, the next begins
SELECT ok(pg_temp.same(_merge_cells(array_agg(p)), merge(p)), 'cells of several columns have the bytes of merge(), ' || rows || ' rows each')
FROM unnest(ARRAY[1, 40, 1500]) rows, LATERAL (SELECT profile(pg_temp.value('wild', 0.1), pg_temp.value('cents', 0), 'v' || i % 7, pg_temp.value('normal', 0),
	pg_temp.value('tiny', 0.1), pg_temp.value('mixed', 0.1), pg_temp.value('ties', 0), NULL::float8) p FROM generate_series(1, 6 * rows) i GROUP BY i % 6) q
GROUP BY rows ORDER BY rows;

-- categories

CREATE FUNCTION pg_temp.category(kind text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN random() < 0.05 THEN NULL ELSE CASE kind
		WHEN 'few' THEN 'v' || floor(random() * random() * 60)
		WHEN 'many' THEN (floor(random() * 3000))::text
		WHEN 'long' THEN repeat('l', 100 + floor(random() * 10)::int) || repeat('ong', floor(random() * 20)::int)
		WHEN 'multibyte' THEN repeat(chr(228 + floor(random() * 3)::int), 52 + floor(random() * 15)::int) || repeat('€', floor(random() * 3)::int)
		WHEN 'empty' THEN (ARRAY['', 'a', 'a' || chr(1), 'ab'])[1 + floor(random() * 4)::int]
	END END
$$;

CREATE FUNCTION pg_temp.differing_categories(kind text, cases int, most float8) RETURNS int LANGUAGE plpgsql AS $$
DECLARE bad int := 0; x text[]; p profile[]; whole profile; parts int;
BEGIN
	FOR i IN 1 .. cases LOOP
		x := ARRAY(SELECT pg_temp.category(kind) FROM generate_series(1, ceil(exp(random() * ln(most)))::int));
		SELECT profile(v) INTO whole FROM unnest(x) v;
		bad := bad + (NOT pg_temp.same(_build_cell(x), whole))::int;
		parts := 1 + floor(random() * 10)::int;
		SELECT array_agg(g.p) INTO p
		FROM (SELECT profile(r.v) p FROM (SELECT v, floor(random() * parts) g FROM unnest(x) v OFFSET 0) r GROUP BY r.g) g;
		bad := bad + (NOT pg_temp.same(_merge_cells(p), whole))::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing_categories(kind, 100, 300), 0, 'cells of ' || kind || ' categories have the bytes of profile()')
FROM unnest(ARRAY['few','many','long','multibyte','empty']) kind;
SELECT is(pg_temp.differing_categories('many', 4, 6000), 0, 'cells of more values than the limit have the bytes of profile()');

SELECT * FROM finish();
ROLLBACK;
