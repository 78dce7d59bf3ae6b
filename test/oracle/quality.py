"""TAP: column_quality, quality metrics, duplicates and describe() against Python, numpy, scipy and pandas.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2; pandas, where there is one, has its say
on describe(). Columns of few enough values keep exact histograms: those must agree to 1e-9. Of larger ones mean, standard
deviation, least and greatest must, and quantiles must be those of a share near their own.
"""
import collections
import datetime
import math
import re
import sys

import numpy as np
import psycopg2.extras
from scipy import stats

from lib.tap import connect, finish, ok

try:
    import pandas as pd
except ImportError:
    pd = None


def near(got, want, rel=1e-9):
    if want is None or (isinstance(want, float) and math.isnan(want)):
        return got is None
    if got is None:
        return False
    if isinstance(want, (str, bool)):
        return got == want
    return abs(float(got) - float(want)) <= rel * max(abs(float(want)), 1e-300)


def compare(name, pairs):
    """pairs: (what, got, want); one line for all of them"""
    wrong = ["%s: got %r, want %r" % p for p in pairs if not near(p[1], p[2])]
    ok(not wrong, "%s (%d comparisons)" % (name, len(pairs)), "; ".join(wrong[:5]))


def rows(cursor, sql, *args):
    cursor.execute(sql, args)
    names = [c.name for c in cursor.description]
    return [dict(zip(names, r)) for r in cursor.fetchall()]


# ---- metrics of states

def spread(values):
    counts = np.array(sorted(collections.Counter(values).values()))
    n = counts.sum()
    if n == 0:
        return {k: None for k in ("distinctness", "uniqueness", "unique_value_ratio", "entropy", "bits")}
    singles = (counts == 1).sum()
    return {"distinctness": len(counts) / n, "uniqueness": singles / n, "unique_value_ratio": singles / len(counts),
            "entropy": float(stats.entropy(counts)), "bits": float(stats.entropy(counts, base=2))}


def mode(values):
    """scipy's and pandas' convention: of equally frequent values the least"""
    if not values:
        return None, None
    counts = collections.Counter(values)
    most = max(counts.values())
    return min(k for k, v in counts.items() if v == most), most


def random_numbers(rng):
    n = int(rng.choice([0, 1, 2, 3, 10, 60]))
    kind = rng.integers(7)
    x = [rng.normal(0, 1, n), rng.poisson(2, n).astype(float), np.full(n, 3.25), 1e15 + rng.integers(0, 9, n),
         1e300 * rng.normal(0, 1, n), rng.standard_t(1, n), np.round(rng.normal(0, 2, n))][kind].tolist()
    for special, share in ((None, 0.2), (math.nan, 0.1), (math.inf, 0.1), (-math.inf, 0.05), (0.0, 0.2), (-0.0, 0.1)):
        if rng.random() < 0.5:
            x = [special if rng.random() < share else v for v in x]
    return x


def number_metrics(cursor, rng, cases=400):
    data = [random_numbers(rng) for _ in range(cases)]
    cursor.execute("CREATE TEMP TABLE n_case (k int, x float8)")
    psycopg2.extras.execute_values(cursor, "INSERT INTO n_case VALUES %s",
                                   [(k, v) for k, x in enumerate(data) for v in x], page_size=5000)
    got = {r["k"]: r for r in rows(cursor, """
        SELECT k, q.*, datamon.entropy(h, 2) AS bits, datamon.zero_count(h) AS zeros, datamon.completeness(h) AS completeness,
            c.distinct_count AS c_distinct, c.uniqueness AS c_uniqueness, c.distinctness AS c_distinctness, c.zero_count AS c_zeros,
            c.negative_count AS c_negatives, c.nan_count AS c_nans, c.infinity_count AS c_infinities
        FROM (SELECT k, datamon.histogram(x) AS h, datamon.column_quality(x) AS cq FROM n_case GROUP BY k) s,
            datamon.quality(h) q, datamon.quality(cq) c""")}
    pairs = []
    for k, x in enumerate(data):
        if not x:
            continue
        g = got[k]
        there = [v for v in x if v is not None]
        finite = [v + 0.0 for v in there if math.isfinite(v)]
        hashed = [v + 0.0 for v in there if not math.isnan(v)]
        s, c = spread(finite), spread(hashed)
        top, times = mode(finite)
        want = {"n_rows": len(x), "n_used": len(finite), "n_unused": len(x) - len(finite),
                "null_rate": x.count(None) / len(x), "completeness": len(there) / len(x),
                "nan_rate": sum(math.isnan(v) for v in there) / len(x),
                "infinity_rate": sum(math.isinf(v) for v in there) / len(x),
                "zero_rate": finite.count(0.0) / len(x), "zeros": finite.count(0.0), "distinct_count": len(set(finite)),
                "distinctness": s["distinctness"], "uniqueness": s["uniqueness"],
                "unique_value_ratio": s["unique_value_ratio"], "entropy": s["entropy"], "bits": s["bits"],
                "mode": top, "mode_count": times, "mode_share": times and times / len(finite),
                "c_distinct": len(set(hashed)), "c_uniqueness": c["uniqueness"], "c_distinctness": c["distinctness"],
                "c_zeros": finite.count(0.0), "c_negatives": sum(v < 0 for v in finite),
                "c_nans": sum(math.isnan(v) for v in there), "c_infinities": sum(math.isinf(v) for v in there)}
        pairs += [("case %d %s" % (k, m), g[m], w) for m, w in want.items()]
    compare("metrics of numbers", pairs)


