-- A plain role uses the extension on its own tables, and gets permission denied, not data, on anybody else's.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT plan(49);

CREATE ROLE dm_alice;
CREATE ROLE dm_mallory;
CREATE ROLE dm_reader;
CREATE ROLE dm_member IN ROLE dm_alice;

SET LOCAL ROLE dm_alice;
CREATE TABLE payments (at timestamptz, amount float8, country text);
INSERT INTO payments SELECT '2025-01-01'::timestamptz + i * interval '1 minute', i, 'at' FROM generate_series(0, 2000) i;
GRANT SELECT ON payments TO dm_reader;
SELECT lives_ok($$SELECT * FROM datamon.watch('payments', bucket => '1 hour')$$, 'a plain role watches its own table');
SELECT is((SELECT error FROM datamon.tick('payments')), NULL, 'and ticks it');
SELECT is((SELECT sum(n) FROM datamon.volume WHERE segment = '{}'), 2001::numeric, 'and sees its rows');
SELECT is((SELECT count(*) FROM datamon.check('payments')), 0::bigint, 'exactly');

SELECT set_config('dm.monitor', max(monitor_id)::text, true) FROM datamon.monitors;

RESET ROLE;
SET LOCAL ROLE dm_mallory;
SELECT throws_ok($$SELECT * FROM datamon.watch('payments')$$, '42501', NULL, 'watching a table of others is refused');
SELECT throws_ok($$SELECT * FROM datamon.tick('payments')$$, '42704', NULL, 'so is ticking it');
SELECT throws_ok($$SELECT * FROM datamon.summarize('payments', '[2025-01-01,2026-01-01)')$$, '42704', NULL, 'and summing it up');
SELECT throws_ok(format('SELECT datamon._tick_as_owner(%s, NULL)', current_setting('dm.monitor')), '42501', NULL, 'nor by number');
SELECT throws_ok('SELECT * FROM datamon.' || t, '42501', NULL, 'no access to table ' || t)
FROM unnest('{monitor,monitored_column,monitor_state,segment,cell,baseline,baseline_noise,rule,evaluation,alert}'::text[]) t;
SELECT is_empty('SELECT * FROM datamon.' || v, 'no rows of others in ' || v)
FROM unnest('{_own_monitor,_own_cell,_own_state,_member_monitor,_member_state,_readable_cell,monitors,cells,quality,drift,alerts}'::text[]) v;

