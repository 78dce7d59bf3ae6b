"""Changes that are injected into the world of `null`: how many are found, and how late, by datamon and by peers.

A trial is a world of its own: 14 days of baseline, 14 days without change (before), 14 days with it (after), in one segment of middling size or in
all rows. Found: an alert opened in the days after, a part of one among them, about the changed column (of volume: the rule volume) in
the changed segment or the whole table; of a change in all rows, in whatever segment. Named: an alert of the segment itself.
Before: the share of trials with such an alert in as many days before, which is what "found" would be if nothing had changed. Delay: days from the first
changed day to the alarm, 0 if it came at that day's end; median of those found. Elsewhere: alerts that opened in the 28 days and are not found ones, a week.
Peers are told where to look: they get the changed column's rows of the changed segment or, of a change in all rows, of the whole
table, the days before as after; an alarm of a day counts. Their alarms on what is unchanged are counted in a world without change, all
columns, the whole table and some segments.
"""
import json
import os
import shutil
import statistics
import subprocess
import tempfile

import numpy as np

import simulate_null
import simulate_server
import simulate_world

BASELINE, BEFORE, AFTER = 14, 14, 14
CHANGE_DAY, DAYS = BASELINE + BEFORE, BASELINE + BEFORE + AFTER
COLUMNS = ("normal", "lognormal", "colour", "gaps")
CHANGES = {
    "mean": ("normal", (0.1, 0.3, 1), "sd"), "variance": ("normal", (1.2, 1.5), "times the sd"),
    "shape": ("normal", (0.5, 0.9), "of the variance between two humps"), "shares": ("colour", (0.1, 0.3), "of rows move to one value"),
    "missing": ("gaps", (0.03, 0.1), "more missing"), "new_value": ("colour", (0.01, 0.05), "of rows"),
    "volume": (None, (0.8, 0.5), "times the rows")}
KIND = {"shares": "mean"}


