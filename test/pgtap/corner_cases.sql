-- The corner cases of docs/reference.md, one by one: where peers answer 0, infinity or an error, or say nothing.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(97);

CREATE FUNCTION pg_temp.h(VARIADIC v float8[]) RETURNS histogram LANGUAGE sql AS $$ SELECT histogram(x) FROM unnest(v) x $$;
CREATE FUNCTION pg_temp.v(VARIADIC v text[]) RETURNS value_counts LANGUAGE sql AS $$ SELECT value_counts(x) FROM unnest(v) x $$;
CREATE FUNCTION pg_temp.s(r float8[], c float8[]) RETURNS two_samples LANGUAGE sql AS $$
	SELECT two_samples(x, side) FROM (SELECT unnest(r) AS x, true AS side UNION ALL SELECT unnest(c), false) q
$$;
CREATE FUNCTION pg_temp.c(reference bigint[], current bigint[]) RETURNS two_counts LANGUAGE sql AS $$
	SELECT two_counts(i::text, side, n) FROM unnest(reference, current) WITH ORDINALITY u (r, c, i), LATERAL (VALUES (true, r), (false, c)) q (side, n)
$$;
CREATE FUNCTION pg_temp.rated(VARIADIC lines text[]) RETURNS agreement_state LANGUAGE sql AS $$
	SELECT agreement_state(i::int, a::int, nullif(substr(line, i, 1), '.'))
	FROM unnest(lines) WITH ORDINALITY l (line, a), generate_series(1, length(line)) i
$$;
CREATE TEMP TABLE expected (no serial, name text, got text, want text);

-- AN EMPTY SIDE is NULL, whichever it is: not 0, and no error. A test still counts.
INSERT INTO expected (name, got, want)
SELECT format('empty side: %s of %s is NULL, the other way too', f, type),
	(SELECT string_agg(coalesce(x, '-'), ' ') FROM unnest(ARRAY[there, back]) x), '- -'
FROM (SELECT 'histograms' AS type, pg_temp.h(1, 2) AS a, pg_temp.h(NULL, 'NaN') AS b) q,
	LATERAL (VALUES ('wasserstein_distance', wasserstein_distance(a, b)::text, wasserstein_distance(b, a)::text),
		('wasserstein_distance_normed', wasserstein_distance_normed(a, b)::text, wasserstein_distance_normed(b, a)::text),
		('wasserstein_distance_min_max', wasserstein_distance_min_max(a, b)::text, wasserstein_distance_min_max(b, a)::text),
		('energy_distance', energy_distance(a, b)::text, energy_distance(b, a)::text), ('psi', psi(a, b)::text, psi(b, a)::text),
		('kl_divergence', kl_divergence(a, b)::text, kl_divergence(b, a)::text), ('js_distance', js_distance(a, b)::text, js_distance(b, a)::text),
		('total_variation', total_variation(a, b)::text, total_variation(b, a)::text), ('l_infinity', l_infinity(a, b)::text, l_infinity(b, a)::text),
		('hellinger', hellinger(a, b)::text, hellinger(b, a)::text)) v (f, there, back)
UNION ALL
SELECT format('empty side: %s of %s is NULL, the other way too', f, type),
	(SELECT string_agg(coalesce(x, '-'), ' ') FROM unnest(ARRAY[there, back]) x), '- -'
FROM (SELECT 'value_counts' AS type, pg_temp.v('a') AS a, pg_temp.v(NULL) AS b) q,
	LATERAL (VALUES ('psi', psi(a, b)::text, psi(b, a)::text), ('kl_divergence', kl_divergence(a, b)::text, kl_divergence(b, a)::text),
		('js_distance', js_distance(a, b)::text, js_distance(b, a)::text), ('total_variation', total_variation(a, b)::text, total_variation(b, a)::text),
		('l_infinity', l_infinity(a, b)::text, l_infinity(b, a)::text), ('hellinger', hellinger(a, b)::text, hellinger(b, a)::text),
		('cramers_v', cramers_v(a, b)::text, cramers_v(b, a)::text)) v (f, there, back)
