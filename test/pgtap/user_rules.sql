-- A rule runs as the monitor's owner and with nobody else's rights; only the owner writes one; only members read them.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SELECT plan(28);

CREATE ROLE dm_alice;
CREATE ROLE dm_mallory;
CREATE ROLE dm_reader;
CREATE ROLE dm_member IN ROLE dm_alice;

SET LOCAL ROLE dm_alice;
CREATE TABLE payments (at timestamptz, amount float8, country text);
INSERT INTO payments SELECT '2025-01-01'::timestamptz + i * interval '1 minute', i, 'at' FROM generate_series(0, 2000) i;
GRANT SELECT ON payments TO dm_reader;
CREATE TABLE secret AS SELECT 42 AS x;
SELECT lives_ok($$SELECT * FROM datamon.watch('payments', bucket => '1 hour')$$, 'a monitor');
SELECT is((SELECT error FROM datamon.tick('payments', '2025-01-02')), NULL, 'is ticked');
SELECT lives_ok($$SELECT datamon.add_rule('payments', 'who', 'SELECT 1 / (CASE WHEN current_user = ''dm_alice'' THEN 1 ELSE 0 END) FROM public.secret')$$,
	'its owner adds a rule');
SELECT lives_ok($$SELECT datamon.add_rule('payments', 'few', 'n < 100')$$, 'and another');

-- Others neither add, nor drop, nor read.
SET LOCAL ROLE dm_mallory;
SELECT throws_ok('SELECT datamon.' || c, '42704', NULL, 'not by others: ' || c)
FROM unnest('{"add_rule(''payments'', ''x'', ''n < 1'')","drop_rule(''payments'', ''few'')","enable_rule(''payments'', ''few'', false)",
	"set_channel(''payments'', ''drift'', ''x'')","replay(''payments'', ''few'')"}'::text[]) c;
SELECT is_empty('SELECT * FROM datamon.' || v, 'no rules of others in ' || v)
FROM unnest('{user_rules,rule_errors,_own_user_rule,_member_user_rule,_own_rule_channel,_member_rule_channel}'::text[]) v;
SELECT throws_ok($$INSERT INTO datamon._own_user_rule (monitor_id, rule, condition, unit, for_buckets, resolve_buckets, severity, min_rows, timeout)
	SELECT monitor_id, 'x', 'SELECT 1', 'rows', 1, 1, 'warning', 0, '1 second' FROM generate_series(1, 1000) monitor_id$$, '44000', NULL,
	'nothing is slipped into a monitor of others');
SET LOCAL ROLE dm_member;
SELECT throws_ok($$SELECT datamon.add_rule('payments', 'x', 'n < 1')$$, '42704', NULL, 'a member has to become the owner first');
SELECT is((SELECT count(*) FROM datamon.user_rules), 2::bigint, 'but reads the rules');
SET LOCAL ROLE dm_reader;
SELECT is_empty('SELECT * FROM datamon.user_rules', 'a reader of the source reads none');

-- One that a role makes up about its own monitor runs as that role, whoever ticks.
SET LOCAL ROLE dm_mallory;
CREATE TABLE stage AS SELECT '2025-01-01'::timestamptz + i * interval '1 minute' AS at, i::float8 AS v FROM generate_series(0, 2000) i;
CREATE TABLE caught (who text);
CREATE FUNCTION trap() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.caught VALUES (current_user);
	RETURN 1;
END
$$;
SELECT lives_ok($$SELECT * FROM datamon.watch('stage', bucket => '1 hour')$$, 'another monitor');
SELECT is((SELECT error FROM datamon.tick('stage', '2025-01-02')), NULL, 'is ticked');
SELECT throws_ok($$SELECT datamon.add_rule('stage', 'spy', 'SELECT * FROM public.secret')$$, '42501', NULL, 'a rule reads no table of others');
INSERT INTO datamon._own_user_rule (monitor_id, rule, condition, unit, for_buckets, resolve_buckets, severity, min_rows, timeout)
SELECT monitor_id, r, c, 'rows', 1, 1, 'warning', 0, '1 second' FROM datamon._own_monitor,
	(VALUES ('spy', 'SELECT * FROM public.secret'), ('writer', 'SELECT public.trap()'), ('two', 'SELECT 1; SELECT public.trap()')) v (r, c);
INSERT INTO datamon._own_user_rule (monitor_id, rule, condition, metric, operator, threshold, unit, for_buckets, resolve_buckets, severity,
	min_rows, timeout)
SELECT monitor_id, 'odd', 'odd', 'no such metric', '<', 'NaN', 'percent', 1, 1, 'warning', 0, '1 second' FROM datamon._own_monitor;
SELECT lives_ok($$SELECT datamon.add_rule('stage', 'zz last', 'n > 10')$$, 'and one that is as it should be');

-- A superuser ticks them all.
RESET ROLE;
SELECT is((SELECT string_agg(error, ',') FROM datamon.tick(NULL, '2025-01-02 02:00')), NULL, 'a superuser ticks both');
SELECT is((SELECT string_agg(rule || ' ' || left(last_error, 5), ', ' ORDER BY rule COLLATE "C") FROM datamon.rule_errors),
	'spy 42501, two 42601, writer 25006', 'errors are kept, each with its own');
SELECT is_empty('SELECT * FROM caught', 'and nothing was written');
SELECT is((SELECT string_agg(rule, ', ' ORDER BY rule COLLATE "C") FROM datamon.alerts WHERE rule NOT IN (SELECT r.rule FROM datamon.rules r)), 'few, who, zz last', 'the others found what they look for');
SET LOCAL ROLE dm_reader;
SELECT is((SELECT count(*) FROM datamon.rule_errors), 0::bigint, 'errors, which may quote data, are for members only');

SELECT * FROM finish();
ROLLBACK;
