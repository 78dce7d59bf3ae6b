"""TAP: datamon's moments and correlations against exact fractions, scipy and NIST's certified values.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, mpmath, psycopg2.
"""
import math
import sys
import warnings
from fractions import Fraction

import mpmath
import numpy as np
from scipy import stats

from lib.tap import connect, finish, ok


def off(got, want, floor=0.0):
    """relative difference; what is undefined has to be so on both sides"""
    if got is None or want is None or math.isnan(want):
        return 0.0 if got is None and (want is None or math.isnan(want)) else math.inf
    if got == want:
        return 0.0
    return abs(got - want) / max(abs(want), floor)


def compare(label, names, rows, wants, tolerance, floor=0.0):
    """one test for each name over all cases"""
    for k, name in enumerate(names):
        offs = [off(r[k], w[k], floor) for r, w in zip(rows, wants)]
        worst = int(np.argmax(offs)) if offs else 0
        ok(len(rows) == len(wants) > 0 and offs[worst] <= tolerance, "%s: %s of %d samples, worst %.1g" % (label, name, len(rows), offs[worst]),
           "case %d: got %r, want %r" % (worst, rows[worst][k], wants[worst][k]))


def flat(samples):
    return [i for i, s in enumerate(samples) for _ in s], [float(v) for s in samples for v in s]


