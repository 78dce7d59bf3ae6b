"""TAP: datamon's tests on categories and proportions against scipy and statsmodels.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, statsmodels, psycopg2.
Tables larger than 2 x 2 are enumerated here in exact fractions.
"""
import math
import sys
import warnings
from collections import Counter
from fractions import Fraction

import numpy as np
from scipy import stats
from scipy.stats import contingency
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from lib.tap import connect, finish, told as ok


def off(got, want, absolute=1e-12):
    """relative difference, of values next to 0 in units that make 1e-9 of "absolute"; NULL is nan"""
    got = math.nan if got is None else float(got)
    if math.isnan(want) or math.isinf(want):
        return 0.0 if repr(got) == repr(float(want)) else math.inf
    if got == want:
        return 0.0
    return abs(got - want) / max(abs(want), absolute * 1e9) if want or absolute else math.inf


class Group:
    """All cases of one function; one line of TAP."""

    def __init__(self, name, limit=1e-9):
        self.name, self.limit, self.n, self.worst, self.case = name, limit, 0, 0.0, ""

    def add(self, got, want, case, absolute=1e-12):
        self.n += 1
        d = off(got, want, absolute)
        if not d <= self.worst:
            self.worst, self.case = d, "%s: got %r, want %r" % (case, got, want)

    def close(self):
        ok(self.n > 0 and self.worst <= self.limit, "%s: %d cases" % (self.name, self.n),
           "largest relative difference %.2g%s" % (self.worst, "" if self.worst <= self.limit else "; " + self.case))


def groups(names):
    return {n: Group(n) for n in names}


def run(cursor, sql, *args):
    cursor.execute(sql, args)
    return dict(zip([c.name for c in cursor.description], cursor.fetchone()))


def tables(rng):
    """Random tables of counts: small, sparse, skewed, large, alike."""
    for i in range(500):
        r = 2 if i % 2 else int(rng.integers(2, 5))
        c = int(rng.integers(1, 7))
        scale = (1, 3, 30, 1000, 10**7)[i % 5]
        t = rng.poisson(scale * rng.gamma(0.7, 1, c), (r, c)).astype(np.int64)
        if i % 7 == 0:
            t[rng.integers(r), rng.integers(c)] = 0
        if i % 11 == 0:
            t[:] = t[0]
        yield t


def log_likelihood(t, yates):
    """G where scipy's sum of large terms of both signs cancels: in long doubles"""
    t = t.astype(np.longdouble)
    e = t.sum(axis=1, keepdims=True) * t.sum(axis=0, keepdims=True) / t.sum()
    if yates and t.shape == (2, 2):
        t = t + np.sign(e - t) * np.minimum(0.5, np.abs(e - t))
    return float(2 * (t[t > 0] * np.log(t[t > 0] / e[t > 0])).sum())


def contingency_tables(cursor, rng):
    g = groups(["chi-square", "chi-square, Yates", "G", "G, Yates", "chi-square p", "G p", "Cramer's V"])
    for t in tables(rng):
        kept = t[t.sum(axis=1) > 0][:, t.sum(axis=0) > 0]
        got = run(cursor, """
            SELECT (a).statistic AS x, (a).p_value AS xp, (a).df, (b).statistic AS xy, (c).statistic AS g, (c).p_value AS gp,
                (d).statistic AS gy, datamon.cramers_v(t) AS v
            FROM (SELECT t, datamon.chi_square_contingency(t) AS a, datamon.chi_square_contingency(t, true) AS b,
                datamon.g_test(t) AS c, datamon.g_test(t, correction => true) AS d
                FROM (SELECT %s::bigint[] AS t OFFSET 0) s OFFSET 0) q""", t.tolist())
        if kept.shape[0] < 2:
            want = dict.fromkeys(got, math.nan)
        else:
            x = contingency.chi2_contingency(kept, correction=False)
            gg = contingency.chi2_contingency(kept, correction=False, lambda_="log-likelihood")
            gy = contingency.chi2_contingency(kept, correction=True, lambda_="log-likelihood")[0]
            if t.sum() > 10**5:
                x_g = log_likelihood(kept, False)
                gg, gy = (x_g, stats.chi2.sf(x_g, gg[2]) if gg[2] else 1.0), log_likelihood(kept, True)
            want = {"x": x[0], "xp": x[1], "df": x[2], "g": gg[0], "gp": gg[1], "gy": gy,
                    "xy": contingency.chi2_contingency(kept, correction=True)[0],
                    "v": contingency.association(kept, method="cramer") if min(kept.shape) > 1 else 0}
        # statistics are sums of rounded parts: what is next to 0 is known to the rounding of the counts
        absolute = 1e-12 + 1e-15 * float(t.sum())
        of_p = {p: 1e-7 if abs(got[x] or 0) <= absolute else 1e-300 for p, x in (("xp", "x"), ("gp", "g"))}
        for key, name in (("x", "chi-square"), ("xy", "chi-square, Yates"), ("g", "G"), ("gy", "G, Yates"),
                          ("xp", "chi-square p"), ("gp", "G p"), ("v", "Cramer's V")):
            if want[key] is not None:
                g[name].add(got[key], want[key], t.tolist(), of_p.get(key, 1e-9 if key == "v" else absolute))
    for group in g.values():
        group.close()


