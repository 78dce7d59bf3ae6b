-- owners take turns, whatever one of them has
SET client_min_messages = warning;
CREATE ROLE due_many;
CREATE ROLE due_two;
CREATE ROLE due_one;
GRANT CREATE ON SCHEMA public TO due_many, due_two, due_one;
CREATE FUNCTION watch_some(owner name, n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', owner);
	FOR i IN 1..n LOOP
		EXECUTE format('CREATE TABLE %I (at timestamptz, x float8)', owner || '_' || i);
		PERFORM datamon.watch(format('%I', owner || '_' || i)::regclass);
	END LOOP;
	RESET ROLE;
END
$$;
SELECT watch_some('due_many', 5), watch_some('due_two', 2), watch_some('due_one', 1);
-- all of the first are longer due than any other
UPDATE datamon.monitor_state SET next_due = now() - interval '1 hour' - monitor_state.monitor_id * interval '1 second'
FROM datamon.monitor WHERE monitor.monitor_id = monitor_state.monitor_id AND owner = 'due_many'::regrole;
CREATE FUNCTION turns(last regclass) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(m.source::text, ' ' ORDER BY d.ordinality)
	FROM datamon._due((SELECT monitor_id FROM datamon.monitor WHERE source = $1)) WITH ORDINALITY d (id, ordinality)
	JOIN datamon.monitor m ON m.monitor_id = d.id
$$;
SELECT turns(NULL);
-- a shift that ends behind the first tick goes on with the next owner
SELECT turns('due_many_5');
SELECT turns('due_two_1');
SELECT turns('due_one_1');
-- what is not due has no turn
UPDATE datamon.monitor_state SET next_due = now() + interval '1 hour'
FROM datamon.monitor WHERE monitor.monitor_id = monitor_state.monitor_id AND source IN ('due_many_5'::regclass, 'due_one_1'::regclass);
SELECT turns('due_many_5');
SET ROLE due_two;
SELECT count(*) FROM datamon._due();
RESET ROLE;
DO $$
DECLARE r record;
BEGIN
	FOR r IN SELECT source, owner FROM datamon.monitor WHERE owner::text ~ '^due_' LOOP
		EXECUTE format('SET LOCAL ROLE %s', r.owner);
		PERFORM datamon.unwatch(r.source);
		EXECUTE format('DROP TABLE %s', r.source);
		RESET ROLE;
	END LOOP;
END
$$;
DROP FUNCTION watch_some, turns;
DROP OWNED BY due_many, due_two, due_one;
DROP ROLE due_many, due_two, due_one;
