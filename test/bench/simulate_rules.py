"""The rules that people write by hand, on the same rows: a daily mean beyond k standard deviations, and p < a. See simulate.py.

For each segment and the whole table (series), for each column. Reference: the first days. The mean of a day is compared with the mean and
standard deviation of the reference's daily means; p is that of Kolmogorov and Smirnov's test (asymptotic) of numbers against
the pooled reference, and of chi-square for categories. A series of a day with fewer than 30 values is not judged.
"""
import numpy as np
from scipy.special import chdtrc, kolmogorov

SIGMAS, LEVELS, LEAST = (3, 4, 5, 6), (0.05, 0.001, 1e-6), 30
NAMES = tuple("mean beyond %d sd" % k for k in SIGMAS) + tuple("p < %g" % a for a in LEVELS)


def ks(sorted_reference, values):
    """p-value; ties are right: both steps are looked at after every value"""
    m, n = len(sorted_reference), len(values)
    values = np.sort(values)
    right, left = np.searchsorted(sorted_reference, values, "right") / m, np.searchsorted(sorted_reference, values, "left") / m
    after, before = np.searchsorted(values, values, "right") / n, np.searchsorted(values, values, "left") / n
    gap = max(np.abs(after - right).max(), np.abs(left - before).max())
    return kolmogorov(gap * np.sqrt(n * m / (n + m)))


def chi_square(reference, counts):
    """p-value of two rows of counts"""
    table = np.array([reference, counts], float)
    table = table[:, table.sum(0) > 0]
    expected = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
    return chdtrc(table.shape[1] - 1, ((table - expected) ** 2 / expected).sum()) if table.shape[1] > 1 else 1.0


class Rules:
    """Counts firings, and those that did not fire the day before, for the first S segments with the whole table"""

    def __init__(self, world, reference_days, most=200):
        self.world, self.days = world, reference_days
        self.segments = min(world.segments, most)
        self.pools, self.means, self.days_judged = {}, {}, 0
        self.before = None
        self.fired = np.zeros((len(NAMES), self.segments + 1), int)
        self.begun = np.zeros_like(self.fired)

    def series(self, segment, column):
        """Values of each segment, then those of the whole"""
        edges = np.searchsorted(segment, np.arange(self.segments + 1))
        # Of values that are not missing.
        for s in range(self.segments):
            yield column[edges[s]:edges[s + 1]]
        yield column

    def see(self, day, segment, columns):
        if day == self.days:
            for at, pieces in self.pools.items():
                self.pools[at] = sum(pieces) if isinstance(pieces[0], np.ndarray) and pieces[0].dtype.kind == "i" else np.sort(np.concatenate(pieces))
        now = np.zeros((len(NAMES), self.segments + 1, len(columns)), bool)
        for c, column in enumerate(columns):
            names = column.dtype.kind == "S"
            if names:
                column = (np.char.lstrip(column, b"v")).astype(np.int64)
            for s, values in enumerate(self.series(segment, column)):
                values = np.bincount(values, minlength=201) if names else values[~np.isnan(values)]
                if day < self.days:
                    self.pools.setdefault((s, c), []).append(values)
                    if not names and len(values):
                        self.means.setdefault((s, c), []).append(values.mean())
                elif (values.sum() if names else len(values)) >= LEAST:
                    now[:, s, c] = self.judge(s, c, values, names)
        if day >= self.days:
            self.days_judged += 1
            self.fired += now.sum(2)
            self.begun += (now & ~self.before if self.before is not None else now).sum(2)
            self.before = now

    def judge(self, s, c, values, names):
        reference = self.pools[s, c]
        if (reference.sum() if names else len(reference)) < 100:
            return np.zeros(len(NAMES), bool)
        p = chi_square(reference, values) if names else ks(reference, values)
        z = 0.0
        if not names:
            means = np.array(self.means[s, c])
            z = abs(values.mean() - means.mean()) / means.std(ddof=1)
        return np.array([z > k for k in SIGMAS] + [p < a for a in LEVELS])

    def a_week(self, segments):
        """(firings, those that begin) a week of the first segments and the whole, for each rule"""
        chosen = list(range(segments)) + [self.segments]
        return [(f[chosen].sum() * 7 / self.days_judged, b[chosen].sum() * 7 / self.days_judged) for f, b in zip(self.fired, self.begun)]
