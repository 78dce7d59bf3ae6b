/*
 * Reading tables page by page, for tests and for measurement.  The functions
 * check the caller's privileges themselves.
 */

CREATE FUNCTION datamon._significant(x double precision, bits integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_significant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon._significant(double precision, integer) IS 'internal';

/* readings: number[:bits], dimension, category, bucket:seconds, actual[:threshold], predicted[:threshold] */
CREATE FUNCTION datamon._scan(relation regclass, columns name[], readings text[]) RETURNS TABLE (row_no bigint, value text[])
	AS 'MODULE_PATHNAME', 'datamon_scan' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION datamon._scan(regclass, name[], text[]) IS 'internal';
CREATE FUNCTION datamon._scan_query(query text, readings text[]) RETURNS TABLE (row_no bigint, value text[])
	AS 'MODULE_PATHNAME', 'datamon_scan_query' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION datamon._scan_query(text, text[]) IS 'internal';

/* profile() of all rows of a table */
CREATE FUNCTION datamon._profile_scan(relation regclass, columns name[], significant_bits integer DEFAULT 53) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_scan' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION datamon._profile_scan(regclass, name[], integer) IS 'internal';
