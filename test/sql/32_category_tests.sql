-- Tests on categories and proportions: published values, what is undefined, errors.
SET search_path = datamon, public;
\pset null NULL
-- numeric has no infinity before 14
CREATE FUNCTION pg_temp.r(v float8) RETURNS text LANGUAGE sql AS
	$$ SELECT CASE WHEN abs(v) = 'Infinity' THEN v::text ELSE round(v::numeric, 6)::text END $$;
CREATE FUNCTION pg_temp.r(t test_result) RETURNS text LANGUAGE sql AS
	$$ SELECT concat_ws(' ', coalesce(pg_temp.r(t.statistic)::text, '-'), coalesce(pg_temp.r(t.p_value)::text, '-'), coalesce(t.df::text, '-'),
		coalesce(pg_temp.r(t.effect_size)::text, '-'), coalesce(t.n_reference::text, '-'), t.n_current, coalesce(t.unused_reference::text, '-'),
		t.unused_current, t.method) $$;
-- 'a5 b5 c8' as value_counts
CREATE FUNCTION pg_temp.vc(words text) RETURNS value_counts LANGUAGE sql AS
	$$ SELECT value_counts(nullif(substr(w, 1, 1), '-')) FROM unnest(string_to_array(words, ' ')) w, generate_series(1, substr(w, 2)::int) $$;

-- evidently test_stattests.py: chi-square p 0.67309 (statistic 3.1746), G-test p 0.8176; whylogs#491: 125.7796
SELECT pg_temp.r(chi_square_gof_test(pg_temp.vc('a16 b18 c16 d14 e12 f12'), pg_temp.vc('a16 b16 c16 d16 e16 f8')));
SELECT pg_temp.r(g_gof_test(pg_temp.vc('a5 b5 c8'), pg_temp.vc('a4 b6 c8')));
SELECT pg_temp.r(chi_square_gof_test(pg_temp.vc('g130 b370'), pg_temp.vc('g240 b260')));
-- the same of two samples, each of them uncertain
SELECT pg_temp.r(chi_square_test(pg_temp.vc('a16 b18 c16 d14 e12 f12'), pg_temp.vc('a16 b16 c16 d16 e16 f8')));
SELECT pg_temp.r(g_test(pg_temp.vc('a5 b5 c8'), pg_temp.vc('a4 b6 c8')));
SELECT pg_temp.r(chi_square_test(pg_temp.vc('a20 b5'), pg_temp.vc('a10 b15'))) AS plain,
	pg_temp.r(chi_square_test(pg_temp.vc('a20 b5'), pg_temp.vc('a10 b15'), correction => true)) AS yates;
SELECT pg_temp.r(g_test(pg_temp.vc('a20 b5'), pg_temp.vc('a10 b15'), correction => true)) AS yates;

-- a value that is new in current: goodness of fit is undefined and says so, where evidently has infinity; two samples are finite
SELECT pg_temp.r(chi_square_gof_test(pg_temp.vc('a5 b5'), pg_temp.vc('a4 b5 c1')));
SELECT pg_temp.r(g_gof_test(pg_temp.vc('a5 b5'), pg_temp.vc('a4 b5 c1')));
SELECT pg_temp.r(chi_square_test(pg_temp.vc('a5 b5'), pg_temp.vc('a4 b5 c1')));
-- one that has vanished counts 0
SELECT pg_temp.r(chi_square_gof_test(pg_temp.vc('a5 b5'), pg_temp.vc('a9')));
SELECT pg_temp.r(g_gof_test(pg_temp.vc('a5 b5'), pg_temp.vc('a9')));

-- evidently test_stattests.py: Fisher .033 .181 1 1 .0021 .00078
SELECT pg_temp.r(fisher_exact_test(pg_temp.vc(r), pg_temp.vc(c))) FROM (VALUES ('a45 b45', 'a30 b60'), ('a3 b3', 'a6'), ('a6', 'a6'),
	('a2 b4', 'a2 b4'), ('a6', 'b6'), ('a90 b60', 'a60 b90')) t (r, c);
