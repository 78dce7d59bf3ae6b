\echo Use "CREATE EXTENSION datamon" to load this file. \quit

-- Nothing below may depend on the installing session's search_path.
SET LOCAL search_path TO pg_catalog, pg_temp;
SET LOCAL client_min_messages TO warning;

-- A schema that was there before must not be another role's: its owner could put objects beside ours.
DO $$
BEGIN
	IF (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'datamon')
		<> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user) THEN
		RAISE EXCEPTION 'schema "datamon" exists and belongs to another role' USING ERRCODE = 'insufficient_privilege',
			HINT = 'Drop or rename it, or make it yours, before CREATE EXTENSION datamon.';
	END IF;
END
$$;

