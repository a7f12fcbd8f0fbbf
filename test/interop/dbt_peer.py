"""Runs dbt with dbt-duckdb for the comparison: `dbt_peer.py REQUEST.json RESPONSE.json`.

The request is {"invocations": [[argument, ...], ...]}; the response gives success, exception and result of each, and the
database file of the profile. Folders of local files are created before a write, which dbt-duckdb leaves to the user: one of
the listed differences, taken out here so that the rest can be compared.
"""
import json
import os
import sys

from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.cli.main import dbtRunner

database = {}
create_environment = environments.create
write_options = DuckDBAdapter.external_write_options


def remember_database(credentials):
    database.update(path=os.path.abspath(credentials.path), name=credentials.database)
    return create_environment(credentials)


def write_options_with_folder(self, write_location, rendered_options):
    if "://" not in write_location:
        os.makedirs(os.path.dirname(write_location) or ".", exist_ok=True)
    return write_options(self, write_location, rendered_options)


write_options_with_folder._is_available_ = getattr(write_options, "_is_available_", True)


def main():
    environments.create = remember_database
    DuckDBAdapter.external_write_options = write_options_with_folder

    with open(sys.argv[1]) as request:
        invocations = json.load(request)["invocations"]
    results = []
    for arguments in invocations:
        outcome = dbtRunner().invoke(arguments)
        listed = outcome.result if isinstance(outcome.result, list) else None
        results.append({
            "success": outcome.success,
            "exception": None if outcome.exception is None else str(outcome.exception),
            "listed": listed,
        })
    with open(sys.argv[2], "w") as response:
        json.dump({"results": results, "database": database or None}, response)


# dbt starts processes that import this file again.
if __name__ == "__main__":
    main()
