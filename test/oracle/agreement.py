"""TAP: measures of agreement against scikit-learn, statsmodels and plain NumPy.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy,
scikit-learn, statsmodels, psycopg2. NumPy's part is written from the papers, by
matrices of items and categories; standard errors of alpha and of Fleiss' kappa
are the derivatives by the items' weights, taken by a complex step. Textbook
data in DATAMON_SHARED, where there is any, must give the published numbers.
"""
import csv
import io
import json
import os
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.linalg import toeplitz
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from lib.tap import connect, finish, ok

warnings.simplefilter("ignore")
nan = float("nan")


def off(got, want, absolute):
    """relative difference of two numbers, beyond an absolute one; None is NaN"""
    got = nan if got is None else got
    if np.isnan(want) or np.isnan(got):
        return 0.0 if np.isnan(want) and np.isnan(got) else np.inf
    if abs(got - want) <= absolute:
        return 0.0
    return abs(got - want) / abs(want) if want else np.inf


def compare(name, got, want, rel=1e-9, absolute=1e-12):
    """lists of (case, number)"""
    worst = max(((off(g, w, absolute), i) for i, (g, w) in enumerate(zip(got, want))), default=(0, 0))
    defined = sum(not np.isnan(w) for w in want)
    ok(len(got) == len(want) and worst[0] <= rel, "%s: %d cases, %d of them defined" % (name, len(want), defined),
       "case %d: got %r, want %r" % (worst[1], got[worst[1]], want[worst[1]]) if want else "")
    ok(defined > len(want) / 4, "%s: most cases are defined" % name)


# Cases: matrices of items by annotators; NaN is a missing rating


def make_cases(rng):
    cases = []
    for i in range(900):
        n, k = int(rng.choice([1, 2, 3, 5, 10, 40])), int(rng.choice([1, 2, 2, 3, 4, 6]))
        q = int(rng.choice([1, 2, 2, 3, 4, 7]))
        share = rng.dirichlet(np.full(q, rng.choice([0.3, 1, 10])))
        truth = rng.choice(q, (n, 1), p=share)
        guess = rng.choice(q, (n, k), p=share)
        x = np.where(rng.random((n, k)) < rng.choice([0, 0.3, 0.8, 1]), truth, guess).astype(float)
        x = np.array([[1, 2, 3, 4, 5, 10, 20][int(v)] for v in x.ravel()], float).reshape(x.shape)
        if i % 4 == 1:
            x = x / 4 - 1
        if i % 8 == 3:
            x = x * 10.0 ** int(rng.choice([-200, -9, 15, 150]))
        if i % 2:
            x[rng.random((n, k)) < rng.choice([0.05, 0.3, 0.6])] = np.nan
        cases.append(x)
    cases += [np.full((5, 3), 2.0), np.array([[1.0, 2.0]]), np.array([[1.0, 1.0]]), np.full((3, 2), np.nan)]
    return cases


def counts(x, values=None):
    values = np.unique(x[~np.isnan(x)]) if values is None else values
    return np.array([[(row == v).sum() for v in values] for row in x]).reshape(len(x), len(values)), values


def weight_matrix(kind, q):
    d = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) / max(q - 1, 1)
    return {"none": np.eye(q), "linear": 1 - d, "quadratic": 1 - d ** 2}[kind]


# Gwet's Handbook (4th edition, 2014), chapters 4 and 5


