"""TAP: tails that the automatic rules take p-values from, against scipy.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2.
"""
import sys

import numpy as np
from scipy import stats

from lib.tap import connect, finish, ok

generator = np.random.default_rng(20260101)


def compare(name, sql, cases, wanted, most):
    """One statement for all cases; the worst relative difference must be at most most"""
    cursor.execute("SELECT array_agg(%s ORDER BY no) FROM unnest(%s) WITH ORDINALITY c (%s, no)" % (
        sql, ", ".join(["%s::float8[]"] * len(cases[0])), ", ".join("abcdefgh"[:len(cases[0])])), [list(map(float, x)) for x in zip(*cases)])
    got = cursor.fetchone()[0]
    worst = max((abs(g - w) / max(abs(w), 1e-290), c) for g, w, c in zip(got, wanted, cases))
    ok(worst[0] <= most, "%s: %d cases, at most %.1e apart" % (name, len(cases), worst[0]), "case %r" % (worst[1],))


def upper(k, n, a, b):
    """scipy's sf is 1 - cdf, which knows nothing of tails"""
    return float(np.sum(np.sort(stats.betabinom.pmf(np.arange(max(k, 0), n + 1), n, a, b))))


def spread(low, high):
    return float(np.exp(generator.uniform(np.log(low), np.log(high))))


cursor = connect()

# A rate that does not vary: the beta-binomial distribution of what is to come, after n0 seen and Jeffreys's prior.
cases, wanted = [], []
for _ in range(400):
    n, n0 = int(spread(1, 1000)), int(spread(1, 1e6))
    p = float(generator.beta(0.3, 3))
    k0, k = generator.binomial(n0, p), min(n, generator.binomial(n, min(1, 2 * p)) + int(generator.integers(0, 4)))
    share = (k0 + 0.5) / (n0 + 1)
    cases.append((k, n, k0, n0))
    wanted.append(upper(k, n, share * (n0 + 1), (1 - share) * (n0 + 1)))
compare("betabinom", "datamon._rate_tail(a, b, c, d, 0)", cases, wanted, 1e-7)

# One that varies: the beta has that much more variance.
cases, wanted = [], []
for _ in range(400):
    n, n0 = int(spread(1, 1000)), int(spread(20, 1e5))
    share = (generator.integers(1, n0) + 0.0) / n0
    k0 = round(share * n0)
    share = (k0 + 0.5) / (n0 + 1)
    variance = share * (1 - share) * spread(1e-4, 0.3)
    m = share * (1 - share) / (share * (1 - share) / (n0 + 2) + variance) - 1
    k = int(generator.integers(0, n + 1))
    cases.append((k, n, k0, n0, variance))
    wanted.append(upper(k, n, share * m, (1 - share) * m))
compare("betabinom of a share that varies", "datamon._rate_tail(a, b, c, d, e)", cases, wanted, 1e-7)

# Many: by the normal distribution, close to the sum where both are to be had.
cases, wanted = [], []
for _ in range(50):
    n, n0 = int(spread(1100, 5000)), int(spread(1e5, 1e6))
    share = generator.uniform(0.2, 0.8)
    k0 = round(share * n0)
    share = (k0 + 0.5) / (n0 + 1)
    k = round(n * share + generator.uniform(-1, 2.5) * np.sqrt(n * share * (1 - share)))
    cases.append((k - 0.5, n, k0, n0))
    wanted.append(upper(k, n, share * (n0 + 1), (1 - share) * (n0 + 1)))
compare("betabinom of many", "datamon._rate_tail(a, b, c, d, 0)", cases, wanted, 0.1)

# With a degree of freedom for every baseline's bucket but one; as far out as double precision goes.
cases, wanted = [], []
for _ in range(300):
    p, df = spread(1e-250, 0.4), spread(1, 1e4)
    cases.append((p, df))
    wanted.append(float(stats.t.sf(stats.norm.isf(p), df)))
compare("t.sf of norm.isf", "datamon._studentised(a, b)", cases, wanted, 1e-9)
cursor.execute("SELECT datamon._studentised(0.7, 3), datamon._studentised(1e-9, 1e10), datamon._studentised(0, 5) > 0")
ok(cursor.fetchone() == (0.7, 1e-9, True), "what is no finding, or of a known spread, stays; nothing is impossible")
sys.exit(finish())
