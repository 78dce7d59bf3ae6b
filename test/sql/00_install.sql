-- The extension goes and comes back, alone in its schema; the empty schema stays, since PostgreSQL makes it no member.
DROP EXTENSION datamon;
DROP SCHEMA datamon;
CREATE EXTENSION datamon;
SELECT extname, nspname, extrelocatable
FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'datamon';

-- Nothing in the schema is a stranger, nothing of the extension lies elsewhere.
WITH object AS (
	SELECT 'pg_proc'::regclass AS classid, oid, pronamespace AS nsp FROM pg_proc
	UNION ALL SELECT 'pg_class', oid, relnamespace FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'f', 'p')
	UNION ALL SELECT 'pg_operator', oid, oprnamespace FROM pg_operator
	UNION ALL SELECT 'pg_type', oid, typnamespace FROM pg_type WHERE typtype = 'b' AND typelem = 0)
SELECT o.classid, pg_describe_object(o.classid, o.oid, 0) AS object, d.objid IS NOT NULL AS member
FROM object o
LEFT JOIN pg_depend d ON d.classid = o.classid AND d.objid = o.oid AND d.deptype = 'e'
	AND d.refclassid = 'pg_extension'::regclass
	AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'datamon')
WHERE (nsp = 'datamon'::regnamespace) <> (d.objid IS NOT NULL)
ORDER BY 1, 2;

-- A second schema is refused: names in the functions are fixed.
DROP EXTENSION datamon;
CREATE SCHEMA elsewhere;
CREATE EXTENSION datamon SCHEMA elsewhere;
DROP SCHEMA elsewhere;
CREATE EXTENSION datamon;
