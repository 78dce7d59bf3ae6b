-- histogram: the distribution of a number

-- @type histogram extended 8192
COMMENT ON TYPE datamon.histogram IS 'mergeable distribution of a number, within a budget of bytes; exact while the values fit it';

-- aggregates

CREATE FUNCTION datamon._histogram_trans(datamon.histogram, double precision) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._histogram_trans(datamon.histogram, double precision, integer) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._histogram_trans(datamon.histogram, numeric) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_trans_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._histogram_trans(datamon.histogram, numeric, integer) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_trans_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.histogram(value double precision) (
	SFUNC = datamon._histogram_trans, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon._histogram_combine, FINALFUNC = datamon._histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(double precision) IS 'distribution of a number, in at most 4096 bytes of keys';
CREATE AGGREGATE datamon.histogram(value double precision, max_bytes integer) (
	SFUNC = datamon._histogram_trans, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon._histogram_combine, FINALFUNC = datamon._histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(double precision, integer) IS 'distribution of a number, in at most max_bytes of keys';
CREATE AGGREGATE datamon.histogram(value numeric) (
	SFUNC = datamon._histogram_trans, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon._histogram_combine, FINALFUNC = datamon._histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(numeric) IS 'histogram of a number as double precision, without the cost of the cast';
CREATE AGGREGATE datamon.histogram(value numeric, max_bytes integer) (
	SFUNC = datamon._histogram_trans, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon._histogram_combine, FINALFUNC = datamon._histogram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(numeric, integer) IS 'histogram of a number as double precision, in at most max_bytes of keys';

-- what a histogram tells

CREATE FUNCTION datamon.count(histogram datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.histogram) IS 'number of finite values';
CREATE FUNCTION datamon.null_count(histogram datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_null_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.null_count(datamon.histogram) IS 'number of NULLs';
CREATE FUNCTION datamon.nan_count(histogram datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_nan_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.nan_count(datamon.histogram) IS 'number of NaNs';
CREATE FUNCTION datamon.infinity_count(histogram datamon.histogram) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_histogram_infinity_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.infinity_count(datamon.histogram) IS 'number of infinities of either sign';
CREATE FUNCTION datamon.is_exact(histogram datamon.histogram) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_histogram_is_exact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_exact(datamon.histogram) IS 'is every value kept exactly?';
CREATE FUNCTION datamon.mean(histogram datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_mean' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean(datamon.histogram) IS 'mean of the finite values; from the middles of bins once they are not exact';
CREATE FUNCTION datamon.stddev(histogram datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_stddev' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.stddev(datamon.histogram) IS 'sample standard deviation (n - 1) of the finite values';
CREATE FUNCTION datamon.stddev_pop(histogram datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_stddev_pop' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.stddev_pop(datamon.histogram) IS 'population standard deviation (n) of the finite values';
CREATE FUNCTION datamon.min(histogram datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_min' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.min(datamon.histogram) IS 'smallest finite value, exactly';
CREATE FUNCTION datamon.max(histogram datamon.histogram) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_max' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.max(datamon.histogram) IS 'largest finite value, exactly';
CREATE FUNCTION datamon.quantile(histogram datamon.histogram, fraction double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.quantile(datamon.histogram, double precision) IS 'quantile of the finite values, as percentile_cont';
CREATE FUNCTION datamon.quantiles(histogram datamon.histogram, fractions double precision[]) RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_histogram_quantiles' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.quantiles(datamon.histogram, double precision[]) IS 'quantiles of the finite values';
CREATE FUNCTION datamon.cdf(histogram datamon.histogram, value double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_cdf' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cdf(datamon.histogram, double precision) IS 'share of the finite values at or below a value';
CREATE FUNCTION datamon.bins(histogram datamon.histogram, OUT lo double precision, OUT hi double precision, OUT count bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'datamon_histogram_bins' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 300;
COMMENT ON FUNCTION datamon.bins(datamon.histogram) IS 'one row a bin, ascending; lo = hi where a value is kept exactly';
CREATE FUNCTION datamon.compact(histogram datamon.histogram, max_bytes integer, significant_bits integer DEFAULT 53)
	RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_compact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.compact(datamon.histogram, integer, integer) IS 'the histogram that a smaller budget would have given';

