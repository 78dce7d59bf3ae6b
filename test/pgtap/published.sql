-- Numbers that others have printed, from the data they printed them for: as many digits as there are. The source of each is
-- in its name: a repository and file, an issue, or a paper. "want" is right to half a unit of its last digit, unless a
-- tolerance says how it was printed. Larger data and files that may be absent: published_shared.sql.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(165);

CREATE TEMP TABLE figure (no serial, source text, name text, got float8, want numeric, tolerance float8);

-- One line for each annotator, one character for each item; a point is a missing rating.
CREATE FUNCTION pg_temp.ratings(VARIADIC lines text[]) RETURNS TABLE (item int, annotator int, value int) LANGUAGE sql AS $$
	SELECT i::int, a::int, nullif(substr(line, i, 1), '.')::int
	FROM unnest(lines) WITH ORDINALITY l (line, a), generate_series(1, length(line)) i
$$;
-- A table of counts as rows.
CREATE FUNCTION pg_temp.cells(counts int[]) RETURNS TABLE (a int, b int) LANGUAGE sql AS $$
	SELECT i, j FROM generate_subscripts(counts, 1) i, generate_subscripts(counts, 2) j, generate_series(1, counts[i][j])
$$;
-- Counts of categories 1, 2, ... on both sides.
CREATE FUNCTION pg_temp.counted(reference bigint[], current bigint[]) RETURNS two_counts LANGUAGE sql AS $$
	SELECT two_counts(category::text, side, n)
	FROM unnest(reference, current) WITH ORDINALITY u (r, c, category), LATERAL (VALUES (true, r), (false, c)) s (side, n)
$$;
CREATE FUNCTION pg_temp.numbers(reference float8[], current float8[]) RETURNS two_samples LANGUAGE sql AS $$
	SELECT two_samples(x, side)
	FROM (SELECT unnest(reference) AS x, true AS side UNION ALL SELECT unnest(current), false) s
$$;
CREATE FUNCTION pg_temp.weighted(reference float8[], current float8[], reference_weights float8[], current_weights float8[])
	RETURNS two_samples LANGUAGE sql AS $$
	SELECT two_samples(x, side, w) FROM (SELECT true AS side, x, w FROM unnest(reference, reference_weights) u (x, w)
		UNION ALL SELECT false, x, w FROM unnest(current, current_weights) u (x, w)) s
$$;
-- Values 1, 2, ... so many times each.
CREATE FUNCTION pg_temp.repeated(counts int[]) RETURNS float8[] LANGUAGE sql AS $$
	SELECT array_agg(i) FROM unnest(counts) WITH ORDINALITY u (n, i), generate_series(1, n)
$$;

-- AGREEMENT

-- Fleiss 1971: 30 patients, 6 psychiatrists, 5 diagnoses; of a patient only the counts are known, so a column is no one psychiatrist.
CREATE TEMP TABLE diagnoses AS
SELECT item, d::int AS value FROM unnest('{444444,222555,233335,555555,222444,113333,333355,113334,114444,555555,144444,124444,222333,144444,
	224445,333335,111455,111112,224444,133555,555555,244444,224555,114444,144445,222224,111155,224444,133333,555555}'::text[])
	WITH ORDINALITY u (line, item), regexp_split_to_table(line, '') d;
INSERT INTO figure (source, name, got, want)
SELECT 'statsmodels:statsmodels/stats/tests/test_inter_rater.py test_fleiss_kappa_irr', v.*
FROM (SELECT agreement(agreement_state(item, value), 'fleiss') AS a FROM diagnoses) q,
	LATERAL (VALUES ('Fleiss'' kappa', (a).value, 0.4302445), ('z as R irr', (a).statistic, 17.65183)) v;
INSERT INTO figure (source, name, got, want)
SELECT 'Fleiss, Psychological Bulletin 76 (1971)', v.*
FROM (SELECT agreement_state(item, value) AS s FROM diagnoses) q, LATERAL (VALUES ('mean agreement', percent_agreement(s), 0.5556),
	('kappa', fleiss_kappa(s), 0.430)) v