-- scipy fisher_exact: 0.0349...; R fisher.test: job satisfaction 0.7827, tea 0.2429
SELECT pg_temp.r(fisher_exact_test(ARRAY[[8,2],[1,5]]));
SELECT pg_temp.r(fisher_exact_test(ARRAY[[1,2,1,0],[3,3,6,1],[10,10,14,9],[6,7,12,11]]));
SELECT alternative, pg_temp.r(fisher_exact_test(ARRAY[[3,1],[1,3]], alternative)) FROM unnest('{two-sided,less,greater}'::text[]) alternative;
-- three values: one alternative only; rows and columns without counts do not count
SELECT pg_temp.r(fisher_exact_test(ARRAY[[8,2,0],[1,5,0],[0,0,0]], 'less'));
SELECT pg_temp.r(fisher_exact_test(pg_temp.vc('a5 b2 c1'), pg_temp.vc('a1 b2 c4')));
SELECT fisher_exact_test(pg_temp.vc('a5 b2 c1'), pg_temp.vc('a1 b2 c4'), 'less');
SELECT fisher_exact_test(ARRAY[[1000000,1,1],[1,1,1]]);
-- what takes long can be cancelled
SET statement_timeout = 100;
SELECT fisher_exact_test(ARRAY[[300,120,220,250,100,40,90,140],[240,110,270,220,80,90,20,170],[200,130,170,200,140,80,70,100]]);
RESET statement_timeout;
SELECT fisher_exact_test(ARRAY[[1,2],[3,4]], 'both');

-- scipy chi2_contingency: 2.7778 0.2494; G 2.7689 0.2505
SELECT pg_temp.r(chi_square_contingency(ARRAY[[10,10,20],[20,20,20]])) AS chi, pg_temp.r(g_test(ARRAY[[10,10,20],[20,20,20]])) AS g;
SELECT pg_temp.r(chi_square_contingency(ARRAY[[10,20],[15,5],[7,7]])) AS "three samples",
	pg_temp.r(chi_square_contingency(ARRAY[[20,5],[10,15]], correction => true)) AS yates;
SELECT pg_temp.r(chi_square_contingency(t)) FROM (VALUES ('{}'::bigint[]), ('{{3,4}}'), ('{{0,0},{3,4}}'), ('{{3},{4}}'), ('{{0,0},{0,0}}')) v (t);
SELECT chi_square_contingency('{1,2}'::bigint[]);
SELECT chi_square_contingency('{{1,2},{3,-4}}'::bigint[]);
SELECT chi_square_contingency('{{1,2},{3,NULL}}'::bigint[]);
SELECT chi_square_contingency('{{9223372036854775807,9223372036854775807}}'::bigint[]);
-- scipy chisquare: 2.0 0.8491; 3.5 0.6234
SELECT pg_temp.r(chi_square_gof_test(ARRAY[16,18,16,14,12,12])) AS equal,
	pg_temp.r(chi_square_gof_test(ARRAY[16,18,16,14,12,12], '{16,16,16,16,16,8}')) AS given,
	pg_temp.r(chi_square_gof_test(ARRAY[16,18,16,14,12,12], '{2,2,2,2,2,1}')) AS shares;
SELECT pg_temp.r(chi_square_gof_test(ARRAY[3,4], '{7,0}')) AS unexpected, pg_temp.r(chi_square_gof_test(ARRAY[0,0])) AS nothing,
	chi_square_gof_test(NULL::bigint[]) AS "null";
SELECT chi_square_gof_test(ARRAY[3,4], '{1}');
SELECT chi_square_gof_test(ARRAY[3,4], '{1,NaN}');

-- deepchecks drift_test.py: .21 .30 1 0 .228; uncorrected beside it
SELECT pg_temp.r(cramers_v(pg_temp.vc(r), pg_temp.vc(c), bias_correction => true)) AS deepchecks, pg_temp.r(cramers_v(pg_temp.vc(r), pg_temp.vc(c))) AS v
	FROM (VALUES ('a200 b800', 'a400 b600'), ('a200 b800 n100', 'a400 b600'), ('a1000', 'b1000'), ('a1000', 'a1000'),
		('a200 b800 c10 d10', 'a400 b620'), ('a1', 'b1')) t (r, c);
SELECT pg_temp.r(cramers_v(ARRAY[[200,800],[400,600]])) AS v, pg_temp.r(cramers_v(ARRAY[[200,800],[400,600]], true)) AS bergsma,
	pg_temp.r(cramers_v(ARRAY[[200,800],[400,600]], true, true)) AS "bergsma, yates", cramers_v(ARRAY[[0,0],[1,2]]) AS empty;

-- popmon test_comparisons.py: PSI 1.6999280, with epsilon 1.699815077214137; KL .90105 (cut) and .79875, without epsilon .9011346 .7987934
SELECT pg_temp.r(psi(r, c, 'drop')) AS psi, round(psi(r, c, 'popmon')::numeric, 13) AS popmon, pg_temp.r(kl_divergence(c, r, 'popmon')) AS ".90105",
	pg_temp.r(kl_divergence(r, c, 'popmon')) AS ".79875", pg_temp.r(kl_divergence(c, r)) AS ".901135", pg_temp.r(kl_divergence(r, c)) AS ".798793",
	pg_temp.r(kl_divergence(r, c, base => 2)) AS bits
	FROM (SELECT pg_temp.vc('a85 b5 c5 d5') AS r, pg_temp.vc('a25 b25 c25 d25') AS c OFFSET 0) q;
