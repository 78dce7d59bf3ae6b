-- Tests and distances on categories and proportions: from value_counts, from the counts of two samples (two_counts),
-- row by row as aggregates, and from counts as numbers.

-- @type two_counts
COMMENT ON TYPE datamon.two_counts IS
	'the value_counts of a reference and of a current sample, and the rows of neither; mergeable';

CREATE FUNCTION datamon.two_counts(reference datamon.value_counts, current datamon.value_counts)
	RETURNS datamon.two_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_make' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.two_counts(datamon.value_counts, datamon.value_counts) IS
	'two_counts of two value_counts';

CREATE FUNCTION datamon._two_counts_trans(datamon.two_counts, text, boolean)
	RETURNS datamon.two_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_counts_trans(datamon.two_counts, text, boolean, bigint)
	RETURNS datamon.two_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_trans_weight' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._two_counts_trans(datamon.two_counts, boolean, boolean)
	RETURNS datamon.two_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.two_counts(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._two_counts_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.two_counts(text, boolean) IS
	'counts of the values of both samples, exact up to 100000 distinct ones each; NULLs are counted apart';

CREATE AGGREGATE datamon.two_counts(value text, is_reference boolean, weight bigint) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._two_counts_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.two_counts(text, boolean, bigint) IS
	'the same of rows that stand for several, as after GROUP BY';

CREATE AGGREGATE datamon.two_counts(value boolean, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._two_counts_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.two_counts(boolean, boolean) IS
	'counts of ''true'' and ''false'' in both samples';

CREATE FUNCTION datamon.reference_counts(samples datamon.two_counts)
	RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_reference'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.reference_counts(datamon.two_counts) IS
	'the value_counts of the reference';

CREATE FUNCTION datamon.current_counts(samples datamon.two_counts)
	RETURNS datamon.value_counts
	AS 'MODULE_PATHNAME', 'datamon_two_counts_current'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.current_counts(datamon.two_counts) IS
	'the value_counts of the current sample';

CREATE FUNCTION datamon.count(samples datamon.two_counts)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_counts_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.two_counts) IS
	'number of counted values of both samples, without NULLs';

CREATE FUNCTION datamon.unused_count(samples datamon.two_counts)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_counts_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.two_counts) IS
	'number of rows left out: NULLs, and rows of neither sample';

CREATE FUNCTION datamon.unflagged_count(samples datamon.two_counts)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_two_counts_unflagged'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unflagged_count(datamon.two_counts) IS
	'number of rows whose is_reference is NULL: of neither sample';

-- From two value_counts

CREATE FUNCTION datamon.chi_square_test(
	reference datamon.value_counts,
	current datamon.value_counts,
	correction boolean)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_test(datamon.value_counts, datamon.value_counts, boolean) IS
	'two-sample chi-square test; effect_size is Cramer''s V, with Yates''s correction of 2 x 2 tables';

CREATE FUNCTION datamon.g_test(
	reference datamon.value_counts,
	current datamon.value_counts,
	correction boolean DEFAULT false)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_g_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.g_test(datamon.value_counts, datamon.value_counts, boolean) IS
	'two-sample log-likelihood ratio test; effect_size is Cramer''s V';