def gwet_family(x, method, w_kind="none"):
    r, values = counts(x)
    r = r[r.sum(1) > 0].astype(float)
    x = x[(~np.isnan(x)).any(1)] if len(x) else x
    x = x[:, (~np.isnan(x)).any(0)] if x.size else x
    n, q = len(r), len(values)
    size = r.sum(1) if n else np.array([])
    two = size >= 2
    if not two.any():
        return nan, nan, nan, nan
    w = weight_matrix(w_kind, q)
    each = np.where(two, (r * (r @ w.T - 1)).sum(1) / np.where(two, size * (size - 1), 1), 0)
    pa = each[two].mean()
    if method == "percent":
        u = n / two.sum() * each - pa
        return pa, nan, pa, np.sqrt((u ** 2).sum() / (n * (n - 1))) if n > 1 else nan
    if q < 2:
        return pa, 1.0, nan, nan
    share = (r / size[:, None]).mean(0)
    moved = np.zeros(n)
    if method == "ac":
        factor = w.sum() / (q * (q - 1))
        pe = factor * (share * (1 - share)).sum()
        moved = 2 * (factor * (r @ (1 - share)) / size - pe)
    elif method == "bp":
        pe = w.sum() / q ** 2
    else:
        k = x.shape[1]
        if k < 2:
            return pa, nan, nan, nan
        by = np.array([[(x[:, g] == v).sum() for v in values] for g in range(k)], float)
        ng = by.sum(1)
        p = by / ng[:, None]
        pe = sum(p[g] @ w @ p[h] for g in range(k) for h in range(k) if g != h) / (k * (k - 1))
        for g in range(k):
            rest = w @ (p.sum(0) - p[g])
            mean = p[g] @ rest
            for i in range(n):
                if not np.isnan(x[i, g]):
                    moved[i] += 2 * n / ng[g] * (rest[values == x[i, g]][0] - mean) / (k * (k - 1))
    if pe >= 1 - 1e-14:
        return pa, 1.0, nan, nan
    value = (pa - pe) / (1 - pe)
    u = n / two.sum() * (each - pe * two) / (1 - pe) - value - (1 - value) * moved / (1 - pe)
    return pa, pe, value, np.sqrt((u ** 2).sum() / (n * (n - 1))) if n > 1 else nan


def derivatives(function, n):
    step = 1e-100
    return np.array([np.imag(function(np.ones(n) + step * 1j * (np.arange(n) == i))) / step for i in range(n)])


def fleiss(x):
    r, values = counts(x)
    r = r[r.sum(1) >= 2].astype(float)
    n = len(r)
    if n == 0:
        return nan, nan
    size = r.sum(1)
    each = (r * (r - 1)).sum(1) / (size * (size - 1))

    def kappa(w):
        p = (w @ r) / (w @ size)
        pe = (p ** 2).sum()
        return ((w @ each) / w.sum() - pe) / (1 - pe)
    if (r.sum(0) > 0).sum() < 2:
        return nan, nan
    u = derivatives(kappa, n)
    return kappa(np.ones(n)), np.sqrt((u ** 2).sum() * n / (n - 1)) if n > 1 else nan


def alpha(x, metric):
    r, values = counts(x)
    r = r[r.sum(1) >= 2].astype(float)
    n = len(r)
    size = r.sum(1)
    if n == 0:
        return nan, nan
    total = r.sum(0)
    a, b = np.meshgrid(values, values)
    if metric == "nominal":
        d = (a != b).astype(float)
    elif metric == "interval":
        d = ((a - b) / np.abs(values).max()) ** 2
    elif metric == "ratio":
        d = np.where(a == b, 0, ((a - b) / np.where(a + b == 0, nan, a + b)) ** 2)
    else:
        rank = np.cumsum(total) - total / 2
        d = np.subtract.outer(rank, rank) ** 2
    used = total > 0
    if used.sum() < 2 or np.isnan(d[used][:, used]).any():
        return nan, nan
    d = np.where(np.isnan(d), 0, d)
    each = np.einsum("ui,uj,ij->u", r, r, d) / (size - 1)

    def value(w):
        c = w @ r
        return 1 - (c.sum() - 1) * (w @ each) / (c @ d @ c)
    v = value(np.ones(n))
    # the derivative less the constant by which alpha depends on the number of units
    m = size.sum()
    u = derivatives(value, n) + (1 - v) * size * (1 / (m - 1) - 1 / m)
    return v, np.sqrt((u ** 2).sum() * n / (n - 1)) if n > 1 else nan