def goodness_of_fit(cursor, rng):
    g = groups(["goodness of fit", "goodness of fit p"])
    for i in range(300):
        k = int(rng.integers(1, 8))
        e = rng.gamma(1, 1, k) * (1, 10**3, 10**6)[i % 3] + 1e-3
        o = rng.poisson(e / e.sum() * (5, 100, 10**5)[i % 3])
        if i % 10 == 0:
            e = None
        got = run(cursor, "SELECT (t).statistic AS x, (t).p_value AS p FROM (SELECT datamon.chi_square_gof_test(%s::bigint[], %s::float8[]) AS t"
                  " OFFSET 0) q", o.tolist(), None if e is None else e.tolist())
        if o.sum() == 0:
            x, p = math.nan, math.nan
        else:
            x, p = stats.chisquare(o, None if e is None else e * (o.sum() / e.sum()))
            p = 1.0 if k == 1 else p
            x = 0.0 if k == 1 else x
        g["goodness of fit"].add(got["x"], x, (o, e))
        g["goodness of fit p"].add(got["p"], p, (o, e), 1e-300)
    for group in g.values():
        group.close()


def fisher_2x2(cursor, rng):
    g = groups(["Fisher 2 x 2, " + a for a in ("two-sided", "less", "greater")] + ["odds ratio"])
    for i in range(400):
        scale = (2, 6, 40, 1000)[i % 4]
        t = rng.poisson(scale * rng.gamma(1, 1, 4)).reshape(2, 2)
        if i % 5 == 0:
            t[1] = t[0][::-1]                # symmetric: ties
        if t[0].sum() == 0 or t[1].sum() == 0:
            continue                         # an empty sample: NULL here, 1 in scipy
        for a in ("two-sided", "less", "greater"):
            got = run(cursor, "SELECT (t).statistic AS x, (t).p_value AS p FROM (SELECT datamon.fisher_exact_test(%s::bigint[], %s) AS t"
                      " OFFSET 0) q", t.tolist(), a)
            x, p = stats.fisher_exact(t, a)
            g["Fisher 2 x 2, " + a].add(got["p"], p, t.tolist(), 1e-300)
            g["odds ratio"].add(got["x"], x, t.tolist())
    for group in g.values():
        group.close()


def enumerate_tables(rows, columns):
    """1 / prod x! of every table with these margins, as fractions"""
    def column(left, total, i):
        if i == len(left) - 1:
            if total <= left[i]:
                yield (total,)
            return
        for x in range(min(left[i], total) + 1):
            for rest in column(left, total - x, i + 1):
                yield (x,) + rest

    paths = Counter({(tuple(rows), Fraction(1)): 1})
    for c in columns:
        after = Counter()
        for (left, p), times in paths.items():
            for xs in column(left, c, 0):
                key = (tuple(a - b for a, b in zip(left, xs)), p / math.prod(map(math.factorial, xs)))
                after[key] += times
        paths = after
    return [(p, times) for (left, p), times in paths.items()]