def middling(world):
    return int(np.argsort(world.size)[len(world.size) // 2])


class Told:
    """What datamon said of a trial"""

    def __init__(self, session, world, more=""):
        self.found, self.before, self.named, self.elsewhere = None, False, False, 0
        change = world.change
        column = world.names[change.column] if change and change.column is not None else None
        mine = {"segment": world.keys[change.segment].decode()} if change and change.segment is not None else None
        table, known = simulate_null.Table(session, world, more), {}
        try:
            for day in range(world.days):
                table.arrive(day, *world.of_day(day))
                session.tick(day + 1, "sim_world")
                standing = {}
                for part, _, segment, rule, of, alert in session.standing():
                    standing[alert] = part
                    # One that was resolved and has come back is told again.
                    if alert in known:
                        continue
                    about = change is not None and (of == column if column else rule == "volume") and (mine is None or segment in ({}, mine))
                    if about and day >= world.change.day:
                        self.found = day - world.change.day if self.found is None else self.found
                        self.named |= segment == mine
                    else:
                        self.before |= about
                        self.elsewhere += not part
                known = standing
            if session.evaluated_until("sim_world") != world.days:
                raise SystemExit("not every day has been judged: what was counted would be too good")
        finally:
            session.drop("sim_world")


def keep(path, world, names, units):
    """Rows for the peers"""
    days = [world.of_day(d) for d in range(world.days)]
    chosen = [world.names.index(n) for n in names]
    np.savez(path, segment=np.concatenate([d[0] for d in days]), time=np.concatenate([d[1] for d in days]), names=names, units=units,
             day=np.repeat(np.arange(world.days), [len(d[0]) for d in days]), reference=BASELINE,
             **{"column_" + n: np.concatenate([d[2][c] for d in days]) for n, c in zip(names, chosen)})


def peer(name, python, paths):
    """Alarms of each file: (sort, unit, column, day); None where the peer is absent"""
    if not python or not shutil.which(python) or subprocess.run([python, "-c", "import " + name], capture_output=True).returncode:
        print("%s: not there, left out" % name)
        return None
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "simulate_peers.py")
    out = subprocess.run([python, "-W", "ignore", script, name] + paths, capture_output=True, text=True)
    lines = [json.loads(x) for x in out.stdout.splitlines() if x.startswith("{")]
    if len(lines) != len(paths):
        raise SystemExit("%s: %d of %d files: %s" % (name, len(lines), len(paths), out.stderr[-1000:]))
    print("%s: %.0f s of CPU" % (name, sum(x["cpu"] for x in lines)), flush=True)
    return [x["alarms"] for x in lines]


def outcome(alarms, sorts, column):
    """(delay or None, whether it alarms before)"""
    days = [day for sort, _, of, day in alarms if sort in sorts and of == column]
    after = [d - CHANGE_DAY for d in days if d >= CHANGE_DAY]
    return min(after, default=None), any(d < CHANGE_DAY for d in days)


def cell(outcomes):
    delays = [d for d, _ in outcomes if d is not None]
    return "%3.0f %% (%2.0f %%) %4s" % (100 * len(delays) / len(outcomes), 100 * sum(b for _, b in outcomes) / len(outcomes),
                                   "%g" % statistics.median(delays) if delays else "-")


def world_of(options, trial, change=None, days=DAYS):
    w = simulate_world.World([options.seed, trial], options.segments, COLUMNS, options.rows, days, options.jitter, options.week, options.hours,
                             options.rho, change)
    if change and change.segment is not None:
        change.segment = middling(w)
    return w


def conditions(options):
    for name in options.changes:
        column, sizes, unit = CHANGES[name]
        for size in sizes:
            for scope in ("segment", "whole"):
                yield name, column, size, unit, scope


def run(session, options):
    peers = [(name, python) for name, python in (("evidently", options.evidently), ("nannyml", options.nannyml))]
    folder = tempfile.TemporaryDirectory()
    told, paths, cases = {}, [], []
    for case in conditions(options):
        name, column, size, _, scope = case
        told[case] = []
        for trial in range(options.trials):
            change = simulate_world.Change(KIND.get(name, name), size, CHANGE_DAY, column and COLUMNS.index(column), 0 if scope == "segment" else None)
            world = world_of(options, trial, change)
            told[case].append(Told(session, world, options.more))
            if trial < options.peer_trials:
                cases.append((case, column))
                paths.append(os.path.join(folder.name, "%d.npz" % len(paths)))
                keep(paths[-1], world, [cases[-1][1] or world.names[0]], [change.segment + 1 if scope == "segment" else 0])
    print("datamon: %.0f s of CPU in ticks; %d trials of %d segments, %d rows of a segment and day in the mean: found %% (before %%) delay" % (
        session.ticked, options.trials, options.segments, options.rows))
    print("%-46s %-17s %6s %9s" % ("change", "datamon", "named", "elsewhere"))
    for case, trials in told.items():
        print("%-46s %-17s %6s %9.2f" % (title(case), cell([(t.found, t.before) for t in trials]),
              "%.0f %%" % (100 * sum(t.named for t in trials) / len(trials)) if case[-1] == "segment" else "",
              sum(t.elsewhere for t in trials) * 7 / (BEFORE + AFTER) / len(trials)), flush=True)
    null = world_of(options, 0, days=BASELINE + BEFORE)
    paths.append(os.path.join(folder.name, "null.npz"))
    units = [0] + list(range(1, 1 + min(options.peer_segments, options.segments)))
    keep(paths[-1], null, null.names, units)
    for name, python in peers:
        said = peer(name, python, paths)
        if said:
            compare(name, said, cases, units, len(null.names))
    folder.cleanup()


def title(case):
    name, _, size, unit, scope = case
    return "%s, %s: %g %s" % (name, scope, size, unit)


def compare(name, said, cases, units, columns):
    """The same table for a peer"""
    for sort in ("drift", "quality") if name == "nannyml" else ("drift",):
        print("%-46s %s, %s" % ("change", name, sort))
        for case in dict.fromkeys(c for c, _ in cases):
            if case[1] is not None or sort == "quality":
                print("%-46s %s" % (title(case), cell([outcome(a, (sort,), of) for a, (c, of) in zip(said, cases) if c == case])), flush=True)
        whole, parts = (sum(s == sort and (unit == 0) == root for s, unit, _, _ in said[-1]) * 7 / BEFORE for root in (True, False))
        print("alarms a week without change, %d columns: %.1f on the whole table, %.1f a segment" % (columns, whole, parts / max(1, len(units) - 1)))