-- names of conventions are those of their numbers; deepchecks pools what is rare in the reference
SELECT psi(r, c, 'popmon') = psi(r, c, 'add:1e-5') AS popmon, psi(r, c, 'fiddler') = psi(r, c, 'count:1') AS fiddler,
	pg_temp.r(psi(r, c, 'deepchecks')) AS deepchecks, pg_temp.r(psi(pg_temp.vc('a150 b50 o2'), pg_temp.vc('a120 b60 o20'), 'floor:0.01')) AS pooled
	FROM (SELECT pg_temp.vc('a150 b50 c1 d1') AS r, pg_temp.vc('a120 b60 c10 e10') AS c OFFSET 0) q;
SELECT psi(pg_temp.vc('a1'), pg_temp.vc('a1'), 'whylogs');
SELECT kl_divergence(pg_temp.vc('a1'), pg_temp.vc('a1'), base => 1);
-- PSI / (1/n + 1/m) is chi-square with 3 df: 84.9964
SELECT pg_temp.r(psi_test(r, c)) AS counts, (psi_test(r, c)).p_value::real AS p FROM (SELECT pg_temp.vc('a85 b5 c5 d5') AS r, pg_temp.vc('a25 b25 c25 d25') AS c OFFSET 0) q;
SELECT pg_temp.r(psi_test(h, h2)) AS deciles, pg_temp.r(psi_test(h, h2, 'equal_width:4', 'evidently')) AS four, pg_temp.r(kl_divergence(h, h2)) AS kl,
	pg_temp.r(kl_divergence(h, h2, 'evidently', 'evidently', 2)) AS bits
	FROM (SELECT histogram(x) AS h, histogram(x + 10) AS h2 FROM generate_series(1, 100) x) q;
SELECT (psi_test(histogram(x), histogram(x) FILTER (WHERE x < 0))).* FROM generate_series(1, 100) x;

-- scipy binomtest: 0.184061; R binom.test: 0.3825; the mean itself, nothing, impossible
SELECT pg_temp.r(binomial_test(3, 15, 0.1, 'greater')) AS scipy, pg_temp.r(binomial_test(682, 925, 0.75)) AS r;
SELECT pg_temp.r(binomial_test(k, n, p)) FROM (VALUES (5, 10, 0.5), (0, 0, 0.5), (1, 3, 0), (0, 3, 0), (3, 3, 1), (2, 3, 1)) t (k, n, p);
SELECT binomial_test(4, 3);
SELECT binomial_test(-1, 3);
SELECT binomial_test(1, 3, 1.5);
SELECT binomial_test(1, 3, 0.5, 'lesser');
-- scipy proportion_ci: 0.0581917 0.2673960
SELECT pg_temp.r(low) AS low, pg_temp.r(high) AS high FROM binomial_ci(7, 50);
SELECT method, k, pg_temp.r(low) AS low, pg_temp.r(high) AS high
	FROM unnest('{normal,wilson,wilsoncc,beta,agresti_coull,jeffreys}'::text[]) WITH ORDINALITY m (method, i), unnest('{0,7,50}'::int[]) k,
		LATERAL proportion_confint(k, 50, method => method) ORDER BY i, k;
SELECT binomial_ci(7, 50, 0.5) = proportion_confint(7, 50, 0.5, method => 'beta') AS same, proportion_confint(0, 0) AS nothing, binomial_ci(NULL, 3) AS "null";
SELECT binomial_ci(7, 50, 95);
SELECT proportion_confint(7, 50, 0);
SELECT proportion_confint(7, 50, method => 'wald');

-- statsmodels proportions_ztest: p 0.159
SELECT pg_temp.r(proportions_ztest(5, 83, 12, 99)) AS "two-sided", pg_temp.r(proportions_ztest(5, 83, 12, 99, 'less')) AS less;
-- evidently test_stattests.py: p 1 for equal shares; all alike and an empty side are undefined
SELECT pg_temp.r(proportions_ztest(k, 10, l, m)) FROM (VALUES (5, 5, 10), (10, 10, 10), (5, 0, 0)) t (k, l, m);
SELECT pg_temp.r(proportions_ztest(value = 'b', is_reference)) AS rows, pg_temp.r(proportions_ztest(two_counts(value, is_reference), 'b')) AS counts,
	pg_temp.r(proportions_ztest(two_counts(value, is_reference), 'never')) AS never
	FROM (SELECT CASE WHEN i % 7 < 3 THEN 'b' WHEN i % 11 > 0 THEN 'a' END AS value, i % 3 = 0 AS is_reference FROM generate_series(1, 100) i) q;

