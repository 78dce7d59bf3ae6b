-- two_samples: distances and tests from rows, from the type and from histograms; corners, errors, plans.
SET search_path = datamon, public;
\pset null '(null)'
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';
CREATE FUNCTION pg_temp.rows(ref float8[], cur float8[], OUT x float8, OUT r boolean) RETURNS SETOF record
	LANGUAGE sql AS 'SELECT v, true FROM unnest(ref) AS v UNION ALL SELECT v, false FROM unnest(cur) AS v';

-- published values: scipy's docstrings, Evidently's and Deepchecks' tests
SELECT wasserstein_distance(x, r) AS "scipy: 5" FROM pg_temp.rows('{0,1,3}', '{5,6,8}');
SELECT pg_temp.r(wasserstein_distance(x, r, w)) AS "scipy: 4.078133" FROM (VALUES (3.4::float8, true, 1.4::float8), (3.9, true, 0.9),
	(7.5, true, 3.1), (7.8, true, 7.2), (4.5, false, 3.2), (1.4, false, 3.5)) AS t(x, r, w);
SELECT energy_distance(x, r) AS "scipy: 2" FROM pg_temp.rows('{0}', '{2}');
SELECT pg_temp.r(energy_distance(x, r, w)) AS "scipy: 0.880033" FROM (VALUES (0.7::float8, true, 2.1::float8), (7.4, true, 4.2),
	(2.4, true, 7.4), (6.8, true, 8), (1.4, false, 7.6), (8, false, 8.8)) AS t(x, r, w);
SELECT pg_temp.r(wasserstein_distance_min_max(two_samples(x, r), 0)) AS "Deepchecks: 0.33", pg_temp.r(wasserstein_distance_min_max(x, r)) AS trimmed
	FROM (SELECT i + 50 * s, s = 0 FROM generate_series(0, 99) AS i, generate_series(0, 1) AS s) AS t(x, r);
CREATE TEMP TABLE evidently AS SELECT * FROM pg_temp.rows('{38.7,41.5,43.8,44.5,45.5,46.0,47.7,58.0}', '{39.2,39.3,39.7,41.4,41.8,42.9,43.3,45.8}');
SELECT pg_temp.r(wasserstein_distance(x, r)) AS "4.1625", pg_temp.r(wasserstein_distance_normed(x, r)) AS "0.781236",
	pg_temp.r((anderson_darling_test(x, r)).p_value) AS "0.0635", pg_temp.r((student_t_test(x, r)).p_value) AS "0.084" FROM evidently;
SELECT pg_temp.r(energy_distance(x, r)) AS "1.9", wasserstein_distance(x, r) AS "5", pg_temp.r(wasserstein_distance_normed(x, r)) AS "0.938422"
	FROM pg_temp.rows('{38.7,41.5,43.8,44.5,45.5,46.0,47.7,58.0}', '{43.7,46.5,48.8,49.5,50.5,51.0,52.7,63.0}');

-- every test is a row with what was used and left out: from rows, from the type, from histograms
CREATE TEMP TABLE mixed AS SELECT * FROM evidently UNION ALL
	VALUES (NULL::float8, true), ('NaN', true), ('Infinity', false), ('-Infinity', false), (NULL, false), (1, NULL);
CREATE TEMP TABLE state AS SELECT two_samples(x, r) AS s, histogram(x) FILTER (WHERE r) AS a, histogram(x) FILTER (WHERE NOT r) AS b FROM mixed;
SELECT n, pg_temp.r((t).statistic) AS statistic, pg_temp.r((t).p_value) AS p, pg_temp.r((t).df) AS df, pg_temp.r((t).effect_size) AS effect,
		(t).n_reference AS n_r, (t).n_current AS n_c, (t).unused_reference AS u_r, (t).unused_current AS u_c, (t).method
	FROM (SELECT 1, ks_test(x, r) FROM mixed UNION ALL SELECT 2, wasserstein_test(x, r) FROM mixed
		UNION ALL SELECT 3, kuiper_test(x, r) FROM mixed UNION ALL SELECT 4, anderson_darling_test(x, r) FROM mixed
		UNION ALL SELECT 5, cramer_von_mises_test(x, r) FROM mixed UNION ALL SELECT 6, mann_whitney_test(x, r) FROM mixed
		UNION ALL SELECT 7, student_t_test(x, r) FROM mixed UNION ALL SELECT 8, welch_t_test(x, r) FROM mixed
		UNION ALL SELECT 9, f_test(x, r) FROM mixed UNION ALL SELECT 10, epps_singleton_test(x, r) FROM mixed) AS q(n, t) ORDER BY n;
