def model(dbt, session):
    dbt.config(materialized="external", format="parquet", location="files.parquet")
    return session.sql("select name, count(*) as n from raw group by name")


# raw is found by its plain name, for the model says that it reads it
def needs(dbt):
    return dbt.ref("raw")
