"""Alerts on simulated data: how many are false, how many changes are found, and how late.

    simulate.py table      150 series of 60 days, half of which shift by .3 sd: fixed thresholds beside datamon
    simulate.py SUBCOMMAND --help    options; everything is the same again with the same --seed

Connects by the usual environment variables to a throwaway database that has the extension, on this machine; tables are named sim_*, and
are dropped. Alerts are those of datamon.watch() and datamon.tick(), a tick a day; nothing is told but dimensions and features. Needs
numpy, scipy, psycopg2.
"""
import argparse

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
    for p in (table,):
        p.add_argument("--seed", default=1, **whole)
    return parser.parse_args()


options = arguments()
session = simulate_server.Session()
session.sql("SELECT datamon.unwatch(source) FROM datamon.monitors WHERE source::text LIKE 'sim\\_%'")
{"table": simulate_table}[options.command].run(session, options)
