from shouting import loud


def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.ref("rows").to_arrow_table()
    names = [loud(name) for name in rows["name"].to_pylist()]
    return rows.append_column("loud", [names]).to_reader()
