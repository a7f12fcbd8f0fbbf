def model(dbt, session):
    return "some words"
