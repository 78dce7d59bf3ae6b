-- Examples of documentation and textbooks with their printed answers, from the folder of optional data: 44 small cases of
-- scikit-learn, scipy and NIST, and the annotations that books print with every coefficient of R's packages.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\setenv DATAMON_SMALL :shared/data/small_oracles
\setenv DATAMON_TEXTBOOK :shared/data/annot_textbook
\set there `test -r "$DATAMON_SMALL/small_oracles.json" && test -r "$DATAMON_TEXTBOOK/oracle.json" && echo true || echo false`
\if :there
\else
	SELECT plan(1);
	SELECT skip('no data/small_oracles and data/annot_textbook in the folder of optional data');
	SELECT * FROM finish();
	\q
\endif
\set small `tr -d '\n' < "$DATAMON_SMALL/small_oracles.json"`
\set textbook `tr -d '\n' < "$DATAMON_TEXTBOOK/oracle.json"`
BEGIN;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(109);

-- SMALL CASES

CREATE FUNCTION pg_temp.list(j jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT translate(j::text, '[]', '{}') $$;
-- Shares as counts: all of the cases are tenths.
CREATE FUNCTION pg_temp.shares(p jsonb, q jsonb) RETURNS two_counts LANGUAGE sql AS $$
	SELECT two_counts(i::text, side, (10 * share)::bigint)
	FROM (SELECT true AS side, * FROM unnest(pg_temp.list(p)::float8[]) WITH ORDINALITY u (share, i)
		UNION ALL SELECT false, * FROM unnest(pg_temp.list(q)::float8[]) WITH ORDINALITY u (share, i)) s
$$;
CREATE FUNCTION pg_temp.samples(a jsonb) RETURNS two_samples LANGUAGE sql AS $$
	SELECT CASE WHEN a ? 'wa' THEN two_samples(x, side, w) ELSE two_samples(x, side) END
	FROM (SELECT true AS side, * FROM unnest(pg_temp.list(a -> 'a')::float8[], pg_temp.list(a -> 'wa')::float8[]) u (x, w)
		UNION ALL SELECT false, * FROM unnest(pg_temp.list(a -> 'b')::float8[], pg_temp.list(a -> 'wb')::float8[]) u (x, w)) s
$$;
CREATE FUNCTION pg_temp.classes(a jsonb) RETURNS confusion_matrix LANGUAGE sql AS $$
	SELECT confusion_matrix(y, p) FROM unnest(pg_temp.list(a -> 'y')::bigint[], pg_temp.list(coalesce(a -> 'pred', a -> 'cluster'))::bigint[]) u (y, p)
$$;
CREATE FUNCTION pg_temp.scores(a jsonb) RETURNS scored_labels LANGUAGE sql AS $$
	SELECT scored_labels(y, s) FROM unnest(pg_temp.list(a -> 'y')::int[], pg_temp.list(a -> 'score')::float8[]) u (y, s)
$$;
CREATE FUNCTION pg_temp.errors(a jsonb) RETURNS regression_state LANGUAGE sql AS $$
	SELECT regression_state(y, p) FROM unnest(pg_temp.list(a -> 'y')::float8[], pg_temp.list(a -> 'pred')::float8[]) u (y, p)
$$;
CREATE FUNCTION pg_temp.pairs(a jsonb) RETURNS pairs LANGUAGE sql AS $$
	SELECT pairs(x, y) FROM unnest(pg_temp.list(a -> 'a')::float8[], pg_temp.list(a -> 'b')::float8[]) u (x, y)
$$;
-- NIST: mean, standard deviation, and lag-1 autocorrelation, which is a sum of products over a sum of squares.
CREATE FUNCTION pg_temp.mean_sd_lag1(a jsonb) RETURNS float8[] LANGUAGE sql AS $$
	WITH series AS (
		SELECT i, x FROM unnest(CASE jsonb_typeof(a -> 'values') WHEN 'array' THEN pg_temp.list(a -> 'values')::float8[]
			ELSE (a ->> 'first')::float8 || (SELECT array_agg((a -> 'then' ->> (i % 2))::float8 ORDER BY i) FROM generate_series(0, 999) i) END)
			WITH ORDINALITY u (x, i)
	), whole AS (SELECT moments(x) AS m FROM series),
	lagged AS (SELECT moments((x - mean(m)) * (before - mean(m))) AS products FROM (SELECT x, lag(x) OVER (ORDER BY i) AS before FROM series) s, whole)
	SELECT ARRAY[mean(m), stddev(m), sum(products) / (variance(m) * (count(m) - 1))] FROM whole, lagged
$$;
CREATE FUNCTION pg_temp.computed(name text, a jsonb) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE t test_result; m confusion_matrix;
BEGIN
	IF a ? 'pred' AND name NOT IN ('mae', 'mse', 'r2') OR a ? 'cluster' THEN m := pg_temp.classes(a); END IF;
	CASE name
		WHEN 'roc_auc' THEN RETURN ARRAY[roc_auc_score(pg_temp.scores(a))];
		WHEN 'average_precision' THEN RETURN ARRAY[average_precision_score(pg_temp.scores(a))];
		WHEN 'brier' THEN RETURN ARRAY[brier_score_loss(pg_temp.scores(a))];
		WHEN 'log_loss' THEN RETURN ARRAY[log_loss(pg_temp.scores(a))];
		WHEN 'f1_macro', 'f1_micro', 'f1_weighted' THEN RETURN ARRAY[f1_score(m, substr(name, 4))];
		WHEN 'precision_macro', 'precision_micro', 'precision_weighted' THEN RETURN ARRAY[precision_score(m, substr(name, 11))];
		WHEN 'recall_macro' THEN RETURN ARRAY[recall_score(m, 'macro')];
		WHEN 'fbeta_macro_0.5' THEN RETURN ARRAY[fbeta_score(m, 0.5, 'macro')];
		WHEN 'accuracy' THEN RETURN ARRAY[accuracy_score(m)];
		WHEN 'balanced_accuracy' THEN RETURN ARRAY[balanced_accuracy_score(m)];
		WHEN 'mcc' THEN RETURN ARRAY[matthews_corrcoef(m)];
		WHEN 'homogeneity' THEN RETURN ARRAY[homogeneity_score(m)];
		WHEN 'completeness' THEN RETURN ARRAY[completeness_score(m)];
		WHEN 'v_measure' THEN RETURN ARRAY[v_measure_score(m)];
		WHEN 'adjusted_rand' THEN RETURN ARRAY[adjusted_rand_score(m)];
		WHEN 'top_k_accuracy_2' THEN RETURN ARRAY[(SELECT top_k_accuracy_score((a -> 'y' ->> i)::int, pg_temp.list(a -> 'score' -> i)::float8[], 2)
			FROM generate_series(0, jsonb_array_length(a -> 'y') - 1) i)];
		WHEN 'mae' THEN RETURN ARRAY[mean_absolute_error(pg_temp.errors(a))];
		WHEN 'mse' THEN RETURN ARRAY[mean_squared_error(pg_temp.errors(a))];
		WHEN 'r2' THEN RETURN ARRAY[r2_score(pg_temp.errors(a))];
		WHEN 'wasserstein', 'wasserstein_weighted' THEN RETURN ARRAY[wasserstein_distance(pg_temp.samples(a))];
		WHEN 'js_distance_base2' THEN RETURN ARRAY[js_distance(pg_temp.shares(a -> 'p', a -> 'q'), 2)];
		WHEN 'js_distance_nat' THEN RETURN ARRAY[js_distance(pg_temp.shares(a -> 'p', a -> 'q'), exp(1))];
		WHEN 'kl' THEN RETURN ARRAY[kl_divergence(pg_temp.shares(a -> 'p', a -> 'q'), 'drop')];
		WHEN 'entropy_base2' THEN RETURN ARRAY[entropy(reference_counts(pg_temp.shares(a -> 'p', a -> 'p')), 2)];
		WHEN 'chi2_stat_p' THEN t := chi_square_contingency(pg_temp.list(a -> 'table')::bigint[]);
		WHEN 'chisquare' THEN t := chi_square_gof_test(pg_temp.list(a -> 'obs')::bigint[]);
		WHEN 'fisher_exact_p' THEN RETURN ARRAY[(fisher_exact_test(pg_temp.list(a -> 'table')::bigint[])).p_value];
		WHEN 'mannwhitney_U_p' THEN t := mann_whitney_test(pg_temp.samples(a));
		-- The test is exact for so few values: from its U, the normal approximation with continuity correction.
		WHEN 'mannwhitney_asymptotic_p' THEN
			t := mann_whitney_test(pg_temp.samples(a));
			RETURN ARRAY[2 * normal_sf((t.statistic - t.n_reference * t.n_current / 2 - 0.5)
				/ sqrt(t.n_reference * t.n_current * (t.n_reference + t.n_current + 1) / 12.0))];
		WHEN 'binomtest_greater' THEN RETURN ARRAY[(binomial_test((a ->> 'k')::bigint, (a ->> 'n')::bigint, (a ->> 'p')::float8, 'greater')).p_value];
		WHEN 'ks_2samp_exact' THEN t := ks_test(pg_temp.samples(a));
		WHEN 'kendalltau_p' THEN t := kendall_test(pg_temp.pairs(a));
		WHEN 'spearman_p' THEN t := spearman_test(pg_temp.pairs(a));
		WHEN 'cohen_kappa' THEN RETURN ARRAY[(SELECT cohen_kappa_score(x, y) FROM unnest(pg_temp.list(a -> 'a')::text[], pg_temp.list(a -> 'b')::text[]) u (x, y))];
		WHEN 'mean_sd_lag1' THEN RETURN pg_temp.mean_sd_lag1(a);
		ELSE RETURN NULL;
	END CASE;
	RETURN ARRAY[t.statistic, t.p_value];
END $$;
-- To a billionth; NIST's sd of 10000000.1 and .3 to what their doubles leave of it.
CREATE FUNCTION pg_temp.near(got float8[], want float8[], tolerance float8) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN array_length(got, 1) = array_length(want, 1)
			AND (SELECT bool_and(coalesce(abs(g - w) <= tolerance * greatest(abs(w), 1e-3), false)) FROM unnest(got, want) u (g, w))
		THEN want::text ELSE coalesce(got::text, 'NULL') END
$$;
CREATE TEMP TABLE small AS
SELECT i, c ->> 'function' AS name, c -> 'args' AS args, c ->> 'source' AS source,
	pg_temp.list(CASE jsonb_typeof(c -> 'value') WHEN 'array' THEN c -> 'value' ELSE jsonb_build_array(c -> 'value') END)::float8[] AS want
FROM jsonb_array_elements(:'small'::jsonb) WITH ORDINALITY j (c, i);
SELECT is((SELECT count(*) FROM small), 44::bigint, 'there are 44 small cases');
SELECT is(pg_temp.near(pg_temp.computed(name, args), want, CASE name WHEN 'mean_sd_lag1' THEN 1e-8 ELSE 1e-9 END), want::text,
	source || ': ' || name || coalesce(' ' || (args ->> 'series'), '')) FROM small ORDER BY i;

-- TEXTBOOK ANNOTATIONS

CREATE TEMP TABLE rating (book text, item int, annotator text, label text);
CREATE TEMP TABLE long (item int, annotator text, label text);
\copy long from program 'cat "$DATAMON_TEXTBOOK"/fleiss1971_diagnoses.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'fleiss1971_diagnoses', * FROM moved;
\copy long from program 'cat "$DATAMON_TEXTBOOK"/krippendorff2011_nmm.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'krippendorff2011_nmm', * FROM moved;
\copy long from program 'cat "$DATAMON_TEXTBOOK"/irr_anxiety.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'irr_anxiety', * FROM moved;
\copy long from program 'cat "$DATAMON_TEXTBOOK"/artstein_poesio2008.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'artstein_poesio2008', * FROM moved;
\copy long from program 'cat "$DATAMON_TEXTBOOK"/dawid_skene1979_anesthesia.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'dawid_skene1979_anesthesia', * FROM moved;
\copy long from program 'cat "$DATAMON_TEXTBOOK"/shrout_fleiss1979.csv' with (format csv, header)
WITH moved AS (DELETE FROM long RETURNING *) INSERT INTO rating SELECT 'shrout_fleiss1979', * FROM moved;
CREATE TEMP TABLE cell (book text, a text, b text, n int);
CREATE TEMP TABLE wide (a text, b text, n int);
\copy wide from program 'cat "$DATAMON_TEXTBOOK"/irr_vision_table.csv' with (format csv, header)
WITH moved AS (DELETE FROM wide RETURNING *) INSERT INTO cell SELECT 'irr_vision_table', * FROM moved;
\copy wide from program 'cat "$DATAMON_TEXTBOOK"/agresti_sexualfun_table.csv' with (format csv, header)
WITH moved AS (DELETE FROM wide RETURNING *) INSERT INTO cell SELECT 'agresti_sexualfun_table', * FROM moved;
CREATE TEMP TABLE gwet (r text, schizophrenia int, bipolar int, depression int, other int);
\copy gwet from program 'cat "$DATAMON_TEXTBOOK"/gwet_cont4x4diagnosis_table.csv' with (format csv, header)
INSERT INTO cell SELECT 'gwet_cont4x4diagnosis_table', r, v.* FROM gwet, LATERAL (VALUES ('Schizophrenia', schizophrenia), ('Bipolar.Disorder', bipolar),
	('Depression', depression), ('Other', other)) v;
INSERT INTO cell SELECT book, i::text, j::text, (o -> 'table' -> i ->> j)::int
FROM (SELECT key AS book, value AS o FROM jsonb_each(:'textbook'::jsonb) WHERE key = 'sas_cohen_table10') s, generate_series(0, 2) i, generate_series(0, 2) j;
-- 14 raters of 10 items, of whom only counts are known
INSERT INTO rating SELECT book, i, NULL, j::text
FROM (SELECT key AS book, value AS o FROM jsonb_each(:'textbook'::jsonb) WHERE key = 'fleiss_wikipedia') s, generate_series(0, 9) i, generate_series(0, 4) j,
	LATERAL generate_series(1, (o -> 'table' -> i ->> j)::int);

CREATE TEMP TABLE state AS
SELECT book, agreement_state(item, label) AS items, agreement_state(item, annotator, label) AS named, NULL::agreement_state AS pairs FROM rating GROUP BY book
UNION ALL
SELECT book, NULL, NULL, agreement_pairs(a, b) FROM cell, generate_series(1, n) GROUP BY book;

CREATE TEMP TABLE found AS
SELECT book, v.* FROM state, LATERAL (VALUES ('fleiss_kappa', fleiss_kappa(items)), ('fleiss_z_R_irr', (agreement(items, 'fleiss')).statistic),
	('kappa_exact_conger_R_irr', conger_kappa(named)), ('light_kappa_R_irr', light_kappa(named)), ('krippendorff_nominal', krippendorff_alpha(items)),
	('randolph_free_marginal', randolph_kappa(items)), ('cohen_r1_r2', cohen_kappa_score(named, annotators => '{rater1,rater2}')),
	('all_agree_percent', 100 * full_agreement(items))) v (measure, value) WHERE book = 'fleiss1971_diagnoses'
UNION ALL
SELECT book, v.* FROM state, LATERAL (VALUES ('nominal', krippendorff_alpha(named)), ('ordinal', krippendorff_alpha(named, 'ordinal')),
	('interval', krippendorff_alpha(named, 'interval')), ('ratio', krippendorff_alpha(named, 'ratio')), ('fleiss_generalised', fleiss_kappa(items))) v
WHERE book = 'krippendorff2011_nmm'
UNION ALL
SELECT book, v.* FROM state, LATERAL (VALUES ('krippendorff_ordinal', krippendorff_alpha(named, 'ordinal')), ('krippendorff_interval', krippendorff_alpha(named, 'interval')),
	('kendall_w_corrected_R_irr', kendall_w(named)), ('icc_A1_R_irr', icc(named, 'ICC2'))) v WHERE book = 'irr_anxiety'
UNION ALL
SELECT book, 'cohen_' || r.name || '_' || w, cohen_kappa_score(named, lower(w), annotators => r.annotators) FROM state,
	(VALUES ('r1_r2', '{rater1,rater2}'::text[]), ('r2_r3', '{rater2,rater3}')) r (name, annotators), unnest('{None,linear,quadratic}'::text[]) w WHERE book = 'irr_anxiety'
UNION ALL
SELECT book, v.* FROM state, LATERAL (VALUES ('n', count(pairs)::float8), ('kappa', cohen_kappa_score(pairs)), ('linear', cohen_kappa_score(pairs, 'linear')),
	('quadratic', cohen_kappa_score(pairs, 'quadratic'))) v WHERE book = 'irr_vision_table'
UNION ALL
SELECT book, v.* FROM state, (VALUES ('{Never Fun,Fairly Often,Very Often,Always fun}'::text[])) l (labels),
	LATERAL (VALUES ('n', (agreement(pairs, 'cohen', labels => labels)).n_ratings / 2::float8), ('kappa', cohen_kappa_score(pairs, labels => labels)),
		('ase', (agreement(pairs, 'cohen', labels => labels)).standard_error), ('linear', cohen_kappa_score(pairs, 'linear', labels)),
		('quadratic', cohen_kappa_score(pairs, 'quadratic', labels))) v WHERE book = 'agresti_sexualfun_table'
UNION ALL
SELECT book, v.* FROM state, LATERAL (VALUES ('n', count(pairs)::float8), ('kappa', cohen_kappa_score(pairs)), ('gwet_ac1_R_irrCAC', gwet_ac1(pairs)),
	('scott_pi_R_irrCAC', scott_pi(pairs)), ('brennan_prediger_R_irrCAC', brennan_prediger(pairs)), ('krippendorff_R_irrCAC', krippendorff_alpha(pairs)),
	('percent_agreement', percent_agreement(pairs))) v WHERE book = 'gwet_cont4x4diagnosis_table'
UNION ALL
SELECT book, v.* FROM state, LATERAL (VALUES ('observed', percent_agreement(named)), ('scott_pi', scott_pi(named)), ('cohen', cohen_kappa_score(named)),
	('krippendorff', krippendorff_alpha(named))) v WHERE book = 'artstein_poesio2008'
UNION ALL
SELECT book, 'fleiss_kappa', fleiss_kappa(items) FROM state WHERE book = 'dawid_skene1979_anesthesia'
UNION ALL
SELECT book, 'kappa', fleiss_kappa(items) FROM state WHERE book = 'fleiss_wikipedia'
UNION ALL
SELECT book, type, icc(named, type) FROM state, unnest('{ICC1,ICC2,ICC3,ICC1k,ICC2k,ICC3k}'::text[]) type WHERE book = 'shrout_fleiss1979'
UNION ALL
SELECT book, v.* FROM state, LATERAL agreement(pairs, 'cohen') a, LATERAL agreement(pairs, 'cohen', weights => 'linear') w,
	LATERAL (VALUES ('kappa', a.value), ('ase', a.standard_error), ('lo', a.ci_low), ('hi', a.ci_high), ('ase0', a.null_standard_error), ('z', a.statistic), ('p2', a.p_value),
		('weighted_linear', w.value), ('weighted_ase', w.standard_error)) v WHERE book = 'sas_cohen_table10';

-- All numbers of the oracle but what Dawid and Skene's model of annotators says, which has no function.
CREATE TEMP TABLE said AS
SELECT b.key AS book, m.key AS measure, m.value::text::float8 AS want
FROM jsonb_each(:'textbook'::jsonb) b, jsonb_each(b.value) m
WHERE jsonb_typeof(m.value) = 'number' AND (b.key, m.key) NOT IN (VALUES ('dawid_skene1979_anesthesia', 'loglik'), ('dawid_skene1979_anesthesia', 'iterations'),
	('dawid_skene1979_anesthesia', 'majority_items'));
SELECT is_empty('SELECT book, measure FROM said EXCEPT SELECT book, measure FROM found', 'every coefficient of the textbooks is computed');
-- R prints ten digits, psych seven.
SELECT is(pg_temp.near(ARRAY[value], ARRAY[want], CASE WHEN book = 'shrout_fleiss1979' THEN 2e-7 WHEN measure ~ '_R_' THEN 2e-9 ELSE 1e-9 END), ARRAY[want]::text,
	book || ': ' || measure) FROM said LEFT JOIN found USING (book, measure) ORDER BY book, measure;

-- What the README prints of Krippendorff's example in R's irrCAC, where its numbers are ours; its Fleiss is not (.76117): there
-- prevalences are also those of items with one rating. irr 0.84.1's kripp.alpha is wrong for complete data of three raters or more:
-- .4309 for the diagnoses and .2218 for anxiety.
SELECT is(round(v.value::numeric, 5), v.want, 'krippendorff2011_nmm, irrCAC: ' || v.name) FROM state, LATERAL (VALUES ('AC1', gwet_ac1(items), 0.77544), ('Conger', conger_kappa(named), 0.76282),
	('Brennan-Prediger', brennan_prediger(items), 0.77273)) v (name, value, want) WHERE book = 'krippendorff2011_nmm';
SELECT * FROM finish();
ROLLBACK;
