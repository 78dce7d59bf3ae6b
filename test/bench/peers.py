"""datamon against what people use instead, in one run: plain SQL, percentile_cont, the extensions tdigest and hll, numpy,
scipy, scikit-learn, Evidently, DuckDB.

    peers.py ROWS ROUNDS [SECTION...]

Every section runs its ways in turn, round by round (A B C A B C ...), after a warm-up, and prints medians and the median of
the ratios inside the rounds. Time is CPU: of the backend, from schedstat, plus of this process. A peer that is not there
is left out with a line. Connects by the usual environment variables to a server on this machine.
"""
import io
import statistics
import sys
import time
import warnings

import numpy as np
import psycopg2

warnings.filterwarnings("ignore")
rows, rounds = int(sys.argv[1]), int(sys.argv[2])
chosen = sys.argv[3:]
TEN = ", ".join("c%d" % i for i in range(1, 11))
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text):
    for statement in text.split(";"):  # one by one: VACUUM wants no transaction
        cursor.execute(statement)
    return cursor.fetchall() if cursor.description else None


sql("SET jit = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '1GB'; SET client_min_messages = error")
backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e9 + time.process_time()


def query(text):
    return lambda: sql(text)


def compare(title, ways, base):
    """ways: name -> callable; base: the name that the others are divided by"""
    print("\n## %s\n" % title)
    usable = {}
    for name, way in ways.items():
        try:
            way()
            usable[name] = []
        except Exception as problem:  # a peer that is not installed, or gives up
            print("(left out: %s: %s)" % (name, str(problem).strip().split("\n")[0]))
    for _ in range(rounds):
        for name in usable:
            before = cpu()
            ways[name]()
            usable[name].append(cpu() - before)
    print("| way | CPU s | x %s |\n|---|---|---|" % base)
    for name, times in usable.items():
        ratio = [t / b for t, b in zip(times, usable[base])] if base in usable else [float("nan")]
        print("| %s | %.3f | %.3g |" % (name, statistics.median(times), statistics.median(ratio)))
    sys.stdout.flush()


