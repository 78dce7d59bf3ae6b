"""TAP: the simulations of test/bench measure what they say: the world has the moments it claims, rules by hand are those of SciPy, alerts come.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE; needs numpy, scipy, psycopg2.
"""
import os
import sys

import numpy as np
from scipy import stats

from lib.tap import connect, finish, ok

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import simulate_power
import simulate_rules
import simulate_server
import simulate_table
import simulate_world
from simulate_world import Change, World

STILL = {"jitter": 0, "week": 0, "hours": 0}


def near(got, want, within, name):
    ok(abs(got - want) <= within, "%s: %.3g" % (name, want), "got %.4g" % got)


def rows(world, day=0):
    segment, _, columns = world.of_day(day)
    return segment, dict(zip(world.names, columns))


# ---- unrest of days

w = World(1, 30, 10, 100, 400, jitter=0.05, rho=0.5)
level = w.level[:, 0]
near(level.std(), 0.05, 0.003, "unrest of days: standard deviation")
near(w.level[:, 5].std(), 0.1, 0.006, "restless: twice that")
near(np.log(w.widen[:, 0]).std(), 0.025, 0.002, "the logarithm of the spread: half of it")
near(np.mean([np.corrcoef(x[1:], x[:-1])[0, 1] for x in level]), 0.5, 0.08, "correlation of neighbouring days")
between = np.corrcoef(level)
near(between[np.triu_indices(30, 1)].mean(), 0.5, 0.12, "correlation of segments")
daily = np.array([[np.bincount(w.of_day(d)[0], minlength=30).sum()] for d in range(28)]).ravel()
near(np.log(daily[0::7].mean() / daily[5::7].mean()), 0.1 * (simulate_world.WEEK[0] - simulate_world.WEEK[5]), 0.06, "season of the week in the number of rows")

# ---- kinds of columns, with nothing but their own noise

w = World(2, 5, 10, 20000, 3, **STILL)
segment, x = rows(w)
own = {n: (x[n] - w.offset[segment, c]) / w.spread[segment, c] for c, n in enumerate(w.names) if n in ("normal", "student", "chained", "restless", "gaps")}
for name in own:
    near(np.nanmean(own[name]), 0, 0.03, name + ": mean")
    near(np.nanstd(own[name]), 1, 0.1 if name == "student" else 0.03, name + ": standard deviation")
ok(stats.kurtosis(own["student"]) > 3, "student: heavy tails")
inside = segment[1:] == segment[:-1]
near(np.corrcoef(own["chained"][1:][inside], own["chained"][:-1][inside])[0, 1], 0.5, 0.03, "chained: correlation of neighbouring rows")
near(np.corrcoef(own["normal"][1:], own["normal"][:-1])[0, 1], 0, 0.03, "normal: no such thing")
near((np.log(x["lognormal"]) - w.offset[segment, 2]).std(), 1, 0.03, "lognormal: standard deviation of the logarithm")
pareto = x["pareto"] / np.exp(w.offset[segment, 3] / 2.5)
ok(stats.kstest(pareto, stats.pareto(2.5).cdf).pvalue > 0.001, "pareto: shape 2.5")
one = segment == 0
mean = 4 * np.exp(simulate_world.LOGARITHM["counts"] * w.offset[0, 6])
near(x["counts"][one].mean() / mean, 1, 0.03, "counts: mean")
near(x["counts"][one].var() / (mean + mean ** 2 / 4), 1, 0.1, "counts: variance of a negative binomial")
near(np.isnan(x["gaps"]).mean(), 0.1, 0.03, "gaps: missing")
ok(len(set(x["name"])) == 200 and len(set(x["colour"])) == 8, "categories: 200 names, 8 colours")

w = World(3, 200, 10, 400, 12, **STILL)
share, missing = [], []
for d in range(12):
    segment, x = rows(w, d)
    n = np.bincount(segment, minlength=200)
    share.append((np.bincount(segment, x["colour"] == b"v000", 200), n))
    missing.append((np.bincount(segment, np.isnan(x["gaps"]), 200), n))
for name, counts, precision in (("colour", share, 400), ("gaps", missing, 400)):
    k, n = (np.array([c[i] for c in counts], float) for i in (0, 1))
    p = k.sum(0) / n.sum(0)
    excess = (((k - n * p) ** 2 / (n * p * (1 - p))).sum(0) / 11).mean()
    near(excess, np.mean(1 + (n - 1) / (precision + 1)), 0.25, name + ": days differ more than sampling explains, by")

# ---- what is injected, and nothing else


def pair(kind, size, column, segment=1, name="normal"):
    settings = dict(segments=4, columns=10, rows=4000, days=3, **STILL)
    before, after = World(4, **settings), World(4, change=Change(kind, size, 1, column, segment), **settings)
    (s0, x0), (s1, x1) = rows(before, 1), rows(after, 1)
    same = all(np.array_equal(x0[n][s0 != segment], x1[n][s1 != segment], equal_nan=x0[n].dtype.kind == "f") for n in x0)
    same &= kind == "volume" or all(np.array_equal(x0[n], x1[n], equal_nan=x0[n].dtype.kind == "f") for n in x0 if n != name)
    early = all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(before.of_day(0)[2], after.of_day(0)[2]))
    if kind != "volume":
        ok(same and early, "%s: other columns, segments and days are as they were" % kind)
    return x0[name][s0 == segment], x1[name][s1 == segment], before.spread[segment, column or 0]


