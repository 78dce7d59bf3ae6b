-- Recompute the oracle's figures in plain SQL on the loaded tables, without datamon, and list what differs.
--   psql -v flights=test/data/flights -f load.sql -f check.sql
-- Not recomputed: the p-values, which plain SQL has no functions for.

\if :{?flights}
\else
  \set flights .
\endif
\setenv DATAMON_FLIGHTS :flights
\set ON_ERROR_STOP on

CREATE TEMPORARY TABLE said (period text, origin text, column_name text, measure text, value float8);
\copy said from program 'cat "$DATAMON_FLIGHTS"/oracle_monthly.csv' with (format csv, header, force_not_null (origin, column_name))
CREATE TEMPORARY TABLE said_count (period text, column_name text, value text, count bigint);
\copy said_count from program 'cat "$DATAMON_FLIGHTS"/oracle_counts.csv' with (format csv, header)

CREATE TEMPORARY TABLE row_of AS
SELECT CASE WHEN predicted_at < '2013-03-01 00:00Z' THEN 'reference'
		ELSE to_char(predicted_at AT TIME ZONE 'UTC', 'YYYY-MM') END AS period, p.*, l.late
FROM predictions p LEFT JOIN labels l USING (prediction_id)
WHERE predicted_at < '2014-01-01 00:00Z';

CREATE TEMPORARY TABLE number_of AS
SELECT period, column_name, value
FROM row_of, LATERAL (VALUES ('score', score), ('temp', temp), ('wind_speed', wind_speed), ('visib', visib),
	('precip', precip), ('distance', distance), ('hour', hour)) v (column_name, value);

CREATE TEMPORARY TABLE count_of AS
SELECT period, column_name, value, count(*)
FROM row_of, LATERAL (VALUES ('carrier', carrier), ('origin', origin), ('dest', dest), ('dow', dow),
	('model_version', model_version), ('predicted_late', predicted_late::text)) v (column_name, value)
GROUP BY 1, 2, 3;

CREATE TEMPORARY TABLE found (period text, origin text, column_name text, measure text, value float8);

-- Performance, of everything and of each origin.
INSERT INTO found
WITH tally AS (
	SELECT period, coalesce(origin, '') AS origin, count(*) AS n, count(late) AS labelled,
		count(*) FILTER (WHERE late AND predicted_late) AS tp, count(*) FILTER (WHERE NOT late AND predicted_late) AS fp,
		count(*) FILTER (WHERE late AND NOT predicted_late) AS fn,
		count(*) FILTER (WHERE NOT late AND NOT predicted_late) AS tn
	FROM row_of GROUP BY GROUPING SETS ((period), (period, origin))
)
SELECT period, origin, '', measure, value
FROM tally, LATERAL (VALUES ('n', n::float8), ('labelled', labelled), ('tp', tp), ('fp', fp), ('fn', fn), ('tn', tn),
	('accuracy', (tp + tn) / labelled::float8), ('precision', tp / (tp + fp)::float8), ('recall', tp / (tp + fn)::float8),
	('f1', 2 * tp / (2 * tp + fp + fn)::float8), ('fbeta_3', 10 * tp / (10 * tp + fp + 9 * fn)::float8),
	('specificity', tn / (tn + fp)::float8)) v (measure, value);

-- Numbers by themselves.
INSERT INTO found
SELECT period, '', column_name, v.measure, v.value
FROM (
	SELECT period, column_name, count(*) AS n, count(*) - count(value) AS missing, avg(value) AS mean,
		stddev_samp(value) AS sd, min(value) AS lo, max(value) AS hi,
		percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY value) AS q
	FROM number_of GROUP BY 1, 2
) d, LATERAL (VALUES ('n', n::float8), ('missing', missing), ('mean', mean), ('stddev', sd), ('min', lo), ('max', hi),
	('quantile_0.1', q[1]), ('quantile_0.25', q[2]), ('median', q[3]), ('quantile_0.75', q[4]),
	('quantile_0.9', q[5])) v (measure, value);

