select
    f.origin || '-' || f.destination as route,
    f.origin,
    f.destination,
    any_value(o.city) as origin_city,
    any_value(d.city) as destination_city,
    min(f.distance_miles) as distance_miles,
    any_value({{ miles_between('o.latitude', 'o.longitude', 'd.latitude', 'd.longitude') }}) as great_circle_miles,
    count(*) as flights
from {{ ref('flights') }} as f
inner join {{ ref('airports') }} as o on f.origin = o.airport
inner join {{ ref('airports') }} as d on f.destination = d.airport
group by f.origin, f.destination