UNION ALL
SELECT format('empty side: %s has counts and nothing else', f), ((t).statistic, (t).p_value, (t).n_reference, (t).n_current, (t).unused_reference, (t).unused_current)::text, '(,,2,0,0,3)'
FROM (SELECT pg_temp.s('{1,2}', '{NULL,NaN,Infinity}') AS s, two_counts(pg_temp.v('a', 'b'), pg_temp.v(NULL, NULL, NULL)) AS c) q,
	LATERAL (VALUES ('ks_test', ks_test(s)), ('wasserstein_test', wasserstein_test(s)), ('kuiper_test', kuiper_test(s)), ('anderson_darling_test', anderson_darling_test(s)),
		('cramer_von_mises_test', cramer_von_mises_test(s)), ('mann_whitney_test', mann_whitney_test(s)), ('student_t_test', student_t_test(s)),
		('welch_t_test', welch_t_test(s)), ('f_test', f_test(s)), ('epps_singleton_test', epps_singleton_test(s)), ('chi_square_test', chi_square_test(c)),
		('g_test', g_test(c)), ('chi_square_gof_test', chi_square_gof_test(c)), ('fisher_exact_test', fisher_exact_test(c)),
		('total_variation_test', total_variation_test(c)), ('psi_test', psi_test(c))) v (f, t);

-- ONE DISTINCT VALUE ON BOTH SIDES: 0 if it is the same, as far as the distance goes if not.
INSERT INTO expected (name, got, want)
SELECT 'one value: ' || v.name, v.got, v.want
FROM (SELECT pg_temp.h(7, 7) AS a, pg_temp.h(7, 7, 7) AS same, pg_temp.h(9) AS other, pg_temp.v('x', 'x') AS va, pg_temp.v('x') AS vsame, pg_temp.v('y') AS vother) q,
	LATERAL (VALUES ('equal numbers are 0 apart', (wasserstein_distance(a, same), psi(a, same), js_distance(a, same), (ks_test(a, same)).statistic, (ks_test(a, same)).p_value)::text, '(0,0,0,0,1)'),
		('different numbers: W1 |a - b|, all else its maximum', (wasserstein_distance(a, other), js_distance(a, other), total_variation(a, other), hellinger(a, other), (ks_test(a, other)).statistic)::text, '(2,1,1,1,1)'),
		('different numbers, normed: a floor of 0.001 below the deviation 0, as Evidently', wasserstein_distance_normed(a, other)::text, '2000'),
		('different numbers by min and max: 1', wasserstein_distance_min_max(a, other)::text, '1'),
		('equal categories are 0 apart', (psi(va, vsame), js_distance(va, vsame), (chi_square_test(va, vsame)).statistic, (chi_square_test(va, vsame)).p_value, cramers_v(va, vsame))::text, '(0,0,0,1,0)'),
		('different categories are as far apart as can be', (js_distance(va, vother), total_variation(va, vother), l_infinity(va, vother), cramers_v(va, vother))::text, '(1,1,1,1)')) v (name, got, want);

-- A CATEGORY OF ONE SIDE ONLY
INSERT INTO expected (name, got, want)
SELECT 'category only in current: ' || v.name, v.got, v.want
FROM (SELECT pg_temp.c('{50,50,0}', '{50,40,10}') AS c) q,
	LATERAL (VALUES ('psi is finite by every named convention', (SELECT string_agg(round(psi(c, e)::numeric, 4)::text, ' ' ORDER BY no) FROM unnest('{evidently,floor:0.01,popmon,fiddler,drop}'::text[]) WITH ORDINALITY u (e, no)),
			'0.7124 0.2295 0.9434 0.2540 0.0223'),
		('kl_divergence is finite', (kl_divergence(c) BETWEEN 0.05 AND 0.2)::text, 'true'),
		('chi_square_test takes both sides for samples, so it is finite', (SELECT round(t.statistic::numeric, 4) || ' ' || t.df FROM chi_square_test(c) t), '11.1111 2'),
		('chi_square_gof_test expected it never: NULL, not infinity with p 0', (SELECT (t.statistic, t.p_value)::text FROM chi_square_gof_test(c) t), '(,)'),
		('and its method says so', (SELECT t.method FROM chi_square_gof_test(c) t), 'chi-square, goodness of fit, undefined: current has values that reference lacks'),
		('it is named, with its count', (SELECT n::text FROM new_values(current_counts(c), reference_counts(c)) n), '(3,10,f)')) v (name, got, want)