UNION ALL
SELECT 'statsmodels test_inter_rater.py test_aggregate_raters', 'ratings of diagnosis ' || value, sum(r.count)::float8,
	('{26,26,30,55,43}'::int[])[value::int]
FROM (SELECT agreement_state(item, value) AS s FROM diagnoses) q, LATERAL ratings(s) r GROUP BY value ORDER BY 1, 2;

INSERT INTO figure (source, name, got, want, tolerance)
SELECT 'statsmodels test_inter_rater.py table0 (Wikipedia)', 'Fleiss'' kappa of 14 raters', fleiss_kappa(a, b), 0.210, NULL
FROM pg_temp.cells('{{0,0,0,0,14},{0,2,6,4,2},{0,0,3,5,6},{0,3,9,2,0},{2,2,8,1,1},{7,7,0,0,0},{3,2,6,3,0},{2,5,3,2,2},{6,5,2,1,0},{0,2,2,3,7}}')
UNION ALL
SELECT 'statsmodels test_inter_rater.py test_fleis_randolph', t.name || ' ' || v.measure, v.got, CASE v.measure WHEN 'Fleiss' THEN t.fleiss ELSE t.randolph END, 6e-6
FROM (VALUES ('{{7,1},{3,5}}'::int[], '[[7,1],[3,5]]', 0.161905, 0.214286), ('{{6,1,0},{0,7,0}}', '[[6,1,0],[0,7,0]]', 0.708333, 0.785714),
	('{{7,0},{0,7}}', '[[7,0],[0,7]]', 1, 1)) t (counts, name, fleiss, randolph),
	LATERAL (SELECT agreement_state(a, b) AS s FROM pg_temp.cells(counts)) q,
	LATERAL (VALUES ('Fleiss', fleiss_kappa(s)), ('Randolph', randolph_kappa(s, (SELECT array_agg(i::text) FROM generate_series(1, array_length(counts, 2)) i)))) v (measure, got);
