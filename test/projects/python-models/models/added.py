def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="id")
    rows = dbt.ref("days")
    if dbt.is_incremental:
        last = session.sql(f"select max(id) from {dbt.this}").fetchone()[0]
        rows = rows.filter(f"id >= {last}")
    return rows
