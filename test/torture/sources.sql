-- What the torture test watches: one source of each kind, all with the same columns, and what writers do to them.
-- Buckets are 5 seconds, lateness is a minute. A writer touches rows of the last 30 seconds and takes at most 10 (30 if it
-- prepares), so that everything it does commits inside lateness.
CREATE SCHEMA torture AUTHORIZATION keeper;
SET ROLE keeper;
SET search_path = torture;

CREATE TABLE indexed (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, region text, model int,
	x float8, kind text, predicted boolean, actual boolean, pad text) WITH (fillfactor = 80);
CREATE TABLE unindexed (LIKE indexed INCLUDING IDENTITY INCLUDING INDEXES);
CREATE INDEX ON indexed (at);

CREATE TABLE partitioned (LIKE indexed, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE SEQUENCE partitioned_id;
ALTER TABLE partitioned ALTER id SET DEFAULT nextval('partitioned_id');
CREATE TABLE partition_other PARTITION OF partitioned DEFAULT;
SELECT format('CREATE TABLE partition_%s PARTITION OF partitioned FOR VALUES FROM (%L) TO (%L)', n,
	date_trunc('minute', now()) + n * interval '20 seconds', date_trunc('minute', now()) + (n + 1) * interval '20 seconds')
FROM generate_series(0, 30) n \gexec

-- Labels are filled in where the row is, in a second table, or in none.
CREATE TABLE filled_in (LIKE indexed INCLUDING ALL) WITH (fillfactor = 50);
CREATE TABLE labelled (LIKE indexed INCLUDING ALL);
ALTER TABLE labelled DROP actual;
CREATE TABLE label (id bigint PRIMARY KEY, label_at timestamptz NOT NULL, actual boolean);

CREATE TABLE ordered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, region text, model int, pad text);
CREATE TABLE paid (id bigint PRIMARY KEY, x float8, kind text, predicted boolean, actual boolean);
CREATE INDEX ON ordered (at);
CREATE VIEW joined AS SELECT id, at, region, model, x, kind, predicted, actual FROM ordered JOIN paid USING (id);

CREATE TABLE purged (LIKE indexed INCLUDING ALL);

-- Gets rows that are too late to count, too.
CREATE TABLE straggling (LIKE indexed INCLUDING ALL, too_late boolean NOT NULL DEFAULT false);
ALTER TABLE straggling ALTER pad SET STORAGE PLAIN;

CREATE TABLE source (no int PRIMARY KEY, name text, labels regclass);
INSERT INTO source VALUES (1, 'indexed'), (2, 'unindexed'), (3, 'partitioned'), (4, 'filled_in'), (5, 'labelled'), (6, 'joined'),
	(7, 'purged'), (8, 'straggling');
UPDATE source SET labels = 'label' WHERE name = 'labelled';

-- Values whose sums are exact in double precision in any order, now and then none or an odd one.
CREATE FUNCTION number() RETURNS float8 LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN r < 0.03 THEN NULL WHEN r < 0.04 THEN 'NaN' WHEN r < 0.05 THEN '-infinity' WHEN r < 0.06 THEN 0
		ELSE floor((random() - 0.3) * 4000) / 8 END
	FROM (SELECT random() AS r OFFSET 0) d
