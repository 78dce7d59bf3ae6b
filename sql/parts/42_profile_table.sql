-- profile_table: a profile of every segment of a table

CREATE FUNCTION datamon.profile_table(relation regclass, columns name[] DEFAULT NULL, dimensions name[] DEFAULT '{}',
		levels text DEFAULT 'leaves', time_column name DEFAULT NULL, bucket interval DEFAULT NULL, actual name DEFAULT NULL,
		predicted name DEFAULT NULL, threshold double precision DEFAULT NULL, significant_bits integer DEFAULT 53)
	RETURNS TABLE (bucket timestamptz, segment jsonb, n bigint, profile datamon.profile, performance datamon.f_beta_state)
	AS 'MODULE_PATHNAME', 'datamon_profile_table' LANGUAGE C STABLE PARALLEL RESTRICTED COST 1000000 ROWS 1000;
COMMENT ON FUNCTION datamon.profile_table(regclass, name[], name[], text, name, interval, name, name, double precision, integer) IS
	'profile and classification counts of every segment and bucket of a table, each row read once';
