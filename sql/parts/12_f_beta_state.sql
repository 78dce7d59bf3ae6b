-- f_beta_state: the confusion counts of a binary classifier, and what follows from them.

-- @type f_beta_state
COMMENT ON TYPE datamon.f_beta_state IS
	'true and false positives and negatives of a binary classifier, and the rows that lack a class; mergeable';

CREATE FUNCTION datamon.f_beta_state(tp bigint, fp bigint, fn bigint, tn bigint)
	RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_make' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_beta_state(bigint, bigint, bigint, bigint) IS
	'an f_beta_state from its counts';

CREATE FUNCTION datamon._f_beta_state_trans(datamon.f_beta_state, boolean, boolean)
	RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._f_beta_state_trans(datamon.f_beta_state, integer, integer)
	RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._f_beta_state_trans(datamon.f_beta_state, text, text, text)
	RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.f_beta_state(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon._f_beta_state_final,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_beta_state(boolean, boolean) IS
	'confusion counts; rows where a class is NULL are counted apart';

CREATE AGGREGATE datamon.f_beta_state(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon._f_beta_state_final,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_beta_state(integer, integer) IS
	'confusion counts of classes 0 and 1; rows where a class is NULL are counted apart';

CREATE AGGREGATE datamon.f_beta_state(actual text, predicted text, positive text) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon._f_beta_state_final,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_beta_state(text, text, text) IS
	'confusion counts of one class against all others; rows where a class is NULL are counted apart';

CREATE FUNCTION datamon.true_positives(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_tp'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.true_positives(datamon.f_beta_state) IS
	'rows that are positive and predicted so';

CREATE FUNCTION datamon.false_positives(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fp'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.false_positives(datamon.f_beta_state) IS
	'rows that are predicted positive and are not';

CREATE FUNCTION datamon.false_negatives(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fn'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.false_negatives(datamon.f_beta_state) IS
	'rows that are positive and not predicted so';

CREATE FUNCTION datamon.true_negatives(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_tn'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.true_negatives(datamon.f_beta_state) IS
	'rows that are not positive and not predicted so';

CREATE FUNCTION datamon.count(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.f_beta_state) IS
	'rows with both classes: those that scores use';

CREATE FUNCTION datamon.unused_count(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.f_beta_state) IS
	'rows that lack a class or both';

CREATE FUNCTION datamon.unlabelled_count(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_unlabelled'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.f_beta_state) IS
	'rows that have a prediction and no actual class';

CREATE FUNCTION datamon.unpredicted_count(datamon.f_beta_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_unpredicted'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unpredicted_count(datamon.f_beta_state) IS
	'rows that have an actual class and no prediction';

CREATE FUNCTION datamon.precision_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_precision'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.precision_score(datamon.f_beta_state) IS
	'tp / (tp + fp); NULL where that is 0/0';

CREATE FUNCTION datamon.recall_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_recall'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.recall_score(datamon.f_beta_state) IS
	'tp / (tp + fn); NULL where that is 0/0';

CREATE FUNCTION datamon.f1_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_f1'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f1_score(datamon.f_beta_state) IS
	'2 tp / (2 tp + fp + fn); NULL where that is 0/0';

CREATE FUNCTION datamon.fbeta_score(datamon.f_beta_state, beta double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fbeta'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fbeta_score(datamon.f_beta_state, double precision) IS
	'(1 + beta^2) tp / ((1 + beta^2) tp + beta^2 fn + fp); NULL where that is 0/0';

CREATE FUNCTION datamon.accuracy_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.accuracy_score(datamon.f_beta_state) IS
	'(tp + tn) / all; NULL where that is 0/0';

CREATE FUNCTION datamon.specificity(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_specificity'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.specificity(datamon.f_beta_state) IS
	'tn / (tn + fp); NULL where that is 0/0';

CREATE FUNCTION datamon.precision_stderr(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_precision_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.precision_stderr(datamon.f_beta_state) IS
	'standard error of precision_score by the delta method; NULL where that is NULL';

CREATE FUNCTION datamon.recall_stderr(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_recall_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.recall_stderr(datamon.f_beta_state) IS
	'standard error of recall_score by the delta method; NULL where that is NULL';

CREATE FUNCTION datamon.f1_stderr(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_f1_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f1_stderr(datamon.f_beta_state) IS
	'standard error of f1_score by the delta method; NULL where that is NULL';

CREATE FUNCTION datamon.fbeta_stderr(datamon.f_beta_state, beta double precision) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fbeta_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fbeta_stderr(datamon.f_beta_state, double precision) IS
	'standard error of fbeta_score by the delta method; NULL where that is NULL';

CREATE FUNCTION datamon.accuracy_stderr(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_accuracy_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.accuracy_stderr(datamon.f_beta_state) IS
	'standard error of accuracy_score by the delta method; NULL where that is NULL';

CREATE FUNCTION datamon.specificity_stderr(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_specificity_stderr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.specificity_stderr(datamon.f_beta_state) IS
	'standard error of specificity by the delta method; NULL where that is NULL';

-- More scores of the four counts

CREATE FUNCTION datamon.negative_predictive_value(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_npv'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.negative_predictive_value(datamon.f_beta_state) IS
	'tn / (tn + fn); NULL where that is 0/0';

CREATE FUNCTION datamon.false_positive_rate(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fpr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.false_positive_rate(datamon.f_beta_state) IS
	'fp / (fp + tn); NULL where that is 0/0';

CREATE FUNCTION datamon.false_negative_rate(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_fnr'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.false_negative_rate(datamon.f_beta_state) IS
	'fn / (fn + tp); NULL where that is 0/0';

CREATE FUNCTION datamon.prevalence(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_prevalence'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.prevalence(datamon.f_beta_state) IS
	'(tp + fn) / all; NULL where that is 0/0';

CREATE FUNCTION datamon.jaccard_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_jaccard'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.jaccard_score(datamon.f_beta_state) IS
	'tp / (tp + fp + fn); NULL where that is 0/0';

CREATE FUNCTION datamon.balanced_accuracy_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_balanced_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.balanced_accuracy_score(datamon.f_beta_state) IS
	'mean of recall and specificity; NULL where one of them is';

CREATE FUNCTION datamon.informedness(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_informedness'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.informedness(datamon.f_beta_state) IS
	'recall + specificity - 1, the J of Youden; NULL where one of them is';

CREATE FUNCTION datamon.markedness(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_markedness'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.markedness(datamon.f_beta_state) IS
	'precision + negative predictive value - 1; NULL where one of them is';

CREATE FUNCTION datamon.matthews_corrcoef(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_matthews'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.matthews_corrcoef(datamon.f_beta_state) IS
	'correlation of actual and predicted class; NULL where either is constant';

CREATE FUNCTION datamon.cohen_kappa_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_kappa'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cohen_kappa_score(datamon.f_beta_state) IS
	'agreement beyond chance of actual and predicted class; NULL where chance cannot disagree';

CREATE FUNCTION datamon.lift_score(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_lift'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.lift_score(datamon.f_beta_state) IS
	'precision / prevalence; NULL where that is 0/0';

CREATE FUNCTION datamon.positive_likelihood_ratio(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_positive_likelihood_ratio'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.positive_likelihood_ratio(datamon.f_beta_state) IS
	'recall / false positive rate; NULL where there is no false positive';

CREATE FUNCTION datamon.negative_likelihood_ratio(datamon.f_beta_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_negative_likelihood_ratio'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.negative_likelihood_ratio(datamon.f_beta_state) IS
	'false negative rate / specificity; NULL where there is no true negative';

CREATE FUNCTION datamon.constant_scores(
	state datamon.f_beta_state,
	OUT majority boolean,
	OUT accuracy_score double precision,
	OUT balanced_accuracy_score double precision,
	OUT precision_score double precision,
	OUT recall_score double precision,
	OUT f1_score double precision)
	AS 'MODULE_PATHNAME', 'datamon_f_beta_state_constant_scores'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.constant_scores(datamon.f_beta_state) IS
	'what the best constant model scores on the same rows: the larger class for accuracy, always positive for the others';

-- F straight from rows

CREATE FUNCTION datamon._f_beta_trans(bigint[], boolean, boolean, double precision) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_f_beta_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._f_beta_trans(bigint[], integer, integer, double precision) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_f_beta_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._f_beta_combine(bigint[], bigint[]) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'datamon_f_beta_combine' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._f_beta_final(bigint[]) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_beta_final' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.f_beta(label boolean, prediction boolean, beta double precision) (
	SFUNC = datamon._f_beta_trans,
	STYPE = bigint[],
	SSPACE = 64,
	FINALFUNC = datamon._f_beta_final,
	COMBINEFUNC = datamon._f_beta_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_beta(boolean, boolean, double precision) IS
	'F of the rows that have both; beta is the same in all rows';

CREATE AGGREGATE datamon.f_beta(label integer, prediction integer, beta double precision) (
	SFUNC = datamon._f_beta_trans,
	STYPE = bigint[],
	SSPACE = 64,
	FINALFUNC = datamon._f_beta_final,
	COMBINEFUNC = datamon._f_beta_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f_beta(integer, integer, double precision) IS
	'F of the rows that have both (classes 0 and 1); beta is the same in all rows';

CREATE AGGREGATE datamon.precision_score(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.precision_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.precision_score(boolean, boolean) IS
	'precision of the rows that have both classes';
CREATE AGGREGATE datamon.precision_score(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.precision_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.precision_score(integer, integer) IS
	'precision of the rows that have both classes';

CREATE AGGREGATE datamon.recall_score(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.recall_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.recall_score(boolean, boolean) IS
	'recall of the rows that have both classes';
CREATE AGGREGATE datamon.recall_score(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.recall_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.recall_score(integer, integer) IS
	'recall of the rows that have both classes';

CREATE AGGREGATE datamon.f1_score(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.f1_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f1_score(boolean, boolean) IS
	'F1 of the rows that have both classes';
CREATE AGGREGATE datamon.f1_score(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.f1_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.f1_score(integer, integer) IS
	'F1 of the rows that have both classes';

CREATE AGGREGATE datamon.accuracy_score(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.accuracy_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.accuracy_score(boolean, boolean) IS
	'accuracy of the rows that have both classes';
CREATE AGGREGATE datamon.accuracy_score(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.accuracy_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.accuracy_score(integer, integer) IS
	'accuracy of the rows that have both classes';

CREATE AGGREGATE datamon.balanced_accuracy_score(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.balanced_accuracy_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.balanced_accuracy_score(boolean, boolean) IS
	'balanced accuracy of the rows that have both classes';
CREATE AGGREGATE datamon.balanced_accuracy_score(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.balanced_accuracy_score,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.balanced_accuracy_score(integer, integer) IS
	'balanced accuracy of the rows that have both classes';

CREATE AGGREGATE datamon.matthews_corrcoef(actual boolean, predicted boolean) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.matthews_corrcoef,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.matthews_corrcoef(boolean, boolean) IS
	'correlation of actual and predicted class of the rows that have both classes';
CREATE AGGREGATE datamon.matthews_corrcoef(actual integer, predicted integer) (
	SFUNC = datamon._f_beta_state_trans,
	STYPE = datamon.f_beta_state,
	SSPACE = 64,
	FINALFUNC = datamon.matthews_corrcoef,
	COMBINEFUNC = datamon._f_beta_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.matthews_corrcoef(integer, integer) IS
	'correlation of actual and predicted class of the rows that have both classes';
