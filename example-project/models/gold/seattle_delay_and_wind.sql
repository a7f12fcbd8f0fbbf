-- Normals, not measurements: this shows what the season and the hour do, not what one storm did.
select
    cast(floor(h.wind_metres_per_second * 2) / 2 as decimal(3, 1)) as normal_wind_metres_per_second,
    round(avg(h.temperature_celsius), 0) as normal_temperature_celsius,
    {{ punctuality('f.delay_minutes', 'f.is_late') }}
from {{ ref('flights') }} as f
inner join {{ ref('seattle_hours') }} as h
    on month(f.departed_at) = h.month and day(f.departed_at) = h.day and f.departure_hour = h.hour
where f.origin = 'SEA'
group by normal_wind_metres_per_second
