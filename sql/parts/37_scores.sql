-- Metrics of scores, from a score_state, from scored_labels, and from rows. NULL stands for undefined.

CREATE TYPE datamon.roc_auc_result AS (
	auc double precision,
	standard_error double precision,
	ci_lower double precision,
	ci_upper double precision,
	n_positive bigint,
	n_negative bigint,
	n_unused bigint,
	max_error double precision,
	method text
);
COMMENT ON TYPE datamon.roc_auc_result IS
	'area under the ROC curve with its DeLong standard error and confidence interval, and the rows it used and left out';

CREATE TYPE datamon.brier_parts AS (
	brier_score double precision,
	reliability double precision,
	resolution double precision,
	uncertainty double precision,
	within_bin_variance double precision,
	within_bin_covariance double precision,
	n_used bigint,
	n_unused bigint,
	method text
);
COMMENT ON TYPE datamon.brier_parts IS
	'brier_score = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance';

CREATE TYPE datamon.score_threshold AS (
	threshold double precision,
	value double precision,
	state datamon.f_beta_state
);
COMMENT ON TYPE datamon.score_threshold IS
	'a threshold of the score, the metric it was chosen for, and the confusion counts it gives';

CREATE TYPE datamon.score_report AS (
	n_used bigint,
	n_positive bigint,
	n_unused bigint,
	n_unlabelled bigint,
	n_out_of_range bigint,
	positive_share double precision,
	mean_score double precision,
	roc_auc double precision,
	gini double precision,
	average_precision double precision,
	ks_statistic double precision,
	log_loss double precision,
	log_loss_constant double precision,
	brier_score double precision,
	brier_score_constant double precision,
	brier_skill_score double precision,
	method text
);
COMMENT ON TYPE datamon.score_report IS
	'metrics of a score, beside what a model would get that always says the share of positives';

CREATE TYPE datamon.calibration_test_result AS (
	statistic double precision,
	p_value double precision,
	df double precision,
	effect_size double precision,
	n_used bigint,
	n_unused bigint,
	method text
);
COMMENT ON TYPE datamon.calibration_test_result IS
	'a test whether probabilities come true, with the rows it used and left out';

-- Counts: score_state

CREATE FUNCTION datamon.count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.score_state) IS
	'rows with a label and a usable score: those that the metrics use';

CREATE FUNCTION datamon.positive_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_positive_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.positive_count(datamon.score_state) IS
	'of these, the rows whose label is true';

CREATE FUNCTION datamon.negative_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_negative_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.negative_count(datamon.score_state) IS
	'of these, the rows whose label is false';

CREATE FUNCTION datamon.unused_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unused_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.score_state) IS
	'rows that lack a label, a usable score or a weight';

CREATE FUNCTION datamon.unlabelled_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unlabelled_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.score_state) IS
	'rows with a usable score and no label';

CREATE FUNCTION datamon.unscored_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unscored_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unscored_count(datamon.score_state) IS
	'rows with a label and no usable score: NULL, NaN or infinite';

