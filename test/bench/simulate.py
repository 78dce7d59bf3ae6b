"""Alerts on simulated data: how many are false, how many changes are found, and how late.

    simulate.py table      150 series of 60 days, half of which shift by .3 sd: fixed thresholds beside datamon
    simulate.py null       a world without change: false alarms a week, beside those of rules by hand
    simulate.py power      the same with changes: found, delays, beside Evidently and NannyML
    simulate.py SUBCOMMAND --help    options; everything is the same again with the same --seed

Connects by the usual environment variables to a throwaway database that has the extension, on this machine; tables are named sim_*, and
are dropped. Alerts are those of datamon.watch() and datamon.tick(), a tick a day; nothing is told but dimensions and features. Needs
numpy, scipy, psycopg2.
"""
import argparse

import simulate_null
import simulate_power
import simulate_server
import simulate_table


def numbers(kind):
    return lambda text: [kind(float(x)) for x in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(prog="simulate.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    whole = {"type": lambda text: int(float(text)), "metavar": "N"}
    table = commands.add_parser("table", description=simulate_table.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    table.add_argument("--n", type=numbers(int), default=[50, 1000, 20000], metavar="N,...", help="rows of a series and day (50,1000,20000)")
    table.add_argument("--jitter", type=numbers(float), default=[0.0, 0.05], metavar="SD,...", help="of days, in standard deviations (0,.05)")
    table.add_argument("--series", default=150, help="(150)", **whole)
    table.add_argument("--layouts", type=lambda text: text.split(","), default=list(simulate_table.LAYOUTS), metavar="NAME,...",
                       help="what a series is: " + ",".join(simulate_table.LAYOUTS))
    table.add_argument("--most-rows", default=200000000, help="fewer series where there would be more rows (200 M)", **whole)
    null = commands.add_parser("null", description=simulate_null.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    null.add_argument("--segments", type=numbers(int), default=[1000], metavar="S,...", help="one world for each (1000)")
    null.add_argument("--days", default=1000, help="(1000)", **whole)
    null.add_argument("--columns", default=10, help="(10)", **whole)
    null.add_argument("--rows", default=100, help="of a segment and day, in the mean (100)", **whole)
    null.add_argument("--chunk", default=1, help="days from tick to tick (1)", **whole)
    null.add_argument("--by-hand", default=100, help="segments that the rules by hand look at; 0: none (100)", **whole)
    power = commands.add_parser("power", description=simulate_power.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    power.add_argument("--segments", default=10, help="(10)", **whole)
    power.add_argument("--rows", default=100, help="of a segment and day, in the mean (100)", **whole)
    power.add_argument("--trials", default=4, help="of each change (4)", **whole)
    power.add_argument("--peer-trials", default=2, help="of which peers see so many (2)", **whole)
    power.add_argument("--peer-segments", default=4, help="that peers look at in the world without change (4)", **whole)
    power.add_argument("--changes", type=lambda text: text.split(","), default=list(simulate_power.CHANGES), metavar="KIND,...",
                       help=",".join(simulate_power.CHANGES))
    for name in ("evidently", "nannyml"):
        power.add_argument("--" + name, metavar="PYTHON", help="a Python that has it; without, it is left out")
    for p in (null, power):
        p.add_argument("--more", default="", metavar="TEXT", help="further arguments of watch(), as \", false_alarms => '1 per week'\"")
        share = {"type": float, "metavar": "SD"}
        p.add_argument("--jitter", default=0.05, help="unrest of days, in standard deviations of a row (.05)", **share)
        p.add_argument("--week", default=0.1, help="season of the week (.1)", **share)
        p.add_argument("--hours", default=0.3, help="season of the day (.3)", **share)
        p.add_argument("--rho", default=0.5, help="correlation of a day's unrest with the day's before (.5)", **share)
    for p in (table, null, power):
        p.add_argument("--seed", default=1, **whole)
    return parser.parse_args()


options = arguments()
session = simulate_server.Session()
session.clean_up()
{"table": simulate_table, "null": simulate_null, "power": simulate_power}[options.command].run(session, options)