-- A function in WHERE sees no row of others: the views are security barriers.
CREATE TABLE seen_by_spy (what text);
CREATE FUNCTION spy(what anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
	$$BEGIN INSERT INTO seen_by_spy VALUES (what::text); RETURN true; END$$;
SELECT count(*) FROM datamon.cells WHERE spy(n);
SELECT count(*) FROM datamon._own_cell WHERE spy(n);
SELECT count(*) FROM datamon._own_monitor WHERE spy(time_column);
SELECT is_empty('SELECT * FROM seen_by_spy', 'a leaky function sees nothing');

-- Forging: rows for others' monitors, others' ids, others' names.
SELECT throws_ok(format($$INSERT INTO datamon._own_segment (monitor_id, key) VALUES (%s, '{"a": "b"}')$$,
	current_setting('dm.monitor')), '44000', NULL, 'nothing is added to a monitor of others');
SELECT throws_ok($$INSERT INTO datamon._own_monitor (monitor_id, source, time_column, bucket, lateness)
	OVERRIDING SYSTEM VALUE VALUES (100000, 'pg_class', 'x', '1 hour', '1 hour')$$, '42501', NULL, 'ids are not chosen');
SELECT throws_ok($$INSERT INTO datamon._own_monitor (source, owner, time_column, bucket, lateness)
	VALUES ('pg_class', 'dm_alice', 'x', '1 hour', '1 hour')$$, '42501', NULL, 'nor owners');
SELECT throws_ok($$UPDATE datamon._own_monitor SET owner = 'dm_alice'$$, '42501', NULL, 'nor given away');

-- An invented monitor over a table of others is shown to nobody else, and reads nothing.
INSERT INTO datamon._own_monitor (source, time_column, bucket, lateness) VALUES ('payments', 'at', '1 hour', '1 hour');
INSERT INTO datamon._own_state (monitor_id) SELECT monitor_id FROM datamon._own_monitor;
SELECT matches((SELECT error FROM datamon.tick()), 'permission denied', 'an invented monitor cannot read');

RESET ROLE;
SET LOCAL ROLE dm_reader;
SELECT is((SELECT string_agg(owner::text, ',') FROM datamon.monitors), 'dm_alice',
	'who may read the source sees its owner''s monitor, and not an invented one');
SELECT is((SELECT sum(n) FROM datamon.volume WHERE segment = '{}'), 2001::numeric, 'with its numbers');
SELECT throws_ok($$SELECT datamon.unwatch('payments')$$, '42704', NULL, 'but changes nothing');

RESET ROLE;
SET LOCAL ROLE dm_member;
SELECT is((SELECT error FROM datamon.tick('payments')), NULL, 'a member of the owner may tick');

-- A superuser does not run a view of somebody else with his rights.
RESET ROLE;
SET LOCAL ROLE dm_mallory;
CREATE FUNCTION trap() RETURNS float8 LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped %', current_user; END$$;
CREATE VIEW bait AS SELECT now() AS at, trap() AS v;
RESET ROLE;
SELECT throws_ok($$SELECT * FROM datamon.watch('bait')$$, '42501', NULL, 'a superuser does not watch a view of others');

SET LOCAL ROLE dm_mallory;
CREATE TABLE swapped (at timestamptz, v float8);
RESET ROLE;
SELECT throws_ok($$SELECT * FROM datamon.watch('swapped')$$, '42501', NULL,
	'nor a table: its index expressions, and what its owner puts in its place, run with his rights');

-- What a role makes up about its own monitor does not break what others see or do.
SET LOCAL ROLE dm_mallory;
CREATE TABLE stage ("a%t" timestamptz, "x AS d" text, "q'%s""$q$" float8);
GRANT SELECT ON stage TO PUBLIC;
INSERT INTO stage SELECT '2025-01-01'::timestamptz + i * interval '1 minute', i % 3, i FROM generate_series(0, 2000) i;
SELECT lives_ok($$SELECT * FROM datamon.watch('stage', bucket => '1 hour')$$, 'hostile column names are watched');
SELECT is((SELECT error FROM datamon.tick('stage')), NULL, 'and ticked');
SELECT matches((SELECT error FROM datamon.tick('stage', 'infinity')), 'finite', 'time does not go to infinity');
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, topic, state, severity, first_bucket, last_bucket, checked_bucket,
	worst_effect_size, title)
SELECT monitor_id, segment_id, 'missing', 'x', 'open', 'critical', now(), now(), now(), 1e308, 'x' FROM datamon._own_segment
WHERE key = '{}';
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, column_no, topic, state, severity, first_bucket, last_bucket,
	checked_bucket, title)
SELECT monitor_id, segment_id, 'missing', i, 'x', 'open', 'critical', now(), now(), now(), 'x' FROM datamon._own_segment,
	generate_series(1, 200) i WHERE key = '{}';
UPDATE datamon._own_state SET failures = 2147483647;
ALTER TABLE stage RENAME "a%t" TO gone;
RESET ROLE;
SET LOCAL ROLE dm_reader;
SELECT lives_ok($$SELECT * FROM datamon.alerts$$, 'an invented effect does not overflow in the list of a reader');
RESET ROLE;
SET LOCAL ROLE dm_alice;
INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, topic, state, severity, first_bucket, last_bucket, checked_bucket, title)
SELECT monitor_id, segment_id, 'missing', 'x', 'open', 'critical', now(), now(), now(), 'real' FROM datamon._own_segment
WHERE key = '{}' LIMIT 1;
RESET ROLE;
SELECT lives_ok($$SELECT * FROM datamon.tick('payments')$$, 'a superuser ticks others'' monitors');
SELECT is((SELECT notified_state FROM datamon.alert WHERE title = 'real'), 'open', 'one owner''s many alerts do not hold up another''s');
SELECT lives_ok($$SELECT * FROM datamon.tick('stage')$$, 'a made-up count of failures does not end a superuser''s tick');
UPDATE datamon.monitor_state SET failures = -2147483648 WHERE failures > 1000;
SELECT lives_ok($$SELECT * FROM datamon.tick('stage')$$, 'however small');

SELECT * FROM finish();
ROLLBACK;
