"""TAP: distances and tests of two samples, row by row, against numpy and scipy.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2.
Every case is measured three ways, by the aggregate over rows, by the function
of a two_samples and, where a histogram is exact, by that of two histograms; all
must agree with the peer to 1e-9.
"""
import io
import math
import sys
import warnings
from fractions import Fraction

import numpy as np
import psycopg2
from scipy import stats

from lib.tap import connect, finish, ok

worst = {}
DELICATE = ("around 1e15", "around 1e9", "heavy tails", "tiny")


def differ(key, got, want, rel, absolute):
    """None, or how they differ; None and NaN are the same"""
    if got is None or want is None or (isinstance(want, float) and math.isnan(want)):
        same = got is None and (want is None or math.isnan(want))
        return None if same else "%s: got %r, want %r" % (key, got, want)
    if math.isinf(want) or math.isinf(got):
        return None if got == want else "%s: got %r, want %r" % (key, got, want)
    error = abs(got - want)
    if abs(want) > 1e-280 and absolute == 0:
        worst[key] = max(worst.get(key, 0), error / abs(want))
    return None if error <= rel * abs(want) + absolute else "%s: got %r, want %r" % (key, got, want)


# the peers

def kuiper(ref, cur):
    """astropy.stats.kuiper: statistic, and the series of its last branch"""
    both = np.sort(np.concatenate([ref, cur]))
    d = (np.searchsorted(np.sort(ref), both, side="right") / len(ref)
         - np.searchsorted(np.sort(cur), both, side="right") / len(cur))
    v = max(d.max(), 0) - min(d.min(), 0)
    n = len(ref) * len(cur) / (len(ref) + len(cur))
    z = v * math.sqrt(n)
    if z < 0.4:
        return v, 1.0
    ms = np.arange(1, math.ceil(18.82 / z))
    e = np.exp(-2 * ms ** 2 * z ** 2)
    s1 = (2 * (4 * ms ** 2 * z ** 2 - 1) * e).sum()
    s2 = (ms ** 2 * (4 * ms ** 2 * z ** 2 - 3) * e).sum()
    return v, min(max(s1 - 8 * v / 3 * s2, 0), 1)


def min_max(ref, cur, margin=0.025):
    """Deepchecks, utils/distribution/drift.py: earth_movers_distance"""
    def trim(x):
        lo, hi = np.quantile(x, [margin, 1 - margin])
        return x[(hi >= x) & (x >= lo)]
    if margin:
        ref, cur = trim(ref), trim(cur)
    if len(ref) == 0 or len(cur) == 0:
        return None
    hi, lo = max(ref.max(), cur.max()), min(ref.min(), cur.min())
    return 0.0 if hi == lo else stats.wasserstein_distance((ref - lo) / (hi - lo), (cur - lo) / (hi - lo))


def exact_moments(x):
    f = [Fraction(float(v)) for v in x]
    mean = sum(f) / len(f)
    var = sum((v - mean) ** 2 for v in f) / (len(f) - 1) if len(f) > 1 else None
    return mean, var


def root(f):
    """of a fraction, in or out of the range of double"""
    if f == 0:
        return 0.0
    shift = (f.numerator.bit_length() - f.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(f / Fraction(4) ** shift), shift)


