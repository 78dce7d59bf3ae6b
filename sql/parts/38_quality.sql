-- Data quality: rates, uniqueness and entropy of the mergeable states; column_quality; aggregates of rules.

-- @type column_quality
COMMENT ON TYPE datamon.column_quality IS
	'quality of one column: NULLs, distinct values, lengths and looks of texts; mergeable';

-- As with value_counts: without these casts column_quality(x) of a varchar is read as x::column_quality.
CREATE FUNCTION datamon._column_quality_from_text(text) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_from_text' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._column_quality_from_bpchar(character) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_from_text' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._column_quality_from_name(name) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_from_name' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (text AS datamon.column_quality)
	WITH FUNCTION datamon._column_quality_from_text(text);
CREATE CAST (character varying AS datamon.column_quality)
	WITH FUNCTION datamon._column_quality_from_text(text);
CREATE CAST (character AS datamon.column_quality)
	WITH FUNCTION datamon._column_quality_from_bpchar(character);
CREATE CAST (name AS datamon.column_quality)
	WITH FUNCTION datamon._column_quality_from_name(name);

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, text) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value text) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(text) IS
	'quality of a column: NULLs and distinct values; lengths in characters, empty and blank texts, and what they can be read as';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, double precision) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_float8' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value double precision) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(double precision) IS
	'quality of a column: NULLs and distinct values; NaN and infinities apart';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, smallint) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_smallint' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value smallint) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(smallint) IS
	'quality of a column: NULLs and distinct values; every value told apart, also beyond 2^53';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, integer) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_integer' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value integer) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(integer) IS
	'quality of a column: NULLs and distinct values; every value told apart, also beyond 2^53';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, bigint) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_bigint' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value bigint) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(bigint) IS
	'quality of a column: NULLs and distinct values; every value told apart, also beyond 2^53';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, numeric) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_numeric' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value numeric) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(numeric) IS
	'quality of a column: NULLs and distinct values; 1.50 is 1.5';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, timestamp) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_timestamp' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value timestamp) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(timestamp) IS
	'quality of a column: NULLs and distinct values; to the microsecond';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, timestamp with time zone) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_timestamp' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value timestamp with time zone) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(timestamp with time zone) IS
	'quality of a column: NULLs and distinct values; to the microsecond';

CREATE FUNCTION datamon._column_quality_trans(datamon.column_quality, date) RETURNS datamon.column_quality
	AS 'MODULE_PATHNAME', 'datamon_column_quality_trans_date' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE datamon.column_quality(value date) (
	SFUNC = datamon._column_quality_trans,
	STYPE = datamon.column_quality,
	SSPACE = 2048,
	FINALFUNC = datamon._column_quality_final,
	COMBINEFUNC = datamon._column_quality_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.column_quality(date) IS
	'quality of a column: NULLs and distinct values; a day as its midnight';

-- what a column_quality tells

CREATE FUNCTION datamon.count(datamon.column_quality) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_column_quality_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.column_quality) IS
	'values that are not NULL';
CREATE FUNCTION datamon.null_count(datamon.column_quality) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_column_quality_null_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_count(datamon.column_quality) IS
	'number of NULLs';
CREATE FUNCTION datamon.null_rate(datamon.column_quality) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_column_quality_null_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_rate(datamon.column_quality) IS
	'share of the rows that are NULL';
CREATE FUNCTION datamon.completeness(datamon.column_quality) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_column_quality_completeness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.completeness(datamon.column_quality) IS
	'share of the rows that are not NULL';
CREATE FUNCTION datamon.distinct_count(datamon.column_quality) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_column_quality_distinct_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinct_count(datamon.column_quality) IS
	'distinct values; above 1024 an estimate with a relative standard error of 1.15 %';
CREATE FUNCTION datamon.is_exact(datamon.column_quality) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_column_quality_is_exact' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_exact(datamon.column_quality) IS
	'true while every distinct value is kept: up to 1024 of them';
CREATE FUNCTION datamon.distinctness(datamon.column_quality) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_column_quality_distinctness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinctness(datamon.column_quality) IS
	'distinct values / values';
