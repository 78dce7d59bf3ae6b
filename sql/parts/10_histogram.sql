-- histogram: the distribution of a number

CREATE TYPE datamon.histogram;

CREATE FUNCTION datamon.histogram_in(cstring) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_out(datamon.histogram) RETURNS cstring
	AS 'MODULE_PATHNAME', 'datamon_histogram_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_recv(internal) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_send(datamon.histogram) RETURNS bytea
	AS 'MODULE_PATHNAME', 'datamon_histogram_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE datamon.histogram (
	INPUT = datamon.histogram_in,
	OUTPUT = datamon.histogram_out,
	RECEIVE = datamon.histogram_recv,
	SEND = datamon.histogram_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE datamon.histogram IS 'mergeable distribution of a number, within a budget of bytes; exact while the values fit it';

CREATE FUNCTION datamon.histogram_eq(datamon.histogram, datamon.histogram) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_histogram_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.histogram_eq IS 'implementation of = operator';
CREATE FUNCTION datamon.histogram_ne(datamon.histogram, datamon.histogram) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_histogram_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.histogram_ne IS 'implementation of <> operator';
CREATE FUNCTION datamon.histogram_add(datamon.histogram, datamon.histogram) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.histogram_add IS 'implementation of + operator';

CREATE OPERATOR datamon.= (
	LEFTARG = datamon.histogram, RIGHTARG = datamon.histogram, FUNCTION = datamon.histogram_eq,
	COMMUTATOR = OPERATOR(datamon.=), NEGATOR = OPERATOR(datamon.<>), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR datamon.= (datamon.histogram, datamon.histogram) IS 'same distribution: equal bytes';
CREATE OPERATOR datamon.<> (
	LEFTARG = datamon.histogram, RIGHTARG = datamon.histogram, FUNCTION = datamon.histogram_ne,
	COMMUTATOR = OPERATOR(datamon.<>), NEGATOR = OPERATOR(datamon.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR datamon.<> (datamon.histogram, datamon.histogram) IS 'not the same distribution';
CREATE OPERATOR datamon.+ (
	LEFTARG = datamon.histogram, RIGHTARG = datamon.histogram, FUNCTION = datamon.histogram_add,
	COMMUTATOR = OPERATOR(datamon.+)
);
COMMENT ON OPERATOR datamon.+ (datamon.histogram, datamon.histogram) IS 'histogram of the values of both';

-- aggregates

CREATE FUNCTION datamon.histogram_transfn(datamon.histogram, double precision) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_transfn(datamon.histogram, double precision, integer) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_transfn(datamon.histogram, numeric) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_transfn_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_transfn(datamon.histogram, numeric, integer) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_transfn_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_merge_transfn(datamon.histogram, datamon.histogram) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_merge_transfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_combinefn(datamon.histogram, datamon.histogram) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_combinefn' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon.histogram_finalfn(datamon.histogram) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_histogram_finalfn' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.histogram(value double precision) (
	SFUNC = datamon.histogram_transfn, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon.histogram_combinefn, FINALFUNC = datamon.histogram_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(double precision) IS 'distribution of a number, in at most 4096 bytes of keys';
CREATE AGGREGATE datamon.histogram(value double precision, max_bytes integer) (
	SFUNC = datamon.histogram_transfn, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon.histogram_combinefn, FINALFUNC = datamon.histogram_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(double precision, integer) IS 'distribution of a number, in at most max_bytes of keys';
CREATE AGGREGATE datamon.histogram(value numeric) (
	SFUNC = datamon.histogram_transfn, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon.histogram_combinefn, FINALFUNC = datamon.histogram_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(numeric) IS 'histogram of a number as double precision, without the cost of the cast';
CREATE AGGREGATE datamon.histogram(value numeric, max_bytes integer) (
	SFUNC = datamon.histogram_transfn, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon.histogram_combinefn, FINALFUNC = datamon.histogram_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.histogram(numeric, integer) IS 'histogram of a number as double precision, in at most max_bytes of keys';
CREATE AGGREGATE datamon.merge(datamon.histogram) (
	SFUNC = datamon.histogram_merge_transfn, STYPE = datamon.histogram, SSPACE = 8192,
	COMBINEFUNC = datamon.histogram_combinefn, FINALFUNC = datamon.histogram_finalfn, PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.merge(datamon.histogram) IS 'histogram of all values of many histograms';

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