def fisher_larger(cursor, rng):
    g = Group("Fisher of larger tables, enumerated")
    for i in range(250):
        r, c = int(rng.integers(2, 5)), int(rng.integers(2, 5))
        t = rng.multinomial(int(rng.integers(1, (26, 16, 12)[max(r, c) - 2])), rng.dirichlet(np.ones(r * c))).reshape(r, c)
        if i % 6 == 0:
            t = np.vstack([t[:1], t[:1]])    # many ties
        if (t.sum(axis=1) > 0).sum() < 2 or t.sum() > 30:
            continue
        all_tables = enumerate_tables([int(x) for x in t.sum(axis=1)], [int(x) for x in t.sum(axis=0)])
        seen = Fraction(1, math.prod(math.factorial(int(x)) for x in t.flatten()))
        total = sum(p * n for p, n in all_tables)
        p = float(sum(p * n for p, n in all_tables if p <= seen) / total)
        got = run(cursor, "SELECT (datamon.fisher_exact_test(%s::bigint[])).p_value AS p", t.tolist())
        g.add(got["p"], p, t.tolist(), 0)
    g.close()


def fisher_drawn(cursor, rng):
    """tables too large to enumerate here: the share of random tables that are no more probable"""
    for t in ([[15, 6, 11, 7], [12, 6, 14, 9], [10, 14, 12, 4]], [[60, 24, 44, 50, 20, 8], [48, 22, 54, 44, 16, 18]],
              [[5, 6, 4, 7], [3, 6, 4, 9], [5, 4, 2, 4], [2, 6, 4, 4]], [[300, 220, 240], [261, 251, 200]],
              [[15, 6, 11, 12, 5, 2, 4, 7, 2, 3], [12, 16, 14, 11, 4, 5, 1, 9, 1, 5]]):
        t = np.array(t)
        draw = stats.random_table(t.sum(axis=1), t.sum(axis=0))
        n = 20000
        share = (draw.logpmf(draw.rvs(n, random_state=rng)) <= draw.logpmf(t) + 1e-7).mean()
        p = run(cursor, "SELECT (datamon.fisher_exact_test(%s::bigint[])).p_value AS p", t.tolist())["p"]
        ok(abs(share - p) < 4.5 * math.sqrt(p * (1 - p) / n), "Fisher of a %d x %d table against random ones" % t.shape,
           "p %.4f, drawn %.4f" % (p, share))


def binomial(cursor, rng):
    g = groups(["binomial test, " + a for a in ("two-sided", "less", "greater")])
    for i in range(600):
        n = int((1, 2, 10, 100, 10**4, 10**6)[i % 6] * rng.uniform(1, 3))
        p = float((0.5, rng.uniform(), 0.01, 1e-4, 0.999)[i % 5])
        k = int(min(max(rng.binomial(n, p) + rng.integers(-3, 4) * math.sqrt(n * p * (1 - p)) * (i % 3), 0), n))
        for a in ("two-sided", "less", "greater"):
            got = run(cursor, "SELECT (t).statistic AS x, (t).p_value AS p FROM (SELECT datamon.binomial_test(%s, %s, %s, %s) AS t"
                      " OFFSET 0) q", k, n, p, a)
            want = stats.binomtest(k, n, p, a)
            g["binomial test, " + a].add(got["p"], want.pvalue, (k, n, p), 1e-290)
            if got["x"] != k / n:
                g["binomial test, " + a].add(got["x"], k / n, (k, n, p))
    for group in g.values():
        group.close()


def intervals(cursor, rng):
    # scipy finds Clopper and Pearson's bounds with a root finder to about 1e-12
    methods = ["normal", "wilson", "beta", "agresti_coull", "jeffreys"]
    g = groups(["proportion_confint, " + m for m in methods] + ["binomial_ci, " + m for m in ("exact", "wilson", "wilsoncc")])
    for i in range(300):
        n = int((1, 5, 30, 1000, 10**6)[i % 5] * rng.uniform(1, 3))
        k = int((0, n, rng.integers(0, n + 1))[min(i % 7, 2)])
        alpha = float((0.05, 0.01, 0.3, 1e-5)[i % 4])
        for m in methods:
            got = run(cursor, "SELECT (datamon.proportion_confint(%s, %s, %s, %s)).*", k, n, alpha, m)
            want = proportion_confint(k, n, alpha, m)
            for key, w in zip(("low", "high"), want):
                # statsmodels leaves the rounding error of 1 - 1 at the ends
                g["proportion_confint, " + m].add(got[key], w, (k, n, alpha), 1e-14)
        for m in ("exact", "wilson", "wilsoncc"):
            got = run(cursor, "SELECT (datamon.binomial_ci(%s, %s, %s, %s)).*", k, n, 1 - alpha, m)
            want = stats.binomtest(k, n).proportion_ci(1 - alpha, m)
            for key, w in zip(("low", "high"), want):
                g["binomial_ci, " + m].add(got[key], w, (k, n, alpha), 1e-11 if m == "exact" else 1e-14)
    for group in g.values():
        group.close()


