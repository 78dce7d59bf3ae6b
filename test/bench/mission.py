"""What monitors cost: ticks of fresh rows, of rows that exist already, of wide and of large tables; WAL, memory, size, windows.

Connects by the usual environment variables to a server on this machine that does nothing else; test/bench/mission starts one.
Time is CPU of the backend, from schedstat, medians of rounds after a warm-up, ways in turn. A line is a figure, its goal, and
what is plain SQL's beside it. Memory is the backend's own (RssAnon), at its most, above what it was before.
"""
import argparse
import random
import re
import statistics
import threading
import time

import psycopg2

SECTIONS = ("minute", "flat", "writer", "catch_up", "wide", "many", "month", "windows", "huge")
ON_REQUEST = ("huge",)
COLUMNS = ["c%d" % i for i in range(1, 11)]
TEN = ", ".join(COLUMNS)
SHAPE = "at timestamptz NOT NULL, client int, category int, colour int, " + ", ".join(c + " float8" for c in COLUMNS)
BEGIN = "timestamptz '2026-01-05 00:00+00'"


def arguments():
    parser = argparse.ArgumentParser(prog="mission", description=__doc__.split("\n")[0])
    number = {"type": lambda text: int(float(text)), "metavar": "N"}
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=" ".join(SECTIONS) + "; without any, all but " + " ".join(ON_REQUEST))
    parser.add_argument("--generate", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", default=3, help="after a warm-up (3)", **number)
    parser.add_argument("--minute", default=60000, help="rows of a minute (60,000)", **number)
    parser.add_argument("--burst", default=600000, help="rows of a large minute (600,000)", **number)
    parser.add_argument("--flat", default=2000000, help="rows that exist when a tick must not feel it (2 M; the goal is for 8 M)", **number)
    parser.add_argument("--written", default=300000, help="rows that a writer inserts (300,000)", **number)
    parser.add_argument("--existing", default=2000000, help="rows that the first tick finds (2 M)", **number)
    parser.add_argument("--wide", default=5000, help="rows of 1,000 columns (5,000)", **number)
    parser.add_argument("--many", default=5000000, help="rows of the large table (5 M)", **number)
    parser.add_argument("--huge", default=100000000, help="rows of the largest table (100 M; some 9 GB, and as much WAL)", **number)
    parser.add_argument("--days", default=30, help="days of minutes before sizes are taken (30)", **number)
    parser.add_argument("--year", default=365, help="days that windows are asked of (365)", **number)
    chosen = parser.parse_args()
    for section in chosen.sections:
        if section not in SECTIONS:
            parser.error("no section %s: %s" % (section, " ".join(SECTIONS)))
    return chosen


class Session:
    """A backend of its own: its CPU, its WAL, its memory"""

    def __init__(self):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.backend = self.sql("SELECT pg_backend_pid()")[0][0]
        self.sql("SET client_min_messages = error")

    def sql(self, text, parameters=None):
        self.cursor.execute(text, parameters)
        return self.cursor.fetchall() if self.cursor.description else None

    def one(self, text, parameters=None):
        return self.sql(text, parameters)[0][0]

    def cpu(self):
        with open("/proc/%d/schedstat" % self.backend) as f:
            return int(f.read().split()[0]) / 1e9

    def timed(self, text):
        before = self.cpu()
        self.sql(text)
        return self.cpu() - before

    def wal_of(self, call):
        before = self.one("SELECT pg_current_wal_insert_lsn()")
        result = call()
        return result, int(self.one("SELECT pg_current_wal_insert_lsn() - %s::pg_lsn", (before,)))

    def tick(self, table):
        before = self.cpu()
        error = self.sql("SELECT error FROM datamon.tick(%s)", (table,))[0][0]
        if error:
            raise SystemExit("tick of %s: %s" % (table, error))
        return self.cpu() - before

    def own_memory(self):
        with open("/proc/%d/status" % self.backend) as f:
            return int(re.search(r"RssAnon:\s+(\d+)", f.read()).group(1)) * 1024

    def peak_of(self, call):
        """The result, and the most memory that the backend had while it ran beyond what it had"""
        seen, over = [self.own_memory()], threading.Event()

        def look():
            while not over.wait(0.005):
                seen.append(self.own_memory())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            result = call()
        finally:
            over.set()
            watcher.join()
        return result, max(seen) - seen[0]

    def insert(self, table, rows, at, seconds=60, columns=TEN, keys="client, category, colour"):
        """Rows of the pool, evenly over so many seconds from the given time; returns CPU"""
        spent = 0
        for first in range(0, rows, options.pool):
            spent += self.timed("INSERT INTO %s SELECT %s + ((i + %d) * %s) * interval '1 second', %s, %s FROM pool WHERE i < %d"
                                % (table, at, first, repr(seconds / rows), keys, columns, min(options.pool, rows - first)))
        return spent

    def close(self):
        self.connection.close()


def line(name, value, goal=None, unit="", most=True):
    """A figure and its goal: at most, or at least"""
    verdict = ""
    if goal is not None:
        met = value <= goal if most else value >= goal
        verdict = "goal %s %.4g  %s" % ("<=" if most else ">=", goal, "met" if met else "MISSED")
    print("%-76s %12s %-8s %s" % (name, "%.4g" % value if value < 1e5 else format(int(value), ","), unit, verdict), flush=True)


def watch(session, table, more="", bucket="1 minute"):
    session.sql("SELECT FROM datamon.watch(%%s, bucket => '%s', dimensions => '{client,category,colour}', features => '{%s}',"
                " lateness => 2 * interval '%s', significant_bits => 21 %s)" % (bucket, ",".join(COLUMNS), bucket, more), (table,))


# Rules look at what comes after the baseline.
NO_RULES = ", baseline => '[2100-01-01,2100-02-01)'"


def stored_bytes(session):
    return session.one("SELECT pg_total_relation_size('datamon.stored_tile')")


def median(values):
    return statistics.median(values)


# ---- a fresh minute

def cube(table):
    return ("INSERT INTO cubed SELECT %s, client, category, colour, grouping(client, category, colour), count(*), %s FROM %s"
            " GROUP BY CUBE (client, category, colour)"
            % (BEGIN, ", ".join("avg(%s), stddev(%s), min(%s), max(%s)" % (c, c, c, c) for c in COLUMNS), table))


def minute():
    s = Session()
    tables = ("obs", "ruleless")
    for table in tables:
        s.sql("CREATE TABLE %s (%s)" % (table, SHAPE))
        watch(s, table, NO_RULES if table == "ruleless" else "")
        # The baseline is 14 minutes: rules look at all that comes after.
        for i in range(15):
            s.insert(table, 20000, "%s + %d * interval '1 minute'" % (BEGIN, i))
        s.tick(table)
    s.sql("CREATE TABLE cubed (at timestamptz, client int, category int, colour int, what int, n bigint, %s)" % ", ".join(
        "%s_%s float8" % (c, what) for c in COLUMNS for what in ("avg", "stddev", "min", "max")))
    plain = Session()
    plain.sql("SET work_mem = '1GB'")
    at = 15
    for rows, goal, wal_goal in ((options.minute, 0.15, 0.6), (options.burst, 0.7, 0.3)):
        s.sql("DROP TABLE IF EXISTS fresh; CREATE TABLE fresh AS SELECT * FROM pool WHERE i < %d" % rows)
        taken = []
        for _ in range(options.rounds + 1):
            minute_at = "%s + %d * interval '1 minute'" % (BEGIN, at)
            s.insert("ruleless", rows, minute_at)
            ruleless = s.tick("ruleless")
            inserted, wal_inserted = s.wal_of(lambda: s.insert("obs", rows, minute_at))
            ticked, wal_ticked = s.wal_of(lambda: s.tick("obs"))
            nothing = s.tick("obs")
            taken.append((ticked, ruleless, plain.timed(cube("fresh")), nothing, inserted, wal_ticked / wal_inserted, wal_ticked))
            at += 1
        column = [median(x) for x in zip(*taken[1:])]
        name = "%s fresh rows: " % format(rows, ",")
        line(name + "tick", column[0], goal, "s")
        line(name + "tick of a monitor whose rules wait", column[1], goal, "s")
        line(name + "plain SQL, avg, stddev, min, max by CUBE", column[2], None, "s")
        line(name + "tick / plain SQL", median([x[0] / x[2] for x in taken[1:]]))
        line(name + "inserting them", column[4], None, "s")
        line(name + "WAL of the tick / WAL of inserting them", column[5], wal_goal)
        line(name + "WAL of the tick", column[6] / 1e6, None, "MB")
        line(name + "a tick that finds nothing new", column[3], None, "s")
    s.close()
    s = Session()
    s.tick("obs")  # caches and plans are not its working memory
    s.insert("obs", options.burst, "%s + %d * interval '1 minute'" % (BEGIN, at))
    _, peak = s.peak_of(lambda: s.tick("obs"))
    line("%s fresh rows: memory of the tick at its most" % format(options.burst, ","), peak / 1e6, None, "MB")
    s.sql("DROP TABLE fresh, cubed")
    done(s, *tables)
    plain.close()


def done(session, *tables):
    for table in tables:
        session.sql("SELECT datamon.unwatch(%s)", (table,))
        session.sql("DROP TABLE " + table)
    for table in ("datamon.stored_tile", "datamon.cell", "datamon.past_volume", "datamon.page_map"):
        session.sql("VACUUM " + table)
    session.close()


# ---- rows that exist already must not be felt

def flat():
    s = Session()
    sizes = {"few": 100000, "many": options.flat}
    for name, rows in sizes.items():
        table = "flat_" + name
        s.sql("CREATE TABLE %s (%s)" % (table, SHAPE))
        watch(s, table, NO_RULES)
        s.insert(table, rows, BEGIN, 20 * 60, keys="i % 20, 1, 1")
        s.sql("ANALYZE " + table)
        s.tick(table)
    at = 20
    for vacuumed in (False, True):
        taken = []
        for _ in range(options.rounds + 1):
            took = {}
            for name in sizes:
                table = "flat_" + name
                s.insert(table, options.minute, "%s + %d * interval '1 minute'" % (BEGIN, at))
                took[name] = s.tick(table)
            taken.append(took)
            at += 1
        state = "vacuumed" if vacuumed else "never vacuumed"
        for name, rows in sizes.items():
            line("%s fresh rows beside %s, %s: tick" % (format(options.minute, ","), format(rows, ","), state),
                 median([t[name] for t in taken[1:]]), None, "s")
        line("the same: ratio", median([t["many"] / t["few"] for t in taken[1:]]), 1.05)
        if not vacuumed:
            for name in sizes:
                s.sql("VACUUM flat_" + name)
                s.tick("flat_" + name)
    done(s, *["flat_" + name for name in sizes])


# ---- who writes

def writer():
    s = Session()
    for table in ("watched", "twin"):
        s.sql("CREATE TABLE %s (%s)" % (table, SHAPE))
    watch(s, "watched")
    taken = []
    for i in range(2 * options.rounds + 1):
        took = {}
        for table in ("watched", "twin") if i % 2 else ("twin", "watched"):
            took[table] = s.insert(table, options.written, "%s + %d * interval '1 minute'" % (BEGIN, i))
        taken.append(took)
        s.tick("watched")
    line("inserting %s rows: watched / not watched" % format(options.written, ","),
         median([t["watched"] / t["twin"] for t in taken[1:]]), 1.02)  # 1, and what two twins differ by
    s.sql("DROP TABLE twin")
    done(s, "watched")


# ---- the first tick of a table that is there

def catch_up():
    for density, more in ((options.minute, ""), (options.minute, NO_RULES), (options.burst, NO_RULES)):
        s = Session()
        s.sql("CREATE TABLE old (%s)" % SHAPE)
        s.insert("old", options.existing, BEGIN, 60 * options.existing / density)
        watch(s, "old", more)
        before = stored_bytes(s)
        table = s.one("SELECT pg_table_size('old')")
        (took, peak), wal = s.wal_of(lambda: s.peak_of(lambda: s.tick("old")))
        name = "%s rows, %s a minute%s: " % (format(options.existing, ","), format(density, ","), ", no rules" if more else "")
        line(name + "first tick", took, None, "s")
        line(name + "rows a second of CPU", options.existing / took, 1e6, "rows/s", most=False)
        line(name + "memory at its most", peak / 1e6, None, "MB")
        line(name + "WAL / bytes of the table", wal / table)
        line(name + "bytes of all tiles / bytes of the table", (stored_bytes(s) - before) / table)
        done(s, "old")


# ---- wide, and long

def wide():
    s = Session()
    names = ["w%d" % i for i in range(1, 1001)]
    s.sql("CREATE TABLE wide (at timestamptz NOT NULL, kind int, %s)" % ", ".join(n + " float4" for n in names))

    def insert(at):
        s.sql("INSERT INTO wide SELECT %s + ((i * 60.0 / %d) * interval '1 second'), i %% 10, %s FROM pool WHERE i < %d"
              % (at, options.wide, ", ".join(COLUMNS[i % 10] + " + %d" % i for i in range(1000)), options.wide))

    insert(BEGIN)
    (_, spent), _ = s.wal_of(lambda: s.peak_of(lambda: s.sql(
        "SELECT FROM datamon.watch('wide', bucket => '1 minute', dimensions => '{kind}', lateness => '2 minutes')")))
    took, peak = s.peak_of(lambda: s.tick("wide"))
    cells = options.wide * 1000
    name = "%s rows of 1,000 columns: " % format(options.wide, ",")
    line(name + "first tick", took, None, "s")
    line(name + "first tick, a value", took / cells * 1e9, None, "ns")
    line(name + "memory of watch() at its most", spent / 1e6, None, "MB")
    line(name + "memory of the first tick at its most", peak / 1e6, None, "MB")
    taken = []
    for i in range(options.rounds + 1):
        insert("%s + %d * interval '1 minute'" % (BEGIN, i + 1))
        taken.append(s.tick("wide"))
    line(name + "tick of a fresh minute", median(taken[1:]), None, "s")
    line(name + "a value", median(taken[1:]) / cells * 1e9, None, "ns")
    done(s, "wide")


def many():
    s = Session()
    s.sql("CREATE TABLE large (%s)" % SHAPE)
    s.insert("large", options.many, BEGIN, 86400, keys="i % 200, category, colour")
    watch(s, "large", NO_RULES, "1 hour")
    took, peak = s.peak_of(lambda: s.tick("large"))
    name = "%s rows in 24 hours, no rules: " % format(options.many, ",")
    line(name + "first tick", took, None, "s")
    line(name + "rows a second of CPU", options.many / took, 1e6, "rows/s", most=False)
    line(name + "memory at its most", peak / 1e6, None, "MB")
    s.insert("large", options.minute, "%s + interval '1 day'" % BEGIN)
    line(name + "tick of %s more" % format(options.minute, ","), s.tick("large"), None, "s")
    done(s, "large")


def huge():
    """Rows of 100 days, an hour's behind each other"""
    s = Session()
    s.sql("CREATE TABLE huge (%s)" % SMALL)
    for day in range(100):
        s.insert("huge", options.huge // 100, "%s + %d * interval '1 day'" % (BEGIN, day), 86400,
                 columns="c1, c2", keys="i % 200, category")
        s.sql("CHECKPOINT")
    s.close()
    s = Session()
    s.sql("SELECT FROM datamon.watch('huge', bucket => '1 hour', dimensions => '{client,category}', features => '{c1,c2}',"
          " significant_bits => 21 %s)" % NO_RULES)
    took, peak = s.peak_of(lambda: s.tick("huge"))
    name = "%s rows in 100 days of hours: " % format(options.huge, ",")
    line(name + "the table", s.one("SELECT pg_table_size('huge')") / 1e9, None, "GB")
    line(name + "first tick", took, None, "s")
    line(name + "rows a second of CPU", options.huge / took, 1e6, "rows/s", most=False)
    line(name + "memory at its most", peak / 1e6, None, "MB")
    line(name + "bytes of all tiles / bytes of the table", stored_bytes(s) / s.one("SELECT pg_table_size('huge')"))
    taken = []
    for i in range(options.rounds + 1):
        s.insert("huge", options.minute, "%s + interval '100 days' + %d * interval '1 minute'" % (BEGIN, i), columns="c1, c2", keys="i % 200, category")
        taken.append(s.tick("huge"))
    line(name + "tick of %s more" % format(options.minute, ","), median(taken[1:]), None, "s")
    _, peak = s.peak_of(lambda: s.tick("huge"))
    line(name + "memory of a tick at its most", peak / 1e6, None, "MB")
    done(s, "huge")


# ---- what is kept

SMALL = "at timestamptz NOT NULL, client int, category int, " + ", ".join(c + " float8" for c in COLUMNS[:2])


def small_monitor(session, table):
    session.sql("CREATE TABLE %s (%s)" % (table, SMALL))
    # Sizes and windows: no rules, whose baseline lies in the future.
    session.sql("SELECT FROM datamon.watch(%%s, bucket => '1 minute', dimensions => '{client,category}', features => '{c1,c2}',"
                " lateness => '2 minutes', significant_bits => 21 %s)" % NO_RULES, (table,))


def kept(session, relation):
    """Bytes of a table with its indexes, and of the rows that are alive"""
    return session.sql("SELECT pg_total_relation_size(%s), (SELECT coalesce(sum(pg_column_size(t.*) + 4), 0) FROM " + relation
                       + " t)::bigint", (relation,))[0]


KEPT = ("stored_tile", "cell", "past_volume", "page_map", "label_place")


def month():
    s = Session()
    for relation in KEPT:
        s.sql("VACUUM FULL datamon." + relation)
    small_monitor(s, "month")
    spent, per_minute, hours = 0, 20, 3
    for day in range(options.days):
        for hour in range(0, 24, hours):
            s.insert("month", per_minute * 60 * hours, "%s + %d * interval '1 hour'" % (BEGIN, 24 * day + hour), 3600 * hours,
                     columns="c1, c2", keys="i % 30, i / 30 % 5")
            spent += s.tick("month")
        for relation in KEPT + ("heap_state", "monitor_state"):  # as autovacuum would
            s.sql("VACUUM datamon." + relation)
    name = "%d days of minutes, 150 leaves of 2 columns: " % options.days
    line(name + "CPU of a simulated day", spent / options.days, None, "s")
    for tier, rows, size, first, last in s.sql("SELECT tier, count(*), sum(pg_column_size(t.*)), min(bucket), max(bucket)"
                                               " FROM datamon.stored_tile t GROUP BY 1 ORDER BY 1"):
        line(name + "%s, %s tiles" % (("minutes", "hours", "days")[tier], format(rows, ",")), float(size) / 1e6, None, "MB")
    total = 0
    for relation in KEPT:
        size, alive = kept(s, "datamon." + relation)
        total += size
        line(name + "%s with its indexes" % relation, size / 1e6, None, "MB")
        line(name + "%s / its rows that are alive" % relation, size / max(alive, 1))
        s.sql("VACUUM FULL datamon." + relation)
        line(name + "%s / the same after VACUUM FULL" % relation, size / max(kept(s, "datamon." + relation)[0], 1), 1.3)
    line(name + "all that is kept", total / 1e6, None, "MB")
    line(name + "the rows themselves", s.one("SELECT pg_total_relation_size('month')") / 1e6, None, "MB")
    done(s, "month")


def windows():
    s = Session()
    small_monitor(s, "year")
    # Rows once an hour; of the last days, whose minutes are kept, in every minute.
    step = 5
    for day in range(0, options.year, step):
        fine = day + step >= options.year
        s.sql("INSERT INTO year SELECT %s + h * interval '%s', p.i %% 30, p.i / 30 %% 5, p.c1, p.c2"
              " FROM generate_series(%d, %d) h, pool p WHERE p.i < %d"
              % (BEGIN, "1 minute" if fine else "1 hour", day * (1440 if fine else 24),
                 min(day + step, options.year) * (1440 if fine else 24) - 1, 150))
        s.tick("year")
    s.sql("VACUUM ANALYZE datamon.stored_tile")
    sizes = dict(s.sql("SELECT tier, count(*) FROM datamon.stored_tile GROUP BY 1"))
    print("  a year of windows: tiles of days, hours, minutes: %s" % ", ".join(str(sizes.get(t, 0)) for t in (2, 1, 0)))
    rng = random.Random(1)
    wall, cpu = [], []
    for i in range(220):
        key = {}
        if rng.random() < 0.7:
            key["client"] = rng.randrange(30)
        if rng.random() < 0.7:
            key["category"] = rng.randrange(5)
        low, high = sorted(rng.randrange(options.year * 1440) for _ in range(2))
        segment = "{%s}" % ", ".join('"%s": %d' % x for x in key.items())
        began, before = time.monotonic(), s.cpu()
        s.sql("SELECT n, pg_column_size(profile) FROM datamon.summarize('year', tstzrange(" + BEGIN + " + %s * interval '1 minute', "
              + BEGIN + " + %s * interval '1 minute'), %s)", (low, high, segment))
        if i >= 20:
            cpu.append((s.cpu() - before) * 1000)
            wall.append((time.monotonic() - began) * 1000)
    for name, values, goal in (("CPU", cpu, 50), ("wall", wall, None)):
        values.sort()
        line("summarize() of a random segment and window of a year: median, %s" % name, median(values), None, "ms")
        line("summarize() of a random segment and window of a year: 95 of 100, %s" % name, values[int(len(values) * 0.95)], goal, "ms")
    done(s, "year")


options = arguments()
options.pool = max(options.burst, options.minute, options.wide)
setup = Session()
if options.generate:
    with open(options.generate) as script:
        for statement in script.read().replace(":rows", str(options.pool)).split(";"):
            if statement.strip():
                setup.sql(statement)
setup.sql("CREATE UNLOGGED TABLE pool AS SELECT (row_number() OVER ())::int - 1 AS i, o.* FROM obs o; DROP TABLE obs")
setup.sql("CREATE UNIQUE INDEX ON pool (i)")
setup.sql("VACUUM (FREEZE, ANALYZE) pool")
setup.close()
for section in SECTIONS:
    if section in options.sections or (not options.sections and section not in ON_REQUEST):
        began = time.monotonic()
        globals()[section]()
        print("  (%s: %d s of wall time)" % (section, time.monotonic() - began), flush=True)
