"""TAP: datamon's distances and tests against numpy and scipy on random samples.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2.
Samples of few enough values keep exact histograms: those must agree to 1e-9.
Larger ones are binned: those must agree to 1 %, beside 10 % of what chance
makes of the distance (its size where nothing differs).
"""
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

from lib.tap import connect, finish, ok

EXACT_KS = 250000


def close(name, got, want, rel=1e-9, absolute=1e-12):
    worst = [k for k in want if not abs(got[k] - want[k]) <=
             rel * abs(want[k]) + (absolute[k] if isinstance(absolute, dict) else absolute)]
    ok(not worst, name, "; ".join("%s: got %r, want %r" % (k, got[k], want[k]) for k in worst))


def psi(p, q):
    return float(np.sum((q - p) * np.log(q / p)))


def evidently_zeros(share):
    share = share.copy()
    least = share[share != 0].min()
    share[share == 0] = least / 10**6 if least <= 0.0001 else 0.0001
    return share


def decile_cuts(ref):
    """numpy's deciles; an edge that repeats is a value with a cell of its own"""
    edges, times = np.unique(np.quantile(ref, np.arange(1, 10) / 10), return_counts=True)
    return np.unique(np.concatenate([edges, np.nextafter(edges[times > 1], np.inf)]))


def shares(x, cuts):
    return np.bincount(np.searchsorted(cuts, x, side="right"), minlength=len(cuts) + 1) / len(x)


def by_value(ref, cur):
    values = np.unique(np.concatenate([ref, cur]))
    return [np.array([(x == v).mean() for v in values]) for x in (ref, cur)]


def of_shares(p, q, suffix):
    return {"js" + suffix: float(jensenshannon(p, q, 2)),
            "js_e" + suffix: float(jensenshannon(p, q)),
            "tv" + suffix: float(np.abs(p - q).sum() / 2),
            "linf" + suffix: float(np.abs(p - q).max()),
            "hellinger" + suffix: float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2))}


def of_numbers(ref, cur, distinct):
    n, m = len(ref), len(cur)
    ks = stats.ks_2samp(ref, cur, method="exact" if n * m <= EXACT_KS else "asymp")
    p, q = (shares(x, decile_cuts(ref)) for x in (ref, cur))
    both = np.concatenate([ref, cur])
    if len(np.unique(ref)) > 20:
        edges = np.histogram_bin_edges(both, "sturges")
        ev = [np.histogram(x, edges)[0] / len(x) for x in (ref, cur)]
    else:
        ev = by_value(ref, cur)
    w1 = float(stats.wasserstein_distance(ref, cur))
    want = {"w1": w1, "normed": w1 / max(float(np.std(ref)), 0.001),
            "ks": float(ks.statistic), "ks_p": float(ks.pvalue),
            "psi": psi(np.maximum(p, 1e-4), np.maximum(q, 1e-4)),
            "psi_add": psi(p + 1e-5, q + 1e-5),
            "psi_evidently": psi(evidently_zeros(ev[0]), evidently_zeros(ev[1])),
            **of_shares(p, q, "")}
    if distinct:
        want.update(of_shares(*by_value(ref, cur), "_distinct"))
    return want


