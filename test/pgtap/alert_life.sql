-- Alerts are changed by members of the monitor's owner, and by nobody else; nobody writes history in another's name.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT plan(31);

CREATE ROLE dm_alice;
CREATE ROLE dm_mallory;
CREATE ROLE dm_reader;
CREATE ROLE dm_member IN ROLE dm_alice;

SET LOCAL ROLE dm_alice;
CREATE TABLE payments (at timestamptz, amount float8, country text);
INSERT INTO payments SELECT '2025-01-01'::timestamptz + i * interval '1 minute', i % 60, 'at' FROM generate_series(0, 2000) i;
GRANT SELECT ON payments TO dm_reader;
SELECT lives_ok($$SELECT * FROM datamon.watch('payments', bucket => '1 hour')$$, 'a monitor');
SELECT is((SELECT error FROM datamon.tick('payments')), NULL, 'is ticked');
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, topic, state, severity, first_bucket, last_bucket, checked_bucket, opened_at,
	title)
SELECT monitor_id, segment_id, 'missing', 'x', 'open', 'critical', now(), now(), now(), now(), 'real' FROM datamon._own_segment
WHERE key = '{}';
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, topic, state, severity, first_bucket, last_bucket, checked_bucket, title)
SELECT monitor_id, segment_id, 'volume', 'x', 'pending', 'critical', now(), now(), now(), 'pending' FROM datamon._own_segment
WHERE key = '{}';
SELECT set_config('dm.alert', max(alert_id)::text, true) FROM datamon.alerts;
SELECT set_config('dm.pending', max(alert_id)::text, true) FROM datamon._own_alert WHERE state = 'pending';
SELECT throws_ok(format('SELECT datamon.acknowledge(%s)', current_setting('dm.pending')), '42704', NULL,
	'what is pending is nobody''s business');

-- One who may see neither the source nor its alerts.
SET LOCAL ROLE dm_mallory;
SELECT throws_ok(format('SELECT datamon.%s', c), '42704', NULL, 'to others there is no such alert: ' || c)
FROM unnest(ARRAY[format('acknowledge(%s)', current_setting('dm.alert')), format('resolve(%s)', current_setting('dm.alert')),
	format('reopen(%s)', current_setting('dm.alert')), format('assign(%s, ''dm_mallory'')', current_setting('dm.alert')),
	'silence(''payments'', for_interval => ''1 hour'')']) c;
SELECT throws_ok(format($$INSERT INTO datamon._member_alert_event (monitor_id, alert_id, action, from_state, to_state)
	SELECT monitor_id, %s, 'resolved', 'open', 'resolved' FROM generate_series(1, 1000) monitor_id$$, current_setting('dm.alert')), '44000', NULL,
	'no history is made up');
SELECT throws_ok($$INSERT INTO datamon._member_silence (monitor_id, until_at)
	SELECT monitor_id, '2100-01-01' FROM generate_series(1, 1000) monitor_id$$, '44000', NULL, 'nor a silence');
SELECT throws_ok('SELECT * FROM datamon.' || t, '42501', NULL, 'no access to table ' || t) FROM unnest('{alert_event,silence}'::text[]) t;

-- One who may read the source.
SET LOCAL ROLE dm_reader;
SELECT is((SELECT count(*) FROM datamon.alerts), 1::bigint, 'a reader sees the alert');
SELECT throws_ok(format('SELECT datamon.%s', c), '42501', NULL, 'but does not change it: ' || c)
FROM unnest(ARRAY[format('acknowledge(%s)', current_setting('dm.alert')), format('resolve(%s)', current_setting('dm.alert')),
	format('reopen(%s)', current_setting('dm.alert')), format('assign(%s, ''dm_reader'')', current_setting('dm.alert'))]) c;
SELECT throws_ok($$SELECT datamon.silence('payments', for_interval => '1 hour')$$, '42704', NULL, 'nor silences it');

-- A member of the owner.
SET LOCAL ROLE dm_member;
SELECT lives_ok(format('SELECT datamon.acknowledge(%s, ''mine'')', current_setting('dm.alert')), 'a member acknowledges');
SELECT lives_ok(format('SELECT datamon.assign(%s, ''dm_member'')', current_setting('dm.alert')), 'takes it');
SELECT throws_ok(format('SELECT datamon.assign(%s, ''dm_mallory'')', current_setting('dm.alert')), '22023', NULL,
	'but does not give it to one who could do nothing');
SELECT lives_ok($$SELECT datamon.silence('payments', for_interval => '1 hour')$$, 'and silences');
SELECT throws_ok($$UPDATE datamon._member_silence SET created_by = 'dm_alice'$$, '42501', NULL, 'not in another''s name');
SELECT throws_ok($$UPDATE datamon._member_alert_event SET note = 'never'$$, '42501', NULL, 'history does not change');
SELECT throws_ok($$DELETE FROM datamon._member_alert_event$$, '42501', NULL, 'nor go away');
SELECT throws_ok($$INSERT INTO datamon._member_alert_event (monitor_id, alert_id, who, action, from_state, to_state)
	SELECT monitor_id, alert_id, 'dm_alice', 'resolved', 'open', 'resolved' FROM datamon._member_alert$$, '42501', NULL,
	'and is not written in another''s name');

-- What the others see of it.
SET LOCAL ROLE dm_alice;
SELECT is((SELECT string_agg(who || ' ' || action, ', ' ORDER BY event_id) FROM datamon.alert_history),
	'dm_member acknowledged, dm_member assigned', 'the owner sees who did what');
SET LOCAL ROLE dm_reader;
SELECT is((SELECT format('%s %s %s %s', acknowledged_by, assigned_to, note, silence_id IS NOT NULL) FROM datamon.alerts),
	'dm_member dm_member mine t', 'so does a reader');
SET LOCAL ROLE dm_mallory;
SELECT is_empty('SELECT * FROM datamon.alert_history', 'nobody else sees history');
SELECT is_empty('SELECT * FROM datamon.silences', 'nor silences');
SET LOCAL ROLE dm_alice;
SELECT lives_ok($$SELECT datamon.unsilence(max(silence_id)) FROM datamon.silences$$, 'the owner ends a member''s silence');

SELECT * FROM finish();
ROLLBACK;
