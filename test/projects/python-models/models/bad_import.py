import package_that_is_nowhere


def model(dbt, session):
    dbt.config(materialized="table")
    return package_that_is_nowhere.rows()
