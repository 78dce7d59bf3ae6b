"""anomaly_state on the series of the Numenta Anomaly Benchmark, and on series in which nothing happens.

    nab.py FOLDER [DETECTIONS.csv]            values through anomaly_update()
    nab.py FOLDER DETECTIONS.csv --ticks [N]  tables, watched with SELECT datamon.watch('table') and nothing else

FOLDER holds series.csv.gz (category, series, timestamp, value), windows.csv (series, start, end) and, to check the score made here, may
hold score_nab.py, which is given the detections. Every value goes through anomaly_update() in the order of time, in SQL, before the next
one is read; one setting for all series. Printed: the score of the three profiles (Lavin, Ahmad 2015), what it is with a threshold chosen on
a random half of the series and used on the other half, bytes of a state, nanoseconds of CPU a value, alerts a day on clean series.
With --ticks each series is a table (at, value) that has its first 15 % of rows when it is watched; the others come in portions of 800, each
followed by a tick, of which N (0) one by one; an alert opened or raised is a detection at the row of its bucket. Needs numpy, and connects by the usual environment variables to a server on this machine.
"""
import collections
import csv
import gzip
import math
import os
import subprocess
import sys
import tempfile

import numpy
import psycopg2

folder = sys.argv[1]
PROFILES = {"standard": (1, 0.11), "reward_low_FP_rate": (1, 0.22), "reward_low_FN_rate": (2, 0.11)}  # weights of a miss, of a false alert
HOLD, THRESHOLD, DAY = 48, 1.95, 288
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, arguments=None):
    cursor.execute(text, arguments)
    return cursor.fetchall() if cursor.description else None


sql("SET timezone = 'UTC'; SET jit = off; SET max_parallel_workers_per_gather = 0")
backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0])


def read():
    series, windows = collections.OrderedDict(), collections.defaultdict(list)
    with gzip.open(os.path.join(folder, "series.csv.gz"), "rt") as f:
        for row in csv.DictReader(f):
            series.setdefault(row["series"], []).append((row["timestamp"], float(row["value"])))
    with open(os.path.join(folder, "windows.csv")) as f:
        for row in csv.DictReader(f):
            windows[row["series"]].append((row["start"], row["end"]))
    return series, windows


def judge(series):
    """Score and alert of every value; the state is a variable of the session's loop, as it would be a column of a table."""
    sql("CREATE TEMP TABLE arrived (series text, n int, at timestamptz, value float8)")
    sql("CREATE TEMP TABLE judged (series text, n int, score float8, alert boolean)")
    for name, rows in series.items():
        sql("INSERT INTO arrived SELECT %s, * FROM unnest(%s, %s::timestamptz[], %s)",
            (name, list(range(len(rows))), [t for t, _ in rows], [v for _, v in rows]))
    sql("""DO $$
        DECLARE
            s datamon.anomaly_state;
            r record;
        BEGIN
            FOR r IN SELECT * FROM arrived ORDER BY series, n LOOP
                s := datamon.anomaly_update(CASE WHEN r.n > 0 THEN s END, r.at, r.value);
                INSERT INTO judged VALUES (r.series, r.n, datamon.anomaly_score(s), datamon.is_anomaly(s));
            END LOOP;
        END $$""")
    different = sql("""SELECT count(*) FROM judged j JOIN (SELECT series, n, datamon.anomaly_score(at, value) OVER (PARTITION BY series ORDER BY n) AS score
        FROM arrived) w USING (series, n) WHERE j.score <> w.score""")[0][0]
    print("window function and single updates differ in %d of %d values" % (different, sum(map(len, series.values()))))
    scores, alerts = {}, {}
    for name in series:
        rows = sql("SELECT score, alert FROM judged WHERE series = %s ORDER BY n", (name,))
        scores[name], alerts[name] = [r[0] for r in rows], [r[1] for r in rows]
    return scores, alerts


