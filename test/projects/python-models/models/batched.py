def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="microbatch", event_time="day", batch_size="year", begin="2024-01-01")
    return session.sql(f"select date '2023-12-30' + i::int as day, '{dbt.is_incremental}' as seen from range(0, 1000, 100) t(i)")
