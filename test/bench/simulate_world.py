"""A table of segments and columns in which nothing happens, or one thing that is injected. See simulate.py.

A row has a segment and values of columns, of these kinds in turn:
    normal     normal
    student    Student's t of 3 degrees of freedom, divided by its standard deviation
    lognormal  exp of a normal of variance 1
    pareto     Pareto of shape 2.5, which has no third moment
    chained    normal, each row correlated .5 with the row before it in its segment
    restless   normal, with days twice as restless as the others'
    counts     Poisson with a mean of 4 that is itself a gamma variable of shape 4 for each row
    colour     one of 8 values, shares drawn anew each day (Dirichlet, 400 at a day's mean; the segment's own shares at 20)
    name       one of 200 values with shares as 1 / rank, drawn anew each day (Dirichlet, 2000)
    gaps       normal, missing in a tenth of the rows: a beta variable of each day, of precision 400
Means have, in standard deviations of a row, a season of the day (a sine), a season of the week, and unrest of days (jitter): an
autoregressive process (rho) of which half the variance is common to all segments. The logarithms of standard deviations have half that
unrest. What is positive has all this on its logarithm. Segments differ in their means (sd .5), their spread (sd of its logarithm .2) and
their size (sd of its logarithm .7); their rows are Poisson with a season of the week and unrest of days. Everything is stationary: in
this world every alert is a false one.
"""
import numpy as np

KINDS = ("normal", "student", "lognormal", "pareto", "chained", "restless", "counts", "colour", "name", "gaps")
CATEGORIES = {"colour": 8, "name": 200}
CHAIN, MISSING, SHAPE = 0.5, 0.1, 2.5
# Standard deviation of a row on the scale of the logarithm; of counts, of a row against its mean
LOGARITHM = {"lognormal": 1, "pareto": 1 / SHAPE, "counts": np.sqrt(4 + 4 ** 2 / 4) / 4}
PRECISION = {"colour": 400, "name": 2000}
WEEK = np.array([1, 0.6, 0.2, -0.2, -0.4, -0.9, -0.3])
WEEK = WEEK / WEEK.std()


def autoregressive(random, rho, shape, days):
    """Standard normal, correlated rho from day to day; days come last"""
    noise = random.standard_normal(shape + (days,))
    out = np.empty_like(noise)
    out[..., 0] = noise[..., 0]
    for d in range(1, days):
        out[..., d] = rho * out[..., d - 1] + np.sqrt(1 - rho * rho) * noise[..., d]
    return out


class Change:
    """What is injected: kind is mean, variance, shape, missing, new_value or volume; segment None is the whole table"""

    def __init__(self, kind, size, day, column=None, segment=None):
        self.kind, self.size, self.day, self.column, self.segment = kind, size, day, column, segment

    def concerns(self, rows, segments):
        return np.ones(len(rows), bool) if self.segment is None else rows == self.segment


