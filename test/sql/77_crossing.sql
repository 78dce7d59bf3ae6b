-- crossing_probability() and calibrate_forecasts(): results, missing values and errors
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
\pset null '-'

CREATE FUNCTION pg_temp.hours(n int, slope float8 DEFAULT 0) RETURNS float8[] LANGUAGE sql AS $$
	SELECT array_agg(100 + 10 * sin(t * pi() / 12) + slope * greatest(t - 400, 0) + (t * 7919 % 1009) / 504.5 ORDER BY t)
	FROM generate_series(0, n - 1) t
$$;

-- far off; a decline that is going to cross; the mirror image; already beyond
SELECT probability, round(score::numeric, 4) AS score, round(climatology::numeric, 4) AS climatology, round(exposure::numeric, 5) AS exposure, distance > 5 AS far, expected_step, early_step, late_step,
	n_paths, n_used, n_missing FROM datamon.crossing_probability(pg_temp.hours(480), 60, 24);
SELECT probability, score > 0.9 AS likely, climatology < 0.1 AS rare, distance < 0 AS beyond, expected_step BETWEEN 6 AND 20 AS soon,
	early_step <= expected_step AND expected_step <= late_step AS ordered FROM datamon.crossing_probability(pg_temp.hours(480, -0.3), 62, 24);
SELECT a.score = b.score AND a.climatology = b.climatology AND abs(a.distance - b.distance) < 1e-9 AND a.expected_step = b.expected_step AS mirrored
	FROM datamon.crossing_probability(pg_temp.hours(480, -0.3), 62, 24, transform => 'none') a,
		datamon.crossing_probability((SELECT array_agg(-x ORDER BY n) FROM unnest(pg_temp.hours(480, -0.3)) WITH ORDINALITY u(x, n)), -62, 24, 'above', transform => 'none') b;
SELECT score > 0.9 AS likely, expected_step FROM datamon.crossing_probability(pg_temp.hours(480), 200, 24);
SELECT round(score::numeric, 4) AS never, expected_step FROM datamon.crossing_probability(pg_temp.hours(480), 200, 24, 'above');

-- a probability only with coefficients
SELECT abs(probability - 1 / (1 + exp(-(-1 + 0.5 * ln(score / (1 - score)) + 0.25 * ln(climatology / (1 - climatology)) - 0.4 * distance + 0.1 * ln(exposure / (1 - exposure)))))) < 1e-12 AS logistic
	FROM datamon.crossing_probability(pg_temp.hours(480, -0.1), 80, 24, coefficients => '{-1,0.5,0.25,-0.4,0.1}');

-- constants, few values, none
SELECT * FROM datamon.crossing_probability(array_fill(5::float8, '{40}'), 5, 3);
SELECT * FROM datamon.crossing_probability(array_fill(5::float8, '{40}'), 5.5, 3);
SELECT * FROM datamon.crossing_probability('{1,2,NULL}', 0, 3, coefficients => '{0,1,0,0,0}');
SELECT * FROM datamon.crossing_probability('{}', 0, 3);
SELECT * FROM datamon.crossing_probability(NULL, 0, 3);
SELECT * FROM datamon.crossing_probability('{1}', NULL, 3);

-- a track record: bold scores, of which few came true
CREATE TEMP TABLE record AS
	SELECT n, (1 + n % 9) / 10.0 AS score, 0.05 + 0.01 * (n % 7) AS climatology, (4 - n % 9) * 0.5 AS distance, (1 + n % 4) / 50.0 AS exposure, n * 7919 % 101 < (1 + n % 9) * 4 AS outcome
	FROM generate_series(1, 900) n;
SELECT (SELECT array_agg(round(c::numeric, 6)) FROM unnest(coefficients) c) AS coefficients, n_used, n_unused, positives, round(skill_before::numeric, 4) AS before,
	round(skill_after::numeric, 4) AS after, converged
	FROM (SELECT array_agg(score ORDER BY n) AS a, array_agg(climatology ORDER BY n) AS b, array_agg(distance ORDER BY n) AS c, array_agg(exposure ORDER BY n) AS d, array_agg(outcome ORDER BY n) AS e FROM record) r,
		datamon.calibrate_forecasts(a, b, c, d, e);
-- rows of which something is not known are left out; one outcome teaches nothing; separated outcomes have an answer
SELECT * FROM datamon.calibrate_forecasts('{0.5,NULL,0.1,NaN}', '{0.1,0.1,0.1,0.1}', '{1,1,NaN,1}', '{0.1,0.1,0.1,0.1}', '{t,f,t,f}');
SELECT * FROM datamon.calibrate_forecasts('{}', '{}', '{}', '{}', '{}');
SELECT n_used, positives, converged, coefficients[4] < 0 AS nearer_is_likelier, skill_before IS NOT NULL AS before, skill_after
	FROM datamon.calibrate_forecasts('{0,1,0,1}', '{0,0.1,1,0.1}', '{5,-5,5,-5}', '{0,1,0,1}', '{f,t,f,t}');
SELECT * FROM datamon.calibrate_forecasts(NULL, '{}', '{}', '{}', '{}');

-- bad arguments
SELECT * FROM datamon.crossing_probability('{1,2,3}', 0, 0);
SELECT * FROM datamon.crossing_probability('{1,2,3}', 'NaN', 1);
SELECT * FROM datamon.crossing_probability('{1,2,3}', 0, 1, 'under');
SELECT * FROM datamon.crossing_probability('{1,2,3}', 0, 1, coefficients => '{1,2,3}');
SELECT * FROM datamon.crossing_probability('{1,2,3}', 0, 1, coefficients => '{1,2,3,4,NULL}');
SELECT * FROM datamon.calibrate_forecasts('{0.5}', '{0.5}', '{1,2}', '{0.5}', '{t}');
SELECT * FROM datamon.calibrate_forecasts('{1.5}', '{0.5}', '{1}', '{0.5}', '{t}');
SELECT * FROM datamon.calibrate_forecasts('{0.5}', '{0.5}', '{1}', '{-0.5}', '{t}');
