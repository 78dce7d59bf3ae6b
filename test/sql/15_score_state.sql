-- score_state and scored_labels: text and binary form, metrics, curves, NULLs, errors, plans.
SET search_path = datamon, public;
\pset null '(null)'
\pset format unaligned

CREATE TEMP TABLE docs (y bool, s float8, w float8);	-- scikit-learn's example of roc_auc_score
INSERT INTO docs VALUES (false, 0.1, 1), (false, 0.4, 2), (true, 0.35, 0.5), (true, 0.8, 1);

-- text: exact, with everything that may be missing, weighted, binned
SELECT score_state(y, s) FROM docs;
SELECT score_state(y::int, s, 1024) FROM docs;
SELECT scored_labels(y, s) FROM docs;
SELECT scored_labels(y::int, s, w) FROM docs;
SELECT score_state(y, s), scored_labels(y, s), scored_labels(y, s, w)
	FROM (VALUES (true, 0.5::float8, 1::float8), (NULL, 0.5, 1), (true, NULL, 1), (false, 'NaN', 1), (false, '-Infinity', 1),
		(true, 'Infinity', NULL), (NULL, 'NaN', 1), (NULL, NULL, 1), (false, '-0', NULL)) t(y, s, w);
SELECT score_state(i % 2 = 0, i / 3.0, 16) FROM generate_series(1, 12) i;

-- nothing, NULLs only
SELECT score_state(y, s) IS NULL AS a, scored_labels(y, s) IS NULL AS b, roc_auc_score(y, s) AS c, log_loss(y, s) AS d FROM docs WHERE false;
SELECT roc_auc_score(y, s), average_precision_score(y, s), log_loss(y, s), brier_score_loss(y, s), ks_statistic(y, s),
		(roc_auc(y, s)).*
	FROM (VALUES (NULL::bool, 0.5::float8), (true, NULL)) t(y, s);
SELECT (score_summary(score_state(y, s))).* FROM (VALUES (NULL::bool, 0.5::float8), (true, NULL)) t(y, s);

-- one class: no area, but losses; scikit-learn raises or says 0
SELECT roc_auc_score(y, s), average_precision_score(y, s), ks_statistic(y, s), round(log_loss(y, s)::numeric, 10) AS log_loss,
		brier_score_loss(y, s), (roc_auc(y, s)).n_positive
	FROM (VALUES (true, 0.25::float8), (true, 0.75)) t(y, s);
SELECT roc_auc_score(y, s), average_precision_score(y, s), gini(score_state(y, s)), lift_score(score_state(y, s), 0.5)
	FROM (VALUES (false, 0.25::float8), (false, 0.75)) t(y, s);

-- scores that are no probabilities have an area and no loss
SELECT roc_auc_score(y, s * 10), log_loss(y, s * 10), brier_score_loss(y, s * 10), out_of_range_count(score_state(y, s * 10)) AS out,
		expected_calibration_error(score_state(y, s * 10)) AS ece, (brier_decomposition(score_state(y, s * 10))).brier_score AS parts
	FROM docs;
SELECT count(*) FROM docs, LATERAL (SELECT score_state(y, s * 10) AS a FROM docs) q, calibration_curve(a);

-- metrics
SELECT roc_auc_score(y, s), gini(score_state(y, s)), round(average_precision_score(y, s)::numeric, 10) AS ap,
		round(pr_auc_trapezoid_score(y, s)::numeric, 10) AS trapezoid, ks_statistic(y, s), round(log_loss(y, s)::numeric, 10) AS loss,
		round(brier_score_loss(y, s)::numeric, 10) AS brier FROM docs;
SELECT round(roc_auc_score(y, s, w)::numeric, 10) AS auc, round(average_precision_score(y, s, w)::numeric, 10) AS ap,
		round(pr_auc_trapezoid_score(y, s, w)::numeric, 10) AS trapezoid, round(ks_statistic(y, s, w)::numeric, 10) AS ks,
		round(log_loss(y, s, w)::numeric, 10) AS loss, round(brier_score_loss(y, s, w)::numeric, 10) AS brier FROM docs;
