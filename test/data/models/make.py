"""Trains small models on random data, and writes them with rows and what the packages themselves say of these.

    python test/data/models/make.py [FILE]       the cases of README.md, by the versions that are installed

Same versions, same bytes.
"""
import csv
import json
import os
import sys
import tempfile
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import lightgbm
import numpy as np
import pandas as pd
import xgboost

ROWS = 10
rng = np.random.default_rng(44)
cases = []
models = []


def plain(values, digits=None):
    """nested lists; NaN is null"""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, list):
        return [plain(v, digits) for v in values]
    if values is None or values != values:
        return None
    return float("%.*g" % (digits, values)) if digits else values


def add(name, model, rows, phi, raw, predicted):
    cases.append({"name": name, "rows": plain(rows), "phi": plain(np.asarray(phi, float), 10),
                  "raw": plain(np.asarray(raw, float), 10), "predicted": plain(np.asarray(predicted, float), 10)})
    models.append(model)


def numbers(x):
    if not isinstance(x, pd.DataFrame):
        return x
    return np.column_stack([np.where(x[c].cat.codes < 0, np.nan, x[c].cat.codes) if str(x[c].dtype) == "category" else x[c] for c in x])


def of_xgboost(name, params, x, y, rounds=4, change=None, **matrix):
    params = dict({"max_depth": 3, "nthread": 1, "verbosity": 0, "seed": 1}, **params)
    booster = xgboost.train(params, xgboost.DMatrix(x, y, **matrix), rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        booster.save_model(path)
        with open(path) as f:
            model = json.load(f)
        if change:
            change(model)
            with open(path, "w") as f:
                json.dump(model, f)
            booster = xgboost.Booster({"nthread": 1}, model_file=path)
    for tree in model["learner"]["gradient_booster"].get("model", {}).get("trees", []):
        for unused in ("base_weights", "loss_changes", "parents"):  # as long as all the rest
            tree.pop(unused, None)
    rows = x[:ROWS]
    d = xgboost.DMatrix(rows, **matrix)
    add("xgboost %s %s" % (xgboost.__version__, name), model, numbers(rows), booster.predict(d, pred_contribs=True),
        booster.predict(d, output_margin=True), booster.predict(d))


def of_lightgbm(name, params, x, y, rounds=4, **more):
    params = dict({"num_leaves": 7, "num_threads": 1, "verbose": -1, "min_data_in_leaf": 3, "deterministic": True, "seed": 1}, **params)
    booster = lightgbm.train(params, lightgbm.Dataset(x, y, **more), rounds)
    rows = x[:ROWS]
    add("lightgbm %s %s" % (lightgbm.__version__, name), booster.dump_model(), numbers(rows), booster.predict(rows, pred_contrib=True),
        booster.predict(rows, raw_score=True), booster.predict(rows))


def no_cover(model):
    """one leaf of the first tree that no training row came to"""
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    at = next(i for i, left in enumerate(tree["left_children"]) if left < 0)
    cover = tree["sum_hessian"][at]
    while 0 <= at < len(tree["parents"]):
        tree["sum_hessian"][at] -= cover
        at = tree["parents"][at]


def main():
    n = 300
    x = rng.normal(size=(n, 5)).round(3)
    x[:, 0] = rng.integers(0, 4, n)
    x[rng.random(x.shape) < 0.1] = np.nan
    z = np.nan_to_num(x)
    y = z[:, 0] + z[:, 1] * z[:, 2] + np.isnan(x[:, 1]) + 0.3 * rng.normal(size=n)
    label = (y > 1.5).astype(int)
    three = np.digitize(y, [0.8, 2.2])
    f = pd.DataFrame({"a": x[:, 1], "colour": pd.Series(np.array(["red", "green", "blue", "grey"])[rng.integers(0, 4, n)]).astype("category"),
                      "code": pd.Series(rng.integers(0, 40, n)).astype("category")})
    f.loc[rng.random(n) < 0.1, "colour"] = None
    g = y + 2 * (f["colour"].cat.codes == 1) + (f["code"].cat.codes % 3)
    old = xgboost.__version__.startswith("1.")

    of_xgboost("missing values", {}, x, y)
    of_xgboost("binary:logistic, base_score 0.3", {"objective": "binary:logistic", "base_score": 0.3}, x, label)
    of_xgboost("multi:softprob", {"objective": "multi:softprob", "num_class": 3, "max_depth": 2}, x, three, rounds=2)
    of_xgboost("categories, one against the rest", {"max_cat_to_onehot": 100, "tree_method": "hist"}, f, g, enable_categorical=True)
    of_xgboost("dart", {"booster": "dart", "rate_drop": 0.5, "max_depth": 2}, x, y, rounds=6)
    if not old:
        of_xgboost("stumps", {"max_depth": 1}, x, y)
        of_xgboost("single leaves", {"gamma": 1e9}, x, y)
        of_xgboost("one feature again and again", {"max_depth": 6}, x[:, 1:2], y, rounds=2)
        of_xgboost("a leaf without training rows", {"max_depth": 4}, x, y, rounds=1, change=no_cover)
        of_xgboost("count:poisson", {"objective": "count:poisson", "max_depth": 2}, x, np.exp(np.clip(y, -1, 2)).round(), rounds=2)
        of_xgboost("gblinear", {"booster": "gblinear"}, z, y)
        of_xgboost("categories in sets", {"max_cat_to_onehot": 1, "tree_method": "hist"}, f, g, enable_categorical=True)
    of_lightgbm("missing values", {}, x, y)
    of_lightgbm("zero as missing", {"zero_as_missing": True}, x.round(), y)
    of_lightgbm("binary, sigmoid 2", {"objective": "binary", "sigmoid": 2.0}, x, label)
    if not old:
        of_lightgbm("missing not used", {"use_missing": False}, x, y, rounds=2)
        of_lightgbm("multiclass", {"objective": "multiclass", "num_class": 3, "num_leaves": 4}, x, three, rounds=2)
        of_lightgbm("single leaves", {"min_data_in_leaf": 100000}, x, y)
        of_lightgbm("random forest", {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}, x, y)
        of_lightgbm("categories", {"min_data_per_group": 5, "cat_smooth": 1, "max_cat_to_onehot": 1}, f, g)
        of_sklearn(z, label, three)
    with open(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.csv"), "w", newline="") as out:
        for row in zip(models, cases):
            csv.writer(out, lineterminator="\n").writerow([json.dumps(v, separators=(",", ":")) for v in row])


def of_sklearn(x, label, three):
    import shap
    import sklearn
    from sklearn.linear_model import LogisticRegression
    for name, y in (("LogisticRegression", label), ("LogisticRegression, three classes", three)):
        fit = LogisticRegression().fit(x, y)
        rows = x[:ROWS]
        mean = x.mean(axis=0)
        phi = np.empty((ROWS, len(fit.coef_), x.shape[1] + 1))
        for k, (coef, intercept) in enumerate(zip(fit.coef_, fit.intercept_)):
            explainer = shap.LinearExplainer((coef, intercept), shap.maskers.Independent(x, max_samples=len(x)))
            phi[:, k, :-1] = explainer.shap_values(rows)
            phi[:, k, -1] = explainer.expected_value
        model = {"intercept": fit.intercept_.tolist(), "coef": fit.coef_.tolist(), "mean": mean.tolist(),
                 "link": "softmax" if len(fit.coef_) > 1 else "logistic"}
        proba = fit.predict_proba(rows)
        add("scikit-learn %s, shap %s %s" % (sklearn.__version__, shap.__version__, name), model, rows, phi, fit.decision_function(rows),
            proba if len(fit.coef_) > 1 else proba[:, 1])


main()