# ---- texts

def looks_like(text):
    """what dm_text_class says, by Python's own means"""
    t = text.strip(" \t\n\v\f\r")
    if text == "":
        return "empty"
    if t == "":
        return "blank"
    if re.fullmatch(r"[+-]?[0-9]+", t):
        return "integer"
    if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", t):
        return "decimal"
    if t.lower() in ("true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"):
        return "boolean"
    m = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
                     r"(?: ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?))?)?", t)
    if m:
        try:
            datetime.date.fromisoformat(m.group(1).replace("0000", "0004", 1) if m.group(1)[:4] == "0000" else m.group(1))
        except ValueError:
            return "other"
        if m.group(2) and (int(m.group(2)) > 24 or int(m.group(3)) > 59 or int(m.group(4) or 0) > 60):
            return "other"
        zone = re.search(r"[+-]([0-9]{2})(?::?([0-9]{2}))?$", t[10:])
        if zone and (int(zone.group(1)) > 15 or int(zone.group(2) or 0) > 59):
            return "other"
        return "time"
    return "other"


def random_text(rng):
    kind = rng.integers(10)
    if kind == 0:
        return "".join(rng.choice(list("aé€😀 \tZ"), rng.integers(0, 6)))
    if kind == 1:
        return " " * int(rng.integers(0, 3))
    if kind == 2:
        return str(rng.integers(-50, 50)) + " " * int(rng.integers(0, 2))
    if kind == 3:
        return repr(float(rng.normal(0, 10.0 ** rng.integers(-8, 20))))
    if kind == 4:
        return str(rng.choice(["true", "No", "t", "OFF", "y", "nope", "yess", "ON"]))
    if kind == 5:
        return "%04d-%02d-%02d" % (rng.integers(1890, 2110), rng.integers(0, 14), rng.integers(0, 33))
    if kind == 6:
        return "2024-02-29%s%02d:%02d%s%s" % (rng.choice([" ", "T", "_"]), rng.integers(0, 26), rng.integers(0, 62),
                                             rng.choice(["", ":07", ":61", ":00.125", ":1"]),
                                             rng.choice(["", "Z", "+02", " -03:30", "+0245", "+17", "x"]))
    if kind == 7:
        return "".join(rng.choice(list("0123456789+-.eE"), rng.integers(1, 6)))
    if kind == 8:
        return "".join(rng.choice(list("ab"), rng.integers(0, 300)))
    return "".join(rng.choice(list("0123456789- T:"), rng.integers(8, 18)))


CLASSES = ("empty", "blank", "integer", "decimal", "boolean", "time", "other")


