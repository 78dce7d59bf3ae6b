"""TAP: metrics of ranked lists against scikit-learn and plain Python on random lists.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, sklearn, psycopg2.

Where nothing is relevant scikit-learn's ndcg_score says 0: NULL is wanted, and the
means leave the query out. ignore_ties with ties is anybody's order in scikit-learn;
it is compared without ties, and for up to 16 items, where numpy's sort is stable.
"""
import sys
import warnings

import numpy as np
from sklearn import metrics

from lib.tap import connect, finish, ok

warnings.simplefilter("ignore")


def compare(name, got, want, least=30):
    bad, worst, values = [], 0.0, 0
    for i, (g, w) in enumerate(zip(got, want)):
        if w is None:
            if g is not None:
                bad.append("case %d: got %r, want NULL" % (i, g))
            continue
        values += 1
        if g is None or not abs(g - w) <= 1e-9 * abs(w) + 1e-15:
            bad.append("case %d: got %r, want %r" % (i, g, w))
        elif w:
            worst = max(worst, abs(g - w) / abs(w))
    ok(not bad and len(got) == len(want) and values >= least, "%s: %d cases, worst %.1e" % (name, len(want), worst),
       "; ".join(bad[:3]) or "%d values of %d" % (values, len(got)))


def column(cursor, sql, args):
    cursor.execute(sql, args)
    return [r[0] for r in cursor.fetchall()]


def lists(rng, n):
    cases = []
    for i in range(n):
        size = int(rng.choice([1, 2, 3, 8, 16, 40, 100]))
        gain = [lambda: rng.integers(0, 4, size).astype(float), lambda: rng.random(size), lambda: np.zeros(size),
                lambda: rng.exponential(1e6, size), lambda: (rng.random(size) < 0.2).astype(float),
                lambda: np.full(size, 2.0)][i % 6]()
        score = [lambda: rng.normal(size=size), lambda: np.round(rng.normal(size=size), 0), lambda: np.full(size, -1.5),
                 lambda: 1e300 * rng.random(size), lambda: rng.integers(0, 3, size).astype(float)][i % 5]()
        cases.append((gain, score, None if i % 3 == 0 else int(rng.integers(1, size + 3))))
    return cases


def sk_ndcg(gain, score, k, ignore_ties=False):
    if not gain.any():
        return None
    if len(gain) == 1:      # newer versions refuse one document
        return 1.0
    return float(metrics.ndcg_score([gain], [score], k=k, ignore_ties=ignore_ties))


def sk_dcg(gain, score, k, log_base=2):
    if len(gain) == 1:
        return float(gain[0] * np.log(log_base) / np.log(2))
    return float(metrics.dcg_score([gain], [score], k=k, log_base=log_base))


def plain_dcg(gain, k, base=2):
    return sum(g / (np.log(i + 2) / np.log(base)) for i, g in enumerate(gain[:k]))


SEND = "SELECT %s FROM unnest(%%s::text[], %%s::text[], %%s::int[]) WITH ORDINALITY t(g, s, k, i) ORDER BY i"