-- [[6.99,.01],[6.99,.01]] of the same test, -0.166667 and 0.993343: here counts are rows, so whole numbers.
-- [[7,0],[7,0]] (statsmodels#4387): Fleiss is 0/0, so NULL with a reason; Randolph's kappa is 1 once it is told of the other category.
INSERT INTO figure (source, name, got, want)
SELECT 'statsmodels test_inter_rater.py test_fleis_randolph', 'one category, Randolph', randolph_kappa(agreement_state(a, b), '{1,2}'), 1
FROM pg_temp.cells('{{7,0},{7,0}}');
SELECT is(((a).value, (a).reason, (a).observed_agreement)::text, '(,"only one category was used",1)', 'statsmodels#4387: one category only, Fleiss'' kappa is NULL')
FROM (SELECT agreement(agreement_state(a, b), 'fleiss') AS a FROM pg_temp.cells('{{7,0},{7,0}}')) q;

INSERT INTO figure (source, name, got, want)
SELECT 'statsmodels test_inter_rater.py, SAS printout', coalesce(weights, 'simple') || ' kappa: ' || v.name, v.got, v.want[1 + (weights IS NOT NULL)::int]
FROM (SELECT agreement_pairs(a, b) AS s FROM pg_temp.cells('{{0,4,1},{0,8,0},{0,1,5}}')) q, (VALUES (NULL), ('linear')) w (weights),
	LATERAL agreement(s, 'cohen', weights => w.weights) a,
	LATERAL (VALUES ('value', a.value, '{0.4842,0.4701}'::numeric[]), ('ASE', a.standard_error, '{0.1380,0.1457}'), ('lower limit', a.ci_low, '{0.2137,0.1845}'),
		('upper limit', a.ci_high, '{0.7547,0.7558}'), ('ASE under H0', a.null_standard_error, '{0.1484,0.1426}'), ('Z', a.statistic, '{3.2626,3.2971}'),
		('one-sided p', a.p_value / 2, '{0.0006,0.0005}'), ('two-sided p', a.p_value, '{0.0011,0.0010}')) v (name, got, want);

-- R irr's "anxiety". For raters 2 and 3 irr leaves out the level that neither uses; its vectors of weights go by distance of levels.
CREATE TEMP TABLE anxiety AS SELECT * FROM pg_temp.ratings('33345523522615221243', '36462424332333221334', '21443216111233113322');
CREATE FUNCTION pg_temp.steps(weights int[]) RETURNS float8[] LANGUAGE sql AS $$
	SELECT array_agg(line ORDER BY i) FROM (SELECT i, array_agg(weights[1 + abs(i - j)]::float8 ORDER BY j) AS line
		FROM generate_subscripts(weights, 1) i, generate_subscripts(weights, 1) j GROUP BY i) q
$$;
INSERT INTO figure (source, name, got, want)
SELECT 'statsmodels test_inter_rater.py test_cohens_kappa_irr', c.name || v.name, v.got, v.want
FROM (SELECT agreement_state(item, annotator, value) AS s FROM anxiety) q,
	(VALUES ('raters 2,3', '{2,3}'::text[], NULL, NULL::text[], NULL::int[], -0.006289308, -0.0604067, 0.9518317),
		('raters 2,3 linear', '{2,3}', 'linear', NULL, NULL, 0.1459075, 1.282472, 0.1996772),
		('raters 2,3 squared', '{2,3}', 'quadratic', NULL, NULL, 0.2520325, 1.437451, 0.1505898),
		('raters 2,3 (0,0,1,1,2)', '{2,3}', NULL, '{1,2,3,4,6}', '{0,0,1,1,2}', 0.2391304, 1.223734, 0.2210526),
		('raters 1,2 (0,0,0,1,1,1)', '{1,2}', NULL, '{1,2,3,4,5,6}', '{0,0,0,1,1,1}', 0.1891892, 0.5079002, 0.6115233),
		('raters 1,2 (0,0,1,1,2,2)', '{1,2}', NULL, '{1,2,3,4,5,6}', '{0,0,1,1,2,2}', 0.2820513, 1.257410, 0.2086053))
		c (name, annotators, weights, labels, steps, kappa, z, p),
	LATERAL agreement(s, 'cohen', weights => c.weights, labels => c.labels, costs => pg_temp.steps(c.steps), annotators => c.annotators) a,
	LATERAL (VALUES (': kappa', a.value, c.kappa), (': z', a.statistic, c.z), (': p', a.p_value, c.p)) v (name, got, want);

INSERT INTO figure (source, name, got, want)
SELECT 'jmgirard/mReliability#6 (Krippendorff 2011)', 'alpha, binary, 2 observers', krippendorff_alpha(item, annotator, value), 0.095
FROM pg_temp.ratings('0100000010', '1110010000')
UNION ALL
SELECT 'jmgirard/mReliability#6 (Krippendorff 2011)', 'alpha, nominal, 2 observers', krippendorff_alpha(item, annotator, value), 0.692
FROM pg_temp.ratings('112243335441', '212223335444')
UNION ALL
SELECT 'jmgirard/mReliability#6 (Krippendorff 2011)', 'alpha, 4 observers with gaps, ' || metric, krippendorff_alpha(item, annotator, value, metric), want
FROM (VALUES ('nominal', 0.743), ('ordinal', 0.815), ('interval', 0.849)) m (metric, want),
	pg_temp.ratings('123321412...', '1233224125.3', '.3332342251.', '12332441251.') GROUP BY metric, want
UNION ALL
SELECT 'crowd-kit crowdkit/metrics/data alpha_krippendorff', 'alpha of Y Y, N N, Y N', krippendorff_alpha(item, annotator, value), 0.4444444
FROM pg_temp.ratings('101', '100')
UNION ALL
SELECT 'crowd-kit tests/metrics/test_metrics.py', 'uncertainty of three labels', entropy(value_counts(v)), 1.0986122886681096
FROM unnest('{a,b,c}'::text[]) v
UNION ALL
SELECT 'nltk/nltk#2865', 'a missing rating is no category', krippendorff_alpha(item, annotator, value), 1.0
FROM pg_temp.ratings('112', '11.', '.12');

-- DISTANCES AND TESTS

INSERT INTO figure (source, name, got, want) VALUES
('scipy wasserstein_distance docstring', '[0,1,3] and [5,6,8]', wasserstein_distance(pg_temp.numbers('{0,1,3}', '{5,6,8}')), 5.0),
('scipy wasserstein_distance docstring', 'two weights', wasserstein_distance(pg_temp.weighted('{0,1}', '{0,1}', '{3,1}', '{2,2}')), 0.25),
('scipy wasserstein_distance docstring', 'four and two weights', wasserstein_distance(pg_temp.weighted('{3.4,3.9,7.5,7.8}', '{4.5,1.4}', '{1.4,0.9,3.1,7.2}', '{3.2,3.5}')), 4.0781331438047861),
('scipy energy_distance docstring', '[0] and [2]', energy_distance(pg_temp.numbers('{0}', '{2}')), 2.0),
('scipy energy_distance docstring', 'two weights', energy_distance(pg_temp.weighted('{0,8}', '{0,8}', '{3,1}', '{2,2}')), 1.0),
('scipy energy_distance docstring', 'four and two weights', energy_distance(pg_temp.weighted('{0.7,7.4,2.4,6.8}', '{1.4,8}', '{2.1,4.2,7.4,8}', '{7.6,8.8}')), 0.88003340976158217),
('scipy jensenshannon docstring', '[1,0,0] and [0,1,0], base 2', js_distance(pg_temp.counted('{1,0,0}', '{0,1,0}'), 2), 1.0),
('scipy jensenshannon docstring', '[1,0] and [.5,.5], base e', js_distance(pg_temp.counted('{2,0}', '{1,1}'), exp(1)), 0.46450140402245893);

-- TFDV's buckets: [1,2):2 [2,3):2 and [2,4):2 [4,6):2. Bins are powers of two apart; those of one bit of significance are
-- [2,4) and [4,8), the outermost end at the extremes; [1,2) is two bins of half its mass, which changes no divergence.
INSERT INTO figure (source, name, got, want, tolerance) VALUES
('tfdv tensorflow_data_validation/anomalies/metrics_test.cc', 'DifferentBucketBoundaries', js_divergence(
	'{"max_bytes":4096,"significant_bits":2,"n":4000,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":51,"min":1,"max":2.9999999999999996,"bins":[[1,1000],[1.5,1000],[2,2000]]}'::histogram,
	'{"max_bytes":4096,"significant_bits":1,"n":4000,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":52,"min":2,"max":5.999999999999999,"bins":[[2,2000],[4,2000]]}'::histogram,
	bins => 'distinct'), 0.65563906222, 1e-11),
('tfdv metrics_test.cc', 'NoOverlap', js_divergence(pg_temp.numbers('{0,1}', '{3,4}'), bins => 'distinct'), 1, NULL),
('tfdv metrics_test.cc', 'WithNaNs', js_divergence(pg_temp.numbers('{1,1,1,NaN}', '{1,1,1,1}'), missing => 'cell'), 0.13792538096, 2e-11),
('tfdv metrics_test.cc', 'WithNaNs, of histograms', js_divergence((SELECT histogram(x) FROM unnest('{1,1,1,NaN}'::float8[]) x), (SELECT histogram(x) FROM unnest('{1,1,1,1}'::float8[]) x),
	missing => 'cell'), 0.13792538096, 2e-11),
('tfdv metrics_test.cc', 'WithNaNs, of a NULL among categories', js_divergence((SELECT value_counts(x) FROM unnest('{a,a,a,NULL}'::text[]) x),
	(SELECT value_counts(x) FROM unnest('{a,a,a,a}'::text[]) x), missing => 'cell'), 0.13792538096, 2e-11),
('tfdv metrics_test.cc', 'rank {b 2, a 2, c 1} and {a 2, Z 1, Y 1, X 1}', js_divergence(pg_temp.counted('{2,2,1,0,0,0}', '{0,2,0,1,1,1}')), 0.6, NULL),
('tfdv metrics_test.cc LInftyDistance', 'hello world', l_infinity(pg_temp.counted('{1,9}', '{3,7}')), 0.2, NULL),
('tfdv metrics_test.cc LInftyDistance', 'missing value in both', l_infinity(pg_temp.counted('{0,9,1}', '{3,7,0}')), 0.3, NULL),
('tfdv metrics_test.cc LInftyDistance', 'flipped', l_infinity(pg_temp.counted('{3,7,0}', '{0,9,1}')), 0.3, NULL);

INSERT INTO figure (source, name, got, want, tolerance)
SELECT 'popmon tests/popmon/analysis/comparison/test_comparisons.py', v.*
FROM (SELECT pg_temp.counted('{85,5,5,5}', '{25,25,25,25}') AS pq, pg_temp.counted('{25,25,25,25}', '{85,5,5,5}') AS qp) s,
	LATERAL (VALUES ('psi', psi(pq, 'popmon'), 1.699815077214137, NULL::float8), ('psi, the other way', psi(qp, 'popmon'), 1.699815077214137, NULL),
		('psi without an epsilon', psi(pq, 'drop'), 1.6999280, NULL), ('kl(q, p)', kl_divergence(qp, 'popmon'), 0.90105, 1e-4),
		('kl(p, q)', kl_divergence(pq, 'popmon'), 0.79875, 1e-4), ('kl(q, p) without an epsilon', kl_divergence(qp, 'drop'), 0.9011346, NULL),
		('kl(p, q) without an epsilon', kl_divergence(pq, 'drop'), 0.7987934, NULL)) v
UNION ALL SELECT 'popmon test_comparisons.py test_ks_prob, ROOT KolmogorovProb', 'prob(0.8)', kolmogorov_sf(0.8), 0.5441, NULL
UNION ALL SELECT 'popmon test_comparisons.py test_ks_prob, ROOT KolmogorovProb', 'prob(0.1)', kolmogorov_sf(0.1), 1, 1e-12;

INSERT INTO figure (source, name, got, want, tolerance)
SELECT 'evidently tests/stattests/test_stattests.py', v.*
FROM (SELECT pg_temp.counted('{16,18,16,14,12,12}', '{16,16,16,16,16,8}') AS c,
		pg_temp.numbers(pg_temp.repeated('{16,18,16,14,12,12}'), pg_temp.repeated('{16,16,16,16,16,8}')) AS n) s,
	LATERAL (VALUES ('chi-square p, test_freq_obs_eq_freq_exp', (chi_square_gof_test(c)).p_value, 0.67309, NULL::float8),
		('chi-square', (chi_square_gof_test(c)).statistic, 3.1746032, NULL), ('Hellinger', hellinger(c), 0.06812, 1e-5),
		('total variation', total_variation(c), 0.0681818, NULL),
		('total variation, p of 1000 permutations', (total_variation_test(c)).p_value, 0.928, 0.03),
		-- Evidently's alternative is 'less': current values above the reference. Here that is the nearer side, so half of p.
		('Mann-Whitney p, one-sided', (mann_whitney_test(n)).p_value / 2, 0.481, NULL), ('Epps-Singleton p', (epps_singleton_test(n)).p_value, 0.81, NULL)) v
UNION ALL
SELECT 'evidently test_stattests.py test_freq_obs_not_eq_freq_exp', v.*
FROM (SELECT pg_temp.counted('{32,36,32,28,24,24}', '{16,16,16,16,16,8}') AS c) s,
	LATERAL (VALUES ('chi-square p', (chi_square_gof_test(c)).p_value, 0.67309, NULL::float8), ('Hellinger', hellinger(c), 0.06812, 1e-5)) v
UNION ALL
SELECT 'evidently test_stattests.py test_tvd_stattest', 'p of 1000 permutations, ' || v.n::text,
	(total_variation_test(pg_temp.counted('{16,18,16,14,12,12}', v.n))).p_value, v.want, 0.03
FROM (VALUES ('{10,10,24,24,10,10}'::bigint[], 0.085), ('{0,0,0,0,0,88}', 0.0), ('{16,18,16,14,12,12}', 1.0), ('{10,24,12,16,8,16}', 0.309)) v (n, want)
UNION ALL
SELECT 'evidently test_stattests.py test_g_test', 'p', (g_gof_test(pg_temp.counted('{5,5,8}', '{4,6,8}'))).p_value, 0.8176, NULL
UNION ALL
SELECT 'evidently test_stattests.py', v.*
FROM (SELECT pg_temp.numbers(r, '{39.2,39.3,39.7,41.4,41.8,42.9,43.3,45.8}') AS n, pg_temp.numbers(r, r) AS same,
		pg_temp.numbers(r, (SELECT array_agg(x + 5) FROM unnest(r) x)) AS moved
	FROM (SELECT '{38.7,41.5,43.8,44.5,45.5,46.0,47.7,58.0}'::float8[] AS r) q) s,
	LATERAL (VALUES ('Anderson-Darling p', (anderson_darling_test(n)).p_value, 0.0635, 1e-3), ('t-test p', (student_t_test(n)).p_value, 0.084, NULL::float8),
		('W1 of the samples of Anderson-Darling', wasserstein_distance(n), 4.1625, NULL), ('the same by the standard deviation', wasserstein_distance_normed(n), 0.781236, NULL),
		('energy distance, same', energy_distance(same), 0, 1e-5), ('energy distance, 5 more', energy_distance(moved), 1.9, NULL),
		('energy distance, 5 more, all digits', energy_distance(moved), 1.933, NULL), ('W1, 5 more', wasserstein_distance(moved), 5, 1e-12),
		('W1, 5 more, by the standard deviation', wasserstein_distance_normed(moved), 0.938422, NULL)) v
UNION ALL
SELECT 'evidently test_stattests.py test_pvalue_fisher_exact', v.r::text || ' ' || v.c::text, (fisher_exact_test(pg_temp.counted(v.r, v.c))).p_value, v.want, v.tolerance
FROM (VALUES ('{45,45}'::bigint[], '{30,60}'::bigint[], 0.033, 1e-3), ('{3,3}', '{6,0}', 0.181, 1e-3), ('{6,0}', '{6,0}', 1.0, NULL),
	('{2,4}', '{2,4}', 1.0, NULL), ('{6,0}', '{0,6}', 0.0021, 1e-4), ('{90,60}', '{60,90}', 0.00078, 1e-5)) v (r, c, want, tolerance)
UNION ALL
SELECT 'evidently test_stattests.py test_z_stat_test_cat_feature', 'p, equal shares', (proportions_ztest(10, 20, 10, 20)).p_value, 1.0, NULL;

-- Deepchecks prints two digits, and asks for 0.01. None is a category of its own there: here a value has to say so.
-- With balance_classes it first makes the reference even, which is arithmetic on counts: cramers_v then has its measure.
CREATE FUNCTION pg_temp.balanced(reference float8[], current float8[]) RETURNS bigint[] LANGUAGE sql AS $$
	SELECT ARRAY[array_fill(even, ARRAY[array_length(reference, 1)]), array_agg(round(share * even * array_length(reference, 1) / total)::bigint ORDER BY i)]
	FROM (SELECT i, even, share, sum(share) OVER () AS total
		FROM (SELECT i, even, round(even * (c * n / cn + 1) / (r * n / rn + 1)) AS share
			FROM (SELECT i, r, c, rn, cn, least(rn, cn) AS n, floor((least(rn, cn) + array_length(reference, 1)) / array_length(reference, 1))::bigint AS even
				FROM unnest(reference, current) WITH ORDINALITY u (r, c, i),
					(SELECT sum(r) AS rn, sum(c) AS cn FROM unnest(reference, current) u (r, c)) t) a) b) d GROUP BY even
$$;
INSERT INTO figure (source, name, got, want, tolerance)
SELECT 'deepchecks tests/utils/drift_test.py', v.* FROM (VALUES
	('test_cramers_v', cramers_v(pg_temp.counted('{200,800}', '{400,600}'), bias_correction => true), 0.21, 0.01),
	('test_cramers_v, more digits', cramers_v(pg_temp.counted('{200,800}', '{400,600}'), bias_correction => true), 0.2160, NULL),
	('test_cramers_v_with_nones', cramers_v(pg_temp.counted('{200,800,100}', '{400,600,0}'), bias_correction => true), 0.3, 0.01),
	('test_cramers_v_completely_diff_columns', cramers_v(pg_temp.counted('{1000,0}', '{0,1000}'), bias_correction => true), 1, 0.01),
	('test_cramers_v_single_value_columns', cramers_v(pg_temp.counted('{1000}', '{1000}'), bias_correction => true), 0, 0),
	('test_cramers_v_min_category_ratio', cramers_v(pg_temp.counted('{200,800,10,10}', '{400,620,0,0}'), bias_correction => true), 0.228, 0.01),
	-- a ratio of 0.1 leaves c and d out: the counts of the others
	('test_cramers_v_min_category_ratio 0.1', cramers_v(pg_temp.counted('{200,800}', '{400,620}'), bias_correction => true), 0.208, 0.01),
	('test_cramers_v_sampling', cramers_v(pg_temp.counted('{2000,8000}', '{400,600}'), bias_correction => true), 0.2160, NULL),
	('test_emd', wasserstein_distance_min_max(pg_temp.numbers(array_fill(1::float8, '{100}'), array_fill(0::float8, '{100}')), 0), 1, 0),
	('test_emd_scaling', wasserstein_distance_min_max(pg_temp.numbers(array_fill(10::float8, '{100}'), array_fill(0::float8, '{100}')), 0), 1, 0),
	('test_real_input', wasserstein_distance_min_max(pg_temp.numbers((SELECT array_agg(i) FROM generate_series(0, 99) i), (SELECT array_agg(i) FROM generate_series(50, 149) i)), 0), 0.33, 0.01),
	('test_real_input, more digits', wasserstein_distance_min_max(pg_temp.numbers((SELECT array_agg(i) FROM generate_series(0, 99) i), (SELECT array_agg(i) FROM generate_series(50, 149) i)), 0), 0.33557, NULL),
	('test_emd_margin_filter', wasserstein_distance_min_max(pg_temp.numbers(array_fill(10::float8, '{99}') || 100::float8, array_fill(0::float8, '{99}') || 1::float8), 0.01), 1, 0),
	('test_ks_no_drift', (ks_test(pg_temp.numbers(array_fill(0::float8, '{100}'), array_fill(0::float8, '{100}')))).statistic, 0, 0),
	('test_ks_max_drift', (ks_test(pg_temp.numbers(array_fill(1::float8, '{100}'), array_fill(0::float8, '{100}')))).statistic, 1, 0),
	-- its samples are random; these are the middles of 10000 equal shares of both distributions
	('test_ks_regular_drift', (SELECT (ks_test(normal_ppf((i - 0.5) / 10000, side, 1), side = 0)).statistic FROM generate_series(1, 10000) i, generate_series(0, 1) side), 0.382, 0.01)) v
UNION ALL
SELECT 'deepchecks tests/utils/drift_test.py', 'test_cramers_v_imbalanced ' || v.name, cramers_v(pg_temp.balanced(v.r, v.c), bias_correction => true, correction => true), v.want, 0.01
FROM (VALUES ('big goes to 0', '{9900,100}'::float8[], '{10000,0}'::float8[], 0.56), ('big goes to 0, small', '{9900,100}', '{1000,0}', 0.45),
	('big goes to 0, very small', '{9900,100}', '{100,0}', 0.14), ('medium goes to 0', '{99900,100}', '{10000,0}', 0.45),
	('medium goes to 0, small', '{99900,100}', '{1000,0}', 0.16), ('very small goes to 0', '{9999900,100}', '{10000,0}', 0.02),
	('very small goes to 0, small', '{9999900,100}', '{1000,0}', 0.0), ('medium goes to big', '{99900,100}', '{99000,1000}', 0.45),
	('medium goes to big, small', '{99900,100}', '{990,10}', 0.36), ('big goes to medium', '{99000,1000}', '{99900,100}', 0.45),
	('big goes to medium, small', '{99000,1000}', '{999,1}', 0.37), ('three classes', '{4900,100,5000}', '{4950,50,5000}', 0.15),
	('two classes', '{9900,100}', '{9950,50}', 0.17)) v (name, r, c, want);

INSERT INTO figure (source, name, got, want) VALUES
('nannyml tests/drift/test_univariate_drift_methods.py', 'l_infinity_for_new_category', l_infinity(pg_temp.counted('{2,2,2,0}', '{2,2,2,1}')), 0.14),
('nannyml test_univariate_drift_methods.py', 'l_infinity_for_no_change', l_infinity(pg_temp.counted('{2,2,2}', '{2,2,2}')), 0.0),
('nannyml test_univariate_drift_methods.py', 'l_infinity_for_total_change', l_infinity(pg_temp.counted('{2,2,2}', '{0,5,0}')), 0.67),
('whylabs/whylogs#491', 'chi-square of good and bad', (chi_square_gof_test(pg_temp.counted('{130,370}', '{240,260}'))).statistic, 125.7796);
INSERT INTO figure (source, name, got, want)
SELECT 'nannyml notebook "How it Works - Thresholds"', 'StandardDeviationThreshold of (0,1,2), ' || v.name, v.got, v.want
FROM (SELECT moments(x) AS m FROM unnest('{0,1,2}'::float8[]) x) q,
	LATERAL (VALUES ('lower', mean(m) - 3 * stddev_pop(m), -1.4494897427831779), ('upper', mean(m) + 3 * stddev_pop(m), 3.449489742783178)) v (name, got, want);

-- SCIKIT-LEARN'S EXAMPLES, of the docstrings of sklearn.metrics

INSERT INTO figure (source, name, got, want)
SELECT 'sklearn top_k_accuracy_score docstring', 'top 2', top_k_accuracy_score(y, s, 2), 0.75
FROM (VALUES (0, '{0.5,0.2,0.2}'::float8[]), (1, '{0.3,0.4,0.2}'), (2, '{0.2,0.4,0.3}'), (2, '{0.7,0.2,0.1}')) t (y, s)
UNION ALL
SELECT 'sklearn brier_score_loss docstring', '', brier_score_loss(y, p), 0.0375 FROM (VALUES (0, 0.1), (1, 0.9), (1, 0.8), (0, 0.3)) t (y, p)
UNION ALL
SELECT 'sklearn log_loss docstring', 'spam and ham', log_loss(y, p), 0.21616 FROM (VALUES (1, 0.9), (0, 0.1), (0, 0.2), (1, 0.65)) t (y, p)
UNION ALL
SELECT 'sklearn', v.name, v.got, v.want
FROM (SELECT scored_labels(y, p) AS s, score_state(y, p) AS h FROM (VALUES (0, 0.1), (0, 0.4), (1, 0.35), (1, 0.8)) t (y, p)) q,
	LATERAL (VALUES ('average_precision_score docstring', average_precision_score(s), 0.8333), ('roc_auc_score docstring', roc_auc_score(s), 0.75),
		('average_precision_score docstring, score_state', average_precision_score(h), 0.8333), ('roc_auc_score docstring, score_state', roc_auc_score(h), 0.75)) v (name, got, want)
UNION ALL
SELECT 'sklearn fbeta_score docstring, beta 0.5', v.name, v.got, v.want
FROM (SELECT confusion_matrix(y, p) AS m FROM unnest('{0,1,2,0,1,2}'::int[], '{0,2,1,0,0,1}'::int[]) t (y, p)) q,
	LATERAL (VALUES ('class 0', fbeta_score(class_counts(m, '0'), 0.5), 0.714), ('class 1', fbeta_score(class_counts(m, '1'), 0.5), 0),
		('class 2', fbeta_score(class_counts(m, '2'), 0.5), 0), ('macro', fbeta_score(m, 0.5, 'macro'), 0.238)) v (name, got, want)
UNION ALL
SELECT 'sklearn homogeneity_score docstring', v.a::text || ' ' || v.b::text, (SELECT homogeneity_score(y, p) FROM unnest(v.a, v.b) t (y, p)), v.want
FROM (VALUES ('{0,0,1,1}'::bigint[], '{0,0,1,2}'::bigint[], 1.0), ('{0,0,1,1}', '{0,1,0,1}', 0.0), ('{0,0,1,2}', '{0,0,1,1}', 0.667)) v (a, b, want);

SELECT is(CASE WHEN abs(got - want::float8) <= coalesce(tolerance, 0.50001 * 10 ^ -scale(want)) + 1e-15 * abs(want::float8) THEN want::text ELSE got::text END,
	want::text, source || ' ' || name) FROM figure ORDER BY no;
SELECT * FROM finish();
ROLLBACK;