def anova(x, form, confidence=0.95):
    x = x[~np.isnan(x).any(1)] if x.size else x
    n, k = x.shape
    if n < 2 or k < 2:
        return [nan] * 5
    x = x / (np.abs(x).max() or 1)
    grand, rows, cols = x.mean(), x.mean(1, keepdims=True), x.mean(0, keepdims=True)
    msb = k * ((rows - grand) ** 2).sum() / (n - 1)
    msw = ((x - rows) ** 2).sum() / (n * (k - 1))
    msj = n * ((cols - grand) ** 2).sum() / (k - 1)
    mse = ((x - rows - cols + grand) ** 2).sum() / ((n - 1) * (k - 1))
    if max(msb, msw) < 1e-28 or (form[3] != "1" and mse < 1e-28) or (form[3] == "1" and msw < 1e-28):
        return None
    error, df = (msw, n * (k - 1)) if form[3] == "1" else (mse, (n - 1) * (k - 1))
    judges = (msj - mse) / n if form[3] == "2" else 0
    single = (msb - error) / (msb + (k - 1) * error + k * judges)
    below = msb + judges if form.endswith("k") else msb + (k - 1) * error + k * judges
    if abs(below) < 1e-12 * (msb + error + abs(judges)):
        return None
    f = msb / error
    if form[3] == "2":
        fj = msj / mse
        b = n * (1 + (k - 1) * single) - k * single
        v = (k - 1) * (n - 1) * (k * single * fj + b) ** 2 / ((n - 1) * k ** 2 * single ** 2 * fj ** 2 + b ** 2)
        if v < 0.02:
            return None
        fl, fu = stats.f.ppf((1 + confidence) / 2, n - 1, v), stats.f.ppf((1 + confidence) / 2, v, n - 1)
        c = k * msj + (k * n - k - n) * mse
        lo = n * (msb - fl * mse) / (fl * c + n * msb)
        hi = n * (fu * msb - mse) / (c + n * fu * msb)
        if form.endswith("k"):
            lo, hi = lo * k / (1 + lo * (k - 1)), hi * k / (1 + hi * (k - 1))
    else:
        lo = f / stats.f.ppf((1 + confidence) / 2, n - 1, df)
        hi = f * stats.f.ppf((1 + confidence) / 2, df, n - 1)
        if form.endswith("k"):
            lo, hi = 1 - 1 / lo, 1 - 1 / hi
        else:
            lo, hi = (lo - 1) / (lo + k - 1), (hi - 1) / (hi + k - 1)
    return [(msb - error) / below, f, stats.f.sf(f, n - 1, df), lo, hi]


def kendall(x):
    x = x[~np.isnan(x).any(1)] if x.size else x
    n, m = x.shape
    if n < 2 or m < 2:
        return nan, nan
    rank = np.apply_along_axis(stats.rankdata, 0, x)
    ties = sum((t ** 3 - t).sum() for t in (np.unique(c, return_counts=True)[1].astype(float) for c in x.T))
    below = m * (m * (n ** 3 - n) - ties)
    if below <= 0:
        return nan, nan
    w = 12 * ((rank.sum(1) - m * (n + 1) / 2) ** 2).sum() / below
    return w, stats.chi2.sf(m * (n - 1) * w, n - 1)


def load(cursor, cases):
    buffer = io.StringIO()
    for number, x in enumerate(cases):
        for i, row in enumerate(x):
            for g, v in enumerate(row):
                buffer.write("%d\t%d\ta%d\t%s\n" % (number, i, g, "\\N" if np.isnan(v) else repr(float(v))))
    cursor.execute("DROP TABLE IF EXISTS rating; CREATE TEMP TABLE rating (c int, item int, annotator text, value float8)")
    buffer.seek(0)
    cursor.copy_expert("COPY rating FROM STDIN", buffer)
    cursor.execute("""DROP TABLE IF EXISTS state;
        CREATE TEMP TABLE state AS SELECT c, datamon.agreement_state(item, annotator, value) AS s FROM rating GROUP BY c""")