def judge_by_ticks(series, single):
    """The same by tables, watch() and tick(); single: so many rows are ticked one by one."""
    alerts = {}
    for no, (name, rows) in enumerate(series.items()):
        table = "nab_%d" % no
        sql("DROP TABLE IF EXISTS " + table)
        sql("CREATE TABLE %s (at timestamptz, value float8)" % table)
        ends = [int(0.15 * len(rows))]
        ends += range(ends[0] + 1, min(ends[0] + single, len(rows)) + 1)
        while ends[-1] < len(rows):
            ends.append(ends[-1] + 800)
        begin = 0
        for end in ends:
            sql("INSERT INTO " + table + " SELECT * FROM unnest(%s::timestamptz[], %s)",
                ([t for t, _ in rows[begin:end]], [v for _, v in rows[begin:end]]))
            if begin == 0:
                sql("SELECT * FROM datamon.watch(%s)", (table,))
            error = sql("SELECT error FROM datamon.tick(%s)", (table,))[0][0]
            assert error is None, error
            begin = end
        told = set(str(t) for t, in sql("""SELECT DISTINCT ON (e.bucket) to_char(t.at, 'YYYY-MM-DD HH24:MI:SS')
            FROM datamon.evaluation e JOIN datamon.monitor m USING (monitor_id) JOIN """ + table + """ t ON t.at >= e.bucket AND t.at < e.bucket + m.bucket
            WHERE m.source = %s::regclass AND e.rule = 'anomaly' AND e.verdict = 'bad' ORDER BY e.bucket, t.at""", (table,)))
        others = sql("SELECT count(*) FROM datamon.alerts WHERE source = %s::regclass AND rule <> 'anomaly'", (table,))[0][0]
        print("%s: buckets of %s, %d anomalies, %d alerts by other rules" % (name, sql(
            "SELECT bucket FROM datamon.monitors WHERE source = %s::regclass", (table,))[0][0], len(told), others), flush=True)
        seen, alerts[name] = set(), []
        for t, _ in rows:
            alerts[name].append(t in told and t not in seen)
            seen.add(t)
        sql("SELECT datamon.unwatch(%s)", (table,))
        sql("DROP TABLE " + table)
    return None, alerts


def sigmoid(x):
    return -1.0 if x > 3 else 2 / (1 + math.exp(5 * x)) - 1


def places(rows, windows):
    """What an alert at each place is worth, in which window it lies, and where alerts begin to count."""
    first = {}
    for i, (t, _) in enumerate(rows):
        first.setdefault(t, i)
    spans, worth, inside, last = sorted((first[s], first[e]) for s, e in windows), [], [], None
    for i in range(len(rows)):
        k = next((k for k, (s, e) in enumerate(spans) if s <= i <= e), None)
        if k is not None:
            s, e = spans[k]
            worth.append(sigmoid(-(e - i + 1) / (e - s + 1)) / sigmoid(-1))
            last = spans[k]
        else:
            worth.append(-1.0 if last is None else sigmoid((i - last[1]) / (last[1] - last[0])))
        inside.append(k)
    begin = min(math.floor(0.15 * len(rows)), 0.15 * 5000)
    return worth, inside, begin, [k for k, (s, e) in enumerate(spans) if e >= begin]


def outcome(place, alerts):
    """Worth of the windows (None: missed) and of what lies outside."""
    worth, inside, begin, counted = place
    best, outside = dict.fromkeys(counted), []
    for i, alert in enumerate(alerts):
        if alert and i >= begin:
            if inside[i] is None:
                outside.append(worth[i])
            elif best[inside[i]] is None or worth[i] > best[inside[i]]:
                best[inside[i]] = worth[i]
    return list(best.values()), outside


def score(outcomes, profile):
    miss, false = PROFILES[profile]
    windows = [w for best, _ in outcomes for w in best]
    raw = sum(-miss if w is None else w for w in windows) + false * sum(sum(o) for _, o in outcomes)
    return 100 * (raw + miss * len(windows)) / ((1 + miss) * len(windows))


def alerts_at(scores, threshold):
    """As is_anomaly(), with another threshold."""
    held, since, alerts = 0, HOLD, []
    for s in scores:
        alert = s is not None and s > (max(held, threshold) if since < HOLD else threshold)
        if alert:
            held, since = s, 0
        since += s is not None
        alerts.append(alert)
    return alerts


