"""drift_detector on streams whose changes are known, beside ADWIN, and on streams that do not change.

    drift_streams.py FOLDER

FOLDER holds oracle.json (true_drifts, width) and *_abrupt.csv.gz, *_gradual.csv.gz (n, X..., class, pred). Of every stream are fed, row by row:
errors (class <> pred), signed errors (class - pred), the errors of positive predictions alone (what precision is made of), each feature.
Printed: for every change how many rows later it was found, and how many alarms came where there is no change; a "-" is a change not found
before the next one. ADWIN and Page-Hinkley are river's, at their defaults, where it can be imported.
Needs numpy, and connects by the usual environment variables to a server on this machine.
"""
import collections
import csv
import glob
import gzip
import json
import os
import sys

import numpy
import psycopg2

try:
    import river.drift as river
except ImportError:
    river = None
    print("river cannot be imported: no ADWIN beside it")

folder = sys.argv[1]
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, arguments=None):
    cursor.execute(text, arguments)
    return cursor.fetchall()


def detector(values):
    return [found for found, in sql("SELECT found_row FROM datamon.drift_detected(%s)", ([float(v) for v in values],))]


def of_river(make):
    def found(values):
        d, rows = make(), []
        for n, v in enumerate(values, 1):
            d.update(float(v))
            if d.drift_detected:
                rows.append(n)
        return rows
    return found


ways = {"drift_detector": detector}
if river:
    ways["ADWIN"] = of_river(river.ADWIN)
    ways["Page-Hinkley"] = of_river(river.PageHinkley)


def told(found, changes, width, rows):
    """Delay of each change, and alarms that come before the first one or, after a change was told, again before the next."""
    ends, delays, other = list(changes[1:]) + [rows], [], sum(f <= changes[0] for f in found)
    for change, end in zip(changes, ends):
        mine = [f - change for f in found if change < f <= end]
        delays.append(str(mine[0]) if mine else "-")
        # a gradual change may be told again until it is over
        other += sum(m > max(width, mine[0]) + 500 for m in mine[1:])
    return " ".join("%6s" % d for d in delays) + "  %3d" % other


oracle = json.load(open(os.path.join(folder, "oracle.json")))
first_found = collections.defaultdict(dict)
print("%-22s %-16s" % ("stream", "fed") + "".join("%-30s" % (w + ": rows, others") for w in ways))
for path in sorted(glob.glob(os.path.join(folder, "*_abrupt.csv.gz")) + glob.glob(os.path.join(folder, "*_gradual.csv.gz"))):
    name = os.path.basename(path)[:-len(".csv.gz")]
    with gzip.open(path, "rt") as f:
        data = list(csv.DictReader(f))
    actual, predicted = (numpy.array([int(r[c]) for r in data]) for c in ("class", "pred"))
    everything = numpy.arange(len(data))
    positive = everything[predicted == 1]
    fed = {"errors": (everything, actual != predicted), "signed errors": (everything, actual - predicted),
           "errors if positive": (positive, (actual != predicted)[positive])}
    fed.update((c, (everything, [float(r[c]) for r in data])) for c in data[0] if c.startswith("X"))
    changes, width = oracle[name]["true_drifts"], oracle[name].get("width", 0)
    for what, (rows, values) in fed.items():
        found = {way: [int(rows[f - 1]) + 1 for f in detect(values)] for way, detect in ways.items()}
        print("%-22s %-18s" % (name, what) + "".join("%-30s" % told(f, changes, width, len(data)) for f in found.values()))
        for change, end in zip(changes, list(changes[1:]) + [len(data)]):
            for f in found["drift_detector"]:
                if change < f <= end:
                    best = first_found[name].get(change)
                    first_found[name][change] = min(best or (f - change, what), (f - change, what))
for name, changes in first_found.items():
    print("%s, first of all: " % name + "; ".join("%d after %d rows, by %s" % (c, d, w) for c, (d, w) in sorted(changes.items())))

print("false alarms in streams that do not change, rows a stream 200 000:")
for kind, make, streams in (("errors of 1 %", lambda r: r.rand(200000) < 0.01, 20), ("errors of 5 %", lambda r: r.rand(200000) < 0.05, 20),
                            ("errors of 20 %", lambda r: r.rand(200000) < 0.2, 20), ("errors of 50 %", lambda r: r.rand(200000) < 0.5, 20),
                            ("normal", lambda r: r.randn(200000), 10), ("Student, 3 degrees", lambda r: r.standard_t(3, 200000), 10),
                            ("lognormal", lambda r: numpy.exp(r.randn(200000)), 10), ("exponential", lambda r: r.exponential(size=200000), 10)):
    counts = [len(detector(make(numpy.random.RandomState(k)))) for k in range(streams)]
    line = "    %-20s %3d in %.0f million rows" % (kind, sum(counts), streams / 5)
    if river:
        line += "; ADWIN %d in 0.4 million" % sum(len(ways["ADWIN"](make(numpy.random.RandomState(k)))) for k in range(2))
    print(line)


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0])


backend = sql("SELECT pg_backend_pid()")[0][0]
cursor.execute("SET jit = off; CREATE TEMP TABLE long AS SELECT g, random() AS v, random() < 0.2 AS e FROM generate_series(1, 300000) g; ANALYZE long")
taken = []
for text in ("count(v)", "datamon.is_drift(e)", "datamon.is_drift(v)"):
    runs = []
    for _ in range(3):
        began = cpu()
        sql("SELECT count(x) FROM (SELECT %s OVER (ORDER BY g) AS x FROM long) y" % text)
        runs.append((cpu() - began) / 300000)
    taken.append(min(runs))
sizes = sql("SELECT pg_column_size(datamon.drift_detector(e ORDER BY g)), pg_column_size(datamon.drift_detector(v ORDER BY g)) FROM long")[0]
print("a state of 300 000 rows: %d bytes of errors, %d of numbers; a row in a window: %.0f ns, %.0f ns"
      % (sizes + (taken[1] - taken[0], taken[2] - taken[0])))
