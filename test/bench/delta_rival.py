"""One job of the bench of Delta tables for deltalake: FOLDER JOB [WORD]. Prints what the work took, in milliseconds, without imports."""
import json
import os
import shutil
import sys
import time

import deltalake
import duckdb
import pyarrow.parquet

folder, job, word = (sys.argv[1:] + [""])[:3]


def timed(work):
    # What was written before is none of the work's.
    os.sync()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    print(json.dumps({"wall": (time.perf_counter() - wall) * 1000, "cpu": (time.process_time() - cpu) * 1000}))


# What Delta's protocol names as the default, at the level that deltalake takes for it, and what eider writes.
properties = deltalake.WriterProperties(compression="ZSTD", compression_level=1)

if job == "replay":
    timed(lambda: len(deltalake.DeltaTable(os.path.join(folder, "log")).file_uris()))
elif job == "write":
    target = os.path.join(folder, "theirs")
    shutil.rmtree(target, ignore_errors=True)
    rows = pyarrow.parquet.read_table(os.path.join(folder, "given.parquet"))
    timed(lambda: deltalake.write_deltalake(target, rows, writer_properties=properties))
else:
    merged = os.path.join(folder, "merged")
    shutil.rmtree(merged, ignore_errors=True)
    # Vectors are none of deltalake's: it merges into the plain table.
    shutil.copytree(os.path.join(folder, "kept-large" if word == "large" else "kept"), merged)
    keys = "range + 1000000" if word == "near" else "range * 100"
    ids = f"select {keys} as id from range({600000 if word == 'large' else 100000})"
    rows = duckdb.sql(
        "set timezone = 'UTC'; select id, (id % 365)::integer as day, timestamptz '2024-01-01 00:00:00+00' + to_seconds(id) as at,"
        " (id % 100000)::decimal(12,2) / 4 as amount, (id % 17)::integer as kind, 'low ' || (id % 20) as low, md5(id::varchar) as high,"
        f" id / 7.0::double as share from ({ids})"
    ).to_arrow_table()
    table = deltalake.DeltaTable(merged)
    merge = table.merge(rows, predicate="t.id = s.id", source_alias="s", target_alias="t", writer_properties=properties)
    timed(lambda: merge.when_matched_update_all().when_not_matched_insert_all().execute())
