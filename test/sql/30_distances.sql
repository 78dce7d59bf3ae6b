-- Distances and tests between two samples: results, conventions, corners, errors, plans.
SET search_path = datamon, public;
\pset null '(null)'

CREATE FUNCTION pg_temp.h(VARIADIC v float8[]) RETURNS histogram
	LANGUAGE sql AS 'SELECT datamon.histogram(x) FROM unnest(v) AS x';
CREATE FUNCTION pg_temp.v(VARIADIC v text[]) RETURNS value_counts
	LANGUAGE sql AS 'SELECT datamon.value_counts(x) FROM unnest(v) AS x';
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';

-- published values
SELECT wasserstein_distance(pg_temp.h(0, 1, 3), pg_temp.h(5, 6, 8)) AS "scipy: 5";
SELECT wasserstein_distance(pg_temp.h(0, 0, 0, 1), pg_temp.h(0, 0, 1, 1)) AS "scipy: 0.25";
SELECT pg_temp.r(wasserstein_distance(r, c)) AS "4.1625", pg_temp.r(wasserstein_distance_normed(r, c)) AS "0.781236"
	FROM (SELECT pg_temp.h(38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0) AS r,
		pg_temp.h(39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8) AS c) AS evidently;
SELECT pg_temp.r(js_distance(pg_temp.v('a'), pg_temp.v('b'))) AS "1",
	pg_temp.r(js_distance(pg_temp.v('a', 'a'), pg_temp.v('a', 'b'), exp(1::float8))) AS "scipy: 0.464501";
SELECT pg_temp.r(l_infinity(pg_temp.v('a', 'a', 'b', 'b', 'c', 'c'), pg_temp.v('a', 'a', 'b', 'b', 'c', 'c', 'd'))) AS "0.142857",
	pg_temp.r(l_infinity(pg_temp.v('a', 'a', 'b', 'b', 'c', 'c'), pg_temp.v('b', 'b', 'b', 'b', 'b'))) AS "0.666667";
-- popmon: p = (.85, .05, .05, .05), q = 1/4 each
SELECT pg_temp.r(psi(r, c, 'drop')) AS "1.699928", pg_temp.r(psi(r, c, 'add:1e-5')) AS "1.699815"
	FROM (SELECT (SELECT value_counts(greatest(i, 17)::text) FROM generate_series(1, 20) AS i) AS r,
		(SELECT value_counts((17 + i % 4)::text) FROM generate_series(1, 20) AS i) AS c) AS popmon;
SELECT pg_temp.r(statistic) AS "scipy: 2.777778", pg_temp.r(p_value) AS "0.249352", df
	FROM chi_square_test((SELECT value_counts((i % 4 % 3)::text) FROM generate_series(1, 40) AS i),
		(SELECT value_counts((i % 3)::text) FROM generate_series(1, 60) AS i));

-- every test is a row with what was used and left out
SELECT pg_temp.r(statistic) AS statistic, pg_temp.r(p_value) AS p, df, pg_temp.r(effect_size) AS effect, n_reference,
		n_current, unused_reference, unused_current, method
	FROM (SELECT pg_temp.h(1, 2, 3, 4, NULL, 'NaN') AS r, pg_temp.h(2, 3, 9, 9, 9, 'Infinity', '-Infinity', NULL) AS c) AS q,
		LATERAL (SELECT (ks_test(r, c)).* UNION ALL SELECT (wasserstein_test(r, c)).*) AS t;
SELECT pg_temp.r(statistic) AS statistic, pg_temp.r(p_value) AS p, df, pg_temp.r(effect_size) AS effect, n_reference,
		n_current, unused_reference, unused_current, method
	FROM (SELECT pg_temp.v('a', 'a', 'b', 'c', NULL) AS r, pg_temp.v('a', 'd', 'd', NULL, NULL) AS c) AS q,
		LATERAL (SELECT (chi_square_test(r, c)).* UNION ALL SELECT (total_variation_test(r, c)).*) AS t;

-- binning and empty cells, by name
WITH h AS (SELECT (SELECT histogram(power(i, 1.5)) FROM generate_series(1, 100) AS i) AS r,
	(SELECT histogram(power(i, 1.4)) FROM generate_series(11, 80) AS i) AS c)
SELECT bins, pg_temp.r(psi(r, c, bins)) AS psi, pg_temp.r(js_distance(r, c, bins => bins)) AS js,
		pg_temp.r(js_divergence(r, c, bins => bins)) AS js_divergence, pg_temp.r(total_variation(r, c, bins)) AS tv,
		pg_temp.r(l_infinity(r, c, bins)) AS l_infinity, pg_temp.r(hellinger(r, c, bins)) AS hellinger
	FROM h, unnest('{deciles,quantiles:10,quantiles:4,equal_width,equal_width:5,sturges_union,evidently,distinct}'::text[]) AS bins;