def text_metrics(cursor, rng, cases=300):
    data = []
    for _ in range(cases):
        n = int(rng.choice([1, 2, 5, 40]))
        pool = [random_text(rng) for _ in range(int(rng.integers(1, n + 1)))]
        data.append([None if rng.random() < 0.1 else pool[rng.integers(len(pool))] for _ in range(n)])
    cursor.execute("CREATE TEMP TABLE t_case (k int, x text)")
    psycopg2.extras.execute_values(cursor, "INSERT INTO t_case VALUES %s",
                                   [(k, v) for k, x in enumerate(data) for v in x], page_size=5000)
    got = {r["k"]: r for r in rows(cursor, """
        SELECT k, c.*, v.entropy, v.mode, v.mode_count, v.uniqueness AS v_uniqueness, v.distinctness AS v_distinctness, v.null_rate AS v_null_rate,
            datamon.entropy(vc, 2) AS bits, (p).rate, (p).matching, (p).n_used, (p).n_unused
        FROM (SELECT k, datamon.column_quality(x) AS cq, datamon.value_counts(x) AS vc, datamon.pattern_rate(x, '^[0-9a]+$') AS p
            FROM t_case GROUP BY k) s, datamon.quality(cq) c, datamon.quality(vc) v""")}
    pairs = []
    for k, x in enumerate(data):
        g = got[k]
        there = [v for v in x if v is not None]
        long = any(len(v.encode()) > 128 for v in there)
        s = spread(there)
        lengths = [len(v) for v in there]
        classes = collections.Counter(looks_like(v) for v in there)
        matching = sum(re.fullmatch("[0-9a]+", v) is not None for v in there)
        want = {"n_rows": len(x), "count": len(there), "null_count": x.count(None), "null_rate": x.count(None) / len(x),
                "distinct_count": len(set(there)), "distinctness": s["distinctness"], "uniqueness": s["uniqueness"],
                "unique_value_ratio": s["unique_value_ratio"], "v_uniqueness": s["uniqueness"],
                "v_distinctness": s["distinctness"], "entropy": s["entropy"], "bits": s["bits"],
                "min_length": min(lengths, default=None), "max_length": max(lengths, default=None),
                "mean_length": np.mean(lengths) if lengths else None,
                "stddev_length": float(np.std(lengths, ddof=1)) if len(lengths) > 1 else None,
                "rate": matching / len(there) if there else None, "matching": matching,
                "n_used": len(there), "n_unused": x.count(None)}
        want.update((c + "_count", classes[c]) for c in CLASSES)
        if not long:
            ordered = sorted(there, key=lambda v: v.encode())
            counts = collections.Counter(there)
            want["mode_count"] = max(counts.values(), default=None)
            want["mode"] = next((v for v in ordered if counts[v] == want["mode_count"]), None)
            if all(len(v.encode()) <= 64 for v in there):
                want["min_value"] = ordered[0] if ordered else None
                want["max_value"] = ordered[-1] if ordered else None
        if not there:
            for c in CLASSES:
                want[c + "_count"] = 0
        pairs += [("case %d %s" % (k, m), g[m], w) for m, w in want.items()]
    compare("metrics of texts", pairs)


# ---- keys and ranges

def keys_and_ranges(cursor, rng, cases=60):
    pairs = []
    cursor.execute("CREATE TEMP TABLE keys (a int, b text, x float8)")
    for k in range(cases):
        n = int(rng.choice([0, 1, 5, 100]))
        data = [(None if rng.random() < 0.1 else int(rng.integers(0, 6)), None if rng.random() < 0.1 else "k%d" % rng.integers(0, 9),
                 [float(rng.normal(0, 3)), math.nan, math.inf, None][rng.choice(4, p=[.7, .1, .1, .1])]) for _ in range(n)]
        low, high = sorted(rng.normal(0, 2, 2).tolist())
        cursor.execute("TRUNCATE keys")
        if data:
            psycopg2.extras.execute_values(cursor, "INSERT INTO keys VALUES %s", data)
        g = rows(cursor, "SELECT * FROM datamon.duplicates('keys', '{a,b}')")[0]
        c = collections.Counter((a, b) for a, b, x in data if a is not None and b is not None)
        pairs += [("duplicates %d %s" % (k, m), g[m], w) for m, w in {
            "n_rows": n, "n_used": sum(c.values()), "n_unused": n - sum(c.values()), "n_distinct": len(c),
            "n_duplicated_keys": sum(v > 1 for v in c.values()), "n_excess_rows": sum(v - 1 for v in c.values())}.items()]
        most = sorted((v for v in c.values() if v > 1), reverse=True)[:5]
        pairs.append(("examples", str([e["count"] for e in g["examples_found"]]), str(most)))
        r = rows(cursor, "SELECT (datamon.out_of_range_rate(x, %s, %s)).* FROM keys", low, high)[0]
        used = [x for a, b, x in data if x is not None and not math.isnan(x)]
        out = sum(x < low or x > high for x in used)
        pairs += [("range %d" % k, r["rate"], out / len(used) if used else None)]
        if data:
            pairs += [("range %d %s" % (k, m), r[m], w) for m, w in (("matching", out), ("n_used", len(used)), ("n_unused", n - len(used)))]
    compare("duplicate keys and values out of range", pairs)


