-- score_state and scored_labels: scores of a binary classifier by label, as histograms and row by row.

-- @type score_state
COMMENT ON TYPE datamon.score_state IS
	'histograms of the scores of positive and of negative rows, exact sums for log loss and Brier score, and the rows that lack something; mergeable';

CREATE FUNCTION datamon._score_state_trans(datamon.score_state, boolean, double precision)
	RETURNS datamon.score_state
	AS 'MODULE_PATHNAME', 'datamon_score_state_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._score_state_trans(datamon.score_state, boolean, double precision, integer)
	RETURNS datamon.score_state
	AS 'MODULE_PATHNAME', 'datamon_score_state_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._score_state_trans(datamon.score_state, integer, double precision)
	RETURNS datamon.score_state
	AS 'MODULE_PATHNAME', 'datamon_score_state_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._score_state_trans(datamon.score_state, integer, double precision, integer)
	RETURNS datamon.score_state
	AS 'MODULE_PATHNAME', 'datamon_score_state_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.score_state(actual boolean, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon._score_state_final,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.score_state(boolean, double precision) IS
	'scores by label; exact up to 1024 distinct scores of either label';

CREATE AGGREGATE datamon.score_state(actual boolean, score double precision, max_bytes integer) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon._score_state_final,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.score_state(boolean, double precision, integer) IS
	'scores by label; exact while the distinct scores of either label take at most max_bytes (8 bytes each)';

CREATE AGGREGATE datamon.score_state(actual integer, score double precision) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon._score_state_final,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.score_state(integer, double precision) IS
	'scores by label; exact up to 1024 distinct scores of either label';

CREATE AGGREGATE datamon.score_state(actual integer, score double precision, max_bytes integer) (
	SFUNC = datamon._score_state_trans,
	STYPE = datamon.score_state,
	SSPACE = 256,
	FINALFUNC = datamon._score_state_final,
	COMBINEFUNC = datamon._score_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.score_state(integer, double precision, integer) IS
	'scores by label; exact while the distinct scores of either label take at most max_bytes (8 bytes each)';

-- @type scored_labels
COMMENT ON TYPE datamon.scored_labels IS
	'every score with its label, and its weight if there are weights, and the rows that lack something; mergeable';

CREATE FUNCTION datamon._scored_labels_trans(datamon.scored_labels, boolean, double precision)
	RETURNS datamon.scored_labels
	AS 'MODULE_PATHNAME', 'datamon_scored_labels_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._scored_labels_trans(datamon.scored_labels, boolean, double precision, double precision)
	RETURNS datamon.scored_labels
	AS 'MODULE_PATHNAME', 'datamon_scored_labels_trans_bool' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._scored_labels_trans(datamon.scored_labels, integer, double precision)
	RETURNS datamon.scored_labels
	AS 'MODULE_PATHNAME', 'datamon_scored_labels_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._scored_labels_trans(datamon.scored_labels, integer, double precision, double precision)
	RETURNS datamon.scored_labels
	AS 'MODULE_PATHNAME', 'datamon_scored_labels_trans_int' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.scored_labels(actual boolean, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_final,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scored_labels(boolean, double precision) IS
	'every score with its label';

CREATE AGGREGATE datamon.scored_labels(actual boolean, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_final,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scored_labels(boolean, double precision, double precision) IS
	'every score with its label and its weight';

CREATE AGGREGATE datamon.scored_labels(actual integer, score double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_final,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scored_labels(integer, double precision) IS
	'every score with its label';

CREATE AGGREGATE datamon.scored_labels(actual integer, score double precision, weight double precision) (
	SFUNC = datamon._scored_labels_trans,
	STYPE = datamon.scored_labels,
	SSPACE = 256,
	FINALFUNC = datamon._scored_labels_final,
	COMBINEFUNC = datamon._scored_labels_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scored_labels(integer, double precision, double precision) IS
	'every score with its label and its weight';
