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