def gains(cursor, rng):
    cases = lists(rng, 900)
    args = (["{%s}" % ",".join(map(repr, c[0].tolist())) for c in cases],
            ["{%s}" % ",".join(map(repr, c[1].tolist())) for c in cases], [c[2] for c in cases])

    def get(expression):
        return column(cursor, SEND % expression, args)

    compare("ndcg_score", get("datamon.ndcg_score(g::float8[], s::float8[], k)"), [sk_ndcg(*c) for c in cases])
    compare("dcg_score", get("datamon.dcg_score(g::float8[], s::float8[], k)"),
            [sk_dcg(*c) for c in cases])
    compare("dcg_score, base e", get("datamon.dcg_score(g::float8[], s::float8[], k, exp(1::float8))"),
            [sk_dcg(*c, log_base=np.e) for c in cases])
    few = [len(c[0]) <= 16 or len(set(c[1])) == len(c[1]) for c in cases]
    got = get("datamon.ndcg_score(g::float8[], s::float8[], k, true)")
    compare("ndcg_score, ties ignored", [v for v, f in zip(got, few) if f],
            [sk_ndcg(*c, ignore_ties=True) for c, f in zip(cases, few) if f])
    compare("dcg, as ranked", get("datamon.dcg(g::float8[], k)"), [plain_dcg(g, k) for g, _, k in cases])
    compare("ndcg, as ranked", get("datamon.ndcg(g::float8[], k)"),
            [plain_dcg(g, k) / plain_dcg(np.sort(g)[::-1], k) if g.any() else None for g, _, k in cases])
    want = [v for v in (sk_ndcg(*c) for c in cases) if v is not None]
    compare("mean_ndcg", column(
        cursor, "SELECT datamon.mean_ndcg(g::float8[], s::float8[], k) FROM unnest(%s::text[], %s::text[], %s::int[]) t(g, s, k)",
        args), [float(np.mean(want))], 1)
    compare("mean_gain of ndcg", column(
        cursor, "SELECT datamon.mean_gain(datamon.topk_state(datamon.ndcg_score(g::float8[], s::float8[], k)))"
        " FROM unnest(%s::text[], %s::text[], %s::int[]) t(g, s, k)", args), [float(np.mean(want))], 1)


def average_precision(hits, k, total):
    if not total:
        return None
    found = [sum(hits[:i + 1]) / (i + 1) for i in range(len(hits[:k])) if hits[i]]
    return sum(found) / (total if k is None else min(total, k))


def relevances(cursor, rng):
    cases = []
    for i in range(600):
        size = int(rng.choice([0, 1, 2, 3, 10, 50], p=[.05, .1, .15, .2, .3, .2]))
        hits = (rng.random(size) < rng.choice([0, 0.1, 0.5, 1])).tolist()
        cases.append((hits, None if i % 4 == 0 else int(rng.integers(1, 12)),
                      None if i % 2 else sum(hits) + int(rng.integers(0, 4))))
    args = (["{%s}" % ",".join(str(h).lower() for h in c[0]) for c in cases], [c[2] for c in cases], [c[1] for c in cases])

    def get(expression):
        return column(cursor, "SELECT " + expression + " FROM unnest(%s::text[], %s::int[], %s::int[])"
                      " WITH ORDINALITY t(h, total, k, i) ORDER BY i", args)

    def total(case):
        return sum(case[0]) if case[2] is None else case[2]

    def first(hits, k):
        hits = hits[:k]
        return 1 / (hits.index(True) + 1) if True in hits else 0.0

    compare("average_precision_at_k", get("datamon.average_precision_at_k(h::bool[], k, total)"),
            [average_precision(c[0], c[1], total(c)) for c in cases])
    compare("average_precision_at_k, all relevant in the list, is average_precision_score",
            get("datamon.average_precision_at_k(h::bool[])"),
            [float(metrics.average_precision_score(c[0], -np.arange(len(c[0])))) if any(c[0]) else None for c in cases])
    compare("reciprocal_rank", get("datamon.reciprocal_rank(h::bool[], k)"),
            [first(c[0], c[1]) if c[0] else None for c in cases])
    compare("precision_at_k", get("datamon.precision_at_k(h::bool[], k)"),
            [sum(c[0][:c[1]]) / (c[1] or len(c[0])) if c[0] else None for c in cases])
    compare("recall_at_k", get("datamon.recall_at_k(h::bool[], k, total)"),
            [sum(c[0][:c[1]]) / total(c) if total(c) else None for c in cases])
    compare("hit_at_k", get("datamon.hit_at_k(h::bool[], k)"),
            [float(any(c[0][:c[1]])) if c[0] else None for c in cases])
    ranks = [first(c[0], None) for c in cases if c[0]]
    precisions = [v for v in (average_precision(c[0], 5, sum(c[0])) for c in cases) if v is not None]
    cursor.execute("SELECT datamon.mean_reciprocal_rank(h::bool[]), datamon.mean_average_precision(h::bool[], 5)"
                   " FROM unnest(%s::text[]) h", (args[0],))
    compare("mean_reciprocal_rank, mean_average_precision", cursor.fetchone(),
            [float(np.mean(ranks)), float(np.mean(precisions))], 2)


