"""TAP: datamon's moments, quantiles, scores and windows against exact arithmetic, numpy and simulation.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, psycopg2.
"""
import math
import sys
from fractions import Fraction

import numpy as np

from lib.tap import connect, finish, ok

FRACTIONS = [0, 0.001, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.99, 1]


def near(got, want, rel):
    """NULL is near to NULL only, infinity to nothing"""
    if got is None or want is None:
        return got is want
    return math.isfinite(got) and abs(got - want) <= rel * abs(want)


def row(cursor, sql, *args):
    cursor.execute(sql, args)
    return cursor.fetchone()


def root(fraction):
    """the square root of a fraction whose double may not exist"""
    if fraction == 0:
        return 0.0
    e = (fraction.numerator.bit_length() - fraction.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(fraction / Fraction(4) ** e), e)


def moments(x):
    values = [Fraction(float(v)) for v in x]
    n = len(values)
    mean = sum(values) / n
    squares = sum((v - mean) ** 2 for v in values)
    return float(mean), root(squares / (n - 1)) if n > 1 else None, root(squares / n)


EXACT = """
SELECT datamon.count(h), datamon.mean(h), datamon.stddev(h), datamon.stddev_pop(h), c.mean, c.stddev,
       datamon.quantiles(h, %s::float8[]), (SELECT array_agg(datamon.cdf(h, v) ORDER BY o)
       FROM unnest(%s::float8[]) WITH ORDINALITY u (v, o)), p::text::datamon.profile OPERATOR(datamon.=) p
FROM (SELECT datamon.histogram(x) AS h, datamon.profile(x) AS p FROM unnest(%s::float8[]) AS x) AS s, datamon.columns(p) AS c"""


def exact(cursor, rng):
    kinds = {"normal": lambda n: rng.normal(size=n), "around 1e9": lambda n: 1e9 + rng.normal(size=n),
             "ties": lambda n: rng.poisson(2, n) * 1.0, "constant": lambda n: np.full(n, 0.1),
             "tiny": lambda n: rng.normal(size=n) * 1e-200, "huge": lambda n: rng.normal(size=n) * 1e250}
    for name, make in kinds.items():
        for n in (1, 2, 3, 10, 101, 500):
            x = make(n)
            mean, stddev, stddev_pop = moments(x)
            got = row(cursor, EXACT, FRACTIONS, list(x), list(x))
            scale = abs(x).max() or 1.0
            ok(got[0] == n and all(near(g, w, 1e-14) for g, w in
               zip(got[1:6], (mean, stddev, stddev_pop, mean, stddev))), "%s, %d: moments" % (name, n), repr(got[1:6]))
            ok(np.allclose(np.array(got[6]) / scale, np.quantile(x / scale, FRACTIONS), rtol=1e-13, atol=1e-15),
               "%s, %d: quantiles" % (name, n), repr(got[6]))
            ok(np.allclose(got[7], [(x <= v).mean() for v in x], rtol=1e-14), "%s, %d: cdf" % (name, n))
            ok(got[8], "%s, %d: the profile's text is read back" % (name, n))


BINNED = """
SELECT datamon.mean(h), datamon.stddev(h), datamon.quantiles(h, '{0.05,0.25,0.75,0.95}'), c.mean, c.stddev,
       p::text::datamon.profile OPERATOR(datamon.=) p, (SELECT array_agg(datamon.cdf(h, v) ORDER BY o)
       FROM unnest(%s::float8[]) WITH ORDINALITY u (v, o))
FROM (SELECT datamon.histogram(x, %s) AS h, datamon.profile(x) AS p FROM unnest(%s::float8[]) AS x) AS s,
     datamon.columns(p) AS c"""


