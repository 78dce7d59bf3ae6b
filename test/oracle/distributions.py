"""TAP: datamon's distributions against mpmath at 40 digits, and against scipy.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs mpmath, numpy, scipy, psycopg2.
Tails are compared with series, continued fractions and quadrature of many digits;
a quantile with the root one Newton step away from it. An argument multiplies the
number of cases, which is how the table of docs/reference-distributions.md was made.
"""
import math
import random
import sys

import numpy as np
from mpmath import exp, expm1, fabs, log, log1p, loggamma, mp, mpf, quad, sqrt
from scipy import stats

from lib.tap import connect, finish, told as ok

mp.dps = 40
TOLERANCE = mpf("1e-12")
TINY = mpf(10) ** -300
TIMES = float(sys.argv[1]) if len(sys.argv) > 1 else 1


def log_uniform(low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


# ---- references

def scaled_quad(log_f, step, extra=()):
    """integral of exp(log_f) over u > 0; log_f(0) = 0, and step is about its first scale"""
    points = [mpf(0)]
    while log_f(step) > -90:
        points.append(step)
        step *= 2
    points += [step] + [e for e in extra if 0 < e < step]
    scale = points[1]
    return quad(lambda u: exp(log_f(u)) / scale, sorted(points)) * scale


def gamma_tails(a, x):
    """P(a, x) and Q(a, x), both to many digits of their own"""
    factor = exp(a * log(x) - x - loggamma(a))
    if a > 20000 and abs(x - a) < a / 10:
        if x < a:
            p = factor * scaled_quad(lambda u: -a * u - x * expm1(-u), 1 / (sqrt(x) + a - x))
            return p, 1 - p
        q = factor * scaled_quad(lambda u: a * u - x * expm1(u), 1 / (sqrt(x) + x - a))
        return 1 - q, q
    if x < a + 1 or x < 1:
        # DLMF 8.11.4, with digits to spare for the complement
        with mp.workdps(70):
            k, total, term = 0, 1 / a, 1 / a
            while term > total * mpf(10) ** -60:
                k += 1
                term *= x / (a + k)
                total += term
            p = exp(a * log(x) - x - loggamma(a)) * total
            return +p, 1 - p
    # DLMF 8.9.2, modified Lentz
    b, c = x + 1 - a, mpf(10) ** 100
    d = h = 1 / b
    i, step = 0, 0
    while fabs(step - 1) > mpf(10) ** -35:
        i += 1
        n = -i * (i - a)
        b += 2
        d = 1 / (n * d + b)
        c = b + n / c
        step = c * d
        h *= step
    return 1 - factor * h, factor * h


def beta_tails(a, b, x, y):
    """I_x(a, b) and 1 - I_x(a, b)"""
    if a * y < b * x:
        return beta_tails(b, a, y, x)[::-1]
    n = a + b
    lead = a * log(x) + b * log(y) + loggamma(n) - loggamma(a) - loggamma(b)
    rate = (n + 40) / (a + 40) * x
    if rate < mpf("0.9"):
        # DLMF 8.17.8: all terms are positive
        k, total, term = 0, 1 / a, 1 / a
        while term > total * mpf(10) ** -35 or (n + k) * x > (a + k) * mpf("0.95"):
            term *= (n + k) / (a + 1 + k) * x
            k += 1
            total += term
        lower = exp(lead) * total
    else:
        middle = log(x / y)
        with mp.workdps(60):
            lower = exp(lead) * scaled_quad(
                lambda u: -a * u - n * (log1p(x * expm1(-u)) if x < 0.5 else log(y + x * exp(-u))),
                1 / (sqrt(n * x * y) + a * y - b * x + mpf("0.25")),
                [middle + k for k in (-8, -4, -2, 0, 2, 4, 8)])
    if 1 - lower < mpf(10) ** -20:
        with mp.workdps(110):
            return lower, 1 - mp.betainc(a, b, 0, x, regularized=True)
    return lower, 1 - lower


def normal_tails(x):
    return mp.erfc(-x / sqrt(mpf(2))) / 2, mp.erfc(x / sqrt(mpf(2))) / 2


def t_tails(t, df):
    lower, upper = beta_tails(mpf(1) / 2, df / 2, t * t / (df + t * t), df / (df + t * t)) if t else (0, mpf(1))
    return (upper / 2, 1 - upper / 2) if t < 0 else (1 - upper / 2, upper / 2) if upper < 0.1 else \
        (mpf(1) / 2 + lower / 2, upper / 2)


def f_tails(f, m, n):
    return beta_tails(m / 2, n / 2, m * f / (m * f + n), n / (m * f + n))


def binomial_tails(k, n, p):
    upper, lower = beta_tails(k + 1, n - k, p, 1 - p)
    return lower, upper


def kolmogorov_tails(z):
    if z < 1:
        k = [exp(-((2 * i - 1) * mp.pi / z) ** 2 / 8) for i in range(1, 15)]
        cdf = sqrt(2 * mp.pi) / z * sum(k)
        return cdf, 1 - cdf
    sf = 2 * sum((-1) ** (k - 1) * exp(-2 * k * k * z * z) for k in range(1, 15))
    return 1 - sf, sf


TAILS = {
    "normal": normal_tails,
    "t": t_tails,
    "chi_square": lambda x, df: gamma_tails(df / 2, x / 2),
    "gamma": lambda x, shape, scale: gamma_tails(shape, x / scale),
    "f": f_tails,
    "beta": lambda x, a, b: beta_tails(a, b, x, 1 - x),
    "binomial": binomial_tails,
    "poisson": lambda k, mu: gamma_tails(k + 1, mu)[::-1],
    "kolmogorov": kolmogorov_tails,
}


def log_density(name, x, *p):
    """of the continuous distributions; to log x, or to logit x of beta"""
    half = [v / 2 for v in p]
    if name == "normal":
        return -x * x / 2 - log(2 * mp.pi) / 2
    if name == "t":
        return loggamma(half[0] + 0.5) - loggamma(half[0]) - log(p[0] * mp.pi) / 2 - \
            (p[0] + 1) / 2 * log1p(x * x / p[0])
    if name == "chi_square":
        return half[0] * log(x / 2) - x / 2 - loggamma(half[0]) - log(x)
    if name == "gamma":
        return p[0] * log(x / p[1]) - x / p[1] - loggamma(p[0]) - log(x)
    if name == "f":
        m, n = p
        return half[0] * log(m * x / (m * x + n)) + half[1] * log(n / (m * x + n)) - log(x) + \
            loggamma((m + n) / 2) - loggamma(half[0]) - loggamma(half[1])
    a, b = p
    return (a - 1) * log(x) + (b - 1) * log(1 - x) + loggamma(a + b) - loggamma(a) - loggamma(b)


def kolmogorov_density(z, i):
    return fabs(mp.diff(lambda v: log(kolmogorov_tails(v)[i]), z, h=mpf(10) ** -15)) * kolmogorov_tails(z)[i]


# ---- cases

def sized():
    """a parameter of any size"""
    low, high = random.choice([(0.01, 1), (0.5, 30), (30, 1e4), (1e4, 1e10)])
    if random.random() < 0.2:
        return float(random.choice([1, 2, 3, 10, 1000, 1e6]))
    return log_uniform(low, high)


def deviate():
    return random.choice([random.gauss(0, 1), random.gauss(0, 1), random.uniform(-36, 36)])


def gamma_x(shape):
    if shape < 1 and random.random() < 0.5:
        return log_uniform(1e-290, 600)
    return shape * max(1 - 1 / (9 * shape) + deviate() / (3 * math.sqrt(shape)), 1e-3) ** 3


def log_f(a, b):
    """a plausible logarithm of an F variate of 2a and 2b degrees of freedom"""
    return deviate() * math.sqrt(1 / a + 1 / b)


def argument(name):
    if name == "normal":
        return (deviate() * random.choice([1, 1, 1e-3]),)
    if name == "t":
        df = sized()
        if df > 100:
            return deviate(), df
        return random.choice([-1, 1]) * log_uniform(1e-10, min(10 ** min(280 / df, 250), 1e250)), df
    if name == "chi_square":
        df = sized()
        return 2 * gamma_x(df / 2), df
    if name == "gamma":
        shape, scale = sized(), log_uniform(1e-3, 1e3)
        return scale * gamma_x(shape), shape, scale
    if name == "f":
        m, n = sized(), sized()
        return math.exp(max(min(log_f(m / 2, n / 2), 600), -600)), m, n
    if name == "beta":
        a, b = sized(), sized()
        x = 1 / (1 + b / a * math.exp(max(min(-log_f(a, b), 600), -600)))
        return (x if 0 < x < 1 else random.random()), a, b
    if name == "binomial":
        n, p = float(round(log_uniform(1, 1e9))), random.choice([random.random(), log_uniform(1e-12, 1)])
        k = round(n * p + deviate() * math.sqrt(n * p * (1 - p)))
        return float(max(0, min(n - 1, k))), n, p
    if name == "poisson":
        mu = log_uniform(1e-6, 1e9)
        return float(max(0, round(mu + deviate() * math.sqrt(mu)))), mu
    return (log_uniform(0.045, 18),)


def probability():
    return random.choice([random.random(), log_uniform(1e-300, 1), 1 - log_uniform(1e-15, 1)])


def call(cursor, function, cases):
    """one statement for all cases of one function"""
    columns = list(zip(*cases))
    names = "abc"[:len(columns)]
    cursor.execute("SELECT datamon.%s(%s) FROM unnest(%s) WITH ORDINALITY AS v(%s, i) ORDER BY i" %
                   (function, ", ".join(names), ", ".join(["%s::float8[]"] * len(columns)), ", ".join(names)),
                   [list(c) for c in columns])
    return [r[0] for r in cursor.fetchall()]


def report(name, errors, cases):
    """errors relative; a case outside the range of double is None"""
    used = [(e, c) for e, c in zip(errors, cases) if e is not None]
    worst, case = max(used)
    ok(worst <= TOLERANCE and len(used) > len(cases) / 3, name,
       "worst relative error %s of %d cases, at %r" % (mp.nstr(worst, 2), len(used), case))


def relative(got, want):
    if want < TINY or want > mpf("1e300"):
        return None
    return fabs(mpf(got) / want - 1) if got is not None else mpf("inf")


def tails(cursor, name, cases):
    want = [TAILS[name](*map(mpf, c)) for c in cases]
    for i, f in enumerate(("cdf", "sf")):
        got = call(cursor, "%s_%s" % (name, f), cases)
        report("%s_%s" % (name, f), [relative(g, w[i]) for g, w in zip(got, want)], cases)
    if name == "kolmogorov":
        return
    if name in ("binomial", "poisson"):
        got = call(cursor, name + "_pmf", cases)
        report(name + "_pmf", [relative(g, exp(log_mass(name, *map(mpf, c)))) for g, c in zip(got, cases)], cases)
    else:
        got = call(cursor, name + "_pdf", cases)
        report(name + "_pdf", [relative(g, exp(log_density(name, *map(mpf, c)))) for g, c in zip(got, cases)], cases)


def log_mass(name, k, n, p=None):
    if name == "poisson":
        return k * log(n) - n - loggamma(k + 1)
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p)


