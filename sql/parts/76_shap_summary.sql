-- shap_summary: what the features of a model add to its score, over many rows.

-- @type shap_summary extended 65536
COMMENT ON TYPE datamon.shap_summary IS
	'exact sums of what each feature adds to the score, of its square and of its size, over many rows; mergeable';

CREATE FUNCTION datamon._shap_summary_trans(datamon.shap_summary, datamon.model, double precision[]) RETURNS datamon.shap_summary
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000;
CREATE FUNCTION datamon._shap_summary_trans(datamon.shap_summary, datamon.model, jsonb) RETURNS datamon.shap_summary
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_trans_json' LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000;

CREATE AGGREGATE datamon.mean_abs_shap(model datamon.model, features double precision[]) (
	SFUNC = datamon._shap_summary_trans,
	STYPE = datamon.shap_summary,
	SSPACE = 65536,
	FINALFUNC = datamon._shap_summary_final,
	COMBINEFUNC = datamon._shap_summary_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_abs_shap(datamon.model, double precision[]) IS
	'what each feature adds to the score of the rows: its mean and its mean size';

CREATE AGGREGATE datamon.mean_abs_shap(model datamon.model, "row" jsonb) (
	SFUNC = datamon._shap_summary_trans,
	STYPE = datamon.shap_summary,
	SSPACE = 65536,
	FINALFUNC = datamon._shap_summary_final,
	COMBINEFUNC = datamon._shap_summary_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_abs_shap(datamon.model, jsonb) IS
	'the same of rows in JSON, whose members are named as the features';

CREATE FUNCTION datamon.count(datamon.shap_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.shap_summary) IS
	'rows that were explained';

CREATE FUNCTION datamon.unused_count(datamon.shap_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_unused_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.shap_summary) IS
	'rows without a model or features, or with a contribution that is not finite';

CREATE FUNCTION datamon.shap_importance(summary datamon.shap_summary)
	RETURNS TABLE (output int, feature text, mean_abs double precision, mean double precision, stddev double precision)
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_importance' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.shap_importance(datamon.shap_summary) IS
	'the features of each output, those that add most to the score first';

CREATE FUNCTION datamon.shap_drift(baseline datamon.shap_summary, current datamon.shap_summary)
	RETURNS TABLE (output int, feature text, mean_baseline double precision, mean_current double precision, shift double precision,
		share double precision, stderr double precision, p_value double precision, mean_abs_baseline double precision,
		mean_abs_current double precision)
	AS 'MODULE_PATHNAME', 'datamon_shap_summary_drift' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.shap_drift(datamon.shap_summary, datamon.shap_summary) IS
	'which features moved the mean score, the greatest shift first: the shifts of an output add up to what its mean score moved';
