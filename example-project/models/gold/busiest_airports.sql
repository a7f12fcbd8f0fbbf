with movements as (
    select origin as airport, count(*) as departures, 0 as arrivals from {{ ref('flights') }} group by origin
    union all
    select destination, 0, count(*) from {{ ref('flights') }} group by destination
)

select
    cast(rank() over (order by sum(m.departures + m.arrivals) desc) as integer) as place,
    m.airport,
    a.airport_name,
    a.city,
    a.state,
    cast(sum(m.departures) as bigint) as departures,
    cast(sum(m.arrivals) as bigint) as arrivals
from movements as m
inner join {{ ref('airports') }} as a on m.airport = a.airport
group by m.airport, a.airport_name, a.city, a.state