CREATE FUNCTION datamon.uniqueness(datamon.column_quality) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_column_quality_uniqueness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.uniqueness(datamon.column_quality) IS
	'values that occur exactly once / values; from a sample of 256 distinct values unless is_exact()';
CREATE FUNCTION datamon.unique_value_ratio(datamon.column_quality) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_column_quality_unique_value_ratio' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unique_value_ratio(datamon.column_quality) IS
	'values that occur exactly once / distinct values; from a sample of 256 distinct values unless is_exact()';
CREATE FUNCTION datamon.quality(datamon.column_quality,
		OUT kind text, OUT n_rows bigint, OUT count bigint, OUT null_count bigint, OUT null_rate double precision,
		OUT nan_count bigint, OUT infinity_count bigint, OUT zero_count bigint, OUT negative_count bigint,
		OUT distinct_count bigint, OUT distinct_error double precision, OUT distinctness double precision,
		OUT uniqueness double precision, OUT unique_value_ratio double precision, OUT n_distinct_kept bigint,
		OUT empty_count bigint, OUT blank_count bigint, OUT integer_count bigint, OUT decimal_count bigint,
		OUT boolean_count bigint, OUT time_count bigint, OUT other_count bigint, OUT looks_like text,
		OUT min_length bigint, OUT max_length bigint, OUT mean_length double precision,
		OUT stddev_length double precision, OUT min_value text, OUT max_value text)
	AS 'MODULE_PATHNAME', 'datamon_column_quality_quality' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.quality(datamon.column_quality) IS
	'everything that a column_quality tells, in one row';

-- quality of numbers and of categories