def moment_tests(ref, cur):
    (m1, v1), (m2, v2) = exact_moments(ref), exact_moments(cur)
    n, m = len(ref), len(cur)
    out = dict.fromkeys(("student", "student_p", "welch", "welch_p", "welch_df", "d", "f", "f_p", "f_effect"))
    out["student_df"] = float(n + m - 2)
    if v1 is None or v2 is None:
        return out
    pooled = root(((n - 1) * v1 + (m - 1) * v2) / (n + m - 2))

    def divide(d, error):
        return float(d / Fraction(error)) if error else math.nan if d == 0 else math.copysign(math.inf, d)

    out["d"] = divide(m1 - m2, pooled)
    out["student"] = divide(m1 - m2, root(((n - 1) * v1 + (m - 1) * v2) / (n + m - 2) * Fraction(n + m, n * m)))
    out["student_p"] = 2 * stats.t.sf(abs(out["student"]), n + m - 2)
    x, y = v1 / n, v2 / m
    out["welch_df"] = float((x + y) ** 2 / (x ** 2 / (n - 1) + y ** 2 / (m - 1))) if x + y else 1.0
    out["welch"] = divide(m1 - m2, root(x + y))
    out["welch_p"] = 2 * stats.t.sf(abs(out["welch"]), out["welch_df"])
    if v2 == 0:
        out.update({"f": math.nan, "f_p": math.nan, "f_effect": math.nan} if v1 == 0 else
                   {"f": math.inf, "f_p": 0.0, "f_effect": math.inf})
    else:
        f = float(v1 / v2)
        out.update({"f": f, "f_effect": math.log(f) if f else -math.inf,
                    "f_p": min(1, 2 * min(stats.f.cdf(f, n - 1, m - 1), stats.f.sf(f, n - 1, m - 1)))})
    return out


def decile_cuts(ref):
    edges, times = np.unique(np.quantile(ref, np.arange(1, 10) / 10), return_counts=True)
    return np.unique(np.concatenate([edges, np.nextafter(edges[times > 1], np.inf)]))


def of_cells(ref, cur):
    cuts = decile_cuts(ref)
    p, q = (np.bincount(np.searchsorted(cuts, x, side="right"), minlength=len(cuts) + 1) / len(x)
            for x in (ref, cur))
    floor = [np.maximum(s, 1e-4) for s in (p, q)]
    added = [s + 1e-5 for s in (p, q)]
    middle = (p + q) / 2
    js = sum(stats.entropy(s, middle) for s in (p, q)) / 2
    return {"psi": float(np.sum((floor[1] - floor[0]) * np.log(floor[1] / floor[0]))),
            "psi_add": float(np.sum((added[1] - added[0]) * np.log(added[1] / added[0]))),
            "kl": float(stats.entropy(*floor)),
            "kl_add": float(np.sum(added[0] * np.log(added[0] / added[1]))),
            "js": math.sqrt(max(js, 0) / math.log(2)), "js_e": math.sqrt(max(js, 0)),
            "tv": float(np.abs(p - q).sum() / 2), "linf": float(np.abs(p - q).max()),
            "hellinger": float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2))}


def peers(ref, cur):
    n, m = len(ref), len(cur)
    w1 = float(stats.wasserstein_distance(ref, cur))
    method = "exact" if n * m <= 250000 else "asymp"
    ks = stats.ks_2samp(ref, cur, method=method)
    var = exact_moments(ref)[1]     # numpy's std loses digits around 1e15
    std = root(var * (n - 1) / n) if n > 1 else 0.0
    want = {"w1": w1, "normed": w1 / max(std, 0.001), "min_max": min_max(ref, cur),
            "min_max_0": min_max(ref, cur, 0),
            "energy": float(stats.energy_distance(ref, cur)), "ks": float(ks.statistic), "ks_p": float(ks.pvalue)}
    for side in ("less", "greater"):
        one = stats.ks_2samp(ref, cur, alternative=side, method=method)
        want["ks_" + side], want["ks_p_" + side] = float(one.statistic), float(one.pvalue)
    want["kuiper"], want["kuiper_p"] = kuiper(ref, cur)
    want["ad"] = want["ad_p"] = want["cvm"] = want["cvm_p"] = want["es"] = want["es_p"] = None
    if len(np.unique(np.concatenate([ref, cur]))) > 1 and n + m > 3:
        ad = stats.anderson_ksamp([ref, cur])
        want["ad"], want["ad_p"] = float(ad.statistic), float(ad.significance_level)
    if min(n, m) > 1:
        cvm = stats.cramervonmises_2samp(ref, cur)
        want["cvm"], want["cvm_p"] = float(cvm.statistic), float(cvm.pvalue)
    mwu = stats.mannwhitneyu(ref, cur)
    want["mwu"], want["mwu_p"] = float(mwu.statistic), float(mwu.pvalue)
    want["mwu_r"] = 2 * want["mwu"] / (n * m) - 1
    both = np.concatenate([ref, cur])
    if min(n, m) >= 5 and stats.iqr(both) > 0:
        es = stats.epps_singleton_2samp(ref, cur)
        want["es"], want["es_p"] = float(es.statistic), float(es.pvalue)
    want.update(moment_tests(ref, cur))
    want.update(of_cells(ref, cur))
    return want


