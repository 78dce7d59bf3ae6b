-- What holds for every object of the extension, whoever adds one.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
SELECT plan(6);

CREATE TEMP VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE e.extname = 'datamon' AND d.deptype = 'e';

-- Trigger functions and the support functions of types and aggregates are called by the server, not by people.
SELECT is_empty($$
	SELECT name FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
	WHERE p.proname !~ '^_' AND p.prorettype <> 'trigger'::regtype AND obj_description(p.oid, 'pg_proc') IS NULL
		AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE p.oid IN (a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggmtransfn))
		AND NOT EXISTS (SELECT FROM pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend))
		AND NOT EXISTS (SELECT FROM pg_operator o WHERE p.oid IN (o.oprcode, o.oprrest, o.oprjoin))
	$$, 'every public function has a comment');

SELECT is_empty($$
	SELECT name FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname !~ '^_' AND obj_description(c.oid, 'pg_class') IS NULL
	$$, 'every public table and view has a comment');

SELECT is_empty($$
	SELECT name FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
	WHERE t.typname !~ '^_' AND t.typrelid = 0 AND obj_description(t.oid, 'pg_type') IS NULL
	$$, 'every public type has a comment');

SELECT is_empty($$
	SELECT name FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
	JOIN pg_language l ON l.oid = p.prolang
	-- A procedure that pins it cannot commit.
	WHERE (l.lanname = 'plpgsql' AND p.prokind <> 'p' OR p.prosecdef)
		AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=pg_catalog, pg_temp']
	$$, 'every plpgsql or SECURITY DEFINER function pins search_path');

-- A table that anybody may write is a table that anybody may fill.
SELECT is_empty($$
	SELECT name FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
	WHERE c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM aclexplode(c.relacl) WHERE grantee = 0)
	$$, 'nothing is granted to everybody on a base table');

-- Types that hold float8 must be aligned for it; that can never be changed later.
SELECT is_empty($$
	SELECT name FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
	WHERE t.typtype = 'b' AND t.typelem = 0 AND (t.typalign <> 'd' OR t.typreceive = 0 OR t.typsend = 0)
	$$, 'every type is aligned as double and has send and recv');

SELECT * FROM finish();
ROLLBACK;
