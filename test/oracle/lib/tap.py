"""What every oracle test does: lines of TAP, and a connection by PGHOST, PGPORT, PGUSER and PGDATABASE."""
import psycopg2

count = failed = 0


def told(good, name, note=""):
    """one line; the note tells how good or bad it is"""
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    if note:
        print("# " + note[:2000].replace("\n", " "))


def ok(good, name, note=""):
    """the same; the note tells why it failed"""
    told(good, name, "" if good else note)


def connect():
    """a cursor; cursor.connection commits every statement"""
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET client_min_messages = warning")
    cursor.execute("CREATE EXTENSION IF NOT EXISTS datamon")
    return cursor


def finish():
    """the plan; returns the exit status"""
    print("1..%d" % count)
    return 1 if failed else 0