NUMBERS = """
WITH h AS MATERIALIZED (SELECT (SELECT datamon.histogram(x) FROM unnest(%s::float8[]) AS x) AS r,
                  (SELECT datamon.histogram(x) FROM unnest(%s::float8[]) AS x) AS c)
SELECT datamon.is_exact(r) AND datamon.is_exact(c) AS exact,
       datamon.wasserstein_distance(r, c) AS w1, datamon.wasserstein_distance_normed(r, c) AS normed,
       (datamon.ks_test(r, c)).statistic AS ks, (datamon.ks_test(r, c)).p_value AS ks_p,
       datamon.psi(r, c) AS psi, datamon.psi(r, c, 'deciles', 'add:1e-5') AS psi_add,
       datamon.psi(r, c, 'evidently', 'evidently') AS psi_evidently,
       datamon.js_distance(r, c) AS js, datamon.js_distance(r, c, exp(1::float8)) AS js_e,
       datamon.total_variation(r, c) AS tv, datamon.l_infinity(r, c) AS linf,
       datamon.hellinger(r, c) AS hellinger,
       datamon.js_distance(r, c, 2, 'distinct') AS js_distinct,
       datamon.js_distance(r, c, exp(1::float8), 'distinct') AS js_e_distinct,
       datamon.total_variation(r, c, 'distinct') AS tv_distinct,
       datamon.l_infinity(r, c, 'distinct') AS linf_distinct,
       datamon.hellinger(r, c, 'distinct') AS hellinger_distinct,
       s.*
FROM h, LATERAL datamon.drift_summary(r, c) AS s"""

CATEGORIES = """
WITH v AS MATERIALIZED (SELECT (SELECT datamon.value_counts(x) FROM unnest(%s::text[]) AS x) AS r,
                  (SELECT datamon.value_counts(x) FROM unnest(%s::text[]) AS x) AS c)
SELECT datamon.psi(r, c) AS psi, datamon.psi(r, c, 'add:1e-5') AS psi_add,
       datamon.psi(r, c, 'evidently') AS psi_evidently,
       datamon.js_distance(r, c) AS js, datamon.js_distance(r, c, exp(1::float8)) AS js_e,
       datamon.total_variation(r, c) AS tv, datamon.l_infinity(r, c) AS linf,
       datamon.hellinger(r, c) AS hellinger,
       (datamon.chi_square_test(r, c)).statistic AS chi2, (datamon.chi_square_test(r, c)).df,
       (datamon.chi_square_test(r, c)).p_value AS chi2_p,
       (datamon.chi_square_test(r, c)).effect_size AS v,
       (datamon.total_variation_test(r, c)).p_value AS tv_p, s.*
FROM v, LATERAL datamon.drift_summary(r, c) AS s"""


def query(cursor, sql, ref, cur):
    cursor.execute(sql, (list(ref), list(cur)))
    names = [c.name for c in cursor.description]
    row = {}
    for name, value in zip(names, cursor.fetchone()):
        row.setdefault(name, value)
    return row


def numbers(cursor, rng):
    kinds = {
        "normal": lambda n, s: rng.normal(s, 1 + s / 2, n),
        "lognormal": lambda n, s: np.exp(rng.normal(s, 1, n)),
        "t(1.5)": lambda n, s: rng.standard_t(1.5, n) + s,
        "ties": lambda n, s: rng.poisson(3 + 2 * s, n).astype(float),
        "halves": lambda n, s: np.round(rng.normal(s, 2, n) * 2) / 2,
        "mostly zero": lambda n, s: np.where(rng.random(n) < 0.8, 0.0, rng.normal(s, 1, n)),
        "constant": lambda n, s: np.full(n, 3.5 + s),
        "two values": lambda n, s: (rng.random(n) < 0.3 + s / 3).astype(float),
        "around 1e9": lambda n, s: 1e9 + rng.normal(s, 1, n),
        "tiny": lambda n, s: 1e-200 * rng.normal(s, 1, n),
    }
    for name, make in kinds.items():
        for n, m in ((1, 1), (1, 6), (2, 3), (7, 5), (40, 17), (200, 150), (17, 190)):
            for shift in (0, 0.5):
                ref, cur = make(n, 0), make(m, shift)
                got = query(cursor, NUMBERS, ref, cur)
                want = of_numbers(ref, cur, True)
                # a distance next to 0 is the root of a rounding error
                close("%s %d/%d shift %g" % (name, n, m, shift), got, want,
                      absolute={k: 1e-7 if k[:2] in ("js", "he") else 1e-12 * (1 + abs(ref).max())
                                if k in ("w1", "normed") and abs(ref).max() > 1e6 else 1e-12
                                for k in want})
                ok(got["exact"] and abs(got["wasserstein_distance"] - got["w1"]) == 0
                   and got["ks_statistic"] == got["ks"] and got["ks_p_value"] == got["ks_p"],
                   "%s %d/%d: exact, and the summary agrees" % (name, n, m))
    for name in ("normal", "lognormal", "ties", "halves", "mostly zero", "two values", "around 1e9"):
        for n, m in ((3000, 200), (20000, 30000)):
            for shift in (0, 0.3):
                ref, cur = kinds[name](n, 0), kinds[name](m, shift)
                got = query(cursor, NUMBERS, ref, cur)
                want = of_numbers(ref, cur, False)
                if not got["exact"]:
                    del want["ks_p"], want["psi_evidently"]
                chance = np.sqrt(1 / n + 1 / m)
                scale = {"w1": np.std(ref) * chance, "psi": 25 * chance ** 2, "psi_add": 25 * chance ** 2}
                close("%s %d/%d shift %g%s" % (name, n, m, shift, "" if got["exact"] else ", binned"),
                      got, want, rel=1e-9 if got["exact"] else 0.01,
                      absolute={k: 1e-12 if got["exact"] else 0.1 * scale.get(k, chance)
                                for k in want})