# what datamon says

def columns(args, aggregate):
    call = "datamon.%s(%s%s)"
    one = {"w1": "wasserstein_distance", "normed": "wasserstein_distance_normed",
           "min_max": "wasserstein_distance_min_max", "energy": "energy_distance", "psi": "psi", "kl": "kl_divergence",
           "js": "js_distance", "tv": "total_variation", "linf": "l_infinity", "hellinger": "hellinger"}
    out = {k: call % (f, args, "") for k, f in one.items()}
    out["psi_add"] = call % ("psi", args, ", 'deciles', 'add:1e-5'")
    out["kl"] = call % ("kl_divergence", args, ", 'deciles', 'floor:0.0001'")
    out["kl_add"] = call % ("kl_divergence", args, ", 'deciles', 'add:1e-5'")
    out["js_e"] = call % ("js_distance", args, ", exp(1::float8)")
    for k, f in (("ks", "ks_test"), ("kuiper", "kuiper_test"), ("ad", "anderson_darling_test"),
                 ("cvm", "cramer_von_mises_test"), ("mwu", "mann_whitney_test"), ("es", "epps_singleton_test"),
                 ("student", "student_t_test"), ("welch", "welch_t_test"), ("f", "f_test")):
        out[k] = "(%s).statistic" % (call % (f, args, ""))
        out[k + "_p"] = "(%s).p_value" % (call % (f, args, ""))
    for k in ("student", "welch"):
        out[k + "_df"] = "(%s).df" % (call % (k + "_t_test", args, ""))
    out["d"] = "(%s).effect_size" % (call % ("welch_t_test", args, ""))
    out["f_effect"] = "(%s).effect_size" % (call % ("f_test", args, ""))
    out["mwu_r"] = "(%s).effect_size" % (call % ("mann_whitney_test", args, ""))
    if not aggregate:
        out["min_max_0"] = call % ("wasserstein_distance_min_max", args, ", 0")
        for side in ("less", "greater"):
            out["ks_" + side] = "(%s).statistic" % (call % ("ks_test", args, ", '%s'" % side))
            out["ks_p_" + side] = "(%s).p_value" % (call % ("ks_test", args, ", '%s'" % side))
    return out


ROWS = "unnest(%s::int[], %s::float8[], %s::boolean[]) AS t(c, x, r)"
FORMS = {
    "aggregate": ("x, r", "SELECT c, {} FROM %s GROUP BY c ORDER BY c" % ROWS),
    "two_samples": ("s", "SELECT c, {} FROM (SELECT c, datamon.two_samples(x, r) AS s FROM %s GROUP BY c OFFSET 0) AS q"
                    " ORDER BY c" % ROWS),
    "histograms": ("a, b", "SELECT c, {} FROM (SELECT c, datamon.histogram(x, 65536) FILTER (WHERE r) AS a,"
                   " datamon.histogram(x, 65536) FILTER (WHERE NOT r) AS b FROM %s GROUP BY c OFFSET 0) AS q ORDER BY c"
                   % ROWS)}


