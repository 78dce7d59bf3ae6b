-- A long history is read by CALL, a transaction for each chunk; what goes wrong on the way.
\set ON_ERROR_STOP 0
\set VERBOSITY terse
SET timezone = 'UTC';
SET datamon.backfill_rows = 1000;
CREATE TABLE long_ago (at timestamptz NOT NULL, kind text, x float8);
INSERT INTO long_ago SELECT timestamptz '2026-01-01' + i * interval '1 minute', chr(97 + i % 3), i % 7 FROM generate_series(0, 5759) i;
CREATE INDEX ON long_ago (at);
ANALYZE long_ago;
SELECT role, choice, reason FROM datamon.watch('long_ago', bucket => '10 minutes', lateness => '30 minutes') WHERE role = 'history';

-- in a transaction there is nothing to commit; the chunk before that is rolled back with it
BEGIN;
CALL datamon.backfill('long_ago');
ROLLBACK;
SELECT count(*) FROM datamon.backfills;
\set VERBOSITY default
CALL datamon.backfill(NULL);
CALL datamon.backfill('pg_class');

CALL datamon.backfill('long_ago');
SELECT stretch, from_start, to_start, read_from, n, share FROM datamon.backfills ORDER BY stretch;
SELECT backfilled, too_late FROM datamon.monitors WHERE source = 'long_ago'::regclass;
SELECT count(*) FROM datamon.check('long_ago');

-- a row that comes into what has been read is too late, and told
INSERT INTO long_ago VALUES ('2026-01-02 03:04:05', 'a', 1);
SELECT error FROM datamon.tick('long_ago');
SELECT too_late FROM datamon.monitors WHERE source = 'long_ago'::regclass;
SELECT bucket, segment, n_stored, n_rows, difference FROM datamon.check('long_ago') WHERE segment = '{}';

-- without an index all is read at once, and watch() says so; the same cells
DELETE FROM long_ago WHERE at = '2026-01-02 03:04:05';
CREATE TABLE no_index AS TABLE long_ago;
ANALYZE no_index;
SELECT role, choice, reason FROM datamon.watch('no_index', bucket => '10 minutes', lateness => '30 minutes') WHERE role = 'history';
CALL datamon.backfill('no_index');
SELECT count(*) FROM datamon.backfills b WHERE b.source = 'no_index'::regclass;
SELECT t.tier, count(*), sum(t.n), count(DISTINCT (t.bucket, t.part, t.n, t.cells::text)) AS different
FROM (SELECT t.tier, t.bucket, t.part, sum(t.n) AS n, datamon.merge(t.cells) AS cells FROM datamon.stored_tile t GROUP BY t.monitor_id, t.tier, t.bucket, t.part) t
WHERE t.part = -1 GROUP BY t.tier ORDER BY 1;
SELECT datamon.unwatch('no_index');

-- a chunk that fails leaves what was read before it
SELECT datamon.unwatch('long_ago');
SELECT count(*) FROM datamon.backfills;
SELECT count(*) > 0 AS watched FROM datamon.watch('long_ago', bucket => '10 minutes', lateness => '30 minutes');
SELECT error FROM datamon.tick('long_ago');
SELECT sum(n) AS read FROM datamon.backfills \gset before_
ALTER TABLE long_ago RENAME x TO y;
CALL datamon.backfill('long_ago');
SELECT sum(n) = :before_read AS kept FROM datamon.backfills;
ALTER TABLE long_ago RENAME y TO x;
CALL datamon.backfill('long_ago');
SELECT count(*) FROM datamon.check('long_ago');
SELECT datamon.unwatch('long_ago');
DROP TABLE long_ago, no_index;

-- labels that come for history that waits make tiles before its chunk does; then their rows go
CREATE TABLE guess (id int PRIMARY KEY, at timestamptz NOT NULL, score float8);
CREATE TABLE truth (id int PRIMARY KEY, labelled_at timestamptz NOT NULL, label boolean);
INSERT INTO guess SELECT i, timestamptz '2026-01-01' + i * interval '1 minute', (i % 10) / 10.0 FROM generate_series(0, 5759) i;
INSERT INTO truth SELECT i, timestamptz '2026-01-01' + i * interval '1 minute' + interval '1 hour', i % 10 > 4 FROM generate_series(0, 5759, 2) i;
CREATE INDEX ON guess (at);
ANALYZE guess;
SELECT count(*) > 0 AS watched FROM datamon.watch('guess', labels => 'truth', bucket => '10 minutes', lateness => '30 minutes');
SELECT error FROM datamon.tick('guess');
INSERT INTO truth SELECT i, timestamptz '2026-01-04 23:00', true FROM generate_series(1501, 1599, 2) i;
SELECT error FROM datamon.tick('guess');
SELECT count(*) FROM datamon.check('guess');
DELETE FROM guess WHERE id BETWEEN 1490 AND 1610;
CALL datamon.backfill('guess');
SELECT count(*) FROM datamon.check('guess');
SELECT backfilled FROM datamon.monitors WHERE source = 'guess'::regclass;
SELECT datamon.unwatch('guess');

-- chunks are turned off on the way: the next tick reads what is left of the stretch
SELECT count(*) > 0 AS watched FROM datamon.watch('guess', labels => 'truth', bucket => '10 minutes', lateness => '30 minutes');
SELECT error FROM datamon.tick('guess');
SET datamon.backfill_rows = 0;
SELECT error FROM datamon.tick('guess');
SELECT backfilled FROM datamon.monitors WHERE source = 'guess'::regclass;
SELECT count(*) FROM datamon.check('guess');
SELECT datamon.unwatch('guess');
DROP TABLE guess, truth;
