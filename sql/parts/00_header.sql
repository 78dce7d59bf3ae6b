\echo Use "CREATE EXTENSION datamon" to load this file. \quit

-- Nothing below may depend on the installing session's search_path.
SET LOCAL search_path TO pg_catalog, pg_temp;
SET LOCAL client_min_messages TO warning;