def proportions(cursor, rng):
    names = {"two-sided": "two-sided", "less": "smaller", "greater": "larger"}
    g = groups(["proportions_ztest, " + a for a in names] + ["proportions_ztest, p " + a for a in names])
    for i in range(300):
        n = [int(x) for x in (1, 20, 1000, 10**6)[i % 4] * rng.integers(1, 5, 2)]
        k = [int(rng.binomial(x, (0.5, 0.01, 0)[i % 3])) for x in n]
        for a, theirs in names.items():
            got = run(cursor, "SELECT (t).statistic AS z, (t).p_value AS p FROM"
                      " (SELECT datamon.proportions_ztest(%s, %s, %s, %s, %s) AS t OFFSET 0) q", k[0], n[0], k[1], n[1], a)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                z, p = proportions_ztest(k, n, alternative=theirs)
            g["proportions_ztest, " + a].add(got["z"], z, (k, n))
            g["proportions_ztest, p " + a].add(got["p"], p, (k, n), 1e-300)
    for group in g.values():
        group.close()


def evidently_zeros(share):
    share = share.copy()
    least = share[share != 0].min()
    share[share == 0] = least / 10**6 if least <= 0.0001 else 0.0001
    return share


def psi(p, q):
    return float(np.sum((q - p) * np.log(q / p)))


def deepchecks(r, c):
    """deepchecks/utils/distribution: rare categories of the reference are pooled, shares at least 0.01"""
    rare = r < 0.01 * r.sum()
    pooled = r[rare].sum(), c[rare].sum()
    rr, cc = list(r[~rare]), list(c[~rare])
    if pooled[0] > 0.01 * r.sum() or pooled[1] > 0.01 * c.sum():
        rr.append(pooled[0])
        cc.append(pooled[1])
    return psi(np.maximum(np.array(rr) / r.sum(), 0.01), np.maximum(np.array(cc) / c.sum(), 0.01))


def deepchecks_v(r, c):
    """cramers_v_from_freqs of Deepchecks"""
    least = min(r.sum(), c.sum())
    t = np.array([r * least / r.sum(), c * least / c.sum()])
    if t.shape[1] == 1:
        return 0.0
    if t.sum() - 1 <= t.shape[1] - 1 or t.sum() <= 2:
        return math.nan                      # the corrected degrees of freedom vanish: 0/0
    phi = stats.chi2_contingency(t)[0] / t.sum()
    rows, columns, n = 2, t.shape[1], t.sum()
    phi = max(0, phi - (columns - 1) * (rows - 1) / (n - 1))
    return math.sqrt(phi / (min(columns - (columns - 1)**2 / (n - 1), rows - (rows - 1)**2 / (n - 1)) - 1))


