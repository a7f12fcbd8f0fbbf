def model(dbt, session):
    dbt.config(materialized="table")
    return dbt.ref("raw").filter("id > 1").project("*, id * 10 as ten")
