"""TAP: explain_instance() of a table against scikit-learn's Ridge with the weights that the package lime gives rows.

Connects by PGHOST, PGPORT, PGUSER and PGDATABASE. Cases: correlated, constant, heavy-tailed features, categories, missing
values, features far from zero. The fidelity is checked by leaving every row out for real.
"""
import json

from lib.tap import connect, finish, ok

try:
    import numpy as np
    from sklearn.linear_model import Ridge
except ImportError as error:
    print("1..0 # SKIP %s is not installed" % error.name)
    raise SystemExit(0)

rng = np.random.default_rng(7)
cursor = connect()


def expected(numbers, categories, y, at, at_category, width, alpha):
    """coefficients, contributions, base, local prediction and fidelity, the long way"""
    scale = numbers.std(axis=0)
    z = np.hstack([(numbers - numbers.mean(axis=0)) / np.where(scale > 0, scale, 1), (categories == at_category).astype(float)])
    z_at = np.concatenate([(at - numbers.mean(axis=0)) / np.where(scale > 0, scale, 1), np.ones(len(at_category))])
    w = np.sqrt(np.exp(-(((z - z_at) ** 2).sum(axis=1)) / width ** 2))
    model = Ridge(alpha=alpha, solver="cholesky").fit(z, y, sample_weight=w)
    left = []
    for i in range(len(y)):
        keep = np.arange(len(y)) != i
        part = Ridge(alpha=alpha, solver="cholesky").fit(z[keep], y[keep], sample_weight=w[keep])
        left.append((y[i] - part.predict(z[i:i + 1])[0], y[i] - np.average(y[keep], weights=w[keep])))
    left = np.array(left)
    return (model.coef_ / np.concatenate([np.where(scale > 0, scale, 1), np.ones(len(at_category))]), model.coef_ * (z_at - z.mean(axis=0)),
            model.predict(z.mean(axis=0)[None])[0], model.predict(z_at[None])[0], 1 - (w * left[:, 0] ** 2).sum() / (w * left[:, 1] ** 2).sum())


worst = np.zeros(5)
most = 0.0
for case in range(60):
    rows, d, k = int(rng.integers(40, 160)), int(rng.integers(1, 6)), int(rng.integers(0, 3))
    x = rng.normal(size=(rows, d)) * 10.0 ** rng.integers(-3, 4, d) + 10.0 ** rng.integers(0, 5, d) * (case % 3 == 0)
    if d > 1 and case % 4 == 0:
        x[:, 1] = x[:, 0] + 0.01 * x[:, 1]
    if case % 5 == 0:
        x[:, 0] = 3.0
    if case % 7 == 0:
        x[:, -1] = rng.standard_t(2, rows)
    c = rng.choice(list("abc"), size=(rows, k))
    z = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    y = z.sum(axis=1) + (c == "a").sum(axis=1) + 0.3 * z[:, 0] ** 2 + 0.2 * rng.normal(size=rows)
    here = int(rng.integers(rows))
    width, alpha = [0.75 * np.sqrt(d + k), 2.0][case % 2], [1.0, 0.1][case % 3 == 1]
    names = ["x%d" % j for j in range(d)] + ["c%d" % j for j in range(k)]
    cursor.execute("DROP TABLE IF EXISTS local_linear_oracle")
    cursor.execute("CREATE TEMP TABLE local_linear_oracle (score float8, %s)" % ", ".join(
        n + (" float8" if n[0] == "x" else " text") for n in names))
    body = [dict(zip(names, [*map(float, x[i]), *map(str, c[i])]), score=float(y[i])) for i in range(rows)]
    cursor.execute("INSERT INTO local_linear_oracle SELECT r.* FROM jsonb_populate_recordset(NULL::local_linear_oracle, %s::jsonb) r",
                   (json.dumps(body),))
    # Rows that cannot be used change nothing but their count.
    cursor.execute("INSERT INTO local_linear_oracle (score, x0) VALUES (NULL, 1), (1, NULL), ('NaN', 1), (1, 'Infinity')")
    cursor.execute("""SELECT feature, coefficient, contribution, base_value, local_prediction, fidelity, n_used, n_unused
        FROM datamon.explain_instance('local_linear_oracle', %s::jsonb, 'score', %s::name[], kernel_width => %s, ridge => %s,
            min_fidelity => -1e9)""", (json.dumps(body[here]), names, width, alpha))
    got = {r[0]: r[1:] for r in cursor.fetchall()}
    coef, contribution, base, local, fidelity = expected(x, c, y, x[here], c[here], width, alpha)
    first = got[names[0]]
    scale = np.abs(y).max()
    unit = np.concatenate([np.where(x.std(axis=0) > 0, x.std(axis=0), 1), np.ones(k)])
    worst = np.maximum(worst, [
        max(abs(got[n][0] - v) * u for n, v, u in zip(names, coef, unit)) / scale,
        max(abs(got[n][1] - v) for n, v in zip(names, contribution)) / scale,
        abs(first[2] - base) / scale, abs(first[3] - local) / scale, abs(first[4] - fidelity)])
    most = max(most, abs(first[2] + sum(got[n][1] for n in names) - first[3]) / scale)
    ok(first[5] == rows and first[6] == 4, "case %d: rows used and left out" % case, repr(first[5:]))
for value, what in zip(worst, ["coefficients", "contributions", "base value", "local prediction", "fidelity"]):
    ok(value < 1e-9, "%s of 60 cases are scikit-learn's" % what, "largest difference %.2g" % value)
ok(most < 1e-12, "contributions and base value add up to the local prediction", "%.2g" % most)
raise SystemExit(finish())