def transfer(place, scores, splits=200):
    """Threshold chosen on one half of the series (sum of the first two profiles), score of the other half."""
    names = list(scores)
    grid = numpy.arange(1.2, 3.01, 0.05)
    table = {t: {n: outcome(place[n], alerts_at(scores[n], t)) for n in names} for t in grid}
    random = numpy.random.RandomState(1)
    own, other = [], []
    for _ in range(splits):
        order = random.permutation(len(names))
        halves = [[names[i] for i in order[:len(names) // 2]], [names[i] for i in order[len(names) // 2:]]]
        for half, rest in (halves, halves[::-1]):
            value = lambda t, these: [score([table[t][n] for n in these], p) for p in PROFILES]
            chosen = max(grid, key=lambda t: sum(value(t, half)[:2]))
            own.append(value(chosen, half))
            other.append(value(chosen, rest))
    print("threshold chosen on a half of the series: " + ", ".join(
        "%s %.2f there, %.2f on the other half" % (p, a, b) for p, a, b in zip(PROFILES, numpy.mean(own, 0), numpy.mean(other, 0))))


def cost():
    sql("CREATE TEMP TABLE long AS SELECT '2024-01-01Z'::timestamptz + g * interval '5 min' AS at, random() AS v FROM generate_series(1, 300000) g")
    sql("ANALYZE long")
    taken = []
    for text in ("count(v)", "datamon.anomaly_score(at, v)"):
        runs = []
        for _ in range(5):
            began = cpu()
            sql("SELECT sum(x) FROM (SELECT %s OVER (ORDER BY at) AS x FROM long) y" % text)
            runs.append(cpu() - began)
        taken.append(min(runs) / 300000)
    began = cpu()
    sql("SELECT datamon.anomaly_update(s, at, v) IS NULL FROM long, (SELECT datamon.anomaly_state(at, v ORDER BY at) AS s FROM long) x OFFSET 300000")
    update = (cpu() - began) / 300000
    sizes = sql("""SELECT pg_column_size(datamon.anomaly_state(at, v ORDER BY at)), length(datamon._anomaly_state_send(datamon.anomaly_state(at, v ORDER BY at)))
        FROM long""")[0]
    daily = sql("SELECT pg_column_size(datamon.anomaly_state('2024-01-01Z'::timestamptz + g * interval '1 day', random())) FROM generate_series(1, 1000) g")[0][0]
    print("a state: %d bytes of five-minute values, %d of daily ones; a value: %.0f ns in a window, about %.0f ns in anomaly_update()"
          % (max(sizes), daily, taken[1] - taken[0], update))


def clean(n=20000, rounds=5):
    print("alerts a day of %d values on clean series (the same values, more than 3 standard deviations from the mean so far):" % DAY)
    phase = 2 * numpy.pi * numpy.arange(n) / DAY

    def autoregressive(random):
        x = numpy.zeros(n)
        for i, e in enumerate(random.randn(n)):
            x[i] = 0.9 * x[i - 1] + e
        return x

    kinds = {"normal": lambda r: r.randn(n), "Student, 3 degrees": lambda r: r.standard_t(3, n), "lognormal": lambda r: numpy.exp(r.randn(n)),
             "AR(0.9)": autoregressive, "daily season": lambda r: 10 * numpy.sin(phase) + r.randn(n),
             "Poisson, mean 2": lambda r: r.poisson(2, n).astype(float),
             "Poisson, daily season": lambda r: r.poisson(numpy.exp(2 + 1.5 * numpy.sin(phase))).astype(float),
             "random walk": lambda r: numpy.cumsum(r.randn(n)), "constant": lambda r: numpy.ones(n)}
    at = "(SELECT array_agg('2024-01-01Z'::timestamptz + g * interval '5 min' ORDER BY g) FROM generate_series(1, %d) g)" % n
    for kind, make in kinds.items():
        ours = sigma = 0
        for k in range(rounds):
            x = make(numpy.random.RandomState(k))
            ours += sql("SELECT count(*) FROM datamon.anomaly_scores(" + at + ", %s) WHERE is_anomaly", (x.tolist(),))[0][0]
            count = numpy.arange(1, n + 1)
            mean = numpy.cumsum(x) / count
            deviation = numpy.sqrt(numpy.maximum(numpy.cumsum(x * x) / count - mean * mean, 0))
            sigma += int((numpy.abs(x[50:] - mean[49:-1]) > 3 * deviation[49:-1]).sum())
        print("    %-22s %.2f (%.2f)" % (kind, ours * DAY / n / rounds, sigma * DAY / n / rounds))


series, windows = read()
ticks = "--ticks" in sys.argv
scores, alerts = judge_by_ticks(series, int((sys.argv + ["0"])[sys.argv.index("--ticks") + 1])) if ticks else judge(series)
place = {name: places(rows, windows[name]) for name, rows in series.items()}
outcomes = [outcome(place[name], alerts[name]) for name in series]
print("%d series, %d windows, %d found, %d alerts outside; " % (len(series), sum(len(b) for b, _ in outcomes),
      sum(w is not None for b, _ in outcomes for w in b), sum(len(o) for _, o in outcomes)) +
      ", ".join("%s %.2f" % (p, score(outcomes, p)) for p in PROFILES))
path = sys.argv[2] if len(sys.argv) > 2 else os.path.join(tempfile.mkdtemp(), "detections.csv")
with open(path, "w") as f:
    out = csv.writer(f)
    out.writerow(["series", "timestamp", "score"])
    out.writerows([name, t, int(a)] for name, rows in series.items() for (t, _), a in zip(rows, alerts[name]) if a)
checker = os.path.join(folder, "score_nab.py")
if os.path.exists(checker):
    for p in PROFILES:
        print("score_nab.py: " + subprocess.run([sys.executable, checker, path, "--threshold", "1", "--profile", p],
                                                capture_output=True, text=True, check=True).stdout.strip())
if ticks:
    sys.exit()
assert all(alerts_at(scores[n], THRESHOLD) == alerts[n] for n in series), "the threshold here is not that of is_anomaly()"
transfer(place, scores)
cost()
clean()
