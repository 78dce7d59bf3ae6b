"""TAP: shap_values(), predict() and parse_model() against xgboost, lightgbm, shap and scikit-learn themselves.

Models are trained here, on random data; what is not importable is skipped with one line. Connects by PGHOST, PGPORT, PGUSER
and PGDATABASE. What a package computes in floats agrees to 1e-6 of the scale of the scores; additivity holds to 1e-9.
"""
import json
import os
import tempfile
import warnings

from lib.tap import connect, finish, ok

try:
    import numpy as np
    import pandas as pd
except ImportError as error:
    print("1..0 # SKIP %s is not installed" % error.name)
    raise SystemExit(0)

warnings.filterwarnings("ignore")
os.environ["OMP_NUM_THREADS"] = "1"


def importable(name):
    try:
        return __import__(name)
    except ImportError:
        return None


xgboost, lightgbm, shap, sklearn = (importable(n) for n in ("xgboost", "lightgbm", "shap", "sklearn"))
rng = np.random.default_rng(20)
cursor = connect()


def data(rows=400, features=8, missing=0.1, whole=False):
    """Rows with the noise, ties and gaps that models meet"""
    x = rng.normal(size=(rows, features)) * 10.0 ** rng.integers(-3, 4, features)
    x[:, 0] = rng.integers(0, 5, rows)
    if whole:
        x = np.round(x)
    x[rng.random(x.shape) < missing] = np.nan
    z = np.nan_to_num(x / np.nanstd(x, axis=0))
    return x, z[:, 0] + z[:, 1] * z[:, 2 % features] + np.isnan(x[:, 1]) + 0.3 * rng.normal(size=rows)


def ask(model, rows, rounds=None):
    """phi, raw and transformed scores of the rows, by the model's JSON"""
    rows = [[None if np.isnan(v) else float(v) for v in row] for row in rows]
    cursor.execute("""WITH m AS MATERIALIZED (SELECT datamon.parse_model(%s::text, %s) AS model)
        SELECT datamon.shap_values(model, f), datamon.predict_all(model, f, 'raw'), datamon.predict_all(model, f),
            model::text::datamon.model OPERATOR(datamon.=) model
        FROM m, (SELECT ARRAY(SELECT (e #>> '{}')::float8 FROM jsonb_array_elements(r) WITH ORDINALITY u (e, o) ORDER BY o) AS f, n
            FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY s (r, n)) s ORDER BY n""",
                   (model, rounds, json.dumps(rows)))
    answers = cursor.fetchall()
    return [np.array([a[i] for a in answers], float) for i in range(3)] + [all(a[3] for a in answers)]


def compare(name, model, rows, phi, raw, transformed, rounds=None, tolerance=1e-6, raw_tolerance=None):
    """phi: [row][feature + 1] or [row][output][feature + 1], NaN where nothing is said; raw, transformed: [row] or [row][output]"""
    got, got_raw, got_transformed, same = ask(model, rows, rounds)
    phi = np.asarray(phi, float).reshape(got.shape)
    scale = max(1.0, np.nanmax(np.abs(phi)))
    worst = np.nanmax(np.abs(got - phi)) / scale
    raw_worst = np.abs(got_raw - np.asarray(raw, float).reshape(got_raw.shape)).max() / scale
    sums = np.abs(got.sum(axis=-1).reshape(got_raw.shape) - got_raw).max() / scale
    ok(worst < tolerance, "%s: contributions" % name, "%.2g" % worst)
    ok(raw_worst < (raw_tolerance or tolerance), "%s: raw scores" % name, "%.2g" % raw_worst)
    ok(sums < 1e-9, "%s: contributions add up to the score" % name, "%.2g" % sums)
    ok(same, "%s: the text reads back" % name)
    if transformed is not None:
        want = np.asarray(transformed, float).reshape(got_transformed.shape)
        worst_t = (np.abs(got_transformed - want) / np.maximum(1, np.abs(want))).max()
        ok(worst_t < 10 * tolerance, "%s: predictions" % name, "%.2g" % worst_t)


# ---- XGBoost

def xgb_json(booster):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        booster.save_model(path)
        with open(path) as f:
            return f.read()