def ask(cursor, cases, call, columns):
    cursor.execute("SELECT c, %s FROM (SELECT c, %s AS a FROM state OFFSET 0) q" % (
        ", ".join("(a).%s" % c for c in columns), call))
    rows = {row[0]: row[1:] for row in cursor}
    return [[rows.get(i, (None,) * len(columns))[j] for i in range(len(cases))] for j in range(len(columns))]


def chance_corrected(cursor, cases):
    for name, method, weights in (("percent_agreement", "percent", "none"), ("gwet_ac1", "ac", "none"),
                                  ("gwet_ac2", "ac", "linear"), ("gwet_ac2", "ac", "quadratic"),
                                  ("brennan_prediger", "bp", "none"), ("brennan_prediger", "bp", "quadratic"),
                                  ("conger_kappa", "conger", "none"), ("conger_kappa", "conger", "linear")):
        want = [gwet_family(x, method, weights) for x in cases]
        got = ask(cursor, cases, "datamon.agreement(s, '%s', weights => '%s')" % (name, weights),
                  ["value", "standard_error", "observed_agreement"])
        title = name if weights == "none" else "%s, %s" % (name, weights)
        compare(title, got[0], [w[2] for w in want])
        compare(title + ": standard error", got[1], [w[3] for w in want], absolute=1e-9)
    want = [fleiss(x) for x in cases]
    got = ask(cursor, cases, "datamon.agreement(s, 'fleiss')", ["value", "standard_error"])
    compare("fleiss_kappa", got[0], [w[0] for w in want])
    compare("fleiss_kappa: standard error", got[1], [w[1] for w in want], absolute=1e-9)
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        want = [alpha(x, metric) for x in cases]
        got = ask(cursor, cases, "datamon.agreement(s, 'krippendorff', metric => '%s')" % metric,
                  ["value", "standard_error"])
        tolerance = 1e-6 if metric == "ratio" else 1e-9
        fair = [i for i, w in enumerate(want) if metric != "ratio" or np.isnan(w[0]) or abs(w[0]) < 1e6]
        compare("krippendorff_alpha, " + metric, [got[0][i] for i in fair], [want[i][0] for i in fair])
        compare("krippendorff_alpha, %s: standard error" % metric, [got[1][i] for i in fair],
                [want[i][1] for i in fair], rel=tolerance, absolute=1e-9)


def full_tables(cursor, cases):
    """what statsmodels has is of equally many ratings an item"""
    number = [i for i, x in enumerate(cases) if x.shape[1] >= 2 and not np.isnan(x).any() and
              len(np.unique(x)) > 1]
    tables = [counts(cases[i])[0] for i in number]
    for name, method in (("fleiss", "fleiss"), ("randolph", "rand")):
        got = ask(cursor, cases, "datamon.agreement(s, '%s')" % name, ["value"])[0]
        compare("%s, statsmodels" % name, [got[i] for i in number], [fleiss_kappa(t, method=method) for t in tables])
    got = ask(cursor, cases, "datamon.agreement(s, 'fleiss')", ["null_standard_error"])[0]
    want = []
    for t in tables:
        n, m = len(t), t[0].sum()
        p = t.sum(0) / t.sum()
        pq = (p * (1 - p)).sum()
        want.append(np.sqrt(2 * (pq ** 2 - (p * (1 - p) * (1 - 2 * p)).sum()) / (pq ** 2 * n * m * (m - 1))))
    compare("Fleiss, Nee and Landis' standard error", [got[i] for i in number], want)


def of_numbers(cursor, cases):
    for form in ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"):
        columns = ["value", "statistic", "p_value", "ci_low", "ci_high"]
        got = ask(cursor, cases, "datamon.agreement(s, '%s')" % form, columns)
        want = [anova(x[:, (~np.isnan(x)).any(0)], form) for x in cases]
        fair = [i for i, w in enumerate(want) if w is not None and not max(map(abs, w)) > 1e6]
        # sums of squares may cancel: the table's own numbers have 16 digits
        for j, column in enumerate(columns):
            compare("%s: %s" % (form, column), [got[j][i] for i in fair], [want[i][j] for i in fair],
                    rel=1e-8 if j else 1e-9, absolute=1e-9 if j else 1e-11)
    got = ask(cursor, cases, "datamon.agreement(s, 'kendall')", ["value", "p_value"])
    want = [kendall(x[:, (~np.isnan(x)).any(0)]) for x in cases]
    compare("kendall_w", got[0], [w[0] for w in want])
    compare("kendall_w: p", got[1], [w[1] for w in want])


