select
    cast(hour as date) as day,
    dayname(hour) as weekday,
    round(sum(kwh), 2) as kwh,
    cast(sum(kwh) * {{ var('price_per_kwh') }} as decimal(8, 2)) as cost,
    cast(hour(arg_max(hour, kwh)) as tinyint) as busiest_hour
from {{ ref('consumption') }}
group by all
order by day