ROWS = """
WITH rows AS MATERIALIZED (SELECT * FROM unnest(%s::text[], %s::boolean[]) AS t(v, f)),
agg AS MATERIALIZED (
    SELECT datamon.chi_square_test(v, f) AS x, datamon.g_test(v, f) AS g, datamon.chi_square_gof_test(v, f) AS xf,
        datamon.g_gof_test(v, f) AS gf, datamon.kl_divergence(v, f) AS kl, datamon.psi(v, f) AS psi, datamon.psi_test(v, f) AS pt,
        datamon.js_divergence(v, f) AS jsd, datamon.js_distance(v, f) AS js, datamon.total_variation(v, f) AS tv,
        datamon.l_infinity(v, f) AS li, datamon.hellinger(v, f) AS he, datamon.cramers_v(v, f) AS cv,
        datamon.total_variation_test(v, f) AS tt, datamon.drift_summary(v, f) AS ds, datamon.two_counts(v, f) AS t
    FROM rows),
states AS MATERIALIZED (
    SELECT datamon.value_counts(v) FILTER (WHERE f) AS r, datamon.value_counts(v) FILTER (WHERE NOT f) AS c FROM rows)
SELECT (x).statistic AS "chi-square", (x).p_value AS "chi-square p", (g).statistic AS g, (g).p_value AS "g p",
    (xf).statistic AS gof, (xf).p_value AS "gof p", (gf).statistic AS "g gof", kl, psi, (pt).p_value AS "psi p", jsd, js, tv, li, he, cv,
    datamon.psi(t, 'deepchecks') AS "psi deepchecks", datamon.psi(t, 'popmon') AS "psi popmon", datamon.psi(t, 'fiddler') AS "psi fiddler",
    datamon.psi(t, 'evidently') AS "psi evidently", datamon.psi(t, 'drop') AS "psi drop",
    datamon.kl_divergence(t, 'popmon') AS "kl popmon", datamon.cramers_v(t, bias_correction => true) AS "cv corrected",
    x = datamon.chi_square_test(r, c, false) AND g = datamon.g_test(r, c) AND xf = datamon.chi_square_gof_test(r, c)
        AND gf = datamon.g_gof_test(r, c) AND kl = datamon.kl_divergence(r, c) AND psi = datamon.psi(r, c)
        AND pt = datamon.psi_test(r, c) AND jsd = datamon.js_divergence(r, c) AND js = datamon.js_distance(r, c)
        AND tv = datamon.total_variation(r, c) AND li = datamon.l_infinity(r, c) AND he = datamon.hellinger(r, c)
        AND cv = datamon.cramers_v(r, c) AND tt = datamon.total_variation_test(r, c) AND ds = datamon.drift_summary(r, c)
        AND x = datamon.chi_square_test(t) AND g = datamon.g_test(t) AND ds = datamon.drift_summary(t)
        AND t OPERATOR(datamon.=) t::text::datamon.two_counts AS same,
    (x).unused_reference, (x).unused_current, datamon.unflagged_count(t) AS unflagged
FROM agg, states"""


def categories(cursor, rng):
    names = ["chi-square", "chi-square p", "g", "g p", "gof", "gof p", "g gof", "kl", "psi", "psi p", "jsd", "js", "tv", "li", "he", "cv",
             "psi deepchecks", "psi popmon", "psi fiddler", "psi evidently", "psi drop", "kl popmon", "cv corrected"]
    g = groups(names)
    agree = counted = True
    for i in range(250):
        k, n, m = int(rng.integers(1, 30)), int((1, 10, 500)[i % 3] * rng.integers(1, 5)), int((1, 40, 300)[i % 3] * rng.integers(1, 5))
        p = rng.dirichlet(np.full(k, 0.6))
        q = p if i % 4 else rng.dirichlet(np.full(k, 0.6))
        ref, cur = rng.choice(k, n, p=p), rng.choice(k, m, p=q) + (i % 5 == 0)
        v = ["v%d" % x for x in ref] + ["v%d" % x for x in cur] + [None] * 5 + ["v0"] * 4
        f = [True] * n + [False] * m + [True, True, False, False, False] + [None] * 4
        order = rng.permutation(len(v))
        got = run(cursor, ROWS, [v[j] for j in order], [f[j] for j in order])
        values = np.unique(np.concatenate([ref, cur]))
        r, c = (np.array([(s == x).sum() for x in values]) for s in (ref, cur))
        rs, cs = r / n, c / m
        x = stats.chi2_contingency([r, c], correction=False)
        gg = stats.chi2_contingency([r, c], correction=False, lambda_="log-likelihood")
        if ((r == 0) & (c > 0)).any():
            gof = gof_g = (math.nan, math.nan)
        elif len(values) == 1:
            gof = gof_g = (0.0, 1.0)
        else:
            gof = stats.chisquare(c, rs * m)
            gof_g = stats.power_divergence(c, rs * m, lambda_="log-likelihood")
        ev = evidently_zeros(rs), evidently_zeros(cs)
        floor = psi(np.maximum(rs, 1e-4), np.maximum(cs, 1e-4))
        both = (r > 0) & (c > 0)
        a, b = rs + 1e-5, cs + 1e-5
        want = {"chi-square": x[0], "chi-square p": x[1], "g": gg[0], "g p": gg[1], "gof": gof[0], "gof p": gof[1], "g gof": gof_g[0],
                "kl": float(stats.entropy(*ev)), "psi": floor,
                "psi p": stats.chi2.sf(floor / (1 / n + 1 / m), len(values) - 1) if len(values) > 1 else 1.0,
                "jsd": float(np.sum([w * np.log2(w / u) / 2 for w, u in zip(np.r_[rs, cs], np.r_[rs + cs, rs + cs] / 2) if w > 0])),
                "tv": np.abs(rs - cs).sum() / 2, "li": np.abs(rs - cs).max(),
                "he": math.sqrt(((np.sqrt(rs) - np.sqrt(cs))**2).sum() / 2),
                "cv": contingency.association(np.array([r, c]), "cramer") if len(values) > 1 else 0.0,
                "psi deepchecks": deepchecks(r, c), "psi popmon": psi(a, b), "psi evidently": psi(*ev),
                "psi fiddler": psi((r + 1) / (n + len(values)), (c + 1) / (m + len(values))), "psi drop": psi(rs[both], cs[both]) if both.any() else math.nan,
                "kl popmon": float(np.sum(a * np.log(a / b))),
                "cv corrected": deepchecks_v(r, c)}
        want["js"] = math.sqrt(max(want["jsd"], 0))
        for name in names:
            g[name].add(got[name], want[name], (r, c), 1e-7 if name in ("js", "he", "cv", "cv corrected") else
                        1e-300 if name[-2:] == " p" and 0 < want[name] < 0.99 else 1e-12)
        agree = agree and got["same"]
        counted = counted and (got["unused_reference"], got["unused_current"], got["unflagged"]) == (2, 3, 4)
    for group in g.values():
        group.close()
    ok(agree, "rows, two_counts and value_counts give the same, to the last digit")
    ok(counted, "NULLs and rows of neither sample are counted")


