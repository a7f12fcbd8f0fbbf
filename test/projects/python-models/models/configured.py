def model(dbt, session):
    dbt.config(materialized="table")
    greeting, day = dbt.config.get("greeting"), dbt.config.get("day")
    numbers, missing = dbt.config.get("numbers"), dbt.config.get("missing", "nothing")
    named, often = dbt.config.get("often_missing", default="named"), dbt.config.get("often", "first")
    last = f"{dbt.config.get('often', 'last')}"
    this = dbt.this
    return session.sql(
        f"select '{greeting}' as greeting, '{day}' as day, {sum(numbers)} as total, '{missing}' as missing, "
        f"'{this.schema}' as schema, '{this.identifier}' as identifier, '{dbt.is_incremental}' as is_incremental, "
        f"'{named}' as named, '{often}' as often, '{last}' as last, '{dbt.config.get('materialized')}' as kind, '{dbt.config.meta_get('owner')}' as owner"
    )