def root(f):
    """the square root of a fraction, correctly rounded but for the last bit"""
    if f == 0:
        return 0.0
    e = (f.numerator.bit_length() - f.denominator.bit_length()) // 2 - 80
    scaled = f / Fraction(4) ** e
    return math.ldexp(float(math.isqrt(scaled.numerator // scaled.denominator)), e)


# ---- moments

MOMENTS = """
SELECT datamon.mean(m), datamon.variance(m), datamon.stddev(m), datamon.stddev_pop(m), datamon.standard_error(m), datamon.skewness(m),
    datamon.skewness(m, false), datamon.kurtosis(m), datamon.kurtosis(m, false), datamon.kurtosis(m, true, false), datamon.skewness, kurtosis
FROM (SELECT k, datamon.moments(x) AS m, datamon.skewness(x) AS skewness, datamon.kurtosis(x) AS kurtosis
    FROM unnest(%s::int[], %s::float8[]) AS u (k, x) GROUP BY k) AS datamon ORDER BY k"""
MOMENT_NAMES = ("mean", "variance", "stddev", "stddev_pop", "standard_error", "skewness", "unbiased skewness", "kurtosis",
                "plain kurtosis", "unbiased kurtosis", "skewness of rows", "kurtosis of rows")


def exact_moments(x):
    x = [Fraction(float(v)) for v in x]
    n = len(x)
    mean = sum(x) / n
    m2, m3, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 3, 4))
    variance = m2 * n / (n - 1) if n > 1 else None
    if m2:
        g1 = math.copysign(root(m3 * m3 / m2 ** 3), 1 if m3 > 0 else -1)
        plain = m4 / m2 ** 2
        g2 = plain - 3
        big_g2 = (n - 1) * ((n + 1) * g2 + 6) / ((n - 2) * (n - 3)) if n > 3 else None
    small = m2 == 0
    return (float(mean), float(variance) if variance is not None else None, root(variance) if variance is not None else None, root(m2),
            root(variance / n) if variance is not None else None,
            None if small else g1, None if small or n < 3 else g1 * math.sqrt(n * (n - 1)) / (n - 2),
            None if small else float(g2), None if small else float(plain), None if small or n < 4 else float(big_g2),
            None if small else g1, None if small else float(g2))


def samples_of_numbers(rng):
    kinds = [lambda n: rng.normal(size=n), lambda n: 1e9 + rng.normal(size=n), lambda n: rng.poisson(2, n) * 1.0,
             lambda n: np.full(n, 0.1), lambda n: rng.normal(size=n) * 1e15, lambda n: rng.pareto(0.5, n),
             lambda n: -np.exp(4 * rng.normal(size=n)), lambda n: rng.integers(-2 ** 53, 2 ** 53, n) * 1.0,
             lambda n: rng.normal(size=n) * 10.0 ** rng.integers(-30, 30, n), lambda n: rng.normal(size=n) * 1e-110,
             lambda n: rng.normal(size=n) * 1e150, lambda n: 1 + rng.normal(size=n) * 1e-12,
             lambda n: np.where(rng.random(n) < 0.9, 0, rng.normal(size=n))]
    return [kind(n) for kind in kinds for n in (1, 2, 3, 4, 5, 17, 100, 300, 1100)]


def moments(cursor, rng):
    samples = samples_of_numbers(rng)
    cursor.execute(MOMENTS, flat(samples))
    rows = cursor.fetchall()
    compare("exact fractions", MOMENT_NAMES, rows, [exact_moments(x) for x in samples], 1e-14)
    plain = [i for i, x in enumerate(samples) if len(x) > 4 and 1e-3 < np.std(x) / max(1e-300, abs(np.mean(x))) and 1e-20 < np.abs(x).max() < 1e20]
    with np.errstate(all="ignore"):
        wants = [(np.mean(x), np.var(x, ddof=1), np.std(x, ddof=1), np.std(x), stats.sem(x), stats.skew(x), stats.skew(x, bias=False),
                  stats.kurtosis(x), stats.kurtosis(x, fisher=False), stats.kurtosis(x, bias=False), stats.skew(x), stats.kurtosis(x))
                 for x in (samples[i] for i in plain)]
    # scipy's own sums lose digits where the mean is large beside the spread
    compare("scipy", MOMENT_NAMES, [rows[i] for i in plain], wants, 1e-9, floor=1e-3)
    extreme(cursor, rng)


def extreme(cursor, rng):
    """all magnitudes of double: mean and standard deviation stay right"""
    samples = [rng.normal(size=200) * 10.0 ** rng.integers(-300, 300, 200) for _ in range(20)] + \
        [rng.normal(size=50) * 1e-310 for _ in range(5)] + [rng.choice([-1, 1], 40) * 1.7e308 for _ in range(5)]
    cursor.execute(MOMENTS, flat(samples))
    rows = cursor.fetchall()
    wants = []
    for x in samples:
        f = [Fraction(v) for v in x]
        mean = sum(f) / len(f)
        m2 = sum((v - mean) ** 2 for v in f) / len(f)
        wants.append((float(mean), root(m2 * len(f) / (len(f) - 1)), root(m2)))
    # denormal results have fewer digits
    compare("all magnitudes", ("mean", "stddev", "stddev_pop"), [(r[0], r[2], r[3]) for r in rows], wants, 1e-13, floor=1e-307)
    ok(all(r[5] is None and r[7] is None for r in rows), "beyond 4e158, or below 1e-120, skewness and kurtosis are undefined")


# ---- NIST StRD, univariate: certified mean and standard deviation

LEW = """-213 -564 -35 -15 141 115 -420 -360 203 -338 -431 194 -220 -513 154 -125 -559 92 -21 -579 -52 99 -543 -175 162 -457 -346
204 -300 -474 164 -107 -572 -8 83 -541 -224 180 -420 -374 201 -236 -531 83 27 -564 -112 131 -507 -254 199 -311 -495 143 -46 -579
-90 136 -472 -338 202 -287 -477 169 -124 -568 17 48 -568 -135 162 -430 -422 172 -74 -577 -13 92 -534 -243 194 -355 -465 156 -81
-578 -64 139 -449 -384 193 -198 -538 110 -44 -577 -6 66 -552 -164 161 -460 -344 205 -281 -504 134 -28 -576 -118 156 -437 -381 200
-220 -540 83 11 -568 -160 172 -414 -408 188 -125 -572 -32 139 -492 -321 205 -262 -504 142 -83 -574 0 48 -571 -106 137 -501 -266
190 -391 -406 194 -186 -553 83 -13 -577 -49 103 -515 -280 201 300 -506 131 -45 -578 -80 138 -462 -361 201 -211 -554 32 74 -533
-235 187 -372 -442 182 -147 -566 25 68 -535 -244 194 -351 -463 174 -125 -570 15 72 -550 -190 172 -424 -385 198 -218 -536 96"""
LOTTERY = """162 671 933 414 788 730 817 33 536 875 670 236 473 167 877 980 316 950 456 92 517 557 956 954 104 178 794 278 147
773 437 435 502 610 582 780 689 562 964 791 28 97 848 281 858 538 660 972 671 613 867 448 738 966 139 636 847 659 754 243 122 455
195 968 793 59 730 361 574 522 97 762 431 158 429 414 22 629 788 999 187 215 810 782 47 34 108 986 25 644 829 630 315 567 919 331
207 412 242 607 668 944 749 168 864 442 533 805 372 63 458 777 416 340 436 140 919 350 510 572 905 900 85 389 473 758 444 169 625
692 140 897 672 288 312 860 724 226 884 508 976 741 476 417 831 15 318 432 241 114 799 955 833 358 935 146 630 830 440 642 356 373
271 715 367 393 190 669 8 861 108 795 269 590 326 866 64 523 862 840 219 382 998 4 628 305 747 247 34 747 729 645 856 974 24 568 24
694 608 480 410 729 947 293 53 930 223 203 677 227 62 455 387 318 562 242 428 968"""
MAVRO = """180 170 180 190 180 170 150 140 150 150 170 180 180 190 190 210 200 160 140 130 130 150 150 160 150 140 130 140 150 140
150 160 150 160 190 200 200 210 220 230 240 250 270 260 260 260 270 260 250 240"""
MICHELSO = """85 74 90 107 93 85 95 98 98 88 100 98 93 65 76 81 100 100 96 96 96 94 96 94 88 80 85 88 90 84 83 79 81 88 88 83 80 79
76 80 88 88 88 86 72 72 62 86 97 95 88 91 85 87 84 84 85 84 84 84 89 81 81 82 80 77 76 74 75 76 91 92 89 86 88 72 84 85 85 78 89 84
78 81 76 81 79 81 82 85 87 87 81 74 81 94 95 80 81 87"""


def numbers(text):
    return [int(v) for v in text.split()]


def numacc(base):
    return [base] + [v for _ in range(500) for v in (base - 0.1, base + 0.1)]


def nist(cursor):
    # name, decimal values, certified mean and standard deviation, digits that doubles leave of the latter
    cases = [("Lottery", numbers(LOTTERY), 518.958715596330, 291.699727470969, 15),
             ("Lew", numbers(LEW), -177.435000000000, 277.332168044316, 15),
             ("Mavro", [round(2 + v / 1e5, 5) for v in numbers(MAVRO)], 2.00185600000000, 0.000429123454003053, 12),
             ("Michelso", [round(299 + v / 100, 2) for v in numbers(MICHELSO)], 299.852400000000, 0.0790105478190518, 13),
             ("NumAcc1", [10000001, 10000003, 10000002], 10000002, 1, 15), ("NumAcc2", [round(v, 1) for v in numacc(1.2)], 1.2, 0.1, 14),
             ("NumAcc3", [round(v, 1) for v in numacc(1000000.2)], 1000000.2, 0.1, 9),
             ("NumAcc4", [round(v, 1) for v in numacc(10000000.2)], 10000000.2, 0.1, 8)]
    cursor.execute(MOMENTS, flat([c[1] for c in cases]))
    for (name, x, mean, stddev, digits), row in zip(cases, cursor.fetchall()):
        ok(off(row[0], mean) < 1e-14 and off(row[2], stddev) < 0.5 * 10.0 ** (1 - digits), "NIST %s: certified mean and stddev to %d digits" % (name, digits), repr(row[:3]))
        want = exact_moments(x)
        ok(all(off(g, w) < 1e-14 for g, w in zip(row, want)), "NIST %s: as exact fractions of the doubles" % name, repr((row, want)))


# ---- correlation

CORRELATION = """
SELECT pearson, datamon.covariance(c), datamon.covariance_pop(c), (t).p_value, (l).slope, (l).intercept, (l).r_value, (l).r_squared, (l).slope_stderr,
    (l).intercept_stderr, (i).low, (i).high, spearman, (s).p_value, kendall, (e).p_value, (e).statistic, (s).statistic
FROM (SELECT k, c, datamon.pearson_correlation(c) AS pearson, datamon.pearson_test(c) AS t, datamon.linregress(c) AS l, datamon.pearson_interval(c, 0.9) AS i,
        spearman, kendall, datamon.spearman_test(p) AS s, datamon.kendall_test(p) AS e
    FROM (SELECT k, datamon.correlation_state(x, y) AS c, datamon.pairs(x, y) AS p, datamon.spearman_correlation(x, y) AS spearman,
            datamon.kendall_tau(x, y) AS kendall
        FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS u (k, x, y) GROUP BY k) AS a) AS b ORDER BY k"""
CORRELATION_NAMES = ("pearson", "covariance", "population covariance", "pearson p", "slope", "intercept", "r", "r squared", "slope error",
                     "intercept error", "interval low", "interval high", "spearman", "spearman p", "kendall", "kendall p", "kendall again", "spearman again")


def scipy_correlation(x, y):
    n = len(x)
    varied = n > 1 and len(set(x)) > 1 and len(set(y)) > 1
    r = stats.pearsonr(x, y) if varied else None
    line = stats.linregress(x, y) if n > 1 and len(set(x)) > 1 else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        s = stats.spearmanr(x, y) if varied else None
        k = stats.kendalltau(x, y) if varied else None
    # on a line, p is what rounding leaves of 1 - r; truly it is 0
    p = None if r is None else 0.0 if n > 2 and 1 - abs(r.statistic) < 1e-14 else r.pvalue
    interval = r.confidence_interval(0.9) if varied and n > 3 else (None, None)
    return (r.statistic if r else None, np.cov(x, y)[0, 1] if n > 1 else None, np.cov(x, y, bias=True)[0, 1], p,
            line.slope if line else None, line.intercept if line else None, r.statistic if r else None, r.statistic ** 2 if r else None,
            # with two points scipy's errors are 0, though nothing is known of them
            line.stderr if line and n > 2 else None, line.intercept_stderr if line and n > 2 else None, *interval,
            s.statistic if s else None, s.pvalue if s and n > 2 else None, k.statistic if k else None, k.pvalue if k else None,
            k.statistic if k else None, s.statistic if s else None)


def pairs_of_numbers(rng, times):
    out = []
    for _ in range(times):
        for n in (1, 2, 3, 4, 5, 8, 20, 33, 34, 60, 300):
            x = rng.normal(size=n)
            e = rng.normal(size=n)
            out += [(x, e), (x, 2 * x + e), (100 + x, -x + e / 10), (x, np.full(n, 7.0)), (np.round(2 * x), np.round(2 * (x + e))),
                    (rng.integers(0, 3, n) * 1.0, rng.integers(0, 4, n) * 1.0), (np.exp(3 * x), np.exp(2 * e) * 1e15), (x, x), (x, -x ** 3),
                    (np.arange(n) * 1.0, np.argsort(rng.permutation(n)) * 1.0)]
    return out


def correlation(cursor, rng):
    samples = pairs_of_numbers(rng, 8)
    keys, xs = flat([p[0] for p in samples])
    cursor.execute(CORRELATION, (keys, xs, flat([p[1] for p in samples])[1]))
    rows = cursor.fetchall()
    # floors: what scipy rounds away, of r and p near 0 and of intercepts that cancel
    compare("scipy", CORRELATION_NAMES, rows, [scipy_correlation(*p) for p in samples], 1e-9, floor=1e-4)
    precise(cursor, rng)


def exact_r(x, y):
    """r and 1 - r^2 by exact fractions"""
    x, y = [Fraction(float(v)) for v in x], [Fraction(float(v)) for v in y]
    n = len(x)
    sx, sy = sum(x), sum(y)
    a, b = n * sum(v * v for v in x) - sx * sx, n * sum(v * v for v in y) - sy * sy
    c = n * sum(v * w for v, w in zip(x, y)) - sx * sy
    slope = c / a
    rest = 1 - c * c / (a * b)
    error = (a * b - c * c) / (n - 2)
    return (math.copysign(root(c * c / (a * b)), 1 if c > 0 else -1), float(slope), float((sy - slope * sx) / n), root(error) / float(a) if float(a) < 1e300 else None,
            float(2 * mpmath.betainc((n - 2) / 2, 0.5, 0, mpmath.mpf(rest.numerator) / rest.denominator, regularized=True) / 2))


def precise(cursor, rng):
    """far from zero, or all but a line: where floating point sums fail"""
    samples = []
    for _ in range(20):
        x = rng.normal(size=40)
        e = rng.normal(size=40)
        samples += [(1e9 + x, 1e9 + x + e), (1e12 + np.round(x * 100), e), (x, x + 1e-9 * e), (1e100 * x, 1e-100 * (x + e)), (x, 3 + x * 2 + 1e-13 * e)]
    keys, xs = flat([p[0] for p in samples])
    cursor.execute(CORRELATION, (keys, xs, flat([p[1] for p in samples])[1]))
    got = [(r[0], r[4], r[5], r[8], r[3]) for r in cursor.fetchall()]
    compare("exact fractions", ("pearson", "slope", "intercept", "slope error", "p"), got, [exact_r(*p) for p in samples], 1e-12)


def main():
    cursor = connect()
    rng = np.random.default_rng(20262)
    nist(cursor)
    moments(cursor, rng)
    correlation(cursor, rng)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