WITH h AS (SELECT (SELECT histogram(power(i, 1.5)) FROM generate_series(1, 100) AS i) AS r,
	(SELECT histogram(power(i, 1.4)) FROM generate_series(11, 80) AS i) AS c)
SELECT e, pg_temp.r(psi(r, c, 'deciles', e)) AS psi
	FROM h, unnest('{floor:0.0001,floor:0.01,evidently,add:1e-5,count:1,drop}'::text[]) AS e;
WITH h AS (SELECT pg_temp.h(1, 2, 3, 4, 5, 6, 7, 8, 9) AS r, pg_temp.h(1, 1, 1) AS c)
SELECT psi(r, c) = psi(r, c, 'deciles', 0.0001) AND psi(r, c) = psi(r, c, 'deciles', 'floor:0.0001') AS default_is_floor FROM h;
-- a value that holds most of the reference is seen leaving
SELECT pg_temp.r(psi(r, c)) AS psi, pg_temp.r(total_variation(r, c)) AS tv
	FROM (SELECT (SELECT histogram((i > 95)::int) FROM generate_series(1, 100) AS i) AS r,
		(SELECT histogram((i > 50)::int) FROM generate_series(1, 100) AS i) AS c) AS q;

-- corners: an empty side is NULL, equal single values are 0, different ones as far as can be
WITH pair(name, r, c) AS (VALUES ('empty reference', pg_temp.h(NULL), pg_temp.h(1)), ('empty current', pg_temp.h(1, 2), pg_temp.h('NaN')),
	('equal', pg_temp.h(3, 3), pg_temp.h(3)), ('different', pg_temp.h(3, 3), pg_temp.h(8.5)))
SELECT name, wasserstein_distance(r, c) AS w1, wasserstein_distance_normed(r, c) AS normed, (ks_test(r, c)).statistic AS ks,
		pg_temp.r((ks_test(r, c)).p_value) AS ks_p, pg_temp.r(psi(r, c)) AS psi, js_distance(r, c) AS js, js_divergence(r, c) AS jsd,
		total_variation(r, c) AS tv, l_infinity(r, c) AS linf, hellinger(r, c) AS hellinger
	FROM pair;
WITH pair(name, r, c) AS (VALUES ('empty reference', pg_temp.v(NULL), pg_temp.v('a')), ('empty current', pg_temp.v('a'), pg_temp.v(NULL)),
	('equal', pg_temp.v('a', 'a'), pg_temp.v('a')), ('different', pg_temp.v('a', 'a'), pg_temp.v('b')))
SELECT name, pg_temp.r(psi(r, c)) AS psi, psi(r, c, 'drop') AS psi_drop, js_distance(r, c) AS js, js_divergence(r, c) AS jsd,
		total_variation(r, c) AS tv, l_infinity(r, c) AS linf, hellinger(r, c) AS hellinger,
		pg_temp.r((chi_square_test(r, c)).statistic) AS chi2, (chi_square_test(r, c)).df, pg_temp.r((chi_square_test(r, c)).p_value) AS p
	FROM pair;
SELECT wasserstein_distance(NULL, pg_temp.h(1)), psi(pg_temp.h(1), pg_temp.h(1), NULL), ks_test(NULL, pg_temp.h(1));
SELECT (drift_summary(pg_temp.h(1.7e308), pg_temp.h(-1.7e308))).wasserstein_distance;
SELECT wasserstein_distance(pg_temp.h(1.7e308), pg_temp.h(-1.7e308));
SELECT pg_temp.r(wasserstein_distance(pg_temp.h(1.6e308, -1.6e308), pg_temp.h(-1.6e308, -1.6e308)) / 1e308);

-- one row with everything
SELECT n_reference, n_current, unused_reference AS unused_r, unused_current AS unused_c, pg_temp.r(wasserstein_distance) AS w1,
		pg_temp.r(wasserstein_distance_normed) AS normed, pg_temp.r(ks_statistic) AS ks, pg_temp.r(ks_p_value) AS ks_p,
		pg_temp.r(psi) AS psi, pg_temp.r(js_distance) AS js, pg_temp.r(excess) AS excess, pg_temp.r(null_expectation) AS expected,
		pg_temp.r(null_stddev) AS stddev, pg_temp.r(p_value) AS p
	FROM drift_summary(pg_temp.h(1, 2, 3, 4, 5, 6, NULL), pg_temp.h(4, 5, 6, 7, 'NaN', 'Infinity'));
