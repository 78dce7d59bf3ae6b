"""TAP: mmd_test() against a plain computation with numpy, permutation by permutation.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2.
"""
import math
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import pdist, squareform

from lib.tap import connect, finish, told as ok

MASK = 2**64 - 1


def split_mix(seed):
    state = seed & MASK
    while True:
        state = (state + 0x9e3779b97f4a7c15) & MASK
        v = state
        v = ((v ^ v >> 30) * 0xbf58476d1ce4e5b9) & MASK
        v = ((v ^ v >> 27) * 0x94d049bb133111eb) & MASK
        yield v ^ v >> 31


def below(draws, n):
    limit = MASK - MASK % n
    while True:
        v = next(draws)
        if v < limit:
            return v % n


def squared_mmd(kernel, inside):
    n, m = inside.sum(), (~inside).sum()
    xx, yy = kernel[np.ix_(inside, inside)], kernel[np.ix_(~inside, ~inside)]
    xy = kernel[np.ix_(inside, ~inside)]
    unbiased = ((xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * xy.mean())
    return unbiased, xx.mean() + yy.mean() - 2 * xy.mean()


def expected(ref, cur, permutations, sigma, seed):
    x = np.vstack([sorted(map(list, ref)), sorted(map(list, cur))])
    n = len(ref)
    d = pdist(x, "sqeuclidean")
    if sigma is None:
        s = np.sort(d)[(len(d) - 1) // 2]
        gamma = 1 / (s if s > 0 else d.mean()) if d.max() > 0 else 0
    else:
        gamma = 1 / (2 * sigma**2)
    kernel = np.exp(-gamma * squareform(d))
    inside = np.arange(len(x)) < n
    statistic, biased = squared_mmd(kernel, inside)
    draws, k = split_mix(seed), 0
    for _ in range(permutations):
        place = list(range(len(x)))
        for i in range(n):
            j = i + below(draws, len(x) - i)
            place[i], place[j] = place[j], place[i]
        inside = np.zeros(len(x), bool)
        inside[place[:n]] = True
        k += squared_mmd(kernel, inside)[0] >= statistic - 1e-12
    return statistic, math.sqrt(max(biased, 0)), (k + 1) / (permutations + 1)


SQL = """
SELECT (t).statistic, (t).effect_size, (t).p_value FROM (
    SELECT datamon.mmd_test((SELECT datamon.vectors(v::float8[], f) FROM unnest(%s::text[], %s::boolean[]) AS r(v, f)), %s, %s, %s) AS t
    OFFSET 0) q"""


def got(cursor, rng, ref, cur, permutations=100, sigma=None, seed=0):
    rows = ["{" + ",".join(repr(float(x)) for x in v) + "}" for v in list(ref) + list(cur)]
    flags = [True] * len(ref) + [False] * len(cur)
    order = rng.permutation(len(rows))
    cursor.execute(SQL, ([rows[i] for i in order], [flags[i] for i in order], permutations, sigma, seed))
    return cursor.fetchone()


def against_numpy(cursor, rng):
    worst, p_differs = 0.0, []
    for i in range(120):
        n, m, dimension = int(rng.integers(2, 40)), int(rng.integers(2, 40)), int(rng.integers(1, 5))
        scale = (1, 1e-150, 1e150, 1e4)[i % 4]
        ref, cur = rng.normal(0, 1, (n, dimension)), rng.normal(0.4 * (i % 3), 1, (m, dimension))
        if i % 5 == 0:
            ref, cur = np.round(ref), np.round(cur)      # ties, and a median of 0 now and then
        if i % 15 == 0:
            cur = np.zeros((m, dimension))
        sigma = None if i % 2 else 0.7
        permutations = (99, 127, 128, 300)[i % 4]
        g = got(cursor, rng, ref * scale, cur * scale, permutations, None if sigma is None else sigma * scale, i)
        w = expected(ref, cur, permutations, sigma, i)
        worst = max(worst, abs(g[0] - w[0]) / max(abs(w[0]), 1e-3), abs(g[1] - w[1]) / max(w[1], 1e-3))
        if g[2] != w[2]:
            p_differs.append((i, g, w))
    ok(worst < 1e-9, "statistic and effect size: 120 cases", "largest relative difference %.2g" % worst)
    ok(not p_differs, "p-values are those of the same permutations", str(p_differs[:2]) if p_differs else "")


def larger(cursor, rng):
    ref, cur = rng.normal(0, 1, (700, 6)), rng.normal(0.03, 1, (613, 6))
    g, w = got(cursor, rng, ref, cur, 130, None, 7), expected(ref, cur, 130, None, 7)
    ok(abs(g[0] - w[0]) <= 1e-9 * abs(w[0]) + 1e-13 and g[2] == w[2], "more rows than a block, more permutations than lanes")


def level(cursor, rng):
    p = [got(cursor, rng, rng.normal(0, 1, (30, 2)), rng.normal(0, 1, (20, 2)), 199, None, i)[2] for i in range(400)]
    ok(min(p) >= 1 / 200, "no p-value is below 1 / (permutations + 1)")
    ok(stats.kstest(p, "uniform").pvalue > 1e-4, "p-values are uniform where nothing differs",
       "%.3f below 0.05" % (np.array(p) <= 0.05).mean())
    p = [got(cursor, rng, rng.normal(0, 1, (60, 3)), rng.normal(0, 1.7, (60, 3)), 199, None, i)[2] for i in range(20)]
    ok(max(p) < 0.1, "a change of spread alone is found", "largest p %.3f" % max(p))


def main():
    cursor = connect()
    rng = np.random.default_rng(20262)
    against_numpy(cursor, rng)
    larger(cursor, rng)
    level(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
