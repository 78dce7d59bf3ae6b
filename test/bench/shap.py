"""Rows a second and core: datamon.shap_values() against the shap package and XGBoost's own pred_contribs, one thread each.

    python test/bench/shap.py [rows]

Needs xgboost, shap, numpy and psycopg2, and a server by PGHOST, PGPORT and PGUSER on this machine. All are timed by the CPU
they use, a server process by what the kernel says of it; each in turn, three times, the fastest counts.
"""
import os
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import psycopg2
import shap
import xgboost

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
CASES = [("100 trees, depth 4", 100, 4), ("100 trees, depth 6", 100, 6), ("500 trees, depth 6", 500, 6), ("100 trees, depth 8", 100, 8),
         ("30 trees, depth 12", 30, 12)]


def server_cpu(cursor, sql):
    with open("/proc/%d/schedstat" % cursor.connection.get_backend_pid()) as f:
        before = int(f.read().split()[0])
    cursor.execute(sql)
    with open("/proc/%d/schedstat" % cursor.connection.get_backend_pid()) as f:
        return (int(f.read().split()[0]) - before) / 1e9


def own_cpu(function):
    before = time.process_time()
    function()
    return time.process_time() - before


def main():
    rng = np.random.default_rng(7)
    connection = psycopg2.connect("")
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION IF NOT EXISTS datamon; SET max_parallel_workers_per_gather = 0; SET jit = off")
    print("%-22s %14s %14s %14s %10s" % ("rows a second", "datamon", "xgboost", "shap", "worst"))
    for name, trees, depth in CASES:
        x = rng.normal(size=(20000, 20)).astype("float32")
        y = x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + x[:, 3:8].sum(axis=1) * x[:, 9] + rng.normal(size=len(x))
        booster = xgboost.train({"max_depth": depth, "nthread": 1, "learning_rate": 0.1}, xgboost.DMatrix(x, y), trees)
        with tempfile.TemporaryDirectory() as folder:
            booster.save_model(folder + "/model.json")
            with open(folder + "/model.json") as f:
                text = f.read()
        rows = x[:ROWS]
        cursor.execute("CREATE TEMP TABLE m AS SELECT datamon.parse_model(%s::jsonb) AS model", (text,))
        cursor.execute("CREATE TEMP TABLE r (n int, f float8[])")
        cursor.executemany("INSERT INTO r VALUES (%s, %s)", [(i, [float(v) for v in row]) for i, row in enumerate(rows)])
        few = rows[:max(50, ROWS // 20)]
        matrix, explainer = xgboost.DMatrix(rows), shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
        explainer.model.model_type = "internal"  # else the package would only ask XGBoost
        ours = theirs = package = np.inf
        for _ in range(3):
            ours = min(ours, server_cpu(cursor, "SELECT sum(cardinality(datamon.shap_values(model, f))) FROM r, m"))
            theirs = min(theirs, own_cpu(lambda: booster.predict(matrix, pred_contribs=True)))
            package = min(package, own_cpu(lambda: explainer.shap_values(few, check_additivity=False)))
        cursor.execute("SELECT datamon.shap_values(model, f) FROM r, m ORDER BY n")
        want = booster.predict(matrix, pred_contribs=True)
        worst = np.abs(np.array([a[0] for a in cursor.fetchall()]) - want).max()
        print("%-22s %14.0f %14.0f %14.0f %10.1g" % (name, ROWS / ours, ROWS / theirs, len(few) / package, worst))
        cursor.execute("DROP TABLE m, r")


if __name__ == "__main__":
    main()
