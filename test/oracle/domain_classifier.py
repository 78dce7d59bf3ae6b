"""TAP: domain_classifier() against scikit-learn on the same design and halves, and its interval when nothing has changed.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, sklearn, psycopg2.
"""
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score

from lib.tap import connect, finish, told as check


def design(numbers, codes):
    """Value with the mean where missing, flag of missing, flag of each code; what varies, standardised. And the source of each."""
    columns, source = [], []
    for j in range(numbers.shape[1]):
        v = numbers[:, j]
        known = np.isfinite(v)
        columns += [np.where(known, v, v[known].mean() if known.any() else 0), (~known).astype(float)]
        source += [j, j]
    for j in range(codes.shape[1]):
        for k in range(-1, 32):
            columns.append((codes[:, j] == k).astype(float))
            source.append(numbers.shape[1] + j)
    x = np.array(columns).T
    keep = x.std(axis=0) > 1e-12 * abs(x.mean(axis=0))
    return (x[:, keep] - x[:, keep].mean(axis=0)) / x[:, keep].std(axis=0), np.array(source)[keep]


def halves(current):
    fold, turn = np.zeros(len(current), int), [0, 0]
    for i, c in enumerate(current):
        fold[i] = turn[c] & 1
        turn[c] += 1
    return fold


def ours(cursor, numbers, codes, current, target=None):
    arguments = [numbers.ravel().tolist(), numbers.shape[1], codes.ravel().tolist(), codes.shape[1], [bool(c) for c in current]]
    if target is not None:
        arguments.append(target.tolist())
    casts = ["%s::float8[]", "%s", "%s::int[]", "%s", "%s::boolean[]", "%s::float8[]"][:len(arguments)]
    cursor.execute("SELECT * FROM datamon._fit_rows(" + ", ".join(casts) + ")", arguments)
    return cursor.fetchone()


def attributions(model, x, source, current, n):
    shift = model.coef_.ravel() * (x[current == 1].mean(axis=0) - x[current == 0].mean(axis=0))
    return np.array([shift[source == j].sum() for j in range(n)])


def random_case(r, changed):
    n = int(r.integers(60, 900))
    current = (r.random(n) < r.uniform(0.3, 0.7)).astype(int)
    numbers = r.standard_normal((n, int(r.integers(1, 6)))) * 10.0 ** r.integers(-3, 4)
    numbers[:, 0] += changed * current * numbers[:, 0].std() * r.uniform(0.2, 3)
    if numbers.shape[1] > 2:
        numbers[:, 1] = numbers[:, 0] + 0.1 * numbers[:, 1]
        numbers[r.random(n) < 0.1, 2] = np.nan
    if numbers.shape[1] > 4:
        numbers[:, 3] = 7
        numbers[:, 4] = np.exp(r.standard_normal(n) * 2)
    codes = r.integers(-1, int(r.integers(1, 9)), (n, int(r.integers(0, 3))))
    return numbers, codes, current


def main():
    cursor = connect()
    r = np.random.default_rng(5)
    worst_auc = worst_attribution = worst_sum = worst_r2 = 0.0
    ranked = cases = 0
    for case in range(120):
        numbers, codes, current = random_case(r, case % 3 > 0)
        x, source = design(numbers, codes)
        fold, n = halves(current), numbers.shape[1] + codes.shape[1]
        auc = 0.0
        for half in (0, 1):
            model = LogisticRegression(tol=1e-10, max_iter=10000).fit(x[fold != half], current[fold != half])
            auc += roc_auc_score(current[fold == half], model.decision_function(x[fold == half])) / 2
        model = LogisticRegression(tol=1e-10, max_iter=10000).fit(x, current)
        want = attributions(model, x, source, current, n)
        got = ours(cursor, numbers, codes, current)
        shift = model.decision_function(x)[current == 1].mean() - model.decision_function(x)[current == 0].mean()
        worst_auc = max(worst_auc, abs(got[0] - auc))
        worst_attribution = max(worst_attribution, np.abs(np.array(got[3]) - want).max() / max(np.abs(want).max(), 1e-3))
        worst_sum = max(worst_sum, abs(sum(got[3]) - shift))
        ranked += list(np.argsort(-np.abs(np.round(got[3], 4)), kind="stable")) == list(np.argsort(-np.abs(np.round(want, 4)), kind="stable"))
        cases += 1
        # the surrogate: least squares of what a model said
        target = 3 * np.nan_to_num(numbers[:, 0]) / numbers[:, 0].std() + r.standard_normal(len(current))
        error = total = 0.0
        for half in (0, 1):
            model = Ridge(alpha=1).fit(x[fold != half], target[fold != half])
            t = target[fold == half]
            error += ((t - model.predict(x[fold == half])) ** 2).sum()
            total += ((t - t.mean()) ** 2).sum()
        got = ours(cursor, numbers, codes, current, target)
        want = attributions(Ridge(alpha=1).fit(x, target), x, source, current, n)
        worst_r2 = max(worst_r2, abs(got[0] - (1 - error / total)), np.abs(np.array(got[3]) - want).max())
    check(worst_auc < 0.01, "AUC as scikit-learn's: %.1e off at worst of %d cases" % (worst_auc, cases))
    check(worst_attribution < 1e-3, "attributions: %.1e" % worst_attribution)
    check(worst_sum < 1e-3, "they add up to the shift of the mean score: %.1e" % worst_sum)
    check(ranked == cases, "the same ranking in %d of %d" % (ranked, cases))
    check(worst_r2 < 1e-8, "least squares: R2 and attributions, %.1e" % worst_r2)

    covered, found, trials = 0, 0, 400
    for _ in range(trials):
        n, p = int(r.integers(100, 600)), int(r.integers(1, 12))
        numbers = r.standard_t(3, (n, p)) if r.random() < 0.5 else r.integers(0, 3, (n, p)).astype(float)
        current = (r.random(n) < 0.5).astype(int)
        got = ours(cursor, numbers, np.zeros((n, 0), int), current)
        covered += got[1] <= 0.5 <= got[2]
        found += got[0] > 0.55 and got[0] - 0.5 > 3 * (got[2] - got[1]) / 3.92
    check(covered >= 0.95 * trials, "unchanged: the interval has 0.5 in %d of %d" % (covered, trials))
    check(found <= 0.01 * trials, "unchanged: told as drift in %d" % found)

    # separated rows: finite, and an interval that a few rows allow
    numbers = np.concatenate([np.zeros((20, 1)), np.ones((20, 1))])
    got = ours(cursor, numbers, np.zeros((40, 0), int), np.repeat([0, 1], 20))
    check(got[0] == 1 and 0.6 < got[1] < 0.9 and got[2] == 1, "rows that one column separates: %s" % (got[:3],))
    got = ours(cursor, np.full((40, 1), 3.0), np.zeros((40, 0), int), np.repeat([0, 1], 20))
    check(got[0] == 0.5 and got[3] == [0.0], "columns that say nothing: 0.5")
    check(ours(cursor, np.zeros((7, 1)), np.zeros((7, 0), int), np.array([0, 1, 1, 1, 1, 1, 0]))[0] is None, "too few rows: NULL")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