UNION ALL
SELECT 'category only in the reference: ' || v.name, v.got, v.want
FROM (SELECT pg_temp.c('{50,40,10}', '{50,50,0}') AS c) q,
	LATERAL (VALUES ('it counts 0', (SELECT round(t.statistic::numeric, 4) || ' ' || t.df FROM chi_square_gof_test(c) t), '12.5000 2'),
		('it is named, with its count', (SELECT n::text FROM vanished_values(current_counts(c), reference_counts(c)) n), '(3,10,f)'),
		('its count in current', value_count(current_counts(c), '3')::text, '0')) v (name, got, want);

-- NULL, NaN AND INFINITIES are different things, and each is told.
INSERT INTO expected (name, got, want)
SELECT 'missing: ' || v.name, v.got, v.want
FROM (SELECT pg_temp.h(1, 2, NULL, NULL, 'NaN', 'Infinity', '-Infinity', '-Infinity') AS h, pg_temp.h(1, 2) AS clean) q,
	LATERAL (SELECT f_beta_state(a, p) AS s FROM (VALUES (true, true), (NULL, true), (NULL, false), (false, NULL)) t (a, p)) f,
	LATERAL (VALUES ('NULL, NaN and infinities are counted apart', (null_count(h), nan_count(h), infinity_count(h), count(h))::text, '(2,1,3,2)'),
		('they move no distance', (wasserstein_distance(h, clean), js_distance(h, clean))::text, '(0,0)'),
		('but say that they are there', (SELECT (unused_reference, unused_current)::text FROM drift_summary(h, clean)), '(6,0)'),
		('js_divergence takes them as cells of their own if asked to, as TFDV', round(js_divergence(pg_temp.h(1, 1, 1, 'NaN'), pg_temp.h(1, 1, 1, 1), missing => 'cell')::numeric, 6)::text, '0.137925'),
		('NULL is no category', (js_distance(pg_temp.v('a', NULL), pg_temp.v('a')), null_count(pg_temp.v('a', NULL)))::text, '(0,1)'),
		('an unlabelled row is no negative', (count(s), unlabelled_count(s), unpredicted_count(s))::text, '(1,2,1)')) v (name, got, want);

-- HISTOGRAMS OF DIFFERENT EDGES: one grid, mass spread evenly in a bin, zero kept as a point.
CREATE TEMP TABLE lognormal AS
SELECT exp(normal_ppf((i - 0.5) / 20000, 0.2 * side, 1)) * (i % 2) AS x, side = 0 AS r FROM generate_series(1, 20000) i, generate_series(0, 1) side;
INSERT INTO expected (name, got, want)
SELECT 'edges: ' || v.name, v.got, v.want
FROM (SELECT histogram(x, 256) FILTER (WHERE r) AS a, histogram(x, 1024) FILTER (WHERE NOT r) AS b, two_samples(x, r) AS s FROM lognormal) q,
	LATERAL (SELECT sum(count * (hi - lo)) / sum(count) AS width, max(count) FILTER (WHERE lo < hi) / sum(count)::float8 AS mass FROM bins(compact(b, 256))) g,
	LATERAL (VALUES ('neither is exact', (is_exact(a), is_exact(b))::text, '(f,f)'),
		('zeros stay a point of their own', (SELECT count::text FROM bins(a) WHERE lo = 0 AND hi = 0), '10000'),
		('W1 errs by less than the mean width of the coarser bins of both sides', (abs(wasserstein_distance(a, b) - wasserstein_distance(s)) < 2 * width)::text, 'true'),
		('and Kolmogorov-Smirnov by less than the mass of their largest one', (abs((ks_test(a, b)).statistic - (ks_test(s)).statistic) < mass)::text, 'true'),
		('the method says that it was of bins', (ks_test(a, b)).method, 'Kolmogorov-Smirnov, asymptotic, binned')) v (name, got, want);