SELECT round(auc::numeric, 4) AS auc, round(standard_error::numeric, 4) AS se, round(ci_lower::numeric, 5) AS lower,
		round(ci_upper::numeric, 5) AS upper, n_positive, n_negative, n_unused, max_error, method
	FROM (SELECT (roc_auc(y, s)).* FROM (VALUES	-- Hanley and McNeil 1982; Stata, roctab: 0.8932, 0.0307, 0.83295, 0.95339
		(1, 3, 33), (2, 2, 6), (3, 2, 6), (4, 11, 11), (5, 33, 2)) t(s, pos, neg),
		LATERAL (SELECT true AS y FROM generate_series(1, pos) UNION ALL SELECT false FROM generate_series(1, neg)) r) q;
SELECT round(ci_lower::numeric, 6) AS lower, round(ci_upper::numeric, 6) AS upper, n_unused FROM roc_auc((SELECT score_state(y, s) FROM docs), 0.5);
SELECT round(log_loss(s, 1e-15)::numeric, 6) AS old, round(log_loss(s)::numeric, 6) AS new, round(log_loss(t)::numeric, 6) AS state
	FROM (SELECT scored_labels(y, s) AS s, score_state(y, s) AS t FROM (VALUES (true, 0::float8), (false, 0.5)) t(y, s)) q;
SELECT n_used, n_positive, n_unused, positive_share, round(mean_score::numeric, 6) AS mean, roc_auc, gini, round(average_precision::numeric, 6) AS ap,
		ks_statistic AS ks, round(log_loss::numeric, 6) AS loss, round(log_loss_constant::numeric, 6) AS constant,
		round(brier_score::numeric, 6) AS brier, brier_score_constant AS constant, round(brier_skill_score::numeric, 6) AS skill, method
	FROM score_summary((SELECT score_state(y, s) FROM docs));
SELECT round(brier_score::numeric, 6) AS brier, round(reliability::numeric, 6) AS rel, round(resolution::numeric, 6) AS res, uncertainty AS unc,
		round(within_bin_variance::numeric, 6) AS wbv, round(within_bin_covariance::numeric, 6) AS wbc,
		round((reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance)::numeric, 6) AS sum
	FROM (SELECT score_state(y, s) AS a FROM docs) q, unnest(ARRAY['uniform', 'quantile', 'distinct']) strategy,
		brier_decomposition(a, 2, strategy);
SELECT fraction, lift_score(a, fraction), lift_score(b, fraction)
	FROM (SELECT score_state(y, s) AS a, scored_labels(y, s) AS b FROM docs) q, unnest(ARRAY[0.25, 0.375, 0.5, 1]) fraction;
SELECT metric, (best_threshold(a, metric, beta => 2, cost_fp => 1, cost_fn => 5)).*
	FROM (SELECT score_state(y, s) AS a FROM docs) q, unnest(ARRAY['f1', 'f_beta', 'youden', 'accuracy', 'balanced_accuracy', 'mcc', 'cost']) metric;
SELECT (best_threshold(score_state(NULL::bool, 0.5))).*;
SELECT (best_threshold(scored_labels(y, s, w))).* FROM docs;
SELECT t, f_beta_state(a, t) FROM (SELECT score_state(y, s) AS a FROM (TABLE docs UNION ALL VALUES (NULL, 0.5, 1), (true, NULL, 1), (NULL, NULL, 1)) r) q,
	unnest(ARRAY['-Infinity', 0.35, 0.4, 'Infinity']::float8[]) t;
SELECT count(a), positive_count(a), negative_count(a), unused_count(a), unlabelled_count(a), unscored_count(a), out_of_range_count(a), is_exact(a),
		count(b), positive_count(b), negative_count(b), unused_count(b), unlabelled_count(b), unscored_count(b), out_of_range_count(b), is_exact(b)
	FROM (SELECT score_state(y, s) AS a, scored_labels(y, s, 1) AS b
		FROM (VALUES (true, 0.5::float8), (true, 2), (false, -1), (NULL, 0.5), (true, NULL), (false, 'NaN'), (NULL, NULL)) t(y, s)) q;
