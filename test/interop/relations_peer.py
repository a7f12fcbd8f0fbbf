"""Compares the relations of two DuckDB files: a request on standard input, an answer on standard output, both JSON.

Request: {"dbt": {"path", "name"}, "eider": path or null, "since": moment, "relations": ["schema.name", ...] or null}.
Answer: {"dbt": {relation: [[column, type], ...]}, "eider": the same, "rows": {relation: {"total", "only_dbt", "only_eider", "samples"}}}.
Rows are compared as bags; moments after `since`, as text too, are those at which each side ran, and alike. A column whose type differs is compared in dbt's type: whether the types may differ is judged by
the caller. Floats are compared to twelve digits, because sums of floats depend on the order in which threads add them.
"""
import json
import sys

import duckdb

request = json.load(sys.stdin)
connection = duckdb.connect()


def quoted(*parts):
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def relations_of(database):
    found = connection.execute(
        "select schema_name, view_name from duckdb_views() where database_name = ? and not internal "
        "union all select schema_name, table_name from duckdb_tables() where database_name = ? and not internal",
        [database, database],
    ).fetchall()
    return sorted((schema, name) for schema, name in found if schema != "eider")


def columns_of(database, schema, name):
    described = connection.execute(f"describe select * from {quoted(database, schema, name)}").fetchall()
    return [[row[0], row[1]] for row in described]


def comparable(column, own_type, dbt_type):
    expression = quoted(column)
    if own_type != dbt_type:
        expression = f"cast({expression} as {dbt_type})"
    if dbt_type in ("FLOAT", "DOUBLE"):
        digits = 6 if dbt_type == "FLOAT" else 12
        return f"format('{{:.{digits}g}}', cast({expression} as double))"
    text = f"cast({expression} as varchar)"
    if dbt_type.startswith("TIMESTAMP") and request.get("since"):
        return f"case when cast({expression} as timestamptz) > timestamptz '{request['since']}' then 'run' else {text} end"
    if dbt_type == "VARCHAR" and request.get("since"):
        is_moment = f"regexp_matches({text}, '^\\d{{4}}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d')"
        is_run = f"{is_moment} and try_cast({text} as timestamptz) > timestamptz '{request['since']}'"
        return f"case when {is_run} then 'run' else {text} end"
    return text


def differing_rows(schema, name, dbt_columns, eider_columns):
    own_types = {column.lower(): kind for column, kind in eider_columns}
    dbt_list = ", ".join(comparable(c, t, t) for c, t in dbt_columns)
    own_list = ", ".join(comparable(c, own_types[c.lower()], t) for c, t in dbt_columns)
    dbt_rows = f"select {dbt_list} from {quoted(dbt_name, schema, name)}"
    own_rows = f"select {own_list} from {quoted('published', schema, name)}"
    only_dbt = connection.execute(f"({dbt_rows}) except all ({own_rows})").fetchall()
    only_own = connection.execute(f"({own_rows}) except all ({dbt_rows})").fetchall()
    samples = [["dbt", *row] for row in only_dbt[:3]] + [["eider", *row] for row in only_own[:3]]
    total = connection.execute(f"select count(*) from {quoted('published', schema, name)}").fetchone()[0]
    return {"total": total, "only_dbt": len(only_dbt), "only_eider": len(only_own), "samples": samples}


dbt_name = request["dbt"]["name"]
connection.execute(f"attach '{request['dbt']['path']}' as {quoted(dbt_name)} (read_only)")
# Where nothing was committed there is no catalog.
catalog = ":memory:" if request["eider"] is None else request["eider"]
connection.execute(f"attach '{catalog}' as published" + ("" if request["eider"] is None else " (read_only)"))
wanted = request["relations"]
answer = {"dbt": {}, "eider": {}, "rows": {}}
for side, database in (("dbt", dbt_name), ("eider", "published")):
    for schema, name in relations_of(database):
        relation = f"{schema}.{name}"
        if side == "dbt" and wanted is not None and relation not in wanted:
            continue
        try:
            answer[side][relation] = columns_of(database, schema, name)
        except duckdb.Error as error:
            answer[side][relation] = [["cannot be read", str(error)]]
        if side == "eider" and relation in answer["dbt"]:
            theirs, ours = answer["dbt"][relation], answer["eider"][relation]
            if {c.lower() for c, _ in theirs} == {c.lower() for c, _ in ours}:
                try:
                    answer["rows"][relation] = differing_rows(schema, name, theirs, ours)
                except duckdb.Error as error:
                    answer["rows"][relation] = {"total": -1, "only_dbt": -1, "only_eider": -1, "samples": [[str(error)]]}
json.dump(answer, sys.stdout)
