-- tick(): every row once, late ones too; nothing to do writes nothing; the proof by full recompute.
SET timezone = 'UTC';
CREATE TABLE seen (id int PRIMARY KEY, at timestamptz NOT NULL, color text, x float8, pred boolean);
CREATE TABLE truth (id int PRIMARY KEY, label_at timestamptz NOT NULL, late boolean);
INSERT INTO seen SELECT i, '2025-01-01'::timestamptz + i * interval '1 minute', (ARRAY['red', 'green'])[1 + i % 2], i % 13, i % 3 = 0
FROM generate_series(0, 2879) i;
SELECT count(*) > 0 FROM datamon.watch('seen', labels => 'truth', bucket => '1 hour', lateness => '1 day', dimensions => '{color}',
	baseline => '[2025-01-01,2025-01-02)');
CREATE VIEW state AS SELECT monitor_id, segment_id, bucket, n, profile::text, performance::text, xmin::text AS written_by, ctid::text AS place FROM datamon.cell;
SELECT buckets_revised, error FROM datamon.tick('seen');
SELECT segment, count(*), sum(n) FROM datamon.volume WHERE source = 'seen'::regclass GROUP BY segment ORDER BY segment;

-- twice: nothing is written, not even the same bytes
CREATE TABLE before AS SELECT * FROM state;
SELECT buckets_revised, error FROM datamon.tick('seen');
SELECT count(*) FROM (TABLE before EXCEPT TABLE state) d;
SELECT count(*) FROM datamon.check('seen');

-- late row, deleted row, changed row, row moved to another hour, late label
INSERT INTO seen VALUES (10000, '2025-01-02 10:30', 'red', 5, true);
DELETE FROM seen WHERE id = 2000;
UPDATE seen SET x = 99 WHERE id = 2100;
UPDATE seen SET at = at + interval '2 hours' WHERE id = 2200;
INSERT INTO truth VALUES (2300, '2025-01-03', true), (2304, '2025-01-03', false);
SELECT count(*) AS stale FROM datamon.check('seen') WHERE segment = '{}';
SELECT buckets_revised, error FROM datamon.tick('seen');
SELECT count(*) FROM datamon.check('seen');
SELECT sum(tp) tp, sum(fp) fp, sum(fn) fn, sum(tn) tn, sum(n_used) n_used, sum(n_unused) n_unused FROM datamon.performance
WHERE source = 'seen'::regclass AND segment = '{}';
-- label corrected in place; a new value becomes a segment; a vanished one leaves
UPDATE truth SET late = false WHERE id = 2300;
UPDATE seen SET color = 'blue' WHERE id = 2400;
SELECT buckets_revised, error FROM datamon.tick('seen');
SELECT count(*) FROM datamon.check('seen');
SELECT segment, sum(n) FROM datamon.volume WHERE source = 'seen'::regclass GROUP BY segment ORDER BY segment;

-- in one transaction with the rows, and with a savepoint rolled back
BEGIN;
INSERT INTO seen VALUES (10001, '2025-01-02 20:01', 'red', 5, true);
SAVEPOINT s;
INSERT INTO seen VALUES (10002, '2025-01-02 20:02', 'red', 5, true);
SELECT buckets_revised, error FROM datamon.tick('seen');
ROLLBACK TO s;
SELECT buckets_revised, error FROM datamon.tick('seen');
COMMIT;
SELECT count(*) FROM datamon.check('seen');

-- older than lateness: counted as too late, found by recompute()
INSERT INTO seen SELECT 20000 + i, '2025-01-01 00:30', 'red', 5, true FROM generate_series(1, 3) i;
SELECT buckets_revised, error FROM datamon.tick('seen');
SELECT count(*) FROM datamon.check('seen') WHERE segment = '{}';
SELECT datamon.recompute('seen');
SELECT count(*) FROM datamon.check('seen');

-- any window by merging
SELECT n, buckets FROM datamon.summarize('seen', '[2025-01-01,2025-01-02)');
SELECT column_name, n, null_count, mean, min, max FROM datamon.window_quality('seen', '[2025-01-01,2025-01-02)', '{"color": "red"}')
WHERE kind = 'number';
SELECT column_name, n_used, n_reference, wasserstein_distance, excess < 0 AS within_chance
FROM datamon.window_drift('seen', '[2025-01-01,2025-01-02)') WHERE kind = 'number';
SELECT n, profile, buckets FROM datamon.summarize('seen', '[1999-01-01,1999-01-02)');

-- a replay hides what was not yet known
SELECT datamon.unwatch('seen');
SELECT count(*) > 0 FROM datamon.watch('seen', labels => 'truth', bucket => '1 hour');
SELECT buckets_revised, error FROM datamon.tick('seen', '2025-01-01 05:30');
SELECT max(bucket), sum(n) FROM datamon.volume WHERE source = 'seen'::regclass AND segment = '{}';
SELECT buckets_revised, error FROM datamon.tick('seen', '2025-01-01 05:00');
SELECT failures, last_error FROM datamon.monitors WHERE source = 'seen'::regclass;
SELECT buckets_revised, error FROM datamon.tick('seen', '2025-01-02 14:00');
SELECT sum(n_used) FROM datamon.performance WHERE source = 'seen'::regclass AND segment = '{}';
SELECT buckets_revised, error FROM datamon.tick('seen', '2025-01-04');
SELECT sum(n_used) FROM datamon.performance WHERE source = 'seen'::regclass AND segment = '{}';
SELECT failures, last_error FROM datamon.monitors WHERE source = 'seen'::regclass;

-- a live source without index that falls silent: its clock goes on
CREATE TABLE live AS SELECT now() - i * interval '1 second' AS at, i::float8 AS x FROM generate_series(1, 1000) i;
SELECT count(*) > 0 FROM datamon.watch('live', bucket => '1 minute', lateness => '5 minutes');
SELECT error FROM datamon.tick('live');
SELECT watermark AS before FROM datamon.monitors WHERE source = 'live'::regclass \gset
SELECT pg_sleep(0.01);
SELECT buckets_revised, error FROM datamon.tick('live');
SELECT watermark > :'before' AS later FROM datamon.monitors WHERE source = 'live'::regclass;
SELECT datamon.unwatch('live');
DROP TABLE live;

-- the source is gone: an error that is kept, and the others go on
DROP VIEW state;
DROP TABLE seen, before CASCADE;
SELECT buckets_revised, error FROM datamon.tick();
DELETE FROM datamon.monitor;
DROP TABLE truth;