SELECT histogram(a, true) AS positive, histogram(a, false) AS negative FROM (SELECT score_state(y, s) AS a FROM docs) q;

-- tests: NULL where an area or an error is undefined, with the counts all the same
SELECT round(statistic::numeric, 6) AS t, round(p_value::numeric, 6) AS p, round(df::numeric, 4) AS df, round(effect_size::numeric, 6) AS effect, n_reference, n_current,
		unused_reference, unused_current, method
	FROM (SELECT score_state(y, s) AS a, score_state(NOT y, s) AS b, score_state(i % 3 = 0, (i * 7 % 20)::float8) AS c, score_state(true, s) AS d
		FROM (SELECT i % 2 = 0 AS y, nullif(i * 13 % 31, 30)::float8 AS s, i FROM generate_series(1, 60) i) r) q,
		LATERAL (VALUES (1, a, a), (2, a, b), (3, c, b), (4, a, d), (5, d, d)) p(no, r, c1), roc_auc_test(r, c1) ORDER BY no;
SELECT round(z.statistic::numeric, 6) AS z, round(z.p_value::numeric, 6) AS p, z.df, round(z.effect_size::numeric, 6) AS effect, z.n_used, z.n_unused, z.method,
		round(h.statistic::numeric, 6) AS chi2, round(h.p_value::numeric, 6) AS p, h.df, f.df AS fitted, round(f.p_value::numeric, 6) AS p
	FROM (VALUES (1, 0), (2, 4)) v(no, shift), LATERAL (SELECT score_state(i * 7 % 10 < i % 10 + shift, nullif(i % 10 / 10.0, 0)) AS a
		FROM generate_series(1, 300) i) q, spiegelhalter_test(a) z, hosmer_lemeshow_test(a, 5) h, hosmer_lemeshow_test(a, 5, 'uniform', true) f ORDER BY no;
SELECT z.*, h.* FROM (SELECT score_state(true, 0) AS a) q, spiegelhalter_test(a) z, hosmer_lemeshow_test(a) h;
SELECT z.*, h.* FROM (SELECT scored_labels(true, 2) AS a) q, spiegelhalter_test(a) z, hosmer_lemeshow_test(a, fitted => true) h;
SELECT roc_auc_test(a, a) FROM (SELECT scored_labels(true, 1, 2) AS a) q;
SELECT spiegelhalter_test(a) FROM (SELECT scored_labels(true, 1, 2) AS a) q;

-- curves
SELECT c.* FROM (SELECT score_state(y, s) AS a FROM docs) q, roc_curve(a) c;
SELECT c.* FROM (SELECT scored_labels(y, s, w) AS a FROM docs) q, roc_curve(a) c;
SELECT count(*) AS dropped FROM (SELECT score_state(i > 10, i) AS a FROM generate_series(1, 20) i) q, roc_curve(a);
SELECT count(*) AS kept FROM (SELECT score_state(i > 10, i) AS a FROM generate_series(1, 20) i) q, roc_curve(a, false);
SELECT threshold, round("precision"::numeric, 6) AS "precision", recall FROM (SELECT score_state(y, s) AS a FROM docs) q, precision_recall_curve(a);
SELECT threshold, fraction, gain, round(lift::numeric, 6) AS lift FROM (SELECT scored_labels(y, s) AS a FROM docs) q, gain_curve(a);
SELECT bin, lower, round(upper::numeric, 6) AS upper, n, round(mean_score::numeric, 6) AS mean, positive_share AS share, round(ci_lower::numeric, 6) AS ci_lower,
		round(ci_upper::numeric, 6) AS ci_upper
	FROM (SELECT score_state(y, s) AS a FROM docs) q, calibration_curve(a, 2);
SELECT bin, lower, upper, n, round(ci_upper::numeric, 6) AS ci_upper FROM (SELECT score_state(y, s) AS a FROM docs) q,
	calibration_curve(a, n_bins => 2, strategy => 'quantile', confidence => 0.5);
SELECT count(*) FROM (SELECT score_state(NULL::bool, 0.5) AS a) q, roc_curve(a);
SELECT c.* FROM (SELECT score_state(true, 0.5) AS a) q, roc_curve(a) c;
SELECT c.* FROM (SELECT score_state(false, 0.5) AS a) q, precision_recall_curve(a) c;