def light(x):
    x = x[:, (~np.isnan(x)).any(0)] if x.size else x
    pairs = []
    for g in range(x.shape[1]):
        for h in range(g + 1, x.shape[1]):
            both = x[~np.isnan(x[:, [g, h]]).any(1)][:, [g, h]]
            if len(both):
                pairs.append(cohen_kappa_score(both[:, 0].astype(str), both[:, 1].astype(str)))
    return np.mean(pairs) if pairs else nan


def pairs_of_labels(cursor, rng):
    cases = []
    for i in range(300):
        n, q = int(rng.choice([1, 2, 5, 20, 200])), int(rng.choice([1, 2, 3, 5, 12]))
        share = rng.dirichlet(np.full(q, rng.choice([0.3, 1, 10])))
        a = rng.choice(q, n, p=share)
        b = np.where(rng.random(n) < rng.choice([0, 0.5, 0.95, 1]), a, rng.choice(q, n))
        cases.append((a, b))
    cursor.execute("DROP TABLE IF EXISTS pair; CREATE TEMP TABLE pair (c int, a int, b int)")
    cursor.copy_expert("COPY pair FROM STDIN", io.StringIO("".join(
        "%d\t%d\t%d\n" % (c, a, b) for c, x in enumerate(cases) for a, b in zip(*x))))
    for weights in ("none", "linear", "quadratic"):
        cursor.execute("""SELECT (a).value, (a).standard_error, (a).null_standard_error, (a).p_value, (a).ci_low, v, t, s
            FROM (SELECT datamon.agreement(datamon.agreement_pairs(a, b), 'cohen', weights => %s) AS a,
                datamon.cohen_kappa_score(a, b, %s) AS v, datamon.cohen_kappa_score(to_char(a, '00'), to_char(b, '00'), %s) AS t,
                datamon.scott_pi(a, b) AS s FROM pair GROUP BY c ORDER BY c OFFSET 0) q""", (weights,) * 3)
        got = list(zip(*cursor.fetchall()))
        kind = None if weights == "none" else weights
        compare("cohen_kappa_score, %s: scikit-learn" % weights, got[0],
                [cohen_kappa_score(a, b, weights=kind) for a, b in cases])
        ok(got[0] == got[5] == got[6], "cohen_kappa_score, %s: the aggregates agree with the state" % weights)
        want = []
        for a, b in cases:
            q = np.union1d(a, b)
            table = np.zeros((len(q), len(q)))
            np.add.at(table, (np.searchsorted(q, a), np.searchsorted(q, b)), 1)
            if len(q) < 2 or table.sum() < 2 or np.count_nonzero(table) == 1 and kind is None and np.trace(table):
                want.append((nan,) * 4)
                continue
            r = cohens_kappa(table, wt=kind)
            want.append((r.std_kappa, r.std_kappa0, r.pvalue_two_sided, r.kappa_low))
        fair = [i for i, w in enumerate(want) if not np.isnan(w[0]) and not np.isnan(w[1]) and w[1] > 1e-7]
        for j, what in enumerate(("standard error", "null standard error", "p", "lower limit")):
            compare("cohen_kappa_score, %s: %s of statsmodels" % (weights, what), [got[j + 1][i] for i in fair],
                    [want[i][j] for i in fair], absolute=1e-9)
    want = []
    for a, b in cases:
        pooled = np.bincount(np.concatenate([a, b])) / (2 * len(a))
        pe = (pooled ** 2).sum()
        want.append(((a == b).mean() - pe) / (1 - pe) if len(np.union1d(a, b)) > 1 else nan)
    compare("scott_pi", got[7], want)


