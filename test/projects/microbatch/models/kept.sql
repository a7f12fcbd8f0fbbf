{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='happened_at', batch_size='day', begin='2024-01-03',
    on_schema_change='fail', contract={'enforced': true}
) }}
select id, happened_at from {{ ref('events') }}