NUMBERS = """
SELECT datamon.kl_divergence(r, c, 'evidently', 'evidently') AS kl, datamon.kl_divergence(r, c, 'distinct', 'popmon', 2) AS popmon,
    datamon.psi(r, c, 'evidently', 'evidently') AS psi, (t).statistic, (t).p_value AS p, (t).df
FROM (SELECT r, c, datamon.psi_test(r, c, 'evidently', 'evidently') AS t FROM
    (SELECT (SELECT datamon.histogram(x) FROM unnest(%s::float8[]) AS x) AS r,
        (SELECT datamon.histogram(x) FROM unnest(%s::float8[]) AS x) AS c OFFSET 0) h OFFSET 0) q"""


def numbers(cursor, rng):
    g = groups(["KL of numbers, Evidently", "KL of numbers, popmon", "p of PSI of numbers"])
    same = True
    for i in range(150):
        n, m = int(rng.integers(1, 200)), int(rng.integers(1, 200))
        ref, cur = rng.normal(0, 3, n), rng.normal(0.5 * (i % 2), 3, m)
        if i % 3 == 0:
            ref, cur = np.round(ref), np.round(cur)
        both = np.concatenate([ref, cur])
        values = np.unique(both)
        by_value = [np.array([(x == v).mean() for v in values]) for x in (ref, cur)]
        counts = by_value
        if len(np.unique(ref)) > 20:
            edges = np.histogram_bin_edges(both, "sturges")
            counts = [np.histogram(x, edges)[0] / len(x) for x in (ref, cur)]
        got = run(cursor, NUMBERS, ref.tolist(), cur.tolist())
        p, q = (evidently_zeros(x) for x in counts)
        cells = int(((counts[0] > 0) | (counts[1] > 0)).sum())
        a, b = by_value[0] + 1e-5, by_value[1] + 1e-5
        g["KL of numbers, Evidently"].add(got["kl"], float(stats.entropy(p, q)), (n, m))
        g["KL of numbers, popmon"].add(got["popmon"], float(np.sum(a * np.log2(a / b))), (n, m))
        if cells > 1:
            g["p of PSI of numbers"].add(got["p"], stats.chi2.sf(psi(p, q) / (1 / n + 1 / m), cells - 1), (n, m), 1e-300)
        same = same and got["statistic"] == got["psi"] and got["df"] == cells - 1
    for group in g.values():
        group.close()
    ok(same, "psi_test has the index of psi, and its cells")


def main():
    cursor = connect()
    warnings.simplefilter("ignore", RuntimeWarning)      # of scipy, at p 0 and 1
    rng = np.random.default_rng(20261)
    for part in (contingency_tables, goodness_of_fit, fisher_2x2, fisher_larger, fisher_drawn, binomial, intervals, proportions, categories, numbers):
        part(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
