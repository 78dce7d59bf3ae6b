-- moments: exact sums of a number and its powers, and what follows from them.

-- @type moments
COMMENT ON TYPE datamon.moments IS
	'exact sums of a number, its square, cube and fourth power, and the rows left out of them; mergeable';

CREATE FUNCTION datamon._moments_trans(datamon.moments, double precision) RETURNS datamon.moments
	AS 'MODULE_PATHNAME', 'datamon_moments_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._moments_trans(datamon.moments, numeric) RETURNS datamon.moments
	AS 'MODULE_PATHNAME', 'datamon_moments_trans_numeric' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._moments_final_skewness(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_final_skewness' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._moments_final_kurtosis(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_final_kurtosis' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.moments(value double precision) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.moments(double precision) IS
	'counts, extremes and exact sums of a number';

CREATE AGGREGATE datamon.moments(value numeric) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.moments(numeric) IS
	'counts, extremes and exact sums of a number';

CREATE AGGREGATE datamon.skewness(value double precision) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final_skewness,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.skewness(double precision) IS
	'skewness g1 of the finite values, as skewness(moments)';

CREATE AGGREGATE datamon.skewness(value numeric) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final_skewness,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.skewness(numeric) IS
	'skewness g1 of the finite values, as skewness(moments)';

CREATE AGGREGATE datamon.kurtosis(value double precision) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final_kurtosis,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kurtosis(double precision) IS
	'excess kurtosis g2 of the finite values, as kurtosis(moments)';

CREATE AGGREGATE datamon.kurtosis(value numeric) (
	SFUNC = datamon._moments_trans,
	STYPE = datamon.moments,
	SSPACE = 4096,
	FINALFUNC = datamon._moments_final_kurtosis,
	COMBINEFUNC = datamon._moments_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kurtosis(numeric) IS
	'excess kurtosis g2 of the finite values, as kurtosis(moments)';

CREATE FUNCTION datamon.count(datamon.moments) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_moments_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.moments) IS
	'finite values: those that everything else is of';

CREATE FUNCTION datamon.null_count(datamon.moments) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_moments_null_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_count(datamon.moments) IS
	'number of NULLs';

CREATE FUNCTION datamon.nan_count(datamon.moments) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_moments_nan_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.nan_count(datamon.moments) IS
	'number of NaNs';

CREATE FUNCTION datamon.infinity_count(datamon.moments) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_moments_infinity_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.infinity_count(datamon.moments) IS
	'number of infinities of either sign';

CREATE FUNCTION datamon.unused_count(datamon.moments) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_moments_unused_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.moments) IS
	'rows that are NULL, NaN or infinite';

CREATE FUNCTION datamon.sum(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_sum' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.sum(datamon.moments) IS
	'sum of the values, rounded once';

CREATE FUNCTION datamon.min(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_min' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.min(datamon.moments) IS
	'smallest value';

CREATE FUNCTION datamon.max(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_max' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.max(datamon.moments) IS
	'largest value';

CREATE FUNCTION datamon.mean(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_mean' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean(datamon.moments) IS
	'mean; NULL without values';

CREATE FUNCTION datamon.variance(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_variance' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.variance(datamon.moments) IS
	'sample variance (n - 1); NULL below two values';

CREATE FUNCTION datamon.variance_pop(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_variance_pop' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.variance_pop(datamon.moments) IS
	'population variance (n); NULL without values';

CREATE FUNCTION datamon.stddev(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_stddev' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.stddev(datamon.moments) IS
	'sample standard deviation (n - 1); NULL below two values';

CREATE FUNCTION datamon.stddev_pop(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_stddev_pop' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.stddev_pop(datamon.moments) IS
	'population standard deviation (n); NULL without values';

CREATE FUNCTION datamon.standard_error(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_standard_error' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.standard_error(datamon.moments) IS
	'standard error of the mean: stddev / sqrt(n); NULL below two values';

CREATE FUNCTION datamon.coefficient_of_variation(datamon.moments) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_variation' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.coefficient_of_variation(datamon.moments) IS
	'stddev / mean; NULL below two values or where the mean is 0';

CREATE FUNCTION datamon.skewness(datamon.moments, bias boolean DEFAULT true) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_skewness' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.skewness(datamon.moments, boolean) IS
	'skewness g1, or G1 without bias; NULL where all values are equal';

CREATE FUNCTION datamon.kurtosis(datamon.moments, fisher boolean DEFAULT true, bias boolean DEFAULT true)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_moments_kurtosis' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kurtosis(datamon.moments, boolean, boolean) IS
	'kurtosis, in excess of 3 if fisher; g2, or G2 without bias; NULL where all values are equal';
