-- The meter counts upwards: what was used in an hour is the difference to the reading before.
select
    read_at - interval 1 hour as hour,
    round(counter_kwh - lag(counter_kwh) over (order by read_at), 3) as kwh
from {{ source('landing', 'meter') }}
qualify lag(counter_kwh) over (order by read_at) is not null
