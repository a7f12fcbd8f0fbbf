import polars as pl


def model(dbt, session):
    dbt.config(materialized="table")
    return dbt.ref("raw").pl().with_columns(pl.col("id").cast(pl.Int16).alias("small"), pl.col("name").str.to_uppercase())
