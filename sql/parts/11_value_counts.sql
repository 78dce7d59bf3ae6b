-- value_counts: how often each category occurs.

-- @type value_counts extended 512
COMMENT ON TYPE datamon.value_counts IS
	'counts of distinct values, exact up to a limit and of hash buckets beyond it; mergeable';

-- A call f(x) with one argument of a string type, where f is also a type, is
-- read as the conversion x::f through text unless a cast function stands in
-- the way.  These casts do what that conversion would, and so let
-- value_counts(x) of a varchar, char(n), name or domain column mean the
-- aggregate.
CREATE FUNCTION datamon._value_counts_from_text(text) RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_from_text' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._value_counts_from_bpchar(character) RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_from_text' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._value_counts_from_name(name) RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_from_name' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (text AS datamon.value_counts)
	WITH FUNCTION datamon._value_counts_from_text(text);
CREATE CAST (character varying AS datamon.value_counts)
	WITH FUNCTION datamon._value_counts_from_text(text);
CREATE CAST (character AS datamon.value_counts)
	WITH FUNCTION datamon._value_counts_from_bpchar(character);
CREATE CAST (name AS datamon.value_counts)
	WITH FUNCTION datamon._value_counts_from_name(name);

CREATE FUNCTION datamon._value_counts_trans(datamon.value_counts, text)
	RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._value_counts_trans(datamon.value_counts, text, integer)
	RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_trans_limit' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._value_counts_trans(datamon.value_counts, boolean)
	RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_value_counts_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.value_counts(value text) (
	SFUNC = datamon._value_counts_trans,
	STYPE = datamon.value_counts,
	SSPACE = 512,
	FINALFUNC = datamon._value_counts_final,
	COMBINEFUNC = datamon._value_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.value_counts(text) IS
	'counts of the distinct values, exact up to 1000 of them; NULLs are counted apart';

CREATE AGGREGATE datamon.value_counts(value text, max_values integer) (
	SFUNC = datamon._value_counts_trans,
	STYPE = datamon.value_counts,
	SSPACE = 512,
	FINALFUNC = datamon._value_counts_final,
	COMBINEFUNC = datamon._value_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.value_counts(text, integer) IS
	'counts of the distinct values, exact up to max_values of them; NULLs are counted apart';

CREATE AGGREGATE datamon.value_counts(value boolean) (
	SFUNC = datamon._value_counts_trans,
	STYPE = datamon.value_counts,
	SSPACE = 512,
	FINALFUNC = datamon._value_counts_final,
	COMBINEFUNC = datamon._value_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.value_counts(boolean) IS
	'counts of ''true'' and ''false''; NULLs are counted apart';

CREATE FUNCTION datamon.count(datamon.value_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_value_counts_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.value_counts) IS
	'number of counted values, without NULLs';

CREATE FUNCTION datamon.null_count(datamon.value_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_value_counts_null_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_count(datamon.value_counts) IS
	'number of NULLs';

CREATE FUNCTION datamon.distinct_count(datamon.value_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_value_counts_distinct_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinct_count(datamon.value_counts) IS
	'number of distinct values; an estimate unless is_exact()';

CREATE FUNCTION datamon.is_exact(datamon.value_counts) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_value_counts_is_exact'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_exact(datamon.value_counts) IS
	'true while every distinct value has a count of its own';

CREATE FUNCTION datamon.value_count(datamon.value_counts, value text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_value_counts_value_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.value_count(datamon.value_counts, text) IS
	'how often the value occurs; NULL when it shares a bucket with others';

CREATE FUNCTION datamon.counts(datamon.value_counts,
		OUT value text, OUT count bigint, OUT is_bucket boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_value_counts_counts'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION datamon.counts(datamon.value_counts) IS
	'the counts as rows, most frequent first; is_bucket: of several values, of which value is one';

CREATE FUNCTION datamon.new_values(current datamon.value_counts, reference datamon.value_counts,
		OUT value text, OUT count bigint, OUT is_bucket boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_value_counts_new_values'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION datamon.new_values(datamon.value_counts, datamon.value_counts) IS
	'values of current that are certain to be absent from reference, with their counts in current';

CREATE FUNCTION datamon.vanished_values(current datamon.value_counts, reference datamon.value_counts,
		OUT value text, OUT count bigint, OUT is_bucket boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_value_counts_vanished_values'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION datamon.vanished_values(datamon.value_counts, datamon.value_counts) IS
	'values of reference that are certain to be absent from current, with their counts in reference';

