"""TAP: datamon's regression metrics against scikit-learn, exact fractions and simulation.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, sklearn, psycopg2.
"""
import json
import math
import os
import sys
from fractions import Fraction

import numpy as np
from sklearn import metrics

from lib.tap import connect, finish, ok

NAMES = ("mean_error", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "mean_squared_log_error",
         "root_mean_squared_log_error", "mean_absolute_percentage_error", "symmetric_mean_absolute_percentage_error",
         "median_absolute_error", "max_error", "r2_score", "explained_variance_score")


def off(got, want, floor=0.0):
    """relative difference; what is undefined has to be so on both sides"""
    if got is None or want is None:
        return 0.0 if got is want else math.inf
    if got == want:
        return 0.0
    return abs(got - want) / max(abs(want), floor)


def compare(label, names, rows, wants, tolerance, floor=0.0):
    for k, name in enumerate(names):
        offs = [off(r[k], w[k], floor) for r, w in zip(rows, wants)]
        worst = int(np.argmax(offs)) if offs else 0
        ok(len(rows) == len(wants) > 0 and offs[worst] <= tolerance, "%s: %s of %d samples, worst %.1g" % (label, name, len(rows), offs[worst]),
           "case %d: got %r, want %r" % (worst, rows[worst][k], wants[worst][k]))


def flat(samples):
    return ([i for i, (a, p) in enumerate(samples) for _ in a], [float(v) for a, _ in samples for v in a],
            [float(v) for _, p in samples for v in p])


def root(f):
    """the square root of a fraction whose double may not exist"""
    e = (f.numerator.bit_length() - f.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(f / Fraction(4) ** e), e)


STATES = """
SELECT %s, datamon.adjusted_r2_score(s, 1), datamon.mean_pinball_loss(s, 0.1), datamon.mean_pinball_loss(s), datamon.mean_pinball_loss(s, 1),
    (c).mean_squared_error, (c).root_mean_squared_error, (c).mean_absolute_error, %s
FROM (SELECT k, s, datamon.constant_scores(s) AS c, %s
    FROM (SELECT k, datamon.regression_state(a, p) AS s, %s FROM unnest(%%s::int[], %%s::float8[], %%s::float8[]) AS u (k, a, p) GROUP BY k) AS t) AS r
ORDER BY k""" % (", ".join("datamon.%s(s)" % n for n in NAMES), ", ".join("rows_%s" % n for n in NAMES), ", ".join("rows_%s" % n for n in NAMES),
                 ", ".join("datamon.%s(a, p) AS rows_%s" % (n, n) for n in NAMES))
ALL = NAMES + ("adjusted_r2_score", "pinball 0.1", "pinball 0.5", "pinball 1", "constant MSE", "constant RMSE", "constant MAE") + \
    tuple(n + " of rows" for n in NAMES)


def sklearn_scores(a, p):
    n = len(a)
    e = a - p
    varied = len(set(a)) > 1
    positive = a.min() >= 0 and p.min() >= 0
    msle = metrics.mean_squared_log_error(a, p) if positive else \
        float(np.mean((np.log1p(a) - np.log1p(p)) ** 2)) if min(a.min(), p.min()) > -1 else None
    size = np.abs(a) + np.abs(p)
    smape = float(np.mean(np.divide(2 * np.abs(e), size, out=np.zeros(n), where=size > 0)))
    # where actual is constant sklearn says 1 or 0: datamon that there is nothing to explain
    r2 = metrics.r2_score(a, p) if varied else None
    scores = (float(np.mean(e)), metrics.mean_absolute_error(a, p), metrics.mean_squared_error(a, p), metrics.mean_squared_error(a, p, squared=False),
              msle, None if msle is None else math.sqrt(msle), metrics.mean_absolute_percentage_error(a, p), smape,
              metrics.median_absolute_error(a, p), metrics.max_error(a, p), r2,
              metrics.explained_variance_score(a, p) if varied else None)
    return scores + (1 - (1 - r2) * (n - 1) / (n - 2) if varied and n > 2 else None, metrics.mean_pinball_loss(a, p, alpha=0.1),
                     metrics.mean_pinball_loss(a, p), metrics.mean_pinball_loss(a, p, alpha=1.0), metrics.mean_squared_error(a, np.full(n, a.mean())),
                     metrics.mean_squared_error(a, np.full(n, a.mean()), squared=False), metrics.mean_absolute_error(a, np.full(n, np.median(a)))) + scores


