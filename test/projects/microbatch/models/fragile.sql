{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='happened_at', batch_size='day', begin='2024-01-03'
) }}
select id, happened_at, case when '{{ model.batch.id }}' = '{{ var("broken") }}' then error('broken on purpose') end as note
from {{ ref('events') }}