def categories(cursor, rng):
    for k, n, m in ((1, 5, 3), (2, 40, 10), (3, 1, 1), (5, 100, 80), (40, 2000, 300), (400, 5000, 5000)):
        for shift in (0, 1):
            weight = 1 / np.arange(1, k + 1)
            ref = rng.choice(k, n, p=weight / weight.sum())
            cur = rng.choice(k, m, p=weight / weight.sum()) + shift
            got = query(cursor, CATEGORIES, ["v%d" % x for x in ref], ["v%d" % x for x in cur])
            p, q = by_value(ref, cur)
            table = np.array([p * n, q * m])
            want = {"psi": psi(np.maximum(p, 1e-4), np.maximum(q, 1e-4)),
                    "psi_add": psi(p + 1e-5, q + 1e-5),
                    "psi_evidently": psi(evidently_zeros(p), evidently_zeros(q)),
                    **of_shares(p, q, "")}
            chi2, chi2_p, df, _ = stats.chi2_contingency(table, correction=False)
            want.update({"chi2": chi2, "chi2_p": chi2_p, "df": df, "v": np.sqrt(chi2 / (n + m)),
                         "chi_square": chi2, "chi_square_df": df, "chi_square_p_value": chi2_p,
                         "total_variation": want["tv"], "l_infinity": want["linf"],
                         "js_distance": want["js"],
                         "new_count": float(q[p == 0].sum() * m),
                         "vanished_count": float(p[q == 0].sum() * n)})
            close("categories %d, %d/%d shift %d" % (k, n, m, shift), got, want,
                  absolute={k: 1e-7 if k[:2] in ("js", "he") else 1e-9 for k in want})
            ok(0 <= got["tv_p"] <= 1 and got["tv_p"] == got["p_value"],
               "the same: p of the total variation")


def level(cursor, rng):
    """p-values of samples without a difference are uniform, near enough"""
    small = {"w1": 0, "tv": 0}
    rounds = 400
    for _ in range(rounds):
        ref, cur = np.exp(rng.normal(size=300)), np.exp(rng.normal(size=60))
        small["w1"] += query(cursor, NUMBERS, ref, cur)["p_value"] < 0.05
        ref, cur = (["v%d" % min(x, 30) for x in rng.geometric(0.2, n)] for n in (300, 60))
        small["tv"] += query(cursor, CATEGORIES, ref, cur)["p_value"] < 0.05
    for name, hits in small.items():
        ok(stats.binomtest(hits, rounds, 0.05).pvalue > 1e-4,
           "%s keeps its level (%d of %d below 0.05)" % (name, hits, rounds))


def main():
    cursor = connect()
    rng = np.random.default_rng(20260)
    numbers(cursor, rng)
    categories(cursor, rng)
    level(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
