-- Labels in a second table: after whatever happened to labels or rows, the next tick equals a recompute, and counts again only what it has to.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET timezone = 'UTC';
SET search_path = public, pg_catalog;
SELECT plan(111);
SELECT setseed(0.4);

CREATE TABLE seen (id int PRIMARY KEY, at timestamptz NOT NULL, kind text, x float8, predicted boolean);
CREATE INDEX ON seen (at);
CREATE TABLE truth (id int PRIMARY KEY, label_at timestamptz, actual boolean) WITH (fillfactor = 70);
INSERT INTO seen SELECT i, timestamptz '2026-01-01' + i * interval '1 minute', (ARRAY['a', 'b'])[1 + i % 2], i % 7, i % 3 = 0
FROM generate_series(1, 4000) i;
INSERT INTO truth SELECT id, at + interval '1 hour', id % 5 < 2 FROM seen WHERE id % 2 = 0;
SELECT count(*) > 0 AS watched FROM datamon.watch('seen', labels => 'truth', label_keys => '{id}', source_keys => '{id}', time_column => 'at',
	id => 'id', prediction => 'predicted', label => 'actual', dimensions => '{kind}', features => '{x}', bucket => '1 hour',
	lateness => '1 day', label_lateness => '60 hours') \g /dev/null

-- What a tick said, and whether what is stored is what a recompute would give: buckets revised, differences.
CREATE FUNCTION ticked(source text DEFAULT 'seen') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	t record;
BEGIN
	SELECT * INTO t FROM datamon.tick(source::regclass);
	RETURN coalesce(t.error, t.buckets_revised || ' revised');
END
$$;
CREATE FUNCTION wrong(source text DEFAULT 'seen') RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM datamon.check(source::regclass)$$;

SELECT is(ticked(), '67 revised', 'the first tick counts everything');
SELECT is(wrong(), 0::bigint, 'and is exact');
SELECT is(ticked(), '0 revised', 'a tick after which nothing happened counts nothing');

-- One change each: which buckets it revises.
INSERT INTO truth VALUES (3001, '2026-01-04', true);
SELECT is(ticked(), '1 revised', 'a label that came late revises its bucket');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET actual = NOT actual WHERE id = 3000;
SELECT is(ticked(), '1 revised', 'a label that was corrected');
SELECT is(wrong(), 0::bigint, '... exactly');
DELETE FROM truth WHERE id = 3500;
SELECT is(ticked(), '1 revised', 'a label that was deleted');
SELECT is(wrong(), 0::bigint, '... exactly');
DELETE FROM truth WHERE id IN (2000, 3800);
SELECT is(ticked(), '2 revised', 'two of them, hours apart');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET id = 3501 WHERE id = 3100;
SELECT is(ticked(), '2 revised', 'a key that was changed: the row that had the label, and the one that has it now');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET id = -3501 WHERE id = 3501;
SELECT is(ticked(), '1 revised', 'a key that no row has');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET id = 3501 WHERE id = -3501;
SELECT is(ticked(), '1 revised', 'and back');
SELECT is(wrong(), 0::bigint, '... exactly');
DELETE FROM truth WHERE id = 3502;
INSERT INTO truth VALUES (3502, '2026-01-04', NULL);
SELECT is(ticked(), '1 revised', 'deleted and inserted again between two ticks');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET label_at = NULL WHERE id = 3504;
SELECT is(ticked(), '1 revised', 'a label time that nobody knows any more');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE truth SET label_at = '2026-01-03 12:00' WHERE id = 3504;
SELECT is(ticked(), '1 revised', 'or knows again');
SELECT is(wrong(), 0::bigint, '... exactly');
INSERT INTO truth VALUES (5000, '2026-01-03', true), (5001, '2026-01-03', true);
SELECT is(ticked(), '0 revised', 'labels that came before their rows change nothing');
INSERT INTO seen VALUES (5000, '2026-01-03 18:30', 'a', 1, true);
SELECT is(ticked(), '1 revised', '... until one of the rows comes');
SELECT is(wrong(), 0::bigint, '... which is labelled');
DELETE FROM truth WHERE id IN (5000, 5001);
SELECT is(ticked(), '1 revised', '... and no more');
SELECT is(wrong(), 0::bigint, '... exactly');

