"""Series that wander from day to day, half of which shift: what fixed thresholds say, and what datamon says.

A world of S series and 60 days: the mean of a day is normal(0, jitter), its standard deviation exp(normal(0, jitter / 2)), its
values normal; half of the series have a mean of .3 more from day 46 on. Days 0 to 14 are the reference of the thresholds, days 30
to 59 are counted (of the shifted series, those before 46 as clean and the rest as shifted).
"""
import collections

import numpy as np
from scipy.special import kolmogorov

DAYS, REFERENCE, COUNTED, SHIFT_DAY, SHIFT, CELLS = 60, 15, 30, 46, 0.3, 64
FIXED = ("KS p < .05", "W1n > .1", "JS > .1", "PSI > .2")


def days_of(series, n, jitter, seed):
    """Values of each day, a row for each series; every row is the same whatever is left out before it"""
    mean = np.random.default_rng([seed, 0]).normal(0, jitter, (series, DAYS))
    mean[:series // 2, SHIFT_DAY:] += SHIFT
    scale = np.exp(np.random.default_rng([seed, 1]).normal(0, jitter / 2, (series, DAYS)))
    for day in range(DAYS):
        noise = np.random.default_rng([seed, 2, day]).standard_normal((series, n))
        yield mean[:, day, None] + scale[:, day, None] * noise


def counted(series):
    """Series-days that are clean, and those that are shifted"""
    shifted = np.zeros((series, DAYS), bool)
    shifted[:series // 2, SHIFT_DAY:] = True
    clean = ~shifted
    clean[:, :COUNTED] = False
    return clean, shifted


class Thresholds:
    """What the fixed rules say of one series, from a histogram of quantiles of its reference"""

    def __init__(self, reference):
        self.m, self.sd = len(reference), reference.std()
        self.edges = np.quantile(reference, np.linspace(0, 1, CELLS + 1))
        self.edges[0] -= 3
        self.edges[-1] += 3
        width = np.diff(self.edges)
        self.step = (width[:-1] + width[1:]) / 2
        self.cumulated = np.cumsum(self.shares(reference, self.edges))
        self.tenths = np.quantile(reference, np.linspace(0, 1, 11))
        self.tenths[0], self.tenths[-1] = -np.inf, np.inf
        self.in_tenths = self.shares(reference, self.tenths)

    @staticmethod
    def shares(values, edges):
        return np.diff(np.searchsorted(np.sort(values), edges, "right")) / len(values)

    def told(self, values):
        gap = np.abs(np.cumsum(self.shares(values, self.edges)) - self.cumulated)
        n, p, q = len(values), self.in_tenths, self.shares(values, self.tenths)
        middle = (p + q) / 2
        entropy = sum(np.sum(np.where(a > 0, a * np.log2(np.where(a > 0, a, 1) / middle), 0)) for a in (p, q))
        a, b = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
        return (kolmogorov(gap.max() * np.sqrt(n * self.m / (n + self.m))) < 0.05, np.sum(gap[:-1] * self.step) / self.sd > 0.1,
                np.sqrt(max(0, entropy / 2)) > 0.1, np.sum((b - a) * np.log(b / a)) > 0.2)


def fixed(series, n, jitter, seed):
    """Of each fixed rule: series by days, whether it fires"""
    fires, reference, rules = np.zeros((len(FIXED), series, DAYS), bool), [], []
    for day, values in enumerate(days_of(series, n, jitter, seed)):
        if day < REFERENCE:
            reference.append(values)
            continue
        if not rules:
            rules = [Thresholds(r) for r in np.concatenate(reference, 1)]
            reference = None
        for s, rule in enumerate(rules):
            fires[:, s, day] = rule.told(values[s])
    return fires


# Three ways in which a series is something that datamon watches: what is created, what is loaded, and which series a finding is about


class Segments:
    """A value of the one dimension of a table"""

    def __init__(self, session, series):
        self.names = np.array(["s%05d" % s for s in range(series)], "S6")
        session.create("sim_segments", "series text, x float8")
        self.tables = ["sim_segments"]
        self.more = ", dimensions => '{series}', features => '{x}'"

    def columns(self, values):
        # Series in turn, so that all have rows all day long.
        return {"sim_segments": [np.tile(self.names, values.shape[1]), values.T.reshape(-1)]}

    def series_of(self, table, segment, column):
        return int(segment["series"][1:]) if "series" in segment else None


class Columns:
    """A column of a table"""

    def __init__(self, session, series):
        self.names = ["x%d" % s for s in range(series)]
        session.create("sim_columns", ", ".join(x + " float8" for x in self.names))
        self.tables = ["sim_columns"]
        self.more = ", dimensions => '{}', features => '{%s}'" % ",".join(self.names)

    def columns(self, values):
        return {"sim_columns": list(values)}

    def series_of(self, table, segment, column):
        return int(column[1:]) if column else None


class Monitors:
    """A table of its own"""

    def __init__(self, session, series):
        self.tables = ["sim_monitor_%d" % s for s in range(series)]
        for table in self.tables:
            session.create(table, "x float8")
        self.more = ", dimensions => '{}', features => '{x}'"

    def columns(self, values):
        return {table: [values[s]] for s, table in enumerate(self.tables)}

    def series_of(self, table, segment, column):
        return int(table.rsplit("_", 1)[1])


LAYOUTS = {"segments": Segments, "columns": Columns, "monitors": Monitors}


def replay(session, layout, series, n, jitter, seed):
    """What datamon does, a tick a day: verdicts and open alerts, series by days, and what else happened"""
    world = LAYOUTS[layout](session, series)
    session.copied = session.ticked = 0.0
    bad, open_, whole = np.zeros((series, DAYS), bool), np.zeros((series, DAYS), bool), np.zeros(DAYS, bool)
    heads, count = collections.Counter(), collections.Counter()
    try:
        for day, values in enumerate(days_of(series, n, jitter, seed)):
            for table, columns in world.columns(values).items():
                session.load(table, day, columns)
                if day == 0:
                    session.watch(table, world.more)
            heads["clean" if day < SHIFT_DAY else "shifted"] += session.tick(day + 1)
            for _, table, segment, rule, column, _ in session.standing():
                s = world.series_of(table, segment, column)
                if s is None or rule not in ("drift", "drift_sustained"):
                    count["%s of %s" % (rule, column)] += 1
                if s is None:
                    whole[day] = True
                else:
                    open_[s, day] = True
        if min(session.evaluated_until(t) for t in world.tables) != DAYS:
            raise SystemExit("not every day has been judged: what was counted would be too good")
        for day, table, segment, rule, column, _ in session.out_of_bounds():
            s = world.series_of(table, segment, column)
            if s is not None:
                bad[s, day] = True
    finally:
        session.drop(*world.tables)
    return bad, open_, whole, heads, count


def line(name, fires, clean, shifted):
    print("    %-28s %.4f / %.3f" % (name, fires[clean].mean(), fires[shifted].mean()), flush=True)


def run(session, options):
    print("false positives per clean series-day / detection per shifted series-day, days %d to %d" % (COUNTED, DAYS - 1))
    for n in options.n:
        for jitter in options.jitter:
            series = min(options.series, max(2, options.most_rows // (n * DAYS)))
            clean, shifted = counted(series)
            print("n = %d a day, jitter %g sd, %d series" % (n, jitter, series), flush=True)
            fires = fixed(series, n, jitter, options.seed)
            for name, f in zip(FIXED, fires):
                line(name, f, clean, shifted)
            for layout in options.layouts:
                bad, open_, whole, heads, count = replay(session, layout, series, n, jitter, options.seed)
                line("datamon, %s: bad" % layout, bad, clean, shifted)
                line("  alert open on it", open_, clean, shifted)
                if whole.any():
                    # The whole source has shifted when half of its segments have.
                    line("  or on the whole source", open_ | whole & (shifted | (np.arange(DAYS) < SHIFT_DAY)), clean, shifted)
                print("      alerts opened: %d in days 0 to %d, %d later%s; CPU %.0f s of COPY, %.0f s of ticks" % (
                    heads["clean"], SHIFT_DAY - 1, heads["shifted"], "".join("; open days of %s: %d" % x for x in sorted(count.items())),
                    session.copied, session.ticked), flush=True)