-- ONE ROW
INSERT INTO expected (name, got, want)
SELECT 'one row: ' || v.name, v.got, v.want
FROM (SELECT roc_auc(y, s) AS r, scored_labels(y, s) AS l FROM (VALUES (true, 0.7)) t (y, s)) q,
	LATERAL (VALUES ('the area is NULL and no error, the counts say why', ((r).auc, (r).standard_error, (r).n_positive, (r).n_negative)::text, '(,,1,0)'),
		('average precision of a positive', average_precision_score(l)::text, '1'),
		('balanced accuracy', coalesce(balanced_accuracy_score(f_beta_state(1, 0, 0, 0))::text, 'NULL'), 'NULL'),
		('Matthews'' correlation', coalesce(matthews_corrcoef(f_beta_state(1, 0, 0, 0))::text, 'NULL'), 'NULL'),
		('kappa', (SELECT (a.value, a.reason, a.observed_agreement)::text FROM (SELECT agreement_pairs('a', 'a') AS s) q, agreement(s, 'cohen') a), '(,"only one category was used",1)'),
		('R squared', (SELECT coalesce(r2_score(regression_state(1, 2))::text, 'NULL')), 'NULL'),
		('standard deviation', (SELECT coalesce(stddev(moments(1.5))::text, 'NULL')), 'NULL'),
		('t-test', (SELECT (t.statistic, t.p_value, t.n_reference)::text FROM student_t_test(pg_temp.s('{1}', '{2}')) t), '(,,1)'),
		('Kolmogorov-Smirnov', (SELECT (t.statistic, t.p_value)::text FROM ks_test(pg_temp.s('{1}', '{2}')) t), '(1,1)')) v (name, got, want);

-- KAPPA WITH ONE CATEGORY, ITEMS RATED ONCE
INSERT INTO expected (name, got, want)
SELECT format('one category: %s is NULL with a reason, and agreement 1', m), (a.value, replace(a.reason, 'value', 'category'), a.observed_agreement)::text, '(,"only one category was used",1)'
FROM unnest('{fleiss,scott,conger,cohen,krippendorff}'::text[]) m, agreement(pg_temp.rated('yyy', 'yyy'), m) a
UNION ALL
SELECT 'one category: Randolph''s and Gwet''s coefficients are 1 once they know of another', (randolph_kappa(s, '{y,n}'), gwet_ac1(s, '{y,n}'))::text, '(1,1)' FROM (SELECT pg_temp.rated('yyy', 'yyy') AS s) q
UNION ALL
SELECT 'one category: a confusion matrix', coalesce(cohen_kappa_score(confusion_matrix(1, 1))::text, 'NULL'), 'NULL'
UNION ALL
SELECT 'prevalence: Gwet''s AC1 is steady where kappa falls below 0', (round(cohen_kappa_score(s)::numeric, 2), round(gwet_ac1(s)::numeric, 2), percent_agreement(s))::text, '(-0.02,0.96,0.96)'
FROM (SELECT agreement_pairs(a, b) AS s FROM (VALUES ('y', 'y', 96), ('y', 'n', 2), ('n', 'y', 2)) t (a, b, n), generate_series(1, n)) q
UNION ALL
SELECT 'item rated once: left out and counted', (a.n_items, a.unused_items, a.n_ratings, a.value)::text, '(2,2,4,1)' FROM agreement(pg_temp.rated('abab', 'ab..'), 'fleiss') a
UNION ALL
SELECT 'one rater: NULL with a reason', (a.value, a.reason, a.unused_items)::text, '(,"no item has two ratings",2)' FROM agreement(pg_temp.rated('ab'), 'krippendorff') a;

-- WEIGHTS: a row of weight 3 is three rows.
INSERT INTO expected (name, got, want)
SELECT 'weights: ' || v.name, round(v.got::numeric, 12)::text, round(v.want::numeric, 12)::text
FROM (SELECT two_samples(x, r, w) AS s, scored_labels(r, x / 10.0, w) AS l FROM (VALUES (1, true, 3), (4, true, 1), (2, false, 2), (5, false, 2)) t (x, r, w)) a,
	(SELECT two_samples(x, r) AS s, scored_labels(r, x / 10.0) AS l FROM (VALUES (1, true, 3), (4, true, 1), (2, false, 2), (5, false, 2)) t (x, r, w), generate_series(1, w)) b,
	LATERAL (VALUES ('wasserstein_distance', wasserstein_distance(a.s), wasserstein_distance(b.s)), ('energy_distance', energy_distance(a.s), energy_distance(b.s)),
		('psi', psi(a.s, 'distinct', 0.0001), psi(b.s, 'distinct', 0.0001)), ('js_distance', js_distance(a.s, 2, 'distinct'), js_distance(b.s, 2, 'distinct')),
		('roc_auc_score', roc_auc_score(a.l), roc_auc_score(b.l)), ('log_loss', log_loss(a.l), log_loss(b.l))) v (name, got, want)
UNION ALL
SELECT 'weights: counts of categories', (SELECT two_counts(x, r, n) FROM (VALUES ('a', true, 2::bigint), ('b', false, 3)) t (x, r, n))::text,
	(SELECT two_counts(x, r) FROM (VALUES ('a', true, 2), ('b', false, 3)) t (x, r, n), generate_series(1, n))::text;