def rows(cursor, cases):
    """aggregates over rows say what the state says, whatever the types, to the last bit as long as the text of a
    number is that of an integer where it is one (1e15::text is 1e+15)"""
    cursor.execute("""SELECT count(*), count(f), count(k),
            count(*) FILTER (WHERE NOT (f = datamon.fleiss_kappa(s) AND f2 = f AND g = datamon.gwet_ac1(s)
                AND h = datamon.randolph_kappa(s) AND p = datamon.percent_agreement(s))),
            count(*) FILTER (WHERE (k, k2) IS DISTINCT FROM (datamon.krippendorff_alpha(s), datamon.krippendorff_alpha(s, 'ordinal'))
                OR k3 IS DISTINCT FROM datamon.krippendorff_alpha(s, 'interval') OR i IS DISTINCT FROM datamon.icc(s, 'ICC3k')
                OR w IS DISTINCT FROM datamon.kendall_w(s) OR o IS DISTINCT FROM datamon.conger_kappa(s)
                OR l IS DISTINCT FROM datamon.light_kappa(s))
        FROM (SELECT c, datamon.fleiss_kappa(item, value::text) AS f, datamon.fleiss_kappa(item::text, value::text) AS f2,
                datamon.gwet_ac1(item, value::text) AS g, datamon.randolph_kappa(item, value::text) AS h,
                datamon.percent_agreement(item, value::text) AS p, datamon.krippendorff_alpha(item, annotator, value) AS k,
                datamon.krippendorff_alpha(item, annotator, value, 'ordinal') AS k2,
                datamon.krippendorff_alpha(item::text, annotator, value::text, 'interval') AS k3,
                datamon.icc(item, annotator, value, 'ICC3k') AS i, datamon.kendall_w(item::text, annotator, value) AS w,
                datamon.conger_kappa(item, annotator, value::text) AS o, datamon.light_kappa(item, annotator, value::text) AS l
            FROM rating WHERE c NOT IN (SELECT c FROM rating WHERE abs(value) >= 1e15) GROUP BY c) q JOIN state USING (c)""")
    n, fleisses, alphas, wrong, wrong_named = cursor.fetchone()
    ok(n > 0.9 * len(cases) and fleisses > n / 4 and wrong == 0, "aggregates of items and categories: %d cases" % n, "%d differ" % wrong)
    ok(alphas > n / 4 and wrong_named == 0, "aggregates of items, annotators and values: %d cases" % n, "%d differ" % wrong_named)
    got = ask(cursor, cases, "datamon.agreement(s, 'light')", ["value"])[0]
    compare("light_kappa, mean of scikit-learn", got, [light(x) for x in cases])


# Published numbers