def ask(cursor, form, cases):
    args, sql = FORMS[form]
    cols = columns(args, form == "aggregate")
    c, x, r = [], [], []
    for i, (_, ref, cur) in enumerate(cases):
        c += [i] * (len(ref) + len(cur))
        x += [float(v) for v in ref] + [float(v) for v in cur]
        r += [True] * len(ref) + [False] * len(cur)
    cursor.execute(sql.format(", ".join("%s AS %s" % (v, k) for k, v in cols.items())), (c, x, r))
    names = [d.name for d in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


KINDS = {
    "normal": lambda rng, n, s: rng.normal(s, 1 + s / 2, n),
    "lognormal": lambda rng, n, s: np.exp(rng.normal(s, 1, n)),
    "heavy tails": lambda rng, n, s: rng.standard_t(0.7, n) + s,
    "ties": lambda rng, n, s: rng.poisson(3 + 2 * s, n).astype(float),
    "halves": lambda rng, n, s: np.round(rng.normal(s, 2, n) * 2) / 2,
    "mostly zero": lambda rng, n, s: np.where(rng.random(n) < 0.8, 0.0, rng.normal(s, 1, n)),
    "negative": lambda rng, n, s: -np.exp(rng.normal(s, 2, n)),
    "constant": lambda rng, n, s: np.full(n, 3.5 + s),
    "two values": lambda rng, n, s: (rng.random(n) < 0.3 + s / 3).astype(float),
    "around 1e9": lambda rng, n, s: 1e9 + rng.normal(s, 1, n),
    "around 1e15": lambda rng, n, s: 1e15 + np.round(rng.normal(10 * s, 20, n)),
    "tiny": lambda rng, n, s: 1e-200 * rng.normal(s, 1, n),
}
SIZES = ((1, 1), (1, 6), (2, 2), (2, 3), (5, 5), (7, 5), (8, 30), (9, 9), (13, 11), (20, 20), (20, 21), (24, 6), (40, 17),
         (200, 150), (17, 190), (3, 400), (700, 600))


def make_cases(rng):
    for name, make in KINDS.items():
        for n, m in SIZES:
            for shift in (0, 0.5):
                yield "%s %d/%d shift %g" % (name, n, m, shift), make(rng, n, 0), make(rng, m, shift)


def tolerance(name, key, ref, cur, want):
    """relative and absolute; what the peer itself does not compute so well"""
    delicate = name.startswith(DELICATE)
    if key in ("js", "js_e", "hellinger"):
        return 1e-9, 1e-7       # the root of a rounding error
    if key in ("kl", "kl_add", "psi", "psi_add"):
        return 1e-9, 1e-13
    if key in ("cvm", "ad"):
        return 1e-9, 1e-9 if key == "ad" else 1e-12
    if key == "cvm_p":
        # scipy's 1 - cdf leaves up to 1e-6 far out, where nothing should be left; test_edf_tests has the tail
        return (1e-9, 0) if max(len(ref), len(cur)) <= 20 else (1e-9, 1e-9 if want > 1e-3 else 1e-6)
    if key == "kuiper_p":
        return 1e-9, 1e-14
    if key in ("w1", "normed", "energy", "min_max", "min_max_0") and delicate:
        return 1e-9, 1e-12 * (1 + np.abs(ref).max()) if key == "w1" else 1e-9
    if key in ("es", "es_p"):
        return (1e-6, 1e-9) if delicate or min(len(ref), len(cur)) < 8 else (1e-8, 1e-10)
    if key in ("mwu_r", "ks_less", "ks_greater"):
        return 1e-9, 1e-14
    return 1e-9, 0


def compare(cursor, rng):
    cases = list(make_cases(rng))
    got = {form: ask(cursor, form, cases) for form in FORMS}
    for i, (name, ref, cur) in enumerate(cases):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                want = peers(ref, cur)
        if min(len(ref), len(cur)) < 2:
            # scipy refuses one value; the formulas do not
            del want["cvm"], want["cvm_p"]
        elif len(set(ref) | set(cur)) == 1:
            # with ties scipy's T has a part that is no difference; for one value it is the whole
            want["cvm"], want["cvm_p"] = 0.0, 1.0
        # a covariance without full rank: numpy's rank of it is chance
        values = len(np.unique(np.concatenate([ref, cur])))
        if values <= 5 or name.startswith(("mostly zero", "around 1e15", "heavy")):
            want.pop("es"), want.pop("es_p")
        bad = []
        for form in FORMS:
            for key, value in want.items():
                if key in got[form][i]:
                    bad.append(differ(key, got[form][i][key], value, *tolerance(name, key, ref, cur, value)))
        bad = [b for b in bad if b]
        ok(not bad, name, "; ".join(bad))
        same = {k: got["two_samples"][i][k] for k in got["aggregate"][i]}
        ok(same == got["aggregate"][i], "%s: rows and two_samples are the same" % name,
           repr([(k, same[k], got["aggregate"][i][k]) for k in same if same[k] != got["aggregate"][i][k]]))


def weighted(cursor, rng):
    """weights; those that are all alike change nothing"""
    bad = []
    for case in range(150):
        n, m = rng.integers(1, 60, 2)
        make = list(KINDS.values())[case % len(KINDS)]
        ref, cur = make(rng, n, 0), make(rng, m, 0.3)
        wr, wc = (np.where(rng.random(k) < 0.2, 0, np.exp(rng.normal(0, 2, k))) for k in (n, m))
        wr[0], wc[-1] = 1.5, 0.25
        x, r, w = (np.concatenate(p).tolist() for p in ((ref, cur), (np.ones(n, bool), np.zeros(m, bool)), (wr, wc)))
        cursor.execute("""SELECT datamon.wasserstein_distance(x, r, w), datamon.energy_distance(x, r, w),
            datamon.wasserstein_distance_normed(x, r, w),
            datamon.wasserstein_distance(datamon.two_samples(x, r, w)),
            datamon.energy_distance(datamon.two_samples(x, r, w)),
            datamon.wasserstein_distance(x, r, 7.0) - datamon.wasserstein_distance(x, r)
            FROM unnest(%s::float8[], %s::boolean[], %s::float8[]) AS t(x, r, w)""", (x, r, w))
        got = cursor.fetchone()
        w1 = stats.wasserstein_distance(ref, cur, wr, wc)
        energy = stats.energy_distance(ref, cur, wr, wc)
        mean = np.average(ref, weights=wr)
        scale = max(math.sqrt(np.average((ref - mean) ** 2, weights=wr)), 0.001)
        size = 1e-12 * np.abs(ref).max()
        for key, g, v, a in (("weighted w1", got[0], w1, size), ("weighted energy", got[1], energy, math.sqrt(size) * 1e-5),
                             ("weighted normed", got[2], w1 / scale, size / scale * 1e3),
                             ("weighted w1 of two_samples", got[3], w1, size),
                             ("weighted energy of two_samples", got[4], energy, math.sqrt(size) * 1e-5),
                             ("equal weights", got[5], 0.0, size)):
            d = differ(key, g, v, 1e-9, a)
            if d:
                bad.append("case %d: %s" % (case, d))
    ok(not bad, "150 weighted cases", "; ".join(bad))


def extremes(cursor):
    """near the ends of double"""
    def w1(ref, cur, name="wasserstein_distance"):
        cursor.execute("SELECT datamon.%s(x, r) FROM (SELECT x, true FROM unnest(%%s::float8[]) AS x UNION ALL "
                       "SELECT x, false FROM unnest(%%s::float8[]) AS x) AS t(x, r)" % name, (ref, cur))
        return cursor.fetchone()[0]

    ok(w1([1e300, -1e300], [1e300, 1e300]) == 1e300, "W1 of 1e300")
    ok(abs(w1([1.7e308, -1.7e308, 0], [0, 0, 0]) / (1.7e308 / 3) - 2) < 1e-14, "W1 where the range is beyond double")
    ok(w1([5e-324], [0]) == 5e-324, "W1 of the smallest double")
    ok(w1([0.0, -0.0], [0.0]) == 0, "-0 is 0")
    ok(w1([1e300], [-1e300], "wasserstein_distance_min_max") == 1, "min-max of 1e300")
    ok(abs(w1([1.7e308], [-1.7e308], "energy_distance") / math.sqrt(2) / math.sqrt(2) / math.sqrt(1.7e308) - 1) < 1e-12,
       "energy where the range is beyond double")


def large(cursor, rng):
    """many rows, equal and unequal in number"""
    for n, m, make in ((60000, 60000, KINDS["normal"]), (100000, 7, KINDS["normal"]), (9000, 6000, KINDS["ties"]),
                       (3000, 14000, KINDS["lognormal"]), (9000, 9001, KINDS["negative"]),
                       (7000, 9000, KINDS["around 1e9"]), (5000, 6000, KINDS["heavy tails"])):
        ref, cur = make(rng, n, 0), make(rng, m, 0.01)
        got = ask(cursor, "aggregate", [("", ref, cur)])[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            w1, ks = stats.wasserstein_distance(ref, cur), stats.ks_2samp(ref, cur, method="asymp")
            cvm, mwu = stats.cramervonmises_2samp(ref, cur), stats.mannwhitneyu(ref, cur, method="asymptotic")
            ad = stats.anderson_ksamp([ref, cur])
            energy, t = stats.energy_distance(ref, cur), stats.ttest_ind(ref, cur)
        want = {"w1": w1, "ks": ks.statistic, "energy": energy, "cvm": cvm.statistic, "cvm_p": cvm.pvalue,
                "mwu": mwu.statistic, "ad": ad.statistic, "student": t.statistic, "student_p": t.pvalue}
        if cvm.pvalue < 1e-3:       # see tolerance()
            del want["cvm_p"]
        if abs(np.median(ref)) > 1e6:
            del want["student"], want["student_p"]
        if m > 8:
            want.update({"mwu_p": mwu.pvalue, "ks_p": ks.pvalue})
        bad = [differ("large " + k, got[k], float(v), 1e-8 if k[:3] == "cvm" else 1e-9, 0) for k, v in want.items()]
        ok(not any(bad), "%d and %d rows, median %g" % (n, m, np.median(ref)), "; ".join(b for b in bad if b))


def first_row(message):
    """the 19 bytes before COPY's rows, the number of columns, and the first row's one"""
    return message[:25 + int.from_bytes(message[21:25], "big")]


def binary(cursor, rng):
    """what is sent is received; other bytes are refused, or are another value that is sent as received"""
    cursor.execute("""CREATE TEMP TABLE sent AS SELECT datamon.two_samples(x, r, w) AS s FROM (VALUES (2::float8, true, 1::float8),
        (2, true, 1), (-1.5, true, 0.5), (NULL, false, 1), (7, false, 3), (1e300, NULL, 1)) AS t(x, r, w)
        UNION ALL SELECT datamon.two_samples(x, x < 5) FROM generate_series(1, 300) AS x;
        CREATE TEMP TABLE received (LIKE sent)""")
    out = io.BytesIO()
    cursor.copy_expert("COPY sent TO STDOUT (FORMAT binary)", out)
    good = out.getvalue()
    cursor.copy_expert("COPY received FROM STDIN (FORMAT binary)", io.BytesIO(good))
    cursor.execute("SELECT count(*) FROM sent JOIN received ON sent.s OPERATOR(datamon.=) received.s")
    ok(cursor.fetchone()[0] == 2, "binary there and back")
    refused = kept = 0
    strange = []
    for _ in range(600):
        bad = bytearray(first_row(good))
        bad[rng.integers(25, len(bad))] ^= 1 << rng.integers(0, 8)
        try:
            cursor.copy_expert("COPY received FROM STDIN (FORMAT binary)", io.BytesIO(bytes(bad) + b"\xff\xff"))
            cursor.execute("SELECT bool_and(s::text::datamon.two_samples OPERATOR(datamon.=) s) FROM received")
            if not cursor.fetchone()[0]:
                strange.append(bytes(bad))
            kept += 1
        except psycopg2.Error as e:
            if e.pgcode not in ("22P03", "22P04", "XX001", "08P01"):
                strange.append((e.pgcode, str(e)))
            refused += 1
    ok(not strange and refused > 50, "600 changed messages: %d refused, %d kept" % (refused, kept), repr(strange[:3]))


def main():
    cursor = connect()
    rng = np.random.default_rng(3131)
    compare(cursor, rng)
    weighted(cursor, rng)
    extremes(cursor)
    binary(cursor, rng)
    large(cursor, rng)
    print("# largest relative differences: " + ", ".join("%s %.1e" % kv for kv in sorted(worst.items())))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
