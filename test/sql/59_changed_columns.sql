-- columns that were dropped, renamed, or given another type since watch(): said by the next tick, at every door, with nothing half done
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN small AS int;
CREATE TABLE source (id int PRIMARY KEY, at timestamptz NOT NULL, d date, kind text, code int, feeling mood, x float8, unread text, hit boolean);
CREATE INDEX ON source (at);
INSERT INTO source SELECT i, '2024-01-01'::timestamptz + i * interval '10 minutes', '2024-01-01', 'k' || i % 3, i % 4, (ARRAY['good', 'bad'])[1 + i % 2]::mood,
	i % 7, 'u', i % 2 = 0 FROM generate_series(0, 1999) i;
CREATE TABLE truth (id int PRIMARY KEY, came timestamptz NOT NULL, fact boolean);
INSERT INTO truth SELECT id, at + interval '1 hour', hit FROM source;

-- What a change to a source does to its monitor, with a row that came since; undone afterwards.
CREATE FUNCTION attempt(change text, INOUT door text, OUT last_error text, OUT half_done boolean, OUT checked text) LANGUAGE plpgsql AS $$
DECLARE
	v_before text;
	v_source regclass;
BEGIN
	IF door = 'view' THEN
		CREATE VIEW seen AS SELECT * FROM source;
	END IF;
	v_source := CASE door WHEN 'view' THEN 'seen' ELSE 'source' END::regclass;
	PERFORM count(*) FROM datamon.watch(v_source, labels => CASE WHEN door = 'labels' THEN 'truth'::regclass END, bucket => '1 hour', dimensions => '{kind,code}',
		features => '{x,feeling}', prediction => 'hit', id => 'id', time_column => 'at');
	PERFORM count(*) FROM datamon.tick(v_source);
	SELECT md5(string_agg(t::text, ',' ORDER BY t.cuboid_no, t.tier, t.part, t.bucket, t.piece)) INTO v_before FROM datamon._own_tile t;
	EXECUTE change;
	EXECUTE format('INSERT INTO source (%s) VALUES (5000, ''2024-01-14 21:15+00'')', (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY a.attnum)
		FROM pg_attribute a WHERE a.attrelid = 'source'::regclass AND a.attnum IN (1, 2)));
	PERFORM datamon.tick(v_source);
	SELECT m.last_error INTO last_error FROM datamon.monitors m;
	half_done := v_before <> (SELECT md5(string_agg(t::text, ',' ORDER BY t.cuboid_no, t.tier, t.part, t.bucket, t.piece)) FROM datamon._own_tile t);
	BEGIN
		checked := (SELECT count(*) FROM datamon.check(v_source))::text;
	EXCEPTION WHEN OTHERS THEN
		checked := SQLSTATE;
	END;
	RAISE EXCEPTION 'undo' USING ERRCODE = 'UU000';
EXCEPTION WHEN SQLSTATE 'UU000' THEN
	RETURN;
END
$$;
\pset format unaligned
\pset tuples_only on
-- gone, or by another name
SELECT * FROM attempt('ALTER TABLE source RENAME x TO y', 'heap');
SELECT * FROM attempt('ALTER TABLE source RENAME x TO y', 'labels');
SELECT * FROM attempt('ALTER VIEW seen RENAME x TO y', 'view');
SELECT * FROM attempt('ALTER TABLE source DROP kind', 'heap');
SELECT * FROM attempt('ALTER TABLE source DROP kind', 'labels');
SELECT * FROM attempt('ALTER TABLE source RENAME at TO moment', 'heap');
SELECT * FROM attempt('ALTER VIEW seen RENAME at TO moment', 'view');
SELECT * FROM attempt('ALTER TABLE source RENAME id TO no', 'labels');
SELECT * FROM attempt('ALTER TABLE truth RENAME fact TO label', 'labels');
SELECT * FROM attempt('ALTER TABLE truth RENAME came TO come', 'labels');
SELECT * FROM attempt('ALTER TABLE truth DROP id', 'labels');
-- of a type that cannot be read
SELECT * FROM attempt('ALTER TABLE source ALTER x TYPE text', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER x TYPE text', 'labels');
SELECT * FROM attempt('ALTER TABLE source ALTER code TYPE numeric', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER code TYPE numeric', 'labels');
SELECT * FROM attempt('ALTER TABLE source ALTER hit TYPE text', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER at TYPE text', 'heap');
SELECT * FROM attempt('ALTER TABLE truth ALTER id TYPE text', 'labels');
-- what no tick reads may change, and what is read as before
SELECT * FROM attempt('ALTER TABLE source RENAME unread TO other; ALTER TABLE source DROP d', 'heap');
SELECT * FROM attempt('ALTER TABLE source DROP unread; ALTER TABLE source RENAME d TO day', 'labels');
SELECT * FROM attempt('ALTER TABLE source ALTER code TYPE bigint, ALTER kind TYPE varchar(9), ALTER x TYPE numeric', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER code TYPE small, ALTER kind TYPE varchar(9), ALTER x TYPE int', 'labels');
SELECT * FROM attempt('ALTER TABLE source RENAME x TO y; ALTER TABLE source RENAME y TO x', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER at TYPE timestamp', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER feeling TYPE text', 'heap');
SELECT * FROM attempt('ALTER TABLE source ALTER feeling TYPE text; DROP TYPE mood', 'heap');
DROP FUNCTION attempt;
DROP TABLE source, truth;
DROP TYPE mood, small;
