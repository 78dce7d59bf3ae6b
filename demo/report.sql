-- The same as a page: how the model did week by week, under it the alerts.

\qecho '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>datamon: a year of flights</title>'
\qecho '<style>body{font:15px/1.5 sans-serif;max-width:64em;margin:2em auto;padding:0 1em;color:#222}table{border-collapse:collapse;margin:1em 0}td,th{border:0;border-bottom:1px solid #ddd;padding:.2em .8em;text-align:left}svg{width:100%;height:auto}h2{margin-top:2em}</style>'
\qecho '<h1>A year of flights, watched by datamon</h1>'
\qecho '<p>A model learnt in January and February 2013 which flights arrive late. Grey: the baseline. Blue: the mean of its scores. Red: the share of the late flights that it foretold (recall). Marks below: the first bad day of an alert.</p>'

WITH week AS (
	SELECT width_bucket(extract(epoch FROM predicted_at - '2013-01-01') / 86400, 0, 364, 52) AS number, avg(score) AS score,
		count(*) FILTER (WHERE late AND predicted_late) / nullif(count(*) FILTER (WHERE late), 0)::float8 AS recall
	FROM predictions LEFT JOIN labels USING (prediction_id)
	GROUP BY 1
)
SELECT '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 330" font-size="12" fill="none"><rect x="40" y="10" width="164" height="250" fill="#eee"/>'
	|| (SELECT string_agg(format('<path d="M40 %s H1050" stroke="#ddd"/><text x="8" y="%s" fill="#666">%s</text>', 260 - y * 312.5, 264 - y * 312.5, y), '')
		FROM unnest(ARRAY[0, 0.2, 0.4, 0.6, 0.8]) y)
	|| (SELECT string_agg(format('<text x="%s" y="280" fill="#666">%s</text>', 40 + (day - date '2013-01-01') * 2.76, to_char(day, 'Mon')), '')
		FROM (SELECT make_date(2013, m, 1) AS day FROM generate_series(1, 12) m) d)
	|| (SELECT format('<polyline stroke="#c22" stroke-width="2" points="%s"/><polyline stroke="#26c" stroke-width="2" points="%s"/>',
			string_agg(format('%s,%s', 30 + number * 19.32, round((260 - recall * 312.5)::numeric, 1)), ' ' ORDER BY number),
			string_agg(format('%s,%s', 30 + number * 19.32, round((260 - score * 312.5)::numeric, 1)), ' ' ORDER BY number))
		FROM week WHERE number BETWEEN 1 AND 52)
	|| coalesce((SELECT string_agg(format('<path d="M%s 290 v18" stroke="#c22"/>', 40 + (day - date '2013-01-01') * 2.76), '')
		FROM (SELECT DISTINCT first_bucket::date AS day FROM datamon.alerts) d), '')
	|| '</svg>';

\pset format html
\pset tuples_only off
\pset footer off
\pset border 0
\qecho '<h2>Month by month</h2>'
SELECT to_char(predicted_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS flights, count(late) AS labelled,
	round(avg(temp)::numeric, 1) AS "temperature, mean", round(avg(score)::numeric, 3) AS "score, mean",
	round(count(*) FILTER (WHERE late AND predicted_late) / nullif(count(*) FILTER (WHERE late), 0)::numeric, 3) AS recall,
	round(2 * count(*) FILTER (WHERE late AND predicted_late)
		/ nullif(count(*) FILTER (WHERE late) + count(*) FILTER (WHERE predicted_late AND late IS NOT NULL), 0)::numeric, 3) AS f1
FROM predictions LEFT JOIN labels USING (prediction_id)
WHERE predicted_at < '2014-01-01'
GROUP BY 1 ORDER BY 1;
\qecho '<h2>Alerts</h2>'
SELECT alert_id, severity, state, coalesce(column_name, CASE WHEN rule LIKE 'volume%' THEN 'volume' ELSE 'performance' END) AS what, segment, first_bucket::date AS "first bad day",
	last_bucket::date AS "last bad day", title
FROM datamon.alerts
ORDER BY first_bucket, alert_id;
SELECT alert_id AS worst FROM datamon.alerts ORDER BY severity = 'warning', parts DESC, alert_id LIMIT 1
\gset
\if :{?worst}
  \qecho '<h2>Why: alert' :worst '</h2>'
  SELECT rank, kind, breakdown, name, round(contribution::numeric, 4) AS contribution, round(100 * share::numeric, 1) AS "share, %", detail
  FROM datamon.explain(:worst) WHERE rank <= 10;
\endif
