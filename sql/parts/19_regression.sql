-- Regression metrics: how far predictions of a number are off. An error is actual - predicted.

-- @type regression_state
COMMENT ON TYPE datamon.regression_state IS
	'exact sums of the errors of predicted numbers, their histogram, and the rows that lack a side; mergeable';

CREATE FUNCTION datamon._regression_state_trans(datamon.regression_state, double precision, double precision)
	RETURNS datamon.regression_state
	AS 'MODULE_PATHNAME', 'datamon_regression_trans' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.regression_state(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._regression_state_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.regression_state(double precision, double precision) IS
	'exact sums of the errors of predicted numbers; rows that lack a side are counted apart';

CREATE FUNCTION datamon.count(datamon.regression_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_regression_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.count(datamon.regression_state) IS
	'rows with finite actual, predicted and difference: those that scores use';

CREATE FUNCTION datamon.unused_count(datamon.regression_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_regression_unused_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unused_count(datamon.regression_state) IS
	'rows that lack a side, or where one is NaN or infinite';

CREATE FUNCTION datamon.unlabelled_count(datamon.regression_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_regression_unlabelled_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unlabelled_count(datamon.regression_state) IS
	'rows that have a prediction and no actual value';

CREATE FUNCTION datamon.unpredicted_count(datamon.regression_state) RETURNS bigint
	AS 'MODULE_PATHNAME', 'datamon_regression_unpredicted_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.unpredicted_count(datamon.regression_state) IS
	'rows that have an actual value and no prediction';

CREATE FUNCTION datamon.mean_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mean_error' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_error(datamon.regression_state) IS
	'mean of actual - predicted; positive where predictions are too low';

CREATE FUNCTION datamon.mean_absolute_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mae' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_absolute_error(datamon.regression_state) IS
	'mean of |actual - predicted|';

CREATE FUNCTION datamon.mean_squared_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mse' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_squared_error(datamon.regression_state) IS
	'mean of (actual - predicted)^2';

CREATE FUNCTION datamon.root_mean_squared_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_rmse' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.root_mean_squared_error(datamon.regression_state) IS
	'root of mean_squared_error';

CREATE FUNCTION datamon.mean_squared_log_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_msle' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_squared_log_error(datamon.regression_state) IS
	'mean of (log(1 + actual) - log(1 + predicted))^2; NULL if any of them is -1 or less';

CREATE FUNCTION datamon.root_mean_squared_log_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_rmsle' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.root_mean_squared_log_error(datamon.regression_state) IS
	'root of mean_squared_log_error; NULL if a number is -1 or less';

CREATE FUNCTION datamon.mean_absolute_percentage_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mape' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_absolute_percentage_error(datamon.regression_state) IS
	'mean of |actual - predicted| / |actual| as a fraction; |actual| is at least 2^-52';

CREATE FUNCTION datamon.symmetric_mean_absolute_percentage_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_smape' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.symmetric_mean_absolute_percentage_error(datamon.regression_state) IS
	'mean of 2 |actual - predicted| / (|actual| + |predicted|), from 0 to 2; 0/0 is 0';

CREATE FUNCTION datamon.median_absolute_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_median_absolute_error' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.median_absolute_error(datamon.regression_state) IS
	'median of |actual - predicted|; exact while its histogram is';

CREATE FUNCTION datamon.max_error(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_max_error' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.max_error(datamon.regression_state) IS
	'largest |actual - predicted|';

CREATE FUNCTION datamon.r2_score(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_r2' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.r2_score(datamon.regression_state) IS
	'share of the variance of actual that predicted explains; NULL where actual is constant';

CREATE FUNCTION datamon.explained_variance_score(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_explained_variance' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.explained_variance_score(datamon.regression_state) IS
	'as r2_score, but a constant error costs nothing; NULL where actual is constant';

CREATE FUNCTION datamon.adjusted_r2_score(datamon.regression_state, predictors integer) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_adjusted_r2' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.adjusted_r2_score(datamon.regression_state, integer) IS
	'1 - (1 - r2) (n - 1) / (n - predictors - 1); NULL where r2_score is, or there are too few rows';

CREATE FUNCTION datamon.mean_pinball_loss(datamon.regression_state, alpha double precision DEFAULT 0.5) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_pinball' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_pinball_loss(datamon.regression_state, double precision) IS
	'mean of alpha times positive and 1 - alpha times negative errors: the loss of a predicted quantile';

CREATE FUNCTION datamon.mean_error_stderr(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mean_error_stderr' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_error_stderr(datamon.regression_state) IS
	'standard error of mean_error; NULL below two rows';

CREATE FUNCTION datamon.mean_absolute_error_stderr(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mae_stderr' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_absolute_error_stderr(datamon.regression_state) IS
	'standard error of mean_absolute_error; NULL below two rows';

CREATE FUNCTION datamon.mean_squared_error_stderr(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mse_stderr' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.mean_squared_error_stderr(datamon.regression_state) IS
	'standard error of mean_squared_error; NULL below two rows';

CREATE FUNCTION datamon.root_mean_squared_error_stderr(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_rmse_stderr' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.root_mean_squared_error_stderr(datamon.regression_state) IS
	'standard error of root_mean_squared_error by the delta method; NULL below two rows';

CREATE FUNCTION datamon.absolute_errors(datamon.regression_state) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_regression_absolute_errors' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.absolute_errors(datamon.regression_state) IS
	'histogram of |actual - predicted|, for quantiles, of at most 1024 bytes of keys';

CREATE FUNCTION datamon.actual_values(datamon.regression_state) RETURNS datamon.histogram
	AS 'MODULE_PATHNAME', 'datamon_regression_actual_values' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.actual_values(datamon.regression_state) IS
	'histogram of the actual values, of at most 1024 bytes of keys';

CREATE FUNCTION datamon.constant_scores(datamon.regression_state,
	OUT mean double precision, OUT mean_squared_error double precision, OUT root_mean_squared_error double precision,
	OUT r2_score double precision, OUT median double precision, OUT mean_absolute_error double precision,
	OUT is_exact boolean, OUT n_used bigint, OUT n_unused bigint)
	AS 'MODULE_PATHNAME', 'datamon_regression_constant_scores' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.constant_scores(datamon.regression_state) IS
	'what the best constant would score on these rows: the mean by squared, the median by absolute errors';

CREATE FUNCTION datamon.regression_scores(datamon.regression_state,
	OUT n_used bigint, OUT n_unused bigint,
	OUT mean_error double precision,
	OUT mean_absolute_error double precision,
	OUT mean_squared_error double precision,
	OUT root_mean_squared_error double precision,
	OUT mean_squared_log_error double precision,
	OUT root_mean_squared_log_error double precision,
	OUT mean_absolute_percentage_error double precision,
	OUT symmetric_mean_absolute_percentage_error double precision,
	OUT max_error double precision,
	OUT r2_score double precision,
	OUT explained_variance_score double precision,
	OUT median_absolute_error double precision)
	AS 'MODULE_PATHNAME', 'datamon_regression_scores' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.regression_scores(datamon.regression_state) IS
	'all scores that need no parameter, with the rows used and left out';

-- The same from rows: final functions, which see a state of no rows as NULL.

CREATE FUNCTION datamon._mean_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mean_error' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._mean_absolute_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mae' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._mean_squared_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mse' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._root_mean_squared_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_rmse' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._mean_squared_log_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_msle' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._root_mean_squared_log_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_rmsle' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._mean_absolute_percentage_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_mape' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._symmetric_mean_absolute_percentage_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_smape' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._median_absolute_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_median_absolute_error' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._max_error_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_max_error' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._r2_score_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_r2' LANGUAGE c IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION datamon._explained_variance_score_final(datamon.regression_state) RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_regression_explained_variance' LANGUAGE c IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE datamon.mean_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._mean_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_error(double precision, double precision) IS
	'mean of actual - predicted; positive where predictions are too low';

CREATE AGGREGATE datamon.mean_absolute_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._mean_absolute_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_absolute_error(double precision, double precision) IS
	'mean of |actual - predicted|';

CREATE AGGREGATE datamon.mean_squared_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._mean_squared_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_squared_error(double precision, double precision) IS
	'mean of (actual - predicted)^2';

CREATE AGGREGATE datamon.root_mean_squared_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._root_mean_squared_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.root_mean_squared_error(double precision, double precision) IS
	'root of mean_squared_error';

CREATE AGGREGATE datamon.mean_squared_log_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._mean_squared_log_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_squared_log_error(double precision, double precision) IS
	'mean of (log(1 + actual) - log(1 + predicted))^2; NULL if any of them is -1 or less';

CREATE AGGREGATE datamon.root_mean_squared_log_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._root_mean_squared_log_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.root_mean_squared_log_error(double precision, double precision) IS
	'root of mean_squared_log_error; NULL if a number is -1 or less';

CREATE AGGREGATE datamon.mean_absolute_percentage_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._mean_absolute_percentage_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.mean_absolute_percentage_error(double precision, double precision) IS
	'mean of |actual - predicted| / |actual| as a fraction; |actual| is at least 2^-52';

CREATE AGGREGATE datamon.symmetric_mean_absolute_percentage_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._symmetric_mean_absolute_percentage_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.symmetric_mean_absolute_percentage_error(double precision, double precision) IS
	'mean of 2 |actual - predicted| / (|actual| + |predicted|), from 0 to 2; 0/0 is 0';

CREATE AGGREGATE datamon.median_absolute_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._median_absolute_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.median_absolute_error(double precision, double precision) IS
	'median of |actual - predicted|; exact while its histogram is';

CREATE AGGREGATE datamon.max_error(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._max_error_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.max_error(double precision, double precision) IS
	'largest |actual - predicted|';

CREATE AGGREGATE datamon.r2_score(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._r2_score_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.r2_score(double precision, double precision) IS
	'share of the variance of actual that predicted explains; NULL where actual is constant';

CREATE AGGREGATE datamon.explained_variance_score(actual double precision, predicted double precision) (
	SFUNC = datamon._regression_state_trans,
	STYPE = datamon.regression_state,
	SSPACE = 16384,
	FINALFUNC = datamon._explained_variance_score_final,
	COMBINEFUNC = datamon._regression_state_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE datamon.explained_variance_score(double precision, double precision) IS
	'as r2_score, but a constant error costs nothing; NULL where actual is constant';