-- an empty side, two, nothing at all
CREATE FUNCTION pg_temp.r(list text) RETURNS text LANGUAGE sql AS
	$$ SELECT string_agg(CASE WHEN e = '' THEN '-' ELSE round(e::numeric, 6)::text END, ' ' ORDER BY i)
		FROM unnest(string_to_array(btrim(list, '()'), ',')) WITH ORDINALITY t (e, i) $$;
CREATE TEMP TABLE rows (v text, f boolean);
CREATE FUNCTION pg_temp.all_tests() RETURNS TABLE (name text, result text) LANGUAGE sql AS $$
	SELECT t.* FROM (SELECT chi_square_test(v, f) AS a, g_test(v, f) AS b, chi_square_gof_test(v, f) AS c, g_gof_test(v, f) AS d, fisher_exact_test(v, f) AS e,
			psi_test(v, f) AS f, total_variation_test(v, f) AS g, concat_ws(',', cramers_v(v, f), kl_divergence(v, f), psi(v, f), js_divergence(v, f),
				js_distance(v, f), total_variation(v, f), l_infinity(v, f), hellinger(v, f)) AS h, drift_summary(v, f) AS i, two_counts(v, f) AS j FROM rows) s,
		LATERAL (VALUES ('chi_square', pg_temp.r(a)), ('g', pg_temp.r(b)), ('chi_square_gof', pg_temp.r(c)), ('g_gof', pg_temp.r(d)), ('fisher', pg_temp.r(e)),
			('psi', pg_temp.r(f)), ('total_variation', pg_temp.r(g)), ('numbers', pg_temp.r(h)), ('summary', pg_temp.r(i::text)), ('counts', j::text)) t (name, result) $$;
SELECT * FROM pg_temp.all_tests();
INSERT INTO rows VALUES ('a', NULL), (NULL, NULL), (NULL, true);
SELECT * FROM pg_temp.all_tests();
INSERT INTO rows VALUES ('a', true), ('b', true), (NULL, false);
SELECT * FROM pg_temp.all_tests();
INSERT INTO rows VALUES ('a', false), ('a', false);
SELECT * FROM pg_temp.all_tests();

-- two_counts: weights, booleans, its parts, text and binary, sums
SELECT two_counts(v, f, n) FROM (VALUES ('a', true, 3::bigint), ('b', true, 0), ('a', false, 2), (NULL, false, 4), ('c', false, NULL), ('c', NULL, 7)) t (v, f, n);
SELECT two_counts(i % 3 = 0, i % 2 = 0) FROM generate_series(1, 12) i;
SELECT two_counts(v, true, -1) FROM (VALUES ('a')) t (v);
SELECT two_counts(v, true, 9223372036854775807) FROM (VALUES ('a'), ('b')) t (v);
SELECT count(t), unused_count(t), unflagged_count(t), reference_counts(t), current_counts(t), t = two_counts(reference_counts(t), current_counts(t)) AS same,
	t = t::text::two_counts AS text, t + t FROM (SELECT two_counts(v, f) AS t FROM rows) q;
SELECT chi_square_test(two_counts(pg_temp.vc('a20 b5'), pg_temp.vc('a10 b15')), true) = chi_square_test(pg_temp.vc('a20 b5'), pg_temp.vc('a10 b15'), true) AS same,
	two_counts(NULL, pg_temp.vc('a1')) AS "null";
SELECT '{"unflagged":0,"reference":{"n":1,"nulls":0,"limit":9,"counts":{"a":1}}}'::two_counts;
SELECT '{"unflagged":-1,"reference":{"n":1,"nulls":0,"limit":9,"counts":{"a":1}},"current":{"n":0,"nulls":0,"limit":9,"counts":{}}}'::two_counts;
SELECT '{"unflagged":0,"reference":{"n":2,"nulls":0,"limit":9,"counts":{"a":1}},"current":{"n":0,"nulls":0,"limit":9,"counts":{}}}'::two_counts;
-- more values than the limit: hashed, and the method says so
SELECT (t).method, (t).df < 1000 AS coarser FROM (SELECT chi_square_test(value_counts(i::text), value_counts((i + 5)::text)) AS t FROM generate_series(1, 1500) i) q;
SELECT (t).method, (t).df FROM (SELECT g_test((i / 2 + i % 2 * 5)::text, i % 2 = 0) AS t FROM generate_series(0, 2999) i) q;
