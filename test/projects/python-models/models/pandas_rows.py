import pandas as pd


def model(dbt, session):
    dbt.config(materialized="table", packages=["pandas"])
    raw = dbt.ref("raw").df()
    raw["length"] = raw["name"].str.len()
    raw["seen"] = pd.to_datetime(raw["at"])
    return raw[raw["id"] != 2]