def samples(rng, times):
    out = []
    for _ in range(times):
        for n in (1, 2, 3, 5, 20, 100):
            x = rng.normal(size=n)
            e = rng.normal(size=n)
            out += [(x, x + e), (10 * x, 10 * x), (np.full(n, 3.0), 3 + e), (np.full(n, 3.0), np.full(n, 3.0)), (np.exp(x), np.exp(x + e / 5)),
                    (np.round(2 * x), np.round(2 * (x + e))), (1e15 * x, 1e15 * x + e), (x, 1000 + x), (np.exp(8 * x), np.exp(8 * e)),
                    (rng.poisson(1, n) * 1.0, np.zeros(n)), (rng.random(n) - 0.9, rng.random(n) - 0.9), (1e-12 * x, 1e-12 * e)]
    return out


def agreement(cursor, rng):
    cases = samples(rng, 10)
    cursor.execute(STATES, flat(cases))
    # floors: scores near 0 are differences of much larger numbers in sklearn
    compare("scikit-learn", ALL, cursor.fetchall(), [sklearn_scores(*c) for c in cases], 1e-9, floor=1e-20)


def documented(cursor):
    """the examples in scikit-learn's documentation, with the values that it prints"""
    a, p = [3, -0.5, 2, 7], [2.5, 0.0, 2, 8]
    cursor.execute(STATES, flat([(a, p), ([3, 5, 2.5, 7], [2.5, 5, 4, 8])]))
    first, second = (dict(zip(ALL, r)) for r in cursor.fetchall())
    for name, want in (("mean_absolute_error", 0.5), ("mean_squared_error", 0.375), ("root_mean_squared_error", 0.612),
                       ("mean_absolute_percentage_error", 0.3273), ("median_absolute_error", 0.5), ("r2_score", 0.948), ("explained_variance_score", 0.957)):
        ok(abs(first[name] - want) < 0.0007, "documentation: %s is %s" % (name, want), repr(first[name]))
    ok(abs(second["mean_squared_log_error"] - 0.039) < 0.0008, "documentation: mean_squared_log_error is 0.039", repr(second["mean_squared_log_error"]))
    cursor.execute("""SELECT datamon.mean_pinball_loss(datamon.regression_state(a, p), 0.1), datamon.mean_pinball_loss(datamon.regression_state(a, q), 0.1),
        datamon.mean_pinball_loss(datamon.regression_state(a, p), 0.9), datamon.max_error(a + 1, p)
        FROM (VALUES (1, 0, 1), (2, 2, 2), (3, 3, 4)) AS t (a, p, q)""")
    row = cursor.fetchone()
    ok(np.allclose(row[:3], (0.033333, 0.3, 0.3), atol=1e-5) and row[3] == 2, "documentation: mean_pinball_loss", repr(row))


def shared(cursor):
    path = os.path.join(os.environ.get("DATAMON_SHARED") or "", "data", "small_oracles", "small_oracles.json")
    if not os.environ.get("DATAMON_SHARED") or not os.path.exists(path):
        ok(True, "small published cases # SKIP the shared data are not here")
        return
    with open(path) as f:
        cases = json.load(f)
    names = {"mae": "mean_absolute_error", "mse": "mean_squared_error", "r2": "r2_score"}
    seen = 0
    for case in cases:
        name = names.get(case["function"])
        if name is None:
            continue
        cursor.execute("SELECT datamon.%s(a, p) FROM unnest(%%s::float8[], %%s::float8[]) AS u (a, p)" % name,
                       (list(map(float, case["args"]["y"])), list(map(float, case["args"]["pred"]))))
        got = cursor.fetchone()[0]
        ok(off(got, case["value"]) < 1e-15, "small published cases: %s" % name, repr((got, case["value"])))
        seen += 1
    ok(seen > 0, "small published cases: some")


