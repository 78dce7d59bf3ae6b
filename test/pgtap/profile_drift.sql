-- What the rules ask of two profiles is what drift_summary() says of their columns.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;

BEGIN;
SELECT plan(4);
-- Exact and folded numbers, few and many categories, NULLs, NaN and infinity, a column without values, groups too small to compare.
CREATE TEMPORARY TABLE cell AS
SELECT g, p, row_number() OVER (ORDER BY g) AS no
FROM (SELECT g, datamon.profile(a, b, c, d, e) AS p
	FROM (SELECT i % 7 AS g, CASE WHEN i % 11 > 0 THEN (i * 7919 % 1009)::float8 / (1 + i % 7) END AS a,
			CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE sin(i) * (i % 7) END::float8 AS b,
			'v' || (i * i % (3 + i % 7)) AS c, CASE WHEN i % 5 > 0 THEN (i * 31 % 3000)::text END AS d, NULL::float8 AS e
		FROM generate_series(1, 20000) i WHERE i % 7 < 6 OR i < 150) r
	GROUP BY g) x;
CREATE TEMPORARY TABLE told AS
SELECT a.no AS reference, b.no AS current, f.column_no, f.count, f.null_count, f.mean, f.reference_count, f.reference_null_count, f.reference_mean,
	f.excess, f.expectation, f.stddev
FROM cell a CROSS JOIN cell b CROSS JOIN LATERAL datamon._profile_drift(a.p, b.p, '{1,2,3,4,5}', 30) f;
CREATE TEMPORARY TABLE summed AS
SELECT a.no AS reference, b.no AS current, y.column_no, y.count, y.null_count, y.mean, x.count AS reference_count,
	x.null_count AS reference_null_count, x.mean AS reference_mean, coalesce(n.excess, c.excess) AS excess,
	coalesce(n.null_expectation, c.null_expectation) AS expectation, coalesce(n.null_stddev, c.null_stddev) AS stddev
FROM cell a CROSS JOIN cell b
CROSS JOIN LATERAL datamon.columns(a.p) x
JOIN LATERAL datamon.columns(b.p) y ON y.column_no = x.column_no
LEFT JOIN LATERAL datamon.drift_summary(x.histogram, y.histogram) n ON y.kind = 'number' AND y.count >= 30
LEFT JOIN LATERAL datamon.drift_summary(x.value_counts, y.value_counts) c ON y.kind = 'category' AND y.count >= 30;
SELECT cmp_ok((SELECT count(*) FROM told WHERE excess IS NOT NULL), '>', 100::bigint, 'many pairs are compared');
SELECT is_empty('(TABLE told EXCEPT TABLE summed) UNION ALL (TABLE summed EXCEPT TABLE told)', 'to the last bit as drift_summary() says');
SELECT is((SELECT array_agg(f.column_no ORDER BY f.column_no) FROM cell c
		CROSS JOIN LATERAL datamon._profile_drift(c.p, c.p, '{4,NULL,2,6,0}', 30) f WHERE c.no = 1), '{2,4}',
	'only the columns that are asked for, and that there are');
SELECT is((SELECT count(*) FROM told t JOIN summed s USING (reference, current, column_no) WHERE t.count < 30 AND t.excess IS NOT NULL),
	0::bigint, 'too few values are not compared');
SELECT * FROM finish();
ROLLBACK;
