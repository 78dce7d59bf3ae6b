"""Forecasts and warnings by the SQL functions, on published data of the folder DATAMON_SHARED.

    forecast.py [m4|bike|warnings|skill|all [EVERY]]

Connects by the usual environment variables to a server on this machine that has the extension. Microseconds are the backend's CPU.
EVERY takes each so-manieth series of the tests of warnings (default 8) and skill (default 4): the whole takes some minutes.

m4        official test sets of the M4 competition, hourly and weekly: sMAPE, MASE, OWA against Naive2, coverage and MSIS of the 95 %
          interval; hourly with seasons found and given. Published on hourly: OWA .410 best, .440 winner; MSIS 6.139 best.
bike      hourly and daily counts of rented bicycles, with gaps and a growth that never was before: error over that of the season before.
warnings  a linear decline that crosses a threshold 5 % of the range below everything ever seen after 24, 48, 96 or 168 hours,
          laid over the end of real series; warned = score >= .9 for two hours running, after its begin and before the crossing.
          False alarms are beginnings of warnings on the same hours without it.
skill     "crosses its own 28 days' .5 % or 99.5 % level within 24 hours, none in the last 24": Brier skill of what
          calibrate_forecasts() made of one half of the series, on the other half.
"""
import csv
import gzip
import os
import sys
from datetime import datetime

import numpy as np
import psycopg2

# The competition's benchmark: its own naive forecast on the official test sets (sMAPE, MASE).
NAIVE2 = {"Hourly": (18.383, 2.395), "Weekly": (9.161, 2.777)}
PERIOD = {"Hourly": 24, "Weekly": 1}

folder = os.path.join(os.environ.get("DATAMON_SHARED", ""), "data", "m4_hourly")
if not os.path.isfile(os.path.join(folder, "Hourly-train.csv.gz")):
    print("skipped: no data/m4_hourly in DATAMON_SHARED")
    sys.exit(0)
connection = psycopg2.connect("")
connection.autocommit = True
cursor = connection.cursor()


def sql(text, arguments=None):
    cursor.execute(text, arguments)
    return cursor.fetchall()


backend = sql("SELECT pg_backend_pid()")[0][0]


def cpu():
    with open("/proc/%d/schedstat" % backend) as f:
        return int(f.read().split()[0]) / 1e3


def load(name):
    with gzip.open(os.path.join(folder, name + ".csv.gz"), "rt") as f:
        return [np.array([float(v) for v in row[1:] if v]) for row in list(csv.reader(f))[1:]]


def m4(kind, season, label):
    train, test = load(kind + "-train"), load(kind + "-test")
    smape, mase, msis, inside, took = [], [], [], [], 0.0
    for past, actual in zip(train, test):
        before = cpu()
        rows = sql("SELECT mean, lower, upper FROM datamon.forecast(%s::float8[], %s, %s::int[])",
                   (past.tolist(), len(actual), season))
        took += cpu() - before
        mean, lower, upper = np.array(rows).T
        scale = np.mean(np.abs(past[PERIOD[kind]:] - past[:-PERIOD[kind]]))
        smape.append(200 * np.mean(np.abs(mean - actual) / (np.abs(mean) + np.abs(actual))))
        mase.append(np.mean(np.abs(mean - actual)) / scale)
        missed = np.maximum(lower - actual, 0) + np.maximum(actual - upper, 0)
        msis.append(np.mean(upper - lower + 40 * missed) / scale)
        inside.append(np.mean(missed == 0))
    smape, mase = np.mean(smape), np.mean(mase)
    owa = (smape / NAIVE2[kind][0] + mase / NAIVE2[kind][1]) / 2
    print("%-30s series %d  sMAPE %.3f  MASE %.3f  OWA %.4f  coverage %.3f  MSIS %.3f  us/series %.0f"
          % (label, len(train), smape, mase, owa, np.mean(inside), np.mean(msis), took / len(train)), flush=True)