-- Rows of the source.
UPDATE seen SET at = at + interval '3 hours' WHERE id = 3600;
SELECT is(ticked(), '2 revised', 'a row that moves to another bucket takes its label along');
DELETE FROM truth WHERE id = 3600;
SELECT is(ticked(), '1 revised', '... and loses it there');
SELECT is(wrong(), 0::bigint, '... exactly');
UPDATE seen SET id = -id WHERE id = 3602;
SELECT is(ticked(), '1 revised', 'a row whose key is changed loses its label');
DELETE FROM seen WHERE id = 3604;
SELECT is(ticked(), '1 revised', 'a row is deleted');
DELETE FROM truth WHERE id = 3604;
SELECT is(ticked(), '0 revised', '... and its label afterwards');
SELECT is(wrong(), 0::bigint, 'all of it exactly');
DELETE FROM seen WHERE at >= '2026-01-03 02:00' AND at < '2026-01-03 03:00';
DELETE FROM truth t WHERE NOT EXISTS (SELECT FROM seen s WHERE s.id = t.id);
SELECT is(ticked(), '1 revised', 'a bucket goes with rows and labels');
SELECT is(wrong(), 0::bigint, '... exactly');

-- Pages are changed by others than writers.
VACUUM (FREEZE) truth;
SELECT is(ticked(), '0 revised', 'VACUUM changes nothing');
SELECT count(*) AS locked FROM (SELECT FROM truth FOR KEY SHARE) t \g /dev/null
SELECT is(ticked(), '0 revised', 'locks change nothing');
INSERT INTO truth VALUES (3605, '2026-01-04', true), (3606, '2026-01-04', true) ON CONFLICT (id) DO UPDATE SET actual = NOT truth.actual;
SELECT is(ticked(), '1 revised', 'a label in the space of one that is gone');
SELECT is(wrong(), 0::bigint, '... exactly');
DELETE FROM truth WHERE id = 3605;
SELECT is(ticked(), '1 revised', '... and gone as well');
SELECT is(wrong(), 0::bigint, '... exactly');
CREATE INDEX ON truth (actual);
UPDATE truth SET actual = NOT actual WHERE id IN (3700, 3702);
SELECT is(ticked(), '1 revised', 'an update that cannot be HOT');
SELECT is(wrong(), 0::bigint, '... exactly');
VACUUM FULL truth;
SELECT isnt(ticked(), NULL, 'a rewrite');
DELETE FROM truth WHERE id = 3704;
SELECT is(ticked(), '1 revised', 'places are learned anew');
SELECT is(wrong(), 0::bigint, '... exactly');

-- Transactions.
BEGIN;
DELETE FROM truth WHERE id = 3706;
INSERT INTO truth VALUES (3707, '2026-01-04', true);
SELECT is(ticked(), '1 revised', 'a tick inside the transaction that changes labels');
SELECT is(wrong(), 0::bigint, '... sees it');
SAVEPOINT a;
DELETE FROM truth WHERE id = 3707;
SELECT is(ticked(), '1 revised', 'twice');
ROLLBACK TO a;
SELECT is(ticked(), '0 revised', 'rolled back, with the tick');
SELECT is(wrong(), 0::bigint, '... exactly');
ROLLBACK;
SELECT is(ticked(), '0 revised', 'all of it');
SELECT is(wrong(), 0::bigint, '... exactly');

-- Lateness.
DELETE FROM truth WHERE id = 100;
SELECT is(ticked(), '0 revised', 'what is older than label_lateness stays as it was');
SELECT cmp_ok(wrong(), '>', 0::bigint, '... as documented');
SELECT datamon.recompute('seen') \g /dev/null
SELECT is(wrong(), 0::bigint, 'recompute() counts it');
SELECT is(ticked(), '0 revised', 'the tick after it finds all in order');
DELETE FROM truth WHERE id = 3708;
SELECT is(ticked(), '1 revised', '... and remembers again');
SELECT is(wrong(), 0::bigint, '... exactly');
SELECT is((SELECT count(*) FROM datamon.label_place WHERE newest < (SELECT watermark - interval '62 hours' FROM datamon.monitor_state)), 0::bigint,
	'of what no label can revise nothing is remembered');

-- A state that is lost or worthless.
TRUNCATE truth;
SELECT isnt(ticked(), NULL, 'TRUNCATE');
SELECT is((SELECT sum(c.n_unused) FROM datamon.performance c WHERE c.segment = '{}' AND c.bucket >= '2026-01-02'),
	(SELECT count(*)::numeric FROM seen WHERE at >= '2026-01-02'), '... leaves no label within label_lateness');
SELECT is((SELECT count(*) FROM datamon.label_place), 0::bigint, '... and no place');
INSERT INTO truth SELECT id, at + interval '1 hour', id % 5 < 2 FROM seen;
SELECT isnt(ticked(), NULL, 'labels come again');
UPDATE datamon.label_place SET places = '\xff';
DELETE FROM truth WHERE id = 3712;
SELECT is(ticked(), 'places of labels are not what was stored', 'what somebody made of the places is no basis');
SELECT datamon.recompute('seen') \g /dev/null
SELECT is(ticked(), '0 revised', 'recompute() helps');
SELECT is(wrong(), 0::bigint, '... exactly');
DELETE FROM datamon.heap_state;
DELETE FROM truth WHERE id = 3710;
SELECT isnt(ticked(), NULL, 'without any state');
SELECT datamon.recompute('seen') \g /dev/null
SELECT is(wrong(), 0::bigint, '... exactly');

