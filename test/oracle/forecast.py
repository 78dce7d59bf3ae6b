"""TAP: calibrate_forecasts() against scikit-learn's penalised logistic regression, and the climatology and shares of
crossing_probability() against plain counting. Connects by PGHOST, PGPORT, PGUSER and PGDATABASE.
"""
import numpy as np
from sklearn.linear_model import LogisticRegression

from lib.tap import connect, finish, told as ok

rng = np.random.default_rng(20240501)
cursor = connect()


def ask(text, *arguments):
    cursor.execute(text, arguments)
    return cursor.fetchone()


def logit(p):
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def calibration(case):
    n = int(rng.choice([12, 40, 300, 3000]))
    score, climatology, exposure = rng.beta(.5, .5, n), rng.beta(1, 9, n), rng.beta(.3, 3, n)
    distance = rng.normal(3, 4, n)
    if case % 5 == 0:
        score, climatology = np.round(score), np.round(climatology, 1)
    outcome = rng.random(n) < 1 / (1 + np.exp(1 + .5 * distance - .3 * np.clip(logit(score), -5, 5)))
    outcome[:2] = [True, False]
    got = ask("SELECT coefficients, n_used, positives, skill_before FROM datamon.calibrate_forecasts("
              "%s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::bool[])",
              score.tolist(), climatology.tolist(), distance.tolist(), exposure.tolist(), outcome.tolist())
    x = np.column_stack([logit(score), logit(climatology), np.clip(distance, -20, 20), logit(exposure)])
    # The gradient of the penalised loss is 0 at the only minimum: sharper than the digits of another's solver.
    b = np.array(got[0])
    p = 1 / (1 + np.exp(-(b[0] + x @ b[1:])))
    gradient = np.r_[np.sum(p - outcome), x.T @ (p - outcome) + b[1:]]
    size = np.r_[n, np.abs(x).sum(0) + 1]
    base = outcome.mean()
    skill = 1 - np.mean((score - outcome) ** 2) / (base * (1 - base))
    model = LogisticRegression(C=1, tol=1e-12, max_iter=10000).fit(x, outcome)
    theirs = np.r_[model.intercept_, model.coef_[0]]
    return (np.max(np.abs(gradient) / size), np.max(np.abs(b - theirs) / (1 + np.abs(theirs))), abs(got[3] - skill),
            got[1] == n and got[2] == outcome.sum())


results = [calibration(case) for case in range(60)]
ok(max(r[0] for r in results) < 1e-8, "the gradient of the penalised likelihood is 0: %.1e" % max(r[0] for r in results))
ok(max(r[1] for r in results) < 1e-3, "scikit-learn finds the same coefficients: %.1e" % max(r[1] for r in results))
ok(max(r[2] for r in results) < 1e-9 and all(r[3] for r in results), "the Brier skill of the score, and the counts")

worst = 0
for case in range(60):
    n, horizon = int(rng.integers(6, 400)), int(rng.integers(1, 30))
    y = np.round(rng.normal(0, 3, n).cumsum() if case % 2 else rng.normal(0, 3, n), 1)
    y[rng.random(n) < .1] = np.nan
    y[[0, -1]] = 1.0
    threshold, above = float(np.round(np.nanquantile(y, rng.random()), 1)), bool(case % 3)
    beyond = (y > threshold) if above else (y < threshold)
    windows = [t for t in range(n - horizon) if not np.isnan(y[t]) and not beyond[t]]
    want = (sum(beyond[t + 1:t + 1 + horizon].any() for t in windows) + .5) / (len(windows) + 1)
    got = ask("SELECT climatology, score, n_paths FROM datamon.crossing_probability(%s::float8[], %s, %s, %s, season => '{}')",
              [None if np.isnan(v) else v for v in y], threshold, horizon, "above" if above else "below")
    if got[2]:
        crossed = got[1] * (got[2] + 1) - .5
        worst = max(worst, abs(got[0] - want), abs(crossed - round(crossed)))
ok(worst < 1e-9, "the climatology is counted, and the score is a share of the paths: %.1e" % worst)
raise SystemExit(finish())
