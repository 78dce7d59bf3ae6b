-- What a tick reads page by page is what its query reads: columns of every type, times at the ends of time.
SET timezone = 'UTC';
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN code AS varchar(10);
CREATE TABLE typed (at timestamptz, padded char(5), named name, id uuid, mood mood, code code, yes boolean, amount numeric,
	address inet, day date, span interval, list int[], raw bytea, half float4, letter "char");
INSERT INTO typed
SELECT '2026-01-01'::timestamptz + g * interval '1 minute', (ARRAY['a', 'b ', NULL])[1 + g % 3], 'n' || g % 3, md5((g % 7)::text)::uuid,
	(ARRAY['sad', 'ok'])[1 + g % 2]::mood, 'c' || g % 4, g % 2 = 0, (g % 4) * 1.10, ('10.0.0.' || g % 5)::inet, date '2026-01-01' + g % 3,
	g % 3 * interval '1 hour', ARRAY[g % 2, NULL], decode(lpad((g % 4)::text, 2, '0'), 'hex'), g % 3 + 0.1::float4, (g % 3)::text::"char"
FROM generate_series(1, 1000) g;
SELECT choice FROM datamon.watch('typed', bucket => '1 hour', baseline => '[2030-01-01,2030-01-02)', features => '{padded,named,id,mood,code,yes,amount}',
	dimensions => '{address,day,half,letter,list,padded,raw,span}') WHERE role = 'reading';
SELECT error FROM datamon.tick('typed');
SELECT count(*) FROM datamon.check('typed');
SELECT segment, sum(n) FROM datamon.volume WHERE source = 'typed'::regclass GROUP BY 1 ORDER BY 1;
-- settings of whoever ticks do not make other values of the same
SET datestyle = 'SQL, DMY'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'escape'; SET extra_float_digits = -6;
INSERT INTO typed SELECT '2026-01-01 05:00', padded, named, id, mood, code, yes, amount, address, day, span, list, raw, half, letter FROM typed LIMIT 100;
SELECT error FROM datamon.tick('typed');
SELECT datamon.recompute('typed');
SELECT count(*) FROM datamon.check('typed');
RESET ALL;
SET timezone = 'UTC';
SELECT count(DISTINCT segment) FROM datamon.volume WHERE source = 'typed'::regclass;

-- values that are known outlive a change of their type
CREATE TABLE changed AS SELECT '2026-01-01'::timestamptz + g * interval '1 minute' AS at, g % 2 AS d, g AS x FROM generate_series(1, 100) g;
SELECT count(*) > 0 FROM datamon.watch('changed', bucket => '1 hour', dimensions => '{d}');
SELECT error FROM datamon.tick('changed');
ALTER TABLE changed ALTER d TYPE boolean USING d = 1, ADD added int DEFAULT 5, ALTER x TYPE numeric;
SELECT error FROM datamon.tick('changed');
SELECT count(*) FROM datamon.check('changed');
ALTER TABLE changed ALTER d TYPE text;
SELECT error FROM datamon.tick('changed');
SELECT count(*) FROM datamon.check('changed');
ALTER TABLE changed ALTER x TYPE text;
SELECT error FROM datamon.tick('changed');
ALTER TABLE changed DROP x;
SELECT error FROM datamon.tick('changed');
SELECT datamon.unwatch('changed');
DROP TABLE changed;

-- the last bucket of all has no end that a timestamp could hold
CREATE TABLE timed AS SELECT now() - g * interval '1 minute' AS at, g::float8 AS x FROM generate_series(1, 100) g;
CREATE VIEW timed_view AS SELECT * FROM timed;
INSERT INTO timed VALUES ('294276-12-31 23:59:59+00', 1), ('infinity', 2), ('-infinity', 3), (NULL, 4);
SELECT count(*) > 0 FROM datamon.watch('timed', bucket => '1 hour') a, datamon.watch('timed_view', bucket => '1 hour') b;
SELECT error FROM datamon.tick('timed') UNION ALL SELECT error FROM datamon.tick('timed_view');
DELETE FROM timed WHERE x = 1;
SELECT error FROM datamon.tick('timed') UNION ALL SELECT error FROM datamon.tick('timed_view');
SELECT count(*) FROM datamon.check('timed');
SELECT count(*) FROM datamon.check('timed_view');
SELECT datamon.unwatch('timed'), datamon.unwatch('timed_view'), datamon.unwatch('typed');
DROP VIEW timed_view;
DROP TABLE timed, typed;
DROP DOMAIN code;
DROP TYPE mood;