def of_xgboost(name, params, x, y, rounds=20, test=None, tolerance=1e-6, **matrix):
    d = xgboost.DMatrix(x, y, **matrix)
    params = dict(params, nthread=1, verbosity=0)
    b = xgboost.train(params, d, rounds)
    test = x[:100] if test is None else test
    t = xgboost.DMatrix(test, **matrix)
    compare("xgboost " + name, xgb_json(b), np.asarray(codes(test), float), b.predict(t, pred_contribs=True), b.predict(t, output_margin=True),
            None if params.get("objective") == "multi:softmax" or params.get("objective", "").startswith("binary:logitraw")
            else b.predict(t), tolerance=tolerance)


def codes(x):
    if not isinstance(x, pd.DataFrame):
        return x
    return np.column_stack([np.where(x[c].cat.codes < 0, np.nan, x[c].cat.codes) if x[c].dtype == "category" else x[c].astype(float) for c in x])


def categories(rows, labels):
    return pd.Series(np.where(rng.random(rows) < 0.1, None, np.array(labels, object)[rng.integers(0, len(labels), rows)])).astype("category")


def xgboost_cases():
    x, y = data()
    label = (y > np.median(y)).astype(int)
    of_xgboost("regression", {"max_depth": 6}, x, y)
    of_xgboost("stumps", {"max_depth": 1}, x, y)
    of_xgboost("single leaves", {"max_depth": 3, "gamma": 1e9}, x, y, rounds=3)
    of_xgboost("depth 12, many features on a path", {"max_depth": 12, "min_child_weight": 0}, *data(1500, 20), rounds=5)
    of_xgboost("one feature again and again", {"max_depth": 8}, *data(600, 2))
    of_xgboost("no missing values", {"max_depth": 5}, *data(missing=0))
    of_xgboost("lossguide, 31 leaves", {"grow_policy": "lossguide", "max_leaves": 31, "max_depth": 0, "tree_method": "hist"}, x, y)
    of_xgboost("depth 5, exact splits", {"max_depth": 5, "tree_method": "exact"}, x, y)
    for objective in ("binary:logistic", "reg:logistic", "binary:logitraw", "binary:hinge"):
        of_xgboost(objective, {"objective": objective, "max_depth": 4}, x, label)
    of_xgboost("base_score", {"objective": "binary:logistic", "base_score": 0.2}, x, label)
    for objective in ("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox"):
        of_xgboost(objective, {"objective": objective, "max_depth": 3}, x, np.exp(np.clip(y, -2, 2)).round(2))
    for objective in ("reg:absoluteerror", "reg:pseudohubererror"):
        of_xgboost(objective, {"objective": objective, "max_depth": 3}, x, y)
    three = np.digitize(y, np.quantile(y, [0.3, 0.7]))
    for objective in ("multi:softprob", "multi:softmax"):
        of_xgboost(objective, {"objective": objective, "num_class": 3, "max_depth": 3}, x, three)
    of_xgboost("dart", {"booster": "dart", "rate_drop": 0.5, "max_depth": 3}, x, y)
    of_xgboost("gblinear", {"booster": "gblinear"}, np.nan_to_num(x), y)
    of_xgboost("random forest", {"num_parallel_tree": 10, "subsample": 0.5, "colsample_bynode": 0.5, "learning_rate": 1}, x, y, rounds=2)
    of_xgboost("two targets", {"max_depth": 3}, x, np.column_stack([y, -y ** 2]))
    f = pd.DataFrame({"a": x[:, 1], "c": categories(len(x), list("abcdefgh")), "many": categories(len(x), ["v%d" % i for i in range(70)])})
    for most in (1, 100):
        of_xgboost("categories, max_cat_to_onehot %d" % most, {"max_depth": 5, "max_cat_to_onehot": most},
                   f, y + 2 * (f["c"].cat.codes % 3 == 0) + (f["many"].cat.codes % 2), enable_categorical=True, test=f[:100])
    # values that are a threshold as floats, and beside it as doubles
    b = xgboost.train({"max_depth": 4, "nthread": 1}, xgboost.DMatrix(x, y), 10)
    cuts = b.trees_to_dataframe().query("Feature != 'Leaf'")[["Feature", "Split"]].sample(60, random_state=1)
    at = np.nan_to_num(x[:60]).copy()
    for i, (feature, split) in enumerate(cuts.to_numpy()):
        at[i, int(feature[1:])] = float(split) * (1 + 1e-9 * (i % 3 - 1))
    t = xgboost.DMatrix(at)
    compare("xgboost values at thresholds", xgb_json(b), at, b.predict(t, pred_contribs=True), b.predict(t, output_margin=True), b.predict(t))
    b = xgboost.train({"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "nthread": 1}, xgboost.DMatrix(x, three), 12)
    t = xgboost.DMatrix(x[:50])
    part = dict(iteration_range=(0, 5))
    compare("xgboost first 5 rounds", xgb_json(b), x[:50], b.predict(t, pred_contribs=True, **part), b.predict(t, output_margin=True, **part),
            b.predict(t, **part), rounds=5)
    # XGBoost adds floats; shap_cases() has the same in doubles
    of_xgboost("500 trees", {"max_depth": 6, "learning_rate": 0.05}, *data(2000, 10), rounds=500, tolerance=1e-5)


# ---- LightGBM

def of_lightgbm(name, params, x, y, rounds=20, test=None, categorical="auto", **more):
    params = dict({"num_threads": 1, "verbose": -1, "min_data_in_leaf": 3, "deterministic": True}, **params)
    b = lightgbm.train(params, lightgbm.Dataset(x, y, categorical_feature=categorical, free_raw_data=False), rounds)
    test = x[:100] if test is None else test
    cursor.execute("SELECT datamon.parse_model(%s) OPERATOR(datamon.=) datamon.parse_model(%s)", (b.model_to_string(), json.dumps(b.dump_model())))
    ok(cursor.fetchone()[0], "lightgbm %s: save_model() and dump_model() are the same model" % name)
    compare("lightgbm " + name, json.dumps(b.dump_model()), np.asarray(codes(test), float), b.predict(test, pred_contrib=True),
            b.predict(test, raw_score=True), b.predict(test))
    return b


def lightgbm_cases():
    x, y = data()
    label = (y > np.median(y)).astype(int)
    three = np.digitize(y, np.quantile(y, [0.3, 0.7]))
    of_lightgbm("regression", {}, x, y)
    of_lightgbm("stumps", {"num_leaves": 2}, x, y)
    of_lightgbm("single leaves", {"min_data_in_leaf": 100000}, x, y, rounds=3)
    of_lightgbm("127 leaves", {"num_leaves": 127}, *data(2000, 20))
    of_lightgbm("zero as missing", {"zero_as_missing": True}, *data(whole=True))
    of_lightgbm("missing not used", {"use_missing": False}, x, y)
    of_lightgbm("no missing in training", {}, *data(missing=0), test=x[:100])
    for objective in ("binary", "cross_entropy", "cross_entropy_lambda"):
        of_lightgbm(objective, {"objective": objective}, x, label)
    of_lightgbm("binary sigmoid 2", {"objective": "binary", "sigmoid": 2.0}, x, label)
    for objective in ("multiclass", "multiclassova"):
        of_lightgbm(objective, {"objective": objective, "num_class": 3}, x, three)
    for objective in ("poisson", "gamma", "tweedie"):
        of_lightgbm(objective, {"objective": objective}, x, np.exp(np.clip(y, -2, 2)))
    for objective in ("huber", "quantile", "mape", "l1"):
        of_lightgbm(objective, {"objective": objective}, x, y + 10)
    of_lightgbm("reg_sqrt", {"reg_sqrt": True}, x, y)
    of_lightgbm("dart", {"boosting": "dart", "drop_rate": 0.5}, x, y)
    of_lightgbm("random forest", {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1, "feature_fraction": 0.7}, x, y)
    of_lightgbm("random forest, binary", {"objective": "binary", "boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}, x, label)
    f = pd.DataFrame({"a": x[:, 1], "c": categories(len(x), list("abcdefgh")), "many": categories(len(x), ["v%d" % i for i in range(70)])})
    of_lightgbm("categories", {"min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 1}, f,
                y + 2 * (f["c"].cat.codes % 3 == 0) + (f["many"].cat.codes % 2), test=f[:100])
    whole = np.column_stack([rng.integers(0, 100, 500), rng.normal(size=500)]).astype(float)
    odd = np.array([[v, 0.1] for v in (-1, -0.5, 0, 0.5, 7.9, 99, 100, 1000, 1e9, np.nan)])
    of_lightgbm("categories never seen", {"min_data_per_group": 5, "cat_smooth": 1}, whole, (whole[:, 0] % 7) + whole[:, 1], test=odd, categorical=[0])
    of_lightgbm("500 trees", {"learning_rate": 0.05}, *data(2000, 10), rounds=500)


# ---- shap, scikit-learn

def shap_cases():
    x, y = data()
    if xgboost:
        b = xgboost.train({"max_depth": 6, "nthread": 1, "learning_rate": 0.05}, xgboost.DMatrix(x, y), 500)
        e = shap.TreeExplainer(b, feature_perturbation="tree_path_dependent")
        e.model.model_type = "internal"  # else it asks XGBoost
        t = x[:100].astype("float32")
        # what is expected it has from XGBoost, as a float, and so are the raw scores
        phi = np.column_stack([e.shap_values(t, check_additivity=False), np.full(100, np.nan)])
        compare("shap of xgboost, 500 trees", xgb_json(b), t, phi, b.predict(xgboost.DMatrix(t), output_margin=True), None, tolerance=1e-9, raw_tolerance=1e-5)
    if lightgbm:
        b = lightgbm.train({"num_threads": 1, "verbose": -1, "num_leaves": 63}, lightgbm.Dataset(x, y), 30)
        e = shap.TreeExplainer(b, feature_perturbation="tree_path_dependent")
        e.model.model_type = "internal"
        phi = np.column_stack([e.shap_values(x[:100], check_additivity=False), np.full(100, e.expected_value)])
        compare("shap of lightgbm", json.dumps(b.dump_model()), x[:100], phi, b.predict(x[:100], raw_score=True), None, tolerance=1e-9)


def sklearn_cases():
    from sklearn.linear_model import LinearRegression, LogisticRegression
    x, y = data(missing=0)
    x = x / x.std(axis=0)
    for name, model in (("LinearRegression", LinearRegression().fit(x, y)), ("LogisticRegression", LogisticRegression().fit(x, y > 0)),
                        ("multinomial", LogisticRegression().fit(x, np.digitize(y, [-0.5, 0.5])))):
        coef = np.atleast_2d(model.coef_)
        raw = np.atleast_2d((model.predict if name == "LinearRegression" else model.decision_function)(x[:50]).T).T
        phi = np.empty((50, len(coef), x.shape[1] + 1))
        for k in range(len(coef)):
            if shap:
                one = shap.LinearExplainer((coef[k], float(np.ravel(model.intercept_)[k])), shap.maskers.Independent(x, max_samples=len(x)))
                phi[:, k, :-1] = one.shap_values(x[:50])
            else:
                phi[:, k, :-1] = coef[k] * (x[:50] - x.mean(axis=0))
            phi[:, k, -1] = x.mean(axis=0) @ coef[k] + np.ravel(model.intercept_)[k]
        text = json.dumps({"intercept": np.ravel(model.intercept_).tolist(), "coef": coef.tolist(), "mean": x.mean(axis=0).tolist(),
                           "link": "identity" if name == "LinearRegression" else "softmax" if len(coef) > 1 else "logistic"})
        want = model.predict(x[:50]) if name == "LinearRegression" else model.predict_proba(x[:50])
        compare("scikit-learn " + name, text, x[:50], phi, raw, want if len(coef) > 1 or name == "LinearRegression" else want[:, 1], tolerance=1e-9)


for package, cases in ((xgboost, xgboost_cases), (lightgbm, lightgbm_cases), (shap, shap_cases), (sklearn, sklearn_cases)):
    if package:
        cases()
    else:
        ok(True, "%s # SKIP not installed" % cases.__name__)
raise SystemExit(finish())
