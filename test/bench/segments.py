"""Profiles of all segments by profile_table() against what plain SQL takes for their means or F1, in one run.

    segments.py ROWS ROUNDS

The ways run in turn, round by round, after a warm-up; medians, and medians of the ratios inside the rounds, of the backend's
CPU from schedstat. Every output is summed up, so that the executor leaves none out. SQL has work_mem of 1 GB, profile_table()
datamon.cube_memory of 1 GB; the last lines give it the default, through temporary files. Needs the table obs of generate.sql,
of any number of rows, and connects by the usual environment variables to a server on this machine. Where DuckDB can be imported,
it answers the same means from a table of its own, by one thread, in the same rounds; its CPU is all that this process takes.
What a profile says is more than a mean. DuckDB's nearest to it, exact moments and its sketch for quantiles, takes far longer and
gigabytes: it runs once, from 200,000 of the rows, beside profile_table() of the same.
"""
import statistics
import sys
import tempfile
import time

import psycopg2

try:
    import duckdb
except ImportError:
    duckdb = None

rows, rounds = int(sys.argv[1]), int(sys.argv[2])
LIKE = 200000
TEN = ["c%d" % i for i in range(1, 11)]
BY = "client, category, colour"
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text):
    cursor.execute(text)
    return cursor.fetchall() if cursor.description else None


for setting in ("jit = off", "max_parallel_workers_per_gather = 0", "work_mem = '1GB'", "datamon.cube_memory = '1GB'",
                "client_min_messages = error"):
    sql("SET " + setting)
backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e9


def peak():
    with open("/proc/%d/status" % backend) as f:
        return [int(line.split()[1]) for line in f if line.startswith("VmHWM")][0] // 1024


def query(text):
    return lambda: sql(text)


def default_memory(text):
    def way():
        sql("RESET datamon.cube_memory")
        sql(text)
        sql("SET datamon.cube_memory = '1GB'")
    return way


def duck_table():
    """The rows of obs in a table of DuckDB's own, in memory"""
    duck = duckdb.connect()
    duck.execute("SET threads = 1")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        cursor.copy_expert("COPY (SELECT %s, %s FROM obs) TO STDOUT (FORMAT csv)" % (BY, ", ".join(TEN)), file)
        file.flush()
        duck.execute("CREATE TABLE obs AS SELECT * FROM read_csv('%s', header = false, columns = {%s})" % (file.name, ", ".join(
            ["'%s': 'INTEGER'" % c for c in BY.split(", ")] + ["'%s': 'DOUBLE'" % c for c in TEN])))
    return duck


def compare(title, ways, base):
    print("\n## %s\n" % title)
    times = {name: [] for name in ways}
    for i in range(rounds + 1):
        for name, way in ways.items():
            before, own = cpu(), time.process_time()
            way()
            if i > 0:
                times[name].append(time.process_time() - own if name.startswith("DuckDB") else cpu() - before)
    print("| way | CPU s | x %s |\n|---|---|---|" % base)
    for name in ways:
        print("| %s | %.3f | %.3g |" % (name, statistics.median(times[name]),
                                        statistics.median(t / b for t, b in zip(times[name], times[base]))))
    sys.stdout.flush()


def profiles(levels, table="obs"):
    return ("SELECT sum(pg_column_size(profile)) FROM datamon.profile_table('%s', '{%s}', '{%s}', '%s')"
            % (table, ",".join(TEN), BY, levels))


def with_duckdb(ways, grouping):
    """DuckDB among the ways, where it is there"""
    if duck:
        ways["DuckDB, avg() of ten, one thread"] = lambda: duck.execute(means(grouping)).fetchall()
    return ways


def of_ten(expression, grouping, table="obs"):
    """The sum of an expression of each column, so that none is left out"""
    return "SELECT sum(v) FROM (SELECT %s AS v FROM %s GROUP BY %s) s" % (" + ".join(expression.format(c) for c in TEN), table, grouping)


def means(grouping):
    return of_ten("avg({0})", grouping)


def like_with_like():
    """Moments and quantiles of every cell: DuckDB's sketches beside profiles, of some of the rows"""
    moments = "avg({0}) + stddev_pop({0}) + min({0}) + max({0})"
    quantiles = moments + " + list_sum(approx_quantile({0}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]))"
    sql("CREATE TABLE few AS SELECT * FROM obs LIMIT %d" % LIKE)
    sql("VACUUM (FREEZE, ANALYZE) few")
    duck.execute("SET memory_limit = '8GB'")
    duck.execute("CREATE TABLE few AS SELECT * FROM obs LIMIT %d" % LIKE)
    print("\n## Moments and quantiles of ten columns, %d rows, once\n\n| way | leaves, CPU s | cube, CPU s |\n|---|---|---|" % LIKE)
    for name, run, clock in (("profile_table", lambda levels, by: sql(profiles(levels, "few")), cpu),
                             ("DuckDB, means", duck_runs("avg({0})"), time.process_time),
                             ("DuckDB, means, deviations, minima and maxima", duck_runs(moments), time.process_time),
                             ("DuckDB, these and seven approximate quantiles", duck_runs(quantiles), time.process_time)):
        took = []
        for levels, by in (("leaves", BY), ("cube", "CUBE (%s)" % BY)):
            before = clock()
            try:
                run(levels, by)
                took.append("%.3f" % (clock() - before))
            except duckdb.OutOfMemoryException:
                took.append("out of 8 GB")
        print("| %s | %s |" % (name, " | ".join(took)), flush=True)
    sql("DROP TABLE few")


def duck_runs(expression):
    return lambda levels, by: duck.execute(of_ten(expression, by, "few")).fetchall()


sql("DROP TABLE IF EXISTS lab")
sql("CREATE TABLE lab AS SELECT client, category, colour, c4 > 0.5 AS label, c4 + 0.3 * c1 > 0.5 AS prediction FROM obs")
sql("VACUUM (FREEZE, ANALYZE) lab")
hits = "count(*) FILTER (WHERE label AND prediction)"
compare("F1 of every leaf, %d rows" % rows, {
    "plain SQL, FILTER": query("SELECT sum(f) FROM (SELECT 2.0 * %s / nullif(2 * %s + count(*) FILTER (WHERE label <> prediction), 0)"
                               " AS f FROM lab GROUP BY %s) s" % (hits, hits, BY)),
    "profile_table, counts alone": query("SELECT sum(datamon.f1_score(performance)) FROM datamon.profile_table('lab', '{}', '{%s}',"
                                         " actual => 'label', predicted => 'prediction')" % BY),
}, "plain SQL, FILTER")
duck = duck_table() if duckdb else None
compare("All leaves of ten columns, %d rows" % rows, with_duckdb({
    "avg() of ten, GROUP BY": query(means(BY)),
    "profile_table": query(profiles("leaves")),
    "profile_table, default memory": default_memory(profiles("leaves")),
}, BY), "avg() of ten, GROUP BY")
print("\nGoals of the cube: at most 0.12 of avg() by CUBE, and at most DuckDB's time.")
compare("The whole cube of ten columns, %d rows" % rows, with_duckdb({
    "avg() of ten, CUBE": query(means("CUBE (%s)" % BY)),
    "profile_table": query(profiles("cube")),
    "profile_table, default memory": default_memory(profiles("cube")),
}, "CUBE (%s)" % BY), "avg() of ten, CUBE")
if duck:
    like_with_like()
else:
    print("\nDuckDB: skipped, it cannot be imported")
print("\nPeak memory of the backend, shared buffers included: %d MB" % peak())