-- bins: negative, zero and positive scores; a threshold at a bin's edge counts exactly
WITH r AS (SELECT i % 3 = 0 AS y, (i - 2500) / 700.0::float8 AS s FROM generate_series(1, 5000) i),
	a AS (SELECT score_state(y, s, 128) AS a FROM r)
SELECT bool_or(is_exact(a)) AS exact, count(*) > 20 AS bins, count(*) FILTER (WHERE f_beta_state(a, threshold)
		<> (SELECT f_beta_state(y, s >= threshold) FROM r)) AS different,
		count(*) FILTER (WHERE false_positives <> (SELECT count(*) FROM r WHERE NOT y AND s >= threshold)) AS different
	FROM a, roc_curve(a, false);

-- errors and hints
SELECT score_state(2, 0.5);
SELECT scored_labels(-1, 0.5);
SELECT score_state(true, 0.5, 4);
SELECT score_state(true, 0.5, NULL::int);
SELECT score_state(true, 0.5, n) FROM (VALUES (100), (200)) t(n);
SELECT scored_labels(true, 0.5, -1);
SELECT scored_labels(true, NULL, 'Infinity');
SELECT _score_state_trans(NULL, true, 0.5);
SELECT roc_auc(score_state(true, 0.5), 1);
SELECT log_loss(scored_labels(true, 0.5), 0.5);
SELECT lift_score(score_state(true, 0.5), 0);
SELECT best_threshold(score_state(true, 0.5), 'f2');
SELECT best_threshold(score_state(true, 0.5), 'f_beta', -1);
SELECT best_threshold(score_state(true, 0.5), 'cost', cost_fp => 'NaN');
SELECT f_beta_state(score_state(true, 0.5), 'NaN');
SELECT f_beta_state(scored_labels(true, 0.5, 2), 0.5);
SELECT expected_calibration_error(score_state(true, 0.5), 0);
SELECT maximum_calibration_error(score_state(true, 0.5), 10, 'deciles');
SELECT expected_calibration_error(scored_labels(true, 0.5, 2), 10, 'quantile');

-- malformed text, one line each
SELECT ''::score_state;
SELECT '{}'::score_state;
SELECT '{"max_bytes":4,"significant_bits":53,"unlabelled":0,"empty":0}'::score_state;
SELECT replace(score_state(true, 0.5)::text, '"n":1', '"n":2')::score_state;
SELECT replace(score_state(true, 0.5)::text, '"unlabelled":0', '"unlabelled":-1')::score_state;
SELECT replace(score_state(true, 0.5)::text, '"unlabelled":0', '"unlabelled":9223372036854775807')::score_state;
SELECT replace(a, '"positive_outside":', '"positive_outside":1')::score_state
	FROM (SELECT score_state(true, i / 3.0, 16)::text AS a FROM generate_series(1, 12) i) q;
SELECT regexp_replace(a, '"positive_log_loss":"', '"positive_log_loss":"f')::score_state
	FROM (SELECT score_state(true, i / 3.0, 16)::text AS a FROM generate_series(1, 12) i) q;
SELECT ''::scored_labels;
SELECT '{"unlabelled":0,"unscored":0,"empty":0,"unweighted":0,"weighted":false,"negative":[2,1],"positive":[]}'::scored_labels;
SELECT '{"unlabelled":0,"unscored":0,"empty":0,"unweighted":0,"weighted":false,"negative":[1e999],"positive":[]}'::scored_labels;
SELECT '{"unlabelled":0,"unscored":0,"empty":0,"unweighted":0,"weighted":true,"negative":[[1,1]],"positive":[]}'::scored_labels;
SELECT '{"unlabelled":0,"unscored":0,"empty":0,"unweighted":0,"weighted":true,"negative":[[1,-2]],"positive":[]}'::scored_labels;
SELECT '{"unlabelled":0,"unscored":0,"empty":9223372036854775807,"unweighted":0,"weighted":false,"negative":[],"positive":[1]}'::scored_labels;
SELECT ' {"unlabelled":0,"unscored":0,"empty":0,"unweighted":0,"weighted":false,"negative":[-0],"positive":[ 1, 1 ]} '::scored_labels;

