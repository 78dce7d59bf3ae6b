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

