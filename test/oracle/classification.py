"""TAP: datamon's scores by class against scikit-learn on random classifications.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scikit-learn, psycopg2.
Where scikit-learn answers 0 for 0/0 outside an average, datamon answers NULL: the tests say so.
"""
import sys
import warnings

import numpy as np
from sklearn import metrics
from sklearn.preprocessing import MultiLabelBinarizer

from lib.tap import connect, finish, ok

EPS = 1e-9


def compare(name, got, want, absolute=1e-13):
    """got and want: one number or None per case; NaN in want is None"""
    worst, where = 0.0, None
    for i, (g, w) in enumerate(zip(got, want)):
        w = None if w is None or np.isnan(w) else float(w)
        if w is None or g is None:
            bad = 0.0 if w is g else np.inf
        else:
            bad = max(0.0, abs(g - w) - absolute) / max(abs(w), absolute)
        if bad > worst:
            worst, where = bad, i
    ok(len(got) == len(want) and worst <= EPS, "%s: %d cases, worst relative difference %.2g" % (name, len(want), worst),
       "" if where is None else "case %d: got %r, want %r" % (where, got[where], want[where]))


def load(cursor, table, cases, types):
    number = np.repeat(np.arange(len(cases)), [len(a) for a, _ in cases]).tolist()
    cursor.execute("CREATE TEMP TABLE %s AS SELECT i, a::%s, b::%s FROM unnest(%%s::int[], %%s::text[], %%s::text[]) AS t(i, a, b)" %
                   (table, types, types), (number, [str(x) for a, _ in cases for x in a], [str(x) for _, b in cases for x in b]))


def ask(cursor, sql, *arguments):
    cursor.execute(sql, arguments)
    return cursor.fetchall()


def defined(score, when):
    return score if when else None


def binary(cursor, rng):
    cases = [([1, 1, 1, 0], [1, 0, 1, 1])]
    for _ in range(300):
        n = int(rng.integers(1, 1 + rng.integers(1, 300)))
        a = (rng.random(n) < rng.choice([0.5, 0.05, 0, 1])).astype(int)
        b = np.where(rng.random(n) < rng.random(), a, rng.random(n) < rng.choice([0.5, 0.1, 0, 1])).astype(int)
        cases.append((a.tolist(), b.tolist()))
    load(cursor, "two", cases, "int")
    names = ("precision_score", "recall_score", "f1_score", "accuracy_score", "jaccard_score", "balanced_accuracy_score",
             "matthews_corrcoef", "cohen_kappa_score", "specificity", "negative_predictive_value", "false_positive_rate",
             "false_negative_rate", "prevalence", "informedness", "markedness", "lift_score", "positive_likelihood_ratio",
             "negative_likelihood_ratio")
    rows = ask(cursor, "SELECT %s FROM (SELECT i, datamon.f_beta_state(a, b) AS s FROM two GROUP BY i) s ORDER BY i" %
               ", ".join("datamon.%s(s)" % n for n in names))
    want = []
    for a, b in cases:
        a, b = np.array(a), np.array(b)
        tp, fp, fn, tn = (float(np.sum((a == x) & (b == y))) for x, y in ((1, 1), (0, 1), (1, 0), (0, 0)))
        p, q, s, t = tp + fn, fp + tn, tp + fp, fn + tn
        n = p + q
        pos, neg = (metrics.class_likelihood_ratios(a, b, labels=[0, 1]) if p and q else (None, None))
        want.append((
            defined(metrics.precision_score(a, b), s), defined(metrics.recall_score(a, b), p),
            defined(metrics.f1_score(a, b), p or s), metrics.accuracy_score(a, b), defined(metrics.jaccard_score(a, b), p or s),
            defined(metrics.balanced_accuracy_score(a, b), p and q), defined(metrics.matthews_corrcoef(a, b), p and q and s and t),
            metrics.cohen_kappa_score(a, b), tn / q if q else None, tn / t if t else None, fp / q if q else None,
            fn / p if p else None, p / n, tp / p + tn / q - 1 if p and q else None, tp / s + tn / t - 1 if s and t else None,
            tp / s / (p / n) if s and p else None, defined(pos, fp), defined(neg, tn)))
    for j, name in enumerate(names):
        compare("binary " + name, [r[j] for r in rows], [w[j] for w in want])
    for beta in (0, 0.5, 1, 3):
        got = ask(cursor, "SELECT datamon.f_beta(a, b, %s::float8), datamon.f_beta(a = 1, b = 1, %s::float8) FROM two GROUP BY i ORDER BY i",
                  beta, beta)
        peer = [defined(metrics.fbeta_score(a, b, beta=beta), (sum(a) and beta) or sum(b)) for a, b in cases]
        compare("f_beta of rows, beta %g" % beta, [g[0] for g in got], peer)
        ok(all(g[0] == g[1] for g in got), "and of booleans")
    of_rows = ask(cursor, "SELECT datamon.precision_score(a = 1, b = 1), datamon.recall_score(a = 1, b = 1), datamon.f1_score(a = 1, b = 1),"
                  " datamon.accuracy_score(a = 1, b = 1), datamon.balanced_accuracy_score(a = 1, b = 1), datamon.matthews_corrcoef(a = 1, b = 1)"
                  " FROM two GROUP BY i ORDER BY i")
    ok([tuple(r[:4]) + (r[5], r[6]) for r in rows] == of_rows, "scores of rows are those of states")
    got = ask(cursor, "SELECT (datamon.constant_scores(datamon.f_beta_state(a, b))).* FROM two GROUP BY i ORDER BY i")
    ones = [np.ones(len(a), int) for a, _ in cases]
    for j, peer in enumerate((lambda a, c: max(np.mean(a), 1 - np.mean(a)),
                              lambda a, c: defined(metrics.balanced_accuracy_score(a, c), 0 < np.mean(a) < 1),
                              lambda a, c: metrics.precision_score(a, c), lambda a, c: defined(metrics.recall_score(a, c), sum(a)),
                              lambda a, c: metrics.f1_score(a, c))):
        compare("constant model's score %d" % j, [g[j + 1] for g in got], [peer(a, c) for (a, _), c in zip(cases, ones)])


