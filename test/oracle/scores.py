"""TAP: metrics of scores against scikit-learn, scipy and plain numpy on random samples.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, sklearn, psycopg2.
Rows keep every score: they must agree to 1e-9. score_state is exact up to 1024
distinct scores a side, and must then give the same digits as the rows.

Where scikit-learn answers something for nothing, or raises, NULL is wanted:
roc_auc_score of one class, average precision without positives (it says 0).
log1p(-p) keeps the digits of a tiny p that scikit-learn's log(1 - p) loses, so
log loss is compared with a formula of 1 - p in exact arithmetic instead of its own.
"""
import sys
import warnings
from fractions import Fraction

import numpy as np
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

from lib.tap import connect, finish, ok

warnings.simplefilter("ignore")
EPS = np.finfo(float).eps
worst = {}


class Group:
    """Values of one metric over many cases; one line of TAP for all."""

    def __init__(self, name, rel=1e-9, absolute=1e-14):
        self.name, self.rel, self.absolute = name, rel, absolute
        self.cases, self.values, self.bad, self.worst = 0, 0, [], 0.0

    def add(self, got, want, case):
        self.cases += 1
        if want is None or want != want:
            if got is not None:
                self.bad.append("%s: got %r, want NULL" % (case, got))
            return
        self.values += 1
        if got is None or not (got == want or
                               abs(got - want) <= self.rel * abs(want) + self.absolute):
            self.bad.append("%s: got %r, want %r" % (case, got, want))
        elif want != 0 and got != want and not np.isinf(want):
            self.worst = max(self.worst, abs(got - want) / max(abs(want), self.absolute / self.rel))

    def done(self, least=20):
        note = "%d wrong: %s" % (len(self.bad), "; ".join(self.bad[:3]))
        ok(not self.bad and self.values >= least,
           "%s: %d cases, worst %.1e" % (self.name, self.cases, self.worst),
           note if self.bad else "only %d values" % self.values)


def delong(y, s):
    """By all pairs."""
    p, q = s[y == 1], s[y == 0]
    if len(p) < 2 or len(q) < 2:
        return None
    psi = (p[:, None] > q[None, :]) + 0.5 * (p[:, None] == q[None, :])
    return float(np.sqrt(psi.mean(1).var(ddof=1) / len(p) + psi.mean(0).var(ddof=1) / len(q)))


def one_class(y):
    return y.min() == y.max()


def rocauc(y, s, w=None):
    return None if one_class(y) else float(metrics.roc_auc_score(y, s, sample_weight=w))


def ap(y, s, w=None):
    return float(metrics.average_precision_score(y, s, sample_weight=w)) if y.any() else None


def trapezoid(y, s, w=None):
    if not y.any():
        return None
    precision, recall, _ = metrics.precision_recall_curve(y, s, sample_weight=w)
    return float(metrics.auc(recall, precision))


def probabilities(s):
    return 0 <= s.min() and s.max() <= 1


def log_loss(y, s, w=None, eps=EPS):
    if not probabilities(s):
        return None
    p = np.clip(s, eps, 1 - eps)
    return float(np.average(np.where(y == 1, -np.log(p), -np.log1p(-p)), weights=w))


def brier(y, s, w=None):
    if not probabilities(s):
        return None
    if w is None:
        return float(sum((Fraction(b) - int(a)) ** 2 for a, b in zip(y, s.tolist())) / len(y))
    return float(metrics.brier_score_loss(y, s, sample_weight=w, pos_label=1))


def ece_mce(y, s, n_bins, strategy):
    """From scikit-learn's own bins."""
    if not probabilities(s):
        return None, None
    if strategy == "uniform":
        edges = np.linspace(0, 1, n_bins + 1)
    else:
        edges = np.percentile(s, np.linspace(0, 1, n_bins + 1) * 100)
    ids = np.searchsorted(edges[1:-1], s)
    rows = np.bincount(ids, minlength=n_bins)
    gap = np.abs(np.bincount(ids, s, n_bins) - np.bincount(ids, y, n_bins))[rows > 0]
    return float(gap.sum() / len(y)), float((gap / rows[rows > 0]).max())


