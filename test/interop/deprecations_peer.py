"""Runs dbt in the folders of a request and tells what it counts as deprecated: `deprecations_peer.py REQUEST.json RESPONSE.json`.

The request is [{"folder": ..., "commands": [[argument, ...], ...], "env": {...}}, ...]; the response gives for each whether the last
command succeeded, and the counts of the summary by the names of the warnings. It also lists all deprecations that dbt has.
"""
import json
import os
import sys

from dbt import deprecations
from dbt.cli.main import dbtRunner


def run(request):
    counts = {}

    def count(event):
        if event.info.name == "DeprecationsSummary":
            for one in event.data.summaries:
                counts[one.event_name] = counts.get(one.event_name, 0) + one.occurrences

    os.chdir(request["folder"])
    deprecations.reset_deprecations()
    os.environ.update(request["env"])
    try:
        for arguments in request["commands"]:
            outcome = dbtRunner(callbacks=[count]).invoke([*arguments, "--profiles-dir", ".", "--no-partial-parse"])
    finally:
        for name in request["env"]:
            os.environ.pop(name, None)
    return {"success": outcome.success, "counts": counts}


def main():
    with open(sys.argv[1]) as file:
        requests = json.load(file)
    names = sorted({one._event for one in deprecations.deprecations_list})
    results = [run(request) for request in requests]
    with open(sys.argv[2], "w") as response:
        json.dump({"names": names, "results": results}, response)


if __name__ == "__main__":
    main()