-- binary form: COPY there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/15_score_state.bin' AS file \gset
CREATE TEMP TABLE packed (a score_state, b scored_labels);
INSERT INTO packed SELECT score_state(y, s), scored_labels(y, s) FROM docs;
INSERT INTO packed SELECT score_state(y, s), scored_labels(y, s, w) FROM docs;
INSERT INTO packed SELECT score_state(i % 2 = 0, i / 3.0, 16), scored_labels(i % 2 = 0, i / 3.0, abs(i) % 4) FROM generate_series(-300, 300) i;
INSERT INTO packed SELECT score_state(NULL::bool, NULL), scored_labels(NULL::bool, NULL);
CREATE TEMP TABLE unpacked (LIKE packed);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.a = u.a AND p.b = u.b AND p.a::text = u.a::text AND p.b::text = u.b::text) AS same
	FROM (SELECT a, b, row_number() OVER () FROM packed) p JOIN (SELECT a, b, row_number() OVER () FROM unpacked) u USING (row_number);
SELECT _scored_labels_send(b) FROM packed LIMIT 2;
SELECT _score_state_send(a) FROM packed LIMIT 1;
CREATE TEMP TABLE one_score_state (v score_state);
CREATE TEMP TABLE one_scored_labels (v scored_labels);
CREATE FUNCTION pg_temp.recv(type text, value bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea
		|| int4send(length(value)) || value || '\xffff');
	v text;
BEGIN
	PERFORM lo_export(lo, file);
	PERFORM lo_unlink(lo);
	EXECUTE format('DELETE FROM one_%s', type);
	EXECUTE format('COPY one_%s FROM %L (FORMAT binary)', type, file);
	EXECUTE format('SELECT v::text FROM one_%s', type) INTO v;
	RETURN v;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT what, pg_temp.recv('scored_labels', bytes, :'file') FROM (VALUES
	(1, 'good', '\x4c010000000000000000013fe0000000000000'::bytea),
	(2, 'nothing', '\x'),
	(3, 'other type', '\x53010000000000000000013fe0000000000000'),
	(4, 'working form', '\x4c010100000000000000013fe0000000000000'),
	(5, 'too short', '\x4c010000000000000000013fe00000000000'),
	(6, 'too long', '\x4c010000000000000000013fe000000000000000'),
	(7, 'more rows than bytes', '\x4c01000000000000000002'),
	(8, 'rows beyond memory', '\x4c0100000000000000ffffffffffffffff7fffffffffffffffff7f'),
	(9, 'NaN', '\x4c010000000000000000017ff8000000000000'),
	(10, 'minus zero', '\x4c010000000000000000018000000000000000'),
	(11, 'weights of 1', '\x4c010000010000000000013fe00000000000003ff0000000000000'),
	(12, 'weights of 2', '\x4c010000010000000000013fe00000000000004000000000000000'),
	(13, 'descending', '\x4c010000000000000000023ff00000000000003fe0000000000000')
	) t(no, what, bytes) ORDER BY no;
