{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day',
    begin='2024-01-02', lookback=2
) }}
select
    date_trunc('day', happened_at)::timestamp as day, region, count(*) as events,
    '{{ is_incremental() }}' as was_incremental, '{{ model.batch.id }}' as batch,
    '{{ model.batch.event_time_start }}' as batch_start
from {{ ref('events') }} join {{ ref('regions') }} using (channel)
group by all
