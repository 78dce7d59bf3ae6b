"""TAP: datamon's scores of clusterings against scikit-learn on random partitions and points.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, scikit-learn, psycopg2.
All cases go through one statement each way: from rows, and from states.
"""
import sys
import warnings

import numpy as np
from scipy.spatial.distance import cdist
from sklearn import metrics

from lib.tap import connect, finish, ok

EPS = 1e-9


def compare(name, got, want, absolute=1e-12):
    """got and want: one number or None per case"""
    worst, where = 0.0, None
    for i, (g, w) in enumerate(zip(got, want)):
        if w is None or g is None:
            bad = 0.0 if w is g else np.inf
        else:
            bad = max(0.0, abs(g - w) - absolute) / max(abs(w), absolute)
        if bad > worst:
            worst, where = bad, i
    ok(len(got) == len(want) and worst <= EPS, "%s: %d cases, worst relative difference %.2g" % (name, len(want), worst),
       "" if where is None else "case %d: got %r, want %r" % (where, got[where], want[where]))


def partitions(rng):
    """true and found clusters, by case"""
    cases = [([0, 0, 1, 1], [0, 0, 1, 2]), ([0, 0, 1, 1], [0, 1, 0, 1]), ([0, 0, 1, 2], [0, 0, 1, 1]),
             ([0, 0, 1, 1], [1, 1, 0, 0]), ([0, 0, 0], [0, 0, 0]), ([0], [3]), ([0, 1], [0, 0]), ([0, 0], [0, 1]),
             ([0, 1, 2], [2, 0, 1])]
    for _ in range(500):
        n = int(rng.integers(1, 200))
        k, m = (int(x) for x in rng.integers(1, 1 + rng.integers(1, 30), 2))
        a = rng.integers(0, k, n)
        kind = rng.integers(0, 4)
        if kind == 0:
            b = rng.integers(0, m, n)
        elif kind == 1:
            b = np.where(rng.random(n) < rng.random(), a, rng.integers(0, m, n))
        elif kind == 2:
            b = a // 2
        else:
            b = np.minimum(rng.geometric(0.3, n), m)
        cases.append((a.tolist(), b.tolist()))
    for n, k, m in ((30000, 50, 40), (100000, 3, 2)):
        a = rng.integers(0, k, n)
        cases.append((a.tolist(), np.where(rng.random(n) < 0.3, a, rng.integers(0, m, n)).tolist()))
    return cases


MEANS = ("arithmetic", "geometric", "min", "max")