-- every byte of a binned state changed in turn: rejected, or read back as it was written; never accepted with bytes of its own
CREATE FUNCTION pg_temp.flipped(type text, value bytea, file text, OUT refused int, OUT taken int, OUT wrong int) LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	other bytea;
BEGIN
	refused := 0; taken := 0; wrong := 0;
	FOR i IN 0 .. length(value) - 1 LOOP
		FOREACH answer IN ARRAY ARRAY['1', '128', '255'] LOOP
			other := set_byte(value, i, get_byte(value, i) # answer::int);
			answer := pg_temp.recv(type, other, file);
			IF answer ~ '^22P03' THEN
				refused := refused + 1;
			ELSIF answer ~ '^{' THEN
				taken := taken + 1;
				EXECUTE format('SELECT datamon._%s_send(%L::datamon.%I) <> %L::bytea', type, answer, type, other) INTO answer;
				wrong := wrong + answer::bool::int;
			ELSE
				wrong := wrong + 1;
				RAISE NOTICE '%: %', i, answer;
			END IF;
		END LOOP;
	END LOOP;
END $$;
SELECT refused > 50 AS refused, wrong FROM packed, LATERAL pg_temp.flipped('score_state', _score_state_send(a), :'file') LIMIT 1 OFFSET 2;
SELECT refused > 10 AS refused, wrong FROM packed, LATERAL pg_temp.flipped('scored_labels', _scored_labels_send(b), :'file') LIMIT 2;

-- plans
CREATE TABLE plan_rows (g int, y bool, s float8, w float8) PARTITION BY LIST (g);
CREATE TABLE plan_rows_0 PARTITION OF plan_rows FOR VALUES IN (0);
CREATE TABLE plan_rows_1 PARTITION OF plan_rows FOR VALUES IN (1);
CREATE TABLE plan_rows_2 PARTITION OF plan_rows FOR VALUES IN (2);	-- stays empty
INSERT INTO plan_rows SELECT i % 2, CASE WHEN i % 11 > 0 THEN i * 7 % 13 < i * 3 % 17 END, CASE WHEN i % 19 > 0 THEN i * 37 % 10007 / 10007.0 END, i % 4
	FROM generate_series(1, 60000) i;
ANALYZE plan_rows;
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
\set whole 'SELECT score_state(y, s) AS a, score_state(y, s, 100) AS b, scored_labels(y, s) AS c, scored_labels(y, s, w) AS d, roc_auc_score(y, s) AS e, log_loss(y, s) AS f, (roc_auc(y, s))::text AS h FROM plan_rows'
\set grouped 'SELECT y AS k, score_state(y, s) AS a, scored_labels(y, s, w) AS b FROM plan_rows GROUP BY y'
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS :whole;
CREATE TABLE serial_grouped AS :grouped;
SELECT count(a), count(b), is_exact(a), is_exact(b), unused_count(c), unused_count(d), round(e::numeric, 6) AS auc FROM serial;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial, pg_temp.plan_has(:'grouped', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f = s.f AS f, p.h = s.h AS h FROM serial s, (:whole) p;
SELECT count(*), bool_and(p.a = s.a), bool_and(p.b = s.b) FROM serial_grouped s JOIN (:grouped) p ON p.k IS NOT DISTINCT FROM s.k;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
SELECT pg_temp.plan_has(:'whole', 'Partial') AS partial;
SELECT p.a = s.a AS a, p.b = s.b AS b, p.c = s.c AS c, p.d = s.d AS d, p.e = s.e AS e, p.f = s.f AS f, p.h = s.h AS h FROM serial s, (:whole) p;
RESET ALL;
SET search_path = datamon, public;

-- a hash aggregate of 50,000 groups
SET work_mem = '256MB';
SELECT count(*) AS groups, sum(count(a)) AS rows, count(DISTINCT auc) AS areas
	FROM (SELECT score_state(i % 3 = 0, i % 7) AS a, roc_auc_score(i % 3 = 0, i % 7) AS auc FROM generate_series(1, 200000) i GROUP BY i % 50000) g;
RESET work_mem;
DROP TABLE plan_rows, serial, serial_grouped;

-- a state does not grow with what is merged into it
CREATE AGGREGATE pg_temp.merged_bytes(score_state) (SFUNC = _score_state_combine, STYPE = score_state);
CREATE TEMP TABLE parts AS
	SELECT g, score_state(i % 3 = 0, ((i * 7919 + g) % 1009) / 1009.0, 64) AS s
	FROM generate_series(1, 20) g, generate_series(1, 300) i GROUP BY g;
SELECT (SELECT pg_column_size(pg_temp.merged_bytes(s)) FROM parts, generate_series(1, 100)) =
	(SELECT pg_column_size(pg_temp.merged_bytes(s)) FROM parts) AS same_size;
SELECT round(log_loss(merge(s))::numeric, 12) = (SELECT round(log_loss(merge(s))::numeric, 12) FROM parts) AS same_loss
	FROM parts, generate_series(1, 100);
DROP AGGREGATE pg_temp.merged_bytes(score_state);
DROP TABLE parts;