def classifications(rng):
    cases = [([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]), ([0, 1, 2, 3], [0, 2, 1, 3]), ([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]),
             ([1, 1, 1, -1], [1, -1, 1, 1]), ([5], [5]), ([5], [7]), ([1, 1], [2, 2]), ([1, 2], [1, 1])]
    for _ in range(170):
        n = int(rng.integers(1, 1 + rng.integers(1, 250)))
        k = int(rng.integers(1, 25))
        weight = 1 / np.arange(1, k + 1) ** rng.choice([0, 1, 2])
        a = rng.choice(k, n, p=weight / weight.sum()) - 3
        b = np.where(rng.random(n) < rng.random(), a, rng.integers(0, k, n) - rng.integers(0, 5))
        cases.append((a.tolist(), b.tolist()))
    cases.append(((10 ** 9 * np.minimum(rng.geometric(0.2, 60000), 9)).tolist(), (10 ** 9 * rng.integers(1, 12, 60000)).tolist()))
    return cases


AVERAGES = ("macro", "micro", "weighted")


def multiclass(cursor, rng):
    cases = classifications(rng)
    load(cursor, "many", cases, "bigint")
    state = "(SELECT i, datamon.confusion_matrix(a, b) AS m FROM many GROUP BY i) s ORDER BY i"
    for average in AVERAGES:
        for zero in (0, 1):
            got = ask(cursor, "SELECT datamon.precision_score(m, x, z), datamon.recall_score(m, x, z), datamon.f1_score(m, x, z),"
                      " datamon.fbeta_score(m, 0.5, x, z), datamon.jaccard_score(m, x, z)"
                      " FROM (SELECT %s::text AS x, %s::float8 AS z) z, " + state, average, zero)
            peers = (metrics.precision_score, metrics.recall_score, metrics.f1_score,
                     lambda a, b, **k: metrics.fbeta_score(a, b, beta=0.5, **k), metrics.jaccard_score)
            for j, (name, peer) in enumerate(zip(("precision", "recall", "f1", "fbeta 0.5", "jaccard"), peers)):
                compare("%s %s, zero_division %d" % (average, name, zero), [g[j] for g in got],
                        [peer(a, b, average=average, zero_division=zero) for a, b in cases])
    names = ("accuracy_score(m)", "balanced_accuracy_score(m)", "balanced_accuracy_score(m, true)", "matthews_corrcoef(m)",
             "cohen_kappa_score(m)", "cohen_kappa_score(m, 'linear')", "cohen_kappa_score(m, weights => 'quadratic')",
             "zero_one_loss(m)", "hamming_loss(m)")
    got = ask(cursor, "SELECT %s FROM " % ", ".join("datamon." + n for n in names) + state)
    peers = (metrics.accuracy_score, metrics.balanced_accuracy_score,
             lambda a, b: defined(metrics.balanced_accuracy_score(a, b, adjusted=True), len(set(a)) > 1),
             lambda a, b: defined(metrics.matthews_corrcoef(a, b), len(set(a)) > 1 and len(set(b)) > 1),
             metrics.cohen_kappa_score, lambda a, b: metrics.cohen_kappa_score(a, b, weights="linear"),
             lambda a, b: metrics.cohen_kappa_score(a, b, weights="quadratic"), metrics.zero_one_loss, metrics.hamming_loss)
    for j, (name, peer) in enumerate(zip(names, peers)):
        compare(name, [g[j] for g in got], [peer(a, b) for a, b in cases])
    got = ask(cursor, "SELECT (datamon.constant_scores(m)).* FROM " + state)
    said = [max(sorted(set(a)), key=a.count) for a, _ in cases]
    ok([g[0] for g in got] == [str(c) for c in said], "the constant model says the most frequent class, the first of several")
    for j, peer in enumerate((metrics.accuracy_score, metrics.balanced_accuracy_score,
                              lambda a, b: metrics.f1_score(a, b, average="macro", zero_division=0),
                              lambda a, b: metrics.f1_score(a, b, average="weighted", zero_division=0))):
        compare("constant model's score %d" % j, [g[j + 1] for g in got], [peer(a, [c] * len(a)) for (a, _), c in zip(cases, said)])
    report(cursor, cases, state)
    text = [([chr(97 + x % 26) * (1 + x // 26 % 3) for x in a], [chr(97 + x % 26) * (1 + x // 26 % 3) for x in b]) for a, b in cases[:100]]
    load(cursor, "named", text, "text")
    got = ask(cursor, "SELECT datamon.f1_score(m), datamon.cohen_kappa_score(m, 'quadratic'),"
              " (SELECT array_agg(class) FROM datamon.classes(m)), (SELECT array_agg(count) FROM datamon.cells(m))"
              " FROM (SELECT i, datamon.confusion_matrix(a, b) AS m FROM named GROUP BY i) s ORDER BY i")
    compare("macro f1 of named classes", [g[0] for g in got], [metrics.f1_score(a, b, average="macro") for a, b in text])
    compare("quadratic kappa of named classes", [g[1] for g in got], [metrics.cohen_kappa_score(a, b, weights="quadratic") for a, b in text])
    ok(all(g[2] == sorted(set(a) | set(b)) for g, (a, b) in zip(got, text)), "classes are in the order of their bytes")
    ok(all(g[3] == [x for x in metrics.confusion_matrix(a, b).ravel() if x] for g, (a, b) in zip(got, text)),
       "cells are those of the matrix, row by row")


def report(cursor, cases, state):
    got = ask(cursor, "SELECT i, r.* FROM (SELECT * FROM " + state + ") x, datamon.classification_report(m) r")
    columns = ("precision", "recall", "f1-score", "support")
    want = []
    for i, (a, b) in enumerate(cases):
        peer = metrics.classification_report(a, b, output_dict=True, zero_division=0)
        predicted, actual = set(b), set(a)
        for c in sorted(actual | predicted):
            one = peer[str(c)]
            want.append((i, "class", str(c), one["precision"] if c in predicted else None,
                         one["recall"] if c in actual else None, one["f1-score"], one["support"]))
        accuracy = metrics.accuracy_score(a, b)
        want.append((i, "accuracy", None, accuracy, accuracy, accuracy, len(a)))
        for kind in ("macro avg", "weighted avg"):
            want.append((i, kind, None) + tuple(peer[kind][c] for c in columns))
    ok([g[:3] + g[6:] for g in got] == [w[:3] + w[6:] for w in want], "report: classes, kinds and support")
    for j, name in enumerate(columns[:3]):
        compare("report: " + name, [g[3 + j] for g in got], [w[3 + j] for w in want])


def multilabel(cursor, rng):
    cases = []
    for _ in range(150):
        n, k = int(rng.integers(1, 60)), int(rng.integers(1, 12))
        a = rng.random((n, k)) < rng.choice([0.1, 0.4, 0.8])
        b = np.where(rng.random((n, k)) < rng.random(), a, rng.random((n, k)) < 0.3)
        cases.append(tuple([[chr(97 + i) for i in np.flatnonzero(row)] for row in x] for x in (a, b)))
    load(cursor, "sets", [(["{%s}" % ",".join(x + x[:1]) for x in a], ["{%s}" % ",".join(x[::-1]) for x in b]) for a, b in cases], "text[]")
    state = "(SELECT i, datamon.multilabel_state(a, b) AS m FROM sets GROUP BY i) s ORDER BY i"
    matrices = []
    for a, b in cases:
        binarizer = MultiLabelBinarizer().fit(a + b)
        matrices.append((binarizer.transform(a), binarizer.transform(b)))
    some = [x.shape[1] > 1 for x, _ in matrices]  # one label is no multi-label problem to scikit-learn
    for average in AVERAGES + ("samples",):
        for zero in (0, 1):
            got = ask(cursor, "SELECT datamon.precision_score(m, x, z), datamon.recall_score(m, x, z), datamon.f1_score(m, x, z),"
                      " datamon.fbeta_score(m, 2, x, z), datamon.jaccard_score(m, x, z)"
                      " FROM (SELECT %s::text AS x, %s::float8 AS z) z, " + state, average, zero)
            peers = (metrics.precision_score, metrics.recall_score, metrics.f1_score,
                     lambda a, b, **k: metrics.fbeta_score(a, b, beta=2, **k), metrics.jaccard_score)
            for j, (name, peer) in enumerate(zip(("precision", "recall", "f1", "fbeta 2", "jaccard"), peers)):
                keep = [i for i, (x, y) in enumerate(matrices) if some[i] and comparable(x, y, name, average, zero)]
                compare("labels, %s %s, zero_division %d" % (average, name, zero), [got[i][j] for i in keep],
                        [peer(*matrices[i], average=average, zero_division=zero) for i in keep])
    got = ask(cursor, "SELECT datamon.accuracy_score(m), datamon.zero_one_loss(m), datamon.hamming_loss(m), datamon.hamming_loss(m, 20) FROM " + state)
    keep = [i for i in range(len(cases)) if some[i]]
    for j, peer in enumerate((metrics.accuracy_score, metrics.zero_one_loss, metrics.hamming_loss,
                              lambda x, y: metrics.hamming_loss(x, y) * x.shape[1] / 20)):
        compare("labels, %s" % ("accuracy", "zero_one_loss", "hamming_loss", "hamming_loss of 20 labels")[j],
                [got[i][j] for i in keep], [peer(*matrices[i]) for i in keep])


def comparable(x, y, name, average, zero):
    """With zero_division 1 scikit-learn 1.2 makes F of a precision of 1 that is 0/0, and weighs labels that are nowhere."""
    if zero == 0:
        return True
    if average == "weighted":
        return x.sum() > 0
    if average == "micro":
        return x.sum() > 0 and y.sum() > 0
    return name in ("precision", "recall", "jaccard") or (name.startswith("f") and average == "macro")


def main():
    warnings.simplefilter("ignore")
    cursor = connect()
    rng = np.random.default_rng(20262)
    binary(cursor, rng)
    multiclass(cursor, rng)
    multilabel(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