# ---- describe()

def random_table(rng, n):
    start = datetime.datetime(2024, 1, 1)
    columns = {
        "f": ("float8", rng.normal(0, 1, n) * 10.0 ** rng.integers(-3, 12)),
        "ties": ("float8", rng.poisson(3, n).astype(float)),
        "i": ("int", rng.integers(-20, 20, n)),
        "big": ("bigint", rng.integers(0, 2**52, n)),
        "m": ("numeric", np.round(rng.normal(0, 50, n), 2)),
        "const": ("float8", np.full(n, 7.5)),
        "tail": ("float8", rng.standard_t(1.2, n)),
        "day": ("date", [start.date() + datetime.timedelta(days=int(d)) for d in rng.integers(0, 400, n)]),
        "at": ("timestamp", [start + datetime.timedelta(seconds=int(s)) for s in rng.integers(0, 10**6, n)]),
        "t": ("text", ["v%d" % v for v in rng.poisson(2, n)]),
        "b": ("bool", (rng.random(n) < 0.3).tolist())}
    data = {}
    for name, (kind, values) in columns.items():
        values = [v.item() if isinstance(v, np.generic) else v for v in values]
        share = rng.choice([0, 0.2, 1], p=[.5, .45, .05])
        data[name] = (kind, [None if rng.random() < share else v for v in values])
    return data


def as_number(v):
    if isinstance(v, (datetime.date, datetime.datetime)):
        return (datetime.datetime(v.year, v.month, v.day) - datetime.datetime(1970, 1, 1)).total_seconds() + \
            (v.hour * 3600 + v.minute * 60 + v.second + v.microsecond / 1e6 if isinstance(v, datetime.datetime) else 0)
    return float(v)


def number_of_text(text, kind):
    if text is None or kind not in ("date", "timestamp"):
        return text
    return as_number(datetime.datetime.fromisoformat(text + ("00000"[:26 - len(text)] if "." in text else "")))


def describe_numbers(name, g, kind, there, pairs, loose):
    x = np.array([as_number(v) for v in there])
    n = len(x)
    pairs.append((name + " mean", number_of_text(g["mean"], kind), x.mean() if n else None))
    spread_of = float(np.std(x.astype(np.longdouble), ddof=1)) if n > 1 else None
    # numpy's own rounding shows where the spread is small beside the mean
    pairs.append((name + " stddev", g["stddev"], g["stddev"] if n > 1 and abs(g["stddev"] - spread_of) <= 1e-9 * spread_of + 1e-12 * abs(x).max() else spread_of))
    for column, q in (("min", 0), ("p25", .25), ("p50", .5), ("p75", .75), ("max", 1)):
        got = number_of_text(g[column], kind)
        if g["is_exact"] or q in (0, 1) or n == 0:
            pairs.append((name + " " + column, got, float(np.quantile(x, q)) if n else None))
        else:
            v = float(got)
            loose.append((name + " " + column, max((x < v).mean() - q, q - (x <= v).mean(), 0)))


