{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='happened_at', batch_size='day', begin=modules.datetime.datetime(2024, 1, 3)
) }}
select id, happened_at, case when '{{ model.batch.id }}' = '{{ var("broken") }}' then error('broken on purpose') end as note
from {{ ref('events') }}
