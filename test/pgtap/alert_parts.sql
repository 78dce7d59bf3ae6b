-- Parts of an alert go with it: in people's hands, in silence, and when they come back.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
SELECT plan(24);

CREATE TABLE payments (at timestamptz, amount float8, fee float8);
INSERT INTO payments SELECT '2025-01-01'::timestamptz + i * interval '1 minute', i % 60, i % 60 FROM generate_series(0, 2000) i;
SELECT lives_ok($$SELECT * FROM datamon.watch('payments', bucket => '1 hour', dimensions => '{}')$$, 'a monitor');
SELECT is((SELECT error FROM datamon.tick('payments')), NULL, 'is ticked');
CREATE FUNCTION pg_temp.finding(column_no int, column_name name, part_of bigint) RETURNS bigint LANGUAGE sql AS $$
	INSERT INTO datamon.alert (monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket, last_bucket,
		checked_bucket, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current, n_reference, opened_at,
		opened_bucket, logged_state, part_of, title)
	SELECT monitor_id, segment_id, 'missing', $1, $2, 'missing of ' || $2, 'open', 'warning', '2025-01-01', '2025-01-01', '2025-01-01',
		'2025-01-01', 0, 1, 1, 0, 100, 100, now(), '2025-01-01', 'open', $3, 'a finding'
	FROM datamon.segment WHERE monitor_id = (SELECT max(m.monitor_id) FROM datamon.monitor m WHERE m.source = 'payments'::regclass) AND key = '{}'
	RETURNING alert_id
$$;
SELECT pg_temp.finding(1, 'amount', NULL) AS head \gset
SELECT pg_temp.finding(2, 'fee', :head) AS part \gset
SELECT max(m.monitor_id) AS monitor FROM datamon.monitor m WHERE m.source = 'payments'::regclass \gset
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(column_name || ' ' || state, ', ' ORDER BY alert_id) FROM datamon.alert
	WHERE monitor_id = (SELECT max(m.monitor_id) FROM datamon.monitor m WHERE m.source = 'payments'::regclass)
$$;

SELECT is((SELECT format('%s %s', column_name, parts) FROM datamon.alerts WHERE monitor_id = :monitor), 'amount 1', 'one alert with a part');
SELECT is((SELECT open_alerts FROM datamon.monitors WHERE monitor_id = :monitor), 1::bigint, 'counts as one');
SELECT throws_ok(format('SELECT datamon.%s', c), '55000', format('alert %s is part of alert %s', :part, :head), 'refused for a part: ' || c)
FROM unnest(ARRAY[format('acknowledge(%s)', :part), format('resolve(%s)', :part), format('assign(%s, current_user::regrole)', :part)]) c;

SELECT lives_ok(format('SELECT datamon.acknowledge(%s)', :head), 'the alert is acknowledged');
SELECT is(pg_temp.states(), 'amount acknowledged, fee open', 'which says nothing of its parts');
SELECT is((SELECT open_alerts FROM datamon.monitors WHERE monitor_id = :monitor), 1::bigint, 'and it is not over');

-- Silence.
SELECT datamon.silence('payments', column_name => 'amount', for_interval => '1 hour') AS silence \gset
SELECT is((SELECT silence_id FROM datamon.alerts WHERE alert_id = :head), NULL, 'a silence of the column that leads leaves the other to be told');
SELECT isnt_empty(format('SELECT FROM datamon.alert WHERE alert_id = %s AND notified_state IS NULL', :head), 'nothing was told yet');
SELECT is(datamon.notify_pending() > 0, true, 'so it is told');
SELECT datamon.silence('payments', column_name => 'fee', for_interval => '1 hour') AS silence2 \gset
SELECT is((SELECT silence_id FROM datamon.alerts WHERE alert_id = :head), :silence::bigint, 'silences of all parts together are one of the alert');
SELECT lives_ok(format('SELECT datamon.reopen(%s)', :head), 'reopened');
SELECT is(datamon.notify_pending(), 0, 'and nobody is told');

-- Resolved together.
SELECT lives_ok(format('SELECT datamon.resolve(%s, ''seen to'')', :head), 'resolved');
SELECT is(pg_temp.states(), 'amount resolved, fee resolved', 'with its part');
SELECT is((SELECT string_agg(action || ' ' || from_state, ', ' ORDER BY event_id) FROM datamon.alert_history WHERE alert_id = :part),
	'resolved open', 'which history has');

-- A part that comes back opens what it is part of, or joins its successor.
UPDATE datamon.alert SET state = 'open', opened_bucket = '2025-01-01 06:00' WHERE alert_id = :part;
SELECT datamon._join_alerts(:monitor, '2025-01-01 06:00', ARRAY[:part]::bigint[]);
SELECT is(pg_temp.states(), 'amount open, fee open', 'a part that is back brings its alert with it');
UPDATE datamon.alert SET state = 'resolved' WHERE alert_id IN (:head, :part);
SELECT pg_temp.finding(1, 'amount', NULL) AS successor \gset
UPDATE datamon.alert SET state = 'open', opened_bucket = '2025-01-01 02:00' WHERE alert_id = :part;
SELECT datamon._join_alerts(:monitor, '2025-01-01 02:00', ARRAY[:part]::bigint[]);
SELECT is(pg_temp.states(), 'amount resolved, fee open, amount open', 'an alert that has a successor stays what it is');
SELECT is((SELECT part_of FROM datamon.alert WHERE alert_id = :part), :successor::bigint, 'and its part joins that');

-- Rules of users lead nothing and follow nothing.
UPDATE datamon.alert SET is_automatic = false WHERE alert_id = :successor;
UPDATE datamon.alert SET part_of = NULL WHERE alert_id = :part;
SELECT datamon._join_alerts(:monitor, '2025-01-01 02:00', ARRAY[:part]::bigint[]);
SELECT is((SELECT part_of FROM datamon.alert WHERE alert_id = :part), NULL, 'an alert of a user''s rule has no parts');
SELECT is((SELECT count(*) FROM datamon.alerts WHERE monitor_id = :monitor AND state = 'open'), 2::bigint, 'both are told');

SELECT * FROM finish();
ROLLBACK;
