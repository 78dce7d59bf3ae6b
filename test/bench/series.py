"""Bands of 250,000 series: states in packed arrays through band_update() against an UPDATE of a row a series, in one run.

    series.py [SERIES [ROUNDS]]

Both learn an exponentially weighted mean and absolute deviation and find what is out of bounds, by the same formula in float4. The ways run in
turn, round by round, after a warm-up in which every state is made; medians of the backend's CPU from schedstat. Tables are vacuumed between
rounds, not on the clock. Connects by the usual environment variables to a server on this machine.
"""
import statistics
import sys

import psycopg2

series = int(sys.argv[1]) if len(sys.argv) > 1 else 250000
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
A_ROW = 750  # states of so many fill a page
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text):
    cursor.execute(text)
    return cursor.fetchall() if cursor.description else None


for setting in ("jit = off", "max_parallel_workers_per_gather = 0", "work_mem = '256MB'", "client_min_messages = error"):
    sql("SET " + setting)
backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e6


def written():
    return float(sql("SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])


sql("DROP TABLE IF EXISTS one_row, packed, arrived_row, arrived")
sql("CREATE TABLE arrived_row (series int PRIMARY KEY, value real)")
sql("CREATE TABLE arrived (no int PRIMARY KEY, value real[])")
sql("CREATE TABLE one_row (series int PRIMARY KEY, mean real, deviation real, seen smallint) WITH (fillfactor = 50)")
sql("CREATE TABLE packed (no int PRIMARY KEY, mean real[], deviation real[], seen smallint[])")
for column in ("mean", "deviation", "seen"):
    sql("ALTER TABLE packed ALTER COLUMN %s SET STORAGE PLAIN" % column)
sql("ALTER TABLE arrived ALTER COLUMN value SET STORAGE PLAIN")
sql("INSERT INTO one_row SELECT g, 0, 0, 0 FROM generate_series(0, %d) g" % (series - 1))
sql("INSERT INTO packed SELECT g / %d, array_agg(0::real), array_agg(0::real), array_agg(0::smallint) FROM generate_series(0, %d) g GROUP BY 1"
    % (A_ROW, series - 1))


def arrive():
    """A value of each, one in ten thousand far out."""
    sql("TRUNCATE arrived, arrived_row")
    sql("INSERT INTO arrived_row SELECT g, (g %% 97 + random() + CASE WHEN random() < 0.0001 THEN 50 ELSE 0 END)::real FROM generate_series(0, %d) g"
        % (series - 1))
    sql("INSERT INTO arrived SELECT series / %d, array_agg(value ORDER BY series) FROM arrived_row GROUP BY 1" % A_ROW)
    sql("VACUUM (ANALYZE) arrived_row")
    sql("VACUUM (ANALYZE) arrived")
    sql("VACUUM (ANALYZE) packed")
    sql("VACUUM (ANALYZE) one_row")


FOUND = """seen >= 30 AND abs(a.value - mean) > 8 * 1.2533141::real * deviation"""
TAKEN = "CASE WHEN seen >= 30 AND deviation > 0 THEN least(abs(a.value - mean), 5 * deviation) ELSE abs(a.value - mean) END"
SET = """mean = (s.mean + sign(a.value - s.mean) * %s / least(s.seen + 1, 200))::real,
    deviation = CASE WHEN s.seen = 0 THEN 0 ELSE (s.deviation + (%s - s.deviation) / least(s.seen, 200))::real END,
    seen = least(s.seen + 1, 200)""" % (TAKEN, TAKEN)
STEP = "datamon.band_update(p.mean, p.deviation, p.seen, a.value)"
WAYS = {
    "packed: load, judge": "SELECT sum(cardinality(u.places)) FROM packed p JOIN arrived a USING (no) CROSS JOIN LATERAL %s u" % STEP,
    "packed: load, judge, write": """WITH new AS MATERIALIZED (SELECT p.no, u.* FROM packed p JOIN arrived a USING (no) CROSS JOIN LATERAL %s u),
        done AS (UPDATE packed p SET mean = n.mean, deviation = n.deviation, seen = n.seen FROM new n WHERE p.no = n.no)
        SELECT sum(cardinality(places)) FROM new""" % STEP,
    "rows: judge": "SELECT count(*) FROM one_row s JOIN arrived_row a USING (series) WHERE " + FOUND,
    "rows: judge, write": """WITH found AS (SELECT count(*) FROM one_row s JOIN arrived_row a USING (series) WHERE %s),
        done AS (UPDATE one_row s SET %s FROM arrived_row a WHERE a.series = s.series) SELECT * FROM found""" % (FOUND, SET),
}
for _ in range(31):
    arrive()
    sql(WAYS["packed: load, judge, write"])
    sql(WAYS["rows: judge, write"])
taken, wal = {way: [] for way in WAYS}, {}
for _ in range(rounds):
    arrive()
    found = {}
    for way, text in WAYS.items():
        lsn, began = written(), cpu()
        found[way] = sql(text)[0][0]
        taken[way].append(cpu() - began)
        wal[way] = written() - lsn
    assert len(set(found.values())) == 1, found
for way in WAYS:
    print("%-28s %8.2f ms of CPU, %6.2f MB of WAL" % (way, statistics.median(taken[way]), wal[way] / 1e6))
update = statistics.median(taken["rows: judge, write"])
print("an UPDATE takes %.0f times the packed judging, %.0f times with writing; found %s of %d" % (
    update / statistics.median(taken["packed: load, judge"]), update / statistics.median(taken["packed: load, judge, write"]),
    found["rows: judge"], series))
worst = sql("""SELECT max(abs(s.mean - u.mean)), max(abs(s.deviation - u.deviation)) FROM packed p
    CROSS JOIN LATERAL unnest(p.mean, p.deviation) WITH ORDINALITY u (mean, deviation, place) JOIN one_row s ON s.series = p.no * %d + u.place - 1""" % A_ROW)[0]
print("states differ by at most %.2g (mean), %.2g (deviation)" % worst)
sql("DROP TABLE one_row, packed, arrived_row, arrived")
