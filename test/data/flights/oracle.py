#!/usr/bin/env python3
"""What scipy and scikit-learn say about the flights scenario, for the tests to compare datamon with.

    venv/bin/python oracle.py [directory with the scenario; default: this one]

Reads only the files that load.sql reads, and derives the same two tables from them; knows nothing of datamon.
Writes oracle.json, oracle_monthly.csv and oracle_counts.csv. See README.md for their columns.
"""
import json
import os
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics

NUMBERS = ["score", "temp", "wind_speed", "visib", "precip", "distance", "hour"]
CATEGORIES = ["carrier", "origin", "dest", "dow", "model_version", "predicted_late"]
QUANTILES = [0.1, 0.25, 0.75, 0.9]
FLOOR = 1e-4                        # the least share of a bin in psi
LEAST_DEVIATION = 0.001             # the least standard deviation a Wasserstein distance is divided by


def load(folder):
    """The tables predictions and labels, joined: late is missing where there is no label."""
    with open(os.path.join(folder, "model.json")) as file:
        model = json.load(file)

    def read(name, **options):
        return pd.read_csv(os.path.join(folder, name), float_precision="round_trip", **options)

    f = read("flights.csv.gz", keep_default_na=False, na_values={"delay": "", "late": ""})
    weather = read("weather.csv.gz", parse_dates=["observed"])
    routes = read("routes.csv", parse_dates=["since"])

    f["prediction_id"] = np.arange(1, len(f) + 1)
    f["predicted_at"] = pd.Timestamp(model["first_predicted_at"]) + pd.to_timedelta(f.gap.cumsum(), unit="m")
    f["label_at"] = f.predicted_at + pd.to_timedelta(f.delay, unit="m")
    leaves = (f.predicted_at + pd.Timedelta(hours=1)).dt.tz_convert("America/New_York")
    f["hour"], f["dow"] = leaves.dt.hour, leaves.dt.day_name().str[:3]
    f["score"] = f.score / 10000
    f["model_version"] = model["model_version"]
    f["predicted_late"] = f.score >= model["threshold"]
    f["observed"] = f.predicted_at.dt.floor("h")
    f = f.merge(weather, "left", ["origin", "observed"], validate="many_to_one")
    f = pd.merge_asof(f, routes.sort_values("since"), left_on="predicted_at", right_on="since", by=["origin", "dest"])
    f["period"] = f.predicted_at.dt.strftime("%Y-%m")
    f["period"] = f.period.where(f.predicted_at >= pd.Timestamp(model["trained_until"]), "reference")
    return f, model


def performance(rows):
    """How the predictions did against the labels that came."""
    known = rows[rows.late.notna()]
    late, said = known.late.astype(int), known.predicted_late.astype(int)
    tn, fp, fn, tp = map(int, metrics.confusion_matrix(late, said, labels=[0, 1]).ravel())
    return {
        "n": len(rows), "labelled": len(known), "tp": tp, "fp": fp, "fn": fn, "tn": tn,
        "accuracy": metrics.accuracy_score(late, said), "precision": metrics.precision_score(late, said),
        "recall": metrics.recall_score(late, said), "f1": metrics.f1_score(late, said),
        "fbeta_3": metrics.fbeta_score(late, said, beta=3), "specificity": metrics.recall_score(late, said, pos_label=0)}


def psi(reference, current):
    """Over counts per bin; shares below the floor are raised to it, and then not made to sum to one again."""
    a = np.maximum(np.asarray(reference) / np.sum(reference), FLOOR)
    b = np.maximum(np.asarray(current) / np.sum(current), FLOOR)
    return float(np.sum((b - a) * np.log(b / a)))


def bin_counts(values, inner):
    """Counts per bin between inner edges; a value on an edge goes to the upper bin."""
    return np.bincount(np.searchsorted(inner, values, side="right"), minlength=len(inner) + 1)


def number(column):
    """One column of numbers, described."""
    values = column.dropna()
    out = {"n": len(column), "missing": int(column.isna().sum()), "mean": values.mean(), "stddev": values.std(ddof=1),
           "min": values.min(), "max": values.max(), "median": values.median()}
    out.update({f"quantile_{q}": values.quantile(q) for q in QUANTILES})
    return {k: int(v) if k in ("n", "missing") else float(v) for k, v in out.items()}


