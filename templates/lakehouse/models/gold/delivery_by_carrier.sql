select
    carrier,
    cast(count(*) as integer) as parcels,
    cast(count(*) filter (where delivered_at is null) as integer) as on_the_way,
    round(median(hours_on_the_way), 1) as median_hours,
    round(100.0 * count(*) filter (where is_in_time) / count(is_in_time), 1) as in_time_percent
from {{ ref('deliveries') }}
group by carrier