-- P-VALUES OF MANY ROWS, AND OF PERMUTATIONS
INSERT INTO expected (name, got, want)
SELECT 'a million rows: ' || v.name, v.got, v.want FROM (VALUES
	('half a per cent is significant, and the effect size says how little it is',
		(SELECT (t.p_value < 1e-6, t.effect_size < 0.01)::text FROM chi_square_test(pg_temp.c('{500000,500000}', '{505000,495000}')) t), '(t,t)'),
	('the same shares of 200 rows are not', (SELECT (t.p_value > 0.9)::text FROM chi_square_test(pg_temp.c('{100,100}', '{101,99}')) t), 'true'),
	('psi_test', (SELECT (t.p_value < 1e-6, t.effect_size < 0.001)::text FROM psi_test(pg_temp.c('{500000,500000}', '{505000,495000}')) t), '(t,t)')) v (name, got, want)
UNION ALL
SELECT 'permutations: the least p-value of m is 1 / (m + 1), never 0', (SELECT (t.p_value * (m + 1))::text FROM mmd_test(v, permutations => m) t), '1'
FROM (SELECT vectors(ARRAY[x], x > 50) AS v FROM generate_series(1, 100) x) q, unnest('{9,99}'::int[]) m;

SELECT is(got, want, name) FROM expected ORDER BY no;

-- WINDOWS, SEASONS, CLOCKS: eight weeks of a source in New York's time, busy on weekdays; the clocks change on 9 March.
SET LOCAL timezone = 'America/New_York';
CREATE TABLE corner_visit (at timestamptz, x float8);
INSERT INTO corner_visit
SELECT d + i * interval '10 minutes', CASE WHEN i % 5 > 0 THEN (i * 7919 + extract(doy FROM d)::int) % 97 END
FROM generate_series('2025-02-03 00:00Z'::timestamptz, '2025-03-30 00:00Z', '24 hours') d, generate_series(0, 99) i
WHERE extract(isodow FROM d AT TIME ZONE 'UTC') < 6 OR i < 25;
INSERT INTO corner_visit SELECT '2025-03-31 00:00Z'::timestamptz + i * interval '1 minute', CASE WHEN i % 2 = 0 THEN i END FROM generate_series(0, 7) i;
INSERT INTO corner_visit SELECT '2025-04-01 00:00Z'::timestamptz + i * interval '15 minutes', CASE WHEN i % 2 = 0 THEN i END FROM generate_series(0, 191) i;
SELECT * FROM watch('corner_visit', bucket => '1 day', lateness => '1 day', dimensions => '{}', baseline => '[2025-02-03Z,2025-03-03Z)') \g /dev/null
SELECT is((SELECT error FROM tick('corner_visit', '2025-03-31 12:00Z')), NULL, 'clocks: the source is read');
SELECT is((SELECT array_agg(DISTINCT extract(epoch FROM bucket)::bigint % 86400) FROM cells WHERE source = 'corner_visit'::regclass), '{0}',
	'clocks: days are those of UTC, 24 hours also where summer begins, whatever the session''s time zone');
SELECT is((SELECT n FROM cells WHERE source = 'corner_visit'::regclass AND bucket = '2025-03-31Z'), 8::bigint, 'partial window: it is kept');
SELECT is_empty($$SELECT * FROM evaluation WHERE bucket = '2025-03-31Z'$$, 'partial window: nothing is judged');
SELECT is_empty($$SELECT rule, title FROM alert a JOIN monitor m USING (monitor_id) WHERE m.source = 'corner_visit'::regclass AND rule = 'volume' AND state <> 'pending'$$,
	'seasons: quiet weekends are no alert of volume, nor is the day that has 23 hours in the session''s time zone');
SELECT is((SELECT error FROM tick('corner_visit', '2025-04-04Z')), NULL, 'small window: it is over, and two days of 96 rows');
SELECT is((SELECT first_bucket FROM alert a JOIN monitor m USING (monitor_id) WHERE m.source = 'corner_visit'::regclass AND rule = 'missing' AND state <> 'pending'), '2025-04-01Z'::timestamptz,
	'small window: 4 missing values of 8, where a fifth is usual, are within what 8 rows make; 48 of 96 are not');
SELECT * FROM finish();
ROLLBACK;
