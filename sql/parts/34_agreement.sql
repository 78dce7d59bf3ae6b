-- agreement_state: ratings of items by annotators, and what they agree on.
-- Items come before annotators before values; NULL stands for undefined, and
-- agreement() says why.

-- @type agreement_state
COMMENT ON TYPE datamon.agreement_state IS
	'counted ratings: of items, of items by annotators, or pairs of labels; mergeable';

CREATE TYPE datamon.agreement_result AS (
	value double precision,
	standard_error double precision,
	ci_low double precision,
	ci_high double precision,
	null_standard_error double precision,
	statistic double precision,
	df1 double precision,
	df2 double precision,
	p_value double precision,
	observed_agreement double precision,
	expected_agreement double precision,
	n_items bigint,
	unused_items bigint,
	n_annotators bigint,
	n_categories bigint,
	n_ratings bigint,
	unused_ratings bigint,
	method text,
	reason text
);
COMMENT ON TYPE datamon.agreement_result IS
	'a measure of agreement, how sure it is, what it used and left out; reason says why there is no value';

-- Transition functions

CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_tt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, text, bigint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_tb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, text, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_tf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, bigint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, bigint, bigint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, bigint, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, integer, integer)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_ii' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_items_trans(datamon.agreement_state, smallint, smallint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_ss' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, text, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_ttt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, text, text, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_ttf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, text, bigint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_tbt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, text, bigint, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_tbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, bigint, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_btt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, bigint, text, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_btf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, bigint, bigint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bbt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, bigint, bigint, double precision)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, bigint, bigint, bigint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_bbb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, integer, integer, integer)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_iii' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_annotators_trans(datamon.agreement_state, smallint, smallint, smallint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_sss' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_pairs_trans(datamon.agreement_state, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_pairs_tt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_pairs_trans(datamon.agreement_state, bigint, bigint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_pairs_bb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_pairs_trans(datamon.agreement_state, integer, integer)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_pairs_ii' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_pairs_trans(datamon.agreement_state, smallint, smallint)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_pairs_ss' LANGUAGE c IMMUTABLE PARALLEL SAFE;

-- States

CREATE AGGREGATE datamon.agreement_state(item text, value text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, text) IS
	'ratings of items by whomever; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item text, value bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, bigint) IS
	'ratings of items by whomever; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item text, value double precision) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, double precision) IS
	'ratings of items by whomever; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, value text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, text) IS
	'ratings of items by whomever; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, value bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, bigint) IS
	'ratings of items by whomever; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, value double precision) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, double precision) IS
	'ratings of items by whomever; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item integer, value integer) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(integer, integer) IS
	'ratings of items by whomever; rows with a NULL are counted apart';

CREATE AGGREGATE datamon.agreement_state(item text, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, text, text) IS
	'ratings of items by annotators; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item text, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, text, double precision) IS
	'ratings of items by annotators; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item text, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, bigint, text) IS
	'ratings of items by annotators; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item text, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(text, bigint, double precision) IS
	'ratings of items by annotators; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, text, text) IS
	'ratings of items by annotators; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, text, double precision) IS
	'ratings of items by annotators; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, bigint, text) IS
	'ratings of items by annotators; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, bigint, double precision) IS
	'ratings of items by annotators; rows with a NULL or a value not finite are counted apart';
CREATE AGGREGATE datamon.agreement_state(item bigint, annotator bigint, value bigint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(bigint, bigint, bigint) IS
	'ratings of items by annotators; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_state(item integer, annotator integer, value integer) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_state(integer, integer, integer) IS
	'ratings of items by annotators; rows with a NULL are counted apart';

CREATE AGGREGATE datamon.agreement_pairs(a text, b text) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_pairs(text, text) IS
	'labels that two annotators gave the same item, a row an item; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_pairs(a bigint, b bigint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_pairs(bigint, bigint) IS
	'labels that two annotators gave the same item, a row an item; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_pairs(a integer, b integer) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_pairs(integer, integer) IS
	'labels that two annotators gave the same item, a row an item; rows with a NULL are counted apart';
CREATE AGGREGATE datamon.agreement_pairs(a smallint, b smallint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._agreement_state_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.agreement_pairs(smallint, smallint) IS
	'labels that two annotators gave the same item, a row an item; rows with a NULL are counted apart';

-- What a state counts

CREATE FUNCTION datamon.count(datamon.agreement_state)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.agreement_state) IS
	'rows that were used';
CREATE FUNCTION datamon.unused_count(datamon.agreement_state)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_unused' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.agreement_state) IS
	'rows with a NULL';
CREATE FUNCTION datamon.item_count(datamon.agreement_state)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_items' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.item_count(datamon.agreement_state) IS
	'distinct items; NULL of pairs';
CREATE FUNCTION datamon.annotator_count(datamon.agreement_state)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_annotators' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.annotator_count(datamon.agreement_state) IS
	'distinct annotators; NULL where they are not named';
CREATE FUNCTION datamon.category_count(datamon.agreement_state)
	RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_categories' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.category_count(datamon.agreement_state) IS
	'distinct values';
CREATE FUNCTION datamon.ratings(datamon.agreement_state)
	RETURNS TABLE (item text, annotator text, value text, count bigint)
	AS 'MODULE_PATHNAME', 'datamon_agreement_state_ratings' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.ratings(datamon.agreement_state) IS
	'the counted rows; of pairs, annotator is the first label and value the second';

-- Measures of a state

CREATE FUNCTION datamon.percent_agreement(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_percent_agreement' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.percent_agreement(datamon.agreement_state) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE FUNCTION datamon.full_agreement(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_full_agreement' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.full_agreement(datamon.agreement_state) IS
	'share of items all of whose ratings agree';
CREATE FUNCTION datamon.fleiss_kappa(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_fleiss_kappa' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.fleiss_kappa(datamon.agreement_state) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE FUNCTION datamon.scott_pi(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_scott_pi' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.scott_pi(datamon.agreement_state) IS
	'Scott''s pi of two annotators';
CREATE FUNCTION datamon.conger_kappa(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_conger_kappa' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.conger_kappa(datamon.agreement_state) IS
	'Conger''s exact kappa of named annotators';
CREATE FUNCTION datamon.light_kappa(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_light_kappa' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.light_kappa(datamon.agreement_state) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE FUNCTION datamon.kendall_w(state datamon.agreement_state)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kendall_w' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kendall_w(datamon.agreement_state) IS
	'Kendall''s coefficient of concordance W, corrected for ties';
CREATE FUNCTION datamon.randolph_kappa(state datamon.agreement_state, labels text[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_randolph_kappa' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.randolph_kappa(datamon.agreement_state, text[]) IS
	'Randolph''s free-marginal kappa; labels are all categories there could be';
CREATE FUNCTION datamon.gwet_ac1(state datamon.agreement_state, labels text[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gwet_ac1' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gwet_ac1(datamon.agreement_state, text[]) IS
	'Gwet''s AC1; labels are all categories there could be';
CREATE FUNCTION datamon.gwet_ac2(
	state datamon.agreement_state,
	weights text DEFAULT 'quadratic',
	labels text[] DEFAULT NULL,
	costs double precision[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gwet_ac2' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gwet_ac2(datamon.agreement_state, text, text[], double precision[]) IS
	'Gwet''s AC2: AC1 with weights none, linear or quadratic, or a matrix of costs between labels';
CREATE FUNCTION datamon.brennan_prediger(
	state datamon.agreement_state,
	weights text DEFAULT 'none',
	labels text[] DEFAULT NULL,
	costs double precision[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_brennan_prediger' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.brennan_prediger(datamon.agreement_state, text, text[], double precision[]) IS
	'Brennan and Prediger: all categories are as likely by chance; with weights or costs';
CREATE FUNCTION datamon.cohen_kappa_score(
	state datamon.agreement_state,
	weights text DEFAULT 'none',
	labels text[] DEFAULT NULL,
	costs double precision[] DEFAULT NULL,
	annotators text[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cohen_kappa' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.cohen_kappa_score(datamon.agreement_state, text, text[], double precision[], text[]) IS
	'Cohen''s kappa of two annotators, with weights none, linear or quadratic, or costs between labels';
CREATE FUNCTION datamon.krippendorff_alpha(
	state datamon.agreement_state,
	metric text DEFAULT 'nominal',
	labels text[] DEFAULT NULL)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_krippendorff_alpha' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.krippendorff_alpha(datamon.agreement_state, text, text[]) IS
	'Krippendorff''s alpha by a nominal, ordinal, interval or ratio metric';
CREATE FUNCTION datamon.icc(state datamon.agreement_state, type text DEFAULT 'ICC2')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_icc' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.icc(datamon.agreement_state, text) IS
	'intraclass correlation ICC1, ICC2, ICC3, ICC1k, ICC2k or ICC3k of Shrout and Fleiss';
CREATE FUNCTION datamon.agreement(
	state datamon.agreement_state,
	method text,
	confidence double precision DEFAULT 0.95,
	weights text DEFAULT NULL,
	metric text DEFAULT 'nominal',
	labels text[] DEFAULT NULL,
	costs double precision[] DEFAULT NULL,
	annotators text[] DEFAULT NULL)
	RETURNS datamon.agreement_result
	AS 'MODULE_PATHNAME', 'datamon_agreement' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.agreement(datamon.agreement_state, text, double precision, text, text, text[],
	double precision[], text[]) IS
	'a measure by the name of its function, with standard error, interval, test, counts, and the reason for a NULL';

-- Measures of agreement straight from rows: aggregates named as the functions of
-- an agreement_state, which is their state. Aggregates have no defaults: every
-- list of arguments is one of its own.

CREATE FUNCTION datamon._gwet_ac1_final(datamon.agreement_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gwet_ac1' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._randolph_kappa_final(datamon.agreement_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_randolph_kappa' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._cohen_kappa_final(datamon.agreement_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_cohen_kappa' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._krippendorff_alpha_final(datamon.agreement_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_krippendorff_alpha' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._icc_final(datamon.agreement_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_icc' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, text, text, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_ttt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, text, text, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_ttf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, text, bigint, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_tbt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, text, bigint, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_tbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, bigint, text, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_btt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, bigint, text, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_btf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, bigint, bigint, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_bbt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, bigint, bigint, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_bbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, bigint, bigint, bigint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_bbb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_metric_trans(datamon.agreement_state, integer, integer, integer, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_metric_iii' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_icc_trans(datamon.agreement_state, text, text, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_icc_ttf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_icc_trans(datamon.agreement_state, text, bigint, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_icc_tbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_icc_trans(datamon.agreement_state, bigint, text, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_icc_btf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_icc_trans(datamon.agreement_state, bigint, bigint, double precision, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_icc_bbf' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_weights_trans(datamon.agreement_state, text, text, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_weights_tt' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_weights_trans(datamon.agreement_state, bigint, bigint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_weights_bb' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_weights_trans(datamon.agreement_state, integer, integer, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_weights_ii' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._agreement_weights_trans(datamon.agreement_state, smallint, smallint, text)
	RETURNS datamon.agreement_state
	AS 'MODULE_PATHNAME', 'datamon_agreement_trans_weights_ss' LANGUAGE c IMMUTABLE PARALLEL SAFE;

-- Of items and categories, whoever gave them

CREATE AGGREGATE datamon.fleiss_kappa(item text, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(text, text) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.fleiss_kappa(item text, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(text, bigint) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.fleiss_kappa(item bigint, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(bigint, text) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.fleiss_kappa(item bigint, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(bigint, bigint) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.fleiss_kappa(item integer, category integer) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(integer, integer) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.fleiss_kappa(item smallint, category smallint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.fleiss_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.fleiss_kappa(smallint, smallint) IS
	'Fleiss'' kappa of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item text, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(text, text) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item text, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(text, bigint) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item bigint, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(bigint, text) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item bigint, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(bigint, bigint) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item integer, category integer) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(integer, integer) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.gwet_ac1(item smallint, category smallint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._gwet_ac1_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.gwet_ac1(smallint, smallint) IS
	'Gwet''s AC1 of any number of ratings an item';
CREATE AGGREGATE datamon.randolph_kappa(item text, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(text, text) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.randolph_kappa(item text, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(text, bigint) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.randolph_kappa(item bigint, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(bigint, text) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.randolph_kappa(item bigint, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(bigint, bigint) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.randolph_kappa(item integer, category integer) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(integer, integer) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.randolph_kappa(item smallint, category smallint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._randolph_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.randolph_kappa(smallint, smallint) IS
	'Randolph''s free-marginal kappa over the categories that occur';
CREATE AGGREGATE datamon.percent_agreement(item text, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(text, text) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE AGGREGATE datamon.percent_agreement(item text, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(text, bigint) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE AGGREGATE datamon.percent_agreement(item bigint, category text) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(bigint, text) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE AGGREGATE datamon.percent_agreement(item bigint, category bigint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(bigint, bigint) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE AGGREGATE datamon.percent_agreement(item integer, category integer) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(integer, integer) IS
	'mean share of an item''s pairs of ratings that agree';
CREATE AGGREGATE datamon.percent_agreement(item smallint, category smallint) (
	SFUNC = datamon._agreement_items_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.percent_agreement,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.percent_agreement(smallint, smallint) IS
	'mean share of an item''s pairs of ratings that agree';

-- Of items, annotators and values

CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, text, text) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, text, double precision) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, bigint, text) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, bigint, double precision) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, text, text) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, text, double precision) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, text) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, double precision) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value bigint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, bigint) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item integer, annotator integer, value integer) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(integer, integer, integer) IS
	'Krippendorff''s alpha, nominal';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator text, value text, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, text, text, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator text, value double precision, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, text, double precision, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator bigint, value text, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, bigint, text, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item text, annotator bigint, value double precision, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(text, bigint, double precision, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator text, value text, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, text, text, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator text, value double precision, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, text, double precision, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value text, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, text, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value double precision, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, double precision, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item bigint, annotator bigint, value bigint, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(bigint, bigint, bigint, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.krippendorff_alpha(item integer, annotator integer, value integer, metric text) (
	SFUNC = datamon._agreement_metric_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._krippendorff_alpha_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.krippendorff_alpha(integer, integer, integer, text) IS
	'Krippendorff''s alpha; metric nominal, ordinal, interval or ratio';
CREATE AGGREGATE datamon.conger_kappa(item text, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(text, text, text) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item text, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(text, bigint, text) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item bigint, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(bigint, text, text) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item bigint, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(bigint, bigint, text) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item bigint, annotator bigint, value bigint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(bigint, bigint, bigint) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item integer, annotator integer, value integer) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(integer, integer, integer) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.conger_kappa(item smallint, annotator smallint, value smallint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.conger_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.conger_kappa(smallint, smallint, smallint) IS
	'Conger''s exact kappa of named annotators';
CREATE AGGREGATE datamon.light_kappa(item text, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(text, text, text) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item text, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(text, bigint, text) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item bigint, annotator text, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(bigint, text, text) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item bigint, annotator bigint, value text) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(bigint, bigint, text) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item bigint, annotator bigint, value bigint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(bigint, bigint, bigint) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item integer, annotator integer, value integer) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(integer, integer, integer) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.light_kappa(item smallint, annotator smallint, value smallint) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.light_kappa,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.light_kappa(smallint, smallint, smallint) IS
	'Light''s kappa: the mean Cohen kappa of all pairs of annotators';
CREATE AGGREGATE datamon.kendall_w(item text, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.kendall_w,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_w(text, text, double precision) IS
	'Kendall''s coefficient of concordance W, corrected for ties';
CREATE AGGREGATE datamon.kendall_w(item text, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.kendall_w,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_w(text, bigint, double precision) IS
	'Kendall''s coefficient of concordance W, corrected for ties';
CREATE AGGREGATE datamon.kendall_w(item bigint, annotator text, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.kendall_w,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_w(bigint, text, double precision) IS
	'Kendall''s coefficient of concordance W, corrected for ties';
CREATE AGGREGATE datamon.kendall_w(item bigint, annotator bigint, value double precision) (
	SFUNC = datamon._agreement_annotators_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.kendall_w,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.kendall_w(bigint, bigint, double precision) IS
	'Kendall''s coefficient of concordance W, corrected for ties';
CREATE AGGREGATE datamon.icc(item text, annotator text, value double precision, type text) (
	SFUNC = datamon._agreement_icc_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._icc_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.icc(text, text, double precision, text) IS
	'intraclass correlation ICC1, ICC2, ICC3, ICC1k, ICC2k or ICC3k';
CREATE AGGREGATE datamon.icc(item text, annotator bigint, value double precision, type text) (
	SFUNC = datamon._agreement_icc_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._icc_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.icc(text, bigint, double precision, text) IS
	'intraclass correlation ICC1, ICC2, ICC3, ICC1k, ICC2k or ICC3k';
CREATE AGGREGATE datamon.icc(item bigint, annotator text, value double precision, type text) (
	SFUNC = datamon._agreement_icc_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._icc_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.icc(bigint, text, double precision, text) IS
	'intraclass correlation ICC1, ICC2, ICC3, ICC1k, ICC2k or ICC3k';
CREATE AGGREGATE datamon.icc(item bigint, annotator bigint, value double precision, type text) (
	SFUNC = datamon._agreement_icc_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._icc_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.icc(bigint, bigint, double precision, text) IS
	'intraclass correlation ICC1, ICC2, ICC3, ICC1k, ICC2k or ICC3k';

-- Of two labels of one item

CREATE AGGREGATE datamon.cohen_kappa_score(a text, b text) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(text, text) IS
	'Cohen''s kappa of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.cohen_kappa_score(a bigint, b bigint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(bigint, bigint) IS
	'Cohen''s kappa of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.cohen_kappa_score(a integer, b integer) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(integer, integer) IS
	'Cohen''s kappa of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.cohen_kappa_score(a smallint, b smallint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(smallint, smallint) IS
	'Cohen''s kappa of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.cohen_kappa_score(a text, b text, weights text) (
	SFUNC = datamon._agreement_weights_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(text, text, text) IS
	'Cohen''s kappa with weights none, linear or quadratic';
CREATE AGGREGATE datamon.cohen_kappa_score(a bigint, b bigint, weights text) (
	SFUNC = datamon._agreement_weights_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(bigint, bigint, text) IS
	'Cohen''s kappa with weights none, linear or quadratic';
CREATE AGGREGATE datamon.cohen_kappa_score(a integer, b integer, weights text) (
	SFUNC = datamon._agreement_weights_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(integer, integer, text) IS
	'Cohen''s kappa with weights none, linear or quadratic';
CREATE AGGREGATE datamon.cohen_kappa_score(a smallint, b smallint, weights text) (
	SFUNC = datamon._agreement_weights_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon._cohen_kappa_final,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.cohen_kappa_score(smallint, smallint, text) IS
	'Cohen''s kappa with weights none, linear or quadratic';
CREATE AGGREGATE datamon.scott_pi(a text, b text) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.scott_pi,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scott_pi(text, text) IS
	'Scott''s pi of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.scott_pi(a bigint, b bigint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.scott_pi,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scott_pi(bigint, bigint) IS
	'Scott''s pi of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.scott_pi(a integer, b integer) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.scott_pi,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scott_pi(integer, integer) IS
	'Scott''s pi of two annotators'' labels, a row an item';
CREATE AGGREGATE datamon.scott_pi(a smallint, b smallint) (
	SFUNC = datamon._agreement_pairs_trans,
	STYPE = datamon.agreement_state,
	SSPACE = 256,
	FINALFUNC = datamon.scott_pi,
	COMBINEFUNC = datamon._agreement_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.scott_pi(smallint, smallint) IS
	'Scott''s pi of two annotators'' labels, a row an item';
