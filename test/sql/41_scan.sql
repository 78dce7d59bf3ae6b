-- Reading a heap page by page: what is read, by whom, and what is refused.
SET search_path = datamon, public;
CREATE TABLE scanned (i int, x float8, t text, n numeric(8,2), b boolean, at timestamptz);
INSERT INTO scanned VALUES (1, 1.5, 'one', 1.50, true, '2000-01-01 00:00:59Z'), (NULL, NULL, NULL, NULL, NULL, NULL),
	(2, 'NaN', '', 'NaN', false, 'infinity'), (3, '-0', 'two', 0, true, '1999-12-31 23:59:59Z');
ALTER TABLE scanned ADD COLUMN later numeric DEFAULT 2.50;
SELECT * FROM _scan('scanned', '{i,x,n,at}', '{number,number,number:1,bucket:60}');
SELECT * FROM _scan('scanned', '{i,x,t,n,b,later}', '{dimension,dimension,dimension,dimension,dimension,dimension}');
SELECT * FROM _scan('scanned', '{t,b}', '{category,category}');
SELECT * FROM _scan('scanned', '{b,x}', '{actual,predicted:1}');
SELECT * FROM _scan_query('SELECT i, x + 1, t, at FROM scanned ORDER BY i', '{number,dimension,category,bucket:3600}');
SELECT count(*) FROM _scan('scanned', '{}', '{}');

-- What the statement's own rows are to SELECT, they are to a scan.
WITH added AS (INSERT INTO scanned (i) VALUES (4) RETURNING i)
SELECT (SELECT count(*) FROM _scan('scanned', '{i}', '{number}')), (SELECT i FROM added);
BEGIN;
DELETE FROM scanned WHERE i = 1;
SAVEPOINT s;
UPDATE scanned SET i = 5 WHERE i = 2;
SELECT value FROM _scan('scanned', '{i}', '{number}');
ROLLBACK TO s;
SELECT value FROM _scan('scanned', '{i}', '{number}');
ROLLBACK;
SELECT value FROM _scan('scanned', '{i}', '{number}');
VACUUM (FREEZE) scanned;
SELECT value FROM _scan('scanned', '{i}', '{number}');

-- A partition has columns in an order of its own.
CREATE TABLE parted (a int, b text, c float8) PARTITION BY LIST (a);
CREATE TABLE leaf (gone int, c float8, b text, a int);
ALTER TABLE leaf DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION leaf FOR VALUES IN (1);
INSERT INTO parted VALUES (1, 'x', 0.5);
SELECT * FROM _scan('leaf', '{a,b,c}', '{number,category,number}');
CREATE MATERIALIZED VIEW kept AS SELECT i FROM scanned WHERE i > 1;
SELECT * FROM _scan('kept', '{i}', '{number}');
CREATE TEMP TABLE passing AS SELECT i FROM scanned WHERE i > 1;
SELECT * FROM _scan('passing', '{i}', '{number}');

-- Refusals.
SELECT _scan('parted', '{a}', '{number}');
CREATE VIEW seen AS SELECT i FROM scanned;
SELECT _scan('seen', '{i}', '{number}');
SELECT _scan('pg_class', '{relname}', '{category}');
SELECT _scan('scanned', '{nothing}', '{number}');
SELECT _scan('scanned', '{i,NULL}', '{number,number}');
SELECT _scan('scanned', '{ctid}', '{dimension}');
SELECT _scan('scanned', '{t}', '{number}');
SELECT _scan('scanned', '{i}', '{category}');
SELECT _scan('scanned', '{t}', '{bucket:60}');
SELECT _scan('scanned', '{t}', '{actual}');
SELECT _scan('scanned', '{i}', '{number:54}');
SELECT _scan('scanned', '{i}', '{nothing}');
SELECT _scan('scanned', '{i}', '{}');
SELECT _scan_query('DELETE FROM scanned', '{}');
SELECT _scan_query('DELETE FROM scanned RETURNING i', '{number}');
CREATE MATERIALIZED VIEW empty AS SELECT 1 AS i WITH NO DATA;
SELECT _scan('empty', '{i}', '{number}');

-- Rights: those of SELECT, no more, whoever asks.
CREATE ROLE regress_datamon_scan;
GRANT USAGE ON SCHEMA public TO regress_datamon_scan;
SET ROLE regress_datamon_scan;
SELECT _scan('scanned', '{i}', '{number}');
SELECT _scan('scanned', '{}', '{}');
SELECT _profile_scan('scanned', '{i}');
SELECT _scan_query('SELECT i FROM scanned', '{number}');
SELECT _scan('monitor', '{monitor_id}', '{number}');
RESET ROLE;
GRANT SELECT (i) ON scanned TO regress_datamon_scan;
SET ROLE regress_datamon_scan;
SELECT count(*) FROM _scan('scanned', '{i}', '{number}');
SELECT count(*) FROM _scan('scanned', '{}', '{}');
SELECT _scan('scanned', '{i,x}', '{number,number}');
SELECT _scan('kept', '{i}', '{number}');
RESET ROLE;
GRANT SELECT ON scanned TO regress_datamon_scan;
ALTER TABLE scanned ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON scanned FOR SELECT USING (i = 1);
SET ROLE regress_datamon_scan;
SELECT _scan('scanned', '{i}', '{number}');
SELECT _profile_scan('scanned', '{i}');
SELECT * FROM _scan_query('SELECT i FROM scanned', '{number}');
SET row_security = off;
SELECT _scan('scanned', '{i}', '{number}');
RESET row_security;
RESET ROLE;
SELECT count(*) FROM _scan('scanned', '{i}', '{number}');
ALTER TABLE scanned FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM _scan('scanned', '{i}', '{number}');

DROP TABLE scanned, parted, passing CASCADE;
DROP MATERIALIZED VIEW empty;
DROP OWNED BY regress_datamon_scan;
DROP ROLE regress_datamon_scan;
