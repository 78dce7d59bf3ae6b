-- confusion_matrix: how often each class was predicted as which, and the scores that follow.

-- @type confusion_matrix
COMMENT ON TYPE datamon.confusion_matrix IS
	'counts of every pair of actual and predicted class, and of the rows that lack one; mergeable';

CREATE FUNCTION datamon._confusion_matrix_trans(datamon.confusion_matrix, text, text)
	RETURNS datamon.confusion_matrix
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_trans_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION datamon._confusion_matrix_trans(datamon.confusion_matrix, bigint, bigint)
	RETURNS datamon.confusion_matrix
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION datamon._confusion_matrix_trans(datamon.confusion_matrix, boolean, boolean)
	RETURNS datamon.confusion_matrix
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.confusion_matrix(actual text, predicted text) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._confusion_matrix_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.confusion_matrix(text, text) IS
	'counts of pairs of classes; rows where one is NULL are counted apart';

CREATE AGGREGATE datamon.confusion_matrix(actual bigint, predicted bigint) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._confusion_matrix_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.confusion_matrix(bigint, bigint) IS
	'counts of pairs of classes, by their digits; rows where one is NULL are counted apart';

CREATE AGGREGATE datamon.confusion_matrix(actual boolean, predicted boolean) (
	SFUNC = datamon._confusion_matrix_trans,
	STYPE = datamon.confusion_matrix,
	SSPACE = 512,
	FINALFUNC = datamon._confusion_matrix_final,
	COMBINEFUNC = datamon._confusion_matrix_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.confusion_matrix(boolean, boolean) IS
	'counts of pairs of classes true and false; rows where one is NULL are counted apart';

CREATE FUNCTION datamon.count(matrix datamon.confusion_matrix) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.confusion_matrix) IS
	'rows with both classes: those that scores use';

CREATE FUNCTION datamon.unused_count(matrix datamon.confusion_matrix) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.confusion_matrix) IS
	'rows that lack a class or both';

CREATE FUNCTION datamon.unlabelled_count(matrix datamon.confusion_matrix) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_unlabelled'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.confusion_matrix) IS
	'rows that have a prediction and no actual class';

CREATE FUNCTION datamon.unpredicted_count(matrix datamon.confusion_matrix) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_unpredicted'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unpredicted_count(datamon.confusion_matrix) IS
	'rows that have an actual class and no prediction';

CREATE FUNCTION datamon.classes(matrix datamon.confusion_matrix) RETURNS TABLE (class text, actual_count bigint, predicted_count bigint)
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_classes'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.classes(datamon.confusion_matrix) IS
	'every class and how often it is actual and predicted, in order';

CREATE FUNCTION datamon.cells(matrix datamon.confusion_matrix) RETURNS TABLE (actual text, predicted text, count bigint)
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_cells'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cells(datamon.confusion_matrix) IS
	'every pair of classes that occurs and how often, in order';

CREATE FUNCTION datamon.class_counts(matrix datamon.confusion_matrix, class text) RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_class_counts'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.class_counts(datamon.confusion_matrix, text) IS
	'one class against all others';

-- Averages over classes. A class whose score is 0/0 counts as zero_division; NULL leaves it out.

CREATE FUNCTION datamon.precision_score(matrix datamon.confusion_matrix, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_precision'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.precision_score(datamon.confusion_matrix, text, double precision) IS
	'precision by class, averaged: macro, micro or weighted';

CREATE FUNCTION datamon.recall_score(matrix datamon.confusion_matrix, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_recall'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.recall_score(datamon.confusion_matrix, text, double precision) IS
	'recall by class, averaged: macro, micro or weighted';

CREATE FUNCTION datamon.f1_score(matrix datamon.confusion_matrix, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_f1'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f1_score(datamon.confusion_matrix, text, double precision) IS
	'F1 by class, averaged: macro, micro or weighted';

CREATE FUNCTION datamon.fbeta_score(matrix datamon.confusion_matrix, beta double precision, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_fbeta'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fbeta_score(datamon.confusion_matrix, double precision, text, double precision) IS
	'F by class, averaged: macro, micro or weighted';

CREATE FUNCTION datamon.jaccard_score(matrix datamon.confusion_matrix, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_jaccard'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.jaccard_score(datamon.confusion_matrix, text, double precision) IS
	'intersection over union by class, averaged: macro, micro or weighted';

CREATE FUNCTION datamon.classification_report(matrix datamon.confusion_matrix, zero_division double precision DEFAULT 0) RETURNS TABLE (
		kind text,
		class text,
		precision_score double precision,
		recall_score double precision,
		f1_score double precision,
		support bigint)
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_report'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.classification_report(datamon.confusion_matrix, double precision) IS
	'scores of every class, then the averages';

-- Scores of the whole matrix

CREATE FUNCTION datamon.accuracy_score(matrix datamon.confusion_matrix) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.accuracy_score(datamon.confusion_matrix) IS
	'share of rows that are predicted right; NULL without rows';

CREATE FUNCTION datamon.zero_one_loss(matrix datamon.confusion_matrix) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_zero_one_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.zero_one_loss(datamon.confusion_matrix) IS
	'share of rows that are predicted wrong; NULL without rows';

CREATE FUNCTION datamon.hamming_loss(matrix datamon.confusion_matrix) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_zero_one_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hamming_loss(datamon.confusion_matrix) IS
	'share of rows that are predicted wrong; NULL without rows';

CREATE FUNCTION datamon.balanced_accuracy_score(matrix datamon.confusion_matrix, adjusted boolean DEFAULT false) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_balanced_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.balanced_accuracy_score(datamon.confusion_matrix, boolean) IS
	'mean recall of the actual classes; adjusted, so that guessing scores 0';

CREATE FUNCTION datamon.matthews_corrcoef(matrix datamon.confusion_matrix) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_matthews'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.matthews_corrcoef(datamon.confusion_matrix) IS
	'correlation of actual and predicted class; NULL where either is constant';

CREATE FUNCTION datamon.cohen_kappa_score(matrix datamon.confusion_matrix, weights text DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_kappa'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cohen_kappa_score(datamon.confusion_matrix, text) IS
	'agreement beyond chance of actual and predicted class; linear or quadratic weights go by the order of classes';

CREATE FUNCTION datamon.constant_scores(
	matrix datamon.confusion_matrix,
	OUT class text,
	OUT accuracy_score double precision,
	OUT balanced_accuracy_score double precision,
	OUT f1_macro double precision,
	OUT f1_weighted double precision)
	AS 'MODULE_PATHNAME', 'datamon_confusion_matrix_constant_scores'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.constant_scores(datamon.confusion_matrix) IS
	'what the model scores on the same rows that always says the most frequent class';