def quantile_error(name, upper, got, p, parameters):
    """distance to the root, one Newton step away on the logarithm of the smaller tail"""
    if got is None:
        return mpf("inf")
    if not 1e-300 < abs(got) < 1e300:
        return None
    x, p = mpf(got), mpf(p)
    if name == "beta" and x == 1:
        return None
    parameters = [mpf(v) for v in parameters]
    pair = TAILS[name](x, *parameters)
    want = (1 - p, p) if upper else (p, 1 - p)
    i = 0 if want[0] < want[1] else 1
    density = kolmogorov_density(x, i) if name == "kolmogorov" else exp(log_density(name, x, *parameters))
    step = log(pair[i] / want[i]) * pair[i] / density
    if name == "beta" and x > 0.5:
        # the spacing of doubles below 1 is what can be had
        return fabs(step)
    return fabs(step / x)


def quantiles(cursor, name, parameters):
    p = [probability() for c in parameters]
    p[0] = 0.5 + 1e-9
    for f in ("ppf", "isf"):
        cases = [(v,) + c for v, c in zip(p, parameters)]
        got = call(cursor, "%s_%s" % (name, f), cases)
        report("%s_%s" % (name, f), [quantile_error(name, f == "isf", g, c[0], c[1:])
                                     for g, c in zip(got, cases)], cases)