def compare_clusterings(cursor, rng):
    cases = partitions(rng)
    number = np.repeat(np.arange(len(cases)), [len(a) for a, _ in cases]).tolist()
    a = sum((list(a) for a, _ in cases), [])
    b = sum((list(b) for _, b in cases), [])
    cursor.execute("CREATE TEMP TABLE partition AS SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) AS t(i, a, b)",
                   (number, a, b))
    # n clusters of one row each, in both: scikit-learn divides a rounding error by another
    single = [i for i, (a, b) in enumerate(cases) if 1 < len(set(a)) == len(set(b)) == len(a)]
    exact = {"homogeneity_score": metrics.homogeneity_score, "completeness_score": metrics.completeness_score,
             "v_measure_score": metrics.v_measure_score, "rand_score": metrics.rand_score,
             "adjusted_rand_score": metrics.adjusted_rand_score, "mutual_info_score": metrics.mutual_info_score,
             "normalized_mutual_info_score": metrics.normalized_mutual_info_score,
             "adjusted_mutual_info_score": metrics.adjusted_mutual_info_score,
             "fowlkes_mallows_score": metrics.fowlkes_mallows_score}
    cursor.execute("SELECT %s, datamon.purity_score(a, b) FROM partition GROUP BY i ORDER BY i" %
                   ", ".join("datamon.%s(a, b)" % f for f in exact))
    rows = cursor.fetchall()
    cursor.execute("SELECT %s, datamon.purity_score(m) FROM (SELECT i, datamon.confusion_matrix('c' || a, 'd' || b) AS m"
                   " FROM partition GROUP BY i) s ORDER BY i" % ", ".join("datamon.%s(m)" % f for f in exact))
    ok(np.allclose(np.array(rows, float), np.array(cursor.fetchall(), float), 1e-12, 1e-13, equal_nan=True),
       "names of clusters change nothing")
    for j, (name, peer) in enumerate(exact.items()):
        want = [float(peer(a, b)) for a, b in cases]
        if name == "fowlkes_mallows_score":
            # 0/0: no two rows together in one of them; scikit-learn answers 0
            want = [None if len(set(a)) == len(a) or len(set(b)) == len(b) else w for w, (a, b) in zip(want, cases)]
        if name == "adjusted_mutual_info_score":
            want = [1.0 if i in single else w for i, w in enumerate(want)]
        compare(name, [r[j] for r in rows], want)
    want = [float(np.sum(np.max(metrics.cluster.contingency_matrix(a, b), axis=0)) / len(a)) for a, b in cases]
    compare("purity_score", [r[-1] for r in rows], want)
    for mean in MEANS:
        cursor.execute("SELECT datamon.normalized_mutual_info_score(m, %s), datamon.adjusted_mutual_info_score(m, %s)"
                       " FROM (SELECT i, datamon.confusion_matrix(a, b) AS m FROM partition GROUP BY i) s ORDER BY i", (mean, mean))
        got = cursor.fetchall()
        compare("normalized_mutual_info_score, " + mean, [g[0] for g in got],
                [float(metrics.normalized_mutual_info_score(a, b, average_method=mean)) for a, b in cases])
        # so it does where the mean entropy is that of chance
        tells = [i for i, (a, b) in enumerate(cases) if i not in single and (mean != "min" or not degenerate(a, b))]
        compare("adjusted_mutual_info_score, " + mean, [got[i][1] for i in tells],
                [float(metrics.adjusted_mutual_info_score(*cases[i], average_method=mean)) for i in tells], 1e-11)
    for beta in (0, 0.3, 1, 5):
        cursor.execute("SELECT datamon.v_measure_score(m, %s) FROM (SELECT i, datamon.confusion_matrix(a, b) AS m"
                       " FROM partition GROUP BY i) s ORDER BY i", (beta,))
        compare("v_measure_score, beta %g" % beta, [g[0] for g in cursor.fetchall()],
                [float(metrics.v_measure_score(a, b, beta=beta) if beta else metrics.homogeneity_score(a, b)) for a, b in cases])


def degenerate(a, b):
    """one cluster, or single rows only: chance leaves no freedom"""
    return any(len(set(x)) in (1, len(x)) for x in (a, b))


def points(rng):
    cases = []
    for i in range(250):
        n = int(rng.integers(1, 90))
        dims = int(rng.integers(1, 6))
        k = int(rng.integers(1, 1 + rng.integers(1, 9)))
        label = rng.integers(0, k, n)
        spread = 10.0 ** rng.integers(-2, 2)
        x = rng.normal(size=(k, dims))[label] + spread * rng.normal(size=(n, dims))
        if i % 5 == 1:
            x = np.round(x)
        elif i % 5 == 2:
            x = x * 1e100
        elif i % 5 == 3:
            x = np.exp(3 * x / (1 + spread))
        elif i % 5 == 4:
            x = x + 1e6
        cases.append((x, label))
    return cases


