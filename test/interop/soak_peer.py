"""A reader of the soak: `soak_peer.py FILE HOW SQL` asks the same question again and again until standard input ends, and once more after that.
`reopen` opens the file each time, `attach` attaches it each time, `cursor` opens it once and holds the cursor of a large result all the time, `live` opens
it once and asks twice in a transaction. `{p}` in SQL stands before relations. Prints `ready` after the first answer, and at its end a JSON object."""
import json
import sys
import threading
import time

import duckdb

file, how, sql = sys.argv[1:4]
wrong = []
states = []
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()


def note(rows):
    for row in rows:
        build, low, high, day_low, day_high, n, silver_n, total, silver_total, days_n = row
        if len({build, low, high, day_low, day_high}) != 1 or len({n, silver_n, days_n}) != 1 or total != silver_total:
            wrong.append(f"mixed: {row}")
        states.append(build)
    if len(rows) != 1:
        wrong.append(f"{len(rows)} rows")


def plain(connection):
    return connection.execute(sql.replace("{p}", "main.")).fetchall()


def reopen():
    connection = duckdb.connect(file, read_only=True)
    try:
        note(plain(connection))
    finally:
        connection.close()


def attach():
    connection = duckdb.connect()
    try:
        connection.execute(f"attach '{file}' as shown (read_only)")
        note(connection.execute(sql.replace("{p}", "shown.main.")).fetchall())
    finally:
        connection.close()


class Cursor:
    """Its rows are fetched one by one, from before the first build to after the last."""

    def __init__(self):
        self.connection = duckdb.connect(file, read_only=True)
        self.cursor = self.connection.cursor()
        self.cursor.execute("select s.build from main.silver s, range(1000)")
        self.expected = self.connection.execute("select count(*) * 1000 from main.silver").fetchone()[0]
        self.fetched = 0

    def __call__(self):
        note(plain(self.connection))
        rows = self.cursor.fetchmany(100)
        self.fetched += len(rows)
        if {row[0] for row in rows} - {states[0]}:
            wrong.append(f"the cursor gave rows of {rows[:3]}")

    def finish(self):
        self.fetched += len(self.cursor.fetchall())
        if self.fetched != self.expected:
            wrong.append(f"the cursor gave {self.fetched} rows of {self.expected}")


class Live:
    def __init__(self):
        self.connection = duckdb.connect(file, read_only=True)

    def __call__(self):
        self.connection.execute("begin")
        rows = plain(self.connection)
        time.sleep(0.05)
        again = plain(self.connection)
        self.connection.execute("commit")
        note(rows)
        if rows != again:
            wrong.append(f"a transaction saw {rows} and {again}")


ask = {"reopen": lambda: reopen, "attach": lambda: attach, "cursor": Cursor, "live": Live}[how]()


def turn():
    try:
        ask()
    except Exception as error:
        wrong.append(f"failed: {error}")


turn()
print("ready", flush=True)
while not over.wait(0.2):
    turn()
turn()
if how == "cursor":
    ask.finish()
print(json.dumps({"version": duckdb.__version__, "asked": len(states), "last": states[-1] if states else None, "seen": len(set(states)), "wrong": wrong[:20]}))