CREATE FUNCTION datamon.chi_square_gof_test(reference datamon.value_counts, current datamon.value_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_gof_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_gof_test(datamon.value_counts, datamon.value_counts) IS
	'chi-square goodness of fit of the current counts to the shares of the reference';

CREATE FUNCTION datamon.g_gof_test(reference datamon.value_counts, current datamon.value_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_g_gof_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.g_gof_test(datamon.value_counts, datamon.value_counts) IS
	'log-likelihood ratio goodness of fit of the current counts to the shares of the reference';

CREATE FUNCTION datamon.fisher_exact_test(
	reference datamon.value_counts,
	current datamon.value_counts,
	alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_fisher_exact_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fisher_exact_test(datamon.value_counts, datamon.value_counts, text) IS
	'Fisher''s exact test, of more than two values Freeman and Halton''s; statistic is the odds ratio';

CREATE FUNCTION datamon.cramers_v(
	reference datamon.value_counts,
	current datamon.value_counts,
	bias_correction boolean DEFAULT false)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_cramers_v'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cramers_v(datamon.value_counts, datamon.value_counts, boolean) IS
	'Cramer''s V of value and sample; with bias_correction as Deepchecks computes it';

CREATE FUNCTION datamon.kl_divergence(
	reference datamon.value_counts,
	current datamon.value_counts,
	empty text DEFAULT 'evidently',
	base double precision DEFAULT 2.718281828459045)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_kl_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kl_divergence(datamon.value_counts, datamon.value_counts, text, double precision) IS
	'Kullback-Leibler divergence of the current shares from those of the reference';

CREATE FUNCTION datamon.psi_test(
	reference datamon.value_counts,
	current datamon.value_counts,
	empty text DEFAULT 'floor:0.0001')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi_test(datamon.value_counts, datamon.value_counts, text) IS
	'population stability index with the p-value of Yurdakul';

-- From two histograms

CREATE FUNCTION datamon.psi_test(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles',
	empty text DEFAULT 'floor:0.0001')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_numbers_psi_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi_test(datamon.histogram, datamon.histogram, text, text) IS
	'population stability index with the p-value of Yurdakul';

CREATE FUNCTION datamon.kl_divergence(
	reference datamon.histogram,
	current datamon.histogram,
	bins text DEFAULT 'deciles',
	empty text DEFAULT 'evidently',
	base double precision DEFAULT 2.718281828459045)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_numbers_kl_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kl_divergence(datamon.histogram, datamon.histogram, text, text, double precision) IS
	'Kullback-Leibler divergence of the current shares of cells from those of the reference';

-- From two_counts, and row by row

CREATE FUNCTION datamon.chi_square_test(samples datamon.two_counts, correction boolean DEFAULT false)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_test(datamon.two_counts, boolean) IS
	'two-sample chi-square test; effect_size is Cramer''s V';

CREATE FUNCTION datamon._chi_square_test_final(datamon.two_counts) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.chi_square_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._chi_square_test_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.chi_square_test(text, boolean) IS
	'two-sample chi-square test; effect_size is Cramer''s V';

CREATE FUNCTION datamon.g_test(samples datamon.two_counts, correction boolean DEFAULT false)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_g_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.g_test(datamon.two_counts, boolean) IS
	'two-sample log-likelihood ratio test; effect_size is Cramer''s V';

CREATE FUNCTION datamon._g_test_final(datamon.two_counts) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_g_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.g_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._g_test_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.g_test(text, boolean) IS
	'two-sample log-likelihood ratio test; effect_size is Cramer''s V';

CREATE FUNCTION datamon.chi_square_gof_test(samples datamon.two_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_chi_square_gof_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_gof_test(datamon.two_counts) IS
	'chi-square goodness of fit of the current counts to the shares of the reference';

CREATE AGGREGATE datamon.chi_square_gof_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.chi_square_gof_test,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.chi_square_gof_test(text, boolean) IS
	'chi-square goodness of fit of the current counts to the shares of the reference';

CREATE FUNCTION datamon.g_gof_test(samples datamon.two_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_g_gof_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.g_gof_test(datamon.two_counts) IS
	'log-likelihood ratio goodness of fit of the current counts to the shares of the reference';

CREATE AGGREGATE datamon.g_gof_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.g_gof_test,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.g_gof_test(text, boolean) IS
	'log-likelihood ratio goodness of fit of the current counts to the shares of the reference';

CREATE FUNCTION datamon.fisher_exact_test(samples datamon.two_counts, alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_fisher_exact_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fisher_exact_test(datamon.two_counts, text) IS
	'Fisher''s exact test, of more than two values Freeman and Halton''s; statistic is the odds ratio';

CREATE FUNCTION datamon._fisher_exact_test_final(datamon.two_counts) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_fisher_exact_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.fisher_exact_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._fisher_exact_test_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fisher_exact_test(text, boolean) IS
	'Fisher''s exact test, of more than two values Freeman and Halton''s; statistic is the odds ratio';

CREATE FUNCTION datamon.cramers_v(samples datamon.two_counts, bias_correction boolean DEFAULT false)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_cramers_v'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cramers_v(datamon.two_counts, boolean) IS
	'Cramer''s V of value and sample; with bias_correction as Deepchecks computes it';

CREATE FUNCTION datamon._cramers_v_final(datamon.two_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_cramers_v' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.cramers_v(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._cramers_v_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cramers_v(text, boolean) IS
	'Cramer''s V of value and sample; with bias_correction as Deepchecks computes it';

CREATE FUNCTION datamon.kl_divergence(
	samples datamon.two_counts,
	empty text DEFAULT 'evidently',
	base double precision DEFAULT 2.718281828459045)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_kl_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kl_divergence(datamon.two_counts, text, double precision) IS
	'Kullback-Leibler divergence of the current shares from those of the reference';

CREATE FUNCTION datamon._kl_divergence_final(datamon.two_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_kl_divergence' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.kl_divergence(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._kl_divergence_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kl_divergence(text, boolean) IS
	'Kullback-Leibler divergence of the current shares from those of the reference';

CREATE FUNCTION datamon.psi(samples datamon.two_counts, empty double precision DEFAULT 0.0001)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.two_counts, double precision) IS
	'population stability index; shares below empty are raised to it';

CREATE FUNCTION datamon.psi(samples datamon.two_counts, empty text)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi_named'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi(datamon.two_counts, text) IS
	'population stability index; values of one side only by a named rule';

CREATE FUNCTION datamon._psi_final(datamon.two_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.psi(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._psi_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi(text, boolean) IS
	'population stability index; shares below empty are raised to it';

CREATE FUNCTION datamon.psi_test(samples datamon.two_counts, empty text DEFAULT 'floor:0.0001')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.psi_test(datamon.two_counts, text) IS
	'population stability index with the p-value of Yurdakul';

CREATE FUNCTION datamon._psi_test_final(datamon.two_counts) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_psi_test' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.psi_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._psi_test_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.psi_test(text, boolean) IS
	'population stability index with the p-value of Yurdakul';

CREATE FUNCTION datamon.js_divergence(samples datamon.two_counts, base double precision DEFAULT 2, missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_divergence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_divergence(datamon.two_counts, double precision, text) IS
	'Jensen-Shannon divergence, in units of log(base); missing: ignore, or cell';

CREATE FUNCTION datamon._js_divergence_final(datamon.two_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_divergence' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.js_divergence(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._js_divergence_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_divergence(text, boolean) IS
	'Jensen-Shannon divergence, in units of log(base)';

CREATE FUNCTION datamon.js_distance(samples datamon.two_counts, base double precision DEFAULT 2, missing text DEFAULT 'ignore')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_distance'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.js_distance(datamon.two_counts, double precision, text) IS
	'square root of the Jensen-Shannon divergence; missing: ignore, or cell';

CREATE FUNCTION datamon._js_distance_final(datamon.two_counts) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_js_distance' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.js_distance(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._js_distance_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.js_distance(text, boolean) IS
	'square root of the Jensen-Shannon divergence';

CREATE FUNCTION datamon.total_variation(samples datamon.two_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_total_variation'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation(datamon.two_counts) IS
	'half the sum of the absolute differences of shares';

CREATE AGGREGATE datamon.total_variation(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.total_variation,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.total_variation(text, boolean) IS
	'half the sum of the absolute differences of shares';

CREATE FUNCTION datamon.total_variation_test(samples datamon.two_counts)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_value_counts_total_variation_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.total_variation_test(datamon.two_counts) IS
	'test of the total variation against its distribution under no difference, without resampling';

CREATE AGGREGATE datamon.total_variation_test(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.total_variation_test,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.total_variation_test(text, boolean) IS
	'test of the total variation against its distribution under no difference, without resampling';

CREATE FUNCTION datamon.l_infinity(samples datamon.two_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_l_infinity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.l_infinity(datamon.two_counts) IS
	'largest absolute difference of shares';

CREATE AGGREGATE datamon.l_infinity(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.l_infinity,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.l_infinity(text, boolean) IS
	'largest absolute difference of shares';

CREATE FUNCTION datamon.hellinger(samples datamon.two_counts)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_value_counts_hellinger'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hellinger(datamon.two_counts) IS
	'Hellinger distance';

CREATE AGGREGATE datamon.hellinger(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.hellinger,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.hellinger(text, boolean) IS
	'Hellinger distance';

CREATE FUNCTION datamon.drift_summary(samples datamon.two_counts)
	RETURNS datamon.category_drift
	AS 'MODULE_PATHNAME', 'datamon_value_counts_drift_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.drift_summary(datamon.two_counts) IS
	'all of it at once: distances, tests and the excess over chance';

CREATE AGGREGATE datamon.drift_summary(value text, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon.drift_summary,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.drift_summary(text, boolean) IS
	'all of it at once: distances, tests and the excess over chance';

-- Tables of counts: a row per sample

CREATE FUNCTION datamon.chi_square_contingency(counts bigint[], correction boolean DEFAULT false)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_table_chi_square'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_contingency(bigint[], boolean) IS
	'chi-square test of independence of rows and columns; effect_size is Cramer''s V';

CREATE FUNCTION datamon.g_test(counts bigint[], correction boolean DEFAULT false)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_table_g_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.g_test(bigint[], boolean) IS
	'log-likelihood ratio test of independence of rows and columns; effect_size is Cramer''s V';

CREATE FUNCTION datamon.fisher_exact_test(counts bigint[], alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_table_fisher'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fisher_exact_test(bigint[], text) IS
	'Fisher''s exact test of a 2 x 2 table, Freeman and Halton''s of a larger one';

CREATE FUNCTION datamon.cramers_v(
	counts bigint[],
	bias_correction boolean DEFAULT false,
	correction boolean DEFAULT false)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_table_cramers_v'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cramers_v(bigint[], boolean, boolean) IS
	'Cramer''s V; bias_correction is Bergsma''s, correction Yates''s';

CREATE FUNCTION datamon.chi_square_gof_test(observed bigint[], expected double precision[] DEFAULT NULL)
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_counts_goodness_of_fit'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_gof_test(bigint[], double precision[]) IS
	'chi-square goodness of fit of counts to expected counts or shares, by default equal ones';

-- Proportions

CREATE FUNCTION datamon.binomial_test(
	k bigint,
	n bigint,
	p double precision DEFAULT 0.5,
	alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_binomial_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_test(bigint, bigint, double precision, text) IS
	'exact binomial test of k in n against the chance p';

CREATE FUNCTION datamon.binomial_ci(k bigint, n bigint, confidence_level double precision DEFAULT 0.95, method text DEFAULT 'exact',
		OUT low double precision, OUT high double precision)
	RETURNS record
	AS 'MODULE_PATHNAME', 'datamon_binomial_ci'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_ci(bigint, bigint, double precision, text) IS
	'confidence interval of a proportion, by default Clopper and Pearson''s as in scipy';

CREATE FUNCTION datamon.proportion_confint(count bigint, nobs bigint, alpha double precision DEFAULT 0.05, method text DEFAULT 'normal',
		OUT low double precision, OUT high double precision)
	RETURNS record
	AS 'MODULE_PATHNAME', 'datamon_proportion_confint'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.proportion_confint(bigint, bigint, double precision, text) IS
	'confidence interval of a proportion, by default Wald''s as in statsmodels';

CREATE FUNCTION datamon.proportions_ztest(
	count_reference bigint,
	nobs_reference bigint,
	count_current bigint,
	nobs_current bigint,
	alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_proportions_ztest'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.proportions_ztest(bigint, bigint, bigint, bigint, text) IS
	'z-test of two proportions with pooled variance; effect_size is Cohen''s h';

CREATE FUNCTION datamon.proportions_ztest(
	samples datamon.two_counts,
	value text DEFAULT 'true',
	alternative text DEFAULT 'two-sided')
	RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_two_counts_proportions_ztest'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.proportions_ztest(datamon.two_counts, text, text) IS
	'z-test of the shares of one value in both samples';

CREATE FUNCTION datamon._proportions_ztest_final(datamon.two_counts) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_two_counts_proportions_ztest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.proportions_ztest(value boolean, is_reference boolean) (
	SFUNC = datamon._two_counts_trans,
	STYPE = datamon.two_counts,
	SSPACE = 1100,
	FINALFUNC = datamon._proportions_ztest_final,
	COMBINEFUNC = datamon._two_counts_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.proportions_ztest(boolean, boolean) IS
	'z-test of the shares of true in both samples';
