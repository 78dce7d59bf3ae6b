-- The life of an alert in people's hands: acknowledge, assign, resolve, reopen, silence, and the history of it all.
SET timezone = 'UTC';
\set SHOW_CONTEXT never
-- 30 quiet days of 40 rows; delay is missing on days 30 to 32 and from 45 on.
CREATE TABLE calls AS
SELECT '2025-01-01'::timestamptz + d * interval '1 day' + i * interval '30 minutes' AS at, i % 7 / 7.0 AS x,
	CASE WHEN d BETWEEN 30 AND 32 OR d >= 45 THEN NULL ELSE i % 5 / 5.0 END AS delay
FROM generate_series(0, 59) d, generate_series(0, 39) i;
SELECT count(*) FROM datamon.watch('calls', bucket => '1 day', baseline => '[2025-01-01,2025-01-31)', dimensions => '{}');
-- Errors name the alert: a number that other tests do not reach.
SELECT setval(pg_get_serial_sequence('datamon.alert', 'alert_id'), 1000000);
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-02');
CREATE FUNCTION pg_temp.newest() RETURNS bigint LANGUAGE sql AS $$ SELECT max(alert_id) FROM datamon.alerts WHERE rule = 'missing' $$;
CREATE VIEW state AS SELECT state, column_name, acknowledged_by = current_user AS by_me, note, assigned_to = current_user::regrole AS mine, resolution,
	reopened, silence_id IS NOT NULL AS silenced FROM datamon.alerts WHERE rule = 'missing';
SELECT * FROM state;
-- open -> acknowledged
SELECT datamon.acknowledge(pg_temp.newest(), 'looking');
SELECT datamon.assign(pg_temp.newest(), current_user::regrole, 'it is mine');
SELECT * FROM state;
SELECT datamon.acknowledge(pg_temp.newest());
-- acknowledged ones go on: they are judged, and resolve by themselves
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-02-10');
SELECT * FROM state;
SELECT datamon.acknowledge(pg_temp.newest());
SELECT datamon.resolve(pg_temp.newest());
SELECT datamon.assign(pg_temp.newest(), NULL);
-- resolved -> open -> resolved, by hand
SELECT datamon.reopen(pg_temp.newest(), 'not convinced');
SELECT datamon.reopen(pg_temp.newest());
SELECT datamon.resolve(pg_temp.newest(), 'seen to');
SELECT * FROM state;
-- and it comes back by itself when the finding does
SELECT alerts_opened, alerts_resolved, error FROM datamon.tick('calls', '2025-02-17');
SELECT * FROM state;
-- what is resolved by hand while it is still far out is back with the next bucket
SELECT datamon.resolve(pg_temp.newest(), 'too early');
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-18');
SELECT count(*) FROM state;
SELECT alerts_opened, error FROM datamon.tick('calls', '2025-02-19');
SELECT * FROM state;
SELECT who = current_user AS by_me, action, from_state, to_state, replace(note, current_user::text, 'me') AS note
FROM datamon.alert_history WHERE alert_id = pg_temp.newest();
-- nothing that is not there
SELECT datamon.acknowledge(-1);
SELECT datamon.acknowledge(NULL);
SELECT datamon.acknowledge(pg_temp.newest(), repeat('x', 2001));
SELECT datamon.assign(pg_temp.newest(), 'pg_monitor');
SELECT datamon.assign(-1, NULL);

-- Silence: the row is there, and nobody is told.
SELECT count(*) FROM datamon.alert WHERE notified_state = state;
SELECT datamon.silence('calls', column_name => 'delay', for_interval => '1 hour', note => 'known') AS silence_id \gset
SELECT rule, column_name, segment, state, until_at - from_at AS length, note FROM datamon.silences;
SELECT datamon.acknowledge(pg_temp.newest());
SELECT datamon.notify_pending();
SELECT * FROM state;
SELECT notified_state = 'open' AS told_before FROM datamon.alert WHERE alert_id = pg_temp.newest();
SELECT datamon.unsilence(:silence_id);
SELECT datamon.unsilence(:silence_id);
SELECT state, ended_by = current_user AS by_me FROM datamon.silences;
SELECT silenced FROM state;
SELECT datamon.notify_pending();
-- one that ends by itself
SELECT datamon.silence('calls', until => clock_timestamp() + interval '300 milliseconds') > 0;
SELECT silenced FROM state;
SELECT pg_sleep(0.4);
SELECT silenced FROM state;
-- other matchers are not about it; a segment stands for what lies in it
SELECT datamon.silence('calls', rule => 'drift', for_interval => '1 hour') > 0;
SELECT datamon.silence('calls', column_name => 'x', for_interval => '1 hour') > 0;
SELECT datamon.silence('calls', from_time => now() + interval '1 hour', for_interval => '1 hour') > 0;
SELECT silenced FROM state;
SELECT datamon._matches(NULL, NULL, '{}', 'f1', 'y', '{"a": "b"}'), datamon._matches(NULL, NULL, '{"a": "b"}', 'f1', 'y', '{"a": "b"}'),
	datamon._matches(NULL, NULL, '{"a": "b"}', 'f1', 'y', '{}'), datamon._matches(NULL, 'y', '{}', 'f1', NULL, '{}');
-- what opened and was over in silence is never told
SELECT datamon.silence('calls', for_interval => '1 hour') > 0;
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, topic, state, severity, first_bucket, last_bucket, checked_bucket, opened_at,
	title)
SELECT monitor_id, segment_id, 'volume', 'volume', 'resolved', 'warning', now(), now(), now(), now(), 'brief' FROM datamon._own_segment;
SELECT datamon.notify_pending();
UPDATE datamon._member_silence SET until_at = now() WHERE until_at > now();
SELECT datamon.notify_pending();
-- mistakes
SELECT datamon.silence('calls');
SELECT datamon.silence('calls', until => now(), for_interval => '1 hour');
SELECT datamon.silence('calls', until => now() - interval '1 hour');
SELECT datamon.silence('calls', until => 'infinity');
SELECT datamon.silence('calls', rule => 'no such', for_interval => '1 hour');
SELECT datamon.silence('calls', column_name => 'z', for_interval => '1 hour');
SELECT datamon.silence('calls', segment => '{"z": 1}', for_interval => '1 hour');
SELECT datamon.silence('calls', segment => '[]', for_interval => '1 hour');
SELECT datamon.silence('pg_class', for_interval => '1 hour');
SELECT datamon.unsilence(-1);
SELECT datamon.unwatch('calls');
SELECT count(*) FROM datamon.alert_event;
DROP VIEW state;
DROP TABLE calls;
