-- What the year's alerts add up to.

\pset null '-'
\pset footer off
\echo what and when:
SELECT coalesce(column_name, 'performance') AS what, rule, count(*) AS alerts, min(first_bucket)::date AS first_bad_day,
	max(last_bucket)::date AS last_bad_day, count(DISTINCT segment) AS segments,
	count(*) FILTER (WHERE state <> 'resolved') AS still_open
FROM datamon.alerts
GROUP BY column_name, rule
ORDER BY first_bad_day, what, rule;

\echo where: the ten worst
SELECT alert_id, segment, coalesce(column_name, 'performance') AS what, first_bucket::date AS first_bad_day,
	last_bucket::date AS last_bad_day, title
FROM datamon.alerts
ORDER BY worst_effect_size DESC NULLS LAST, alert_id
LIMIT 10;

SELECT alert_id AS worst FROM datamon.alerts ORDER BY worst_effect_size DESC NULLS LAST, alert_id LIMIT 1
\gset
\if :{?worst}
  \echo why: SELECT * FROM datamon.explain(:worst)
  SELECT * FROM datamon.explain(:worst);
\endif