def bike():
    there = os.path.join(os.environ["DATAMON_SHARED"], "data", "bike_sharing")
    with gzip.open(os.path.join(there, "hour.csv.gz"), "rt") as f:
        rows = list(csv.DictReader(f))
    begin = datetime.fromisoformat(rows[0]["ts"])
    hours = [int((datetime.fromisoformat(r["ts"]) - begin).total_seconds()) // 3600 for r in rows]
    hourly = np.full(hours[-1] + 1, np.nan)
    hourly[hours] = [float(r["cnt"]) for r in rows]
    with open(os.path.join(there, "day.csv")) as f:
        daily = np.array([float(r["cnt"]) for r in csv.DictReader(f)])
    for label, y, length, ahead, period, stride in (("6 weeks of hours", hourly, 1008, 48, 168, 331), ("3 weeks of hours", hourly, 504, 48, 168, 331),
                                                    ("a year of days", daily, 365, 14, 7, 13), ("4 weeks of days", daily, 28, 7, 7, 13)):
        ours, naive, inside = [], [], []
        for end in range(1100 if y is hourly else 60, len(y) - ahead, stride):
            past, actual = y[max(0, end - length):end], y[end:end + ahead]
            mean, lower, upper = np.array(sql("SELECT mean, lower, upper FROM datamon.forecast(%s::float8[], %s)", (past.tolist(), ahead))).T
            before = np.array([past[len(past) - period + h % period] for h in range(ahead)])
            known = ~np.isnan(actual) & ~np.isnan(before)
            ours.append(np.mean(np.abs(mean - actual)[known]))
            naive.append(np.mean(np.abs(before - actual)[known]))
            inside.append(np.mean(((actual >= lower) & (actual <= upper))[known]))
        print("bike sharing, %-17s forecasts %d  MAE %.1f  of the season before %.1f  ratio %.3f  coverage %.3f"
              % (label, len(ours), np.mean(ours), np.mean(naive), np.mean(ours) / np.mean(naive), np.mean(inside)), flush=True)


def crossing(series, threshold, horizon, direction, season):
    return sql("SELECT score, climatology, distance, exposure FROM datamon.crossing_probability(%s::float8[], %s, %s, %s, season => %s::int[])",
               (series.tolist(), float(threshold), horizon, direction, season))[0]


def begins(scores, level=0.9, running=2):
    high = np.array([s is not None and s >= level for s in scores])
    warned = np.array([i + 1 >= running and high[i + 1 - running:i + 1].all() for i in range(len(high))])
    return warned, np.sum(warned & ~np.r_[False, warned[:-1]])


def hourly_series(every):
    return [np.r_[a, b] for a, b in zip(load("Hourly-train"), load("Hourly-test"))][::every]


def warnings(every):
    lengths = (24, 48, 96, 168)
    false, days, warned, lead = 0, 0.0, {n: [] for n in lengths}, {n: [] for n in lengths}
    for y in hourly_series(every):
        season = sql("SELECT datamon.seasons(%s::float8[])", (y[:504].tolist(),))[0][0]
        floor = y.min() - 0.05 * (y.max() - y.min())
        n = len(y)
        scores = [crossing(y[max(0, t - 672):t], floor, 24, "below", season)[0] for t in range(n - 168, n - 24)]
        false += begins(scores)[1]
        days += len(scores) / 24
        begin = n - 172
        for length in lengths:
            ramp = y.copy()
            ramp[begin:] -= (y[begin + length - 1] - floor) * np.arange(1, n - begin + 1) / length
            cross = next(t for t in range(begin, n) if ramp[t] < floor)
            scores = [crossing(ramp[max(0, t - 672):t], floor, 24, "below", season)[0] for t in range(begin - 2, cross + 1)]
            seen = begins(scores)[0][3:]
            warned[length].append(seen.any())
            if seen.any():
                lead[length].append(cross - begin - 1 - np.argmax(seen))
    print("warnings: series %d  false alarms per series-day %.4f  %s" % (len(warned[24]), false / days, "  ".join(
        "%d h: warned %.2f, lead %g h" % (n, np.mean(warned[n]), np.median(lead[n] or [np.nan])) for n in lengths)), flush=True)


def logit(p):
    return np.log(p / (1 - p))


def skill(every):
    rows = []
    for i, y in enumerate(hourly_series(every)):
        season = sql("SELECT datamon.seasons(%s::float8[])", (y[:672].tolist(),))[0][0]
        for t in range(672, len(y) - 24, 5):
            past, last, to_come = y[t - 672:t], y[t - 24:t], y[t:t + 24]
            for direction, share, sign in (("below", .005, -1), ("above", .995, 1)):
                threshold = np.quantile(past, share)
                if not (sign * (last - threshold) > 0).any():
                    rows.append((i % 2, *crossing(past, threshold, 24, direction, season), bool((sign * (to_come - threshold) > 0).any())))
    half = np.array([r[0] for r in rows])
    score, climatology, distance, exposure, outcome = (np.array(c, dtype=float) for c in zip(*[r[1:] for r in rows]))
    out = []
    for h in (0, 1):
        fit, other = half == h, half != h
        b = sql("SELECT coefficients FROM datamon.calibrate_forecasts(%s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::bool[])", (
            score[fit].tolist(), climatology[fit].tolist(), distance[fit].tolist(), exposure[fit].tolist(), (outcome[fit] > 0).tolist()))[0][0]
        p = 1 / (1 + np.exp(-(b[0] + b[1] * logit(score) + b[2] * logit(climatology) + b[3] * distance + b[4] * logit(exposure))))
        base = outcome[other].mean()
        out.append((1 - np.mean((p[other] - outcome[other]) ** 2) / (base * (1 - base)), np.round(b, 3).tolist()))
    raw = 1 - np.mean((score - outcome) ** 2) / (outcome.mean() * (1 - outcome.mean()))
    print("skill: cases %d  base rate %.3f  Brier skill of the score %.3f, of the probability %.4f and %.4f, mean %.4f  coefficients %s %s"
          % (len(rows), outcome.mean(), raw, out[0][0], out[1][0], (out[0][0] + out[1][0]) / 2, out[0][1], out[1][1]), flush=True)


what = sys.argv[1] if len(sys.argv) > 1 else "all"
every = int(sys.argv[2]) if len(sys.argv) > 2 else 0
if what in ("m4", "all"):
    m4("Hourly", None, "M4 hourly, seasons found")
    m4("Hourly", [24, 168], "M4 hourly, seasons given")
    m4("Weekly", None, "M4 weekly, seasons found")
if what in ("bike", "all"):
    bike()
if what in ("warnings", "all"):
    warnings(every or 8)
if what in ("skill", "all"):
    skill(every or 4)
