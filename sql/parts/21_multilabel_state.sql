-- multilabel_state: a classifier that gives every row a set of labels.

-- @type multilabel_state
COMMENT ON TYPE datamon.multilabel_state IS
	'right and wrong labels by label and by row, and the rows that lack a set; mergeable';

CREATE FUNCTION datamon._multilabel_state_trans(datamon.multilabel_state, text[], text[])
	RETURNS datamon.multilabel_state
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.multilabel_state(actual text[], predicted text[]) (
	SFUNC = datamon._multilabel_state_trans,
	STYPE = datamon.multilabel_state,
	SSPACE = 1024,
	FINALFUNC = datamon._multilabel_state_final,
	COMBINEFUNC = datamon._multilabel_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.multilabel_state(text[], text[]) IS
	'right and wrong labels by label and by row; rows where a set is NULL, or has a NULL, are counted apart';

CREATE FUNCTION datamon.count(state datamon.multilabel_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_count'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.multilabel_state) IS
	'rows with both sets: those that scores use';

CREATE FUNCTION datamon.unused_count(state datamon.multilabel_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_unused'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.multilabel_state) IS
	'rows that lack a set or both';

CREATE FUNCTION datamon.unlabelled_count(state datamon.multilabel_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_unlabelled'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.multilabel_state) IS
	'rows that have predicted labels and no actual set';

CREATE FUNCTION datamon.unpredicted_count(state datamon.multilabel_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_unpredicted'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unpredicted_count(datamon.multilabel_state) IS
	'rows that have actual labels and no predicted set';

CREATE FUNCTION datamon.class_counts(state datamon.multilabel_state, class text) RETURNS datamon.f_beta_state
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_class_counts'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.class_counts(datamon.multilabel_state, text) IS
	'one label as a class of its own';

CREATE FUNCTION datamon.precision_score(state datamon.multilabel_state, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_precision'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.precision_score(datamon.multilabel_state, text, double precision) IS
	'precision by label, averaged: macro, micro, weighted; or the mean of rows: samples';

CREATE FUNCTION datamon.recall_score(state datamon.multilabel_state, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_recall'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.recall_score(datamon.multilabel_state, text, double precision) IS
	'recall by label, averaged: macro, micro, weighted; or the mean of rows: samples';

CREATE FUNCTION datamon.f1_score(state datamon.multilabel_state, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_f1'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f1_score(datamon.multilabel_state, text, double precision) IS
	'F1 by label, averaged: macro, micro, weighted; or the mean of rows: samples';

CREATE FUNCTION datamon.jaccard_score(state datamon.multilabel_state, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_jaccard'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.jaccard_score(datamon.multilabel_state, text, double precision) IS
	'intersection over union by label, averaged: macro, micro, weighted; or the mean of rows: samples';

CREATE FUNCTION datamon.fbeta_score(state datamon.multilabel_state, beta double precision, average text DEFAULT 'macro', zero_division double precision DEFAULT 0) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_fbeta'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fbeta_score(datamon.multilabel_state, double precision, text, double precision) IS
	'F by label, averaged: macro, micro, weighted; or the mean of rows: samples';

CREATE FUNCTION datamon.classification_report(state datamon.multilabel_state, zero_division double precision DEFAULT 0) RETURNS TABLE (
		kind text,
		class text,
		precision_score double precision,
		recall_score double precision,
		f1_score double precision,
		support bigint)
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_report'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.classification_report(datamon.multilabel_state, double precision) IS
	'scores of every label, then the averages';

CREATE FUNCTION datamon.accuracy_score(state datamon.multilabel_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_accuracy'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.accuracy_score(datamon.multilabel_state) IS
	'share of rows whose labels are all right and no other; NULL without rows';

CREATE FUNCTION datamon.zero_one_loss(state datamon.multilabel_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_zero_one_loss'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.zero_one_loss(datamon.multilabel_state) IS
	'share of rows with a wrong or a missing label; NULL without rows';

CREATE FUNCTION datamon.hamming_loss(state datamon.multilabel_state, n_labels integer DEFAULT NULL) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_multilabel_state_hamming'
	LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.hamming_loss(datamon.multilabel_state, integer) IS
	'share of wrong answers when every label is asked of every row; NULL takes the labels that occur';