CREATE FUNCTION datamon.out_of_range_count(datamon.score_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_out_of_range_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.out_of_range_count(datamon.score_state) IS
	'used rows whose score is no probability: below 0 or above 1';

CREATE FUNCTION datamon.is_exact(datamon.score_state) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_scores_is_exact'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_exact(datamon.score_state) IS
	'true while every score is kept as it is';

-- Metrics: score_state

CREATE FUNCTION datamon.roc_auc_score(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc_score'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc_score(datamon.score_state) IS
	'area under the ROC curve; NULL unless both labels occur';

CREATE FUNCTION datamon.roc_auc(scores datamon.score_state, confidence double precision DEFAULT 0.95) RETURNS datamon.roc_auc_result
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc(datamon.score_state, double precision) IS
	'area under the ROC curve with standard error and confidence interval after DeLong';

CREATE FUNCTION datamon.gini(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_gini'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gini(datamon.score_state) IS
	'2 * roc_auc_score - 1';

CREATE FUNCTION datamon.average_precision_score(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_average_precision'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.average_precision_score(datamon.score_state) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives';

CREATE FUNCTION datamon.pr_auc_trapezoid_score(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_pr_auc_trapezoid'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.pr_auc_trapezoid_score(datamon.score_state) IS
	'trapezoids under the precision-recall curve; optimistic, see average_precision_score';

CREATE FUNCTION datamon.ks_statistic(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_ks_statistic'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_statistic(datamon.score_state) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur';

CREATE FUNCTION datamon.log_loss(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_log_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.log_loss(datamon.score_state) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability';

CREATE FUNCTION datamon.brier_score_loss(datamon.score_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_brier'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.brier_score_loss(datamon.score_state) IS
	'mean of (score - label)^2; NULL if a score is no probability';

CREATE FUNCTION datamon.brier_decomposition(scores datamon.score_state, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS datamon.brier_parts
	AS 'MODULE_PATHNAME', 'datamon_scores_brier_decomposition'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.brier_decomposition(datamon.score_state, integer, text) IS
	'Brier score as reliability - resolution + uncertainty and what is lost within bins';

CREATE FUNCTION datamon.expected_calibration_error(scores datamon.score_state, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_ece'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.expected_calibration_error(datamon.score_state, integer, text) IS
	'mean over rows of |mean score - share of positives| of their bin';

CREATE FUNCTION datamon.maximum_calibration_error(scores datamon.score_state, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_mce'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.maximum_calibration_error(datamon.score_state, integer, text) IS
	'greatest |mean score - share of positives| of a bin';

CREATE FUNCTION datamon.lift_score(scores datamon.score_state, fraction double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_lift'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.lift_score(datamon.score_state, double precision) IS
	'share of positives among the given fraction of rows with the highest scores, over that among all rows';

CREATE FUNCTION datamon.best_threshold(scores datamon.score_state, metric text DEFAULT 'f1', beta double precision DEFAULT 1, cost_fp double precision DEFAULT 1, cost_fn double precision DEFAULT 1) RETURNS datamon.score_threshold
	AS 'MODULE_PATHNAME', 'datamon_scores_best_threshold'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.best_threshold(datamon.score_state, text, double precision, double precision, double precision) IS
	'the threshold that is best for f1, f_beta, youden, accuracy, balanced_accuracy, mcc or cost';

CREATE FUNCTION datamon.score_summary(datamon.score_state) RETURNS datamon.score_report
	AS 'MODULE_PATHNAME', 'datamon_scores_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.score_summary(datamon.score_state) IS
	'all metrics of a score beside those of a constant model';

CREATE FUNCTION datamon.f_beta_state(scores datamon.score_state, threshold double precision) RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_scores_f_beta_state'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_beta_state(datamon.score_state, double precision) IS
	'confusion counts where scores of at least the threshold are predicted positive';

-- Tests: score_state

CREATE FUNCTION datamon.roc_auc_test(reference datamon.score_state, current datamon.score_state) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc_test(datamon.score_state, datamon.score_state) IS
	'do two independent samples have the same area under the ROC curve? by DeLong errors';

CREATE FUNCTION datamon.spiegelhalter_test(datamon.score_state) RETURNS datamon.calibration_test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_spiegelhalter_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.spiegelhalter_test(datamon.score_state) IS
	'is the Brier score what it would be if the scores were true probabilities?';

CREATE FUNCTION datamon.hosmer_lemeshow_test(scores datamon.score_state, n_bins integer DEFAULT 10, strategy text DEFAULT 'quantile', fitted boolean DEFAULT false) RETURNS datamon.calibration_test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_hosmer_lemeshow_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hosmer_lemeshow_test(datamon.score_state, integer, text, boolean) IS
	'chi-square of the positives of bins against the sums of their scores';

-- Curves: score_state

CREATE FUNCTION datamon.roc_curve(scores datamon.score_state, drop_intermediate boolean DEFAULT true) RETURNS TABLE(threshold double precision, false_positive_rate double precision, true_positive_rate double precision,
		false_positives double precision, true_positives double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.roc_curve(datamon.score_state, boolean) IS
	'the ROC curve, from the highest threshold down';

CREATE FUNCTION datamon.precision_recall_curve(scores datamon.score_state) RETURNS TABLE(threshold double precision, "precision" double precision, recall double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_precision_recall_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.precision_recall_curve(datamon.score_state) IS
	'precision and recall by threshold, from the lowest threshold up, and the point (1, 0)';

CREATE FUNCTION datamon.gain_curve(scores datamon.score_state) RETURNS TABLE(threshold double precision, fraction double precision, gain double precision, lift double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_gain_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.gain_curve(datamon.score_state) IS
	'which share of the positives the rows with the highest scores hold';

CREATE FUNCTION datamon.calibration_curve(scores datamon.score_state, n_bins integer DEFAULT 5, strategy text DEFAULT 'uniform', confidence double precision DEFAULT 0.95) RETURNS TABLE(bin bigint, lower double precision, upper double precision, n double precision, mean_score double precision, positive_share double precision,
		ci_lower double precision, ci_upper double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_calibration_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION datamon.calibration_curve(datamon.score_state, integer, text, double precision) IS
	'mean score and share of positives by bin of the score, with Wilson intervals';

-- Counts: scored_labels

CREATE FUNCTION datamon.count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.scored_labels) IS
	'rows with a label and a usable score: those that the metrics use';

CREATE FUNCTION datamon.positive_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_positive_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.positive_count(datamon.scored_labels) IS
	'of these, the rows whose label is true';

CREATE FUNCTION datamon.negative_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_negative_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.negative_count(datamon.scored_labels) IS
	'of these, the rows whose label is false';

CREATE FUNCTION datamon.unused_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unused_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.scored_labels) IS
	'rows that lack a label, a usable score or a weight';

CREATE FUNCTION datamon.unlabelled_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unlabelled_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.scored_labels) IS
	'rows with a usable score and no label';

CREATE FUNCTION datamon.unscored_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_unscored_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unscored_count(datamon.scored_labels) IS
	'rows with a label and no usable score: NULL, NaN or infinite';

CREATE FUNCTION datamon.out_of_range_count(datamon.scored_labels) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_scores_out_of_range_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.out_of_range_count(datamon.scored_labels) IS
	'used rows whose score is no probability: below 0 or above 1';

CREATE FUNCTION datamon.is_exact(datamon.scored_labels) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_scores_is_exact'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.is_exact(datamon.scored_labels) IS
	'true while every score is kept as it is';

-- Metrics: scored_labels

CREATE FUNCTION datamon.roc_auc_score(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc_score'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc_score(datamon.scored_labels) IS
	'area under the ROC curve; NULL unless both labels occur';

CREATE FUNCTION datamon.roc_auc(scores datamon.scored_labels, confidence double precision DEFAULT 0.95) RETURNS datamon.roc_auc_result
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc(datamon.scored_labels, double precision) IS
	'area under the ROC curve with standard error and confidence interval after DeLong';

CREATE FUNCTION datamon.gini(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_gini'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gini(datamon.scored_labels) IS
	'2 * roc_auc_score - 1';

CREATE FUNCTION datamon.average_precision_score(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_average_precision'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.average_precision_score(datamon.scored_labels) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives';

CREATE FUNCTION datamon.pr_auc_trapezoid_score(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_pr_auc_trapezoid'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.pr_auc_trapezoid_score(datamon.scored_labels) IS
	'trapezoids under the precision-recall curve; optimistic, see average_precision_score';

CREATE FUNCTION datamon.ks_statistic(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_ks_statistic'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ks_statistic(datamon.scored_labels) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur';

CREATE FUNCTION datamon.log_loss(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_log_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.log_loss(datamon.scored_labels) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability';

CREATE FUNCTION datamon.log_loss(scores datamon.scored_labels, eps double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_log_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.log_loss(datamon.scored_labels, double precision) IS
	'mean of -ln of the probability of the label, clipped to [eps, 1 - eps]';

CREATE FUNCTION datamon.brier_score_loss(datamon.scored_labels) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_brier'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.brier_score_loss(datamon.scored_labels) IS
	'mean of (score - label)^2; NULL if a score is no probability';

CREATE FUNCTION datamon.brier_decomposition(scores datamon.scored_labels, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS datamon.brier_parts
	AS 'MODULE_PATHNAME', 'datamon_scores_brier_decomposition'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.brier_decomposition(datamon.scored_labels, integer, text) IS
	'Brier score as reliability - resolution + uncertainty and what is lost within bins';

CREATE FUNCTION datamon.expected_calibration_error(scores datamon.scored_labels, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_ece'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.expected_calibration_error(datamon.scored_labels, integer, text) IS
	'mean over rows of |mean score - share of positives| of their bin';

CREATE FUNCTION datamon.maximum_calibration_error(scores datamon.scored_labels, n_bins integer DEFAULT 10, strategy text DEFAULT 'uniform') RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_mce'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.maximum_calibration_error(datamon.scored_labels, integer, text) IS
	'greatest |mean score - share of positives| of a bin';

CREATE FUNCTION datamon.lift_score(scores datamon.scored_labels, fraction double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scores_lift'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.lift_score(datamon.scored_labels, double precision) IS
	'share of positives among the given fraction of rows with the highest scores, over that among all rows';

CREATE FUNCTION datamon.best_threshold(scores datamon.scored_labels, metric text DEFAULT 'f1', beta double precision DEFAULT 1, cost_fp double precision DEFAULT 1, cost_fn double precision DEFAULT 1) RETURNS datamon.score_threshold
	AS 'MODULE_PATHNAME', 'datamon_scores_best_threshold'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.best_threshold(datamon.scored_labels, text, double precision, double precision, double precision) IS
	'the threshold that is best for f1, f_beta, youden, accuracy, balanced_accuracy, mcc or cost';

CREATE FUNCTION datamon.score_summary(datamon.scored_labels) RETURNS datamon.score_report
	AS 'MODULE_PATHNAME', 'datamon_scores_summary'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.score_summary(datamon.scored_labels) IS
	'all metrics of a score beside those of a constant model';

CREATE FUNCTION datamon.f_beta_state(scores datamon.scored_labels, threshold double precision) RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_scores_f_beta_state'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_beta_state(datamon.scored_labels, double precision) IS
	'confusion counts where scores of at least the threshold are predicted positive';

-- Tests: scored_labels

CREATE FUNCTION datamon.roc_auc_test(reference datamon.scored_labels, current datamon.scored_labels) RETURNS datamon.test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.roc_auc_test(datamon.scored_labels, datamon.scored_labels) IS
	'do two independent samples have the same area under the ROC curve? by DeLong errors';

CREATE FUNCTION datamon.spiegelhalter_test(datamon.scored_labels) RETURNS datamon.calibration_test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_spiegelhalter_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.spiegelhalter_test(datamon.scored_labels) IS
	'is the Brier score what it would be if the scores were true probabilities?';

CREATE FUNCTION datamon.hosmer_lemeshow_test(scores datamon.scored_labels, n_bins integer DEFAULT 10, strategy text DEFAULT 'quantile', fitted boolean DEFAULT false) RETURNS datamon.calibration_test_result
	AS 'MODULE_PATHNAME', 'datamon_scores_hosmer_lemeshow_test'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hosmer_lemeshow_test(datamon.scored_labels, integer, text, boolean) IS
	'chi-square of the positives of bins against the sums of their scores';

-- Curves: scored_labels

CREATE FUNCTION datamon.roc_curve(scores datamon.scored_labels, drop_intermediate boolean DEFAULT true) RETURNS TABLE(threshold double precision, false_positive_rate double precision, true_positive_rate double precision,
		false_positives double precision, true_positives double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.roc_curve(datamon.scored_labels, boolean) IS
	'the ROC curve, from the highest threshold down';

CREATE FUNCTION datamon.precision_recall_curve(scores datamon.scored_labels) RETURNS TABLE(threshold double precision, "precision" double precision, recall double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_precision_recall_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.precision_recall_curve(datamon.scored_labels) IS
	'precision and recall by threshold, from the lowest threshold up, and the point (1, 0)';

CREATE FUNCTION datamon.gain_curve(scores datamon.scored_labels) RETURNS TABLE(threshold double precision, fraction double precision, gain double precision, lift double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_gain_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION datamon.gain_curve(datamon.scored_labels) IS
	'which share of the positives the rows with the highest scores hold';

CREATE FUNCTION datamon.calibration_curve(scores datamon.scored_labels, n_bins integer DEFAULT 5, strategy text DEFAULT 'uniform', confidence double precision DEFAULT 0.95) RETURNS TABLE(bin bigint, lower double precision, upper double precision, n double precision, mean_score double precision, positive_share double precision,
		ci_lower double precision, ci_upper double precision)
	AS 'MODULE_PATHNAME', 'datamon_scores_calibration_curve'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION datamon.calibration_curve(datamon.scored_labels, integer, text, double precision) IS
	'mean score and share of positives by bin of the score, with Wilson intervals';

-- Of a score_state alone

CREATE FUNCTION datamon.histogram(scores datamon.score_state, actual boolean) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_score_state_histogram'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.histogram(datamon.score_state, boolean) IS
	'the scores of the rows with this label';

-- Metrics of rows

CREATE FUNCTION datamon._scored_labels_roc_auc(datamon.scored_labels) RETURNS datamon.roc_auc_result
	AS 'MODULE_PATHNAME', 'datamon_scores_roc_auc' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE datamon.roc_auc_score(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.roc_auc_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc_score(boolean, double precision) IS
	'area under the ROC curve; NULL unless both labels occur';

CREATE AGGREGATE datamon.roc_auc_score(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.roc_auc_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc_score(boolean, double precision, double precision) IS
	'area under the ROC curve; NULL unless both labels occur; of weighted rows';

CREATE AGGREGATE datamon.average_precision_score(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.average_precision_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.average_precision_score(boolean, double precision) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives';

CREATE AGGREGATE datamon.average_precision_score(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.average_precision_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.average_precision_score(boolean, double precision, double precision) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives; of weighted rows';

CREATE AGGREGATE datamon.pr_auc_trapezoid_score(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.pr_auc_trapezoid_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pr_auc_trapezoid_score(boolean, double precision) IS
	'trapezoids under the precision-recall curve; optimistic';

CREATE AGGREGATE datamon.pr_auc_trapezoid_score(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.pr_auc_trapezoid_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pr_auc_trapezoid_score(boolean, double precision, double precision) IS
	'trapezoids under the precision-recall curve; optimistic; of weighted rows';

CREATE AGGREGATE datamon.ks_statistic(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.ks_statistic,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.ks_statistic(boolean, double precision) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur';

CREATE AGGREGATE datamon.ks_statistic(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.ks_statistic,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.ks_statistic(boolean, double precision, double precision) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur; of weighted rows';

CREATE AGGREGATE datamon.roc_auc(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_roc_auc,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc(boolean, double precision) IS
	'area under the ROC curve with standard error and 95 % confidence interval after DeLong';

CREATE AGGREGATE datamon.log_loss(actual boolean, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon.log_loss,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.log_loss(boolean, double precision) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability';

CREATE AGGREGATE datamon.log_loss(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.log_loss,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.log_loss(boolean, double precision, double precision) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability; of weighted rows';

CREATE AGGREGATE datamon.brier_score_loss(actual boolean, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon.brier_score_loss,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.brier_score_loss(boolean, double precision) IS
	'mean of (score - label)^2; NULL if a score is no probability';

CREATE AGGREGATE datamon.brier_score_loss(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.brier_score_loss,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.brier_score_loss(boolean, double precision, double precision) IS
	'mean of (score - label)^2; NULL if a score is no probability; of weighted rows';

CREATE AGGREGATE datamon.roc_auc_score(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.roc_auc_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc_score(integer, double precision) IS
	'area under the ROC curve; NULL unless both labels occur';

CREATE AGGREGATE datamon.roc_auc_score(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.roc_auc_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc_score(integer, double precision, double precision) IS
	'area under the ROC curve; NULL unless both labels occur; of weighted rows';

CREATE AGGREGATE datamon.average_precision_score(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.average_precision_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.average_precision_score(integer, double precision) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives';

CREATE AGGREGATE datamon.average_precision_score(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.average_precision_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.average_precision_score(integer, double precision, double precision) IS
	'sum of (R_n - R_n-1) P_n over thresholds; NULL without positives; of weighted rows';

CREATE AGGREGATE datamon.pr_auc_trapezoid_score(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.pr_auc_trapezoid_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pr_auc_trapezoid_score(integer, double precision) IS
	'trapezoids under the precision-recall curve; optimistic';

CREATE AGGREGATE datamon.pr_auc_trapezoid_score(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.pr_auc_trapezoid_score,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.pr_auc_trapezoid_score(integer, double precision, double precision) IS
	'trapezoids under the precision-recall curve; optimistic; of weighted rows';

CREATE AGGREGATE datamon.ks_statistic(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.ks_statistic,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.ks_statistic(integer, double precision) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur';

CREATE AGGREGATE datamon.ks_statistic(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.ks_statistic,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.ks_statistic(integer, double precision, double precision) IS
	'greatest distance of TPR and FPR; NULL unless both labels occur; of weighted rows';

CREATE AGGREGATE datamon.roc_auc(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_roc_auc,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.roc_auc(integer, double precision) IS
	'area under the ROC curve with standard error and 95 % confidence interval after DeLong';

CREATE AGGREGATE datamon.log_loss(actual integer, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon.log_loss,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.log_loss(integer, double precision) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability';

CREATE AGGREGATE datamon.log_loss(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.log_loss,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.log_loss(integer, double precision, double precision) IS
	'mean of -ln of the probability of the label; NULL if a score is no probability; of weighted rows';

CREATE AGGREGATE datamon.brier_score_loss(actual integer, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon.brier_score_loss,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.brier_score_loss(integer, double precision) IS
	'mean of (score - label)^2; NULL if a score is no probability';

CREATE AGGREGATE datamon.brier_score_loss(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon.brier_score_loss,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.brier_score_loss(integer, double precision, double precision) IS
	'mean of (score - label)^2; NULL if a score is no probability; of weighted rows';
