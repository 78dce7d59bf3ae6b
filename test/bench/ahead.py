"""Warnings ahead of time through watch() and tick(), on published data of the folder DATAMON_SHARED.

    ahead.py [EVERY [FIRST]]

Takes each EVERY-th hourly series of the M4 competition (default 17: 25 series), from the FIRST on.  Makes tables m4_ahead_* in the
database that the usual environment variables name, and drops them.  Each has a column for the series as it was, and four with a linear
decline laid over its end, which crosses a limit 5 % of the range below everything ever seen after 24, 48, 96 or 168 hours; a rule
"mean(column) < limit" for each.  One row an hour, 28 days of history, then a tick an hour for 172 hours.

A warning is an alert of the rule forecast that opens.  Warned: after the decline began, and before the limit was crossed.  False:
any on the column without it; so are those of the automatic limits (columns without a rule: the same series again).
"""
import csv
import gzip
import os
import sys

import numpy as np
import psycopg2

LENGTHS = (24, 48, 96, 168)
folder = os.path.join(os.environ.get("DATAMON_SHARED", ""), "data", "m4_hourly")
if not os.path.isfile(os.path.join(folder, "Hourly-train.csv.gz")):
    print("skipped: no data/m4_hourly in DATAMON_SHARED")
    sys.exit(0)
every = int(sys.argv[1]) if len(sys.argv) > 1 else 17
first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, arguments=None):
    cursor.execute(text, arguments)
    return cursor.fetchall() if cursor.description else []


backend = sql("SELECT pg_backend_pid()")[0][0]
sql("SET timezone = 'UTC'; SET client_min_messages = warning")


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e6


def load(name):
    with gzip.open(os.path.join(folder, name + ".csv.gz"), "rt") as f:
        return [np.array([float(v) for v in row[1:] if v]) for row in list(csv.reader(f))[1:]]


def hour(i):
    return np.datetime64("2025-01-06T00:00:00") + np.timedelta64(int(i), "h")


false, automatic, told, days, took, ticks = 0, 0, 0, 0.0, 0.0, 0
warned, lead, scored = {n: [] for n in LENGTHS}, {n: [] for n in LENGTHS}, []
for number, (a, b) in list(enumerate(zip(load("Hourly-train"), load("Hourly-test"))))[first::every]:
    y = np.r_[a, b]
    floor = y.min() - 0.05 * (y.max() - y.min())
    begin = len(y) - 172
    start = max(0, begin - 672)
    columns, cross = {"plain": y, "unruled": y}, {}
    for n in LENGTHS:
        ramp = y.copy()
        ramp[begin:] -= (y[begin + n - 1] - floor) * np.arange(1, len(y) - begin + 1) / n
        columns["r%d" % n] = ramp
        cross[n] = next(t for t in range(begin, len(y)) if ramp[t] < floor)
    table = "m4_ahead_%d" % number
    sql("DROP TABLE IF EXISTS %s; CREATE TABLE %s (at timestamptz, %s)" % (table, table, ", ".join(c + " float8" for c in columns)))
    for t in range(start, len(y)):
        cursor.execute("INSERT INTO %s VALUES (%%s%s)" % (table, ", %s" * len(columns)), [str(hour(t))] + [float(columns[c][t]) for c in columns])
    sql("SELECT * FROM datamon.watch(%s, time_column => 'at', bucket => '1 hour', lateness => '1 hour', baseline => tstzrange(%s, %s))",
        (table, str(hour(start)), str(hour(start + 336))))
    sql("SELECT * FROM datamon.tick(%s, %s)", (table, str(hour(begin))))
    for c in columns:
        if c != "unruled":
            sql("SELECT datamon.add_rule(%s, %s, %s)", (table, c + "_low", "mean(%s) < %r" % (c, float(floor))))
    before = cpu()
    for t in range(begin + 1, len(y) + 1):
        error = sql("SELECT error FROM datamon.tick(%s, %s)", (table, str(hour(t))))[0][0]
        assert error is None, error
        ticks += 1
    took += cpu() - before
    opened = sql("""SELECT a.column_name, e.action, a.opened_bucket, a.first_bucket FROM datamon.alert a
        JOIN datamon.alert_event e USING (alert_id) JOIN datamon.monitor m ON m.monitor_id = a.monitor_id
        WHERE m.source = %s::regclass AND a.rule = 'forecast' AND e.action IN ('opened', 'reopened')""", (table,))
    days += 172 / 24
    false += sum(c == "plain" for c, *_ in opened)
    told += sum(c == "unruled" for c, *_ in opened)
    automatic += sql("SELECT count(*) FROM datamon.forecast_lead WHERE source = %s::regclass AND metric = 'mean(unruled)' AND crossed_at IS NULL", (table,))[0][0]
    for n in LENGTHS:
        first_bad = sql("""SELECT min(made_at) FROM datamon.forecasts WHERE source = %s::regclass AND rule = %s AND verdict = 'bad'
            AND made_at >= %s AND made_at < %s""", (table, "r%d_low" % n, str(hour(begin)), str(hour(cross[n]))))[0][0]
        warned[n].append(first_bad is not None)
        if first_bad is not None:
            lead[n].append((hour(cross[n]) - np.datetime64(first_bad.replace(tzinfo=None))) / np.timedelta64(1, "h") - 1)
    scored += sql("""SELECT probability, outcome::int, rule IS NULL, column_name FROM datamon.forecasts WHERE source = %s::regclass AND outcome IS NOT NULL
        AND column_name IN ('plain', 'unruled')""", (table,))
    sql("SELECT datamon.unwatch(%s)", (table,))
    sql("DROP TABLE " + table)
    print("series %d: warnings on what was left as it was: %d by rule, %d automatic; warned %s" % (number, false, told,
          {n: sum(w) for n, w in warned.items()}), flush=True)

print("series %d  false alarms per series-day: limits of rules %.4f, automatic limits %.4f (of %.4f warnings)  ms/tick %.1f" % (
    len(warned[24]), false / days, automatic / days, told / days, took / ticks))
print("  ".join("%d h: warned %.2f, lead %g h" % (n, np.mean(warned[n]), np.median(lead[n] or [np.nan])) for n in LENGTHS))
scored = [(float(p), o) for p, o, is_automatic, _ in scored if is_automatic]
if scored:
    p, o = np.array(scored).T
    print("automatic limits: %d forecasts scored, %.3f came, Brier skill %.3f" % (len(p), o.mean(), 1 - np.mean((p - o) ** 2) / max(np.var(o), 1e-12)))
