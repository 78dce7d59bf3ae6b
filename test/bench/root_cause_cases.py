"""Generated changes with known causes, for root_cause.py, and two peers to compare with.

Leaves of three to five dimensions with skewed values and skewed sizes; causes are cells of one to three dimensions, one to three
of them, in one cuboid or in any; each accounts for a twentieth of the change at least. Kinds: counts (over-dispersed, some with
a fifth of the leaves missing at any time, four earlier buckets), sums (real numbers and a forecast with relative noise), rates
(sparse trials, four times as many before). "unrest" is the deviation of the log of what every value of every dimension moves by
from bucket to bucket, all its leaves together.
"""
import math
from itertools import combinations

import numpy as np


def _leaves(rng):
    d = int(rng.integers(3, 6))
    card = [int(rng.integers(3, 31)) for _ in range(d)]
    n = int(rng.integers(300, 5000))
    columns = []
    for c in card:
        w = rng.dirichlet(np.full(c, 0.5)) + 1e-4
        columns.append(rng.choice(c, size=n, p=w / w.sum()))
    codes = np.unique(np.stack(columns, 1), axis=0)
    for k in range(d):
        codes[:, k] = np.unique(codes[:, k], return_inverse=True)[1]
    return codes


def members(codes, cell):
    return np.all([codes[:, k] == v for k, v in cell], axis=0)


def _causes(rng, codes, weight, mixed):
    """Cells that share no leaf, each with a part of the weight."""
    d = codes.shape[1]
    while True:
        elements = int(rng.integers(1, 4))
        dims = tuple(sorted(rng.choice(d, int(rng.integers(1, 4)), replace=False)))
        found, used = [], np.zeros(len(codes), bool)
        for _ in range(60):
            if mixed and found:
                dims = tuple(sorted(rng.choice(d, int(rng.integers(1, 4)), replace=False)))
            j = rng.choice(len(codes), p=weight / weight.sum())
            cell = tuple((int(k), int(codes[j, k])) for k in dims)
            m = members(codes, cell)
            part = weight[m].sum() / weight.sum()
            if 0.02 / elements <= part <= 0.5 and not (m & used).any():
                used |= m
                found.append((cell, m))
            if len(found) == elements:
                break
        if len(found) == elements and used.mean() < 0.7:
            return found


def _unrest(rng, codes, deviation):
    return np.exp(sum(rng.normal(0, deviation, codes[:, k].max() + 1)[codes[:, k]] for k in range(codes.shape[1])))


def counts(rng, mixed, unrest):
    codes = _leaves(rng)
    n = len(codes)
    base = 10 ** rng.uniform(0.3, 3) * rng.lognormal(0, 1.5, n)
    noise = rng.choice([0.02, 0.1, 0.3])
    missing = rng.choice([0, 0, 0, 0.2])
    causes = _causes(rng, codes, base, mixed)
    up = rng.random() < 0.5

    def bucket(mean):
        there = rng.random(n) >= missing
        return rng.poisson(mean * rng.lognormal(0, noise, n) * _unrest(rng, codes, unrest) * there / (1 - missing)).astype(float)

    history = np.stack([bucket(base) for _ in range(4)], 1)
    mean = base * math.exp(rng.normal(0, 0.03))
    together = rng.uniform(1.5, 5) if up else rng.uniform(0, 0.6)
    for _, m in causes:
        factor = together * rng.uniform(0.9, 1.1) if rng.random() < 0.5 else rng.uniform(1.5, 5) if up else rng.uniform(0, 0.6)
        mean[m] *= factor * rng.lognormal(0, 0.1, m.sum())
    actual = bucket(mean)
    keep = (actual > 0) | (history.sum(1) > 0)
    return codes[keep], {"actual": actual[keep], "history": history[keep]}, {c for c, _ in causes}


def sums(rng, mixed, unrest):
    codes = _leaves(rng)
    n = len(codes)
    expected = rng.lognormal(3, 1.5, n)
    noise = rng.choice([0.01, 0.05, 0.1])
    causes = _causes(rng, codes, expected, mixed)
    actual = expected * _unrest(rng, codes, unrest) * (1 + rng.normal(0, noise, n)).clip(0.01)
    sign = 1 if rng.random() < 0.3 else -1
    for _, m in causes:
        actual[m] = expected[m] * (1 + sign * rng.uniform(0.3, 0.9)) * (1 + rng.normal(0, noise, m.sum()))
    return codes, {"actual": actual, "expected": expected}, {c for c, _ in causes}


