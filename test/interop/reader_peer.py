"""Reads every relation of a published catalog: `reader_peer.py FILE open|attach`; prints {relation: rows} and DuckDB's version as JSON."""
import json
import sys

import duckdb

path, how = sys.argv[1], sys.argv[2]
if how == "attach":
    connection = duckdb.connect()
    connection.execute(f"attach '{path}' as some_other_name (read_only)")
    database = "some_other_name"
    if duckdb.__version__.startswith("1.0."):
        # DuckDB 1.0 looks for the relations of an attached file's view in the database in use.
        connection.execute(f"use {database}")
else:
    connection = duckdb.connect(path, read_only=True)
    database = connection.execute("select current_database()").fetchone()[0]

names = connection.execute(
    "select schema_name, view_name from duckdb_views() where database_name = ? and not internal "
    "union all select schema_name, table_name from duckdb_tables() where database_name = ? and not internal",
    [database, database],
).fetchall()
rows = {}
for schema, name in sorted(names):
    rows[f"{schema}.{name}"] = len(connection.execute(f'select * from "{database}"."{schema}"."{name}"').fetchall())
loaded = connection.execute("select extension_name from duckdb_extensions() where loaded and install_mode <> 'STATICALLY_LINKED'" if duckdb.__version__ > "1.1" else "select null where false").fetchall()
print(json.dumps({"version": duckdb.__version__, "rows": rows, "loaded": [row[0] for row in loaded]}))