SELECT (kuiper_test(s)) = (SELECT kuiper_test(x, r) FROM mixed) AND kuiper_test(s) = kuiper_test(a, b) AS kuiper,
	anderson_darling_test(s) = (SELECT anderson_darling_test(x, r) FROM mixed) AND anderson_darling_test(s) = anderson_darling_test(a, b) AS ad,
	cramer_von_mises_test(s) = cramer_von_mises_test(a, b) AS cvm, mann_whitney_test(s) = mann_whitney_test(a, b) AS mwu,
	student_t_test(s) = student_t_test(a, b) AS student, welch_t_test(s) = welch_t_test(a, b) AS welch, f_test(s) = f_test(a, b) AS f,
	epps_singleton_test(s) = epps_singleton_test(a, b) AS es, ks_test(s) = ks_test(a, b) AS ks, wasserstein_test(s) = wasserstein_test(a, b) AS w1,
	drift_summary(s) = drift_summary(a, b) AS summary, energy_distance(s) = energy_distance(a, b) AS energy FROM state;
SELECT alternative, pg_temp.r((ks_test(s, alternative)).p_value) AS p, (ks_test(s, alternative)).method, ks_test(s, alternative) = ks_test(a, b, alternative) AS same
	FROM state, unnest('{two-sided,less,greater}'::text[]) AS alternative;

-- cells: as an aggregate tells them, as the type, as histograms
CREATE TEMP TABLE told AS SELECT psi(x, r) AS p1, psi(x, r, 'equal_width:4') AS p2, psi(x, r, 'distinct', 'evidently') AS p3, psi(x, r, 'deciles', 0.01) AS p4,
		psi(x, r, 'deciles', 'add:1e-5') AS p5, psi(x, r, 'deciles', 'count:1') AS p6, kl_divergence(x, r) AS k1, kl_divergence(x, r, 'distinct') AS k2,
		kl_divergence(x, r, 'deciles', 'drop') AS k3, kl_divergence(x, r, 'deciles', 'floor:0.001') AS k4, js_distance(x, r) AS j1, js_distance(x, r, 3) AS j2,
		js_distance(x, r, 3, 'distinct') AS j3, js_divergence(x, r) AS d1, js_divergence(x, r, 3) AS d2, js_divergence(x, r, 3, 'distinct') AS d3,
		total_variation(x, r) AS t1, total_variation(x, r, 'quantiles:3') AS t2, l_infinity(x, r) AS l1, l_infinity(x, r, 'quantiles:3') AS l2,
		hellinger(x, r) AS h1, hellinger(x, r, 'quantiles:3') AS h2 FROM mixed;
SELECT p1 = psi(s) AND p1 = psi(a, b) AS psi, p2 = psi(s, 'equal_width:4') AND p2 = psi(a, b, 'equal_width:4') AND p2 <> p1 AS bins,
		p3 = psi(s, 'distinct', 'evidently') AND p3 = psi(a, b, 'distinct', 'evidently') AND p3 <> p1 AS evidently, p4 = psi(s, empty => 0.01) AND p4 = psi(a, b, empty => 0.01) AND p4 <> p1 AS deepchecks,
		p5 = psi(s, 'deciles', 'add:1e-5') AND p5 <> p1 AS popmon, p6 = psi(s, 'deciles', 'count:1') AND p6 <> p5 AS fiddler,
		k1 = kl_divergence(a, b) AND k1 = kl_divergence(s) AND k2 = kl_divergence(s, 'distinct') AND k2 = kl_divergence(a, b, 'distinct') AND k1 <> k2 AS kl,
		k3 = kl_divergence(a, b, 'deciles', 'drop') AND k4 = kl_divergence(s, empty => 'floor:0.001') AND k3 <> k4 AS kl_empty,
		j1 = js_distance(a, b) AND j1 = js_distance(s) AND j2 = js_distance(s, 3) AND j3 = js_distance(a, b, 3, 'distinct') AND j1 <> j2 AND j2 <> j3 AS js,
		d1 = js_divergence(a, b) AND d1 = js_divergence(s) AND d2 = js_divergence(s, 3) AND d3 = js_divergence(a, b, 3, 'distinct') AND d1 <> d2 AND d2 <> d3 AS jsd,
		t1 = total_variation(s) AND t1 = total_variation(a, b) AND t2 = total_variation(s, 'quantiles:3') AND t2 <> t1 AS tv,
		l1 = l_infinity(s) AND l1 = l_infinity(a, b) AND l2 = l_infinity(s, 'quantiles:3') AND l2 <> l1 AS linf,
		h1 = hellinger(s) AND h1 = hellinger(a, b) AND h2 = hellinger(s, 'quantiles:3') AND h2 <> h1 AS hellinger
	FROM told, state;
SELECT pg_temp.r(kl_divergence(a, b, 'distinct')) AS kl, pg_temp.r(kl_divergence(b, a, 'distinct')) AS reverse, pg_temp.r(psi(a, b, 'distinct')) AS psi FROM state;

