-- The year goes on: every day its flights are scored, the labels of flights that landed arrive, and datamon looks.
-- Each statement is a transaction of its own, as in life. The channel demo only carries headlines for the listener.

\set ON_ERROR_STOP on
\o /dev/null
SELECT statement
FROM generate_series(timestamptz '2013-03-01', '2013-12-31', '1 day') day,
	LATERAL (VALUES
		(1, CASE WHEN extract(day FROM day) = 1 THEN format('NOTIFY demo, %L', to_char(day, 'FMMonth YYYY')) END),
		(2, format('INSERT INTO predictions SELECT * FROM staging.predictions WHERE predicted_at >= %L AND predicted_at < %L ORDER BY predicted_at, prediction_id', day, day + '1 day')),
		(3, format('INSERT INTO labels SELECT * FROM staging.labels WHERE label_at >= %L AND label_at < %L ORDER BY label_at, prediction_id', day, day + '1 day')),
		(4, format('SELECT FROM datamon.tick(%L, as_of => %L)', 'predictions', day + '1 day'))
	) step (number, statement)
WHERE statement IS NOT NULL
ORDER BY day, number
\gexec
NOTIFY demo, 'end';