def binned(cursor, rng):
    n = 20000
    kinds = {"normal": rng.normal(size=n), "lognormal": np.exp(rng.normal(size=n)),
             "pareto": rng.pareto(1.1, n) + 1, "integers": rng.integers(0, 10000, n) * 1.0,
             "mostly zero": np.where(rng.random(n) < 0.9, 0, np.exp(rng.normal(size=n))),
             "huge": rng.normal(size=n) * 1e250}
    for name, x in kinds.items():
        mean, stddev, _ = moments(x)
        want = np.quantile(x, [0.05, 0.25, 0.75, 0.95])
        places = np.quantile(x, np.linspace(0, 1, 100))
        for size in (4096, 1024):
            got = row(cursor, BINNED, list(places), size, list(x))
            label = "%s, %d bytes" % (name, size)
            ok(near(got[1], stddev, 0.02) and abs(got[0] / stddev - mean / stddev) < 0.002, label + ": moments from bins",
               repr((got[:2], mean, stddev)))
            ok(near(got[3], mean, 1e-14) and near(got[4], stddev, 1e-14) and got[5], label + ": the profile's stay exact",
               repr((got[3:6], mean, stddev)))
            ok(all(abs(g - w) <= 0.02 * abs(w) for g, w in zip(got[2], want)), label + ": quantiles", repr((got[2], want)))
            ok(max(abs(g - (x <= v).mean()) for g, v in zip(got[6], places)) < 0.005, label + ": cdf")


SCORES = """
SELECT datamon.precision_stderr(s), datamon.recall_stderr(s), datamon.specificity_stderr(s), datamon.accuracy_stderr(s),
       datamon.f1_stderr(s), datamon.fbeta_stderr(s, 2), datamon.fbeta_stderr(s, 0.5)
FROM (SELECT datamon.f_beta_state(%s, %s, %s, %s) AS s) AS t"""


def scores(cursor, rng):
    for n, p in ((1000, (.1, .05, .05, .8)), (400, (.3, .1, .2, .4)), (5000, (.02, .02, .03, .93))):
        got = row(cursor, SCORES, *[round(n * q) for q in p])
        tp, fp, fn, tn = rng.multinomial(n, p, 20000).T.astype(float)

        def f(beta):
            return (1 + beta * beta) * tp / ((1 + beta * beta) * tp + beta * beta * fn + fp)
        drawn = [v.std() for v in (tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), (tp + tn) / n, f(1), f(2), f(0.5))]
        ok(all(near(g, w, 0.04) for g, w in zip(got, drawn)), "standard errors of %d rows as simulated" % n, repr((got, drawn)))


def windows(cursor):
    cursor.execute("""
        CREATE TABLE seen AS SELECT '2024-01-01'::timestamptz + i * interval '1 minute' AS at, i AS row_id,
            CASE WHEN i % 10 = 0 THEN NULL WHEN i % 10 = 1 THEN float8 'NaN' ELSE i % 97 END AS x, NULL::float8 AS nothing
        FROM generate_series(0, 28799) AS i""")
    cursor.execute("""SELECT * FROM datamon.watch('seen', bucket => '1 day', features => '{x,nothing}', dimensions => '{}',
        baseline => '[2024-01-01,2024-01-15)')""")
    cursor.execute("SELECT * FROM datamon.tick('seen')")
    sql = """SELECT n_used, n_unused, n_reference, ks_statistic FROM datamon.window_drift('seen', %s, reference => %s)
        WHERE column_name = %s"""
    full, other, empty = "[2024-01-16,2024-01-17)", "[2024-01-02,2024-01-04)", "[2030-01-01,2030-01-02)"
    for during, reference, column, want in (
            (full, other, "x", (1152, 288, 2304)), (full, empty, "x", (1152, 288, 0)), (empty, other, "x", (0, 0, 2304)),
            (full, other, "nothing", (0, 1440, 0)), (empty, empty, "nothing", (0, 0, 0))):
        got = row(cursor, sql, during, reference, column)
        ok(got[:3] == want and (got[3] is None) == (0 in (want[0], want[2])),
           "window_drift counts %s of %s against %s" % (column, during, reference), repr(got))
    cursor.execute("SELECT datamon.unwatch('seen')")
    cursor.execute("DROP TABLE seen")


def main():
    cursor = connect()
    rng = np.random.default_rng(20261)
    exact(cursor, rng)
    binned(cursor, rng)
    scores(cursor, rng)
    windows(cursor)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