$$;
CREATE FUNCTION pick(list text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT list[1 + floor(random() * cardinality(list))::int]
$$;
-- Mostly now, sometimes late, sometimes ahead.
CREATE FUNCTION event_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
	SELECT now() + interval '1 second' * CASE WHEN r < 0.6 THEN -2 * random() WHEN r < 0.9 THEN -30 * random() ELSE 20 * random() END
	FROM (SELECT random() AS r OFFSET 0) d
$$;

CREATE FUNCTION add_rows(name text, rows int, history interval DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	columns text := 'at, region, model, x, kind, predicted, actual, pad';
	drawn text := $q$ SELECT CASE WHEN $2 IS NULL THEN event_time() ELSE now() - random() * $2 END AS at,
		pick('{north,south,"east, or so",NULL}') AS region, 1 + (random() * 2)::int AS model, number() AS x,
		pick('{a,b,c,dd,é,NULL}') AS kind, random() < 0.4 AS predicted,
		CASE WHEN random() < 0.5 THEN random() < 0.4 END AS actual, repeat('.', (random() * 100)::int) AS pad
		FROM generate_series(1, $1) $q$;
BEGIN
	IF name = 'labelled' THEN
		EXECUTE format('INSERT INTO labelled (at, region, model, x, kind, predicted, pad)
			SELECT at, region, model, x, kind, predicted, pad FROM (%s) d', drawn) USING rows, history;
	ELSIF name = 'joined' THEN
		EXECUTE format('WITH d AS MATERIALIZED (SELECT nextval(''ordered_id_seq'') AS id, d.* FROM (%s) d),
			o AS (INSERT INTO ordered (id, at, region, model, pad) OVERRIDING SYSTEM VALUE SELECT id, at, region, model, pad FROM d)
			INSERT INTO paid SELECT id, x, kind, predicted, actual FROM d WHERE random() < 0.8', drawn) USING rows, history;
	ELSE
		EXECUTE format('INSERT INTO %I (%s) SELECT %2$s FROM (%s) d', name, columns, drawn) USING rows, history;
	END IF;
END
$$;

-- Does something to some rows of the last 30 seconds. Nobody waits for anybody's row, so nobody is in a deadlock.
CREATE FUNCTION change_rows(name text, dice float8, most int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	base text := CASE name WHEN 'joined' THEN 'ordered' ELSE name END;
	values_in text := CASE name WHEN 'joined' THEN 'paid' ELSE name END;
	reach interval := '30 seconds';
	ids bigint[];
BEGIN
	-- Labels come later than rows may.
	IF name = 'labelled' AND dice < 0.6 THEN
		reach := '2 minutes';
	END IF;
	EXECUTE format('SELECT array_agg(p.id) FROM (SELECT id FROM %I
		WHERE id > (SELECT max(id) FROM %1$I) - $1 AND at > now() - $2 ORDER BY random() LIMIT $3 FOR UPDATE SKIP LOCKED) p', base)
		INTO ids USING CASE WHEN reach > '1 minute' THEN 4000 ELSE 500 END, reach, 1 + (random() * (most - 1))::int;
	IF ids IS NULL THEN
		RETURN;
	ELSIF name = 'labelled' AND dice < 0.1 THEN
		DELETE FROM label WHERE abs(id) = ANY (ids);
	ELSIF name = 'labelled' AND dice < 0.2 THEN
		-- To a key that no row has, or back; where both are there, one makes way.
		DELETE FROM label l WHERE l.id < 0 AND -l.id = ANY (ids) AND EXISTS (SELECT FROM label o WHERE o.id = -l.id);
		UPDATE label SET id = -id WHERE abs(id) = ANY (ids);
	ELSIF name = 'labelled' AND dice < 0.6 THEN
		INSERT INTO label SELECT i, clock_timestamp(), CASE WHEN random() < 0.9 THEN random() < 0.4 END FROM unnest(ids) i
		ON CONFLICT (id) DO UPDATE SET label_at = excluded.label_at, actual = excluded.actual;
	ELSIF name = 'filled_in' AND dice < 0.7 OR name <> 'labelled' AND dice < 0.1 THEN
		EXECUTE format('UPDATE %I SET actual = random() < 0.4 WHERE id = ANY ($1)', values_in) USING ids;
	ELSIF name = 'purged' OR dice > 0.8 THEN
		EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', CASE WHEN random() < 0.5 THEN base ELSE values_in END) USING ids;
	ELSIF dice > 0.6 THEN
		EXECUTE format('UPDATE %I SET at = event_time() WHERE id = ANY ($1)', base) USING ids;
	ELSIF dice > 0.4 THEN
		EXECUTE format('UPDATE %I SET region = pick(''{north,south,"east, or so",west,NULL}''), model = 4 - model WHERE id = ANY ($1)', base)
			USING ids;
	ELSE
		EXECUTE format('UPDATE %I SET x = number(), kind = pick(''{a,b,c,e}''), predicted = NOT predicted WHERE id = ANY ($1)',
			values_in) USING ids;
	END IF;
END
$$;

-- A change that the dice say (0.3: of values or labels, so that no count of rows tells), or any, or new rows.
CREATE FUNCTION write(no int, rows int DEFAULT 4, dice float8 DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_name text := (SELECT s.name FROM torture.source s WHERE s.no = write.no);
BEGIN
	IF dice IS NULL AND random() < 0.5 THEN
		PERFORM add_rows(v_name, 1 + (random() * 2 * (rows - 1))::int);
	ELSIF v_name = 'straggling' AND dice IS NULL AND random() < 0.3 THEN
		INSERT INTO straggling (at, region, model, x, kind, too_late, pad)
		SELECT now() - interval '5 minutes' - random() * interval '4 minutes', 'north', 1, 1, 'a', true, repeat('.', 1000)
		FROM generate_series(1, 5);
	ELSIF v_name = 'partitioned' THEN
		BEGIN
			PERFORM change_rows(v_name, coalesce(dice, random()), least(rows, 5));
		EXCEPTION WHEN serialization_failure THEN
			NULL;	-- moved to another partition just now
		END;
	ELSE
		PERFORM change_rows(v_name, coalesce(dice, random()), least(rows, 5));
	END IF;
END
$$;
DO $$
DECLARE
	f regprocedure;
BEGIN
	FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'torture'::regnamespace LOOP
		EXECUTE format('ALTER FUNCTION %s SET search_path = torture, pg_catalog', f);
	END LOOP;
END
$$;

-- A history of ten minutes, then a monitor each, and the first tick, which counts all of it.
SELECT add_rows(name, 3000, '10 minutes') FROM source;
INSERT INTO label SELECT id, at + interval '10 seconds', random() < 0.4 FROM labelled WHERE random() < 0.5;
SELECT count(w) FROM source s, LATERAL datamon.watch(name::regclass, labels => labels, time_column => 'at', id => 'id',
	prediction => 'predicted', label => 'actual', dimensions => '{region,model}', features => '{x,kind}', bucket => '5 seconds',
	lateness => '1 minute', label_lateness => CASE WHEN labels IS NOT NULL THEN interval '3 minutes' END) w;
SELECT * FROM datamon.tick();