def discrete_quantiles(cursor, name, parameters):
    p = [probability() for c in parameters]
    for f, upper in (("ppf", False), ("isf", True)):
        cases = [(v,) + c for v, c in zip(p, parameters)]
        wrong = []
        for k, c in zip(call(cursor, "%s_%s" % (name, f), cases), cases):
            tail = [TAILS[name](mpf(j), *map(mpf, c[1:]))[upper] if 0 <= j < (c[1] if name == "binomial" else j + 1)
                    else mpf((j < 0) == upper) for j in (k - 1, k)]
            edge = TOLERANCE * c[0]
            good = tail[0] > c[0] - edge and tail[1] <= c[0] + edge if upper else \
                tail[0] < c[0] + edge and tail[1] >= c[0] - edge
            if not good:
                wrong.append((k,) + c)
        ok(not wrong, "%s_%s" % (name, f), "%d cases%s" % (len(cases), ", wrong: %r" % wrong[:3] if wrong else ""))


def against_scipy(cursor):
    """parameters of everyday size, where scipy 1.10 is good to 1e-9, but for t.ppf, which is off by up to 5e-9"""
    peers = {"normal": (stats.norm, lambda: ()), "t": (stats.t, lambda: (log_uniform(0.5, 200),)),
             "chi_square": (stats.chi2, lambda: (log_uniform(0.5, 200),)),
             "f": (stats.f, lambda: (log_uniform(1, 100), log_uniform(1, 100))),
             "beta": (stats.beta, lambda: (log_uniform(0.5, 50), log_uniform(0.5, 50))),
             "gamma": (stats.gamma, lambda: (log_uniform(0.5, 100), log_uniform(0.1, 10))),
             "binomial": (stats.binom, lambda: (float(random.randint(1, 500)), random.random())),
             "poisson": (stats.poisson, lambda: (log_uniform(0.1, 300),)),
             "kolmogorov": (stats.kstwobign, lambda: ())}
    for name, (peer, make) in peers.items():
        cases = [(random.uniform(0.01, 0.99),) + make() for _ in range(200)]
        shape = [c[1:] for c in cases]
        if name == "gamma":
            frozen = [peer(c[0], scale=c[1]) for c in shape]
        else:
            frozen = [peer(*c) for c in shape]
        x = call(cursor, name + "_ppf", cases)
        want = np.array([d.ppf(c[0]) for d, c in zip(frozen, cases)])
        ok(np.allclose(x, want, 1e-8 if name == "t" else 1e-9, 1e-12), "%s_ppf as scipy" % name)
        at = [(v,) + s for v, s in zip(x, shape)]
        for f in ("cdf", "sf"):
            want = np.array([getattr(d, f)(v) for d, v in zip(frozen, x)])
            ok(np.allclose(call(cursor, "%s_%s" % (name, f), at), want, 1e-9, 1e-14), "%s_%s as scipy" % (name, f))


