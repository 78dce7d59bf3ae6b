-- Distances and tests between two samples: reference first, current second.
-- NULL stands for undefined (a side without usable rows), never for zero.

CREATE TYPE datamon.test_result AS (
	statistic double precision,
	p_value double precision,
	df double precision,
	effect_size double precision,
	n_reference bigint,
	n_current bigint,
	unused_reference bigint,
	unused_current bigint,
	method text
);
COMMENT ON TYPE datamon.test_result IS
	'a hypothesis test on two samples, with the rows it used and left out';

CREATE TYPE datamon.number_drift AS (
	n_reference bigint,
	n_current bigint,
	unused_reference bigint,
	unused_current bigint,
	wasserstein_distance double precision,
	wasserstein_distance_normed double precision,
	ks_statistic double precision,
	ks_p_value double precision,
	psi double precision,
	js_distance double precision,
	excess double precision,
	null_expectation double precision,
	null_stddev double precision,
	p_value double precision
);
COMMENT ON TYPE datamon.number_drift IS
	'how two samples of a number differ; excess is the normed W1 less what chance alone makes of it';

CREATE TYPE datamon.category_drift AS (
	n_reference bigint,
	n_current bigint,
	unused_reference bigint,
	unused_current bigint,
	total_variation double precision,
	l_infinity double precision,
	js_distance double precision,
	psi double precision,
	chi_square double precision,
	chi_square_df double precision,
	chi_square_p_value double precision,
	hellinger double precision,
	excess double precision,
	null_expectation double precision,
	null_stddev double precision,
	p_value double precision,
	new_count bigint,
	vanished_count bigint
);
COMMENT ON TYPE datamon.category_drift IS
	'how two samples of categories differ; excess is the total variation less what chance alone makes of it';

-- Numbers

CREATE FUNCTION datamon.wasserstein_distance(reference datamon.histogram, current datamon.histogram)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_wasserstein'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance(datamon.histogram, datamon.histogram) IS
	'mean distance between equal quantiles (W1), in the unit of the values';

CREATE FUNCTION datamon.wasserstein_distance_normed(
	reference datamon.histogram,
	current datamon.histogram)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_histogram_wasserstein_normed'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance_normed(datamon.histogram, datamon.histogram) IS
	'W1 in population standard deviations of the reference, but at least 0.001, as Evidently divides';

CREATE FUNCTION datamon.ks_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_histogram_ks_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_test(datamon.histogram, datamon.histogram) IS
	'two-sided two-sample Kolmogorov-Smirnov test';

CREATE FUNCTION datamon.wasserstein_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_histogram_wasserstein_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_test(datamon.histogram, datamon.histogram) IS
	'test of W1 against its distribution under no difference, without resampling';

CREATE FUNCTION datamon.psi(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles',
	empty double precision DEFAULT 0.0001)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.histogram, datamon.histogram, text, double precision) IS
	'population stability index; shares below empty are raised to it';

CREATE FUNCTION datamon.psi(
	reference datamon.histogram,
	current datamon.histogram,
	bins text,
	empty text)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi_named'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.histogram, datamon.histogram, text, text) IS
	'population stability index; empty cells by a named rule: floor:E, evidently, add:E, count:C, drop';

CREATE FUNCTION datamon.js_divergence(
	reference datamon.histogram,
	current datamon.histogram,
	base double precision DEFAULT 2,
	bins text DEFAULT 'deciles',
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_js_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_divergence(datamon.histogram, datamon.histogram, double precision, text, text) IS
	'Jensen-Shannon divergence of the shares of cells, in units of log(base); missing: ignore, or cell';

CREATE FUNCTION datamon.js_distance(
	reference datamon.histogram,
	current datamon.histogram,
	base double precision DEFAULT 2,
	bins text DEFAULT 'deciles',
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_js_distance'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_distance(datamon.histogram, datamon.histogram, double precision, text, text) IS
	'square root of the Jensen-Shannon divergence; missing: ignore, or cell';

CREATE FUNCTION datamon.total_variation(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_total_variation'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation(datamon.histogram, datamon.histogram, text) IS
	'half the sum of the absolute differences of the shares of cells';

CREATE FUNCTION datamon.l_infinity(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_l_infinity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.l_infinity(datamon.histogram, datamon.histogram, text) IS
	'largest absolute difference of the shares of cells';

CREATE FUNCTION datamon.hellinger(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_hellinger'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hellinger(datamon.histogram, datamon.histogram, text) IS
	'Hellinger distance of the shares of cells';

CREATE FUNCTION datamon.drift_summary(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.number_drift
	AS 'MODULE_PATHNAME', 'datamon_numbers_drift_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_summary(datamon.histogram, datamon.histogram) IS
	'all of it at once: distances, tests and the excess over chance';

-- Categories

CREATE FUNCTION datamon.chi_square_test(
	reference datamon.value_counts,
	current datamon.value_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_test(datamon.value_counts, datamon.value_counts) IS
	'two-sample chi-square test; effect_size is Cramer''s V';

CREATE FUNCTION datamon.total_variation_test(
	reference datamon.value_counts,
	current datamon.value_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_total_variation_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation_test(datamon.value_counts, datamon.value_counts) IS
	'test of the total variation against its distribution under no difference, without resampling';

CREATE FUNCTION datamon.psi(
	reference datamon.value_counts,
	current datamon.value_counts,
	empty double precision DEFAULT 0.0001)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.value_counts, datamon.value_counts, double precision) IS
	'population stability index; shares below empty are raised to it';

CREATE FUNCTION datamon.psi(
	reference datamon.value_counts,
	current datamon.value_counts,
	empty text)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi_named'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.value_counts, datamon.value_counts, text) IS
	'population stability index; values of one side only by a named rule: floor:E, evidently, add:E, count:C, drop';

CREATE FUNCTION datamon.js_divergence(
	reference datamon.value_counts,
	current datamon.value_counts,
	base double precision DEFAULT 2,
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_divergence(datamon.value_counts, datamon.value_counts, double precision, text) IS
	'Jensen-Shannon divergence, in units of log(base); missing: ignore, or cell';

CREATE FUNCTION datamon.js_distance(
	reference datamon.value_counts,
	current datamon.value_counts,
	base double precision DEFAULT 2,
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_distance'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_distance(datamon.value_counts, datamon.value_counts, double precision, text) IS
	'square root of the Jensen-Shannon divergence; missing: ignore, or cell';

CREATE FUNCTION datamon.total_variation(
	reference datamon.value_counts,
	current datamon.value_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_total_variation'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation(datamon.value_counts, datamon.value_counts) IS
	'half the sum of the absolute differences of shares';

CREATE FUNCTION datamon.l_infinity(reference datamon.value_counts, current datamon.value_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_l_infinity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.l_infinity(datamon.value_counts, datamon.value_counts) IS
	'largest absolute difference of shares';

CREATE FUNCTION datamon.hellinger(reference datamon.value_counts, current datamon.value_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_hellinger'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hellinger(datamon.value_counts, datamon.value_counts) IS
	'Hellinger distance';

CREATE FUNCTION datamon.drift_summary(reference datamon.value_counts, current datamon.value_counts)
	RETURNS datamon.category_drift
	AS 'MODULE_PATHNAME', 'datamon_value_counts_drift_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_summary(datamon.value_counts, datamon.value_counts) IS
	'all of it at once: distances, tests and the excess over chance';