-- the type: counts, text, weights
SELECT reference_count(s), current_count(s), unused_reference_count(s), unused_current_count(s), unassigned_count(s), is_weighted(s) FROM state;
SELECT two_samples(x, r) FROM (VALUES (2::float8, true), (1, true), (2, true), (-0.0, false), (0, false), ('NaN', false), (NULL, NULL)) AS t(x, r);
SELECT two_samples(x, r, w) FROM (VALUES (2::float8, true, 1::float8), (2, true, 0.5), (1, true, NULL), (0, false, 0), (3, false, 2), (3, false, 2)) AS t(x, r, w);
SELECT two_samples(x, r, 1) = two_samples(x, r) AS "weights of 1 are none", is_weighted(two_samples(x, r, 2)) AS weighted FROM evidently;
SELECT s::text::two_samples = s AS text FROM state;
SELECT wasserstein_distance(two_samples(x, r, 2)) = wasserstein_distance(x, r) AS same FROM evidently;

-- corners: an empty side is NULL, equal single values are 0, different ones as far as can be
WITH c(name, ref, cur) AS (VALUES ('empty reference', '{NULL}'::float8[], '{1}'::float8[]), ('empty current', '{1,2}', '{NaN}'),
	('equal', '{3,3}', '{3}'), ('different', '{3,3}', '{8.5}'), ('one each', '{1}', '{2}'), ('constants', '{3,3,3,3,3}', '{4,4,4,4,4,4}'))
SELECT name, wasserstein_distance(x, r) AS w1, pg_temp.r(wasserstein_distance_normed(x, r)) AS normed, wasserstein_distance_min_max(x, r) AS min_max,
		pg_temp.r(energy_distance(x, r)) AS energy, pg_temp.r(psi(x, r)) AS psi, (ks_test(x, r)).statistic AS ks, pg_temp.r((anderson_darling_test(x, r)).statistic) AS ad,
		pg_temp.r((cramer_von_mises_test(x, r)).statistic) AS cvm, pg_temp.r((mann_whitney_test(x, r)).p_value) AS mwu_p, (welch_t_test(x, r)).statistic AS welch,
		(student_t_test(x, r)).p_value AS student_p, (f_test(x, r)).statistic AS f, (epps_singleton_test(x, r)).statistic AS es, (kuiper_test(x, r)).statistic AS kuiper
	FROM c, LATERAL pg_temp.rows(ref, cur) GROUP BY name ORDER BY name;
SELECT ks_test(x, r) AS nothing, wasserstein_distance(x, r), two_samples(x, r) FROM mixed WHERE false;
SELECT mann_whitney_test(x, r) AS "no side" FROM mixed WHERE r IS NULL;
SELECT (cramer_von_mises_test(x, r)).p_value AS "one value" FROM (SELECT 5, i <= 17 FROM generate_series(1, 207) AS i) AS t(x, r);

-- many rows
CREATE TEMP TABLE many AS SELECT (i * 7919::bigint % 10007) * sin(i) + 500 * (i % 2) AS x, i % 2 = 0 AS r FROM generate_series(1, 40000) AS i;
SELECT abs(wasserstein_distance(x, r) / wasserstein_distance(two_samples(x, r)) - 1) < 1e-14 AS sorted_or_not, reference_count(two_samples(x, r)) AS n,
	two_samples(x, r) = two_samples(x, r ORDER BY x DESC) AS any_order, wasserstein_distance(x, r) = wasserstein_distance(x, r ORDER BY x) AS to_the_bit FROM many;
SELECT abs(wasserstein_distance(x, r, 3) / wasserstein_distance(x, r) - 1) < 1e-12 AS weights, current_count(two_samples(x, r, 3)) AS n FROM many;
SELECT (kuiper_test(a, b)).method, (student_t_test(a, b)).method, abs((mann_whitney_test(a, b)).effect_size - (SELECT (mann_whitney_test(x, r)).effect_size FROM many)) < 0.01 AS near,
		abs(energy_distance(a, b) / (SELECT energy_distance(x, r) FROM many) - 1) < 0.1 AS energy
	FROM (SELECT histogram(x, 1024) FILTER (WHERE r) AS a, histogram(x, 1024) FILTER (WHERE NOT r) AS b FROM many) AS h;

-- a window's frames grow, a large state with them
SELECT count(*), count(*) FILTER (WHERE w IS NOT NULL) AS some, max(n) AS n FROM (SELECT wasserstein_distance(x, r) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS w,
	reference_count(two_samples(x, r) OVER (ORDER BY i)) + current_count(two_samples(x, r) OVER (ORDER BY i)) AS n FROM (SELECT i, i * 7919 % 1000 AS x, i % 2 = 0 AS r FROM generate_series(1, 1500) AS i) AS t) AS q;