class World:
    def __init__(self, seed, segments, columns, rows, days, jitter=0.05, week=0.1, hours=0.3, rho=0.5, change=None):
        """columns: how many, or their kinds; rows: the mean of a segment and day"""
        self.seed, self.segments, self.days, self.change = seed, segments, days, change
        self.jitter, self.week, self.hours, self.rho = jitter, week, hours, rho
        self.kinds = [KINDS[i % len(KINDS)] for i in range(columns)] if isinstance(columns, int) else list(columns)
        columns = len(self.kinds)
        self.names = ["%s%s" % (k, self.kinds[:i].count(k) or "") for i, k in enumerate(self.kinds)]
        self.keys = np.array([("s%05d" % s) for s in range(segments)], "S6")
        random = np.random.default_rng([seed, 0])
        self.size = rows * np.exp(random.normal(0, 0.7, segments) - 0.7 ** 2 / 2)
        self.offset = random.normal(0, 0.5, (segments, columns))
        self.spread = np.exp(random.normal(0, 0.2, (segments, columns)))
        both = [np.sqrt(0.5) * (autoregressive(random, rho, (1, columns + 1), days) + autoregressive(random, rho, (segments, columns + 1), days))
                for _ in range(2)]
        # The last is the unrest of volume.
        self.level = jitter * np.array([2 if k == "restless" else 1 for k in self.kinds] + [1])[:, None] * both[0]
        self.widen = np.exp(jitter / 2 * both[1][:, :columns])
        self.shares = {c: self.own_shares(random, k) for c, k in enumerate(self.kinds) if k in CATEGORIES}

    def own_shares(self, random, kind):
        values = CATEGORIES[kind]
        if kind == "name":
            return np.tile(1 / np.arange(1, values + 1) / (1 / np.arange(1, values + 1)).sum(), (self.segments, 1))
        return random.dirichlet(20 * np.linspace(2, 0.5, values) / np.linspace(2, 0.5, values).sum(), self.segments)

    def sql_columns(self):
        return "segment text, " + ", ".join("%s %s" % (n, "text" if k in CATEGORIES else "float8") for n, k in zip(self.names, self.kinds))

    def told(self):
        """What watch() is told"""
        return ", dimensions => '{segment}', features => '{%s}'" % ",".join(self.names)

    def rows_of(self, day, random):
        expected = self.size * np.exp(self.week * WEEK[day % 7] + self.level[:, -1, day])
        change = self.change
        if change and change.kind == "volume" and day >= change.day:
            expected = np.where(change.concerns(np.arange(self.segments), self.segments), expected * change.size, expected)
        return random.poisson(expected)

    def of_day(self, day):
        """(segment of each row, its time as a share of the day, columns): by segment, then time"""
        random = np.random.default_rng([self.seed, 1, day])
        n = self.rows_of(day, random)
        segment = np.repeat(np.arange(self.segments), n)
        time = random.random(len(segment))
        time = time[np.lexsort((time, segment))]
        # A stream of random numbers for each column: the others are the same whatever is injected into one.
        columns = [self.column(c, day, segment, time, n, np.random.default_rng([self.seed, 2, day, c])) for c in range(len(self.kinds))]
        return segment, time, columns

    def column(self, c, day, segment, time, n, random):
        kind, rows = self.kinds[c], len(segment)
        hit = np.zeros(rows, bool)
        change = self.change
        if change and change.column == c and day >= change.day:
            hit = change.concerns(segment, self.segments)
        if kind in CATEGORIES:
            return self.category(c, kind, n, hit, random)
        if kind == "chained":
            noise = self.chained(random.standard_normal(rows), n)
        elif kind == "student":
            noise = random.standard_t(3, rows) / np.sqrt(3)
        else:
            noise = random.standard_normal(rows)
        move = self.hours * np.sqrt(2) * np.sin(2 * np.pi * time) + self.week * WEEK[day % 7] + self.level[segment, c, day]
        wide = self.widen[segment, c, day]
        if hit.any():
            noise, move, wide = self.injected(noise, move, wide, hit, random)
        if kind in LOGARITHM:
            return self.positive(kind, noise, move, wide, segment, c, random)
        values = self.offset[segment, c] + self.spread[segment, c] * (move + wide * noise)
        if kind == "gaps":
            share = random.beta(400 * MISSING, 400 * (1 - MISSING), self.segments)[segment]
        else:
            share = np.zeros(rows)
        if change and change.kind == "missing":
            share = np.where(hit, share + change.size, share)
        if share.any():
            values[random.random(rows) < share] = np.nan
        return values

    def injected(self, noise, move, wide, hit, random):
        """Sizes are in standard deviations of a row"""
        change = self.change
        if change.kind == "mean":
            move = np.where(hit, move + change.size, move)
        elif change.kind == "variance":
            wide = np.where(hit, wide * change.size, wide)
        elif change.kind == "shape":
            # Two humps with the same mean and standard deviation: size is the share of the variance that lies between them.
            humps = np.sqrt(change.size) * np.where(random.random(len(noise)) < 0.5, -1, 1)
            noise = np.where(hit, humps + np.sqrt(1 - change.size) * noise, noise)
        return noise, move, wide

    def positive(self, kind, noise, move, wide, segment, c, random):
        level = LOGARITHM[kind] * (self.offset[segment, c] + move)
        if kind == "lognormal":
            return np.exp(level + wide * noise)
        if kind == "counts":
            return random.poisson(4 * np.exp(level) * random.gamma(4, 0.25, len(noise))).astype(float)
        return np.exp(level) * (random.pareto(SHAPE, len(noise)) + 1) ** wide

    def chained(self, noise, n):
        """Autoregressive along the rows of each segment, of variance 1"""
        out = noise.copy()
        first = np.concatenate([[0], np.cumsum(n)[:-1]])
        width = int(n.max()) if len(n) else 0
        for i in range(1, width):
            at = first[n > i] + i
            out[at] = CHAIN * out[at - 1] + np.sqrt(1 - CHAIN * CHAIN) * noise[at]
        return out

    def category(self, c, kind, n, hit, random):
        """Fixed-width names; what is injected: new_value (share of rows that get one) or mean (share that moves to the first)"""
        shares = np.maximum(random.gamma(PRECISION[kind] * self.shares[c]), 1e-12)
        cumulated = np.cumsum(shares / shares.sum(1, keepdims=True), 1)
        values, rows = CATEGORIES[kind], int(n.sum())
        segment = np.repeat(np.arange(self.segments), n)
        # One search for all: each segment has a range of its own.
        at = np.searchsorted((cumulated + np.arange(self.segments)[:, None]).ravel(), segment + random.random(rows), "right") - values * segment
        at = np.minimum(at, values - 1)
        if hit.any() and self.change.kind == "mean":
            at[hit & (random.random(rows) < self.change.size)] = 0
        out = np.array(["v%03d" % v for v in range(values + 1)], "S4")
        if hit.any() and self.change.kind == "new_value":
            at[hit & (random.random(rows) < self.change.size)] = values
        return out[at]
