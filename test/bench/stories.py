"""Alerts of known stories, as a user would get them: defaults only, a tick a day, nothing told beforehand.

Connects by the usual environment variables to a throwaway database that has the extension. DATAMON_SHARED is the folder of data sets;
what is absent is skipped.
"""
import csv
import gzip
import io
import os
import subprocess
import sys

import psycopg2

DATA = os.path.join(os.environ.get("DATAMON_SHARED", os.path.join(os.path.dirname(__file__), "../../../shared")), "data")
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, parameters=None):
    cursor.execute(text, parameters)
    return cursor.fetchall() if cursor.description else None


def rows(name):
    opened = gzip.open if name.endswith(".gz") else open
    with opened(os.path.join(DATA, name), "rt", newline="") as f:
        return list(csv.DictReader(f))


def load(table, types, records):
    sql("DROP TABLE IF EXISTS %s; CREATE TABLE %s (%s)" % (table, table, ", ".join('"%s" %s' % x for x in types)))
    out = io.StringIO()
    writer = csv.writer(out)
    for r in records:
        writer.writerow([r.get(name) for name, _ in types])
    out.seek(0)
    cursor.copy_expert("COPY %s FROM STDIN WITH (FORMAT csv)" % table, out)


def type_of(records, name):
    values = [r[name] for r in records if r.get(name) not in ("", None)]
    for kind, test in (("bigint", int), ("float8", float)):
        try:
            for v in values:
                test(v)
            return kind
        except ValueError:
            pass
    return "text"


def in_days(records, size, first_day):
    """A chunk is a day; its rows are spread over it"""
    for i, r in enumerate(records):
        second = int(86399 * (i % size) / size)
        r["at"] = "epoch %d" % ((first_day + i // size) * 86400 + second)
    return (len(records) + size - 1) // size


def replay(name, table, label, first, last, watch, since="2024-01-01 00:00+00"):
    sql("SET client_min_messages = error")
    sql("SELECT FROM datamon.watch('%s', %s)" % (table, watch))
    for day in range(first, last + 1):
        error = sql("SELECT error FROM datamon.tick('%s', timestamptz '%s' + %d * interval '1 day')" % (table, since, day))[0][0]
        if error:
            raise SystemExit("%s: %s" % (name, error))
    alerts = sql("SELECT severity, state, title FROM datamon.alerts WHERE source = '%s'::regclass AND opened_at IS NOT NULL ORDER BY first_bucket" % table)
    print("%s: %d alerts (%s)" % (name, len(alerts), label))
    for a in alerts:
        print("    %-8s %-8s %s" % a)
    return len(alerts)


def timed(table):
    sql("ALTER TABLE %s ALTER COLUMN at TYPE timestamptz USING timestamptz '2024-01-01 00:00+00' + substr(at, 7)::int * interval '1 second'" % table)


def story(table, folder, names, key, label, sizes, without, wanted, roles):
    """Names: files of the reference, of what came after, and of its truth; sizes: rows of a day, before and after"""
    reference, analysis, truth = (rows("%s/%s" % (folder, name)) for name in names)
    said = {r[key]: r[label] for r in truth}
    for r in analysis:
        r[label] = said[r[key]]
    columns = [(n, type_of(reference + analysis, n)) for n in reference[0] if n not in without]
    days = in_days(reference, sizes[0], 0)
    more = in_days(analysis, sizes[1], days)
    load(table, [("at", "text")] + columns, reference + analysis)
    timed(table)
    replay(folder, table, wanted, days, days + more,
           "time_column => 'at', bucket => '1 day'%s, baseline => tstzrange(timestamptz '2024-01-01 00:00+00',"
           " timestamptz '2024-01-01 00:00+00' + %d * interval '1 day')" % (roles, days))


def census():
    story("census", "census_employment", ("reference.csv.gz", "analysis.csv.gz", "analysis_target.csv.gz"), "id", "employed", (5000, 5000),
          ("year",), "fewer than 5; NannyML's defaults on five columns: 151", ", label => 'employed', prediction => 'prediction'")


def titanic():
    story("titanic", "titanic", ("titanic_reference.csv.gz", "titanic_analysis.csv.gz", "titanic_target.csv.gz"), "PassengerId", "Survived",
          (89, 41), (), "none on the last chunk, of eight rows, which alarms NannyML", "")


def flights():
    there = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/flights")
    sql("DROP TABLE IF EXISTS predictions, labels")
    subprocess.check_call(["psql", "-Xq", "-v", "flights=" + there, "-f", os.path.join(there, "load.sql")])
    replay("flights", "predictions", "the score drifts from April on, recall falls, over in December; at most 12", 59, 365,
           "labels => 'labels', baseline => '[2013-01-01Z,2013-03-01Z)'", "2013-01-01 00:00+00")


for told in (census, titanic, flights):
    if not sys.argv[1:] or told.__name__ in sys.argv[1:]:
        told()
