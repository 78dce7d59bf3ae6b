-- forecast(): shape, missing values, limits and errors
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
\pset null '-'

CREATE FUNCTION pg_temp.hours(n int, noise float8 DEFAULT 0) RETURNS float8[] LANGUAGE sql AS $$
	SELECT array_agg(100 + 10 * ((t % 24) * (t % 24) % 17) + CASE WHEN t / 24 % 7 = 5 THEN 30 ELSE 0 END
		+ noise * ((t * 7919 % 1009) / 504.5 - 1) ORDER BY t) FROM generate_series(0, n - 1) t
$$;

-- what repeats, repeats
SELECT datamon.seasons(pg_temp.hours(840)) AS seasons, datamon.seasons(pg_temp.hours(840, 5)) AS noisy,
	datamon.seasons('{1,2,3,4,5,6,7,8,9,10,11,12,13}') AS line, datamon.seasons('{}') AS empty, datamon.seasons(NULL) AS null;
SELECT bool_and(abs(mean - next) < 1e-9 AND upper - lower < 1e-6) AS exact, count(*), min(step), max(step)
	FROM datamon.forecast(pg_temp.hours(840), 48) f
	JOIN unnest(pg_temp.hours(888)) WITH ORDINALITY u(next, n) ON n = 840 + step;
SELECT step, round(mean::numeric, 3) AS mean, round(lower::numeric, 3) AS lower, round(upper::numeric, 3) AS upper, n_used, n_missing
	FROM datamon.forecast(pg_temp.hours(840, 5), 3);
SELECT step, round((upper - lower)::numeric, 3) AS width FROM datamon.forecast(pg_temp.hours(840, 5), 1, level => 0.5)
	UNION ALL SELECT step, round((upper - lower)::numeric, 3) FROM datamon.forecast(pg_temp.hours(840, 5), 1, level => 0.99);

-- few values, none, missing ones
SELECT * FROM datamon.forecast('{5}', 2);
SELECT * FROM datamon.forecast('{}', 1);
SELECT * FROM datamon.forecast('{NULL,NaN,Infinity}', 1);
SELECT * FROM datamon.forecast('{7,7,7,7,NULL,7,7,7,7,7,7,7,-Infinity,NaN}', 2);
SELECT count(*) FROM datamon.forecast(NULL, 3);
SELECT count(*) FROM datamon.forecast('{1,2}', NULL);
SELECT round(mean::numeric, 6) AS mean, n_used, n_missing FROM datamon.forecast('{NULL,NULL,1,2,1,2,1,2,1,2,1,2,NULL}', 3, '{2}');

-- scale and range
SELECT * FROM datamon.forecast(array_fill(1e300::float8, '{20}'), 1);
SELECT bool_and(a.mean = 2 ^ 40 * b.mean AND a.upper = 2 ^ 40 * b.upper) AS doubled
	FROM datamon.forecast((SELECT array_agg(x * 2 ^ 40 ORDER BY n) FROM unnest(pg_temp.hours(400, 3)) WITH ORDINALITY u(x, n)), 24) a
	JOIN datamon.forecast(pg_temp.hours(400, 3), 24) b USING (step);
SELECT bool_and(abs(a.mean - b.mean - 1000) < 1e-6) AS shifted
	FROM datamon.forecast((SELECT array_agg(x + 1000 ORDER BY n) FROM unnest(pg_temp.hours(400, 3)) WITH ORDINALITY u(x, n)), 24, transform => 'none') a
	JOIN datamon.forecast(pg_temp.hours(400, 3), 24, transform => 'none') b USING (step);
SELECT min(lower) >= 0 AS at_least_0, max(upper) <= 1 AS at_most_1
	FROM datamon.forecast(array(SELECT CASE WHEN t % 5 = 0 THEN 0.9 ELSE 1 END FROM generate_series(1, 100) t), 10, transform => 'logit');

-- bad arguments
SELECT * FROM datamon.forecast('{1,2,3}', 0);
SELECT * FROM datamon.forecast('{1,2,3}', 10001);
SELECT * FROM datamon.forecast('{1,2,3}', 1, level => 1);
SELECT * FROM datamon.forecast('{1,2,3}', 1, level => 'NaN');
SELECT * FROM datamon.forecast('{1,2,3}', 1, transform => 'sqrt');
SELECT * FROM datamon.forecast('{1,-2,3}', 1, transform => 'log');
SELECT * FROM datamon.forecast('{0.5,1.5}', 1, transform => 'logit');
SELECT * FROM datamon.forecast('{1,2,3}', 1, '{1}');
SELECT * FROM datamon.forecast('{1,2,3}', 1, '{24,7}');
SELECT * FROM datamon.forecast('{1,2,3}', 1, '{2,3,4}');
SELECT * FROM datamon.forecast('{1,2,3}', 1, '{NULL}');
SELECT * FROM datamon.forecast('{{1,2},{3,4}}', 1);
SELECT * FROM datamon.forecast(array_fill(1::float8, '{200001}'), 1);
SELECT * FROM datamon.forecast(ARRAY[1] || array_fill(NULL::float8, '{10001}'), 1);
