-- times that are none: infinite ones, and dates that no timestamp holds, at every door and beside the last that one does
SET timezone = 'UTC';
CREATE FUNCTION fill(relation regclass, kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %s SELECT i, (date ''2024-01-01'' + i / 100)::%s, ''k'' || i %% 3, i %% 7, i %% 2 = 0 FROM generate_series(0, 3999) i', relation, kind);
	EXECUTE format('INSERT INTO %s SELECT 10000 + i, v::%s, ''k1'', 1, true FROM unnest($1) WITH ORDINALITY u (v, i)', relation, kind)
	USING '{infinity,-infinity,NULL}'::text[] || CASE kind WHEN 'date' THEN '{5874897-01-01,294277-01-01}'::text[] ELSE '{}' END;
END
$$;
CREATE FUNCTION outcome(relation regclass, OUT door text, OUT error text, OUT n numeric, OUT differing bigint) LANGUAGE plpgsql AS $$
DECLARE
	v_monitor int;
BEGIN
	SELECT t.monitor_id, t.error INTO v_monitor, error FROM datamon.tick(relation) t;
	door := CASE WHEN EXISTS (SELECT FROM datamon._own_heap_state s WHERE s.monitor_id = v_monitor) THEN 'heap' ELSE 'query' END;
	n := (SELECT sum(c.n) FROM datamon._own_tile c WHERE c.monitor_id = v_monitor AND c.tier = 0 AND c.cuboid_no = 1 AND c.part = -1);
	differing := (SELECT count(*) FROM datamon.check(relation));
END
$$;
CREATE TABLE at_date (id int, at date, kind text, x float8, hit boolean);
CREATE TABLE at_timestamp (id int, at timestamp, kind text, x float8, hit boolean);
CREATE TABLE at_timestamptz (id int, at timestamptz, kind text, x float8, hit boolean);
SELECT fill('at_date', 'date'), fill('at_timestamp', 'timestamp'), fill('at_timestamptz', 'timestamptz');
CREATE VIEW date_view AS SELECT * FROM at_date;
CREATE VIEW timestamp_view AS SELECT * FROM at_timestamp;
CREATE VIEW timestamptz_view AS SELECT * FROM at_timestamptz;
CREATE TABLE parted (LIKE at_date) PARTITION BY LIST (kind);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN ('k1');
CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT * FROM at_date;
CREATE TABLE sources AS
SELECT s FROM unnest('{at_date,at_timestamp,at_timestamptz,date_view,timestamp_view,timestamptz_view,parted}'::regclass[]) s;
SELECT s, w.choice FROM sources, datamon.watch(s, bucket => '1 day', dimensions => '{kind}', features => '{x}') w WHERE w.role = 'time';
SELECT s, o.* FROM sources, outcome(s) o;
-- and they come while it is being followed, with one that counts
SELECT format('INSERT INTO %s SELECT 20000 + id, at, kind, x, hit FROM at_date WHERE id > 10000', s) FROM sources WHERE s::text ~ '^at_date|parted' \gexec
SELECT format('INSERT INTO %s SELECT 20000 + id, at, kind, x, hit FROM %1$s WHERE id > 10000', s) FROM sources WHERE s::text ~ '^at_timestamp' \gexec
INSERT INTO at_date VALUES (30000, '2024-02-09', 'k2', 1, true);
INSERT INTO at_timestamp VALUES (30000, '2024-02-09', 'k2', 1, true);
INSERT INTO at_timestamptz VALUES (30000, '2024-02-09', 'k2', 1, true);
INSERT INTO parted VALUES (30000, '2024-02-09', 'k2', 1, true);
SELECT s, o.* FROM sources, outcome(s) o;
-- and all is counted anew, from the start
SELECT s, r.* FROM sources, datamon.recompute(s) r;
SELECT s, o.* FROM sources, outcome(s) o;
SELECT datamon.unwatch(s) FROM sources;

-- of a profile, they are rows without a time
SELECT bucket, n FROM datamon.profile_table('at_date', '{x}', '{}', time_column => 'at', bucket => '1 day') WHERE bucket IS NULL OR bucket >= '2024-02-09' ORDER BY 1;

-- labels that came then never came; history in chunks ends before them
CREATE TABLE came (id int PRIMARY KEY, came_at date, truth boolean);
INSERT INTO came SELECT id, coalesce(at, 'infinity'), hit FROM at_date WHERE id >= 3990 AND id < 20000;
INSERT INTO came SELECT i, '5874897-01-01', true FROM generate_series(0, 9) i;
SELECT count(*) FROM datamon.watch('at_date', labels => 'came', label_time => 'came_at', bucket => '1 day', dimensions => '{}', features => '{x}',
	prediction => 'hit', label => 'truth', id => 'id') w;
SELECT * FROM outcome('at_date');
SELECT sum(datamon.count(performance)) FROM datamon._own_cell;
SELECT datamon.unwatch('at_date');
CREATE INDEX ON at_date (at);
ANALYZE at_date;
SET datamon.backfill_rows = 500;
SELECT count(*) FROM datamon.watch('at_date', bucket => '1 day', dimensions => '{}', features => '{x}');
CALL datamon.backfill('at_date');
SELECT from_start, to_start, read_from FROM datamon.backfills ORDER BY 1;
SELECT * FROM outcome('at_date');
SELECT datamon.unwatch('at_date');

-- the first and the last that a timestamp holds are times like any other
CREATE TABLE ends (id int, at date, x float8);
INSERT INTO ends SELECT i, d, i FROM unnest('{4714-11-24 BC,294276-12-31,2024-01-01}'::date[]) WITH ORDINALITY u (d, i);
CREATE VIEW ends_view AS SELECT * FROM ends;
SELECT s, (SELECT count(*) FROM datamon.watch(s, bucket => '1 day', dimensions => '{}', features => '{x}')) FROM unnest('{ends,ends_view}'::regclass[]) s;
SELECT s, o.* FROM unnest('{ends,ends_view}'::regclass[]) s, outcome(s) o;
SELECT s, o.* FROM unnest('{ends,ends_view}'::regclass[]) s, outcome(s) o;
SELECT datamon.unwatch(s) FROM unnest('{ends,ends_view}'::regclass[]) s;
DROP TABLE ends, came, parted, at_date, at_timestamp, at_timestamptz, sources CASCADE;
DROP FUNCTION fill, outcome;
