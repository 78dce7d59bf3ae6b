-- What the year's alerts add up to.

\pset null '-'
\pset footer off
\echo month by month, from the daily cells:
SELECT to_char(m, 'YYYY-MM') AS month, s.n AS flights, q.n_used AS labelled, round(q.precision::numeric, 3) AS precision,
	round(q.recall::numeric, 3) AS recall, round(q.f1::numeric, 3) AS f1, d.score AS "score drift (W1/sd)", d.temp AS "temp drift (W1/sd)",
	d.carrier AS "carriers moved"
FROM generate_series(timestamptz '2013-03-01', '2013-12-01', '1 month') m
CROSS JOIN LATERAL (SELECT tstzrange(m, m + '1 month') AS during) w
CROSS JOIN LATERAL datamon.summarize('predictions', w.during) s
CROSS JOIN LATERAL datamon.window_performance('predictions', w.during) q
CROSS JOIN LATERAL (
	SELECT max(round(x.wasserstein_distance_normed::numeric, 2)) FILTER (WHERE x.column_name = 'score') AS score,
		max(round(x.wasserstein_distance_normed::numeric, 2)) FILTER (WHERE x.column_name = 'temp') AS temp,
		max(round(100 * x.total_variation::numeric, 1) || ' %') FILTER (WHERE x.column_name = 'carrier') AS carrier
	FROM datamon.window_drift('predictions', w.during) x) d;

\echo what and when:
SELECT coalesce(column_name, CASE WHEN rule LIKE 'volume%' THEN 'volume' ELSE 'performance' END) AS what, rule, count(*) AS alerts, min(first_bucket)::date AS first_bad_day,
	max(last_bucket)::date AS last_bad_day, count(DISTINCT segment) AS segments,
	count(*) FILTER (WHERE state <> 'resolved') AS still_open
FROM datamon.alerts
GROUP BY what, rule
ORDER BY first_bad_day, what, rule;

\echo where: the ten worst
SELECT alert_id, segment, coalesce(column_name, CASE WHEN rule LIKE 'volume%' THEN 'volume' ELSE 'performance' END) AS what, first_bucket::date AS first_bad_day,
	last_bucket::date AS last_bad_day, title
FROM datamon.alerts
ORDER BY severity = 'warning', parts DESC, alert_id
LIMIT 10;

SELECT alert_id AS worst FROM datamon.alerts ORDER BY severity = 'warning', parts DESC, alert_id LIMIT 1
\gset
\if :{?worst}
  \echo the worst in ten lines: SELECT datamon.alert_report(:worst)
  \pset format unaligned
  \pset tuples_only on
  SELECT datamon.alert_report(:worst);
  \pset tuples_only off
  \pset format aligned
  \echo
  \echo why: SELECT * FROM datamon.explain(:worst), the first three of each kind
  SELECT rank, kind, breakdown, name, round(contribution::numeric, 4) AS contribution, round(100 * share::numeric, 1) AS "share, %", detail
  FROM datamon.explain(:worst) WHERE rank <= 3;
\endif
