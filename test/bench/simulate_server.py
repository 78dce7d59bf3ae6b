"""A server as simulations see it: tables filled by binary COPY, monitors ticked, alerts read. See simulate.py."""
import re
import time

import numpy as np
import psycopg2

DAY = 86400 * 1000000
FIRST_DAY = np.datetime64("2024-01-01")  # a Monday
EPOCH = int((FIRST_DAY - np.datetime64("2000-01-01")).astype(int)) * DAY


def stamp(day):
    return "timestamptz '%s 00:00+00' + %d * interval '24 hours'" % (FIRST_DAY, day)


class Bytes:
    """File of bytes for COPY"""

    def __init__(self, pieces):
        self.pieces, self.rest = pieces, b""

    def read(self, size):
        while not self.rest:
            piece = next(self.pieces, None)
            if piece is None:
                return b""
            self.rest = memoryview(piece)
        out, self.rest = self.rest[:size], self.rest[size:]
        return bytes(out)


def copy_pieces(columns, chunk=200000):
    """Rows in the binary form of COPY. Columns: arrays of int64, float64 (NaN is NULL) or fixed-width bytes, all of a length"""
    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for first in range(0, len(columns[0]), chunk):
        part = [c[first:first + chunk] for c in columns]
        n = len(part[0])
        kinds = [">i8" if c.dtype.kind == "i" else ">f8" if c.dtype.kind == "f" else c.dtype.str for c in part]
        rows = np.zeros(n, [("fields", ">i2")] + [x for i, k in enumerate(kinds) for x in (("l%d" % i, ">i4"), ("v%d" % i, k))])
        rows["fields"] = len(part)
        keep = None
        for i, c in enumerate(part):
            rows["l%d" % i], rows["v%d" % i] = c.dtype.itemsize, c
            if c.dtype.kind == "f" and np.isnan(c).any():
                if keep is None:
                    keep = np.ones((n, rows.dtype.itemsize), bool)
                missing = np.isnan(c)
                rows["l%d" % i][missing] = -1
                offset = rows.dtype.fields["v%d" % i][1]
                keep[np.ix_(missing, np.arange(offset, offset + 8))] = False
        data = rows.view(np.uint8).reshape(n, -1)
        yield (data if keep is None else data[keep]).tobytes()
    yield b"\xff\xff"


class Session:
    """A backend of its own: its CPU and its memory"""

    def __init__(self):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.sql("SET client_min_messages = error; SET timezone = 'UTC'; SET jit = off; SET max_parallel_workers_per_gather = 0;"
                 " SET synchronous_commit = off")
        self.backend = self.one("SELECT pg_backend_pid()")
        self.copied = self.ticked = 0.0

    def sql(self, text, parameters=None):
        self.cursor.execute(text, parameters)
        return self.cursor.fetchall() if self.cursor.description else None

    def one(self, text, parameters=None):
        return self.sql(text, parameters)[0][0]

    def cpu(self):
        with open("/proc/%d/schedstat" % self.backend) as f:
            return int(f.read().split()[0]) / 1e9

    def peak_memory(self):
        with open("/proc/%d/status" % self.backend) as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) / 1024

    def create(self, table, columns):
        """Of a text of columns after the time"""
        self.sql("DROP TABLE IF EXISTS %s CASCADE; CREATE TABLE %s (at timestamptz NOT NULL, %s)" % (table, table, columns))

    def load(self, table, day, columns, time=None):
        """Rows of a day, evenly over it, or at times that are shares of it"""
        n = len(columns[0])
        time = np.arange(n) / n if time is None else time
        at = EPOCH + day * DAY + (time * (DAY - 1)).astype(np.int64)
        began = self.cpu()
        self.cursor.copy_expert("COPY %s FROM STDIN (FORMAT binary)" % table, Bytes(copy_pieces([at] + columns)), 1 << 20)
        self.copied += self.cpu() - began

    def watch(self, table, more=""):
        """Features: all but the time and dimensions; nothing else is told but what a caller says"""
        self.sql("SELECT FROM datamon.watch('%s', bucket => '1 day', time_column => 'at'%s)" % (table, more))

    def tick(self, day, table=None):
        """Everything up to the beginning of the day; returns how many alerts opened"""
        began = self.cpu()
        rows = self.sql("SELECT source_name, error, alerts_opened FROM datamon.tick(%s, %s)" % ("'%s'" % table if table else "NULL", stamp(day)))
        self.ticked += self.cpu() - began
        for name, error, _ in rows:
            if error:
                raise SystemExit("tick of %s: %s" % (name, error))
        return sum(r[2] for r in rows)

    def evaluated_until(self, table):
        """The day before which every bucket has been judged; 0 while there is no baseline"""
        return self.one("SELECT coalesce(extract(epoch FROM s.evaluated_until - (%s)) / 86400, 0)::int FROM datamon.monitor m"
                        " JOIN datamon.monitor_state s USING (monitor_id) WHERE m.source = %%s::regclass" % stamp(0), (table,))

    def standing(self):
        """What is open now: (is a part, table, segment, rule, column, id)"""
        return self.sql("""SELECT false, source::text, segment, rule, column_name, alert_id FROM datamon.alerts WHERE state IN ('open', 'acknowledged')
            UNION ALL SELECT true, source::text, segment, rule, column_name, part_id FROM datamon.alert_parts WHERE state IN ('open', 'acknowledged')""")

    def out_of_bounds(self):
        """Verdicts of a day that would be told if no other were told instead: (day, table, segment, rule, column, verdict)"""
        return self.sql("""SELECT (extract(epoch FROM e.bucket - (%s)) / 86400)::int, m.source::text, g.key, e.rule, c.column_name, e.verdict
            FROM datamon.evaluation e JOIN datamon.monitor m USING (monitor_id) JOIN datamon.segment g USING (monitor_id, segment_id)
            LEFT JOIN datamon.monitored_column c ON c.monitor_id = e.monitor_id AND c.column_no = e.column_no
            WHERE e.verdict IN ('bad', 'inhibited')""" % stamp(0))

    def clean_up(self):
        """What a run that was stopped has left"""
        self.sql("SELECT datamon.unwatch(source) FROM datamon.monitors WHERE source::text LIKE 'sim\\_%'")
        for (table,) in self.sql("SELECT oid::regclass::text FROM pg_class WHERE relname LIKE 'sim\\_%' AND relkind IN ('r', 'p') AND NOT relispartition"):
            self.sql("DROP TABLE %s CASCADE" % table)

    def drop(self, *tables):
        for table in tables:
            if self.one("SELECT count(*) FROM datamon.monitor WHERE source = to_regclass(%s)", (table,)):
                self.sql("SELECT datamon.unwatch(%s)", (table,))
            self.sql("DROP TABLE IF EXISTS %s CASCADE" % table)


class Clock:
    """CPU of this process"""

    def __init__(self):
        self.began, self.spent = time.process_time(), 0.0

    def __enter__(self):
        self.began = time.process_time()

    def __exit__(self, *_):
        self.spent += time.process_time() - self.began
