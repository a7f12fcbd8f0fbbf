select
    a.airport,
    a.airport_name,
    a.city,
    a.state,
    coalesce(r.region, 'Outside the fifty states') as region,
    a.latitude,
    a.longitude
from {{ ref('raw_airports') }} as a
left join {{ ref('census_regions') }} as r on a.state = r.state