def one_sample(cursor):
    """the statistic of n values against scipy: sf as scipy's, cdf where that is Durbin's or Pomeranz's"""
    cases = []
    while len(cases) < 200:
        n = round(log_uniform(1, 20000))
        z = random.choice([random.uniform(0.2, 3), random.uniform(0.3, 15)])
        if 0.5 / n < z / math.sqrt(n) < 1:
            cases.append((z / math.sqrt(n), float(n)))
    cursor.execute("SELECT datamon.kolmogorov_cdf(d, n::bigint), datamon.kolmogorov_sf(d, n::bigint) "
                   "FROM unnest(%s, %s) WITH ORDINALITY AS v(d, n, i) ORDER BY i", [list(c) for c in zip(*cases)])
    cdf, sf = (np.array(v) for v in zip(*cursor.fetchall()))
    x, n = (np.array(v) for v in zip(*cases))
    want = stats.kstwo.sf(x, n)
    # to 1e-300, and to absolute 1e-7 where only the expansion of Pelz and Good is left
    error = np.abs(sf / np.maximum(want, 1e-300) - 1)[(want > 1e-300) & (n <= 10000)]
    ok(error.max() < 1e-10, "kolmogorov_sf of n as scipy", "worst %.1e of %d cases" % (error.max(), len(error)))
    want = stats.kstwo.cdf(x, n)
    error = np.abs(cdf / want - 1)[(n <= 140) & (want > 1e-200)]
    ok(error.max() < 1e-10, "kolmogorov_cdf of n as scipy", "worst %.1e of %d cases" % (error.max(), len(error)))
    ok(np.abs(cdf - want).max() < 1e-6, "kolmogorov_cdf of large n as scipy", "%.1e" % np.abs(cdf - want).max())
    # nearer the ends of the support the spacing of doubles is what limits the way back
    cases = [(max(probability(), 1e-6), float(round(log_uniform(1, 1000)))) for _ in range(60)]
    for f, tail in (("ppf", "cdf"), ("isf", "sf")):
        cursor.execute("SELECT datamon.kolmogorov_%s(datamon.kolmogorov_%s(p, n::bigint), n::bigint) "
                       "FROM unnest(%%s, %%s) WITH ORDINALITY AS v(p, n, i) ORDER BY i" % (tail, f),
                       [list(c) for c in zip(*cases)])
        error = max(abs(r[0] / c[0] - 1) for r, c in zip(cursor.fetchall(), cases))
        ok(error < 1e-9, "kolmogorov_%s of n is the inverse of kolmogorov_%s" % (f, tail), "worst %.1e" % error)


def main():
    random.seed(20)
    cursor = connect()
    cursor.execute("SET extra_float_digits = 1")
    for name in TAILS:
        cases = [argument(name) for _ in range(int(TIMES * 40))]
        tails(cursor, name, cases)
    for name in TAILS:
        parameters = [argument(name)[1:] for _ in range(int(TIMES * 20))]
        (discrete_quantiles if name in ("binomial", "poisson") else quantiles)(cursor, name, parameters)
    against_scipy(cursor)
    one_sample(cursor)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
