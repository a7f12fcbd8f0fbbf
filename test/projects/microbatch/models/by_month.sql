{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='month', batch_size='month', begin='2023-11-01',
    post_hook="create or replace table {{ this.schema }}.hooked as select count(*) as rows from {{ this }}"
) }}
select date_trunc('month', e.happened_at)::timestamp as month, count(*) as events, count(s.id) as unfiltered
from {{ ref('events') }} as e left join {{ ref('events').render() }} as s on s.id = e.id
group by all
