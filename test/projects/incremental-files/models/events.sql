{{ config(materialized='table', event_time='happened_at') }}
select i as id, timestamp '2024-01-01' + interval (i * 6) hour as happened_at, {{ var('day') }} as known_on
from range(20) as t(i) where i <= {{ var('day') }} * 5
