-- profile: every watched column of some rows in one value

CREATE TYPE datamon.profile;

CREATE FUNCTION datamon.profile_in(cstring) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.profile_out(datamon.profile) RETURNS cstring
	AS 'MODULE_PATHNAME', 'datamon_profile_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.profile_recv(internal) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.profile_send(datamon.profile) RETURNS bytea
	AS 'MODULE_PATHNAME', 'datamon_profile_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE datamon.profile (
	INPUT = datamon.profile_in,
	OUTPUT = datamon.profile_out,
	RECEIVE = datamon.profile_recv,
	SEND = datamon.profile_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE datamon.profile IS 'mergeable summary of every watched column of some rows';

CREATE FUNCTION datamon.profile_eq(datamon.profile, datamon.profile) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_profile_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.profile_eq IS 'implementation of = operator';
CREATE FUNCTION datamon.profile_ne(datamon.profile, datamon.profile) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_profile_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.profile_ne IS 'implementation of <> operator';
CREATE FUNCTION datamon.profile_add(datamon.profile, datamon.profile) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.profile_add IS 'implementation of + operator';

CREATE OPERATOR datamon.= (
	LEFTARG = datamon.profile, RIGHTARG = datamon.profile, FUNCTION = datamon.profile_eq,
	COMMUTATOR = OPERATOR(datamon.=), NEGATOR = OPERATOR(datamon.<>), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR datamon.= (datamon.profile, datamon.profile) IS 'same profile: equal bytes';
CREATE OPERATOR datamon.<> (
	LEFTARG = datamon.profile, RIGHTARG = datamon.profile, FUNCTION = datamon.profile_ne,
	COMMUTATOR = OPERATOR(datamon.<>), NEGATOR = OPERATOR(datamon.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR datamon.<> (datamon.profile, datamon.profile) IS 'not the same profile';
CREATE OPERATOR datamon.+ (
	LEFTARG = datamon.profile, RIGHTARG = datamon.profile, FUNCTION = datamon.profile_add,
	COMMUTATOR = OPERATOR(datamon.+)
);
COMMENT ON OPERATOR datamon.+ (datamon.profile, datamon.profile) IS 'profile of the rows of both';

-- aggregates

CREATE FUNCTION datamon.profile_transfn(datamon.profile, VARIADIC "any") RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.profile_merge_transfn(datamon.profile, datamon.profile) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_merge_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.profile_combinefn(datamon.profile, datamon.profile) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_combinefn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.profile_finalfn(datamon.profile) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_finalfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.profile(VARIADIC "any") (
	SFUNC = datamon.profile_transfn, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon.profile_combinefn, FINALFUNC = datamon.profile_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile("any") IS 'profile of all given columns in one call a row';
-- profile(t) of one text alone would otherwise be read as a cast of t to the type profile
CREATE FUNCTION datamon.profile_transfn(datamon.profile, text) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.profile_transfn(datamon.profile, varchar) RETURNS datamon.profile
	AS 'MODULE_PATHNAME', 'datamon_profile_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.profile(text) (
	SFUNC = datamon.profile_transfn, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon.profile_combinefn, FINALFUNC = datamon.profile_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(text) IS 'profile of one text column';
CREATE AGGREGATE datamon.profile(varchar) (
	SFUNC = datamon.profile_transfn, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon.profile_combinefn, FINALFUNC = datamon.profile_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.profile(varchar) IS 'profile of one varchar column';
CREATE AGGREGATE datamon.merge(datamon.profile) (
	SFUNC = datamon.profile_merge_transfn, STYPE = datamon.profile, SSPACE = 16384,
	COMBINEFUNC = datamon.profile_combinefn, FINALFUNC = datamon.profile_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.merge(datamon.profile) IS 'profile of all rows of many profiles';

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