def number_drift(reference, current):
    a, b = reference.dropna().astype(float), current.dropna().astype(float)
    inner = np.quantile(a, np.arange(1, 10) / 10)
    bins_a, bins_b = bin_counts(a, inner), bin_counts(b, inner)
    moved = stats.wasserstein_distance(a, b)
    ks = stats.ks_2samp(a, b)
    return {
        "wasserstein": float(moved), "wasserstein_normed": float(moved / max(a.std(ddof=0), LEAST_DEVIATION)),
        "ks_statistic": float(ks.statistic), "ks_p_value": float(ks.pvalue), "psi": psi(bins_a, bins_b),
        "js_distance": float(jensenshannon(bins_a, bins_b, base=2))}


def text(values):
    return values.map({True: "true", False: "false"}) if values.dtype == bool else values


def category(column):
    return {str(k): int(v) for k, v in sorted(text(column).value_counts().items())}


def category_drift(reference, current):
    """Over counts per value; every value of either side is a bin."""
    values = sorted({*reference, *current})
    a = np.array([reference.get(v, 0) for v in values])
    b = np.array([current.get(v, 0) for v in values])
    chi2 = stats.chi2_contingency([a, b], correction=False)
    apart = np.abs(a / a.sum() - b / b.sum())
    return {
        "psi": psi(a, b), "chi_square_statistic": float(chi2.statistic), "chi_square_df": int(chi2.dof),
        "chi_square_p_value": float(chi2.pvalue), "total_variation": float(apart.sum() / 2), "l_infinity": float(apart.max()),
        "js_distance": float(jensenshannon(a, b, base=2)),
        "new_values": [v for v in values if v not in reference], "vanished_values": [v for v in values if v not in current]}


def describe(rows, reference):
    """Everything about one period; the reference itself is described, not compared."""
    out = {"performance": performance(rows), "numbers": {}, "categories": {}}
    for name in NUMBERS:
        out["numbers"][name] = number(rows[name])
        if reference is not None:
            out["numbers"][name].update(number_drift(reference[name], rows[name]))
    for name in CATEGORIES:
        counts = category(rows[name])
        out["categories"][name] = {"counts": counts}
        if reference is not None:
            out["categories"][name].update(category_drift(category(reference[name]), counts))
    out["by_origin"] = {origin: performance(part) for origin, part in rows.groupby("origin")}
    return out


def lines(periods):
    """The same figures, one per line."""
    for period, d in periods.items():
        for name, value in d["performance"].items():
            yield period, "", "", name, value
        for origin, figures in d["by_origin"].items():
            for name, value in figures.items():
                yield period, origin, "", name, value
        for column, figures in [*d["numbers"].items(), *d["categories"].items()]:
            for name, value in figures.items():
                if name != "counts":
                    yield period, "", column, name, len(value) if isinstance(value, list) else value


def main(folder):
    f, model = load(folder)
    reference = f[f.period == "reference"]
    periods = {"reference": describe(reference, None)}
    for month in range(3, 13):
        period = f"2013-{month:02}"
        periods[period] = describe(f[f.period == period], reference)
    waited = f.delay.dropna()
    oracle = {
        "made_with": {"numpy": np.__version__, "pandas": pd.__version__, "scipy": scipy.__version__,
                      "scikit-learn": sklearn.__version__},
        "threshold": model["threshold"], "rows": len(f), "labels": len(waited),
        "after_2013": int((f.period == "2014-01").sum()),
        "label_delay_minutes": {str(q): float(waited.quantile(q)) for q in (0, 0.01, 0.5, 0.95, 0.99, 1)},
        "score_deciles": np.quantile(reference.score, np.arange(1, 10) / 10).tolist(), "periods": periods}
    with open(os.path.join(folder, "oracle.json"), "w") as out:
        json.dump(oracle, out, indent=1)
        out.write("\n")
    # repr of a Python float is the shortest text that reads back as the same double
    with open(os.path.join(folder, "oracle_monthly.csv"), "w") as out:
        print("period,origin,column_name,measure,value", file=out)
        for row in lines(periods):
            print(*row[:4], repr(row[4]) if not isinstance(row[4], np.generic) else repr(row[4].item()), sep=",", file=out)
    with open(os.path.join(folder, "oracle_counts.csv"), "w") as out:
        print("period,column_name,value,count", file=out)
        for period, d in periods.items():
            for column, figures in d["categories"].items():
                for value, count in figures["counts"].items():
                    print(period, column, value, count, sep=",", file=out)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
