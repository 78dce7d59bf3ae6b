-- Correlation of two numbers: by exact sums, which merge in little space, or by the pairs themselves, for ranks.

-- @type correlation_state
COMMENT ON TYPE datamon.correlation_state IS
	'exact sums over pairs of numbers, and the rows left out of them; mergeable';

CREATE FUNCTION datamon._correlation_state_trans(datamon.correlation_state, double precision, double precision)
	RETURNS datamon.correlation_state
	AS 'MODULE_PATHNAME', 'datamon_correlation_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._pearson_final(datamon.correlation_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_correlation_final_pearson' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.correlation_state(x double precision, y double precision) (
	SFUNC = datamon._correlation_state_trans,
	STYPE = datamon.correlation_state,
	SSPACE = 4096,
	FINALFUNC = datamon._correlation_state_final,
	COMBINEFUNC = datamon._correlation_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.correlation_state(double precision, double precision) IS
	'exact sums over the pairs of two numbers';

CREATE AGGREGATE datamon.pearson_correlation(x double precision, y double precision) (
	SFUNC = datamon._correlation_state_trans,
	STYPE = datamon.correlation_state,
	SSPACE = 4096,
	FINALFUNC = datamon._pearson_final,
	COMBINEFUNC = datamon._correlation_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pearson_correlation(double precision, double precision) IS
	'Pearson correlation of two numbers; NULL where one of them is constant';

CREATE FUNCTION datamon.count(datamon.correlation_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_correlation_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.correlation_state) IS
	'pairs of finite numbers: those that everything else is of';

CREATE FUNCTION datamon.null_count(datamon.correlation_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_correlation_null_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_count(datamon.correlation_state) IS
	'rows where x or y is NULL';

CREATE FUNCTION datamon.unused_count(datamon.correlation_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_correlation_unused_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.correlation_state) IS
	'rows where x or y is NULL, NaN or infinite';

CREATE FUNCTION datamon.covariance(datamon.correlation_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_correlation_covariance' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.covariance(datamon.correlation_state) IS
	'sample covariance (n - 1); NULL below two pairs';

CREATE FUNCTION datamon.covariance_pop(datamon.correlation_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_correlation_covariance_pop' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.covariance_pop(datamon.correlation_state) IS
	'population covariance (n); NULL without pairs';

CREATE FUNCTION datamon.pearson_correlation(datamon.correlation_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_correlation_pearson' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.pearson_correlation(datamon.correlation_state) IS
	'Pearson correlation; NULL where x or y is constant';

CREATE FUNCTION datamon.pearson_interval(datamon.correlation_state, confidence double precision DEFAULT 0.95,
	OUT low double precision, OUT high double precision)
	AS 'MODULE_PATHNAME', 'datamon_correlation_pearson_interval' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.pearson_interval(datamon.correlation_state, double precision) IS
	'confidence interval of the Pearson correlation by the transformation of Fisher; NULL below four pairs';

CREATE FUNCTION datamon.linregress(datamon.correlation_state,
	OUT slope double precision, OUT intercept double precision, OUT r_value double precision, OUT r_squared double precision,
	OUT p_value double precision, OUT slope_stderr double precision, OUT intercept_stderr double precision,
	OUT n_used bigint, OUT n_unused bigint)
	AS 'MODULE_PATHNAME', 'datamon_correlation_linregress' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.linregress(datamon.correlation_state) IS
	'least squares y = slope x + intercept with standard errors, and the p-value of no slope';

-- pairs: every pair, for statistics of ranks

-- @type pairs
COMMENT ON TYPE datamon.pairs IS
	'every pair of two numbers, sorted, and the rows left out; mergeable';

CREATE FUNCTION datamon._pairs_trans(datamon.pairs, double precision, double precision) RETURNS datamon.pairs
	AS 'MODULE_PATHNAME', 'datamon_pairs_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._pairs_final_spearman(datamon.pairs) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_pairs_final_spearman' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._pairs_final_kendall(datamon.pairs) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_pairs_final_kendall' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.pairs(x double precision, y double precision) (
	SFUNC = datamon._pairs_trans,
	STYPE = datamon.pairs,
	SSPACE = 65536,
	FINALFUNC = datamon._pairs_final,
	COMBINEFUNC = datamon._pairs_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pairs(double precision, double precision) IS
	'every pair of two numbers, at most 67 million';

CREATE AGGREGATE datamon.spearman_correlation(x double precision, y double precision) (
	SFUNC = datamon._pairs_trans,
	STYPE = datamon.pairs,
	SSPACE = 65536,
	FINALFUNC = datamon._pairs_final_spearman,
	COMBINEFUNC = datamon._pairs_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.spearman_correlation(double precision, double precision) IS
	'Spearman rank correlation of two numbers; NULL where one of them is constant';

CREATE AGGREGATE datamon.kendall_tau(x double precision, y double precision) (
	SFUNC = datamon._pairs_trans,
	STYPE = datamon.pairs,
	SSPACE = 65536,
	FINALFUNC = datamon._pairs_final_kendall,
	COMBINEFUNC = datamon._pairs_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_tau(double precision, double precision) IS
	'Kendall tau-b of two numbers; NULL where one of them is constant';

CREATE FUNCTION datamon.count(datamon.pairs) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_pairs_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.pairs) IS
	'pairs of finite numbers';

CREATE FUNCTION datamon.unused_count(datamon.pairs) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_pairs_unused_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.pairs) IS
	'rows where x or y is NULL, NaN or infinite';

CREATE FUNCTION datamon.spearman_correlation(datamon.pairs) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_pairs_spearman' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.spearman_correlation(datamon.pairs) IS
	'Spearman rank correlation; NULL where x or y is constant';

CREATE FUNCTION datamon.kendall_tau(datamon.pairs) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_pairs_kendall' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kendall_tau(datamon.pairs) IS
	'Kendall tau-b; NULL where x or y is constant';
