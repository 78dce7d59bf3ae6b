-- two_samples: every value of a reference and of a current sample, and the distances and tests between them.
-- NULL stands for undefined (a side without usable rows), never for zero.

-- @type two_samples
COMMENT ON TYPE datamon.two_samples IS
	'all values of a reference and of a current sample, sorted, with weights if rows had some; mergeable';

CREATE FUNCTION datamon._two_samples_trans(datamon.two_samples, double precision, boolean)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_weight(datamon.two_samples, double precision, boolean, double precision)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_weight' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_bins(datamon.two_samples, double precision, boolean, text)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_bins' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_empty(datamon.two_samples, double precision, boolean, text, text)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_empty' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_empty(datamon.two_samples, double precision, boolean, text, double precision)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_floor' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_base(datamon.two_samples, double precision, boolean, double precision)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_base' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_samples_trans_base(datamon.two_samples, double precision, boolean, double precision, text)
	RETURNS datamon.two_samples
	AS 'MODULE_PATHNAME', 'datamon_two_samples_trans_base_bins' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.two_samples(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._two_samples_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.two_samples(double precision, boolean) IS
	'all values of both samples; NULL, NaN and infinities are counted apart';

CREATE AGGREGATE datamon.two_samples(value double precision, is_reference boolean, weight double precision) (
	SFUNC = datamon._two_samples_trans_weight,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._two_samples_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.two_samples(double precision, boolean, double precision) IS
	'all values of both samples, each with its weight';

CREATE FUNCTION datamon.reference_count(datamon.two_samples)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_samples_reference_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.reference_count(datamon.two_samples) IS
	'finite values of the reference';

CREATE FUNCTION datamon.current_count(datamon.two_samples)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_samples_current_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.current_count(datamon.two_samples) IS
	'finite values of the current sample';

CREATE FUNCTION datamon.unused_reference_count(datamon.two_samples)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_samples_unused_reference'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_reference_count(datamon.two_samples) IS
	'reference rows without a finite value, or without a weight';

CREATE FUNCTION datamon.unused_current_count(datamon.two_samples)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_samples_unused_current'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_current_count(datamon.two_samples) IS
	'current rows without a finite value, or without a weight';

CREATE FUNCTION datamon.unassigned_count(datamon.two_samples)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_samples_unassigned'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unassigned_count(datamon.two_samples) IS
	'rows whose is_reference was NULL';

CREATE FUNCTION datamon.is_weighted(datamon.two_samples)
	RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_two_samples_is_weighted'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_weighted(datamon.two_samples) IS
	'whether some weight is not 1';

-- Distances

CREATE FUNCTION datamon.wasserstein_distance(samples datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_wasserstein'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance(datamon.two_samples) IS
	'mean distance between equal quantiles (W1), in the unit of the values';

CREATE AGGREGATE datamon.wasserstein_distance(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.wasserstein_distance,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_distance(double precision, boolean) IS
	'mean distance between equal quantiles (W1), in the unit of the values';

CREATE AGGREGATE datamon.wasserstein_distance(value double precision, is_reference boolean, weight double precision) (
	SFUNC = datamon._two_samples_trans_weight,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.wasserstein_distance,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_distance(double precision, boolean, double precision) IS
	'mean distance between equal quantiles (W1), in the unit of the values; each row counts by its weight';

CREATE FUNCTION datamon.wasserstein_distance_normed(samples datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_wasserstein_normed'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance_normed(datamon.two_samples) IS
	'W1 in population standard deviations of the reference, but at least 0.001, as Evidently divides';

CREATE AGGREGATE datamon.wasserstein_distance_normed(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.wasserstein_distance_normed,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_distance_normed(double precision, boolean) IS
	'W1 in population standard deviations of the reference, but at least 0.001, as Evidently divides';

CREATE AGGREGATE datamon.wasserstein_distance_normed(value double precision, is_reference boolean, weight double precision) (
	SFUNC = datamon._two_samples_trans_weight,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.wasserstein_distance_normed,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_distance_normed(double precision, boolean, double precision) IS
	'W1 in population standard deviations of the reference, but at least 0.001, as Evidently divides; each row counts by its weight';

CREATE FUNCTION datamon.wasserstein_distance_min_max(
	samples datamon.two_samples,
	margin double precision DEFAULT 0.025)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_wasserstein_min_max'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance_min_max(datamon.two_samples, double precision) IS
	'W1 as a share of the range of both samples, each without the share margin at either end, as Deepchecks has it';

CREATE FUNCTION datamon.wasserstein_distance_min_max(
	reference datamon.histogram,
	current datamon.histogram,
	margin double precision DEFAULT 0.025)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_wasserstein_min_max'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_distance_min_max(datamon.histogram, datamon.histogram, double precision) IS
	'W1 as a share of the range of both samples, each without the share margin at either end, as Deepchecks has it';

CREATE FUNCTION datamon._wasserstein_distance_min_max_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_wasserstein_min_max_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.wasserstein_distance_min_max(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._wasserstein_distance_min_max_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_distance_min_max(double precision, boolean) IS
	'W1 as a share of the range of both samples, each without 2.5 % of its rows at either end, as Deepchecks has it';

CREATE FUNCTION datamon.energy_distance(samples datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_energy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.energy_distance(datamon.two_samples) IS
	'root of twice the integral of the squared difference of the distribution functions';

CREATE FUNCTION datamon.energy_distance(reference datamon.histogram, current datamon.histogram)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_energy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.energy_distance(datamon.histogram, datamon.histogram) IS
	'root of twice the integral of the squared difference of the distribution functions';

CREATE AGGREGATE datamon.energy_distance(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.energy_distance,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.energy_distance(double precision, boolean) IS
	'root of twice the integral of the squared difference of the distribution functions';

CREATE AGGREGATE datamon.energy_distance(value double precision, is_reference boolean, weight double precision) (
	SFUNC = datamon._two_samples_trans_weight,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.energy_distance,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.energy_distance(double precision, boolean, double precision) IS
	'root of twice the integral of the squared difference of the distribution functions; each row counts by its weight';

-- Tests

CREATE FUNCTION datamon.ks_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_samples_ks_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_test(datamon.two_samples) IS
	'two-sided two-sample Kolmogorov-Smirnov test';

CREATE AGGREGATE datamon.ks_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.ks_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.ks_test(double precision, boolean) IS
	'two-sided two-sample Kolmogorov-Smirnov test';

CREATE FUNCTION datamon.ks_test(samples datamon.two_samples, alternative text)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_ks_test_sided'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_test(datamon.two_samples, text) IS
	'two-sample Kolmogorov-Smirnov test; alternative: two-sided, less, greater';

CREATE FUNCTION datamon.ks_test(reference datamon.histogram, current datamon.histogram, alternative text)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_ks_test_sided'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_test(datamon.histogram, datamon.histogram, text) IS
	'two-sample Kolmogorov-Smirnov test; alternative: two-sided, less, greater';

CREATE FUNCTION datamon.wasserstein_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_samples_wasserstein_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.wasserstein_test(datamon.two_samples) IS
	'test of W1 against its distribution under no difference, without resampling';

CREATE AGGREGATE datamon.wasserstein_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.wasserstein_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.wasserstein_test(double precision, boolean) IS
	'test of W1 against its distribution under no difference, without resampling';

CREATE FUNCTION datamon.kuiper_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_kuiper_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kuiper_test(datamon.two_samples) IS
	'Kuiper test: the largest difference of the distribution functions up and that down, added';

CREATE FUNCTION datamon.kuiper_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_kuiper_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kuiper_test(datamon.histogram, datamon.histogram) IS
	'Kuiper test: the largest difference of the distribution functions up and that down, added';

CREATE AGGREGATE datamon.kuiper_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.kuiper_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kuiper_test(double precision, boolean) IS
	'Kuiper test: the largest difference of the distribution functions up and that down, added';

CREATE FUNCTION datamon.anderson_darling_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_anderson_darling_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.anderson_darling_test(datamon.two_samples) IS
	'two-sample Anderson-Darling test with midranks; p-values from 0.001 to 0.25';

CREATE FUNCTION datamon.anderson_darling_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_anderson_darling_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.anderson_darling_test(datamon.histogram, datamon.histogram) IS
	'two-sample Anderson-Darling test with midranks; p-values from 0.001 to 0.25';

CREATE AGGREGATE datamon.anderson_darling_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.anderson_darling_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.anderson_darling_test(double precision, boolean) IS
	'two-sample Anderson-Darling test with midranks; p-values from 0.001 to 0.25';

CREATE FUNCTION datamon.cramer_von_mises_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_cramer_von_mises_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cramer_von_mises_test(datamon.two_samples) IS
	'two-sample Cramer-von Mises test; effect_size is the mean squared difference of the distribution functions';

CREATE FUNCTION datamon.cramer_von_mises_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_cramer_von_mises_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cramer_von_mises_test(datamon.histogram, datamon.histogram) IS
	'two-sample Cramer-von Mises test; effect_size is the mean squared difference of the distribution functions';

CREATE AGGREGATE datamon.cramer_von_mises_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.cramer_von_mises_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cramer_von_mises_test(double precision, boolean) IS
	'two-sample Cramer-von Mises test; effect_size is the mean squared difference of the distribution functions';

CREATE FUNCTION datamon.mann_whitney_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_mann_whitney_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mann_whitney_test(datamon.two_samples) IS
	'Mann-Whitney U of the reference, two-sided; effect_size is the rank-biserial correlation';

CREATE FUNCTION datamon.mann_whitney_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_mann_whitney_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mann_whitney_test(datamon.histogram, datamon.histogram) IS
	'Mann-Whitney U of the reference, two-sided; effect_size is the rank-biserial correlation';

CREATE AGGREGATE datamon.mann_whitney_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.mann_whitney_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mann_whitney_test(double precision, boolean) IS
	'Mann-Whitney U of the reference, two-sided; effect_size is the rank-biserial correlation';

CREATE FUNCTION datamon.student_t_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_student_t_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.student_t_test(datamon.two_samples) IS
	'two-sided t-test of equal means, equal variances assumed; effect_size is Cohen''s d';

CREATE FUNCTION datamon.student_t_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_student_t_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.student_t_test(datamon.histogram, datamon.histogram) IS
	'two-sided t-test of equal means, equal variances assumed; effect_size is Cohen''s d';

CREATE AGGREGATE datamon.student_t_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.student_t_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.student_t_test(double precision, boolean) IS
	'two-sided t-test of equal means, equal variances assumed; effect_size is Cohen''s d';

CREATE FUNCTION datamon.welch_t_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_welch_t_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.welch_t_test(datamon.two_samples) IS
	'two-sided t-test of equal means, variances may differ; effect_size is Cohen''s d';

CREATE FUNCTION datamon.welch_t_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_welch_t_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.welch_t_test(datamon.histogram, datamon.histogram) IS
	'two-sided t-test of equal means, variances may differ; effect_size is Cohen''s d';

CREATE AGGREGATE datamon.welch_t_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.welch_t_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.welch_t_test(double precision, boolean) IS
	'two-sided t-test of equal means, variances may differ; effect_size is Cohen''s d';

CREATE FUNCTION datamon.f_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_f_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_test(datamon.two_samples) IS
	'two-sided test of equal variances; effect_size is the logarithm of their ratio';

CREATE FUNCTION datamon.f_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_f_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_test(datamon.histogram, datamon.histogram) IS
	'two-sided test of equal variances; effect_size is the logarithm of their ratio';

CREATE AGGREGATE datamon.f_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.f_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_test(double precision, boolean) IS
	'two-sided test of equal variances; effect_size is the logarithm of their ratio';

CREATE FUNCTION datamon.epps_singleton_test(samples datamon.two_samples)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_epps_singleton_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.epps_singleton_test(datamon.two_samples) IS
	'Epps-Singleton test of equal characteristic functions';

CREATE FUNCTION datamon.epps_singleton_test(reference datamon.histogram, current datamon.histogram)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_epps_singleton_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.epps_singleton_test(datamon.histogram, datamon.histogram) IS
	'Epps-Singleton test of equal characteristic functions';

CREATE AGGREGATE datamon.epps_singleton_test(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.epps_singleton_test,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.epps_singleton_test(double precision, boolean) IS
	'Epps-Singleton test of equal characteristic functions';

-- Distances over cells

CREATE FUNCTION datamon.psi(
	samples datamon.two_samples,
	bins text DEFAULT 'deciles',
	empty double precision DEFAULT 0.0001)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.two_samples, text, double precision) IS
	'population stability index; shares below empty are raised to it';

CREATE FUNCTION datamon.psi(samples datamon.two_samples, bins text, empty text)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi_named'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.two_samples, text, text) IS
	'population stability index; empty cells by a named rule: floor:E, evidently, add:E, count:C, drop';

CREATE FUNCTION datamon._psi_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_psi_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.psi(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._psi_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi(double precision, boolean) IS
	'population stability index, over deciles of the reference; shares below 0.0001 are raised to it';

CREATE AGGREGATE datamon.psi(value double precision, is_reference boolean, bins text) (
	SFUNC = datamon._two_samples_trans_bins,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._psi_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi(double precision, boolean, text) IS
	'population stability index; shares below 0.0001 are raised to it';

CREATE AGGREGATE datamon.psi(value double precision, is_reference boolean, bins text, empty double precision) (
	SFUNC = datamon._two_samples_trans_empty,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._psi_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi(double precision, boolean, text, double precision) IS
	'population stability index; shares below empty are raised to it';

CREATE AGGREGATE datamon.psi(value double precision, is_reference boolean, bins text, empty text) (
	SFUNC = datamon._two_samples_trans_empty,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._psi_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi(double precision, boolean, text, text) IS
	'population stability index; empty cells by a named rule: floor:E, evidently, add:E, count:C, drop';

CREATE FUNCTION datamon.kl_divergence(
	samples datamon.two_samples,
	bins text DEFAULT 'deciles',
	empty text DEFAULT 'evidently',
	base double precision DEFAULT 2.718281828459045)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_kl_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kl_divergence(datamon.two_samples, text, text, double precision) IS
	'Kullback-Leibler divergence of the current shares of cells from those of the reference';

CREATE FUNCTION datamon.psi_test(samples datamon.two_samples, bins text DEFAULT 'deciles', empty text DEFAULT 'floor:0.0001')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi_test(datamon.two_samples, text, text) IS
	'population stability index against its chi-square null distribution';

CREATE FUNCTION datamon._kl_divergence_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_kl_divergence_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.kl_divergence(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._kl_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kl_divergence(double precision, boolean) IS
	'Kullback-Leibler divergence of the reference from current, in nats, over deciles of the reference; empty cells as Evidently fills them';

CREATE AGGREGATE datamon.kl_divergence(value double precision, is_reference boolean, bins text) (
	SFUNC = datamon._two_samples_trans_bins,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._kl_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kl_divergence(double precision, boolean, text) IS
	'Kullback-Leibler divergence of the reference from current, in nats; shares below 0.0001 are raised to it';

CREATE AGGREGATE datamon.kl_divergence(value double precision, is_reference boolean, bins text, empty text) (
	SFUNC = datamon._two_samples_trans_empty,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._kl_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kl_divergence(double precision, boolean, text, text) IS
	'Kullback-Leibler divergence of the reference from current, in nats; empty cells by a named rule: floor:E, evidently, add:E, count:C, drop';

CREATE FUNCTION datamon.js_divergence(
	samples datamon.two_samples,
	base double precision DEFAULT 2,
	bins text DEFAULT 'deciles',
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_js_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_divergence(datamon.two_samples, double precision, text, text) IS
	'Jensen-Shannon divergence of the shares of cells, in units of log(base); missing: ignore, or cell';

CREATE FUNCTION datamon._js_divergence_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_js_divergence_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.js_divergence(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_divergence(double precision, boolean) IS
	'Jensen-Shannon divergence of the shares of cells, in units of log(base); base 2, deciles of the reference';

CREATE AGGREGATE datamon.js_divergence(value double precision, is_reference boolean, base double precision) (
	SFUNC = datamon._two_samples_trans_base,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_divergence(double precision, boolean, double precision) IS
	'Jensen-Shannon divergence of the shares of cells, in units of log(base); deciles of the reference';

CREATE AGGREGATE datamon.js_divergence(value double precision, is_reference boolean, base double precision, bins text) (
	SFUNC = datamon._two_samples_trans_base,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_divergence_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_divergence(double precision, boolean, double precision, text) IS
	'Jensen-Shannon divergence of the shares of cells, in units of log(base)';

CREATE FUNCTION datamon.js_distance(
	samples datamon.two_samples,
	base double precision DEFAULT 2,
	bins text DEFAULT 'deciles',
	missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_js_distance'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_distance(datamon.two_samples, double precision, text, text) IS
	'square root of the Jensen-Shannon divergence; missing: ignore, or cell';

CREATE FUNCTION datamon._js_distance_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_js_distance_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.js_distance(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_distance_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_distance(double precision, boolean) IS
	'square root of the Jensen-Shannon divergence; base 2, deciles of the reference';

CREATE AGGREGATE datamon.js_distance(value double precision, is_reference boolean, base double precision) (
	SFUNC = datamon._two_samples_trans_base,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_distance_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_distance(double precision, boolean, double precision) IS
	'square root of the Jensen-Shannon divergence; deciles of the reference';

CREATE AGGREGATE datamon.js_distance(value double precision, is_reference boolean, base double precision, bins text) (
	SFUNC = datamon._two_samples_trans_base,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._js_distance_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_distance(double precision, boolean, double precision, text) IS
	'square root of the Jensen-Shannon divergence';

CREATE FUNCTION datamon.total_variation(samples datamon.two_samples, bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_total_variation'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation(datamon.two_samples, text) IS
	'half the sum of the absolute differences of the shares of cells';

CREATE FUNCTION datamon._total_variation_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_total_variation_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.total_variation(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._total_variation_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.total_variation(double precision, boolean) IS
	'half the sum of the absolute differences of the shares of cells; deciles of the reference';

CREATE AGGREGATE datamon.total_variation(value double precision, is_reference boolean, bins text) (
	SFUNC = datamon._two_samples_trans_bins,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._total_variation_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.total_variation(double precision, boolean, text) IS
	'half the sum of the absolute differences of the shares of cells';

CREATE FUNCTION datamon.l_infinity(samples datamon.two_samples, bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_l_infinity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.l_infinity(datamon.two_samples, text) IS
	'largest absolute difference of the shares of cells';

CREATE FUNCTION datamon._l_infinity_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_l_infinity_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.l_infinity(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._l_infinity_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.l_infinity(double precision, boolean) IS
	'largest absolute difference of the shares of cells; deciles of the reference';

CREATE AGGREGATE datamon.l_infinity(value double precision, is_reference boolean, bins text) (
	SFUNC = datamon._two_samples_trans_bins,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._l_infinity_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.l_infinity(double precision, boolean, text) IS
	'largest absolute difference of the shares of cells';

CREATE FUNCTION datamon.hellinger(samples datamon.two_samples, bins text DEFAULT 'deciles')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_hellinger'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hellinger(datamon.two_samples, text) IS
	'Hellinger distance of the shares of cells';

CREATE FUNCTION datamon._hellinger_final(datamon.two_samples)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_samples_hellinger_final'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.hellinger(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._hellinger_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.hellinger(double precision, boolean) IS
	'Hellinger distance of the shares of cells; deciles of the reference';

CREATE AGGREGATE datamon.hellinger(value double precision, is_reference boolean, bins text) (
	SFUNC = datamon._two_samples_trans_bins,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon._hellinger_final,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.hellinger(double precision, boolean, text) IS
	'Hellinger distance of the shares of cells';

CREATE FUNCTION datamon.drift_summary(samples datamon.two_samples)
	RETURNS datamon.number_drift
	AS 'MODULE_PATHNAME', 'datamon_numbers_drift_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_summary(datamon.two_samples) IS
	'all of it at once: distances, tests and the excess over chance';

CREATE AGGREGATE datamon.drift_summary(value double precision, is_reference boolean) (
	SFUNC = datamon._two_samples_trans,
	STYPE = datamon.two_samples,
	SSPACE = 512,
	FINALFUNC = datamon.drift_summary,
	COMBINEFUNC = datamon._two_samples_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.drift_summary(double precision, boolean) IS
	'all of it at once: distances, tests and the excess over chance';