SCORES = {
    "uniform": lambda r, n: r.random(n),
    "tenths": lambda r, n: np.round(r.random(n), 1),
    "hundredths": lambda r, n: np.round(r.random(n), 2),
    "beta": lambda r, n: r.beta(0.3, 0.5, n),
    "at 0 and 1": lambda r, n: r.choice([0.0, 1.0, 0.5, 1e-300, 1e-17], n),
    "constant": lambda r, n: np.full(n, 0.3),
    "near 0": lambda r, n: 1e-12 * r.random(n),
    "near 1": lambda r, n: 1 - 1e-9 * r.random(n),
    "edges": lambda r, n: r.integers(0, 11, n) * 0.1,
    "normal": lambda r, n: r.normal(0, 2, n),
    "Cauchy": lambda r, n: r.standard_cauchy(n),
    "1e15": lambda r, n: 1e15 + r.integers(0, 9, n),
    "1e300": lambda r, n: 1e300 * r.normal(0, 1, n),
    "integers": lambda r, n: r.integers(-3, 4, n).astype(float),
    "negative zero": lambda r, n: r.choice([-0.0, 0.0, 0.5], n),
}


def labels(rng, s, kind):
    if kind == "random":
        return (rng.random(len(s)) < 0.4).astype(int)
    if kind == "rare":
        return (rng.random(len(s)) < 0.05).astype(int)
    if kind == "one class":
        return np.full(len(s), rng.integers(0, 2))
    rank = stats.rankdata(s) / len(s)
    if kind == "separated":
        return (rank > 0.6).astype(int)
    return (rng.random(len(s)) < rank).astype(int)


def sizes(rng):
    return int(rng.choice([1, 2, 3, 5, 17, 60, 200, 700], p=[.08, .08, .08, .16, .2, .2, .15, .05]))


