"""Alarms of a peer on rows of a simulated world, in a Python that has it: simulate.py power starts this. A file of arrays in, JSON out.

    simulate_peers.py evidently|nannyml ROWS.npz...

A file: segment, day and time (share of the day) of each row, its columns; units to look at (0: the whole table, else a segment and 1). Days
before `reference` are what is known to be good. Out, a line for each file: for each unit and later day, which columns alarm by the
peer's defaults; NannyML's checks of data quality (missing values, unseen values, number of rows), which have to be asked for, apart.
"""
import json
import os
import sys
import time
import warnings

os.environ.update(DO_NOT_TRACK="1", NML_DISABLE_USAGE_LOGGING="1")
warnings.simplefilter("ignore")
import numpy as np
import pandas as pd


def frames(data):
    """(unit, its rows)"""
    columns = {}
    for name in data["names"]:
        x = data["column_" + str(name)]
        columns[str(name)] = x.astype(str) if x.dtype.kind == "S" else x
    day = data["day"]
    frame = pd.DataFrame(columns)
    frame["day"] = day
    frame["at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta((day + data["time"]) * 86400, unit="s")
    for unit in data["units"]:
        yield int(unit), (frame if unit == 0 else frame[data["segment"] == unit - 1]).sort_values("at").reset_index(drop=True)


def evidently(unit, frame, names, reference, tell):
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset
    categories = [n for n in names if frame[n].dtype.kind not in "fi"]
    definition = DataDefinition(numerical_columns=[n for n in names if n not in categories], categorical_columns=categories)
    known = Dataset.from_pandas(frame[frame["day"] < reference][names], data_definition=definition)
    for day in range(reference, int(frame["day"].max()) + 1):
        rows = frame[frame["day"] == day]
        if len(rows) < 2:
            continue
        result = Report([DataDriftPreset()]).run(Dataset.from_pandas(rows[names], data_definition=definition), known).dict()
        for metric in result["metrics"]:
            config = metric["config"]
            if config["type"].endswith("ValueDrift"):
                # A p-value drifts below its threshold, a distance above it.
                low = "p_value" in metric["metric_name"].replace("-", "_")
                value = float(metric["value"])
                if value < config["threshold"] if low else value >= config["threshold"]:
                    tell("drift", unit, config["column"], day)


def nannyml(unit, frame, names, reference, tell):
    import nannyml as nml
    known, rest = frame[frame["day"] < reference], frame[frame["day"] >= reference]
    categories = [n for n in names if frame[n].dtype.kind not in "fi"]
    common = {"timestamp_column_name": "at", "chunk_period": "D"}
    calculators = [("drift", nml.UnivariateDriftCalculator(column_names=names, treat_as_categorical=categories, **common)),
                   ("quality", nml.MissingValuesCalculator(column_names=names, **common)),
                   ("quality", nml.UnseenValuesCalculator(column_names=categories, **common)),
                   ("quality", nml.SummaryStatsRowCountCalculator(**common))]
    for sort, calculator in calculators:
        if isinstance(calculator, nml.UnseenValuesCalculator) and not categories:
            continue
        calculator.fit(known)
        table = calculator.calculate(rest).filter(period="analysis").to_df()
        days = (pd.to_datetime(table[("chunk", "start_date")] if ("chunk", "start_date") in table else table[("chunk", "chunk", "start_date")])
                - pd.Timestamp("2024-01-01")).dt.days
        for column in table.columns:
            if column[-1] == "alert":
                for day in days[table[column].astype(bool)]:
                    tell(sort, unit, column[0] if column[0] in names else None, int(day))


for path in sys.argv[2:]:
    data, began = np.load(path), time.process_time()
    alarms, watched = [], [str(n) for n in data["names"]]
    for unit, frame in frames(data):
        {"evidently": evidently, "nannyml": nannyml}[sys.argv[1]](unit, frame, watched, int(data["reference"]), lambda *alarm: alarms.append(alarm))
    print(json.dumps({"alarms": alarms, "cpu": time.process_time() - began}), flush=True)
