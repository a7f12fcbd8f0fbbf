{{ config(event_time='happened_at') }}
-- An event every four hours; what happened after `seen` is not known yet.
select
    i as id,
    timestamp '2024-01-01 00:00' + interval (i * 4) hour as happened_at,
    case when i % 3 = 0 then 'web' else 'shop' end as channel
from range(60) as t(i)
where timestamp '2024-01-01 00:00' + interval (i * 4) hour <= timestamp '{{ var("seen") }}'
