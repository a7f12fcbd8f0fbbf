"""Other engines on Delta tables: one JSON job on standard input, one JSON answer. `read` compares what each reader sees of `table` with the Parquet file
`expected`, all values as text, and answers {reader: differing rows, or an error's text}; `read-all` does that for several `tables`, [table, expected] by
name. `do` lets delta-rs change the table; `append` lets it append `count` rows, one a commit, beside others."""
import json
import sys

import deltalake
import duckdb
import polars
import pyarrow

job = json.load(sys.stdin)
table = job.get("table")
# Where tables lie in a bucket, as delta-rs names its options.
storage = job.get("storage")


def opened():
    return deltalake.DeltaTable(table, storage_options=storage)


def by_delta_rs(_):
    found = deltalake.QueryBuilder().register("t", opened()).execute("select * from t").read_all()
    return pyarrow.table(found)


def by_duckdb(connection):
    connection.execute("load delta")
    if storage is not None:
        connection.execute("load httpfs")
        endpoint = storage["AWS_ENDPOINT_URL"].removeprefix("http://")
        keys = f"KEY_ID '{storage['AWS_ACCESS_KEY_ID']}', SECRET '{storage['AWS_SECRET_ACCESS_KEY']}'"
        connection.execute(f"create secret (TYPE s3, {keys}, ENDPOINT '{endpoint}', URL_STYLE path, USE_SSL false, REGION 'us-east-1')")
    return connection.execute("select * from delta_scan(?)", [table]).to_arrow_table()


def by_polars(_):
    return polars.scan_delta(table, storage_options=storage).collect().to_arrow()


def by_arrow(_):
    return opened().to_pyarrow_table()


def by_changes(_):
    found = pyarrow.table(opened().load_cdf(starting_version=job["from"]).read_all())
    return found.drop_columns(["_commit_timestamp"])


readers = {"changes": by_changes, "delta-rs": by_delta_rs, "duckdb": by_duckdb, "polars": by_polars, "arrow": by_arrow}


def compare(read):
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    try:
        connection.register("found", read(connection))
        columns = [row[0] for row in connection.execute("describe found").fetchall()]
        text = ", ".join('"' + name.replace('"', '""') + '"::varchar' for name in sorted(columns))
        a, b = f"select {text} from found", f"select {text} from read_parquet('{job['expected']}')"
        query = f"select count(*) from (({a} except all {b}) union all ({b} except all {a}))"
        return connection.execute(query).fetchone()[0]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def change():
    found = opened()
    kind = job["kind"]
    if kind == "delete":
        return found.delete(job["where"])
    if kind == "update":
        return found.update(updates=job["set"], predicate=job["where"])
    if kind == "merge":
        rows = pyarrow.Table.from_pylist(job["rows"], schema=pyarrow.schema(found.schema().to_arrow()))
        merge = found.merge(rows, predicate="t.n = s.n", source_alias="s", target_alias="t")
        return merge.when_matched_update_all().when_not_matched_insert_all().execute()
    if kind == "compact":
        return found.optimize.compact()
    if kind == "z-order":
        return found.optimize.z_order(["n"])
    if kind == "checkpoint":
        return found.create_checkpoint()
    if kind == "vacuum":
        return found.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    if kind == "constrain":
        return found.alter.add_constraint(job["rules"])
    if kind == "restore":
        return found.restore(job["version"])
    raise ValueError(kind)


def append():
    for index in range(job["count"]):
        rows = pyarrow.table({"n": pyarrow.array([job["first"] + index], pyarrow.int64())})
        deltalake.write_deltalake(table, rows, mode="append", storage_options=storage)


if job["action"] == "read-all":
    seen = {}
    for name, (table, job["expected"]) in job["tables"].items():
        seen[name] = {reader: compare(readers[reader]) for reader in job["readers"]}
    print(json.dumps(seen))
elif job["action"] == "read":
    print(json.dumps({name: compare(readers[name]) for name in job["readers"]}))
elif job["action"] == "do":
    change()
    print(json.dumps({"version": opened().version()}))
else:
    append()
    print(json.dumps({}))
