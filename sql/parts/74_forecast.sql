/*
 * Forecasts of a metric's series.
 */

CREATE FUNCTION datamon.seasons(series double precision[]) RETURNS integer[]
	AS 'MODULE_PATHNAME', 'datamon_seasons' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.seasons(double precision[]) IS
	'after how many values an evenly spaced series repeats: at most two lengths, the shorter first; empty for none';

-- Not strict: a season of NULL is found.
CREATE FUNCTION datamon.forecast(
	series double precision[],
	horizon integer,
	season integer[] DEFAULT NULL,
	level double precision DEFAULT 0.95,
	transform text DEFAULT 'auto')
	RETURNS TABLE (step integer, mean double precision, lower double precision, upper double precision,
		n_used bigint, n_missing bigint)
	AS 'MODULE_PATHNAME', 'datamon_forecast' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24;
COMMENT ON FUNCTION datamon.forecast(double precision[], integer, integer[], double precision, text) IS
	'the next values of an evenly spaced series, oldest first, with intervals from its own past errors; NULL and NaN are missing';

CREATE FUNCTION datamon.crossing_probability(
	series double precision[],
	threshold double precision,
	horizon integer,
	direction text DEFAULT 'below',
	coefficients double precision[] DEFAULT NULL,
	season integer[] DEFAULT NULL,
	transform text DEFAULT 'auto',
	OUT probability double precision,
	OUT score double precision,
	OUT climatology double precision,
	OUT distance double precision,
	OUT exposure double precision,
	OUT expected_step double precision,
	OUT early_step double precision,
	OUT late_step double precision,
	OUT n_paths bigint,
	OUT n_used bigint,
	OUT n_missing bigint)
	AS 'MODULE_PATHNAME', 'datamon_crossing_probability' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION datamon.crossing_probability(double precision[], double precision, integer, text, double precision[], integer[], text) IS
	'whether a series crosses a threshold within the horizon, and when; a probability only with coefficients of calibrate_forecasts()';

CREATE FUNCTION datamon.calibrate_forecasts(
	score double precision[],
	climatology double precision[],
	distance double precision[],
	exposure double precision[],
	outcome boolean[],
	OUT coefficients double precision[],
	OUT n_used bigint,
	OUT n_unused bigint,
	OUT positives bigint,
	OUT skill_before double precision,
	OUT skill_after double precision,
	OUT converged boolean)
	AS 'MODULE_PATHNAME', 'datamon_calibrate_forecasts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.calibrate_forecasts(double precision[], double precision[], double precision[], double precision[], boolean[]) IS
	'coefficients of crossing_probability() from what it said and what came, with the Brier skill before and after';