def top_k(cursor, rng):
    got, got_state, got_text, want, ranks = [], [], [], [], []
    for i in range(200):
        n, classes = int(rng.choice([1, 3, 20, 100])), int(rng.choice([3, 4, 10]))
        y = np.r_[np.arange(classes), rng.integers(0, classes, n)]
        score = np.round(rng.random((len(y), classes)), int(rng.choice([0, 1, 8])))
        k = int(rng.integers(1, classes))
        order = np.argsort(score, axis=1, kind="mergesort")[:, ::-1]
        cursor.execute("""SELECT datamon.top_k_accuracy_score(y, s::float8[], %s), datamon.top_k_accuracy(datamon.topk_state(y, s::float8[]), %s),
                datamon.mean_reciprocal_rank(datamon.topk_state(y, s::float8[])), datamon.top_k_accuracy_score('c' || y, r::text[], %s),
                datamon.mean_reciprocal_rank(datamon.topk_state('c' || y, r::text[]))
            FROM unnest(%s::int[], %s::text[], %s::text[]) t(y, s, r)""",
                       (k, k, k, y.tolist(), ["{%s}" % ",".join(map(repr, r)) for r in score.tolist()],
                        ["{%s}" % ",".join("c%d" % c for c in r) for r in order]))
        row = cursor.fetchone()
        got.append(row[0])
        got_state.append(row[1])
        got_text.append(row[3])
        want.append(float(metrics.top_k_accuracy_score(y, score, k=k, labels=np.arange(classes))))
        place = (order == y[:, None]).argmax(1) + 1
        ranks.append((row[2], row[4], float((1 / place).mean())))
    compare("top_k_accuracy_score", got, want)
    compare("top_k_accuracy of a state", got_state, want)
    compare("top_k_accuracy_score of ranked classes", got_text, want)
    compare("mean_reciprocal_rank of a state", [r[0] for r in ranks], [r[2] for r in ranks])
    compare("mean_reciprocal_rank of ranked classes", [r[1] for r in ranks], [r[2] for r in ranks])


def documented(cursor):
    """The examples of scikit-learn's documentation."""
    cursor.execute("""SELECT datamon.top_k_accuracy_score(y, s::float8[], 2)
        FROM unnest('{0,1,2,2}'::int[], ARRAY['{0.5,0.2,0.2}', '{0.3,0.4,0.2}', '{0.2,0.4,0.3}', '{0.7,0.2,0.1}']) t(y, s)""")
    ok(cursor.fetchone()[0] == 0.75, "top-2 accuracy 0.75")
    cursor.execute("""SELECT datamon.dcg_score('{10,0,0,1,5}', '{0.1,0.2,0.3,4,70}'), datamon.dcg_score('{10,0,0,1,5}', '{0.1,0.2,0.3,4,70}', 2),
        datamon.dcg_score('{10,0,0,1,5}', '{1,0,0,0,1}', 1), datamon.dcg_score('{10,0,0,1,5}', '{1,0,0,0,1}', 1, ignore_ties => true),
        datamon.ndcg_score('{10,0,0,1,5}', '{0.1,0.2,0.3,4,70}'), datamon.ndcg_score('{10,0,0,1,5}', '{0.05,1.1,1,0.5,0}'),
        datamon.ndcg_score('{10,0,0,1,5}', '{0.05,1.1,1,0.5,0}', 4)""")
    ok(np.allclose(cursor.fetchone(), [9.499457825916874, 5.630929753571458, 7.5, 5.0, 0.6956940443813076, 0.49368019137737595, 0.35202411006344875],
                   rtol=1e-9), "dcg_score 9.49, 5.63, 7.5, 5.0; ndcg_score 0.69, 0.49, 0.35")


def main():
    cursor = connect()
    rng = np.random.default_rng(8128)
    documented(cursor)
    gains(cursor, rng)
    relevances(cursor, rng)
    top_k(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