a, b, spread = pair("mean", 0.3, 0)
near((b.mean() - a.mean()) / spread, 0.3, 1e-9, "mean")
a, b, spread = pair("variance", 1.5, 0)
near(b.std() / a.std(), 1.5, 1e-9, "variance")
a, b, spread = pair("shape", 0.9, 0)
near((b.mean() - a.mean()) / spread, 0, 0.05, "shape: mean as it was")
near(b.std() / a.std(), 1, 0.03, "shape: standard deviation as it was")
ok(stats.ks_2samp(a, b).statistic > 0.1, "shape: distributed otherwise")
a, b, spread = pair("missing", 0.2, 9, name="gaps")
near(np.isnan(b).mean() - np.isnan(a).mean(), 0.2, 0.02, "missing")
a, b, spread = pair("new_value", 0.05, 7, name="colour")
ok(b"v008" not in a, "new_value: not there before")
near((b == b"v008").mean(), 0.05, 0.01, "new_value")
a, b, spread = pair("mean", 0.3, 7, name="colour")
near((b == b"v000").mean(), (a == b"v000").mean() * 0.7 + 0.3, 0.02, "shares")
a, b, spread = pair("volume", 0.5, None)
near(len(b) / len(a), 0.5, 0.03, "volume")
ok(np.array_equal(World(5, 3, 2, 50, 9).of_day(8)[2][0], World(5, 3, 2, 50, 9).of_day(8)[2][0])
   and len(World(5, 3, 2, 50, 9).of_day(8)[0]) != len(World(6, 3, 2, 50, 9).of_day(8)[0]), "the seed says everything")

# ---- rules by hand

random = np.random.default_rng(1)
worst = 0
for _ in range(50):
    a, b = random.poisson(3, 400).astype(float), random.poisson(3.2, 60).astype(float)
    # The statistic's own limit: SciPy's "asymp" is another approximation.
    want = stats.kstwobign.sf(stats.ks_2samp(a, b, method="asymp").statistic * np.sqrt(400 * 60 / 460))
    worst = max(worst, abs(simulate_rules.ks(np.sort(a), b) - want))
ok(worst < 1e-9, "Kolmogorov and Smirnov's test with ties", "off by %g" % worst)
a, b = np.array([50, 30, 0, 20]), np.array([5, 9, 0, 2])
near(simulate_rules.chi_square(a, b), stats.chi2_contingency(np.array([a, b])[:, a + b > 0], correction=False)[1], 1e-12, "chi-square")
reference, values = random.normal(size=15000), random.normal(0.2, 1, 1000)
rules = simulate_table.Thresholds(reference)
told = rules.told(values)
distance = stats.wasserstein_distance(reference, values) / reference.std()
ok(told[1] == (distance > 0.1) and told[0] == (stats.ks_2samp(reference, values).pvalue < 0.05), "fixed thresholds")

# ---- through the server

connect()
session = simulate_server.Session()
session.sql("CREATE TABLE sim_copied (at timestamptz, name text, x float8, k int8)")
x = np.array([1.5, np.nan, -3, np.nan])
session.load("sim_copied", 1, [np.array(["a", "b", "c", "d"], "S1"), x, np.arange(4)], np.array([0, 0.25, 0.5, 0.75]))
got = session.sql("SELECT name, x, k, extract(epoch FROM at - timestamptz '2024-01-02 00:00+00')::float8 FROM sim_copied ORDER BY at")
ok([(g[0], g[1], g[2], round(g[3])) for g in got] == [("a", 1.5, 0, 0), ("b", None, 1, 21600), ("c", -3, 2, 43200), ("d", None, 3, 64800)],
   "rows arrive as they are", str(got))
day = simulate_power.CHANGE_DAY
for scope in (None, 1):
    change = Change("mean", 2, day, 0, scope)
    told = simulate_power.Told(session, World(7, 3, 1, 200, day + 6, change=change))
    ok(told.found is not None and told.found <= 4 and not told.before, "an alert comes when the mean moves, in %s" % ("a segment" if scope else "all rows"),
       "found after %s days" % told.found)
bad, open_, whole, heads, _ = simulate_table.replay(session, "columns", 4, 1000, 0.0, 1)
clean, shifted = simulate_table.counted(4)
ok(bad[shifted].mean() > 0.9 and open_[shifted].mean() > 0.8 and not bad[clean].any(), "the table counts what is shifted, and where",
   "%g %g" % (bad[shifted].mean(), bad[clean].mean()))
ok(not session.sql("SELECT FROM datamon.monitors WHERE source::text LIKE 'sim\\_%'"), "nothing is left behind")
session.sql("DROP TABLE sim_copied")
sys.exit(finish())
