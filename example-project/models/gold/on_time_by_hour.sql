select
    departure_hour,
    {{ punctuality() }}
from {{ ref('flights') }}
group by departure_hour
