"""Reads every relation of published catalogs, in one process: a JSON list of {"file", "how", "folder"} on standard input, where `how` is
open, open-for-writing, attach or attach-for-writing and `folder` the working folder. Prints DuckDB's version and, for each job,
{relation: [rows, digest]}, with an error's text in the place of what could not be read, and the extensions that were loaded."""
import hashlib
import json
import os
import sys

import duckdb


def relations(connection, database):
    return connection.execute(
        "select schema_name, view_name from duckdb_views() where database_name = ? and not internal "
        "union all select schema_name, table_name from duckdb_tables() where database_name = ? and not internal",
        [database, database],
    ).fetchall()


def open_file(file, how):
    if how.startswith("open"):
        connection = duckdb.connect(file, read_only=how == "open")
        return connection, connection.execute("select current_database()").fetchone()[0]
    connection = duckdb.connect()
    connection.execute(f"attach '{file}' as some_other_name" + (" (read_only)" if how == "attach" else ""))
    return connection, "some_other_name"


def plain(value):
    # DuckDB 1.0 hands out a MAP as two lists.
    if isinstance(value, dict) and duckdb.__version__ < "1.1" and set(value) == {"key", "value"}:
        return dict(zip(value["key"], value["value"]))
    return value


def read(connection, database, schema, name):
    try:
        rows = connection.execute(f'select * from "{database}"."{schema}"."{name}"').fetchall()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    lines = sorted(str(tuple(map(plain, row))) for row in rows)
    return [len(rows), hashlib.md5("\n".join(lines).encode()).hexdigest()]


def loaded(connection):
    # DuckDB 1.0 does not tell how an extension came to be there.
    if duckdb.__version__ < "1.1":
        return []
    query = "select extension_name from duckdb_extensions() where loaded and install_mode <> 'STATICALLY_LINKED'"
    return [row[0] for row in connection.execute(query).fetchall()]


def answer(job):
    os.chdir(job["folder"])
    try:
        connection, database = open_file(job["file"], job["how"])
    except Exception as error:
        return {"relations": {}, "loaded": [], "refused": str(error)}
    found = {f"{schema}.{name}": read(connection, database, schema, name) for schema, name in relations(connection, database)}
    result = {"relations": found, "loaded": loaded(connection), "refused": None}
    connection.close()
    return result


print(json.dumps({"version": duckdb.__version__, "answers": [answer(job) for job in json.load(sys.stdin)]}))
