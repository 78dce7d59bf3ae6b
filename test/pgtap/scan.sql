-- Reading a heap page by page: what _scan reads is what SELECT shows, for random tables; _profile_scan is profile().
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT no_plan();
SELECT setseed(0.7);

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS numeric CHECK (value > 0);

-- Types, with an SQL expression for random values and how each is read.
CREATE TEMP TABLE known (no int, type text, random_value text, number text, dimension boolean, category text);
INSERT INTO known VALUES
	(0, 'float8', $$CASE (random() * 20)::int WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' WHEN 2 THEN '-0' WHEN 3 THEN '1e-310' ELSE ((random() * 9)::int / 2.0)::text END$$, '%I', true, NULL),
	(1, 'float4', $$CASE (random() * 20)::int WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-0' ELSE ((random() * 9)::int / 7.0)::text END$$, '%I::float8', true, NULL),
	(2, 'int2', $$(random() * 10 - 5)::int$$, '%I::float8', true, NULL),
	(3, 'int4', $$(random() * 20000 - 100)::int$$, '%I::float8', true, NULL),
	(4, 'int8', $$(random() * 10 - 5)::int8 * 1234567890123$$, '%I::float8', true, NULL),
	(5, 'numeric', $$CASE (random() * 20)::int WHEN 0 THEN 'NaN' WHEN 1 THEN repeat('7', (random() * 300)::int + 1) || '.5' ELSE
		round((random() * 10 ^ (random() * 20)::int)::numeric, (random() * 12)::int)::text || repeat('0', (random() * 3)::int) END$$, '%I::float8', false, NULL),
	(6, 'numeric(8,2)', $$(random() * 2000 - 1000)$$, '%I::float8', true, NULL),
	(7, 'positive', $$(random() * 10)::int + 0.5$$, '%I::float8', true, NULL),
	(8, 'date', $$CASE (random() * 20)::int WHEN 0 THEN 'infinity' ELSE ('2000-01-01'::date + (random() * 100)::int)::text END$$, 'extract(epoch FROM %I)::float8', true, NULL),
	(9, 'timestamptz', $$CASE (random() * 20)::int WHEN 0 THEN '-infinity' ELSE ('1999-12-31'::timestamptz + random() * interval '1 year')::text END$$, 'extract(epoch FROM %I)::float8', true, NULL),
	(10, 'timestamp', $$'1960-01-01'::timestamp + (random() * 100)::int * interval '1 day'$$, 'extract(epoch FROM %I)::float8', true, NULL),
	(11, 'time', $$'00:00'::time + (random() * 86399)::int * interval '1 second'$$, 'extract(epoch FROM %I)::float8', true, NULL),
	(12, 'interval', $$(random() * 100)::int * interval '1 day 1 hour'$$, 'extract(epoch FROM %I)::float8', true, NULL),
	(13, 'bool', $$random() < 0.5$$, '%I::int::float8', true, '%I::text'),
	(14, 'text', $$CASE (random() * 9)::int WHEN 0 THEN '' WHEN 1 THEN repeat('é', (random() * 500)::int) WHEN 2 THEN
		(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, (random() * 120)::int)) ELSE (random() * 99)::int::text END$$, NULL, true, '%I'),
	(15, 'varchar(300)', $$repeat(chr(97 + (random() * 9)::int), (random() * 280)::int)$$, NULL, true, '%I::text'),
	(16, 'char(6)', $$repeat('x', (random() * 4)::int)$$, NULL, true, '%I::char(6)'),
	(17, 'name', $$'n' || (random() * 9)::int$$, NULL, true, '%I::text'),
	(18, '"char"', $$chr(97 + (random() * 9)::int)$$, NULL, true, '%I::text'),
	(19, 'uuid', $$md5((random() * 9)::int::text)$$, NULL, true, '%I::text'),
	(20, 'mood', $$(enum_range(NULL::mood))[1 + (random() * 2)::int]$$, NULL, true, '%I::text'),
	(21, 'inet', $$'10.0.0.' || (random() * 9)::int$$, NULL, true, NULL),
	(22, 'int4[]', $$ARRAY[(random() * 3)::int, NULL]$$, NULL, true, NULL),
	(23, 'bit varying(9)', $$(random() * 99)::int::bit(9)$$, NULL, true, NULL);

-- How SELECT shows a dimension: numbers and booleans as they are, everything else as at most 200 characters.
CREATE FUNCTION pg_temp.dimension(type text, col text) RETURNS text LANGUAGE sql AS $$
	SELECT format(CASE WHEN $1 IN ('numeric(8,2)', 'positive') THEN 'to_jsonb(trim_scale(%I))::text'
		WHEN $1 IN ('float4', 'float8') THEN 'to_jsonb(%I + 0::' || $1 || ')::text'
		WHEN $1 IN ('int2', 'int4', 'int8', 'bool') THEN 'to_jsonb(%I)::text' ELSE 'to_jsonb(left(%I::text, 200))::text' END, $2)
$$;

CREATE FUNCTION pg_temp.random_table(name text, width int, rows int, nulls float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	cols text;
	vals text;
	k record;
BEGIN
	EXECUTE format('CREATE TABLE %I ()', name);
	FOR i IN 1 .. width LOOP
		SELECT * INTO k FROM known ORDER BY random() LIMIT 1;
		EXECUTE format('ALTER TABLE %I ADD COLUMN c%s %s', name, i, k.type);
		EXECUTE format('COMMENT ON COLUMN %I.c%s IS %L', name, i, k.no);
	END LOOP;
	PERFORM pg_temp.fill(name, rows, nulls);
END $$;

CREATE FUNCTION pg_temp.fill(name text, rows int, nulls float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (SELECT CASE WHEN count(*) > 0 THEN format('INSERT INTO %I (%s) SELECT %s FROM generate_series(1, %s) g', name, string_agg(quote_ident(attname), ', '),
			string_agg(format('CASE WHEN random() >= %s THEN (%s)::text::%s END', nulls, k.random_value, k.type), ', '), rows)
			ELSE format('INSERT INTO %I SELECT FROM generate_series(1, %s)', name, rows) END
		FROM pg_attribute a JOIN known k ON k.no = col_description(attrelid, attnum)::int
		WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped);
END $$;

-- Rows that SELECT shows and a scan does not, or the other way round; of a query as of a table.
CREATE FUNCTION pg_temp.differing(name regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	names name[];
	readings text[];
	shown text;
	read text;
	n bigint;
BEGIN
	SELECT array_agg(v.attname ORDER BY v.key), array_agg(v.reading ORDER BY v.key), string_agg(v.shown, ', ' ORDER BY v.key)
	INTO names, readings, shown
	FROM (
		SELECT random() AS key, a.attname, r.reading, r.shown
		FROM pg_attribute a JOIN known k ON k.no = col_description(a.attrelid, a.attnum)::int,
			LATERAL (VALUES
				('number', '(' || format(k.number, a.attname) || ' + 0)::text', k.number IS NOT NULL),
				('number:12', '_significant(' || format(k.number, a.attname) || ' + 0, 12)::text', k.number IS NOT NULL),
				('dimension', pg_temp.dimension(k.type, a.attname), k.dimension),
				('category', 'to_json(' || format(k.category, a.attname) || ')::text', k.category IS NOT NULL),
				('actual', CASE WHEN k.type = 'bool' THEN format('%I::text', a.attname) ELSE '(' || format(k.number, a.attname) || ' = 1)::text' END,
					k.number IS NOT NULL AND k.type <> 'numeric'),
				('predicted:3.5', CASE WHEN k.type = 'bool' THEN format('%I::text', a.attname) ELSE '(' || format(k.number, a.attname) || ' >= 3.5)::text' END,
					k.number IS NOT NULL AND k.type <> 'numeric')
			) r (reading, shown, possible)
		WHERE a.attrelid = name AND a.attnum > 0 AND NOT a.attisdropped AND r.possible AND random() < 0.7
	) v;
	-- one actual and one predicted at most
	SELECT array_agg(nm ORDER BY o), array_agg(rd ORDER BY o), array_agg(o ORDER BY o) IS NOT NULL
	INTO names, readings
	FROM unnest(names, readings) WITH ORDINALITY u (nm, rd, o)
	WHERE rd NOT IN ('actual', 'predicted:3.5') OR NOT EXISTS (
		SELECT FROM unnest(readings) WITH ORDINALITY w (rd2, o2) WHERE rd2 = rd AND o2 < o);
	SELECT string_agg(s.shown, ', ' ORDER BY u.o) INTO shown
	FROM unnest(names, readings) WITH ORDINALITY u (nm, rd, o)
	JOIN pg_attribute a ON a.attrelid = name AND a.attname = u.nm
	JOIN known k ON k.no = col_description(a.attrelid, a.attnum)::int,
		LATERAL (SELECT CASE rd WHEN 'number' THEN '(' || format(k.number, a.attname) || ' + 0)::text'
			WHEN 'number:12' THEN '_significant(' || format(k.number, a.attname) || ' + 0, 12)::text'
			WHEN 'dimension' THEN pg_temp.dimension(k.type, a.attname)
			WHEN 'category' THEN 'to_json(' || format(k.category, a.attname) || ')::text'
			WHEN 'actual' THEN CASE WHEN k.type = 'bool' THEN format('%I::text', a.attname) ELSE '(' || format(k.number, a.attname) || ' = 1)::text' END
			ELSE CASE WHEN k.type = 'bool' THEN format('%I::text', a.attname) ELSE '(' || format(k.number, a.attname) || ' >= 3.5)::text' END END AS shown) s;
	-- -0 is written as such, but equals 0
	read := format('SELECT ARRAY(SELECT CASE WHEN x = ''-0'' THEN ''0'' ELSE x END FROM unnest(s.value) WITH ORDINALITY u (x, o) ORDER BY o)::text FROM %%s s');
	shown := format('SELECT ARRAY[%s]::text[]::text FROM %s', coalesce(shown, ''), name);
	EXECUTE format('SELECT count(*) FROM ((%s EXCEPT ALL %s) UNION ALL (%2$s EXCEPT ALL %1$s)) d', shown,
		format(read, format('_scan(%L, %L, %L)', name, coalesce(names, '{}'), coalesce(readings, '{}')))) INTO n;
	IF n > 0 OR names IS NULL THEN
		RETURN n;
	END IF;
	EXECUTE format('SELECT count(*) FROM ((%s EXCEPT ALL %s) UNION ALL (%2$s EXCEPT ALL %1$s)) d', shown,
		format(read, format('_scan_query(%L, %L)', format('SELECT %s FROM %s', (SELECT string_agg(quote_ident(u), ', ' ORDER BY o)
			FROM unnest(names) WITH ORDINALITY t (u, o)), name), readings))) INTO n;
	RETURN n;
END $$;

CREATE FUNCTION pg_temp.profiles_equal(name regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	names name[];
	same boolean;
BEGIN
	SELECT array_agg(a.attname ORDER BY random()) INTO names
	FROM pg_attribute a JOIN known k ON k.no = col_description(a.attrelid, a.attnum)::int
	WHERE a.attrelid = name AND a.attnum > 0 AND NOT a.attisdropped AND (k.number IS NOT NULL OR k.category IS NOT NULL);
	-- There are functions profile() of one argument, too: a call with one column can be ambiguous, as it is for "char".
	IF names IS NULL OR cardinality(names) = 1 THEN
		RETURN true;
	END IF;
	EXECUTE format('SELECT _profile_scan(%L, %L) = profile(%s) FROM %1$s HAVING count(*) > 0', name, names,
		(SELECT string_agg(quote_ident(u), ', ' ORDER BY o) FROM unnest(names) WITH ORDINALITY t (u, o))) INTO same;
	RETURN coalesce(same, true);
END $$;

CREATE FUNCTION pg_temp.check_table(name text, what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN NEXT is(pg_temp.differing(name::regclass), 0::bigint, name || ' ' || what);
	RETURN NEXT ok(pg_temp.profiles_equal(name::regclass), name || ' ' || what || ': profile');
END $$;

-- A table's life: filled, widened with and without default, narrowed, updated, deleted from, in savepoints.
CREATE FUNCTION pg_temp.life(t int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	name text := 'life_' || t;
	k record;
BEGIN
	PERFORM pg_temp.random_table(name, (random() * CASE t % 4 WHEN 0 THEN 60 ELSE 12 END)::int, (ARRAY[0, 1, 30, 400])[1 + t % 4],
		(ARRAY[0, 0, 0.1, 0.9])[1 + (t / 4) % 4]);
	RETURN QUERY SELECT * FROM pg_temp.check_table(name, 'as filled');
	FOR i IN 1 .. 3 LOOP
		SELECT * INTO k FROM known ORDER BY random() LIMIT 1;
		EXECUTE format('ALTER TABLE %I ADD COLUMN n%s %s %s', name, i, k.type, CASE WHEN i > 1 THEN
			format('DEFAULT %L', CASE k.no WHEN 0 THEN '2.5' WHEN 1 THEN '0.25' WHEN 5 THEN '3.140' WHEN 8 THEN '2001-01-01' WHEN 9 THEN '2001-01-01' WHEN 10 THEN '2001-01-01'
				WHEN 11 THEN '12:30' WHEN 12 THEN '2 days' WHEN 13 THEN 'true' WHEN 14 THEN repeat('long', 90) WHEN 19 THEN md5('') WHEN 20 THEN 'ok' WHEN 21 THEN '::1'
				WHEN 22 THEN '{1}' WHEN 23 THEN '101' ELSE '7' END) END);
		EXECUTE format('COMMENT ON COLUMN %I.n%s IS %L', name, i, k.no);
	END LOOP;
	RETURN QUERY SELECT * FROM pg_temp.check_table(name, 'with columns added');
	PERFORM pg_temp.fill(name, 40, 0.2);
	EXECUTE (SELECT format('ALTER TABLE %I %s', name, string_agg(format('DROP COLUMN %I', attname), ', '))
		FROM (SELECT attname FROM pg_attribute WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped ORDER BY random() LIMIT 2) d);
	PERFORM pg_temp.fill(name, 40, 0.2);
	RETURN QUERY SELECT * FROM pg_temp.check_table(name, 'with columns dropped');
	EXECUTE format('DELETE FROM %I WHERE random() < 0.3', name);
	EXECUTE (SELECT format('UPDATE %I SET %I = NULL WHERE random() < 0.3', name, attname)
		FROM pg_attribute WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped ORDER BY random() LIMIT 1);
	BEGIN
		EXECUTE format('DELETE FROM %I WHERE random() < 0.5', name);
		PERFORM pg_temp.fill(name, 20, 0);
		RETURN QUERY SELECT * FROM pg_temp.check_table(name, 'in a savepoint');
		RAISE EXCEPTION 'back' USING ERRCODE = 'UE001';
	EXCEPTION WHEN SQLSTATE 'UE001' THEN
		NULL;
	END;
	RETURN QUERY SELECT * FROM pg_temp.check_table(name, 'after updates, deletes and a rollback');
END $$;
SELECT l.* FROM generate_series(1, 32) t, pg_temp.life(t) l;

-- Buckets are those of the SQL door.
CREATE TABLE times (a timestamptz, b timestamp, c date);
INSERT INTO times SELECT t, t AT TIME ZONE 'UTC', (t AT TIME ZONE 'UTC')::date
	FROM (SELECT to_timestamp((random() - 0.4) * 10 ^ (random() * 10)) AS t FROM generate_series(1, 1000)) s;
INSERT INTO times VALUES ('2000-01-01 00:00:00Z', '1999-12-31 23:59:59.999999', '1999-12-31'), ('infinity', '-infinity', 'infinity'), (NULL, NULL, NULL),
	('4713-01-01 00:00:00Z BC', '250000-12-31 23:59:59', '250000-12-31');
SET LOCAL timezone = 'Asia/Tokyo';
SELECT is_empty(format($$SELECT '2000-01-01Z'::timestamptz + interval '%1$s s' * value[1]::float8 FROM _scan('times', '{%2$s}', '{bucket:%1$s}')
	EXCEPT ALL SELECT CASE WHEN isfinite(%2$s) THEN _bucket(%3$s, interval '%1$s s', '2000-01-01Z') END FROM times$$, width, col, utc),
	'buckets of ' || width || ' seconds of column ' || col)
FROM unnest('{1,7,60,3600,86400,604800}'::int[]) width,
	(VALUES ('a', 'a'), ('b', $$b AT TIME ZONE 'UTC'$$), ('c', $$c::timestamp AT TIME ZONE 'UTC'$$)) c (col, utc);
INSERT INTO times VALUES (NULL, NULL, '5874897-12-31');
SELECT is((SELECT value[1] FROM _scan('times', '{c}', '{bucket:60}') ORDER BY row_no DESC LIMIT 1), NULL, 'a date that no timestamp holds is in no bucket');

-- Rounded values profile like rounded values.
CREATE TABLE plain AS SELECT exp(random() * 20 - 10) * sign(random() - 0.5) AS x, (random() * 1e6)::int AS i, round((random() * 1e6)::numeric, 3) AS n,
	CASE WHEN random() < 0.8 THEN random() END AS h FROM generate_series(1, 20000);
SELECT ok(_profile_scan('plain', '{x,i,n,h}', bits) = profile(_significant(x, bits), _significant(i, bits), _significant(n::float8, bits), _significant(h, bits)),
	'a profile of ' || bits || ' bits') FROM plain, unnest('{1,5,20,21,30,31,32,52,53}'::int[]) bits GROUP BY bits;
SELECT ok(_profile_scan('plain', '{x,h}') = profile(x, h), 'a profile of more than a tile') FROM plain;

-- Texts of which many are long, and more values than a profile keeps.
CREATE TABLE words AS SELECT CASE WHEN i % 7 > 0 THEN md5((i % 3000)::text) END AS w, (i % 3 = 0) AS b FROM generate_series(1, 10000) i;
SELECT ok(_profile_scan('words', '{w,b}') = profile(w, b), 'categories beyond the limit') FROM words;

-- Free text is not held as a whole: values of one column are counted, forgotten and counted on, in bounded memory.
CREATE UNLOGGED TABLE free_text AS SELECT CASE WHEN i % 11 > 0 THEN repeat(md5((i % 170000)::text), 10) END AS t, (i::bigint * 7919) % 150000 AS code,
	(i % 70000)::numeric / 8 AS num, (i % 70001)::text::name AS n, 'k' || i % 10 AS k FROM generate_series(1, 200000) i;
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS $$ SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmPeak:\s+(\d+)'))[1]::bigint $$;
CREATE TEMP TABLE before AS SELECT peak() AS kb;
CREATE TEMP TABLE whole AS SELECT profile FROM profile_table('free_text', '{t}');
SELECT cmp_ok(peak() - kb, '<', 40000::bigint, 'a profile of 60 MB of text takes less than 40 MB') FROM before;
SELECT ok((SELECT profile FROM whole) = profile(t), 'and is profile() of it') FROM free_text;
SELECT ok(_profile_scan('free_text', '{t,code,num,n,k}') = profile(t, code, num, n, k), 'so are columns of every kind') FROM free_text;
SELECT ok((SELECT profile FROM profile_table('free_text', '{n,t,k}')) = profile(n, t, k), 'in any order of rows') FROM (SELECT * FROM free_text ORDER BY t, n) s;

SELECT is(_significant(x, bits), y, format('%s to %s bits', x, bits)) FROM (VALUES (1.5::float8, 1, 2::float8), (2.5, 2, 2), (3.5, 2, 4), ('-0', 3, '-0'), (1.7976931348623157e308, 8, 1.79067089605426e308),
	('Infinity', 1, 'Infinity'), ('NaN', 1, 'NaN'), (4.9e-324, 1, 0), (1.5e-323, 51, 2e-323)) v (x, bits, y);
SELECT throws_ok('SELECT _significant(1, 0)', '22023');
SELECT throws_ok('SELECT _significant(1, 54)', '22023');
SELECT * FROM finish();
ROLLBACK;