def make_cases(rng, n):
    cases = []
    for i in range(n):
        name = list(SCORES)[i % len(SCORES)]
        kind = ("random", "ranked", "rare", "separated", "ranked", "one class")[i // len(SCORES) % 6]
        s = SCORES[name](rng, sizes(rng))
        cases.append((name + ", " + kind, labels(rng, s, kind), s, np.round(rng.random(len(s)) * 3, 1)))
    return cases


def load(cursor, cases):
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS cases (i int, y int, s float8, w float8)")
    cursor.execute("TRUNCATE cases")
    cursor.execute("INSERT INTO cases SELECT * FROM unnest(%s::int[], %s::int[], %s::float8[], %s::float8[])",
                   ([i for i, c in enumerate(cases) for _ in c[1]],
                    np.concatenate([c[1] for c in cases]).tolist(),
                    np.concatenate([c[2] for c in cases]).tolist(),
                    np.concatenate([c[3] for c in cases]).tolist()))


def rows_of(cursor, sql, args=None):
    cursor.execute(sql, args)
    names = [c.name for c in cursor.description]
    return [dict(zip(names, r)) for r in cursor.fetchall()]


EXACT = """
SELECT i, datamon.roc_auc_score(y, s) AS auc, datamon.roc_auc_score(y, s, w) AS auc_w,
       datamon.average_precision_score(y, s) AS ap, datamon.average_precision_score(y, s, w) AS ap_w,
       datamon.pr_auc_trapezoid_score(y = 1, s) AS pr, datamon.pr_auc_trapezoid_score(y, s, w) AS pr_w,
       datamon.ks_statistic(y, s) AS ks, datamon.ks_statistic(y, s, w) AS ks_w,
       datamon.log_loss(y, s) AS ll, datamon.log_loss(y, s, w) AS ll_w,
       datamon.log_loss(datamon.scored_labels(y, s), 1e-15) AS ll_eps,
       datamon.brier_score_loss(y, s) AS brier, datamon.brier_score_loss(y, s, w) AS brier_w,
       (datamon.roc_auc(y, s)).standard_error AS se,
       datamon.score_state(y, s)::text AS state,
       datamon.is_exact(datamon.score_state(y, s)) AS is_exact
FROM cases GROUP BY i ORDER BY i"""

STATES = """
WITH states AS MATERIALIZED (
  SELECT i, datamon.score_state(y = 1, s) AS a, datamon.scored_labels(y = 1, s) AS b FROM cases GROUP BY i)
SELECT i, datamon.roc_auc_score(a) AS auc, datamon.average_precision_score(a) AS ap,
       datamon.pr_auc_trapezoid_score(a) AS pr, datamon.ks_statistic(a) AS ks, datamon.log_loss(b) AS ll,
       datamon.brier_score_loss(b) AS brier, datamon.gini(a) AS gini,
       (datamon.roc_auc(a)).standard_error AS se, (datamon.score_summary(a)) = (datamon.score_summary(b)) AS same,
       datamon.expected_calibration_error(a) AS ece10, datamon.expected_calibration_error(b, 7) AS ece7,
       datamon.expected_calibration_error(a, 5, 'quantile') AS ece5q,
       datamon.maximum_calibration_error(b) AS mce10, datamon.maximum_calibration_error(a, 5, 'quantile') AS mce5q
FROM states ORDER BY i"""


def exact(cursor, cases):
    groups = {k: Group(n) for k, n in (
        ("auc", "roc_auc_score"), ("auc_w", "roc_auc_score, weighted"), ("se", "DeLong standard error"),
        ("ap", "average_precision_score"), ("ap_w", "average_precision_score, weighted"),
        ("pr", "pr_auc_trapezoid_score"), ("pr_w", "pr_auc_trapezoid_score, weighted"),
        ("ks", "ks_statistic"), ("ks_w", "ks_statistic, weighted"), ("ll", "log_loss"), ("ll_w", "log_loss, weighted"),
        ("ll_eps", "log_loss with eps"), ("brier", "brier_score_loss"),
        ("brier_w", "brier_score_loss, weighted"))}
    groups["ll"].absolute = groups["ll_w"].absolute = groups["ll_eps"].absolute = 0
    groups["brier"].absolute = 0
    groups["se"].absolute = 1e-12
    same = []
    states = rows_of(cursor, STATES)
    for row, state in zip(rows_of(cursor, EXACT), states):
        name, y, s, w = cases[row["i"]]
        weighted = w.sum() > 0
        both = weighted and not one_class(y) and not one_class(y[w > 0])
        want = {"auc": rocauc(y, s), "ap": ap(y, s), "pr": trapezoid(y, s), "se": delong(y, s),
                "ks": None if one_class(y) else float(stats.ks_2samp(s[y == 1], s[y == 0]).statistic),
                "ll": log_loss(y, s), "ll_eps": log_loss(y, s, eps=1e-15), "brier": brier(y, s),
                "auc_w": rocauc(y, s, w) if both else None,
                "ap_w": ap(y, s, w) if weighted and y[w > 0].any() else None,
                "pr_w": trapezoid(y, s, w) if weighted and y[w > 0].any() else None,
                "ll_w": log_loss(y, s, w) if weighted else None,
                "brier_w": brier(y, s, w) if weighted else None}
        if both:
            fpr, tpr, _ = metrics.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
            want["ks_w"] = float(np.abs(tpr - fpr).max())
        else:
            want["ks_w"] = None
        for k, g in groups.items():
            g.add(row[k], want[k], name)
        if row["is_exact"] and any(state[k] != row[k] for k in ("auc", "ap", "pr", "ks", "se")):
            same.append(name)
    for g in groups.values():
        g.done()
    ok(not same, "an exact score_state gives the digits of the rows", "; ".join(same[:5]))
    groups = {"ll": Group("log_loss(scored_labels)", absolute=0), "brier": Group("brier_score_loss(scored_labels)", absolute=1e-17),
              "ece10": Group("expected_calibration_error"), "ece7": Group("expected_calibration_error, 7 bins"),
              "ece5q": Group("expected_calibration_error, quantile"), "mce10": Group("maximum_calibration_error"),
              "mce5q": Group("maximum_calibration_error, quantile"), "gini": Group("gini")}
    for state in states:
        name, y, s, _ = cases[state["i"]]
        auc = rocauc(y, s)
        want = {"ll": log_loss(y, s), "brier": brier(y, s), "gini": None if auc is None else 2 * auc - 1}
        want["ece10"], want["mce10"] = ece_mce(y, s, 10, "uniform")
        want["ece7"] = ece_mce(y, s, 7, "uniform")[0]
        want["ece5q"], want["mce5q"] = ece_mce(y, s, 5, "quantile")
        for k, g in groups.items():
            g.add(state[k], want[k], name)
    for g in groups.values():
        g.done()


CURVES = """
WITH states AS MATERIALIZED (
  SELECT i, datamon.score_state(y, s) AS a, datamon.scored_labels(y, s, w) AS b FROM cases GROUP BY i)
SELECT i, (SELECT array_agg(ARRAY[threshold, false_positive_rate, true_positive_rate]) FROM datamon.roc_curve(a)) AS roc,
       (SELECT array_agg(ARRAY[threshold, false_positive_rate, true_positive_rate]) FROM datamon.roc_curve(a, false)) AS all_roc,
       (SELECT array_agg(ARRAY[false_positive_rate, true_positive_rate]) FROM datamon.roc_curve(b, false)) AS weighted_roc,
       (SELECT array_agg(ARRAY[threshold, "precision", recall]) FROM datamon.precision_recall_curve(a)) AS pr,
       (SELECT array_agg(ARRAY[fraction, gain, lift]) FROM datamon.gain_curve(a)) AS gain,
       (SELECT array_agg(ARRAY[positive_share, mean_score]) FROM datamon.calibration_curve(a)) AS calibration,
       (SELECT array_agg(ARRAY[positive_share, mean_score]) FROM datamon.calibration_curve(a, 10, 'quantile')) AS quantile,
       (SELECT array_agg(ARRAY[n, positive_share, ci_lower, ci_upper]) FROM datamon.calibration_curve(a)) AS wilson,
       ARRAY[datamon.lift_score(a, 0.1), datamon.lift_score(a, 0.37), datamon.lift_score(a, 1)] AS lifts
FROM states ORDER BY i"""


def same_curve(got, want, rel=1e-9):
    got = np.array([[np.nan if v is None else v for v in r] for r in got or []], float)
    want = np.array(want, float)
    return got.shape == want.shape and np.allclose(got, want, rtol=rel, atol=1e-13, equal_nan=True)


def lift_of(y, s, fraction):
    """Ties give their share: the mean over all orders of the rows."""
    rank = stats.rankdata(-s, method="min") - 1
    ties = np.array([(s == v).sum() for v in s])
    share = np.clip((fraction * len(y) - rank) / ties, 0, 1)
    return (share * y).sum() / y.sum() / fraction


def curves(cursor, cases):
    bad = {k: [] for k in ("roc", "all_roc", "weighted_roc", "pr", "gain", "calibration", "quantile", "wilson", "lifts")}
    n = dict.fromkeys(bad, 0)
    for row in rows_of(cursor, CURVES):
        name, y, s, w = cases[row["i"]]

        def check(key, want):
            n[key] += 1
            if not same_curve(row[key], want):
                bad[key].append("%s %s: got %r, want %r" % (name, len(y), row[key], np.array(want).tolist()))
        if not one_class(y):
            for key, drop in (("roc", True), ("all_roc", False)):
                fpr, tpr, threshold = metrics.roc_curve(y, s, drop_intermediate=drop)
                threshold[0] = np.inf       # as since scikit-learn 1.3
                check(key, np.c_[threshold, fpr, tpr])
            if not one_class(y[w > 0] if (w > 0).any() else y[:1]):
                fpr, tpr, _ = metrics.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
                check("weighted_roc", np.c_[fpr, tpr])
        if y.any():
            precision, recall, threshold = metrics.precision_recall_curve(y, s)
            check("pr", np.c_[np.append(threshold, np.nan), precision, recall])
            order = np.unique(s)[::-1]
            fraction = np.array([(s >= t).mean() for t in order])
            gain = np.array([y[s >= t].sum() / y.sum() for t in order])
            check("gain", np.c_[fraction, gain, gain / fraction])
            row["lifts"] = [[v] for v in row["lifts"]]
            check("lifts", [[lift_of(y, s, f)] for f in (0.1, 0.37, 1)])
        if probabilities(s):
            check("calibration", np.c_[calibration_curve(y, s, n_bins=5)] if not one_class(y) else
                  own_curve(y, s, 5, "uniform"))
            check("quantile", np.c_[calibration_curve(y, s, n_bins=10, strategy="quantile")] if not one_class(y) else
                  own_curve(y, s, 10, "quantile"))
            ids = np.searchsorted(np.linspace(0, 1, 6)[1:-1], s)
            want = []
            for b in np.unique(ids):
                hits, rows = int(y[ids == b].sum()), int((ids == b).sum())
                ci = stats.binomtest(hits, rows).proportion_ci(0.95, method="wilson")
                want.append([rows, hits / rows, ci.low, ci.high])
            check("wilson", want)
    for key in bad:
        ok(not bad[key] and n[key] > 50, "%s: %d curves" % (key, n[key]), "; ".join(bad[key][:2])[:600])


def own_curve(y, s, n_bins, strategy):
    edges = np.linspace(0, 1, n_bins + 1) if strategy == "uniform" else \
        np.percentile(s, np.linspace(0, 1, n_bins + 1) * 100)
    ids = np.searchsorted(edges[1:-1], s)
    return [[y[ids == b].mean(), s[ids == b].mean()] for b in np.unique(ids)]


BEST = """
WITH states AS MATERIALIZED (SELECT i, datamon.score_state(y, s) AS a FROM cases GROUP BY i)
SELECT i, metric, (b).threshold, (b).value, datamon.true_positives((b).state) AS tp, datamon.false_positives((b).state) AS fp,
       datamon.false_negatives((b).state) AS fn, datamon.true_negatives((b).state) AS tn,
       (b).state OPERATOR(datamon.=) CASE WHEN (b).threshold IS NOT NULL THEN datamon.f_beta_state(a, (b).threshold) END AS same
FROM states, unnest(ARRAY['f1','f_beta','youden','accuracy','balanced_accuracy','mcc','cost']) metric,
     LATERAL (SELECT datamon.best_threshold(a, metric, 2, 1.5, 4) AS b OFFSET 0) q ORDER BY i"""


def value_of(metric, y, p):
    if metric == "f1":
        return metrics.f1_score(y, p) if y.any() or p.any() else None
    if metric == "f_beta":
        return metrics.fbeta_score(y, p, beta=2) if y.any() or p.any() else None
    if metric == "accuracy":
        return metrics.accuracy_score(y, p)
    if metric == "cost":
        return -(1.5 * ((p == 1) & (y == 0)).sum() + 4 * ((p == 0) & (y == 1)).sum()) / len(y)
    if one_class(y):
        return None
    if metric == "mcc":
        return metrics.matthews_corrcoef(y, p) if not one_class(p) else None
    balanced = metrics.balanced_accuracy_score(y, p)
    return 2 * balanced - 1 if metric == "youden" else balanced


def best(cursor, cases):
    groups = {}
    bad = []
    for row in rows_of(cursor, BEST):
        name, y, s, _ = cases[row["i"]]
        metric = row["metric"]
        values = [(value_of(metric, y, (s >= t).astype(int)), t) for t in [np.inf] + sorted(set(s), reverse=True)]
        values = [v for v in values if v[0] is not None]
        most = max(v[0] for v in values) if values else None
        want = None if most is None else -most if metric == "cost" else most
        groups.setdefault(metric, Group("best_threshold " + metric)).add(row["value"], want, name)
        if values:
            p = (s >= row["threshold"]).astype(int)
            counts = [int(((p == a) & (y == b)).sum()) for a, b in ((1, 1), (1, 0), (0, 1), (0, 0))]
            first = [t for v, t in values if v >= most - 1e-12][0]
            if counts != [row[k] for k in ("tp", "fp", "fn", "tn")] or not row["same"] or first != row["threshold"]:
                bad.append("%s %s: %r, first %r" % (metric, name, row, first))
    for g in groups.values():
        g.done()
    ok(not bad, "best_threshold: its counts are those of its threshold, and it is the highest", "; ".join(bad[:2]))


PARTS = """
SELECT i, (datamon.brier_decomposition(st, 10, 'uniform')).*, b.reliability AS d_rel, b.resolution AS d_res,
       b.within_bin_variance AS d_var, b.within_bin_covariance AS d_cov
FROM (SELECT i, datamon.score_state(y, s) AS st FROM cases GROUP BY i) q, datamon.brier_decomposition(st, 10, 'distinct') b ORDER BY i"""


def decomposition(cursor, cases):
    groups = {k: Group("brier_decomposition: " + k, absolute=1e-15) for k in
              ("reliability", "resolution", "uncertainty", "within_bin_variance", "within_bin_covariance",
               "sum", "sum of distinct")}
    for row in rows_of(cursor, PARTS):
        name, y, s, _ = cases[row["i"]]
        if not probabilities(s):
            continue
        ids = np.searchsorted(np.linspace(0, 1, 11)[1:-1], s)
        parts = dict.fromkeys(("rel", "res", "var", "cov"), 0.0)
        for b in np.unique(ids):
            f, o = s[ids == b], y[ids == b]
            parts["rel"] += len(f) * (f.mean() - o.mean()) ** 2
            parts["res"] += len(f) * (o.mean() - y.mean()) ** 2
            parts["var"] += ((f - f.mean()) ** 2).sum()
            parts["cov"] += 2 * ((f - f.mean()) * (o - o.mean())).sum()
        parts = {k: v / len(y) for k, v in parts.items()}
        loss = brier(y, s)
        for k, got, want in (("reliability", row["reliability"], parts["rel"]),
                             ("resolution", row["resolution"], parts["res"]),
                             ("uncertainty", row["uncertainty"], y.mean() * (1 - y.mean())),
                             ("within_bin_variance", row["within_bin_variance"], parts["var"]),
                             ("within_bin_covariance", row["within_bin_covariance"], parts["cov"]),
                             ("sum", row["reliability"] - row["resolution"] + row["uncertainty"] +
                              row["within_bin_variance"] - row["within_bin_covariance"], loss),
                             ("sum of distinct", row["d_rel"] - row["d_res"] + row["uncertainty"] +
                              row["d_var"] - row["d_cov"], loss)):
            groups[k].add(got, want, name)
    for g in groups.values():
        g.done()


TESTS = """
WITH states AS MATERIALIZED (SELECT i, datamon.score_state(y, s) AS a, datamon.scored_labels(y, s) AS b FROM cases GROUP BY i)
SELECT p.i, (t).statistic AS t, (t).p_value AS t_p, (t).df AS t_df, (t).effect_size AS t_effect, z.statistic AS z, z.p_value AS z_p,
       z.effect_size AS z_effect, h.statistic AS h, h.p_value AS h_p, h.df AS h_df, h.effect_size AS h_effect, f.p_value AS f_p
FROM states p JOIN states q ON q.i = p.i + 1, LATERAL (SELECT datamon.roc_auc_test(p.a, q.a) AS t OFFSET 0) r,
     datamon.spiegelhalter_test(p.b) z, datamon.hosmer_lemeshow_test(p.a, 6) h,
     datamon.hosmer_lemeshow_test(p.b, 6, fitted => true) f ORDER BY p.i"""


def hosmer_lemeshow(y, s, n_bins):
    edges = np.percentile(s, np.linspace(0, 1, n_bins + 1) * 100)
    ids = np.searchsorted(edges[1:-1], s)
    total, bins = 0.0, 0
    for b in np.unique(ids):
        n, hits, sum_ = (ids == b).sum(), y[ids == b].sum(), s[ids == b].sum()
        bins += 1
        if hits != sum_:
            total += (hits - sum_) ** 2 / (sum_ * (1 - sum_ / n)) if 0 < sum_ < n else np.inf
    return total, bins


def tests(cursor, cases):
    names = {"t": "statistic", "t_p": "p", "t_df": "df", "t_effect": "effect", "z": "statistic", "z_p": "p", "z_effect": "effect",
             "h": "statistic", "h_p": "p", "h_df": "df", "h_effect": "effect", "f_p": "p, fitted"}
    of = {"t": "roc_auc_test", "z": "spiegelhalter_test", "h": "hosmer_lemeshow_test", "f": "hosmer_lemeshow_test"}
    groups = {k: Group("%s: %s" % (of[k[0]], v), absolute=1e-13) for k, v in names.items()}
    for row in rows_of(cursor, TESTS):
        name, y, s, _ = cases[row["i"]]
        _, y1, s1, _ = cases[row["i"] + 1]
        want = dict.fromkeys(names)
        if not one_class(y) and not one_class(y1):
            want["t_effect"] = rocauc(y1, s1) - rocauc(y, s)
            errors = delong(y, s), delong(y1, s1)
            if None not in errors and max(errors) > 0:
                v0, v1 = errors[0] ** 2, errors[1] ** 2
                want["t"] = want["t_effect"] / np.sqrt(v0 + v1)
                want["t_df"] = (v0 + v1) ** 2 / (v0 ** 2 / (len(y) - 1) + v1 ** 2 / (len(y1) - 1))
                want["t_p"] = float(2 * stats.t.sf(abs(want["t"]), want["t_df"]))
        near_sure = probabilities(s) and ((s < 1e-9) | (s > 1 - 1e-6)).any()
        if probabilities(s):
            top, variance = ((y - s) * (1 - 2 * s)).sum(), ((1 - 2 * s) ** 2 * s * (1 - s)).sum()
            want["z_effect"] = top / len(y)
            if variance > 0:
                want["z"] = top / np.sqrt(variance)
                want["z_p"] = float(2 * stats.norm.sf(abs(want["z"])))
            want["h_effect"] = ece_mce(y, s, 6, "quantile")[0]
            want["h"], want["h_df"] = hosmer_lemeshow(y, s, 6)
            want["h_p"] = float(stats.chi2.sf(want["h"], want["h_df"]))
            if want["h_df"] > 2:
                want["f_p"] = float(stats.chi2.sf(want["h"], want["h_df"] - 2))
        for k, g in groups.items():
            if not (near_sure and k in ("h", "h_p", "f_p", "z", "z_p")):     # rounding of 1 - p decides there
                g.add(row[k], want[k], name)
    for g in groups.values():
        g.done()


def level(cursor, rng):
    """p-values of samples without a difference, and of calibrated scores, are uniform, near enough."""
    cases = []
    for _ in range(600):
        s = rng.beta(1, 2, 150)
        cases.append(("", (rng.random(150) < s).astype(int), s, s))
    load(cursor, cases)
    rows = rows_of(cursor, TESTS)
    for k, name, part in (("t_p", "roc_auc_test", 2), ("z_p", "spiegelhalter_test", 1), ("h_p", "hosmer_lemeshow_test", 1)):
        small = [r[k] < 0.05 for r in rows][::part]
        ok(stats.binomtest(sum(small), len(small), 0.05).pvalue > 1e-3,
           "%s keeps its level (%d of %d below 0.05)" % (name, sum(small), len(small)))


def documented(cursor):
    """The examples of scikit-learn's own documentation."""
    y, s = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
    row = rows_of(cursor, """SELECT datamon.roc_auc_score(y, s) AS auc, datamon.average_precision_score(y, s) AS ap
        FROM unnest(%s::int[], %s::float8[]) t(y, s)""", (y, s))[0]
    ok(row["auc"] == 0.75 and abs(row["ap"] - 0.8333333333333333) < 1e-15, "roc_auc_score 0.75, average precision 0.83")
    row = rows_of(cursor, """SELECT datamon.brier_score_loss(y, s) AS brier, datamon.log_loss(y, t) AS loss
        FROM unnest('{0,1,1,0}'::int[], '{0.1,0.9,0.8,0.3}'::float8[], '{0.1,0.9,0.8,0.35}'::float8[]) t(y, s, t)""")[0]
    ok(abs(row["brier"] - 0.0375) < 1e-15 and abs(row["loss"] - 0.21616187468057912) < 1e-15, "Brier 0.0375, log loss 0.21616")


BINNED = """
SELECT datamon.score_state(y, s) AS a, (datamon.roc_auc(datamon.score_state(y, s))).max_error,
       datamon.is_exact(datamon.score_state(y, s)) FROM cases"""


def binned(cursor, rng):
    """Many distinct scores: log loss and Brier stay exact, the others come close."""
    for name, n in (("uniform", 30000), ("beta", 30000), ("normal", 30000), ("near 0", 5000)):
        s = SCORES[name](rng, n)
        y = labels(rng, s, "ranked")
        load(cursor, [(name, y, s, s)])
        row = rows_of(cursor, """
            SELECT datamon.is_exact(a) AS exact, datamon.roc_auc_score(a) AS auc, (datamon.roc_auc(a)).max_error AS slack,
                   datamon.average_precision_score(a) AS ap, datamon.ks_statistic(a) AS ks, datamon.log_loss(a) AS ll,
                   datamon.brier_score_loss(a) AS brier, datamon.expected_calibration_error(a) AS ece,
                   datamon.lift_score(a, 0.1) AS lift, (datamon.best_threshold(a)).value AS f1,
                   (datamon.roc_auc(a)).standard_error AS se
            FROM (SELECT datamon.score_state(y, s) AS a FROM cases) q""")[0]
        ok(not row["exact"], name + ": %d distinct scores are binned" % n)
        error = abs(row["auc"] - rocauc(y, s))
        ok(error <= row["slack"] < 2e-3, "%s: AUC is within %.1e of the rows' (%.1e)" % (name, row["slack"], error))
        ok(abs(row["ap"] - ap(y, s)) < 2e-3 and
           abs(row["ks"] - stats.ks_2samp(s[y == 1], s[y == 0]).statistic) < 5e-3 and
           abs(row["lift"] / lift_of_rows(y, s, 0.1) - 1) < 5e-3 and
           abs(row["f1"] - best_f1(y, s)) < 2e-3, name + ": AP, KS, lift and F1 come near", repr(row))
        psi = delong(y[:3000], s[:3000]) * np.sqrt(3000 / n)
        ok(abs(row["se"] / psi - 1) < 0.1, name + ": so does DeLong's standard error", "%r %r" % (row["se"], psi))
        if probabilities(s):
            for k, want in (("ll", log_loss(y, s)), ("brier", brier(y, s))):
                ok(abs(row[k] - want) <= 1e-12 * want, "%s: %s is that of the rows" % (name, k), "%r %r" % (row[k], want))
            ok(abs(row["ece"] - ece_mce(y, s, 10, "uniform")[0]) < 2e-3, name + ": ECE comes near",
               "%r %r" % (row["ece"], ece_mce(y, s, 10, "uniform")))


def lift_of_rows(y, s, fraction):
    order = np.argsort(-s)
    return y[order][:int(fraction * len(y))].mean() / y.mean()


def best_f1(y, s):
    precision, recall, _ = metrics.precision_recall_curve(y, s)
    return np.nanmax(2 * precision * recall / (precision + recall))


OVR = """
SELECT avg(auc), sum(auc * n) / sum(n)
FROM (SELECT class, datamon.roc_auc_score(actual = class, score) AS auc, count(*) FILTER (WHERE actual = class) AS n
      FROM answers, unnest(classes, scores) u(class, score) GROUP BY class) one_vs_rest"""
OVO = """
WITH p AS (SELECT a.c AS a, b.c AS b FROM unnest(%s::text[]) a(c), unnest(%s::text[]) b(c) WHERE a.c <> b.c)
SELECT avg(auc), sum(auc * n) / sum(n)
FROM (SELECT least(a, b), greatest(a, b), avg(auc) AS auc, sum(n) AS n
      FROM (SELECT p.a, p.b, datamon.roc_auc_score(actual = p.a, score) AS auc, count(*) FILTER (WHERE actual = p.a) AS n
            FROM answers, unnest(classes, scores) u(class, score), p WHERE u.class = p.a AND actual IN (p.a, p.b) GROUP BY p.a, p.b) pairs
      GROUP BY 1, 2) one_vs_one"""


def several_classes(cursor, rng):
    """The queries of the reference are scikit-learn's multi_class areas."""
    worst, n = 0, 0
    cursor.execute("CREATE TEMP TABLE answers (actual text, classes text[], scores float8[])")
    for _ in range(20):
        k = int(rng.integers(3, 6))
        names = ["c%d" % c for c in range(k)]
        weight = np.arange(1, k + 1)
        y = np.r_[np.arange(k), rng.choice(k, 60, p=weight / weight.sum())]
        s = np.round(rng.dirichlet(np.ones(k), len(y)) + 0.5 * np.eye(k)[y], 2)
        s /= s.sum(1, keepdims=True)
        cursor.execute("TRUNCATE answers")
        cursor.execute("INSERT INTO answers SELECT a, %s, s::float8[] FROM unnest(%s::text[], %s::text[]) t(a, s)",
                       (names, [names[c] for c in y], ["{%s}" % ",".join(map(repr, r)) for r in s.tolist()]))
        for sql, kind, args in ((OVR, "ovr", None), (OVO, "ovo", (names, names))):
            cursor.execute(sql, args)
            for got, average in zip(cursor.fetchone(), ("macro", "weighted")):
                want = metrics.roc_auc_score(y, s, multi_class=kind, average=average)
                worst, n = max(worst, abs(float(got) / want - 1)), n + 1
    ok(n == 80 and worst < 1e-9, "areas of several classes: %d, worst %.1e" % (n, worst))


def unused(cursor, rng):
    """Missing labels and scores leave the metrics alone and are counted."""
    n = 400
    y, s = (rng.random(n) < 0.4).astype(int), rng.random(n)
    no_y, no_s = rng.random(n) < 0.2, rng.random(n) < 0.2
    lost = rng.choice(["NaN", "Infinity", "-Infinity", None], n)
    row = rows_of(cursor, """SELECT datamon.unused_count(a) AS u, datamon.unlabelled_count(a) AS l, datamon.unscored_count(a) AS c,
          datamon.count(a) AS n, datamon.roc_auc_score(a) AS auc, datamon.unused_count(b) AS ub, datamon.unlabelled_count(b) AS lb,
          datamon.unscored_count(b) AS cb, datamon.roc_auc_score(b) AS aucb
        FROM (SELECT datamon.score_state(y, s) AS a, datamon.scored_labels(y, s) AS b
              FROM unnest(%s::int[], %s::float8[]) t(y, s)) q""",
                  ([None if u else int(v) for u, v in zip(no_y, y)],
                   [(None if v is None else float(v)) if u else float(x) for u, v, x in zip(no_s, lost, s)]))[0]
    used = ~no_y & ~no_s
    want = [int((no_y | no_s).sum()), int((no_y & ~no_s).sum()), int((~no_y & no_s).sum())]
    ok([row["u"], row["l"], row["c"]] == want and row["n"] == used.sum() and [row["ub"], row["lb"], row["cb"]] == want,
       "rows without label or score are counted", repr(row))
    auc = rocauc(y[used], s[used])
    ok(abs(row["auc"] - auc) < 1e-14 and row["auc"] == row["aucb"], "and the others give the metrics")


def main():
    cursor = connect()
    rng = np.random.default_rng(4711)
    documented(cursor)
    cases = make_cases(rng, 720)
    load(cursor, cases)
    exact(cursor, cases)
    cases = make_cases(rng, 360)
    load(cursor, cases)
    curves(cursor, cases)
    decomposition(cursor, cases)
    tests(cursor, cases)
    cases = [c for c in make_cases(rng, 200) if len(c[1]) <= 60]
    load(cursor, cases)
    best(cursor, cases)
    binned(cursor, rng)
    unused(cursor, rng)
    several_classes(cursor, rng)
    level(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
