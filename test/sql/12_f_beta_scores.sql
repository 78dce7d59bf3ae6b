-- More scores of f_beta_state, those of the constant model, and F straight from rows.
SET search_path = datamon, public;
\pset null '(null)'

-- scikit-learn's own examples: matthews_corrcoef, balanced_accuracy_score, jaccard_score
SELECT round(matthews_corrcoef(f_beta_state(2, 1, 1, 0))::numeric, 6) AS matthews,
		round(balanced_accuracy_score(f_beta_state(1, 1, 1, 3))::numeric, 6) AS balanced,
		round(jaccard_score(f_beta_state(2, 0, 1, 0))::numeric, 6) AS jaccard;
-- Cohen 1960 as SAS prints it, two classes: [[45, 15], [25, 15]] is 0.1304
SELECT round(cohen_kappa_score(f_beta_state(45, 25, 15, 15))::numeric, 4) AS kappa;
SELECT round(negative_predictive_value(s)::numeric, 6) AS npv, round(false_positive_rate(s)::numeric, 6) AS fpr,
		round(false_negative_rate(s)::numeric, 6) AS fnr, round(prevalence(s)::numeric, 6) AS prevalence,
		round(informedness(s)::numeric, 6) AS informedness, round(markedness(s)::numeric, 6) AS markedness,
		round(lift_score(s)::numeric, 6) AS lift, round(positive_likelihood_ratio(s)::numeric, 6) AS lr_plus,
		round(negative_likelihood_ratio(s)::numeric, 6) AS lr_minus
	FROM (VALUES (f_beta_state(120, 30, 45, 305)), (f_beta_state(0, 0, 0, 0)), (f_beta_state(0, 0, 0, 5)),
		(f_beta_state(0, 0, 5, 0)), (f_beta_state(5, 0, 0, 0)), (f_beta_state(0, 5, 0, 0)), (f_beta_state(5, 0, 0, 5))) t(s);
SELECT matthews_corrcoef(s), cohen_kappa_score(s), balanced_accuracy_score(s), jaccard_score(s)
	FROM (VALUES (f_beta_state(0, 0, 0, 0)), (f_beta_state(0, 0, 0, 5)), (f_beta_state(5, 0, 0, 0)), (f_beta_state(5, 0, 0, 5)),
		(f_beta_state(0, 5, 5, 0))) t(s);
-- counts near the limit of bigint, and a correlation of next to nothing
SELECT matthews_corrcoef(f_beta_state(2000000000000000001, 2000000000000000000, 2000000000000000000, 2000000000000000000)) < 1e-18
	AS small, matthews_corrcoef(f_beta_state(30000001, 30000000, 30000000, 30000000)) BETWEEN 8.33e-9 AND 8.34e-9 AS exact;

SELECT constant_scores(s) FROM (VALUES (f_beta_state(120, 30, 45, 305)), (f_beta_state(3, 0, 0, 0)), (f_beta_state(0, 1, 0, 3)),
	(f_beta_state(1, 0, 1, 2)), (f_beta_state(0, 0, 0, 0))) t(s);

-- f_beta of rows
CREATE TEMP TABLE rows (g int, l bool, p bool);
INSERT INTO rows VALUES (1, true, true), (1, true, false), (1, false, true), (1, true, true), (1, false, false), (1, NULL, true),
	(1, true, NULL), (1, NULL, NULL), (2, false, false), (3, NULL, true), (4, false, true);
SELECT g, f_beta(l, p, 1) AS f1, round(f_beta(l, p, 0.5)::numeric, 6) AS f05, f_beta(l::int, p::int, 1) AS of_int,
		f_beta(l, p, 'infinity') = recall_score(l, p) AS recall, f_beta(l, p, -0.0) = precision_score(l, p) AS precision,
		f_beta(l, p, 2) IS NOT DISTINCT FROM fbeta_score(f_beta_state(l, p), 2) AS same
	FROM rows GROUP BY g ORDER BY g;
SELECT f_beta(l, p, 1) FROM rows WHERE false;
SELECT f1_score(l, p), accuracy_score(l, p), balanced_accuracy_score(l, p), round(matthews_corrcoef(l, p)::numeric, 6) AS matthews
	FROM rows WHERE g = 1;
-- classes 0 and 1, of whatever width
SELECT f1_score(a, b) = f1_score(a = 1, b = 1) AS f1, precision_score(a, b) = precision_score(a = 1, b = 1) AS precision,
	recall_score(a, b::int) = recall_score(a = 1, b = 1) AS recall, accuracy_score(a, b) = accuracy_score(a = 1, b = 1) AS accuracy,
	balanced_accuracy_score(a, b) = balanced_accuracy_score(a = 1, b = 1) AS balanced, matthews_corrcoef(a, b) = matthews_corrcoef(a = 1, b = 1) AS matthews
	FROM (SELECT (i % 3 = 0)::int AS a, nullif((i % 4 = 0)::int, i)::smallint AS b FROM generate_series(1, 20) i) r;
SELECT f1_score(i, 1) FROM generate_series(1, 2) i;
SELECT f_beta(l, p, g) FROM rows;
SELECT f_beta(l, p, NULL) FROM rows;
SELECT f_beta(l, p, -1) FROM rows;
SELECT f_beta(l, p, 'nan') FROM rows;
SELECT f_beta(g, 1, 1) FROM rows;
SELECT f_beta(1, -g, 1) FROM rows;
SELECT _f_beta_trans(NULL, true, true, 1);
SELECT _f_beta_combine('{1,2,3,4}', '{1,2,3,4}');
SELECT _f_beta_final('{1,2,3}');
SELECT _f_beta_final(NULL);
-- running over a window, and in parallel
SELECT count(*) FILTER (WHERE f = 2.0 * (i / 2) / (i / 2 + i)) AS running
	FROM (SELECT i, f_beta(i % 2 = 0, true, 1) OVER (ORDER BY i) AS f FROM generate_series(1, 300) i) w;
CREATE TABLE many AS SELECT i % 3 = 0 AS l, i % 5 < 2 AS p FROM generate_series(1, 50000) i;
ANALYZE many;
SELECT f_beta(l, p, 2) AS serial FROM many \gset
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
EXPLAIN (COSTS off) SELECT f_beta(l, p, 2) FROM many;
SELECT f_beta(l, p, 2) = :serial AS same FROM many;
RESET ALL;
DROP TABLE datamon.many;