-- Numbers against the reference: the area and the largest gap between the two step functions.
INSERT INTO found
WITH weighed AS (
	SELECT c.period, column_name, value, count(*) FILTER (WHERE NOT old) AS new, count(*) FILTER (WHERE old) AS old
	FROM (
		SELECT period, column_name, value, false AS old FROM number_of WHERE period <> 'reference'
		UNION ALL
		SELECT p.period, n.column_name, n.value, true FROM number_of n, (SELECT DISTINCT period FROM number_of) p
		WHERE n.period = 'reference' AND p.period <> 'reference'
	) c
	WHERE value IS NOT NULL
	GROUP BY 1, 2, 3
), stepped AS (
	SELECT period, column_name, abs(
			sum(new) OVER upward / sum(new) OVER whole - sum(old) OVER upward / sum(old) OVER whole)::float8 AS gap,
		lead(value) OVER upward - value AS width
	FROM weighed
	WINDOW whole AS (PARTITION BY period, column_name), upward AS (PARTITION BY period, column_name ORDER BY value)
), area AS (
	SELECT period, column_name, sum(gap * width) AS moved, max(gap) AS ks FROM stepped GROUP BY 1, 2
), spread AS (
	SELECT column_name, greatest(stddev_pop(value), 0.001) AS sd FROM number_of WHERE period = 'reference' GROUP BY 1
)
SELECT period, '', column_name, v.measure, v.value
FROM area JOIN spread USING (column_name),
	LATERAL (VALUES ('wasserstein', moved), ('wasserstein_normed', moved / sd), ('ks_statistic', ks)) v (measure, value);

-- Shares per bin: deciles of the reference for numbers, every value of either side for categories.
CREATE TEMPORARY TABLE bin_of AS
WITH edge AS (
	SELECT column_name, percentile_cont(ARRAY[.1, .2, .3, .4, .5, .6, .7, .8, .9]) WITHIN GROUP (ORDER BY value) AS inner_edge
	FROM number_of WHERE period = 'reference' GROUP BY 1
)
SELECT period, column_name, false AS is_category, width_bucket(value, inner_edge)::text AS bin, count(*)
FROM number_of JOIN edge USING (column_name) WHERE value IS NOT NULL GROUP BY 1, 2, 4
UNION ALL
SELECT period, column_name, true, value, count FROM count_of;

INSERT INTO found
WITH paired AS (
	SELECT m.period, column_name, bin, is_category, coalesce(o.count, 0) AS old, coalesce(n.count, 0) AS new,
		sum(o.count) OVER w AS olds, sum(n.count) OVER w AS news
	FROM (SELECT DISTINCT period FROM bin_of WHERE period <> 'reference') m
	CROSS JOIN (SELECT DISTINCT column_name, is_category, bin FROM bin_of) b
	LEFT JOIN bin_of n USING (period, column_name, is_category, bin)
	LEFT JOIN (SELECT * FROM bin_of WHERE period = 'reference') o USING (column_name, is_category, bin)
	WINDOW w AS (PARTITION BY m.period, column_name)
), shared AS (
	SELECT *, (old / olds)::float8 AS a, (new / news)::float8 AS b,
		(old + new) * olds / (olds + news) AS old_expected, (old + new) * news / (olds + news) AS new_expected
	FROM paired WHERE old + new > 0
), summed AS (
	SELECT period, column_name, is_category,
		sum((greatest(b, 1e-4) - greatest(a, 1e-4)) * ln(greatest(b, 1e-4) / greatest(a, 1e-4))) AS psi,
		sqrt(greatest(sum(coalesce(a * ln(2 * nullif(a, 0) / (a + b)), 0) + coalesce(b * ln(2 * nullif(b, 0) / (a + b)), 0)), 0)
			/ 2 / ln(2::float8)) AS js,
		sum((old - old_expected) ^ 2 / old_expected + (new - new_expected) ^ 2 / new_expected)::float8 AS chi2,
		count(*) - 1 AS df, sum(abs(a - b)) / 2 AS tv, max(abs(a - b)) AS top,
		count(*) FILTER (WHERE old = 0) AS born, count(*) FILTER (WHERE new = 0) AS gone
	FROM shared GROUP BY 1, 2, 3
)
SELECT period, '', column_name, v.measure, v.value
FROM summed, LATERAL (VALUES (true, 'psi', psi), (true, 'js_distance', js), (is_category, 'chi_square_statistic', chi2),
	(is_category, 'chi_square_df', df), (is_category, 'total_variation', tv), (is_category, 'l_infinity', top),
	(is_category, 'new_values', born), (is_category, 'vanished_values', gone)) v (asked, measure, value)
WHERE asked;

\echo what differs, by more than a billionth:
SELECT period, origin, column_name, measure, s.value AS oracle, f.value AS sql
FROM (SELECT * FROM said WHERE measure NOT LIKE '%p\_value') s
FULL JOIN found f USING (period, origin, column_name, measure)
WHERE NOT coalesce(abs(s.value - f.value) <= 1e-9 * greatest(1, abs(s.value)), false)
ORDER BY 1, 2, 3, 4;
SELECT period, column_name, value, s.count AS oracle, f.count AS sql
FROM said_count s FULL JOIN count_of f USING (period, column_name, value)
WHERE s.count IS DISTINCT FROM f.count;
SELECT count(*) AS figures_compared, count(*) + (SELECT count(*) FROM said_count) AS with_counts
FROM said WHERE measure NOT LIKE '%p\_value';
DROP TABLE said, said_count, row_of, number_of, count_of, found, bin_of;