def precise(cursor, rng):
    """where sums of doubles lose digits: R2 of small changes on a large level, and numbers up to the end of double"""
    cases = [(1e8 + rng.normal(size=300) * 1e-3, None) for _ in range(20)] + [(rng.normal(size=300) * 10.0 ** rng.integers(-20, 20, 300), None) for _ in range(20)] + \
        [(rng.normal(size=50) * 1e300, None) for _ in range(5)]
    cases = [(a, a + rng.normal(size=len(a)) * np.median(np.abs(a)) * 0.3) for a, _ in cases]
    cursor.execute("""SELECT datamon.mean_error(s), datamon.mean_absolute_error(s), datamon.root_mean_squared_error(s), datamon.r2_score(s),
            datamon.explained_variance_score(s), (datamon.constant_scores(s)).root_mean_squared_error
        FROM (SELECT k, datamon.regression_state(a, p) AS s FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS u (k, a, p) GROUP BY k) AS t ORDER BY k""",
                   flat(cases))
    wants = []
    for a, p in cases:
        n = len(a)
        e = [Fraction(float(v)) for v in a - p]
        f = [Fraction(float(v)) for v in a]
        ss, var = sum(v * v for v in e), sum(v * v for v in f) - sum(f) ** 2 / n
        wants.append((float(sum(e) / n), float(sum(map(abs, e)) / n), root(ss / n), float(1 - ss / var),
                      float(1 - (ss - sum(e) ** 2 / n) / var), root(var / n)))
    compare("exact fractions", ("mean_error", "mean_absolute_error", "root_mean_squared_error", "r2_score", "explained_variance_score", "constant RMSE"),
            cursor.fetchall(), wants, 1e-13, floor=1e-3)


def binned(cursor, rng):
    """more values than a histogram keeps: the median is near, the rest as before"""
    for name, a in (("normal", rng.normal(size=20000)), ("lognormal", np.exp(rng.normal(size=20000)))):
        p = a + rng.standard_t(3, 20000)
        cursor.execute("""SELECT datamon.median_absolute_error(s), (c).mean_absolute_error, (c).median, datamon.mean_squared_error(s), (c).is_exact
            FROM (SELECT s, datamon.constant_scores(s) AS c FROM (SELECT datamon.regression_state(a, p) AS s FROM unnest(%s::float8[], %s::float8[]) AS u (a, p)) AS t) AS r""",
                       (list(a), list(p)))
        row = cursor.fetchone()
        ok(off(row[0], metrics.median_absolute_error(a, p)) < 0.01 and off(row[1], np.abs(a - np.median(a)).mean()) < 0.01 and not row[4] and
           abs(row[2] - np.median(a)) < 0.01 and off(row[3], metrics.mean_squared_error(a, p)) < 1e-12, "20,000 rows: " + name, repr(row))


def errors(cursor, rng):
    """standard errors: the formula, and the spread of the scores of many samples"""
    names = ("mean_error", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error")
    draws = [(rng.normal(size=200), rng.normal(0.5, size=200)) for _ in range(2000)]
    cursor.execute("SELECT %s FROM (SELECT k, datamon.regression_state(a, p) AS s FROM unnest(%%s::int[], %%s::float8[], %%s::float8[]) AS u (k, a, p) GROUP BY k) AS t ORDER BY k"
                   % ", ".join("datamon.%s_stderr(s), datamon.%s(s)" % (n, n) for n in names), flat(draws))
    rows = np.array(cursor.fetchall())
    for i, name in enumerate(names):
        ok(abs(rows[:, 2 * i].mean() / rows[:, 2 * i + 1].std() - 1) < 0.06, "%s_stderr is the spread over samples" % name,
           repr((rows[:, 2 * i].mean(), rows[:, 2 * i + 1].std())))
    e = draws[0][0] - draws[0][1]
    root = math.sqrt(200)
    wants = (e.std(ddof=1) / root, np.abs(e).std(ddof=1) / root, (e * e).std(ddof=1) / root, (e * e).std(ddof=1) / root / 2 / math.sqrt((e * e).mean()))
    ok(all(off(rows[0, 2 * i], w) < 1e-12 for i, w in enumerate(wants)), "standard errors by their formula", repr((rows[0], wants)))


def main():
    cursor = connect()
    rng = np.random.default_rng(20263)
    documented(cursor)
    shared(cursor)
    agreement(cursor, rng)
    precise(cursor, rng)
    binned(cursor, rng)
    errors(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