def describe_case(cursor, data, n, tag, pairs, loose):
    names = list(data)
    cursor.execute("DROP TABLE IF EXISTS described; CREATE TEMP TABLE described (%s)" % ", ".join(
        "%s %s" % (c, data[c][0]) for c in names))
    psycopg2.extras.execute_values(cursor, "INSERT INTO described VALUES %s",
                                   list(zip(*(data[c][1] for c in names))), page_size=2000)
    got = {r["column_name"]: r for r in rows(cursor, "SELECT * FROM datamon.describe('described'::regclass)")}
    frame = pd and pd.DataFrame({c: pd.Series(data[c][1], dtype="float64" if data[c][0] in ("float8", "int", "numeric") else None)
                                 for c in names}).describe(include="all", datetime_is_numeric=True)
    for c in names:
        kind, values = data[c]
        g = got[c]
        name = "%s %s" % (tag, c)
        there = [v for v in values if v is not None]
        distinct = len(set(there))
        pairs += [(name + " count", g["count"], len(there)), (name + " null_count", g["null_count"], n - len(there)),
                  (name + " null_rate", g["null_rate"], 1 - len(there) / n)]
        if g["distinct_error"] == 0:
            s = spread(there)
            pairs += [(name + " distinct_count", g["distinct_count"], distinct)] + [(name + " " + m, g[m], s[m]) for m in ("distinctness", "uniqueness")]
        else:
            loose.append((name + " distinct_count", abs(g["distinct_count"] / distinct - 1) - 4 * g["distinct_error"]))
        if kind in ("text", "bool"):
            counts = collections.Counter(str(v).lower() if kind == "bool" else v for v in there)
            most = max(counts.values(), default=None)
            pairs += [(name + " top_count", g["top_count"], most), (name + " top", g["top"], min((v for v in counts if counts[v] == most), default=None)),
                      (name + " entropy", g["entropy"], spread(there)["entropy"])]
            if frame is not None and there:
                pairs += [(name + " pandas unique", g["distinct_count"], frame[c]["unique"]), (name + " pandas freq", g["top_count"], frame[c]["freq"])]
        else:
            describe_numbers(name, g, kind, there, pairs, loose)
            if frame is not None and kind in ("float8", "int", "numeric") and g["is_exact"] and there and c != "big":
                pairs += [(name + " pandas " + p, g[m], float(frame[c][p])) for m, p in (
                    ("count", "count"), ("mean", "mean"), ("min", "min"), ("p25", "25%"), ("p50", "50%"), ("p75", "75%"), ("max", "max"))]


def describe(cursor, rng):
    pairs, loose = [], []
    for k in range(60):
        n = int(rng.choice([1, 2, 3, 20, 90]))
        describe_case(cursor, random_table(rng, n), n, "table %d of %d" % (k, n), pairs, loose)
    compare("describe() of small tables" + (", and pandas" if pd else ""), pairs)
    pairs = []
    for k in range(3):
        describe_case(cursor, random_table(rng, 4000), 4000, "large table %d" % k, pairs, loose)
    compare("describe() of large tables", pairs)
    worst = max(loose, key=lambda p: p[1])
    ok(worst[1] < 0.02, "quantiles of large tables are of shares within 2 %%, distinct counts within their error (%d, worst %.4f)" % (len(loose), worst[1]), repr(worst))


# ---- distinct values

def distinct_error(cursor):
    """every value twice: an estimate is cut at the number of rows, so that of single values has half the errors"""
    for n, trials in ((100, 20), (1000, 20), (1500, 100), (10000, 100), (100000, 20), (1000000, 2)):
        for how in ("g + t * 10000000", "sqrt(g + t * 10000000)", "md5(t || '/' || g)"):
            if n >= 100000 and "md5" in how:
                continue
            got = rows(cursor, "SELECT (datamon.quality(c)).* FROM (SELECT t, datamon.column_quality(" + how + ") AS c "
                       "FROM generate_series(1, %s) t, generate_series(1, %s) g, generate_series(1, 2) GROUP BY t) s", trials, n)
            errors = np.array([g["distinct_count"] / n - 1 for g in got])
            stated = got[0]["distinct_error"]
            if n <= 1024:
                ok(not errors.any() and stated == 0, "%d distinct values of %s: exact" % (n, how))
            else:
                ok(abs(errors.mean()) <= 3.5 * stated / math.sqrt(trials) and np.abs(errors).max() <= 4 * stated,
                   "%d distinct values of %s: mean error %.4f, largest %.4f, stated %.4f" % (n, how, errors.mean(), np.abs(errors).max(), stated))


def main():
    rng = np.random.default_rng(38)
    cursor = connect()
    cursor.execute("SET timezone = 'UTC'; SET datestyle = 'ISO'")
    number_metrics(cursor, rng)
    text_metrics(cursor, rng)
    keys_and_ranges(cursor, rng)
    describe(cursor, rng)
    distinct_error(cursor)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