-- Several labels of a row: the newest counts, and when it goes, the one before.
CREATE TABLE opinion (id int, said_at timestamptz NOT NULL, actual boolean);
CREATE TABLE asked (LIKE seen INCLUDING INDEXES);
INSERT INTO asked SELECT * FROM seen;
INSERT INTO opinion SELECT id, at + interval '1 hour', id % 5 < 2 FROM asked;
INSERT INTO opinion SELECT id, at + interval '2 hours', id % 5 >= 2 FROM asked WHERE id % 3 = 0;
SELECT count(*) > 0 AS watched FROM datamon.watch('asked', labels => 'opinion', label_keys => '{id}', source_keys => '{id}', time_column => 'at',
	id => 'id', prediction => 'predicted', label => 'actual', dimensions => '{kind}', features => '{x}', bucket => '1 hour',
	lateness => '10 days', label_lateness => '10 days') \g /dev/null
SELECT is(ticked('asked'), '66 revised', 'several labels of a row');
SELECT is(wrong('asked'), 0::bigint, '... the newest counts');
DELETE FROM opinion o WHERE id = 300 AND said_at > (SELECT at + interval '90 minutes' FROM asked a WHERE a.id = o.id);
SELECT is(ticked('asked'), '1 revised', 'the newest is gone');
SELECT is(wrong('asked'), 0::bigint, '... and the one before counts');
UPDATE opinion SET said_at = said_at - interval '5 hours' WHERE id = 330 AND actual = (330 % 5 >= 2);
SELECT is(ticked('asked'), '1 revised', 'the newest is so no more');
SELECT is(wrong('asked'), 0::bigint, '... exactly');
INSERT INTO opinion SELECT id, said_at, NOT actual FROM opinion WHERE id IN (40, 400);
SELECT is(ticked('asked'), '2 revised', 'of two that are equally new the last counts');
SELECT is(wrong('asked'), 0::bigint, '... exactly');
DELETE FROM opinion WHERE ctid = (SELECT ctid FROM opinion WHERE id = 40 ORDER BY ctid DESC LIMIT 1);
SELECT is(ticked('asked'), '1 revised', 'until it is deleted');
SELECT is(wrong('asked'), 0::bigint, '... exactly');

-- Partitions on both sides.
CREATE TABLE flow (LIKE seen) PARTITION BY RANGE (at);
CREATE TABLE flow_1 PARTITION OF flow FOR VALUES FROM (MINVALUE) TO ('2026-01-02');
CREATE TABLE flow_2 PARTITION OF flow DEFAULT;
CREATE TABLE fact (note text, label_at timestamptz NOT NULL, id int, actual boolean) PARTITION BY RANGE (label_at);
CREATE TABLE fact_1 PARTITION OF fact FOR VALUES FROM (MINVALUE) TO ('2026-01-02');
CREATE TABLE fact_2 (actual boolean, gone text, id int, note text, label_at timestamptz NOT NULL);
ALTER TABLE fact_2 DROP gone;
ALTER TABLE fact ATTACH PARTITION fact_2 FOR VALUES FROM ('2026-01-02') TO ('2026-01-03');
CREATE TABLE fact_3 PARTITION OF fact DEFAULT;
INSERT INTO flow SELECT * FROM seen;
INSERT INTO fact (id, label_at, actual) SELECT id, at + interval '1 hour', id % 5 < 2 FROM flow WHERE id % 10 < 8;
SELECT count(*) > 0 AS watched FROM datamon.watch('flow', labels => 'fact', label_keys => '{id}', source_keys => '{id}', time_column => 'at',
	id => 'id', prediction => 'predicted', label => 'actual', dimensions => '{kind}', features => '{x}', bucket => '1 hour',
	lateness => '10 days', label_lateness => '10 days') \g /dev/null