def shape(cursor, rng):
    cases = points(rng)
    i = np.repeat(np.arange(len(cases)), [len(x) for x, _ in cases]).tolist()
    text = ["{%s}" % ",".join(repr(float(v)) for v in row) for x, _ in cases for row in x]
    label = sum((l.tolist() for _, l in cases), [])
    cursor.execute("CREATE TEMP TABLE point AS SELECT i, v::float8[], l FROM unnest(%s::int[], %s::text[], %s::bigint[]) AS t(i, v, l)",
                   (i, text, label))
    cursor.execute("SELECT datamon.silhouette_score(v, l), datamon.davies_bouldin_score(v, l), datamon.calinski_harabasz_score(v, l)"
                   " FROM point GROUP BY i ORDER BY i")
    rows = cursor.fetchall()
    want = []
    for x, l in cases:
        if not 2 <= len(set(l)) < len(l):
            want.append((None, None, None))
            continue
        # distances one by one: scikit-learn's own shortcut loses half of the digits
        silhouette = metrics.silhouette_score(cdist(x / np.abs(x).max(), x / np.abs(x).max()), l, metric="precomputed")
        x = x.astype(np.longdouble) / np.abs(x).max()
        groups = [x[l == c] for c in np.unique(l)]
        inside = sum(((g - g.mean(axis=0)) ** 2).sum() for g in groups)
        outside = sum(len(g) * ((g.mean(axis=0) - x.mean(axis=0)) ** 2).sum() for g in groups)
        k = len(groups)
        want.append((float(silhouette), davies_bouldin(groups),
                     float(outside / inside * (len(x) - k) / (k - 1)) if inside > 1e-30 else None))
    for j, name in enumerate(("silhouette_score", "davies_bouldin_score", "calinski_harabasz_score")):
        compare(name, [r[j] for r in rows], [w[j] for w in want], 1e-10)
    peers = [(davies_bouldin([x[l == c] for c in np.unique(l)]), metrics.davies_bouldin_score(x, l),
              metrics.calinski_harabasz_score(x, l), w[2]) for (x, l), w in zip(cases, want) if w[0] is not None
             and 0.01 < np.abs(x).max() < 1e3]
    ok(max(max(abs(a - b) / b, abs(c - d) / c) for a, b, c, d in peers if b > 0 and d) < 1e-6,
       "both as written here are scikit-learn's: %d cases" % len(peers))


def davies_bouldin(groups):
    """scikit-learn's, whose shortcut for distances loses digits and whose tolerances take the scale to be 1"""
    centres = np.array([g.mean(axis=0) for g in groups])
    spread = np.array([np.mean(np.sqrt(((g - c) ** 2).sum(axis=1))) for g, c in zip(groups, centres)])
    apart = np.sqrt(((centres[:, None] - centres) ** 2).sum(axis=2))
    same = apart <= 1e-14 * (spread[:, None] + spread)
    if np.all(same):
        return None
    return float(np.mean(np.max(np.where(same, 0, (spread[:, None] + spread) / np.where(same, 1, apart)), axis=1)))


def sample(cursor, rng):
    """the sampled silhouette: unbiased, and as far off as it says"""
    label = rng.integers(0, 3, 1500)
    x = rng.normal(size=(3, 2))[label] * 2 + rng.normal(size=(1500, 2))
    text = ["{%r,%r}" % (float(a), float(b)) for a, b in x]
    cursor.execute("CREATE TEMP TABLE big AS SELECT datamon.labelled_vectors(v::float8[], l) AS s"
                   " FROM unnest(%s::text[], %s::bigint[]) AS t(v, l)", (text, label.tolist()))
    cursor.execute("SELECT datamon.silhouette_score(s), datamon.silhouette_stderr(s), datamon.silhouette_score(s, 100000),"
                   " (SELECT sum(silhouette * count) / sum(count) FROM datamon.silhouette_by_cluster(s)) FROM big")
    exact, error, all_of_them, by_cluster = cursor.fetchone()
    ok(error == 0 and all_of_them == exact, "a sample as large as all is all")
    ok(abs(by_cluster - exact) < 1e-12, "clusters' silhouettes have the mean of all")
    ok(abs(exact - metrics.silhouette_score(cdist(x, x), label, metric="precomputed")) < 1e-12, "1500 points")
    cursor.execute("SELECT datamon.silhouette_score(s, 150, i), datamon.silhouette_stderr(s, 150, i) FROM big, generate_series(1, 300) i")
    got = np.array(cursor.fetchall())
    z = (got[:, 0] - exact) / got[:, 1]
    ok(abs(z.mean()) < 4 / np.sqrt(300) and 0.85 < z.std() < 1.15, "samples are off by their standard error, on average by nothing",
       "mean %g, deviation %g of its standard errors" % (z.mean(), z.std()))


def main():
    warnings.simplefilter("ignore")
    cursor = connect()
    rng = np.random.default_rng(20261)
    compare_clusterings(cursor, rng)
    shape(cursor, rng)
    sample(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
