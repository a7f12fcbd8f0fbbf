def model(dbt, session):
    dbt.config(materialized="table")
    files, extra = dbt.ref("files"), dbt.source("outside", "extra")
    return session.sql("select * from files union all by name select name, id as n from extra")