SELECT is(ticked('flow'), '66 revised', 'partitions');
SELECT is(wrong('flow'), 0::bigint, '... exactly');
DELETE FROM fact WHERE id IN (100, 2000, 3500);
SELECT is(ticked('flow'), '3 revised', 'labels of three partitions are gone');
SELECT is(wrong('flow'), 0::bigint, '... exactly');
UPDATE fact SET label_at = label_at + interval '1 day' WHERE id = 1000;
SELECT is(ticked('flow'), '0 revised', 'a label in another partition says the same');
DELETE FROM fact WHERE id = 1000;
SELECT is(ticked('flow'), '1 revised', '... and is remembered there');
UPDATE flow SET at = at + interval '1 day' WHERE id = 1001;
SELECT is(ticked('flow'), '2 revised', 'a row in another partition');
SELECT is(wrong('flow'), 0::bigint, 'all of it exactly');
ALTER TABLE fact DETACH PARTITION fact_2;
SELECT isnt(ticked('flow'), NULL, 'a partition of labels is gone');
SELECT is(wrong('flow'), 0::bigint, '... exactly');
ALTER TABLE fact ATTACH PARTITION fact_2 FOR VALUES FROM ('2026-01-02') TO ('2026-01-03');
SELECT isnt(ticked('flow'), NULL, '... and there again');
SELECT is(wrong('flow'), 0::bigint, '... exactly');
ALTER TABLE flow DETACH PARTITION flow_1;
SELECT isnt(ticked('flow'), NULL, 'a partition of rows is gone');
SELECT is(wrong('flow'), 0::bigint, '... exactly');

-- A history that is read in chunks, while its labels change.
SET datamon.backfill_rows = 1000;
CREATE TABLE history (LIKE seen INCLUDING INDEXES);
INSERT INTO history SELECT i, timestamptz '2026-01-01' + i * interval '1 minute', (ARRAY['a', 'b'])[1 + i % 2], i % 7, i % 3 = 0
FROM generate_series(1, 8000) i;
CREATE INDEX ON history (at);
CREATE TABLE known (LIKE truth INCLUDING INDEXES);
INSERT INTO known SELECT id, at + interval '1 hour', id % 5 < 2 FROM history WHERE id % 3 > 0;
ANALYZE history;
SELECT count(*) > 0 AS watched FROM datamon.watch('history', labels => 'known', label_keys => '{id}', source_keys => '{id}', time_column => 'at',
	id => 'id', prediction => 'predicted', label => 'actual', dimensions => '{kind}', features => '{x}', bucket => '1 hour',
	lateness => '2 hours', label_lateness => '10 days') \g /dev/null
CREATE FUNCTION waiting() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM history h WHERE EXISTS (SELECT FROM datamon.backfills b
	WHERE b.source = 'history'::regclass AND h.at >= b.from_start AND h.at < b.read_from)$$;
SELECT isnt(ticked('history'), NULL, 'the first tick');
SELECT cmp_ok(waiting(), '>', 4000::bigint, '... leaves most to others');
SELECT is(wrong('history'), 0::bigint, '... exactly');
-- Of a label whose bucket waits, has been read by the last tick, will be by the next one, and is new.
DELETE FROM known WHERE id IN (301, 7000);
SELECT isnt(ticked('history'), NULL, 'a chunk, while labels are deleted');
SELECT is(wrong('history'), 0::bigint, '... exactly');
DELETE FROM known WHERE id IN (SELECT id FROM history WHERE at >= (SELECT min(read_from) FROM datamon.backfills WHERE source = 'history'::regclass
	AND read_from < to_start) ORDER BY at LIMIT 5);
SELECT isnt(ticked('history'), NULL, 'labels of the last chunk are deleted');
SELECT is(wrong('history'), 0::bigint, '... exactly');
CALL datamon.backfill('history');
SELECT is(waiting(), 0::bigint, 'all has been read');
SELECT is(wrong('history'), 0::bigint, '... exactly');
DELETE FROM known WHERE id IN (302, 304, 5000);
UPDATE known SET id = -5002 WHERE id = 5002;
SELECT is(ticked('history'), '2 revised', 'labels of what has been read in chunks are remembered');
SELECT is(wrong('history'), 0::bigint, '... exactly');
SET datamon.backfill_rows = 0;

-- Where it cannot be done, as before; and back again.
SELECT is((SELECT obstacle FROM datamon._labelled_heaps((SELECT monitor_id FROM datamon.monitor WHERE source = 'flow'::regclass))), NULL,
	'nothing is in the way');
CREATE VIEW fact_seen AS SELECT * FROM fact;
SELECT datamon.unwatch('flow') \g /dev/null
SELECT count(*) > 0 AS watched FROM datamon.watch('flow', labels => 'fact_seen', label_keys => '{id}', source_keys => '{id}', time_column => 'at',
	id => 'id', prediction => 'predicted', label => 'actual', dimensions => '{kind}', features => '{x}', bucket => '1 hour',
	label_time => 'label_at', lateness => '10 days', label_lateness => '10 days') \g /dev/null
SELECT isnt(ticked('flow'), NULL, 'labels in a view are read by SQL');
SELECT is(wrong('flow'), 0::bigint, '... exactly');
SELECT is((SELECT count(*) FROM datamon.heap_state s JOIN datamon.monitor m USING (monitor_id) WHERE m.source = 'flow'::regclass), 0::bigint,
	'... and nothing is followed');
DROP TABLE opinion;
SELECT is(ticked('asked'), 'source does not exist any more', 'labels that are gone');
SELECT * FROM finish();
