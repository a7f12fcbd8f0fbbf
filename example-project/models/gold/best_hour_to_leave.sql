select
    origin as airport,
    departure_hour,
    {{ punctuality() }}
from {{ ref('flights') }}
where departure_hour between 5 and 22
group by origin, departure_hour
having count(*) >= {{ var('least_flights') }}
qualify row_number() over (
    partition by origin
    order by count(*) filter (where not is_late) / count(*) desc, departure_hour
) = 1
