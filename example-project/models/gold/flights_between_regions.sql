select
    o.region as from_region,
    d.region as to_region,
    {{ punctuality('f.delay_minutes', 'f.is_late') }}
from {{ ref('flights') }} as f
inner join {{ ref('airports') }} as o on f.origin = o.airport
inner join {{ ref('airports') }} as d on f.destination = d.airport
group by o.region, d.region
