"""A world in which nothing happens: every alert is a false one.

Rows of S segments and C columns arrive day by day (simulate_world.py says how they are made) and are judged by datamon, with nothing
told but dimensions and features, and by rules written by hand (simulate_rules.py). For each S: alerts a week, reopened ones
among them; parts of alerts apart. Weeks are counted from the end of the first 14 days, which are the baseline of all. Rows older than 30
days are dropped with their partition. At the end something is injected, which has to be told.
"""
import collections
import resource
import time

import numpy as np
from scipy.special import gammaincinv

import simulate_rules
import simulate_server
import simulate_world

PARTITION, KEPT, BASELINE, AWAKE = 10, 30, 14, 5


class Table:
    """Partitioned by time; what is old goes"""

    def __init__(self, session, world, more=""):
        self.session, self.world, self.more, self.rows, self.first = session, world, more, 0, None
        session.sql("DROP TABLE IF EXISTS sim_world CASCADE; CREATE TABLE sim_world (at timestamptz NOT NULL, %s) PARTITION BY RANGE (at)"
                    % world.sql_columns())

    def arrive(self, day, segment, time, columns):
        if day % PARTITION == 0:
            self.session.sql("CREATE TABLE sim_world_%d PARTITION OF sim_world FOR VALUES FROM (%s) TO (%s)" % (
                day, *("(%s)" % simulate_server.stamp(d) for d in (day, day + PARTITION))))
            if day > KEPT + PARTITION:
                self.session.sql("DROP TABLE IF EXISTS sim_world_%d" % (day - KEPT - PARTITION))
        order = np.argsort(time, kind="stable")
        self.session.load("sim_world", day, [self.world.keys[segment][order]] + [c[order] for c in columns], time[order])
        self.rows += len(segment)
        if day == 0:
            self.session.watch("sim_world", self.world.told() + self.more)


def interval(count):
    """95 % of a Poisson mean"""
    return (gammaincinv(count, 0.025) if count else 0.0), gammaincinv(count + 1, 0.975 if count else 0.95)


def say(session, world, table, opened, weeks):
    heads = session.sql("SELECT rule, coalesce(column_name, ''), segment = '{}', reopened FROM datamon.alerts WHERE source = 'sim_world'::regclass")
    parts = session.one("SELECT count(*) FROM datamon.alert_parts WHERE source = 'sim_world'::regclass")
    bad = session.one("SELECT count(*) FROM datamon.evaluation WHERE verdict IN ('bad', 'inhibited')")
    # What ticks said, and what history has: an alert that a part of it has opened again is only there.
    told = max(opened, session.one("SELECT count(*) FROM datamon.alert_history h JOIN datamon.alerts a USING (alert_id)"
                                   " WHERE a.source = 'sim_world'::regclass AND h.to_state = 'open'"))
    low, high = interval(told)
    print("datamon, %d segments: %.2f alerts a week (95 %%: %.2f to %.2f): %d in %.0f weeks, of %d alerts, %d times reopened; %d parts; %d days of series bad" % (
        world.segments, told / weeks, low / weeks, high / weeks, told, weeks, len(heads), sum(h[3] for h in heads), parts, bad), flush=True)
    print("    %d of %d segments have 30 rows a day, and are judged each day" % (session.one(
        "SELECT count(*) FROM datamon.baseline b JOIN datamon.segment g USING (monitor_id, segment_id) WHERE g.key <> '{}' AND b.n >= 30 * b.buckets"),
        world.segments), flush=True)
    what = collections.Counter("%s of %s, %s" % (rule, column, "whole" if whole else "segment") if column else
                               "%s, %s" % (rule, "whole" if whole else "segment") for rule, column, whole, _ in heads)
    if what:
        print("    " + "; ".join("%s: %d" % x for x in what.most_common()), flush=True)
    print("    %s rows in %d days; CPU: COPY %.0f s, ticks %.0f s, making rows %.0f s, rules by hand %.0f s; memory: backend %.0f MB, here %.0f MB" % (
        format(table.rows, ","), world.days, session.copied, session.ticked, table.making, table.ruling, session.peak_memory(),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), flush=True)


def awake(session, options, world, table):
    """A monitor that said nothing has to say something when everything moves: else its silence means nothing"""
    after = world_of(options, world.segments, world.days + AWAKE, simulate_world.Change("mean", 2, world.days, 0))
    for day in range(world.days, world.days + AWAKE):
        table.arrive(day, *after.of_day(day))
        session.tick(day + 1, "sim_world")
        if any(column == world.names[0] for _, _, _, _, column, _ in session.standing()):
            print("    then %s moved by 2 sd everywhere: told after %d days" % (world.names[0], day + 1 - world.days), flush=True)
            return
    raise SystemExit("the monitor does not tell a change of 2 sd: what was counted is worth nothing")


def world_of(options, segments, days, change=None):
    return simulate_world.World(options.seed, segments, options.columns, options.rows, days, options.jitter, options.week, options.hours,
                                options.rho, change)


def judge_world(options, world, rules):
    session = simulate_server.Session()
    table = Table(session, world, options.more)
    table.making = table.ruling = 0.0
    opened = 0
    try:
        for day in range(world.days):
            began = time.process_time()
            segment, at, columns = world.of_day(day)
            table.making += time.process_time() - began
            table.arrive(day, segment, at, columns)
            if (day + 1) % options.chunk == 0 or day + 1 in (BASELINE, world.days):
                opened += session.tick(day + 1, "sim_world")
            if rules:
                began = time.process_time()
                rules.see(day, segment, columns)
                table.ruling += time.process_time() - began
        if session.evaluated_until("sim_world") != world.days:
            raise SystemExit("not every day has been judged: what was counted would be too good")
        say(session, world, table, opened, (world.days - BASELINE) / 7)
        awake(session, options, world, table)
    finally:
        session.drop("sim_world")
        session.connection.close()


def run(session, options):
    largest = max(options.segments)
    for segments in sorted(options.segments):
        world = world_of(options, segments, options.days)
        rules = simulate_rules.Rules(world, BASELINE, options.by_hand) if options.by_hand and segments == largest else None
        judge_world(options, world, rules)
    if not options.by_hand:
        return
    print("\nrules by hand on the same rows, alarms a week (those that begin, in brackets)\n%9s %s" % (
        "segments", "".join("%22s" % n for n in simulate_rules.NAMES)))
    for s in sorted({x for x in (1, 3, 10, 30, 100, 300) if x < rules.segments} | {rules.segments}):
        print("%9d %s" % (s, "".join("%22s" % ("%.1f (%.1f)" % x) for x in rules.a_week(s))), flush=True)
