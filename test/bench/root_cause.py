"""root_cause() on published and on generated changes, against Adtributor and against the one cell of the greatest likelihood.

    root_cause.py [CASES [SEED]]

Published: the 25 incidents of page views that the 2019 AIOps challenge injected (DATAMON_SHARED/data/rootcause; left out where
absent), each with three buckets just before and one a week before. Generated: CASES of each kind (root_cause_cases.py). Prints for
each how often the set of causes was named exactly, and F1 of causes over all cases; of root_cause() the backend's CPU in ms, median and
worst, of a statement that aggregates the leaves of a case from a table. Connects by the usual environment variables to a server on
this machine that has the extension.
"""
import csv
import gzip
import json
import os
import statistics
import sys

import numpy as np
import psycopg2
from psycopg2.extras import execute_values

import root_cause_cases as cases

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, *arguments):
    cursor.execute(text, arguments)
    return cursor.fetchall() if cursor.description else None


sql("CREATE EXTENSION IF NOT EXISTS datamon")
sql("SET jit = off")
sql("SET max_parallel_workers_per_gather = 0")
backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e6


def load(codes, columns):
    names = list(columns)
    sql("DROP TABLE IF EXISTS leaf")
    sql("CREATE TEMP TABLE leaf (segment jsonb, %s)" % ", ".join(
        n + (" float8[]" if n == "history" else " float8") for n in names))
    execute_values(cursor, "INSERT INTO leaf VALUES %s", [
        (json.dumps({"d%d" % k: "v%d" % v for k, v in enumerate(row)}),) + tuple(
            columns[n][j].tolist() for n in names) for j, row in enumerate(codes)], page_size=1000)


def named_by_datamon(columns):
    call = "datamon.root_cause%s(%s)" % ("_rate" if "trials" in columns else "", ", ".join(["segment"] + list(columns)))
    before = cpu()
    found = sql("SELECT c.segment FROM (SELECT %s AS r FROM leaf) x, unnest((x.r).causes) c" % call)
    spent = cpu() - before
    return {tuple(sorted((int(k[1:]), int(v[1:])) for k, v in s.items())) for s, in found}, spent


class Score:
    def __init__(self):
        self.exact = self.hit = self.named = self.true = self.cases = 0

    def add(self, found, causes):
        self.cases += 1
        self.exact += found == causes
        self.hit += len(found & causes)
        self.named += len(found)
        self.true += len(causes)

    def __str__(self):
        return "%3d of %d, F1 %.3f" % (self.exact, self.cases, 2 * self.hit / max(self.named + self.true, 1))


def report(title, given):
    ours, adtributor, likelihood = Score(), Score(), Score()
    spent = []
    for codes, columns, causes in given:
        load(codes, columns)
        found, ms = named_by_datamon(columns)
        spent.append(ms)
        ours.add(found, causes)
        adtributor.add(cases.adtributor(codes, columns), causes)
        likelihood.add(cases.greatest_likelihood(codes, columns), causes)
    print("%-34s root_cause %s, %4.1f ms (worst %5.1f) | one cell %s | Adtributor %s" % (
        title, ours, statistics.median(spent), max(spent), likelihood, adtributor), flush=True)


def published(folder):
    slots = ["anomalous", "back_5min", "back_10min", "back_15min", "week_before"]
    leaves = {}
    with gzip.open(os.path.join(folder, "aiops_leaves.csv.gz"), "rt") as f:
        for r in csv.DictReader(f):
            if r["slot"] in slots:
                leaf = leaves.setdefault(int(r["case_id"]), {}).setdefault(tuple(r[c] for c in "iecpl"), [0.0] * 5)
                leaf[slots.index(r["slot"])] += float(r["value"])
    with open(os.path.join(folder, "aiops_truth.csv")) as f:
        for r in csv.DictReader(f):
            given = leaves[int(r["case_id"])]
            keys = sorted(k for k in given if any(given[k]))
            ids = [{v: i for i, v in enumerate(sorted({k[d] for k in keys}))} for d in range(5)]
            values = np.array([given[k] for k in keys])
            causes = {tuple(sorted(("iecpl".index(p[0]), ids["iecpl".index(p[0])][p[2:]]) for p in e.split("&")))
                      for e in r["root_cause"].split(";")}
            yield np.array([[ids[d][k[d]] for d in range(5)] for k in keys]), {"actual": values[:, 0], "history": values[:, 1:]}, causes


folder = os.path.join(os.environ.get("DATAMON_SHARED", ""), "data", "rootcause")
if os.path.exists(folder):
    report("page views, injected (AIOps 2019)", published(folder))
else:
    print("no published cases: set DATAMON_SHARED")
for kind in cases.KINDS:
    for mixed in (False, True):
        for unrest in (0.0, 0.1) if kind != "sums" else (0.0,):
            rng = np.random.default_rng(seed)
            report("%s, %s%s" % (kind, "any cuboids" if mixed else "one cuboid", ", unrest %.1f" % unrest if unrest else ""),
                   (cases.case(rng, kind, mixed, unrest) for _ in range(count)))