CREATE FUNCTION datamon.null_rate(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_null_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_rate(datamon.histogram) IS
	'share of the rows that are NULL';
CREATE FUNCTION datamon.null_rate(datamon.value_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_null_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_rate(datamon.value_counts) IS
	'share of the rows that are NULL';
CREATE FUNCTION datamon.completeness(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_completeness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.completeness(datamon.histogram) IS
	'share of the rows that are not NULL';
CREATE FUNCTION datamon.completeness(datamon.value_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_completeness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.completeness(datamon.value_counts) IS
	'share of the rows that are not NULL';
CREATE FUNCTION datamon.nan_rate(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_nan_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.nan_rate(datamon.histogram) IS
	'share of the rows that are NaN';
CREATE FUNCTION datamon.infinity_rate(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_infinity_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.infinity_rate(datamon.histogram) IS
	'share of the rows that are infinite';
CREATE FUNCTION datamon.zero_rate(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_zero_rate' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.zero_rate(datamon.histogram) IS
	'share of the rows that are zero, exactly';
CREATE FUNCTION datamon.distinctness(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_distinctness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinctness(datamon.histogram) IS
	'distinct values / finite values; NULL unless is_exact()';
CREATE FUNCTION datamon.distinctness(datamon.value_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_distinctness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinctness(datamon.value_counts) IS
	'distinct values / values';
CREATE FUNCTION datamon.uniqueness(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_uniqueness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.uniqueness(datamon.histogram) IS
	'values that occur exactly once / finite values; NULL unless is_exact()';
CREATE FUNCTION datamon.uniqueness(datamon.value_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_uniqueness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.uniqueness(datamon.value_counts) IS
	'values that occur exactly once / values; NULL unless is_exact()';
CREATE FUNCTION datamon.unique_value_ratio(datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_unique_value_ratio' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unique_value_ratio(datamon.histogram) IS
	'values that occur exactly once / distinct values; NULL unless is_exact()';
CREATE FUNCTION datamon.unique_value_ratio(datamon.value_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_unique_value_ratio' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unique_value_ratio(datamon.value_counts) IS
	'values that occur exactly once / distinct values; NULL unless is_exact()';
CREATE FUNCTION datamon.zero_count(datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_zero_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.zero_count(datamon.histogram) IS
	'number of zeros, exactly';
CREATE FUNCTION datamon.distinct_count(datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_distinct_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.distinct_count(datamon.histogram) IS
	'number of distinct finite values; NULL unless is_exact()';
CREATE FUNCTION datamon.entropy(datamon.histogram, base double precision DEFAULT exp(1::double precision)) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_entropy' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.entropy(datamon.histogram, double precision) IS
	'Shannon entropy of the values, in units of log base: nats by default; NULL unless is_exact()';
CREATE FUNCTION datamon.entropy(datamon.value_counts, base double precision DEFAULT exp(1::double precision)) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_entropy' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.entropy(datamon.value_counts, double precision) IS
	'Shannon entropy of the values, in units of log base: nats by default; NULL unless is_exact()';
CREATE FUNCTION datamon.mode(datamon.histogram,
		OUT value double precision, OUT count bigint, OUT share double precision)
	AS 'MODULE_PATHNAME', 'datamon_histogram_mode' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mode(datamon.histogram) IS
	'most frequent finite value, of equals the smallest; NULL unless is_exact()';
CREATE FUNCTION datamon.mode(datamon.value_counts,
		OUT value text, OUT count bigint, OUT share double precision)
	AS 'MODULE_PATHNAME', 'datamon_value_counts_mode' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mode(datamon.value_counts) IS
	'most frequent value, of equals the first by bytes; NULL if hash buckets may hide one';

CREATE FUNCTION datamon.quality(datamon.histogram,
		OUT n_rows bigint, OUT n_used bigint, OUT n_unused bigint, OUT null_rate double precision,
		OUT nan_rate double precision, OUT infinity_rate double precision, OUT zero_rate double precision,
		OUT distinct_count bigint, OUT distinct_error double precision, OUT distinctness double precision,
		OUT uniqueness double precision, OUT unique_value_ratio double precision, OUT entropy double precision,
		OUT mode double precision, OUT mode_count bigint, OUT mode_share double precision)
	AS 'MODULE_PATHNAME', 'datamon_histogram_quality' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.quality(datamon.histogram) IS
	'quality metrics of a number in one row, with the rows they use and leave out';
CREATE FUNCTION datamon.quality(datamon.value_counts,
		OUT n_rows bigint, OUT n_used bigint, OUT n_unused bigint, OUT null_rate double precision,
		OUT distinct_count bigint, OUT distinct_error double precision, OUT distinctness double precision,
		OUT uniqueness double precision, OUT unique_value_ratio double precision, OUT entropy double precision,
		OUT mode text, OUT mode_count bigint, OUT mode_share double precision)
	AS 'MODULE_PATHNAME', 'datamon_value_counts_quality' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.quality(datamon.value_counts) IS
	'quality metrics of a category in one row, with the rows they use and leave out';

CREATE FUNCTION datamon.sparkline(datamon.histogram, width integer DEFAULT 10) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_histogram_sparkline' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.sparkline(datamon.histogram, integer) IS
	'a picture of the distribution: width bars from min to max';
CREATE FUNCTION datamon.sparkline(datamon.value_counts, width integer DEFAULT 10) RETURNS text
	AS 'MODULE_PATHNAME', 'datamon_value_counts_sparkline' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.sparkline(datamon.value_counts, integer) IS
	'a picture of the width most frequent values; NULL unless is_exact()';

-- rules, as the share of rows of which they hold

CREATE TYPE datamon.rate AS (
	rate double precision,
	matching bigint,
	n_used bigint,
	n_unused bigint
);
COMMENT ON TYPE datamon.rate IS 'share of the rows in use of which something holds, and the rows left out';

CREATE FUNCTION datamon._pattern_rate_trans(bigint[], text, text) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_pattern_rate_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._out_of_range_rate_trans(bigint[], double precision, double precision, double precision)
	RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_out_of_range_rate_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._rate_combine(bigint[], bigint[]) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_rate_combine' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._rate_final(bigint[]) RETURNS datamon.rate
	AS 'MODULE_PATHNAME', 'datamon_rate_final' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.pattern_rate(value text, pattern text) (
	SFUNC = datamon._pattern_rate_trans,
	STYPE = bigint[],
	FINALFUNC = datamon._rate_final,
	COMBINEFUNC = datamon._rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pattern_rate(text, text) IS
	'share of the texts that match a regular expression';
CREATE AGGREGATE datamon.out_of_range_rate(value double precision, low double precision, high double precision) (
	SFUNC = datamon._out_of_range_rate_trans,
	STYPE = bigint[],
	FINALFUNC = datamon._rate_final,
	COMBINEFUNC = datamon._rate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.out_of_range_rate(double precision, double precision, double precision) IS
	'share of the numbers below low or above high; a NULL bound is none';

-- keys that occur more than once

/* Is it one of the server's own types, or a domain over one? */
CREATE FUNCTION datamon._is_builtin(type oid) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
WITH RECURSIVE base AS (
	SELECT $1 AS type
	UNION ALL
	SELECT t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
)
SELECT coalesce(min(type::bigint) < 16384, false) FROM base
$$;

CREATE FUNCTION datamon.duplicates(relation regclass, columns name[], examples integer DEFAULT 5,
		OUT n_rows bigint, OUT n_used bigint, OUT n_unused bigint, OUT n_distinct bigint,
		OUT n_duplicated_keys bigint, OUT n_excess_rows bigint, OUT examples_found jsonb)
	LANGUAGE plpgsql STABLE PARALLEL UNSAFE
	SET search_path = pg_catalog, pg_temp
	AS $$
DECLARE
	source text;
	keys text;
	missing text;
	pairs text;
BEGIN
	IF relation IS NULL OR columns IS NULL OR cardinality(columns) = 0 OR array_position(columns, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'duplicates needs a relation and the columns of its key'
			USING ERRCODE = '22023', HINT = 'Name the columns as an array, such as ARRAY[''id''].';
	END IF;
	IF examples IS NULL OR examples NOT BETWEEN 0 AND 1000 THEN
		RAISE EXCEPTION '"examples" must be from 0 to 1000' USING ERRCODE = '22023',
			HINT = 'It is how many duplicated keys are shown.';
	END IF;
	SELECT format('%I.%I', n.nspname, c.relname) INTO source
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation;
	IF source IS NULL THEN
		RAISE EXCEPTION 'relation with OID % does not exist', relation::oid USING ERRCODE = '42P01';
	END IF;
	-- A type that is not the server's own may have a cast to json, made by anybody, which must not run with the caller's rights.
	SELECT string_agg(format('t.%I AS c%s', c, i), ', ' ORDER BY i),
			string_agg(format('c%s IS NULL', i), ' OR ' ORDER BY i),
			string_agg(format(CASE WHEN a.atttypid IS NULL OR datamon._is_builtin(a.atttypid) THEN '%L, c%s' ELSE '%L, concat(c%s)' END, c, i), ', ' ORDER BY i)
		INTO keys, missing, pairs
		FROM unnest(columns) WITH ORDINALITY AS u(c, i)
		LEFT JOIN pg_attribute a ON a.attrelid = relation AND a.attname = c AND NOT a.attisdropped;
	EXECUTE format(
		'WITH k AS MATERIALIZED ('
		'  SELECT *, (%2$s) AS missing FROM (SELECT %1$s, count(*) AS n FROM %3$s t GROUP BY %4$s) g),'
		' e AS (SELECT * FROM k WHERE n > 1 AND NOT missing ORDER BY n DESC, %5$s LIMIT $1)'
		' SELECT coalesce(sum(n), 0)::bigint, coalesce(sum(n) FILTER (WHERE NOT missing), 0)::bigint,'
		'  coalesce(sum(n) FILTER (WHERE missing), 0)::bigint, count(*) FILTER (WHERE NOT missing),'
		'  count(*) FILTER (WHERE n > 1 AND NOT missing),'
		'  coalesce(sum(n - 1) FILTER (WHERE NOT missing), 0)::bigint,'
		'  (SELECT coalesce(jsonb_agg(jsonb_build_object(%6$s, ''count'', n) ORDER BY n DESC, %5$s), ''[]'') FROM e)'
		' FROM k', keys, missing, source,
		(SELECT string_agg(i::text, ', ' ORDER BY i) FROM generate_subscripts(columns, 1) i),
		(SELECT string_agg(format('c%s', i), ', ' ORDER BY i) FROM generate_subscripts(columns, 1) i), pairs)
		INTO n_rows, n_used, n_unused, n_distinct, n_duplicated_keys, n_excess_rows, examples_found
		USING examples;
END
$$;
COMMENT ON FUNCTION datamon.duplicates(regclass, name[], integer) IS
	'how many keys of a table occur more than once, and the most frequent of them; rows that lack a column of the key are left out';