SELECT count(*), max(n) FROM (SELECT current_count(two_samples(x, r) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS n FROM many LIMIT 2) AS q;

-- errors, with hints
\set VERBOSITY verbose
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.fails(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text; detail text; hint text;
BEGIN
	EXECUTE query;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE, message, nullif(detail, ''), nullif(hint, ''));
END $$;
SELECT pg_temp.fails(q) FROM unnest(ARRAY[
	'SELECT wasserstein_distance(x, r, -1) FROM evidently',
	'SELECT wasserstein_distance(x, r, ''NaN'') FROM evidently',
	'SELECT energy_distance(NULL, r, ''Infinity'') FROM evidently',
	'SELECT ks_test(two_samples(x, r, 2)) FROM evidently',
	'SELECT welch_t_test(two_samples(x, r, x)) FROM evidently',
	'SELECT psi(x, r, ''octiles'') FROM evidently',
	'SELECT psi(x, r, NULL::text) FROM evidently',
	'SELECT psi(x, r, ''a word far too long for any rule'') FROM evidently',
	'SELECT psi(x, r, ''deciles'', ''none'') FROM evidently',
	'SELECT psi(x, r, ''deciles'', 0) FROM evidently',
	'SELECT psi(x, r, ''deciles'', 2) FROM evidently',
	'SELECT psi(x, r, CASE WHEN r THEN ''deciles'' ELSE ''distinct'' END) FROM evidently',
	'SELECT js_distance(x, r, 1) FROM evidently',
	'SELECT js_distance(x, r, -2) FROM evidently',
	'SELECT ks_test(two_samples(x, r), ''both'') FROM evidently',
	'SELECT wasserstein_distance_min_max(two_samples(x, r), 0.5) FROM evidently',
	'SELECT _two_samples_trans(NULL, 1, true)',
	'SELECT ''{"weighted":false}''::two_samples',
	'SELECT ''{"weighted":false,"unassigned":0,"reference":{"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[2,1]},"current":{"n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[]}}''::two_samples',
	'SELECT ''{"weighted":false,"unassigned":0,"reference":{"n":2,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[2,1]},"current":{"n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[]}}''::two_samples',
	'SELECT ''{"weighted":true,"unassigned":0,"reference":{"n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[2],"weights":[1]},"current":{"n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[],"weights":[]}}''::two_samples',
	'SELECT s + s FROM (SELECT ''{"weighted":false,"unassigned":0,"reference":{"n":9000000000,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[2],"counts":[9000000000]},"current":{"n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"values":[]}}''::two_samples) AS t(s)'
	]) AS q;

-- one scan and one state serve several aggregates; parallel and partition-wise plans give the same bytes
CREATE TABLE ts_rows (g int, x float8, r boolean, w float8) PARTITION BY LIST (g);
CREATE TABLE ts_rows_0 PARTITION OF ts_rows FOR VALUES IN (0);
CREATE TABLE ts_rows_1 PARTITION OF ts_rows FOR VALUES IN (1);
CREATE TABLE ts_rows_2 PARTITION OF ts_rows FOR VALUES IN (2);	-- stays empty
INSERT INTO ts_rows SELECT i % 2, nullif(i * 7919 % 10007, 7) / 8.0, nullif(i % 5, 4) < 2, nullif(i % 3, 0) FROM generate_series(1, 60000) AS i;
ANALYZE ts_rows;
CREATE FUNCTION pg_temp.plan_has(query text, what text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		IF line ~ what THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;
\set whole 'SELECT two_samples(x, r) AS a, two_samples(x, r, w) AS b, wasserstein_distance(x, r) AS c, psi(x, r, \'distinct\', \'add:1e-5\') AS d, mann_whitney_test(x, r) AS e, two_samples(x, r) FILTER (WHERE false) AS f FROM ts_rows'
\set grouped 'SELECT r AS k, two_samples(x, g = 0) AS a, wasserstein_distance(x, g = 0) AS b FROM ts_rows GROUP BY r'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE ts_serial AS :whole;
CREATE TABLE ts_grouped AS :grouped;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial, pg_temp.plan_has(:'grouped', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f IS NULL AS f FROM ts_serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a), bool_and(p.b = s.b) FROM ts_grouped s JOIN (:grouped) p ON p.k IS NOT DISTINCT FROM s.k;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f IS NULL AS f FROM ts_serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a), bool_and(p.b = s.b) FROM ts_grouped s JOIN (:grouped) p ON p.k IS NOT DISTINCT FROM s.k;
RESET ALL;
SET search_path = datamon, public;
SELECT count(*) AS groups, sum(current_count(s)) AS rows FROM (SELECT two_samples(i, i % 2 = 0) AS s FROM generate_series(1, 100000) AS i GROUP BY i % 20000) AS g;
DROP TABLE ts_rows, ts_serial, ts_grouped;