def binary(select, n):
    """The rows of a query of n float8 columns, by COPY in binary form: the quickest way out"""
    buffer = io.BytesIO()
    cursor.copy_expert("COPY (%s) TO STDOUT (FORMAT binary)" % select, buffer)
    raw = buffer.getvalue()
    kind = np.dtype([("n", ">i2")] + [x for i in range(n) for x in (("l%d" % i, ">i4"), ("v%d" % i, ">f8"))])
    data = np.frombuffer(raw, kind, offset=19, count=(len(raw) - 21) // kind.itemsize)
    return [data["v%d" % i].astype("f8") for i in range(n)]


def each(expression):
    return " + ".join("(%s)" % expression.replace("$", "c%d" % i) for i in range(1, 11))


def one_call():
    percentiles = "(percentile_cont(array[.5, .95, .99]) WITHIN GROUP (ORDER BY $))[2]"
    compare("One call a row: ten float8 columns, %d rows" % rows, {
        "avg() of ten": query("SELECT %s FROM obs" % each("avg($)")),
        "count(*)": query("SELECT count(*) FROM obs"),
        "profile() of ten": query("SELECT pg_column_size(datamon.profile(%s)) FROM obs" % TEN),
        "avg, stddev, min, max of ten": query("SELECT %s FROM obs" % each("avg($) + stddev($) + min($) + max($)")),
        "tdigest of ten": query("SELECT %s FROM obs" % each("tdigest_percentile($, 100, 0.95)")),
        "percentile_cont of ten": query("SELECT %s FROM obs" % each(percentiles)),
        "hll of ten": query("SELECT %s FROM obs" % each("hll_cardinality(hll_add_agg(hll_hash_bigint($::bigint)))")),
        "avg() of one": query("SELECT avg(c1) FROM obs"),
        "histogram() of one": query("SELECT pg_column_size(datamon.histogram(c1)) FROM obs"),
        "width_bucket of one": query("SELECT sum(n) FROM (SELECT width_bucket(c1, -5, 5, 50), count(*) AS n FROM obs GROUP BY 1) s"),
    }, "avg() of ten")


def numerics():
    sql("DROP TABLE IF EXISTS prices; CREATE TABLE prices AS SELECT round(c2::numeric, 2) AS n1, round((c3 * 100)::numeric, 3) AS n2,"
        " round((c4 * 1000)::numeric, 4) AS n3, round(c9::numeric, 2) AS n4, c6::numeric AS n5 FROM obs LIMIT 3000000; VACUUM ANALYZE prices")
    five = ["n%d" % i for i in range(1, 6)]
    compare("Five numeric columns, 3,000,000 rows", {
        "avg() of five": query("SELECT %s FROM prices" % " + ".join("avg(%s)" % n for n in five)),
        "scan (reads all five)": query("SELECT %s FROM prices" % " + ".join("count(%s)" % n for n in five)),
        "count(*)": query("SELECT count(*) FROM prices"),
        "avg() of five casts": query("SELECT %s FROM prices" % " + ".join("avg(%s::float8)" % n for n in five)),
        "profile() of five": query("SELECT pg_column_size(datamon.profile(%s)) FROM prices" % ", ".join(five)),
    }, "avg() of five")


def samples_of(n):
    return "SELECT x FROM samples WHERE %s" % n


def two_samples():
    from scipy import stats
    sql("DROP TABLE IF EXISTS samples; CREATE TABLE samples AS SELECT c1 + 0.05 * (i % 2) AS x, i % 2 = 0 AS is_reference"
        " FROM (SELECT c1, row_number() OVER () AS i FROM obs LIMIT 2000000) s; VACUUM (FREEZE, ANALYZE) samples")
    a, b = binary(samples_of("is_reference"), 1)[0], binary(samples_of("NOT is_reference"), 1)[0]
    windows = """SELECT sum(abs(f - g) * (next - x)) FROM (SELECT x, lead(x) OVER w AS next,
        (sum(is_reference::int) OVER w)::float8 / 1000000 AS f, (sum((NOT is_reference)::int) OVER w)::float8 / 1000000 AS g
        FROM samples WINDOW w AS (ORDER BY x)) s"""
    compare("Wasserstein distance of 1,000,000 and 1,000,000 values", {
        "datamon, exact, scan included": query("SELECT datamon.wasserstein_distance(x, is_reference) FROM samples"),
        "count(*) with the flag": query("SELECT count(x) FILTER (WHERE is_reference) FROM samples"),
        "datamon, two histograms": query("SELECT datamon.wasserstein_distance(datamon.histogram(x) FILTER (WHERE is_reference),"
                                         " datamon.histogram(x) FILTER (WHERE NOT is_reference)) FROM samples"),
        "scipy, data in memory": lambda: stats.wasserstein_distance(a, b),
        "COPY + scipy": lambda: stats.wasserstein_distance(binary(samples_of("is_reference"), 1)[0],
                                                           binary(samples_of("NOT is_reference"), 1)[0]),
        "window functions": query(windows),
        "datamon ks_test, exact": query("SELECT datamon.ks_test(x, is_reference) FROM samples"),
        "scipy ks_2samp, in memory": lambda: stats.ks_2samp(a, b, method="asymp"),
    }, "datamon, exact, scan included")


def drift():
    from evidently import Report
    from evidently.presets import DataDriftPreset
    import pandas
    sql("DROP TABLE IF EXISTS halves; CREATE TABLE halves AS SELECT *, i %% 2 = 0 AS is_reference"
        " FROM (SELECT %s, row_number() OVER () AS i FROM obs LIMIT 2000000) s; VACUUM (FREEZE, ANALYZE) halves" % TEN)
    side = "SELECT %s FROM halves WHERE %s"
    sides = [pandas.DataFrame(dict(zip(TEN.split(", "), binary(side % (TEN, w), 10)))) for w in ("is_reference", "NOT is_reference")]
    compare("Drift of ten columns, 1,000,000 and 1,000,000 rows: W1, KS, PSI", {
        "datamon": query("SELECT d.* FROM (SELECT datamon.profile(%s) FILTER (WHERE is_reference) AS r, datamon.profile(%s)"
                         " FILTER (WHERE NOT is_reference) AS c FROM halves) s, generate_series(1, 10) i,"
                         " datamon.drift_summary(datamon.histogram(r, i), datamon.histogram(c, i)) d" % (TEN, TEN)),
        "COPY of the rows, binary": lambda: [binary(side % (TEN, w), 10) for w in ("is_reference", "NOT is_reference")],
        "Evidently's preset, data in memory": lambda: Report([DataDriftPreset()]).run(sides[1], sides[0]),
    }, "datamon")


def scores():
    from sklearn import metrics
    sql("DROP TABLE IF EXISTS scored; CREATE TABLE scored AS SELECT c4 AS score, c4 + 0.5 * c1 > 0.7 AS label FROM obs LIMIT 1000000;"
        " VACUUM (FREEZE, ANALYZE) scored")
    score, label = binary("SELECT score, label::int::float8 FROM scored", 2)
    compare("A classifier's score, 1,000,000 rows", {
        "datamon roc_auc_score, exact": query("SELECT datamon.roc_auc_score(label, score) FROM scored"),
        "datamon score_state and ROC AUC": query("SELECT datamon.roc_auc_score(datamon.score_state(label, score)) FROM scored"),
        "scikit-learn roc_auc_score, in memory": lambda: metrics.roc_auc_score(label, score),
        "datamon average_precision_score, exact": query("SELECT datamon.average_precision_score(label, score) FROM scored"),
        "scikit-learn average_precision_score, in memory": lambda: metrics.average_precision_score(label, score),
    }, "datamon roc_auc_score, exact")


def leaves():
    sql("DROP TABLE IF EXISTS lab; CREATE TABLE lab AS SELECT client, category, colour, c4 > 0.5 AS actual, c4 + 0.3 * c1 > 0.5 AS"
        " predicted, (row_number() OVER ())::int / 5 AS item, floor(c4 * 5)::int AS grade FROM obs; VACUUM (FREEZE, ANALYZE) lab")
    leaf = "GROUP BY client, category, colour"
    compare("F1 of every leaf, %d rows" % rows, {
        "plain SQL, FILTER": query("SELECT sum(f) FROM (SELECT 2.0 * count(*) FILTER (WHERE actual AND predicted) / nullif(2 * count(*)"
                                   " FILTER (WHERE actual AND predicted) + count(*) FILTER (WHERE actual <> predicted), 0) AS f FROM lab %s) s" % leaf),
        "count(*) of every leaf": query("SELECT sum(n) FROM (SELECT count(*) AS n FROM lab %s) s" % leaf),
        "datamon f_beta": query("SELECT sum(f) FROM (SELECT datamon.f_beta(actual, predicted, 1) AS f FROM lab %s) s" % leaf),
        "datamon f1_score(f_beta_state)": query("SELECT sum(f) FROM (SELECT datamon.f1_score(datamon.f_beta_state(actual, predicted)) AS f FROM lab %s) s" % leaf),
    }, "plain SQL, FILTER")
    plain = """SELECT sum(k) FROM (SELECT client, category, colour,
        (avg(p) - sum(pj2)) / nullif(1 - sum(pj2), 0) AS k FROM (
            SELECT client, category, colour, item, (sum(n * n) - sum(n)) / nullif(sum(n) * (sum(n) - 1), 0) AS p, 0 AS pj2
            FROM (SELECT client, category, colour, item, grade, count(*) AS n FROM lab GROUP BY 1, 2, 3, 4, 5) c GROUP BY 1, 2, 3, 4
            UNION ALL
            SELECT client, category, colour, NULL, NULL, sum((n / t) ^ 2) FROM (SELECT client, category, colour, grade, count(*) AS n,
                sum(count(*)) OVER (PARTITION BY client, category, colour) AS t FROM lab GROUP BY 1, 2, 3, 4) c GROUP BY 1, 2, 3) u
        GROUP BY 1, 2, 3) s"""
    compare("Fleiss' kappa of every leaf, %d rows" % rows, {
        "plain SQL": query(plain),
        "datamon fleiss_kappa": query("SELECT sum(k) FROM (SELECT datamon.fleiss_kappa(item, grade) AS k FROM lab %s) s" % leaf),
    }, "plain SQL")


def groups():
    sizes = (2000, 20000, 200000)
    ways = {}
    for n in sizes:
        sql("DROP TABLE IF EXISTS grouped_%d; CREATE TABLE grouped_%d AS SELECT (row_number() OVER () %% %d)::int AS g, %s FROM obs"
            " LIMIT 2000000; VACUUM (FREEZE, ANALYZE) grouped_%d" % (n, n, n, TEN, n))
        for aggregate in ("avg(c1)", "pg_column_size(datamon.histogram(c1))", "pg_column_size(datamon.profile(%s))" % TEN):
            name = "%s, %d groups" % (aggregate.split("datamon.")[-1].split("(")[0], n)
            ways[name] = query("SELECT sum(v) FROM (SELECT %s AS v FROM grouped_%d GROUP BY g) s" % (aggregate, n))
    compare("Hash aggregation of 2,000,000 rows: linear in the groups", ways, "avg, %d groups" % sizes[0])


def duckdb_ways():
    import duckdb
    import pandas
    duck = duckdb.connect()
    duck.execute("SET threads = 1")
    frame = pandas.DataFrame(dict(zip(TEN.split(", "), binary("SELECT %s FROM obs" % TEN, 10))))
    duck.execute("CREATE TABLE obs AS SELECT * FROM frame")
    del frame

    def ask(text):
        return lambda: duck.execute(text).fetchall()

    compare("DuckDB's own table, one thread, %d rows of ten columns" % rows, {
        "datamon profile() of ten": query("SELECT pg_column_size(datamon.profile(%s)) FROM obs" % TEN),
        "avg of ten": ask("SELECT %s FROM obs" % each("avg($)")),
        "avg, stddev, min, max of ten": ask("SELECT %s FROM obs" % each("avg($) + stddev($) + min($) + max($)")),
        "approx_quantile of ten": ask("SELECT %s FROM obs" % each("approx_quantile($, 0.95)")),
        "quantile_cont of ten, exact": ask("SELECT %s FROM obs" % each("quantile_cont($, 0.95)")),
    }, "datamon profile() of ten")


for section in (one_call, numerics, two_samples, drift, scores, leaves, groups, duckdb_ways):
    if not chosen or section.__name__ in chosen:
        section()
