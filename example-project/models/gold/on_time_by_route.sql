with measured as (
    select
        r.route,
        r.origin_city || ' to ' || r.destination_city as cities,
        r.distance_miles,
        {{ punctuality('f.delay_minutes', 'f.is_late') }}
    from {{ ref('flights') }} as f
    inner join {{ ref('routes') }} as r on f.origin = r.origin and f.destination = r.destination
    where r.flights >= {{ var('least_flights') }}
    group by r.route, cities, r.distance_miles
)

select
    row_number() over (order by on_time_percent, route) as worst_place,
    *
from measured