def rates(rng, mixed, unrest):
    codes = _leaves(rng)
    n = len(codes)
    volume = 10 ** rng.uniform(0, 2) * rng.lognormal(0, 1.5, n)
    before = (10 ** rng.uniform(-2.3, -1) * _unrest(rng, codes, 0.3)).clip(1e-4, 0.5)
    now = before.copy()
    for cell, m in (causes := _causes(rng, codes, volume, mixed)):
        now[m] = now[m] * rng.uniform(2, 6) if rng.random() < 0.5 else now[m] + rng.uniform(0.1, 0.6)
    noise = rng.choice([0, 0.2, 0.5])
    trials = rng.poisson(volume * rng.lognormal(0, 0.1, n))
    reference_trials = rng.poisson(4 * volume)
    wobble = np.mean([_unrest(rng, codes, unrest) for _ in range(4)], axis=0)
    reference_events = rng.binomial(reference_trials, (before * wobble * rng.lognormal(-noise * noise / 2, noise, n)).clip(0, 1))
    events = rng.binomial(trials, (now * _unrest(rng, codes, unrest) * rng.lognormal(-noise * noise / 2, noise, n)).clip(0, 1))
    keep = (trials > 0) | (reference_trials > 0)
    return codes[keep], {"events": events[keep].astype(float), "trials": trials[keep].astype(float),
                         "reference_events": reference_events[keep].astype(float),
                         "reference_trials": reference_trials[keep].astype(float)}, {c for c, _ in causes}


KINDS = {"counts": counts, "sums": sums, "rates": rates}


def expectation(columns):
    return columns["expected"] if "expected" in columns else columns["history"].mean(1)


def contributions(columns):
    """What each leaf adds to the change; they add up to it."""
    if "trials" not in columns:
        return columns["actual"] - expectation(columns)
    k, n, k0, n0 = (columns[c] for c in ("events", "trials", "reference_events", "reference_trials"))
    mean = (k.sum() / n.sum() + k0.sum() / n0.sum()) / 2
    return k / n.sum() - k0 / n0.sum() - mean * (n / n.sum() - n0 / n0.sum())


def case(rng, kind, mixed=False, unrest=0.0):
    """Leaves, columns and the set of causes; drawn again until the causes are the change, each a twentieth of it at least."""
    while True:
        codes, columns, causes = KINDS[kind](rng, mixed, unrest)
        part = contributions(columns)
        shares = [part[members(codes, c)].sum() / part.sum() for c in causes]
        if min(shares) >= 0.05 and 0.6 < sum(shares) < 1.5:
            return codes, columns, causes


def _divergence(p, q):
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return 0.5 * (np.where(p > 0, p * np.log(p / m), 0) + np.where(q > 0, q * np.log(q / m), 0))


def adtributor(codes, columns, least=0.1, enough=0.67):
    """Bhagwan et al., "Adtributor: revenue debugging in advertising systems", NSDI 2014: cells of one dimension."""
    best, best_surprise = set(), -1.0
    rate = "trials" in columns
    for k in range(codes.shape[1]):
        def total(x):
            return np.bincount(codes[:, k], x)
        if rate:
            a1, a2 = total(columns["events"]), total(columns["trials"])
            scale = columns["trials"].sum() / columns["reference_trials"].sum()
            f1, f2 = scale * total(columns["reference_events"]), scale * total(columns["reference_trials"])
            share = ((a1 - f1) * f2.sum() - (a2 - f2) * f1.sum()) / (f2.sum() * (f2.sum() + a2 - f2))
            share = share / share.sum()
            surprise = _divergence(f1 / f1.sum(), a1 / a1.sum()) + _divergence(f2 / f2.sum(), a2 / a2.sum())
        else:
            a, f = total(columns["actual"]), total(expectation(columns))
            share = (a - f) / (a.sum() - f.sum())
            surprise = _divergence(f / f.sum(), a / a.sum())
        cells, explained, sum_of = set(), 0.0, 0.0
        for v in np.argsort(-surprise, kind="stable"):
            if share[v] > least:
                cells.add(((k, int(v)),))
                explained += share[v]
                sum_of += surprise[v]
            if explained > enough:
                break
        if explained > enough and sum_of > best_surprise:
            best, best_surprise = cells, sum_of
    return best


def greatest_likelihood(codes, columns, layers=3):
    """One cell: that whose own change has the greatest likelihood ratio, Poisson's of counts, of two binomials of rates."""
    def binomial(k, n):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(k > 0, k * np.log(k / n), 0) + np.where(n > k, (n - k) * np.log((n - k) / n), 0)
    best, cell = -1.0, set()
    sign = np.sign(contributions(columns).sum())
    for layer in range(1, min(layers, codes.shape[1]) + 1):
        for dims in combinations(range(codes.shape[1]), layer):
            _, first, place = np.unique(codes[:, dims], axis=0, return_index=True, return_inverse=True)
            place = place.ravel()
            if "trials" in columns:
                k, n, k0, n0 = (np.bincount(place, columns[c]) for c in ("events", "trials", "reference_events", "reference_trials"))
                ratio = binomial(k, n) + binomial(k0, n0) - binomial(k + k0, n + n0)
                ratio[(n == 0) | (n0 == 0) | ((k * n0 - k0 * n) * sign <= 0)] = 0
            else:
                v, f = np.bincount(place, columns["actual"]), np.bincount(place, expectation(columns))
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = np.where(v > 0, v * np.log(v / np.maximum(f, 1e-9)), 0) - (v - f)
                ratio[(v - f) * sign <= 0] = 0
            j = int(np.argmax(ratio))
            if ratio[j] > best:
                best, cell = ratio[j], {tuple((k, int(codes[first[j], k])) for k in dims)}
    return cell
