-- Models that can be explained: what they predict for a row, and what each feature adds to it.

CREATE TYPE datamon.model;

CREATE FUNCTION datamon._model_in(cstring) RETURNS datamon.model
	AS 'MODULE_PATHNAME', 'datamon_model_in' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_out(datamon.model) RETURNS cstring
	AS 'MODULE_PATHNAME', 'datamon_model_out' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_recv(internal) RETURNS datamon.model
	AS 'MODULE_PATHNAME', 'datamon_model_recv' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_send(datamon.model) RETURNS bytea
	AS 'MODULE_PATHNAME', 'datamon_model_send' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE datamon.model (
	INPUT = datamon._model_in,
	OUTPUT = datamon._model_out,
	RECEIVE = datamon._model_recv,
	SEND = datamon._model_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE datamon.model IS
	'a model that can be explained: trees of XGBoost or LightGBM, or a linear one';

CREATE FUNCTION datamon._model_eq(datamon.model, datamon.model) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_model_eq' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION datamon._model_ne(datamon.model, datamon.model) RETURNS boolean
	AS 'MODULE_PATHNAME', 'datamon_model_ne' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR datamon.= (
	FUNCTION = datamon._model_eq,
	LEFTARG = datamon.model, RIGHTARG = datamon.model,
	COMMUTATOR = OPERATOR(datamon.=), NEGATOR = OPERATOR(datamon.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR datamon.= (datamon.model, datamon.model) IS 'both are the same in every number and name';
CREATE OPERATOR datamon.<> (
	FUNCTION = datamon._model_ne,
	LEFTARG = datamon.model, RIGHTARG = datamon.model,
	COMMUTATOR = OPERATOR(datamon.<>), NEGATOR = OPERATOR(datamon.=),
	RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR datamon.<> (datamon.model, datamon.model) IS 'they differ in some number or name';

CREATE FUNCTION datamon.parse_model(content jsonb, rounds int DEFAULT NULL) RETURNS datamon.model
	AS 'MODULE_PATHNAME', 'datamon_model_parse' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.parse_model(jsonb, int) IS
	'the model in the JSON of XGBoost or LightGBM, or of a linear model; of the first rounds of boosting, or all';

CREATE FUNCTION datamon.parse_model(content text, rounds int DEFAULT NULL) RETURNS datamon.model
	AS 'MODULE_PATHNAME', 'datamon_model_parse_text' LANGUAGE c IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.parse_model(text, int) IS
	'the same of a text: also what LightGBM saves, and JSON with NaN or Infinity, as XGBoost before 2.0 and Python write it';

CREATE FUNCTION datamon.feature_names(model datamon.model) RETURNS text[]
	AS 'MODULE_PATHNAME', 'datamon_model_feature_names' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.feature_names(datamon.model) IS
	'names of the features, in the order that arrays of them have';

CREATE FUNCTION datamon.predict(model datamon.model, features double precision[], output text DEFAULT 'probability')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_model_predict' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict(datamon.model, double precision[], text) IS
	'what a model of one output predicts for a row: its score as it is (raw), or after its link (probability)';

CREATE FUNCTION datamon.predict_all(model datamon.model, features double precision[], output text DEFAULT 'probability')
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_predict_all' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict_all(datamon.model, double precision[], text) IS
	'what a model predicts for a row, for each of its outputs';

CREATE FUNCTION datamon.shap_values(model datamon.model, features double precision[])
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_shap_values' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.shap_values(datamon.model, double precision[]) IS
	'what each feature adds to the raw score of a row, and last what is expected of any row: they add up to the score';

CREATE FUNCTION datamon.explain_prediction(model datamon.model, features double precision[])
	RETURNS TABLE (output int, feature text, value double precision, category text, contribution double precision)
	AS 'MODULE_PATHNAME', 'datamon_model_explain' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.explain_prediction(datamon.model, double precision[]) IS
	'what each feature adds to the raw score of a row, the greatest first';

CREATE FUNCTION datamon.features(model datamon.model, "row" jsonb)
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_features_json' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION datamon.features(datamon.model, jsonb) IS
	'the features of a model in a row in JSON, whose members are named as the features, as an array';

CREATE FUNCTION datamon.predict(model datamon.model, "row" jsonb, output text DEFAULT 'probability')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_model_predict_json' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict(datamon.model, jsonb, text) IS
	'what a model of one output predicts for a row in JSON, whose members are named as the features: its score as it is (raw), or after its link (probability)';

CREATE FUNCTION datamon.predict_all(model datamon.model, "row" jsonb, output text DEFAULT 'probability')
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_predict_all_json' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict_all(datamon.model, jsonb, text) IS
	'what a model predicts for a row in JSON, whose members are named as the features, for each of its outputs';

CREATE FUNCTION datamon.shap_values(model datamon.model, "row" jsonb)
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_shap_values_json' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.shap_values(datamon.model, jsonb) IS
	'what each feature adds to the raw score of a row in JSON, whose members are named as the features, and last what is expected of any row: they add up to the score';

CREATE FUNCTION datamon.explain_prediction(model datamon.model, "row" jsonb)
	RETURNS TABLE (output int, feature text, value double precision, category text, contribution double precision)
	AS 'MODULE_PATHNAME', 'datamon_model_explain_json' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.explain_prediction(datamon.model, jsonb) IS
	'what each feature adds to the raw score of a row in JSON, whose members are named as the features, the greatest first';

CREATE FUNCTION datamon.features(model datamon.model, "row" record)
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_features_record' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION datamon.features(datamon.model, record) IS
	'the features of a model in a row of a table or query, whose columns are named as the features, as an array';

CREATE FUNCTION datamon.predict(model datamon.model, "row" record, output text DEFAULT 'probability')
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_model_predict_record' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict(datamon.model, record, text) IS
	'what a model of one output predicts for a row of a table or query, whose columns are named as the features: its score as it is (raw), or after its link (probability)';

CREATE FUNCTION datamon.predict_all(model datamon.model, "row" record, output text DEFAULT 'probability')
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_predict_all_record' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION datamon.predict_all(datamon.model, record, text) IS
	'what a model predicts for a row of a table or query, whose columns are named as the features, for each of its outputs';

CREATE FUNCTION datamon.shap_values(model datamon.model, "row" record)
	RETURNS double precision[]
	AS 'MODULE_PATHNAME', 'datamon_model_shap_values_record' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.shap_values(datamon.model, record) IS
	'what each feature adds to the raw score of a row of a table or query, whose columns are named as the features, and last what is expected of any row: they add up to the score';

CREATE FUNCTION datamon.explain_prediction(model datamon.model, "row" record)
	RETURNS TABLE (output int, feature text, value double precision, category text, contribution double precision)
	AS 'MODULE_PATHNAME', 'datamon_model_explain_record' LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION datamon.explain_prediction(datamon.model, record) IS
	'what each feature adds to the raw score of a row of a table or query, whose columns are named as the features, the greatest first';
