"""A pool that never reconnects: `pool_peer.py FILE` opens the file once. For each line of standard input, a JSON object {"ask": [SQL], "busy": [SQL]}, it
prints as JSON what the questions answer; threads on the same connection go on running the last "busy" queries. Ends with the failures of all."""
import json
import sys
import threading

import duckdb

connection = duckdb.connect(sys.argv[1], read_only=True)
failures = []
busy = []
done = threading.Event()
ran = [0]


def work():
    cursor = connection.cursor()
    while not done.wait(0.02):
        for sql in busy:
            try:
                cursor.execute(sql).fetchall()
                ran[0] += 1
            except Exception as error:
                failures.append(f"{sql}: {error}")


def ask(sql):
    try:
        return [list(map(str, row)) for row in connection.execute(sql).fetchall()]
    except Exception as error:
        failures.append(f"{sql}: {error}")
        return str(error)


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for line in sys.stdin:
    request = json.loads(line)
    busy = request["busy"]
    print(json.dumps([ask(sql) for sql in request["ask"]]), flush=True)
done.set()
for thread in threads:
    thread.join()
print(json.dumps({"version": duckdb.__version__, "failures": failures, "ran": ran[0]}), flush=True)
