-- profile: every watched column of some rows in one value

-- @type profile extended 16384
COMMENT ON TYPE datamon.profile IS 'mergeable summary of every watched column of some rows';

-- aggregates

CREATE FUNCTION datamon._profile_trans(datamon.profile, VARIADIC "any") RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.profile(VARIADIC "any") (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile("any") IS 'profile of all given columns in one call a row';
-- profile(t) of one text alone would otherwise be read as a cast of t to the type profile, or, of "char", be ambiguous
CREATE FUNCTION datamon._profile_trans(datamon.profile, text) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._profile_trans(datamon.profile, varchar) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._profile_trans(datamon.profile, bpchar) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._profile_trans(datamon.profile, name) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._profile_trans(datamon.profile, "char") RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.profile(text) (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(text) IS 'profile of one text column';
CREATE AGGREGATE datamon.profile(varchar) (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(varchar) IS 'profile of one varchar column';
CREATE AGGREGATE datamon.profile(bpchar) (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(bpchar) IS 'profile of one character column';
CREATE AGGREGATE datamon.profile(name) (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(name) IS 'profile of one name column';
CREATE AGGREGATE datamon.profile("char") (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile("char") IS 'profile of one "char" column';
-- the same from arguments of types of their own, which Citus can split
CREATE FUNCTION datamon._profile_trans(datamon.profile, text, double precision[], text[]) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_arrays_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.profile(kinds text, numbers double precision[], categories text[]) (
	SFUNC = datamon._profile_trans, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon._profile_combine, FINALFUNC = datamon._profile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(text, double precision[], text[])
	IS 'profile of columns given as two arrays, kinds saying in which order: n for a number, c for a category';

-- what a profile tells

CREATE FUNCTION datamon.count(profile datamon.profile) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_profile_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.profile) IS 'number of rows';
CREATE FUNCTION datamon.column_count(profile datamon.profile) RETURNS integer
	AS 'MODULE_PATHNAME', 'datamon_profile_column_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.column_count(datamon.profile) IS 'number of columns';
CREATE FUNCTION datamon.histogram(profile datamon.profile, column_no integer) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_profile_histogram' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.histogram(datamon.profile, integer) IS 'histogram of one column, counted from 1; NULL if it holds categories';
CREATE FUNCTION datamon.value_counts(profile datamon.profile, column_no integer) RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_profile_value_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.value_counts(datamon.profile, integer) IS 'counts of one column, counted from 1; NULL if it holds numbers';
CREATE FUNCTION datamon.columns(profile datamon.profile,
		OUT column_no integer, OUT kind text, OUT count bigint, OUT null_count bigint, OUT nan_count bigint,
		OUT infinity_count bigint, OUT mean double precision, OUT stddev double precision, OUT min double precision,
		OUT max double precision, OUT distinct_count bigint, OUT histogram datamon.histogram,
		OUT value_counts datamon.value_counts)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_profile_columns' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION datamon.columns(datamon.profile) IS 'one row a column: counts, moments and distribution';
CREATE FUNCTION datamon.compact(profile datamon.profile, max_bytes integer, significant_bits integer DEFAULT 53)
	RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_compact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.compact(datamon.profile, integer, integer) IS 'the profile that a smaller budget a column would have given';


-- cells as they are built without an aggregate, for tests

CREATE FUNCTION datamon._build_cell(x double precision[], max_bytes integer DEFAULT 1536,
		significant_bits integer DEFAULT 53, times integer DEFAULT 1) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_build_number_cell' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._build_cell(x text[], times integer DEFAULT 1) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_build_category_cell' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._merge_cells(profiles datamon.profile[], times integer DEFAULT 1) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_merge_cells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