def published(cursor, folder):
    def read(name):
        with open(os.path.join(folder, name + ".csv"), newline="") as f:
            return list(csv.reader(f))[1:]

    def state(values):
        cursor.execute("DROP TABLE IF EXISTS book; CREATE TEMP TABLE book (item text, annotator text, value text)")
        cursor.copy_expert("COPY book FROM STDIN CSV", io.StringIO("".join(
            ",".join('"%s"' % v for v in row) + "\n" for row in values)))

    def table(values):
        state([(str(i), a, b) for i, (a, b) in enumerate(
            (a, b) for a, b, n in values for _ in range(int(float(n))))])

    def one(sql, *args):
        cursor.execute("SELECT %s FROM book" % sql, args)
        return cursor.fetchone()[0]

    def check(name, sql, want, rel=1e-9, args=()):
        got = one(sql, *args)
        ok(got is not None and off(got, want, 0) <= rel, name, "got %r, want %r" % (got, want))

    with open(os.path.join(folder, "oracle.json")) as f:
        oracle = json.load(f)
    named = "datamon.agreement_state(item, annotator, value)"
    pairs = "datamon.agreement_pairs(annotator, value)"
    for row, want in oracle.items():
        if row in ("fleiss_wikipedia", "sas_cohen_table10"):
            continue
        values = read(row)
        if row == "irr_vision_table" or row == "agresti_sexualfun_table":
            table([(a, b, n) for a, b, n in values])
        elif row == "gwet_cont4x4diagnosis_table":
            labels = [r[0] for r in values]
            table([(r[0], labels[j], n) for r in values for j, n in enumerate(r[1:])])
        else:
            state([r for r in values if r[2] not in ("", "NA")])
        order = sorted({r[0] for r in values}) if row != "agresti_sexualfun_table" else \
            ["Never Fun", "Fairly Often", "Very Often", "Always fun"]
        if row == "fleiss1971_diagnoses":
            check("Fleiss 1971", "datamon.fleiss_kappa(item, value)", want["fleiss_kappa"])
            check("Fleiss 1971, z of R irr", "(datamon.agreement(%s, 'fleiss')).statistic" % named, want["fleiss_z_R_irr"])
            check("Fleiss 1971, Conger", "datamon.conger_kappa(item, annotator, value)", want["kappa_exact_conger_R_irr"])
            check("Fleiss 1971, Light", "datamon.light_kappa(item, annotator, value)", want["light_kappa_R_irr"])
            check("Fleiss 1971, alpha", "datamon.krippendorff_alpha(item, annotator, value)", want["krippendorff_nominal"])
            check("Fleiss 1971, Randolph", "datamon.randolph_kappa(item, value)", want["randolph_free_marginal"])
            check("Fleiss 1971, all agree", "100 * datamon.full_agreement(%s)" % named, want["all_agree_percent"])
            check("Fleiss 1971, Cohen", "datamon.cohen_kappa_score(%s, annotators => '{rater1,rater2}')" % named,
                  want["cohen_r1_r2"])
        elif row == "krippendorff2011_nmm":
            for metric in ("nominal", "ordinal", "interval", "ratio"):
                check("Krippendorff 2011, " + metric, "datamon.krippendorff_alpha(item, annotator, value, '%s')" % metric, want[metric])
            check("Krippendorff 2011, Fleiss", "datamon.fleiss_kappa(item, value)", want["fleiss_generalised"])
        elif row == "irr_anxiety":
            for metric in ("ordinal", "interval"):
                check("anxiety, " + metric, "datamon.krippendorff_alpha(item, annotator, value, '%s')" % metric,
                      want["krippendorff_" + metric])
            for weights in ("None", "linear", "quadratic"):
                for a, b in (("1", "2"), ("2", "3")):
                    check("anxiety, Cohen %s %s %s" % (a, b, weights),
                          "datamon.cohen_kappa_score(%s, '%s', annotators => '{rater%s,rater%s}')" %
                          (named, weights.lower(), a, b), want["cohen_r%s_r%s_%s" % (a, b, weights)])
            # statsmodels/stats/tests/test_inter_rater.py, test_cohens_kappa_irr: values of R irr
            pair = "datamon.agreement(%s, 'cohen', annotators => '{rater2,rater3}')" % named
            check("anxiety, z of R irr", "(%s).statistic" % pair, -0.0604067, 1e-5)
            check("anxiety, p of R irr", "(%s).p_value" % pair, 0.9518317, 1e-6)
            for raters, labels, by_distance, kappa in (("{rater2,rater3}", "12346", (0, 0, 1, 1, 2), 0.2391304),
                                                  ("{rater1,rater2}", "123456", (0, 0, 0, 1, 1, 1), 0.1891892),
                                                  ("{rater1,rater2}", "123456", (0, 0, 1, 1, 2, 2), 0.2820513)):
                check("anxiety, weights %s of R irr" % (by_distance,),
                      "datamon.cohen_kappa_score(%s, labels => %%s, costs => %%s, annotators => %%s)" % named, kappa, 1e-6,
                      (list(labels), toeplitz(np.array(by_distance, float)).tolist(), raters))
            check("anxiety, W", "datamon.kendall_w(item, annotator, value::float8)", want["kendall_w_corrected_R_irr"])
            check("anxiety, ICC", "datamon.icc(item, annotator, value::float8, 'ICC2')", want["icc_A1_R_irr"])
        elif "kappa" in want and "n" in want:
            ok(one("datamon.count(%s)" % pairs) == want["n"], row + ": n")
            check(row + ", Cohen", "datamon.cohen_kappa_score(annotator, value)", want["kappa"])
            for weights in set(want) & {"linear", "quadratic"}:
                check("%s, %s" % (row, weights), "datamon.cohen_kappa_score(%s, '%s', %%s)" % (pairs, weights),
                      want[weights], args=(order,))
            if "ase" in want:
                check(row + ", standard error", "(datamon.agreement(%s, 'cohen')).standard_error" % pairs, want["ase"])
            if "gwet_ac1_R_irrCAC" in want:
                check("Gwet, AC1", "datamon.gwet_ac1(%s)" % pairs, want["gwet_ac1_R_irrCAC"])
                check("Gwet, Scott", "datamon.scott_pi(annotator, value)", want["scott_pi_R_irrCAC"])
                check("Gwet, Brennan-Prediger", "datamon.brennan_prediger(%s)" % pairs, want["brennan_prediger_R_irrCAC"])
                check("Gwet, alpha", "datamon.krippendorff_alpha(%s)" % pairs, want["krippendorff_R_irrCAC"])
                check("Gwet, agreement", "datamon.percent_agreement(%s)" % pairs, want["percent_agreement"])
        elif row == "artstein_poesio2008":
            check("Artstein and Poesio, observed", "datamon.percent_agreement(item, value)", want["observed"])
            check("Artstein and Poesio, pi", "datamon.scott_pi(%s)" % named, want["scott_pi"])
            check("Artstein and Poesio, kappa", "datamon.cohen_kappa_score(%s)" % named, want["cohen"])
            check("Artstein and Poesio, alpha", "datamon.krippendorff_alpha(item, annotator, value)", want["krippendorff"])
        elif row == "dawid_skene1979_anesthesia":
            check("Dawid and Skene", "datamon.fleiss_kappa(item, value)", want["fleiss_kappa"])
        elif row == "shrout_fleiss1979":
            for form in ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"):
                check("Shrout and Fleiss, " + form, "datamon.icc(item, annotator, value::float8, '%s')" % form, want[form], 1e-6)
        else:
            ok(False, "no test knows " + row)
    wiki = oracle["fleiss_wikipedia"]
    state([(str(i), "", str(k)) for i, t in enumerate(wiki["table"]) for k, c in enumerate(t) for _ in range(c)])
    check("Wikipedia's table", "datamon.fleiss_kappa(item, value)", wiki["kappa"])
    sas = oracle["sas_cohen_table10"]
    table([(str(i), str(j), n) for i, t in enumerate(sas["table"]) for j, n in enumerate(t)])
    for column, key in (("value", "kappa"), ("standard_error", "ase"), ("ci_low", "lo"), ("ci_high", "hi"),
                        ("null_standard_error", "ase0"), ("statistic", "z"), ("p_value", "p2")):
        check("SAS, " + key, "(datamon.agreement(%s, 'cohen')).%s" % (pairs, column), sas[key])
    check("SAS, weighted", "datamon.cohen_kappa_score(annotator, value, 'linear')", sas["weighted_linear"])
    check("SAS, weighted error", "(datamon.agreement(%s, 'cohen', weights => 'linear')).standard_error" % pairs, sas["weighted_ase"])


def main():
    cursor = connect()
    cursor.execute("SET jit = off")
    rng = np.random.default_rng(1979)
    cases = make_cases(rng)
    load(cursor, cases)
    chance_corrected(cursor, cases)
    full_tables(cursor, cases)
    of_numbers(cursor, cases)
    rows(cursor, cases)
    pairs_of_labels(cursor, rng)
    folder = os.path.join(os.environ.get("DATAMON_SHARED") or "", "data", "annot_textbook")
    if os.environ.get("DATAMON_SHARED") and os.path.exists(os.path.join(folder, "oracle.json")):
        published(cursor, folder)
    else:
        ok(True, "published data # SKIP no textbook data")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