SELECT n_reference, n_current, unused_reference AS unused_r, unused_current AS unused_c, pg_temp.r(total_variation) AS tv,
		pg_temp.r(l_infinity) AS linf, pg_temp.r(js_distance) AS js, pg_temp.r(psi) AS psi, pg_temp.r(chi_square) AS chi2,
		chi_square_df AS df, pg_temp.r(chi_square_p_value) AS chi2_p, pg_temp.r(hellinger) AS hellinger, pg_temp.r(excess) AS excess,
		pg_temp.r(null_expectation) AS expected, pg_temp.r(null_stddev) AS stddev, pg_temp.r(p_value) AS p, new_count, vanished_count
	FROM drift_summary(pg_temp.v('a', 'a', 'b', 'c', NULL), pg_temp.v('a', 'd', 'd', NULL));
SELECT * FROM drift_summary(pg_temp.h(NULL), pg_temp.h(1, 2, NULL));
SELECT n_reference, n_current, total_variation, excess, p_value, new_count, vanished_count
	FROM drift_summary(pg_temp.v('a'), pg_temp.v(NULL));

-- what is missing as cells of its own: NULL, NaN and both infinities are four different things, and shares are of all rows
SELECT name, pg_temp.r(js_divergence(r, c, missing => 'cell')) AS cell, pg_temp.r(js_divergence(c, r, missing => 'cell')) AS swapped,
		pg_temp.r(js_distance(r, c, missing => 'cell')) AS distance, js_divergence(r, c, missing => 'ignore') = js_divergence(r, c) AS ignored
	FROM (VALUES ('tfdv: 0.137925', pg_temp.h(1, 1, 1, 'NaN'), pg_temp.h(1, 1, 1, 1)), ('same share', pg_temp.h(1, NULL), pg_temp.h(1, 1, NULL, NULL)),
		('NULL, NaN', pg_temp.h(1, NULL), pg_temp.h(1, 'NaN')), ('infinities', pg_temp.h('Infinity', 1), pg_temp.h('-Infinity', 1)),
		('deciles and NULLs', pg_temp.h(1, 2, 3, 4, 5, NULL), pg_temp.h(1, 2, 3, 4, 9, 9, NULL, NULL)),
		('no numbers on a side', pg_temp.h(NULL, NULL), pg_temp.h(1, 2, NULL, NULL)), ('nothing but NULL', pg_temp.h(NULL), pg_temp.h(NULL))) v (name, r, c);
SELECT pg_temp.r(js_divergence(pg_temp.v('a', 'a', 'a', NULL), pg_temp.v('a'), missing => 'cell')) AS "tfdv: 0.137925",
	js_distance(pg_temp.v(NULL), pg_temp.v('a'), missing => 'cell') AS "1", js_distance(pg_temp.v(NULL), pg_temp.v('a')) AS ignored;

-- errors
SELECT js_divergence(pg_temp.h(1), pg_temp.h(1), missing => 'cells');
\echo :SQLSTATE
SELECT js_distance(pg_temp.v('a'), pg_temp.v('a'), missing => '');
SELECT js_distance(two_samples(1, true, 2), missing => 'cell');
\echo :SQLSTATE
SELECT psi(pg_temp.h(1), pg_temp.h(1), 'quantiles:1');
\echo :SQLSTATE
SELECT total_variation(pg_temp.h(1), pg_temp.h(1), 'Deciles');
SELECT psi(pg_temp.h(1), pg_temp.h(1), 'deciles', 'floor:0');
\echo :SQLSTATE
SELECT psi(pg_temp.v('a'), pg_temp.v('a'), 'deciles');
SELECT psi(pg_temp.h(1), pg_temp.h(1), 'deciles', 0);
\echo :SQLSTATE
SELECT psi(pg_temp.v('a'), pg_temp.v('a'), 'NaN'::float8);
SELECT js_distance(pg_temp.v('a'), pg_temp.v('a'), 1);
\echo :SQLSTATE
SELECT js_divergence(pg_temp.h(1), pg_temp.h(1), 'Infinity');
-- arguments are checked on an empty side too
SELECT psi(pg_temp.h(NULL), pg_temp.h(1), 'foo');

-- every function is immutable, strict, parallel safe and described
SELECT p.oid::regprocedure FROM pg_proc AS p
	WHERE p.pronamespace = 'datamon'::regnamespace AND p.prokind = 'f'
		AND p.proname IN ('wasserstein_distance', 'wasserstein_distance_normed', 'ks_test', 'wasserstein_test', 'psi', 'js_divergence',
			'js_distance', 'total_variation', 'l_infinity', 'hellinger', 'drift_summary', 'chi_square_test', 'total_variation_test')
		AND NOT (p.provolatile = 'i' AND p.proisstrict AND p.proparallel = 's' AND obj_description(p.oid, 'pg_proc') IS NOT NULL);
